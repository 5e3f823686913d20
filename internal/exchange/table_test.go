package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"inspectiontimeline/internal/inspection"
)

var tableMade = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// sampleTable is a table of every kind of column.
func sampleTable() Table {
	return Table{
		Name: "sample", Title: "Sample", Columns: []Column{
			{Name: "Words"}, {Name: "Number", Kind: Numbers}, {Name: "Published", Kind: Dates}, {Name: "Day", Kind: Days},
		},
		Notes: []Note{{"Licence", "Open Government Licence"}, {"Looks like a formula", "=1+1"}},
	}
}

func rowsOf(rows ...[]any) Rows {
	return func(do func([]any) error) error {
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
		return nil
	}
}

var sampleRows = rowsOf(
	[]any{"“Plain”, with a comma", 3, inspection.MustDate("2026-07-07"), inspection.MustDate("2026-08-31")},
	[]any{"two\r\nlines\x00", 0, inspection.MustDate("2016-04"), nil},
	[]any{"=cmd|' /C calc'!A0", -1, inspection.MustDate("2013~"), nil},
	[]any{"", nil, inspection.Date{}, nil},
)

// formulas are what a spreadsheet program could take for one, and what looks like what an export makes of it.
var formulas = []string{
	"=1+1", "+44 1604 000000", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "＝1+1", "＋1", "－1", "＠a",
	"'=1", "''=1", "' -1", "\n=1", "=", "-", "'-",
}

func TestATableIsWrittenAsCSV(t *testing.T) {
	var out bytes.Buffer
	if err := WriteCSV(&out, sampleTable(), sampleRows); err != nil {
		t.Fatal(err)
	}
	want := "\uFEFFWords,Number,Published,Published: known to the,Day\r\n" +
		"\"“Plain”, with a comma\",3,2026-07-07,day,2026-08-31\r\n" +
		"\"two\r\nlines\",0,2016-04,month,\r\n" +
		"'=cmd|' /C calc'!A0,-1,2013,\"year, about\",\r\n" +
		",,,not known,\r\n"
	if out.String() != want {
		t.Errorf("got\n%q\nwant\n%q", out.String(), want)
	}
}

func TestATableOfNothingIsNoFile(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"CSV":      func(w io.Writer) error { return WriteCSV(w, sampleTable(), rowsOf()) },
		"workbook": func(w io.Writer) error { return WriteWorkbook(w, sampleTable(), rowsOf(), tableMade) },
	} {
		var out bytes.Buffer
		if err := write(&out); !errors.Is(err, ErrNoRows) || out.Len() > 0 {
			t.Errorf("%s: %v, and %d bytes", name, err, out.Len())
		}
	}
}

func TestNoTextCanBeTakenForAFormula(t *testing.T) {
	for _, text := range formulas {
		if guarded := inspection.GuardCell(text); guarded != "'"+text || inspection.UnguardCell(guarded) != text {
			t.Errorf("%q is guarded as %q, which reads as %q", text, guarded, inspection.UnguardCell(guarded))
		}
	}
	for _, text := range []string{"", "Plain", "'quoted' words", "3 to 14 October", "a=b", "’s", "(1)", "'"} {
		if inspection.GuardCell(text) != text || inspection.UnguardCell(text) != text {
			t.Errorf("%q is changed to %q and %q", text, inspection.GuardCell(text), inspection.UnguardCell(text))
		}
	}
	letters := []rune("'=+-@＝ \ta1\u200b")
	for seed := range uint64(5000) {
		random := rand.New(rand.NewPCG(seed, 7))
		text := make([]rune, random.IntN(6))
		for i := range text {
			text[i] = letters[random.IntN(len(letters))]
		}
		if got := inspection.UnguardCell(inspection.GuardCell(string(text))); got != string(text) {
			t.Fatalf("%q comes back as %q", string(text), got)
		}
	}
}

// workbookOf writes a table and opens it again.
func workbookOf(t *testing.T, table Table, rows Rows) (*excelize.File, []byte) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteWorkbook(&out, table, rows, tableMade); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file, out.Bytes()
}

