package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

// newSetupServer serves a seeded record whose example can be taken away, to an administrator.
func newSetupServer(t *testing.T, db *store.Store) (s *Server, administrator []string) {
	t.Helper()
	s = newServer(t, db)
	s.example = func() (inspection.Example, error) { return exchange.ReadExample(seed.Files()) }
	return s, sessionOf(t, s, storetest.Account(t, db, auth.Administrator))
}

func TestACouncilIsFoundAndChosen(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s, who := newSetupServer(t, db)
		if line := document(t, get(t, s, "/", who...)).Find(".choose-council").Text(); !strings.Contains(line, "set up for Northamptonshire") {
			t.Errorf("before anything was chosen the first page says %q", line)
		}
		if line := document(t, get(t, s, "/")).Find(".choose-council").Length(); line > 0 {
			t.Error("a visitor is asked to choose a council")
		}
		found := document(t, get(t, s, "/setup?q=cumbria+county", who...))
		if names := found.Find(`input[name="home"]`).Length(); names != 2 || !strings.Contains(found.Find("main").Text(), "after Cumbria County Council, which ended on 31 March 2023") {
			t.Errorf("looking for the ended council finds %d: %s", names, found.Find(".setup-choice").Text())
		}
		if at := led(t, sendsIn(t, s, "/setup", who, url.Values{"home": {"cumberland"}})); at != "/setup/next?saved=home" {
			t.Errorf("choosing leads to %s", at)
		}
		home := document(t, get(t, s, "/", who...))
		if heading := home.Find("h1").Text(); heading != "Children’s services in Cumberland" || home.Find(".choose-council").Length() > 0 {
			t.Errorf("the first page is then %q", heading)
		}
	})
}

func TestWhatCannotBeChosenIsSaid(t *testing.T) {
	s, who := newSetupServer(t, storetest.Seeded(t))
	for name, test := range map[string]struct {
		values url.Values
		status int
		says   string
	}{
		"nothing":             {url.Values{"q": {"camden"}}, http.StatusUnprocessableEntity, "Choose a council or place from the list"},
		"no council":          {url.Values{"home": {"atlantis"}}, http.StatusUnprocessableEntity, "Choose a council or place from the list"},
		"a trust has no page": {url.Values{"home": {"achieving-for-children"}}, http.StatusUnprocessableEntity, "Choose a council"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := sendsIn(t, s, "/setup", who, test.values)
			if answer.Code != test.status || !strings.Contains(document(t, answer).Find(".govuk-error-summary").Text(), test.says) {
				t.Errorf("status %d: %s", answer.Code, document(t, answer).Find("main").Text())
			}
		})
	}
	nothing := get(t, s, "/setup?q=atlantis", who...)
	if nothing.Code != http.StatusUnprocessableEntity || !strings.Contains(document(t, nothing).Find("#q-problem").Text(), "no council or place is called “atlantis”") {
		t.Errorf("a search that finds nothing answers %d", nothing.Code)
	}
	if status := get(t, s, "/setup", sessionOf(t, s, storetest.Account(t, s.store, auth.Officer))...).Code; status != http.StatusForbidden {
		t.Errorf("an officer gets %d", status)
	}
}

func TestTheExampleIsTakenAwayAfterItWasConfirmed(t *testing.T) {
	db := storetest.Seeded(t)
	s, who := newSetupServer(t, db)
	if own := document(t, get(t, s, "/setup/example", who...)); own.Find("form[action='/setup/example']").Length() > 0 {
		t.Error("Northamptonshire can take its own record away")
	}
	if answer := sendsIn(t, s, "/setup/example", who, nil); answer.Code != http.StatusConflict {
		t.Errorf("taking one's own record away answers %d", answer.Code)
	}
	led(t, sendsIn(t, s, "/setup", who, url.Values{"home": {"camden"}}))
	asks := document(t, get(t, s, "/setup/example", who...)).Find("main").Text()
	for _, words := range []string{"21 inspections and visits", "60 milestones", "34 figures", "6 inspections of Northamptonshire’s councils stay", "cannot be put back"} {
		if !strings.Contains(asks, words) {
			t.Errorf("the question does not say %q: %s", words, asks)
		}
	}
	before := document(t, get(t, s, "/about")).Find("main").Text()
	if !strings.Contains(before, "They are held for North Northamptonshire, Northamptonshire County Council and West Northamptonshire.") {
		t.Errorf("it is not said whose areas to improve are held: %s", before)
	}
	if at := led(t, sendsIn(t, s, "/setup/example", who, nil)); at != "/setup/next?saved=example" {
		t.Errorf("taking it away leads to %s", at)
	}
	if about := document(t, get(t, s, "/about")).Find("main").Text(); !strings.Contains(about, "None are held yet.") {
		t.Errorf("areas to improve are still said to be held: %s", about)
	}
	for path, status := range map[string]int{
		"/recommendations/NN-ILACS-2026-1": http.StatusNotFound, "/inspections/north-northamptonshire-ilacs-standard-2026-05-11": http.StatusOK,
		"/authorities/northamptonshire": http.StatusOK, "/authorities/northamptonshire-county-council": http.StatusOK,
		"/scrutiny?authority=northamptonshire": http.StatusOK, "/authorities/northamptonshire/briefing": http.StatusOK,
	} {
		if got := get(t, s, path).Code; got != status {
			t.Errorf("%s answers %d; want %d", path, got, status)
		}
	}
	if again := document(t, get(t, s, "/setup/example", who...)).Find("main").Text(); !strings.Contains(again, "Nothing of the example is held here") {
		t.Errorf("afterwards the page says %s", again)
	}
	steps := document(t, get(t, s, "/setup/next", who...)).Find(".setup-steps")
	if words := steps.Text(); strings.Contains(words, "is here to look at") || steps.Find("a[href='/setup/example']").Length() > 0 {
		t.Errorf("the next steps still offer what was taken away: %s", words)
	}
}

