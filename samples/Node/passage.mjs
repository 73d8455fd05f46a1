/** The server said no: `code` is stable, `message` may be shown to people. */
export class PassageError extends Error {
  constructor(status, { code, error }) {
    super(error);
    Object.assign(this, { status, code });
  }
}

/** Passkey Flex's six calls over plain HTTP. The API key can read and change every user of the app: it stays in the backend. */
export function passage(server, app, apiKey) {
  async function call(method, path, body) {
    const response = await fetch(`${server}/v1/apps/${encodeURIComponent(app)}/${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}` },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = await response.json();
    if (!response.ok) throw new PassageError(response.status, answer);
    return answer;
  }

  /** Users are addressed by the server's own id of them, which is found by yours. */
  async function idOf(externalId) {
    const { users: [user] } = await call('GET', `users?${new URLSearchParams({ limit: 1, identifier: externalId })}`);
    if (!user) throw new PassageError(404, { code: 'user_not_found', error: 'There is no such user.' });
    return user.id;
  }

  return {
    createRegisterTransaction: async (externalId, passkeyDisplayName) =>
      (await call('POST', 'transactions/register', { external_id: externalId, passkey_display_name: passkeyDisplayName })).transaction_id,
    createAuthenticateTransaction: async (externalId) =>
      (await call('POST', 'transactions/authenticate', { external_id: externalId })).transaction_id,
    verifyNonce: (nonce) => call('POST', 'authenticate/verify', { nonce }),
    getUser: async (externalId) => (await call('GET', `users/${await idOf(externalId)}`)).user,
    listDevices: async (externalId) => (await call('GET', `users/${await idOf(externalId)}/devices`)).devices,
    revokeDevice: async (externalId, deviceId) => call('DELETE', `users/${await idOf(externalId)}/devices/${encodeURIComponent(deviceId)}`),
  };
}
