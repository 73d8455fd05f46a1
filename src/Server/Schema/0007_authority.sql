-- Who an app's domain belongs to.

-- 1: a key of the app itself has chosen the RP ID, and nobody who manages the server has changed the app since.
ALTER TABLE apps ADD COLUMN rp_id_claimed BIGINT NOT NULL DEFAULT 0;

-- Which apps share an RP ID, asked before a passkey is said to be unknown.
CREATE INDEX apps_by_rp_id ON apps (rp_id);
