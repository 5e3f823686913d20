package exchange

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"inspectiontimeline/internal/inspection"
)

// What a workbook may have.
const (
	// MaxTableRows is as many rows as Excel has below the headings.
	MaxTableRows = excelize.TotalRows - 1

	mostTableText = 512 << 20 // bytes of text, which are spooled to the disk
	notesSheet    = "Notes"
	chartSheet    = "Chart"
)

// The sizes of a workbook's parts.
const (
	notesWide  = 100
	lineHeight = 15.0  // points
	mostHeight = 405.0 // Excel's is 409
	pageWide   = 220   // characters that can still be read where they stand beside one another on paper
	chartWide  = 1000  // pixels
	chartHigh  = 520
	font       = "Calibri"
)

var columnWidths = map[ColumnKind]int{Words: 30, Numbers: 14, Dates: 16, Days: 16}

// WriteWorkbook writes a table as an Excel workbook (.xlsx): the table with a head that stays in sight and can filter, then a
// chart where there is one, then notes. Days are dates; a date of which only the month or the year is known is text and never
// its first day. Rows are spooled to the disk and what is spooled is removed whatever happens. It fails with ErrNoRows and
// with inspection.Problems where the table is larger than a spreadsheet can be, having written nothing.
func WriteWorkbook(w io.Writer, t Table, rows Rows, made time.Time) error {
	folder, err := os.MkdirTemp("", "timeline-table-")
	if err != nil {
		return fmt.Errorf("write the workbook %s: %w", t.Name, err)
	}
	defer os.RemoveAll(folder)
	file := excelize.NewFile(excelize.Options{TmpDir: folder})
	defer file.Close()
	// The library makes the whole archive in memory otherwise.
	file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	b := &workbookWriter{table: t, file: file, sheet: sheetName(t.Title)}
	if err := b.write(rows, made); err != nil {
		return fmt.Errorf("write the workbook %s: %w", t.Name, err)
	}
	if _, err := file.WriteTo(io.Discard); err != nil {
		return fmt.Errorf("write the workbook %s: %w", t.Name, err)
	}
	return nil
}

// sheetName makes a name that a sheet may have.
func sheetName(title string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, title)
	if units := utf16.Encode([]rune(name)); len(units) > excelize.MaxSheetNameLength {
		name = string(utf16.Decode(units[:excelize.MaxSheetNameLength-1])) + "…"
	}
	return strings.Trim(name, " '")
}

// workbookWriter writes one table into a workbook.
type workbookWriter struct {
	table Table
	file  *excelize.File
	sheet string
	rows  int   // below the head
	text  int   // bytes of text written
	wide  []int // characters in each column of the sheet

	head, plain, held, day, number, bold int // styles
}

func (b *workbookWriter) write(rows Rows, made time.Time) error {
	for _, do := range []func() error{
		b.styles,
		func() error { return b.file.SetSheetName("Sheet1", b.sheet) },
		func() error { return b.rowsSheet(rows) },
		b.chart,
		b.notes,
		func() error { return b.properties(made) },
		b.inOrder,
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// inOrder puts what the library lists in no order into one, so that the same table gives the same bytes.
func (b *workbookWriter) inOrder() error {
	if types := b.file.ContentTypes; types != nil {
		defaults := types.Defaults
		sort.Slice(defaults, func(i, j int) bool { return defaults[i].Extension < defaults[j].Extension })
	}
	return nil
}

func (b *workbookWriter) styles() error {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	dayFormat := "d mmm yyyy"
	for _, one := range []struct {
		at    *int
		style excelize.Style
	}{
		{&b.head, excelize.Style{
			Font: &excelize.Font{Bold: true, Family: font, Size: 11}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8E8E8"}},
			Alignment: top, Border: []excelize.Border{{Type: "bottom", Color: "505050", Style: 2}},
		}},
		{&b.plain, excelize.Style{Alignment: top}},
		{&b.held, excelize.Style{Alignment: top, NumFmt: 49}}, // stays text when somebody edits the cell
		{&b.day, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}, CustomNumFmt: &dayFormat}},
		{&b.number, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1}, NumFmt: 1}},
		{&b.bold, excelize.Style{Alignment: top, Font: &excelize.Font{Bold: true, Family: font, Size: 11}}},
	} {
		id, err := b.file.NewStyle(&one.style)
		if err != nil {
			return err
		}
		*one.at = id
	}
	return nil
}

