package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

var planOfficer = inspection.Actor{ID: "improvement-officer", Post: "Improvement officer", Role: inspection.RoleOfficer}

func day(text string) inspection.Date { return inspection.MustDate(text) }

// clockOf returns the clock of a rule after the North's latest full inspection, as the record has it.
func clockOf(t *testing.T, s *store.Store, code string) inspection.Clock {
	t.Helper()
	in, r, err := s.InspectionRecord(t.Context(), northLatest)
	if err != nil {
		t.Fatal(err)
	}
	for _, clock := range r.Clocks(in, day("2026-11-21")) {
		if clock.Rule.Code == code {
			return clock
		}
	}
	t.Fatalf("no clock of %s", code)
	return inspection.Clock{}
}

// problemsOf returns the fields of the problems with which a change was refused.
func problemsOf(t *testing.T, err error) string {
	t.Helper()
	var problems inspection.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v; want problems", err)
	}
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	return strings.Join(fields, " ")
}

func unchanged(t *testing.T, s *store.Store, do func()) {
	t.Helper()
	before, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do()
	if after, err := s.Last(t.Context()); err != nil || after != before {
		t.Errorf("something was written: %v, %v", after, err)
	}
}

func TestSetInspectionDates(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		t.Run("the day of receipt moves what is counted from it, and the change is noted with both sides", func(t *testing.T) {
			if err := s.SetInspectionDates(ctx, planOfficer, northLatest, day("2026-06-30"), inspection.Date{}); err != nil {
				t.Fatal(err)
			}
			if c := clockOf(t, s, inspection.StatementOfActionRule); c.Due.String() != "2026-10-07" || c.Basis != inspection.FromReceipt {
				t.Errorf("got %s on the basis %s", c.Due, c.Basis)
			}
			entry := s.LastChange(t, inspection.OfInspection, northLatest)
			if entry.ActorPost != planOfficer.Post || entry.Action != inspection.Updated || !strings.Contains(entry.Before, `"received":""`) || !strings.Contains(entry.After, `"received":"2026-06-30"`) {
				t.Errorf("the entry is %+v", entry)
			}
		})
		t.Run("a printed day wins, and what stands there already is not written again", func(t *testing.T) {
			for range 2 {
				if err := s.SetInspectionDates(ctx, planOfficer, northLatest, day("2026-06-30"), day("2026-11-02")); err != nil {
					t.Fatal(err)
				}
			}
			if c := clockOf(t, s, inspection.StatementOfActionRule); c.Due.String() != "2026-11-02" || c.Basis != inspection.PrintedInLetter {
				t.Errorf("got %s on the basis %s", c.Due, c.Basis)
			}
			unchanged(t, s, func() {
				if err := s.SetInspectionDates(ctx, planOfficer, northLatest, day("2026-06-30"), day("2026-11-02")); err != nil {
					t.Error(err)
				}
			})
		})
		t.Run("what the rules forbid is refused, and nothing is written", func(t *testing.T) {
			unchanged(t, s, func() {
				err := s.SetInspectionDates(ctx, planOfficer, northLatest, day("2027-01-04"), day("2026-05-01"))
				if got := problemsOf(t, err); got != "received statement_due" {
					t.Errorf("got %s", got)
				}
				if err := s.SetInspectionDates(ctx, planOfficer, "nothing", day("2026-06-30"), inspection.Date{}); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			})
		})
		t.Run("dates can be taken back", func(t *testing.T) {
			if err := s.SetInspectionDates(ctx, planOfficer, northLatest, inspection.Date{}, inspection.Date{}); err != nil {
				t.Fatal(err)
			}
			if c := clockOf(t, s, inspection.StatementOfActionRule); c.Due.String() != "2026-10-14" || !c.LatestPossible() {
				t.Errorf("got %s", c.Due)
			}
		})
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestAddFulfilment(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		plan := inspection.Fulfilment{
			InspectionID: northLatest, BodyID: "north-northamptonshire", RuleCode: inspection.StatementOfActionRule,
			On: day("2026-10-01"), Address: "https://north.example/plan", Words: "Agreed by the cabinet.",
		}
		add := func(f inspection.Fulfilment) {
			t.Helper()
			if err := s.AddFulfilment(ctx, planOfficer, f); err != nil {
				t.Fatal(err)
			}
		}
		t.Run("it is kept with its day and post, and answers for its own duty only", func(t *testing.T) {
			add(plan)
			got, ok := clockOf(t, s, inspection.StatementOfActionRule).FulfilledBy(plan.BodyID)
			if !ok || got.On != plan.On || got.Address != plan.Address || got.RecordedOn.String() != "2026-11-21" || got.RecordedBy != planOfficer.Post || got.Position != 1 {
				t.Errorf("got %+v", got)
			}
			if _, ok := clockOf(t, s, inspection.PublishReportRule).FulfilledBy(plan.BodyID); ok {
				t.Error("it answers for the report too")
			}
			if entry := s.LastChange(t, inspection.OfFulfilment, got.ID); entry.Action != inspection.Created || !strings.Contains(entry.After, "north.example") {
				t.Errorf("the entry is %+v", entry)
			}
		})
		t.Run("saying the same again writes nothing", func(t *testing.T) {
			unchanged(t, s, func() { add(plan) })
		})
		t.Run("a correction is added, and the first answer stays", func(t *testing.T) {
			corrected := plan
			corrected.On = day("2026-10-02")
			add(corrected)
			_, r, err := s.InspectionRecord(ctx, northLatest)
			if err != nil || len(r.Fulfilments) != 2 || r.Fulfilments[0].On != plan.On {
				t.Fatalf("got %+v, %v", r.Fulfilments, err)
			}
			if got, _ := clockOf(t, s, inspection.StatementOfActionRule).FulfilledBy(plan.BodyID); got.On != corrected.On {
				t.Errorf("got %+v", got)
			}
		})
		t.Run("an answer that was taken back counts no more", func(t *testing.T) {
			add(inspection.Fulfilment{InspectionID: plan.InspectionID, BodyID: plan.BodyID, RuleCode: plan.RuleCode, Words: "That was the plan of 2022."})
			if got, ok := clockOf(t, s, inspection.StatementOfActionRule).FulfilledBy(plan.BodyID); ok {
				t.Errorf("got %+v", got)
			}
		})
		t.Run("what the rules forbid is refused, and nothing is written", func(t *testing.T) {
			unchanged(t, s, func() {
				wrong := plan
				wrong.BodyID, wrong.RuleCode, wrong.On, wrong.Address = "bradford", "jtai_statement", day("2026-12-01"), "ftp://north.example"
				if got := problemsOf(t, s.AddFulfilment(ctx, planOfficer, wrong)); got != "body rule on address" {
					t.Errorf("got %s", got)
				}
				nowhere := plan
				nowhere.InspectionID = "nothing"
				if err := s.AddFulfilment(ctx, planOfficer, nowhere); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			})
		})
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestBankHolidaysThatOfficersAdd(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		mourning := inspection.BankHoliday{On: day("2026-09-21"), Name: "A day of mourning"}
		t.Run("a day that is added moves what is counted across it", func(t *testing.T) {
			if err := s.AddBankHoliday(ctx, planOfficer, mourning); err != nil {
				t.Fatal(err)
			}
			if c := clockOf(t, s, inspection.StatementOfActionRule); c.Due.String() != "2026-10-15" {
				t.Errorf("got %s", c.Due)
			}
			if entry := s.LastChange(t, inspection.OfBankHoliday, "2026-09-21"); !strings.Contains(entry.After, `"kind":"added"`) {
				t.Errorf("the entry is %+v", entry)
			}
		})
		t.Run("it is not added twice, and a day without a name is refused", func(t *testing.T) {
			unchanged(t, s, func() {
				if got := problemsOf(t, s.AddBankHoliday(ctx, planOfficer, mourning)); got != "on" {
					t.Errorf("got %s", got)
				}
				if got := problemsOf(t, s.AddBankHoliday(ctx, planOfficer, inspection.BankHoliday{On: day("2026-09-22")})); got != "name" {
					t.Errorf("got %s", got)
				}
			})
		})
		t.Run("it can be taken out again, and the days of the table cannot", func(t *testing.T) {
			if err := s.RemoveBankHoliday(ctx, planOfficer, mourning.On); err != nil {
				t.Fatal(err)
			}
			if c := clockOf(t, s, inspection.StatementOfActionRule); c.Due.String() != "2026-10-14" {
				t.Errorf("got %s", c.Due)
			}
			unchanged(t, s, func() {
				if err := s.RemoveBankHoliday(ctx, planOfficer, day("2026-12-25")); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			})
		})
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestRules(t *testing.T) {
	seed := storetest.Seed(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		if _, err := s.LoadSeed(ctx, seed); err != nil {
			t.Fatal(err)
		}
		t.Run("a later seed's version of a rule stands beside the one that is held", func(t *testing.T) {
			later := *seed
			later.Rules = append(append([]inspection.Rule{}, seed.Rules...), inspection.Rule{
				ID: inspection.RuleID(inspection.StatementOfActionRule, day("2027-01-01"), true), Code: inspection.StatementOfActionRule,
				About: "Written statement", Value: 60, Unit: inspection.WorkingDays, CountsFrom: "received", ValidFrom: day("2027-01-01"),
				SourceID: seed.Rules[0].SourceID, Confidence: inspection.ByOfficialPage, Words: "Sixty working days.",
			})
			for i, want := range []int{1, 0} {
				loaded, err := s.LoadSeed(ctx, &later)
				if err != nil || loaded.Total() != want {
					t.Fatalf("load %d added %v, %v", i+1, loaded, err)
				}
			}
			entry := s.LastChange(t, inspection.OfRule, "statement_of_action/2027-01-01")
			if entry.Action != inspection.Created {
				t.Errorf("the entry is %+v", entry)
			}
			rules, err := s.Rules(ctx)
			if err != nil || len(rules) != len(later.Rules) {
				t.Fatalf("got %d rules, %v", len(rules), err)
			}
			r := inspection.Record{Rules: rules}
			for on, want := range map[string]int{"2026-07-07": 70, "2027-01-01": 60} {
				if rule, ok := r.Rule(inspection.StatementOfActionRule, day(on)); !ok || rule.Value != want {
					t.Errorf("on %s it is %+v", on, rule)
				}
			}
		})
	})
}

func TestALetterThatIsPublishedAgainKeepsWhatOfficersRecorded(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		if err := s.SetInspectionDates(ctx, planOfficer, northLatest, inspection.Date{}, day("2026-11-02")); err != nil {
			t.Fatal(err)
		}
		plan := inspection.Fulfilment{InspectionID: northLatest, BodyID: "north-northamptonshire", RuleCode: inspection.StatementOfActionRule, On: day("2026-10-01")}
		if err := s.AddFulfilment(ctx, planOfficer, plan); err != nil {
			t.Fatal(err)
		}
		kept := func() {
			t.Helper()
			c := clockOf(t, s, inspection.StatementOfActionRule)
			if done, ok := c.FulfilledBy(plan.BodyID); c.Due.String() != "2026-11-02" || !ok || done.On != plan.On {
				t.Errorf("got %+v", c)
			}
		}
		letter := publish(t, s, northLetter())
		kept()
		unpublish(t, s, letter)
		kept()
	})
}

