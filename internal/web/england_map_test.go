package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestMapOfEngland(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "today every authority has a tile in its region, and a row of the table",
				path: "/england/map",
				wants: []string{
					`main[data-page="england_map"]`, `.nav a[href="/england"][aria-current="page"]`, `.section-links a[href="/england/map"][aria-current="page"]`,
					`.region-london .tile--outstanding[href="/authorities/westminster"]`, `.region-map + .map-table`,
					`.region-north-west > a.govuk-skip-link[href="#region-north-east"]`, `.region-south-east > a.govuk-skip-link[href="#table"]`,
					`.quarter-list a[rel="alternate"][aria-current="date"]`, `.map-table a[href="` + north2026 + `"]`, `select[name="judgement"] option[value="leaders"][selected]`,
				},
				shows: []string{
					"Leaders: 153 authorities", "its grade for leadership in its latest full inspection published by 21 November 2026",
					"The lists of full inspections are complete to 22 August 2026.", "“Requires improvement” is short for requires improvement to be good",
					"Skip to Yorkshire and the Humber", "33 authorities: outstanding",
				},
				hides: append([]string{"Northamptonshire County Council", "Report not held", "at most 200"}, notOnAnyPage...),
			},
			{
				name:  "where the rules give no overall grade, a tile says so and the key says why",
				path:  "/england/map?judgement=overall",
				wants: []string{`.tile--no_such_judgement[href="/authorities/north-northamptonshire"]`, `.map-key .swatch--no_such_judgement`},
				shows: []string{"Overall: 153 authorities", "Ofsted stopped giving one for inspections that begin from April 2026"},
				hides: notOnAnyPage,
			},
			{
				name:  "a grade that two subjects shared is the grade of neither",
				path:  "/england/map?judgement=care_leavers&as-at=2022-12-31",
				wants: []string{`.tile--no_such_judgement[href^="/authorities/north-northamptonshire"]`},
				shows: []string{"One grade for children in care and care leavers together is not the grade for care leavers alone."},
				hides: notOnAnyPage,
			},
			{name: "help and protection", path: "/england/map?judgement=help_protection", wants: []string{".tile--good"}, shows: []string{"Help and protection: 153 authorities"}, hides: notOnAnyPage},
			{name: "children in care", path: "/england/map?judgement=in_care", wants: []string{".tile--good"}, shows: []string{"Children in care: 153 authorities"}, hides: notOnAnyPage},
			{name: "adoption, which only older rules judge", path: "/england/map?judgement=adoption", wants: []string{".tile--no_such_judgement"}, shows: []string{"Adoption: 153 authorities"}, hides: notOnAnyPage},
			{
				name: "on a past day stand the councils of that day",
				path: "/england/map?judgement=overall&as-at=2016-03-31",
				wants: []string{
					`.tile[href="/authorities/northamptonshire-county-council?as-at=2016-03-31"]`, `.tile--before_record`,
					`.tile--not_published[href="/authorities/poole?as-at=2016-03-31"]`, `.as-it-stood`,
				},
				shows: []string{"Overall: 150 authorities", "Report not held", "We hold none of the reports of its inspections.", "Before the first full report here", "None held"},
				hides: append([]string{"North Northamptonshire", "Cumberland", "Not given", "complete to", "Bournemouth"}, notOnAnyPage...),
			},
			{
				name:  "a council that began without an inspection is not one whose reports are missing",
				path:  "/england/map?as-at=2021-06-30",
				wants: []string{`.tile--not_inspected_yet[href^="/authorities/west-northamptonshire"]`},
				shows: []string{"No graded inspection yet", "The council is too new"},
				hides: append([]string{"Northamptonshire County Council"}, notOnAnyPage...),
			},
			{
				name:  "one region stands by itself",
				path:  "/england/map?region=London",
				wants: []string{`.region-map--apart .region-london`, `.region-london > a.govuk-skip-link[href="#table"]`},
				shows: []string{"Leaders: London, 33 authorities"},
				hides: append([]string{"Bradford"}, notOnAnyPage...),
			},
			{
				name:  "a region without councils of a type has a way on",
				path:  "/england/map?region=London&type=County",
				wants: []string{`main p a[href="/england/map"]`},
				shows: []string{"No authority of this region and type"},
				hides: notOnAnyPage,
			},
			{
				name:   "a region that does not exist is named, and the judgement stays",
				path:   "/england/map?region=Narnia&judgement=overall",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#region"]`, `option[value="overall"][selected]`, `.region-london .tile`},
				shows:  []string{"Choose a region from the list: “Narnia” is not on it"},
			},
			{
				name:   "a judgement that does not exist is named",
				path:   "/england/map?judgement=weather",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#judgement"]`},
				shows:  []string{"Leaders: 153 authorities"},
			},
			{name: "a day to come cannot be shown", path: "/england/map?as-at=2027-01-01", status: http.StatusBadRequest, shows: []string{"is still to come"}},
		})
	})
}

