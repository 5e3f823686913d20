package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// ExampleHeld says what the database holds of an example.
type ExampleHeld struct {
	Taken bool // whether it was taken away before; then nothing of it is held

	Inspections int // that leave whole
	Told        int // inspections of which dates and grades stay
	Areas       int // to improve
	Milestones  int
	Figures     int
	LaterViews  int // of what later letters say
	Sources     int

	Worked []WorkedOn // while there is any, the example stays
}

// Any reports whether anything of the example is held.
func (h ExampleHeld) Any() bool {
	return h.Inspections+h.Told+h.Areas+h.Milestones+h.Figures+h.LaterViews > 0
}

// WorkedOn is a record of an example that somebody has worked on since it was loaded.
type WorkedOn struct {
	Record RecordName
	Title  string // of a milestone or figure; empty where the ID says what it is
	Why    string // as a part of a sentence: "progress is recorded of it"
}

// ExampleStays says that an example cannot be taken away, because somebody has worked on some of it, or because it is the record
// of the very council that the service is for.
type ExampleStays struct {
	Own    string // slug of that council or place; empty where the service is for another
	Worked []WorkedOn
}

// Error names what was worked on.
func (e *ExampleStays) Error() string {
	if e.Own != "" {
		return "the example is the record of " + e.Own + ", for which the service is set up, so it stays"
	}
	words := "somebody has worked on the example, so it stays:"
	for _, one := range e.Worked {
		words += "\n  " + one.Record.ID + ": " + one.Why
	}
	return words
}

// Example returns what the database holds of an example.
func (s *Store) Example(ctx context.Context, example inspection.Example) (ExampleHeld, error) {
	var held ExampleHeld
	err := s.read(ctx, func(r *reader) error {
		x, err := r.example(example)
		held = x.counted()
		return err
	})
	if err != nil {
		return ExampleHeld{}, fmt.Errorf("look what is held of the example: %w", err)
	}
	return held, nil
}

// TakeExampleAway takes an example off the record: what only it tells leaves, and of inspections that stand in the list of all
// councils the dates and grades stay. It returns what was taken. Where the example was taken away before, it does nothing. It
// fails with *ExampleStays where somebody has worked on any of it, and where it is about the home of the service, which homeOf
// tells of the settings as they then are.
func (s *Store) TakeExampleAway(ctx context.Context, by inspection.Actor, example inspection.Example, homeOf func(inspection.Settings) string) (ExampleHeld, error) {
	var held ExampleHeld
	err := s.write(ctx, by, func(t *tx) error {
		r := &reader{db: t.db, catalogue: s.catalogue}
		settings, err := r.settings()
		if err != nil {
			return err
		}
		if home := homeOf(settings); example.About(home) {
			return &ExampleStays{Own: home}
		}
		x, err := r.example(example)
		if err != nil {
			return err
		}
		if held = x.counted(); len(held.Worked) > 0 {
			return &ExampleStays{Worked: held.Worked}
		}
		held.Sources, err = t.takeExample(x)
		return err
	})
	if err != nil {
		return ExampleHeld{}, fmt.Errorf("take the example away: %w", err)
	}
	return held, nil
}

// heldExample is what of an example is in the database, as it is there.
type heldExample struct {
	taken      bool
	whole      []*inspection.Inspection
	told       []inspection.ToldInspection // Full is what is held
	milestones []inspection.Milestone
	figures    []inspection.Figure
	views      []inspection.LaterView
	links      []inspection.RecommendationLink
	linked     []string // IDs of all links of the example, also of those that somebody parted
	sources    []string
	worked     []WorkedOn
}

func (x heldExample) counted() ExampleHeld {
	return ExampleHeld{
		Taken: x.taken, Inspections: len(x.whole), Told: len(x.told), Areas: len(x.references()), Milestones: len(x.milestones),
		Figures: len(x.figures), LaterViews: len(x.views), Sources: len(x.sources), Worked: x.worked,
	}
}

// inspections returns every inspection of the example that is held.
func (x heldExample) inspections() []*inspection.Inspection {
	all := slices.Clone(x.whole)
	for _, one := range x.told {
		all = append(all, one.Full)
	}
	return all
}

func (x heldExample) references() []string {
	var out []string
	for _, in := range x.inspections() {
		for _, rec := range in.Recommendations {
			out = append(out, rec.Reference)
		}
	}
	return out
}

// example finds what is held of an example.
func (r *reader) example(example inspection.Example) (heldExample, error) {
	x := heldExample{linked: idsOf(example.Links, linkID)}
	var err error
	if x.taken, err = r.exampleTaken(example); err != nil || x.taken {
		return x, err
	}
	for _, in := range example.Whole {
		held, err := r.wholeInspection(in.ID)
		if err != nil {
			return x, err
		}
		if held != nil {
			x.whole = append(x.whole, held)
		}
	}
	for _, told := range example.Told {
		held, err := r.wholeInspection(told.Full.ID)
		if err != nil {
			return x, err
		}
		if held != nil && held.BeyondList() {
			x.told = append(x.told, inspection.ToldInspection{Full: held, Listed: told.Listed})
		}
	}
	milestones := idsOf(example.Milestones, func(m inspection.Milestone) string { return m.ID })
	if x.milestones, err = within[inspection.Milestone](r, "id", milestones); err != nil {
		return x, err
	}
	if err = r.addMilestoneParts(x.milestones); err != nil {
		return x, err
	}
	if x.figures, err = within[inspection.Figure](r, "id", idsOf(example.Figures, func(f inspection.Figure) string { return f.ID })); err != nil {
		return x, err
	}
	views := idsOf(example.LaterViews, func(v inspection.LaterView) string { return v.ID })
	if x.views, err = within[inspection.LaterView](r.where("withdrawn IS NULL"), "id", views); err != nil {
		return x, err
	}
	for _, l := range example.Links {
		var held []inspection.RecommendationLink
		err := r.db.Where("from_reference = ? AND to_reference = ? AND kind = ?", l.FromReference, l.ToReference, l.Kind).Find(&held).Error
		if err != nil {
			return x, err
		}
		x.links = append(x.links, held...)
	}
	if x.sources, err = r.pluck("sources", "id", "id", idsOf(example.Sources, func(s inspection.Source) string { return s.ID })); err != nil {
		return x, err
	}
	x.worked, err = r.workedOn(x)
	return x, err
}

