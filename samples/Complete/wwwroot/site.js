// The whole site: who is signed in, their account, and the API's notes.

const $ = (selector) => document.querySelector(selector);
const all = (selector) => document.querySelectorAll(selector);
const shown = () => $('main > section:not([hidden])')?.id;
const show = (part) => {
  const before = shown();
  for (const one of all('main > section')) one.hidden = one.id !== part;
  // What had the keyboard is gone: it goes on at the top of what came.
  if (before && before !== part) $(`#${part} h1`).focus();
};
const say = (sentence, kind = 'done') => {
  for (const notice of all('.notice')) {
    notice.textContent = notice.closest('section').hidden ? '' : sentence;
    notice.dataset.kind = kind;
  }
};

/** Runs what a button does, once at a time; a refusal is said instead of thrown. */
const run = async (button, action) => {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  say('');
  try {
    await action();
  } catch (error) {
    if (error.retryAfter) againAt = Date.now() + error.retryAfter * 1000;
    say(error.message, 'refused');
  } finally {
    button.removeAttribute('aria-busy');
  }
};

const { passage, signIn, keptMessages } = await import('/passage.js').catch(() => {
  show('welcome');
  say('The passkey server does not answer.', 'refused');
  throw new Error('The passkey server does not answer.');
});
const { app, passkey, oneTimePasscode, magicLink, session, currentUser } = passage;

// A link that led here is out of the address before anything else happens.
const link = magicLink.takeFromAddress();

// ---- Signing up, in and out ----

// What is under way on the page that is shown: suggestions in the email field, a wait for a link, a code from a text message.
let leaving = new AbortController();
const leave = () => {
  leaving.abort();
  leaving = new AbortController();
};

async function enter() {
  const from = shown();
  const isIn = await session.authGuard();
  if (isIn) await fill();
  $('#sign-out').hidden = !isIn;
  if (!isIn) {
    leave();
    if (history.state?.step) return wait(history.state);
    show('welcome');
    signIn(passkey, {
      button: $('#sign-in'),
      identifier: () => $('#email').value || undefined,
      onSignIn: () => {},
      fallback: ({ message }) => say(message, 'refused'),
      signal: leaving.signal,
    });
  } else if (['code', 'link', 'arrived'].includes(from)) {
    leave();
    history.replaceState(null, '');
    await offer();
  } else if (from !== 'offer') {
    show('account');
  }
}
const look = () => enter().catch((error) => {
  show('welcome');
  say(error.message, 'refused');
});

// In this tab or in another one.
session.addEventListener('signedin', look);
session.addEventListener('signedout', look);
addEventListener('popstate', look);

$('#sign-up').addEventListener('submit', (event) => {
  event.preventDefault();
  run(event.submitter, () => passkey.register($('#email').value));
});
$('#sign-in').addEventListener('click', () => say(''));
$('#sign-out').addEventListener('click', ({ currentTarget }) => run(currentTarget, () => session.signOut()));

// ---- By a code or a link ----

// Another message can be had this many milliseconds after the last one, and not before this time.
const BETWEEN = 30_000;
let againAt = 0;

// Links that this browser has asked for sign in at once. Of others somebody may have sent them here, so the page asks first.
const OWN_FOR = 3_600_000;
const isOwn = () => Date.now() - (localStorage.asked ?? 0) < OWN_FOR;
const own = () => { localStorage.asked = Date.now(); };

/** Sends a message; what the page goes on with, kept in the history so that reloading and going back do what people expect. */
async function send(step, email) {
  const by = step === 'code' ? oneTimePasscode : magicLink;
  const { id, otpId } = await app.userExists(email) ? await by.login(email) : await by.register(email);
  if (step === 'link') own();
  return { step, id: id ?? otpId, email, at: Date.now() };
}

/** Shows the page that waits for what was sent. */
function wait(sent) {
  show(sent.step);
  for (const to of all('.to')) to.textContent = sent.email;
  againAt = Math.max(againAt, sent.at + BETWEEN);
  count();
  if (sent.step === 'code') {
    $('#digits').focus();
    fromTextMessage();
  } else {
    magicLink.wait(sent.id, { signal: leaving.signal }).catch((error) => {
      if (error.code !== 'aborted' && history.state?.id === sent.id) say(error.message, 'refused');
    });
  }
}

/** Where the browser can hand over the code of a text message, it does, if the person agrees. */
function fromTextMessage() {
  if (!('OTPCredential' in window)) return;
  navigator.credentials.get({ otp: { transport: ['sms'] }, signal: leaving.signal }).then(({ code }) => {
    $('#digits').value = code;
    $('#enter').requestSubmit();
  }, () => {});
}

