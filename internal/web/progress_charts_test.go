package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// chartTable reads the table of a chart from its address.
func chartTable(t *testing.T, s *Server, path string) [][]string {
	t.Helper()
	answer := get(t, s, path)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, answer.Code)
	}
	table, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table[1:]
}

func TestChartsOfProgressWithoutAny(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	runScenarios(t, s, []scenario{
		{
			name:  "what is known is drawn, and what waits for progress says so",
			path:  "/authorities/north-northamptonshire",
			wants: []string{"#followed", "figure#area-ages-north-northamptonshire", "figure#later-views-north-northamptonshire"},
			shows: []string{
				"No progress is recorded for North Northamptonshire", "No plan with a date is recorded for North Northamptonshire",
				"Not mentioned is not the same as put right.",
			},
		},
		{
			name: "a council of whose areas nothing is held has no such part",
			path: "/authorities/bradford", hides: []string{"Areas to improve followed to the end"},
		},
	})
	for path, want := range map[string]int{
		"/charts/open-areas/north-northamptonshire.svg":                   http.StatusNotFound,
		"/charts/moved-dates/northamptonshire.csv":                        http.StatusNotFound,
		"/charts/later-views/west-northamptonshire.csv":                   http.StatusNotFound, // nobody has recorded a view of its letter
		"/charts/later-views/north-northamptonshire.csv?as-at=2026-07-06": http.StatusNotFound, // before the later letter
		"/charts/area-ages/north-northamptonshire.json?as-at=2026-07-06":  http.StatusOK,
		"/charts/area-ages/bradford.csv":                                  http.StatusNotFound,
	} {
		if answer := get(t, s, path); answer.Code != want {
			t.Errorf("%s: status %d, want %d", path, answer.Code, want)
		}
	}
}

func TestChartsOfProgressCountTwinsOnce(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, _ := tellScrutiny(t, dsn)
		s := newServer(t, db)
		table := chartTable(t, s, "/charts/open-areas/northamptonshire.csv")
		last := table[len(table)-1]
		if want := "North Northamptonshire and West Northamptonshire, 7 July 2026|1 September 2026|1|1|0"; strings.Join(last, "|") != want {
			t.Errorf("the place: got %q, want %q", last, want)
		}
		table = chartTable(t, s, "/charts/moved-dates/northamptonshire.csv")
		if want := "NN-ILACS-2026-1 and WN-ILACS-2026-1|31 October 2026|31 October 2026|0|Open"; len(table) != 1 || strings.Join(table[0], "|") != want {
			t.Errorf("dates of the place: got %q, want %q", table, want)
		}
		table = chartTable(t, s, "/charts/moved-dates/west-northamptonshire.csv")
		if len(table) != 1 || table[0][0] != "WN-ILACS-2026-1" {
			t.Errorf("dates of one council: got %q", table)
		}
		if answer := get(t, s, "/charts/moved-dates/northamptonshire.csv?as-at=2026-08-31"); answer.Code != http.StatusNotFound {
			t.Errorf("before the plans were recorded: status %d", answer.Code)
		}
	})
}

func TestPicturesOfProgressAreThoseOfTheDayOfThePage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		council := storetest.Progress(t, db, 40, 80)[0]
		s := newServer(t, db)
		page := document(t, get(t, s, "/authorities/"+council+"?as-at=2026-04-30"))
		figures := page.Find(`#followed`).Closest("section").Find("figure")
		if figures.Length() != 3 {
			t.Fatalf("%d figures, want those of open areas, ages and dates", figures.Length())
		}
		figures.Each(func(_ int, figure *goquery.Selection) {
			rows := figure.Find(".table-details tbody tr").Length()
			address := figure.Find("a[download]").AttrOr("href", "")
			if !strings.Contains(address, "as-at=2026-04-30") {
				t.Errorf("the file is of another day: %s", address)
			}
			if table := chartTable(t, s, address); len(table) != rows || rows == 0 {
				t.Errorf("%s has %d lines for %d rows", address, len(table), rows)
			}
		})
		on := func(day string) []string {
			table := chartTable(t, s, "/charts/open-areas/"+council+".csv?as-at="+day)
			return table[len(table)-1]
		}
		if early, late := on("2026-04-30"), on("2026-11-21"); early[4] != "0" || late[4] == "0" {
			t.Errorf("closed on the two days: %s and %s", early[4], late[4])
		}
	})
}

func TestReasonsAndOfficersWordsAreInNoPicture(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	for _, name := range progressCharts {
		for _, extension := range []string{".json", ".csv"} {
			for _, by := range []inspection.Actor{{}, testOfficer} {
				body := asks(t, s, by, http.MethodGet, "/charts/"+name+"/northamptonshire"+extension, nil).Body.String()
				if strings.Contains(body, "for officers") || strings.Contains(body, "31 January 2027") {
					t.Errorf("%s%s tells what was only asked for", name, extension)
				}
			}
		}
	}
}