func TestAnExampleThatIsWorkedOnNamesTheWork(t *testing.T) {
	db := storetest.Seeded(t)
	s, who := newSetupServer(t, db)
	led(t, sendsIn(t, s, "/setup", who, url.Values{"home": {"camden"}}))
	_, err := db.AskQuestion(t.Context(), storetest.Officer, inspection.Question{
		BodyID: "north-northamptonshire", Reference: "NN-ILACS-2026-1", Words: "What is different now?",
		AskedBy: "a member of the committee", Asked: inspection.DayOf(storetest.Now()), Audience: inspection.ForPublic,
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := sendsIn(t, s, "/setup/example", who, nil)
	page := document(t, answer)
	if answer.Code != http.StatusConflict || page.Find(`main a[href="/recommendations/NN-ILACS-2026-1"]`).Length() != 1 {
		t.Errorf("status %d: %s", answer.Code, page.Find("main").Text())
	}
	for _, path := range []string{"/setup", "/setup/next"} {
		if document(t, get(t, s, path, who...)).Find("a[href='/setup/example']").Length() > 0 {
			t.Errorf("%s offers to take away what stays", path)
		}
	}
}

func TestNextStepsSayWhatIsDone(t *testing.T) {
	db := storetest.Seeded(t)
	s, who := newSetupServer(t, db)
	state := func(title string) string {
		t.Helper()
		step := document(t, get(t, s, "/setup/next", who...)).Find(".setup-steps h2").FilterFunction(func(_ int, h *goquery.Selection) bool { return strings.Contains(h.Text(), title) })
		return step.Find(".govuk-tag").Text()
	}
	if got := state("Choose your council"); got != "Not yet" {
		t.Errorf("before: %q", got)
	}
	led(t, sendsIn(t, s, "/setup", who, url.Values{"home": {"isles-of-scilly"}}))
	for title, want := range map[string]string{
		"Choose your council": "Done", "Log your first letter": "Not yet", "Name the bodies that decide": "Not yet", "Take the example away": "Not yet",
	} {
		if got := state(title); got != want {
			t.Errorf("%s: %q; want %q", title, got, want)
		}
	}
}

func TestPagesReadWellForOtherCouncils(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for path, test := range map[string]struct{ says, never string }{
		"/authorities/isles-of-scilly":        {"Children’s services in the Isles of Scilly", "How do they compare"},
		"/authorities/city-of-london":         {"Children’s services in the City of London", "Both councils"},
		"/authorities/richmond-upon-thames":   {"Also serves Kingston upon Thames and Windsor and Maidenhead", "Northamptonshire"},
		"/authorities/cumbria-county-council": {"Cumbria County Council ended on 31 March 2023", "How does it compare"},
		"/authorities/windsor-and-maidenhead": {"leadership, help and protection and overall effectiveness the same", "the same, help and protection the same"},
		"/authorities/camden":                 {"How does it compare? Set beside its statistical neighbours", "Northamptonshire"},
	} {
		text := strings.Join(strings.Fields(document(t, get(t, s, path)).Find("main").Text()), " ")
		if !strings.Contains(text, test.says) || strings.Contains(text, test.never) {
			t.Errorf("%s should say %q and never %q: %.1500s", path, test.says, test.never, text)
		}
	}
}
