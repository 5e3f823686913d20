package web

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	northLetter = "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"
	westLetter  = "/inspections/west-northamptonshire-ilacs-standard-2026-05-11"
)

// aLaterLetter is of our own wording, with numbered paragraphs.
var aLaterLetter = []string{
	aLetter[0],
	`What needs to improve?
• The plans for children in need. (Outcome 1)
• What the local offer gives. (Outcome 4)

The experiences and progress of children who need help and protection: good
1. Children are seen alone, and their wishes are written down.
2. Supervision by managers is regular. It still looks at tasks <em>more</em> than at children.
3. Direct work with children is creative.
4. Schools help.
5. Health services are quick.
The impact of leaders on practice with children and families: outstanding
6. Since the last inspection, the areas that needed improvement have been dealt with.`,
}

// publishesLater logs the later letter and publishes it, and returns its address as a letter.
func publishesLater(t *testing.T, s *Server) string {
	t.Helper()
	address := led(t, adds(t, s, nil, upload{"later.pdf", lettertest.PDF(aLaterLetter...)}))
	form := formOf(t, s, address)
	form.Set("final", "yes")
	for i, key := range form["items"] {
		form.Set("item."+key+".joins", []string{"NN-ILACS-2026-1", "NN-ILACS-2026-2"}[i])
	}
	led(t, sends(t, s, address, form))
	confirm := url.Values{
		"revision": {"2"}, "published": {"7 July 2026"}, "final": {"yes"}, "seen": {"yes"},
		"address": {"https://files.ofsted.gov.uk/v1/file/50306548"}, "shown": {""},
	}
	confirm.Set("shown", shownOn(t, sends(t, s, address+"/publish", confirm)))
	led(t, sends(t, s, address+"/publish", confirm))
	return address
}

func TestPagesSayWhatLaterLettersSaid(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "a letter says of each earlier area what it says, by paragraph", path: northLetter,
				wants: []string{`#earlier`, `.later-view--addressed`, `.earlier-area a[href="/recommendations/NN-ILACS-2022-4"]`, `.later-view--repeated a[href="/recommendations/NN-ILACS-2026-1"]`},
				shows: []string{"What this letter says of earlier areas to improve", "Addressed paragraph 47", "Still weak paragraph 9", "In our words, not a quotation."},
				hides: append([]string{"Not mentioned", "No view is recorded"}, notOnAnyPage...),
			},
			{
				name: "where no view is recorded, that is not taken for silence", path: westLetter,
				shows: []string{"No view is recorded yet of 4 areas to improve from October 2022. That does not mean that the letter does not mention them.", "WN-ILACS-2022-3"},
				hides: []string{"Not mentioned", "Addressed"},
			},
			{
				name: "before the later letter was out nothing of it shows", path: "/inspections/north-northamptonshire-ilacs-standard-2022-10-03?as-at=2026-07-06",
				hides: []string{"Addressed", "paragraph 47"},
			},
			{
				name: "the first letter to a council says nothing of what another was asked", path: "/inspections/west-northamptonshire-ilacs-standard-2022-10-03",
				hides: []string{"What this letter says of earlier areas to improve"},
			},
			{
				name: "an area’s own page has each later letter with its views", path: "/recommendations/NN-ILACS-2022-1",
				wants: []string{`.later-letter a[href="` + northLetter + `"]`},
				shows: []string{"Full inspection (two weeks), May 2026", "Still weak paragraph 16", "Repeated page 2 as NN-ILACS-2026-1"},
			},
			{
				name: "and says of a letter without a view that there is none yet", path: "/recommendations/WN-ILACS-2022-1",
				shows: []string{"No view is recorded yet. That does not mean that the letter does not mention this."},
				hides: []string{"Not mentioned"},
			},
		})
	})
}

