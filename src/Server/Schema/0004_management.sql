-- Apps, keys and users that are managed while the server runs, and who did what.

ALTER TABLE apps ADD COLUMN attachment TEXT NOT NULL DEFAULT '';               -- platform, cross-platform; empty: either
ALTER TABLE apps ADD COLUMN hints TEXT NOT NULL DEFAULT '';                    -- one a line
ALTER TABLE apps ADD COLUMN attestation TEXT NOT NULL DEFAULT 'none';          -- none, indirect, direct, enterprise
ALTER TABLE apps ADD COLUMN attestation_required BIGINT NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN allowed_aaguids TEXT NOT NULL DEFAULT '';          -- one a line; empty: all
ALTER TABLE apps ADD COLUMN denied_aaguids TEXT NOT NULL DEFAULT '';           -- one a line
ALTER TABLE apps ADD COLUMN ceremony_timeout BIGINT NOT NULL DEFAULT 0;        -- seconds; 0: the server's

-- What app_keys held is declared in the configuration, and made anew at every start.
DROP TABLE app_keys;
CREATE TABLE api_keys (
    app_id       TEXT   NOT NULL, -- empty: a key for the whole server
    key_id       TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    key_hash     BYTEA  NOT NULL, -- SHA-256
    scopes       TEXT   NOT NULL, -- blanks between
    source       TEXT   NOT NULL, -- declared: in the configuration; made
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL, -- 0: never
    last_used_at BIGINT NOT NULL, -- 0: never; a minute late
    PRIMARY KEY (app_id, key_id)
);

ALTER TABLE users ADD COLUMN enrolment_blocked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_not_active ON users (app_id, status, created_at, user_id) WHERE status <> 'active';
CREATE INDEX users_blocked ON users (app_id, created_at, user_id) WHERE enrolment_blocked = 1;

ALTER TABLE passkeys ADD COLUMN attestation_trust TEXT; -- none, self, untrusted, anchored; null: not known

-- What a sign-in writes keeps its form: the defaults are a success's.
ALTER TABLE events ADD COLUMN outcome TEXT NOT NULL DEFAULT 'ok'; -- ok, refused
ALTER TABLE events ADD COLUMN rejection TEXT;                     -- why it was refused
CREATE INDEX events_refused ON events (app_id, written_at, event_id) WHERE outcome = 'refused';
CREATE INDEX events_rare ON events (app_id, type, written_at, event_id) WHERE type <> 'passkey_login';

CREATE TABLE audit (
    app_id     TEXT   NOT NULL, -- empty: the server's
    audit_id   TEXT   NOT NULL,
    written_at BIGINT NOT NULL,
    actor      TEXT   NOT NULL, -- key:ID, operator:NAME, command:USER
    action     TEXT   NOT NULL, -- the operation's name
    target     TEXT   NOT NULL, -- the id of what was changed
    before     TEXT,            -- JSON; null: there was nothing
    after      TEXT,            -- JSON; null: there is nothing
    PRIMARY KEY (app_id, audit_id)
);

CREATE INDEX audit_by_age ON audit (app_id, written_at, audit_id);
