-- What was recorded stays as it was written down, whoever asks the database to change it. A view that was wrong can be
-- withdrawn once; a text that has to be erased can be emptied in the record of changes, whose seals still hold.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'history cannot be rewritten'; END $$;

CREATE TRIGGER moves_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON moves EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER updates_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON updates EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER evidence_items_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_items
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER evidence_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_steps
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER action_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON action_steps
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER questions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON questions EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER question_answers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON question_answers
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER fulfilments_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON fulfilments EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER later_views_stay BEFORE DELETE OR TRUNCATE ON later_views EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER changes_stay BEFORE DELETE OR TRUNCATE ON changes EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER later_views_unchanged
    BEFORE UPDATE OF id, reference, inspection_id, view, paragraph, page, quote, gloss, repeats, matched, recorded,
        recorded_at, by_post
    ON later_views EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER later_views_withdrawn_once BEFORE UPDATE ON later_views FOR EACH ROW
    WHEN (OLD.withdrawn IS NOT NULL OR NEW.withdrawn IS NULL) EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER changes_unchanged
    BEFORE UPDATE OF number, previous, hash, at, actor_id, actor_post, actor_role, record_kind, record_id, action, seal
    ON changes EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER changes_only_erased BEFORE UPDATE ON changes FOR EACH ROW
    WHEN (NEW.before <> '' OR NEW.after <> '') EXECUTE FUNCTION refuse_rewriting();
-- +goose StatementEnd
