import { whenDue } from './autofill.js';
import { because, isSignedOut } from './completeerrors.js';
import { PassageError } from './errors.js';
import { attempt } from './foreign.js';
import { claimsOf } from './tokens.js';
import { plain } from './wire.js';

// Milliseconds that a refresh may take, and that a tab waits for another tab's. Whoever has waited longer goes on alone: the server
// answers a refresh token that was used a moment ago with the same successor.
const PATIENCE = 10_000;

// Milliseconds that a page which signs out waits for the server.
const PATIENCE_AT_END = 3000;

// A token is renewed when it has this many seconds left, or this share of its life if that is less.
const LEFT = 60;
const SHARE = 0.2;

// Whoever is not to be signed in gets a token that expired a day ago. This many seconds tell it from others, whatever the clock here says.
const LONG_AGO = 43_200;

// The server dates its tokens this many seconds back, for backends whose clocks are slow.
const DATED_BACK = 5;

/**
 * Who is signed in here, in all tabs alike.
 *
 * Its events are `signedin` and `signedout`; they come to every tab of the app.
 */
export class PassageSession extends EventTarget {
  #name;
  #post;
  #store;
  /** @type {BroadcastChannel | undefined} */
  #others;
  /** @type {Promise<import('./tokens.js').AuthResult> | undefined} */
  #renewing;
  #forget = () => {};
  // Seconds that this device's clock is ahead of the server's, as far as the last token told.
  #ahead = 0;

