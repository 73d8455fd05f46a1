-- How often somebody has guessed at a one-time code. The code itself is in the message and, as a MAC, in what the page holds: a code has a
-- row from its first guess on, also one that was never sent because there is no account.

CREATE TABLE codes (
    app_id     TEXT   NOT NULL,
    code_id    TEXT   NOT NULL,
    receiver   TEXT   NOT NULL, -- whom it was for, as a MAC
    tries_left BIGINT NOT NULL, -- one is taken before anything is compared
    spent_by   TEXT   NOT NULL, -- the attempt that signed in with it; empty: none has
    created_at BIGINT NOT NULL, -- when the first one guessed
    PRIMARY KEY (app_id, code_id)
);

CREATE INDEX codes_of_receiver ON codes (app_id, receiver, created_at);
CREATE INDEX codes_by_age ON codes (app_id, created_at);
