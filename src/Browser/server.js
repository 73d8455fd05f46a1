import { PassageError } from './errors.js';

/** The version of this SDK. */
export const version = '0.1.0';

/**
 * The four calls of a page to the server.
 * @param {string} appId
 * @param {string} baseUrl without a slash at its end
 * @returns {(path: string, body: object) => Promise<any>}
 */
export const calls = (appId, baseUrl) => {
  const app = `${baseUrl}/v1/apps/${encodeURIComponent(appId)}`;
  return async (path, body) => {
    let answer;
    try {
      answer = await fetch(`${app}/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Passage-Flex-Version': `openpassage ${version}` },
        body: JSON.stringify(body),
      });
    } catch (cause) {
      throw new PassageError('network', { cause });
    }
    const content = await answer.json().catch(() => {}) ?? {};
    if (answer.ok) return content;
    throw new PassageError(content.reason === 'unknown_credential' ? 'unknown_passkey' : 'refused', {
      message: content.error,
      statusCode: answer.status,
      statusText: answer.statusText,
      serverCode: content.code,
    });
  };
};
