package store_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestEnglandIsEveryAuthorityWithItsFullInspections(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		england, err := s.England(ctx)
		if err != nil {
			t.Fatal(err)
		}
		listed, _, err := s.Inspections(ctx, store.InspectionFilter{})
		if err != nil {
			t.Fatal(err)
		}
		full := slices.DeleteFunc(listed, func(in *inspection.Inspection) bool {
			framework, _ := england.Catalogue.Framework(in.Framework)
			kind, _ := framework.Kind(in.Kind)
			return !kind.Full
		})
		if len(england.Inspections) != len(full) || len(full) < 400 {
			t.Fatalf("it has %d inspections, want %d", len(england.Inspections), len(full))
		}
		for i, in := range england.Inspections {
			want := *full[i]
			// These stand on the page of the inspection and are not read.
			want.StatementDue, want.PublishedBasis, want.LeadInspector, want.ReportAddress = inspection.Date{}, "", "", ""
			want.DeliveredBy, want.Note, want.VisitNumber, want.AreasCovered = "", "", 0, nil
			if !reflect.DeepEqual(*in, want) {
				t.Errorf("got %+v\nwant %+v", *in, want)
			}
		}
		seed := storetest.Seed(t)
		if len(england.Successions) != len(seed.Successions) || len(england.Services) != len(seed.Services) ||
			len(england.Completeness) != len(seed.Completeness) || len(england.PlaceMembers) != 0 {
			t.Errorf("it has %d successions, %d services, %d lines of completeness", len(england.Successions), len(england.Services), len(england.Completeness))
		}
		for _, b := range england.Bodies {
			if b.Kind != inspection.Authority {
				t.Errorf("%s is a %s", b.ID, b.Kind)
			}
		}
	})
}

// englandDesk holds the record of England as a running program does: it reads what was touched and nothing else.
type englandDesk struct {
	t       *testing.T
	s       *store.Store
	held    *inspection.Record
	version int64
}

func newEnglandDesk(t *testing.T, s *store.Store) *englandDesk {
	t.Helper()
	d := &englandDesk{t: t, s: s}
	var err error
	if d.version, err = s.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d.held, err = s.England(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// refresh reads what was touched, compares it with a whole reading, and checks that what was held before has not changed.
func (d *englandDesk) refresh(after string) (read, whole *inspection.Record) {
	d.t.Helper()
	ctx := d.t.Context()
	before := fmt.Sprintf("%+v", deepText(d.held))
	touched, err := d.s.Touched(ctx, d.version)
	if err != nil {
		d.t.Fatal(err)
	}
	next, err := d.s.EnglandAfter(ctx, d.held, touched)
	if err != nil {
		d.t.Fatalf("%s: %v", after, err)
	}
	if whole, err = d.s.England(ctx); err != nil {
		d.t.Fatal(err)
	}
	if !reflect.DeepEqual(next, whole) {
		d.t.Errorf("%s: what was read again differs from the whole", after)
	}
	if now := fmt.Sprintf("%+v", deepText(d.held)); now != before {
		d.t.Errorf("%s: the record that others hold has changed", after)
	}
	read, d.held = d.held, next
	if d.version, err = d.s.Version(ctx); err != nil {
		d.t.Fatal(err)
	}
	return read, next
}

// deepText writes a record down with what its pointers lead to.
func deepText(r *inspection.Record) []string {
	out := []string{fmt.Sprintf("%+v %+v %+v %+v", r.Bodies, r.Successions, r.Services, r.Completeness)}
	for _, in := range r.Inspections {
		out = append(out, fmt.Sprintf("%+v", *in))
	}
	return out
}

func TestWhatIsReadAgainOfEnglandEqualsTheWhole(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newEnglandDesk(t, s)
		changes := func(after string) {
			t.Helper()
			if before, now := d.refresh(after); reflect.DeepEqual(before, now) {
				t.Errorf("%s: nothing has changed", after)
			}
		}
		stays := func(after string) {
			t.Helper()
			if before, now := d.refresh(after); before != now {
				t.Errorf("%s: it was read again", after)
			}
		}
		stays("nothing")

		letter := publish(t, s, northLetter())
		changes("a letter that confirms what is held")
		other := publish(t, s, newLetter("2026-09-07", "2026-09-18", "2026-10-30"))
		changes("a new letter")
		unpublish(t, s, other)
		changes("the new letter unpublished")
		unpublish(t, s, letter)
		d.refresh("the other letter unpublished")
		publish(t, s, twinVisit("north-northamptonshire", "https://files.ofsted.gov.uk/v1/file/88888888", ""))
		d.refresh("a visit, which is no full inspection")

		correct := func(kind inspection.RecordKind, id, statement string, values ...any) {
			t.Helper()
			store.Correct(t, s, kind, id, statement, values...)
			changes(statement)
		}
		bradford := d.held.Inspections[slices.IndexFunc(d.held.Inspections, func(in *inspection.Inspection) bool { return in.Of("bradford") })].ID
		correct(inspection.OfInspection, bradford, "UPDATE judgements SET grade = 'outstanding' WHERE strand = 'leaders' AND inspection_id = ?", bradford)
		correct(inspection.OfInspection, bradford, "UPDATE inspections SET published = '2025-01-01' WHERE id = ?", bradford)
		correct(inspection.OfInspection, bradford, "UPDATE inspections SET kind = 'ilacs-focused-visit' WHERE id = ?", bradford)
		correct(inspection.OfBody, "bradford", "UPDATE bodies SET name = 'Zenith', ended = '2027-03-31' WHERE id = ?", "bradford")
		correct(inspection.OfBody, "kent", "UPDATE bodies SET kind = 'place' WHERE id = ?", "kent")
		correct(inspection.OfSuccession, "a/b", "DELETE FROM successions WHERE from_id = 'northamptonshire-county-council'")
		correct(inspection.OfService, "a/b", "DELETE FROM services WHERE authority_id = 'north-northamptonshire'")
		correct(inspection.OfCompleteness, "*/ilacs_graded", "UPDATE completeness SET to_day = '2026-11-01' WHERE body_id = '*'")

		if _, err := s.LoadSeed(ctx, &inspection.Record{Terms: []inspection.Term{{ID: "plan", Term: "Plan", Meaning: "What is to be done."}}}); err != nil {
			t.Fatal(err)
		}
		stays("a word of the glossary")
		desk := newDesk(t, s, "2026-10-01")
		desk.update(northArea, "Half of them are read.", inspection.ForPublic)
		stays("an update")
	})
}

