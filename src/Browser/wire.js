// What the server answers, in the names that Passage's clients give it.

/**
 * @typedef {object} PublicUserInfo what anybody may know of an account
 * @property {string} id
 * @property {string} email empty unless it was asked for
 * @property {boolean} emailVerified
 * @property {string} phone empty unless it was asked for
 * @property {boolean} phoneVerified
 * @property {'active' | 'inactive' | 'pending'} status
 * @property {Metadata | null} userMetadata always null: it is its user's alone
 * @property {boolean} webauthn whether it has a passkey
 * @property {('passkey' | 'security_key' | 'platform')[]} webauthnTypes
 */

/** @typedef {Record<string, string | number | boolean | null>} Metadata what an account says of its user: the fields of the app */

/**
 * @typedef {object} PasskeyInfo a passkey as its owner sees it
 * @property {string} id
 * @property {string} credId
 * @property {string} userId
 * @property {string} friendlyName
 * @property {'passkey' | 'security_key' | 'platform'} type
 * @property {string} createdAt
 * @property {string} updatedAt
 * @property {string} lastLoginAt
 * @property {number} usageCount
 * @property {{ light: string | null, dark: string | null }} icons
 */

/**
 * @typedef {object} OwnParts
 * @property {string} createdAt
 * @property {string} updatedAt
 * @property {string} lastLoginAt
 * @property {number} loginCount
 * @property {PasskeyInfo[]} webauthnDevices
 * @property {object} socialConnections
 */

/** @typedef {PublicUserInfo & OwnParts} CurrentUser */

/**
 * @typedef {object} SessionInfo where one is signed in
 * @property {string} id the claim `sid` of its tokens
 * @property {string} createdAt when one signed in
 * @property {string} lastUsedAt when it was last renewed
 * @property {string} userAgentDisplay browser and system, for people
 * @property {boolean} current whether it is this one
 */

/**
 * @typedef {object} MetadataField
 * @property {string} id
 * @property {string} fieldName
 * @property {string} friendlyName
 * @property {boolean} profile whether users may change it
 * @property {boolean} registration whether it is given at sign-up
 * @property {string} type `string`, `boolean`, `integer`, `date`, `phone` or `email`
 */

/**
 * @typedef {object} AppParts
 * @property {string} id
 * @property {string} name
 * @property {string} authOrigin
 * @property {string} loginUrl
 * @property {string} redirectUrl
 * @property {string} defaultLanguage
 * @property {boolean} publicSignup
 * @property {'email' | 'phone' | 'both'} allowedIdentifier
 * @property {'email' | 'phone' | 'both' | 'either'} requiredIdentifier
 * @property {boolean} requireIdentifierVerification
 * @property {number} sessionTimeoutLength seconds that a token is good
 * @property {MetadataField[]} userMetadataSchema
 */

/** @typedef {AppParts & Record<string, any>} PassageAppInfo */

/**
 * With names as JavaScript writes them. What an account says of its user keeps its own.
 * @param {any} value
 * @returns {any}
 */
export const plain = (value) => Array.isArray(value) ? value.map(plain)
  : value instanceof Object ? Object.fromEntries(Object.entries(value).map(([name, one]) =>
    [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), name === 'user_metadata' ? one : plain(one)]))
  : value;
