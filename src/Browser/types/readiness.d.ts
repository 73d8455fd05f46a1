export function readiness(): Promise<Readiness>;
export function reportReadiness(key: string, { baseUrl, deviceId }?: ReportReadinessOptions): Promise<boolean>;
/**
 * What this browser can do with passkeys, as it says itself. What it does not tell is false; `asked` says which questions it answered.
 */
export type Readiness = {
    /**
     * passkeys at all, be it on a security key
     */
    securityKey: boolean;
    /**
     * the device checks its person itself: by face, finger or screen lock
     */
    platform: boolean;
    /**
     * passkeys are at hand without a security key: the device's own, or those of its password manager
     */
    synced: boolean;
    /**
     * the passkey of a phone can be used
     */
    crossDevice: boolean;
    /**
     * passkeys among the suggestions of the name field
     */
    conditionalUi: boolean;
    /**
     * a passkey made in passing, after a sign-in with a password
     */
    conditionalCreate: boolean;
    /**
     * a prompt that shows up only where a passkey is at hand
     */
    immediateUi: boolean;
    asked: ReadinessAsked;
    /**
     * absent where the browser has no client hints
     */
    client?: ReadinessClient | undefined;
};
/**
 * which questions the browser answered
 */
export type ReadinessAsked = {
    /**
     * `getClientCapabilities`: Chrome 133, Safari 17.4, Firefox 135
     */
    clientCapabilities: boolean;
    /**
     * `isUserVerifyingPlatformAuthenticatorAvailable`
     */
    platformAuthenticator: boolean;
    /**
     * `isConditionalMediationAvailable`
     */
    conditionalMediation: boolean;
};
/**
 * browser and system by client hints
 */
export type ReadinessClient = {
    brands: {
        brand: string;
        version: string;
    }[];
    /**
     * such as `Windows`
     */
    platform: string;
    /**
     * such as `15.0.0`; empty where the system does not say
     */
    platformVersion: string;
};
export type ReportReadinessOptions = {
    /**
     * Where the OpenPassage server is. Without it, where this script came from.
     */
    baseUrl?: string | undefined;
    /**
     * What tells this device from others. Without it a random one, which stays in this origin's localStorage.
     */
    deviceId?: string | undefined;
};
