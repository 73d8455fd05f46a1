import { because, toldApart } from './completeerrors.js';
import { PassageError } from './errors.js';
import { plain } from './wire.js';

// Milliseconds: how often it is asked whether a link was opened, and after how long out of sight no more.
const PACE = 5000;
const OUT_OF_SIGHT = 60_000;

// Seconds that a link is good where the app does not say.
const LIFETIME = 300;

/** @typedef {{ id: string }} MagicLink a link that was sent; what is asked with whether it was opened */

/**
 * @typedef {object} LinkInAddress
 * @property {string} magicLink what `activate` takes
 * @property {boolean} verifies whether it confirms an address or a number, or takes a change back; else it signs in
 */

/** Signing up and signing in by a link in a message. Every method that fails does so with a PassageError. */
export class PassageMagicLink {
  #app;
  #post;
  #session;

  /**
   * @param {import('./account.js').PassageApp} app
   * @param {(path: string, body?: object, how?: RequestInit) => Promise<any>} post
   * @param {import('./session.js').PassageSession} session
   */
  constructor(app, post, session) {
    this.#app = app;
    this.#post = post;
    this.#session = session;
  }

  /**
   * Sends a link to sign up with, to this page: for an account that nobody has, or that nobody has signed in to yet.
   * @param {string} identifier an email address or a phone number
   * @param {string} [language] of the message; without it the browser's
   * @returns {Promise<MagicLink>}
   * @throws {PassageError} `user_exists`; `too_often`, with `retryAfter`
   */
  register(identifier, language) {
    return this.#send('register/magic-link', identifier, language);
  }

  /**
   * Sends a link to sign in with, to this page.
   * @param {string} identifier an email address or a phone number
   * @param {string} [language] of the message; without it the browser's
   * @returns {Promise<MagicLink>}
   * @throws {PassageError} `too_often`, with `retryAfter`; `refused` where nobody has that account, unless the app hides who does
   */
  login(identifier, language) {
    return this.#send('login/magic-link', identifier, language);
  }

  /**
   * The link that led to this page. From then on it is neither in the address nor in the history. Call it before anything else that
   * looks at the address or loads something.
   * @returns {LinkInAddress | null} null: no link led here
   */
  takeFromAddress() {
    const { origin, pathname, search, hash } = location;
    const parts = search.slice(1).split('&');
    const isLink = (/** @type {string} */ part) => /^psg_(magic|verify)_link=/.test(part);
    const found = parts.find(isLink);
    if (!found) return null;
    const query = parts.filter((part) => !isLink(part)).join('&');
    history.replaceState(history.state, '', origin + pathname + (query && `?${query}`) + hash);
    const [name, magicLink] = found.split('=');
    return { magicLink, verifies: name === 'psg_verify_link' };
  }

  /**
   * Opens a link: signs in, or confirms an address or number. A confirmation that signs nobody in answers a token that has expired,
   * and changes nothing in this browser; `session.authGuard()` tells who is signed in after that.
   * @param {string} magicLink what the address had; see {@link takeFromAddress}
   * @returns {Promise<import('./tokens.js').AuthResult>}
   * @throws {PassageError} `unknown_link`: only another link helps
   */
  activate(magicLink) {
    return this.#begin('magic-link/activate', { magic_link: magicLink }, { method: 'PATCH' });
  }

  /**
   * Signs in the page that asked for a link, if it was opened: on this page's network, unless the app has another rule. {@link wait}
   * asks until it was.
   * @param {string} id of the link
   * @returns {Promise<import('./tokens.js').AuthResult>}
   * @throws {PassageError} `link_not_opened`
   */
  async status(id) {
    try {
      return await this.#begin('magic-link/status', { id });
    } catch (/** @type {any} */ error) {
      throw error.code === 'unknown_link' ? because('link_not_opened', error) : error;
    }
  }

  /**
   * Waits until the link was opened, and signs in then. It asks every five seconds while the page is in view, rests when the page has
   * been out of sight for a minute, and goes on when it is seen again. A sign-in in another tab of this browser ends it too.
   * @param {string} id of the link
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<import('./tokens.js').AuthResult>}
   * @throws {PassageError} `unknown_link`: the link was not opened in its time; `aborted`: by the signal
   */
  async wait(id, { signal } = {}) {
    let isSignedIn = false;
    let wake = () => {};
    const arrive = () => {
      isSignedIn = true;
      wake();
    };
    const rouse = () => wake();
    this.#session.addEventListener('signedin', arrive);
    document.addEventListener('visibilitychange', rouse);
    signal?.addEventListener('abort', rouse);
    try {
      const info = await this.#app.info().catch(() => undefined);
      const until = Date.now() + (info?.authMethods.magicLink?.ttl ?? LIFETIME) * 1000;
      for (let seen = Date.now(); ;) {
        if (signal?.aborted) throw new PassageError('aborted');
        if (isSignedIn) return await this.#session.current();
        const now = Date.now();
        if (!document.hidden) seen = now;
        const asks = now - seen < OUT_OF_SIGHT;
        if (asks) {
          try {
            return await this.status(id);
          } catch (error) {
            if (!mayPass(error)) throw error;
            // What was opened in the last moment was answered by now.
            if (now > until) throw because('unknown_link', error);
          }
        }
        let timer;
        await new Promise((/** @type {(nothing?: any) => void} */ resolve) => {
          wake = resolve;
          if (isSignedIn || signal?.aborted) resolve();
          if (asks) timer = setTimeout(resolve, PACE);
        });
        clearTimeout(timer);
      }
    } finally {
      this.#session.removeEventListener('signedin', arrive);
      document.removeEventListener('visibilitychange', rouse);
      signal?.removeEventListener('abort', rouse);
    }
  }

  /** @param {string} path @param {string} identifier @param {string} [language] @returns {Promise<MagicLink>} */
  async #send(path, identifier, language) {
    try {
      return plain((await this.#post(path, { identifier, language, magic_link_path: here() })).magic_link);
    } catch (error) {
      throw toldApart(error);
    }
  }

  /** @param {string} path @param {object} body @param {RequestInit} [how] */
  async #begin(path, body, how) {
    try {
      return await this.#session.begin(await this.#post(path, body, how));
    } catch (error) {
      throw toldApart(error);
    }
  }
}

/** This page, for a link that leads back to it. */
export const here = () => location.pathname + location.search + location.hash;

// Not opened yet; or the server is away or asks for patience, which says nothing about the link.
/** @param {any} error */
const mayPass = ({ code, statusCode }) =>
  code === 'link_not_opened' || code === 'network' || code === 'too_often' || statusCode >= 500;
