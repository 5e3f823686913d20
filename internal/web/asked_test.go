package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

func TestScenariosOfWhatWasAskedOfOthers(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "themes stand with their numbers, for every authority, until one is chosen",
				path: "/england/asked",
				wants: []string{
					`main[data-page="asked_show"]`, `.section-nav a[href="/england/asked"][aria-current="page"]`,
					`.asked-themes a[href="/england/asked?theme=neglect"]`, `select#theme option[value="none"]`, `select#group option[value="all"]`,
					`select#authority option[value="leeds"]`,
				},
				shows: []string{
					"Letters to every authority on this record, earlier councils among them.", "Neglect 2", "Health 5",
					"full inspections of these authorities on this record. Areas are held for 4 other inspections and visits.",
					"A theme that is missing here may stand in a letter that is not held.", "Choose a theme to read",
				},
				hides: append([]string{"What came next", "No theme given 0"}, notOnAnyPage...),
			},
			{
				name: "a theme's areas stand under their letters, twins once, with what came next for each council",
				path: "/england/asked?theme=neglect",
				wants: []string{
					`.asked-themes a[aria-current="true"][href="/england/asked?theme=neglect"]`, `.asked:nth-of-type(2)`,
					`.asked a[href="/recommendations/NN-ILACS-2022-2"]`, `.asked a[href="/recommendations/WN-ILACS-2022-2"]`,
					`.came-next a[href="/inspections/north-northamptonshire-ilacs-standard-2026-05-11"]`,
					`.asked a[href="/authorities/west-northamptonshire"]`, `.came-next a[href="/authorities/north-northamptonshire"]`, `.later-views`,
				},
				shows: []string{
					"2 areas to improve: Neglect", "North Northamptonshire and West Northamptonshire: Full inspection (two weeks), October 2022",
					"In our words, not a quotation.", "Leaders Outstanding Requires improvement to be good in November 2022: up two grades",
					"Not compared: children in care and care leavers.",
					"Northamptonshire County Council ended on 31 March 2021. After it came North Northamptonshire · West Northamptonshire. What inspectors found there is their own.",
					"No later letter is held. This record has no later full inspection of Northamptonshire County Council that was out by 21 November 2026.",
				},
				hides: notOnAnyPage,
			},
			{
				name:  "the others beside a council that has ended are those of the day",
				path:  "/england/asked?authority=northamptonshire-county-council&group=region&as-at=2022-09-30",
				wants: []string{`select#authority option[value="northamptonshire-county-council"][selected]`},
				shows: []string{"Northamptonshire County Council ended on 31 March 2021. The others are those of 30 September 2022.", "Letters to 10 authorities"},
				hides: []string{"There is a problem"},
			},
			{
				name:  "before a council began its page says whose its area was",
				path:  "/england/asked?authority=west-northamptonshire&as-at=2019-09-30",
				wants: []string{`select#authority option[value="west-northamptonshire"][selected]`},
				shows: []string{"West Northamptonshire did not exist yet on 30 September 2019: its first day is 1 April 2021. Its area belonged to Northamptonshire County Council"},
				hides: []string{"There is a problem"},
			},
			{
				name:  "an Area SEND report is followed by the partnership's own inspections alone",
				path:  "/england/asked?theme=ehc-plans",
				shows: []string{"Area SEND inspection", "No later letter is held. This record has no later inspection of this kind of"},
				hides: append([]string{"May 2026"}, notOnAnyPage...),
			},
			{
				name:  "the authority itself is left out of the others of its region",
				path:  "/england/asked?theme=neglect&authority=north-northamptonshire&group=region",
				wants: []string{`a[href="/recommendations?authority=north-northamptonshire&theme=neglect"]`, `option[value="region"][selected]`, `.asked-themes a[href*="group=region"]`},
				shows: []string{"Chosen for North Northamptonshire: the same region.", "West Northamptonshire: Full inspection (two weeks), October 2022", "North Northamptonshire itself is left out"},
				hides: append([]string{"NN-ILACS-2022-2"}, notOnAnyPage...),
			},
			{
				name:  "statistical neighbours of whom no letter is held",
				path:  "/england/asked?theme=neglect&authority=bradford&group=neighbours",
				shows: []string{"Letters to 10 authorities", "Areas to improve are held for 0 of the", "No letter to these authorities is held with its areas to improve. That does not mean that inspectors asked for nothing", "0 areas to improve: Neglect", "That does not mean that none did."},
				hides: notOnAnyPage,
			},
			{
				name:  "all but one authority",
				path:  "/england/asked?theme=neglect&authority=northamptonshire-county-council&as-at=2020-06-01",
				shows: []string{"Letters to every authority on this record but Northamptonshire County Council", "0 areas to improve: Neglect"},
			},
			{
				name:  "one's own choice, in the address",
				path:  "/england/asked?theme=neglect&authority=leeds&group=chosen&with=west-northamptonshire,bradford",
				wants: []string{`input[type="hidden"][name="with"][value="west-northamptonshire,bradford"]`},
				shows: []string{"Letters to 2 authorities", "West Northamptonshire: Full inspection"},
				hides: []string{"NN-ILACS-2022-2"},
			},
			{
				name:  "no choice yet leads to where one is made",
				path:  "/england/asked?authority=leeds&group=chosen",
				wants: []string{`main a[href="/compare?authority=leeds&group=chosen"]`},
				shows: []string{"No other authority is chosen yet."},
			},
			{
				name:  "a neighbour that had not begun on the day is named",
				path:  "/england/asked?theme=neglect&group=region&authority=leicestershire&as-at=2020-01-01",
				shows: []string{"Northamptonshire County Council: Full inspection (two weeks), June 2019"},
				hides: append([]string{"North Northamptonshire", "ended on"}, notOnAnyPage...),
			},
			{
				name:  "areas without a theme, of which there are none",
				path:  "/england/asked?theme=none",
				wants: []string{`option[value="none"][selected]`},
				shows: []string{"0 areas to improve: no theme given", "Every area to improve of these authorities that is held has a theme."},
			},
			{
				name:  "before the first letter nothing had been asked",
				path:  "/england/asked?theme=neglect&as-at=2013-05-01",
				shows: []string{"No full inspection of these authorities that was out by 1 May 2013 is on this record.", "0 areas to improve: Neglect"},
				hides: append([]string{"October 2022"}, notOnAnyPage...),
			},
			{
				name:  "what later letters found is not known before they came out",
				path:  "/england/asked?theme=neglect&as-at=2023-01-01",
				shows: []string{"no later full inspection of West Northamptonshire that was out by 1 January 2023"},
				hides: append([]string{"May 2026", "What a later letter said"}, notOnAnyPage...),
			},
			{
				name: "an unknown theme is named, and the rest stays", path: "/england/asked?theme=luck&authority=leeds&group=type", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#theme"]`, `#theme[aria-describedby="theme-problem"]`, `option[value="leeds"][selected]`, `option[value="type"][selected]`},
				shows: []string{"Choose a theme from the list: “luck” is not on it"},
			},
			{
				name: "an unknown authority or group, choice and page", status: http.StatusBadRequest,
				path:  "/england/asked?authority=atlantis&group=friends&with=narnia&page=7",
				wants: []string{`.govuk-error-summary a[href="#authority"]`, `.govuk-error-summary a[href="#group"]`, `.govuk-error-summary a[href="#with"]`, `#with`, `.govuk-error-summary a[href="#page"]`, `#page`},
				shows: []string{"There is no page 7: choose one of this list, which has 1 page"},
			},
		})
	})
}

