import { obstacle, signIn } from './passkeys.js';
import { call, say } from './site.js';

const button = document.querySelector('#passkey-sign-in');

async function enter(nonce) {
  await call('POST', '/passkeys/sign-in', { nonce });
  location.assign('/account');
}

if (obstacle) {
  say(obstacle, 'hint');
} else {
  document.querySelector('#passkey').hidden = false;
  button.addEventListener('click', () => say(''));
  // Passkeys wait in the name field from the start; the button asks for one.
  signIn({ button, onNonce: enter, fallback: ({ message }) => say(message, 'refused') });
}
