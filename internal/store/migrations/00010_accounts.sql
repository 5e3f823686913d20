-- Who can sign in, who is signed in, and what was read. Passwords, links, sessions and recovery codes stand here as
-- hashes; the secret of one-time codes in the clear, since the codes are made of it. Nothing of them, and no address, is in
-- the record of changes.

-- +goose Up
CREATE TABLE accounts (
    id             TEXT PRIMARY KEY,
    address        TEXT      NOT NULL,
    post           TEXT      NOT NULL,
    body_id        TEXT      NOT NULL,
    roles          TEXT      NOT NULL,
    state          TEXT      NOT NULL,
    issuer         TEXT      NOT NULL,
    subject        TEXT      NOT NULL,
    emergency      BOOLEAN   NOT NULL,
    password_hash  TEXT      NOT NULL,
    code_secret    TEXT      NOT NULL,
    code_used      BIGINT    NOT NULL,
    recovery_codes TEXT, -- JSON; NULL for none
    created_at     TIMESTAMP NOT NULL,
    updated_at     TIMESTAMP NOT NULL
);
-- What was emptied when an account was closed can be used again.
CREATE UNIQUE INDEX accounts_address ON accounts (address) WHERE address <> '';
CREATE UNIQUE INDEX accounts_subject ON accounts (issuer, subject) WHERE subject <> '';
CREATE UNIQUE INDEX accounts_emergency ON accounts (emergency) WHERE emergency AND state <> 'closed';

CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY,
    account_id TEXT      NOT NULL REFERENCES accounts (id),
    role       TEXT      NOT NULL,
    waits      BOOLEAN   NOT NULL,
    issuer     TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    network    TEXT      NOT NULL,
    browser    TEXT      NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE links (
    hash       TEXT PRIMARY KEY,
    account_id TEXT      NOT NULL REFERENCES accounts (id),
    purpose    TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX links_account ON links (account_id);

-- Attempts to sign in that did not work, under hashes of what they have in common.
CREATE TABLE sign_in_attempts (
    kind    TEXT      NOT NULL,
    hash    TEXT      NOT NULL,
    failed  TEXT, -- JSON; NULL for none
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, hash)
);
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_at);

-- In the demonstration somebody acts without an account, so account_id refers to none.
CREATE TABLE accesses (
    id         TEXT PRIMARY KEY,
    at         TIMESTAMP NOT NULL,
    account_id TEXT      NOT NULL,
    post       TEXT      NOT NULL,
    role       TEXT      NOT NULL,
    what       TEXT      NOT NULL,
    subject    TEXT      NOT NULL,
    network    TEXT      NOT NULL
);
CREATE INDEX accesses_at ON accesses (at);
CREATE INDEX accesses_account ON accesses (account_id, at);
CREATE INDEX accesses_subject ON accesses (subject, at);
CREATE INDEX accesses_network ON accesses (at) WHERE network <> '';

-- What the public pages are kept under: the last change of anything but a letter's draft or an account.
DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (number) WHERE record_kind <> 'letter' AND record_kind <> 'account';
