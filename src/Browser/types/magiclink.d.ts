/** @typedef {{ id: string }} MagicLink a link that was sent; what is asked with whether it was opened */
/**
 * @typedef {object} LinkInAddress
 * @property {string} magicLink what `activate` takes
 * @property {boolean} verifies whether it confirms an address or a number, or takes a change back; else it signs in
 */
/** Signing up and signing in by a link in a message. Every method that fails does so with a PassageError. */
export class PassageMagicLink {
    /**
     * @param {import('./account.js').PassageApp} app
     * @param {(path: string, body?: object, how?: RequestInit) => Promise<any>} post
     * @param {import('./session.js').PassageSession} session
     */
    constructor(app: import("./account.js").PassageApp, post: (path: string, body?: object, how?: RequestInit) => Promise<any>, session: import("./session.js").PassageSession);
    /**
     * Sends a link to sign up with, to this page: for an account that nobody has, or that nobody has signed in to yet.
     * @param {string} identifier an email address or a phone number
     * @param {string} [language] of the message; without it the browser's
     * @returns {Promise<MagicLink>}
     * @throws {PassageError} `user_exists`; `too_often`, with `retryAfter`
     */
    register(identifier: string, language?: string): Promise<MagicLink>;
    /**
     * Sends a link to sign in with, to this page.
     * @param {string} identifier an email address or a phone number
     * @param {string} [language] of the message; without it the browser's
     * @returns {Promise<MagicLink>}
     * @throws {PassageError} `too_often`, with `retryAfter`; `refused` where nobody has that account, unless the app hides who does
     */
    login(identifier: string, language?: string): Promise<MagicLink>;
    /**
     * The link that led to this page. From then on it is neither in the address nor in the history. Call it before anything else that
     * looks at the address or loads something.
     * @returns {LinkInAddress | null} null: no link led here
     */
    takeFromAddress(): LinkInAddress | null;
    /**
     * Opens a link: signs in, or confirms an address or number. A confirmation that signs nobody in answers a token that has expired,
     * and changes nothing in this browser; `session.authGuard()` tells who is signed in after that.
     * @param {string} magicLink what the address had; see {@link takeFromAddress}
     * @returns {Promise<import('./tokens.js').AuthResult>}
     * @throws {PassageError} `unknown_link`: only another link helps
     */
    activate(magicLink: string): Promise<import("./tokens.js").AuthResult>;
    /**
     * Signs in the page that asked for a link, if it was opened: on this page's network, unless the app has another rule. {@link wait}
     * asks until it was.
     * @param {string} id of the link
     * @returns {Promise<import('./tokens.js').AuthResult>}
     * @throws {PassageError} `link_not_opened`
     */
    status(id: string): Promise<import("./tokens.js").AuthResult>;
    /**
     * Waits until the link was opened, and signs in then. It asks every five seconds while the page is in view, rests when the page has
     * been out of sight for a minute, and goes on when it is seen again. A sign-in in another tab of this browser ends it too.
     * @param {string} id of the link
     * @param {{ signal?: AbortSignal }} [options]
     * @returns {Promise<import('./tokens.js').AuthResult>}
     * @throws {PassageError} `unknown_link`: the link was not opened in its time; `aborted`: by the signal
     */
    wait(id: string, { signal }?: {
        signal?: AbortSignal;
    }): Promise<import("./tokens.js").AuthResult>;
    #private;
}
export function here(): string;
/**
 * a link that was sent; what is asked with whether it was opened
 */
export type MagicLink = {
    id: string;
};
export type LinkInAddress = {
    /**
     * what `activate` takes
     */
    magicLink: string;
    /**
     * whether it confirms an address or a number, or takes a change back; else it signs in
     */
    verifies: boolean;
};