func idsOf[T any](records []T, id func(T) string) []string {
	ids := make([]string, len(records))
	for i, record := range records {
		ids[i] = id(record)
	}
	return ids
}

// exampleTaken reports whether the example was in this database and was taken away.
func (r *reader) exampleTaken(example inspection.Example) (bool, error) {
	whole := idsOf(example.Whole, func(in *inspection.Inspection) string { return in.ID })
	for chunk := range slices.Chunk(whole, manyIDs) {
		var taken int64
		err := r.db.Model(&inspection.Change{}).
			Where("record_kind = ? AND record_id IN ? AND action = ?", inspection.OfInspection, chunk, inspection.Removed).
			Where("EXISTS (SELECT 1 FROM changes AS first WHERE first.record_kind = changes.record_kind AND first.record_id = changes.record_id AND first.action = ? AND first.actor_id = ?)",
				inspection.Created, inspection.Seeder.ID).
			Count(&taken).Error
		if err != nil || taken > 0 {
			return taken > 0, err
		}
	}
	return false, nil
}

// tiedTo are the columns that name an inspection or an area to improve where somebody has worked on it.
var tiedTo = []struct{ table, column, why string }{
	{"letters", "inspection_id", "officers have worked on its letter"},
	{"inspection_evidence", "inspection_id", "officers have worked on its letter"},
	{"fulfilments", "inspection_id", "what followed it is recorded"},
	{"moves", "reference", "progress is recorded of it"}, {"updates", "reference", "progress is recorded of it"},
	{"evidence_items", "reference", "evidence is recorded of it"}, {"action_recommendations", "reference", "an action is tied to it"},
	{"questions", "reference", "a question was asked about it"}, {"tracker_rows", "reference", "a row of a tracker is tied to it"},
	{"reference_aliases", "leads_to", "another reference leads to it"}, {"reference_aliases", "reference", "its reference leads elsewhere"},
}

// workedOn lists what of an example somebody has worked on: changed it, or tied something to it.
func (r *reader) workedOn(x heldExample) ([]WorkedOn, error) {
	ids := idsOf(x.inspections(), func(in *inspection.Inspection) string { return in.ID })
	references := x.references()
	titles := map[RecordName]string{}
	for _, m := range x.milestones {
		titles[RecordName{inspection.OfMilestone, m.ID}] = m.Title
	}
	for _, f := range x.figures {
		titles[RecordName{inspection.OfFigure, f.ID}] = f.Name
	}
	var out []WorkedOn
	add := func(kind inspection.RecordKind, why string, names ...string) {
		for _, id := range names {
			one := WorkedOn{RecordName{kind, id}, titles[RecordName{kind, id}], why}
			if !slices.ContainsFunc(out, func(other WorkedOn) bool { return other.Record == one.Record }) {
				out = append(out, one)
			}
		}
	}
	for _, tie := range tiedTo {
		kind, names := inspection.OfRecommendation, references
		if tie.column == "inspection_id" {
			kind, names = inspection.OfInspection, ids
		}
		tied, err := r.pluck(tie.table, tie.column, tie.column, names)
		if err != nil {
			return nil, err
		}
		add(kind, tie.why, tied...)
	}
	views := idsOf(x.views, func(v inspection.LaterView) string { return v.ID })
	for column, names := range map[string][]string{"reference": references, "inspection_id": ids} {
		found, err := within[inspection.LaterView](r, column, names) // to take one back is work too
		if err != nil {
			return nil, err
		}
		for _, v := range found {
			if !slices.Contains(views, v.ID) {
				add(inspection.OfRecommendation, "officers recorded what a later letter says of it", v.Reference)
			}
		}
	}
	for _, column := range []string{"from_reference", "to_reference"} {
		found, err := within[inspection.RecommendationLink](r, column, references)
		if err != nil {
			return nil, err
		}
		for _, l := range found {
			if !slices.Contains(x.links, l) {
				add(inspection.OfRecommendation, "officers linked it to another", l.FromReference)
			}
		}
	}
	for kind, names := range map[inspection.RecordKind][]string{
		inspection.OfInspection: ids, inspection.OfRecommendation: references, inspection.OfLaterView: views,
		inspection.OfMilestone: idsOf(x.milestones, func(m inspection.Milestone) string { return m.ID }),
		inspection.OfFigure:    idsOf(x.figures, func(f inspection.Figure) string { return f.ID }),
		inspection.OfLink:      x.linked,
	} {
		byOthers := r.where("record_kind = ? AND actor_id <> ?", kind, inspection.Seeder.ID)
		changed, err := byOthers.pluck("changes", "record_id", "record_id", names)
		if err != nil {
			return nil, err
		}
		add(kind, "it was changed since it was loaded", changed...)
	}
	slices.SortFunc(out, func(a, b WorkedOn) int {
		return cmp.Or(cmp.Compare(a.Record.Kind, b.Record.Kind), cmp.Compare(a.Record.ID, b.Record.ID))
	})
	return out, nil
}