for (const step of ['code', 'link']) {
  $(`#get-${step}`).addEventListener('click', ({ currentTarget }) => run(currentTarget, async () => {
    const sent = await send(step, $('#email').value.trim());
    leave();
    history.pushState(sent, '');
    wait(sent);
  }));
  $(`#${step} .resend`).addEventListener('click', ({ currentTarget }) => run(currentTarget, async () => {
    if (seconds() > 0) return say(`One is on its way. You can have another one in ${seconds()} seconds.`);
    const sent = await send(step, history.state.email);
    // Links that were sent before stay good, and are waited for too.
    history.replaceState(sent, '');
    wait(sent);
    say(`Another ${step} is on its way.`);
  }));
  $(`#${step} .back`).addEventListener('click', () => history.back());
}

const seconds = () => Math.ceil((againAt - Date.now()) / 1000);
const count = () => {
  for (const button of all('.resend')) {
    button.setAttribute('aria-disabled', seconds() > 0);
    button.querySelector('span').textContent = seconds() > 0 ? `in ${seconds()} s` : '';
  }
};
setInterval(count, 250);

$('#enter').addEventListener('submit', (event) => {
  event.preventDefault();
  const digits = $('#digits');
  run($('#enter button'), async () => {
    digits.removeAttribute('aria-invalid');
    try {
      await oneTimePasscode.activate(digits.value, history.state.id);
      digits.value = '';
    } catch (error) {
      digits.setAttribute('aria-invalid', 'true');
      digits.select();
      throw error;
    }
  });
});

/** The page was opened by a link. */
function arrive() {
  $('#go-on').textContent = link.verifies ? 'Confirm' : 'Sign in';
  show('arrived');
  if (isOwn()) $('#go-on').click();
}

$('#go-on').addEventListener('click', ({ currentTarget }) => run(currentTarget, async () => {
  try {
    await magicLink.activate(link.magicLink);
  } catch (error) {
    if (error.code === 'unknown_link') {
      show('welcome');
      await look();
    }
    throw error;
  }
  localStorage.removeItem('asked');
  if (!link.verifies) return;
  await look();
  say('That worked. Your account shows the address that it has now.');
}));

/** Somebody is in without a passkey: the best moment to get one. Where the browser can make it in passing, it does. */
async function offer() {
  const { id } = await currentUser.userInfo();
  if (passkey.hasLocalPasskey(id) || !await passkey.canRegisterPasskey()) return show('account');
  show('offer');
  const made = await currentUser.upgrade({ signal: leaving.signal }).catch(() => undefined);
  if (made) await ready(made);
}

async function ready({ friendlyName }) {
  await fill();
  show('account');
  say(`Your passkey is ready (${friendlyName}). Sign in with it next time.`);
}

$('#first').addEventListener('click', ({ currentTarget }) =>
  run(currentTarget, async () => ready(await currentUser.addPasskey({ authenticatorAttachment: 'any' }))));
$('#later').addEventListener('click', () => {
  leave();
  show('account');
});

// ---- The account ----

/** Does what needs a recent sign-in; where it is too old, the user signs in again first. */
const recently = async (action) => {
  try {
    return await action();
  } catch (error) {
    const { email, webauthn } = await currentUser.userInfo();
    if (error.code !== 'sign_in_too_old' || !webauthn) throw error;
    await passkey.login(email);
    return action();
  }
};

const said = (address, isVerified) => address && `${address} (${isVerified ? 'confirmed' : 'not confirmed yet'})`;
const day = (time) => new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' });
const moment = (time) => new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });

async function fill() {
  const [user, passkeys, sessions, notes] = await Promise.all(
    [currentUser.userInfo(), currentUser.passkeys(), currentUser.listSessions(), api('GET')]);
  $('#account h1').textContent = `Hello, ${user.userMetadata?.name || user.email}`;
  $('#name').value = user.userMetadata?.name ?? '';
  $('#address').textContent = [said(user.email, user.emailVerified), said(user.phone, user.phoneVerified)].filter(Boolean).join(', ');
  $('#none').hidden = passkeys.length > 0;
  redraw($('#passkeys'), passkeys.map((one) => item(
    one.friendlyName,
    `Added ${day(one.createdAt)}${one.usageCount ? `, last used ${moment(one.lastLoginAt)}` : ''}`,
    ['Rename', () => rename(one)],
    ['Remove', () => remove(one)],
  )));
  redraw($('#sessions'), sessions.map((one) => item(
    `${one.userAgentDisplay || 'Unknown browser'}${one.current ? ' (this one)' : ''}`,
    `Since ${moment(one.createdAt)}`,
    one.current ? undefined : ['End', () => end(one)],
  )));
  list(notes);
}

