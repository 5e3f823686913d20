-- What became of each area to improve. References are not REFERENCES to recommendations: an item may leave the record with
-- its letter and come back with it, or be joined to another, and what was recorded of it stays.

-- +goose Up
CREATE TABLE committees (
    id          TEXT PRIMARY KEY,
    body_id     TEXT    NOT NULL REFERENCES bodies (id),
    name        TEXT    NOT NULL,
    decides     BOOLEAN NOT NULL,
    scrutinises BOOLEAN NOT NULL,
    from_day    TEXT,
    until_day   TEXT,
    address     TEXT    NOT NULL
);
CREATE INDEX committees_body ON committees (body_id);

CREATE TABLE meetings (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL REFERENCES committees (id),
    on_day       TEXT NOT NULL,
    address      TEXT NOT NULL
);
CREATE UNIQUE INDEX meetings_committee ON meetings (committee_id, on_day);

CREATE TABLE posts (
    id        TEXT PRIMARY KEY,
    body_id   TEXT NOT NULL REFERENCES bodies (id),
    name      TEXT NOT NULL,
    from_day  TEXT,
    until_day TEXT
);
CREATE INDEX posts_body ON posts (body_id);

CREATE TABLE moves (
    id               TEXT PRIMARY KEY,
    reference        TEXT      NOT NULL,
    number           INTEGER   NOT NULL,
    kind             TEXT      NOT NULL,
    from_state       TEXT      NOT NULL,
    to_state         TEXT      NOT NULL,
    on_day           TEXT      NOT NULL,
    recorded         TEXT      NOT NULL,
    recorded_at      TIMESTAMP NOT NULL,
    by_id            TEXT      NOT NULL,
    by_post          TEXT      NOT NULL,
    by_role          TEXT      NOT NULL,
    words            TEXT      NOT NULL,
    audience         TEXT      NOT NULL,
    owner_id         TEXT      NOT NULL,
    lead_body_id     TEXT      NOT NULL,
    committee_id     TEXT      NOT NULL,
    success_measure  TEXT      NOT NULL,
    due              TEXT,
    moves_date       BOOLEAN   NOT NULL,
    minute_reference TEXT      NOT NULL,
    minute_address   TEXT      NOT NULL,
    answer           TEXT      NOT NULL,
    view             TEXT      NOT NULL,
    come_back_by     TEXT,
    other            TEXT      NOT NULL
);
CREATE UNIQUE INDEX moves_reference ON moves (reference, number);

CREATE TABLE actions (
    id              TEXT PRIMARY KEY,
    words           TEXT    NOT NULL,
    owner_id        TEXT    NOT NULL,
    lead_body_id    TEXT    NOT NULL,
    success_measure TEXT    NOT NULL,
    original_due    TEXT,
    due             TEXT,
    state           TEXT    NOT NULL,
    audience        TEXT    NOT NULL,
    recorded        TEXT    NOT NULL,
    revision        INTEGER NOT NULL
);

-- An action that no longer serves an item did so from one day to another: what it counted for then stays.
CREATE TABLE action_recommendations (
    action_id TEXT    NOT NULL REFERENCES actions (id),
    reference TEXT    NOT NULL,
    recorded  TEXT    NOT NULL,
    until_day TEXT,
    position  INTEGER NOT NULL,
    PRIMARY KEY (action_id, reference, recorded)
);
CREATE INDEX action_recommendations_reference ON action_recommendations (reference);

CREATE TABLE action_steps (
    action_id       TEXT      NOT NULL REFERENCES actions (id),
    number          INTEGER   NOT NULL,
    words           TEXT      NOT NULL,
    state           TEXT      NOT NULL,
    owner_id        TEXT      NOT NULL,
    lead_body_id    TEXT      NOT NULL,
    success_measure TEXT      NOT NULL,
    due             TEXT,
    reason          TEXT      NOT NULL,
    recorded        TEXT      NOT NULL,
    recorded_at     TIMESTAMP NOT NULL,
    by_id           TEXT      NOT NULL,
    by_post         TEXT      NOT NULL,
    PRIMARY KEY (action_id, number)
);

CREATE TABLE updates (
    id          TEXT PRIMARY KEY,
    reference   TEXT      NOT NULL,
    action_id   TEXT      NOT NULL,
    on_day      TEXT      NOT NULL,
    recorded    TEXT      NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    by_id       TEXT      NOT NULL,
    by_post     TEXT      NOT NULL,
    words       TEXT      NOT NULL,
    audience    TEXT      NOT NULL
);
CREATE INDEX updates_reference ON updates (reference);
CREATE INDEX updates_action ON updates (action_id);

CREATE TABLE evidence_items (
    id            TEXT PRIMARY KEY,
    reference     TEXT      NOT NULL,
    title         TEXT      NOT NULL,
    address       TEXT      NOT NULL,
    document_hash TEXT      NOT NULL,
    file_name     TEXT      NOT NULL,
    on_day        TEXT      NOT NULL,
    expires_on    TEXT,
    recorded      TEXT      NOT NULL,
    recorded_at   TIMESTAMP NOT NULL,
    by_id         TEXT      NOT NULL,
    by_post       TEXT      NOT NULL,
    version       INTEGER   NOT NULL,
    replaces      TEXT      NOT NULL,
    audience      TEXT      NOT NULL
);
CREATE INDEX evidence_items_reference ON evidence_items (reference);
-- A version has one version after it.
CREATE UNIQUE INDEX evidence_items_replaces ON evidence_items (replaces) WHERE replaces <> '';

