package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfEnglandOverTime(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "leadership in all of England today",
				path: "/england",
				wants: []string{
					`main[data-page="england_show"]`, `.nav a[href="/england"][aria-current]`, `.section-links a[href="/england"][aria-current="page"]`,
					`#judgement option[value="leaders"][selected]`, `figure#england-leaders img[src^="/charts/england/leaders.svg?"]`,
					`#by-region`, `#by-type`, `.standing-table svg.bar rect[fill="url(#bar-good)"]`, `#bar-good`, `#at-good`,
					`td[data-label="Good"] a[href="/england?region=London#at-good"]`, `td[data-label="Good"] a[href="/england?type=County#at-good"]`,
					`tfoot td[data-label="Good"] a[href="#at-good"]`, `.behind-list a[href="/authorities/barnet"]`, `#official`,
					`a[href="/sources#ofsted-statistics"]`,
				},
				shows: []string{
					"Leaders, all of England", "On 22 August 2026, of 153 authorities of England on this record, 153 had a grade for leadership: Outstanding 60 (39%); Good 58 (38%);",
					"The lists of full inspections are complete to 22 August 2026.", "13 of 15 numbers agree", "91 of 151 (60.3%)",
					"Reports of councils that have ended since are not all held.", "stayed good or outstanding", "Rotherham",
				},
				hides: append([]string{"overall grade for", "league"}, notOnAnyPage...),
			},
			{
				name: "overall effectiveness of a region on a day: later reports and figures are not there",
				path: "/england?judgement=overall&region=North+West&as-at=2019-08-31",
				wants: []string{
					`figure#england-overall img[src*="region=North+West"][src*="as-at=2019-08-31"]`, `#at-report-not-held`,
					`td[data-label="Inadequate"] a[href="/england?as-at=2019-08-31&judgement=overall&region=North+West&type=Unitary+Authority#at-inadequate"]`,
				},
				shows: []string{"Overall, North West", "On 31 August 2019, of 23 authorities of North West on this record", "Report not held: 1", "49%"},
				hides: append([]string{"91 of 151", "The lists of full inspections are complete"}, notOnAnyPage...),
			},
			{
				name:  "figures are told once their day has come",
				path:  "/england?as-at=2015-06-30",
				wants: []string{`#official`},
				shows: []string{"1 of 3 numbers agree", "requires improvement to be good", "too few known"},
				hides: append([]string{"65"}, notOnAnyPage...),
			},
			{
				name:  "before any figure there is none",
				path:  "/england?judgement=adoption&as-at=2014-06-30",
				shows: []string{"Adoption, all of England", "Before the first full report here"},
				hides: append([]string{"Held against"}, notOnAnyPage...),
			},
			{
				name:  "what a report prints as not judged is not said to be a grade that was not found, above or below",
				path:  "/england?judgement=adoption&as-at=2017-03-31",
				wants: []string{`#at-not-judged`, `#at-grade-not-found`},
				shows: []string{"Not judged 2; Grade not found 1; No grade in our record yet 27.", "Not judged: 2", "Grade not found: 1"},
				hides: append([]string{"Grade not found 3"}, notOnAnyPage...),
			},
			{
				name:  "a judgement that later rules do not give says under which rules each was last inspected",
				path:  "/england?judgement=overall",
				wants: []string{`#at-not-given`, `figure#england-england`},
				shows: []string{"Last inspected under rules that do not give it 11", "Not given: 11", "rules of 2018"},
				hides: notOnAnyPage,
			},
			{
				name:  "a part in which there is no authority has a way on",
				path:  "/england?region=London&type=County",
				wants: []string{`#found ~ p a[href="/england"]`},
				shows: []string{"No authority of this region and type"},
				hides: append([]string{"The authorities behind"}, notOnAnyPage...),
			},
			{
				name:   "a region that does not exist is named, and the judgement stays",
				path:   "/england?judgement=help_protection&region=Narnia",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#region"]`, `#region-problem`, `#judgement option[value="help_protection"][selected]`},
				shows:  []string{"“Narnia” is not on it", "Help and protection, all of England"},
			},
			{
				name:   "a judgement that nobody gives is named",
				path:   "/england?judgement=happiness",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#judgement"]`},
			},
			{name: "a day that is none", path: "/england?as-at=yesterday", status: http.StatusBadRequest},
		})
	})
}