  /**
   * @param {string} appId
   * @param {(headers?: object) => (path: string, body?: object, how?: RequestInit) => Promise<any>} post
   * @param {import('./tokens.js').TokenStore} store
   */
  constructor(appId, post, store) {
    super();
    this.#name = `openpassage:${appId}`;
    this.#post = post;
    this.#store = store;
    // Not on a server that renders pages: it has no other tabs.
    this.#others = attempt(() => document && new BroadcastChannel(this.#name));
    if (this.#others) this.#others.onmessage = ({ data }) => this.#hear(data);
    this.#watch();
  }

  /**
   * The JWT of who is signed in, for your backend; renewed when it is about to expire. When the server does not answer, one that is
   * still good is given.
   * @returns {Promise<string>}
   * @throws {PassageError} `not_signed_in`, `session_ended`; `network` and others when the token has expired and cannot be renewed now
   */
  async getAuthToken() {
    const [token, refreshToken] = await this.#stored();
    if (!token && !refreshToken) throw because('not_signed_in');
    if (!refreshToken || this.#left(token) > 0) return token;
    try {
      return (await this.refresh()).authToken;
    } catch (error) {
      if (isSignedOut(error) || !this.#isGood(token)) throw error;
      return token;
    }
  }

  /**
   * Renews the tokens now. However many calls and tabs ask, one does.
   * @returns {Promise<import('./tokens.js').AuthResult>}
   * @throws {PassageError} `session_ended` when the server refused, which signs out; anything else leaves everything as it was
   */
  refresh() {
    return this.#renewing ??= this.#renew().finally(() => { this.#renewing = undefined; });
  }

  /**
   * Whether somebody is signed in, as far as this page can tell: it renews a token that has expired, and verifies nothing.
   * When the server does not answer, whoever was signed in still is.
   * @returns {Promise<boolean>}
   */
  async authGuard() {
    try {
      return this.#isGood(await this.getAuthToken());
    } catch (error) {
      return !isSignedOut(error);
    }
  }

  /**
   * Signs out here and in all other tabs, and ends the session at the server. The tokens are gone from this browser whatever the
   * server answers.
   * @returns {Promise<boolean>} whether the server ended the session too
   */
  async signOut() {
    const [token, refreshToken] = await this.#stored();
    await this.#clear();
    const { sid } = claimsOf(token);
    if (!refreshToken && !sid) return true;
    const [post, path] = refreshToken
      ? [this.#post(), `tokens?refresh_token=${encodeURIComponent(refreshToken)}`]
      : [this.#post({ Authorization: `Bearer ${token}` }), `currentuser/sessions/${sid}`];
    const signal = AbortSignal.timeout(PATIENCE_AT_END);
    return post(path, undefined, { method: 'DELETE', keepalive: true, signal }).then(() => true, () => false);
  }

  /** @returns {Promise<import('./tokens.js').AuthResult>} what whoever is signed in goes on with */
  async current() {
    return { authToken: await this.getAuthToken(), redirectUrl: '/' };
  }

  /**
   * Keeps what a sign-in answered. Of what proved an address and signed nobody in it keeps nothing.
   * @param {any} answer
   * @returns {Promise<import('./tokens.js').AuthResult>}
   */
  async begin(answer) {
    const told = plain(answer.auth_result);
    if (told && !told.refreshToken && (claimsOf(told.authToken).exp ?? Infinity) < Date.now() / 1000 - LONG_AGO) return told;
    const result = await this.#keep(answer, true);
    this.#tell('signedin', await this.id());
    return result;
  }

  /**
   * A call of who is signed in. A token that the server does not take is renewed once.
   * @param {string} path
   * @param {object} [body]
   * @param {string} [method]
   * @returns {Promise<any>}
   */
  async call(path, body, method = 'POST') {
    const token = await this.getAuthToken();
    /** @param {string} bearer */
    const send = (bearer) => this.#post({ Authorization: `Bearer ${bearer}` })(`currentuser${path}`, body, { method });
    try {
      return await send(token);
    } catch (error) {
      if (!refused(error, 'invalid_access_token')) throw error;
      const [now, refreshToken] = await this.#stored();
      // In the meantime somebody else may have signed in, or another tab has renewed it.
      if (refreshToken && now === token) await this.refresh();
      const [next] = await this.#stored();
      if (next && next !== token) return send(next);
      await this.#clear();
      throw because('session_ended', error);
    }
  }

  /** @returns {Promise<string>} the id of this session; empty where nobody is signed in */
  async id() {
    return claimsOf((await this.#stored())[0]).sid ?? '';
  }

  /** Forgets who is signed in, as the server already has. */
  async ended() {
    await this.#clear();
  }

  async #renew() {
    const [, known] = await this.#stored();
    return locked(this.#name, async () => {
      const [, refreshToken] = await this.#stored();
      // Another tab was first.
      if (!refreshToken || refreshToken !== known) return this.#found();
      let answer;
      try {
        answer = await this.#post()('tokens', { refresh_token: refreshToken }, { signal: AbortSignal.timeout(PATIENCE) });
      } catch (error) {
        if (!refused(error, 'invalid_refresh_token')) throw error;
        if ((await this.#stored())[1] === refreshToken) await this.#clear();
        throw because('session_ended', error);
      }
      // While the server was asked, somebody signed out or in, or a tab that knows nothing of this one was faster.
      return (await this.#stored())[1] === refreshToken ? this.#keep(answer) : this.#found();
    });
  }

  /** What somebody else has put in the place of the tokens that were to be renewed. */
  async #found() {
    const [authToken, refreshToken] = await this.#stored();
    if (!refreshToken) throw because('not_signed_in');
    return { authToken, refreshToken, redirectUrl: '/' };
  }

  /** @param {any} answer @param {boolean} [isNew] @returns {Promise<import('./tokens.js').AuthResult>} */
  async #keep(answer, isNew) {
    const result = plain(answer.auth_result);
    // Something that answers in the server's place.
    if (!result?.authToken) throw new PassageError('network');
    const { iat } = claimsOf(result.authToken);
    if (iat) this.#ahead = Date.now() / 1000 - DATED_BACK - iat;
    // Nothing of who was signed in before stays.
    if (isNew) await this.#store.clearTokens?.();
    await this.#store.setTokens?.(result);
    this.#watch();
    return result;
  }

  async #clear() {
    const sid = await this.id();
    const wasSignedIn = (await this.#stored()).some(Boolean);
    await this.#store.clearTokens?.();
    if (wasSignedIn) this.#tell('signedout', sid);
  }

  /** @param {string} what @param {string} sid whose session */
  #tell(what, sid) {
    this.#happened(what);
    this.#others?.postMessage({ what, sid });
  }

  // What another tab says may be here before what it has stored.
  /** @param {{ what: string, sid: string }} message */
  async #hear({ what, sid }) {
    for (let times = 0; times < 20 && (await this.id() === sid) !== (what === 'signedin'); times++) await arrival();
    this.#happened(what);
  }

  /** @param {string} what */
  #happened(what) {
    this.#watch();
    this.dispatchEvent(new Event(what));
  }

  /** @returns {Promise<[string, string | undefined]>} */
  async #stored() {
    return [await this.#store.getAuthToken(), await this.#store.getRefreshToken?.()];
  }

  /** @param {string} token @param {number} [margin] @returns {number} seconds until it should be renewed; of what says nothing, none */
  #left(token, margin = SHARE) {
    const { exp = 0, iat = exp } = claimsOf(token);
    return exp - Date.now() / 1000 + this.#ahead - Math.min(LEFT, (exp - iat) * margin);
  }

  /** @param {string} token */
  #isGood(token) {
    return this.#left(token, 0) > 0;
  }

  // While the page is in view its token is renewed before it is due, so that the cookie is good for the next page too.
  async #watch() {
    this.#forget();
    const [token, refreshToken] = await this.#stored();
    const left = this.#left(token);
    this.#forget();
    this.#forget = refreshToken && left > 0
      ? whenDue(left * 1000, () => { if (!document.hidden) this.getAuthToken().catch(() => {}); })
      : () => {};
  }
}

/** @param {any} error @param {string} serverCode */
const refused = (error, serverCode) => error.serverCode === serverCode;

/** Time for what another tab has stored to arrive in this one. */
const arrival = () => new Promise((resolve) => { setTimeout(resolve, 50); });

/**
 * Does something while no other tab does.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
const locked = async (name, work) => {
  let isBegun = false;
  const since = performance.now();
  try {
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE) }, async () => {
      isBegun = true;
      // Another tab had it.
      if (performance.now() - since > 20) await arrival();
      return work();
    });
  } catch (error) {
    // No locks here, or the tab that has this one sleeps.
    if (isBegun) throw error;
    return work();
  }
};
