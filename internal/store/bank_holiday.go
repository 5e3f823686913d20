package store

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// BankHolidays returns the table of bank holidays, earliest first: those supplied with the program and those that
// officers added.
func (s *Store) BankHolidays(ctx context.Context) ([]inspection.BankHoliday, error) {
	var list []inspection.BankHoliday
	err := s.read(ctx, func(r *reader) (err error) {
		list, err = r.bankHolidays()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list bank holidays: %w", err)
	}
	return list, nil
}

func (r *reader) bankHolidays() ([]inspection.BankHoliday, error) {
	var list []inspection.BankHoliday
	if err := r.db.Find(&list).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b inspection.BankHoliday) int { return a.On.Compare(b.On) })
	return list, nil
}

// AddBankHoliday adds a day to the calendar; every day that is computed across it moves. It fails with
// inspection.Problems.
func (s *Store) AddBankHoliday(ctx context.Context, by inspection.Actor, holiday inspection.BankHoliday) error {
	if err := s.write(ctx, by, func(t *tx) error { return t.addBankHoliday(holiday) }); err != nil {
		return fmt.Errorf("add the bank holiday of %s: %w", holiday.On, err)
	}
	return nil
}

func (t *tx) addBankHoliday(holiday inspection.BankHoliday) error {
	holiday.Kind = inspection.AddedHoliday
	held, err := (&reader{db: t.db}).bankHolidays()
	if err != nil {
		return err
	}
	if problems := inspection.NewCalendar(held).Check(holiday, t.today()); len(problems) > 0 {
		return problems
	}
	if err := t.db.Create(&holiday).Error; err != nil {
		return err
	}
	return t.note(inspection.OfBankHoliday, holiday.On.String(), inspection.Created, nil, holiday)
}

// RemoveBankHoliday takes out a day that an officer added by mistake. It fails with inspection.ErrNotFound for any other:
// the days supplied with the program are public fact.
func (s *Store) RemoveBankHoliday(ctx context.Context, by inspection.Actor, day inspection.Date) error {
	err := s.write(ctx, by, func(t *tx) error {
		var holiday inspection.BankHoliday
		added := t.db.Where("on_day = ? AND kind = ?", day.String(), inspection.AddedHoliday)
		if err := added.Take(&holiday).Error; err != nil {
			return err
		}
		if err := t.db.Delete(&holiday).Error; err != nil {
			return err
		}
		return t.note(inspection.OfBankHoliday, day.String(), inspection.Removed, holiday, nil)
	})
	if err != nil {
		return fmt.Errorf("take out the bank holiday of %s: %w", day, err)
	}
	return nil
}
