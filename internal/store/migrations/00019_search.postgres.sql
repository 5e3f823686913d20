-- What can be searched, derived from the record and rebuilt whenever it has to be: nothing here is in the record of changes.
-- A unit is what is indexed together: a letter, an inspection with its parts, an update. What waits has no documents, so
-- that an index that is behind may miss something and never shows what is gone.

-- +goose Up
CREATE TABLE search_state (
    id         INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL, -- of the program's way to make the index
    covers     BIGINT  NOT NULL, -- the last change that has been looked at
    generation BIGINT  NOT NULL, -- counts the times that the index was changed
    documents  INTEGER NOT NULL, -- the last number that was given to a document; none is given twice
    words      INTEGER NOT NULL  -- and to a word
);
INSERT INTO search_state (id, version, covers, generation, documents, words) VALUES (1, 0, 0, 0, 0, 0);

CREATE TABLE search_units (
    unit       TEXT PRIMARY KEY, -- "letter:" and the ID
    generation BIGINT  NOT NULL,
    waiting    BOOLEAN NOT NULL
);
CREATE INDEX search_units_waiting ON search_units (unit) WHERE waiting;
CREATE INDEX search_units_generation ON search_units (generation);

-- What an answer is narrowed, counted and ranked by. The words of a document stand in search_text, folded and stemmed.
CREATE TABLE search_documents (
    number          INTEGER PRIMARY KEY,
    unit            TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    record_id       TEXT    NOT NULL,
    page            INTEGER NOT NULL,
    part            INTEGER NOT NULL,
    bodies          TEXT    NOT NULL,
    inspection_kind TEXT    NOT NULL,
    on_day          TEXT,
    from_day        TEXT,
    judgements      TEXT    NOT NULL,
    themes          TEXT    NOT NULL,
    audience        TEXT    NOT NULL,
    length          INTEGER NOT NULL,
    words           BYTEA   NOT NULL -- the numbers of its words and how often each stands there
);
CREATE INDEX search_documents_unit ON search_documents (unit);

CREATE TABLE search_words (
    number INTEGER PRIMARY KEY,
    word   TEXT NOT NULL
);
CREATE UNIQUE INDEX search_words_word ON search_words (word);

CREATE TABLE search_text (
    number INTEGER PRIMARY KEY,
    words  TSVECTOR NOT NULL
);
CREATE INDEX search_text_words ON search_text USING gin (words);
