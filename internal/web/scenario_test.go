package web

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/docs"
	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

// scenario is one request and what its answer must and must not hold.
type scenario struct {
	name   string
	path   string
	status int      // 0: 200
	wants  []string // selectors that must match
	shows  []string // text that must appear, as a reader sees it
	hides  []string // text that must not
}

// drawing is the engine of all servers here: it takes a while to get ready, and keeps nothing from one drawing to the next.
var drawing = sync.OnceValues(func() (*chart.Engine, error) {
	var scripts [2][]byte
	for i, name := range []string{"echarts.min.js", "charts.js"} {
		body, err := fs.ReadFile(static.Files(), name)
		if err != nil && !slices.Contains(static.Missing(), name) {
			return nil, err
		}
		scripts[i] = body
	}
	return chart.NewEngine(scripts[0], scripts[1], 1), nil
})

// painting is the painter of all servers here, for the same reason.
var painting = sync.OnceValue(func() *chart.Painter {
	engine, err := drawing()
	if err != nil || len(static.Missing()) > 0 {
		return nil
	}
	var files [3][]byte
	for i, name := range []string{"resvg.wasm", "arimo.ttf", "arimo-bold.ttf"} {
		if files[i], err = fs.ReadFile(static.Files(), name); err != nil {
			return nil
		}
	}
	return chart.NewPainter(engine, files[0], files[1:]...)
})

