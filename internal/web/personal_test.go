package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

func TestAFormThatLooksAsIfItNamedAChildIsAskedAbout(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	const updates = "/recommendations/NN-ILACS-2026-1/updates"
	form := url.Values{
		"words": {"Visits are weekly.\nAria Testname (3 April 2015) is <em>better</em>."}, "on": {"20 November 2026"}, "audience": {"officers"},
	}
	updatesHeld := func() int {
		t.Helper()
		p, err := s.store.Progress(t.Context(), "NN-ILACS-2026-1", inspection.ForOfficers, s.today())
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Updates)
	}
	answer := sends(t, s, updates, form)
	says(t, answer, http.StatusUnprocessableEntity, "Does this name a child, a family or a case?", "“Aria Testname (3 April 2015” looks like a name with a date of birth")
	if updatesHeld() != 0 {
		t.Fatal("it is saved all the same")
	}
	page := document(t, answer)
	sent := url.Values{}
	for _, input := range page.Find(`form.officer-form input[type="hidden"]`).EachIter() {
		sent.Add(input.AttrOr("name", ""), input.AttrOr("value", ""))
	}
	if sent.Get("words") != form.Get("words") || page.Find("form.officer-form").AttrOr("action", "") != updates {
		t.Errorf("the form would be sent again as %v", sent)
	}
	led(t, sends(t, s, updates, sent))
	if updatesHeld() != 1 {
		t.Error("it is not saved though its sender says that it names nobody")
	}
}

func TestAnOrdinaryFormIsNotAskedAbout(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	led(t, sends(t, s, "/recommendations/NN-ILACS-2026-1/updates", url.Values{
		"words": {"West Northamptonshire and the Improvement Board met on 3 March 2025. The Principal Social Worker reported."},
		"on":    {"20 November 2026"}, "audience": {"officers"},
	}))
}

func TestADraftIsAskedAboutInItsOfficersOwnWordsAlone(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	saves := func(change func(url.Values)) *httptest.ResponseRecorder {
		t.Helper()
		values := formOf(t, s, address)
		change(values)
		values.Set("do", "save")
		return sends(t, s, address, values)
	}
	led(t, saves(func(values url.Values) {
		values.Set("item.1.words", "Aria Testname (3 April 2015) is in the letter itself.")
	}))
	says(t, saves(func(values url.Values) { values.Set("note", "Aria Testname (3 April 2015) told us.") }), http.StatusUnprocessableEntity,
		"Does this name a child, a family or a case?")
}
