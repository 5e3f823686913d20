-- Whose service it is: one row, written when somebody first saves the settings.

-- +goose Up
CREATE TABLE settings (
    id              TEXT PRIMARY KEY CHECK (id = 'service'),
    revision        INTEGER NOT NULL,
    council         TEXT    NOT NULL,
    home            TEXT    NOT NULL,
    colour          TEXT    NOT NULL,
    logo            TEXT    NOT NULL, -- the hash of a document, or empty
    logo_words      TEXT    NOT NULL,
    logo_width      INTEGER NOT NULL,
    logo_height     INTEGER NOT NULL,
    email           TEXT    NOT NULL,
    page            TEXT    NOT NULL,
    telephone       TEXT    NOT NULL,
    privacy_notice  TEXT    NOT NULL,
    officer         TEXT    NOT NULL,
    officer_email   TEXT    NOT NULL,
    cookie_notice   TEXT    NOT NULL,
    without_members BOOLEAN NOT NULL
);
