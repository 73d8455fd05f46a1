// Which versions of browsers can do what, for passkeys: the text of src/Server.Ready/Support/BrowserSupport.txt.
import { readFile } from 'node:fs/promises';

// Those that user agents are told apart by, as the data names them.
const browsers = ['chrome', 'chrome_android', 'edge', 'firefox', 'firefox_android', 'opera', 'opera_android', 'safari', 'safari_ios',
  'samsunginternet_android'];

// What the data has, and the word for it here. Of the capabilities that getClientCapabilities() tells of, and of immediate mediation,
// it has nothing yet.
const features = {
  'webauthn': 'PublicKeyCredential',
  'platform': 'PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable_static',
  'discoverable': 'CredentialsContainer.create.publicKey_option.residentKey',
  'conditional-get': 'PublicKeyCredential.isConditionalMediationAvailable_static',
  'conditional-create': 'CredentialsContainer.create.mediation_option',
  'client-capabilities': 'PublicKeyCredential.getClientCapabilities_static',
  'json': 'PublicKeyCredential.parseRequestOptionsFromJSON_static',
  'signal': 'PublicKeyCredential.signalUnknownCredential_static',
};

/** @param {URL} packages where node_modules is */
export const supportList = async (packages) => {
  const data = JSON.parse(await readFile(new URL('@mdn/browser-compat-data/data.json', packages), 'utf8'));
  const find = (path) => path.split('.').reduce((inside, name) => inside?.[name], data.api)?.__compat?.support;
  const number = (version) => /^≤?(\d+(?:\.\d+)?)$/.exec(version)?.[1];
  const current = (browser) => Object.entries(data.browsers[browser].releases)
    .find(([, release]) => release.status === 'current')[0];

  const lines = [];
  for (const browser of browsers) {
    lines.push(`${browser} current ${number(current(browser))}`);
    for (const [feature, path] of Object.entries(features)) {
      const support = find(path)?.[browser];
      if (support === undefined) throw new Error(`${path} of ${browser} is not in the data: look where it has gone.`);
      const whole = [support].flat().filter((one) => number(one.version_added) && !one.partial_implementation && !one.flags
        && !one.prefix && !one.alternative_name
        // "Only supports USB U2F tokens."
        && !(feature === 'platform' && /U2F/.test([one.notes].flat().join())));
      for (const { version_added: first, version_removed: end, version_last: last } of whole) {
        if (end && !number(last)) throw new Error(`${path} of ${browser} ends at ${end}, and its last version is not known.`);
        lines.push([browser, feature, number(first), ...(end ? [number(last)] : [])].join(' '));
      }
    }
  }

  return [
    `# Made of the npm package @mdn/browser-compat-data ${data.__meta.version} by tools/lists/update.mjs.`,
    '# The data is in the public domain: CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/.',
    '# Browser, what it can do, its first version with it, and its last if there is one. "current": the newest when this was made.',
    `date ${data.__meta.timestamp.slice(0, 10)}`,
    ...lines,
    '',
  ].join('\n');
};