// newServer returns a server over a store, on 21 November 2026.
func newServer(t testing.TB, s *store.Store) *Server {
	t.Helper()
	engine, err := drawing()
	if err != nil {
		t.Fatal(err)
	}
	server, err := New(Config{
		Store: s, Engine: engine, Painter: painting(),
		Files: static.Files(), Missing: static.Missing(), Help: docs.Guides(), Clock: storetest.Now, Version: "test", Unlimited: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// get asks for an address; headers are given as name and value in turn.
func get(t testing.TB, s *Server, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, s, http.MethodGet, path, headers...)
}

func ask(t testing.TB, s *Server, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

// document reads an answer as a page.
func document(t testing.TB, answer *httptest.ResponseRecorder) *goquery.Document {
	t.Helper()
	page, err := goquery.NewDocumentFromReader(strings.NewReader(answer.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	if name, shown := page.Find("main").Attr("data-page"); shown {
		executed.Store(name, true)
	}
	return page
}

// executed are the names of the templates whose pages any test has read.
var executed sync.Map

// notExecuted lists the templates that no test has read a page of, once all tests have run.
func notExecuted() []string {
	templates, err := fs.Glob(templateFiles, "templates/page/*.html")
	if err != nil || len(templates) == 0 {
		return []string{fmt.Sprintf("none of %d: %v", len(templates), err)}
	}
	var out []string
	for _, file := range templates {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if _, ok := executed.Load(name); !ok {
			out = append(out, name)
		}
	}
	return out
}

var spaces = regexp.MustCompile(`\s+`)

// seen is a text as a reader sees it: line breaks of the template are spaces.
func seen(text string) string { return strings.TrimSpace(spaces.ReplaceAllString(text, " ")) }

func runScenarios(t *testing.T, s *Server, scenarios []scenario) {
	t.Helper()
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			answer := get(t, s, sc.path)
			if want := max(sc.status, http.StatusOK); answer.Code != want {
				t.Fatalf("%s: status %d, want %d", sc.path, answer.Code, want)
			}
			page := document(t, answer)
			for _, selector := range sc.wants {
				if page.Find(selector).Length() == 0 {
					t.Errorf("%s: nothing matches %q", sc.path, selector)
				}
			}
			text := seen(page.Find("body").Text())
			for _, words := range sc.shows {
				if !strings.Contains(text, words) {
					t.Errorf("%s: does not say %q", sc.path, words)
				}
			}
			for _, words := range sc.hides {
				if strings.Contains(text, words) {
					t.Errorf("%s: says %q", sc.path, words)
				}
			}
			if page.Find("main h1").Length() != 1 || page.Find("title").Text() == "" {
				t.Errorf("%s: want one heading of the first level and a title", sc.path)
			}
		})
	}
}

// notOnAnyPage are words that the field's readers should not meet, and those of a broken template.
var notOnAnyPage = []string{"strand", "predecessor", "lineage", "judgment", "<nil>", "%!", "ZgotmplZ", "no data", " RI "}

func TestScenariosOfAuthorities(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "the first page is about the home place, in the order of what a councillor asks",
				path: "/",
				wants: []string{
					`main[data-page="authority_show"]`, `.nav a[href="/"][aria-current="page"]`, `link[rel="canonical"][href="/"]`,
					`.switch a[href="/authorities/northamptonshire"][aria-current="page"]`, `.switch a[href="/authorities/west-northamptonshire"]`,
					`.latest .swatch--outstanding`, `.counts a[href="#areas"]`, `.counts a[href="#send"]`, `.counts a[href="#expected"]`, `.counts a[href="#visits"]`,
					`#areas`, `#send`, `#expected`, `#visits`,
					`figure#lanes-north-northamptonshire picture source[media*="max-width"]`, `figure#lanes-west-northamptonshire img[alt]`,
					`p.heavy-line + figure#lanes-northamptonshire-county-council`, `details.more-lanes figure#more-lanes-northamptonshire`,
					`figure#lanes-north-northamptonshire .lane-list ol.entries`, `figure#themes-northamptonshire`,
				},
				shows: []string{
					"Children’s services in Northamptonshire",
					"Newest letter held: 7 July 2026. Newest in the England record: 20 August 2026, read on 22 August 2026.",
					"Inspectors came to both councils in May 2026 and gave both the same grades: leadership Outstanding; help and protection, children in care and care leavers Good.",
					"Letters published 7 July 2026: North · West",
					"In 2024 both areas got the lowest of three outcomes.",
					"In our words, not a quotation.", "Words on this page", "not an Ofsted service", "14 October 2026",
					"As it stood on: today", "Jan 2029 – Mar 2030 Most likely window for the next full inspection. Ofsted may come sooner.",
					"Committee meeting dates None recorded.", "No progress recorded here yet.",
				},
				hides: notOnAnyPage,
			},
			{
				name:  "one authority has its own grades, and the earlier council's behind a heavy line",
				path:  "/authorities/west-northamptonshire",
				wants: []string{`figure#lanes-west-northamptonshire`, `p.heavy-line + figure#lanes-northamptonshire-county-council`, `figure#overall-west-northamptonshire`, `.switch a[aria-current="page"]`},
				shows: []string{"Children’s services in West Northamptonshire", "Letter published 7 July 2026", "Statistical neighbours, nearest first", "Northamptonshire Children’s Trust", "not confirmed"},
				hides: append([]string{"both councils in May"}, notOnAnyPage...),
			},
			{
				name:  "a council that has ended says so and who came after it",
				path:  "/authorities/northamptonshire-county-council",
				wants: []string{`.ended a[href="/authorities/north-northamptonshire"]`, `figure#lanes-northamptonshire-county-council`},
				shows: []string{"Northamptonshire County Council ended on 31 March 2021", "3 of them are held here"},
				hides: append([]string{"July 2026", "Dates ahead"}, notOnAnyPage...),
			},
			{
				name:  "an authority elsewhere is its own place, and an overall grade given before April 2026 still stands",
				path:  "/authorities/bradford",
				wants: []string{`figure#lanes-bradford`, `.latest .swatch--requires_improvement`},
				shows: []string{"Children’s services in Bradford", "Letter published 21 May 2026", "None are on this record yet."},
				hides: append([]string{"Both councils", "earlier council"}, notOnAnyPage...),
			},
			{
				name:  "an address of a place leads to its page",
				path:  "/authorities/cumbria",
				wants: []string{`figure#lanes-cumberland`, `figure#lanes-westmorland-and-furness`},
				shows: []string{"Children’s services in Cumbria"},
				hides: notOnAnyPage,
			},
			{name: "an unknown authority", path: "/authorities/atlantis", status: 404, wants: []string{`main a[href="/authorities"]`, `main a[href="/"]`}, shows: []string{"Page not found"}},
			{name: "a provider stands on the pages of its councils", path: "/authorities/northamptonshire-childrens-trust", status: 404, shows: []string{"Page not found"}},
			{name: "an unknown address", path: "/nowhere/at/all", status: 404, wants: []string{`main a[href="/inspections"]`}, shows: []string{"Page not found"}},
			{
				name:  "the list of authorities",
				path:  "/authorities",
				wants: []string{`tbody tr:nth-child(157)`, `a[href="/authorities/bristol"]`, `main p a[href="/england"]`, `select[name="region"] option[value="London"]`},
				shows: []string{"157 authorities", "ended 31 March 2021"},
				hides: notOnAnyPage,
			},
			{
				name:  "the list is searched by name and region together",
				path:  "/authorities?q=northampton&region=East+Midlands",
				wants: []string{`input[name="q"][value="northampton"]`, `option[value="East Midlands"][selected]`, `a[href="/authorities/north-northamptonshire"]`},
				hides: []string{"Bradford"},
			},
			{name: "nothing found has a way on", path: "/authorities?q=zzz", wants: []string{`main p a[href="/authorities"]`}, shows: []string{"No authority matches"}},
			{
				name:   "a region that does not exist is named, and the other filters stay",
				path:   "/authorities?region=Narnia&type=Unitary+Authority&q=west",
				status: 400,
				wants: []string{
					`.govuk-error-summary a[href="#region"]`, `#region[aria-describedby="region-problem"]`, `#region-problem`,
					`option[value="Unitary Authority"][selected]`, `input[value="west"]`, `a[href="/authorities/west-northamptonshire"]`,
				},
				shows: []string{"There is a problem"},
				hides: []string{"Barking"},
			},
		})
	})
}

