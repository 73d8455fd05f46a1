import pg from 'pg';
import { tables, temporary } from './store.js';

// Named statements: pg prepares each once a connection.
const FIND_USER = `SELECT id, EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) AS has_passkeys FROM users WHERE external_id = $1`;

const ADD_TRANSACTION = `INSERT INTO transactions (id, user_id, expires_at) VALUES ($1, $2, $3)`;

const FIND_PASSKEYS_OF_TRANSACTION = `
  SELECT p.credential_id, p.transports FROM transactions t JOIN passkeys p ON p.user_id = t.user_id WHERE t.id = $1 AND t.expires_at > $2`;

const ADD_HANDSHAKE = `INSERT INTO handshakes (id, challenge, transaction_id, expires_at) VALUES ($1, $2, $3, $4)`;

const FIND_HANDSHAKE_AND_PASSKEY = `
  SELECT h.challenge, h.transaction_id, p.public_key, p.counter, p.transports, u.external_id
  FROM handshakes h
  JOIN passkeys p ON p.credential_id = $2
  JOIN users u ON u.id = p.user_id
  LEFT JOIN transactions t ON t.id = h.transaction_id
  WHERE h.id = $1 AND h.expires_at > $3 AND (h.transaction_id IS NULL OR t.user_id = p.user_id)`;

// One statement, one round trip, one commit: who deletes the handshake, and the transaction where there is one, has won.
const FINISH = `
  WITH spent AS (DELETE FROM handshakes WHERE id = $1 RETURNING 1),
  done AS (DELETE FROM transactions WHERE id = $2 AND EXISTS (SELECT 1 FROM spent) RETURNING 1),
  won AS (SELECT 1 FROM spent WHERE $2::text IS NULL OR EXISTS (SELECT 1 FROM done)),
  used AS (
    UPDATE passkeys SET counter = $3, backed_up = $4, last_used_at = $5, usage_count = usage_count + 1
    WHERE credential_id = $6 AND EXISTS (SELECT 1 FROM won))
  INSERT INTO nonces (id, external_id, expires_at) SELECT $7, $8, $9 FROM won`;

const TAKE_NONCE = `DELETE FROM nonces WHERE id = $1 AND expires_at > $2 RETURNING external_id`;

export function open({ databaseUrl, poolSize }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize });
  const run = (name, text, values) => pool.query({ name, text, values });

  return {
    async createTables() {
      await pool.query(tables('BYTEA'));
    },

    async seed(users) {
      const columns = (pick) => users.map(pick);
      await pool.query(`INSERT INTO users (id, external_id) SELECT * FROM unnest($1::text[], $2::text[])`,
        [columns((user) => user.user_handle), columns((user) => user.external_id)]);
      await pool.query(
        `INSERT INTO passkeys (credential_id, user_id, public_key, counter, transports, backed_up)
         SELECT c, u, k, 0, t, false FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) AS rows (c, u, k, t)`,
        [
          columns((user) => user.credential_id),
          columns((user) => user.user_handle),
          columns((user) => Buffer.from(user.public_key, 'base64url')),
          columns((user) => JSON.stringify(user.transports ?? [])),
        ]);
      await pool.query('ANALYZE');
    },

    async findUser(externalId) {
      const { rows: [row] } = await run('find-user', FIND_USER, [externalId]);
      return row && { id: row.id, hasPasskeys: row.has_passkeys };
    },

    addTransaction: (id, userId, expiresAt) => run('add-transaction', ADD_TRANSACTION, [id, userId, expiresAt]),

    async findPasskeysOfTransaction(id, now) {
      const { rows } = await run('find-passkeys', FIND_PASSKEYS_OF_TRANSACTION, [id, now]);
      return rows.map((row) => ({ credentialId: row.credential_id, transports: JSON.parse(row.transports) }));
    },

    addHandshake: (id, challenge, transactionId, expiresAt) =>
      run('add-handshake', ADD_HANDSHAKE, [id, challenge, transactionId, expiresAt]),

    async findHandshakeAndPasskey(id, credentialId, now) {
      const { rows: [row] } = await run('find-handshake', FIND_HANDSHAKE_AND_PASSKEY, [id, credentialId, now]);
      return row && {
        challenge: row.challenge,
        transactionId: row.transaction_id,
        publicKey: new Uint8Array(row.public_key),
        counter: Number(row.counter),
        transports: JSON.parse(row.transports),
        externalId: row.external_id,
      };
    },

    async finish({ handshakeId, transactionId, counter, backedUp, now, credentialId, nonce, externalId, nonceExpiresAt }) {
      const { rowCount } = await run('finish', FINISH,
        [handshakeId, transactionId, counter, backedUp, now, credentialId, nonce, externalId, nonceExpiresAt]);
      return rowCount === 1;
    },

    async takeNonce(id, now) {
      const { rows: [row] } = await run('take-nonce', TAKE_NONCE, [id, now]);
      return row?.external_id;
    },

    async deleteExpired(now) {
      for (const table of temporary) await pool.query(`DELETE FROM ${table} WHERE expires_at < $1`, [now]);
    },
  };
}
