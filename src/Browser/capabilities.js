import { attempt, soon } from './foreign.js';

/**
 * What this browser can do (WebAuthn Level 3 §5.1.7), with answers for browsers that cannot be asked: what they do not tell is false.
 * @returns {Promise<Record<string, boolean>>}
 */
export const getClientCapabilities = async () => {
  // Password managers that fill in for the browser answer the older questions by themselves.
  const [all, conditionalGet, userVerifying] = await Promise.all(
    ['getClientCapabilities', 'isConditionalMediationAvailable', 'isUserVerifyingPlatformAuthenticatorAvailable']
      .map((method) => soon(method)));
  const told = attempt(() => ({ ...all })) ?? {};
  const userVerifyingPlatformAuthenticator = Boolean(told.userVerifyingPlatformAuthenticator ?? userVerifying);
  /** @type {Record<string, boolean>} */
  const signals = {};
  for (const method of ['signalAllAcceptedCredentials', 'signalCurrentUserDetails', 'signalUnknownCredential']) {
    signals[method] = Boolean(attempt(() => /** @type {any} */ (globalThis).PublicKeyCredential?.[method]));
  }
  return {
    conditionalCreate: false,
    hybridTransport: false,
    passkeyPlatformAuthenticator: userVerifyingPlatformAuthenticator,
    relatedOrigins: false,
    ...signals,
    ...told,
    conditionalGet: Boolean(conditionalGet ?? told.conditionalGet),
    userVerifyingPlatformAuthenticator,
  };
};