func TestTilesSayTheirGradeInFull(t *testing.T) {
	page := document(t, get(t, newServer(t, storetest.Seeded(t)), "/england/map?judgement=overall&as-at=2025-06-30"))
	tile := page.Find(`.tile[href^="/authorities/barking-and-dagenham"]`)
	if got := seen(tile.Text()); got != "Barking and Dagenham Requires improvement to be good Sep 2023" {
		t.Errorf("the tile says %q", got)
	}
	tiles := page.Find(".tile--requires_improvement")
	if tiles.Length() == 0 {
		t.Fatal("no tile requires improvement to be good")
	}
	tiles.Each(func(_ int, tile *goquery.Selection) {
		if words := seen(tile.Text()); !strings.Contains(words, "Requires improvement to be good ") {
			t.Errorf("a tile says %q", words)
		}
		title := tile.AttrOr("title", "")
		if !strings.HasPrefix(title, "Requires improvement to be good, published ") || !strings.Contains(title, ", under the ") {
			t.Errorf("its title is %q", title)
		}
	})
}

// TestMapAgreesWithTheSeed counts in the files of the seed what stood where, and holds the tiles, the key and the table
// against it.
func TestMapAgreesWithTheSeed(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, day := range []string{"2014-09-30", "2016-03-31", "2019-04-01", "2022-11-25", "2026-11-21"} {
		for _, judgement := range []string{"leaders", "help_protection", "in_care", "care_leavers", "overall", "adoption"} {
			t.Run(judgement+" on "+day, func(t *testing.T) {
				want := seedStands(t, judgement, day)
				page := document(t, get(t, s, "/england/map?judgement="+judgement+"&as-at="+day))
				number := map[string]int{}
				page.Find(".tile").Each(func(_ int, tile *goquery.Selection) {
					u, err := url.Parse(tile.AttrOr("href", ""))
					if err != nil {
						t.Fatal(err)
					}
					slug := strings.TrimPrefix(u.Path, "/authorities/")
					look := lookOf(tile)
					if !slices.Contains(grades, look) {
						look = ""
					}
					number[look]++
					grade, known := want[slug]
					if !known || grade != look {
						t.Errorf("%s stands at %q, want %q", slug, look, grade)
					}
					delete(want, slug)
				})
				for slug := range want {
					t.Errorf("%s has no tile", slug)
				}
				sum := 0
				page.Find(".map-key li").Each(func(_ int, li *goquery.Selection) {
					n, err := strconv.Atoi(li.Find(".number").Text())
					if err != nil {
						t.Fatal(err)
					}
					sum += n
					if look := lookOf(li.Find(".swatch")); slices.Contains(grades, look) && n != number[look] {
						t.Errorf("the key says %d at %s, and %d tiles do", n, look, number[look])
					}
				})
				if rows := page.Find(".map-table tbody tr").Length(); sum != page.Find(".tile").Length() || rows != sum {
					t.Errorf("the key counts %d, the table has %d rows", sum, rows)
				}
			})
		}
	}
}

var grades = []string{"outstanding", "good", "requires_improvement", "inadequate"}

// lookOf is the last part of an element's second class: "good" of "tile tile--good".
func lookOf(e *goquery.Selection) string {
	_, look, _ := strings.Cut(e.AttrOr("class", ""), "--")
	return look
}

