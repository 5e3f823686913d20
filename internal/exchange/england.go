package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"inspectiontimeline/internal/inspection"
)

// What a list of inspections in England may have.
const (
	MaxEnglandBytes = 10 << 20
	MaxEnglandRows  = 100_000

	mostEnglandColumns = 100
	mostEnglandCell    = 1000 // characters
)

// inspectionColumns are the columns of inspections.csv that hold no grades, and the usual names of those of any list.
var inspectionColumns = []string{
	"authority", "kind", "fieldwork_start", "fieldwork_end", "published", "published_basis", "report_address", "lead_inspector",
}

// englandNames are the other names under which public lists have the columns, in lower case with underscores.
var englandNames = map[string]string{
	"framework": "kind", "inspection_kind": "kind", "inspection_start": "fieldwork_start", "inspection_end": "fieldwork_end",
	"publication_date": "published", "report_url": "report_address", "local_authority": "authority", "council": "authority",
	"la_code": "authority_code",
}

// EnglandColumns lists the columns that a list of inspections may have, by their usual names.
func EnglandColumns() []string {
	return slices.Concat([]string{"urn", "authority_code"}, inspectionColumns, gradeColumns)
}

// ReadEngland reads a list of inspections in England from a CSV file in UTF-8 or the first sheet of an Excel workbook: the columns of the seed's inspections.csv or those
// of public lists, in any order. A row with a cell that cannot be read keeps the reason; nothing of what the rows mean is
// checked here. It fails with inspection.Problems at "file" where the file as a whole is no such list.
func ReadEngland(name string, data []byte) (inspection.EnglandList, error) {
	list := inspection.EnglandList{FileName: name, Headings: map[string]string{}}
	if bytes.HasPrefix(data, []byte("PK")) {
		return readEnglandSheet(list, data)
	}
	if err := looksLikeCSV(data); err != nil {
		return list, err
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	reader.FieldsPerRecord, reader.ReuseRecord = -1, true
	header, err := reader.Read()
	if err != nil {
		return list, brokenCSV(err)
	}
	e := &englandReader{list: list, header: len(header), at: map[string]int{}}
	if err := e.readHeader(header); err != nil {
		return list, err
	}
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, brokenCSV(err)
		}
		if len(e.list.Rows) == MaxEnglandRows {
			return list, unfit("This file has more than %d rows. Bring the list in in parts", MaxEnglandRows)
		}
		line, _ := reader.FieldPos(0)
		e.readRow(line, cells)
	}
	if len(e.list.Rows) == 0 {
		return list, unfit("This file has headings and no inspections below them. Choose the whole list")
	}
	return e.list, nil
}

// readEnglandSheet reads the list from the first sheet of a workbook. Its headings stand in the first row.
func readEnglandSheet(list inspection.EnglandList, data []byte) (inspection.EnglandList, error) {
	if len(data) > MaxEnglandBytes {
		return list, unfit("This file is larger than %d MB. Bring the list in in parts", MaxEnglandBytes>>20)
	}
	book, err := openWorkbook(data)
	if err != nil {
		return list, err
	}
	rows := book.Sheets[0].Rows
	e := &englandReader{list: list, header: len(rows[0]), at: map[string]int{}}
	if err := e.readHeader(rows[0]); err != nil {
		return list, err
	}
	for i, cells := range rows[1:] {
		for len(cells) < e.header {
			cells = append(cells, "")
		}
		e.readRow(i+2, cells)
	}
	if len(e.list.Rows) == 0 {
		return list, unfit("This file has headings and no inspections below them. Choose the whole list")
	}
	return e.list, nil
}

// looksLikeCSV says what to do with a file that is something else.
func looksLikeCSV(data []byte) error {
	switch {
	case len(data) == 0:
		return unfit("This file is empty. Choose the list itself")
	case len(data) > MaxEnglandBytes:
		return unfit("This file is larger than %d MB. Bring the list in in parts", MaxEnglandBytes>>20)
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return unfit("This is an old Excel file (.xls), or one with a password. Save its sheet as “CSV UTF-8”, and choose that file")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return unfit("This is a PDF. Choose the list as a CSV file")
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return unfit("This file is in UTF-16. Save it as “CSV UTF-8”, and choose that file")
	case bytes.IndexByte(data, 0) >= 0:
		return unfit("This is not a CSV file. Save the list as “CSV UTF-8”, and choose that file")
	case !utf8.Valid(data):
		return unfit("The letters of this file are not in UTF-8. Save it as “CSV UTF-8”, and choose that file")
	}
	return nil
}

// brokenCSV says where the quotation marks of a file go wrong. What follows such a place cannot be told apart, so nothing of
// the file is taken.
func brokenCSV(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return unfit("This file is empty. Choose the list itself")
	case errors.As(err, &parse):
		return unfit("Line %d has a quotation mark that does not belong there, or lacks one. Put it right and choose the file again", parse.StartLine)
	}
	return fmt.Errorf("read the list: %w", err)
}

// englandReader reads one list.
type englandReader struct {
	list   inspection.EnglandList
	header int            // number of headings
	at     map[string]int // places of the columns, by their usual names
}

