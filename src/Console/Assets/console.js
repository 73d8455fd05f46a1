// The little that needs script: passkeys, and buttons that copy. Everything else in the console is forms and links.

const root = document.body.dataset.root;
const token = document.querySelector('meta[name=form-token]')?.content ?? '';

const bytes = (base64url) => Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const descriptors = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function post(path, body) {
  let answer;
  try {
    answer = await fetch(`${root}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Form-Token': token },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error('The server does not answer. Try again in a moment.');
  }
  if (answer.redirected) throw new Error('You are signed out. Sign in again.');
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw Object.assign(new Error(content.error ?? 'The server could not do that. Try again.'), { refused: answer.status === 400 });
  }
  return content;
}

// What an authenticator says when it does not do as asked, in words for a person.
const sentences = {
  NotAllowedError: 'Nothing happened: the passkey prompt was closed, or it timed out.',
  InvalidStateError: 'This device already has a passkey for you.',
  NotSupportedError: 'This device cannot make the kind of passkey that is needed here.',
  ConstraintError: 'This device cannot check that it is you. Set up a screen lock and try again.',
  SecurityError: 'The console is set up for a different address.',
};

async function ask(authenticator) {
  try {
    return await authenticator();
  } catch (error) {
    throw new Error(sentences[error.name] ?? 'The passkey could not be used. Try again.', { cause: error });
  }
}

async function create(publicKey) {
  const credential = await ask(() => navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: descriptors(publicKey.excludeCredentials),
    },
  }));
  return json(credential, {
    attestationObject: text(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function use(publicKey) {
  const credential = await ask(() => navigator.credentials.get({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: descriptors(publicKey.allowCredentials) },
  }));
  const { authenticatorData, signature, userHandle } = credential.response;
  return json(credential, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    ...(userHandle && { userHandle: text(userHandle) }),
  });
}

function json(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

const invitation = () => location.hash.slice(1);

const ceremonies = {
  async 'sign-in'(form) {
    const { handshake, publicKey } = await post('sign-in/start', {});
    const { location: next } = await post('sign-in/finish', { handshake, response: await use(publicKey), to: form.dataset.next });
    location.assign(next);
  },

  async setup(form) {
    const { handshake, publicKey } = await post('setup/start', { token: invitation(), name: form.elements.name.value });
    const { location: next } = await post('setup/finish', { token: invitation(), handshake, response: await create(publicKey) });
    location.assign(next);
  },

  async 'add-passkey'() {
    const { handshake, publicKey } = await post('account/passkeys/start', {});
    const { location: next } = await post('account/passkeys/finish', { handshake, response: await create(publicKey) });
    location.assign(next);
  },

  async confirm(form) {
    const { handshake, publicKey } = await post('confirm/start', {});
    await post('confirm/finish', { handshake, response: await use(publicKey) });
    form.submit();
  },
};

const problem = document.querySelector('[data-problem]');
const say = (sentence) => { if (problem) problem.textContent = sentence; };

for (const form of document.querySelectorAll('form[data-ceremony]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    say('');
    button.setAttribute('aria-busy', 'true');
    try {
      await ceremonies[form.dataset.ceremony](form);
    } catch (error) {
      say(error.message);
    } finally {
      button.removeAttribute('aria-busy');
    }
  });
}

// Opened by another address than passkeys were made for, no ceremony can succeed: say so before one is tried.
const elsewhere = document.querySelector('[data-elsewhere]');
if (elsewhere && elsewhere.dataset.elsewhere !== location.origin) {
  for (const here of elsewhere.querySelectorAll('[data-here]')) here.textContent = location.origin;
  elsewhere.hidden = false;
  for (const button of document.querySelectorAll('form[data-ceremony] button')) button.disabled = true;
} else if (document.querySelector('form[data-ceremony]') && !window.PublicKeyCredential) {
  say(isSecureContext
    ? 'This browser cannot use passkeys.'
    : 'Passkeys need a secure connection: open the console over https, or on localhost.');
}

const setup = document.querySelector('form[data-ceremony=setup]');
if (setup && !(elsewhere.hidden === false)) {
  try {
    const { name, role } = await post('setup/invitation', { token: invitation() });
    if (name) {
      document.querySelector('[data-invited]').textContent =
        `You are invited as ${name} (${role}). You will use the passkey to sign in to this console.`;
      setup.elements.name.value = name;
      document.querySelector('[data-name]').hidden = true;
    } else {
      setup.elements.name.focus();
    }
  } catch (error) {
    setup.hidden = true;
    if (error.refused) {
      document.querySelector('h1').textContent = 'This link does not work';
      document.title = 'This link does not work · OpenPassage';
      document.querySelector('[data-invited]').hidden = true;
      document.querySelector('[data-not-good]').hidden = false;
    }
    say(error.message);
  }
}

for (const button of document.querySelectorAll('[data-copy]')) {
  const place = button.parentElement;
  const source = place.querySelector('[data-copied-from]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    place.querySelector('[data-copy-said]').textContent = 'Copied.';
  });
}

// Messages under way change by themselves: what is live on the page is fetched anew for a minute, and left alone while somebody is in it.
let looks = 30;
async function look() {
  const address = document.querySelector('[data-under-way]')?.dataset.underWay;
  if (!address || looks-- === 0) return;
  const answer = await fetch(address).catch(() => undefined);
  if (answer?.ok && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const old of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(old.id);
      if (!next || old.contains(document.activeElement)) continue;
      if (old.innerHTML !== next.innerHTML) old.replaceChildren(...next.childNodes);
      if (next.dataset.underWay) old.dataset.underWay = next.dataset.underWay;
      else delete old.dataset.underWay;
    }
  }
  setTimeout(look, 2000);
}
if (document.querySelector('[data-under-way]')) setTimeout(look, 1000);

const trial = document.querySelector('form[data-try]');
trial?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const done = document.querySelector('[data-try-done]');
  const button = event.submitter;
  const app = trial.dataset.try;
  say('');
  done.textContent = '';
  button.setAttribute('aria-busy', 'true');
  try {
    const { PassageFlex } = await import(`${root.replace(/\/console$/, '')}/openpassage.js`);
    const { passkey } = new PassageFlex(app);
    const { transaction } = await post(`apps/${app}/try/start`, { ceremony: button.value });
    const nonce = button.value === 'register'
      ? await passkey.register(transaction)
      : await passkey.authenticate({ transactionId: transaction });
    const { externalId } = await post(`apps/${app}/try/finish`, { nonce });
    done.textContent = button.value === 'register'
      ? `A passkey was created for ${externalId} and its nonce was verified.`
      : `Signed in as ${externalId}. The nonce was verified.`;
  } catch (error) {
    say(error.message);
  } finally {
    button.removeAttribute('aria-busy');
  }
});
