-- Trackers that councils keep in spreadsheets can be brought in: what their columns hold, which of their rows are on the
-- record and what these said last, and each time that one was brought in.

-- +goose Up
CREATE TABLE tracker_mappings (
    name    TEXT PRIMARY KEY,
    body_id TEXT NOT NULL REFERENCES bodies (id),
    mapping TEXT NOT NULL
);

CREATE TABLE tracker_imports (
    id            TEXT PRIMARY KEY,
    mapping_name  TEXT      NOT NULL REFERENCES tracker_mappings (name),
    body_id       TEXT      NOT NULL REFERENCES bodies (id),
    file_name     TEXT      NOT NULL,
    document_hash TEXT      NOT NULL REFERENCES documents (hash),
    recorded      TEXT      NOT NULL,
    recorded_at   TIMESTAMP NOT NULL,
    by_id         TEXT      NOT NULL,
    by_post       TEXT      NOT NULL,
    actions       INTEGER   NOT NULL,
    changes       INTEGER   NOT NULL,
    moves         INTEGER   NOT NULL,
    updates       INTEGER   NOT NULL,
    left_out      INTEGER   NOT NULL
);
CREATE INDEX tracker_imports_recorded ON tracker_imports (recorded_at);

-- A row, or one of its cells of progress. References are not REFERENCES, as in what they stand for.
CREATE TABLE tracker_rows (
    row_key   TEXT PRIMARY KEY,
    import_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    action_id TEXT NOT NULL,
    update_id TEXT NOT NULL,
    says      TEXT NOT NULL
);
