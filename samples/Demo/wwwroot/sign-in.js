import { obstacle, passkey } from './passkeys.js';
import { call, run, say } from './site.js';

const button = document.querySelector('#passkey-sign-in');

async function enter(nonce) {
  await call('POST', '/passkeys/sign-in', { nonce });
  location.assign('/account');
}

if (obstacle) {
  say(obstacle, 'hint');
} else {
  document.querySelector('#passkey').hidden = false;
  button.addEventListener('click', () => run(button, async () => enter(await passkey.authenticate())));

  // Autofill waits in the name field from the start and says nothing until somebody picks a passkey there.
  passkey.autofill({ onNonce: enter, onError: (error) => say(error.message, 'refused') });
}