// rowsSheet writes the table itself.
func (b *workbookWriter) rowsSheet(rows Rows) error {
	b.measure()
	if err := b.printed(b.sheet, "landscape"); err != nil { // first of all: a stream begins with it
		return err
	}
	out, err := b.file.NewStreamWriter(b.sheet)
	if err != nil {
		return err
	}
	for i, wide := range b.wide {
		if err := out.SetColWidth(i+1, i+1, float64(wide)); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	headings := b.table.headings()
	cells := make([]any, 0, len(headings))
	for _, heading := range headings {
		cells = append(cells, excelize.Cell{StyleID: b.head, Value: heading})
	}
	if err := out.SetRow("A1", cells, excelize.RowOpts{Height: b.height(cells)}); err != nil {
		return err
	}
	err = rows(func(row []any) error {
		if b.rows++; b.rows > MaxTableRows || b.text > mostTableText {
			return inspection.Problems{{Words: "This table is larger than a spreadsheet can be. Choose less of it, or take it as CSV"}}
		}
		cells = b.cells(cells[:0], row)
		return out.SetRow(fmt.Sprintf("A%d", b.rows+1), cells, excelize.RowOpts{Height: b.height(cells)})
	})
	if err != nil {
		return err
	}
	if b.rows == 0 {
		return ErrNoRows
	}
	last, err := excelize.CoordinatesToCellName(len(headings), b.rows+1)
	if err != nil {
		return err
	}
	if err := b.file.AutoFilter(b.sheet, "A1:"+last, nil); err != nil {
		return err
	}
	return out.Flush()
}

// measure works out how wide the columns are.
func (b *workbookWriter) measure() {
	for _, column := range b.table.Columns {
		b.wide = append(b.wide, cmp.Or(column.Width, columnWidths[column.Kind]))
		if column.Kind == Dates {
			b.wide = append(b.wide, columnWidths[Dates])
		}
	}
}

// height is how high a row has to be for its longest cell, about. Spreadsheet programs do not all work it out for themselves.
func (b *workbookWriter) height(cells []any) float64 {
	most := 1
	for i, cell := range cells {
		held, _ := cell.(excelize.Cell)
		text, _ := held.Value.(string)
		most = max(most, linesOf(text, b.wide[i]))
	}
	return min(float64(most)*lineHeight, mostHeight)
}

// linesOf is how many lines a text takes in a cell of a width, about.
func linesOf(text string, wide int) int {
	lines := 0
	for part := range strings.SplitSeq(text, "\n") {
		lines += 1 + max(0, utf8.RuneCountInString(part)-1)*11/10/wide // words do not break
	}
	return lines
}

// printed makes a sheet ready for paper: as wide as the page, or where nobody could read that with its first column on each page.
func (b *workbookWriter) printed(sheet, orientation string) error {
	paper, across, down, whole := 9, 1, 0, true // A4
	titles := fmt.Sprintf("%s!$1:$1", quoted(sheet))
	all := 0
	for _, wide := range b.wide {
		all += wide
	}
	if sheet == b.sheet && all > pageWide {
		across, whole = 0, false
		titles = fmt.Sprintf("%s!$A:$A,%s", quoted(sheet), titles)
	}
	if whole {
		if err := b.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &whole}); err != nil {
			return err
		}
	}
	err := b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &across, FitToHeight: &down})
	if err != nil {
		return err
	}
	if sheet != b.sheet {
		return nil
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: sheet})
}

