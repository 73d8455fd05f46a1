-- Keys that pages and apps send with their reports. They stand in what everybody can read: they are no secrets, and can be revoked.
CREATE TABLE readiness_keys (
    key_id     TEXT   NOT NULL PRIMARY KEY,
    app_id     TEXT   NOT NULL, -- the app whose devices it counts; the server's own id: no app's
    key        TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    sources    TEXT   NOT NULL, -- a JSON array of origins and bundle ids; empty: any may send
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL  -- 0: it works
);

CREATE UNIQUE INDEX readiness_keys_by_key ON readiness_keys (key);
CREATE INDEX readiness_keys_by_app ON readiness_keys (app_id);

-- What device ids are hashed with in a month, wrapped by the keys that tickets are sealed with; gone with the month's devices. Whoever
-- counts devices of a month holds its row meanwhile.
CREATE TABLE readiness_months (
    month  BIGINT NOT NULL PRIMARY KEY, -- the day that it begins with, in days since 1970-01-01, UTC
    sealed BYTEA  NOT NULL
);

-- Kinds of device: what a report says, in families and major versions.
CREATE TABLE readiness_profiles (
    profile_id     BIGINT NOT NULL PRIMARY KEY, -- of what follows: see Values/Profile.cs
    platform       TEXT   NOT NULL, -- web, ios, android, …: Values/Platforms.cs
    system         TEXT   NOT NULL, -- empty: unknown
    system_major   BIGINT NOT NULL, -- 0: unknown
    browser        TEXT   NOT NULL, -- empty: unknown, or an app of its own
    browser_major  BIGINT NOT NULL, -- 0: unknown
    capabilities   BIGINT NOT NULL  -- reported: bits of Values/Capabilities.cs
);

-- How many devices of a kind there were in a month or a week. Pictures read these alone.
CREATE TABLE readiness_counts (
    key_id     TEXT   NOT NULL,
    span       TEXT   NOT NULL, -- month, week
    start      BIGINT NOT NULL, -- its first day
    profile_id BIGINT NOT NULL,
    devices    BIGINT NOT NULL, -- those with an id
    nameless   BIGINT NOT NULL, -- reports of devices without one, which cannot be told apart
    PRIMARY KEY (key_id, span, start, profile_id)
);
