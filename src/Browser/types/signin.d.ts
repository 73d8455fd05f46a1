/**
 * Signs in with a passkey in the way that suits this browser and, where it advises, the server: by the suggestions of the name field,
 * by a prompt that shows up only where a passkey is at hand (`uiMode: 'immediate'`), by the browser's dialog, or not at all. One click
 * opens one dialog at most.
 * @overload
 * @param {import('./passkey.js').Passkey} passkey
 * @param {FlexSignInOptions} options
 * @returns {Promise<void>} settles when it is over; rejects only with what `fallback` throws
 */
export function signIn(passkey: import("./passkey.js").Passkey, options: FlexSignInOptions): Promise<void>;
/**
 * @overload
 * @param {import('./completepasskey.js').PassagePasskey} passkey
 * @param {CompleteSignInOptions} options
 * @returns {Promise<void>}
 */
export function signIn(passkey: import("./completepasskey.js").PassagePasskey, options: CompleteSignInOptions): Promise<void>;
/**
 * the server's, of its call `authenticate/advice`
 */
export type Advice = "local" | "autofill" | "phone" | "security_key" | "fallback";
/**
 * Why the page shows its own form.
 */
export type FallbackReason = {
    /**
     * the code of the error; `advised` when the server advised
     * against asking, and nobody was
     */
    reason: import("./errors.js").PassageErrorCode | "advised";
    /**
     * a sentence that the page can show
     */
    message: string;
    /**
     * what was thrown
     */
    error: unknown;
};
export type SignInParts = {
    /**
     * Offers passkeys in the name field now, and asks when this is clicked; it is `aria-busy` meanwhile.
     * Without it, asks now: call it from a click.
     */
    button?: Element | undefined;
    /**
     * Shows the page's other way to sign in, or has it shown already.
     */
    fallback: (why: FallbackReason) => unknown;
    /**
     * What the server has told your backend; else what it answers to the start.
     */
    advice?: Advice | {
        advice: Advice;
    } | undefined;
    /**
     * Ends it.
     */
    signal?: AbortSignal | undefined;
};
/**
 * whose passkey; a function is asked
 *   each time
 */
export type Given = string | undefined | (() => string | undefined | Promise<string | undefined>);
/**
 * `onNonce` hands the nonce to the backend; when it throws, that is told to `fallback`
 */
export type FlexSignInOptions = SignInParts & {
    onNonce: (nonce: string) => unknown;
    transactionId?: Given;
} & import("./ceremony.js").ExtensionOptions;
/**
 * `onSignIn` gets the tokens, which are kept already
 */
export type CompleteSignInOptions = SignInParts & {
    onSignIn: (result: import("./tokens.js").AuthResult) => unknown;
    identifier?: Given;
} & import("./ceremony.js").ExtensionOptions;
/**
 * What a prompt came to, as the server counts it. `fallback`: nobody was asked.
 */
export type Prompted = {
    kind: "modal" | "immediate";
    result: "shown" | "dismissed" | "failed" | "fallback";
    /**
     * the name of the DOMException
     */
    error?: string | undefined;
};