// quoted is the name of a sheet as formulas have it.
func quoted(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

// cells makes the cells of a row. Texts are texts to the spreadsheet program whatever they begin with; one that could be taken
// for a formula when somebody edits its cell is kept from it by the cell's format.
func (b *workbookWriter) cells(cells, row []any) []any {
	for i, column := range b.table.Columns {
		date, isDate := row[i].(inspection.Date)
		switch value := row[i].(type) {
		case int:
			cells = append(cells, excelize.Cell{StyleID: b.number, Value: value})
		default:
			if isDate && date.Exact() {
				cells = append(cells, excelize.Cell{StyleID: b.day, Value: date.Time()})
				break
			}
			text := fitting(cellWords(value))
			if strings.HasPrefix(text, "'") {
				text = inspection.GuardCell(text) // or an importer would take its own apostrophe off
			}
			b.text += len(text)
			style := b.plain
			if inspection.RunsInCell(text) {
				style = b.held
			}
			if text == "" {
				cells = append(cells, nil)
				break
			}
			cells = append(cells, excelize.Cell{StyleID: style, Value: text})
		}
		if column.Kind == Dates {
			cells = append(cells, excelize.Cell{StyleID: b.plain, Value: precisionWords(date)})
		}
	}
	return cells
}

// cutNote stands at the end of a text that is longer than a cell can be.
const cutNote = " … (cut here: a cell holds no more)"

// fitting cuts a text to what a cell holds.
func fitting(text string) string {
	if len(text) <= excelize.TotalCellChars || utf8.RuneCountInString(text) <= excelize.TotalCellChars/2 {
		return text
	}
	units := utf16.Encode([]rune(text))
	if len(units) <= excelize.TotalCellChars {
		return text
	}
	return string(utf16.Decode(units[:excelize.TotalCellChars-len([]rune(cutNote))-1])) + cutNote
}

// chart asks for the table's chart, on a sheet of its own.
func (b *workbookWriter) chart() error {
	c := b.table.Chart
	if c == nil {
		return nil
	}
	if _, err := b.file.NewSheet(chartSheet); err != nil {
		return err
	}
	cell := func(column, row int) (string, error) { return excelize.CoordinatesToCellName(column+1, row, true) }
	span := func(column int) (string, error) {
		from, err := cell(column, 2)
		if err != nil {
			return "", err
		}
		to, err := cell(column, min(b.rows, cmp.Or(c.Rows, b.rows))+1)
		return fmt.Sprintf("%s!%s:%s", quoted(b.sheet), from, to), err
	}
	names, err := span(b.place(c.Names))
	if err != nil {
		return err
	}
	var series []excelize.ChartSeries
	for _, column := range c.Series {
		values, err := span(b.place(column))
		if err != nil {
			return err
		}
		head, err := cell(b.place(column), 1)
		if err != nil {
			return err
		}
		series = append(series, excelize.ChartSeries{
			Name: quoted(b.sheet) + "!" + head, Categories: names, Values: values,
		})
	}
	if err := b.printed(chartSheet, "landscape"); err != nil {
		return err
	}
	return b.file.AddChart(chartSheet, "A1", &excelize.Chart{
		Type: excelize.ColStacked, Series: series, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: c.Title}}},
		XAxis: excelize.ChartAxis{Font: excelize.Font{Color: "202020"}}, YAxis: excelize.ChartAxis{Font: excelize.Font{Color: "202020"}},
		Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: chartWide, Height: chartHigh},
		Format: excelize.GraphicOptions{AltText: c.Title + ". The numbers stand on the first sheet."},
	})
}

// place is where a column stands in the file, counted from 0: dates before it take two.
func (b *workbookWriter) place(column int) int {
	at := column
	for _, before := range b.table.Columns[:column] {
		if before.Kind == Dates {
			at++
		}
	}
	return at
}

// notes writes the sheet that says what the table is.
func (b *workbookWriter) notes() error {
	if _, err := b.file.NewSheet(notesSheet); err != nil {
		return err
	}
	for _, width := range []struct {
		column string
		wide   float64
	}{{"A", float64(columnWidths[Words])}, {"B", notesWide}} {
		if err := b.file.SetColWidth(notesSheet, width.column, width.column, width.wide); err != nil {
			return err
		}
	}
	lines := slices.Concat([]Note{{"Table", b.table.Title}, {"Rows", fmt.Sprint(b.rows)}}, b.table.Notes)
	for i, line := range lines {
		name, words := fmt.Sprintf("A%d", i+1), fmt.Sprintf("B%d", i+1)
		style := b.plain
		if inspection.RunsInCell(line.Words) {
			style = b.held
		}
		if err := b.file.SetRowHeight(notesSheet, i+1, min(lineHeight*float64(linesOf(line.Words, notesWide)), mostHeight)); err != nil {
			return err
		}
		for _, err := range []error{
			b.file.SetCellStr(notesSheet, name, line.Name), b.file.SetCellStyle(notesSheet, name, name, b.bold),
			b.file.SetCellStr(notesSheet, words, keptText(line.Words)), b.file.SetCellStyle(notesSheet, words, words, style),
		} {
			if err != nil {
				return err
			}
		}
	}
	return b.printed(notesSheet, "portrait")
}

func (b *workbookWriter) properties(made time.Time) error {
	when := made.UTC().Format(time.RFC3339)
	return b.file.SetDocProps(&excelize.DocProperties{
		Title: b.table.Title, Language: "en-GB", Creator: "Inspection Timeline", LastModifiedBy: "Inspection Timeline", Created: when, Modified: when,
	})
}
