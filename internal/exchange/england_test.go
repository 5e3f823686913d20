package exchange

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

const englandHeader = "authority,kind,fieldwork_start,published,published_basis,report_address,lead_inspector,overall,leaders\n"

func TestReadEngland(t *testing.T) {
	read := func(t *testing.T, text string) inspection.EnglandList {
		t.Helper()
		list, err := ReadEngland("list.csv", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	t.Run("columns stand in any order, and those of which nothing is taken are named", func(t *testing.T) {
		list := read(t, "leaders,colour,Fieldwork start,kind,authority\ngood,red,2026-05-11,ilacs-standard,leeds\n")
		row := list.Rows[0]
		if row.Line != 2 || row.Authority != "leeds" || row.Kind != "ilacs-standard" || row.FieldworkStart.String() != "2026-05-11" ||
			len(row.Grades) != 1 || row.Grades[0] != (inspection.EnglandGrade{Judgement: "leaders", Grade: "good"}) || len(row.Wrong) != 0 {
			t.Errorf("got %+v", row)
		}
		if strings.Join(list.Unknown, " ") != "colour" || list.Headings["fieldwork_start"] != "Fieldwork start" {
			t.Errorf("got %v, %v", list.Unknown, list.Headings)
		}
	})
	t.Run("public lists have other headings, a mark at their head, and lines that end as Windows ends them", func(t *testing.T) {
		list := read(t, "\uFEFFurn,authority,framework,inspection_start,inspection_end,published,published_basis,report_url\r\n"+
			"2532283,Dorset,ilacs-standard,2021-09-27,08/10/2021,2021-11-19,printed in the report,https://files.ofsted.gov.uk/v1/file/50172438\r\n")
		row := list.Rows[0]
		if row.URN != "2532283" || row.FieldworkEnd.String() != "2021-10-08" || row.PublishedBasis != "printed" || row.ReportAddress == "" || list.Headings["kind"] != "framework" {
			t.Errorf("got %+v, %v", row, list.Headings)
		}
	})
	t.Run("empty lines are no rows, and a row keeps its line", func(t *testing.T) {
		list := read(t, englandHeader+"\n,,,,,,,,\nleeds,sif,2016-01-04,,,,\"A\nB\",,\nyork,sif,2016-01-05,,,,,,\n")
		if len(list.Rows) != 2 || list.Rows[0].Line != 4 || list.Rows[0].LeadInspector != "A B" || list.Rows[1].Line != 6 {
			t.Errorf("got %+v", list.Rows)
		}
	})
	t.Run("the mark against formulas comes off, and what no keyboard types", func(t *testing.T) {
		row := read(t, englandHeader+"leeds,sif,2016-01-04,,,,'=cmd|' /C calc'!A0,,\u0007good\n").Rows[0]
		if row.LeadInspector != "=cmd|' /C calc'!A0" || row.Grades[0].Grade != "good" {
			t.Errorf("got %+v", row)
		}
	})
	t.Run("everything that is wrong with a row is said, with its line and column", func(t *testing.T) {
		list := read(t, englandHeader+"leeds,sif,soon,2026-13-01,memory,javascript:alert(1),"+strings.Repeat("x", 1001)+",,\nyork,sif,2016-01-05\n")
		var got []string
		for _, row := range list.Rows {
			for _, wrong := range row.Wrong {
				got = append(got, fmt.Sprintf("%d %s: %s", wrong.Line, wrong.Column, wrong.Words))
			}
		}
		want := []string{
			"2 fieldwork_start: “soon” is no date: write it like 2026-05-11 or 11/05/2026",
			"2 published: “2026-13-01” is no date: write it like 2026-05-11 or 11/05/2026",
			"2 published_basis: “memory” is neither printed nor listing",
			"2 report_address: “javascript:alert(1)” is not the address of a page: it has to begin with https://",
			"2 lead_inspector: The cell has 1001 characters; at most 1000 fit",
			"3 : The row has 3 cells and the first line 9: a comma too many or too few",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s", strings.Join(got, "\n"))
		}
	})
}

func TestWhatIsNoListOfInspectionsIsRefusedInWords(t *testing.T) {
	row := "leeds,sif,2016-01-04,,,,,,\n"
	for _, c := range []struct{ name, data, want string }{
		{"an empty file", "", "This file is empty"},
		{"blank lines", "\n\n", "This file is empty"},
		{"a PDF", "%PDF-1.7\n", "This is a PDF"},
		{"an Excel workbook", "PK\x03\x04rest", "This spreadsheet is damaged"},
		{"an old Excel workbook", "\xD0\xCF\x11\xE0rest", "This is an old Excel file"},
		{"headings alone", englandHeader, "headings and no inspections"},
		{"one column", "names\nLeeds\n", "This file has one column"},
		{"another table", "name,colour\nLeeds,red\n", "no column for authority, kind or fieldwork_start"},
		{"a column twice", "authority,kind,framework,fieldwork_start\nleeds,sif,sif,2016-01-04\n", "Two columns are headed “framework”"},
		{"UTF-16", "\xFF\xFEa\x00", "UTF-16"},
		{"Windows letters", englandHeader + "leeds,sif,2016-01-04,,,,Fran\xe7ois,,\n", "not in UTF-8"},
		{"a byte of nothing", englandHeader + "leeds\x00,sif,2016-01-04,,,,,,\n", "not a CSV file"},
		{"a quotation mark that never ends", englandHeader + row + "leeds,\"sif,2016-01-04,,,,,,\n", "Line 3 has a quotation mark"},
		{"a quotation mark inside", englandHeader + "leeds,si\"f,2016-01-04,,,,,,\n", "Line 2 has a quotation mark"},
		{"very many columns", strings.Repeat("a,", 200) + "\n", "This file has 201 columns"},
		{"too many rows", englandHeader + strings.Repeat(row, MaxEnglandRows+1), "more than 100000 rows"},
		{"too many bytes", englandHeader + strings.Repeat(" ", MaxEnglandBytes), "larger than 10 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadEngland("list.csv", []byte(c.data))
			var problems inspection.Problems
			if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Field != "file" || !strings.Contains(problems[0].Words, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzReadEngland(f *testing.F) {
	for _, seed := range []string{"", englandHeader, englandHeader + "leeds,sif,2016-01-04,,,,,,\n", "\uFEFFkind\r\n\"", "authority,kind,fieldwork_start\n'=1,\x00,9"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := ReadEngland("list.csv", data)
		var problems inspection.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("it fails without words for who chose it: %v", err)
		}
		if err == nil && len(list.Rows) == 0 {
			t.Error("a list without rows is taken")
		}
		for _, row := range list.Rows {
			if row.Line < 2 || strings.ContainsRune(row.Authority+row.LeadInspector+row.Kind, 0) {
				t.Errorf("got %+v", row)
			}
		}
	})
}
