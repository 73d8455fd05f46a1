/**
 * Who is signed in here, in all tabs alike.
 *
 * Its events are `signedin` and `signedout`; they come to every tab of the app.
 */
export class PassageSession extends EventTarget {
    /**
     * @param {string} appId
     * @param {(headers?: object) => (path: string, body?: object, how?: RequestInit) => Promise<any>} post
     * @param {import('./tokens.js').TokenStore} store
     */
    constructor(appId: string, post: (headers?: object) => (path: string, body?: object, how?: RequestInit) => Promise<any>, store: import("./tokens.js").TokenStore);
    /**
     * The JWT of who is signed in, for your backend; renewed when it is about to expire. When the server does not answer, one that is
     * still good is given.
     * @returns {Promise<string>}
     * @throws {PassageError} `not_signed_in`, `session_ended`; `network` and others when the token has expired and cannot be renewed now
     */
    getAuthToken(): Promise<string>;
    /**
     * Renews the tokens now. However many calls and tabs ask, one does.
     * @returns {Promise<import('./tokens.js').AuthResult>}
     * @throws {PassageError} `session_ended` when the server refused, which signs out; anything else leaves everything as it was
     */
    refresh(): Promise<import("./tokens.js").AuthResult>;
    /**
     * Whether somebody is signed in, as far as this page can tell: it renews a token that has expired, and verifies nothing.
     * When the server does not answer, whoever was signed in still is.
     * @returns {Promise<boolean>}
     */
    authGuard(): Promise<boolean>;
    /**
     * Signs out here and in all other tabs, and ends the session at the server. The tokens are gone from this browser whatever the
     * server answers.
     * @returns {Promise<boolean>} whether the server ended the session too
     */
    signOut(): Promise<boolean>;
    /** @returns {Promise<import('./tokens.js').AuthResult>} what whoever is signed in goes on with */
    current(): Promise<import("./tokens.js").AuthResult>;
    /**
     * Keeps what a sign-in answered. Of what proved an address and signed nobody in it keeps nothing.
     * @param {any} answer
     * @returns {Promise<import('./tokens.js').AuthResult>}
     */
    begin(answer: any): Promise<import("./tokens.js").AuthResult>;
    /**
     * A call of who is signed in. A token that the server does not take is renewed once.
     * @param {string} path
     * @param {object} [body]
     * @param {string} [method]
     * @returns {Promise<any>}
     */
    call(path: string, body?: object, method?: string): Promise<any>;
    /** @returns {Promise<string>} the id of this session; empty where nobody is signed in */
    id(): Promise<string>;
    /** Forgets who is signed in, as the server already has. */
    ended(): Promise<void>;
    #private;
}
