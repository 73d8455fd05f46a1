/**
 * @typedef {object} ExtensionOptions
 * @property {AuthenticationExtensionsClientInputs} [extensions] WebAuthn extensions to ask for, such as `prf` and `largeBlob`.
 * @property {(results: AuthenticationExtensionsClientOutputs) => void} [onExtensionResults] Gets what they came to, once the server
 *   has accepted the passkey. Their secrets are for this page alone: they are not sent to the server.
 * @property {AbortSignal} [signal] Ends the ceremony.
 */
/** @typedef {(path: string, body?: object) => Promise<any>} Post */
/** @typedef {{ started: any, options: ExtensionOptions, credential: any }} Got */
/** What a page may ask before it shows a button. */
export class PasskeySupport {
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
}
export function create(post: Post, route: string, begin: object, end: (started: any, id?: string) => object, options: ExtensionOptions & {
    mediation?: string;
}): Promise<any>;
export function inPassing<T>(make: () => Promise<T>): Promise<T | undefined>;
export function get(post: Post, route: string, begin: object, options: ExtensionOptions & {
    isConditionalMediation?: boolean;
}, begun?: (lifetime: number) => () => void): Promise<Got>;
export function finish(post: Post, route: string, { started: { handshake }, options, credential }: Got, end: object, signals: boolean): Promise<any>;
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
export type Post = (path: string, body?: object) => Promise<any>;
export type Got = {
    started: any;
    options: ExtensionOptions;
    credential: any;
};
import { PassageError } from './errors.js';
