package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestReferenceDataIsReadAgainOnlyWhereItMayHaveChanged(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		read := func() *referenceData {
			t.Helper()
			s.data.forget() // as after a change that the program itself has made
			known, err := s.referenceData(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return known
		}
		add := func(term string) {
			t.Helper()
			terms := []inspection.Term{{ID: term, Term: term, Meaning: "A word that nobody knew before."}}
			if _, err := db.LoadSeed(ctx, &inspection.Record{Terms: terms}); err != nil {
				t.Fatal(err)
			}
		}
		first := read()
		_, err := db.AddUpdate(ctx, storetest.Officer, inspection.Update{
			Reference: "NN-ILACS-2026-1", On: inspection.DayOf(storetest.Now()), Words: "Half of them are read.", Audience: inspection.ForPublic,
		})
		if err != nil {
			t.Fatal(err)
		}
		if *read() != *first {
			t.Error("an update makes reference data be read again")
		}
		add("quixotry")
		second := read()
		if second.lexicon.terms["quixotry"].Meaning == "" {
			t.Error("a new word of the glossary is not known")
		}
		if second.england != first.england || &second.bodies[0] != &first.bodies[0] {
			t.Error("a new word of the glossary makes the register or the record of England be read again")
		}
		if first.lexicon.terms["quixotry"].Meaning != "" {
			t.Error("a word is added to the glossary that somebody else is reading")
		}
		if *read() != *second {
			t.Error("it is read again though nothing has changed")
		}
		s.known.register.state.number += 1000 // as where a backup with fewer changes was put in place
		s.known.england.state.number += 1000
		third := read()
		if third.registerData == second.registerData || third.england == second.england {
			t.Error("data of a later version is taken for that of an earlier one")
		}
		newtown := []inspection.Body{{ID: "newtown", Kind: inspection.Authority, Name: "Newtown", Code: "999"}}
		if _, err := db.LoadSeed(ctx, &inspection.Record{Bodies: newtown}); err != nil {
			t.Fatal(err)
		}
		fourth := read()
		if _, ok := fourth.england.History("newtown"); !ok || len(fourth.bodies) != len(third.bodies)+1 {
			t.Error("a new authority is not known")
		}
		if _, ok := third.england.History("newtown"); ok {
			t.Error("an authority is added to the record that somebody else is reading")
		}
	})
}

func TestPagesThatDoNotNeedEnglandDoNotReadIt(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, address := range []string{"/glossary", "/inspections", "/recommendations", "/milestones", "/sources"} {
		if answer := get(t, s, address); answer.Code != http.StatusOK {
			t.Errorf("%s is answered %d", address, answer.Code)
		}
	}
	if s.known.register.made == nil || s.known.england.made != nil {
		t.Error("the record of England was read, or no page needed the register")
	}
}

func TestAListOffersOnlyNearAuthoritiesWhereThereAreTooMany(t *testing.T) {
	db := storetest.Seeded(t)
	many := &inspection.Record{}
	for i := range mostAuthorities {
		many.Bodies = append(many.Bodies, inspection.Body{
			ID: fmt.Sprintf("council-%d", i), Kind: inspection.Authority, Name: fmt.Sprintf("Council %d", i), Code: fmt.Sprintf("C%d", i),
			Region: fmt.Sprintf("Region %d", i%4),
		})
	}
	s := newServer(t, db)
	if page := document(t, get(t, s, "/inspections")); page.Find("#authority-left").Length() != 0 || page.Find("#authority option").Length() < 150 {
		t.Error("of few authorities not all are listed")
	}
	if _, err := db.LoadSeed(context.Background(), many); err != nil {
		t.Fatal(err)
	}
	s = newServer(t, db)
	for _, c := range []struct {
		asked        string
		listed, left []string
	}{
		{"", []string{"northamptonshire", "north-northamptonshire", "leicester"}, []string{"council-0", "kent"}},
		{"council-5", []string{"north-northamptonshire", "council-5", "council-1"}, []string{"council-0", "kent"}},
		{"kent", []string{"kent", "surrey", "north-northamptonshire"}, []string{"council-0"}},
	} {
		page := document(t, get(t, s, "/inspections?authority="+c.asked))
		if page.Find(`#authority-left a[href="/authorities"]`).Length() != 1 {
			t.Errorf("%q: nobody says where the others are", c.asked)
		}
		for _, id := range c.listed {
			if page.Find(`#authority option[value="`+id+`"]`).Length() != 1 {
				t.Errorf("%q: %s is not listed", c.asked, id)
			}
		}
		for _, id := range c.left {
			if page.Find(`#authority option[value="`+id+`"]`).Length() != 0 {
				t.Errorf("%q: %s is listed", c.asked, id)
			}
		}
		if chosen, _ := page.Find("#authority option[selected]").Attr("value"); chosen != c.asked {
			t.Errorf("%q: %q is chosen", c.asked, chosen)
		}
	}
	if answer := get(t, s, "/inspections?authority=nowhere"); answer.Code != http.StatusBadRequest {
		t.Errorf("an unknown authority is answered %d", answer.Code)
	}
}

