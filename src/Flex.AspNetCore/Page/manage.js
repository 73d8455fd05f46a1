// The account page: one's own passkeys where this script stands, to add, rename and remove.

import { call, describePage, element, notice, passkey, place, run, signIn } from './site.js';

const { line, say } = notice();
const list = element('ul', { className: 'passkey-list' });
const empty = element('p', { className: 'passkey-empty', hidden: true }, 'None yet. Add one and you can sign in without your password.');
const add = element('button', { type: 'button', className: 'passkey-button', hidden: true }, 'Add a passkey');
place(import.meta.url, element('div', { className: 'passkey-manage' }, line, list, empty, add));

let passkeys;

add.addEventListener('click', () => run(add, say, async () => {
  const { transactionId } = await confirmed(() => call('POST', 'register/begin'));
  const nonce = await (await passkey()).register(transactionId, { authenticatorAttachment: 'any' });
  await call('POST', 'register/finish', { nonce });
  await refresh();
  say('Your passkey is ready. Next time, sign in with it.');
}));

async function rename({ id, name }) {
  const field = element('input', { value: name, maxLength: 64, required: true, autocomplete: 'off' });
  const answer = await ask({ title: 'Rename this passkey', parts: [element('label', {}, 'Name', field)], buttons: ['Cancel', 'Save'] });
  if (answer !== 'Save' || !field.value.trim() || field.value === name) return;
  await call('PATCH', encodeURIComponent(id), { name: field.value });
  await refresh();
  say('The new name is saved.');
  list.querySelector(`[data-id="${CSS.escape(id)}"] button`)?.focus();
}

async function revoke({ id, name }) {
  const answer = await ask({
    title: 'Remove this passkey?',
    parts: [
      element('p', {}, element('strong', {}, name),
        ' will no longer sign you in here. Your device may go on offering it; then delete it there too.'),
    ],
    buttons: ['Keep it', 'Remove'],
    danger: true,
  });
  if (answer !== 'Remove') return;
  const { signals } = await confirmed(() => call('DELETE', encodeURIComponent(id)));
  // Nobody waits for authenticators to be told.
  if (signals) (await passkey()).signalAccepted(signals);
  await refresh();
  say(`${name} was removed.`);
  add.focus();
}

/** Does it; when the site wants to know first that it is still you, asks and does it again. */
async function confirmed(action) {
  try {
    return await action();
  } catch (error) {
    if (error.code !== 'recent_sign_in_required') throw error;
    await confirm();
    return action();
  }
}

async function confirm() {
  const { signInUrl } = await describePage();
  const withPasskey = passkeys.length > 0;
  const refusal = element('p', { className: 'passkey-notice' });
  refusal.setAttribute('role', 'alert');
  refusal.dataset.kind = 'refused';
  for (;;) {
    const answer = await ask({
      title: 'Is it still you?',
      parts: [element('p', {}, 'You signed in a while ago. Confirm that it is you to go on.'), refusal],
      buttons: ['Cancel', ...(signInUrl ? ['Sign in again'] : []), ...(withPasskey ? ['Use a passkey'] : [])],
    });
    if (answer === 'Sign in again') {
      location.assign(signInUrl + encodeURIComponent(location.pathname + location.search));
      await new Promise(() => {});
    }
    if (answer !== 'Use a passkey') throw new Error('Nothing was changed.');
    try {
      const { transactionId } = await call('POST', 'sign-in/begin');
      await signIn(await (await passkey()).authenticate({ transactionId }));
      return;
    } catch (error) {
      refusal.textContent = error.message;
    }
  }
}

/** Opens a dialog; resolves with the button that closed it, the first one for Escape. */
function ask({ title, parts, buttons, danger = false }) {
  const heading = element('h2', { id: 'passkey-dialog-title' }, title);
  const actions = buttons.map((text, index) => {
    const last = index === buttons.length - 1;
    const className = `passkey-button${last ? danger ? ' passkey-danger' : '' : ' passkey-quiet'}`;
    // The last one is what Enter does.
    return element('button', last ? { value: text, className } : { type: 'button', className, onclick: () => dialog.close(text) }, text);
  });
  const form = element('form', { method: 'dialog' }, heading, ...parts, element('div', { className: 'passkey-actions' }, ...actions));
  const dialog = element('dialog', { className: 'passkey-dialog' }, form);
  dialog.setAttribute('aria-labelledby', heading.id);
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('input')?.select();
  return new Promise((resolve) => dialog.addEventListener('close', () => {
    dialog.remove();
    resolve(dialog.returnValue || buttons[0]);
  }, { once: true }));
}

async function refresh() {
  ({ passkeys } = await call('GET', '.'));
  list.replaceChildren(...passkeys.map(item));
  list.hidden = passkeys.length === 0;
  empty.hidden = passkeys.length > 0;
}

function item(one) {
  const button = (text, action) => {
    const made = element('button', { type: 'button', className: 'passkey-button passkey-quiet' }, text);
    made.setAttribute('aria-label', `${text} passkey ${one.name}`);
    made.addEventListener('click', () => run(made, say, action));
    return made;
  };
  const made = element('li', {},
    icon(one),
    element('div', {},
      element('strong', {}, one.name),
      element('span', {}, 'Added ', time(one.createdAt)),
      one.lastUsedAt ? element('span', {}, 'Last used ', time(one.lastUsedAt, 'short')) : element('span', {}, 'Not used yet')),
    element('div', { className: 'passkey-actions' },
      button('Rename', () => rename(one)),
      button('Remove', () => revoke(one))));
  made.dataset.id = one.id;
  return made;
}

function icon({ iconLight, iconDark }) {
  const picture = element('picture', {});
  if (iconDark) picture.append(element('source', { media: '(prefers-color-scheme: dark)', srcset: iconDark }));
  if (iconLight) picture.append(element('img', { src: iconLight, alt: '', width: 28, height: 28 }));
  return picture;
}

function time(text, timeStyle) {
  // The page's language in the reader's manner: British dates on an English page for who reads it in London.
  const { lang } = document.documentElement;
  const manner = navigator.languages.find((one) => one.split('-')[0] === lang.split('-')[0]) ?? (lang || undefined);
  return element('time', { dateTime: text }, new Date(text).toLocaleString(manner, { dateStyle: 'long', timeStyle }));
}

try {
  await refresh();
  const why = (await passkey()).obstacle();
  add.hidden = Boolean(why);
  if (why) say(why.message, 'hint');
} catch (error) {
  say(error.message, 'refused');
}
