package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"inspectiontimeline/internal/inspection"
)

// ErrLogHeld says that texts were erased, and that the database's log still holds them, because somebody was reading. It is
// emptied with the next erasure, and when the program stops.
var ErrLogHeld = errors.New("the texts are erased, but the database’s log still holds them")

// Erasures returns every erasure that was ever asked for, the latest first.
func (s *Store) Erasures(ctx context.Context) ([]inspection.Erasure, error) {
	var list []inspection.Erasure
	if err := s.readPool.WithContext(ctx).Order("asked_at DESC, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list erasures: %w", translate(err))
	}
	return list, nil
}

// ErasuresWaiting counts the erasures that others than one administrator asked for, and to which nobody has agreed yet.
func (s *Store) ErasuresWaiting(ctx context.Context, administrator string) (int, error) {
	var waiting int64
	err := s.readPool.WithContext(ctx).Model(&inspection.Erasure{}).
		Where("agreed IS NULL AND withdrawn IS NULL AND asked_by_id <> ?", administrator).Count(&waiting).Error
	if err != nil {
		return 0, fmt.Errorf("count erasures: %w", translate(err))
	}
	return int(waiting), nil
}

// Erasure returns one erasure. It fails with inspection.ErrNotFound.
func (s *Store) Erasure(ctx context.Context, id string) (inspection.Erasure, error) {
	var e inspection.Erasure
	if err := s.readPool.WithContext(ctx).Where("id = ?", id).Take(&e).Error; err != nil {
		return inspection.Erasure{}, fmt.Errorf("read erasure %s: %w", id, translate(err))
	}
	return e, nil
}

// EntryOutline returns an entry of the record of changes without its texts: what it is about, who made it and when. An
// administrator who asks for an erasure need not be able to read what is erased. It fails with inspection.ErrNotFound.
func (s *Store) EntryOutline(ctx context.Context, number int64) (inspection.Change, error) {
	var entry inspection.Change
	err := s.readPool.WithContext(ctx).Omit("before", "after").Where("number = ?", number).Take(&entry).Error
	if err != nil {
		return inspection.Change{}, fmt.Errorf("read entry %d: %w", number, translate(err))
	}
	return entry, nil
}

// LatestOutline returns the latest entry about a record, without its texts. It fails with inspection.ErrNotFound.
func (s *Store) LatestOutline(ctx context.Context, of RecordName) (inspection.Change, error) {
	var entry inspection.Change
	err := s.readPool.WithContext(ctx).Omit("before", "after").Where("record_kind = ? AND record_id = ?", of.Kind, of.ID).
		Order("number DESC").Take(&entry).Error
	if err != nil {
		return inspection.Change{}, fmt.Errorf("look for the entries of %s %s: %w", of.Kind, of.ID, translate(err))
	}
	return entry, nil
}

// AskErasure records that an administrator asks for the texts of a record to be erased. Nothing is erased by it. It fails with
// inspection.ErrNotFound, and with inspection.Problems, also where the record cannot be erased as it stands.
func (s *Store) AskErasure(ctx context.Context, by inspection.Actor, of RecordName, reason inspection.ErasureReason) (inspection.Erasure, error) {
	e := inspection.Erasure{ID: newID(), RecordKind: of.Kind, RecordID: of.ID, Reason: reason}
	err := s.write(ctx, by, func(t *tx) error {
		if err := e.Ask(by, t.today(), t.at); err != nil {
			return err
		}
		var open int64
		err := t.db.Model(&inspection.Erasure{}).
			Where("record_kind = ? AND record_id = ? AND agreed IS NULL AND withdrawn IS NULL", of.Kind, of.ID).Count(&open).Error
		if err != nil {
			return err
		}
		if open > 0 {
			return inspection.Problems{{Field: "record", Words: "An erasure of this waits already. Another administrator has to agree to it"}}
		}
		if _, err := t.erasable(of); err != nil {
			return err
		}
		if err := t.db.Create(&e).Error; err != nil {
			return err
		}
		return t.note(inspection.OfErasure, e.ID, inspection.Created, nil, e)
	})
	if err != nil {
		return inspection.Erasure{}, fmt.Errorf("ask for an erasure: %w", err)
	}
	return e, nil
}

