-- The record of inspections. The same file runs on SQLite and PostgreSQL: identifiers are text minted by the program,
-- calendar days are text because they carry their precision ("2016-04"), and one column has no more than one meaning.
-- Where a reference may be empty, or may name a record of several kinds, there is no REFERENCES; the program checks it.

-- +goose Up
CREATE TABLE sources (
    id        TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    publisher TEXT NOT NULL,
    kind      TEXT NOT NULL,
    address   TEXT NOT NULL,
    published TEXT,
    read_on   TEXT
);

CREATE TABLE bodies (
    id         TEXT PRIMARY KEY,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    short_name TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    urn        TEXT    NOT NULL,
    la_code    TEXT    NOT NULL,
    ons_code   TEXT    NOT NULL,
    region     TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    population INTEGER NOT NULL,
    neighbours TEXT    NOT NULL,
    created    TEXT,
    ended      TEXT,
    listed_on  TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    source_id  TEXT    NOT NULL
);
-- A code is unique for ever; places and partnerships have none.
CREATE UNIQUE INDEX bodies_code ON bodies (code) WHERE code <> '';
CREATE INDEX bodies_listed_on ON bodies (listed_on);

CREATE TABLE successions (
    from_id    TEXT NOT NULL REFERENCES bodies (id),
    to_id      TEXT NOT NULL REFERENCES bodies (id),
    on_day     TEXT NOT NULL,
    confidence TEXT NOT NULL,
    source_id  TEXT NOT NULL REFERENCES sources (id),
    note       TEXT NOT NULL,
    PRIMARY KEY (from_id, to_id)
);
CREATE INDEX successions_to ON successions (to_id);
CREATE INDEX successions_source ON successions (source_id);

CREATE TABLE place_members (
    place_id     TEXT    NOT NULL REFERENCES bodies (id),
    authority_id TEXT    NOT NULL REFERENCES bodies (id),
    position     INTEGER NOT NULL,
    PRIMARY KEY (place_id, authority_id)
);
CREATE INDEX place_members_authority ON place_members (authority_id);

CREATE TABLE services (
    provider_id  TEXT NOT NULL REFERENCES bodies (id),
    authority_id TEXT NOT NULL REFERENCES bodies (id),
    from_day     TEXT,
    until_day    TEXT,
    confidence   TEXT NOT NULL,
    source_id    TEXT NOT NULL REFERENCES sources (id),
    note         TEXT NOT NULL,
    PRIMARY KEY (provider_id, authority_id)
);
CREATE INDEX services_authority ON services (authority_id);
CREATE INDEX services_source ON services (source_id);

CREATE TABLE inspections (
    id              TEXT PRIMARY KEY,
    kind            TEXT    NOT NULL,
    framework       TEXT    NOT NULL,
    topic           TEXT    NOT NULL,
    fieldwork_start TEXT,
    fieldwork_end   TEXT,
    published       TEXT,
    received        TEXT,
    when_words      TEXT    NOT NULL,
    published_basis TEXT    NOT NULL,
    lead_inspector  TEXT    NOT NULL,
    report_address  TEXT    NOT NULL,
    document        TEXT    NOT NULL,
    delivered_by    TEXT    NOT NULL,
    areas_count     INTEGER,
    whole_list_held BOOLEAN NOT NULL,
    confidence      TEXT    NOT NULL,
    note            TEXT    NOT NULL
);
CREATE INDEX inspections_kind ON inspections (kind);
CREATE INDEX inspections_framework ON inspections (framework);

CREATE TABLE inspection_bodies (
    inspection_id TEXT    NOT NULL REFERENCES inspections (id),
    body_id       TEXT    NOT NULL REFERENCES bodies (id),
    confirmed     BOOLEAN NOT NULL,
    position      INTEGER NOT NULL,
    PRIMARY KEY (inspection_id, body_id)
);
CREATE INDEX inspection_bodies_body ON inspection_bodies (body_id);

