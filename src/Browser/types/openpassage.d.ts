export { PassageError } from "./errors.js";
export { version } from "./server.js";
/**
 * @typedef {object} PassageFlexOptions
 * @property {string} [baseUrl] Where the OpenPassage server is. Without it, where this script came from.
 * @property {boolean} [signals] False: authenticators are not told which passkeys the server accepts. For an RP ID that
 *   another system issues passkeys for too.
 */
/**
 * Passkeys for the users of one app.
 * @example
 * const { passkey } = new PassageFlex('your app id');
 * const nonce = await passkey.authenticate();
 */
export class PassageFlex {
    /**
     * @param {string} appId
     * @param {PassageFlexOptions} [options]
     */
    constructor(appId: string, { baseUrl, signals }?: PassageFlexOptions);
    /** Making and using passkeys. */
    passkey: Passkey;
}
export type PassageFlexOptions = {
    /**
     * Where the OpenPassage server is. Without it, where this script came from.
     */
    baseUrl?: string | undefined;
    /**
     * False: authenticators are not told which passkeys the server accepts. For an RP ID that
     * another system issues passkeys for too.
     */
    signals?: boolean | undefined;
};
export type PassageErrorCode = import("./errors.js").PassageErrorCode;
export type AutofillOptions = import("./autofill.js").AutofillOptions;
export type PasskeySignals = import("./signals.js").PasskeySignals;
export type RegisterOptions = import("./passkey.js").RegisterOptions;
export type AuthenticateOptions = import("./passkey.js").AuthenticateOptions;
import { Passkey } from './passkey.js';
