export function plain(value: any): any;
/**
 * what anybody may know of an account
 */
export type PublicUserInfo = {
    id: string;
    /**
     * empty unless it was asked for
     */
    email: string;
    emailVerified: boolean;
    /**
     * empty unless it was asked for
     */
    phone: string;
    phoneVerified: boolean;
    status: "active" | "inactive" | "pending";
    /**
     * always null: it is its user's alone
     */
    userMetadata: Metadata | null;
    /**
     * whether it has a passkey
     */
    webauthn: boolean;
    webauthnTypes: ("passkey" | "security_key" | "platform")[];
};
/**
 * what an account says of its user: the fields of the app
 */
export type Metadata = Record<string, string | number | boolean | null>;
/**
 * a passkey as its owner sees it
 */
export type PasskeyInfo = {
    id: string;
    credId: string;
    userId: string;
    friendlyName: string;
    type: "passkey" | "security_key" | "platform";
    createdAt: string;
    updatedAt: string;
    lastLoginAt: string;
    usageCount: number;
    icons: {
        light: string | null;
        dark: string | null;
    };
};
export type OwnParts = {
    createdAt: string;
    updatedAt: string;
    lastLoginAt: string;
    loginCount: number;
    webauthnDevices: PasskeyInfo[];
    socialConnections: object;
};
export type CurrentUser = PublicUserInfo & OwnParts;
/**
 * where one is signed in
 */
export type SessionInfo = {
    /**
     * the claim `sid` of its tokens
     */
    id: string;
    /**
     * when one signed in
     */
    createdAt: string;
    /**
     * when it was last renewed
     */
    lastUsedAt: string;
    /**
     * browser and system, for people
     */
    userAgentDisplay: string;
    /**
     * whether it is this one
     */
    current: boolean;
};
export type MetadataField = {
    id: string;
    fieldName: string;
    friendlyName: string;
    /**
     * whether users may change it
     */
    profile: boolean;
    /**
     * whether it is given at sign-up
     */
    registration: boolean;
    /**
     * `string`, `boolean`, `integer`, `date`, `phone` or `email`
     */
    type: string;
};
export type AppParts = {
    id: string;
    name: string;
    authOrigin: string;
    loginUrl: string;
    redirectUrl: string;
    defaultLanguage: string;
    publicSignup: boolean;
    allowedIdentifier: "email" | "phone" | "both";
    requiredIdentifier: "email" | "phone" | "both" | "either";
    requireIdentifierVerification: boolean;
    /**
     * seconds that a token is good
     */
    sessionTimeoutLength: number;
    userMetadataSchema: MetadataField[];
};
export type PassageAppInfo = AppParts & Record<string, any>;
