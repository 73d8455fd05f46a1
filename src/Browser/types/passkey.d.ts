/** Making and using passkeys. Every method that fails does so with a PassageError. */
export class Passkey extends PasskeySupport {
    /**
     * @param {import('./ceremony.js').Post} post
     * @param {boolean} signals
     */
    constructor(post: import("./ceremony.js").Post, signals: boolean);
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
    #private;
}
export type ExtensionOptions = import("./ceremony.js").ExtensionOptions;
export type RegisterOptions = {
    authenticatorAttachment?: "platform" | "cross-platform" | "any";
} & ExtensionOptions;
export type PromptOptions = import("./ceremony.js").PromptOptions;
export type AuthenticateOptions = {
    transactionId?: string;
} & PromptOptions & ExtensionOptions;
import { PasskeySupport } from './ceremony.js';
