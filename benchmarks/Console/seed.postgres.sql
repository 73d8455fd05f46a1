-- What seed.sql makes, for PostgreSQL: an app "big" as it is after a year, of the size that the temporary table says.

DROP INDEX users_by_age;
DROP INDEX users_by_name;
DROP INDEX users_not_active;
DROP INDEX users_blocked;
DROP INDEX passkeys_of_user;
DROP INDEX events_of_user;
DROP INDEX events_by_age;
DROP INDEX events_refused;
DROP INDEX events_rare;
DROP INDEX events_refused_by_code;
DROP INDEX events_refused_by_type;

CREATE FUNCTION pg_temp.scattered(i BIGINT) RETURNS TEXT LANGUAGE SQL AS $$ SELECT lpad(to_hex(i * 2654435761 % 4294967296), 8, '0') $$;
CREATE FUNCTION pg_temp.bytes_of(kind TEXT, i BIGINT) RETURNS BYTEA LANGUAGE SQL AS $$ SELECT sha256(convert_to(kind || i, 'UTF8')) $$;

INSERT INTO users (app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at,
    enrolment_blocked)
SELECT 'big', pg_temp.scattered(i) || 'USERUSERUSERUSER', 'user-' || lpad(i::TEXT, 7, '0') || '@example.com', pg_temp.bytes_of('handle', i),
    CASE WHEN i % 100 = 0 THEN 'inactive' WHEN i % 1000 = 1 THEN 'pending' ELSE 'active' END, 0, 0,
    now - year + i * (year / users), now - year + i * (year / users), CASE WHEN i % 500 = 3 THEN 1 ELSE 0 END
FROM size, generate_series(1, users) AS i;

INSERT INTO passkeys (app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_eligible, backup_state,
    transports, aaguid, rp_id, attestation_object, attestation_client_data, friendly_name, device_type, usage_count, last_login_at,
    created_at, updated_at, attestation_trust)
SELECT 'big', pg_temp.bytes_of('credential', i), pg_temp.scattered(i) || 'DEVICEDEVICEDEVI', pg_temp.scattered(i) || 'USERUSERUSERUSER',
    pg_temp.bytes_of('x', i) || pg_temp.bytes_of('y', i) || '\x00000000000000000000000000'::BYTEA,
    0, 1, 1, 1, '["internal","hybrid"]', 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4', 'localhost', NULL, NULL, 'Google Password Manager',
    'passkey', 9, now - floor(random() * year)::BIGINT, now - year + i * (year / users), now - year + i * (year / users), 'none'
FROM size, generate_series(1, users) AS i;

-- Of ten events one is a registration; of a thousand two are refused sign-ins, one a refused registration, one a revocation.
INSERT INTO events (app_id, event_id, user_id, type, action, ip_addr, user_agent, created_at, completed_at, written_at, outcome, rejection)
SELECT 'big', lpad(i::TEXT, 12, '0') || upper(substr(md5(random()::TEXT), 1, 12)), "user", type,
    CASE type WHEN 'passkey_login' THEN 'login' WHEN 'passkey_registered' THEN 'register' ELSE 'other' END,
    '198.51.' || i % 256 || '.' || i / 256 % 256,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    at - 4000000, CASE WHEN refused THEN NULL ELSE at END, at, CASE WHEN refused THEN 'refused' ELSE 'ok' END,
    -- One code is rare.
    CASE WHEN refused THEN CASE
        WHEN i % 1000000 = 1 THEN 'bad_signature'
        WHEN i % 1000 = 2 THEN 'wrong_origin'
        ELSE 'user_not_verified' END END
FROM (
    SELECT i, now - year + i * (year / events) AS at,
        pg_temp.scattered(CASE WHEN i % 10 = 0 THEN i * users / events ELSE 1 + floor(random() * users)::BIGINT END)
            || 'USERUSERUSERUSER' AS "user",
        CASE WHEN i % 10 = 0 OR i % 1000 = 3 THEN 'passkey_registered'
            WHEN i % 1000 = 4 THEN 'passkey_revoked'
            ELSE 'passkey_login' END AS type,
        i % 1000 IN (1, 2, 3) AS refused
    FROM size, generate_series(1, events) AS i) AS e;

CREATE INDEX users_by_age ON users (app_id, created_at, user_id);
CREATE INDEX users_by_name ON users (app_id, external_id COLLATE "C");
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
WITH labels(kind, label, part) AS (
        VALUES ('started', 'register', 1.2), ('started', 'authenticate', 5.0), ('started', 'discoverable', 20.0),
            ('answered', 'register', 1.1), ('answered', 'authenticate', 4.5), ('answered', 'discoverable', 4.5),
            ('succeeded', 'register', 1.0), ('succeeded', 'authenticate', 4.4), ('succeeded', 'discoverable', 4.4),
            ('verified', '', 9.7), ('refused', 'wrong_origin', 0.01), ('refused', 'user_not_verified', 0.02), ('milliseconds', '', 16000.0),
            ('provider', 'Google Password Manager', 0.5), ('provider', 'iCloud Keychain', 0.3), ('provider', '1Password', 0.1),
            ('provider', 'Unknown', 0.1), ('synced', 'synced', 0.9), ('synced', 'device-bound', 0.1),
            ('system', 'Windows', 5.0), ('system', 'iOS', 3.0), ('system', 'Android', 2.0),
            ('browser', 'Chrome', 6.0), ('browser', 'Safari', 3.0), ('browser', 'Firefox', 1.0)
        UNION ALL SELECT 'seconds', second::TEXT, 4.4 / (1 + second * second) FROM generate_series(0, 60) AS second)
INSERT INTO counters (app_id, kind, day, label, number)
SELECT 'big', kind, day, label, trunc(part * events / 3650)
FROM size, generate_series((now - year) / 86400000000, now / 86400000000) AS day, labels;

INSERT INTO counters (app_id, kind, day, label, number)
SELECT 'big', 'active', month::DATE - DATE '1970-01-01', '', users / 2
FROM size, date_trunc('month', to_timestamp(now / 1000000) AT TIME ZONE 'UTC') AS this,
    generate_series(this - INTERVAL '11 months', this, INTERVAL '1 month') AS month;

INSERT INTO active_users (app_id, month, user_id)
SELECT 'big', date_trunc('month', to_timestamp(now / 1000000) AT TIME ZONE 'UTC')::DATE - DATE '1970-01-01',
    pg_temp.scattered(i) || 'USERUSERUSERUSER'
FROM size, generate_series(2, users, 2) AS i;
