package exchange_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// FuzzOpenSheet sends files through the door that every spreadsheet takes. Each is refused with words for who chose it, or is a
// table within its limits that holds nothing but text.
func FuzzOpenSheet(f *testing.F) {
	for _, text := range []string{
		"Ref,What\n1,\"Plans,\nand reviews\"\n", "a;b;c\r\n1;2;3\r\n", "sep=;\n1;2", "\xff\xfea\x00,\x00b\x00", "Fran\xe7ois,x\n", "\"", "a\tb\n\n\n1\t2", "\uFEFF'=1+1,x", "%PDF-",
	} {
		f.Add("tracker.csv", []byte(text))
	}
	var book bytes.Buffer
	file := excelize.NewFile()
	if err := errors.Join(file.SetCellValue("Sheet1", "A1", "Ref"), file.SetCellValue("Sheet1", "B2", time.Date(2027, time.March, 5, 0, 0, 0, 0, time.UTC)), file.Write(&book), file.Close()); err != nil {
		f.Fatal(err)
	}
	f.Add("tracker.xlsx", book.Bytes())
	f.Add("", book.Bytes()[:book.Len()/2])
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		holdsOnWorkbook(t, name, data)
	})
}

// FuzzSheetPart is FuzzOpenSheet for what stands inside a workbook: its sheet, and the texts that its cells name.
func FuzzSheetPart(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, `<si><t>Ref</t></si>`, "")
	f.Add(`<row r="0"><c r="A0"><v>1</v></c></row><row r="-5"/>`, `<si/>`, "")
	f.Add(`<row r="2"><c r="C2" s="1"><v>46000.5</v></c><c t="inlineStr"><is><t>x</t></is></c></row>`, `<si><r><t>a</t></r></si>`, `<mergeCells><mergeCell ref="A1:C9"/></mergeCells>`)
	f.Add(`<row><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><f>1+1</f><v>2</v></c></row>`, ``, `<mergeCells><mergeCell ref="A1:"/><mergeCell ref="XFD1048576:A1"/></mergeCells>`)
	var plain bytes.Buffer
	file := excelize.NewFile()
	style, err := file.NewStyle(&excelize.Style{NumFmt: 17})
	if err = errors.Join(err, file.SetCellValue("Sheet1", "A1", "x"), file.SetCellStyle("Sheet1", "A1", "A1", style), file.Write(&plain), file.Close()); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, cells, texts, after string) {
		const namespace = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
		holdsOnWorkbook(t, "tracker.xlsx", rezipped(t, plain.Bytes(), map[string]string{
			"xl/worksheets/sheet1.xml": "<worksheet" + namespace + "<sheetData>" + cells + "</sheetData>" + after + "</worksheet>",
			"xl/sharedStrings.xml":     "<sst" + namespace + texts + "</sst>",
		}))
	})
}

// rezipped returns an archive with the content of some of its parts exchanged.
func rezipped(t *testing.T, data []byte, parts map[string]string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		target, err := w.CreateHeader(&zip.FileHeader{Name: part.Name})
		if err != nil {
			t.Fatal(err)
		}
		content, changed := parts[part.Name]
		if !changed {
			source, err := part.Open()
			if err == nil {
				_, err = io.Copy(target, source)
			}
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		if _, err := io.WriteString(target, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func holdsOnWorkbook(t *testing.T, name string, data []byte) {
	t.Helper()
	book, err := exchange.OpenSheet(name, data)
	if err != nil {
		var problems inspection.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Field != "file" || problems[0].Words == "" {
			t.Fatalf("it fails without words for who chose it: %v", err)
		}
		return
	}
	if len(book.Sheets) == 0 || len(book.Sheets) > exchange.MaxSheets {
		t.Fatalf("it has %d sheets", len(book.Sheets))
	}
	for _, sheet := range book.Sheets {
		if len(sheet.Rows) == 0 || len(sheet.Rows) > exchange.MaxSheetRows || sheet.Width() == 0 || sheet.Width() > exchange.MaxSheetColumns {
			t.Fatalf("the sheet %q has %d rows of %d cells", sheet.Name, len(sheet.Rows), sheet.Width())
		}
		for _, row := range sheet.Rows {
			for _, cell := range row {
				if !utf8.ValidString(cell) || strings.ContainsFunc(cell, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
					t.Fatalf("a cell holds what is no text: %q", cell)
				}
			}
		}
	}
	if again, err := exchange.OpenSheet(name, data); err != nil || len(again.Sheets) != len(book.Sheets) {
		t.Fatalf("read again it is another: %v", err)
	}
}

// FuzzReadTrackerMapping holds that a mapping which is taken is written and read alike.
func FuzzReadTrackerMapping(f *testing.F) {
	f.Add([]byte(`{"name":"Plan","body":"a","heading_row":3,"rows":"actions","columns":[{"heading":"Ref","holds":"reference","on":"2026-03-31"}],"statuses":[{"says":"Done","means":"said_done"}],"audience":"members"}`))
	f.Add([]byte(`{"name":1}`))
	f.Add([]byte(`{} {}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := exchange.ReadTrackerMapping(data)
		if err != nil {
			if m.Name != "" || len(m.Columns) > 0 {
				t.Fatalf("it is refused and yet read: %+v", m)
			}
			return
		}
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		again, err := exchange.ReadTrackerMapping(written)
		if err != nil {
			t.Fatalf("%s is not read: %v", written, err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(written, rewritten) {
			t.Fatalf("%s comes back as %s, %v", written, rewritten, err)
		}
	})
}
