// What oidc-provider keeps, in one table that both engines take. Times are seconds since 1970, as in its payloads.
export const table = (json) => `
  CREATE TABLE IF NOT EXISTS models (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    payload ${json} NOT NULL,
    grant_id TEXT,
    consumed_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (kind, id));
  CREATE INDEX IF NOT EXISTS models_grant_id ON models (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS models_expires_at ON models (expires_at);
  `;

// The kinds that end with their grant.
export const GRANTABLE = ['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode', 'BackchannelAuthenticationRequest'];

export const toRow = (payload, expiresIn) => [
  JSON.stringify(payload),
  payload.grantId ?? null,
  expiresIn ? Math.floor(Date.now() / 1000) + expiresIn : null,
];
