export function autofill<T>(offer: (controller: AbortController, started: (lifetime: number) => () => void) => Promise<T>, finish: (offered: T) => Promise<any>, { onNonce, onError, signal }: AutofillOptions): Promise<void>;
export function whenDue(time: number, renew: () => void): () => void;
export type AutofillOptions = Offer & import("./ceremony.js").PromptOptions & import("./ceremony.js").ExtensionOptions;
export type Offer = {
    /**
     * Gets the nonce of the passkey that somebody picked, to hand it to the backend.
     * When it throws, or returns a promise that rejects, passkeys are offered again.
     */
    onNonce: (nonce: string) => unknown;
    /**
     * Gets what somebody should be told: a picked passkey was refused, or `onNonce` threw.
     * Without it the promise of `autofill` rejects with that error.
     */
    onError?: ((error: unknown) => void) | undefined;
};
