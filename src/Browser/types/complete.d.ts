export { PassageTokenStore } from "./tokens.js";
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
    constructor(appId: string, { baseUrl, tokenStore, extraHeaders, signals, }?: PassageOptions);
    /** The app, and what anybody may ask of it. */
    app: PassageApp;
    /** Who is signed in here, in all tabs alike. */
    session: PassageSession;
    /** Signing up and signing in by passkey. */
    passkey: PassagePasskey;
    /** The same by a code in a message. */
    oneTimePasscode: PassageOneTimePasscode;
    /** The same by a link in a message. */
    magicLink: PassageMagicLink;
    /** The account of who is signed in. */
    currentUser: PassageCurrentUser;
}
export type PassageOptions = {
    /**
     * Where the OpenPassage server is. Without it, where this script came from.
     */
    baseUrl?: string | undefined;
    /**
     * Where tokens are kept; without it a {@link PassageTokenStore}.
     */
    tokenStore?: import("./tokens.js").TokenStore | undefined;
    /**
     * Headers of every call to the server.
     */
    extraHeaders?: Record<string, string> | undefined;
    /**
     * False: authenticators are not told which passkeys the server accepts. For an RP ID that
     * another system issues passkeys for too.
     */
    signals?: boolean | undefined;
};
export type PassageErrorCode = import("./errors.js").PassageErrorCode;
export type AuthResult = import("./tokens.js").AuthResult;
export type TokenStore = import("./tokens.js").TokenStore;
export type PasskeyCreationOptions = import("./completepasskey.js").PasskeyCreationOptions;
export type PasskeyLoginOptions = import("./completepasskey.js").PasskeyLoginOptions;
export type SignUpOptions = import("./completepasskey.js").SignUpOptions;
export type SignInAutofillOptions = import("./completepasskey.js").SignInAutofillOptions;
export type OneTimePasscode = import("./onetimepasscode.js").OneTimePasscode;
export type MagicLink = import("./magiclink.js").MagicLink;
export type LinkInAddress = import("./magiclink.js").LinkInAddress;
export type PublicUserInfo = import("./wire.js").PublicUserInfo;
export type CurrentUser = import("./wire.js").CurrentUser;
export type PasskeyInfo = import("./wire.js").PasskeyInfo;
export type SessionInfo = import("./wire.js").SessionInfo;
export type Metadata = import("./wire.js").Metadata;
export type PassageAppInfo = import("./wire.js").PassageAppInfo;
import { PassageApp } from './account.js';
import { PassageSession } from './session.js';
import { PassagePasskey } from './completepasskey.js';
import { PassageOneTimePasscode } from './onetimepasscode.js';
import { PassageMagicLink } from './magiclink.js';
import { PassageCurrentUser } from './account.js';
export { PassageError, PassageFlex, version } from "./openpassage.js";
