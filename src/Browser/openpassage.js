import { Passkey } from './passkey.js';
import { calls, version } from './server.js';

export { PassageError } from './errors.js';
export { version } from './server.js';

/**
 * @typedef {object} PassageFlexOptions
 * @property {string} [baseUrl] Where the OpenPassage server is. Without it, where this script came from.
 * @property {boolean} [signals] False: authenticators are not told which passkeys the server accepts. For an RP ID that
 *   another system issues passkeys for too.
 */

/**
 * Passkeys for the users of one app.
 * @example
 * const { passkey } = new PassageFlex('your app id');
 * const nonce = await passkey.authenticate();
 */
export class PassageFlex {
  /**
   * @param {string} appId
   * @param {PassageFlexOptions} [options]
   */
  constructor(appId, { baseUrl = new URL('.', import.meta.url).href, signals = true } = {}) {
    /** Making and using passkeys. */
    this.passkey = new Passkey(calls(appId, baseUrl, { 'Passage-Flex-Version': `openpassage ${version}` }), signals);
  }
}

/** @typedef {import('./errors.js').PassageErrorCode} PassageErrorCode */
/** @typedef {import('./autofill.js').AutofillOptions} AutofillOptions */
/** @typedef {import('./signals.js').PasskeySignals} PasskeySignals */
/** @typedef {import('./passkey.js').RegisterOptions} RegisterOptions */
/** @typedef {import('./passkey.js').AuthenticateOptions} AuthenticateOptions */
