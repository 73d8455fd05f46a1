import { PassageError } from './errors.js';

/** The version of this SDK. */
export const version = '0.1.0';

/**
 * A page's calls to the server.
 * @param {string} appId
 * @param {string} baseUrl also with slashes at its end, or with Passage's `/v1`
 * @param {Record<string, string>} headers of every call
 * @returns {(path: string, body?: object, how?: RequestInit) => Promise<any>} a POST, unless `how` says otherwise
 */
export const calls = (appId, baseUrl, headers) => {
  const server = baseUrl.replace(/\/+(v1\/*)?$/, '');
  PassageError.docs = `${server}/openpassage/errors`;
  return async (path, body, how) => {
    let answer;
    try {
      answer = await fetch(`${server}/v1/apps/${encodeURIComponent(appId)}/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
        ...how,
      });
    } catch (cause) {
      throw new PassageError('network', { cause });
    }
    const content = await answer.json().catch(() => {}) ?? {};
    if (answer.ok) return content;
    throw new PassageError(content.reason === 'unknown_credential' ? 'unknown_passkey' : 'refused', {
      message: content.error,
      cause: { ...content, headers: answer.headers },
      statusCode: answer.status,
      statusText: answer.statusText,
      serverCode: content.code,
    });
  };
};
