package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const northNow = "north-northamptonshire-ilacs-standard-2026-05-11"

// actionRow is a row of the tracker of actions.
func actionRow(area, what, who, when, status, first, second string) []string {
	return []string{area, what, who, when, "Nine in ten are good", status, first, second}
}

func (d *desk) actionTracker(rows ...[]string) inspection.TrackerLoad {
	sheet := inspection.Sheet{Name: "Plan", Rows: append([][]string{
		{"Improvement plan, version 17"}, {"Area", "What", "Who", "When", "Success", "Status", "Q1 2026/27", "Q2 2026/27"},
	}, rows...)}
	return inspection.TrackerLoad{
		FileName: "plan.xlsx", MediaType: "text/csv", File: []byte(fmt.Sprint(sheet)), Sheet: sheet,
		Mapping: inspection.TrackerMapping{
			Name: "Plan", BodyID: north, Sheet: "Plan", HeadingRow: 2, Rows: inspection.TrackerActions, InspectionID: northNow, LeadBodyID: trust,
			Columns: []inspection.TrackerColumn{
				{Heading: "Area", Holds: inspection.HoldsReference}, {Heading: "What", Holds: inspection.HoldsAction}, {Heading: "Who", Holds: inspection.HoldsOwner},
				{Heading: "When", Holds: inspection.HoldsDue}, {Heading: "Success", Holds: inspection.HoldsMeasure}, {Heading: "Status", Holds: inspection.HoldsStatus},
				{Heading: "Q1 2026/27", Holds: inspection.HoldsProgress}, {Heading: "Q2 2026/27", Holds: inspection.HoldsProgress},
			},
			Statuses: []inspection.TrackerStatus{{Says: "In progress", Means: inspection.MeansUnderWay}, {Says: "Done", Means: inspection.MeansDone}},
			Audience: inspection.ForMembers,
		},
	}
}

// areaTracker is a tracker whose rows are areas to improve.
func (d *desk) areaTracker(rows ...[]string) inspection.TrackerLoad {
	load := d.actionTracker(rows...)
	load.Mapping.Name, load.Mapping.Rows, load.Mapping.CommitteeID = "Areas", inspection.TrackerAreas, d.board
	load.Mapping.Columns = slices.DeleteFunc(load.Mapping.Columns, func(c inspection.TrackerColumn) bool { return c.Holds == inspection.HoldsAction })
	return load
}

// withoutPlan takes what a plan says out of a row.
func withoutPlan(row []string) []string {
	row[2], row[3], row[4] = "", "", ""
	return row
}

func (d *desk) bringIn(load inspection.TrackerLoad) inspection.TrackerResult {
	d.Helper()
	result, err := d.s.LoadTracker(context.Background(), storetest.Officer, load)
	if err != nil {
		d.Fatal(err)
	}
	return result
}

func (d *desk) actions(reference string) []inspection.Action {
	d.Helper()
	list, err := d.s.Actions(context.Background(), store.ActionFilter{Reference: reference, Reader: inspection.ForOfficers})
	if err != nil {
		d.Fatal(err)
	}
	slices.SortFunc(list, func(a, b inspection.Action) int { return strings.Compare(a.Words, b.Words) })
	return list
}

// same checks that doing something leaves every row of the database as it was.
func (d *desk) same(do func()) {
	d.Helper()
	before := store.Dump(d.T, d.s)
	do()
	for table, rows := range store.Dump(d.T, d.s) {
		slices.Sort(rows)
		slices.Sort(before[table])
		if table == "document_chunks" || table == "sqlite_sequence" { // their columns of no type print as where they stand
			rows, before[table] = make([]string, len(rows)), make([]string, len(before[table]))
		}
		if !slices.Equal(rows, before[table]) {
			d.Errorf("the table %s was changed from %d rows to %d", table, len(before[table]), len(rows))
		}
	}
}

// counts says what came of a tracker in one line.
func counts(r inspection.TrackerResult) string {
	return fmt.Sprintf("stored %t, actions %d, changes %d, moves %d, updates %d, same %d, left %d", r.Stored, r.Actions, r.Changes, r.Moves, r.Updates, r.Same, r.Left)
}

func wantCounts(t *testing.T, r inspection.TrackerResult, want string) {
	t.Helper()
	if got := counts(r); got != want {
		t.Errorf("%s; want %s; rejected %+v", got, want, r.Rejected)
	}
}