/** Shows other items, and leaves the keyboard where it was: at the button in the same place, else at the top. */
function redraw(list, items) {
  const place = [...list.querySelectorAll('button')].indexOf(document.activeElement);
  list.replaceChildren(...items);
  if (place >= 0) (list.querySelectorAll('button')[place] ?? $('#account h1')).focus();
}

function item(title, text, ...actions) {
  const { firstElementChild: made } = $('#item').content.cloneNode(true);
  made.querySelector('strong').textContent = title;
  made.querySelector('span').textContent = text;
  for (const [place, button] of made.querySelectorAll('button').entries()) {
    const [label, action] = actions[place] ?? [];
    if (!action) {
      button.remove();
      continue;
    }
    button.textContent = label;
    button.setAttribute('aria-label', `${label} ${title}`);
    button.addEventListener('click', () => run(button, action));
  }
  return made;
}

// Not buttons that submit: Enter in a field takes the first of those.
for (const cancel of document.querySelectorAll('dialog [type=button]')) {
  cancel.addEventListener('click', () => cancel.closest('dialog').close());
}

const choice = (dialog) => new Promise((resolve) => {
  dialog.returnValue = '';
  dialog.showModal();
  dialog.addEventListener('close', () => resolve(dialog.returnValue === 'do'), { once: true });
});

async function rename({ id, friendlyName }) {
  $('#new-name').value = friendlyName;
  if (!await choice($('#rename'))) return;
  const renamed = await currentUser.editPasskey(id, $('#new-name').value);
  await fill();
  say(`It is called ${renamed.friendlyName} now.`);
}

async function remove(one) {
  $('#remove strong').textContent = one.friendlyName;
  if (!await choice($('#remove'))) return;
  await recently(() => currentUser.deletePasskey(one));
  await fill();
  say(`${one.friendlyName} was removed.`);
}

async function end({ id }) {
  await currentUser.revokeSession(id);
  await fill();
  say('That session was ended.');
}

$('#add').addEventListener('click', ({ currentTarget }) => run(currentTarget, async () => {
  await recently(() => currentUser.addPasskey({ authenticatorAttachment: 'any' }));
  await fill();
  say('Your passkey is ready.');
}));

$('#profile').addEventListener('submit', (event) => {
  event.preventDefault();
  run(event.submitter, async () => {
    await currentUser.updateMetadata({ name: $('#name').value.trim() || null });
    await fill();
    say('Saved.');
  });
});

/** What the account can be reached by changes when the link in the message was opened. */
const changes = (form, field, change) => form.addEventListener('submit', (event) => {
  event.preventDefault();
  run(event.submitter, async () => {
    await recently(() => change(field.value.trim()));
    own();
    say(`We sent a link to ${field.value.trim()}. The change is made when you open it.`);
    field.value = '';
  });
});
changes($('#change-email'), $('#new-email'), (email) => currentUser.changeEmail(email));
changes($('#change-phone'), $('#new-phone'), (phone) => currentUser.changePhone(phone));

// ---- The API ----

const list = (notes) => $('#notes').replaceChildren(...notes.map((text) => {
  const line = document.createElement('li');
  line.textContent = text;
  return line;
}));

async function api(method, body) {
  const answer = await fetch('/api/notes', {
    method,
    headers: { Authorization: `Bearer ${await session.getAuthToken()}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const content = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(content?.detail ?? 'The API did not take your token.');
  return content;
}

$('#write').addEventListener('submit', (event) => {
  event.preventDefault();
  run(event.submitter, async () => {
    list(await api('POST', $('#note').value));
    $('#note').value = '';
  });
});

// ---- The page opens ----

for (const hint of all('.kept')) {
  hint.hidden = !keptMessages;
  hint.querySelector('a').href = keptMessages;
}
if (link) arrive();
else await look();
const why = passkey.obstacle()?.message;
if (why) say(why, 'refused');
app.info().then(({ authMethods: { otp, magicLink: links }, allowedIdentifier }) => {
  $('#get-code').hidden = !otp;
  $('#get-link').hidden = !links;
  $('#by-message').hidden = !otp && !links;
  $('#change-phone').hidden = allowedIdentifier === 'email';
}, (error) => say(error.serverCode === 'app_not_found'
  ? 'This passkey server has apps of its own and no demo app. Set Passage:AppId to one of them that is of the type complete.'
  : error.message, 'refused'));
