-- An app "big" as it is after a year: temp.size says how many users (a passkey each), how many events, and what time it is.
-- Ids are scattered, as random ones are; what is written later has greater ids of events, as the server's have.

DROP INDEX users_by_age;
DROP INDEX users_not_active;
DROP INDEX users_blocked;
DROP INDEX passkeys_of_user;
DROP INDEX events_of_user;
DROP INDEX events_by_age;
DROP INDEX events_refused;
DROP INDEX events_rare;
DROP INDEX events_refused_by_code;
DROP INDEX events_refused_by_type;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n, size WHERE i < users)
INSERT INTO users (app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at,
    enrolment_blocked)
SELECT 'big', printf('%08xUSERUSERUSERUSER', i * 2654435761 % 4294967296), printf('user-%07d@example.com', i), randomblob(32),
    CASE WHEN i % 100 = 0 THEN 'inactive' WHEN i % 1000 = 1 THEN 'pending' ELSE 'active' END, 0, 0,
    now - year + i * (year / users), now - year + i * (year / users), i % 500 = 3
FROM n, size;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n, size WHERE i < users)
INSERT INTO passkeys (app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_eligible, backup_state,
    transports, aaguid, rp_id, attestation_object, attestation_client_data, friendly_name, device_type, usage_count, last_login_at,
    created_at, updated_at, attestation_trust)
SELECT 'big', randomblob(32), printf('%08xDEVICEDEVICEDEVI', i * 2654435761 % 4294967296),
    printf('%08xUSERUSERUSERUSER', i * 2654435761 % 4294967296), randomblob(77),
    0, 1, 1, 1, '["internal","hybrid"]', 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4', 'localhost', NULL, NULL, 'Google Password Manager',
    'passkey', 9, now - abs(random() % year), now - year + i * (year / users), now - year + i * (year / users), 'none'
FROM n, size;

-- Of ten events one is a registration; of a thousand two are refused sign-ins, one a refused registration, one a revocation.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n, size WHERE i < events),
    e AS (SELECT i, now - year + i * (year / events) AS at,
        printf('%08xUSERUSERUSERUSER',
            (CASE WHEN i % 10 = 0 THEN i * users / events ELSE 1 + abs(random() % users) END) * 2654435761 % 4294967296) AS user,
        CASE WHEN i % 10 = 0 OR i % 1000 = 3 THEN 'passkey_registered'
            WHEN i % 1000 = 4 THEN 'passkey_revoked'
            ELSE 'passkey_login' END AS type,
        i % 1000 IN (1, 2, 3) AS refused FROM n, size)
INSERT INTO events (app_id, event_id, user_id, type, action, ip_addr, user_agent, created_at, completed_at, written_at, outcome, rejection)
SELECT 'big', printf('%012d%s', i, hex(randomblob(6))), user, type,
    CASE type WHEN 'passkey_login' THEN 'login' WHEN 'passkey_registered' THEN 'register' ELSE 'other' END,
    printf('198.51.%d.%d', i % 256, i / 256 % 256),
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    at - 4000000, CASE WHEN refused THEN NULL ELSE at END, at, CASE WHEN refused THEN 'refused' ELSE 'ok' END,
    -- One code is rare.
    CASE WHEN refused THEN CASE
        WHEN i % 1000000 = 1 THEN 'bad_signature'
        WHEN i % 1000 = 2 THEN 'wrong_origin'
        ELSE 'user_not_verified' END END
FROM e;

CREATE INDEX users_by_age ON users (app_id, created_at, user_id);
CREATE INDEX users_not_active ON users (app_id, status, created_at, user_id) WHERE status <> 'active';
CREATE INDEX users_blocked ON users (app_id, created_at, user_id) WHERE enrolment_blocked = 1;
CREATE INDEX passkeys_of_user ON passkeys (app_id, user_id);
CREATE INDEX events_of_user ON events (app_id, user_id, written_at);
CREATE INDEX events_by_age ON events (app_id, written_at);
CREATE INDEX events_refused ON events (app_id, written_at, event_id) WHERE outcome = 'refused';
CREATE INDEX events_rare ON events (app_id, type, written_at, event_id) WHERE type <> 'passkey_login';
CREATE INDEX events_refused_by_code ON events (app_id, rejection, written_at, event_id) WHERE outcome = 'refused';
CREATE INDEX events_refused_by_type ON events (app_id, type, written_at, event_id) WHERE outcome = 'refused';

-- What the server would have counted meanwhile: every label on every day.
WITH RECURSIVE d(day) AS (SELECT (SELECT (now - year) / 86400000000 FROM size)
        UNION ALL SELECT day + 1 FROM d, size WHERE day < now / 86400000000),
    seconds(second) AS (SELECT 0 UNION ALL SELECT second + 1 FROM seconds WHERE second < 60),
    labels(kind, label, part) AS (
        VALUES ('started', 'register', 1.2), ('started', 'authenticate', 5.0), ('started', 'discoverable', 20.0),
            ('answered', 'register', 1.1), ('answered', 'authenticate', 4.5), ('answered', 'discoverable', 4.5),
            ('succeeded', 'register', 1.0), ('succeeded', 'authenticate', 4.4), ('succeeded', 'discoverable', 4.4),
            ('verified', '', 9.7), ('refused', 'wrong_origin', 0.01), ('refused', 'user_not_verified', 0.02), ('milliseconds', '', 16000.0),
            ('provider', 'Google Password Manager', 0.5), ('provider', 'iCloud Keychain', 0.3), ('provider', '1Password', 0.1),
            ('provider', 'Unknown', 0.1), ('synced', 'synced', 0.9), ('synced', 'device-bound', 0.1),
            ('system', 'Windows', 5.0), ('system', 'iOS', 3.0), ('system', 'Android', 2.0),
            ('browser', 'Chrome', 6.0), ('browser', 'Safari', 3.0), ('browser', 'Firefox', 1.0)
        UNION ALL SELECT 'seconds', CAST(second AS TEXT), 4.4 / (1 + second * second) FROM seconds)
INSERT INTO counters (app_id, kind, day, label, number)
SELECT 'big', kind, day, label, CAST(part * events / 3650 AS INTEGER) FROM d, labels, size;

WITH RECURSIVE m(month) AS (SELECT date(now / 1000000, 'unixepoch', 'start of month', '-11 months') FROM size
    UNION ALL SELECT date(month, '+1 month') FROM m, size WHERE month < date(now / 1000000, 'unixepoch', 'start of month'))
INSERT INTO counters (app_id, kind, day, label, number)
SELECT 'big', 'active', CAST(julianday(month) - julianday('1970-01-01') AS INTEGER), '', users / 2 FROM m, size;

INSERT INTO active_users (app_id, month, user_id)
SELECT 'big', CAST(julianday(date(now / 1000000, 'unixepoch', 'start of month')) - julianday('1970-01-01') AS INTEGER), user_id
FROM users, size WHERE app_id = 'big' AND users.rowid % 2 = 0;
