-- What somebody read, and when they signed in, stays as it was written down. Only the network address is dropped.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER accesses_stay BEFORE DELETE OR TRUNCATE ON accesses EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER accesses_unchanged BEFORE UPDATE OF id, at, account_id, post, role, what, subject
    ON accesses EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER accesses_only_dropped BEFORE UPDATE ON accesses FOR EACH ROW
    WHEN (NEW.network <> '') EXECUTE FUNCTION refuse_rewriting();
-- +goose StatementEnd
