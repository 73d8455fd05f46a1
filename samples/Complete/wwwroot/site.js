// The whole site: who is signed in, their account, and the API's notes.

const $ = (selector) => document.querySelector(selector);
const show = (part) => {
  const before = document.querySelector('section:not([hidden])');
  for (const one of ['welcome', 'account']) $(`#${one}`).hidden = one !== part;
  // What had the keyboard is gone: it goes on at the top of what came.
  if (before && before.id !== part) $(`#${part} h1`).focus();
};
const say = (sentence, kind = 'done') => {
  for (const notice of document.querySelectorAll('.notice')) {
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
    say(error.message, 'refused');
  } finally {
    button.removeAttribute('aria-busy');
  }
};

const { app, passkey, session, currentUser } = await import('/passage.js').then(({ passage }) => passage, () => {
  show('welcome');
  say('The passkey server does not answer.', 'refused');
  throw new Error('The passkey server does not answer.');
});

// ---- Signing up, in and out ----

const suggest = () => passkey.autofill({ onSignIn: () => {}, onError: (error) => say(error.message, 'refused') });

async function enter() {
  const isIn = await session.authGuard();
  if (isIn) await fill();
  $('#sign-out').hidden = !isIn;
  show(isIn ? 'account' : 'welcome');
  if (!isIn) suggest();
}
const look = () => enter().catch((error) => {
  show('welcome');
  say(error.message, 'refused');
});

// In this tab or in another one.
session.addEventListener('signedin', look);
session.addEventListener('signedout', look);

$('#sign-up').addEventListener('submit', (event) => {
  event.preventDefault();
  run(event.submitter, () => passkey.register($('#email').value));
});
$('#sign-in').addEventListener('click', ({ currentTarget }) => run(currentTarget, () => passkey.login($('#email').value || undefined)));
$('#sign-out').addEventListener('click', ({ currentTarget }) => run(currentTarget, () => session.signOut()));

// ---- The account ----

/** Does what needs a recent sign-in; where it is too old, the user signs in again first. */
const recently = async (action) => {
  try {
    return await action();
  } catch (error) {
    if (error.code !== 'sign_in_too_old') throw error;
    await passkey.login((await currentUser.userInfo()).email);
    return action();
  }
};

const day = (time) => new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' });
const moment = (time) => new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });

async function fill() {
  const [user, passkeys, sessions, notes] = await Promise.all(
    [currentUser.userInfo(), currentUser.passkeys(), currentUser.listSessions(), api('GET')]);
  $('#account h1').textContent = `Hello, ${user.userMetadata?.name || user.email}`;
  $('#name').value = user.userMetadata?.name ?? '';
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

const why = passkey.obstacle()?.message;
if (why) {
  show('welcome');
  say(why, 'refused');
} else {
  await look();
}
app.info().catch((error) => say(error.serverCode === 'app_not_found'
  ? 'This passkey server has apps of its own and no demo app. Set Passage:AppId to one of them that is of the type complete.'
  : error.message, 'refused'));
