import pg from 'pg';
import { GRANTABLE, toRow, table } from './models.js';

// Named statements: pg prepares each once a connection.
const UPSERT = `
  INSERT INTO models (kind, id, payload, grant_id, expires_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`;
const FIND = `SELECT payload, consumed_at FROM models WHERE kind = $1 AND id = $2`;
const CONSUME = `UPDATE models SET consumed_at = $1 WHERE kind = $2 AND id = $3`;
const DESTROY = `DELETE FROM models WHERE kind = $1 AND id = $2`;
const REVOKE = `DELETE FROM models WHERE kind = ANY ($1) AND grant_id = $2`;

export async function open({ DATABASE_URL, POOL = '16' }) {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL) });
  const run = (name, text, values) => pool.query({ name, text, values });
  await pool.query(table('JSON'));

  class Models {
    constructor(kind) {
      this.kind = kind;
    }

    async upsert(id, payload, expiresIn) {
      await run('upsert', UPSERT, [this.kind, id, ...toRow(payload, expiresIn)]);
    }

    async find(id) {
      const { rows: [row] } = await run('find', FIND, [this.kind, id]);
      return row && { ...row.payload, ...(row.consumed_at && { consumed: Number(row.consumed_at) }) };
    }

    async consume(id) {
      await run('consume', CONSUME, [Math.floor(Date.now() / 1000), this.kind, id]);
    }

    async destroy(id) {
      await run('destroy', DESTROY, [this.kind, id]);
    }

    async revokeByGrantId(grantId) {
      await run('revoke', REVOKE, [GRANTABLE, grantId]);
    }
  }

  return {
    Models,
    deleteExpired: () => pool.query(`DELETE FROM models WHERE expires_at < $1`, [Math.floor(Date.now() / 1000)]),
  };
}
