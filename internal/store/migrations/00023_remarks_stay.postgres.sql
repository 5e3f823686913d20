-- What a reader wrote, and what was answered, stays as it was written down. It can be erased: the one word 'Erased' takes the
-- place of a text, and nothing that of an address.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER remarks_stay BEFORE DELETE OR TRUNCATE ON remarks EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER remarks_unchanged BEFORE UPDATE OF id, reference, received ON remarks EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER remarks_only_erased BEFORE UPDATE ON remarks FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased') OR NEW.page NOT IN (OLD.page, '') OR NEW.elsewhere NOT IN (OLD.elsewhere, ''))
    EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER remark_answers_stay BEFORE DELETE OR TRUNCATE ON remark_answers EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER remark_answers_unchanged BEFORE UPDATE OF remark_id, number, on_day, by_id, by_post, outcome ON remark_answers
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER remark_answers_only_erased BEFORE UPDATE ON remark_answers FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();
-- +goose StatementEnd
