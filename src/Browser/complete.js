import { PassageApp, PassageCurrentUser } from './account.js';
import { PassageMagicLink } from './magiclink.js';
import { PassageOneTimePasscode } from './onetimepasscode.js';
import { calls, version } from './server.js';
import { PassageSession } from './session.js';
import { PassagePasskey } from './completepasskey.js';
import { PassageTokenStore } from './tokens.js';

export { PassageError, PassageFlex, version } from './openpassage.js';
export { PassageTokenStore } from './tokens.js';

/**
 * @typedef {object} PassageOptions
 * @property {string} [baseUrl] Where the OpenPassage server is. Without it, where this script came from.
 * @property {import('./tokens.js').TokenStore} [tokenStore] Where tokens are kept; without it a {@link PassageTokenStore}.
 * @property {Record<string, string>} [extraHeaders] Headers of every call to the server.
 * @property {boolean} [signals] False: authenticators are not told which passkeys the server accepts. For an RP ID that
 *   another system issues passkeys for too.
 */

/**
 * Accounts, passkeys and sessions of one app that is a site's login.
 * @example
 * const { passkey, session } = new Passage('your app id');
 * await passkey.login();
 * await fetch('/api/orders', { headers: { Authorization: `Bearer ${await session.getAuthToken()}` } });
 */
export class Passage {
  /**
   * @param {string} appId
   * @param {PassageOptions} [options]
   */
  constructor(appId, {
    baseUrl = new URL('.', import.meta.url).href,
    tokenStore = new PassageTokenStore(),
    extraHeaders,
    signals = true,
  } = {}) {
    /** @param {object} [headers] */
    const post = (headers) => calls(appId, baseUrl, { 'Passage-Version': `openpassage ${version}`, ...extraHeaders, ...headers });
    /** The app, and what anybody may ask of it. */
    this.app = new PassageApp(post());
    /** Who is signed in here, in all tabs alike. */
    this.session = new PassageSession(appId, post, tokenStore);
    /** Signing up and signing in by passkey. */
    this.passkey = new PassagePasskey(this.app, post(), this.session, signals);
    /** The same by a code in a message. */
    this.oneTimePasscode = new PassageOneTimePasscode(post(), this.session);
    /** The same by a link in a message. */
    this.magicLink = new PassageMagicLink(this.app, post(), this.session);
    /** The account of who is signed in. */
    this.currentUser = new PassageCurrentUser(this.session, signals);
  }
}

/** @typedef {import('./errors.js').PassageErrorCode} PassageErrorCode */
/** @typedef {import('./tokens.js').AuthResult} AuthResult */
/** @typedef {import('./tokens.js').TokenStore} TokenStore */
/** @typedef {import('./completepasskey.js').PasskeyCreationOptions} PasskeyCreationOptions */
/** @typedef {import('./completepasskey.js').PasskeyLoginOptions} PasskeyLoginOptions */
/** @typedef {import('./completepasskey.js').SignUpOptions} SignUpOptions */
/** @typedef {import('./completepasskey.js').SignInAutofillOptions} SignInAutofillOptions */
/** @typedef {import('./onetimepasscode.js').OneTimePasscode} OneTimePasscode */
/** @typedef {import('./magiclink.js').MagicLink} MagicLink */
/** @typedef {import('./magiclink.js').LinkInAddress} LinkInAddress */
/** @typedef {import('./wire.js').PublicUserInfo} PublicUserInfo */
/** @typedef {import('./wire.js').CurrentUser} CurrentUser */
/** @typedef {import('./wire.js').PasskeyInfo} PasskeyInfo */
/** @typedef {import('./wire.js').SessionInfo} SessionInfo */
/** @typedef {import('./wire.js').Metadata} Metadata */
/** @typedef {import('./wire.js').PassageAppInfo} PassageAppInfo */
