package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// ErrPlanChanged says that a list of inspections would do something else now than when it was looked at.
var ErrPlanChanged = errors.New("the record has changed since the list was looked at")

// CheckEngland returns what LoadEngland would do, and stores nothing. It fails with inspection.Problems where what is said of
// the list as a whole is wrong.
func (s *Store) CheckEngland(ctx context.Context, load inspection.EnglandLoad) (inspection.EnglandPlan, error) {
	var plan inspection.EnglandPlan
	err := s.read(ctx, func(r *reader) (err error) {
		plan, err = r.planEngland(load, inspection.DayOf(s.clock().In(s.london)))
		return err
	})
	if err != nil {
		return inspection.EnglandPlan{}, fmt.Errorf("look at the list %s: %w", load.List.FileName, err)
	}
	return plan, nil
}

// LoadEngland brings in a list of inspections in one transaction: what it adds, fills and changes, and both sides of each
// conflict. Rows that are refused are left out. Bringing in the same list again changes nothing. seen is the mark of the plan
// that somebody agreed to, empty where whatever the plan is is agreed to. It fails with inspection.Problems as CheckEngland
// does and, where the plan is another one now, with ErrPlanChanged, and then returns that plan.
func (s *Store) LoadEngland(ctx context.Context, by inspection.Actor, load inspection.EnglandLoad, seen string) (inspection.EnglandPlan, error) {
	var plan inspection.EnglandPlan
	err := s.write(ctx, by, func(t *tx) (err error) {
		r := &reader{db: t.db, catalogue: s.catalogue}
		if plan, err = r.planEngland(load, t.today()); err != nil {
			return err
		}
		mark, err := plan.Mark()
		if err != nil {
			return err
		}
		if seen != "" && seen != mark {
			return ErrPlanChanged
		}
		return t.storeEngland(plan)
	})
	if errors.Is(err, ErrPlanChanged) {
		return plan, err
	}
	if err != nil {
		return inspection.EnglandPlan{}, fmt.Errorf("bring in the list %s: %w", load.List.FileName, err)
	}
	plan.Stored = true
	return plan, nil
}

// EnglandReading returns what says when the record of England was read, and when that is too long ago: the lines that say how
// far it is complete, with their sources, and the rules of the field; nothing else.
func (s *Store) EnglandReading(ctx context.Context) (*inspection.Record, error) {
	record := &inspection.Record{Catalogue: s.catalogue}
	err := s.read(ctx, func(r *reader) (err error) {
		// What is said of one authority alone is not about the whole; there may be very many such lines.
		record.Completeness, err = within[inspection.Completeness](r, "body_id", []string{inspection.EveryAuthority})
		if err != nil {
			return err
		}
		if err := r.db.Find(&record.Rules).Error; err != nil {
			return err
		}
		return r.addSources(record)
	})
	if err != nil {
		return nil, fmt.Errorf("read when the record of England was read: %w", err)
	}
	return record, nil
}

// planEngland reads what a list is held against, no more of it than the councils that it names and, of a list
// that is said to be whole, the full inspections; and makes the plan.
func (r *reader) planEngland(load inspection.EnglandLoad, today inspection.Date) (plan inspection.EnglandPlan, err error) {
	if r.catalogue == nil {
		return plan, errors.New("the database was opened without frameworks")
	}
	if problems := load.Check(today); len(problems) > 0 {
		return plan, problems
	}
	record, err := r.register()
	if err != nil {
		return plan, err
	}
	record.Catalogue = r.catalogue
	if record.Inspections, err = r.inspectionsOf(load.List.Bodies(record)); err != nil {
		return plan, err
	}
	if err := r.addParts(record.Inspections); err != nil {
		return plan, err
	}
	if record.Sources, err = within[inspection.Source](r, "id", []string{load.Source.ID}); err != nil {
		return plan, err
	}
	if record.Completeness, err = r.completeness(); err != nil {
		return plan, err
	}
	held := inspection.EnglandHeld{Record: record, Today: today}
	if held.Taken, err = r.takenInspectionIDs(); err != nil {
		return plan, err
	}
	if load.Complete {
		england, err := r.england()
		if err != nil {
			return plan, err
		}
		held.Full = england.Inspections
	}
	return inspection.PlanEngland(held, load), nil
}

// takenInspectionIDs returns the IDs that inspections have and those that letters gave to one, published or not.
func (r *reader) takenInspectionIDs() (map[string]bool, error) {
	taken := map[string]bool{}
	var held, given []string
	for _, err := range []error{
		r.db.Model(&inspection.Inspection{}).Pluck("id", &held).Error,
		r.db.Model(&inspection.Letter{}).Where("inspection_id <> ''").Pluck("inspection_id", &given).Error,
	} {
		if err != nil {
			return nil, fmt.Errorf("find the inspections that are held: %w", err)
		}
	}
	for _, id := range slices.Concat(held, given) {
		taken[id] = true
	}
	return taken, nil
}

