package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfJourneys(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "the judgement and the rules are those in force where none are named",
				path: "/england/journeys",
				wants: []string{
					`main[data-page="journey_show"]`, `.section-links a[href="/england/journeys"][aria-current="page"]`,
					`select[name="judgement"] option[value="leaders"][selected]`, `select[name="rules"] option[value="ilacs"][selected]`,
					`select[name="by"] option[value="inadequate"][selected]`, `figure#journeys-leaders img[alt]`, `figure#waits-leaders img[alt]`,
					`table.journey-matrix a[href*="from=good"][href*="to=outstanding"]`,
				},
				shows: []string{
					"authorities were graded more than once under the inspection rules of 2018", "28 times an authority came to inadequate",
					"The lists of full inspections are complete to 22 August 2026", "Council ended first: the council ended before another full inspection",
				},
				hides: append([]string{"Ofsted’s own figures"}, notOnAnyPage...),
			},
			{
				name: "overall effectiveness leaves where it is no longer given, and official figures are explained",
				path: "/england/journeys?judgement=overall",
				shows: []string{
					"No overall grade since April 2026: the next full inspection gave no such judgement, because the rules had changed. The authority left this count; it did not move.",
					"Ofsted’s own figures of 31 March 2024, for all of England: 65 such authorities, 26 improved, 15 stayed good or outstanding and 12 declined.",
					"They count inspections whose fieldwork had ended by that day, published or not; this page counts published letters alone.",
					"Counted in Ofsted’s way, this record gives the same numbers.",
				},
				hides: notOnAnyPage,
			},
			{
				name:  "a past day says nothing of what came later",
				path:  "/england/journeys?judgement=overall&as-at=2024-03-31",
				shows: []string{"58 authorities were graded more than once", "65 such authorities", "31 March 2024"},
				hides: append([]string{"since April 2026", "August 2026"}, notOnAnyPage...),
			},
			{
				name:  "before the official figures nothing is said of them",
				path:  "/england/journeys?judgement=overall&as-at=2024-03-30",
				hides: append([]string{"such authorities"}, notOnAnyPage...),
			},
			{
				name:  "before the rules of 2018 the older ones are meant",
				path:  "/england/journeys?judgement=overall&as-at=2016-06-30",
				wants: []string{`select[name="rules"] option[value="sif"][selected]`, `figure#journeys-overall`},
				shows: []string{"1 authority was graded more than once under the single inspection framework of 2013", "No later inspection yet"},
				hides: append([]string{"under other rules: the next"}, notOnAnyPage...),
			},
			{
				name:  "the older rules stand apart",
				path:  "/england/journeys?judgement=leaders&rules=sif",
				shows: []string{"Inspected under other rules: the next full inspection followed other rules. Its grade stands apart and is not compared.", "1 inspection of this judgement printed “not judged”, or the grade was not found."},
				hides: notOnAnyPage,
			},
			{
				name:  "a judgement that was split says so",
				path:  "/england/journeys?judgement=care_and_care_leavers",
				shows: []string{"Judged apart since January 2023: the next full inspection gave no such judgement"},
				hides: notOnAnyPage,
			},
			{
				name:  "a judgement that the rules do not have gets a sentence and a way on",
				path:  "/england/journeys?judgement=adoption",
				wants: []string{`main a[href="/england/journeys?judgement=adoption&rules=sif"]`},
				shows: []string{"Under the inspection rules of 2018 there is no judgement “Adoption”"},
				hides: append([]string{"The same in numbers", "better grade"}, notOnAnyPage...),
			},
			{
				name:  "waits can begin at another grade",
				path:  "/england/journeys?judgement=leaders&by=requires_improvement&region=London",
				wants: []string{`select[name="by"] option[value="requires_improvement"][selected]`, `figure#waits-leaders img[src*="by=requires_improvement"][src*="region=London"]`},
				shows: []string{"How long from requires improvement to be good to a better grade"},
				hides: notOnAnyPage,
			},
			{
				name:  "where nobody was ever at the grade no curve is drawn",
				path:  "/england/journeys?judgement=leaders&region=London&as-at=2018-04-30",
				shows: []string{"No authority has come to inadequate in this judgement under the inspection rules of 2018 by 30 April 2018."},
				hides: append([]string{"year by year"}, notOnAnyPage...),
			},
			{
				name:   "what is on no list is named, and the rest of the page stays",
				path:   "/england/journeys?judgement=overall&rules=none&by=good&region=Narnia",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#rules"]`, `.govuk-error-summary a[href="#by"]`, `.govuk-error-summary a[href="#region"]`, `figure#journeys-overall`},
				shows:  []string{"There is a problem"},
			},
			{
				name:  "the list names each authority, both letters with their days, grades and rules",
				path:  "/england/journeys/authorities?judgement=overall&rules=ilacs&from=inadequate&to=left",
				wants: []string{`main[data-page="journey_list"]`, `tbody tr:nth-child(2)`, `tbody td a[href^="/inspections/"]`, `select[name="from"] option[value="inadequate"][selected]`, `.govuk-breadcrumbs a[href*="/england/journeys?"]`},
				shows: []string{"2 inspections", "the inspection rules of 2018, without an overall grade since April 2026", "Not given"},
				hides: notOnAnyPage,
			},
			{
				name:  "a list of waits has their days",
				path:  "/england/journeys/authorities?judgement=overall&rules=ilacs&from=inadequate&to=wait_gone",
				wants: []string{`td[data-label="Days"]`, `a[href="/authorities/northamptonshire-county-council"]`},
				shows: []string{"3 waits", "Council ended first", "31 March 2021"},
				hides: notOnAnyPage,
			},
			{
				name:  "a long list is shown one region at a time, that of home first",
				path:  "/england/journeys/authorities?judgement=overall&rules=ilacs",
				wants: []string{`.journey-parts a[href*="region=London"]`},
				shows: []string{"311 inspections", "At most 200 are shown at once, so these are of East Midlands alone"},
				hides: notOnAnyPage,
			},
			{
				name:  "nothing found has a way back",
				path:  "/england/journeys/authorities?judgement=overall&rules=ilacs&from=outstanding&to=inadequate",
				wants: []string{`main p a[href^="/england/journeys?"]`},
				shows: []string{"Nothing on this record matches"},
				hides: notOnAnyPage,
			},
			{
				name:  "a list of a judgement that the rules do not have",
				path:  "/england/journeys/authorities?judgement=adoption&rules=ilacs",
				shows: []string{"Under the inspection rules of 2018 there is no judgement “Adoption”"},
				hides: notOnAnyPage,
			},
			{
				name:   "a list of what is on no list",
				path:   "/england/journeys/authorities?judgement=overall&rules=ilacs&from=splendid&to=nowhere",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#from"]`, `.govuk-error-summary a[href="#to"]`},
			},
		})
	})
}

