/** @typedef {{ otpId: string }} OneTimePasscode a code that was sent; what it is entered with */
/** Signing up and signing in by a code in a message. Every method that fails does so with a PassageError. */
export class PassageOneTimePasscode {
    /**
     * @param {import('./ceremony.js').Post} post
     * @param {import('./session.js').PassageSession} session
     */
    constructor(post: import("./ceremony.js").Post, session: import("./session.js").PassageSession);
    /**
     * Sends a code to sign up with: for an account that nobody has, or that nobody has signed in to yet.
     * @param {string} identifier an email address or a phone number
     * @param {string} [language] of the message; without it the browser's
     * @returns {Promise<OneTimePasscode>}
     * @throws {PassageError} `user_exists`; `too_often`, with `retryAfter`
     */
    register(identifier: string, language?: string): Promise<OneTimePasscode>;
    /**
     * Sends a code to sign in with.
     * @param {string} identifier an email address or a phone number
     * @param {string} [language] of the message; without it the browser's
     * @returns {Promise<OneTimePasscode>}
     * @throws {PassageError} `too_often`, with `retryAfter`; `refused` where nobody has that account, unless the app hides who does
     */
    login(identifier: string, language?: string): Promise<OneTimePasscode>;
    /**
     * Signs in with the code.
     * @param {string} oneTimePasscode as it was typed; blanks do no harm
     * @param {string} id the `otpId` of the message
     * @returns {Promise<import('./tokens.js').AuthResult>}
     * @throws {PassageError} `wrong_code`: it may be tried again; `too_many_tries`: only another code helps
     */
    activate(oneTimePasscode: string, id: string): Promise<import("./tokens.js").AuthResult>;
    #private;
}
/**
 * a code that was sent; what it is entered with
 */
export type OneTimePasscode = {
    otpId: string;
};
