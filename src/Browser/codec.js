import { attempt } from './foreign.js';

// What the wire calls base64url is an ArrayBuffer to the browser.

/** @param {string} text base64url, or base64 as some servers write it @returns {Uint8Array<ArrayBuffer>} */
export const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));

/**
 * @param {any} value what should be an ArrayBuffer, and is a view or has been written as text by some password managers
 * @returns {string} base64url without padding; empty for what is no bytes
 */
export const text = (value) => {
  let binary = '';
  const octets = ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : /ArrayBuffer/.test(Object.prototype.toString.call(value)) || Array.isArray(value) ? new Uint8Array(value) : [];
  octets.forEach((byte) => { binary += String.fromCharCode(byte); });
  return (typeof value === 'string' ? value : btoa(binary)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

/** @param {PublicKeyCredentialDescriptorJSON[]} [list] @returns {any[]} */
const descriptors = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/**
 * The server's options as `navigator.credentials` takes them: by the browser's own hand where it has one, so that it reads members
 * that this code has never heard of.
 * @param {string} parser
 * @param {any} json
 */
const parsed = (parser, json) => {
  const options = attempt(() => /** @type {any} */ (globalThis).PublicKeyCredential[parser](json));
  return attempt(() => options.challenge.byteLength) ? options : undefined;
};

/**
 * @param {PublicKeyCredentialCreationOptionsJSON} json
 * @returns {PublicKeyCredentialCreationOptions}
 */
export const creationOptions = (json) => parsed('parseCreationOptionsFromJSON', json) ?? /** @type {any} */ ({
  ...json,
  challenge: bytes(json.challenge),
  user: { ...json.user, id: bytes(json.user.id) },
  excludeCredentials: descriptors(json.excludeCredentials),
});

/**
 * @param {PublicKeyCredentialRequestOptionsJSON} json
 * @returns {PublicKeyCredentialRequestOptions}
 */
export const requestOptions = (json) => parsed('parseRequestOptionsFromJSON', json) ?? /** @type {any} */ ({
  ...json,
  challenge: bytes(json.challenge),
  allowCredentials: descriptors(json.allowCredentials),
});

/**
 * A new or used passkey as the server reads it. Not by `toJSON()`: password managers answer with objects that have none, and it
 * would carry the secrets of extensions (PRF, large blobs) out of the page. Of the extensions only `credProps` is the server's.
 * A member that cannot be read is left out: the passkey is there already, and the server can do without most of them.
 * @param {any} credential a PublicKeyCredential, or what a password manager puts in its place
 */
export const credentialJson = (credential) => {
  /** @param {string} name */
  const read = (name) => attempt(() => text(credential.response[name]));
  const id = attempt(() => text(credential.rawId)) || attempt(() => text(credential.id));
  const attachment = attempt(() => credential.authenticatorAttachment);
  /** @type {Record<string, unknown>} */
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    response[name] = (!response.attestationObject && read(name)) || undefined;
  }
  if (response.attestationObject) {
    const transports = attempt(() => credential.response.getTransports());
    response.transports = Array.isArray(transports) ? transports.filter((one) => typeof one === 'string') : [];
  }
  return {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: typeof attachment === 'string' ? attachment : undefined,
    clientExtensionResults: { credProps: attempt(() => JSON.parse(JSON.stringify(credential.getClientExtensionResults().credProps))) },
    response,
  };
};

/** @param {any} credential @returns {AuthenticationExtensionsClientOutputs} */
export const extensionResults = (credential) => attempt(() => credential.getClientExtensionResults()) ?? {};