func TestDatesEnteredAfterPublicationOutliveTheLetter(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		dates := func() string {
			t.Helper()
			in, _, err := s.InspectionRecord(ctx, northLatest)
			if err != nil {
				t.Fatal(err)
			}
			return in.Received.String() + " " + in.StatementDue.String()
		}
		draft := northLetter()
		draft.Received = day("2026-06-24")
		letter := publish(t, s, draft)
		if got := dates(); got != "2026-06-24 " {
			t.Fatalf("published: %q", got)
		}
		unpublish(t, s, letter)
		if got := dates(); got != " " {
			t.Errorf("what the letter itself brought stays: %q", got)
		}
		letter = publishAgain(t, s, letter)
		if err := s.SetInspectionDates(ctx, planOfficer, northLatest, day("2026-06-25"), day("2026-11-02")); err != nil {
			t.Fatal(err)
		}
		unpublish(t, s, letter)
		if got := dates(); got != "2026-06-25 2026-11-02" {
			t.Errorf("unpublished: %q", got)
		}
		publishAgain(t, s, letter)
		if got := dates(); got != "2026-06-25 2026-11-02" {
			t.Errorf("published again: %q", got)
		}
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestDatesOfANewInspectionComeBackWithItsLetter(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		letter := publish(t, s, newLetter("2026-09-07", "2026-09-18", "2026-10-30"))
		in, _ := published(t, s, letter)
		if err := s.SetInspectionDates(ctx, planOfficer, in.ID, in.Published, inspection.Date{}); err != nil {
			t.Fatal(err)
		}
		unpublish(t, s, letter)
		if _, _, err := s.InspectionRecord(ctx, in.ID); !errors.Is(err, inspection.ErrNotFound) {
			t.Fatalf("the inspection is still there: %v", err)
		}
		again, _ := published(t, s, publishAgain(t, s, letter))
		if again.Received != in.Published {
			t.Errorf("received %q", again.Received)
		}
	})
}

// publishAgain publishes a letter that was unpublished, as it is.
func publishAgain(t *testing.T, s *store.Store, letter inspection.Letter) inspection.Letter {
	t.Helper()
	held, err := s.Letter(t.Context(), officer, letter.ID)
	if err == nil {
		letter, err = s.PublishLetter(t.Context(), officer, held.ID, held.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	return letter
}
