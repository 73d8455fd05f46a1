-- Links by which a user changes an address or number, and those by which whoever had it before takes that back.

ALTER TABLE links ADD COLUMN asked_by TEXT NOT NULL DEFAULT ''; -- a change: the session that asked for it; empty: none did
ALTER TABLE links ADD COLUMN since BIGINT NOT NULL DEFAULT 0; -- taking back: what came to the account after that goes
ALTER TABLE links ADD COLUMN held_since BIGINT NOT NULL DEFAULT 0; -- taking back: since when the account had it; 0: it had none
ALTER TABLE links ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0; -- taking back: when that was proven; 0: it was not
ALTER TABLE links ADD COLUMN proven_weakly BIGINT NOT NULL DEFAULT 0; -- taking back: 1: weakly

CREATE INDEX links_of_changes ON links (app_id, user_id) WHERE purpose <> 'sign_in';
