import { obstacle, passkey } from './passkeys.js';
import { call, run, say } from './site.js';

const list = document.querySelector('#passkeys');
const add = document.querySelector('#add');

add.addEventListener('click', () => run(add, async () => {
  const { transactionId } = await confirmed(() => call('POST', '/passkeys/register'));
  const nonce = await passkey.register(transactionId, { authenticatorAttachment: 'any' });
  await call('POST', '/passkeys/register/finish', { nonce });
  await refresh();
  say('Your passkey is ready. Next time, sign in with it.');
}));

list.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-revoke]');
  if (button) run(button, () => revoke(button.dataset));
});

async function revoke({ revoke: id, name }) {
  const dialog = document.querySelector('#revoke');
  dialog.querySelector('strong').textContent = name;
  if (await choice(dialog) !== 'revoke') return;
  const signals = await confirmed(() => call('DELETE', `/passkeys/${encodeURIComponent(id)}`));
  if (signals) await passkey.signalAccepted(signals);
  await refresh();
  say(`${name} was removed.`);
  add.focus();
}

/** Does it; when the backend wants to know first that it is still you, asks and does it again. */
async function confirmed(action) {
  try {
    return await action();
  } catch (error) {
    if (error.code !== 'confirm') throw error;
    await confirm();
    return action();
  }
}

async function confirm() {
  const dialog = document.querySelector('#confirm');
  const password = dialog.querySelector('[type=password]');
  const refusal = dialog.querySelector('.refusal');
  refusal.textContent = '';
  dialog.querySelector('[value=passkey]').hidden = !list.querySelector('[data-revoke]');
  for (;;) {
    password.value = '';
    const chosen = await choice(dialog);
    if (chosen === 'cancel') throw new Error('Nothing was changed.');
    try {
      if (chosen === 'password') {
        return await call('POST', '/passkeys/confirm/password', { value: password.value });
      }
      const { transactionId } = await call('POST', '/passkeys/confirm/passkey');
      return await call('POST', '/passkeys/confirm/passkey/finish', { nonce: await passkey.authenticate({ transactionId }) });
    } catch (error) {
      refusal.textContent = error.message;
    }
  }
}

/** Opens a dialog; resolves with the value of the button that closed it, "cancel" for Escape. */
function choice(dialog) {
  for (const button of dialog.querySelectorAll('button[type=button]')) {
    button.onclick = () => dialog.close(button.value);
  }
  dialog.showModal();
  dialog.returnValue = ''; // Escape leaves it as it is
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue || 'cancel'), { once: true }));
}

async function refresh() {
  list.innerHTML = await (await fetch('/account?handler=Passkeys')).text();
  localTimes();
}

/** The server writes times in UTC; a person reads them in the time of the place. */
function localTimes() {
  for (const time of list.querySelectorAll('time')) {
    const precise = time.hasAttribute('data-precise');
    time.textContent = new Date(time.dateTime).toLocaleString('en', { dateStyle: 'long', ...(precise && { timeStyle: 'short' }) });
  }
}

localTimes();
const unavailable = list.querySelector('[data-unavailable]') !== null;
if (obstacle && !unavailable) say(obstacle, 'hint');
add.hidden = Boolean(obstacle) || unavailable;
