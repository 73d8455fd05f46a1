import { bytes } from './codec.js';
import { attempt } from './foreign.js';

/**
 * What a sign-in or a refresh answers.
 * @typedef {object} AuthResult
 * @property {string} authToken the JWT, for your backend
 * @property {string} redirectUrl where the app sends people who have signed in
 * @property {string} [refreshToken] absent where the app has refresh tokens off
 * @property {number} [refreshTokenExpiration] in Unix seconds: when the session ends unless it is used
 */

/**
 * Where tokens are kept. Without `setTokens` and `clearTokens` somebody else keeps them.
 * @typedef {object} TokenStore
 * @property {() => Promise<string> | string} getAuthToken empty: there is none
 * @property {() => Promise<string | undefined> | string | undefined} [getRefreshToken]
 * @property {(result: AuthResult) => unknown} [setTokens] without a refresh token in it, the one of before stays
 * @property {() => unknown} [clearTokens]
 */

const AUTH = 'psg_auth_token';
const REFRESH = 'psg_refresh_token';

// Where a browser keeps nothing, tokens live as long as the page.
/** @type {Record<string, string>} */
export const storage = attempt(() => localStorage) ?? {};

/** Keeps tokens where Passage's pages and backends look for them: in localStorage, and the JWT in a cookie too. */
export class PassageTokenStore {
  #cookie;

  /** @param {{ cookie?: boolean }} [options] `cookie: false` sets no cookie */
  constructor({ cookie = true } = {}) {
    this.#cookie = cookie;
  }

  async getAuthToken() {
    return storage[AUTH] ?? '';
  }

  /** @returns {Promise<string | undefined>} */
  async getRefreshToken() {
    return storage[REFRESH];
  }

  /** @param {AuthResult} result */
  async setTokens({ authToken, refreshToken }) {
    storage[AUTH] = authToken;
    if (refreshToken) storage[REFRESH] = refreshToken;
    if (this.#cookie) write(authToken);
  }

  async clearTokens() {
    delete storage[AUTH];
    delete storage[REFRESH];
    // Also one that was written before cookies were switched off.
    write('; max-age=0');
  }
}

// On http://localhost some browsers keep no secure cookies.
/** @param {string} value */
const write = (value) => {
  document.cookie = `${AUTH}=${value}; path=/; samesite=lax${location.protocol === 'http:' && isSecureContext ? '' : '; secure'}`;
};

/**
 * What a JWT says. Nothing is verified: that is the backend's to do.
 * @param {string} token
 * @returns {{ exp?: number, iat?: number, sid?: string, sub?: string }} empty for what is no JWT
 */
export const claimsOf = (token) => attempt(() => JSON.parse(new TextDecoder().decode(bytes(token.split('.')[1])))) ?? {};
