/** @returns {any} */
const known = () => globalThis.PublicKeyCredential;

/**
 * What this browser can do (WebAuthn Level 3 §5.1.7), with answers for browsers that cannot be asked: what they do not tell is false.
 * @returns {Promise<Record<string, boolean>>}
 */
export const getClientCapabilities = async () => {
  const told = await known()?.getClientCapabilities?.().catch(() => ({}));
  // Password managers that fill in for the browser answer the older question by themselves.
  const [conditionalGet, userVerifyingPlatformAuthenticator] = await Promise.all([
    known()?.isConditionalMediationAvailable?.() ?? told?.conditionalGet,
    told?.userVerifyingPlatformAuthenticator ?? known()?.isUserVerifyingPlatformAuthenticatorAvailable?.(),
  ]);
  return {
    conditionalCreate: false,
    hybridTransport: false,
    passkeyPlatformAuthenticator: Boolean(userVerifyingPlatformAuthenticator),
    relatedOrigins: false,
    signalAllAcceptedCredentials: Boolean(known()?.signalAllAcceptedCredentials),
    signalCurrentUserDetails: Boolean(known()?.signalCurrentUserDetails),
    signalUnknownCredential: Boolean(known()?.signalUnknownCredential),
    ...told,
    conditionalGet: Boolean(conditionalGet),
    userVerifyingPlatformAuthenticator: Boolean(userVerifyingPlatformAuthenticator),
  };
};
