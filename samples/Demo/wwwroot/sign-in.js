import { authenticate, autofill, obstacle } from './passkeys.js';
import { call, run, say } from './site.js';

const button = document.querySelector('#passkey-sign-in');

async function enter(nonce) {
  await call('POST', '/passkeys/sign-in', { nonce });
  location.assign('/account');
}

const why = obstacle();
if (why) {
  say(why, 'hint');
} else {
  document.querySelector('#passkey').hidden = false;
  button.addEventListener('click', () => run(button, async () => enter(await authenticate())));

  // Autofill waits in the name field from the start and says nothing until somebody picks a passkey there.
  autofill().then((nonce) => nonce && enter(nonce)).catch((error) => say(error.message, 'refused'));
}
