-- Three months of the app "shop", for the picture of its overview. @now is the time, in microseconds since 1970.

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4180)
INSERT INTO users (app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at,
    enrolment_blocked)
SELECT 'shop', printf('%08xUSERUSERUSERUSER', i), printf('customer-%d', i), randomblob(32), 'active', 0, 0, @now, @now, 0 FROM n;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2716)
INSERT INTO passkeys (app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_eligible, backup_state,
    transports, aaguid, rp_id, attestation_object, attestation_client_data, friendly_name, device_type, usage_count, last_login_at,
    created_at, updated_at, attestation_trust)
SELECT 'shop', randomblob(32), printf('%08xDEVICEDEVICEDEVI', i), printf('%08xUSERUSERUSERUSER', i), randomblob(77), 0, 1, 1, 1,
    '["internal","hybrid"]', 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4', 'example.com', NULL, NULL, 'Google Password Manager', 'passkey',
    0, 0, @now, @now, 'none'
FROM n;

-- A day is larger the later it is, smaller at a weekend, and no two are alike. Day 0 was a Thursday.
WITH RECURSIVE d(day, i) AS (SELECT @now / 86400000000 - 89, 0 UNION ALL SELECT day + 1, i + 1 FROM d WHERE i < 89),
    size(day, number) AS (
        SELECT day, (60 + 1.6 * i) * CASE day % 7 WHEN 2 THEN 0.55 WHEN 3 THEN 0.48 WHEN 4 THEN 1.12 ELSE 1 END
            * (1 + (day * 7919 % 13 - 6) / 50.0) FROM d),
    duration(second, part) AS (VALUES (0, 0.01), (1, 0.05), (2, 0.17), (3, 0.24), (4, 0.19), (5, 0.12), (6, 0.08), (7, 0.05), (8, 0.03),
        (9, 0.02), (10, 0.015), (12, 0.01), (14, 0.007), (17, 0.004), (21, 0.003)),
    labels(kind, label, part) AS (
        VALUES ('started', 'register', 0.2), ('started', 'authenticate', 0.55), ('started', 'discoverable', 2.4),
            ('answered', 'register', 0.17), ('answered', 'authenticate', 0.51), ('answered', 'discoverable', 0.5),
            ('succeeded', 'register', 0.165), ('succeeded', 'authenticate', 0.5), ('succeeded', 'discoverable', 0.49),
            ('verified', '', 1.15), ('refused', 'unknown_credential', 0.011), ('refused', 'user_not_verified', 0.008),
            ('milliseconds', '', 2200.0), ('provider', 'Google Password Manager', 0.07), ('provider', 'iCloud Keychain', 0.06),
            ('provider', '1Password', 0.02), ('provider', 'YubiKey 5 Series', 0.015),
            ('synced', 'synced', 0.15), ('synced', 'device-bound', 0.015),
            ('system', 'Windows', 0.4), ('system', 'iOS', 0.3), ('system', 'Android', 0.2), ('system', 'macOS', 0.1),
            ('browser', 'Chrome', 0.5), ('browser', 'Safari', 0.35), ('browser', 'Firefox', 0.15)
        UNION ALL SELECT 'seconds', CAST(second AS TEXT), 0.5 * part FROM duration)
INSERT INTO counters (app_id, kind, day, label, number)
SELECT 'shop', kind, day, label, CAST(part * number AS INTEGER) FROM size, labels WHERE part * number >= 1;

WITH RECURSIVE m(month, number) AS (SELECT date(@now / 1000000, 'unixepoch', 'start of month', '-3 months'), 620
    UNION ALL SELECT date(month, '+1 month'), number + 410 FROM m WHERE month < date(@now / 1000000, 'unixepoch', 'start of month'))
INSERT INTO counters (app_id, kind, day, label, number)
SELECT 'shop', 'active', CAST(julianday(month) - julianday('1970-01-01') AS INTEGER), '', number FROM m;
