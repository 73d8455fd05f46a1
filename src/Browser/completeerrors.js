import { PassageError } from './errors.js';

// What only Complete's pages can meet.

/** @type {Partial<Record<import('./errors.js').PassageErrorCode, string>>} */
const sentences = {
  not_signed_in: 'You are not signed in. Sign in first.',
  session_ended: 'Your session has ended. Sign in again.',
  sign_in_too_old: 'Your last sign-in was too long ago for this. Sign in again, then try once more.',
  user_exists: 'This account exists already. Sign in instead.',
};

/** @param {'not_signed_in' | 'session_ended' | 'sign_in_too_old' | 'user_exists'} code @param {any} [cause] @returns {PassageError} */
export const because = (code, cause) => new PassageError(code, { ...cause, message: sentences[code], cause });

/** @param {any} error @returns {boolean} whether nobody is signed in any more; all else may pass */
export const isSignedOut = (error) => error.code === 'not_signed_in' || error.code === 'session_ended';

/**
 * A refusal of the server, told apart where the codes of the wire lump cases together.
 * @param {any} error
 * @returns {any}
 */
export const toldApart = (error) =>
  // Passage's apps compare this text too.
  error.message === 'user: already exists.' ? because('user_exists', error)
    : error.cause?.reason === 'sign_in_too_old' ? because('sign_in_too_old', error) : error;