func TestATableIsWrittenAsAWorkbook(t *testing.T) {
	table := sampleTable()
	table.Chart = &TableChart{Title: "Numbers", Names: 0, Series: []int{1}}
	file, _ := workbookOf(t, table, sampleRows)
	if got := file.GetSheetList(); !slices.Equal(got, []string{"Sample", "Chart", "Notes"}) {
		t.Errorf("the sheets are %q", got)
	}
	cell := func(sheet, at string) (string, excelize.CellType) {
		t.Helper()
		value, err := file.GetCellValue(sheet, at)
		if err != nil {
			t.Fatal(err)
		}
		kind, err := file.GetCellType(sheet, at)
		if err != nil {
			t.Fatal(err)
		}
		return value, kind
	}
	for at, want := range map[string]string{
		"A1": "Words", "D1": "Published: known to the", "B2": "3", "C2": "7 Jul 2026", "D2": "day", "E2": "31 Aug 2026", "A3": "two\nlines", "C3": "2016-04", "D3": "month",
		"A4": "=cmd|' /C calc'!A0", "B4": "-1", "C4": "2013", "D4": "year, about", "D5": "not known",
	} {
		if got, _ := cell("Sample", at); got != want {
			t.Errorf("%s is %q, want %q", at, got, want)
		}
	}
	if raw, err := file.GetCellValue("Sample", "C2", excelize.Options{RawCellValue: true}); err != nil || raw != "46210" {
		t.Errorf("the day is kept as %q, %v", raw, err)
	}
	if formula, err := file.GetCellFormula("Sample", "A4"); err != nil || formula != "" {
		t.Errorf("a text is the formula %q, %v", formula, err)
	}
	if id, err := file.GetCellStyle("Sample", "A4"); err != nil {
		t.Error(err)
	} else if style, err := file.GetStyle(id); err != nil || style.NumFmt != 49 {
		t.Errorf("a text that looks like a formula could become one when its cell is edited: %+v, %v", style, err)
	}
	panes, err := file.GetPanes("Sample")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head does not stay: %+v, %v", panes, err)
	}
	names := map[string]string{}
	for _, name := range file.GetDefinedName() {
		names[name.Name] = name.RefersTo
	}
	if names["_xlnm._FilterDatabase"] != "'Sample'!$A$1:$E$5" || names["_xlnm.Print_Titles"] != "'Sample'!$1:$1" {
		t.Errorf("the names are %v", names)
	}
	for at, want := range map[string]string{"A1": "Table", "B1": "Sample", "B2": "4", "A3": "Licence", "B3": "Open Government Licence", "B4": "=1+1"} {
		if got, _ := cell("Notes", at); got != want {
			t.Errorf("the notes say %q at %s, want %q", got, at, want)
		}
	}
	if formula, _ := file.GetCellFormula("Notes", "B4"); formula != "" {
		t.Errorf("a note is the formula %q", formula)
	}
	properties, err := file.GetDocProps()
	if err != nil || properties.Title != "Sample" || properties.Language != "en-GB" || properties.Created != "2026-11-21T09:30:00Z" {
		t.Errorf("%+v, %v", properties, err)
	}
}

func TestTheSameTableIsTheSameBytes(t *testing.T) {
	charted := sampleTable()
	charted.Chart = &TableChart{Title: "Numbers", Names: 0, Series: []int{1}, Rows: 2}
	_, first := workbookOf(t, charted, sampleRows)
	for range 5 {
		if _, again := workbookOf(t, charted, sampleRows); !bytes.Equal(first, again) {
			t.Fatal("they differ")
		}
	}
}