// seedStands reads from the files of the seed at which grade each authority stood that existed on a day, empty where at none.
func seedStands(t *testing.T, judgement, day string) map[string]string {
	t.Helper()
	out, latest := map[string]string{}, map[string]string{}
	for _, authority := range seedRows(t, "authorities.csv") {
		if authority["created_on"] <= day && (authority["ended_on"] == "" || authority["ended_on"] >= day) {
			out[authority["slug"]] = ""
		}
	}
	for _, row := range seedRows(t, "inspections.csv") {
		published := row["published"]
		if published == "" {
			published = row["fieldwork_end"]
		}
		slug := row["authority"]
		_, exists := out[slug]
		full := row["kind"] == "sif" || row["kind"] == "ilacs-standard" || row["kind"] == "ilacs-short"
		if exists && full && published <= day && published > latest[slug] {
			latest[slug], out[slug] = published, ""
			if slices.Contains(grades, row[judgement]) { // which "not judged" is none of
				out[slug] = row[judgement]
			}
		}
	}
	// The county council's reports are in a file of their own. Its overall grades are those that the press told of.
	if _, exists := out["northamptonshire-county-council"]; exists {
		for _, one := range []struct{ published, overall, leaders, other string }{
			{"2016-04-27", "requires_improvement", "", ""}, {"2019-07-29", "inadequate", "requires_improvement", "inadequate"},
		} {
			grade := map[string]string{"overall": one.overall, "leaders": one.leaders, "help_protection": one.other}[judgement]
			if one.published <= day {
				out["northamptonshire-county-council"] = grade
			}
		}
	}
	return out
}

func seedRows(t *testing.T, file string) []map[string]string {
	t.Helper()
	opened, err := os.Open("../../seed/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	lines, err := csv.NewReader(opened).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out
}

func TestMapShowsOneRegionWhereAllAreTooMany(t *testing.T) {
	record := &inspection.Record{}
	for i := range 3 * 90 {
		record.Bodies = append(record.Bodies, inspection.Body{
			ID: fmt.Sprintf("council-%03d", i), Name: fmt.Sprintf("Council %03d", i), Kind: inspection.Authority,
			Region: []string{"Alpha", "Beta", "Gamma"}[i%3], Type: "County",
		})
	}
	ask := func(query url.Values, home inspection.Body) *englandAsked {
		a := &englandAsked{
			england: inspection.NewEngland(record), filter: &filter{Path: "/england/map", asked: query, kept: url.Values{}},
			day: inspection.MustDate("2026-11-21"), judgement: inspection.Strand{Short: "Leaders"},
		}
		a.askWhere(home)
		return a
	}
	t.Run("that of home, with the way to its neighbours in the list", func(t *testing.T) {
		a := ask(url.Values{}, inspection.Body{Region: "Beta"})
		if !a.oneRegion() {
			t.Fatal("the map shows all")
		}
		want := []Link{{Name: "Alpha", Address: "/england/map?region=Alpha"}, {Name: "Gamma", Address: "/england/map?region=Gamma"}}
		if got := a.oneOfRegions(); got.Region != "Beta" || got.Most != 200 || !slices.Equal(got.Ways, want) {
			t.Errorf("it shows %+v", got)
		}
		if got := a.mapFound(90); got != "Leaders: Beta, 90 authorities" {
			t.Errorf("it is headed %q", got)
		}
	})
	t.Run("the first, where home has none", func(t *testing.T) {
		if got := ask(url.Values{}, inspection.Body{}).oneOfRegions(); got.Region != "Alpha" || len(got.Ways) != 1 {
			t.Errorf("it shows %+v", got)
		}
	})
	t.Run("one that is asked for is no part of more", func(t *testing.T) {
		if ask(url.Values{"region": {"Gamma"}}, inspection.Body{}).oneRegion() {
			t.Error("it says that it shows less than what was asked for")
		}
	})
}

func TestRegionsThatTheMapDoesNotKnowComeLast(t *testing.T) {
	var stands []inspection.Stand
	for _, region := range []string{"Wessex", "South East", "", "London", "North West", "Avalon"} {
		stands = append(stands, inspection.Stand{Body: inspection.Body{Name: "Of " + region, Region: region}, Absence: inspection.AbsentNotYet})
	}
	var names []string
	for _, region := range mapRegionsOf(inspection.NewEngland(&inspection.Record{}), stands, nil) {
		names = append(names, region.Name)
	}
	if want := []string{"North West", "London", "South East", "Avalon", "Region not recorded", "Wessex"}; !slices.Equal(names, want) {
		t.Errorf("the regions are %q, want %q", names, want)
	}
}
