-- Users are found by the beginning of an identifier, whatever the database's language; the primary key is in the order of that.
CREATE INDEX identifiers_by_beginning ON identifiers (app_id, kind, value COLLATE "C");
