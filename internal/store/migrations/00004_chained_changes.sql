-- Every change is an entry, each chained to the one before. The key of an entry stands in a table of its own, so that
-- erasing a text can destroy its key and leave the entry whole.

-- +goose Up
CREATE TABLE changes (
    number      BIGINT PRIMARY KEY,
    previous    TEXT      NOT NULL,
    hash        TEXT      NOT NULL,
    at          TIMESTAMP NOT NULL,
    actor_id    TEXT      NOT NULL,
    actor_post  TEXT      NOT NULL,
    actor_role  TEXT      NOT NULL,
    record_kind TEXT      NOT NULL,
    record_id   TEXT      NOT NULL,
    action      TEXT      NOT NULL,
    before      TEXT      NOT NULL,
    after       TEXT      NOT NULL,
    seal        TEXT      NOT NULL
);
CREATE INDEX changes_record ON changes (record_id, record_kind);

CREATE TABLE change_keys (
    number BIGINT PRIMARY KEY REFERENCES changes (number),
    key    TEXT NOT NULL
);