// leading reads the number at the head of a text.
var leading = regexp.MustCompile(`^\d+`)

func leadingNumber(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(leading.FindString(strings.TrimSpace(text)))
	if err != nil {
		t.Fatalf("no number in %q", text)
	}
	return n
}

// rowsBehind counts the rows that a list shows or, where it shows one region at a time, those of all its regions.
func rowsBehind(t *testing.T, s *Server, address string) int {
	t.Helper()
	answer := get(t, s, address)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s is answered %d", address, answer.Code)
	}
	page := document(t, answer)
	rows := page.Find(".journey-list tbody tr").Length()
	if rows > mostAuthorities {
		t.Errorf("%s shows %d rows", address, rows)
	}
	parts := page.Find(".journey-parts a")
	if parts.Length() == 0 {
		if said := leadingNumber(t, page.Find("#found").Text()); said != rows {
			t.Errorf("%s says %d and shows %d", address, said, rows)
		}
		return rows
	}
	rows = 0
	parts.Each(func(_ int, part *goquery.Selection) {
		href, _ := part.Attr("href")
		n := rowsBehind(t, s, href)
		if n != leadingNumber(t, part.Text()) {
			t.Errorf("%s: %s leads to %d rows", address, part.Text(), n)
		}
		rows += n
	})
	return rows
}

