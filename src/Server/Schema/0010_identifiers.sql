-- What else a user goes by, beside the external id, which becomes optional: products that know users by an address alone have none.

CREATE TABLE identifiers (
    app_id      TEXT   NOT NULL,
    kind        TEXT   NOT NULL, -- email, phone, …
    value       TEXT   NOT NULL, -- in the form that is compared
    given       TEXT   NOT NULL, -- as it was given
    user_id     TEXT   NOT NULL,
    verified_at BIGINT NOT NULL, -- 0: not
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (app_id, kind, value),
    FOREIGN KEY (app_id, user_id) REFERENCES users (app_id, user_id)
);

CREATE INDEX identifiers_of_user ON identifiers (app_id, user_id, created_at);