CREATE TABLE evidence_steps (
    evidence_id TEXT      NOT NULL REFERENCES evidence_items (id),
    number      INTEGER   NOT NULL,
    state       TEXT      NOT NULL,
    on_day      TEXT      NOT NULL,
    recorded    TEXT      NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    by_id       TEXT      NOT NULL,
    by_post     TEXT      NOT NULL,
    words       TEXT      NOT NULL,
    PRIMARY KEY (evidence_id, number)
);

CREATE TABLE questions (
    id         TEXT PRIMARY KEY,
    body_id    TEXT NOT NULL REFERENCES bodies (id),
    meeting_id TEXT NOT NULL,
    reference  TEXT NOT NULL,
    asked_by   TEXT NOT NULL,
    asked      TEXT NOT NULL,
    answer_by  TEXT,
    recorded   TEXT NOT NULL,
    words      TEXT NOT NULL,
    audience   TEXT NOT NULL
);
CREATE INDEX questions_body ON questions (body_id);
CREATE INDEX questions_reference ON questions (reference);

CREATE TABLE question_answers (
    question_id TEXT    NOT NULL REFERENCES questions (id),
    number      INTEGER NOT NULL,
    on_day      TEXT    NOT NULL,
    recorded    TEXT    NOT NULL,
    by_id       TEXT    NOT NULL,
    by_post     TEXT    NOT NULL,
    words       TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    PRIMARY KEY (question_id, number)
);

CREATE TABLE later_views (
    id            TEXT PRIMARY KEY,
    reference     TEXT      NOT NULL,
    inspection_id TEXT      NOT NULL,
    view          TEXT      NOT NULL,
    paragraph     TEXT      NOT NULL,
    page          INTEGER   NOT NULL,
    quote         TEXT      NOT NULL,
    gloss         TEXT      NOT NULL,
    repeats       TEXT      NOT NULL,
    matched       TEXT      NOT NULL,
    recorded      TEXT      NOT NULL,
    recorded_at   TIMESTAMP NOT NULL,
    by_post       TEXT      NOT NULL,
    withdrawn     TEXT,
    withdrawn_why TEXT      NOT NULL
);
CREATE INDEX later_views_reference ON later_views (reference);
CREATE INDEX later_views_inspection ON later_views (inspection_id);

CREATE TABLE recommendation_links (
    from_reference TEXT NOT NULL,
    to_reference   TEXT NOT NULL,
    kind           TEXT NOT NULL,
    note           TEXT NOT NULL,
    by_post        TEXT NOT NULL,
    recorded       TEXT NOT NULL,
    PRIMARY KEY (from_reference, to_reference, kind)
);
CREATE INDEX recommendation_links_to ON recommendation_links (to_reference);

CREATE INDEX reference_aliases_leads_to ON reference_aliases (leads_to);

-- Where each item stood during some days: worked out from the tables above at every write, so that lists need not.
CREATE TABLE positions (
    reference         TEXT    NOT NULL,
    from_day          TEXT    NOT NULL,
    until_day         TEXT,
    state             TEXT    NOT NULL,
    state_on          TEXT,
    moves             INTEGER NOT NULL,
    owner_id          TEXT    NOT NULL,
    lead_body_id      TEXT    NOT NULL,
    committee_id      TEXT    NOT NULL,
    success_measure   TEXT    NOT NULL,
    original_due      TEXT,
    due               TEXT,
    asked_due         TEXT,
    asked_why         TEXT    NOT NULL,
    asked_audience    TEXT    NOT NULL,
    asked_on          TEXT,
    asked_by          TEXT    NOT NULL,
    times_moved       INTEGER NOT NULL,
    returned          INTEGER NOT NULL,
    answer            TEXT    NOT NULL,
    delivered_by      TEXT    NOT NULL,
    accepted_by       TEXT    NOT NULL,
    view              TEXT    NOT NULL,
    view_on           TEXT,
    come_back_by      TEXT,
    updated_public    TEXT,
    updated_members   TEXT,
    updated_officers  TEXT,
    evidence_public   TEXT,
    evidence_members  TEXT,
    evidence_officers TEXT,
    evidence_until    TEXT,
    evidence_held     INTEGER NOT NULL,
    evidence_for      TEXT    NOT NULL,
    PRIMARY KEY (reference, from_day)
);
-- All that lists are narrowed by, so that they are answered from an index alone: of today, and of any day.
CREATE INDEX positions_today ON positions (reference, state, state_on, due, asked_due, times_moved, returned,
    evidence_public, evidence_members, evidence_officers) WHERE until_day IS NULL;
CREATE INDEX positions_days ON positions (reference, from_day, until_day, state, state_on, due, asked_due, times_moved, returned,
    evidence_public, evidence_members, evidence_officers);
