-- What somebody read, and when they signed in, stays as it was written down. Only the network address is dropped. INSERT OR
-- REPLACE is refused too: it would take away a row without its trigger for deletes.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER accesses_undeleted BEFORE DELETE ON accesses
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER accesses_unreplaced BEFORE INSERT ON accesses WHEN EXISTS (SELECT 1 FROM accesses WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER accesses_unchanged BEFORE UPDATE OF id, at, account_id, post, role, what, subject ON accesses
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER accesses_only_dropped BEFORE UPDATE ON accesses WHEN NEW.network <> ''
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
-- +goose StatementEnd
