/**
 * @typedef {object} ExtensionOptions
 * @property {AuthenticationExtensionsClientInputs} [extensions] WebAuthn extensions to ask for, such as `prf` and `largeBlob`.
 * @property {(results: AuthenticationExtensionsClientOutputs) => void} [onExtensionResults] Gets what they came to, once the server
 *   has accepted the passkey. Their secrets are for this page alone: they are not sent to the server.
 * @property {AbortSignal} [signal] Ends the ceremony.
 */
/** @typedef {(path: string, body?: object) => Promise<any>} Post */
/**
 * How a sign-in is asked for; signIn() of openpassage/signin uses it.
 * @typedef {object} PromptOptions
 * @property {boolean} [isConditionalMediation]
 * @property {() => object | Promise<object>} [begin] what the server is told at the start besides
 * @property {(started: any) => 'immediate' | undefined} [begun] gets what the server answered to the start, and may change it; returns
 *   the `uiMode`. When it throws nobody is asked.
 * @property {object} [end] what the server is told at the finish besides
 */
/** @typedef {{ started: any, options: ExtensionOptions & PromptOptions, credential: any }} Got */
/** @typedef {(started: any, id?: string) => object} End what the finish is told besides; gets the start's answer, and the passkey's id */
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
export function create(post: Post, route: string, begin: object, end: End, options: ExtensionOptions & {
    mediation?: string;
}): Promise<any>;
export function inPassing<T>(make: () => Promise<T>): Promise<T | undefined>;
export function get(post: Post, route: string, begin: object, options: ExtensionOptions & PromptOptions & {
    mediation?: string;
}, begun?: (lifetime: number) => () => void, ceremony?: "create" | "get"): Promise<Got>;
export function finish(post: Post, route: string, { started, options, credential }: Got, end: End, signals?: boolean): Promise<any>;
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
/**
 * How a sign-in is asked for; signIn() of openpassage/signin uses it.
 */
export type PromptOptions = {
    isConditionalMediation?: boolean | undefined;
    /**
     * what the server is told at the start besides
     */
    begin?: (() => object | Promise<object>) | undefined;
    /**
     * gets what the server answered to the start, and may change it; returns
     * the `uiMode`. When it throws nobody is asked.
     */
    begun?: ((started: any) => "immediate" | undefined) | undefined;
    /**
     * what the server is told at the finish besides
     */
    end?: object | undefined;
};
export type Got = {
    started: any;
    options: ExtensionOptions & PromptOptions;
    credential: any;
};
/**
 * what the finish is told besides; gets the start's answer, and the passkey's id
 */
export type End = (started: any, id?: string) => object;
import { PassageError } from './errors.js';
