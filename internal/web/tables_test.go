package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// fileTable is a table that was handed out, by the names of its columns.
type fileTable struct {
	columns []string
	rows    [][]string
}

func readTable(t testing.TB, answer *httptest.ResponseRecorder) fileTable {
	t.Helper()
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s", answer.Code, seen(answer.Body.String()))
	}
	rest, marked := bytes.CutPrefix(answer.Body.Bytes(), []byte("\uFEFF"))
	if !marked || !bytes.HasSuffix(rest, []byte("\r\n")) {
		t.Errorf("the table begins %q", rest[:min(20, len(rest))])
	}
	rows, err := csv.NewReader(bytes.NewReader(rest)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return fileTable{rows[0], rows[1:]}
}

// says returns what each row says in some columns, in order.
func (f fileTable) says(t testing.TB, columns ...string) []string {
	t.Helper()
	var out []string
	for _, row := range f.rows {
		var cells []string
		for _, column := range columns {
			at := slices.Index(f.columns, column)
			if at < 0 {
				t.Fatalf("there is no column %q: %q", column, f.columns)
			}
			cells = append(cells, seen(inspection.UnguardCell(row[at])))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	slices.Sort(out)
	return out
}

// shownTexts returns the texts of what a selector finds, and of further places within each.
func shownTexts(page *goquery.Document, each string, within ...string) []string {
	var out []string
	page.Find(each).Each(func(_ int, one *goquery.Selection) {
		var cells []string
		for _, place := range within {
			found := one.Find(place).Clone()
			found.Find(".note, .govuk-visually-hidden").Remove()
			cells = append(cells, seen(found.First().Text()))
		}
		out = append(out, strings.Join(cells, " | "))
	})
	return out
}

// ends returns the last part of the addresses of links.
func ends(page *goquery.Document, selector string) []string {
	var out []string
	page.Find(selector).Each(func(_ int, link *goquery.Selection) {
		address, _ := link.Attr("href")
		address, _, _ = strings.Cut(address, "?")
		out = append(out, address[strings.LastIndex(address, "/")+1:])
	})
	return out
}

// everyPage collects from all pages of a list.
func everyPage(t testing.TB, s *Server, path string, collect func(*goquery.Document) []string) []string {
	t.Helper()
	var out []string
	for path != "" {
		answer := get(t, s, path)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, answer.Code)
		}
		page := document(t, answer)
		out = append(out, collect(page)...)
		path, _ = page.Find(`a[rel="next"]`).Attr("href")
	}
	slices.Sort(out)
	return out
}

// tableOf returns the address of the table of a page.
func tableOf(path, extension string) string {
	where, query, asked := strings.Cut(path, "?")
	if asked {
		return where + "." + extension + "?" + query
	}
	return where + "." + extension
}

