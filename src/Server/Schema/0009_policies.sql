-- The rest of an app's policy. In changes, 'fido_metadata' keeps the highest number of FIDO's metadata that has been in use.

ALTER TABLE apps ADD COLUMN top_origins TEXT NOT NULL DEFAULT '';              -- one a line; empty: no frames
ALTER TABLE apps ADD COLUMN allow_unnamed_top_origin BIGINT NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN algorithms TEXT NOT NULL DEFAULT '';               -- one a line; empty: all
ALTER TABLE apps ADD COLUMN attestation_formats TEXT NOT NULL DEFAULT '';      -- one a line; empty: all
ALTER TABLE apps ADD COLUMN untrusted_attestation TEXT NOT NULL DEFAULT 'report'; -- report, refuse
ALTER TABLE apps ADD COLUMN refused_statuses TEXT NOT NULL DEFAULT '';         -- one a line; empty: the default ones; none: none
ALTER TABLE apps ADD COLUMN allow_sha1 BIGINT NOT NULL DEFAULT 0;
ALTER TABLE apps ADD COLUMN synced_passkeys TEXT NOT NULL DEFAULT 'allow';     -- allow, refuse, require, backed-up
