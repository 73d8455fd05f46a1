-- Types and clauses that SQLite and PostgreSQL share. Times are Unix microseconds, UTC. Flags are 0 or 1.

CREATE TABLE apps (
    app_id            TEXT   NOT NULL PRIMARY KEY,
    name              TEXT   NOT NULL,
    rp_id             TEXT   NOT NULL,
    rp_name           TEXT   NOT NULL,
    origins           TEXT   NOT NULL, -- one a line
    user_verification TEXT   NOT NULL, -- required, preferred, discouraged
    source            TEXT   NOT NULL, -- declared: in the configuration; kept: was declared once; demo
    in_service        BIGINT NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL
);

CREATE TABLE app_keys (
    app_id     TEXT   NOT NULL REFERENCES apps (app_id),
    key_hash   BYTEA  NOT NULL, -- SHA-256
    created_at BIGINT NOT NULL,
    PRIMARY KEY (app_id, key_hash)
);

CREATE TABLE users (
    app_id                TEXT   NOT NULL REFERENCES apps (app_id),
    user_id               TEXT   NOT NULL,
    external_id           TEXT   NOT NULL,
    user_handle           BYTEA  NOT NULL,
    status                TEXT   NOT NULL, -- active, inactive, pending
    metadata              TEXT,            -- a JSON object
    carried_logins        BIGINT NOT NULL, -- sign-ins of passkeys that are revoked
    carried_last_login_at BIGINT NOT NULL, -- the same; 0: never
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL,
    PRIMARY KEY (app_id, user_id),
    UNIQUE (app_id, external_id),
    UNIQUE (app_id, user_handle)
);

CREATE INDEX users_by_age ON users (app_id, created_at, user_id);

CREATE TABLE passkeys (
    app_id                  TEXT   NOT NULL,
    credential_id           BYTEA  NOT NULL,
    device_id               TEXT   NOT NULL,
    user_id                 TEXT   NOT NULL,
    public_key              BYTEA  NOT NULL,
    sign_count              BIGINT NOT NULL,
    uv_initialized          BIGINT NOT NULL,
    backup_eligible         BIGINT,
    backup_state            BIGINT NOT NULL,
    transports              TEXT   NOT NULL, -- a JSON array
    aaguid                  TEXT   NOT NULL,
    rp_id                   TEXT,
    attestation_object      BYTEA,
    attestation_client_data BYTEA,
    friendly_name           TEXT   NOT NULL,
    device_type             TEXT   NOT NULL, -- passkey, security_key, platform
    usage_count             BIGINT NOT NULL,
    last_login_at           BIGINT NOT NULL, -- 0: never
    created_at              BIGINT NOT NULL,
    updated_at              BIGINT NOT NULL,
    PRIMARY KEY (app_id, credential_id),
    UNIQUE (app_id, device_id),
    FOREIGN KEY (app_id, user_id) REFERENCES users (app_id, user_id)
);

CREATE INDEX passkeys_of_user ON passkeys (app_id, user_id);

CREATE TABLE spent (
    app_id     TEXT   NOT NULL,
    ticket     BYTEA  NOT NULL,
    attempt    TEXT   NOT NULL, -- who won: the later statements of that write ask for it
    expires_at BIGINT NOT NULL, -- not before every ticket that this one could be confused with
    PRIMARY KEY (app_id, ticket)
);

CREATE INDEX spent_by_expiry ON spent (expires_at);

CREATE TABLE events (
    app_id       TEXT   NOT NULL,
    event_id     TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    type         TEXT   NOT NULL,
    action       TEXT   NOT NULL, -- register, login, other
    ip_addr      TEXT   NOT NULL,
    user_agent   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL, -- when the ceremony was started
    completed_at BIGINT,
    written_at   BIGINT NOT NULL, -- order and age are told by this one
    PRIMARY KEY (app_id, event_id)
);

CREATE INDEX events_of_user ON events (app_id, user_id, written_at);
CREATE INDEX events_by_age ON events (written_at);
