// What the wire calls base64url is an ArrayBuffer to the browser.

/** @param {string} text base64url, or base64 as some servers write it @returns {Uint8Array<ArrayBuffer>} */
export const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));

/** @param {ArrayBuffer} buffer @returns {string} base64url without padding */
export const text = (buffer) => {
  let binary = '';
  new Uint8Array(buffer).forEach((byte) => { binary += String.fromCharCode(byte); });
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

/** @param {PublicKeyCredentialDescriptorJSON[]} [list] @returns {any[]} */
const descriptors = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/**
 * The server's options as `navigator.credentials.create()` takes them: by the browser's own hand where it has one, so that it
 * reads members that this code has never heard of.
 * @param {PublicKeyCredentialCreationOptionsJSON} json
 * @returns {PublicKeyCredentialCreationOptions}
 */
export const creationOptions = (json) => globalThis.PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? /** @type {any} */ ({
  ...json,
  challenge: bytes(json.challenge),
  user: { ...json.user, id: bytes(json.user.id) },
  excludeCredentials: descriptors(json.excludeCredentials),
});

/**
 * @param {PublicKeyCredentialRequestOptionsJSON} json
 * @returns {PublicKeyCredentialRequestOptions}
 */
export const requestOptions = (json) => globalThis.PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? /** @type {any} */ ({
  ...json,
  challenge: bytes(json.challenge),
  allowCredentials: descriptors(json.allowCredentials),
});

/**
 * A new or used passkey as the server reads it. Not by `toJSON()`: password managers answer with objects that have none, and it
 * would carry the secrets of extensions (PRF, large blobs) out of the page. Of the extensions only `credProps` is the server's.
 * @param {any} credential a PublicKeyCredential, or what a password manager puts in its place
 */
export const credentialJson = (credential) => {
  const { id, rawId, type, authenticatorAttachment, response } = credential;
  const { credProps } = extensionResults(credential);
  /** @type {Record<string, unknown>} */
  const sent = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name] && !(name === 'authenticatorData' && response.attestationObject)) sent[name] = text(response[name]);
  }
  if (response.attestationObject) sent.transports = response.getTransports?.() ?? [];
  return { id, rawId: text(rawId), type, authenticatorAttachment, clientExtensionResults: { credProps }, response: sent };
};

/** @param {any} credential @returns {AuthenticationExtensionsClientOutputs} */
export const extensionResults = (credential) => credential.getClientExtensionResults?.() ?? {};
