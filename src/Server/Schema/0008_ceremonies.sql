-- What new passkeys wait for, what counters that do not grow lead to, and what is left of passkeys that are gone.

ALTER TABLE apps ADD COLUMN conditional_create BIGINT NOT NULL DEFAULT 1;
ALTER TABLE apps ADD COLUMN hold_new_passkeys BIGINT NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN counter_policy TEXT NOT NULL DEFAULT 'report';  -- report, refuse

ALTER TABLE passkeys ADD COLUMN inactive_until BIGINT NOT NULL DEFAULT 0;   -- 0: active; else it goes then, unless its nonce was verified
CREATE INDEX passkeys_inactive ON passkeys (app_id, inactive_until) WHERE inactive_until > 0;

-- Only who signs with a former passkey's own key is told that it is gone. Nothing here says whose it was.
CREATE TABLE former_passkeys (
    app_id        TEXT   NOT NULL,
    credential_id BYTEA  NOT NULL,
    public_key    BYTEA  NOT NULL,
    removed_at    BIGINT NOT NULL,
    PRIMARY KEY (app_id, credential_id)
);

CREATE INDEX former_passkeys_by_age ON former_passkeys (app_id, removed_at);
