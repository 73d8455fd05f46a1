// The browser's half of a passkey: start at the passkey server, ask the authenticator, finish at the passkey server.
// Each function resolves with a nonce, which the site's backend has verified. Refusals are PasskeyErrors with a sentence to show.

const meta = document.querySelector('meta[name=passage]');
const { app } = meta.dataset;
const api = `${meta.content.replace(/\/$/, '')}/v1/apps/${encodeURIComponent(app)}`;

export class PasskeyError extends Error {}

/** Why passkeys cannot work here, as a sentence; null when they can. */
export function obstacle() {
  if (!app) {
    return 'This site is not an app of the passkey server, so it can only use passwords.';
  }
  if (/^[\d.]+$|^\[/.test(location.hostname)) {
    return `Passkeys belong to a name, not to an address of numbers. Open http://localhost:${location.port} instead.`;
  }
  if (!isSecureContext) {
    return 'Passkeys need a secure connection. Open this site over https (or on localhost).';
  }
  if (!window.PublicKeyCredential || !navigator.credentials) {
    return 'This browser cannot use passkeys. You can still use your password.';
  }
  return null;
}

/** Makes a passkey for the transaction that the backend created. */
export async function register(transactionId) {
  stopAutofill();
  const { handshake } = await post('register/transactions/webauthn/start', { transaction_id: transactionId, authenticator_attachment: 'any' });
  const options = handshake.challenge.publicKey;
  const credential = await ask(() => navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  }));
  const { response } = credential;
  return finish('register', handshake, transactionId, credential, {
    attestationObject: text(response.attestationObject),
    clientDataJSON: text(response.clientDataJSON),
    transports: response.getTransports?.() ?? [],
  });
}

/** Uses a passkey: of the account that the transaction names, or of any account when there is none. */
export async function authenticate(transactionId) {
  stopAutofill();
  return use(await startAuthentication(transactionId), transactionId, {});
}

/**
 * Offers passkeys among the browser's suggestions for the name field. Resolves with null when that cannot be offered or something
 * else was begun or the suggestion was turned down: nobody has asked for anything yet, so there is nothing to complain about.
 */
export async function autofill() {
  if (!await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) return null;
  pending = new AbortController();
  const { signal } = pending;
  const handshake = await startAuthentication().catch(() => null);
  if (!handshake) return null;
  try {
    return await use(handshake, undefined, { mediation: 'conditional', signal });
  } catch (error) {
    if (signal.aborted || error.cause?.name === 'NotAllowedError') return null;
    throw error;
  }
}

let pending = null;

/** A browser runs one ceremony at a time: the waiting suggestion makes room for what somebody asked for. */
function stopAutofill() {
  pending?.abort();
  pending = null;
}

async function startAuthentication(transactionId) {
  return (await post('authenticate/transactions/webauthn/start', { transaction_id: transactionId })).handshake;
}

async function use(handshake, transactionId, how) {
  const options = handshake.challenge.publicKey;
  const credential = await ask(() => navigator.credentials.get({
    ...how,
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: descriptors(options.allowCredentials) },
  }));
  const { response } = credential;
  return finish('authenticate', handshake, transactionId, credential, {
    authenticatorData: text(response.authenticatorData),
    clientDataJSON: text(response.clientDataJSON),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

async function finish(operation, handshake, transactionId, credential, response) {
  const { nonce } = await post(`${operation}/transactions/webauthn/finish`, {
    handshake_id: handshake.id,
    transaction_id: transactionId,
    handshake_response: {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    },
  });
  return nonce;
}

async function post(path, body) {
  let answer;
  try {
    answer = await fetch(`${api}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new PasskeyError('The passkey server does not answer. You can still use your password.');
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new PasskeyError(content.error || 'The passkey server could not do that. Try again in a moment.');
  return content;
}

// What an authenticator says when it does not do as asked, in words for a person.
const sentences = {
  NotAllowedError: 'Nothing happened: the passkey prompt was closed, or it timed out.',
  InvalidStateError: 'This device already has a passkey for your account.',
  NotSupportedError: 'This device cannot make the kind of passkey that is needed here.',
  ConstraintError: 'This device cannot check that it is you. Set up a screen lock and try again.',
  SecurityError: 'Passkeys are not set up for the address of this page.',
};

async function ask(authenticator) {
  try {
    return await authenticator();
  } catch (error) {
    throw new PasskeyError(sentences[error.name] ?? 'The passkey could not be used. Try again.', { cause: error });
  }
}

function descriptors(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
