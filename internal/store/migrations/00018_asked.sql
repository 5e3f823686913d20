-- Letters of which it is held that they list no area to improve are found without reading every inspection.

-- +goose Up
CREATE INDEX inspections_without_areas ON inspections (id) WHERE whole_list_held AND areas_count = 0;
