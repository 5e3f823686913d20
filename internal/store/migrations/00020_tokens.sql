-- Tokens, with which programs act for accounts, and what programs have written under a key of theirs. A token stands here as
-- a hash, and so does such a key.

-- +goose Up
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    hash       TEXT      NOT NULL UNIQUE,
    account_id TEXT      NOT NULL REFERENCES accounts (id),
    name       TEXT      NOT NULL,
    purpose    TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    ends_at    TIMESTAMP NOT NULL,
    vouched_at TIMESTAMP, -- NULL: no organisation vouches for its holder
    seen_at    TIMESTAMP, -- NULL while it was not used
    revoked_at TIMESTAMP
);
CREATE INDEX tokens_account ON tokens (account_id);

CREATE TABLE written_once (
    account_id TEXT      NOT NULL REFERENCES accounts (id),
    key        TEXT      NOT NULL,
    request    TEXT      NOT NULL,
    made       TEXT      NOT NULL,
    at         TIMESTAMP NOT NULL,
    PRIMARY KEY (account_id, key)
);
CREATE INDEX written_once_at ON written_once (at);

-- What the public pages are kept under: the last change of anything but a letter's draft, an account or a token.
DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (number)
    WHERE record_kind <> 'letter' AND record_kind <> 'account' AND record_kind <> 'token';
