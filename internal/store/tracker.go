package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// trackerMapping is a mapping as its table keeps it.
type trackerMapping struct {
	Name    string `gorm:"primaryKey"`
	BodyID  string
	Mapping inspection.TrackerMapping `gorm:"serializer:json"`
}

// trackerRow says what became of a row of a tracker, or of one of its cells of progress, when it was brought in, and what it
// said last: what has changed since on the record is not changed back by bringing in the same words again.
type trackerRow struct {
	RowKey    string `gorm:"primaryKey"`
	ImportID  string
	Reference string
	ActionID  string
	UpdateID  string
	Says      inspection.TrackerSays `gorm:"serializer:json"`
}

// TrackerMappings returns the mappings that are saved, by name.
func (s *Store) TrackerMappings(ctx context.Context) ([]inspection.TrackerMapping, error) {
	var list []inspection.TrackerMapping
	err := s.read(ctx, func(r *reader) error {
		var rows []trackerMapping
		err := r.db.Find(&rows).Error
		for _, row := range rows {
			list = append(list, row.Mapping)
		}
		slices.SortFunc(list, func(a, b inspection.TrackerMapping) int { return strings.Compare(a.Name, b.Name) })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the mappings of trackers: %w", err)
	}
	return list, nil
}

// TrackerMapping returns the mapping of a name. It fails with inspection.ErrNotFound.
func (s *Store) TrackerMapping(ctx context.Context, name string) (inspection.TrackerMapping, error) {
	var row trackerMapping
	err := s.read(ctx, func(r *reader) error { return r.db.Where("name = ?", name).Take(&row).Error })
	if err != nil {
		return inspection.TrackerMapping{}, fmt.Errorf("read the mapping %q: %w", name, err)
	}
	return row.Mapping, nil
}

// TrackerImports returns the trackers that were brought in last, the latest first.
func (s *Store) TrackerImports(ctx context.Context, limit int) ([]inspection.TrackerImport, error) {
	var list []inspection.TrackerImport
	err := s.read(ctx, func(r *reader) error { return r.db.Order("recorded_at DESC, id").Limit(limit).Find(&list).Error })
	if err != nil {
		return nil, fmt.Errorf("list the trackers brought in: %w", err)
	}
	return list, nil
}

// SaveTrackerMapping saves what the columns of a tracker hold under its name, in the place of what was saved under it
// before. It is checked against a sheet of the tracker, and fails with inspection.Problems.
func (s *Store) SaveTrackerMapping(ctx context.Context, by inspection.Actor, m inspection.TrackerMapping, sheet inspection.Sheet) (inspection.TrackerMapping, error) {
	err := s.Together(ctx, by, func(w *Work) error {
		context, err := w.trackerContext(m)
		if err != nil {
			return err
		}
		if problems := m.Check(sheet, context); len(problems) > 0 {
			return problems
		}
		return w.saveTrackerMapping(m)
	})
	if err != nil {
		return inspection.TrackerMapping{}, fmt.Errorf("save a mapping of a tracker: %w", err)
	}
	return m, nil
}

func (w *Work) saveTrackerMapping(m inspection.TrackerMapping) error {
	after := trackerMapping{Name: m.Name, BodyID: m.BodyID, Mapping: m}
	var held []trackerMapping
	if err := w.t.db.Where("name = ?", m.Name).Limit(1).Find(&held).Error; err != nil {
		return err
	}
	switch {
	case len(held) == 0:
		if err := w.t.db.Create(&after).Error; err != nil {
			return err
		}
		return w.t.note(inspection.OfTrackerMapping, m.Name, inspection.Created, nil, m)
	case sameMapping(held[0].Mapping, m):
		return nil
	}
	if err := w.t.db.Select("body_id", "mapping").Updates(&after).Error; err != nil {
		return err
	}
	return w.t.note(inspection.OfTrackerMapping, m.Name, inspection.Updated, held[0].Mapping, m)
}

// sameMapping reports whether two mappings are kept in the same words.
func sameMapping(a, b inspection.TrackerMapping) bool {
	one, err := json.Marshal(a)
	other, fault := json.Marshal(b)
	return errors.Join(err, fault) == nil && bytes.Equal(one, other)
}

// errNotStored undoes what bringing in a tracker did.
var errNotStored = errors.New("the tracker is not stored")

// CheckTracker returns what LoadTracker would do, and stores nothing. It fails with inspection.Problems where the mapping
// does not fit the sheet.
func (s *Store) CheckTracker(ctx context.Context, by inspection.Actor, load inspection.TrackerLoad) (inspection.TrackerResult, error) {
	return s.tracker(ctx, by, load, false)
}

// LoadTracker brings in a tracker in one transaction, and saves its mapping. Where rows are rejected and the load does not
// say that so many may be left out, nothing is stored. What it brought in before it does not bring in again. It fails with
// inspection.Problems where the mapping does not fit the sheet.
func (s *Store) LoadTracker(ctx context.Context, by inspection.Actor, load inspection.TrackerLoad) (inspection.TrackerResult, error) {
	return s.tracker(ctx, by, load, true)
}

// tracker brings in a tracker, or does so and undoes it: what a check says is what was tried, by the same rules.
func (s *Store) tracker(ctx context.Context, by inspection.Actor, load inspection.TrackerLoad, store bool) (inspection.TrackerResult, error) {
	var result inspection.TrackerResult
	err := s.Together(ctx, by, func(w *Work) error {
		l := &trackerLoader{work: w, load: load, id: newID()}
		if err := l.bringIn(); err != nil {
			return err
		}
		result = l.result
		agreed := result.Left == 0 || load.LeaveOut == inspection.AnyNumber || load.LeaveOut == result.Left
		if result.Stored = store && agreed; !result.Stored {
			return errNotStored
		}
		return l.keep()
	})
	if err != nil && !errors.Is(err, errNotStored) {
		return inspection.TrackerResult{}, fmt.Errorf("bring in the tracker %s: %w", load.FileName, err)
	}
	return result, nil
}

// trackerContext returns what a tracker is read against.
func (w *Work) trackerContext(m inspection.TrackerMapping) (c inspection.TrackerContext, err error) {
	all, err := w.bodies()
	if err != nil {
		return c, err
	}
	c = inspection.TrackerContext{Today: w.today, Bodies: all.Bodies}
	if c.Committees, err = w.r.committees(nil); err != nil {
		return c, err
	}
	if c.Posts, err = w.r.posts(nil); err != nil {
		return c, err
	}
	filter := RecommendationFilter{Inspection: m.InspectionID}
	if m.InspectionID == "" {
		filter.Authority = m.BodyID
	}
	list, err := w.r.recommendations(filter)
	if err != nil && !errors.Is(err, inspection.ErrNotFound) { // the check of the mapping says that there is no such body
		return c, err
	}
	for _, item := range list {
		c.Items = append(c.Items, item.Recommendation)
	}
	c.Item = w.named
	return c, nil
}

// attempt does something that may turn out to be forbidden, and then undoes that alone, so that the work can go on.
func (w *Work) attempt(do func() error) error {
	const point = "attempt"
	written, positions, changed := *w.t, maps.Clone(w.positions), maps.Clone(w.changed)
	if err := w.t.db.SavePoint(point).Error; err != nil {
		return err
	}
	failed := do()
	if failed != nil {
		*w.t, w.positions, w.changed = written, positions, changed
		if err := w.t.db.RollbackTo(point).Error; err != nil {
			return errors.Join(failed, err)
		}
	}
	return errors.Join(failed, w.t.db.Exec("RELEASE SAVEPOINT "+point).Error)
}

// trackerLoader brings in one tracker.
type trackerLoader struct {
	work   *Work
	load   inspection.TrackerLoad
	id     string
	held   map[string]trackerRow // by key, of the rows and cells that were brought in before
	result inspection.TrackerResult
}

func (l *trackerLoader) bringIn() error {
	m := &l.load.Mapping
	context, err := l.work.trackerContext(*m)
	if err != nil {
		return err
	}
	if problems := m.Check(l.load.Sheet, context); len(problems) > 0 {
		return problems
	}
	if !l.load.On.Known() {
		l.load.On = l.work.today
	}
	if words := inspection.DayProblem(l.load.On, "the day of the tracker", inspection.Date{}, l.work.today); words != "" {
		return inspection.Problems{{Field: "on", Words: words}}
	}
	reading := m.Read(l.load.Sheet, context)
	if err := l.readHeld(reading.Rows); err != nil {
		return err
	}
	l.result.Rejected = reading.Rejected
	for _, row := range reading.Rows {
		if err := l.tryRow(reading, row); err != nil {
			return fmt.Errorf("row %d: %w", row.Number, err)
		}
	}
	slices.SortStableFunc(l.result.Rejected, func(a, b inspection.TrackerReject) int { return a.Row - b.Row })
	rows := map[int]bool{}
	for _, reject := range l.result.Rejected {
		rows[reject.Row] = true
	}
	l.result.Left = len(rows)
	return nil
}

func (l *trackerLoader) readHeld(rows []inspection.TrackerRow) error {
	var keys []string
	for _, row := range rows {
		keys = append(keys, row.Key)
		for _, update := range row.Updates {
			keys = append(keys, update.Key)
		}
	}
	held, err := within[trackerRow](l.work.r, "row_key", keys)
	l.held = make(map[string]trackerRow, len(held))
	for _, row := range held {
		l.held[row.RowKey] = row
	}
	return err
}

// tryRow brings in one row or, where the rules forbid any of it, nothing of it.
func (l *trackerLoader) tryRow(reading inspection.TrackerReading, row inspection.TrackerRow) error {
	before := l.result
	outcome := inspection.TrackerOutcome{Row: row.Number, About: strings.Join(row.References, ", "), Words: row.Words}
	err := l.work.attempt(func() error {
		if row.Words != "" {
			return l.action(row, &outcome)
		}
		return l.area(row, &outcome)
	})
	var problems inspection.Problems
	switch {
	case errors.As(err, &problems):
		l.result = before
		l.result.Rejected = append(l.result.Rejected, reading.Reject(row, problems)...)
		return nil
	case err != nil:
		return err
	case len(outcome.Does) == 0:
		l.result.Same++
	default:
		l.result.Accepted = append(l.result.Accepted, outcome)
	}
	return nil
}

// action brings in a row about an action.
func (l *trackerLoader) action(row inspection.TrackerRow, outcome *inspection.TrackerOutcome) error {
	if row.ActionID != "" {
		return l.marked(row, outcome)
	}
	held, known := l.held[row.Key]
	if !known {
		a, err := l.work.SaveAction(newAction(row, l.load.Mapping.Audience), "")
		if err != nil {
			return err
		}
		held = trackerRow{RowKey: row.Key, ImportID: l.id, ActionID: a.ID, Says: row.Says}
		if err := l.work.t.db.Create(&held).Error; err != nil {
			return err
		}
		l.result.Actions++
		outcome.Does = append(outcome.Does, "adds the action, due on "+a.Due.Words())
	} else if held.Says != row.Says {
		if err := l.changeAction(held, row.Says, outcome); err != nil {
			return err
		}
	}
	return l.updates(row, inspection.Update{ActionID: held.ActionID}, outcome)
}

var actionStateOf = map[inspection.TrackerMeaning]inspection.ActionState{
	inspection.MeansUnderWay: inspection.ActionUnderWay, inspection.MeansDone: inspection.ActionDone,
}

func newAction(row inspection.TrackerRow, audience inspection.Audience) inspection.Action {
	return inspection.Action{
		Words: row.Words, OwnerID: row.Says.OwnerID, LeadBodyID: row.Says.LeadBodyID, SuccessMeasure: row.Says.SuccessMeasure,
		Due: row.Says.Due, State: actionStateOf[row.Says.Means], Audience: audience, References: row.References,
	}
}

// changeAction changes of an action what its row says otherwise than when it was brought in last.
func (l *trackerLoader) changeAction(held trackerRow, says inspection.TrackerSays, outcome *inspection.TrackerOutcome) error {
	a, err := l.work.r.action(held.ActionID)
	if err != nil {
		return err
	}
	before := a
	l.take(&a, held.Says, says)
	if err := l.saveChanged(before, a, outcome); err != nil {
		return err
	}
	return l.remember(held, says)
}

// marked brings in a row of this record's own sheet: what it says otherwise than the record is changed there. A row of an action
// that was changed after the sheet was taken changes nothing.
func (l *trackerLoader) marked(row inspection.TrackerRow, outcome *inspection.TrackerOutcome) error {
	a, err := l.work.r.action(row.ActionID)
	if errors.Is(err, inspection.ErrNotFound) {
		return inspection.Problems{{Field: "mark", Words: "No action on this record has this mark: leave it as the sheet had it, or empty for a new action"}}
	}
	if err != nil {
		return err
	}
	before := a
	l.take(&a, a.TrackerSays(), row.Says)
	words, areas := row.SaysOtherwise(a)
	if words {
		a.Words = row.Words
		outcome.Does = append(outcome.Does, "words it anew")
	}
	if areas {
		a.References = row.References
		outcome.Does = append(outcome.Does, "names other areas to improve")
	}
	a.Revision = row.Revision
	if err := l.saveChanged(before, a, outcome); err != nil {
		return err
	}
	return l.updates(row, inspection.Update{ActionID: a.ID}, outcome)
}

// take changes of an action what a row says otherwise than it did.
func (l *trackerLoader) take(a *inspection.Action, said, says inspection.TrackerSays) {
	if says.OwnerID != said.OwnerID {
		a.OwnerID = says.OwnerID
	}
	if says.LeadBodyID != said.LeadBodyID {
		a.LeadBodyID = says.LeadBodyID
	}
	if says.SuccessMeasure != said.SuccessMeasure {
		a.SuccessMeasure = says.SuccessMeasure
	}
	if says.Due != said.Due {
		a.Due = says.Due
	}
	if state := actionStateOf[says.Means]; state != "" && says.Means != said.Means {
		a.State = state
	}
}

// saveChanged saves an action where anything of it is changed, and says what.
func (l *trackerLoader) saveChanged(before, a inspection.Action, outcome *inspection.TrackerOutcome) error {
	for _, changed := range []struct {
		is    bool
		words string
	}{
		{a.OwnerID != before.OwnerID || a.LeadBodyID != before.LeadBodyID, "names another owner or lead"},
		{a.SuccessMeasure != before.SuccessMeasure, "changes the measure of success"},
		{a.Due != before.Due, fmt.Sprintf("moves the day from %s to %s", before.Due.Words(), a.Due.Words())},
		{a.State != before.State, "says: " + strings.ToLower(a.State.Words())},
	} {
		if changed.is {
			outcome.Does = append(outcome.Does, changed.words)
		}
	}
	if len(outcome.Does) == 0 {
		return nil
	}
	if _, err := l.work.SaveAction(a, "From the tracker "+l.load.FileName); err != nil {
		return err
	}
	l.result.Changes++
	return nil
}

// remember keeps what a row says now, for the next time.
func (l *trackerLoader) remember(held trackerRow, says inspection.TrackerSays) error {
	held.ImportID, held.Says = l.id, says
	return l.work.t.db.Select("import_id", "says").Updates(&held).Error
}

// updates adds what cells of progress say that was not brought in before.
func (l *trackerLoader) updates(row inspection.TrackerRow, about inspection.Update, outcome *inspection.TrackerOutcome) error {
	added := 0
	for _, one := range row.Updates {
		if _, known := l.held[one.Key]; known {
			continue
		}
		update := about
		update.On, update.Words, update.Audience = one.On, one.Words, l.load.Mapping.Audience
		update, err := l.work.AddUpdate(update)
		if err != nil {
			return atCell(err, one.Cell)
		}
		kept := trackerRow{RowKey: one.Key, ImportID: l.id, Reference: update.Reference, ActionID: update.ActionID, UpdateID: update.ID}
		if err := l.work.t.db.Create(&kept).Error; err != nil {
			return err
		}
		added++
	}
	if added > 0 {
		outcome.Does = append(outcome.Does, "adds "+inspection.CountWords(added, "update", "updates"))
		l.result.Updates += added
	}
	return nil
}

// atCell says of problems at which cell they stand.
func atCell(err error, cell string) error {
	var problems inspection.Problems
	if !errors.As(err, &problems) {
		return err
	}
	out := slices.Clone(problems)
	for i := range out {
		out[i].Field = cell
	}
	return out
}

// keep keeps the tracker itself and that it was brought in; nothing, where it says nothing new.
func (l *trackerLoader) keep() error {
	nothing := len(l.result.Accepted) == 0
	if nothing && l.load.Mapping.Name == inspection.OwnTrackerName { // which is known without being saved
		return nil
	}
	if err := l.work.saveTrackerMapping(l.load.Mapping); err != nil || nothing {
		return err
	}
	hash, err := l.work.t.keepDocument(l.load.MediaType, l.load.File)
	if err != nil {
		return err
	}
	done := inspection.TrackerImport{
		ID: l.id, Mapping: l.load.Mapping.Name, BodyID: l.load.Mapping.BodyID, FileName: l.load.FileName, DocumentHash: hash,
		Recorded: l.work.today, At: l.work.t.at, ByID: l.work.t.actor.ID, ByPost: l.work.t.actor.Post,
		Actions: l.result.Actions, Changes: l.result.Changes, Moves: l.result.Moves, Updates: l.result.Updates, LeftOut: l.result.Left,
	}
	if err := l.work.t.db.Create(&done).Error; err != nil {
		return err
	}
	return l.work.t.note(inspection.OfTrackerImport, done.ID, inspection.Created, nil, done)
}
