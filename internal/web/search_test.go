package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfSearch(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "without words it says how to ask, and what is searched",
				path: "/search",
				wants: []string{
					`.nav a[href="/search"][aria-current="page"]`, `form[role="search"] label[for="q"]`, `#q[type="search"]`,
					`.search-examples a[href="/search?q=%22care+leavers%22"]`, `.search-start li`, `.search-held a[href="/sources#complete"]`,
				},
				shows: []string{"What is searched", "areas to improve", "milestones, in our words", "The text of no letter or report is held here yet."},
				hides: append([]string{"results for", "Narrow the results"}, notOnAnyPage...),
			},
			{
				name: "each result says what it is, of whom, from when, and has the words marked",
				path: "/search?q=neglect",
				wants: []string{
					`#q[value="neglect"]`, `.search-hit h3 a[href^="/recommendations/"]`, `.search-hit mark`, `.search-facet a[href*="kind="]`,
					`.search-facet a[href*="authority="]`, `.search-facet a[href*="year="]`, `.search-sorts a[aria-current="true"]`, `nav a[href="#hits"]`, `ol#hits[start="1"]`,
				},
				shows: []string{"results for “neglect”", "Area to improve NCC-ILACS-2019-P2", "Published 29 July 2019", "In our words, not a quotation.", "Of an earlier council, Northamptonshire County Council, which ended on 31 March 2021."},
				hides: append([]string{"Did you mean", "Ways of asking"}, notOnAnyPage...),
			},
			{
				name:  "a phrase is kept in the box as it was understood, and a sign leaves a word out",
				path:  "/search?q=" + url.QueryEscape(`“care leavers” −health`),
				wants: []string{`#q[value='"care leavers" -health']`, `.search-hit`},
				shows: []string{"for “care leavers” -health"},
			},
			{
				name: "what is chosen is said, kept by the form and by every link, and taken off by one",
				path: "/search?q=children&kind=finding&authority=west-northamptonshire&year=2022&sort=date",
				wants: []string{
					`.search-chosen a[href="/search?authority=west-northamptonshire&q=children&sort=date&year=2022"]`, `.search-chosen a[href="/search?q=children"]`,
					`.search-facet a[aria-current="true"][href*="kind=finding"]`, `form input[type="hidden"][name="authority"][value="west-northamptonshire"]`,
					`form input[type="hidden"][name="sort"][value="date"]`, `.search-sorts a[href="/search?authority=west-northamptonshire&kind=finding&q=children&year=2022"]`,
				},
				shows: []string{"What it is: Finding", "Authority: West Northamptonshire", "Year: 2022", "Published 25 November 2022"},
				hides: append([]string{"Area to improve WN", "Published 7 July 2026"}, notOnAnyPage...),
			},
			{
				name:  "a milestone leads to where it stands",
				path:  "/search?q=commissioner&kind=milestone",
				wants: []string{`.search-hit h3 a[href^="/milestones#"]`, `.search-facts a[href^="/authorities/"]`},
				shows: []string{"results for “commissioner”"},
			},
			{
				name:  "the latest come first where that is asked for",
				path:  "/search?q=children&sort=date",
				wants: []string{`.search-sorts a[aria-current="true"][href*="sort=date"]`, `.govuk-pagination a[href="/search?page=2&q=children&sort=date"]`},
			},
			{
				name:  "a misspelt word leads to one that is there",
				path:  "/search?q=negelct",
				wants: []string{`.search-instead a[href="/search?q=neglect"]`},
				shows: []string{"Nothing found for “negelct”", "“negelct” stands nowhere in what is searched here.", "Did you mean neglect?", "That nothing was found does not mean that inspectors never said it."},
				hides: append([]string{"results for"}, notOnAnyPage...),
			},
			{
				name:  "what others call otherwise is offered in their words, where they find something",
				path:  "/search?q=care+leavers&year=2026",
				wants: []string{`.search-related a[href="/search?q=%22care+experienced%22&year=2026"]`},
				shows: []string{"Related words in the glossary: “care experienced” (2 results)"}, hides: append([]string{"young adults” ("}, notOnAnyPage...),
			},
			{
				name: "what is chosen stays chosen, so that words which find nothing under it are not offered", path: "/search?q=care+leavers&year=2022",
				shows: []string{"results for “care leavers”"}, hides: append([]string{"Related words"}, notOnAnyPage...),
			},
			{
				name:  "where nothing is found too, and the rest of the question stays",
				path:  "/search?q=" + url.QueryEscape("looked after -health"),
				wants: []string{`.search-related a[href="/search?q=%22in+care%22+-health"]`},
				shows: []string{"Nothing found for “looked after -health”"},
			},
			{
				name: "a wider word is offered", path: "/search?q=foster+carers",
				wants: []string{`.search-related a[href="/search?q=fostering"]`}, hides: notOnAnyPage,
			},
			{
				name: "words of which the record has no others are offered none", path: "/search?q=neglect", hides: append([]string{"Related words"}, notOnAnyPage...),
			},
			{
				name:  "nothing found under what is chosen leads to everything",
				path:  "/search?q=neglect&year=2012",
				wants: []string{`#hits a[href="/search?q=neglect"]`},
				shows: []string{"Nothing found for “neglect”", "Look for the same words in everything", "The text of no letter or report is held here yet."},
				hides: append([]string{"stands nowhere"}, notOnAnyPage...),
			},
		})
	})
}

