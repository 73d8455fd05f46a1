-- Who made a user: itself by signing up, or somebody who manages the app. A stranger goes on with the former alone.

ALTER TABLE users ADD COLUMN signed_up BIGINT NOT NULL DEFAULT 0;