func TestChartsOfEngland(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/charts/england/england.csv", 200, "22 August 2026,46,61,24,11,11,0,0,0,153,142,32%,43%,17%,8%"},
		{"/charts/england/overall.csv?region=London", 200, "31 March 2024,11,17,4,1,0,0,0,0,33,33,33%,52%,12%,3%"},
		{"/charts/england/in_care.csv?type=County&as-at=2024-03-31", 200, "31 March 2024,4,3,1,0,13,0,0,0,21,8,too few known"},
		{"/charts/england/leaders.svg?region=North+East&size=narrow&scheme=dark", 200, "Outstanding: 6"},
		{"/charts/england/overall.csv", 404, ""}, // all of England has the other address
		{"/charts/england/england.csv?region=London", 404, ""},
		{"/charts/england/happiness.svg", 404, ""},
		{"/charts/england/leaders.svg?region=London&type=County", 404, ""},
		{"/charts/england/leaders.svg?region=Narnia", 400, "Narnia"},
	} {
		answer := get(t, s, c.path)
		if answer.Code != c.status || !strings.Contains(answer.Body.String(), c.says) {
			t.Errorf("%s: %d, want %d with %q; it says %.3000s", c.path, answer.Code, c.status, c.says, answer.Body)
		}
	}
}

// seedCounts counts from the files of the seed the authorities of a region, empty for all, at each grade on a day, and all of
// them.
func seedCounts(t *testing.T, judgement, region, day string) (at map[string]int, authorities int) {
	t.Helper()
	regions := map[string]string{}
	for _, row := range seedRows(t, "authorities.csv") {
		regions[row["slug"]] = row["region"]
	}
	at = map[string]int{}
	for slug, grade := range seedStands(t, judgement, day) {
		if region == "" || regions[slug] == region {
			at[grade]++
			authorities++
		}
	}
	return at, authorities
}

func TestNumbersOfEnglandAreThoseOfTheSeed(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	names := map[string]string{
		"outstanding": "Outstanding", "good": "Good", "requires_improvement": "Requires improvement to be good", "inadequate": "Inadequate",
	}
	for _, judgement := range []string{"leaders", "overall", "help_protection", "care_leavers", "in_care"} {
		for _, day := range []string{"2016-09-30", "2019-08-31", "2024-03-31"} {
			for _, region := range []string{"London", "North West", ""} {
				t.Run(fmt.Sprintf("%s in %q on %s", judgement, region, day), func(t *testing.T) {
					counts, authorities := seedCounts(t, judgement, region, day)
					page := document(t, get(t, s, "/england?"+url.Values{"judgement": {judgement}, "region": {region}, asAt: {day}}.Encode()))
					row := page.Find("#by-region + div tfoot tr")
					if region != "" {
						row = rowNamed(page.Find("#by-region + div tbody tr"), region)
					}
					drawn := page.Find("figure table tbody tr").Last()
					known := 0
					for i, code := range grades {
						known += counts[code]
						want := strconv.Itoa(counts[code])
						if got := seen(row.Find(`td[data-label="` + names[code] + `"]`).Text()); got != want {
							t.Errorf("%s: the page counts %s, the seed %s", code, got, want)
						}
						if got := drawn.Find("td").Eq(i).Text(); got != want {
							t.Errorf("%s: the drawing counts %s, the seed %s", code, got, want)
						}
						id := "at-" + strings.ReplaceAll(strings.ToLower(names[code]), " ", "-")
						if got := page.Find("#" + id).NextAllFiltered("ul").First().Find("li").Length(); got != counts[code] {
							t.Errorf("%s: %d authorities are listed, the seed has %s", code, got, want)
						}
					}
					if got := seen(row.Find(`td[data-label="Authorities"]`).Text()); got != strconv.Itoa(authorities) {
						t.Errorf("the page counts %s authorities, the seed %d", got, authorities)
					}
					share := seen(row.Find("td").Last().Text())
					best := counts["outstanding"] + counts["good"]
					if want := fmt.Sprintf("%d of %d (%.0f%%)", best, known, 100*float64(best)/float64(known)); share != want && share != "too few known" {
						t.Errorf("the share is %q, the seed gives %q", share, want)
					}
					if nearly := known*100 >= authorities*95; nearly == (share == "too few known") && judgement != "care_leavers" && judgement != "in_care" {
						t.Errorf("%d of %d are known, and the share is %q", known, authorities, share)
					}
				})
			}
		}
	}
}

func rowNamed(rows *goquery.Selection, name string) *goquery.Selection {
	return rows.FilterFunction(func(_ int, row *goquery.Selection) bool { return seen(row.Find("th").Text()) == name })
}

func TestWhereAllAreTooManyOneRegionIsListed(t *testing.T) {
	for _, c := range []struct {
		home, first string
		number      int
		words       string
	}{
		{"South", "1", 150, "A list shows at most 200 of them at once. These are the 150 of South."},
		{"Elsewhere", "0", 200, "A list shows at most 200 of them at once. These are the first 200 of North."},
	} {
		var found []inspection.Body
		for i := range 450 {
			found = append(found, inspection.Body{ID: fmt.Sprint(i), Region: []string{"North", "South", "North"}[i%3]})
		}
		got, words := oneRegionOf(found, inspection.Body{Region: c.home})
		if len(got) != c.number || got[0].ID != c.first || words != c.words {
			t.Errorf("home in %s: %d from %s, %q", c.home, len(got), got[0].ID, words)
		}
	}
}
