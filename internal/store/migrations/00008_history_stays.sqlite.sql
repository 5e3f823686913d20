-- What was recorded stays as it was written down, whoever asks the database to change it. A view that was wrong can be
-- withdrawn once; a text that has to be erased can be emptied in the record of changes, whose seals still hold. INSERT OR
-- REPLACE is refused too: it would take away a row without its trigger for deletes.

-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER moves_unchanged BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER moves_undeleted BEFORE DELETE ON moves BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER moves_unreplaced BEFORE INSERT ON moves
    WHEN EXISTS (SELECT 1 FROM moves WHERE id = NEW.id OR reference = NEW.reference AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER updates_unchanged BEFORE UPDATE ON updates
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER updates_undeleted BEFORE DELETE ON updates
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER updates_unreplaced BEFORE INSERT ON updates WHEN EXISTS (SELECT 1 FROM updates WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER evidence_items_unchanged BEFORE UPDATE ON evidence_items
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER evidence_items_undeleted BEFORE DELETE ON evidence_items
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER evidence_items_unreplaced BEFORE INSERT ON evidence_items
    WHEN EXISTS (SELECT 1 FROM evidence_items WHERE id = NEW.id OR replaces = NEW.replaces AND replaces <> '')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER evidence_steps_unchanged BEFORE UPDATE ON evidence_steps
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER evidence_steps_undeleted BEFORE DELETE ON evidence_steps
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER evidence_steps_unreplaced BEFORE INSERT ON evidence_steps
    WHEN EXISTS (SELECT 1 FROM evidence_steps WHERE evidence_id = NEW.evidence_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER action_steps_unchanged BEFORE UPDATE ON action_steps
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER action_steps_undeleted BEFORE DELETE ON action_steps
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER action_steps_unreplaced BEFORE INSERT ON action_steps
    WHEN EXISTS (SELECT 1 FROM action_steps WHERE action_id = NEW.action_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER questions_unchanged BEFORE UPDATE ON questions
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER questions_undeleted BEFORE DELETE ON questions
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER questions_unreplaced BEFORE INSERT ON questions WHEN EXISTS (SELECT 1 FROM questions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER question_answers_unchanged BEFORE UPDATE ON question_answers
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER question_answers_undeleted BEFORE DELETE ON question_answers
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER question_answers_unreplaced BEFORE INSERT ON question_answers
    WHEN EXISTS (SELECT 1 FROM question_answers WHERE question_id = NEW.question_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER fulfilments_unchanged BEFORE UPDATE ON fulfilments
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER fulfilments_undeleted BEFORE DELETE ON fulfilments
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER fulfilments_unreplaced BEFORE INSERT ON fulfilments
    WHEN EXISTS (SELECT 1 FROM fulfilments WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER later_views_undeleted BEFORE DELETE ON later_views
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER later_views_unreplaced BEFORE INSERT ON later_views
    WHEN EXISTS (SELECT 1 FROM later_views WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER later_views_unchanged
    BEFORE UPDATE OF id, reference, inspection_id, view, paragraph, page, quote, gloss, repeats, matched, recorded,
        recorded_at, by_post
    ON later_views
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER later_views_withdrawn_once BEFORE UPDATE ON later_views
    WHEN OLD.withdrawn IS NOT NULL OR NEW.withdrawn IS NULL
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

CREATE TRIGGER changes_undeleted BEFORE DELETE ON changes
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER changes_unreplaced BEFORE INSERT ON changes
    WHEN EXISTS (SELECT 1 FROM changes WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER changes_unchanged
    BEFORE UPDATE OF number, previous, hash, at, actor_id, actor_post, actor_role, record_kind, record_id, action, seal
    ON changes
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER changes_only_erased BEFORE UPDATE ON changes WHEN NEW.before <> '' OR NEW.after <> ''
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
-- +goose StatementEnd
