-- What was refused is little, and asked for by its code and its kind.
CREATE INDEX events_refused_by_code ON events (app_id, rejection, written_at, event_id) WHERE outcome = 'refused';
CREATE INDEX events_refused_by_type ON events (app_id, type, written_at, event_id) WHERE outcome = 'refused';
