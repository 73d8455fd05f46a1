import { attempt, soon } from './foreign.js';

/**
 * What went wrong, one code for each case that browsers lump together. Codes never change their meaning.
 * Each has a section in docs/guides/browser-errors.md, which the server serves.
 * @typedef {'aborted' | 'already_registered' | 'blocked' | 'cancelled' | 'insecure_context' | 'link_not_opened' | 'network'
 *   | 'no_passkey' | 'not_signed_in' | 'refused' | 'session_ended' | 'sign_in_too_old' | 'timed_out' | 'too_many_tries' | 'too_often'
 *   | 'unknown_link' | 'unknown_passkey' | 'unsupported' | 'unsupported_authenticator' | 'user_exists'
 *   | 'user_verification_unavailable' | 'wrong_code' | 'wrong_origin' | 'failed'} PassageErrorCode
 */

/** @type {Partial<Record<PassageErrorCode, string>>} the others' are in completeerrors.js */
const sentences = {
  aborted: 'The passkey prompt was closed because something else started.',
  already_registered: 'This device already has a passkey for your account.',
  blocked: 'This page may not use passkeys because it is shown inside another page.',
  cancelled: 'Nothing happened: the passkey prompt was closed.',
  insecure_context: 'Passkeys need a secure connection. Open this site over https.',
  network: 'The passkey server does not answer. Check your connection and try again.',
  no_passkey: 'No passkey for this site was found here. Sign in another way.',
  refused: 'The passkey server could not do that. Try again in a moment.',
  timed_out: 'That took too long. Try again.',
  unknown_passkey: 'This passkey is no longer in use here. Sign in another way.',
  unsupported: 'This browser cannot use passkeys.',
  unsupported_authenticator: 'This device cannot make the kind of passkey that is needed here.',
  user_verification_unavailable: 'This device cannot check that it is you. Set up a screen lock and try again.',
  wrong_origin: 'Passkeys are not set up for the address of this page.',
  failed: 'The passkey could not be used. Try again.',
};

/** The one kind of error that this module throws. Its message is a sentence that a page can show. */
export class PassageError extends Error {
  /** Where the codes are explained: a page of the server. `new PassageFlex()` sets it to its own server's. */
  static docs = new URL('openpassage/errors', import.meta.url).href;

  /**
   * Seconds to wait before it is tried again, with the code `too_often`; else 0.
   * @type {number}
   */
  retryAfter = 0;

  /**
   * @param {PassageErrorCode} code
   * @param {{ message?: string, cause?: unknown, statusCode?: number, statusText?: string, serverCode?: string }} [more]
   */
  constructor(code, { message, cause, statusCode, statusText, serverCode } = {}) {
    super(message || sentences[code], { cause });
    this.name = 'PassageError';
    /** What went wrong, for code to decide by. */
    this.code = code;
    /** The HTTP status when the server refused, else undefined. */
    this.statusCode = statusCode;
    /** The HTTP status in words, when there was one. */
    this.statusText = statusText;
    /** The server's own code, such as `transaction_not_found`, when it refused. */
    this.serverCode = serverCode;
  }

  /** The page that explains this code to the people who run the site. */
  get docs() {
    return `${PassageError.docs}#${this.code}`;
  }
}

/**
 * Why passkeys cannot work on this page, known before anybody is asked; null when they can.
 * @param {'create' | 'get'} [ceremony]
 * @returns {PassageError | null}
 */
export const obstacle = (ceremony = 'get') => {
  // On an IP address browsers let the ceremony start and then fail it.
  if (/^[\d.]+$|^\[/.test(location.hostname)) {
    return new PassageError('wrong_origin', {
      message: `Passkeys need a domain name, not an IP address. Open ${location.protocol}//localhost${
        location.port && `:${location.port}`} instead.`,
    });
  }
  if (!isSecureContext) return new PassageError('insecure_context');
  if (!attempt(() => globalThis.PublicKeyCredential && navigator.credentials)) return new PassageError('unsupported');
  const isForbidden = attempt(() => {
    const policy = /** @type {any} */ (document).featurePolicy;
    const feature = `publickey-credentials-${ceremony}`;
    return policy.features().includes(feature) && !policy.allowsFeature(feature);
  });
  if (isForbidden) return new PassageError('blocked');
  return null;
};

// A person cannot read a prompt and close it in this time (milliseconds): the browser itself said no.
const TOO_FAST = 250;

// Browsers end a prompt that ran out of time about this much (milliseconds) before or after the time they were given.
const CLOSE = 100;

/**
 * A DOMException of `navigator.credentials` told apart. NotAllowedError stands for half a dozen cases on purpose, so that pages
 * learn little; what the page knows itself (the time that passed, its own place in a frame) is enough to name most of them.
 * @param {any} cause
 * @param {'create' | 'get'} ceremony
 * @param {number} took milliseconds
 * @param {{ timeout?: number, userVerification?: string }} options
 * @returns {Promise<PassageError>}
 */
export const explain = async (cause, ceremony, took, options) => {
  /** @param {PassageErrorCode} code */
  const because = (code) => new PassageError(code, { cause });
  switch (attempt(() => cause.name)) {
    case 'AbortError': return because('aborted');
    case 'InvalidStateError': return because(ceremony === 'create' ? 'already_registered' : 'failed');
    case 'SecurityError': return because('wrong_origin');
    case 'ConstraintError': return because('user_verification_unavailable');
    case 'NotSupportedError': return because('unsupported_authenticator');
    case 'NotAllowedError':
      if (/permissions? policy|feature.*not enabled|ancestor/i.test(attempt(() => cause.message))) return because('blocked');
      if (took + CLOSE >= (options.timeout ?? Infinity)) return because('timed_out');
      if (took > TOO_FAST) return because('cancelled');
      if (await soon('isUserVerifyingPlatformAuthenticatorAvailable') === false) return because('user_verification_unavailable');
      return because(ceremony === 'get' ? 'no_passkey' : 'failed');
    default: return because('failed');
  }
};

/**
 * Whatever goes wrong in what others have made becomes one of our errors.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const guarded = async (work) => {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof PassageError ? cause : new PassageError('failed', { cause });
  }
};
