import { autofill } from './autofill.js';
import { getClientCapabilities } from './capabilities.js';
import { creationOptions, credentialJson, extensionResults, requestOptions } from './codec.js';
import { PassageError, explain, guarded, obstacle } from './errors.js';
import { signalAccepted, signalUnknown } from './signals.js';
import { instead } from './turns.js';

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
  #post;
  #signals;

  /**
   * @param {(path: string, body: object) => Promise<any>} post
   * @param {boolean} signals
   */
  constructor(post, signals) {
    this.#post = post;
    this.#signals = signals;
  }

  /**
   * Makes a passkey for the transaction that the backend created. Call it from a click.
   * @param {string} transactionId
   * @param {RegisterOptions} [options] `authenticatorAttachment` is `platform` unless you say otherwise, as it was with Passage.
   * @returns {Promise<string>} the nonce, which the backend verifies
   */
  async register(transactionId, options = {}) {
    return instead(
      ({ signal }) => this.#create(transactionId, { authenticatorAttachment: 'platform', ...options, signal }), options.signal);
  }

  /**
   * Signs in with a passkey: of the account that the transaction names, or of any when there is none. Call it from a click.
   * @param {AuthenticateOptions} [options] `isConditionalMediation` offers passkeys once in the name field; see {@link autofill}.
   * @returns {Promise<string>} the nonce, which the backend verifies
   */
  async authenticate(options = {}) {
    return instead(async ({ signal }) => this.#finish(await this.#get({ ...options, signal })), options.signal);
  }

  /**
   * Offers passkeys among the suggestions for a field with `autocomplete="username webauthn"`, for as long as the page is open:
   * the challenge is renewed before it expires, a click on a passkey button takes precedence, and when that came to nothing the
   * suggestions come back. Calling it again replaces the earlier call.
   * @param {import('./autofill.js').AutofillOptions} options
   * @returns {Promise<void>} settles when it is over: a passkey was used, it was ended, or this browser has no such thing
   */
  autofill(options) {
    return autofill(
      (controller, started) => this.#get({ isConditionalMediation: true, signal: controller.signal }, started),
      (offered) => this.#finish(offered),
      options,
    );
  }

  /**
   * Makes a passkey in passing, after a sign-in with a password: the person's password manager keeps it without a prompt, or nothing
   * happens.
   * @param {string} transactionId
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<string | undefined>} the nonce; nothing where it is not supported or was not done
   */
  async upgrade(transactionId, { signal } = {}) {
    if (obstacle('create') || !(await getClientCapabilities()).conditionalCreate) return undefined;
    try {
      return await instead((controller) => this.#create(transactionId, { mediation: 'conditional', signal: controller.signal }), signal);
    } catch (error) {
      if (error instanceof PassageError && (error.code === 'refused' || error.code === 'network')) throw error;
      return undefined;
    }
  }

  /**
   * Tells the person's authenticators which passkeys of the account are accepted, so that they stop offering the others, and
   * what the account is called now. Hand it the `signals` that your backend got when it removed or listed passkeys.
   * @param {import('./signals.js').PasskeySignals} signals
   * @returns {Promise<void>} never rejects; nothing happens where browsers cannot
   */
  signalAccepted(signals) {
    return signalAccepted(signals);
  }

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

  /** @param {string} transactionId @param {RegisterOptions & { mediation?: string }} options */
  async #create(transactionId, { authenticatorAttachment, mediation, extensions, onExtensionResults, signal }) {
    check('create');
    const { nonce, credential } = await guarded(async () => {
      const { handshake } = await this.#post('register/transactions/webauthn/start', {
        transaction_id: transactionId,
        authenticator_attachment: authenticatorAttachment,
        mediation,
      });
      const made = await ask('create', creationOptions(handshake.challenge.publicKey), { mediation, extensions, signal });
      const finished = await this.#post('register/transactions/webauthn/finish', {
        handshake_id: handshake.id,
        handshake_response: credentialJson(made),
        transaction_id: transactionId,
      });
      return { nonce: finished.nonce, credential: made };
    });
    onExtensionResults?.(extensionResults(credential));
    return nonce;
  }

  /**
   * @param {AuthenticateOptions} options
   * @param {(lifetime: number) => () => void} [started]
   */
  async #get({ transactionId, isConditionalMediation, extensions, onExtensionResults, signal }, started) {
    check('get');
    return guarded(async () => {
      const { handshake } = await this.#post('authenticate/transactions/webauthn/start', { transaction_id: transactionId });
      const publicKey = requestOptions(handshake.challenge.publicKey);
      const forget = started?.(handshake.challenge.publicKey.timeout ?? 300_000);
      try {
        const mediation = isConditionalMediation ? 'conditional' : undefined;
        return { handshake, transactionId, onExtensionResults, credential: await ask('get', publicKey, { mediation, extensions, signal }) };
      } finally {
        forget?.();
      }
    });
  }

  /** @param {{ handshake: any, transactionId?: string, onExtensionResults?: (results: any) => void, credential: any }} got */
  async #finish({ handshake, transactionId, onExtensionResults, credential }) {
    const answer = credentialJson(credential);
    try {
      const { nonce, signals } = await guarded(() => this.#post('authenticate/transactions/webauthn/finish', {
        handshake_id: handshake.id,
        handshake_response: answer,
        transaction_id: transactionId,
        signals: this.#signals || undefined,
      }));
      // Nobody waits for authenticators to be told.
      if (signals) signalAccepted(signals);
      onExtensionResults?.(extensionResults(credential));
      return nonce;
    } catch (error) {
      if (this.#signals && error instanceof PassageError && error.code === 'unknown_passkey') {
        signalUnknown(handshake.challenge.publicKey.rpId, answer.id ?? '');
      }
      throw error;
    }
  }
}

/** @param {'create' | 'get'} ceremony */
const check = (ceremony) => {
  const why = obstacle(ceremony);
  if (why) throw why;
};

// Milliseconds that a browser has to end by itself a prompt that ran out of time.
const AFTER = 2000;

/**
 * @param {'create' | 'get'} ceremony
 * @param {any} publicKey
 * @param {{ mediation?: string, extensions?: object, signal?: AbortSignal }} how
 * @returns {Promise<any>}
 */
const ask = async (ceremony, publicKey, { mediation, extensions, signal }) => {
  const since = performance.now();
  let timer;
  try {
    signal?.throwIfAborted();
    const credential = await Promise.race([
      /** @type {any} */ (navigator.credentials)[ceremony]({
        publicKey: { ...publicKey, extensions: { ...publicKey.extensions, ...extensions } },
        mediation,
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
