import { attempt, inTime, soon } from './foreign.js';

/**
 * What this browser can do with passkeys, as it says itself. What it does not tell is false; `asked` says which questions it answered.
 * @typedef {object} Readiness
 * @property {boolean} securityKey passkeys at all, be it on a security key
 * @property {boolean} platform the device checks its person itself: by face, finger or screen lock
 * @property {boolean} synced passkeys are at hand without a security key: the device's own, or those of its password manager
 * @property {boolean} crossDevice the passkey of a phone can be used
 * @property {boolean} conditionalUi passkeys among the suggestions of the name field
 * @property {boolean} conditionalCreate a passkey made in passing, after a sign-in with a password
 * @property {boolean} immediateUi a prompt that shows up only where a passkey is at hand
 * @property {ReadinessAsked} asked
 * @property {ReadinessClient} [client] absent where the browser has no client hints
 */

/**
 * @typedef {object} ReadinessAsked which questions the browser answered
 * @property {boolean} clientCapabilities `getClientCapabilities`: Chrome 133, Safari 17.4, Firefox 135
 * @property {boolean} platformAuthenticator `isUserVerifyingPlatformAuthenticatorAvailable`
 * @property {boolean} conditionalMediation `isConditionalMediationAvailable`
 */

/**
 * @typedef {object} ReadinessClient browser and system by client hints
 * @property {{ brand: string, version: string }[]} brands
 * @property {string} platform such as `Windows`
 * @property {string} platformVersion such as `15.0.0`; empty where the system does not say
 */

/**
 * Asks this browser what it can do with passkeys. Nobody is prompted and nothing is stored or sent.
 * @returns {Promise<Readiness>} never rejects, and is there within seconds whatever stands in for the browser
 */
export const readiness = async () => {
  const [all, userVerifying, conditional, hints] = await Promise.all([
    soon('getClientCapabilities'),
    soon('isUserVerifyingPlatformAuthenticatorAvailable'),
    soon('isConditionalMediationAvailable'),
    inTime(() => /** @type {any} */ (navigator).userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList'])),
  ]);
  const told = attempt(() => ({ ...all })) ?? {};
  return {
    securityKey: Boolean(attempt(() => globalThis.PublicKeyCredential)),
    platform: Boolean(told.userVerifyingPlatformAuthenticator ?? userVerifying),
    synced: Boolean(told.passkeyPlatformAuthenticator),
    crossDevice: Boolean(told.hybridTransport),
    // Password managers that fill in for the browser answer the older question. The last name was given up before it spread.
    conditionalUi: Boolean(conditional ?? told.conditionalGet ?? told.conditionalMediation),
    conditionalCreate: Boolean(told.conditionalCreate),
    immediateUi: Boolean(told.immediateGet),
    asked: {
      clientCapabilities: all != null,
      platformAuthenticator: userVerifying != null,
      conditionalMediation: conditional != null,
    },
    client: attempt(() => ({
      brands: (hints.fullVersionList ?? hints.brands)
        .map((/** @type {any} */ { brand, version }) => ({ brand: `${brand}`, version: `${version}` })),
      platform: `${hints.platform}`,
      platformVersion: `${hints.platformVersion ?? ''}`,
    })),
  };
};

// Milliseconds.
const DAY = 86_400_000;
const PATIENCE = 10_000;

const NAME = 'openpassage_readiness';
const DEVICE = 'openpassage_device';

// Where a browser keeps nothing, a report is once a page.
/** @type {Record<string, string>} */
const storage = attempt(() => localStorage) ?? {};

/**
 * @typedef {object} ReportReadinessOptions
 * @property {string} [baseUrl] Where the OpenPassage server is. Without it, where this script came from.
 * @property {string} [deviceId] What tells this device from others. Without it a random one, which stays in this origin's localStorage.
 */

/**
 * Tells the server what this browser can do: at most once a day in this browser, however many tabs and pages ask. Only a report that
 * the server has taken counts.
 * @param {string} key a readiness key of the server; it may be public
 * @param {ReportReadinessOptions} [options]
 * @returns {Promise<boolean>} whether it was sent now; never rejects
 */
export const reportReadiness = async (key, { baseUrl = new URL('.', import.meta.url).href, deviceId } = {}) => {
  const report = async () => {
    // A clock that was put back does not silence it for long. An insecure page says nothing of its device.
    if (!isSecureContext || Math.abs(Date.now() - Number(storage[NAME])) < DAY) return false;
    const { client, ...can } = await readiness();
    const { ok } = await fetch(`${baseUrl.replace(/\/+(v1\/*)?$/, '')}/v1/analytics/passkey-readiness`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-API-KEY': key },
      body: JSON.stringify({
        device_id: deviceId ?? kept(),
        security_key: can.securityKey,
        platform: can.platform,
        synced_credential: can.synced,
        cross_device_credential: can.crossDevice,
        conditional_ui: can.conditionalUi,
        conditional_create: can.conditionalCreate,
        immediate_ui: can.immediateUi,
        client: client && { brands: client.brands, platform: client.platform, platform_version: client.platformVersion },
      }),
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (ok) attempt(() => { storage[NAME] = `${Date.now()}`; });
    return ok;
  };
  try {
    // Whoever finds another tab at it leaves it to that one.
    return await (attempt(() => navigator.locks)?.request(NAME, { ifAvailable: true }, (lock) => lock ? report() : false) ?? report());
  } catch {
    return false;
  }
};

/** @returns {string} empty where nothing can be kept: it would be another device on each page */
const kept = () => attempt(() => localStorage[DEVICE] ??= crypto.randomUUID()) ?? '';