func TestWhatKeepsComingBack(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "children in need of 2022, the visit of 2023 and 2026 stand in one chain, the earlier council apart", path: "/themes",
				wants: []string{
					`section[aria-labelledby="children-in-need-plans"] .mention--silent a[href="/inspections/northamptonshire-ilacs-focused-visit-2023-10"]`,
					`section[aria-labelledby="children-in-need-plans"] .theme-links a[href="/recommendations/NN-ILACS-2022-1"]`,
				},
				shows: []string{
					"What keeps coming back: Northamptonshire", "Asked for in 2 letters, and in 1 to Northamptonshire County Council", "Published November 2022", "Published July 2026",
					"Support and plans for children in need, disabled children among them. NN-ILACS-2026-1 · WN-ILACS-2026-1", "NN-ILACS-2026-1 repeats NN-ILACS-2022-1",
					"Letters to the earlier council, Northamptonshire County Council", "In our words, not a quotation.",
				},
				hides: notOnAnyPage,
			},
			{
				name: "one council has its own letters", path: "/themes?authority=west-northamptonshire",
				shows: []string{"What keeps coming back: West Northamptonshire", "WN-ILACS-2026-1 repeats WN-ILACS-2022-1"}, hides: []string{"NN-ILACS-2026-1"},
			},
			{
				name: "on a day before the last letter nothing of it shows", path: "/themes?as-at=2026-07-06",
				shows: []string{"As it stood on 6 July 2026"}, hides: []string{"NN-ILACS-2026-1", "July 2026 North"},
			},
			{
				name: "a council of which no letters are held that name a theme", path: "/themes?authority=bradford",
				shows: []string{"0 themes in more than one round of inspections", "That does not mean that none came back"},
			},
			{
				name: "an authority that there is not", path: "/themes?authority=atlantis", status: http.StatusBadRequest,
				shows: []string{"Choose an authority from the list: “atlantis” is not on it", "What keeps coming back: Northamptonshire"},
			},
			{name: "a day that is none", path: "/themes?as-at=yesterday", status: http.StatusBadRequest, shows: []string{"“yesterday” is not a day"}},
		})
	})
}