func TestTablesSayWhatTheirPagesSay(t *testing.T) {
	storetest.LeaveOutWalk(t)
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		recordedAction(t, s)
		if err := makePublic(t, db); err != nil {
			t.Fatal(err)
		}
		inspections := func(page *goquery.Document) []string {
			return shownTexts(page, ".results tbody tr", "th a", "td:nth-child(3)", "td:nth-child(5)")
		}
		references := func(page *goquery.Document) []string {
			return slices.Compact(slices.Sorted(slices.Values(ends(page, `.letter .note a[href^="/recommendations/"]`))))
		}
		counts := func() func(*goquery.Document) []string {
			return func(page *goquery.Document) []string {
				var out []string
				page.Find(".standing tbody tr, .standing tfoot tr").Each(func(_ int, row *goquery.Selection) {
					cells := []string{seen(row.Find("th").Text())}
					row.Find("td[data-label]").Each(func(_ int, cell *goquery.Selection) { cells = append(cells, seen(cell.Text())) })
					if cells[0] == "All of them" && slices.Contains(out, strings.Join(cells, " | ")) {
						return // said under both tables
					}
					out = append(out, strings.Join(cells, " | "))
				})
				return out
			}
		}
		for _, tt := range []struct {
			path    string
			collect func(*goquery.Document) []string
			columns []string
		}{
			{"/inspections", inspections, []string{"Inspection or visit", "Inspectors came", "What they concluded"}},
			{"/inspections?authority=northamptonshire&as-at=2023-01-31", inspections, []string{"Inspection or visit", "Inspectors came", "What they concluded"}},
			{"/inspections?kind=sif&year=2016", inspections, []string{"Inspection or visit", "Inspectors came", "What they concluded"}},
			{"/recommendations", references, []string{"Reference"}},
			{"/recommendations?authority=northamptonshire&show=open", references, []string{"Reference"}},
			{"/actions", func(page *goquery.Document) []string { return shownTexts(page, ".story > li", ".story-head a") }, []string{"What is to be done"}},
			{"/milestones?authority=northamptonshire", func(page *goquery.Document) []string {
				return shownTexts(page, ".milestones > li", ".milestone-when", "h4")
			}, []string{"When, in words", "What happened"}},
			{"/authorities?region=London", func(page *goquery.Document) []string {
				return shownTexts(page, "main tbody tr", "th a", "td:nth-child(2)", "td:nth-child(3)")
			}, []string{"Authority", "Region", "Type"}},
			{"/sources", func(page *goquery.Document) []string { return rowIDs(page, ".source-list > li") }, []string{"Source"}},
			{"/glossary", func(page *goquery.Document) []string { return shownTexts(page, ".glossary > div", "dt") }, []string{"Term"}},
			{"/working-days", func(page *goquery.Document) []string { return shownTexts(page, ".facts > div", "dd") }, []string{"Name"}},
			{"/compare?group=region", func(page *goquery.Document) []string {
				return shownTexts(page, ".compare-table tbody tr", "th a", "td:nth-child(3) .grade")
			}, []string{"Authority", "Leaders"}},
			{"/england?judgement=overall&type=London+Borough", counts(), []string{"Part", "Outstanding", "Good", "Requires improvement to be good", "Inadequate", "Not given", "Authorities", "Good or outstanding"}},
			{"/england?as-at=2018-12-31", counts(), nil},
			{"/england/map?region=London", func(page *goquery.Document) []string {
				return shownTexts(page, ".map-table tbody tr", "th", "td:nth-child(2)", "td:nth-child(3)")
			}, []string{"Authority", "Region", "Leaders"}},
			{"/england/journeys", func(page *goquery.Document) []string {
				return shownTexts(page, ".journey-matrix tbody tr", "th", "td:nth-child(2)", "td:nth-child(3)", "td:last-child")
			}, []string{"Grade", "Then outstanding", "Then good", "All"}},
			{"/england/journeys/authorities?from=inadequate&to=good", func(page *goquery.Document) []string { return shownTexts(page, ".results tbody tr", "th") }, []string{"Authority"}},
			{"/england/asked", func(page *goquery.Document) []string {
				return shownTexts(page, ".asked-themes > li", "a", ".asked-count")
			}, []string{"Theme", "Areas to improve"}},
			{"/reorganisations", func(page *goquery.Document) []string { return rowIDs(page, ".reorganisations tbody tr") }, []string{"Change"}},
		} {
			t.Run(tt.path, func(t *testing.T) {
				page := everyPage(t, s, tt.path, tt.collect)
				file := readTable(t, get(t, s, tableOf(tt.path, "csv")))
				columns := tt.columns
				if columns == nil {
					columns = file.columns[1:]
				}
				if got := file.says(t, columns...); !slices.Equal(got, page) || len(page) == 0 {
					t.Errorf("the file says\n%q\nand the page\n%q", got, page)
				}
				workbook := openTable(t, get(t, s, tableOf(tt.path, "xlsx")))
				if got := len(workbook.rows); got != len(file.rows) {
					t.Errorf("the workbook has %d rows, the CSV file %d", got, len(file.rows))
				}
				for _, extension := range []string{"csv", "xlsx"} {
					if link := document(t, get(t, s, tt.path)).Find(fmt.Sprintf(`.downloads a[download][href^=%q]`, tableOf(strings.Split(tt.path, "?")[0], extension))); link.Length() != 1 {
						t.Errorf("the page leads to its .%s file %d times", extension, link.Length())
					}
				}
			})
		}
	})
}

func TestTheDaysOfAComparisonAreDates(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	shown := shownTexts(document(t, get(t, s, "/compare?group=region")), ".compare-table tbody tr", "th a", "td:nth-child(2)")
	var filed []string
	for _, row := range readTable(t, get(t, s, "/compare.csv?group=region")).says(t, "Authority", "Latest full inspection published") {
		name, day, _ := strings.Cut(row, " | ")
		date, err := inspection.ParseDate(day)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		filed = append(filed, name+" | "+date.Words())
	}
	slices.Sort(shown)
	slices.Sort(filed)
	if len(shown) == 0 || !slices.Equal(shown, filed) {
		t.Errorf("the page says %q, the file %q", shown, filed)
	}
}

