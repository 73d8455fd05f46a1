import { soon } from './foreign.js';

/**
 * What the server hands out as `signals`: the passkeys of one account that it accepts. A backend may add the account's names.
 * @typedef {object} PasskeySignals
 * @property {string} rpId
 * @property {string} userId the account's user handle, base64url
 * @property {string[]} allAcceptedCredentialIds
 * @property {string} [name] the name that tells this account from the person's others
 * @property {string} [displayName] a friendlier name; without it `name`
 */

// An authenticator that cannot be told (a malformed id, a foreign RP ID, no such method) is no failure of what the page was doing.

/** @param {PasskeySignals} signals @returns {Promise<void>} */
export const signalAccepted = async ({ rpId, userId, allAcceptedCredentialIds, name, displayName }) => {
  await soon('signalAllAcceptedCredentials', { rpId, userId, allAcceptedCredentialIds });
  if (name) await soon('signalCurrentUserDetails', { rpId, userId, name, displayName: displayName || name });
};

/** @param {string} rpId @param {string} credentialId */
export const signalUnknown = (rpId, credentialId) => soon('signalUnknownCredential', { rpId, credentialId });
