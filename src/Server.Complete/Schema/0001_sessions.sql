-- Who is signed in. A row a session: its refresh tokens are told apart by their generation, and none of them is kept.

CREATE TABLE sessions (
    app_id       TEXT   NOT NULL,
    session_id   TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    generation   BIGINT NOT NULL, -- of the newest refresh token, from 1; 0: the session has none
    rotated_at   BIGINT NOT NULL, -- since when that one is the newest
    created_at   BIGINT NOT NULL, -- when the user signed in
    last_used_at BIGINT NOT NULL,
    absolute_at  BIGINT NOT NULL, -- it ends then at the latest
    expires_at   BIGINT NOT NULL, -- it ends then unless it is used
    revoked_at   BIGINT NOT NULL, -- 0: it is not
    amr          TEXT   NOT NULL, -- how the user signed in (RFC 8176), by blanks
    device_id    TEXT   NOT NULL, -- the passkey that did it; empty: none did
    ip_addr      TEXT   NOT NULL,
    user_agent   TEXT   NOT NULL,
    PRIMARY KEY (app_id, session_id)
);

CREATE INDEX sessions_of_user ON sessions (app_id, user_id, created_at);
CREATE INDEX sessions_by_end ON sessions (app_id, expires_at);

-- What tokens are signed with. The next key is published long before it signs, and the last one long after.
CREATE TABLE signing_keys (
    app_id     TEXT   NOT NULL,
    number     BIGINT NOT NULL, -- from 1: of two nodes that make the next one, one does
    kid        TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL, -- PKCS#8, wrapped by the keys that tickets are sealed with
    public_key BYTEA  NOT NULL, -- SubjectPublicKeyInfo
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    removed_at BIGINT NOT NULL, -- 0: it is published
    PRIMARY KEY (app_id, number)
);

-- Secrets of an app that are no keys for others: what refresh tokens are made with, and what decoys are made of.
CREATE TABLE app_secrets (
    app_id     TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (app_id, purpose)
);