// rowIDs returns the IDs of rows.
func rowIDs(page *goquery.Document, selector string) []string {
	var out []string
	page.Find(selector).Each(func(_ int, row *goquery.Selection) {
		id, _ := row.Attr("id")
		out = append(out, id)
	})
	return out
}

func openWorkbook(t testing.TB, answer *httptest.ResponseRecorder) exchange.Workbook {
	t.Helper()
	book, err := exchange.OpenSheet("table.xlsx", answer.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// openTable reads the first sheet of a workbook.
func openTable(t testing.TB, answer *httptest.ResponseRecorder) fileTable {
	t.Helper()
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s", answer.Code, seen(answer.Body.String()))
	}
	rows := openWorkbook(t, answer).Sheets[0].Rows
	return fileTable{rows[0], rows[1:]}
}

// makePublic lets everybody read every action.
func makePublic(t testing.TB, db *store.Store) error {
	t.Helper()
	actions, err := db.Actions(t.Context(), store.ActionFilter{Reader: inspection.ForOfficers})
	for _, a := range actions {
		a.Audience = inspection.ForPublic
		if _, err := db.SaveAction(t.Context(), anOfficer, a, ""); err != nil {
			return err
		}
	}
	return err
}

func TestListsForScrutinyAndThemesAreInTheirTables(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	page, file := document(t, get(t, s, "/scrutiny?authority=northamptonshire")), readTable(t, get(t, s, "/scrutiny.csv?authority=northamptonshire"))
	lists := map[string][]string{}
	for _, row := range file.rows {
		lists[row[0]] = append(lists[row[0]], row[2])
	}
	page.Find(".scrutiny-list").Each(func(_ int, list *goquery.Selection) {
		title, _, _ := strings.Cut(list.Find("h3").Text(), ":")
		shown := map[string]bool{}
		list.Find(`a[href^="/recommendations/"]`).Each(func(_ int, link *goquery.Selection) { shown[link.Text()] = true })
		if got := slices.Sorted(slices.Values(lists[title])); !slices.Equal(got, slices.Sorted(maps.Keys(shown))) {
			t.Errorf("%s: the file has %q, the page %q", title, got, slices.Sorted(maps.Keys(shown)))
		}
		delete(lists, title)
	})
	if delete(lists, "Asked of a council that has ended"); len(lists) > 0 || len(file.rows) == 0 {
		t.Errorf("the file has lists that the page does not show: %v", lists)
	}
	themes, table := document(t, get(t, s, "/themes")), readTable(t, get(t, s, "/themes.csv"))
	names := map[string]bool{}
	for _, row := range table.rows {
		names[row[0]] = true
	}
	if shown := shownTexts(themes, ".recurring", "h3"); len(shown) != len(names) || !names[shown[0]] {
		t.Errorf("the page has the themes %q, the file %v", shown, names)
	}
}

func TestJudgementsHaveARowEach(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	file := readTable(t, get(t, s, "/judgements.csv?authority=north-northamptonshire&year=2026"))
	got := file.says(t, "Inspection", "Judgement code", "Grade")
	want := []string{"care_leavers | Good", "help_protection | Good", "in_care | Good", "leaders | Outstanding"}
	for i := range want {
		want[i] = "north-northamptonshire-ilacs-standard-2026-05-11 | " + want[i]
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestAWorkbookSaysWhatItIs(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	behind(t, s, Config{Address: mustURL(t, "https://council.example/timeline")})
	request := httptest.NewRequest(http.MethodGet, "https://council.example/timeline/inspections.xlsx?kind=sif&as-at=2017-01-31", nil)
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	if got := answer.Header().Get("Content-Disposition"); got != `attachment; filename="inspections-as-it-stood-on-2017-01-31.xlsx"` || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the file is called %q", got)
	}
	book := openWorkbook(t, answer)
	notes, _ := book.Sheet("Notes")
	said := map[string]string{}
	for _, line := range notes.Rows {
		said[line[0]] = line[1]
	}
	for name, want := range map[string]string{
		"Table": "Inspections and visits", "Narrowed to": "Full inspection (single inspection framework)", "As it stood on": "31 January 2017", "Made on": "21 November 2026",
		"The page itself": "https://council.example/timeline/inspections?kind=sif&as-at=2017-01-31", "Licence": "Open Government Licence v3.0",
		"Empty cells": "never means no", "What it rests on": "https://council.example/timeline/sources",
	} {
		if !strings.Contains(said[name], want) {
			t.Errorf("%s: %q", name, said[name])
		}
	}
	table, _ := book.Sheet("Inspections and visits")
	if page := table.Cell(2, 20); !strings.HasPrefix(page, "https://council.example/timeline/inspections/") {
		t.Errorf("the address is %q", page)
	}
}

func TestTablesOfChartsHaveAChartOfTheirOwn(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for path, drawn := range map[string]bool{"/charts/england/england": true, "/charts/area-ages/northamptonshire": true, "/charts/lanes/north-northamptonshire": false} {
		numbers, err := csv.NewReader(get(t, s, path+".csv").Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		answer := get(t, s, path+".xlsx")
		rows := openWorkbook(t, answer).Sheets[0].Rows
		if len(rows) != len(numbers) || !slices.Equal(rows[2], numbers[2]) {
			t.Errorf("%s: the workbook has %q, the CSV file %q", path, rows, numbers)
		}
		parts, err := zip.NewReader(bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if has := slices.ContainsFunc(parts.File, func(f *zip.File) bool { return f.Name == "xl/charts/chart1.xml" }); has != drawn {
			t.Errorf("%s: whether it has a chart: %v", path, has)
		}
	}
}

func TestTheTableOfAChartSaysNothingOfWhoAskedForItFirst(t *testing.T) {
	for name, address := range map[string]string{"without a public address": "", "with one": "https://council.example/timeline"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, storetest.Seeded(t))
			host, path := "other.example", ""
			if address != "" {
				behind(t, s, Config{Address: mustURL(t, address), Unlimited: true})
				host, path = "council.example", "/timeline"
			}
			var said string
			for _, query := range []string{"?read-more-at=other.example", "?nothing=here"} {
				request := httptest.NewRequest(http.MethodGet, "https://"+host+path+"/charts/lanes/north-northamptonshire.xlsx"+query, nil)
				answer := httptest.NewRecorder()
				s.Handler().ServeHTTP(answer, request)
				notes, _ := openWorkbook(t, answer).Sheet("Notes")
				said = fmt.Sprint(notes.Rows)
			}
			if strings.Contains(said, "other.example") || !strings.Contains(said, "[The page itself "+address+"/authorities/north-northamptonshire]") {
				t.Errorf("the notes say %s", said)
			}
		})
	}
}

func TestATableThatCannotBeMadeIsAPageThatSaysWhy(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, extension := range []string{"csv", "xlsx"} {
		for path, want := range map[string]struct {
			status int
			words  string
		}{
			"/actions":                            {http.StatusNotFound, "There is nothing to put into a file"},
			"/inspections?kind=sif&year=2026":     {http.StatusNotFound, "choose less narrowly"},
			"/inspections?kind=tea":               {http.StatusBadRequest, "Choose a kind of inspection from the list: “tea” is not on it"},
			"/inspections?as-at=2031-01-01":       {http.StatusBadRequest, "is still to come"},
			"/recommendations?authority=atlantis": {http.StatusBadRequest, "“atlantis” is not on it"},
			"/recommendations?inspection=none":    {http.StatusBadRequest, "Choose an inspection from the list"},
			"/compare?authority=atlantis":         {http.StatusBadRequest, "Choose an authority from the list"},
			"/scrutiny?since=soon":                {http.StatusBadRequest, "neither a meeting"},
			"/tracker":                            {http.StatusSeeOther, ""},
		} {
			answer := get(t, s, tableOf(path, extension))
			if answer.Code == http.StatusSeeOther && want.status == http.StatusSeeOther {
				continue
			}
			if want.words == "" { // before anybody has an account
				want.status = http.StatusForbidden
			}
			says(t, answer, want.status, want.words)
			if answer.Header().Get("Content-Disposition") != "" {
				t.Errorf("%s is a file", path)
			}
		}
		head := ask(t, s, http.MethodHead, "/inspections."+extension)
		if head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("Content-Disposition") == "" {
			t.Errorf("a question for the head alone is answered %d with %d bytes", head.Code, head.Body.Len())
		}
	}
}

func TestATableThatFailsHalfWayIsAPageThatSaysSo(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	t.Setenv("TMPDIR", t.TempDir())
	failing := func(*Server, *gin.Context) (pageTable, error) {
		t := pageTable{Table: exchange.Table{Name: "t", Title: "T", Columns: []exchange.Column{column("Words", 0)}}}
		t.rows = func(do func([]any) error) error {
			for range 1000 {
				if err := do([]any{"a text of some length"}); err != nil {
					return err
				}
			}
			return errors.New("the database is away")
		}
		return t, nil
	}
	room := make(chan struct{}, 1)
	for _, file := range []tableFile{tableCSV, tableWorkbook} {
		answer := httptest.NewRecorder()
		c, _ := gin.CreateTestContext(answer)
		c.Request = httptest.NewRequest(http.MethodGet, "/t."+file.extension, nil)
		s.handOut(failing, file, room)(c)
		if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "a text of some length") {
			t.Errorf("%s: status %d", file.extension, answer.Code)
		}
	}
	if len(room) > 0 {
		t.Error("what failed keeps others waiting")
	}
	holdsNothing(t, os.TempDir())
}

