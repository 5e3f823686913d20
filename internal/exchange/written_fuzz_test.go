package exchange_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/mmcdole/gofeed/atom"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// hostile are texts that mean something in a feed, a calendar, a table or a page.
var hostile = []string{
	"Letters & <published>", "]]><script>alert(1)</script>", "a\\;b,c\r\nBEGIN:VEVENT", "=1+1\t|x", "\x00\xff\u202e\U0010ffff\ufffe", "“Wörter” 儿童 \u2028", "' -1", "",
}

// FuzzFeed holds that whatever stands in a record, a feed is one sound document that says it, and nothing in it can run.
func FuzzFeed(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[(i+1)%len(hostile)], hostile[(i+2)%len(hostile)])
	}
	f.Fuzz(func(t *testing.T, title, line, author string) {
		feed := aFeed()
		feed.Title, feed.Entries[0].Title, feed.Entries[0].Author = title, line, author
		feed.Entries[0].Lines, feed.Entries[0].Summary = []string{line, title}, author
		text := written(t, feed.Write)
		if text != written(t, feed.Write) {
			t.Fatal("equal feeds are written differently")
		}
		decoder := xml.NewDecoder(strings.NewReader(text))
		elements := map[string]int{}
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("it is no XML: %v", err)
			}
			if start, ok := token.(xml.StartElement); ok {
				elements[start.Name.Local]++
			}
		}
		if elements["feed"] != 1 || elements["entry"] != 2 || elements["title"] != 3 || elements["script"] > 0 || elements["li"] > 0 {
			t.Fatalf("it has the elements %v", elements)
		}
		read, err := (&atom.Parser{}).Parse(strings.NewReader(text))
		if err != nil || len(read.Entries) != 2 {
			t.Fatalf("another library does not read it: %v", err)
		}
		if body := read.Entries[0].Content.Value; strings.Count(body, "<") != strings.Count("<p></p><ul><li></li><li></li></ul>", "<")-2*zeroOrOne(author == "") {
			t.Fatalf("an entry's words are markup: %q", body)
		}
	})
}

func zeroOrOne(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// FuzzCalendar holds that whatever stands in a record, a calendar keeps the rules of its format and holds the days that it was given.
func FuzzCalendar(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[(i+1)%len(hostile)], hostile[(i+2)%len(hostile)])
	}
	f.Fuzz(func(t *testing.T, title, words, kind string) {
		calendar := aCalendar()
		calendar.Name, calendar.Words = words, title
		calendar.Events[0].Title, calendar.Events[0].Words, calendar.Events[0].Kind = "Day: "+title, []string{words, kind}, kind
		text := written(t, calendar.Write)
		for _, fault := range calendarFaults(text) {
			t.Fatal(fault)
		}
		read, err := ics.ParseCalendar(strings.NewReader(text))
		if err != nil || len(read.Events()) != 2 {
			t.Fatalf("its own library does not read it: %v", err)
		}
		if start := read.Events()[0].GetProperty(ics.ComponentPropertyDtStart).Value; start != "20261014" {
			t.Fatalf("the day is %s", start)
		}
	})
}

// FuzzTable holds that what a table is given comes back from its file through the importer, that nothing in it runs, and that rows
// keep their places.
func FuzzTable(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[(i+3)%len(hostile)], i, "2026-03-31")
	}
	f.Fuzz(func(t *testing.T, first, second string, number int, day string) {
		date, err := inspection.ParseDate(day)
		if err != nil {
			return
		}
		table := exchange.Table{Name: "texts", Title: "Texts", Columns: []exchange.Column{
			{Name: "Number", Kind: exchange.Numbers}, {Name: "First"}, {Name: "Second"}, {Name: "Out", Kind: exchange.Dates}, {Name: "End"},
		}}
		rows := func(do func([]any) error) error {
			for range 2 {
				if err := do([]any{number, first, second, date, "end"}); err != nil {
					return err
				}
			}
			return nil
		}
		var out bytes.Buffer
		if err := exchange.WriteCSV(&out, table, rows); err != nil {
			t.Fatal(err)
		}
		reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\uFEFF")))
		cells, err := reader.ReadAll()
		if err != nil || len(cells) != 3 || !utf8.Valid(out.Bytes()) {
			t.Fatalf("it has %d rows: %v", len(cells), err)
		}
		for _, row := range cells {
			for column, cell := range row {
				if column > 0 && inspection.RunsInCell(cell) && !strings.HasPrefix(cell, "'") {
					t.Fatalf("a cell runs: %q", cell)
				}
			}
			if row[len(row)-1] != "end" && row[len(row)-1] != "End" {
				t.Fatalf("a row is out of its place: %q", row)
			}
		}
		book, err := exchange.OpenSheet("texts.csv", out.Bytes())
		if err != nil {
			t.Fatalf("the importer does not take it: %v", err)
		}
		for row := 2; row <= 3; row++ {
			sheet := book.Sheets[0]
			if len(sheet.Rows) < row || sheet.Rows[row-1][5] != "end" || sheet.Rows[row-1][3] != date.ISO() {
				t.Fatalf("it comes back as %q", sheet.Rows)
			}
		}
	})
}

// FuzzWorkbook is FuzzTable for a workbook.
func FuzzWorkbook(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[(i+1)%len(hostile)], i)
	}
	made := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, title, text string, number int) {
		table := exchange.Table{
			Name: "texts", Title: "T" + title, Columns: []exchange.Column{{Name: "Number", Kind: exchange.Numbers}, {Name: "C" + title}, {Name: "End"}},
			Notes: []exchange.Note{{Name: title, Words: text}},
		}
		rows := func(do func([]any) error) error { return do([]any{number, text, "end"}) }
		var out bytes.Buffer
		if err := exchange.WriteWorkbook(&out, table, rows, made); err != nil {
			t.Fatal(err)
		}
		book, err := exchange.OpenSheet("texts.xlsx", out.Bytes())
		if err != nil {
			t.Fatalf("the importer does not take it: %v", err)
		}
		sheet := book.Sheets[0]
		if len(sheet.Rows) != 2 || sheet.Rows[1][2] != "end" || sheet.Rows[0][2] != "End" {
			t.Fatalf("it comes back as %q", sheet.Rows)
		}
		again, want := sheet.Rows[1][1], kept(text)
		if again != want && utf8.RuneCountInString(text) < 30_000 {
			t.Fatalf("%q comes back as %q, want %q", text, again, want)
		}
	})
}

// kept is a text as a cell holds it: without what no keyboard types.
func kept(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
}

// FuzzStableID holds that names of different parts are different.
func FuzzStableID(f *testing.F) {
	f.Add("record", "feed", "a")
	f.Add("", "1:a", "")
	f.Fuzz(func(t *testing.T, record, one, other string) {
		id := exchange.StableID(record, one, other)
		if len(id) != 36 || strings.Trim(id, "0123456789abcdef-") != "" || id != exchange.StableID(record, one, other) {
			t.Fatalf("got %q", id)
		}
		if one+other != "" && (id == exchange.StableID(record, one+other) || one != other && id == exchange.StableID(record, other, one)) {
			t.Fatalf("%q and %q are named like something else", one, other)
		}
	})
}
