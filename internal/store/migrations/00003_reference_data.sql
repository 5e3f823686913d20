-- Words and rules of the field that pages explain and compute with.

-- +goose Up
CREATE TABLE terms (
    id      TEXT PRIMARY KEY,
    term    TEXT NOT NULL,
    short   TEXT NOT NULL,
    meaning TEXT NOT NULL,
    also    TEXT NOT NULL
);

CREATE TABLE rules (
    code        TEXT PRIMARY KEY,
    about       TEXT    NOT NULL,
    value       INTEGER NOT NULL,
    unit        TEXT    NOT NULL,
    counts_from TEXT    NOT NULL,
    valid_from  TEXT,
    valid_until TEXT,
    source_id   TEXT    NOT NULL REFERENCES sources (id),
    confidence  TEXT    NOT NULL,
    words       TEXT    NOT NULL
);
CREATE INDEX rules_source ON rules (source_id);

CREATE TABLE bank_holidays (
    on_day TEXT PRIMARY KEY,
    name   TEXT NOT NULL,
    kind   TEXT NOT NULL
);