// WithdrawErasure withdraws an erasure to which nobody has agreed. It fails with inspection.ErrNotFound and
// inspection.Problems.
func (s *Store) WithdrawErasure(ctx context.Context, by inspection.Actor, id string) (inspection.Erasure, error) {
	var e inspection.Erasure
	err := s.write(ctx, by, func(t *tx) (err error) {
		e, err = t.settle(id, func(e *inspection.Erasure) error { return e.Withdraw(by, t.today()) })
		return err
	})
	if err != nil {
		return inspection.Erasure{}, fmt.Errorf("withdraw erasure %s: %w", id, err)
	}
	return e, nil
}

// AgreeErasure agrees to an erasure and carries it out: the texts, the files that nothing else refers to, the copies that the
// program made, and what the record of changes says of all these are destroyed, the keys with them. The database's free space
// and its log are emptied then. It fails with inspection.ErrNotFound and inspection.Problems; and with ErrLogHeld, the erasure
// being done, where the last of this could not be.
func (s *Store) AgreeErasure(ctx context.Context, by inspection.Actor, id string) (inspection.Erasure, error) {
	var e inspection.Erasure
	err := s.write(ctx, by, func(t *tx) (err error) {
		e, err = t.settle(id, func(e *inspection.Erasure) error {
			if err := e.Agree(by, t.today()); err != nil {
				return err
			}
			if err := t.independent(e.AskedByID, by.ID); err != nil {
				return err
			}
			of := RecordName{e.RecordKind, e.RecordID}
			var err error
			if e.Audience, err = t.erasable(of); err != nil {
				return err
			}
			gone, err := t.erase(s, of)
			if err != nil {
				return err
			}
			e.Entries, e.Covers = gone.entries, gone.covers
			return nil
		})
		return err
	})
	if err != nil {
		return inspection.Erasure{}, fmt.Errorf("carry out erasure %s: %w", id, err)
	}
	// What is done is done, also where whoever asked has gone away by now.
	if err := s.forget(context.WithoutCancel(ctx)); err != nil {
		return e, fmt.Errorf("carry out erasure %s: %w: %w", id, ErrLogHeld, err)
	}
	return e, nil
}

// secondPairOfEyes is how long somebody whose password may be known to whoever asked for an erasure does not agree to it.
const secondPairOfEyes = 30 * 24 * time.Hour

// independent fails with inspection.Problems where whoever asked for an erasure made a link with which the other's password is
// set, not long ago: one person could be both.
func (t *tx) independent(askedBy, agrees string) error {
	var made int64
	err := t.db.Model(&inspection.Access{}).Where("account_id = ? AND subject = ? AND what = ? AND at > ?",
		askedBy, "account:"+agrees, inspection.LinkMade, moment(t.at.Add(-secondPairOfEyes))).Count(&made).Error
	if err != nil || made == 0 {
		return err
	}
	return inspection.Problems{{Field: "role", Words: "Whoever asked for this made the link with which your password is set, less than 30 days ago: an administrator whom they did not invite has to agree"}}
}

// settle lets change agree to an erasure or withdraw it, and notes that.
func (t *tx) settle(id string, change func(*inspection.Erasure) error) (inspection.Erasure, error) {
	var before inspection.Erasure
	if err := t.db.Where("id = ?", id).Take(&before).Error; err != nil {
		return before, err
	}
	after := before
	if err := change(&after); err != nil {
		return before, err
	}
	err := t.db.Select("audience", "agreed_by", "agreed", "withdrawn_by", "withdrawn", "entries").Updates(&after).Error
	if err != nil {
		return before, err
	}
	return after, t.note(inspection.OfErasure, id, inspection.Updated, before, after)
}

