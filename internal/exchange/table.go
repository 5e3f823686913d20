package exchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// Table says what a table is that is handed out as a file: its columns, and what one has to know to read it. Its rows come
// one after another, so that no table is ever held whole.
type Table struct {
	Name    string // of the file, without its extension: "inspections"
	Title   string // of the sheet and of the document, at most 31 characters where the sheet is to carry it whole
	Columns []Column
	Notes   []Note      // for the sheet of notes of a workbook
	Chart   *TableChart // drawn by the spreadsheet program; nil for none
}

// ColumnKind says what the cells of a column hold.
type ColumnKind int

// The kinds of column.
const (
	// Words are text; a yes or no is the word.
	Words ColumnKind = iota
	// Numbers are counts.
	Numbers
	// Dates are days, months or years. Such a column takes two in the file: the date, and how much of it is known.
	Dates
	// Days are dates that are always known to the day.
	Days
)

// Column is one column of a Table.
type Column struct {
	Name  string
	Kind  ColumnKind
	Width int // in characters of a workbook; 0 for what suits the kind
}

// Note is a line of the sheet of notes.
type Note struct{ Name, Words string }

// TableChart asks the spreadsheet program for a chart of columns, stacked on each other.
type TableChart struct {
	Title  string
	Names  int   // the column that says what each of the chart's columns is, counted from 0
	Series []int // the columns whose numbers are drawn
	Rows   int   // how many of the first rows are drawn; 0 for all
}

// Rows hands over the rows of a table, one after another, and stops at the first error of do. A row has a string, an int or an
// inspection.Date for each column, in their order; nil where nothing is known. It must not be kept.
type Rows func(do func(row []any) error) error

// ErrNoRows says that a table has nothing in it. Nothing has been written then.
var ErrNoRows = errors.New("the table has no rows")

// knownTo heads the column that says how much of a date is known.
const knownTo = ": known to the"

// headings returns the names of the columns as a file has them.
func (t Table) headings() []string {
	var out []string
	for _, column := range t.Columns {
		out = append(out, column.Name)
		if column.Kind == Dates {
			out = append(out, column.Name+knownTo)
		}
	}
	return out
}

// WriteCSV writes a table as RFC 4180 has it, in UTF-8 with a byte order mark, without which spreadsheet programs of councils
// read the letters wrongly. No cell can be taken for a formula. It fails with ErrNoRows, having written nothing.
func WriteCSV(w io.Writer, t Table, rows Rows) error {
	var out *csv.Writer
	cells := make([]string, 0, 2*len(t.Columns))
	err := rows(func(row []any) error {
		if out == nil {
			if _, err := io.WriteString(w, "\uFEFF"); err != nil {
				return err
			}
			out = csv.NewWriter(w)
			out.UseCRLF = true
			for _, heading := range t.headings() {
				cells = append(cells, inspection.GuardCell(heading))
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		cells = cells[:0]
		for i, column := range t.Columns {
			text := cellWords(row[i])
			if _, is := row[i].(string); is {
				text = inspection.GuardCell(text)
			}
			cells = append(cells, text)
			if column.Kind == Dates {
				date, _ := row[i].(inspection.Date)
				cells = append(cells, precisionWords(date))
			}
		}
		return out.Write(cells)
	})
	if err == nil && out == nil {
		return ErrNoRows
	}
	if err != nil {
		return fmt.Errorf("write the table %s: %w", t.Name, err)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the table %s: %w", t.Name, err)
	}
	return nil
}

// cellWords is what a cell says as text. A date is written as far as it is known: "2026-07-07", "2016-04", "2013".
func cellWords(value any) string {
	switch value := value.(type) {
	case string:
		return keptText(value)
	case int:
		return strconv.Itoa(value)
	case inspection.Date:
		return value.ISO()
	}
	return ""
}

// precisionWords says how much of a date is known.
func precisionWords(d inspection.Date) string {
	words := map[inspection.Precision]string{inspection.ToDay: "day", inspection.ToMonth: "month", inspection.ToYear: "year"}[d.Precision()]
	switch {
	case !d.Known():
		return "not known"
	case d.Approximate():
		return words + ", about"
	}
	return words
}

// keptText is a text without the characters that no keyboard types, its lines parted in one way.
func keptText(text string) string {
	if !strings.ContainsFunc(text, strange) {
		return text
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if strange(r) {
			return -1
		}
		return r
	}, text)
}

func strange(r rune) bool {
	return r == unicode.ReplacementChar || r == '\uFFFE' || r == '\uFFFF' || unicode.IsControl(r) && r != '\n' && r != '\t'
}
