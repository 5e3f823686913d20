-- What somebody brought to one server and may ask another for: forms whose session ended, trackers and lists that nobody has
-- confirmed, files of letters that nobody has read. It is sealed and stays for a time only. None of it is in the record of
-- changes, nor in a backup.

-- +goose Up
CREATE TABLE held (
    id      TEXT PRIMARY KEY, -- SHA-256 of what opens it
    kind    TEXT      NOT NULL,
    owner   TEXT      NOT NULL,
    place   TEXT      NOT NULL, -- empty, or what the next of the same kind, owner and place takes
    size    INTEGER   NOT NULL, -- bytes
    held_at TIMESTAMP NOT NULL,
    until   TIMESTAMP NOT NULL
);
CREATE INDEX held_kind ON held (kind, owner);
CREATE INDEX held_until ON held (until);

CREATE TABLE held_chunks (
    held_id TEXT    NOT NULL REFERENCES held (id),
    number  INTEGER NOT NULL,
    bytes   BYTEA   NOT NULL,
    PRIMARY KEY (held_id, number)
);

-- Whoever looks whether there is room holds this row meanwhile.
CREATE TABLE held_room (
    id INTEGER PRIMARY KEY
);
INSERT INTO held_room (id) VALUES (1);

-- The letters whose files wait to be read, each with what opens its file. A row goes with its file as soon as the letter has
-- been read.
CREATE TABLE letter_readings (
    letter_id   TEXT PRIMARY KEY REFERENCES letters (id),
    held_id     TEXT      NOT NULL REFERENCES held (id),
    secret      TEXT      NOT NULL,
    added_by    TEXT      NOT NULL, -- JSON
    added_at    TIMESTAMP NOT NULL,
    tries       INTEGER   NOT NULL,
    lease       TEXT      NOT NULL, -- of the server that reads it; empty while none does
    lease_until TIMESTAMP
);
CREATE INDEX letter_readings_held ON letter_readings (held_id);
