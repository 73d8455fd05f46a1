import { getClientCapabilities } from './capabilities.js';
import { creationOptions, credentialJson, extensionResults, requestOptions } from './codec.js';
import { PassageError, explain, guarded, obstacle } from './errors.js';
import { signalAccepted, signalUnknown } from './signals.js';

// What both products do with passkeys: start at the server, ask the browser, finish at the server.

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
  async canRegisterPasskey() {
    return !obstacle('create') && (await getClientCapabilities()).userVerifyingPlatformAuthenticator;
  }

  /** @returns {Promise<boolean>} whether this browser can use passkeys */
  async canAuthenticateWithPasskey() {
    return !obstacle();
  }

  /** @returns {Promise<boolean>} whether passkeys can be offered in the name field */
  async canUseConditionalMediation() {
    return !obstacle() && (await getClientCapabilities()).conditionalGet;
  }

  /** @returns {Promise<Record<string, boolean>>} what this browser can do; what it does not tell is false */
  getClientCapabilities() {
    return getClientCapabilities();
  }

  /** @returns {PassageError | null} why passkeys cannot work on this page at all, known without asking anybody; null when they can */
  obstacle() {
    return obstacle();
  }
}

/**
 * Makes a passkey.
 * @param {Post} post
 * @param {string} route
 * @param {object} begin what the start is told
 * @param {End} end
 * @param {ExtensionOptions & { mediation?: string }} options
 * @returns {Promise<any>} the server's answer
 */
export const create = async (post, route, begin, end, options) =>
  finish(post, route, await get(post, route, begin, options, undefined, 'create'), end);

/**
 * Makes a passkey in passing: the person's password manager keeps it without a prompt, or nothing happens.
 * @template T
 * @param {() => Promise<T>} make by the mediation `conditional`
 * @returns {Promise<T | undefined>} nothing where it is not supported or was not done
 */
export const inPassing = async (make) => {
  if (obstacle('create') || !(await getClientCapabilities()).conditionalCreate) return undefined;
  try {
    return await make();
  } catch (error) {
    if (error instanceof PassageError && (error.code === 'refused' || error.code === 'network')) throw error;
    return undefined;
  }
};

/**
 * Gets a passkey's signature, or a new passkey, which {@link finish} brings to the server.
 * @param {Post} post
 * @param {string} route
 * @param {object} begin what the start is told
 * @param {ExtensionOptions & PromptOptions & { mediation?: string }} options
 * @param {(lifetime: number) => () => void} [begun]
 *   is told how many milliseconds the challenge lives, as the browser's prompt does; what it returns is called when it is used up
 * @param {'create' | 'get'} [ceremony]
 * @returns {Promise<Got>}
 */
export const get = async (post, route, begin, options, begun, ceremony = 'get') => {
  const why = obstacle(ceremony);
  if (why) throw why;
  return guarded(async () => {
    const started = await post(`${route}/start`, { ...begin, ...await options.begin?.() });
    const uiMode = options.begun?.(started);
    const { publicKey } = started.handshake.challenge;
    const forget = begun?.(publicKey.timeout ?? 300_000);
    try {
      const credential = await ask(ceremony, (ceremony === 'get' ? requestOptions : creationOptions)(publicKey), { ...options, uiMode });
      return { started, options, credential };
    } finally {
      forget?.();
    }
  });
};

/**
 * @param {Post} post
 * @param {string} route
 * @param {Got} got
 * @param {End} end
 * @param {boolean} [signals] whether authenticators are told
 * @returns {Promise<any>} the server's answer
 */
export const finish = async (post, route, { started, options, credential }, end, signals) => {
  const response = credentialJson(credential);
  const { handshake } = started;
  try {
    const answer = await guarded(() => post(`${route}/finish`, {
      handshake_id: handshake.id,
      handshake_response: response,
      ...end(started, response.id),
      ...options.end,
      signals: signals || undefined,
    }));
    // Nobody waits for authenticators to be told.
    if (answer.signals) signalAccepted(answer.signals);
    options.onExtensionResults?.(extensionResults(credential));
    return answer;
  } catch (error) {
    if (signals && error instanceof PassageError && error.code === 'unknown_passkey') {
      signalUnknown(handshake.challenge.publicKey.rpId, response.id ?? '');
    }
    throw error;
  }
};

// Milliseconds that a browser has to end by itself a prompt that ran out of time.
const AFTER = 2000;

/**
 * @param {'create' | 'get'} ceremony
 * @param {any} publicKey
 * @param {{ isConditionalMediation?: boolean, mediation?: string, uiMode?: string, extensions?: object, signal?: AbortSignal }} how
 * @returns {Promise<any>}
 */
const ask = async (ceremony, publicKey, { isConditionalMediation, uiMode, extensions, signal, ...options }) => {
  const mediation = isConditionalMediation ? 'conditional' : options.mediation;
  const since = performance.now();
  let timer;
  try {
    signal?.throwIfAborted();
    const credential = await Promise.race([
      /** @type {any} */ (navigator.credentials)[ceremony]({
        publicKey: { ...publicKey, extensions: { ...publicKey.extensions, ...extensions } },
        mediation,
        uiMode,
        signal,
      }),
      // What stands in for the browser may heed neither signal nor timeout.
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        if (mediation || !publicKey.timeout) return;
        timer = setTimeout(() => reject(new DOMException('', 'NotAllowedError')), publicKey.timeout + AFTER);
      }),
    ]);
    if (credential) return credential;
  } catch (error) {
    throw await explain(error, ceremony, performance.now() - since, publicKey);
  } finally {
    clearTimeout(timer);
  }
  throw new PassageError('failed');
};
