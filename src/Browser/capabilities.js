/** @returns {any} */
const known = () => globalThis.PublicKeyCredential;

/**
 * What this browser can do (WebAuthn Level 3 §5.1.7), with answers for browsers that cannot be asked: what they do not tell is false.
 * @returns {Promise<Record<string, boolean>>}
 */
export const getClientCapabilities = async () => {
  const told = await known()?.getClientCapabilities?.().catch(() => ({}));
  const [conditionalGet, userVerifyingPlatformAuthenticator] = await Promise.all([
    told?.conditionalGet ?? known()?.isConditionalMediationAvailable?.(),
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
