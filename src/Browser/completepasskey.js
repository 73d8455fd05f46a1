import { autofill } from './autofill.js';
import { PasskeySupport, create, finish, get } from './ceremony.js';
import { toldApart } from './completeerrors.js';
import { attempt } from './foreign.js';
import { storage } from './tokens.js';
import { instead } from './turns.js';

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
  #app;
  #post;
  #session;
  #signals;

  /**
   * @param {import('./account.js').PassageApp} app
   * @param {import('./ceremony.js').Post} post
   * @param {import('./session.js').PassageSession} session
   * @param {boolean} signals
   */
  constructor(app, post, session, signals) {
    super();
    this.#app = app;
    this.#post = post;
    this.#session = session;
    this.#signals = signals;
  }

  /**
   * Signs up: makes the account, or goes on with one that has no passkey yet, makes its passkey, and signs in. Call it from a click.
   * @param {string} identifier an email address or a phone number
   * @param {SignUpOptions} [options]
   * @returns {Promise<import('./tokens.js').AuthResult>}
   */
  async register(identifier, { userMetadata, ...options } = {}) {
    await this.#app.createUser(identifier, userMetadata);
    return this.#session.begin(await makePasskey(
      this.#post, 'register/webauthn', { identifier }, options, ({ user }) => user.id));
  }

  /**
   * Signs in: to the account that is named, or without a name to any that the person picks. Call it from a click.
   * @param {string | null} [identifier]
   * @param {PasskeyLoginOptions} [options] `isConditionalMediation` offers passkeys once in the name field; see {@link autofill}.
   * @returns {Promise<import('./tokens.js').AuthResult>}
   */
  async login(identifier, { abortSignal, ...options } = {}) {
    return instead(
      async ({ signal }) => this.#finish(await this.#get({ ...options, signal }, identifier ?? undefined)),
      abortSignal ?? options.signal,
    );
  }

  /**
   * Offers passkeys among the suggestions for a field with `autocomplete="username webauthn"`, for as long as the page is open:
   * the challenge is renewed before it expires, a click on a passkey button takes precedence, and when that came to nothing the
   * suggestions come back. Calling it again replaces the earlier call.
   * @param {SignInAutofillOptions} options
   * @returns {Promise<void>} settles when it is over: a passkey was used, it was ended, or this browser has no such thing
   */
  autofill({ onSignIn, ...options }) {
    return autofill(
      ({ signal }, begun) => this.#get({ ...options, isConditionalMediation: true, signal }, undefined, begun),
      (got) => this.#finish(got),
      { ...options, onNonce: /** @type {any} */ (onSignIn) },
    );
  }

  /** @param {string} userId @returns {boolean} whether this browser has made a passkey for that user */
  hasLocalPasskey(userId) {
    return userId in made();
  }

  /** @returns {Promise<boolean>} whether this page is at the app's own origin */
  async checkPasskeyOrigin() {
    return (await this.#app.info()).authOrigin === location.origin;
  }

  /** @param {PasskeyLoginOptions} options @param {string} [identifier] @param {(lifetime: number) => () => void} [begun] */
  #get(options, identifier, begun) {
    return get(this.#post, 'login/webauthn', { identifier }, options, begun);
  }

  /** @param {import('./ceremony.js').Got} got @returns {Promise<import('./tokens.js').AuthResult>} */
  async #finish(got) {
    const answer = await finish(this.#post, 'login/webauthn', got, ({ user }) => ({ user_id: user?.id }), this.#signals);
    return this.#session.begin(answer);
  }
}

/** @returns {Record<string, string>} passkeys that this browser has made, by their users; as Passage's pages keep them */
const made = () => attempt(() => JSON.parse(storage.psg_cred_obj)) ?? {};

/** @param {Record<string, string>} all */
const keepMade = (all) => { storage.psg_cred_obj = JSON.stringify(all); };

/**
 * Makes a passkey in place of any other ceremony.
 * @param {import('./ceremony.js').Post} post
 * @param {string} route
 * @param {object} begin
 * @param {PasskeyCreationOptions} options
 * @param {(started: any) => string} whose
 * @returns {Promise<any>} the server's answer
 */
export const makePasskey = (post, route, begin, { authenticatorAttachment: authenticator_attachment, ...options }, whose) => instead(
  async ({ signal }) => {
    let user_id = '';
    let passkey = '';
    const answer = await create(post, route, { ...begin, authenticator_attachment }, (started, id = '') => {
      passkey = id;
      user_id = whose(started);
      return { user_id };
    }, { ...options, signal });
    keepMade({ ...made(), [user_id]: passkey });
    return answer;
  },
  options.signal,
).catch((error) => { throw toldApart(error); });

/** @param {string} credId */
export const forgetMade = (credId) => keepMade(Object.fromEntries(Object.entries(made()).filter(([, id]) => id !== credId)));
