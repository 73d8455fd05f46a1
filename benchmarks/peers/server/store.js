export async function openStore(settings) {
  switch (settings.store) {
    case 'pg': return (await import('./store-pg.js')).open(settings);
    case 'sqlite': return (await import('./store-sqlite.js')).open(settings);
    default: throw new Error(`STORE is "pg" or "sqlite", not "${settings.store}".`);
  }
}

// Text that both engines take, but for the type of bytes. Times are milliseconds since 1970.
export const tables = (bytes) => `
  CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, external_id TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS passkeys (
    credential_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    public_key ${bytes} NOT NULL,
    counter BIGINT NOT NULL,
    transports TEXT NOT NULL,
    backed_up BOOLEAN NOT NULL,
    last_used_at BIGINT,
    usage_count BIGINT NOT NULL DEFAULT 0);
  CREATE INDEX IF NOT EXISTS passkeys_user_id ON passkeys (user_id);
  CREATE TABLE IF NOT EXISTS transactions (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at BIGINT NOT NULL);
  CREATE TABLE IF NOT EXISTS handshakes (id TEXT PRIMARY KEY, challenge TEXT NOT NULL, transaction_id TEXT, expires_at BIGINT NOT NULL);
  CREATE TABLE IF NOT EXISTS nonces (id TEXT PRIMARY KEY, external_id TEXT NOT NULL, expires_at BIGINT NOT NULL);
  `;

export const temporary = ['transactions', 'handshakes', 'nonces'];
