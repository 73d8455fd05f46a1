/** @type {Record<string, string>} */
export const storage: Record<string, string>;
/** Keeps tokens where Passage's pages and backends look for them: in localStorage, and the JWT in a cookie too. */
export class PassageTokenStore {
    /** @param {{ cookie?: boolean }} [options] `cookie: false` sets no cookie */
    constructor({ cookie }?: {
        cookie?: boolean;
    });
    getAuthToken(): Promise<string>;
    /** @returns {Promise<string | undefined>} */
    getRefreshToken(): Promise<string | undefined>;
    /** @param {AuthResult} result */
    setTokens({ authToken, refreshToken }: AuthResult): Promise<void>;
    clearTokens(): Promise<void>;
    #private;
}
export function claimsOf(token: string): {
    exp?: number;
    iat?: number;
    sid?: string;
    sub?: string;
};
/**
 * What a sign-in or a refresh answers.
 */
export type AuthResult = {
    /**
     * the JWT, for your backend
     */
    authToken: string;
    /**
     * where the app sends people who have signed in
     */
    redirectUrl: string;
    /**
     * absent where the app has refresh tokens off
     */
    refreshToken?: string | undefined;
    /**
     * in Unix seconds: when the session ends unless it is used
     */
    refreshTokenExpiration?: number | undefined;
};
/**
 * Where tokens are kept. Without `setTokens` and `clearTokens` somebody else keeps them.
 */
export type TokenStore = {
    /**
     * empty: there is none
     */
    getAuthToken: () => Promise<string> | string;
    getRefreshToken?: (() => Promise<string | undefined> | string | undefined) | undefined;
    /**
     * without a refresh token in it, the one of before stays
     */
    setTokens?: ((result: AuthResult) => unknown) | undefined;
    clearTokens?: (() => unknown) | undefined;
};
