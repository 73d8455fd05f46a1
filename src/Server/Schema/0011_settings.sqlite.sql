-- An app's settings are one JSON text with the members of /v1/manage, so that a new setting needs no step of the schema. What SQL itself
-- asks for stays a column. One that was added in this transaction could not be written in it on every engine: a former one is renamed.
ALTER TABLE apps RENAME COLUMN origins TO settings;

UPDATE apps SET settings = json_object(
    'name', name,
    'rp_id', rp_id,
    'rp_name', rp_name,
    'origins', json(CASE settings WHEN '' THEN '[]' ELSE '["' || replace(settings, char(10), '","') || '"]' END),
    'related_origins', json(CASE related_origins WHEN '' THEN '[]' ELSE '["' || replace(related_origins, char(10), '","') || '"]' END),
    'android_apps', json(CASE android_apps WHEN '' THEN '[]' ELSE (
        SELECT json_group_array(json_object(
            'package', substr(line.value, 1, instr(line.value, ' ') - 1),
            'certificate_fingerprints', json('["' || replace(substr(line.value, instr(line.value, ' ') + 1), ' ', '","') || '"]')))
        FROM json_each('["' || replace(android_apps, char(10), '","') || '"]') AS line) END),
    'apple_apps', json(CASE apple_apps WHEN '' THEN '[]' ELSE '["' || replace(apple_apps, char(10), '","') || '"]' END),
    'passkey_endpoints', json_object('enroll', enroll_url, 'manage', manage_url, 'prf_usage_details', prf_usage_url),
    'user_verification', user_verification,
    'attachment', NULLIF(attachment, ''),
    'hints', json(CASE hints WHEN '' THEN '[]' ELSE '["' || replace(hints, char(10), '","') || '"]' END),
    'attestation', attestation,
    'require_attestation', json(CASE attestation_required WHEN 1 THEN 'true' ELSE 'false' END),
    'untrusted_attestation', untrusted_attestation,
    'attestation_formats',
        json(CASE attestation_formats WHEN '' THEN '[]' ELSE '["' || replace(attestation_formats, char(10), '","') || '"]' END),
    'allow_sha1', json(CASE allow_sha1 WHEN 1 THEN 'true' ELSE 'false' END),
    'refused_statuses', json(CASE refused_statuses WHEN '' THEN '[]' ELSE '["' || replace(refused_statuses, char(10), '","') || '"]' END),
    'synced_passkeys', synced_passkeys,
    'algorithms', json(CASE algorithms WHEN '' THEN '[]' ELSE '["' || replace(algorithms, char(10), '","') || '"]' END),
    'top_origins', json(CASE top_origins WHEN '' THEN '[]' ELSE '["' || replace(top_origins, char(10), '","') || '"]' END),
    'allow_unnamed_top_origin', json(CASE allow_unnamed_top_origin WHEN 1 THEN 'true' ELSE 'false' END),
    'allowed_aaguids', json(CASE allowed_aaguids WHEN '' THEN '[]' ELSE '["' || replace(allowed_aaguids, char(10), '","') || '"]' END),
    'denied_aaguids', json(CASE denied_aaguids WHEN '' THEN '[]' ELSE '["' || replace(denied_aaguids, char(10), '","') || '"]' END),
    'ceremony_timeout_seconds', NULLIF(ceremony_timeout, 0),
    'conditional_create', json(CASE conditional_create WHEN 1 THEN 'true' ELSE 'false' END),
    'hold_new_passkeys', json(CASE hold_new_passkeys WHEN 1 THEN 'true' ELSE 'false' END),
    'counter_policy', counter_policy);

ALTER TABLE apps DROP COLUMN name;
ALTER TABLE apps DROP COLUMN rp_name;
ALTER TABLE apps DROP COLUMN user_verification;
ALTER TABLE apps DROP COLUMN related_origins;
ALTER TABLE apps DROP COLUMN android_apps;
ALTER TABLE apps DROP COLUMN apple_apps;
ALTER TABLE apps DROP COLUMN enroll_url;
ALTER TABLE apps DROP COLUMN manage_url;
ALTER TABLE apps DROP COLUMN prf_usage_url;
ALTER TABLE apps DROP COLUMN attachment;
ALTER TABLE apps DROP COLUMN hints;
ALTER TABLE apps DROP COLUMN attestation;
ALTER TABLE apps DROP COLUMN attestation_required;
ALTER TABLE apps DROP COLUMN allowed_aaguids;
ALTER TABLE apps DROP COLUMN denied_aaguids;
ALTER TABLE apps DROP COLUMN ceremony_timeout;
ALTER TABLE apps DROP COLUMN conditional_create;
ALTER TABLE apps DROP COLUMN hold_new_passkeys;
ALTER TABLE apps DROP COLUMN counter_policy;
ALTER TABLE apps DROP COLUMN top_origins;
ALTER TABLE apps DROP COLUMN allow_unnamed_top_origin;
ALTER TABLE apps DROP COLUMN algorithms;
ALTER TABLE apps DROP COLUMN attestation_formats;
ALTER TABLE apps DROP COLUMN untrusted_attestation;
ALTER TABLE apps DROP COLUMN refused_statuses;
ALTER TABLE apps DROP COLUMN allow_sha1;
ALTER TABLE apps DROP COLUMN synced_passkeys;
