-- What a record rests on, where sources differ and what was not found. record_kind and record_id name a record of any
-- kind, so record_id refers to no one table.

-- +goose Up
CREATE TABLE citations (
    id          TEXT PRIMARY KEY,
    record_kind TEXT    NOT NULL,
    record_id   TEXT    NOT NULL,
    source_id   TEXT    NOT NULL REFERENCES sources (id),
    supports    TEXT    NOT NULL,
    confidence  TEXT    NOT NULL,
    position    INTEGER NOT NULL
);
CREATE INDEX citations_record ON citations (record_id, record_kind);
CREATE INDEX citations_source ON citations (source_id);

CREATE TABLE facts (
    record_kind TEXT NOT NULL,
    record_id   TEXT NOT NULL,
    field       TEXT NOT NULL,
    confidence  TEXT NOT NULL,
    PRIMARY KEY (record_id, record_kind, field)
);

CREATE TABLE disagreements (
    id          TEXT PRIMARY KEY,
    record_kind TEXT NOT NULL,
    record_id   TEXT NOT NULL,
    field       TEXT NOT NULL,
    used        TEXT NOT NULL,
    why         TEXT NOT NULL
);
CREATE INDEX disagreements_record ON disagreements (record_id, record_kind);

CREATE TABLE versions (
    disagreement_id TEXT    NOT NULL REFERENCES disagreements (id),
    source_id       TEXT    NOT NULL REFERENCES sources (id),
    says            TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (disagreement_id, source_id)
);
CREATE INDEX versions_source ON versions (source_id);

CREATE TABLE gaps (
    id          TEXT PRIMARY KEY,
    record_kind TEXT    NOT NULL,
    record_id   TEXT    NOT NULL,
    field       TEXT    NOT NULL,
    words       TEXT    NOT NULL,
    position    INTEGER NOT NULL
);
CREATE INDEX gaps_record ON gaps (record_id, record_kind);
