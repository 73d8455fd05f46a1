-- Where an app's passkeys are used besides its own origins.

ALTER TABLE apps ADD COLUMN related_origins TEXT NOT NULL DEFAULT ''; -- one a line
ALTER TABLE apps ADD COLUMN android_apps TEXT NOT NULL DEFAULT '';    -- one a line: package, fingerprints, blanks between
ALTER TABLE apps ADD COLUMN apple_apps TEXT NOT NULL DEFAULT '';      -- one a line: team id, a dot, bundle id
ALTER TABLE apps ADD COLUMN enroll_url TEXT;
ALTER TABLE apps ADD COLUMN manage_url TEXT;
ALTER TABLE apps ADD COLUMN prf_usage_url TEXT;
