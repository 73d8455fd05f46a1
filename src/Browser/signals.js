/**
 * What the server hands out as `signals`: the passkeys of one account that it accepts. A backend may add the account's names.
 * @typedef {object} PasskeySignals
 * @property {string} rpId
 * @property {string} userId the account's user handle, base64url
 * @property {string[]} allAcceptedCredentialIds
 * @property {string} [name] the name that tells this account from the person's others
 * @property {string} [displayName] a friendlier name; without it `name`
 */

/**
 * Calls a signal method where the browser has it. An authenticator that cannot be told is no failure of what the page was doing.
 * @param {string} method
 * @param {object} options
 * @returns {Promise<void>}
 */
const signal = async (method, options) => {
  try {
    await /** @type {any} */ (globalThis).PublicKeyCredential?.[method]?.(options);
  } catch {
    // A malformed id or a foreign RP ID: nothing to be told.
  }
};

/** @param {PasskeySignals} signals @returns {Promise<void>} */
export const signalAccepted = async ({ rpId, userId, allAcceptedCredentialIds, name, displayName }) => {
  await signal('signalAllAcceptedCredentials', { rpId, userId, allAcceptedCredentialIds });
  if (name) await signal('signalCurrentUserDetails', { rpId, userId, name, displayName: displayName || name });
};

/** @param {string} rpId @param {string} credentialId */
export const signalUnknown = (rpId, credentialId) => signal('signalUnknownCredential', { rpId, credentialId });