func TestAPublishedLetterIsQuotedAmongWhatWasAsked(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	const path = "/england/asked?theme=children-in-need-plans"
	if strings.Contains(get(t, s, path).Body.String(), "The plans for children in need.") {
		t.Fatal("the letter's words are there before it is published")
	}
	publishesLater(t, s)
	page := document(t, get(t, s, path))
	area := page.Find(`.asked li`).FilterFunction(func(_ int, li *goquery.Selection) bool {
		return li.Find(`a[href="/recommendations/NN-ILACS-2026-1"]`).Length() > 0
	})
	text := seen(area.Text())
	for _, words := range []string{
		"The plans for children in need.", "Word for word, as printed.", "NN-ILACS-2026-1 · WN-ILACS-2026-1", "West Northamptonshire, in other words:",
		"(in our words, not a quotation)",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("the area does not say %q: %s", words, text)
		}
	}
	if page.Find("em").Length() > 0 {
		t.Error("the page has mark-up of a letter")
	}
}

func TestWhatWasAskedIsCutIntoPages(t *testing.T) {
	db := storetest.Seeded(t)
	record := &inspection.Record{
		Themes: storetest.Seed(t).Themes,
		Bodies: []inspection.Body{{ID: "long-shire", Kind: inspection.Authority, Name: "Long Shire", Code: "LS"}},
	}
	for letter := range 3 {
		in := &inspection.Inspection{
			ID: fmt.Sprintf("long-shire-%d", letter), Kind: "ilacs-standard", Framework: "ilacs-2018", Published: inspection.Day(2018+letter, time.March, 1),
			Document: inspection.DocumentPublished, Confidence: inspection.ByLetter,
		}
		in.Bodies = []inspection.InspectionBody{{InspectionID: in.ID, BodyID: "long-shire", Confirmed: true, Position: 1}}
		for i := range 40 {
			in.Recommendations = append(in.Recommendations, inspection.Recommendation{
				Reference: fmt.Sprintf("LS-ILACS-%d-%d", in.Published.Year(), i+1), InspectionID: in.ID, Number: fmt.Sprint(i + 1),
				Kind: inspection.Improvement, Wording: inspection.Verbatim, Position: i + 1, Words: fmt.Sprintf("Matter %d.", i+1),
			})
		}
		record.Inspections = append(record.Inspections, in)
	}
	if _, err := db.LoadSeed(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	const path = "/england/asked?theme=none&group=chosen&authority=leeds&with=long-shire"
	var references []string
	for number := 1; number <= 3; number++ {
		page := document(t, get(t, s, fmt.Sprintf("%s&page=%d", path, number)))
		items := page.Find(".asked .areas > li")
		if want := min(askedPerPage, 120-len(references)); items.Length() != want {
			t.Errorf("page %d has %d areas, want %d", number, items.Length(), want)
		}
		if page.Find(".govuk-pagination__item--current").Text() != fmt.Sprint(number) {
			t.Errorf("page %d is not marked in the list of pages", number)
		}
		items.Each(func(_ int, li *goquery.Selection) {
			references = append(references, li.Find(`a[href^="/recommendations/"]`).First().Text())
		})
	}
	slices.Sort(references)
	if many := len(slices.Compact(references)); many != 120 {
		t.Errorf("three pages hold %d different areas, want 120", many)
	}
}

func TestALetterThatListsNoAreaIsHeld(t *testing.T) {
	db, none := storetest.Seeded(t), 0
	in := &inspection.Inspection{
		ID: "long-shire-visit", Kind: "ilacs-focused-visit", Framework: "ilacs-2018", Published: inspection.MustDate("2020-03-01"),
		Document: inspection.DocumentPublished, Confidence: inspection.ByLetter, WholeListHeld: true, AreasCount: &none,
		Bodies: []inspection.InspectionBody{{InspectionID: "long-shire-visit", BodyID: "long-shire", Confirmed: true, Position: 1}},
	}
	long := inspection.Body{ID: "long-shire", Kind: inspection.Authority, Name: "Long Shire", Code: "LS"}
	if _, err := db.LoadSeed(t.Context(), &inspection.Record{Bodies: []inspection.Body{long}, Inspections: []*inspection.Inspection{in}}); err != nil {
		t.Fatal(err)
	}
	text := seen(document(t, get(t, newServer(t, db), "/england/asked?group=chosen&authority=leeds&with=long-shire")).Find("main").Text())
	if !strings.Contains(text, "Areas are held for 1 other inspection or visit.") || !strings.Contains(text, "list none") || strings.Contains(text, "No letter to these authorities is held") {
		t.Errorf("the page says: %s", text)
	}
}

func TestTheRecordOfEnglandIsSaidToBeOldAmongWhatWasAsked(t *testing.T) {
	later := func() time.Time { return storetest.Now().AddDate(1, 0, 0) }
	s, err := New(Config{Store: storetest.Seeded(t), Files: static.Files(), Missing: static.Missing(), Clock: later})
	if err != nil {
		t.Fatal(err)
	}
	if text := seen(document(t, get(t, s, "/england/asked")).Find("main").Text()); !strings.Contains(text, "The record of England was read on 22 August 2026, more than 3 months ago.") {
		t.Errorf("the page says: %s", text)
	}
}

func TestNoDraftIsAmongWhatWasAsked(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	before := answersTo(t, s, []string{"/england/asked", "/england/asked?theme=none", "/england/asked?theme=workforce"})
	addedLetter(t, s)
	if answersTo(t, s, []string{"/england/asked", "/england/asked?theme=none", "/england/asked?theme=workforce"}) != before {
		t.Error("a draft changed what was asked of others")
	}
}

func TestNotComparedWords(t *testing.T) {
	line := func(phrase, short, words string) inspection.JudgementLine {
		return inspection.JudgementLine{Strand: inspection.Strand{Phrase: phrase, Short: short}, Earlier: inspection.Earlier{Words: words}}
	}
	some := []inspection.JudgementLine{line("care leavers", "Care leavers", "First of its own"), line("children in care", "Children in care", "One grade for both")}
	for name, c := range map[string]struct {
		next inspection.CameNext
		want string
	}{
		"all are compared": {inspection.CameNext{Compared: some}, ""},
		"some are":         {inspection.CameNext{Compared: some, NotCompared: some}, "Not compared: care leavers and children in care."},
		"none is":          {inspection.CameNext{NotCompared: some}, "Care leavers: First of its own."},
	} {
		if got := notComparedWords(c.next); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
