package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// fulfilmentsOf returns everything that was recorded of the duties after some inspections, in the order in which it was.
func (r *reader) fulfilmentsOf(inspections []*inspection.Inspection) ([]inspection.Fulfilment, error) {
	ids := make([]string, len(inspections))
	for i, in := range inspections {
		ids[i] = in.ID
	}
	list, err := within[inspection.Fulfilment](r, "inspection_id", ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b inspection.Fulfilment) int {
		return cmp.Or(cmp.Compare(a.InspectionID, b.InspectionID), cmp.Compare(a.BodyID, b.BodyID),
			cmp.Compare(a.RuleCode, b.RuleCode), cmp.Compare(a.Position, b.Position))
	})
	return list, nil
}

// SetInspectionDates records the day on which the council received an inspection's letter and the day that the letter
// prints for a statement or plan; an unknown date says that it is not recorded. It fails with inspection.ErrNotFound or
// inspection.Problems. Dates that stand there already are not written again.
func (s *Store) SetInspectionDates(ctx context.Context, by inspection.Actor, id string, received, statementDue inspection.Date) error {
	err := s.write(ctx, by, func(t *tx) error {
		before, today, err := t.inspectionNow(s, id)
		if err != nil {
			return err
		}
		if problems := before.CheckDates(received, statementDue, today); len(problems) > 0 {
			return problems
		}
		if before.Received == received && before.StatementDue == statementDue {
			return nil
		}
		after := *before
		after.Received, after.StatementDue = received, statementDue
		if err := t.db.Model(&after).Select("received", "statement_due").Updates(&after).Error; err != nil {
			return err
		}
		return t.noteInspection(before, &after)
	})
	if err != nil {
		return fmt.Errorf("set the dates of inspection %s: %w", id, err)
	}
	return nil
}

// AddFulfilment records what a body did about a duty that follows from a letter; of several such records the last one
// counts, and one that says what the last one says is not written again. The ID, the day, the post of who recorded it and
// the position are given here. It fails with inspection.ErrNotFound or inspection.Problems.
func (s *Store) AddFulfilment(ctx context.Context, by inspection.Actor, f inspection.Fulfilment) error {
	err := s.write(ctx, by, func(t *tx) error {
		in, today, err := t.inspectionNow(s, f.InspectionID)
		if err != nil {
			return err
		}
		held, err := (&reader{db: t.db}).fulfilmentsOf([]*inspection.Inspection{in})
		if err != nil {
			return err
		}
		var earlier *inspection.Fulfilment
		record := inspection.Record{Fulfilments: held}
		last, ok := record.Answer(in, f.RuleCode, f.BodyID, today)
		if ok && last.Done() {
			earlier = &last
		}
		if problems := f.Check(s.catalogue, in, earlier, today); len(problems) > 0 {
			return problems
		}
		if earlier != nil && earlier.Says(f) {
			return nil
		}
		f.Position, f.RecordedOn, f.RecordedBy = last.Position+1, today, by.Post
		f.ID = fmt.Sprintf("%s/%s/%s/%d", f.InspectionID, f.BodyID, f.RuleCode, f.Position)
		if err := t.db.Create(&f).Error; err != nil {
			return err
		}
		return t.note(inspection.OfFulfilment, f.ID, inspection.Created, nil, f)
	})
	if err != nil {
		return fmt.Errorf("record what was done after inspection %s: %w", f.InspectionID, err)
	}
	return nil
}

// inspectionNow returns an inspection with all its parts as it is held, and the day.
func (t *tx) inspectionNow(s *Store, id string) (*inspection.Inspection, inspection.Date, error) {
	if s.catalogue == nil {
		return nil, inspection.Date{}, errors.New("the database was opened without frameworks")
	}
	in, err := (&reader{db: t.db, catalogue: s.catalogue}).wholeInspection(id)
	if err == nil && in == nil {
		err = inspection.ErrNotFound
	}
	return in, t.today(), err
}
