package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// ErrRemarksFull says that inspection.MostOpenRemarks notes of readers wait for an answer, so that no other is taken.
var ErrRemarksFull = errors.New("too many notes of readers wait for an answer")

// remarkContact is the address of whoever wrote a note. It stands in no record of changes and is dropped after a time.
type remarkContact struct {
	RemarkID  string     `gorm:"primaryKey"`
	Address   string     //
	AddedAt   time.Time  //
	SettledAt *time.Time // when the note was first answered or closed; nil before
}

// AddRemark keeps what a reader says is wrong, with an address to which the answer is sent, empty for none. The council is told
// by mail where that is set up. It fails with inspection.Problems, of which email is about that address, and with
// ErrRemarksFull.
func (s *Store) AddRemark(ctx context.Context, m inspection.Remark, email string) (inspection.Remark, error) {
	err := s.write(ctx, inspection.Visitor, func(t *tx) error {
		if problems := CheckRemark(&m, &email); len(problems) > 0 {
			return problems
		}
		open, err := openRemarks(t.db)
		switch {
		case err != nil:
			return err
		case open >= inspection.MostOpenRemarks:
			return ErrRemarksFull
		}
		m.ID, m.Reference, m.State, m.Received, m.Answers = newID(), inspection.NewRemarkReference(), inspection.RemarkReceived, t.today(), nil
		if err := t.db.Create(&m).Error; err != nil {
			return err
		}
		if email != "" {
			if err := t.db.Create(&remarkContact{RemarkID: m.ID, Address: email, AddedAt: t.at}).Error; err != nil {
				return err
			}
		}
		if err := t.note(inspection.OfRemark, m.ID, inspection.Created, nil, m); err != nil {
			return err
		}
		return t.tellCouncil(s, m)
	})
	if err != nil {
		return inspection.Remark{}, fmt.Errorf("keep a note of a reader: %w", err)
	}
	return m, nil
}

// CheckRemark trims a note and the address for its answer, which may be empty, and lists what is wrong with them.
func CheckRemark(m *inspection.Remark, email *string) inspection.Problems {
	problems := m.Check()
	if *email = auth.FoldAddress(*email); *email != "" && !auth.IsAddress(*email) {
		problems = append(problems, inspection.Problem{Field: "email", Words: "Enter an email address, like name@example.org, or leave this empty"})
	}
	return problems
}

// openRemarks counts the notes that wait for an answer.
func openRemarks(db *gorm.DB) (int, error) {
	var n int64
	err := db.Model(&inspection.Remark{}).Where("state = ?", inspection.RemarkReceived).Count(&n).Error
	return int(n), err
}

// OpenRemarks returns how many notes of readers wait for an answer.
func (s *Store) OpenRemarks(ctx context.Context) (int, error) {
	n, err := openRemarks(s.readPool.WithContext(ctx))
	if err != nil {
		return 0, fmt.Errorf("count the notes of readers that wait: %w", translate(err))
	}
	return n, nil
}

// RemarkFilter says which notes of readers to list.
type RemarkFilter struct {
	State inspection.RemarkState // all where empty
	Skip  int
	Most  int
}