func TestATrackerOfActionsIsBroughtIn(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d, ctx := newDesk(t, s, "2026-11-21"), context.Background()
		audit := actionRow("1", "Audit plans", "Director of social care", "31/03/27", "In progress", "Begun", "Half done")
		train := actionRow("1, WN-ILACS-2026-1", "Train", "Director of social care", "2026-12-31", "", "", "")
		load := d.actionTracker(audit, train)

		d.same(func() {
			checked, err := s.CheckTracker(ctx, storetest.Officer, load)
			if err != nil {
				t.Fatal(err)
			}
			wantCounts(t, checked, "stored false, actions 2, changes 0, moves 0, updates 2, same 0, left 0")
		})
		wantCounts(t, d.bringIn(load), "stored true, actions 2, changes 0, moves 0, updates 2, same 0, left 0")
		list := d.actions(northArea)
		if len(list) != 2 || list[0].State != inspection.ActionUnderWay || list[0].OwnerID != d.owner || list[0].LeadBodyID != trust ||
			list[0].Audience != inspection.ForMembers || list[0].Due != inspection.MustDate("2027-03-31") || list[0].SuccessMeasure != "Nine in ten are good" {
			t.Fatalf("%+v", list)
		}
		if list[1].State != inspection.ActionPlanned || !slices.Equal(list[1].References, []string{northArea, westArea}) || len(d.actions(westArea)) != 1 {
			t.Errorf("%+v", list[1])
		}
		_, _, updates, err := s.Action(ctx, list[0].ID, inspection.ForMembers)
		if err != nil || len(updates) != 2 || updates[0].Words != "Half done" || updates[0].On != inspection.MustDate("2026-09-30") || updates[0].ByPost != storetest.Officer.Post {
			t.Errorf("%+v, %v", updates, err)
		}
		if _, _, hidden, err := s.Action(ctx, list[0].ID, inspection.ForPublic); !errors.Is(err, inspection.ErrNotFound) || hidden != nil {
			t.Errorf("the public reads %v, %v", hidden, err)
		}
		p := d.progress(northArea, inspection.ForMembers, "2026-11-21")
		if p.Position.UpdatedMembers != inspection.MustDate("2026-09-30") {
			t.Errorf("the item was updated on %s", p.Position.UpdatedMembers)
		}
		imports, err := s.TrackerImports(ctx, 5)
		if err != nil || len(imports) != 1 || imports[0].FileName != "plan.xlsx" || imports[0].Actions != 2 || imports[0].Updates != 2 {
			t.Fatalf("%+v, %v", imports, err)
		}
		if _, kept, err := s.Document(ctx, imports[0].DocumentHash); err != nil || string(kept) != string(load.File) {
			t.Errorf("the tracker itself is kept as %q, %v", kept, err)
		}

		d.same(func() {
			wantCounts(t, d.bringIn(load), "stored true, actions 0, changes 0, moves 0, updates 0, same 2, left 0")
		})
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestALaterVersionOfATrackerBringsInWhatIsNew(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d, ctx := newDesk(t, s, "2026-11-21"), context.Background()
		first := d.actionTracker(actionRow("1", "Audit plans", "Director of social care", "31/03/27", "In progress", "Begun", ""))
		d.bringIn(first)
		d.day("2026-11-28")
		later := d.actionTracker(
			actionRow("2", "Supervise", "Director of social care", "30/06/27", "", "", ""),
			actionRow("1", "Audit plans", "Director of social care", "30 April 2027", "Done", "Begun", "All audited"),
		)
		later.FileName = "plan v18.xlsx"
		wantCounts(t, d.bringIn(later), "stored true, actions 1, changes 1, moves 0, updates 1, same 0, left 0")
		a, steps, updates, err := s.Action(ctx, d.actions(northArea)[0].ID, inspection.ForOfficers)
		if err != nil || a.Due != inspection.MustDate("2027-04-30") || a.OriginalDue != inspection.MustDate("2027-03-31") || a.State != inspection.ActionDone {
			t.Fatalf("%+v, %v", a, err)
		}
		if len(steps) != 2 || steps[1].Reason != "From the tracker plan v18.xlsx" || len(updates) != 2 {
			t.Errorf("%+v, %+v", steps, updates)
		}

		// What officers changed here since is not changed back by the same tracker.
		a.Due = inspection.MustDate("2027-09-30")
		if _, err := s.SaveAction(ctx, storetest.Officer, a, "The auditors asked for it."); err != nil {
			t.Fatal(err)
		}
		d.same(func() {
			wantCounts(t, d.bringIn(later), "stored true, actions 0, changes 0, moves 0, updates 0, same 2, left 0")
		})
	})
}

