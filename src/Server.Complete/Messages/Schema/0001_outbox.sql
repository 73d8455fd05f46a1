-- Messages on their way, and for a week those that were. A row comes to be in the transaction that makes the code or the link.
CREATE TABLE outbox (
    app_id     TEXT   NOT NULL,
    message_id TEXT   NOT NULL,
    user_id    TEXT   NOT NULL, -- empty: the account is unknown, or not made yet
    kind       TEXT   NOT NULL, -- the word of a MessageKind
    channel    TEXT   NOT NULL, -- email, phone
    lane       TEXT   NOT NULL, -- whose server it goes to: the domain of an address, the country of a number
    sealed     BYTEA,           -- receiver, code and link, wrapped by the keys that tickets are sealed with; null once it has ended
    created_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL, -- not before then; while a node is at it, when another one may take it over. 0: it has ended
    until_at   BIGINT NOT NULL, -- it is given up then
    attempts   BIGINT NOT NULL,
    claim      TEXT   NOT NULL, -- of the node that is at it or was
    state      TEXT   NOT NULL, -- waiting, sent, refused, given_up
    ended_at   BIGINT NOT NULL, -- 0: it is waiting
    error      TEXT   NOT NULL, -- of the last attempt, in our words; empty: none
    PRIMARY KEY (app_id, message_id)
);

CREATE INDEX outbox_due ON outbox (due_at, app_id) WHERE due_at > 0;
CREATE INDEX outbox_by_age ON outbox (app_id, created_at, channel);