func TestWhatATableHoldsComesBackThroughTheImporter(t *testing.T) {
	table := Table{Name: "texts", Title: "Texts", Columns: []Column{{Name: "Number", Kind: Numbers}, {Name: "Text"}, {Name: "Day", Kind: Days}}}
	var rows [][]any
	for i, text := range append(formulas, "plain", "with, commas; and \"quotation marks\"", "two\nlines", "“’—é") {
		rows = append(rows, []any{i, text, inspection.MustDate("2026-03-31")})
	}
	for name, write := range map[string]func(io.Writer) error{
		"texts.csv":  func(w io.Writer) error { return WriteCSV(w, table, rowsOf(rows...)) },
		"texts.xlsx": func(w io.Writer) error { return WriteWorkbook(w, table, rowsOf(rows...), tableMade) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		book, err := OpenSheet(name, out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		sheet, _ := book.Sheet("Texts")
		for i, row := range rows {
			want := strings.ReplaceAll(row[1].(string), "\r", "\n")
			if len(sheet.Rows) <= i+1 || sheet.Rows[i+1][1] != want {
				t.Errorf("%s: %q comes back as %q", name, want, sheet.Rows[min(i+1, len(sheet.Rows)-1)])
			}
			if day := sheet.Cell(i+2, 3); day != "2026-03-31" {
				t.Errorf("%s: the day comes back as %q", name, day)
			}
		}
	}
}

func TestATextThatIsLongerThanACellIsCutAndSaysSo(t *testing.T) {
	table := Table{Name: "long", Title: "Long", Columns: []Column{{Name: "Text"}}}
	file, _ := workbookOf(t, table, rowsOf([]any{strings.Repeat("é", 40_000)}, []any{strings.Repeat("é", 30_000)}))
	first, _ := file.GetCellValue("Long", "A2")
	second, _ := file.GetCellValue("Long", "A3")
	if !strings.HasSuffix(first, cutNote) || len([]rune(first)) > 32_767 || second != strings.Repeat("é", 30_000) {
		t.Errorf("%d and %d characters, the first ends %q", len([]rune(first)), len([]rune(second)), first[len(first)-50:])
	}
}

func TestANoteOfManyLinesIsWritten(t *testing.T) {
	table := Table{Name: "noted", Title: "Noted", Columns: []Column{{Name: "Text"}}, Notes: []Note{{Name: "Narrowed to", Words: strings.Repeat("words ", 2000)}}}
	file, _ := workbookOf(t, table, rowsOf([]any{"one"}))
	if rows, err := file.GetRows("Notes"); err != nil || !strings.Contains(fmt.Sprint(rows), "words words") {
		t.Errorf("the notes: %.80q, %v", rows, err)
	}
}

// manyRows are rows of a kilobyte each, and what the heap held at most while they were made.
func manyRows(n int, most *uint64) Rows {
	words := strings.Repeat("area to improve ", 64)
	return func(do func([]any) error) error {
		for i := range n {
			if i%2000 == 0 {
				runtime.GC()
				var stats runtime.MemStats
				runtime.ReadMemStats(&stats)
				*most = max(*most, stats.HeapAlloc)
			}
			if err := do([]any{words, i, inspection.MustDate("2026-07-07"), nil}); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestAHundredThousandRowsTakeNoMoreMemoryThanAThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("with the race detector a heap is no measure, and a minute of rows goes by one after another")
	}
	for name, tt := range map[string]struct {
		write func(Rows) error
		more  uint64
	}{
		"CSV": {func(rows Rows) error { return WriteCSV(io.Discard, sampleTable(), rows) }, 1 << 20},
		// The library begins to spool to the disk at 16 MB.
		"workbook": {func(rows Rows) error { return WriteWorkbook(io.Discard, sampleTable(), rows, tableMade) }, 40 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			var few, many uint64
			for _, run := range []struct {
				rows int
				most *uint64
			}{{1000, &few}, {100_000, &many}} {
				if err := tt.write(manyRows(run.rows, run.most)); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("at most %d KB of the heap for 1,000 rows, %d KB for 100,000", few>>10, many>>10)
			if many > few+tt.more {
				t.Errorf("100,000 rows of a kilobyte take %d KB of the heap, 1,000 take %d KB", many>>10, few>>10)
			}
		})
	}
}

// brokenWriter takes some bytes and then no more, as a reader who has gone.
type brokenWriter struct{ left int }

var errGone = errors.New("the reader has gone")

func (w *brokenWriter) Write(part []byte) (int, error) {
	if w.left -= len(part); w.left < 0 {
		return 0, errGone
	}
	return len(part), nil
}

func TestNothingIsLeftOnTheDiskWhateverHappens(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var most uint64
	broken := errors.New("the database is away")
	for name, tt := range map[string]struct {
		w    io.Writer
		rows Rows
		want error
	}{
		"done":                {io.Discard, manyRows(30_000, &most), nil},
		"the reader has gone": {&brokenWriter{left: 10_000}, manyRows(30_000, &most), errGone},
		"a row fails": {io.Discard, func(do func([]any) error) error {
			return errors.Join(manyRows(30_000, &most)(do), broken)
		}, broken},
		"nothing": {io.Discard, rowsOf(), ErrNoRows},
	} {
		if err := WriteWorkbook(tt.w, sampleTable(), tt.rows, tableMade); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left, %v", name, left, err)
		}
	}
}

func TestATableThatBreaksOffIsNoWholeFile(t *testing.T) {
	broken := errors.New("the database is away")
	var out bytes.Buffer
	err := WriteCSV(&out, sampleTable(), func(do func([]any) error) error { return errors.Join(sampleRows(do), broken) })
	if !errors.Is(err, broken) {
		t.Errorf("it is written with %v", err)
	}
	if _, err := csv.NewReader(&out).ReadAll(); err != nil {
		t.Errorf("what was sent cannot be read: %v", err)
	}
}
