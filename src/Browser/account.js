import { inPassing } from './ceremony.js';
import { toldApart } from './completeerrors.js';
import { here } from './magiclink.js';
import { signalAccepted } from './signals.js';
import { forgetMade, makePasskey } from './completepasskey.js';
import { plain } from './wire.js';

/** The app, and what anybody may ask of it. */
export class PassageApp {
  #post;
  /** @type {Promise<import('./wire.js').PassageAppInfo> | undefined} */
  #info;

  /** @param {(path: string, body?: object, how?: RequestInit) => Promise<any>} post */
  constructor(post) {
    this.#post = post;
  }

  /** @returns {Promise<import('./wire.js').PassageAppInfo>} the app's settings; asked for once */
  info() {
    return this.#info ??= this.#post('', undefined, { method: 'GET' }).then(({ app }) => plain(app), (error) => {
      this.#info = undefined;
      throw error;
    });
  }

  /** @param {string} identifier @returns {Promise<import('./wire.js').PublicUserInfo | null>} null: nobody */
  async userExists(identifier) {
    return plain((await this.#post(`users?identifier=${encodeURIComponent(identifier)}`, undefined, { method: 'GET' })).user);
  }

  /**
   * Begins an account, or goes on with one that has no passkey yet. `passkey.register()` does it by itself.
   * @param {string} identifier an email address or a phone number
   * @param {import('./wire.js').Metadata} [userMetadata] fields that the app takes at sign-up
   * @returns {Promise<import('./wire.js').PublicUserInfo>}
   */
  async createUser(identifier, userMetadata) {
    try {
      return plain((await this.#post('users', { identifier, user_metadata: userMetadata })).user);
    } catch (error) {
      throw toldApart(error);
    }
  }
}

/** Who is signed in. Every method needs that somebody is: else it fails with `not_signed_in` or `session_ended`. */
export class PassageCurrentUser {
  #session;
  #signals;

  /**
   * @param {import('./session.js').PassageSession} session
   * @param {boolean} signals
   */
  constructor(session, signals) {
    this.#session = session;
    this.#signals = signals;
  }

  /** @returns {Promise<import('./wire.js').CurrentUser>} */
  async userInfo() {
    return this.#get('', 'user');
  }

  /** @returns {Promise<import('./wire.js').Metadata | null>} */
  async metadata() {
    return this.#get('/user-metadata', 'userMetadata');
  }

  /**
   * @param {import('./wire.js').Metadata} metadata What is absent stays; null takes a field away.
   * @returns {Promise<import('./wire.js').CurrentUser>}
   */
  async updateMetadata(metadata) {
    return this.#get('/user-metadata', 'user', { user_metadata: metadata }, 'PATCH');
  }

  /**
   * Has a link sent to another email address, which leads back to this page. The address becomes the account's when the link was opened;
   * the old one is told.
   * @param {string} newEmail
   * @param {string} [language] of the message; without it the browser's
   * @returns {Promise<import('./magiclink.js').MagicLink>}
   * @throws {PassageError} `sign_in_too_old`; `too_often`, with `retryAfter`
   */
  async changeEmail(newEmail, language) {
    return this.#change('/email', { new_email: newEmail, language });
  }

  /**
   * The same for another phone number.
   * @param {string} newPhone
   * @param {string} [language] of the message; without it the browser's
   * @returns {Promise<import('./magiclink.js').MagicLink>}
   * @throws {PassageError} `sign_in_too_old`; `too_often`, with `retryAfter`
   */
  async changePhone(newPhone, language) {
    return this.#change('/phone', { new_phone: newPhone, language });
  }

  /** @returns {Promise<import('./wire.js').PasskeyInfo[]>} oldest first; authenticators are told which are accepted */
  async passkeys() {
    return this.#get('/devices', 'devices');
  }

  /**
   * Makes another passkey. Call it from a click.
   * @param {import('./completepasskey.js').PasskeyCreationOptions} [options] `authenticatorAttachment` is `platform` unless you say
   *   otherwise.
   * @returns {Promise<import('./wire.js').PasskeyInfo>}
   */
  async addPasskey(options) {
    return this.#makePasskey({}, { authenticatorAttachment: 'platform', ...options });
  }

  /**
   * Makes a passkey in passing, right after a sign-in by code or link: the person's password manager keeps it without a prompt, or
   * nothing happens. Offer {@link addPasskey} then.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<import('./wire.js').PasskeyInfo | undefined>} nothing where it is not supported or was not done
   */
  async upgrade({ signal } = {}) {
    const mediation = 'conditional';
    return inPassing(() => this.#makePasskey({ mediation }, { mediation, signal }));
  }

  /** @param {string} passkeyId @param {string} friendlyName @returns {Promise<import('./wire.js').PasskeyInfo>} */
  async editPasskey(passkeyId, friendlyName) {
    return this.#get(`/devices/${encodeURIComponent(passkeyId)}`, 'device', { friendly_name: friendlyName }, 'PATCH');
  }

  /**
   * Removes a passkey, and has its authenticator forget it.
   * @param {import('./wire.js').PasskeyInfo} passkey
   * @returns {Promise<true>}
   */
  async deletePasskey({ id, credId }) {
    await this.#get(`/devices/${encodeURIComponent(id)}`, '', undefined, 'DELETE');
    forgetMade(credId);
    return true;
  }

  /** @returns {Promise<import('./wire.js').SessionInfo[]>} where one is signed in, the latest first */
  async listSessions() {
    return this.#get('/sessions', 'sessions');
  }

  /**
   * Signs out elsewhere, or here.
   * @param {string} sessionId
   * @returns {Promise<true>}
   */
  async revokeSession(sessionId) {
    const own = await this.#session.id();
    await this.#get(`/sessions/${encodeURIComponent(sessionId)}`, '', undefined, 'DELETE');
    if (sessionId === own) await this.#session.ended();
    return true;
  }

  /** @param {object} begin @param {import('./completepasskey.js').PasskeyCreationOptions & { mediation?: string }} options */
  async #makePasskey(begin, options) {
    const { device } = await makePasskey(
      (path, body) => this.#session.call(path, body), '/devices', begin, options, ({ user }) => user.id);
    return plain(device);
  }

  /** @param {string} path @param {object} body */
  #change(path, body) {
    return this.#get(path, 'magicLink', { ...body, magic_link_path: here() }, 'PATCH');
  }

  /** @param {string} path @param {string} part @param {object} [body] @param {string} [method] */
  async #get(path, part, body, method = 'GET') {
    try {
      const { signals, ...answer } = await this.#session.call(path, body, method);
      if (signals && this.#signals) signalAccepted(signals);
      return plain(answer)[part];
    } catch (error) {
      throw toldApart(error);
    }
  }
}