// Remarks returns notes of readers without their answers, and how many match: those that wait first, the longest waiting at
// their head, then the others, the latest first.
func (s *Store) Remarks(ctx context.Context, filter RemarkFilter) ([]inspection.Remark, int, error) {
	var list []inspection.Remark
	var all int64
	err := s.read(ctx, func(r *reader) error {
		query := r.db.Model(&inspection.Remark{})
		if filter.State != "" {
			query = query.Where("state = ?", filter.State)
		}
		query = query.Session(&gorm.Session{})
		if err := query.Count(&all).Error; err != nil {
			return err
		}
		const waitsFirst = "CASE WHEN state = 'received' THEN received ELSE '9999' END, received DESC, id"
		return query.Order(waitsFirst).Offset(max(0, filter.Skip)).Limit(filter.Most).Find(&list).Error
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list notes of readers: %w", err)
	}
	return list, int(all), nil
}

// Remark returns a note of a reader with its answers. It fails with inspection.ErrNotFound.
func (s *Store) Remark(ctx context.Context, id string) (inspection.Remark, error) {
	var m inspection.Remark
	err := s.read(ctx, func(r *reader) (err error) {
		m, err = remarkWhere(r.db, "id = ?", id)
		return err
	})
	if err != nil {
		return inspection.Remark{}, fmt.Errorf("read note %s of a reader: %w", id, err)
	}
	return m, nil
}

// RemarkOf returns the note of a reader that has a reference, and whether an address is held to which answers are sent. It
// fails with inspection.ErrNotFound.
func (s *Store) RemarkOf(ctx context.Context, reference string) (m inspection.Remark, told bool, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		if m, err = remarkWhere(r.db, "reference = ?", reference); err != nil {
			return err
		}
		address, err := r.readerOf(m.ID)
		told = address != ""
		return err
	})
	if err != nil {
		return inspection.Remark{}, false, fmt.Errorf("read the note of a reader by its reference: %w", err)
	}
	return m, told, nil
}

func remarkWhere(db *gorm.DB, condition string, value any) (inspection.Remark, error) {
	var m inspection.Remark
	if err := db.Where(condition, value).Take(&m).Error; err != nil {
		return m, err
	}
	return m, db.Where("remark_id = ?", m.ID).Order("number").Find(&m.Answers).Error
}

// AnswerRemark records an answer to a note by somebody who has seen so many answers to it, and tells whoever wrote the note,
// where an address of theirs is held and mail is set up. It fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) AnswerRemark(ctx context.Context, by inspection.Actor, id string, a inspection.RemarkAnswer, seen int) (inspection.Remark, error) {
	var m inspection.Remark
	err := s.write(ctx, by, func(t *tx) (err error) {
		if m, err = remarkWhere(t.db, "id = ?", id); err != nil {
			return err
		}
		before := m
		if a, err = m.Answer(by, a, seen, t.today()); err != nil {
			return err
		}
		if err := t.db.Create(&a).Error; err != nil {
			return err
		}
		if err := t.settleRemark(before, m); err != nil {
			return err
		}
		return t.tellReader(s, m)
	})
	if err != nil {
		return inspection.Remark{}, fmt.Errorf("answer note %s of a reader: %w", id, err)
	}
	return m, nil
}

// CloseRemark closes a note that wants no answer. It fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) CloseRemark(ctx context.Context, by inspection.Actor, id string) error {
	err := s.write(ctx, by, func(t *tx) error {
		m, err := remarkWhere(t.db, "id = ?", id)
		if err != nil {
			return err
		}
		before := m
		if err := m.Close(); err != nil {
			return err
		}
		return t.settleRemark(before, m)
	})
	if err != nil {
		return fmt.Errorf("close note %s of a reader: %w", id, err)
	}
	return nil
}

// settleRemark keeps the state of a note that was answered or closed, with its entry. The time begins for which the address of
// whoever wrote it is still kept.
func (t *tx) settleRemark(before, after inspection.Remark) error {
	if err := t.db.Model(&inspection.Remark{}).Where("id = ?", after.ID).Update("state", after.State).Error; err != nil {
		return err
	}
	contact := t.db.Model(&remarkContact{}).Where("remark_id = ? AND settled_at IS NULL", after.ID)
	if err := contact.Update("settled_at", t.at).Error; err != nil {
		return err
	}
	return t.note(inspection.OfRemark, after.ID, inspection.Updated, before, after)
}

// dropStaleContacts drops the addresses of readers after inspection.ContactAfterAnswer and inspection.ContactHolds.
func dropStaleContacts(db *gorm.DB, now time.Time) error {
	return db.Where("settled_at < ? OR added_at < ?", now.Add(-inspection.ContactAfterAnswer), now.Add(-inspection.ContactHolds)).
		Delete(&remarkContact{}).Error
}
