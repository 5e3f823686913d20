package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/inspection"
)

// MakeReminders puts into the outbox what owners are reminded of today, one message to each of them, and returns how many it
// made. It may be called as often as one likes, by several programs: nobody gets a second one on a day.
func (s *Store) MakeReminders(ctx context.Context) (int, error) {
	if !s.messages.Mail {
		return 0, nil
	}
	made := 0
	err := s.operate(ctx, func(db *gorm.DB) (err error) {
		made, err = s.makeReminders(&reader{db: db, catalogue: s.catalogue}, s.today())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("make reminders: %w", err)
	}
	return made, nil
}

func (s *Store) makeReminders(r *reader, day inspection.Date) (int, error) {
	people, err := r.mailed()
	if err != nil || len(people) == 0 {
		return 0, err
	}
	all, err := r.toBeDone(day)
	if err != nil {
		return 0, err
	}
	at := moment(s.clock())
	var messages []inspection.Message
	for _, p := range people {
		after, ok := p.preferences.RemindOn(p.wants(inspection.ReminderMessage), day)
		if !ok {
			continue
		}
		if !s.messages.schedule().Digest(all, p.actor(), p.audience(), after, day).Empty() {
			m := newMessage(inspection.ReminderMessage, p.account.ID+"/"+day.String(), day, at)
			m.AccountID, m.After = p.account.ID, after
			messages = append(messages, m)
		}
		p.preferences.RemindedOn = day
		if err := savePreferences(r.db, p.preferences, "reminded_on"); err != nil {
			return 0, err
		}
	}
	return enqueue(r.db, messages)
}

// toBeDone returns everything that its owner can be reminded of: of letters that are out and of councils that exist.
func (r *reader) toBeDone(day inspection.Date) ([]inspection.Reminder, error) {
	register, err := r.register()
	if err != nil {
		return nil, err
	}
	items, err := r.recommendations(RecommendationFilter{})
	if err != nil {
		return nil, err
	}
	references := make([]string, len(items))
	for i, item := range items {
		references[i] = item.Reference
	}
	positions, err := r.positionsOn(references, day)
	if err != nil {
		return nil, err
	}
	var out []inspection.Reminder
	standing := map[string]bool{} // the items on which somebody can still act
	for _, item := range items {
		if !item.Inspection.OutBy(day) || register.Ended(item.Inspection, day) {
			continue
		}
		standing[item.Reference] = true
		if reminder, ok := inspection.RemindOfItem(item.Recommendation, positions[item.Reference]); ok {
			out = append(out, reminder)
		}
	}
	actions, err := r.actionsShown(nil, inspection.ForOfficers, day)
	if err != nil {
		return nil, err
	}
	for _, action := range actions {
		serves := false
		for _, reference := range action.References {
			serves = serves || standing[reference]
		}
		if reminder, ok := inspection.RemindOfAction(action); ok && serves {
			out = append(out, reminder)
		}
	}
	return out, nil
}

// MessagePreferences returns how often somebody chose to get messages; what they did not choose is empty.
func (s *Store) MessagePreferences(ctx context.Context, accountID string) (inspection.MessagePreferences, error) {
	var found []inspection.MessagePreferences
	err := s.read(ctx, func(r *reader) error { return r.db.Where("account_id = ?", accountID).Limit(1).Find(&found).Error })
	if err != nil {
		return inspection.MessagePreferences{}, fmt.Errorf("read which messages account %s wants: %w", accountID, err)
	}
	if len(found) == 0 {
		return inspection.MessagePreferences{AccountID: accountID}, nil
	}
	return found[0], nil
}

// SetMessagePreferences keeps how often somebody wants messages. It is no part of the record: whether somebody reads mail is
// nobody else's business.
func (s *Store) SetMessagePreferences(ctx context.Context, p inspection.MessagePreferences) error {
	err := s.operate(ctx, func(db *gorm.DB) error { return savePreferences(db, p, "reminders", "news") })
	if err != nil {
		return fmt.Errorf("keep which messages account %s wants: %w", p.AccountID, err)
	}
	return nil
}

// savePreferences writes some columns of somebody's preferences, whether or not they have any.
func savePreferences(db *gorm.DB, p inspection.MessagePreferences, columns ...string) error {
	return db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}}, DoUpdates: clause.AssignmentColumns(columns),
	}).Create(&p).Error
}

// MessagesTurnedOff returns which messages a token from a mail turns off. It fails with inspection.ErrNotFound.
func (s *Store) MessagesTurnedOff(ctx context.Context, tokenHash string) (inspection.MessageKind, error) {
	var token messageToken
	err := s.read(ctx, func(r *reader) error { return r.db.Where("hash = ?", tokenHash).Take(&token).Error })
	if err != nil {
		return "", fmt.Errorf("look up the token of a message: %w", err)
	}
	return token.Kind, nil
}

// TurnOffMessages turns off the messages that a token from a mail is for, and returns which these are. It may be done again. It
// fails with inspection.ErrNotFound.
func (s *Store) TurnOffMessages(ctx context.Context, tokenHash string) (inspection.MessageKind, error) {
	var token messageToken
	err := s.operate(ctx, func(db *gorm.DB) error {
		if err := db.Where("hash = ?", tokenHash).Take(&token).Error; err != nil {
			return err
		}
		p := inspection.MessagePreferences{AccountID: token.AccountID}
		if err := p.Set(token.Kind, inspection.Never); err != nil {
			return err
		}
		column := "reminders"
		if token.Kind == inspection.NewsMessage {
			column = "news"
		}
		return savePreferences(db, p, column)
	})
	if err != nil {
		return "", fmt.Errorf("turn messages off: %w", err)
	}
	return token.Kind, nil
}
