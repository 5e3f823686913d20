package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	north2022 = "/inspections/north-northamptonshire-ilacs-standard-2022-10-03"
	north2026 = "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"
)

func TestPagesAsTheyStoodOnADay(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "in 2014 the place had one council, and its older inspections",
				path: "/?as-at=2014-01-01",
				wants: []string{
					`meta[name="robots"][content="noindex"]`, `details.as-of input[name="as-at"][value="2014-01-01"]`, `.as-it-stood a[rel="alternate"][href="/"]`,
					`figure#lanes-northamptonshire-county-council img[src*="as-at=2014-01-01"]`, `.latest .swatch--inadequate`,
				},
				shows: []string{
					"As it stood on 1 January 2014.", "Children’s services in Northamptonshire", "No progress had been recorded here by then.",
					"Newest letter held: 23 August 2013.",
				},
				hides: append([]string{"North Northamptonshire", "2016", "2022", "2026", "Northamptonshire Children’s Trust", "read on", "New Ofsted framework", "ended on"}, notOnAnyPage...),
			},
			{
				name:  "in May 2016 the latest letter is that of April 2016",
				path:  "/?as-at=2016-05-01",
				wants: []string{`.latest .swatch--requires_improvement`},
				shows: []string{"Newest letter held: 27 April 2016.", "Inspectors came in February 2016"},
				hides: append([]string{"October 2018", "2019", "2022"}, notOnAnyPage...),
			},
			{
				name:  "in November 2020 the trust had just begun and the county council's last grades stood",
				path:  "/?as-at=2020-11-15",
				shows: []string{"Inspectors came in June 2019", "since 1 November 2020", "16 areas to improve in the letter of 2019"},
				hides: append([]string{"West Northamptonshire", "2021", "2022"}, notOnAnyPage...),
			},
			{
				name:  "on the day before their first letters the new councils had no grade",
				path:  "/?as-at=2022-11-24",
				wants: []string{`.switch a[href="/authorities/north-northamptonshire?as-at=2022-11-24"]`},
				shows: []string{"No graded inspection of North Northamptonshire or West Northamptonshire yet, since they began on 1 April 2021.", "2 visits known, and no graded inspection yet"},
				hides: append([]string{"October 2022", "25 November 2022", "July 2026", "Requires improvement to be good, November"}, notOnAnyPage...),
			},
			{
				name:  "on that day the letters were out",
				path:  "/?as-at=2022-11-25",
				shows: []string{"Inspectors came to both councils in October 2022 and gave both the same grades", "Letters published 25 November 2022", "4 areas to improve in the 2022 letters"},
				hides: append([]string{"2024", "July 2026", "in the 2022 letters, again"}, notOnAnyPage...),
			},
			{
				name:  "on the day before the letters of 2026 those of 2022 stood, with an overall grade and its plan long past",
				path:  "/?as-at=2026-07-06",
				shows: []string{"both councils in October 2022", "Where can we read each council’s action plan for the November 2022 letter?", "New Ofsted framework due"},
				hides: append([]string{"Outstanding", "May 2026 and", "7 July 2026", "in 2026"}, notOnAnyPage...),
			},
			{
				name:  "on their day the letters of 2026 stood, and their plan was still to come",
				path:  "/?as-at=2026-07-07",
				shows: []string{"both councils in May 2026", "leadership Outstanding", "14 October 2026"},
				hides: append([]string{"No link recorded: ask", "Where can we read"}, notOnAnyPage...),
			},
			{
				name:  "a council that had not begun says so and leads to the one before it",
				path:  "/authorities/north-northamptonshire?as-at=2018-03-03",
				wants: []string{`main a[href="/authorities/northamptonshire-county-council?as-at=2018-03-03"]`, `.as-it-stood`},
				shows: []string{"North Northamptonshire did not exist yet on 3 March 2018: it began on 1 April 2021.", "Its area belonged to Northamptonshire County Council"},
				hides: append([]string{"Outstanding", "2022", "2026"}, notOnAnyPage...),
			},
			{
				name:  "a council that ended later had not ended yet",
				path:  "/authorities/northamptonshire-county-council?as-at=2018-03-03",
				shows: []string{"Children’s services of Northamptonshire County Council", "As it stood on 3 March 2018."},
				hides: append([]string{"ended", "2019", "North Northamptonshire"}, notOnAnyPage...),
			},
			{
				name:  "a letter that was not out has a page that says so and nothing else of it",
				path:  north2022 + "?as-at=2022-11-24",
				wants: []string{`main a[href="/inspections?as-at=2022-11-24"]`, `.as-it-stood a[href="` + north2022 + `"]`},
				shows: []string{"Not out yet on 24 November 2022", "nothing of it is shown"},
				hides: append([]string{"Northamptonshire", "October 2022", "Requires improvement", "Full inspection"}, notOnAnyPage...),
			},
			{
				name:  "on the day of its publication it has its page, with what was around it by then",
				path:  north2022 + "?as-at=2022-11-25",
				wants: []string{`h1`, `#judgements`},
				shows: []string{"Requires improvement to be good", "First full inspection of North Northamptonshire"},
				hides: append([]string{"October 2023", "July 2026", "May 2026"}, notOnAnyPage...),
			},
			{
				name:  "the list of inspections holds what was out, and keeps the day in its form and links",
				path:  "/inspections?authority=northamptonshire&as-at=2016-05-01",
				wants: []string{`.filters input[type="hidden"][name="as-at"][value="2016-05-01"]`, `.sorter[href*="as-at=2016-05-01"]`, `.as-of-form input[name="authority"][value="northamptonshire"]`},
				shows: []string{"5 inspections and visits", "27 April 2016"},
				hides: append([]string{"October 2018", "October 2022"}, notOnAnyPage...),
			},
			{
				name:  "a long list of a past day has pages of the same day",
				path:  "/inspections?as-at=2020-03-31&page=2",
				wants: []string{`.govuk-pagination a[href*="as-at=2020-03-31"]`},
				shows: []string{"51 to 100 are shown here"},
				hides: append([]string{"2021", "November 2022", "April 2020"}, notOnAnyPage...),
			},
			{
				name:  "milestones are those that had happened",
				path:  "/milestones?as-at=2018-12-31",
				wants: []string{`#year-2018`},
				hides: append([]string{"October 2019", "1 April 2021"}, notOnAnyPage...),
			},
			{
				name:  "authorities are those that had begun",
				path:  "/authorities?as-at=2020-03-31",
				wants: []string{`a[href="/authorities/northamptonshire-county-council?as-at=2020-03-31"]`, `main p a[href="/england?as-at=2020-03-31"]`},
				hides: append([]string{"West Northamptonshire", "April 2021", "July 2026"}, notOnAnyPage...),
			},
			{
				name:  "an area to improve does not say yet what a letter still to come repeats of it",
				path:  "/recommendations/NN-ILACS-2022-1?as-at=2026-07-06",
				wants: []string{`a[href="/recommendations/WN-ILACS-2022-1?as-at=2026-07-06"]`},
				hides: append([]string{"NN-ILACS-2026-1", "Repeated by"}, notOnAnyPage...),
			},
			{
				name:  "themes do not say yet what a letter still to come repeats",
				path:  "/themes?as-at=2026-07-06",
				hides: append([]string{"NN-ILACS-2026-1", "May 2026"}, notOnAnyPage...),
			},
			{
				name:  "the day of today is today's page",
				path:  "/?as-at=2026-11-21",
				wants: []string{`link[rel="canonical"][href="/"]`, `.as-of input[name="as-at"][value="2026-11-21"]`},
				shows: []string{"As it stood on: today", "Inspectors came to both councils in May 2026"},
				hides: []string{"Show today", "As it stood on 21 November 2026."},
			},
		})
	})
}