func TestEveryNumberOfJourneysLeadsToAsManyRows(t *testing.T) {
	storetest.LeaveOutWalk(t)
	s := newServer(t, storetest.Seeded(t))
	followed := 0
	for _, path := range []string{
		"/england/journeys", "/england/journeys?judgement=overall", "/england/journeys?judgement=overall&rules=sif",
		"/england/journeys?judgement=care_and_care_leavers", "/england/journeys?judgement=care_leavers&rules=sif&by=requires_improvement",
		"/england/journeys?judgement=leaders&by=requires_improvement", "/england/journeys?judgement=overall&region=North+West&type=Metropolitan+Borough",
		"/england/journeys?judgement=overall&as-at=2024-03-31", "/england/journeys?judgement=leaders&as-at=2015-12-31",
	} {
		t.Run(path, func(t *testing.T) {
			page := document(t, get(t, s, path))
			page.Find("a.behind-number").Each(func(_ int, link *goquery.Selection) {
				href, _ := link.Attr("href")
				if n := rowsBehind(t, s, href); n != leadingNumber(t, link.Text()) {
					t.Errorf("%q leads to %d rows: %s", seen(link.Text()), n, href)
				}
				followed++
			})
			page.Find(".journey-matrix td, .journey-years td:nth-child(2)").Each(func(_ int, cell *goquery.Selection) {
				if text := strings.TrimSpace(cell.Text()); cell.Find("a").Length() == 0 && text != "0" {
					t.Errorf("the number %q leads nowhere", text)
				}
			})
		})
	}
	if followed < 200 {
		t.Errorf("only %d numbers were followed", followed)
	}
}

func TestMatrixAndPictureTellTheSame(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	page := document(t, get(t, s, "/england/journeys?judgement=overall&region=London"))
	csv, ok := page.Find("figure#journeys-overall .figure-links a[href*='.csv']").Attr("href")
	if !ok {
		t.Fatal("the figure has no file")
	}
	var shown []string
	page.Find(".journey-matrix tbody tr").Each(func(_ int, row *goquery.Selection) {
		cells := []string{seen(row.Find("th").Text())}
		row.Find("td").Each(func(_ int, cell *goquery.Selection) {
			cells = append(cells, strconv.Itoa(leadingNumber(t, cell.Text())))
		})
		shown = append(shown, strings.Join(cells, ","))
	})
	_, told, _ := strings.Cut(strings.TrimSpace(get(t, s, csv).Body.String()), "\n")
	if got := strings.Join(shown, "\n"); got != told || len(shown) < 4 {
		t.Errorf("the page shows\n%s\nthe file\n%s", got, told)
	}
}

