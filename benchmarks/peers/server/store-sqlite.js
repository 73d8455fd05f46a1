import Database from 'better-sqlite3';
import { tables, temporary } from './store.js';

export function open({ sqliteFile }) {
  const db = new Database(sqliteFile, { timeout: 10_000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(tables('BLOB'));

  const findUser = db.prepare(`
    SELECT id, EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) AS has_passkeys FROM users WHERE external_id = ?`);
  const addTransaction = db.prepare(`INSERT INTO transactions (id, user_id, expires_at) VALUES (?, ?, ?)`);
  const findPasskeys = db.prepare(`
    SELECT p.credential_id, p.transports FROM transactions t JOIN passkeys p ON p.user_id = t.user_id WHERE t.id = ? AND t.expires_at > ?`);
  const addHandshake = db.prepare(`INSERT INTO handshakes (id, challenge, transaction_id, expires_at) VALUES (?, ?, ?, ?)`);
  const findHandshake = db.prepare(`
    SELECT h.challenge, h.transaction_id, p.public_key, p.counter, p.transports, u.external_id
    FROM handshakes h
    JOIN passkeys p ON p.credential_id = ?
    JOIN users u ON u.id = p.user_id
    LEFT JOIN transactions t ON t.id = h.transaction_id
    WHERE h.id = ? AND h.expires_at > ? AND (h.transaction_id IS NULL OR t.user_id = p.user_id)`);
  const spendHandshake = db.prepare(`DELETE FROM handshakes WHERE id = ?`);
  const deleteTransaction = db.prepare(`DELETE FROM transactions WHERE id = ?`);
  const usePasskey = db.prepare(`
    UPDATE passkeys SET counter = ?, backed_up = ?, last_used_at = ?, usage_count = usage_count + 1 WHERE credential_id = ?`);
  const addNonce = db.prepare(`INSERT INTO nonces (id, external_id, expires_at) VALUES (?, ?, ?)`);
  const takeNonce = db.prepare(`DELETE FROM nonces WHERE id = ? AND expires_at > ? RETURNING external_id`);

  // One commit; who deletes the handshake, and the transaction where there is one, has won.
  const finish = db.transaction((sign) => {
    if (spendHandshake.run(sign.handshakeId).changes === 0) return false;
    if (sign.transactionId && deleteTransaction.run(sign.transactionId).changes === 0) return false;
    usePasskey.run(sign.counter, sign.backedUp ? 1 : 0, sign.now, sign.credentialId);
    addNonce.run(sign.nonce, sign.externalId, sign.nonceExpiresAt);
    return true;
  });

  const seed = db.transaction((users) => {
    const addUser = db.prepare(`INSERT INTO users (id, external_id) VALUES (?, ?)`);
    const addPasskey = db.prepare(`
      INSERT INTO passkeys (credential_id, user_id, public_key, counter, transports, backed_up) VALUES (?, ?, ?, 0, ?, 0)`);
    for (const user of users) {
      addUser.run(user.user_handle, user.external_id);
      addPasskey.run(
        user.credential_id, user.user_handle, Buffer.from(user.public_key, 'base64url'), JSON.stringify(user.transports ?? []));
    }
  });

  return {
    createTables() {
      // Opening has made them: statements cannot be prepared before.
    },

    seed,

    findUser(externalId) {
      const row = findUser.get(externalId);
      return row && { id: row.id, hasPasskeys: row.has_passkeys === 1 };
    },

    addTransaction: (id, userId, expiresAt) => addTransaction.run(id, userId, expiresAt),

    findPasskeysOfTransaction: (id, now) =>
      findPasskeys.all(id, now).map((row) => ({ credentialId: row.credential_id, transports: JSON.parse(row.transports) })),

    addHandshake: (id, challenge, transactionId, expiresAt) => addHandshake.run(id, challenge, transactionId, expiresAt),

    findHandshakeAndPasskey(id, credentialId, now) {
      const row = findHandshake.get(credentialId, id, now);
      return row && {
        challenge: row.challenge,
        transactionId: row.transaction_id,
        publicKey: new Uint8Array(row.public_key),
        counter: row.counter,
        transports: JSON.parse(row.transports),
        externalId: row.external_id,
      };
    },

    finish: (sign) => finish.immediate(sign),

    takeNonce: (id, now) => takeNonce.get(id, now)?.external_id,

    deleteExpired(now) {
      for (const table of temporary) db.prepare(`DELETE FROM ${table} WHERE expires_at < ?`).run(now);
    },
  };
}
