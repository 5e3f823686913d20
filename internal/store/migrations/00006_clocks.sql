-- Rules come in versions, each valid from its own day; the letter's own date for a statement; and what was done about the
-- duties that follow from a letter. A fulfilment outlives an inspection that is taken off the record and put back, so it
-- refers to it, and to the body that a letter may have brought, without REFERENCES.

-- +goose Up
CREATE TABLE dated_rules (
    id          TEXT PRIMARY KEY,
    code        TEXT    NOT NULL,
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
INSERT INTO dated_rules (id, code, about, value, unit, counts_from, valid_from, valid_until, source_id, confidence, words)
SELECT code, code, about, value, unit, counts_from, valid_from, valid_until, source_id, confidence, words FROM rules;
DROP TABLE rules;
ALTER TABLE dated_rules RENAME TO rules;
CREATE INDEX rules_code ON rules (code);
CREATE INDEX rules_source ON rules (source_id);

ALTER TABLE inspections ADD COLUMN statement_due TEXT;

CREATE TABLE fulfilments (
    id            TEXT PRIMARY KEY,
    inspection_id TEXT    NOT NULL,
    body_id       TEXT    NOT NULL,
    rule_code     TEXT    NOT NULL,
    on_day        TEXT,
    address       TEXT    NOT NULL,
    words         TEXT    NOT NULL,
    recorded_on   TEXT    NOT NULL,
    recorded_by   TEXT    NOT NULL,
    position      INTEGER NOT NULL
);
CREATE INDEX fulfilments_inspection ON fulfilments (inspection_id);
CREATE INDEX fulfilments_body ON fulfilments (body_id);