func TestRejectedRowsAreLeftOutOnlyWhereTheOfficerAgrees(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-21")
		load := d.actionTracker(
			actionRow("1", "Audit plans", "Director of social care", "31/03/27", "", "", ""),
			actionRow("7", "Train", "Nobody", "31/03/27", "", "", ""),
			actionRow("1", strings.Repeat("long ", 1100), "Director of social care", "31/03/27", "", "", ""),
			actionRow("1", "Old", "Director of social care", "31/03/2012", "", "Begun", ""),
			actionRow("1", "Early", "Director of social care", "31/03/27", "", strings.Repeat("long ", 1100), ""),
		)
		for _, agreed := range []int{0, 3, 5} {
			load.LeaveOut = agreed
			d.same(func() {
				wantCounts(t, d.bringIn(load), "stored false, actions 1, changes 0, moves 0, updates 0, same 0, left 4")
			})
		}
		load.LeaveOut = 4
		result := d.bringIn(load)
		wantCounts(t, result, "stored true, actions 1, changes 0, moves 0, updates 0, same 0, left 4")
		var got []string
		for _, reject := range result.Rejected {
			got = append(got, fmt.Sprintf("%d %s %.18s", reject.Row, reject.Cell, reject.Words))
		}
		want := []string{"4 A4 “7” is no referenc", "4 C4 “Nobody” is not in", "5 B5 Shorten the text: ", "6 D6 Enter a later day:", "7 G7 Shorten the text: "}
		if !slices.Equal(got, want) {
			t.Errorf("rejected are %q", got)
		}
		if list := d.actions(northArea); len(list) != 1 {
			t.Errorf("a rejected row left something behind: %+v", list)
		}
		if imports, err := s.TrackerImports(context.Background(), 5); err != nil || len(imports) != 1 || imports[0].LeftOut != 4 {
			t.Errorf("%+v, %v", imports, err)
		}
		load.LeaveOut = inspection.AnyNumber
		d.same(func() {
			wantCounts(t, d.bringIn(load), "stored true, actions 0, changes 0, moves 0, updates 0, same 1, left 4")
		})
	})
}

func TestATrackerOfAreasRecordsPlansAndClaims(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-21")
		const second = "NN-ILACS-2026-2"
		load := d.areaTracker(
			actionRow("1", "", "Director of social care", "31/03/27", "In progress", "", "Begun"),
			actionRow("2", "", "Director of social care", "30/06/27", "Done", "", "All are trained"),
		)
		load.On = inspection.MustDate("2026-10-14")
		wantCounts(t, d.bringIn(load), "stored true, actions 0, changes 0, moves 4, updates 2, same 0, left 0")
		p := d.progress(northArea, inspection.ForMembers, "2026-11-21").Position
		if p.State != inspection.InProgress || p.StateOn != load.On || p.OwnerID != d.owner || p.CommitteeID != d.board || p.Due != inspection.MustDate("2027-03-31") {
			t.Errorf("%+v", p)
		}
		if p := d.progress(second, inspection.ForMembers, "2026-11-21").Position; p.State != inspection.Delivered {
			t.Errorf("%+v", p)
		}
		d.same(func() {
			wantCounts(t, d.bringIn(load), "stored true, actions 0, changes 0, moves 0, updates 0, same 2, left 0")
		})
		d.proof(second, inspection.ForMembers)
		d.moves(second, inspection.AcceptEvidence, inspection.Verify, inspection.CloseItem)
		d.same(func() {
			wantCounts(t, d.bringIn(load), "stored true, actions 0, changes 0, moves 0, updates 0, same 2, left 0")
		})
		for _, c := range []struct {
			name, want string
			load       inspection.TrackerLoad
		}{
			{
				"another day", "D3: Its plan here says 31 March 2027: ask the body that decides",
				d.areaTracker(actionRow("1", "", "Director of social care", "31/05/27", "In progress", "", "Begun")),
			},
			{"a claim that does not say what was done", "F3: To say that this is done, say", d.areaTracker(withoutPlan(actionRow("1", "", "", "", "Done", "", "")))},
			{
				"a plan of a closed area", "C3: Its plan here names another owner or lead",
				func() inspection.TrackerLoad {
					l := d.areaTracker(actionRow("2", "", "Director of social care", "30/06/27", "Done", "", ""))
					l.Mapping.Name, l.Mapping.LeadBodyID = "Other", north
					return l
				}(),
			},
			{
				"work under way on an area without a plan", "F3: This area to improve stands at",
				d.areaTracker(withoutPlan(actionRow(northPast, "", "", "", "In progress", "", ""))),
			},
			{"progress of a day before the letter", "G3: Enter the day that this speaks of", d.areaTracker(withoutPlan(actionRow("1", "", "", "", "", "Too early", "")))},
		} {
			d.same(func() {
				result := d.bringIn(c.load)
				if len(result.Rejected) != 1 || !strings.HasPrefix(result.Rejected[0].Cell+": "+result.Rejected[0].Words, c.want) {
					t.Errorf("%s: rejected for %+v, want %q", c.name, result.Rejected, c.want)
				}
			})
		}
	})
}

