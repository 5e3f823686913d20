-- What a reader wrote, and what was answered, stays as it was written down. It can be erased: the one word 'Erased' takes the
-- place of a text, and nothing that of an address.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER remarks_undeleted BEFORE DELETE ON remarks
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER remarks_unreplaced BEFORE INSERT ON remarks
    WHEN EXISTS (SELECT 1 FROM remarks WHERE id = NEW.id OR reference = NEW.reference)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER remarks_unchanged BEFORE UPDATE OF id, reference, received ON remarks
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER remarks_only_erased BEFORE UPDATE ON remarks
    WHEN NEW.words NOT IN (OLD.words, 'Erased') OR NEW.page NOT IN (OLD.page, '') OR NEW.elsewhere NOT IN (OLD.elsewhere, '')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER remark_answers_undeleted BEFORE DELETE ON remark_answers
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER remark_answers_unreplaced BEFORE INSERT ON remark_answers
    WHEN EXISTS (SELECT 1 FROM remark_answers WHERE remark_id = NEW.remark_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER remark_answers_unchanged BEFORE UPDATE OF remark_id, number, on_day, by_id, by_post, outcome ON remark_answers
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER remark_answers_only_erased BEFORE UPDATE ON remark_answers WHEN NEW.words NOT IN (OLD.words, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
-- +goose StatementEnd
