/** The app, and what anybody may ask of it. */
export class PassageApp {
    /** @param {(path: string, body?: object, how?: RequestInit) => Promise<any>} post */
    constructor(post: (path: string, body?: object, how?: RequestInit) => Promise<any>);
    /** @returns {Promise<import('./wire.js').PassageAppInfo>} the app's settings; asked for once */
    info(): Promise<import("./wire.js").PassageAppInfo>;
    /** @param {string} identifier @returns {Promise<import('./wire.js').PublicUserInfo | null>} null: nobody */
    userExists(identifier: string): Promise<import("./wire.js").PublicUserInfo | null>;
    /**
     * Begins an account, or goes on with one that has no passkey yet. `passkey.register()` does it by itself.
     * @param {string} identifier an email address or a phone number
     * @param {import('./wire.js').Metadata} [userMetadata] fields that the app takes at sign-up
     * @returns {Promise<import('./wire.js').PublicUserInfo>}
     */
    createUser(identifier: string, userMetadata?: import("./wire.js").Metadata): Promise<import("./wire.js").PublicUserInfo>;
    #private;
}
/** Who is signed in. Every method needs that somebody is: else it fails with `not_signed_in` or `session_ended`. */
export class PassageCurrentUser {
    /**
     * @param {import('./session.js').PassageSession} session
     * @param {boolean} signals
     */
    constructor(session: import("./session.js").PassageSession, signals: boolean);
    /** @returns {Promise<import('./wire.js').CurrentUser>} */
    userInfo(): Promise<import("./wire.js").CurrentUser>;
    /** @returns {Promise<import('./wire.js').Metadata | null>} */
    metadata(): Promise<import("./wire.js").Metadata | null>;
    /**
     * @param {import('./wire.js').Metadata} metadata What is absent stays; null takes a field away.
     * @returns {Promise<import('./wire.js').CurrentUser>}
     */
    updateMetadata(metadata: import("./wire.js").Metadata): Promise<import("./wire.js").CurrentUser>;
    /**
     * Has a link sent to another email address, which leads back to this page. The address becomes the account's when the link was opened;
     * the old one is told.
     * @param {string} newEmail
     * @param {string} [language] of the message; without it the browser's
     * @returns {Promise<import('./magiclink.js').MagicLink>}
     * @throws {PassageError} `sign_in_too_old`; `too_often`, with `retryAfter`
     */
    changeEmail(newEmail: string, language?: string): Promise<import("./magiclink.js").MagicLink>;
    /**
     * The same for another phone number.
     * @param {string} newPhone
     * @param {string} [language] of the message; without it the browser's
     * @returns {Promise<import('./magiclink.js').MagicLink>}
     * @throws {PassageError} `sign_in_too_old`; `too_often`, with `retryAfter`
     */
    changePhone(newPhone: string, language?: string): Promise<import("./magiclink.js").MagicLink>;
    /** @returns {Promise<import('./wire.js').PasskeyInfo[]>} oldest first; authenticators are told which are accepted */
    passkeys(): Promise<import("./wire.js").PasskeyInfo[]>;
    /**
     * Makes another passkey. Call it from a click.
     * @param {import('./completepasskey.js').PasskeyCreationOptions} [options] `authenticatorAttachment` is `platform` unless you say
     *   otherwise.
     * @returns {Promise<import('./wire.js').PasskeyInfo>}
     */
    addPasskey(options?: import("./completepasskey.js").PasskeyCreationOptions): Promise<import("./wire.js").PasskeyInfo>;
    /**
     * Makes a passkey in passing, right after a sign-in by code or link: the person's password manager keeps it without a prompt, or
     * nothing happens. Offer {@link addPasskey} then.
     * @param {{ signal?: AbortSignal }} [options]
     * @returns {Promise<import('./wire.js').PasskeyInfo | undefined>} nothing where it is not supported or was not done
     */
    upgrade({ signal }?: {
        signal?: AbortSignal;
    }): Promise<import("./wire.js").PasskeyInfo | undefined>;
    /** @param {string} passkeyId @param {string} friendlyName @returns {Promise<import('./wire.js').PasskeyInfo>} */
    editPasskey(passkeyId: string, friendlyName: string): Promise<import("./wire.js").PasskeyInfo>;
    /**
     * Removes a passkey, and has its authenticator forget it.
     * @param {import('./wire.js').PasskeyInfo} passkey
     * @returns {Promise<true>}
     */
    deletePasskey({ id, credId }: import("./wire.js").PasskeyInfo): Promise<true>;
    /** @returns {Promise<import('./wire.js').SessionInfo[]>} where one is signed in, the latest first */
    listSessions(): Promise<import("./wire.js").SessionInfo[]>;
    /**
     * Signs out elsewhere, or here.
     * @param {string} sessionId
     * @returns {Promise<true>}
     */
    revokeSession(sessionId: string): Promise<true>;
    #private;
}