func TestAnOfficerRecordsWhatALetterSays(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newOfficerServer(t, db)
		publishesLater(t, s)
		address := northLetter + "/later-views"
		says(t, sees(t, s, address), http.StatusOK, "NN-ILACS-2022-1", "Paragraph 2, page 2 Found because it shares the word", "names the theme Management oversight",
			"speaks of the areas to improve of the inspection before as a whole", "Asked of the earlier council")
		chosen := document(t, sees(t, s, address+"?item=NN-ILACS-2022-1&paragraph=2&page=2"))
		form := chosen.Find(`details[open] form[action="` + address + `"]`)
		if form.Length() != 1 {
			t.Fatalf("%d forms are open", form.Length())
		}
		values := formValues(form)
		if values.Get("item") != "NN-ILACS-2022-1" || values.Get("paragraph") != "2" || values.Get("quote") != "Supervision by managers is regular." {
			t.Fatalf("the form is filled in with %v", values)
		}
		values.Set("view", "still_weak")
		values.Set("gloss", "Tasks come <em>first</em>.")
		wrong := sends(t, s, address, with(values, "quote", "Supervision is poor."))
		says(t, wrong, http.StatusUnprocessableEntity, "Quote word for word: that page of the letter does not have these words")
		kept := document(t, wrong)
		if kept.Find(`details[open] textarea`).Text() == "" || !strings.Contains(kept.Find(`details[open]`).Text(), "Supervision is poor.") ||
			kept.Find(`.govuk-error-summary a[href="#nn-ilacs-2022-1-add-quote"]`).Length() != 1 || kept.Find(`#nn-ilacs-2022-1-add-quote`).Length() != 1 {
			t.Error("the officer’s words are gone, or the problem does not lead to its box")
		}
		if strings.Contains(get(t, s, northLetter).Body.String(), "Tasks come") {
			t.Error("what was refused is stored")
		}
		if to := led(t, sends(t, s, address, values)); to != address+"?saved=view#nn-ilacs-2022-1" {
			t.Errorf("recording leads to %s", to)
		}
		says(t, get(t, s, northLetter), http.StatusOK, "Still weak paragraph 2", "Supervision by managers is regular.", "Tasks come <em>first</em>.")
		says(t, sees(t, s, address+"?saved=view"), http.StatusOK, "The view is recorded.", "The paragraph was offered because it shares the word")
		says(t, sends(t, s, address, values), http.StatusUnprocessableEntity, "this view of the paragraph is recorded already")
		says(t, sends(t, s, address, with(values, "page", "ninety")), http.StatusUnprocessableEntity, "Enter the page, such as 5")
		silent := with(values, "view", "not_mentioned", "paragraph", "", "page", "", "quote", "", "gloss", "")
		says(t, sends(t, s, address, silent), http.StatusUnprocessableEntity, "this letter is recorded to mention it")
		if answer := sends(t, s, address, with(values, "item", "NN-ILACS-1999-1")); answer.Code != http.StatusNotFound {
			t.Errorf("a view of nothing is answered %d", answer.Code)
		}

		var back url.Values
		page := document(t, sees(t, s, address))
		for _, node := range page.Find(`form[action="` + address + `/withdraw"]`).EachIter() {
			if strings.Contains(node.Closest("li").Text(), "Tasks come") {
				back = formValues(node)
			}
		}
		says(t, sends(t, s, address+"/withdraw", back), http.StatusUnprocessableEntity, "Enter why this view was wrong")
		led(t, sends(t, s, address+"/withdraw", with(back, "reason", "It was of another paragraph.")))
		if strings.Contains(get(t, s, northLetter).Body.String(), "Tasks come") {
			t.Error("a view that was taken back still shows")
		}
		if answer := sends(t, s, address+"/withdraw", with(back, "reason", "Again.")); answer.Code != http.StatusNotFound {
			t.Errorf("taking it back again is answered %d", answer.Code)
		}
		if answer := sends(t, s, westLetter+"/later-views/withdraw", with(back, "reason", "Of another letter.")); answer.Code != http.StatusNotFound {
			t.Errorf("taking it back as another letter’s is answered %d", answer.Code)
		}
		if _, err := db.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOfficerLinksAreasToImprove(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := northLetter + "/later-views"
	link := url.Values{"later": {"NN-ILACS-2026-2"}, "kind": {"arises_from"}, "earlier": {"NN-ILACS-2022-4"}, "note": {"Both are about being told."}}
	says(t, sends(t, s, address+"/link", with(link, "kind", "")), http.StatusUnprocessableEntity, "Choose how the two hang together", "Both are about being told.")
	says(t, sends(t, s, address+"/link", with(link, "earlier", "")), http.StatusUnprocessableEntity, "Check the reference")
	if answer := sends(t, s, address+"/link", with(link, "later", "WN-ILACS-2026-1")); answer.Code != http.StatusNotFound {
		t.Errorf("linking another letter’s item is answered %d", answer.Code)
	}
	led(t, sends(t, s, address+"/link", link))
	says(t, sees(t, s, address), http.StatusOK, "NN-ILACS-2026-2 arises from NN-ILACS-2022-4", "Both are about being told.")
	led(t, sends(t, s, address+"/unlink", link))
	if strings.Contains(sees(t, s, address).Body.String(), "Both are about being told.") {
		t.Error("the link is still there")
	}
}

func TestWhoMayRecordWhatALetterSays(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := northLetter + "/later-views"
	if answer := get(t, s, address); answer.Code != http.StatusForbidden {
		t.Errorf("a visitor is answered %d", answer.Code)
	}
	for _, role := range []inspection.Role{inspection.RoleMember, inspection.RoleReviewer, inspection.RoleClerk} {
		if answer := seesAs(t, s, inPost("Somebody", role), address); answer.Code != http.StatusForbidden {
			t.Errorf("%s is answered %d", role.Words(), answer.Code)
		}
	}
	for _, path := range []string{address, address + "/withdraw", address + "/link", address + "/unlink"} {
		if answer := sendsAs(t, s, inPost("Somebody", inspection.RoleMember), path, url.Values{"item": {"NN-ILACS-2022-1"}}); answer.Code != http.StatusForbidden {
			t.Errorf("a member who sends to %s is answered %d", path, answer.Code)
		}
	}
	if answer := sees(t, s, "/inspections/nowhere/later-views"); answer.Code != http.StatusNotFound {
		t.Errorf("an inspection that there is not is answered %d", answer.Code)
	}
}

// Offers come from a letter's text, and before it is published nobody but officers may see any of that.
func TestTheReviewOffersEarlierAreasAndNothingShowsBefore(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := led(t, adds(t, s, nil, upload{"later.pdf", lettertest.PDF(aLaterLetter...)}))
	review := sees(t, s, address)
	says(t, review, http.StatusOK, "Earlier areas to improve", "NN-ILACS-2022-1", "Paragraph 2, page 2", "until then nothing of it may show")
	if document(t, review).Find(`#main a[href*="later-views"]`).Length() > 0 {
		t.Error("a view can be recorded before the letter is published")
	}
	for _, path := range []string{northLetter, "/recommendations/NN-ILACS-2022-1", "/themes", northLetter + "/later-views"} {
		answer := get(t, s, path)
		if path == northLetter+"/later-views" {
			answer = sees(t, s, path)
			says(t, answer, http.StatusOK, "The text of this letter is not held here")
		}
		if strings.Contains(answer.Body.String(), "Supervision by managers") {
			t.Errorf("%s shows words of a letter that is not published", path)
		}
	}
	quote := url.Values{"item": {"NN-ILACS-2022-1"}, "view": {"improving"}, "paragraph": {"2"}, "quote": {"Supervision by managers is regular."}}
	says(t, sends(t, s, northLetter+"/later-views", quote), http.StatusUnprocessableEntity, "the letter’s text is not held here, so it cannot be checked")
}

// The paragraphs that were found by reading North's real letter are among those that the program offers for it.
func TestRealParagraphsAreOffered(t *testing.T) {
	folder := os.Getenv("TIMELINE_TEST_LETTERS")
	if folder == "" {
		t.Skip("TIMELINE_TEST_LETTERS names no folder of real letters")
	}
	data, err := os.ReadFile(filepath.Join(folder, "ilacs-standard-2637539-2026-05-11.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := letter.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	var pages []inspection.LetterPage
	for i, page := range opened {
		pages = append(pages, inspection.LetterPage{Number: i + 1, Words: page.String()})
	}
	paragraphs := inspection.Paragraphs(pages)
	numbered := slices.DeleteFunc(slices.Clone(paragraphs), func(p inspection.LetterParagraph) bool { return p.Number == "" })
	if len(numbered) != 58 {
		t.Errorf("%d paragraphs have a number; the letter has 58", len(numbered))
	}
	seed := storetest.Seed(t)
	matcher := inspection.NewMatcher(paragraphs, seed.Themes)
	wanted := map[string][]string{
		"NN-ILACS-2022-1": {"54", "47"}, "NN-ILACS-2022-2": {"11", "47"}, "NN-ILACS-2022-3": {"19", "20", "47"}, "NN-ILACS-2022-4": {"18", "47"},
	}
	for _, in := range seed.Inspections {
		for _, item := range in.Recommendations {
			var got []string
			for _, offer := range matcher.Offers(item) {
				got = append(got, offer.Paragraph.Number)
			}
			for _, number := range wanted[item.Reference] {
				if !slices.Contains(got, number) {
					t.Errorf("%s is offered paragraphs %v; want %s among them", item.Reference, got, number)
				}
			}
		}
	}
}
