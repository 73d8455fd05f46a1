import { PassageError } from './errors.js';

// What only Complete's pages can meet.

/** @type {Partial<Record<import('./errors.js').PassageErrorCode, string>>} */
const sentences = {
  link_not_opened: 'The link was not opened yet. Open it in the message that you were sent.',
  not_signed_in: 'You are not signed in. Sign in first.',
  session_ended: 'Your session has ended. Sign in again.',
  sign_in_too_old: 'Your last sign-in was too long ago for this. Sign in again, then try once more.',
  too_many_tries: 'Too many wrong codes were entered. Ask for another code.',
  too_often: 'That was asked for too often. Wait a moment, then try again.',
  unknown_link: 'This link does not work, or not any more. Ask for another one.',
  user_exists: 'This account exists already. Sign in instead.',
  wrong_code: 'That is not the code, or it is too old. Enter the code of the last message.',
};

/**
 * @param {'link_not_opened' | 'not_signed_in' | 'session_ended' | 'sign_in_too_old' | 'too_many_tries' | 'too_often' | 'unknown_link'
 *   | 'user_exists' | 'wrong_code'} code
 * @param {any} [cause]
 * @param {string} [message] instead of the code's own sentence
 * @returns {PassageError}
 */
export const because = (code, cause, message = sentences[code]) => new PassageError(code, { ...cause, message, cause });

/** @param {any} error @returns {boolean} whether nobody is signed in any more; all else may pass */
export const isSignedOut = (error) => error.code === 'not_signed_in' || error.code === 'session_ended';

/**
 * A refusal of the server, told apart where the codes of the wire lump cases together.
 * @param {any} error
 * @returns {any}
 */
export const toldApart = (error) => {
  // Passage's apps compare this text too.
  if (error.message === 'user: already exists.') return because('user_exists', error);
  if (error.cause?.reason === 'sign_in_too_old') return because('sign_in_too_old', error);
  if (error.serverCode === 'magic_link_not_found') return because('unknown_link', error);
  return error.statusCode === 429 ? tooOften(error) : error;
};

/** @param {any} cause */
const tooOften = (cause) => {
  const seconds = Number(cause.cause.headers.get('Retry-After'));
  // The server's sentences are for people but for this.
  const error = because('too_often', cause, cause.message.replace(/as long as the Retry-After header says/, seconds > 90
    ? `${Math.ceil(seconds / 60)} minutes` : seconds ? `${seconds} seconds` : 'a moment'));
  error.retryAfter = seconds;
  return error;
};