func TestRelatedWordsAreThoseOfTheGlossary(t *testing.T) {
	terms := []inspection.Term{
		{Term: "Care leavers", Also: "Care-experienced young adults| Care experienced |"}, {Term: "EHC plan", Also: "EHCP|Education, health and care plan"},
		{Term: "Plan of action", Also: "Action plan"}, {Term: "Priority action plan", Also: "Urgent plan"}, {Term: "Neglect"},
		{Term: "Foster carer", Also: "Fostering"}, {Term: "A1", Also: "B1|C1|D1|E1"}, {Term: "A2", Also: "B2|C2|D2|E2"},
	}
	for text, want := range map[string][]string{
		"care leavers -health":          {`"care experienced" -health`},
		"care-experienced young adults": {`"care leavers"`, `"care experienced"`},
		"EHCP reviews":                  {`"EHC plan" reviews`, `"education, health and care plan" reviews`},
		"neglect":                       nil,
		"foster carers":                 {"fostering"},
		"priority action plan":          {`"urgent plan"`}, // and none for the action plan within
		"-EHCP neglect":                 nil,
		"A1 A2":                         {"b1 A2", "c1 A2", "d1 A2", "e1 A2", "A1 b2", "A1 c2"},
	} {
		query, err := search.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range rephrased(query, terms) {
			got = append(got, one.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is related to %q; want %q", text, got, want)
		}
	}
}

func TestAServiceThatHasJustBegunDoesNotSayThatWordsStandNowhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		if _, err := db.LoadSeed(t.Context(), storetest.Seed(t)); err != nil {
			t.Fatal(err)
		}
		s := newServer(t, db)
		runScenarios(t, s, []scenario{{
			name:  "before anything is indexed it says so in place of ways to find more",
			path:  "/search?q=neglect",
			wants: []string{`#q[value="neglect"]`, `.search-held`},
			shows: []string{"Nothing found yet for “neglect”", "Nothing can be searched yet: this service is still looking through the record. Look again in a minute.", "does not mean that inspectors never said it"},
			hides: append([]string{"stands nowhere", "Check the spelling", "Look for fewer words"}, notOnAnyPage...),
		}})
		if got := read[opendata.SearchDocument](t, get(t, s, opendata.Root+"/search?q=neglect")); got.Waiting == 0 || len(got.Unknown) != 0 {
			t.Errorf("a program is told that %d records wait, and that %q stand nowhere", got.Waiting, got.Unknown)
		}
		if _, err := db.IndexSearch(t.Context()); err != nil {
			t.Fatal(err)
		}
		runScenarios(t, s, []scenario{{
			name: "once it is indexed the words are found, and others are not", path: "/search?q=neglect",
			wants: []string{`.search-hit`}, hides: []string{"found yet", "Look again in a minute"},
		}, {
			name: "and of others it says that they stand nowhere", path: "/search?q=negelct",
			shows: []string{"Nothing found for “negelct”", "“negelct” stands nowhere", "Check the spelling"},
		}})
	})
}

