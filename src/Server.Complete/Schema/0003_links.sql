-- Links in messages that sign in or prove an address. The secret in it is kept as its hash.

CREATE TABLE links (
    app_id            TEXT   NOT NULL,
    link_id           TEXT   NOT NULL, -- whoever asked for it asks with this whether it has been opened
    secret_hash       BYTEA  NOT NULL, -- SHA-256
    purpose           TEXT   NOT NULL, -- sign_in, …
    may_begin         BIGINT NOT NULL, -- 1: opening it makes an account where there is none
    kind              TEXT   NOT NULL, -- of the identifier that it was sent to
    value             TEXT   NOT NULL,
    given             TEXT   NOT NULL,
    message_id        TEXT   NOT NULL, -- what it was sent in; empty: nothing
    user_id           TEXT   NOT NULL, -- whose account it is for; empty: nobody's yet
    network           TEXT   NOT NULL, -- where it was asked for; empty: a backend made it
    redirect_url      TEXT   NOT NULL, -- empty: the app's
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    openings          BIGINT NOT NULL, -- how often it was opened
    opened_by         TEXT   NOT NULL, -- the networks where it was, each between blanks
    opener            TEXT   NOT NULL, -- the last of them
    opened_at         BIGINT NOT NULL, -- when it was opened there; 0: nowhere yet
    own_opened_at     BIGINT NOT NULL, -- when it was opened where it was asked for; 0: not yet
    session_id        TEXT   NOT NULL, -- what the last opening began
    earlier_session   TEXT   NOT NULL, -- what the one before had begun
    delivered_at      BIGINT NOT NULL, -- when whoever asked was told; 0: not yet
    delivered_to      TEXT   NOT NULL, -- on which network
    delivered_session TEXT   NOT NULL, -- what was begun there
    attempt           TEXT   NOT NULL, -- of whoever has changed the row last
    PRIMARY KEY (app_id, link_id)
);

CREATE UNIQUE INDEX links_by_secret ON links (app_id, secret_hash);
CREATE INDEX links_by_end ON links (app_id, expires_at);
