// What both pages need: the site's own endpoints, the passkey module, and small pieces of page.

import { PassageFlex } from './openpassage.js';

const here = (path) => new URL(path, import.meta.url).href;

let described;

/** What the site says about itself; asked once, and again when its answer went stale. */
export const describePage = () => described ??= fetch(here('page'), { credentials: 'same-origin' }).then(async (answer) => {
  if (!answer.ok) throw await refusal(answer);
  const { appId, server, antiforgeryHeader, antiforgeryToken, signInUrl } = await answer.json();
  return { appId, server, antiforgery: { [antiforgeryHeader]: antiforgeryToken }, signInUrl };
}).catch((error) => {
  described = undefined;
  throw error;
});

/** A refusal of the site's; `code` never changes its meaning. */
export class Refusal extends Error {
  constructor(sentence, code) {
    super(sentence);
    this.code = code;
  }
}

const refusal = async (answer) => {
  const { detail, code } = await answer.json().catch(() => ({}));
  if (answer.status === 401 && !code) return new Refusal('You are signed out. Sign in again.', 'signed_out');
  return new Refusal(detail ?? 'That did not work. Try again in a moment.', code ?? 'failed');
};

/** Calls an endpoint; resolves with its JSON, or null when there is none. */
export async function call(method, path, body) {
  for (let attempt = 1; ; attempt++) {
    const { antiforgery } = await describePage();
    const answer = await fetch(here(path), {
      method,
      credentials: 'same-origin',
      headers: { ...antiforgery, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    }).catch(() => { throw new Refusal('This site does not answer. Check your connection and try again.', 'network'); });
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    const error = await refusal(answer);
    // Somebody signed in or out in another tab: the token belongs to who was here before.
    if (error.code !== 'antiforgery' || attempt > 1) throw error;
    described = undefined;
  }
}

let flex;

/** The passkey module for this site's app. */
export async function passkey() {
  if (!flex) {
    const { appId, server } = await describePage();
    flex = new PassageFlex(appId, { baseUrl: server });
  }
  return flex.passkey;
}

/** Signs in, or confirms that it is still you; resolves with where to go next. */
export async function signIn(nonce, returnUrl) {
  const answer = await call('POST', 'sign-in/finish', { nonce, returnUrl });
  return answer.returnUrl;
}

/** Makes an element: `element('button', { type: 'button', onclick }, 'Add')`. */
export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A line that says what happened; screen readers hear it. */
export function notice() {
  const line = element('p', { className: 'passkey-notice' });
  line.setAttribute('role', 'status');
  const say = (sentence, kind = 'done') => {
    line.textContent = sentence;
    line.dataset.kind = kind;
  };
  return { line, say };
}

/** Runs what a button does, once at a time; a refusal is said instead of thrown. A disabled button would lose the keyboard's focus. */
export async function run(button, say, action) {
  if (button.ariaBusy === 'true') return;
  button.ariaBusy = 'true';
  say('');
  try {
    await action();
  } catch (error) {
    if (error.code !== 'aborted') say(error.message, 'refused');
  } finally {
    button.ariaBusy = null;
  }
}

/** Puts the page's part where its script stands, and the style sheet, which yields to any rule of the site's, before all others. */
export function place(script, ...elements) {
  const path = new URL(script).pathname;
  const at = [...document.scripts].find(({ src }) => src && new URL(src).pathname === path);
  at.after(...elements);
  if (!document.querySelector('link[data-passkeys]')) {
    const sheet = element('link', { rel: 'stylesheet', href: here('passkeys.css') });
    sheet.dataset.passkeys = '';
    document.head.prepend(sheet);
  }
}
