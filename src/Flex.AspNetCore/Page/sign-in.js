// The sign-in page: a button where this script stands, and passkeys among the suggestions of the user name's field.

import { signIn as signInByPasskey } from './openpassage-signin.js';
import { element, notice, passkey, place, signIn } from './site.js';

const { line, say } = notice();
const button = element('button', { type: 'button', className: 'passkey-button', hidden: true }, 'Sign in with a passkey');
const or = element('div', { className: 'passkey-or', hidden: true }, 'or');
place(import.meta.url, element('div', { className: 'passkey-sign-in' }, or, button, line));

const returnUrl = [...new URLSearchParams(location.search)].find(([name]) => name.toLowerCase() === 'returnurl')?.[1];
const enter = async (nonce) => location.assign(await signIn(nonce, returnUrl));

try {
  const passkeys = await passkey();
  const why = passkeys.obstacle();
  if (why) {
    say(why.message, 'hint');
  } else {
    or.hidden = button.hidden = false;
    button.addEventListener('click', () => say(''));
    const field = document.querySelector('input[autocomplete~="username"]');
    if (field && !field.autocomplete.includes('webauthn')) field.autocomplete += ' webauthn';
    signInByPasskey(passkeys, { button, onNonce: enter, fallback: ({ message }) => say(message, 'refused') });
  }
} catch (error) {
  say(error.message, 'hint');
}
