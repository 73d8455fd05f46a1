/**
 * @typedef {object} ExtensionOptions
 * @property {AuthenticationExtensionsClientInputs} [extensions] WebAuthn extensions to ask for, such as `prf` and `largeBlob`.
 * @property {(results: AuthenticationExtensionsClientOutputs) => void} [onExtensionResults] Gets what they came to, once the server
 *   has accepted the passkey. Their secrets are for this page alone: they are not sent to the server.
 * @property {AbortSignal} [signal] Ends the ceremony.
 */
/** @typedef {{ authenticatorAttachment?: 'platform' | 'cross-platform' | 'any' } & ExtensionOptions} RegisterOptions */
/** @typedef {{ transactionId?: string, isConditionalMediation?: boolean } & ExtensionOptions} AuthenticateOptions */
/** Making and using passkeys. Every method that fails does so with a {@link PassageError}. */
export class Passkey {
    /**
     * @param {(path: string, body: object) => Promise<any>} post
     * @param {boolean} signals
     */
    constructor(post: (path: string, body: object) => Promise<any>, signals: boolean);
    /**
     * Makes a passkey for the transaction that the backend created. Call it from a click.
     * @param {string} transactionId
     * @param {RegisterOptions} [options] `authenticatorAttachment` is `platform` unless you say otherwise, as it was with Passage.
     * @returns {Promise<string>} the nonce, which the backend verifies
     */
    register(transactionId: string, options?: RegisterOptions): Promise<string>;
    /**
     * Signs in with a passkey: of the account that the transaction names, or of any when there is none. Call it from a click.
     * @param {AuthenticateOptions} [options] `isConditionalMediation` offers passkeys once in the name field; see {@link autofill}.
     * @returns {Promise<string>} the nonce, which the backend verifies
     */
    authenticate(options?: AuthenticateOptions): Promise<string>;
    /**
     * Offers passkeys among the suggestions for a field with `autocomplete="username webauthn"`, for as long as the page is open:
     * the challenge is renewed before it expires, a click on a passkey button takes precedence, and when that came to nothing the
     * suggestions come back. Calling it again replaces the earlier call.
     * @param {import('./autofill.js').AutofillOptions} options
     * @returns {Promise<void>} settles when it is over: a passkey was used, it was ended, or this browser has no such thing
     */
    autofill(options: import("./autofill.js").AutofillOptions): Promise<void>;
    /**
     * Makes a passkey in passing, after a sign-in with a password: the person's password manager keeps it without a prompt, or nothing
     * happens.
     * @param {string} transactionId
     * @param {{ signal?: AbortSignal }} [options]
     * @returns {Promise<string | undefined>} the nonce; nothing where it is not supported or was not done
     */
    upgrade(transactionId: string, { signal }?: {
        signal?: AbortSignal;
    }): Promise<string | undefined>;
    /**
     * Tells the person's authenticators which passkeys of the account are accepted, so that they stop offering the others, and
     * what the account is called now. Hand it the `signals` that your backend got when it removed or listed passkeys.
     * @param {import('./signals.js').PasskeySignals} signals
     * @returns {Promise<void>} never rejects; nothing happens where browsers cannot
     */
    signalAccepted(signals: import("./signals.js").PasskeySignals): Promise<void>;
    /** @returns {Promise<boolean>} whether this device can make a passkey itself */
    canRegisterPasskey(): Promise<boolean>;
    /** @returns {Promise<boolean>} whether this browser can use passkeys */
    canAuthenticateWithPasskey(): Promise<boolean>;
    /** @returns {Promise<boolean>} whether passkeys can be offered in the name field */
    canUseConditionalMediation(): Promise<boolean>;
    /** @returns {Promise<Record<string, boolean>>} what this browser can do; what it does not tell is false */
    getClientCapabilities(): Promise<Record<string, boolean>>;
    /** @returns {PassageError | null} why passkeys cannot work on this page at all, known without asking anybody; null when they can */
    obstacle(): PassageError | null;
    #private;
}
export type ExtensionOptions = {
    /**
     * WebAuthn extensions to ask for, such as `prf` and `largeBlob`.
     */
    extensions?: AuthenticationExtensionsClientInputs | undefined;
    /**
     * Gets what they came to, once the server
     * has accepted the passkey. Their secrets are for this page alone: they are not sent to the server.
     */
    onExtensionResults?: ((results: AuthenticationExtensionsClientOutputs) => void) | undefined;
    /**
     * Ends the ceremony.
     */
    signal?: AbortSignal | undefined;
};
export type RegisterOptions = {
    authenticatorAttachment?: "platform" | "cross-platform" | "any";
} & ExtensionOptions;
export type AuthenticateOptions = {
    transactionId?: string;
    isConditionalMediation?: boolean;
} & ExtensionOptions;
import { PassageError } from './errors.js';
