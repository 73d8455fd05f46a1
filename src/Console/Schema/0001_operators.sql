-- Who runs the server: operators are users of an internal app, whose id no declared app can have.

CREATE TABLE operators (
    user_id    TEXT   NOT NULL PRIMARY KEY, -- of the app .console; the name is its external id
    role       TEXT   NOT NULL,             -- admin, viewer
    created_at BIGINT NOT NULL
);

CREATE TABLE operator_invitations (
    invitation_id TEXT   NOT NULL PRIMARY KEY,
    token_hash    BYTEA  NOT NULL, -- SHA-256
    name          TEXT,            -- null: the first operator's, who chooses one
    role          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE TABLE operator_sessions (
    session_hash BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds
    user_id      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL, -- a minute late
    verified_at  BIGINT NOT NULL, -- the last ceremony with a passkey
    ip_addr      TEXT   NOT NULL,
    user_agent   TEXT   NOT NULL
);

CREATE INDEX operator_sessions_of_user ON operator_sessions (user_id);
