-- The oldest version of the schema whose program may still write here. A migration that adds leaves it alone, so that programs
-- of the version before go on while one after the other is replaced. A migration that takes away what they use raises it.

-- +goose Up
CREATE TABLE schema_floor (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL
);
INSERT INTO schema_floor (only_row, version) VALUES (1, 24);