CREATE TABLE judgements (
    inspection_id TEXT    NOT NULL REFERENCES inspections (id),
    strand        TEXT    NOT NULL,
    grade         TEXT    NOT NULL,
    confidence    TEXT    NOT NULL,
    position      INTEGER NOT NULL,
    PRIMARY KEY (inspection_id, strand)
);

CREATE TABLE themes (
    code     TEXT PRIMARY KEY,
    name     TEXT    NOT NULL,
    meaning  TEXT    NOT NULL,
    position INTEGER NOT NULL
);

CREATE TABLE recommendations (
    reference     TEXT PRIMARY KEY,
    inspection_id TEXT    NOT NULL REFERENCES inspections (id),
    number        TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    words         TEXT    NOT NULL,
    wording       TEXT    NOT NULL,
    framework_tag TEXT    NOT NULL,
    responsible   TEXT    NOT NULL,
    shared_key    TEXT    NOT NULL,
    position      INTEGER NOT NULL
);
CREATE INDEX recommendations_inspection ON recommendations (inspection_id);
CREATE INDEX recommendations_shared_key ON recommendations (shared_key);

CREATE TABLE recommendation_themes (
    reference  TEXT    NOT NULL REFERENCES recommendations (reference),
    theme_code TEXT    NOT NULL REFERENCES themes (code),
    position   INTEGER NOT NULL,
    PRIMARY KEY (reference, theme_code)
);
CREATE INDEX recommendation_themes_theme ON recommendation_themes (theme_code);

CREATE TABLE findings (
    id            TEXT PRIMARY KEY,
    inspection_id TEXT    NOT NULL REFERENCES inspections (id),
    kind          TEXT    NOT NULL,
    words         TEXT    NOT NULL,
    paragraph     TEXT    NOT NULL,
    position      INTEGER NOT NULL
);
CREATE INDEX findings_inspection ON findings (inspection_id);

CREATE TABLE responses (
    id            TEXT PRIMARY KEY,
    inspection_id TEXT    NOT NULL REFERENCES inspections (id),
    body_id       TEXT    NOT NULL REFERENCES bodies (id),
    role          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    gist          TEXT    NOT NULL,
    on_day        TEXT,
    source_id     TEXT    NOT NULL REFERENCES sources (id),
    position      INTEGER NOT NULL
);
CREATE INDEX responses_inspection ON responses (inspection_id);
CREATE INDEX responses_body ON responses (body_id);
CREATE INDEX responses_source ON responses (source_id);

CREATE TABLE milestones (
    id         TEXT PRIMARY KEY,
    on_day     TEXT    NOT NULL,
    on_words   TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    category   TEXT    NOT NULL,
    structural BOOLEAN NOT NULL,
    confidence TEXT    NOT NULL,
    note       TEXT    NOT NULL
);

CREATE TABLE milestone_bodies (
    milestone_id TEXT    NOT NULL REFERENCES milestones (id),
    body_id      TEXT    NOT NULL REFERENCES bodies (id),
    position     INTEGER NOT NULL,
    PRIMARY KEY (milestone_id, body_id)
);
CREATE INDEX milestone_bodies_body ON milestone_bodies (body_id);

CREATE TABLE figures (
    id        TEXT PRIMARY KEY,
    body_id   TEXT    NOT NULL REFERENCES bodies (id),
    name      TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    unit      TEXT    NOT NULL,
    on_day    TEXT,
    source_id TEXT    NOT NULL REFERENCES sources (id),
    note      TEXT    NOT NULL,
    position  INTEGER NOT NULL
);
CREATE INDEX figures_body ON figures (body_id);
CREATE INDEX figures_source ON figures (source_id);

-- A line may speak of every authority ("*"), so body_id refers to none in particular.
CREATE TABLE completeness (
    body_id   TEXT NOT NULL,
    record    TEXT NOT NULL,
    to_day    TEXT,
    source_id TEXT NOT NULL,
    note      TEXT NOT NULL,
    PRIMARY KEY (body_id, record)
);
