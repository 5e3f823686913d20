-- Figures that Ofsted published of all authorities, against which the record is held.

-- +goose Up
CREATE TABLE official_figures (
    id           TEXT PRIMARY KEY,
    title        TEXT NOT NULL,
    on_day       TEXT NOT NULL,
    published_by TEXT,
    fieldwork_by TEXT,
    judgement    TEXT NOT NULL,
    region       TEXT NOT NULL,
    family       TEXT NOT NULL,
    measure      TEXT NOT NULL,
    numbers      TEXT NOT NULL,
    differs      TEXT NOT NULL,
    source_id    TEXT NOT NULL REFERENCES sources (id),
    position     INTEGER NOT NULL
);
CREATE INDEX official_figures_source ON official_figures (source_id);
