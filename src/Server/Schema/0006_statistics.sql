-- What dashboards show, counted as it happens: a chart reads these and scans no events.

CREATE TABLE counters (
    app_id TEXT   NOT NULL,
    kind   TEXT   NOT NULL, -- started, answered, succeeded, …: Statistics/Counted.cs
    day    BIGINT NOT NULL, -- days since 1970-01-01, UTC
    label  TEXT   NOT NULL, -- of a fixed set for each kind
    number BIGINT NOT NULL,
    PRIMARY KEY (app_id, kind, day, label)
);

-- Who has signed in this month, so that each counts once.
CREATE TABLE active_users (
    app_id  TEXT   NOT NULL,
    month   BIGINT NOT NULL, -- the day that it begins with
    user_id TEXT   NOT NULL,
    PRIMARY KEY (app_id, month, user_id)
);

ALTER TABLE apps ADD COLUMN password_baseline BIGINT NOT NULL DEFAULT 0; -- milliseconds that a sign-in by password takes; 0: not told

-- What there is already, as far as events tell it.
INSERT INTO counters (app_id, kind, day, label, number)
SELECT app_id, 'succeeded', written_at / 86400000000, CASE WHEN type = 'passkey_login' THEN 'authenticate' ELSE 'register' END, COUNT(*)
FROM events WHERE type IN ('passkey_login', 'passkey_registered')
GROUP BY app_id, written_at / 86400000000, CASE WHEN type = 'passkey_login' THEN 'authenticate' ELSE 'register' END;