func TestADayThatCannotBeShown(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, page := range []string{
		"/", "/authorities", "/authorities/bradford", "/inspections", north2022, "/recommendations", "/recommendations/NN-ILACS-2026-1", "/milestones",
		"/scrutiny", "/themes", "/authorities/north-northamptonshire/next-inspection",
	} {
		for typed, words := range map[string]string{
			"last Tuesday": "“last Tuesday” is not a day: enter year, month and day, such as 2022-11-25",
			"2022-11":      "“2022-11” is not a day",
			"2022-11-25~":  "“2022-11-25~” is not a day",
			"2022-02-30":   "“2022-02-30” is not a day",
			"2012-12-31":   "This record begins on 1 January 2013",
			"2026-11-22":   "22 November 2026 is still to come",
		} {
			t.Run(page+" on "+typed, func(t *testing.T) {
				answer := get(t, s, page+"?"+url.Values{asAt: {typed}}.Encode())
				if answer.Code != http.StatusBadRequest {
					t.Fatalf("status %d", answer.Code)
				}
				doc := document(t, answer)
				if !strings.Contains(doc.Find(`.govuk-error-summary a[href="#as-at"]`).Text(), words) {
					t.Errorf("the summary says %q", seen(doc.Find(".govuk-error-summary").Text()))
				}
				if !strings.Contains(doc.Find("#as-at-problem").Text(), words) || doc.Find(`details[open] #as-at[aria-describedby~="as-at-problem"]`).Length() != 1 {
					t.Error("the field does not say what is wrong with it")
				}
				if kept, _ := doc.Find("#as-at").Attr("value"); kept != typed {
					t.Errorf("the field holds %q", kept)
				}
				if title := doc.Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
					t.Errorf("title %q", title)
				}
			})
		}
	}
	t.Run("the first day and today can be shown", func(t *testing.T) {
		for _, day := range []string{inspection.RecordBegins.ISO(), "2026-11-21", ""} {
			if answer := get(t, s, "/?as-at="+day); answer.Code != http.StatusOK {
				t.Errorf("%s: status %d", day, answer.Code)
			}
		}
	})
}

