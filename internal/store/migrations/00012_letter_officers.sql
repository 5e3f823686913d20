-- A letter that is not published is seen only by the officers listed on it. Those that were added before have nobody listed,
-- until an officer takes them on.

-- +goose Up
ALTER TABLE letters ADD COLUMN officers TEXT; -- JSON, IDs of accounts; NULL for none