func TestASeedLoadedLaterIsReadWhole(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := newEnglandDesk(t, s)
		if _, err := s.LoadSeed(ctx, storetest.Seed(t)); err != nil {
			t.Fatal(err)
		}
		if touched, err := s.Touched(ctx, 0); err != nil || !touched.Any(inspection.OfBody) || !touched.Any(inspection.OfInspection) {
			t.Errorf("got %+v, %v", touched, err)
		}
		if _, now := d.refresh("the seed"); len(now.Inspections) < 400 {
			t.Errorf("it has %d inspections", len(now.Inspections))
		}
	})
}

func TestAKindThatNobodyKnowsMeansThatAnythingMayHaveChanged(t *testing.T) {
	s := storetest.Seeded(t)
	since, err := s.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store.Correct(t, s, "constellation", "orion", "UPDATE bodies SET name = 'Kent and sea' WHERE id = 'kent'")
	touched, err := s.Touched(t.Context(), since)
	if err != nil || !touched.Everything || !touched.Any(inspection.OfBody) || touched.Nothing() {
		t.Errorf("got %+v, %v", touched, err)
	}
}

func TestWhatPagesOfEnglandAskForIsFoundByIndex(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		for number := 2; number <= 8; number++ { // of a few rows a database reads all
			made, err := exchange.SyntheticCopy(storetest.Seed(t), number)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.LoadSeed(t.Context(), made); err != nil {
				t.Fatal(err)
			}
		}
		store.Analyse(t, s)
		since, err := s.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		england, err := s.England(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{england.Inspections[0].ID, england.Inspections[1].ID}
		for name, plan := range store.EnglandPlans(t, s, since-3, ids, "north-northamptonshire") {
			lower := strings.ToLower(plan)
			if !strings.Contains(lower, "index") && !strings.Contains(lower, "primary key") {
				t.Errorf("%s: no index is used:\n%s", name, plan)
			}
			for _, scan := range []string{"seq scan on", "scan i\n", "scan p\n", "scan changes\n", "scan bodies\n", "scan judgements"} {
				if strings.Contains(lower, scan) {
					t.Errorf("%s: a whole table is read:\n%s", name, plan)
				}
			}
		}
	})
}
