-- A text that must not be held can be erased from what else stays as it was written down: the one word 'Erased' takes its
-- place, and the file of a piece of evidence can go. Nothing else about such a row changes.

-- +goose Up
-- +goose StatementBegin
DROP TRIGGER moves_unchanged;
CREATE TRIGGER moves_unchanged
    BEFORE UPDATE OF id, reference, number, kind, from_state, to_state, on_day, recorded, recorded_at, by_id, by_post,
        by_role, audience, owner_id, lead_body_id, committee_id, due, moves_date, answer, view, come_back_by, other
    ON moves
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER moves_only_erased BEFORE UPDATE ON moves
    WHEN NEW.words NOT IN (OLD.words, 'Erased') OR NEW.success_measure NOT IN (OLD.success_measure, 'Erased')
        OR NEW.minute_reference NOT IN (OLD.minute_reference, 'Erased')
        OR NEW.minute_address NOT IN (OLD.minute_address, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER updates_unchanged;
CREATE TRIGGER updates_unchanged
    BEFORE UPDATE OF id, reference, action_id, on_day, recorded, recorded_at, by_id, by_post, audience
    ON updates
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER updates_only_erased BEFORE UPDATE ON updates
    WHEN NEW.words NOT IN (OLD.words, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER evidence_items_unchanged;
CREATE TRIGGER evidence_items_unchanged
    BEFORE UPDATE OF id, reference, on_day, expires_on, recorded, recorded_at, by_id, by_post, version, replaces,
        audience
    ON evidence_items
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER evidence_items_only_erased BEFORE UPDATE ON evidence_items
    WHEN NEW.title NOT IN (OLD.title, 'Erased') OR NEW.address NOT IN (OLD.address, 'Erased')
        OR NEW.file_name NOT IN (OLD.file_name, 'Erased') OR NEW.document_hash NOT IN (OLD.document_hash, '')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER evidence_steps_unchanged;
CREATE TRIGGER evidence_steps_unchanged
    BEFORE UPDATE OF evidence_id, number, state, on_day, recorded, recorded_at, by_id, by_post
    ON evidence_steps
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER evidence_steps_only_erased BEFORE UPDATE ON evidence_steps
    WHEN NEW.words NOT IN (OLD.words, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER action_steps_unchanged;
CREATE TRIGGER action_steps_unchanged
    BEFORE UPDATE OF action_id, number, state, owner_id, lead_body_id, due, recorded, recorded_at, by_id, by_post
    ON action_steps
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER action_steps_only_erased BEFORE UPDATE ON action_steps
    WHEN NEW.words NOT IN (OLD.words, 'Erased') OR NEW.success_measure NOT IN (OLD.success_measure, 'Erased')
        OR NEW.reason NOT IN (OLD.reason, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER questions_unchanged;
CREATE TRIGGER questions_unchanged
    BEFORE UPDATE OF id, body_id, meeting_id, reference, asked, answer_by, recorded, audience
    ON questions
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER questions_only_erased BEFORE UPDATE ON questions
    WHEN NEW.words NOT IN (OLD.words, 'Erased') OR NEW.asked_by NOT IN (OLD.asked_by, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER question_answers_unchanged;
CREATE TRIGGER question_answers_unchanged
    BEFORE UPDATE OF question_id, number, on_day, recorded, by_id, by_post
    ON question_answers
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER question_answers_only_erased BEFORE UPDATE ON question_answers
    WHEN NEW.words NOT IN (OLD.words, 'Erased') OR NEW.address NOT IN (OLD.address, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

DROP TRIGGER fulfilments_unchanged;
CREATE TRIGGER fulfilments_unchanged
    BEFORE UPDATE OF id, inspection_id, body_id, rule_code, on_day, recorded_on, recorded_by, position
    ON fulfilments
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER fulfilments_only_erased BEFORE UPDATE ON fulfilments
    WHEN NEW.words NOT IN (OLD.words, 'Erased') OR NEW.address NOT IN (OLD.address, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

-- A view is withdrawn once, and its words can be erased before and after.
DROP TRIGGER later_views_unchanged;
DROP TRIGGER later_views_withdrawn_once;
CREATE TRIGGER later_views_unchanged
    BEFORE UPDATE OF id, reference, inspection_id, view, paragraph, page, repeats, matched, recorded, recorded_at,
        by_post
    ON later_views
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER later_views_only_erased BEFORE UPDATE ON later_views
    WHEN NEW.quote NOT IN (OLD.quote, 'Erased') OR NEW.gloss NOT IN (OLD.gloss, 'Erased')
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER later_views_withdrawn_once BEFORE UPDATE ON later_views
    WHEN OLD.withdrawn IS NOT NULL AND (NEW.withdrawn IS NOT OLD.withdrawn OR NEW.withdrawn_why NOT IN (OLD.withdrawn_why, 'Erased'))
        OR NEW.withdrawn IS NULL AND NEW.withdrawn_why <> OLD.withdrawn_why
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;

-- An erasure is agreed to or withdrawn once, and never taken out.
CREATE TRIGGER erasures_undeleted BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER erasures_unreplaced BEFORE INSERT ON erasures WHEN EXISTS (SELECT 1 FROM erasures WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER erasures_unchanged
    BEFORE UPDATE OF id, record_kind, record_id, reason, asked_by_id, asked_by_post_id, asked_by, asked, asked_at
    ON erasures
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
CREATE TRIGGER erasures_settled_once BEFORE UPDATE ON erasures WHEN OLD.agreed IS NOT NULL OR OLD.withdrawn IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'history cannot be rewritten'); END;
-- +goose StatementEnd
