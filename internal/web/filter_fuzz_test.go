package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

// FuzzFilter reads the query of a list, whatever it is: what is understood is an option of the list or a page of it, everything else
// is said to be wrong, and the addresses that the page leads to are of the same list and understood.
func FuzzFilter(f *testing.F) {
	for _, query := range []string{
		"", "kind=a&page=2", "kind=a&kind=b", "kind=%00&page=-1", "page=99999999999999999999&sort=day", "as-at=2022-11-25&kind=b", "%zz=1;a", "kind=" + strings.Repeat("é", 100), "page=+1",
	} {
		f.Add(query)
	}
	options := []selectOption{{Value: "a", Name: "First"}, {Value: "b", Name: "Second"}}
	sound := func(query string) *filter {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/inspections", RawQuery: query}}
		return newFilter(c)
	}
	f.Fuzz(func(t *testing.T, query string) {
		asked := sound(query)
		kind := asked.choose("kind", "Kind", "All kinds", "a kind", optionGroup{Options: options})
		sorted := asked.oneOf("sort", "day", "an order", "day", "name")
		page := asked.page()
		if page < 1 || kind != "" && kind != "a" && kind != "b" || sorted != "day" && sorted != "name" {
			t.Fatalf("%q is read as kind %q, sort %q, page %d", query, kind, sorted, page)
		}
		for _, problem := range asked.problems {
			if problem.Field == "" || problem.Words == "" || utf8.RuneCountInString(problem.Words) > 200 {
				t.Fatalf("got %+v", problem)
			}
		}
		for _, address := range []string{asked.with(), asked.with("page", strconv.Itoa(page)), asked.with("kind", "b", "sort", "")} {
			u, err := url.Parse(address)
			if err != nil || u.Path != "/inspections" || u.Host != "" || !inspection.OwnAddress(address) {
				t.Fatalf("%q leads to %q, %v", query, address, err)
			}
			again := sound(u.RawQuery)
			again.choose("kind", "Kind", "All kinds", "a kind", optionGroup{Options: options})
			again.oneOf("sort", "day", "an order", "day", "name")
			again.page()
			if len(again.problems) > 0 {
				t.Fatalf("%q leads to %q, of which it is said: %v", query, address, again.problems)
			}
		}
		pages := page%1000 + 1
		if through := asked.paginate(page%1000, pages); through != nil && len(through.Items) > 9 {
			t.Fatalf("%d links to %d pages", len(through.Items), pages)
		}
	})
}

// FuzzAsked asks for pages with whatever stands in their addresses: each is a page, or says what is wrong in words, and never a fault
// of the program nor a way to another site.
func FuzzAsked(f *testing.F) {
	paths := []string{"/inspections", "/authorities", "/recommendations", "/milestones", "/search", "/changes", "/compare", "/england", "/scrutiny", "/journeys", "/themes", "/letters",
		"/feeds/publications.atom", "/feeds/changes.atom", "/calendar.ics", "/api/v1/inspections", "/api/v1/search", "/api/v1/recommendations"}
	for i, query := range []string{"page=2&as-at=2022-11-25", "q=%22plans", "before=-1&since=x", "authority=west-northamptonshire&group=region", "fields=a,b&limit=0", "cursor=AAAA&theme=%ff"} {
		f.Add(uint8(i), query)
	}
	server := newOfficerServer(f, storetest.Seeded(f))
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.URL = &url.URL{Path: paths[int(which)%len(paths)], RawQuery: query}
		request.Host = "localhost:8080"
		answer := httptest.NewRecorder()
		server.Handler().ServeHTTP(answer, request)
		if answer.Code >= http.StatusInternalServerError {
			t.Fatalf("%s?%s is answered with %d", request.URL.Path, query, answer.Code)
		}
		if to := answer.Header().Get("Location"); to != "" && !inspection.OwnAddress(to) {
			t.Fatalf("%s?%s leads to %q", request.URL.Path, query, to)
		}
		if kept := answer.Header().Get("Cache-Control"); answer.Code != http.StatusOK && kept != "no-store" && answer.Code != http.StatusNotModified {
			t.Fatalf("%s?%s is answered with %d, and may be kept: %q", request.URL.Path, query, answer.Code, kept)
		}
		if strings.Contains(answer.Body.String(), "<script>") || strings.Contains(answer.Body.String(), "<nil>") || answer.Body.Len() == 0 {
			t.Fatalf("%s?%s is answered with a page of %d bytes that is none", request.URL.Path, query, answer.Body.Len())
		}
	})
}

