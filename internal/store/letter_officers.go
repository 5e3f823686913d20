package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// LetterListing is what may be said of a letter to those who do not see it: nothing of its file, its name or its words.
type LetterListing struct {
	ID        string
	State     inspection.LetterState
	CreatedAt time.Time
	Officers  []string `gorm:"serializer:json"` // IDs of the accounts listed on it
	Nobody    bool     `gorm:"-"`               // whether none of them can log letters, so that nobody sees it
}

// TableName says that listings are read from the letters.
func (LetterListing) TableName() string { return "letters" }

// letterSeenBy returns a letter, without its pages, to somebody who sees it; for others there is none.
func (r *reader) letterSeenBy(by inspection.Actor, id string) (inspection.Letter, error) {
	var letter inspection.Letter
	if err := r.db.Where("id = ?", id).Take(&letter).Error; err != nil {
		return inspection.Letter{}, err
	}
	if !letter.SeenBy(by) {
		return inspection.Letter{}, inspection.ErrNotFound
	}
	return letter, nil
}

// lettersSeenBy returns the IDs of the letters that somebody sees.
func (r *reader) lettersSeenBy(by inspection.Actor) ([]string, error) {
	var letters []inspection.Letter
	if err := r.db.Select("id", "state", "officers").Order("id").Find(&letters).Error; err != nil {
		return nil, err
	}
	var ids []string
	for _, letter := range letters {
		if letter.SeenBy(by) {
			ids = append(ids, letter.ID)
		}
	}
	return ids, nil
}

// LetterListings returns who is listed on each letter that is not published, the latest first, for whoever looks after people
// and does not see the letters.
func (s *Store) LetterListings(ctx context.Context) ([]LetterListing, error) {
	var listings []LetterListing
	err := s.read(ctx, func(r *reader) (err error) {
		listings, err = r.letterListings()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list who sees which letter: %w", err)
	}
	return listings, nil
}

// LettersOfNobody returns the letters that are not published and that nobody sees, the latest first: those that were imported,
// and those of officers whose accounts are gone.
func (s *Store) LettersOfNobody(ctx context.Context) ([]LetterListing, error) {
	listings, err := s.LetterListings(ctx)
	return slices.DeleteFunc(listings, func(l LetterListing) bool { return !l.Nobody }), err
}

func (r *reader) letterListings() ([]LetterListing, error) {
	var listings []LetterListing
	err := r.db.Where("state <> ?", inspection.LetterPublished).Order("created_at DESC, id").Find(&listings).Error
	if err != nil {
		return nil, err
	}
	listed := map[string]bool{}
	for _, l := range listings {
		for _, id := range l.Officers {
			listed[id] = true
		}
	}
	logging, err := r.logging(sortedKeys(listed))
	if err != nil {
		return nil, err
	}
	for i, l := range listings {
		listings[i].Nobody = !slices.ContainsFunc(l.Officers, logging)
	}
	return listings, nil
}

// logging tells those of some accounts whose holders can log letters, or can once they have set their first password.
func (r *reader) logging(ids []string) (func(id string) bool, error) {
	accounts, err := within[auth.Account](r, "id", ids)
	if err != nil {
		return nil, err
	}
	return func(id string) bool {
		return slices.ContainsFunc(accounts, func(a auth.Account) bool {
			return a.ID == id && !a.Gone() && a.Allows(auth.LogLetters)
		})
	}, nil
}

// ListOfficer lists the officer whose account is given on a letter, so that they see it. Officers who see it may list others,
// administrators may without seeing it, and any officer may list themselves on one that nobody sees. It fails with
// inspection.ErrNotFound where by may not, and with inspection.Problems.
func (s *Store) ListOfficer(ctx context.Context, by inspection.Actor, id, officer string) error {
	err := s.write(ctx, by, func(t *tx) error {
		return t.changeOfficers(id, func(r *reader, letter *inspection.Letter) error {
			if err := r.mayList(by, letter, officer); err != nil {
				return err
			}
			logging, err := r.logging([]string{officer})
			if err != nil {
				return err
			}
			if !logging(officer) {
				return inspection.Problems{{Field: "officer", Words: "Choose an officer who has an account and can sign in"}}
			}
			letter.List(officer)
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("list an officer on letter %s: %w", id, err)
	}
	return nil
}

// mayList fails where somebody may not list an officer on a letter.
func (r *reader) mayList(by inspection.Actor, letter *inspection.Letter, officer string) error {
	switch {
	case letter.SeenBy(by):
		return nil
	case by.Role == inspection.RoleAdministrator && officer == by.ID:
		return inspection.Problems{{Field: "officer", Words: "Nobody lists themselves: an officer who is listed can, or another administrator"}}
	case by.Role == inspection.RoleAdministrator:
		return nil
	case by.Role != inspection.RoleOfficer || officer != by.ID:
		return inspection.ErrNotFound
	}
	logging, err := r.logging(letter.Officers)
	if err == nil && slices.ContainsFunc(letter.Officers, logging) {
		err = inspection.ErrNotFound
	}
	return err
}

// UnlistOfficer takes an officer off a letter that by sees. It fails with inspection.ErrNotFound, and with inspection.Problems
// where nobody would see the letter any more.
func (s *Store) UnlistOfficer(ctx context.Context, by inspection.Actor, id, officer string) error {
	err := s.write(ctx, by, func(t *tx) error {
		return t.changeOfficers(id, func(r *reader, letter *inspection.Letter) error {
			if !letter.SeenBy(by) {
				return inspection.ErrNotFound
			}
			if err := letter.Unlist(officer); err != nil {
				return err
			}
			logging, err := r.logging(letter.Officers)
			if err == nil && !slices.ContainsFunc(letter.Officers, logging) {
				err = inspection.LastListed
			}
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("take an officer off letter %s: %w", id, err)
	}
	return nil
}

// changeOfficers lets change alter who is listed on a letter and writes that down, where it altered anything. It is no work on
// the draft: when that was saved, and by whom, stays as it was.
func (t *tx) changeOfficers(id string, change func(*reader, *inspection.Letter) error) error {
	r := &reader{db: t.db}
	var before inspection.Letter
	if err := t.db.Where("id = ?", id).Take(&before).Error; err != nil {
		return err
	}
	after := before
	if err := change(r, &after); err != nil {
		return err
	}
	if slices.Equal(before.Officers, after.Officers) {
		return nil
	}
	if err := t.db.Model(&after).Select("officers").Updates(&after).Error; err != nil {
		return err
	}
	return t.noteLetter(&before, &after, "")
}
