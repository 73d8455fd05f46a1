-- What nodes that share a database tell each other.

-- A number that grows with every change of a kind, for caches to compare: 'apps' counts changes of apps and their keys.
CREATE TABLE changes (
    kind   TEXT   NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

-- The keys that tickets are sealed with, where the database is shared; else they are files.
CREATE TABLE ticket_keys (
    name       TEXT   NOT NULL PRIMARY KEY,
    xml        TEXT   NOT NULL, -- as ASP.NET Core Data Protection writes it
    created_at BIGINT NOT NULL
);

-- Old events are removed app by app. Expired tickets too, and their index does without the app on purpose: one that held it would
-- be as good as the primary key to a planner who last saw the table empty, and a ticket would be looked for among all of its app's.
DROP INDEX events_by_age;
CREATE INDEX events_by_age ON events (app_id, written_at);