func TestWhatCannotBeLookedForIsSaidAtTheBox(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	atBox := []string{`.govuk-error-summary a[href="#q"]`, `#q[aria-invalid="true"][aria-describedby="q-problem"]`, `#q-problem`}
	runScenarios(t, s, []scenario{
		{
			name: "operators only", path: "/search?q=" + url.QueryEscape(`" - "`), status: http.StatusBadRequest, wants: append(atBox, `#q[value='" - "']`),
			shows: []string{"Enter at least one word to look for", "What is searched"}, hides: []string{"Nothing found"},
		},
		{name: "excluded words only", path: "/search?q=-care+-home", status: http.StatusBadRequest, wants: append(atBox, `#q[value="-care -home"]`)},
		{
			name: "ten thousand characters", path: "/search?q=" + strings.Repeat("children+", 1111), status: http.StatusBadRequest, wants: atBox,
			shows: []string{"Shorten what you look for"},
		},
		{name: "a picture", path: "/search?q=%F0%9F%91%8D", status: http.StatusBadRequest, wants: append(atBox, `#q[value="👍"]`)},
		{
			name: "another script", path: "/search?q=%E5%84%BF%E7%AB%A5", status: http.StatusBadRequest, wants: append(atBox, `#q[value="儿童"]`),
			shows: []string{"Enter English words"}, hides: []string{"Did you mean", "Nothing found"},
		},
		{
			name: "every bad value is named at once, and the words are looked for all the same",
			path: "/search?q=neglect&kind=gossip&authority=atlantis&year=soon&inspection=none&judgement=none&theme=weather&sort=colour&page=minus", status: http.StatusBadRequest,
			wants: []string{
				`.govuk-error-summary a[href="#kind"]`, `#kind`, `#authority`, `#year`, `#inspection`, `#judgement`, `#theme`, `#sort`, `#page`, `.search-hit`,
			},
			shows: []string{"Choose an authority from the list: “atlantis” is not on it", "“colour” is not an order of results: use the links above them"},
		},
		{
			name: "a page past the end", path: "/search?q=neglect&page=99", status: http.StatusBadRequest, wants: []string{`.govuk-error-summary a[href="#page"]`, `#page`, `.search-hit`},
			shows: []string{"There is no page 99: choose one of these results, which have 1 page"},
		},
		{
			name: "a page far past the end", path: "/search?q=neglect&page=9223372036854775807", status: http.StatusBadRequest, wants: []string{`#page`, `.search-hit`},
			shows: []string{"There is no page 1000000: choose one of these results, which have 1 page"},
		},
		{name: "a long value is cut", path: "/search?q=neglect&theme=" + strings.Repeat("x", 2000), status: http.StatusBadRequest, shows: []string{strings.Repeat("x", 40) + "…"}, hides: []string{strings.Repeat("x", 41)}},
	})
	if typed, _ := document(t, get(t, s, "/search?q="+strings.Repeat("children+", 1111))).Find("#q").Attr("value"); len(typed) != mostTypedBack {
		t.Errorf("%d characters stand in the box again, want %d", len(typed), mostTypedBack)
	}
}

func TestEveryExampleOfSearchFindsSomething(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	examples := document(t, get(t, s, "/search")).Find(".search-examples a")
	if examples.Length() != len(searchExamples) {
		t.Fatalf("%d examples", examples.Length())
	}
	examples.Each(func(_ int, a *goquery.Selection) {
		if resultsOn(t, document(t, get(t, s, a.AttrOr("href", "")))) == 0 {
			t.Errorf("%s finds nothing", a.Text())
		}
	})
}

// resultsOn returns how many results a page says there are.
func resultsOn(t testing.TB, page *goquery.Document) int {
	t.Helper()
	heading := seen(page.Find("#found").Text())
	if strings.HasPrefix(heading, "Nothing found") {
		return 0
	}
	first, _, _ := strings.Cut(heading, " ")
	n, err := strconv.Atoi(first)
	if err != nil {
		t.Fatalf("the heading is %q", heading)
	}
	return n
}

