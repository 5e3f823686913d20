package store

import (
	"errors"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// area brings in a row about an area to improve: its plan, that work has begun or is said to be done, and its updates.
func (l *trackerLoader) area(row inspection.TrackerRow, outcome *inspection.TrackerOutcome) error {
	reference, says := row.References[0], row.Says
	held, known := l.held[row.Key]
	plan, before := says, held.Says
	plan.Means, before.Means = "", ""
	if plan != before && plan != (inspection.TrackerSays{}) {
		if err := l.plan(reference, says, outcome); err != nil {
			return err
		}
	}
	if says.Means != held.Says.Means {
		if err := l.state(reference, row, outcome); err != nil {
			return err
		}
	}
	if err := l.updates(row, inspection.Update{Reference: reference}, outcome); err != nil {
		return err
	}
	switch {
	case !known && plan == (inspection.TrackerSays{}) && len(outcome.Does) == 0:
		return nil
	case !known:
		return l.work.t.db.Create(&trackerRow{RowKey: row.Key, ImportID: l.id, Reference: reference, Says: says}).Error
	case held.Says != says:
		return l.remember(held, says)
	}
	return nil
}

// plan records the plan of an item that has none. A plan that differs from the one recorded is a matter for the item's own
// page or, where the day does, for the body that decides.
func (l *trackerLoader) plan(reference string, says inspection.TrackerSays, outcome *inspection.TrackerOutcome) error {
	position, err := l.work.position(reference)
	if err != nil {
		return err
	}
	if !slices.Contains([]inspection.ProgressState{inspection.Issued, inspection.Reopened, inspection.Recurred}, position.State) {
		outcome.Does = append(outcome.Does, "finds this plan on the record already")
		return otherPlan(position, says)
	}
	err = l.move(reference, inspection.Move{
		Kind: inspection.MakePlan, OwnerID: says.OwnerID, LeadBodyID: says.LeadBodyID, CommitteeID: says.CommitteeID,
		SuccessMeasure: says.SuccessMeasure, Due: says.Due,
	})
	if err == nil {
		outcome.Does = append(outcome.Does, "records the plan, due on "+says.Due.Words())
	}
	return err
}

// otherPlan says how a plan differs from the one that an item has; nil where it does not.
func otherPlan(position inspection.Position, says inspection.TrackerSays) error {
	var problems inspection.Problems
	differs := func(field, format string, values ...any) {
		problems = append(problems, inspection.Problem{Field: field, Words: fmt.Sprintf(format, values...)})
	}
	if says.Due != position.Due {
		differs("due", "Its plan here says %s: ask the body that decides for another day, on the page of the area to improve", position.Due.Words())
	}
	if says.OwnerID != position.OwnerID || says.LeadBodyID != position.LeadBodyID {
		differs("owner", "Its plan here names another owner or lead: if the tracker is right, change the plan on the page of the area to improve")
	}
	if says.SuccessMeasure != position.SuccessMeasure {
		differs("success_measure", "Its plan here has another measure of success: if the tracker is right, change the plan on the page of the area to improve")
	}
	if says.CommitteeID != position.CommitteeID {
		differs("committee", "Its plan here names another body that decides: choose that one for this tracker")
	}
	if len(problems) == 0 {
		return nil
	}
	return problems
}

// state records that work has begun or is said to be done, where the item does not stand so or further already.
func (l *trackerLoader) state(reference string, row inspection.TrackerRow, outcome *inspection.TrackerOutcome) error {
	position, err := l.work.position(reference)
	if err != nil {
		return err
	}
	further := []inspection.ProgressState{inspection.Delivered, inspection.EvidenceAccepted, inspection.Verified, inspection.Closed, inspection.Superseded}
	switch means := row.Says.Means; {
	case slices.Contains(further, position.State):
	case means == inspection.MeansUnderWay && position.State != inspection.InProgress:
		if err = l.move(reference, inspection.Move{Kind: inspection.StartWork}); err == nil {
			outcome.Does = append(outcome.Does, "says that work is under way")
		}
	case means == inspection.MeansDone && len(row.Updates) == 0:
		return inspection.Problems{{Field: "status", Words: "To say that this is done, say in a column of progress what was done"}}
	case means == inspection.MeansDone:
		words := row.Updates[len(row.Updates)-1].Words // of the latest day
		if err = l.move(reference, inspection.Move{Kind: inspection.SayDone, Words: words}); err == nil {
			outcome.Does = append(outcome.Does, "says that it is done")
		}
	}
	return err
}

func (l *trackerLoader) move(reference string, m inspection.Move) error {
	m.On, m.Audience = l.load.On, l.load.Mapping.Audience
	err := l.work.MoveRecommendation(reference, m)
	if errors.Is(err, inspection.ErrNotFound) {
		return inspection.Problems{{Field: "reference", Words: "This area to improve is no longer on the record"}}
	}
	if err == nil {
		l.result.Moves++
	}
	return err
}