func TestOfVeryManyRegionsEachIsTwoChoicesAway(t *testing.T) {
	var regions []string
	for i := range 900 {
		regions = append(regions, fmt.Sprintf("Region %03d", i))
	}
	listed := func(asked string) []string {
		t.Helper()
		f := &filter{asked: url.Values{"region": {asked}}, kept: url.Values{}}
		if got := f.chooseRegion("Region", "All", regions, "Region 123"); got != asked || len(f.problems) > 0 {
			t.Errorf("asked for %q: got %q, %v", asked, got, f.problems)
		}
		var out []string
		for _, o := range f.Selects[0].Groups[0].Options {
			out = append(out, o.Value)
		}
		if len(out) > 2*mostRegions || !slices.Contains(out, "Region 123") || f.Selects[0].Left == "" {
			t.Errorf("asked for %q: %d are listed, and it says %q", asked, len(out), f.Selects[0].Left)
		}
		return out
	}
	reached := map[string]bool{}
	for _, first := range listed("") {
		for _, second := range listed(first) {
			reached[second] = true
		}
	}
	if len(reached) != len(regions) {
		t.Errorf("%d of %d regions are reached", len(reached), len(regions))
	}
	few := &filter{asked: url.Values{"region": {"Region 007"}}, kept: url.Values{}}
	if few.chooseRegion("Region", "All", regions[:9], ""); few.Selects[0].Left != "" || len(few.Selects[0].Groups[0].Options) != 9 {
		t.Error("of nine regions some are left out")
	}
}

// A reading server that takes over may lack what was changed last, and soon has as many changes again, which are others.
func TestReferenceDataOfAServerThatLackedChangesIsReadAnew(t *testing.T) {
	ctx := t.Context()
	db := storetest.Seeded(t)
	s := newServer(t, db)
	var lost int64 // how many more changes there seem to be than there are: those that were lost
	s.data.read = func(ctx context.Context) (int64, error) {
		number, err := db.Version(ctx)
		return number + lost, err
	}
	lost = 100
	if _, err := s.referenceData(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.settingsNow(ctx); err != nil {
		t.Fatal(err)
	}
	lost = 0
	s.data.forget()
	if _, err := s.data.state(ctx); err != nil { // a page is asked for that needs none of it
		t.Fatal(err)
	}
	newtown := []inspection.Body{{ID: "newtown", Kind: inspection.Authority, Name: "Newtown", Code: "999"}}
	term := []inspection.Term{{ID: "quixotry", Term: "quixotry", Meaning: "A word that nobody knew before."}}
	if _, err := db.LoadSeed(ctx, &inspection.Record{Bodies: newtown, Terms: term}); err != nil {
		t.Fatal(err)
	}
	settings, err := db.Settings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	settings.Council = "Newtown Council"
	if _, err := db.SaveSettings(ctx, storetest.Administrator, settings); err != nil {
		t.Fatal(err)
	}
	for _, again := range []struct {
		name string
		lost int64
	}{{"with as many changes as before", -1}, {"with more changes than before", 103}} {
		t.Run(again.name, func(t *testing.T) {
			lost = again.lost
			if lost < 0 {
				now, err := db.Version(ctx)
				if err != nil {
					t.Fatal(err)
				}
				lost = s.known.england.state.number - now
			}
			s.data.forget()
			known, err := s.referenceData(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := known.england.History("newtown"); !ok {
				t.Error("the record of England is that of the server before")
			}
			if known.lexicon.terms["quixotry"].Meaning == "" {
				t.Error("the glossary is that of the server before")
			}
			if now, err := s.settingsNow(ctx); err != nil || now.Council != "Newtown Council" {
				t.Errorf("the settings are those of the server before, %v", err)
			}
		})
	}
}
