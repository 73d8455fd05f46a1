-- SQLite compares bytes, and so the unique key serves searches by prefix there. Here an index in byte order does.
CREATE INDEX users_by_name ON users (app_id, external_id COLLATE "C");
