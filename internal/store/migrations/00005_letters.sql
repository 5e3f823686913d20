-- Letters that officers log, from the file to the published inspection. Text of a letter stands here and nowhere else
-- until it is published.

-- +goose Up
ALTER TABLE bodies ADD COLUMN aliases TEXT; -- JSON; NULL for none
ALTER TABLE themes ADD COLUMN words TEXT; -- JSON; NULL for none
ALTER TABLE inspections ADD COLUMN visit_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inspections ADD COLUMN areas_covered TEXT; -- JSON; NULL for none
ALTER TABLE recommendations ADD COLUMN gloss TEXT NOT NULL DEFAULT '';
ALTER TABLE recommendations ADD COLUMN own_priority BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE recommendations ADD COLUMN page INTEGER NOT NULL DEFAULT 0;

CREATE TABLE documents (
    hash       TEXT PRIMARY KEY,
    media_type TEXT      NOT NULL,
    size       BIGINT    NOT NULL,
    added_at   TIMESTAMP NOT NULL
);

CREATE TABLE document_chunks (
    hash   TEXT    NOT NULL REFERENCES documents (hash),
    number INTEGER NOT NULL,
    bytes  BYTEA   NOT NULL,
    PRIMARY KEY (hash, number)
);

CREATE TABLE letters (
    id            TEXT PRIMARY KEY,
    state         TEXT      NOT NULL,
    file_name     TEXT      NOT NULL,
    document_hash TEXT      NOT NULL,
    inspection_id TEXT      NOT NULL,
    problem       TEXT      NOT NULL,
    revision      INTEGER   NOT NULL,
    planned_for   TEXT,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL,
    created_by    TEXT      NOT NULL,
    updated_by    TEXT      NOT NULL,
    draft         TEXT      NOT NULL
);
-- One file is one letter, however often it is added.
CREATE UNIQUE INDEX letters_document ON letters (document_hash) WHERE document_hash <> '';
CREATE INDEX letters_inspection ON letters (inspection_id);

CREATE TABLE letter_pages (
    letter_id TEXT    NOT NULL REFERENCES letters (id),
    number    INTEGER NOT NULL,
    words     TEXT    NOT NULL,
    PRIMARY KEY (letter_id, number)
);

CREATE TABLE inspection_evidence (
    inspection_id TEXT    NOT NULL REFERENCES inspections (id),
    position      INTEGER NOT NULL,
    field         TEXT    NOT NULL,
    page          INTEGER NOT NULL,
    quote         TEXT    NOT NULL,
    rule          TEXT    NOT NULL,
    certainty     TEXT    NOT NULL,
    PRIMARY KEY (inspection_id, position)
);

-- What a published letter changed: the rows that stood before, so that unpublishing puts back exactly those.
CREATE TABLE publications (
    letter_id     TEXT PRIMARY KEY REFERENCES letters (id),
    inspection_id TEXT   NOT NULL,
    number        BIGINT NOT NULL,
    undo          TEXT   NOT NULL
);
CREATE INDEX publications_inspection ON publications (inspection_id);

-- Every reference that a letter was ever given, so that none is given twice, also after unpublishing.
CREATE TABLE given_references (
    reference TEXT PRIMARY KEY,
    head      TEXT NOT NULL,
    letter_id TEXT NOT NULL REFERENCES letters (id),
    item_key  TEXT NOT NULL
);
CREATE INDEX given_references_letter ON given_references (letter_id);

CREATE TABLE reference_aliases (
    reference TEXT PRIMARY KEY,
    leads_to  TEXT NOT NULL
);

-- What the public pages are kept under: the last change of anything but a letter's draft.
CREATE INDEX changes_public ON changes (number) WHERE record_kind <> 'letter';
