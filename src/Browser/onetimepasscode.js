import { because, toldApart } from './completeerrors.js';
import { plain } from './wire.js';

/** @typedef {{ otpId: string }} OneTimePasscode a code that was sent; what it is entered with */

/** Signing up and signing in by a code in a message. Every method that fails does so with a PassageError. */
export class PassageOneTimePasscode {
  #post;
  #session;

  /**
   * @param {import('./ceremony.js').Post} post
   * @param {import('./session.js').PassageSession} session
   */
  constructor(post, session) {
    this.#post = post;
    this.#session = session;
  }

  /**
   * Sends a code to sign up with: for an account that nobody has, or that nobody has signed in to yet.
   * @param {string} identifier an email address or a phone number
   * @param {string} [language] of the message; without it the browser's
   * @returns {Promise<OneTimePasscode>}
   * @throws {PassageError} `user_exists`; `too_often`, with `retryAfter`
   */
  register(identifier, language) {
    return this.#send('register/otp', identifier, language);
  }

  /**
   * Sends a code to sign in with.
   * @param {string} identifier an email address or a phone number
   * @param {string} [language] of the message; without it the browser's
   * @returns {Promise<OneTimePasscode>}
   * @throws {PassageError} `too_often`, with `retryAfter`; `refused` where nobody has that account, unless the app hides who does
   */
  login(identifier, language) {
    return this.#send('login/otp', identifier, language);
  }

  /**
   * Signs in with the code.
   * @param {string} oneTimePasscode as it was typed; blanks do no harm
   * @param {string} id the `otpId` of the message
   * @returns {Promise<import('./tokens.js').AuthResult>}
   * @throws {PassageError} `wrong_code`: it may be tried again; `too_many_tries`: only another code helps
   */
  async activate(oneTimePasscode, id) {
    try {
      return await this.#session.begin(await this.#post('otp/activate', { otp: oneTimePasscode.replace(/\s/g, ''), otp_id: id }));
    } catch (/** @type {any} */ error) {
      throw error.statusCode === 400 ? because('wrong_code', error)
        : error.statusCode === 401 ? because('too_many_tries', error) : toldApart(error);
    }
  }

  /** @param {string} path @param {string} identifier @param {string} [language] @returns {Promise<OneTimePasscode>} */
  #send(path, identifier, language) {
    return this.#post(path, { identifier, language }).then(plain, (error) => { throw toldApart(error); });
  }
}