func TestTitleOfAPageWithAProblemSaysSo(t *testing.T) {
	answer := get(t, newServer(t, storetest.Seeded(t)), "/authorities?region=Narnia")
	if title := document(t, answer).Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
		t.Errorf("title %q does not begin with Error", title)
	}
}

// TestCrawl follows the links of the pages, some of each kind, in the demonstration and as somebody who may do everything.
func TestCrawl(t *testing.T) {
	storetest.LeaveOutWalk(t)
	open := newOfficerServer(t, storetest.Seeded(t))
	crawl(t, []string{"/", "/nowhere", addedLetter(t, open) + "/publish", recordedAction(t, open), askedQuestion(t, open), checkedTracker(t, open)},
		func(path string) *httptest.ResponseRecorder {
			answer := sees(t, open, path)
			if answer.Code == http.StatusForbidden && strings.Contains(answer.Body.String(), "an administrator") {
				answer.Code = http.StatusOK // the help leads to pages for administrators, which say so to an officer
			}
			return answer
		})
	closed := newServer(t, storetest.Seeded(t)) // of its own: a draft is there for those who are listed on it
	session := sessionOf(t, closed, storetest.Account(t, closed.store, auth.Roles()...))
	crawl(t, []string{"/", "/account", "/people", "/people/letters", "/people/messages", "/changes/readings", "/erasures", "/sign-in/forgotten"},
		func(path string) *httptest.ResponseRecorder { return get(t, closed, path, session...) })
}

func crawl(t *testing.T, begin []string, asks func(path string) *httptest.ResponseRecorder) {
	t.Helper()
	const ofEachKind = 4
	queue, known, kinds := begin, map[string]bool{}, map[string]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		kind := kindOf(path)
		if known[path] || kinds[kind] >= ofEachKind {
			continue
		}
		known[path] = true
		kinds[kind]++
		answer := asks(path)
		if answer.Code == http.StatusSeeOther && path == "/sign-in" {
			continue // whoever is signed in already is led on
		}
		if answer.Code != http.StatusOK && path != "/nowhere" {
			t.Errorf("%s: status %d", path, answer.Code)
			continue
		}
		if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		page := document(t, answer)
		ids := map[string]bool{}
		page.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id, _ := e.Attr("id")
			if ids[id] {
				t.Errorf("%s: the id %q stands twice", path, id)
			}
			ids[id] = true
		})
		page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
			href, _ := a.Attr("href")
			u, err := url.Parse(href)
			switch {
			case err != nil || href == "":
				t.Errorf("%s: link to %q", path, href)
			case u.Host != "" || strings.HasSuffix(u.Path, "/original") || strings.HasPrefix(u.Path, "/charts/") || strings.HasPrefix(u.Path, "/static/"):
			case u.Path == "" && u.RawQuery == "":
				if !ids[u.Fragment] {
					t.Errorf("%s: no place for #%s", path, u.Fragment)
				}
			default:
				queue = append(queue, u.RequestURI())
			}
		})
		if inline := page.Find("[style], script:not([src]), style, [onclick]").Length(); inline > 0 {
			t.Errorf("%s: %d inline styles or scripts, which the policy refuses", path, inline)
		}
	}
}

// kindOf is the address without what differs from one page of a kind to the next.
func kindOf(path string) string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) > 2 {
		parts[2] = "*"
	}
	if query != "" {
		query = "?"
	}
	return strings.Join(parts, "/") + query
}