// errTried undoes what trying an erasure did.
var errTried = errors.New("the erasure was tried")

// ErasurePlan is what an erasure would do.
type ErasurePlan struct {
	Entries int // of the record of changes, that would lose their texts
	Copies  int // other records that would lose the same words, since the program copied them or they stand twice on one area
	Files   int // that would be deleted
	Kept    int // files that would stay, since something else refers to them
}

// PlanErasure says what an erasure of a record would do, by trying it and taking it back. It fails with
// inspection.ErrNotFound, and with inspection.Problems where the record cannot be erased as it stands.
func (s *Store) PlanErasure(ctx context.Context, of RecordName) (ErasurePlan, error) {
	var plan ErasurePlan
	err := s.write(ctx, inspection.Actor{}, func(t *tx) error {
		if _, err := t.erasable(of); err != nil {
			return err
		}
		gone, err := t.erase(s, of)
		if err != nil {
			return err
		}
		plan = ErasurePlan{Entries: gone.entries, Copies: gone.copies, Files: gone.files, Kept: gone.kept}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return ErasurePlan{}, fmt.Errorf("plan an erasure of %s %s: %w", of.Kind, of.ID, err)
	}
	return plan, nil
}

// forget takes what was erased out of the parts of the database that hold nothing any more.
func (s *Store) forget(ctx context.Context) error {
	db := s.writePool.WithContext(ctx)
	var errs []error
	if s.engine.text.optimise != "" {
		errs = append(errs, translate(db.Exec(s.engine.text.optimise).Error))
	}
	if s.engine.rewrite != "" {
		errs = append(errs, translate(db.Exec(s.engine.rewrite).Error))
	}
	return errors.Join(append(errs, s.emptyLog(ctx))...)
}

// emptyLog takes what was overwritten out of the database's log of writes, where it has one of its own.
func (s *Store) emptyLog(ctx context.Context) error {
	if s.engine.emptyLog == "" {
		return nil
	}
	var held struct{ Busy int }
	err := s.writePool.WithContext(ctx).Raw(s.engine.emptyLog).Scan(&held).Error
	if err == nil && held.Busy != 0 {
		err = errors.New("somebody was reading for too long")
	}
	return translate(err)
}

// erasable returns who can read a record that an erasure is asked for. It fails with inspection.ErrNotFound where there is no
// such record, nor an entry about one, and with inspection.Problems where it has to be dealt with otherwise first.
func (t *tx) erasable(of RecordName) (inspection.Audience, error) {
	if inspection.Destroyed(of.Kind) == nil {
		return "", inspection.Problems{{Field: "record", Words: "This holds no free text that could be erased"}}
	}
	var entries int64
	err := t.db.Model(&inspection.Change{}).Where("record_kind = ? AND record_id = ?", of.Kind, of.ID).Limit(1).Count(&entries).Error
	if err != nil {
		return "", err
	}
	if entries == 0 {
		return "", inspection.ErrNotFound
	}
	switch of.Kind {
	case inspection.OfUpdate:
		u, err := one[inspection.Update](t, of.ID)
		return u.Audience, err
	case inspection.OfMove:
		m, err := one[inspection.Move](t, of.ID)
		if m.Kind.Decision() {
			m.Audience = inspection.ForPublic
		}
		return m.Audience, err
	case inspection.OfAction:
		a, err := one[inspection.Action](t, of.ID)
		return a.Audience, err
	case inspection.OfQuestion:
		q, err := one[inspection.Question](t, of.ID)
		return q.Audience, err
	case inspection.OfEvidenceItem:
		e, err := (&reader{db: t.db}).evidence(of.ID, t.today())
		if e.State == inspection.EvidenceDraft {
			e.Audience = inspection.ForOfficers
		}
		return e.Audience, err
	case inspection.OfSource, inspection.OfSuccession:
		return inspection.ForPublic, t.registerErasable(of)
	case inspection.OfLetter:
		return inspection.ForOfficers, t.letterErasable(of.ID)
	case inspection.OfTrackerImport, inspection.OfToken, inspection.OfRemark:
		return inspection.ForOfficers, nil
	}
	return inspection.ForPublic, nil
}

// registerErasable fails with inspection.Problems where part of the register came with the program.
func (t *tx) registerErasable(of RecordName) error {
	var supplied int64
	err := t.db.Model(&inspection.Change{}).Where("record_kind = ? AND record_id = ? AND actor_id = ?", of.Kind, of.ID, inspection.Seeder.ID).
		Limit(1).Count(&supplied).Error
	if err != nil || supplied == 0 {
		return err
	}
	return inspection.Problems{{Field: "record", Words: "This came with the program and is no word of anybody here"}}
}

// letterErasable fails with inspection.Problems where a letter is at work or on the public pages.
func (t *tx) letterErasable(id string) error {
	letter, err := one[inspection.Letter](t, id)
	switch {
	case err != nil:
		return err
	case letter.State == inspection.LetterPublished:
		return inspection.Problems{{Field: "record", Words: "This letter is published. An officer has to unpublish it first"}}
	case letter.State == inspection.LetterWaiting, letter.State == inspection.LetterReading:
		return inspection.Problems{{Field: "record", Words: "This letter is being read. Wait until it is ready to review"}}
	}
	return nil
}

// one returns a record by its ID.
func one[T any](t *tx, id string) (T, error) {
	var record T
	err := t.db.Where("id = ?", id).Take(&record).Error
	return record, err
}

// erased is what an erasure destroyed.
type erased struct {
	entries int     // that lost their texts by it
	covers  []int64 // the numbers of all entries that it accounts for
	copies  int
	files   int
	kept    int
}

// erase destroys the texts of a record, and everything that holds them too.
func (t *tx) erase(s *Store, of RecordName) (erased, error) {
	e := &eraser{t: t, r: &reader{db: t.db, catalogue: s.catalogue}, records: map[RecordName]bool{of: true}, items: map[string]bool{}}
	if err := e.record(of); err != nil {
		return erased{}, fmt.Errorf("erase %s %s: %w", of.Kind, of.ID, err)
	}
	e.gone.copies = len(e.records) - 1
	if err := e.eraseEntries(); err != nil {
		return erased{}, fmt.Errorf("erase entries about %s %s: %w", of.Kind, of.ID, err)
	}
	if err := t.forgetSearched(s.engine.text, e.records); err != nil {
		return erased{}, fmt.Errorf("take %s %s out of what can be searched: %w", of.Kind, of.ID, err)
	}
	return e.gone, t.fold(sortedKeys(e.items)...)
}

// eraseEntries destroys what the record of changes says of the records that were erased, with the keys.
func (e *eraser) eraseEntries() error {
	numbers := e.numbers
	for of := range e.records {
		var found []int64
		err := e.t.db.Model(&inspection.Change{}).Where("record_kind = ? AND record_id = ?", of.Kind, of.ID).Pluck("number", &found).Error
		if err != nil {
			return err
		}
		numbers = append(numbers, found...)
	}
	slices.Sort(numbers)
	e.gone.covers = slices.Compact(numbers)
	for chunk := range slices.Chunk(e.gone.covers, manyIDs) {
		keys := e.t.db.Where("number IN ?", chunk).Delete(&inspection.ChangeKey{})
		if keys.Error != nil {
			return keys.Error
		}
		e.gone.entries += int(keys.RowsAffected)
		err := e.t.db.Model(&inspection.Change{}).Where("number IN ?", chunk).Updates(map[string]any{"before": "", "after": ""}).Error
		if err != nil {
			return err
		}
	}
	return nil
}
