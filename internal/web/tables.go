package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// tableFile is a form in which the table of a page is handed out.
type tableFile struct {
	extension string
	kind      string
	words     string // of the link
	write     func(w io.Writer, t exchange.Table, rows exchange.Rows, made time.Time) error
}

var (
	tableCSV = tableFile{"csv", "text/csv; charset=utf-8", "CSV", func(w io.Writer, t exchange.Table, rows exchange.Rows, _ time.Time) error {
		return exchange.WriteCSV(w, t, rows)
	}}
	tableWorkbook = tableFile{
		"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel (.xlsx)", exchange.WriteWorkbook,
	}
)

// pageTable is the table of a page, by what its address asks for, as files have it.
type pageTable struct {
	exchange.Table
	rows    exchange.Rows
	asked   *filter         // nil where the page has none
	day     inspection.Date // as of which it stands; unknown where the page shows no day
	page    string          // the page that leads to it; empty where that has the same address
	subject string          // under which the reading of an internal record is noted; empty where it is none
}

// tableMaker makes the table of a page. What is wrong in the address it leaves in the filter, or fails with.
type tableMaker func(*Server, *gin.Context) (pageTable, error)

// tableOfPage is how the table of a page is made, what links call it, and by which parameters it is narrowed.
type tableOfPage struct {
	words string
	make  tableMaker
	takes []string
}

// pageTables are the tables that pages show, by the addresses of the pages. Each is a file under the same address with the
// extension of its kind, and takes the same parameters.
func pageTables() map[string]tableOfPage {
	return map[string]tableOfPage{
		"/authorities":                  {"These authorities", (*Server).authorityTable, []string{"region", "type", "q", asAt}},
		"/inspections":                  {"These inspections and visits", (*Server).inspectionTable, []string{"authority", "kind", "framework", "year", asAt}},
		"/judgements":                   {"Their judgements, each on a row", (*Server).judgementTable, []string{"authority", "kind", "framework", "year", asAt}},
		"/recommendations":              {"These areas to improve", (*Server).recommendationTable, []string{"authority", "inspection", "theme", "stage", "show", asAt}},
		"/actions":                      {"These actions", (*Server).actionTable, []string{"authority", asAt}},
		"/milestones":                   {"These milestones", (*Server).milestoneTable, []string{"authority", "category", asAt}},
		"/sources":                      {"These sources", (*Server).sourceTable, nil},
		"/glossary":                     {"These terms", (*Server).glossaryTable, nil},
		"/working-days":                 {"These bank holidays", (*Server).workingDayTable, nil},
		"/themes":                       {"These themes, with the words of each letter", (*Server).themeTable, []string{"authority", asAt}},
		"/scrutiny":                     {"These lists", (*Server).scrutinyTable, []string{"authority", "since", asAt}},
		"/compare":                      {"This comparison", (*Server).compareTable, []string{"authority", "group", "with", asAt}},
		"/england":                      {"These counts by region and type", (*Server).englandTable, []string{"judgement", "region", "type", asAt}},
		"/england/map":                  {"Every authority on this map", (*Server).mapTable, []string{"judgement", "region", "type", asAt}},
		"/england/journeys":             {"These counts", (*Server).journeyTable, []string{"judgement", "rules", "region", "type", asAt}},
		"/england/journeys/authorities": {"This list", (*Server).journeyListTable, []string{"judgement", "rules", "region", "type", "from", "to", asAt}},
		"/england/asked":                {"What was asked", (*Server).askedTable, []string{"theme", "authority", "group", "with", asAt}},
		"/england/inspections":          {"Every full inspection, in the form that can be brought in again", (*Server).englandListTable, []string{asAt}},
		"/reorganisations":              {"These changes of councils", (*Server).reorganisationTable, []string{"region"}},
	}
}

// mostTables is how many tables are made at a time. Whoever asks for one more waits.
const mostTables = 4

// tableRoutes registers the tables of pages as files for spreadsheets.
func (s *Server) tableRoutes(r router) {
	room := make(chan struct{}, mostTables)
	for path, table := range pageTables() {
		for _, file := range []tableFile{tableCSV, tableWorkbook} {
			r.get(path+"."+file.extension, auth.ReadPublic, s.handOut(table.make, file, room))
		}
	}
	r.get("/changes.xlsx", auth.ReadPublic, s.handOut((*Server).changeTable, tableWorkbook, room))
	for _, file := range []tableFile{tableCSV, tableWorkbook} {
		r.get("/tracker."+file.extension, auth.ImportTracker, s.handOut((*Server).trackerTable, file, room))
	}
}

