// A browser runs one ceremony at a time. Whatever is begun later takes the place of what waits: a click that of a suggestion in
// the name field, a second click that of the first.

/** @type {{ controller: AbortController, won: Promise<boolean> } | undefined} */
let latest;

/**
 * Runs a ceremony in place of the one that is under way, which ends as aborted.
 * @template T
 * @param {(controller: AbortController) => Promise<T>} ceremony
 * @param {AbortSignal} [signal] ends it too
 * @returns {Promise<T>}
 */
export const instead = (ceremony, signal) => {
  latest?.controller.abort();
  const controller = new AbortController();
  const end = () => controller.abort();
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  const outcome = ceremony(controller);
  const won = outcome.then(() => true, () => false).finally(() => signal?.removeEventListener('abort', end));
  latest = { controller, won };
  return outcome;
};

/** Waits until nothing is under way any more; tells whether the last ceremony succeeded. */
export const lastWon = async () => {
  for (;;) {
    const one = latest;
    const won = await one?.won;
    if (one === latest) return won;
  }
};
