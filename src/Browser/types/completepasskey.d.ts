/** @typedef {import('./ceremony.js').ExtensionOptions} ExtensionOptions */
/** @typedef {{ authenticatorAttachment?: 'platform' | 'cross-platform' | 'any' } & ExtensionOptions} PasskeyCreationOptions */
/**
 * @typedef {{ userMetadata?: import('./wire.js').Metadata } & PasskeyCreationOptions} SignUpOptions `userMetadata`: fields that the
 *   app takes at sign-up
 */
/** @typedef {{ abortSignal?: AbortSignal } & import('./ceremony.js').PromptOptions & ExtensionOptions} PasskeyLoginOptions */
/** @typedef {SignInOffer & import('./ceremony.js').PromptOptions & ExtensionOptions} SignInAutofillOptions */
/**
 * @typedef {object} SignInOffer
 * @property {(result: import('./tokens.js').AuthResult) => unknown} onSignIn Gets the tokens of who picked a passkey; they are kept
 *   already.
 * @property {(error: unknown) => void} [onError] Gets what somebody should be told: a picked passkey was refused, or `onSignIn` threw.
 *   Without it the promise of `autofill` rejects with that error.
 */
/** Signing up and signing in by passkey. Every method that fails does so with a PassageError. */
export class PassagePasskey extends PasskeySupport {
    /**
     * @param {import('./account.js').PassageApp} app
     * @param {import('./ceremony.js').Post} post
     * @param {import('./session.js').PassageSession} session
     * @param {boolean} signals
     */
    constructor(app: import("./account.js").PassageApp, post: import("./ceremony.js").Post, session: import("./session.js").PassageSession, signals: boolean);
    /**
     * Signs up: makes the account, or goes on with one that has no passkey yet, makes its passkey, and signs in. Call it from a click.
     * @param {string} identifier an email address or a phone number
     * @param {SignUpOptions} [options]
     * @returns {Promise<import('./tokens.js').AuthResult>}
     */
    register(identifier: string, { userMetadata, ...options }?: SignUpOptions): Promise<import("./tokens.js").AuthResult>;
    /**
     * Signs in: to the account that is named, or without a name to any that the person picks. Call it from a click.
     * @param {string | null} [identifier]
     * @param {PasskeyLoginOptions} [options] `isConditionalMediation` offers passkeys once in the name field; see {@link autofill}.
     * @returns {Promise<import('./tokens.js').AuthResult>}
     */
    login(identifier?: string | null, { abortSignal, ...options }?: PasskeyLoginOptions): Promise<import("./tokens.js").AuthResult>;
    /**
     * Offers passkeys among the suggestions for a field with `autocomplete="username webauthn"`, for as long as the page is open:
     * the challenge is renewed before it expires, a click on a passkey button takes precedence, and when that came to nothing the
     * suggestions come back. Calling it again replaces the earlier call.
     * @param {SignInAutofillOptions} options
     * @returns {Promise<void>} settles when it is over: a passkey was used, it was ended, or this browser has no such thing
     */
    autofill({ onSignIn, ...options }: SignInAutofillOptions): Promise<void>;
    /** @param {string} userId @returns {boolean} whether this browser has made a passkey for that user */
    hasLocalPasskey(userId: string): boolean;
    /** @returns {Promise<boolean>} whether this page is at the app's own origin */
    checkPasskeyOrigin(): Promise<boolean>;
    #private;
}
export function makePasskey(post: import("./ceremony.js").Post, route: string, begin: object, { authenticatorAttachment: authenticator_attachment, ...options }: PasskeyCreationOptions, whose: (started: any) => string): Promise<any>;
export function forgetMade(credId: string): void;
export type ExtensionOptions = import("./ceremony.js").ExtensionOptions;
export type PasskeyCreationOptions = {
    authenticatorAttachment?: "platform" | "cross-platform" | "any";
} & ExtensionOptions;
/**
 * `userMetadata`: fields that the
 *   app takes at sign-up
 */
export type SignUpOptions = {
    userMetadata?: import("./wire.js").Metadata;
} & PasskeyCreationOptions;
export type PasskeyLoginOptions = {
    abortSignal?: AbortSignal;
} & import("./ceremony.js").PromptOptions & ExtensionOptions;
export type SignInAutofillOptions = SignInOffer & import("./ceremony.js").PromptOptions & ExtensionOptions;
export type SignInOffer = {
    /**
     * Gets the tokens of who picked a passkey; they are kept
     * already.
     */
    onSignIn: (result: import("./tokens.js").AuthResult) => unknown;
    /**
     * Gets what somebody should be told: a picked passkey was refused, or `onSignIn` threw.
     * Without it the promise of `autofill` rejects with that error.
     */
    onError?: ((error: unknown) => void) | undefined;
};
import { PasskeySupport } from './ceremony.js';
