export function signalAccepted({ rpId, userId, allAcceptedCredentialIds, name, displayName }: PasskeySignals): Promise<void>;
export function signalUnknown(rpId: string, credentialId: string): Promise<any>;
/**
 * What the server hands out as `signals`: the passkeys of one account that it accepts. A backend may add the account's names.
 */
export type PasskeySignals = {
    rpId: string;
    /**
     * the account's user handle, base64url
     */
    userId: string;
    allAcceptedCredentialIds: string[];
    /**
     * the name that tells this account from the person's others
     */
    name?: string | undefined;
    /**
     * a friendlier name; without it `name`
     */
    displayName?: string | undefined;
};
