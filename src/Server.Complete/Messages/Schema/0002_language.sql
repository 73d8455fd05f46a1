-- What operators are shown of a message besides; empty: it is from before.
ALTER TABLE outbox ADD COLUMN language TEXT NOT NULL DEFAULT '';

-- Those that did not arrive are few, and asked for by themselves.
CREATE INDEX outbox_failed ON outbox (app_id, state, created_at) WHERE state = 'refused' OR state = 'given_up';