// storeEngland writes a plan.
func (t *tx) storeEngland(plan inspection.EnglandPlan) error {
	if plan.Nothing() {
		return nil
	}
	if err := t.keepListSource(plan); err != nil {
		return err
	}
	for _, body := range plan.Bodies {
		if err := t.db.Create(&body).Error; err != nil {
			return fmt.Errorf("add %s: %w", body.ID, err)
		}
		if err := t.note(inspection.OfBody, body.ID, inspection.Created, nil, body); err != nil {
			return err
		}
	}
	var added []*inspection.Inspection
	var improved []inspection.EnglandChange
	for _, change := range plan.Changes {
		if change.Before == nil {
			added = append(added, change.After)
		} else {
			improved = append(improved, change)
		}
	}
	l := loader{tx: t, loaded: Loaded{Added: map[inspection.RecordKind]int{}}}
	if l.loadInspections(added); l.err != nil {
		return l.err
	}
	if err := t.improveInspections(improved); err != nil {
		return err
	}
	return t.moveCompleteness(plan.Completeness)
}

// keepListSource adds the list as a source, or writes down when it was read last.
func (t *tx) keepListSource(plan inspection.EnglandPlan) error {
	source := plan.Source
	switch before := plan.SourceHeld; {
	case before == nil:
		if err := t.db.Create(&source).Error; err != nil {
			return fmt.Errorf("add the source %s: %w", source.ID, err)
		}
		return t.note(inspection.OfSource, source.ID, inspection.Created, nil, source)
	case *before != source:
		if err := t.db.Select("address", "read_on").Updates(&source).Error; err != nil {
			return fmt.Errorf("write the source %s: %w", source.ID, err)
		}
		return t.note(inspection.OfSource, source.ID, inspection.Updated, *before, source)
	}
	return nil
}

// listColumns are the columns of an inspection that a list can fill or change.
var listColumns = []string{"fieldwork_end", "published", "published_basis", "report_address", "lead_inspector", "document"}

// improveInspections writes what a list changes of inspections that are held. Areas to improve, findings and all else that no
// list has stay untouched. Parts are written for many inspections at a time, since a list has many.
func (t *tx) improveInspections(changes []inspection.EnglandChange) error {
	var ids, disagreements []string
	var parts inspection.Inspection
	var versions []inspection.Version
	for _, change := range changes {
		after := change.After
		if err := t.db.Select(listColumns).Updates(after).Error; err != nil {
			return fmt.Errorf("write inspection %s: %w", after.ID, err)
		}
		if err := t.noteInspection(change.Before, after); err != nil {
			return err
		}
		ids = append(ids, after.ID)
		for _, d := range change.Before.Disagreements {
			disagreements = append(disagreements, d.ID)
		}
		for _, d := range after.Disagreements {
			versions = append(versions, d.Versions...)
		}
		parts.Judgements = append(parts.Judgements, after.Judgements...)
		parts.Citations = append(parts.Citations, after.Citations...)
		parts.Facts = append(parts.Facts, after.Facts...)
		parts.Disagreements = append(parts.Disagreements, after.Disagreements...)
		parts.Gaps = append(parts.Gaps, after.Gaps...)
	}
	for chunk := range slices.Chunk(disagreements, manyIDs) {
		if err := t.db.Where("disagreement_id IN ?", chunk).Delete(&inspection.Version{}).Error; err != nil {
			return fmt.Errorf("clear what sources say: %w", err)
		}
	}
	for chunk := range slices.Chunk(ids, manyIDs) {
		about := t.db.Where("record_kind = ? AND record_id IN ?", inspection.OfInspection, chunk).Session(&gorm.Session{})
		for _, err := range []error{
			about.Delete(&inspection.Disagreement{}).Error, about.Delete(&inspection.Citation{}).Error,
			about.Delete(&inspection.Fact{}).Error, about.Delete(&inspection.Gap{}).Error,
			t.db.Where("inspection_id IN ?", chunk).Delete(&inspection.Judgement{}).Error,
		} {
			if err != nil {
				return fmt.Errorf("clear parts of inspections: %w", err)
			}
		}
	}
	l := &loader{tx: t}
	insert(l, parts.Judgements)
	insert(l, parts.Citations)
	insert(l, parts.Facts)
	insert(l, parts.Disagreements)
	insert(l, versions)
	insert(l, parts.Gaps)
	return l.err
}

func (t *tx) moveCompleteness(moves []inspection.CompletenessMove) error {
	for _, move := range moves {
		after := move.After
		id := after.BodyID + "/" + after.Record
		if move.Before == nil {
			if err := t.db.Create(&after).Error; err != nil {
				return fmt.Errorf("write how far %s is complete: %w", id, err)
			}
			if err := t.note(inspection.OfCompleteness, id, inspection.Created, nil, after); err != nil {
				return err
			}
			continue
		}
		if err := t.db.Select("to_day", "source_id", "note").Updates(&after).Error; err != nil {
			return fmt.Errorf("write how far %s is complete: %w", id, err)
		}
		if err := t.note(inspection.OfCompleteness, id, inspection.Updated, *move.Before, after); err != nil {
			return err
		}
	}
	return nil
}
