package store

import (
	"context"
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// AddLetterText gives a letter whose file holds no text, as a picture does not, the text that an officer pasted and what
// was read from it, wherever nobody has typed a value yet. It fails with *inspection.DraftConflict where somebody has saved the draft since, and with
// inspection.Problems where the letter has its text already.
func (s *Store) AddLetterText(ctx context.Context, by inspection.Actor, id string, revision int, pages []string, draft inspection.Draft) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) (err error) {
		var held int64
		if err := t.db.Model(&inspection.LetterPage{}).Where("letter_id = ?", id).Count(&held).Error; err != nil {
			return err
		}
		letter, err = t.changeLetter(id, "", func(l *inspection.Letter) error {
			if err := t.checkOpen(l, revision); err != nil {
				return err
			}
			if held > 0 {
				return inspection.Problems{{Field: "text", Words: "This letter has its text already. Log another letter for another text"}}
			}
			l.Draft, l.Revision = l.Draft.Filled(draft), l.Revision+1
			return nil
		})
		if err != nil {
			return err
		}
		for i, words := range pages {
			letter.Pages = append(letter.Pages, inspection.LetterPage{LetterID: id, Number: i + 1, Words: words})
		}
		if len(letter.Pages) == 0 {
			return nil
		}
		return t.db.CreateInBatches(letter.Pages, batch).Error
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("add the text of letter %s: %w", id, err)
	}
	return letter, nil
}
