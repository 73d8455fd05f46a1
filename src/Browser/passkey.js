import { autofill } from './autofill.js';
import { PasskeySupport, create, finish, get, inPassing } from './ceremony.js';
import { signalAccepted } from './signals.js';
import { instead } from './turns.js';

/** @typedef {import('./ceremony.js').ExtensionOptions} ExtensionOptions */

/** @typedef {{ authenticatorAttachment?: 'platform' | 'cross-platform' | 'any' } & ExtensionOptions} RegisterOptions */

/** @typedef {import('./ceremony.js').PromptOptions} PromptOptions */

/** @typedef {{ transactionId?: string } & PromptOptions & ExtensionOptions} AuthenticateOptions */

const REGISTER = 'register/transactions/webauthn';
const AUTHENTICATE = 'authenticate/transactions/webauthn';

/** Making and using passkeys. Every method that fails does so with a PassageError. */
export class Passkey extends PasskeySupport {
  #post;
  #signals;

  /**
   * @param {import('./ceremony.js').Post} post
   * @param {boolean} signals
   */
  constructor(post, signals) {
    super();
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
    return instead(async ({ signal }) => this.#finish(await this.#get({ ...options, signal }), options.transactionId), options.signal);
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
      ({ signal }, begun) => this.#get({ ...options, isConditionalMediation: true, signal }, begun),
      (got) => this.#finish(got),
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
    return inPassing(() => instead(
      (controller) => this.#create(transactionId, { mediation: 'conditional', signal: controller.signal }), signal));
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

  /** @param {string} transaction_id @param {RegisterOptions & { mediation?: string }} options */
  async #create(transaction_id, options) {
    const { authenticatorAttachment: authenticator_attachment, mediation } = options;
    const begin = { transaction_id, authenticator_attachment, mediation };
    return (await create(this.#post, REGISTER, begin, () => ({ transaction_id }), options)).nonce;
  }

  /** @param {AuthenticateOptions} options @param {(lifetime: number) => () => void} [begun] */
  #get({ transactionId: transaction_id, ...options }, begun) {
    return get(this.#post, AUTHENTICATE, { transaction_id }, options, begun);
  }

  /** @param {import('./ceremony.js').Got} got @param {string} [transaction_id] */
  async #finish(got, transaction_id) {
    return (await finish(this.#post, AUTHENTICATE, got, () => ({ transaction_id }), this.#signals)).nonce;
  }
}
