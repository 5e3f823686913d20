package store

import (
	"context"
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// RefuseLetter destroys what is held of a letter that turns out not to be final: a scanned one whose text, once pasted,
// says that it is a draft. Its file, its pages and every value go, in the record of changes too. The entries themselves
// stay, and say who did something when; their texts are erased with their keys, as the chain allows. It fails with
// inspection.Problems for any other letter: what was read, typed without a file or once published goes only by an erasure, to
// which a second person agrees.
func (s *Store) RefuseLetter(ctx context.Context, by inspection.Actor, id, problem string) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) (err error) {
		if letter, err = (&reader{db: t.db}).letterSeenBy(by, id); err != nil {
			return err
		}
		var held int64
		if err := t.db.Model(&inspection.LetterPage{}).Where("letter_id = ?", id).Count(&held).Error; err != nil {
			return err
		}
		if held > 0 || letter.DocumentHash == "" || letter.InspectionID != "" {
			return inspection.Problems{{Field: "text", Words: "Only a picture of a letter is taken for a draft by its text. Ask an administrator to have this one erased"}}
		}
		if err := t.eraseLetter(&letter); err != nil {
			return err
		}
		before := letter
		if err := letter.Move(inspection.LetterUnreadable); err != nil {
			return err
		}
		letter.Problem, letter.PlannedFor = problem, inspection.Date{}
		letter.UpdatedAt, letter.UpdatedBy = t.at, t.actor.Post
		err = t.db.Model(&letter).Select("state", "document_hash", "problem", "revision", "planned_for", "updated_at", "updated_by", "draft").
			Updates(&letter).Error
		if err != nil {
			return err
		}
		return t.noteLetter(&before, &letter, "")
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("refuse letter %s: %w", id, err)
	}
	return letter, nil
}

// eraseLetter takes all that came from a letter's file or was typed for it out of the letter and the database.
func (t *tx) eraseLetter(letter *inspection.Letter) error {
	entries := t.db.Model(&inspection.Change{}).Where("record_kind = ? AND record_id = ?", inspection.OfLetter, letter.ID)
	var numbers []int64
	if err := entries.Pluck("number", &numbers).Error; err != nil {
		return err
	}
	for _, erase := range []error{
		t.db.Where("number IN ?", numbers).Delete(&inspection.ChangeKey{}).Error,
		t.db.Model(&inspection.Change{}).Where("number IN ?", numbers).Updates(map[string]any{"before": "", "after": ""}).Error,
		t.db.Where("letter_id = ?", letter.ID).Delete(&inspection.LetterPage{}).Error,
		t.db.Exec("DELETE FROM document_chunks WHERE hash = ?", letter.DocumentHash).Error,
		t.db.Where("hash = ?", letter.DocumentHash).Delete(&inspection.Document{}).Error,
	} {
		if erase != nil {
			return erase
		}
	}
	letter.Draft, letter.Revision, letter.DocumentHash = inspection.Draft{}, 0, ""
	return nil
}
