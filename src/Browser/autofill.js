import { getClientCapabilities } from './capabilities.js';
import { PassageError, obstacle } from './errors.js';
import { instead, lastWon } from './turns.js';

// Milliseconds. A challenge is renewed when this share of its life is over; whether it is time is looked at this often, because
// timers stand still while a laptop sleeps; what a browser turns down faster than a person could, it would turn down again.
const RENEW_AT = 0.8;
const LOOK_EVERY = 15_000;
const AT_ONCE = 1000;
const RETRY_AFTER = 30_000;

let endPrevious = () => {};

/** @typedef {Offer & import('./ceremony.js').PromptOptions & import('./ceremony.js').ExtensionOptions} AutofillOptions */

/**
 * @typedef {object} Offer
 * @property {(nonce: string) => unknown} onNonce Gets the nonce of the passkey that somebody picked, to hand it to the backend.
 *   When it throws, or returns a promise that rejects, passkeys are offered again.
 * @property {(error: unknown) => void} [onError] Gets what somebody should be told: a picked passkey was refused, or `onNonce` threw.
 *   Without it the promise of `autofill` rejects with that error.
 */

/**
 * Keeps passkeys on offer until one was used or somebody ends it.
 * @template T
 * @param {(controller: AbortController, started: (lifetime: number) => () => void) => Promise<T>} offer one round: start and get
 * @param {(offered: T) => Promise<any>} finish what `onNonce` gets
 * @param {AutofillOptions} options
 * @returns {Promise<void>}
 */
export const autofill = async (offer, finish, { onNonce, onError, signal }) => {
  endPrevious();
  const over = new AbortController();
  const end = () => over.abort();
  endPrevious = end;
  signal?.addEventListener('abort', end);
  if (signal?.aborted || obstacle() || !(await getClientCapabilities()).conditionalGet) end();

  while (!over.signal.aborted) {
    const since = Date.now();
    let renewing = false;
    let picked = false;
    try {
      const offered = await instead((controller) => offer(controller, (lifetime) => whenDue(lifetime * RENEW_AT, () => {
        renewing = true;
        controller.abort();
      })), over.signal);
      picked = true;
      await onNonce(await finish(offered));
      end();
    } catch (error) {
      const code = error instanceof PassageError ? error.code : undefined;
      if (over.signal.aborted || (renewing && !picked)) continue;
      if (!picked && code === 'aborted') {
        // Something else started. When that came to nothing, the suggestion comes back.
        if (await lastWon()) end();
      } else if (!picked && code === 'network') {
        await pause(RETRY_AFTER, over.signal);
      } else {
        if (picked || code === 'refused') {
          if (!onError) {
            end();
            throw error;
          }
          onError(error);
        }
        if (Date.now() - since < AT_ONCE || code === 'refused') end();
      }
    }
  }
  signal?.removeEventListener('abort', end);
};

/**
 * Calls back when a time is over, also when the machine slept through it, and again until it is forgotten.
 * @param {number} time
 * @param {() => void} renew
 * @returns {() => void} forgets it
 */
export const whenDue = (time, renew) => {
  const due = Date.now() + time;
  const look = () => { if (Date.now() >= due) renew(); };
  const timer = setInterval(look, Math.min(LOOK_EVERY, time));
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
};

/** @param {number} time @param {AbortSignal} signal @returns {Promise<void>} */
const pause = (time, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, time);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
});