func TestATrackerThatFindsItsPlanOnTheRecordKeepsThat(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-21")
		d.moves(northArea, inspection.MakePlan, inspection.StartWork)
		row := actionRow("1", "", "Director of social care", "31/10/2026", "In progress", "", "")
		row[4] = "Nine of ten plans are good."
		load := d.areaTracker(row)
		result := d.bringIn(load)
		if len(result.Accepted) != 1 || !slices.Equal(result.Accepted[0].Does, []string{"finds this plan on the record already"}) {
			t.Errorf("%+v", result)
		}
		// Another day is agreed here: the same tracker neither changes that back nor is it rejected.
		d.moves(northArea, inspection.AskForDate, inspection.AgreeDate)
		d.same(func() {
			wantCounts(t, d.bringIn(load), "stored true, actions 0, changes 0, moves 0, updates 0, same 1, left 0")
		})
	})
}

func TestNothingOfATrackerIsStoredWhereItFailsHalfWay(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-21")
		var rows [][]string
		for i := range 6 {
			rows = append(rows, actionRow("1", fmt.Sprintf("Action %d", i), "Director of social care", "31/03/27", "", "Begun", ""))
		}
		load := d.actionTracker(rows...)
		load.On = inspection.MustDate("2026-10-14")
		store.FailWrites(t, s, "tracker_imports", func() {
			d.same(func() {
				if result, err := s.LoadTracker(context.Background(), storetest.Officer, load); err == nil {
					t.Errorf("it is said to be stored: %+v", result)
				}
			})
		})
		d.same(func() {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if _, err := s.LoadTracker(ctx, storetest.Officer, load); err == nil {
				t.Error("a load that was called off is said to be stored")
			}
		})
		wantCounts(t, d.bringIn(load), "stored true, actions 6, changes 0, moves 0, updates 6, same 0, left 0")
	})
}

func TestAMappingIsSavedUnderItsName(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d, ctx := newDesk(t, s, "2026-11-21"), context.Background()
		load := d.areaTracker()
		load.Mapping.CommitteeID = "improvement board"
		saved, err := s.SaveTrackerMapping(ctx, storetest.Officer, load.Mapping, load.Sheet)
		if err != nil || saved.CommitteeID != d.board {
			t.Fatalf("%+v, %v", saved, err)
		}
		d.same(func() {
			if _, err := s.SaveTrackerMapping(ctx, storetest.Officer, saved, load.Sheet); err != nil {
				t.Error(err)
			}
		})
		saved.MonthMeans = true
		if _, err := s.SaveTrackerMapping(ctx, storetest.Officer, saved, load.Sheet); err != nil {
			t.Fatal(err)
		}
		if held, err := s.TrackerMapping(ctx, "Areas"); err != nil || !held.MonthMeans || len(held.Columns) != len(saved.Columns) {
			t.Errorf("%+v, %v", held, err)
		}
		if list, err := s.TrackerMappings(ctx); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		if _, err := s.TrackerMapping(ctx, "Nothing"); !errors.Is(err, inspection.ErrNotFound) {
			t.Error(err)
		}
		saved.HeadingRow, saved.BodyID = 40, "atlantis"
		_, err = s.SaveTrackerMapping(ctx, storetest.Officer, saved, load.Sheet)
		if got := problemsOf(t, err); got != "body heading_row" {
			t.Errorf("the problems are at %s", got)
		}
		load.On = inspection.MustDate("2027-01-01")
		_, err = s.LoadTracker(ctx, storetest.Officer, load)
		if got := problemsOf(t, err); got != "on" {
			t.Errorf("the problems are at %s", got)
		}
	})
}

func TestTheRulesHoldForWhoBringsInATracker(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t), "2026-11-21")
	load := d.areaTracker(actionRow("1", "", "Director of social care", "31/03/27", "", "", ""))
	result, err := d.s.LoadTracker(context.Background(), storetest.Clerk, load)
	if err != nil || result.Stored || len(result.Rejected) != 1 || !strings.HasPrefix(result.Rejected[0].Words, "This is for an officer") {
		t.Errorf("%+v, %v", result, err)
	}
}
