// What the browser answers, or a password manager that has put itself in its place: it may throw, reject, never settle, or be anything.

// Milliseconds after which a question that takes no person to answer is taken for one without an answer.
const PATIENCE = 3000;

/**
 * @template T
 * @param {() => T} ask
 * @returns {T | undefined} nothing where it throws
 */
export const attempt = (ask) => {
  try {
    return ask();
  } catch {
    return undefined;
  }
};

/**
 * @template T
 * @param {() => Promise<T> | T} ask
 * @returns {Promise<T | undefined>} nothing where it fails, or nothing comes in time
 */
export const inTime = (ask) => Promise.race([
  new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  (async () => ask())().catch(() => undefined),
]);

/**
 * Calls a method of PublicKeyCredential.
 * @param {string} method
 * @param {object} [argument]
 * @returns {Promise<any>} nothing where there is no such method, it fails, or nothing comes in time
 */
export const soon = (method, argument) => inTime(() => /** @type {any} */ (globalThis).PublicKeyCredential?.[method]?.(argument));
