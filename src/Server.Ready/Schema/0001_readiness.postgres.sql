-- A device in a month, for as long as it must count once only. Three months take turns at three tables (Reports/DeviceTables.cs): what a
-- month leaves goes as a whole, and no page of the file holds rows of two months.
CREATE TABLE readiness_devices_0 (
    month           BIGINT NOT NULL, -- its first day
    device          BYTEA  NOT NULL, -- 16 bytes: HMAC-SHA-256 of key and device id under the month's secret
    profile_id      BIGINT NOT NULL, -- its last in the month; 0: it came only in a week that the month begins and the next one ends
    week            BIGINT NOT NULL, -- its last of those that begin in the month: the Monday; 0: it came in none yet
    week_profile_id BIGINT NOT NULL, -- its last in that week
    PRIMARY KEY (month, device)
);

CREATE TABLE readiness_devices_1 (LIKE readiness_devices_0 INCLUDING ALL);

CREATE TABLE readiness_devices_2 (LIKE readiness_devices_0 INCLUDING ALL);
