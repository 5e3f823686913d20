-- A text that must not be held can be erased from what else stays as it was written down: the one word 'Erased' takes its
-- place, and the file of a piece of evidence can go. Nothing else about such a row changes.

-- +goose Up
-- +goose StatementBegin
DROP TRIGGER moves_stay ON moves;
CREATE TRIGGER moves_stay BEFORE DELETE OR TRUNCATE ON moves EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER moves_unchanged
    BEFORE UPDATE OF id, reference, number, kind, from_state, to_state, on_day, recorded, recorded_at, by_id, by_post,
        by_role, audience, owner_id, lead_body_id, committee_id, due, moves_date, answer, view, come_back_by, other
    ON moves EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER moves_only_erased BEFORE UPDATE ON moves FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased') OR NEW.success_measure NOT IN (OLD.success_measure, 'Erased')
        OR NEW.minute_reference NOT IN (OLD.minute_reference, 'Erased')
        OR NEW.minute_address NOT IN (OLD.minute_address, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER updates_stay ON updates;
CREATE TRIGGER updates_stay BEFORE DELETE OR TRUNCATE ON updates EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER updates_unchanged
    BEFORE UPDATE OF id, reference, action_id, on_day, recorded, recorded_at, by_id, by_post, audience
    ON updates EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER updates_only_erased BEFORE UPDATE ON updates FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER evidence_items_stay ON evidence_items;
CREATE TRIGGER evidence_items_stay BEFORE DELETE OR TRUNCATE ON evidence_items EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER evidence_items_unchanged
    BEFORE UPDATE OF id, reference, on_day, expires_on, recorded, recorded_at, by_id, by_post, version, replaces,
        audience
    ON evidence_items EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER evidence_items_only_erased BEFORE UPDATE ON evidence_items FOR EACH ROW
    WHEN (NEW.title NOT IN (OLD.title, 'Erased') OR NEW.address NOT IN (OLD.address, 'Erased')
        OR NEW.file_name NOT IN (OLD.file_name, 'Erased') OR NEW.document_hash NOT IN (OLD.document_hash, ''))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER evidence_steps_stay ON evidence_steps;
CREATE TRIGGER evidence_steps_stay BEFORE DELETE OR TRUNCATE ON evidence_steps EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER evidence_steps_unchanged
    BEFORE UPDATE OF evidence_id, number, state, on_day, recorded, recorded_at, by_id, by_post
    ON evidence_steps EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER evidence_steps_only_erased BEFORE UPDATE ON evidence_steps FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER action_steps_stay ON action_steps;
CREATE TRIGGER action_steps_stay BEFORE DELETE OR TRUNCATE ON action_steps EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER action_steps_unchanged
    BEFORE UPDATE OF action_id, number, state, owner_id, lead_body_id, due, recorded, recorded_at, by_id, by_post
    ON action_steps EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER action_steps_only_erased BEFORE UPDATE ON action_steps FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased') OR NEW.success_measure NOT IN (OLD.success_measure, 'Erased')
        OR NEW.reason NOT IN (OLD.reason, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER questions_stay ON questions;
CREATE TRIGGER questions_stay BEFORE DELETE OR TRUNCATE ON questions EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER questions_unchanged
    BEFORE UPDATE OF id, body_id, meeting_id, reference, asked, answer_by, recorded, audience
    ON questions EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER questions_only_erased BEFORE UPDATE ON questions FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased') OR NEW.asked_by NOT IN (OLD.asked_by, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER question_answers_stay ON question_answers;
CREATE TRIGGER question_answers_stay BEFORE DELETE OR TRUNCATE ON question_answers EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER question_answers_unchanged
    BEFORE UPDATE OF question_id, number, on_day, recorded, by_id, by_post
    ON question_answers EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER question_answers_only_erased BEFORE UPDATE ON question_answers FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased') OR NEW.address NOT IN (OLD.address, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

DROP TRIGGER fulfilments_stay ON fulfilments;
CREATE TRIGGER fulfilments_stay BEFORE DELETE OR TRUNCATE ON fulfilments EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER fulfilments_unchanged
    BEFORE UPDATE OF id, inspection_id, body_id, rule_code, on_day, recorded_on, recorded_by, position
    ON fulfilments EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER fulfilments_only_erased BEFORE UPDATE ON fulfilments FOR EACH ROW
    WHEN (NEW.words NOT IN (OLD.words, 'Erased') OR NEW.address NOT IN (OLD.address, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();

-- A view is withdrawn once, and its words can be erased before and after.
DROP TRIGGER later_views_unchanged ON later_views;
DROP TRIGGER later_views_withdrawn_once ON later_views;
CREATE TRIGGER later_views_unchanged
    BEFORE UPDATE OF id, reference, inspection_id, view, paragraph, page, repeats, matched, recorded, recorded_at,
        by_post
    ON later_views EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER later_views_only_erased BEFORE UPDATE ON later_views FOR EACH ROW
    WHEN (NEW.quote NOT IN (OLD.quote, 'Erased') OR NEW.gloss NOT IN (OLD.gloss, 'Erased'))
    EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER later_views_withdrawn_once BEFORE UPDATE ON later_views FOR EACH ROW
    WHEN (OLD.withdrawn IS NOT NULL
            AND (NEW.withdrawn IS DISTINCT FROM OLD.withdrawn OR NEW.withdrawn_why NOT IN (OLD.withdrawn_why, 'Erased'))
        OR NEW.withdrawn IS NULL AND NEW.withdrawn_why <> OLD.withdrawn_why)
    EXECUTE FUNCTION refuse_rewriting();

-- An erasure is agreed to or withdrawn once, and never taken out.
CREATE TRIGGER erasures_stay BEFORE DELETE OR TRUNCATE ON erasures EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER erasures_unchanged
    BEFORE UPDATE OF id, record_kind, record_id, reason, asked_by_id, asked_by_post_id, asked_by, asked, asked_at
    ON erasures EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER erasures_settled_once BEFORE UPDATE ON erasures FOR EACH ROW
    WHEN (OLD.agreed IS NOT NULL OR OLD.withdrawn IS NOT NULL) EXECUTE FUNCTION refuse_rewriting();
-- +goose StatementEnd