func holdsNothing(t *testing.T, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestWhoeverTakesATableSlowlyKeepsNobodyWaiting(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	t.Setenv("TMPDIR", t.TempDir())
	service := httptest.NewUnstartedServer(s.Handler())
	service.Config.ConnContext = func(ctx context.Context, connection net.Conn) context.Context {
		if err := connection.(*net.TCPConn).SetWriteBuffer(4 << 10); err != nil { // or the system would take it all from us at once
			t.Error(err)
		}
		return ctx
	}
	service.Start()
	client := http.Client{Transport: &http.Transport{ResponseHeaderTimeout: 10 * time.Second}}
	const slow = 2 * mostTables // more than tables are made at a time, and than an SQLite file has readers
	var taken []*http.Response
	for range slow {
		answer, err := client.Get(service.URL + "/judgements.csv") // of a megabyte, of which nothing is read yet
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, answer)
	}
	for _, path := range []string{"/glossary.csv", "/glossary.xlsx", "/inspections", "/milestones"} {
		if answer := get(t, s, path); answer.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, answer.Code)
		}
	}
	for _, answer := range taken {
		if n, err := io.Copy(io.Discard, answer.Body); err != nil || n < 100_000 {
			t.Errorf("%d bytes arrived: %v", n, err)
		}
		answer.Body.Close()
	}
	service.Close() // once every answer is sent
	holdsNothing(t, os.TempDir())
}

