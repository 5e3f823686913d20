-- What readers say is wrong, and what was answered. The address to which an answer is sent stands beside it, in no record of
-- changes, and is dropped after a time.

-- +goose Up
CREATE TABLE remarks (
    id        TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    page      TEXT NOT NULL,
    words     TEXT NOT NULL,
    elsewhere TEXT NOT NULL,
    state     TEXT NOT NULL,
    received  TEXT NOT NULL
);
CREATE INDEX remarks_state ON remarks (state, received);

CREATE TABLE remark_answers (
    remark_id TEXT    NOT NULL REFERENCES remarks (id),
    number    INTEGER NOT NULL,
    on_day    TEXT    NOT NULL,
    by_id     TEXT    NOT NULL,
    by_post   TEXT    NOT NULL,
    outcome   TEXT    NOT NULL,
    words     TEXT    NOT NULL,
    PRIMARY KEY (remark_id, number)
);

CREATE TABLE remark_contacts (
    remark_id  TEXT PRIMARY KEY REFERENCES remarks (id),
    address    TEXT      NOT NULL,
    added_at   TIMESTAMP NOT NULL,
    settled_at TIMESTAMP -- NULL while the remark waits for an answer
);

-- A message can be about a remark: to the council when it comes in, to whoever wrote it when it is answered.
ALTER TABLE outbox ADD COLUMN remark_id TEXT NOT NULL DEFAULT '';

-- What the public pages are kept under: the last change of anything but a letter's draft, an account, a token or a remark.
DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (number)
    WHERE record_kind <> 'letter' AND record_kind <> 'account' AND record_kind <> 'token' AND record_kind <> 'remark';