// TestLinksKeepThePastDay follows no link: it looks at all of them, on a page of each kind.
func TestLinksKeepThePastDay(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	const day = "2024-06-01"
	for _, path := range []string{
		"/", "/authorities", "/authorities/west-northamptonshire", "/authorities/north-northamptonshire/next-inspection",
		"/inspections?authority=northamptonshire", north2022, "/recommendations?authority=northamptonshire", "/recommendations/NN-ILACS-2022-1",
		"/milestones", "/scrutiny", "/themes", north2026,
	} {
		t.Run(path, func(t *testing.T) {
			separator := "?"
			if strings.Contains(path, "?") {
				separator = "&"
			}
			answer := get(t, s, path+separator+"as-at="+day)
			if answer.Code != http.StatusOK {
				t.Fatalf("status %d", answer.Code)
			}
			page := document(t, answer)
			if !strings.Contains(page.Find("title").Text(), "as it stood on 1 June 2024") || page.Find(".as-it-stood").Length() != 1 {
				t.Error("the page does not say that it is of a past day")
			}
			page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
				href, _ := a.Attr("href")
				if rel, _ := a.Attr("rel"); rel == "alternate" {
					if strings.Contains(href, asAt) {
						t.Errorf("the way back to today leads to %s", href)
					}
					return
				}
				if takesDay(href) {
					t.Errorf("%q leads away from the day to %s", seen(a.Text()), href)
				}
				if u, err := url.Parse(href); err != nil || len(u.Query()[asAt]) > 1 {
					t.Errorf("a link to %s", href)
				}
			})
			page.Find("img[src^='/charts/'], source[srcset^='/charts/'], a[href^='/charts/']").Each(func(_ int, e *goquery.Selection) {
				src, _ := e.Attr("src")
				srcset, _ := e.Attr("srcset")
				href, _ := e.Attr("href")
				if !strings.Contains(src+srcset+href, "as-at="+day) {
					t.Errorf("a chart of another day: %s", src+srcset+href)
				}
			})
		})
	}
}

func TestChartsOfAPastDay(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	t.Run("the table ends where the day does", func(t *testing.T) {
		today := get(t, s, "/charts/lanes/north-northamptonshire.csv").Body.String()
		then := get(t, s, "/charts/lanes/north-northamptonshire.csv?as-at=2024-06-01").Body.String()
		if !strings.Contains(today, "2026-07-07") && !strings.Contains(today, "7 July 2026") || strings.Contains(then, "2026") {
			t.Errorf("today\n%s\nthen\n%s", today, then)
		}
	})
	t.Run("the hash in the address is of that day's drawing", func(t *testing.T) {
		page := document(t, get(t, s, "/authorities/north-northamptonshire?as-at=2024-06-01"))
		src, _ := page.Find("figure#lanes-north-northamptonshire img").Attr("src")
		if kept := get(t, s, src).Header().Get("Cache-Control"); kept != neverChanges[0] {
			t.Errorf("%s: Cache-Control %q", src, kept)
		}
		if kept := get(t, s, strings.Replace(src, "as-at=2024-06-01", "as-at=2022-06-01", 1)).Header().Get("Cache-Control"); kept == neverChanges[0] {
			t.Error("the drawing of another day is kept for ever under this day's hash")
		}
	})
	for path, status := range map[string]int{
		"/charts/lanes/north-northamptonshire.svg?as-at=2018-03-03": http.StatusNotFound,
		"/charts/lanes/north-northamptonshire.svg?as-at=tomorrow":   http.StatusBadRequest,
		"/charts/england/england.csv?as-at=2012-01-01":              http.StatusBadRequest,
		"/charts/england/england.csv?as-at=2020-01-01":              http.StatusOK,
	} {
		if answer := get(t, s, path); answer.Code != status {
			t.Errorf("%s: status %d, want %d", path, answer.Code, status)
		}
	}
}

func TestCarryDay(t *testing.T) {
	day := inspection.MustDate("2020-03-03")
	for before, after := range map[string]string{
		`<a href="/">`: `<a href="/?as-at=2020-03-03">`,
		`<a class="x" href="/inspections?kind=a&amp;year=b">`:  `<a class="x" href="/inspections?kind=a&amp;year=b&amp;as-at=2020-03-03">`,
		`<a href="/england/map?region=East&#43;Midlands#key">`: `<a href="/england/map?region=East+Midlands&amp;as-at=2020-03-03#key">`,
		`<a href="/milestones#one">`:                           `<a href="/milestones?as-at=2020-03-03#one">`,
		`<a href="/inspections?as-at=2019-01-01">`:             `<a href="/inspections?as-at=2019-01-01">`,
		`<a href="/" rel="alternate">`:                         `<a href="/" rel="alternate">`,
		`<a href="#top">`:                                      `<a href="#top">`,
		`<a href="/glossary">`:                                 `<a href="/glossary">`,
		`<a href="/recommendations/NN-ILACS-2026-1/work">`:     `<a href="/recommendations/NN-ILACS-2026-1/work">`,
		`<a href="https://ofsted.example/inspections">`:        `<a href="https://ofsted.example/inspections">`,
		`<a href="//elsewhere.example/">`:                      `<a href="//elsewhere.example/">`,
		`<link href="/" rel="canonical">`:                      `<link href="/" rel="canonical">`,
	} {
		if got := string(carryDay([]byte(before), day)); got != after {
			t.Errorf("%s: got %s, want %s", before, got, after)
		}
	}
}
