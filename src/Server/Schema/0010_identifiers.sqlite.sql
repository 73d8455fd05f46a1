-- SQLite has no statement that takes NOT NULL away. A row looks the same with it and without, so the table's text is changed and no
-- row is touched, as its documentation of ALTER TABLE describes; a table that is made anew would be copied twice, with every
-- reference to it checked. The index that the other file has made tells further connections that the schema is another one.
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'external_id           TEXT   NOT NULL,', 'external_id           TEXT,')
WHERE type = 'table' AND name = 'users';
PRAGMA writable_schema = RESET;