func (e *englandReader) readHeader(header []string) error {
	known := EnglandColumns()
	if len(header) > mostEnglandColumns {
		return unfit("This file has %d columns. Choose a list of inspections", len(header))
	}
	for i, heading := range header {
		heading = strings.TrimSpace(cellText(heading))
		column := strings.Join(strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "_")
		if other, ok := englandNames[column]; ok {
			column = other
		}
		switch _, twice := e.at[column]; {
		case !slices.Contains(known, column):
			if heading != "" {
				e.list.Unknown = append(e.list.Unknown, cutCell(heading))
			}
			continue
		case twice:
			return unfit("Two columns are headed “%s”, or mean the same. Delete one of them", cutCell(heading))
		}
		e.at[column] = i
		if heading != column {
			e.list.Headings[column] = heading
		}
	}
	var missing []string
	if !e.has("authority") && !e.has("urn") && !e.has("authority_code") {
		missing = append(missing, "authority")
	}
	for _, column := range []string{"kind", "fieldwork_start"} {
		if !e.has(column) {
			missing = append(missing, column)
		}
	}
	switch {
	case len(missing) > 0 && len(header) == 1:
		return unfit("This file has one column. A list of inspections has commas between its cells, and columns for authority, kind and fieldwork_start")
	case len(missing) > 0:
		return unfit("This file has no column for %s. Its first line has to name the columns: %s", inspection.JoinWords(missing, "or"),
			strings.Join(EnglandColumns(), ", "))
	}
	return e.checkRenamed()
}

// mostRenamed is of how many columns that a list of our own lacks it is taken that somebody renamed them.
const mostRenamed = 2

// checkRenamed refuses a list of our own in which a column was renamed: what stands in that column would be passed over without
// anybody noticing. Lists of others have far fewer of our columns.
func (e *englandReader) checkRenamed() error {
	var missing []string
	for _, column := range slices.Concat(inspectionColumns, gradeColumns) {
		if !e.has(column) {
			missing = append(missing, column)
		}
	}
	if len(e.list.Unknown) == 0 || len(missing) == 0 || len(missing) > mostRenamed {
		return nil
	}
	return unfit("This list has the column “%s”, which is not known, and none that is headed %s. Put the heading right, or delete the column, and choose the file again",
		e.list.Unknown[0], inspection.JoinWords(missing, "or"))
}

func (e *englandReader) has(column string) bool { _, ok := e.at[column]; return ok }

// readRow reads one row. An empty one is none.
func (e *englandReader) readRow(line int, cells []string) {
	if !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
		return
	}
	r := englandCells{englandReader: e, row: &inspection.EnglandRow{Line: line}, cells: cells}
	if len(cells) != e.header {
		r.wrong("", "The row has %s and the first line %d: a comma too many or too few", inspection.CountWords(len(cells), "cell", "cells"), e.header)
	}
	*r.row = inspection.EnglandRow{
		Line: line, Authority: r.text("authority"), URN: r.text("urn"), Kind: r.text("kind"),
		FieldworkStart: r.date("fieldwork_start"), FieldworkEnd: r.date("fieldwork_end"), Published: r.date("published"),
		PublishedBasis: r.basis(), ReportAddress: r.address(), LeadInspector: r.text("lead_inspector"), Grades: r.grades(),
	}
	if code := r.text("authority_code"); r.row.URN == "" && code != "" {
		r.row.URN = code // either number is looked up in the register
	}
	r.row.Wrong = r.faults
	e.list.Rows = append(e.list.Rows, *r.row)
}

// englandCells are the cells of one row.
type englandCells struct {
	*englandReader
	row    *inspection.EnglandRow
	cells  []string
	faults []inspection.EnglandRefusal
}

func (r *englandCells) wrong(column, format string, args ...any) {
	if heading, ok := r.list.Headings[column]; ok {
		column = heading
	}
	r.faults = append(r.faults, inspection.EnglandRefusal{Line: r.row.Line, Column: column, Words: fmt.Sprintf(format, args...)})
}

// text returns the text of a cell as it may be kept, without the mark that keeps a spreadsheet from taking it for a formula.
func (r *englandCells) text(column string) string {
	i, ok := r.at[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	text := strings.Join(strings.Fields(cellText(r.cells[i])), " ")
	if n := utf8.RuneCountInString(text); n > mostEnglandCell {
		r.wrong(column, "The cell has %d characters; at most %d fit", n, mostEnglandCell)
		return ""
	}
	return text
}

// date reads a day as lists write it, "2026-05-11", or as spreadsheets in this country do, "11/05/2026".
func (r *englandCells) date(column string) inspection.Date {
	text := r.text(column)
	if date, err := inspection.ParseDate(text); err == nil {
		return date
	}
	if day, err := time.Parse("2/1/2006", text); err == nil {
		return inspection.DayOf(day)
	}
	r.wrong(column, "“%s” is no date: write it like 2026-05-11 or 11/05/2026", cutCell(text))
	return inspection.Date{}
}

func (r *englandCells) basis() string {
	switch text := strings.ToLower(r.text("published_basis")); {
	case text == "" || text == "listing":
		return text
	case text == "printed" || strings.HasPrefix(text, "printed in the "):
		return "printed"
	default:
		r.wrong("published_basis", "“%s” is neither printed nor listing", cutCell(text))
		return ""
	}
}

func (r *englandCells) address() string {
	text := r.text("report_address")
	if text != "" && !inspection.WebAddress(text) {
		r.wrong("report_address", "“%s” is not the address of a page: it has to begin with https://", cutCell(text))
		return ""
	}
	return text
}

func (r *englandCells) grades() []inspection.EnglandGrade {
	var out []inspection.EnglandGrade
	for _, column := range gradeColumns {
		if grade := r.text(column); grade != "" {
			out = append(out, inspection.EnglandGrade{Judgement: column, Grade: grade})
		}
	}
	return out
}

// cutCell cuts a text to a length that fits a sentence.
func cutCell(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