func TestFacetsCountWhatTheyLeadTo(t *testing.T) {
	storetest.LeaveOutWalk(t)
	s := newOfficerServer(t, storetest.Seeded(t))
	publishesLater(t, s)
	for _, path := range []string{"/search?q=children", "/search?q=children&authority=north-northamptonshire", "/search?q=plans&kind=area&sort=date"} {
		page := document(t, get(t, s, path))
		values := page.Find(".search-facet li")
		if values.Length() < 10 {
			t.Fatalf("%s: %d values", path, values.Length())
		}
		values.Each(func(_ int, li *goquery.Selection) {
			link := li.Find("a").First()
			said, _, _ := strings.Cut(seen(li.Find(".search-count").Text()), " ")
			if said == "0" {
				t.Errorf("%s: %s leads to nothing", path, link.Text())
			}
			there := document(t, get(t, s, link.AttrOr("href", "")))
			if got := strconv.Itoa(resultsOn(t, there)); got != said {
				t.Errorf("%s: %s is said to have %s results and leads to %s", path, link.Text(), said, got)
			}
			if chosen := there.Find(`.search-facet a[aria-current="true"]`).FilterFunction(func(_ int, a *goquery.Selection) bool { return a.Text() == link.Text() }); chosen.Length() != 1 {
				t.Errorf("%s: %s is not marked where it leads", path, link.Text())
			}
		})
	}
}

func TestPagesOfResultsHoldEachOnce(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	seenBefore := map[string]bool{}
	total, pages := 0, 1
	for number := 1; number <= pages; number++ {
		page := document(t, get(t, s, "/search?q=children&page="+strconv.Itoa(number)))
		total, pages = resultsOn(t, page), max(pages, page.Find(`.govuk-pagination__list li:last-child a`).Length()*lastNumber(page))
		if start, want := page.Find("#hits").AttrOr("start", ""), strconv.Itoa(len(seenBefore)+1); start != want {
			t.Errorf("page %d begins at %s, want %s", number, start, want)
		}
		page.Find(".search-hit").Each(func(_ int, li *goquery.Selection) {
			text := seen(li.Text())
			if seenBefore[text] {
				t.Errorf("page %d repeats %q", number, text)
			}
			seenBefore[text] = true
		})
	}
	if pages < 2 || len(seenBefore) != total {
		t.Errorf("%d pages hold %d results, want %d", pages, len(seenBefore), total)
	}
}

// lastNumber returns the number of the last page that a page leads to.
func lastNumber(page *goquery.Document) int {
	n, _ := strconv.Atoi(page.Find(`.govuk-pagination__list li:last-child a`).Text())
	return n
}

func TestAParagraphOfALetterIsFound(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	const path = "/search?q=%22looks+at+tasks%22+supervision"
	if n := resultsOn(t, document(t, get(t, s, path))); n != 0 {
		t.Fatalf("%d results before the letter is published", n)
	}
	address := publishesLater(t, s)
	answer := get(t, s, path)
	page := document(t, answer)
	hit := page.Find(".search-hit")
	text := seen(hit.Text())
	for _, words := range []string{
		"Letter, page 2 North Northamptonshire: Full inspection (two weeks), May 2026", "Published 7 July 2026", "Paragraph 2",
		"Supervision by managers is regular. It still looks at tasks <em>more</em> than at children.", "Read page 2 in the letter or report (on Ofsted’s site)",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("the result does not say %q: %s", words, text)
		}
	}
	if hit.Length() != 1 || hit.Find("h3 a").AttrOr("href", "") != northLetter ||
		hit.Find(`a[href="https://files.ofsted.gov.uk/v1/file/50306548#page=2"][rel="external noopener"]`).Length() != 1 {
		t.Errorf("%d results, which lead elsewhere: %s", hit.Length(), answer.Body)
	}
	if marked := hit.Find("mark").Map(func(_ int, m *goquery.Selection) string { return m.Text() }); strings.Join(marked, " ") != "Supervision looks at tasks" {
		t.Errorf("marked are %q", marked)
	}
	if strings.Contains(text, "In our words") || strings.Contains(text, "For officers") {
		t.Errorf("the public reads %s", text)
	}
	if page.Find("em").Length() > 0 {
		t.Error("the page has mark-up of a letter")
	}
	held := seen(page.Find(".search-held").Text())
	if !strings.HasPrefix(held, "The text of 1 of the ") || !strings.Contains(held, "What is not found may stand in one of the others.") {
		t.Errorf("of what is held it says %s", held)
	}
	if document(t, sees(t, s, path)).Find(`.search-hit a[href="`+address+`#page-2"]`).Length() != 1 {
		t.Error("no way leads an officer to the text that is held")
	}

	led(t, sends(t, s, address+"/unpublish", url.Values{"reason": {"Logged by mistake"}}))
	if n := resultsOn(t, document(t, get(t, s, path))); n != 0 {
		t.Errorf("%d results once the letter is taken off", n)
	}
}