// nothingToTake answers for a table that would have no rows: an empty file looks like a mistake of the program.
var nothingToTake = &refusal{http.StatusNotFound, "There is nothing to put into a file", []string{
	"Nothing on this record matches what you chose, so the table would be empty.",
	"Go back to the page, choose less narrowly or another day, and take the table from there.",
}}

// handOut answers with a table as a file. It is made for each request anew: nothing of it is kept anywhere. It is whole before any
// of it is sent, so that what cannot be made is a page that says so, and whoever reads slowly keeps nobody from the database.
func (s *Server) handOut(make tableMaker, file tableFile, room chan struct{}) gin.HandlerFunc {
	return func(c *gin.Context) {
		var made *madeTable
		err := wherever(func(c *gin.Context) (err error) {
			made, err = s.makeTable(c, make, file, room)
			return err
		})(c)
		if err != nil {
			if errors.Is(err, exchange.ErrNoRows) {
				err = nothingToTake
			}
			r := s.fail(c, err)
			r.unkept = true
			r.send(c.Writer, c.Request)
			return
		}
		defer made.drop()
		if err := made.send(c); err != nil && c.Request.Context().Err() == nil { // otherwise the reader has gone
			// Half a file must not pass for a whole one: the connection breaks off.
			s.log.ErrorContext(c.Request.Context(), "table broke off", "path", c.Request.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// makeTable writes a table to a file of its own, which drop takes away.
func (s *Server) makeTable(c *gin.Context, make tableMaker, file tableFile, room chan struct{}) (*madeTable, error) {
	if err := s.unhurried(c); err != nil {
		return nil, err
	}
	select {
	case room <- struct{}{}:
		defer func() { <-room }()
	case <-c.Request.Context().Done():
		return nil, c.Request.Context().Err()
	}
	t, err := make(s, c)
	if err != nil {
		return nil, err
	}
	if t.asked != nil && len(t.asked.problems) > 0 {
		return nil, t.asked.problems
	}
	if t.subject != "" {
		if err := s.noteRead(c, t.subject+"."+file.extension); err != nil {
			return nil, err
		}
	}
	t.Notes = append(t.Notes, s.tableNotes(c, t)...)
	out, err := newMadeTable(c)
	if err != nil {
		return nil, err
	}
	out.kind, out.name = file.kind, t.Name+"-"+s.today().ISO()+"."+file.extension
	if t.day.Known() && t.day != s.today() {
		out.name = t.Name + "-as-it-stood-on-" + t.day.ISO() + "." + file.extension
	}
	if err := file.write(out, t.Table, t.rows, s.clock()); err != nil && !errors.Is(err, errHeadOnly) {
		out.drop()
		return nil, err
	}
	return out, nil
}

// tableTakes is how long a table may take before its first part is sent.
const tableTakes = 5 * time.Minute

// errHeadOnly ends the making of a table of which only the head is asked for.
var errHeadOnly = errors.New("only the head is asked for")

// madeTable is a table in a file, to be sent.
type madeTable struct {
	file     *os.File
	kind     string
	name     string
	headOnly bool
}

func newMadeTable(c *gin.Context) (*madeTable, error) {
	err := http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(tableTakes))
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // there is no connection, and nobody waits
		return nil, err
	}
	file, err := os.CreateTemp("", "timeline-table-")
	if err != nil {
		return nil, fmt.Errorf("make a file for a table: %w", err)
	}
	return &madeTable{file: file, headOnly: c.Request.Method == http.MethodHead}, nil
}

// Write writes a part to the file.
func (t *madeTable) Write(part []byte) (int, error) {
	if t.headOnly {
		return 0, errHeadOnly
	}
	return t.file.Write(part)
}

// send sends the table. Each part may take exportTakes, so that a long table arrives over a slow line, and nobody who stops
// reading holds a connection.
func (t *madeTable) send(c *gin.Context) error {
	size, err := t.file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = t.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	header := c.Writer.Header()
	if !t.headOnly { // so that whatever carries it sees where it breaks off
		header.Set("Content-Length", strconv.FormatInt(size, 10))
	}
	header.Set("Content-Type", t.kind)
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", t.name))
	header.Set("Cache-Control", neverKept[0])
	c.Writer.WriteHeader(http.StatusOK)
	_, err = io.Copy(&unhurriedWriter{c.Writer, http.NewResponseController(c.Writer)}, t.file)
	return err
}

// drop takes the file away.
func (t *madeTable) drop() {
	_ = t.file.Close() // it was for this answer alone, and the system clears what cannot be taken away
	_ = os.Remove(t.file.Name())
}

const openLicence = "Open Government Licence v3.0, https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

// tableNotes are notesOf a table that is made for one request.
func (s *Server) tableNotes(c *gin.Context, t pageTable) []exchange.Note {
	page := *c.Request.URL
	for _, file := range []tableFile{tableCSV, tableWorkbook} {
		page.Path = strings.TrimSuffix(page.Path, "."+file.extension)
	}
	page.Path = cmp.Or(t.page, page.Path)
	return s.notesOf(t, s.whole(c, page.RequestURI()), s.whole(c, "/sources"))
}

// notesOf says what one has to know of any table of this record, with the addresses of its page and of the sources.
func (s *Server) notesOf(t pageTable, page, sources string) []exchange.Note {
	only := "everything"
	if t.asked != nil {
		if chosen := t.asked.Chosen(); chosen != "" {
			only = chosen
		}
	}
	notes := []exchange.Note{{Name: "Narrowed to", Words: only}}
	if t.day.Known() {
		notes = append(notes, exchange.Note{Name: "As it stood on", Words: t.day.Words()})
	}
	return append(notes,
		exchange.Note{Name: "Made on", Words: s.today().Words()},
		exchange.Note{Name: "The page itself", Words: page},
		exchange.Note{Name: "What it rests on", Words: "Every fact of this record names its source: " + sources},
		exchange.Note{Name: "Empty cells", Words: "An empty cell means that nothing is recorded there or that it is not known. It never means no."},
		exchange.Note{Name: "Dates", Words: "A date stands as far as it is known: 2016-04 is some day in April 2016. Where a date may be known to the month or " +
			"year only, the column beside it says so. “About” means that it was inferred or that sources differ."},
		exchange.Note{Name: "Grades", Words: "Grades rank within one set of inspection rules only. A grade of an earlier council is its own."},
		exchange.Note{Name: "Whose words", Words: "“In our words, not a quotation” stands beside what the inspectors did not write themselves."},
		exchange.Note{Name: "Licence", Words: "Made from Ofsted’s published letters and reports. This is not an Ofsted service. Contains public sector information " +
			"licensed under the " + openLicence},
	)
}

// downloads leads to the table of a page as files.
type downloads struct {
	Words string // what is in them
	Files []Link
}

// Downloads leads to the table of the page as files, with what was asked of the page.
func (f *filter) Downloads() *downloads { return tableFiles(f.Path, f.kept) }

// tableFiles leads to the files of the table of an address; nil where it has none.
func tableFiles(path string, asked url.Values) *downloads {
	table, has := pageTables()[path]
	if !has {
		return nil
	}
	return filesOf(table.words, path, asked)
}

// trackerSheet leads to the tracker sheet of this record, which officers take out and bring in again.
func trackerSheet(asked url.Values) *downloads {
	return filesOf("The tracker sheet, which can be brought in again", "/tracker", asked)
}

func filesOf(words, path string, asked url.Values) *downloads {
	query := url.Values{}
	for name, values := range asked {
		if name != "page" && name != "sort" && name != "order" {
			query[name] = values
		}
	}
	out := &downloads{Words: words}
	for _, file := range []tableFile{tableWorkbook, tableCSV} {
		address := path + "." + file.extension
		if len(query) > 0 {
			address += "?" + query.Encode()
		}
		out.Files = append(out.Files, Link{Name: file.words, Address: address})
	}
	return out
}

// rowsOf returns rows that are at hand already.
func rowsOf[T any](list []T, row func(T) []any) exchange.Rows {
	return func(do func([]any) error) error {
		for _, one := range list {
			if err := do(row(one)); err != nil {
				return err
			}
		}
		return nil
	}
}

// eachRow returns rows of what is read from the store one by one.
func eachRow[T any, F any](ctx context.Context, each func(context.Context, F, func(T) error) error, wanted F, row func(T) []any) exchange.Rows {
	return func(do func([]any) error) error {
		return each(ctx, wanted, func(one T) error { return do(row(one)) })
	}
}

// yes says something in a cell that is so or not.
func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// column is a column of words.
func column(name string, width int) exchange.Column { return exchange.Column{Name: name, Width: width} }

// dates is a column of dates, each as far as it is known.
func dates(name string) exchange.Column { return exchange.Column{Name: name, Kind: exchange.Dates} }

// numbers is a column of counts.
func numbers(name string) exchange.Column { return exchange.Column{Name: name, Kind: exchange.Numbers} }

// chartWorkbook writes the table of a chart as a workbook, with a chart of the spreadsheet program where its columns are counts
// that add up.
func (s *Server) chartWorkbook(c *gin.Context, made chart.Chart) ([]byte, error) {
	t := pageTable{Table: exchange.Table{Name: made.Name + "-" + made.Subject, Title: made.Title}, day: pastDay(c)}
	t.Notes = []exchange.Note{{Name: "What is drawn", Words: made.Subtitle}, {Name: "In a sentence", Words: made.Summary}, {Name: "To be read with it", Words: made.Caption}}
	counts := map[int]bool{}
	for i, name := range made.Table.Columns {
		counts[i] = i > 0
		for _, row := range made.Table.Rows {
			if _, err := strconv.Atoi(row[i]); err != nil {
				counts[i] = false
			}
		}
		kind := exchange.Words
		if counts[i] {
			kind = exchange.Numbers
		}
		t.Columns = append(t.Columns, exchange.Column{Name: name, Kind: kind})
	}
	t.Chart = nativeChart(made, counts)
	// It is kept for everybody, so nothing of how one request was made may stand in it.
	page := s.publicAddress() + chartHome(made, t.day, askedOfChart(c.Request.URL))
	t.Notes = append(t.Notes, s.notesOf(t, page, s.publicAddress()+"/sources")...)
	rows := rowsOf(made.Table.Rows, func(line []string) []any {
		row := make([]any, len(line))
		for i, cell := range line {
			if row[i] = any(cell); counts[i] {
				row[i], _ = strconv.Atoi(cell)
			}
		}
		return row
	})
	var out bytes.Buffer
	err := exchange.WriteWorkbook(&out, t.Table, rows, s.clock())
	return out.Bytes(), err
}

// allAuthorities heads the column in which the counts before it add up.
const allAuthorities = "Authorities in our register"

// nativeChart asks for a chart where the columns after the first are counts of parts of one whole.
func nativeChart(made chart.Chart, counts map[int]bool) *exchange.TableChart {
	var series []int
	switch made.Name {
	case chart.NameEngland:
		for i := 1; counts[i] && made.Table.Columns[i] != allAuthorities; i++ {
			series = append(series, i)
		}
	case chart.NameAreaAges: // of few areas the days of each, of many how many are of each age
		series = slices.DeleteFunc([]int{1, 2}, func(i int) bool { return !counts[i] })
		series = series[:min(len(series), 1)]
	}
	if len(series) == 0 {
		return nil
	}
	return &exchange.TableChart{Title: made.Title, Names: 0, Series: series}
}

// TableOffer is a table of the public pages that can be taken as a file.
type TableOffer struct {
	Name  string   // "england/map"
	Words string   // what is in it
	Takes []string // the parameters of its address that narrow it
}

// Tables lists the tables that WriteTable writes, by name.
func Tables() []TableOffer {
	var out []TableOffer
	for path, table := range pageTables() {
		out = append(out, TableOffer{strings.TrimPrefix(path, "/"), table.words, table.takes})
	}
	slices.SortFunc(out, func(a, b TableOffer) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// WriteTable writes one of Tables as everybody may read it, as CSV or as an Excel workbook, without a request. It fails with
// inspection.ErrNotFound for a table that there is none of, inspection.Problems for what cannot be asked of it, and
// exchange.ErrNoRows, having written nothing.
func (s *Server) WriteTable(ctx context.Context, w io.Writer, name string, workbook bool, asked url.Values) error {
	table, known := pageTables()["/"+name]
	if !known {
		return fmt.Errorf("table %q: %w", name, inspection.ErrNotFound)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/"+name+"?"+asked.Encode(), nil)
	if err != nil {
		return fmt.Errorf("ask for the table %s: %w", name, err)
	}
	c := &gin.Context{Request: request}
	c.Set(personKey, (*person)(nil)) // everybody
	t, err := table.make(s, c)
	if err != nil {
		return err
	}
	if t.asked != nil && len(t.asked.problems) > 0 {
		return t.asked.problems
	}
	t.Notes = append(t.Notes, s.tableNotes(c, t)...)
	file := tableCSV
	if workbook {
		file = tableWorkbook
	}
	return file.write(w, t.Table, t.rows, s.clock())
}