// FuzzDraftForm reads the form of a letter out of whatever was sent: boxes that cannot be read are named, and what the form holds is
// what a form made of it holds.
func FuzzDraftForm(f *testing.F) {
	for _, body := range []string{
		"kind=ilacs-standard&bodies=a&bodies=a&fieldwork_start-day=31&fieldwork_start-month=2&fieldwork_start-year=2026", "visit_number=99999999999&published_hour=25",
		"item.0.words=a&item.0.key=1&item.0.drop=on&item.9.words=b", "address=javascript:alert(1)&areas_covered=a%0d%0a%0ab", "judgement.leaders=good&judgement.%00=x", "finding.1.words=%ff",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		values, _ := url.ParseQuery(body) // what cannot be read of it is left out, as of a form
		held := inspection.Draft{Note: "Held", Evidence: []inspection.Evidence{{Field: "kind", Page: 1, Quote: "q", Rule: "r"}}}
		draft, problems := parseDraft(values, held)
		for _, problem := range problems {
			if problem.Field == "" || problem.Words == "" {
				t.Fatalf("got %+v", problem)
			}
		}
		if len(draft.Evidence) != 1 {
			t.Fatal("evidence comes from the form")
		}
		for _, line := range draft.AreasCovered {
			if line == "" || strings.ContainsAny(line, "\n") {
				t.Fatalf("got the line %q", line)
			}
		}
		for i, body := range draft.Bodies {
			if body == "" || slices.Contains(draft.Bodies[:i], body) {
				t.Fatalf("the bodies are %q", draft.Bodies)
			}
		}
		if again, _ := parseDraft(values, held); len(again.Items) != len(draft.Items) || again.Kind != draft.Kind {
			t.Fatal("the same form is read in two ways")
		}
	})
}

// FuzzForms reads the other forms out of whatever was sent: nothing ends the program, and what is wrong has a place and words.
func FuzzForms(f *testing.F) {
	for i, body := range []string{
		"move=plan&due-day=1&due-month=1&due-year=2027", "words=a&on-day=x", "title=a&address=//b&on-day=31&on-month=4&on-year=2026", "colour=%23zzz&email=a%00@b",
		"heading_row=2&column.1.holds=reference&status.0.says=x&name=%ff", "heading_row=-1", "status.99999.says=x&heading_row=1",
	} {
		f.Add(uint8(i), body)
	}
	sheet := inspection.Sheet{Name: "Plan", Rows: [][]string{{"Plan"}, {"Area", "What", "Area"}, {"1", "x", "Done"}}}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		values, _ := url.ParseQuery(body)
		var problems inspection.Problems
		switch which % 6 {
		case 0:
			_, problems = parseMove(values)
		case 1:
			_, problems = parseUpdate(values)
		case 2:
			_, problems = parseEvidence(values)
		case 3:
			settings := parseSettings(values, inspection.Settings{})
			problems = settings.Check(nil)
		case 4:
			_, _, problems = parseMapping(values, sheet)
		default:
			_, _, problems = parseAction(values)
		}
		for _, problem := range problems {
			if problem.Field == "" || problem.Words == "" {
				t.Fatalf("form %d: got %+v", which%6, problem)
			}
		}
	})
}

// FuzzDoors holds that what a proxy or a browser says of itself is a network address and nothing else, that no path leads out from
// below the public address, and that what was packed is asked for in a way that can be read.
func FuzzDoors(f *testing.F) {
	f.Add("203.0.113.7", "/timeline/a", "/timeline", "br;q=0, gzip")
	f.Add("[2001:db8::1%eth0]:80", "/timelines", "/timeline", "*;q=x")
	f.Add("::ffff:10.0.0.1", "", "", "gzip;;q=1,br")
	f.Fuzz(func(t *testing.T, said, path, prefix, accepted string) {
		if at, ok := readNetwork(said); ok && (!at.IsValid() || at.Zone() != "" || at.Is4In6() || at != netip.MustParseAddr(at.String())) {
			t.Fatalf("%q is taken for %v", said, at)
		}
		if rest, below := cutPrefix(path, prefix); below && prefix != "" && (rest == "" || rest[0] != '/' || rest != "/" && prefix+rest != path) {
			t.Fatalf("%q below %q is %q", path, prefix, rest)
		}
		for _, name := range []string{"br", "gzip"} {
			if accepts(accepted, name) && !strings.Contains(strings.ToLower(accepted), name) {
				t.Fatalf("%q is said to accept %s", accepted, name)
			}
		}
		if matches(accepted, `W/"abc"`) && !strings.Contains(accepted, "abc") && !strings.Contains(accepted, "*") {
			t.Fatalf("%q matches", accepted)
		}
	})
}