func TestWordsOfAQuestionStayText(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range []string{
		"/search?q=" + url.QueryEscape(`<em>neglect</em>`), "/search?q=" + url.QueryEscape(`neglect"><em>x`), "/search?q=neglect&authority=" + url.QueryEscape(`"><em>`),
		"/search?q=" + url.QueryEscape(`-<em>`), "/search?q=neglect&year=%3Cem%3E&page=%3Cem%3E&sort=%3Cem%3E",
	} {
		answer := get(t, s, path)
		page := document(t, answer)
		if answer.Code >= http.StatusInternalServerError || page.Find("em").Length() > 0 || page.Find("main h1").Length() != 1 {
			t.Errorf("%s: status %d, or mark-up", path, answer.Code)
		}
	}
}

func TestMarksOfListsAreShownAsBullets(t *testing.T) {
	const words = "\uf06e Plans for children.\n\uf0a7 Care leavers’ homes."
	query, err := search.Parse("plans homes")
	if err != nil {
		t.Fatal(err)
	}
	var shown, marked []string
	for _, piece := range passageViewOf(store.SearchPassage{Words: words, Marks: query.Marks(words)}, false).Pieces {
		shown = append(shown, piece.Text)
		if piece.Marked {
			marked = append(marked, piece.Text)
		}
	}
	if got := strings.Join(shown, ""); got != "• Plans for children.\n• Care leavers’ homes." {
		t.Errorf("the words are shown as %q", got)
	}
	if got := strings.Join(marked, " "); got != "Plans homes" {
		t.Errorf("marked are %q", got)
	}
}

func TestSearchFindsForEachReaderWhatIsForThem(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, _ := tellScrutiny(t, dsn)
		s := newServer(t, db)
		s.open = true
		const (
			asked    = "/search?q=plans&kind=question"
			answered = "/search?q=%22nine+of+a+hundred%22"
		)
		for _, reader := range []struct {
			name            string
			by              inspection.Actor
			plans, answered int
			kept            bool
		}{
			{"a visitor", notYetSaid, 0, 0, true},
			{"a member", aMember, 1, 1, false},
			{"an officer", anOfficer, 2, 1, false},
			{"a visitor, after the others", notYetSaid, 0, 0, true},
		} {
			answer := seesAs(t, s, reader.by, asked)
			page := document(t, answer)
			if got := resultsOn(t, page); got != reader.plans || page.Find(".search-hit").Length() != reader.plans {
				t.Errorf("%s finds %d questions, want %d", reader.name, got, reader.plans)
			}
			if kept := answer.Header().Get("Cache-Control") != "no-store"; kept != reader.kept {
				t.Errorf("%s: Cache-Control %q", reader.name, answer.Header().Get("Cache-Control"))
			}
			if page.Find("em").Length() > 0 {
				t.Errorf("%s sees mark-up of a question", reader.name)
			}
			if got := resultsOn(t, document(t, seesAs(t, s, reader.by, answered))); got != reader.answered {
				t.Errorf("%s finds %d answers, want %d", reader.name, got, reader.answered)
			}
		}
		member := seen(document(t, seesAs(t, s, aMember, asked)).Find(".search-hit").Text())
		for _, words := range []string{"Question on NN-ILACS-2026-1", "1 November 2026 · A member of the commission", "For committee members and officers", "How many plans are late?"} {
			if !strings.Contains(member, words) {
				t.Errorf("a member’s result does not say %q: %s", words, member)
			}
		}
		if text := seenText(t, seesAs(t, s, notYetSaid, answered)); strings.Contains(text, "Question") && !strings.Contains(text, "Nothing found") {
			t.Errorf("a visitor reads %s", text)
		}
	})
}