func TestChartsOfJourneys(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, c := range []struct {
		address string
		status  int
		holds   string
	}{
		{"/charts/journeys/overall.svg?rules=ilacs", 200, "142"},
		{"/charts/journeys/overall.svg?rules=sif&size=narrow&scheme=dark", 200, "147"},
		{"/charts/journeys/overall.svg?rules=ilacs&as-at=2024-03-31", 200, "Outstanding"},
		{"/charts/journeys/leaders.csv?rules=ilacs&region=London", 200, "Next: Outstanding"},
		{"/charts/journeys/leaders.json?rules=ilacs", 200, `"sankey"`},
		{"/charts/waits/overall.svg?rules=ilacs", 200, "Half: within about 44 months"},
		{"/charts/waits/overall.csv?rules=ilacs&by=requires_improvement", 200, "Share with a better grade by then"},
		{"/charts/journeys/adoption.svg?rules=ilacs", 404, ""},
		{"/charts/journeys/splendid.svg?rules=ilacs", 404, ""},
		{"/charts/journeys/overall.svg?rules=none", 404, ""},
		{"/charts/waits/overall.svg?rules=ilacs&by=good", 404, ""},
		{"/charts/waits/overall.svg?rules=ilacs&region=Narnia", 404, ""},
	} {
		answer := get(t, s, c.address)
		if answer.Code != c.status || !strings.Contains(answer.Body.String(), c.holds) {
			t.Errorf("%s is answered %d", c.address, answer.Code)
		}
	}
	t.Run("the addresses on the page are answered with pictures that never change", func(t *testing.T) {
		page := document(t, get(t, s, "/england/journeys?judgement=overall&rules=sif&by=requires_improvement&type=Unitary+Authority&as-at=2024-03-31"))
		pictures := page.Find("figure.chart source, figure.chart img")
		if pictures.Length() != 8 {
			t.Fatalf("%d pictures", pictures.Length())
		}
		pictures.Each(func(_ int, picture *goquery.Selection) {
			address := picture.AttrOr("srcset", picture.AttrOr("src", ""))
			answer := get(t, s, address)
			if answer.Code != http.StatusOK || !strings.Contains(answer.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s is answered %d, %q", address, answer.Code, answer.Header().Get("Cache-Control"))
			}
		})
	})
}

func TestLongListsAreCutWhereOneRegionIsTooLong(t *testing.T) {
	known, err := newServer(t, storetest.Seeded(t)).referenceData(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := &journeyAsked{englandAsked: &englandAsked{england: known.england}}
	a.where.Region = "London"
	body := &inspection.Body{Region: "London"}
	rows := make([]listedStep, mostAuthorities+1)
	for i := range rows {
		rows[i].body = body
	}
	var page journeyListPage
	if got := a.oneRegionOf(&page, rows, "", "", "London"); len(got) != mostAuthorities || !strings.Contains(page.Shown, "The first 200 of 201 are shown") {
		t.Errorf("%d rows, %q", len(got), page.Shown)
	}
}

func TestJourneysOfTooManyAuthoritiesAreOfOneRegion(t *testing.T) {
	known, err := newServer(t, storetest.Seeded(t)).referenceData(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	record := &inspection.Record{Catalogue: known.england.Catalogue}
	for i := range mostAuthorities + 1 {
		region := "East"
		if i%2 > 0 {
			region = "West"
		}
		record.Bodies = append(record.Bodies, inspection.Body{ID: fmt.Sprint("a", i), Kind: inspection.Authority, Region: region})
	}
	for _, c := range []struct{ address, region, says string }{
		{"/england/journeys", "West", "This page shows at most 200 authorities at once. It is of West alone."},
		{"/england/journeys?region=East", "East", ""},
	} {
		request, _ := gin.CreateTestContext(httptest.NewRecorder())
		request.Request = httptest.NewRequest(http.MethodGet, c.address, nil)
		a := &journeyAsked{englandAsked: &englandAsked{england: inspection.NewEngland(record), filter: newFilter(request), day: inspection.DayOf(storetest.Now())}}
		a.askWhere(inspection.Body{Region: "West"})
		a.narrow()
		if a.where.Region != c.region || a.oneOf() != c.says || !strings.Contains(a.behind("good", "good"), "region="+c.region) {
			t.Errorf("%s is of %q: %q, %s", c.address, a.where.Region, a.oneOf(), a.behind("good", "good"))
		}
	}
}

func TestAddressesOfJourneysHoldOnlyWhatWasUnderstood(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	page := document(t, get(t, s, "/england/journeys?judgement=overall&region=%3Cem%3E&x=y"))
	page.Find("main a").Each(func(_ int, link *goquery.Selection) {
		href, _ := link.Attr("href")
		if u, err := url.Parse(href); err != nil || strings.Contains(u.RawQuery, "em") && strings.Contains(href, "region=") {
			t.Errorf("a link leads to %s", href)
		}
	})
}
