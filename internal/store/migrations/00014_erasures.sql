-- What must not be held is erased when one administrator has asked for it and another has agreed. An erasure says whose words
-- went, when and why, and holds none of them.

-- +goose Up
CREATE TABLE erasures (
    id               TEXT PRIMARY KEY,
    record_kind      TEXT      NOT NULL,
    record_id        TEXT      NOT NULL,
    audience         TEXT      NOT NULL,
    reason           TEXT      NOT NULL,
    asked_by_id      TEXT      NOT NULL,
    asked_by_post_id TEXT      NOT NULL,
    asked_by         TEXT      NOT NULL,
    asked            TEXT      NOT NULL,
    asked_at         TIMESTAMP NOT NULL,
    agreed_by        TEXT      NOT NULL,
    agreed           TEXT,
    withdrawn_by     TEXT      NOT NULL,
    withdrawn        TEXT,
    entries          INTEGER   NOT NULL
);
CREATE INDEX erasures_record ON erasures (record_id, record_kind);
-- One at a time is open for a record.
CREATE UNIQUE INDEX erasures_open ON erasures (record_kind, record_id) WHERE agreed IS NULL AND withdrawn IS NULL;
