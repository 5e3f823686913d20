package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// norfolkPlan splits a county of the seed in two.
func norfolkPlan() inspection.Plan {
	return inspection.Plan{
		On: inspection.MustDate("2028-04-01"), Ending: []string{"norfolk"}, Region: "East of England", Type: "Unitary Authority",
		New:        []inspection.PlannedCouncil{{Name: "West Norfolk", Code: "WNF"}, {Name: "East Norfolk", Code: "947"}},
		Confidence: inspection.ByOfficialPage, Note: "The districts end too.",
		Source: inspection.Source{Title: "A decision on Norfolk", Publisher: "A department", Address: "https://example.org/norfolk"},
	}
}

// entriesSince lists what was noted after a mark: "created body west-norfolk".
func entriesSince(t *testing.T, s *store.Store, mark store.Mark) []string {
	t.Helper()
	var out []string
	for number := mark.Number + 1; ; number++ {
		entry, err := s.EntryOutline(context.Background(), number)
		if errors.Is(err, inspection.ErrNotFound) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(entry.Action)+" "+string(entry.RecordKind)+" "+entry.RecordID)
	}
}

func lastMark(t *testing.T, s *store.Store) store.Mark {
	t.Helper()
	mark, err := s.Last(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

// seen returns the mark of a reorganisation as it is recorded.
func seen(t *testing.T, s *store.Store, id string) string {
	t.Helper()
	all, err := s.Reorganisations(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	found, err := all.ReorganisationOf(id)
	if err != nil {
		t.Fatal(err)
	}
	_, plan := all.Without(found)
	return plan.Mark()
}

func TestAReorganisationIsRecordedChangedAndWithdrawn(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		before, err := s.Reorganisations(ctx)
		if err != nil {
			t.Fatal(err)
		}
		body := func(id string) inspection.Body {
			t.Helper()
			b, err := s.Body(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		t.Run("it is recorded as a whole, with an entry for each record", func(t *testing.T) {
			mark := lastMark(t, s)
			id, err := s.AddReorganisation(ctx, officer, norfolkPlan())
			if err != nil || id != "norfolk" {
				t.Fatalf("got %q, %v", id, err)
			}
			got := entriesSince(t, s, mark)
			slices.Sort(got)
			want := []string{
				"created body east-norfolk", "created body norfolk-area", "created body west-norfolk",
				"created place_member norfolk-area/east-norfolk", "created place_member norfolk-area/west-norfolk",
				"created source reorganisation-norfolk", "created succession norfolk/east-norfolk", "created succession norfolk/west-norfolk",
				"updated body norfolk",
			}
			if !slices.Equal(got, want) {
				t.Errorf("the entries are %q", got)
			}
			if b := body("norfolk"); b.Ended.ISO() != "2028-03-31" || len(b.NeighbourCodes()) == 0 || b.ONSCode == "" {
				t.Errorf("the county is %+v", b)
			}
			if b := body("east-norfolk"); b.Created.ISO() != "2028-04-01" || b.LACode != "947" || b.SourceID != "reorganisation-norfolk" {
				t.Errorf("a new council is %+v", b)
			}
			sources, err := s.SourcesNamed(ctx, []string{"reorganisation-norfolk", "nowhere"})
			if err != nil || len(sources) != 1 || sources[0].Title != "A decision on Norfolk" {
				t.Errorf("the sources are %+v, %v", sources, err)
			}
		})
		t.Run("it cannot be recorded twice, and nothing is left of what is refused", func(t *testing.T) {
			mark := lastMark(t, s)
			_, err := s.AddReorganisation(ctx, officer, norfolkPlan())
			refusedAt(t, err, "ending.1", "has 31 March 2028 as its last day already")
			if got := entriesSince(t, s, mark); len(got) > 0 {
				t.Errorf("it noted %q", got)
			}
		})
		t.Run("another day, another name: only what differs is written", func(t *testing.T) {
			mark := lastMark(t, s)
			plan := norfolkPlan()
			plan.On, plan.New[0] = inspection.MustDate("2029-04-01"), inspection.PlannedCouncil{Name: "Greater Lynn", Code: "WNF"}
			id, err := s.ChangeReorganisation(ctx, officer, "norfolk", seen(t, s, "norfolk"), plan)
			if err != nil || id != "norfolk" {
				t.Fatalf("got %q, %v", id, err)
			}
			got := entriesSince(t, s, mark)
			for _, want := range []string{"updated body norfolk", "updated body east-norfolk", "removed body west-norfolk", "created body greater-lynn", "removed succession norfolk/west-norfolk"} {
				if !slices.Contains(got, want) {
					t.Errorf("%q is not among %q", want, got)
				}
			}
			if b := body("norfolk"); b.Ended.ISO() != "2029-03-31" {
				t.Errorf("the county ends on %s", b.Ended)
			}
			if _, err := s.Body(ctx, "west-norfolk"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("the old name is still there: %v", err)
			}
		})
		t.Run("a plan that is wrong changes nothing of the one that stands", func(t *testing.T) {
			mark := lastMark(t, s)
			plan := norfolkPlan()
			plan.New[0].Name = "Suffolk"
			_, err := s.ChangeReorganisation(ctx, officer, "norfolk", seen(t, s, "norfolk"), plan)
			refusedAt(t, err, "council.1.name", "Suffolk is on this record already")
			if got := entriesSince(t, s, mark); len(got) > 0 {
				t.Errorf("it noted %q", got)
			}
		})
		t.Run("a change over what somebody else has changed since is refused", func(t *testing.T) {
			opened := seen(t, s, "norfolk")
			theirs := norfolkPlan()
			theirs.On, theirs.New[0], theirs.Note = inspection.MustDate("2029-04-01"), inspection.PlannedCouncil{Name: "Greater Lynn", Code: "WNF"}, "Theirs."
			if _, err := s.ChangeReorganisation(ctx, officer, "norfolk", opened, theirs); err != nil {
				t.Fatal(err)
			}
			mark := lastMark(t, s)
			_, err := s.ChangeReorganisation(ctx, officer, "norfolk", opened, norfolkPlan())
			refusedAt(t, err, "on", "Somebody else has changed this reorganisation since you opened it")
			if got := entriesSince(t, s, mark); len(got) > 0 {
				t.Errorf("it noted %q", got)
			}
		})
		t.Run("what came with the program cannot be changed, nor what is not there", func(t *testing.T) {
			_, err := s.ChangeReorganisation(ctx, officer, "poole", seen(t, s, "poole"), norfolkPlan())
			refusedAt(t, err, "on", "came with the program")
			refusedAt(t, s.WithdrawReorganisation(ctx, officer, "cumbria-county-council"), "on", "came with the program")
			if err := s.WithdrawReorganisation(ctx, officer, "atlantis"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("it cannot be withdrawn while something rests on a new council", func(t *testing.T) {
			committee, err := s.SaveCommittee(ctx, officer, inspection.Committee{BodyID: "greater-lynn", Name: "Shadow executive", Decides: true})
			if err != nil || committee.ID == "" {
				t.Fatalf("got %+v, %v", committee, err)
			}
			mark := lastMark(t, s)
			refusedAt(t, s.WithdrawReorganisation(ctx, officer, "norfolk"), "withdraw", "Greater Lynn cannot be taken off the record: a body that decides")
			_, err = s.ChangeReorganisation(ctx, officer, "norfolk", seen(t, s, "norfolk"), norfolkPlan())
			refusedAt(t, err, "withdraw", "Greater Lynn")
			if got := entriesSince(t, s, mark); len(got) > 0 {
				t.Errorf("it noted %q", got)
			}
		})
		t.Run("nor while another reorganisation names a new council", func(t *testing.T) {
			plan := norfolkPlan()
			plan.On, plan.Ending, plan.New = inspection.MustDate("2030-04-01"), []string{"suffolk"}, nil
			plan.Continuing = []string{"east-norfolk"}
			if _, err := s.AddReorganisation(ctx, officer, plan); err != nil {
				t.Fatal(err)
			}
			back := norfolkPlan()
			back.On, back.New[0].Name, back.New[1] = inspection.MustDate("2029-04-01"), "Greater Lynn", inspection.PlannedCouncil{Name: "Broads", Code: "BRD"}
			mark := lastMark(t, s)
			_, err := s.ChangeReorganisation(ctx, officer, "norfolk", seen(t, s, "norfolk"), back)
			refusedAt(t, err, "on", "East Norfolk is in the reorganisation of 1 April 2030 too. Withdraw that one first")
			refusedAt(t, s.WithdrawReorganisation(ctx, officer, "norfolk"), "on", "East Norfolk is in the reorganisation of 1 April 2030 too")
			if got := entriesSince(t, s, mark); len(got) > 0 {
				t.Errorf("it noted %q", got)
			}
			if err := s.WithdrawReorganisation(ctx, officer, "suffolk"); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("the record of changes still proves", func(t *testing.T) {
			if _, err := s.Check(ctx, nil); err != nil {
				t.Error(err)
			}
		})
		if b := body("suffolk"); b.Ended.Known() {
			t.Errorf("Suffolk ends on %s after its plan was withdrawn", b.Ended)
		}
		after, err := s.Reorganisations(ctx)
		if err != nil || len(after.Successions) != len(before.Successions)+2 {
			t.Errorf("there are %d successions and were %d, %v", len(after.Successions), len(before.Successions), err)
		}
	})
}

func TestAWithdrawnReorganisationLeavesTheRegisterAsItWas(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		before, err := s.Reorganisations(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddReorganisation(ctx, officer, norfolkPlan()); err != nil {
			t.Fatal(err)
		}
		if err := s.WithdrawReorganisation(ctx, officer, "norfolk"); err != nil {
			t.Fatal(err)
		}
		after, err := s.Reorganisations(ctx)
		if err != nil || len(after.Bodies) != len(before.Bodies) || len(after.PlaceMembers) != len(before.PlaceMembers) || len(after.Sources) != len(before.Sources) {
			t.Errorf("there are %d bodies and were %d, %v", len(after.Bodies), len(before.Bodies), err)
		}
		if entry := s.LastChange(t, inspection.OfBody, "west-norfolk"); entry.Action != inspection.Removed || !strings.Contains(entry.Before, "West Norfolk") {
			t.Errorf("the entry is %+v", entry)
		}
		if _, err := s.AddReorganisation(ctx, officer, norfolkPlan()); err != nil {
			t.Errorf("it cannot be recorded again: %v", err)
		}
	})
}

// The day of a reorganisation comes also where it was put off or called off and nobody said so here.
func TestAReorganisationWhoseDayCameIsPutRight(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		if _, err := s.AddReorganisation(ctx, officer, norfolkPlan()); err != nil {
			t.Fatal(err)
		}
		storetest.On(t, "2028-05-02")
		later := norfolkPlan()
		later.On = inspection.MustDate("2029-04-01")
		if _, err := s.ChangeReorganisation(ctx, officer, "norfolk", seen(t, s, "norfolk"), later); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Body(ctx, "norfolk"); err != nil || b.Ended != inspection.MustDate("2029-03-31") {
			t.Errorf("the county ends on %s, %v", b.Ended, err)
		}
		store.Correct(t, s, inspection.OfInspection, "norfolk", "INSERT INTO inspection_bodies (inspection_id, body_id, confirmed, position) "+
			"SELECT MAX(inspection_id), 'west-norfolk', ?, 2 FROM inspection_bodies WHERE body_id = 'norfolk'", true)
		mark := lastMark(t, s)
		later.On = inspection.MustDate("2030-04-01")
		_, err := s.ChangeReorganisation(ctx, officer, "norfolk", seen(t, s, "norfolk"), later)
		refusedAt(t, err, "on", "West Norfolk cannot begin later than 1 April 2029: an inspection or visit of it is on the record")
		refusedAt(t, s.WithdrawReorganisation(ctx, officer, "norfolk"), "withdraw", "West Norfolk cannot be taken off the record: an inspection or visit")
		if got := entriesSince(t, s, mark); len(got) > 0 {
			t.Errorf("it noted %q", got)
		}
	})
}

func TestTheRecordOfEnglandFollowsAReorganisation(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		held, err := s.England(ctx)
		if err != nil {
			t.Fatal(err)
		}
		count := func(record *inspection.Record, day string) int {
			return len(inspection.NewEngland(record).Histories(inspection.MustDate(day), inspection.Where{}))
		}
		now := count(held, "2026-11-21")
		version, err := s.Version(ctx)
		if err == nil {
			_, err = s.AddReorganisation(ctx, officer, norfolkPlan())
		}
		if err != nil {
			t.Fatal(err)
		}
		touched, err := s.Touched(ctx, version)
		if err != nil {
			t.Fatal(err)
		}
		next, err := s.EnglandAfter(ctx, held, touched)
		if err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]int{"2026-11-21": now, "2028-03-31": now, "2028-04-01": now + 1} {
			if got := count(next, day); got != want {
				t.Errorf("on %s there are %d authorities, not %d", day, got, want)
			}
		}
		if err := s.WithdrawReorganisation(ctx, officer, "norfolk"); err != nil {
			t.Fatal(err)
		}
		if touched, err = s.Touched(ctx, version); err != nil {
			t.Fatal(err)
		}
		back, err := s.EnglandAfter(ctx, next, touched)
		if err != nil || count(back, "2028-04-01") != now || len(back.Bodies) != len(held.Bodies) || len(back.Successions) != len(held.Successions) {
			t.Errorf("after it was withdrawn there are %d bodies, %v", len(back.Bodies), err)
		}
	})
}

func TestThePartOfTheRegisterThatCameWithTheProgramCannotBeErased(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		if _, err := s.AddReorganisation(ctx, officer, norfolkPlan()); err != nil {
			t.Fatal(err)
		}
		for of, words := range map[store.RecordName]string{
			{Kind: inspection.OfSource, ID: "authority-register"}: "came with the program", {Kind: inspection.OfBody, ID: "poole"}: "holds no free text",
			{Kind: inspection.OfSuccession, ID: "poole/bournemouth-christchurch-and-poole"}: "came with the program",
		} {
			_, err := s.AskErasure(ctx, storetest.Administrator, of, inspection.NamesChild)
			refusedAt(t, err, "record", words)
		}
	})
}