func TestTablesShowNoMoreThanTheirReaderMayRead(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		d.acts("members")
		d.acts("officers")
		if answer := get(t, d.Server, "/actions.csv"); answer.Code != http.StatusNotFound {
			t.Errorf("everybody reads %s", answer.Body)
		}
		for who, want := range map[string]int{"member": 1, "officer": 2} {
			by := map[string]inspection.Actor{"member": testMember, "officer": anOfficer}[who]
			answer := asksAs(t, d.Server, by, http.MethodGet, "/actions.csv", "", nil)
			if file := readTable(t, answer); len(file.rows) != want || answer.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %q", who, file.rows)
			}
		}
		for path, want := range map[string]int{"/tracker.csv": http.StatusForbidden, "/tracker.xlsx": http.StatusForbidden} {
			if answer := asksAs(t, d.Server, testMember, http.MethodGet, path, "", nil); answer.Code != want {
				t.Errorf("a member gets %s with %d", path, answer.Code)
			}
		}
	})
}

func TestTheRecordOfChangesIsASpreadsheetToo(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	rows, err := csv.NewReader(get(t, s, "/changes.csv?kind=move").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	file := openTable(t, get(t, s, "/changes.xlsx?kind=move"))
	if len(file.rows) != len(rows)-1 || !slices.Equal(file.columns, rows[0]) || file.rows[0][8] != rows[1][8] {
		t.Errorf("the workbook has %d entries, the CSV file %d", len(file.rows), len(rows)-1)
	}
	member := sessionOf(t, s, storetest.Account(t, db, auth.Member))
	if answer := get(t, s, "/changes.xlsx", member...); answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	read, err := db.Accesses(t.Context(), store.AccessFilter{})
	if err != nil || !slices.ContainsFunc(read, func(a inspection.Access) bool { return a.Subject == "changes.xlsx" }) {
		t.Errorf("it is not noted who took it: %+v, %v", read, err)
	}
}

func TestEveryTableIsAFileUnderAPrefixToo(t *testing.T) {
	for path := range pageTables() {
		if got := tableFiles(path, url.Values{"authority": {"north-northamptonshire"}, "page": {"3"}}); len(got.Files) != 2 ||
			got.Files[1].Address != path+".csv?authority=north-northamptonshire" || got.Words == "" {
			t.Errorf("%s: %+v", path, got)
		}
	}
}
