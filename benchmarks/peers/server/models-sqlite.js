import Database from 'better-sqlite3';
import { GRANTABLE, toRow, table } from './models.js';

export function open({ SQLITE_FILE = 'peer.db' }) {
  const db = new Database(SQLITE_FILE, { timeout: 10_000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(table('TEXT'));

  const upsert = db.prepare(`
    INSERT INTO models (kind, id, payload, grant_id, expires_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`);
  const find = db.prepare(`SELECT payload, consumed_at FROM models WHERE kind = ? AND id = ?`);
  const consume = db.prepare(`UPDATE models SET consumed_at = ? WHERE kind = ? AND id = ?`);
  const destroy = db.prepare(`DELETE FROM models WHERE kind = ? AND id = ?`);
  const revoke = db.prepare(`DELETE FROM models WHERE kind = ? AND grant_id = ?`);
  const expire = db.prepare(`DELETE FROM models WHERE expires_at < ?`);

  class Models {
    constructor(kind) {
      this.kind = kind;
    }

    async upsert(id, payload, expiresIn) {
      upsert.run(this.kind, id, ...toRow(payload, expiresIn));
    }

    async find(id) {
      const row = find.get(this.kind, id);
      return row && { ...JSON.parse(row.payload), ...(row.consumed_at && { consumed: row.consumed_at }) };
    }

    async consume(id) {
      consume.run(Math.floor(Date.now() / 1000), this.kind, id);
    }

    async destroy(id) {
      destroy.run(this.kind, id);
    }

    async revokeByGrantId(grantId) {
      for (const kind of GRANTABLE) revoke.run(kind, grantId);
    }
  }

  return { Models, deleteExpired: () => expire.run(Math.floor(Date.now() / 1000)) };
}
