package store

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// where narrows a reader to the rows that a condition holds for.
func (r *reader) where(condition string, values ...any) *reader {
	return &reader{db: r.db.Where(condition, values...).Session(&gorm.Session{}), catalogue: r.catalogue}
}

// namesOf returns, for every reference that leads to one of the given items, the reference that this item has now: its own
// and those that were joined to it. What was recorded under an old reference is found by it.
func (r *reader) namesOf(items []string) (map[string]string, error) {
	now := make(map[string]string, len(items))
	for _, reference := range items {
		now[reference] = reference
	}
	for next := items; len(next) > 0; {
		aliases, err := within[inspection.ReferenceAlias](r, "leads_to", next)
		if err != nil {
			return nil, err
		}
		leads := map[string]string{}
		for _, alias := range aliases {
			if _, known := now[alias.Reference]; !known {
				leads[alias.Reference] = alias.LeadsTo
			}
		}
		// An item that is back in its place, because the letter that joined it was unpublished, leads nowhere.
		own, err := within[inspection.Recommendation](r.columns("reference"), "reference", sortedKeys(leads))
		if err != nil {
			return nil, err
		}
		for _, item := range own {
			delete(leads, item.Reference)
		}
		for reference, to := range leads {
			now[reference] = now[to]
		}
		next = sortedKeys(leads)
	}
	return now, nil
}

// itemsNamed returns, for each reference, the one that its item has now; a reference whose item is off the record is not
// among them.
func (r *reader) itemsNamed(references []string) (map[string]string, error) {
	now := map[string]string{}
	leads := map[string]string{} // where a reference has led so far
	for _, reference := range references {
		leads[reference] = reference
	}
	for len(leads) > 0 {
		at := map[string][]string{}
		for reference, to := range leads {
			at[to] = append(at[to], reference)
		}
		own, err := within[inspection.Recommendation](r.columns("reference"), "reference", sortedKeys(at))
		if err != nil {
			return nil, err
		}
		for _, item := range own {
			for _, reference := range at[item.Reference] {
				now[reference] = item.Reference
			}
			delete(at, item.Reference)
		}
		aliases, err := within[inspection.ReferenceAlias](r, "reference", sortedKeys(at))
		if err != nil {
			return nil, err
		}
		clear(leads)
		for _, alias := range aliases {
			for _, reference := range at[alias.Reference] {
				leads[reference] = alias.LeadsTo
			}
		}
	}
	return now, nil
}

// columns narrows a reader to some columns.
func (r *reader) columns(names ...string) *reader {
	return &reader{db: r.db.Select(names).Session(&gorm.Session{}), catalogue: r.catalogue}
}

// positionsOn returns where items stood on a day; an item of which nothing had been recorded is not among them.
func (r *reader) positionsOn(references []string, day inspection.Date) (map[string]inspection.Position, error) {
	on := r.where("from_day <= ? AND (until_day IS NULL OR until_day > ?)", day, day)
	rows, err := within[*inspection.Position](on, "reference", references)
	if err != nil {
		return nil, err
	}
	positions := make(map[string]inspection.Position, len(rows))
	for _, p := range rows {
		positions[p.Reference] = *p
	}
	return positions, nil
}

// foldChanged works out again where the items that were touched stand.
func (w *Work) foldChanged() error {
	err := w.t.fold(sortedKeys(w.changed)...)
	clear(w.changed)
	clear(w.positions)
	return err
}

// fold works out where items stand, and stood, from all that is recorded of them, and writes the rows that differ. An item
// that is no more on the record stands nowhere. It fails with *twoHistories.
func (t *tx) fold(references ...string) error {
	for chunk := range slices.Chunk(references, manyIDs) {
		if err := t.foldSome(chunk); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) foldSome(references []string) error {
	r := &reader{db: t.db}
	want, err := r.foldedPositions(references)
	if err != nil {
		return err
	}
	held, err := within[inspection.Position](r, "reference", references)
	if err != nil {
		return err
	}
	stays := make(map[inspection.Position]bool, len(want))
	for _, p := range want {
		stays[p] = true
	}
	for _, p := range held {
		if stays[p] {
			delete(stays, p)
			continue
		}
		err := t.db.Where("reference = ? AND from_day = ?", p.Reference, p.FromDay).Delete(&inspection.Position{}).Error
		if err != nil {
			return fmt.Errorf("take back where %s stood on %s: %w", p.Reference, p.FromDay, err)
		}
	}
	want = slices.DeleteFunc(want, func(p inspection.Position) bool { return !stays[p] })
	if len(want) == 0 {
		return nil
	}
	if err := t.db.CreateInBatches(want, batch).Error; err != nil {
		return fmt.Errorf("write where items stand: %w", err)
	}
	return nil
}

// foldedPositions returns the positions of items as their moves, updates and evidence give them.
func (r *reader) foldedPositions(references []string) ([]inspection.Position, error) {
	there, err := within[inspection.Recommendation](r.columns("reference"), "reference", references)
	if err != nil {
		return nil, err
	}
	items := make([]string, len(there))
	for i, item := range there {
		items[i] = item.Reference
	}
	now, err := r.namesOf(items)
	if err != nil {
		return nil, err
	}
	made, err := within[inspection.Move](r, "reference", sortedKeys(now))
	if err != nil {
		return nil, err
	}
	moves := map[string][]inspection.Move{}
	for _, m := range made {
		moves[now[m.Reference]] = append(moves[now[m.Reference]], m)
	}
	light := &reader{db: r.db.Omit("words").Session(&gorm.Session{})}
	updates, err := light.updatesOf(now)
	if err != nil {
		return nil, err
	}
	evidence, err := r.evidenceOf(now)
	if err != nil {
		return nil, err
	}
	var out []inspection.Position
	for _, item := range items {
		if err := oneHistory(item, moves[item]); err != nil {
			return nil, err
		}
		out = append(out, inspection.FoldPositions(item, moves[item], updates[item], evidence[item])...)
	}
	return out, nil
}

// twoHistories says that moves were made under two references that now lead to one item: two items that were each moved on
// their own cannot become one.
type twoHistories struct{ item, one, other string }

func (e *twoHistories) Error() string {
	return fmt.Sprintf("%s would have two histories, of %s and of %s", e.item, e.one, e.other)
}

func (e *twoHistories) words() string {
	return fmt.Sprintf("Join only one of %s and %s here: progress is recorded of both, and two histories cannot become one", e.one, e.other)
}

// oneHistory fails with *twoHistories unless the moves of an item, whatever its reference was, follow one another.
func oneHistory(item string, moves []inspection.Move) error {
	slices.SortFunc(moves, func(a, b inspection.Move) int { return cmp.Compare(a.Number, b.Number) })
	for i := 1; i < len(moves); i++ {
		if a, b := moves[i-1], moves[i]; a.Number == b.Number {
			return &twoHistories{item: item, one: a.Reference, other: b.Reference}
		}
	}
	return nil
}

// foldItems works out again where the items stand that an inspection had and has; either may be nil.
func (t *tx) foldItems(before, after *inspection.Inspection) error {
	references := map[string]bool{}
	for _, in := range []*inspection.Inspection{before, after} {
		if in == nil {
			continue
		}
		for _, rec := range in.Recommendations {
			references[rec.Reference] = true
		}
	}
	return t.fold(sortedKeys(references)...)
}
