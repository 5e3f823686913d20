package exchange_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// workbook returns the bytes of a workbook that a test fills.
func workbook(t *testing.T, fill func(*excelize.File)) []byte {
	t.Helper()
	file := excelize.NewFile()
	defer file.Close()
	fill(file)
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// put writes a cell; what cannot be written would be a fault of the test.
func put(t *testing.T, file *excelize.File, sheet, cell string, value any) {
	t.Helper()
	if err := file.SetCellValue(sheet, cell, value); err != nil {
		t.Fatal(err)
	}
}

func style(t *testing.T, file *excelize.File, cell string, style excelize.Style) {
	t.Helper()
	id, err := file.NewStyle(&style)
	if err == nil {
		err = file.SetCellStyle("Sheet1", cell, cell, id)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func mustOpen(t *testing.T, name string, data []byte) exchange.Workbook {
	t.Helper()
	book, err := exchange.OpenSheet(name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return book
}

func TestADateIsReadAsFarAsItsCellShowsIt(t *testing.T) {
	custom := func(format string) excelize.Style { return excelize.Style{CustomNumFmt: &format} }
	on := time.Date(2027, time.March, 5, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		style excelize.Style
		want  string
	}{
		{excelize.Style{NumFmt: 14}, "2027-03-05"}, {excelize.Style{NumFmt: 15}, "2027-03-05"}, {excelize.Style{NumFmt: 17}, "2027-03"},
		{excelize.Style{NumFmt: 22}, "2027-03-05"}, {custom("dd/mm/yyyy"), "2027-03-05"}, {custom("mm/dd/yyyy"), "2027-03-05"},
		{custom(`[$-809]dddd\, d mmmm yyyy;@`), "2027-03-05"}, {custom("[$-F800]dddd, mmmm dd, yyyy"), "2027-03-05"},
		{custom("mmm yyyy"), "2027-03"}, {custom("yyyy"), "2027"}, {custom(`0 "days"`), "46451 days"},
	}
	data := workbook(t, func(file *excelize.File) {
		for i, c := range cases {
			cell := fmt.Sprintf("A%d", i+1)
			put(t, file, "Sheet1", cell, on)
			style(t, file, cell, c.style)
		}
		put(t, file, "Sheet1", "B1", "5 March 2027")
		style(t, file, "B1", excelize.Style{NumFmt: 14})
		put(t, file, "Sheet1", "B2", 12.5)
	})
	sheet, ok := mustOpen(t, "dates.xlsx", data).Sheet("")
	if !ok {
		t.Fatal("no sheet was read")
	}
	for i, c := range cases {
		if got := sheet.Cell(i+1, 1); got != c.want {
			t.Errorf("row %d reads %q, want %q", i+1, got, c.want)
		}
	}
	if sheet.Cell(1, 2) != "5 March 2027" || sheet.Cell(2, 2) != "12.5" {
		t.Errorf("text and numbers read %q and %q", sheet.Cell(1, 2), sheet.Cell(2, 2))
	}
}

func TestWhatAWorkbookHolds(t *testing.T) {
	data := workbook(t, func(file *excelize.File) {
		put(t, file, "Sheet1", "A1", "Improvement plan")
		put(t, file, "Sheet1", "A3", "Area one")
		put(t, file, "Sheet1", "B3", "'=HYPERLINK(\"https://example.org\")")
		put(t, file, "Sheet1", "B4", "'tis said")
		put(t, file, "Sheet1", "C3", "line one\r\nline two\x07")
		if err := errors.Join(file.MergeCell("Sheet1", "A3", "A5"), file.MergeCell("Sheet1", "A1", "C1"),
			file.SetCellFormula("Sheet1", "C4", "=1+1")); err != nil {
			t.Fatal(err)
		}
		put(t, file, "Sheet1", "C5", "last")
		for _, name := range []string{"Closed", "Secret", "Empty"} {
			if _, err := file.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		put(t, file, "Closed", "A1", "done")
		put(t, file, "Secret", "A1", "not shown")
		if err := file.SetSheetVisible("Secret", false); err != nil {
			t.Fatal(err)
		}
	})
	book := mustOpen(t, "plan.xlsx", data)
	if len(book.Sheets) != 2 || book.Sheets[0].Name != "Sheet1" || book.Sheets[1].Name != "Closed" {
		t.Fatalf("the sheets are %+v", book.Sheets)
	}
	sheet := book.Sheets[0]
	for _, c := range []struct {
		name        string
		row, column int
		want        string
	}{
		{"a cell over several rows stands in each", 5, 1, "Area one"},
		{"a cell over several columns stands in the first", 1, 2, ""},
		{"a guarded formula is text without its guard", 3, 2, "=HYPERLINK(\"https://example.org\")"},
		{"another apostrophe stays", 4, 2, "'tis said"},
		{"lines stay and control characters go", 3, 3, "line one\nline two"},
		{"a formula without a saved value is empty", 4, 3, ""},
	} {
		if got := sheet.Cell(c.row, c.column); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if _, ok := book.Sheet("closed "); !ok {
		t.Error("a sheet is not found by its name in other letters")
	}
}

func TestTextTablesInTheirEncodingsAndWithTheirCommas(t *testing.T) {
	encode := func(text string, e interface {
		Bytes([]byte) ([]byte, error)
	}) []byte {
		out, err := e.Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	comma := "Ref,Action,Due\n1,\"Audit, then train – it’s urgent\",31/03/27\n\n2,\"two\nlines\",x\n"
	semicolon := "Ref;Action;Due\n1;\"Audit, then train – it’s urgent\";31/03/27\n\n2;\"two\nlines\";x\n"
	want := [][]string{{"Ref", "Action", "Due"}, {"1", "Audit, then train – it’s urgent", "31/03/27"}, {}, {"2", "two\nlines", "x"}}
	for name, data := range map[string][]byte{
		"UTF-8":              []byte(comma),
		"UTF-8 with a mark":  []byte("\uFEFF" + strings.ReplaceAll(comma, "\n", "\r\n")),
		"Windows-1252":       encode(comma, charmap.Windows1252.NewEncoder()),
		"semicolons":         encode(semicolon, charmap.Windows1252.NewEncoder()),
		"tabs":               []byte(strings.ReplaceAll(semicolon, ";", "\t")),
		"UTF-16, as Excel's": encode(strings.ReplaceAll(semicolon, ";", "\t"), utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewEncoder()),
		"Excel's first line": []byte("sep=;\r\n" + semicolon),
	} {
		sheet := mustOpen(t, "Plan of 2027.csv", data).Sheets[0]
		for i, row := range sheet.Rows {
			if row == nil {
				sheet.Rows[i] = []string{}
			}
		}
		if !reflect.DeepEqual(sheet.Rows, want) || sheet.Name != "Plan of 2027" {
			t.Errorf("%s: %q named %q", name, sheet.Rows, sheet.Name)
		}
	}
	sheet := mustOpen(t, "plan.csv", []byte("Ref;Who;What\n1;one, two, three, four;a, b\n2;five, six, seven, eight;c, d\n")).Sheets[0]
	if sheet.Cell(2, 2) != "one, two, three, four" {
		t.Errorf("commas in sentences were taken for those between cells: %q", sheet.Rows)
	}
}

// zipped returns a workbook in which one part is replaced.
func zipped(t *testing.T, part string, content func() []byte) []byte {
	t.Helper()
	plain := workbook(t, func(file *excelize.File) { put(t, file, "Sheet1", "A1", "x") })
	in, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		target, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			_, err = target.Write(content())
		} else {
			var held bytes.Buffer
			source, fault := f.Open()
			if fault != nil {
				t.Fatal(fault)
			}
			if _, err = held.ReadFrom(source); err == nil {
				_, err = target.Write(held.Bytes())
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAFileThatIsNoTrackerIsRefusedWithWhatToDo(t *testing.T) {
	const sheet, head = "xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	part := func(cells string) func() []byte {
		return func() []byte { return []byte(head + cells + `</sheetData></worksheet>`) }
	}
	document := func() []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		if _, err := w.Create("mimetype"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	good := workbook(t, func(file *excelize.File) { put(t, file, "Sheet1", "A1", "x") })
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "is empty"},
		{"more than 10 MB", make([]byte, exchange.MaxSheetBytes+1), "larger than 10 MB"},
		{"a workbook of an old kind or with a password", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "without a password"},
		{"a PDF", []byte("%PDF-1.7"), "This is a PDF"},
		{"something else", []byte("GIF89a\x00\x00"), "not a spreadsheet"},
		{"spaces", []byte(" ,, \n ,,"), "Nothing stands"},
		{"a workbook of another program", document(), "not an Excel workbook"},
		{"half a workbook", good[:len(good)/2], "damaged"},
		{"a workbook whose sheet is broken", zipped(t, sheet, func() []byte { return []byte("<worksheet><row") }), "damaged"},
		{"a zip bomb", zipped(t, "xl/theme/theme1.xml", func() []byte { return make([]byte, 100<<20) }), "far more than a tracker"},
		{"a row at the foot of the largest sheet", zipped(t, sheet, part(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`)), "5000 rows"},
		{"a cell at the foot in a row that hides it", zipped(t, sheet, part(`<row><c r="A1048576"><v>1</v></c></row>`)), "5000 rows"},
		{"cells at the far end of many rows", zipped(t, sheet, part(farCells(200))), "100 columns"},
		{"a million rows", zipped(t, sheet, part(strings.Repeat(`<row/>`, 1_000_001))), "5000 rows"},
		{"a million rows of text", []byte(strings.Repeat("1,2\n", 1_000_000)), "5000 rows"},
		{"5001 rows", []byte(strings.Repeat("1,2\n", 5001)), "5000 rows"},
		{"101 columns", []byte(strings.Repeat("1,", 100) + "1\n"), "100 columns"},
		{"21 sheets", workbook(t, func(file *excelize.File) {
			for i := range 21 {
				name := fmt.Sprintf("Sheet%d", i+1)
				if _, err := file.NewSheet(name); err != nil {
					t.Fatal(err)
				}
				put(t, file, name, "A1", "x")
			}
		}), "more than 20 sheets"},
	} {
		_, err := exchange.OpenSheet("tracker", c.data)
		var problems inspection.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Field != "file" || !strings.Contains(problems[0].Words, c.want) {
			t.Errorf("%s: %v; want words with %q", c.name, err, c.want)
		}
	}
}

func farCells(rows int) string {
	var out strings.Builder
	for i := range rows {
		fmt.Fprintf(&out, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, i+1, i+1)
	}
	return out.String()
}

func TestAHostileWorkbookNeverEndsTheProgram(t *testing.T) {
	good := workbook(t, func(file *excelize.File) {
		put(t, file, "Sheet1", "A1", "Ref")
		put(t, file, "Sheet1", "B2", time.Date(2027, time.March, 5, 0, 0, 0, 0, time.UTC))
	})
	for at := 0; at < len(good); at += 31 {
		data := bytes.Clone(good)
		data[at] ^= 0xFF
		book, err := exchange.OpenSheet("tracker.xlsx", data)
		var problems inspection.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("byte %d turned: %v", at, err)
		}
		if err == nil && len(book.Sheets) == 0 {
			t.Fatalf("byte %d turned: neither sheets nor words", at)
		}
	}
	for _, cells := range []string{
		`<row r="0"><c r="A0"><v>1</v></c></row>`, `<row r="-5"/>`, `<row r="2"/><row r="1"><c r="??"/></row>`, `<row r="1"><c t="s"><v>99999</v></c></row>`,
		`<row r="1"><c s="999999"><v>1</v></c></row>`, `<row r="1"><c r="B1"/><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:"/></mergeCells><sheetData>`,
	} {
		data := zipped(t, "xl/worksheets/sheet1.xml", func() []byte {
			return []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + cells + `</sheetData></worksheet>`)
		})
		_, err := exchange.OpenSheet("tracker.xlsx", data)
		var problems inspection.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("%s: %v", cells, err)
		}
	}
}
