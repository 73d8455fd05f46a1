-- An app's settings are one JSON text with the members of /v1/manage, so that a new setting needs no step of the schema. What SQL itself
-- asks for stays a column. One that was added in this transaction could not be written in it on every engine: a former one is renamed.
ALTER TABLE apps RENAME COLUMN origins TO settings;

UPDATE apps SET settings = CAST(json_build_object(
    'name', name,
    'rp_id', rp_id,
    'rp_name', rp_name,
    'origins', to_json(string_to_array(settings, chr(10))),
    'related_origins', to_json(string_to_array(related_origins, chr(10))),
    'android_apps', COALESCE((
        SELECT json_agg(json_build_object(
            'package', split_part(lines.line, ' ', 1),
            'certificate_fingerprints', to_json(string_to_array(substr(lines.line, strpos(lines.line, ' ') + 1), ' '))))
        FROM unnest(string_to_array(android_apps, chr(10))) AS lines (line)), CAST('[]' AS json)),
    'apple_apps', to_json(string_to_array(apple_apps, chr(10))),
    'passkey_endpoints', json_build_object('enroll', enroll_url, 'manage', manage_url, 'prf_usage_details', prf_usage_url),
    'user_verification', user_verification,
    'attachment', NULLIF(attachment, ''),
    'hints', to_json(string_to_array(hints, chr(10))),
    'attestation', attestation,
    'require_attestation', attestation_required = 1,
    'untrusted_attestation', untrusted_attestation,
    'attestation_formats', to_json(string_to_array(attestation_formats, chr(10))),
    'allow_sha1', allow_sha1 = 1,
    'refused_statuses', to_json(string_to_array(refused_statuses, chr(10))),
    'synced_passkeys', synced_passkeys,
    'algorithms', to_json(string_to_array(algorithms, chr(10))),
    'top_origins', to_json(string_to_array(top_origins, chr(10))),
    'allow_unnamed_top_origin', allow_unnamed_top_origin = 1,
    'allowed_aaguids', to_json(string_to_array(allowed_aaguids, chr(10))),
    'denied_aaguids', to_json(string_to_array(denied_aaguids, chr(10))),
    'ceremony_timeout_seconds', NULLIF(ceremony_timeout, 0),
    'conditional_create', conditional_create = 1,
    'hold_new_passkeys', hold_new_passkeys = 1,
    'counter_policy', counter_policy) AS TEXT);

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
