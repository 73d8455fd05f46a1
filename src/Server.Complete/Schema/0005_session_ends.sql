-- A refresh moves a session's end, and would move its place in an index of ends with it. So old sessions are found by a time that
-- a refresh leaves alone, and the removal of old rows moves on.

ALTER TABLE sessions ADD COLUMN ends_after BIGINT NOT NULL DEFAULT 0; -- never later than expires_at

UPDATE sessions SET ends_after = expires_at;

DROP INDEX sessions_by_end;

CREATE INDEX sessions_by_end ON sessions (app_id, ends_after);
