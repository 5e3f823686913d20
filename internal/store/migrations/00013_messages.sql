-- Messages that wait to be sent, and who wants which. A message says what it is about and holds no words: they are made from
-- the public record when it is sent. Neither table is in the record of changes.

-- +goose Up
CREATE TABLE preferences (
    account_id  TEXT PRIMARY KEY REFERENCES accounts (id),
    reminders   TEXT NOT NULL,
    news        TEXT NOT NULL,
    reminded_on TEXT
);

CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    key           TEXT      NOT NULL,
    kind          TEXT      NOT NULL,
    account_id    TEXT      NOT NULL, -- empty for a channel
    channel       TEXT      NOT NULL, -- empty for a person
    inspection_id TEXT      NOT NULL,
    after_day     TEXT,
    on_day        TEXT      NOT NULL,
    state         TEXT      NOT NULL,
    tries         INTEGER   NOT NULL,
    made_at       TIMESTAMP NOT NULL,
    next_at       TIMESTAMP NOT NULL,
    lease_until   TIMESTAMP,
    lease         TEXT      NOT NULL,
    settled_at    TIMESTAMP,
    problem       TEXT      NOT NULL
);
-- Nothing is made twice.
CREATE UNIQUE INDEX outbox_key ON outbox (key);
CREATE INDEX outbox_state ON outbox (state, next_at);

-- With each mail goes a token that turns off such messages and does nothing else. A letter in somebody's box may be old, so
-- that all of them work for a year.
CREATE TABLE message_tokens (
    hash       TEXT PRIMARY KEY,
    account_id TEXT      NOT NULL REFERENCES accounts (id),
    kind       TEXT      NOT NULL,
    made_at    TIMESTAMP NOT NULL
);
CREATE INDEX message_tokens_made ON message_tokens (made_at);
