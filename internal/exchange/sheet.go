package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"

	"inspectiontimeline/internal/inspection"
)

// What a spreadsheet may have.
const (
	MaxSheetBytes   = 10 << 20
	MaxSheets       = 20
	MaxSheetRows    = 5000
	MaxSheetColumns = 100

	mostUnpacked  = 80 << 20  // bytes of all its parts together
	mostCells     = 1_000_000 // of all its sheets together, with the empty ones between them
	mostCellRunes = 32_767    // as many as Excel has
)

// Workbook is a spreadsheet as text.
type Workbook struct {
	Sheets []inspection.Sheet // those that are not hidden and hold anything
}

// Sheet returns the sheet of a name, the first one for an empty name. The only sheet that there is goes by any name: that of a
// CSV file is the file's.
func (w Workbook) Sheet(name string) (inspection.Sheet, bool) {
	if len(w.Sheets) == 1 {
		return w.Sheets[0], true
	}
	for _, sheet := range w.Sheets {
		if name == "" || strings.EqualFold(sheet.Name, strings.TrimSpace(name)) {
			return sheet, true
		}
	}
	return inspection.Sheet{}, false
}

// unfit says in words for an officer why a file is not taken.
func unfit(format string, values ...any) error {
	return inspection.Problems{{Field: "file", Words: fmt.Sprintf(format, values...)}}
}

var errDamagedSheet = unfit("This spreadsheet is damaged. Open it, save it again as an Excel workbook (.xlsx), and choose the new file")

// OpenSheet reads a spreadsheet: an Excel workbook (.xlsx, .xlsm), or text with commas, semicolons or tabs between its cells,
// in UTF-8, UTF-16 or Windows-1252. Formulas count by the values that were saved with them; macros are not looked at. It
// fails with inspection.Problems at "file", which say what to do.
func OpenSheet(name string, data []byte) (Workbook, error) {
	switch {
	case len(data) == 0:
		return Workbook{}, unfit("This file is empty. Choose the tracker itself")
	case len(data) > MaxSheetBytes:
		return Workbook{}, unfit("This file is larger than %d MB. Save a copy with nothing but the tracker", MaxSheetBytes>>20)
	case bytes.HasPrefix(data, []byte("PK")):
		return openWorkbook(data)
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return Workbook{}, unfit("This is an old Excel file (.xls), or one with a password. Save it without a password as an Excel workbook (.xlsx)")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return Workbook{}, unfit("This is a PDF. Choose the spreadsheet that it was made from")
	}
	sheet, err := readText(data)
	if err != nil {
		return Workbook{}, err
	}
	sheet.Name = strings.TrimSuffix(path.Base(name), path.Ext(name))
	return withinLimits(Workbook{Sheets: []inspection.Sheet{sheet}})
}

// withinLimits cuts off what is empty and refuses what is too much.
func withinLimits(w Workbook) (Workbook, error) {
	for i := range w.Sheets {
		sheet := &w.Sheets[i]
		for n, row := range sheet.Rows {
			for len(row) > 0 && strings.TrimSpace(row[len(row)-1]) == "" {
				row = row[:len(row)-1]
			}
			sheet.Rows[n] = row
		}
		for len(sheet.Rows) > 0 && len(sheet.Rows[len(sheet.Rows)-1]) == 0 {
			sheet.Rows = sheet.Rows[:len(sheet.Rows)-1]
		}
		if len(sheet.Rows) > MaxSheetRows || sheet.Width() > MaxSheetColumns {
			return Workbook{}, tooLarge(sheet.Name)
		}
	}
	w.Sheets = slices.DeleteFunc(w.Sheets, func(s inspection.Sheet) bool { return len(s.Rows) == 0 })
	switch {
	case len(w.Sheets) == 0:
		return Workbook{}, unfit("Nothing stands in this spreadsheet. Choose the tracker itself")
	case len(w.Sheets) > MaxSheets:
		return Workbook{}, unfit("This spreadsheet has more than %d sheets. Save a copy with the tracker’s own", MaxSheets)
	}
	return w, nil
}

func tooLarge(sheet string) error {
	return unfit("The sheet “%s” is larger than %d rows and %d columns. Delete what is empty or not part of the table, below it and beside it. "+
		"A longer list can be brought in as “CSV UTF-8”", sheet, MaxSheetRows, MaxSheetColumns)
}

// cellText is the text of a cell as it may be kept: without characters that no keyboard types, and without the mark that
// an export puts before what a spreadsheet would take for a formula.
func cellText(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	text = inspection.UnguardCell(text)
	if utf8.RuneCountInString(text) > mostCellRunes {
		text = string([]rune(text)[:mostCellRunes])
	}
	return text
}

// readText reads a table whose cells stand as text.
func readText(data []byte) (inspection.Sheet, error) {
	var decoder encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		decoder = utf16.UTF16(utf16.LittleEndian, utf16.UseBOM)
	case bytes.IndexByte(data, 0) >= 0:
		return inspection.Sheet{}, unfit("This is not a spreadsheet. Choose an Excel workbook (.xlsx) or a CSV file")
	case !utf8.Valid(data):
		decoder = charmap.Windows1252
	}
	if decoder != nil {
		decoded, err := decoder.NewDecoder().Bytes(data)
		if err != nil {
			return inspection.Sheet{}, errDamagedSheet
		}
		data = decoded
	}
	text, commas := strings.TrimPrefix(string(data), "\uFEFF"), ",;\t"
	if rest, ok := strings.CutPrefix(text, "sep="); ok && rest != "" && strings.Contains(commas, rest[:1]) { // Excel's own first line
		commas = rest[:1]
		_, text, _ = strings.Cut(rest, "\n")
	}
	var best [][]string
	most := -1
	for _, comma := range commas {
		rows, sound, err := readRows(text, comma)
		if err != nil {
			return inspection.Sheet{}, err
		}
		n := evenRows(rows)
		if sound && n > 0 {
			n += soundQuotes
		}
		if n > most {
			best, most = rows, n
		}
	}
	for _, row := range best {
		for i := range row {
			row[i] = cellText(row[i])
		}
	}
	return inspection.Sheet{Rows: best}, nil
}

// soundQuotes puts a cut under which all quotation marks are where they belong before any other: the wrong comma cuts through
// what they hold together.
const soundQuotes = 1_000_000

// evenRows says how well a table is cut: by how many of the rows at its head are equally wide, then by their width. Programs
// write all rows equally wide; the wrong comma cuts sentences, each into another number of pieces.
func evenRows(rows [][]string) int {
	count, best := map[int]int{}, 0
	for _, row := range rows[:min(len(rows), 50)] {
		if width := min(len(row), 999); width > 1 {
			count[width]++
			best = max(best, 1000*count[width]+width)
		}
	}
	return best
}

// readRows reads rows of text, each at the number that it has in a spreadsheet: an empty line is a row too. It also reports whether
// every quotation mark is where it belongs; where one is not, it is taken for a part of its cell.
func readRows(text string, comma rune) (rows [][]string, sound bool, err error) {
	if rows, err = readRowsOf(text, comma, false); err == nil {
		return rows, true, nil
	}
	rows, err = readRowsOf(text, comma, true)
	return rows, false, err
}

func readRowsOf(text string, comma rune, lazy bool) ([][]string, error) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = comma, -1, lazy
	var rows [][]string
	below := 1 // the line after the last row; a cell may hold several lines
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, unfit("This file cannot be read as a table. Save it as an Excel workbook (.xlsx)")
		}
		line, _ := reader.FieldPos(0)
		for ; below < line && len(rows) <= MaxSheetRows; below++ {
			rows = append(rows, nil)
		}
		rows = append(rows, row)
		last, _ := reader.FieldPos(len(row) - 1)
		below = last + 1 + strings.Count(row[len(row)-1], "\n")
		if len(rows) > 2*MaxSheetRows {
			return rows, nil // more than is taken, whatever follows
		}
	}
}

// openWorkbook reads an Excel workbook.
func openWorkbook(data []byte) (w Workbook, err error) {
	if err := looksSafe(data); err != nil {
		return w, err
	}
	// What is wrong inside a file that somebody made by hand may end the library that reads it, and must not end the program.
	defer func() {
		if recover() != nil {
			w, err = Workbook{}, errDamagedSheet
		}
	}()
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostUnpacked})
	if err != nil {
		return w, errDamagedSheet
	}
	defer file.Close()
	properties, err := file.GetWorkbookProps()
	if err != nil {
		return w, errDamagedSheet
	}
	r := &workbookReader{file: file, since1904: properties.Date1904 != nil && *properties.Date1904, shows: map[int]inspection.Precision{}}
	for _, name := range file.GetSheetList() {
		if visible, err := file.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		sheet, err := r.sheet(name)
		if err != nil {
			return Workbook{}, errDamagedSheet
		}
		w.Sheets = append(w.Sheets, sheet)
	}
	return withinLimits(w)
}

// looksSafe refuses a workbook that would take too much memory, before the library that reads it takes any. It fills the
// gaps between cells, so one cell far out costs as much as all those before it.
func looksSafe(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errDamagedSheet
	}
	var unpacked, cells uint64
	for _, part := range archive.File {
		if part.Name == "mimetype" {
			return unfit("This is not an Excel workbook. Save it as one (.xlsx), and choose the new file")
		}
		if unpacked += part.UncompressedSize64; unpacked > mostUnpacked {
			return unfit("This spreadsheet holds far more than a tracker does. Save a copy with nothing but the tracker, without pictures")
		}
		if !strings.EqualFold(path.Ext(part.Name), ".xml") {
			continue
		}
		inPart, err := spread(part)
		switch {
		case err != nil:
			return errDamagedSheet
		case cells+inPart > mostCells:
			return tooLarge(strings.TrimSuffix(path.Base(part.Name), path.Ext(part.Name)))
		}
		cells += inPart
	}
	return nil
}

// spread counts the cells of a part that is a sheet, with the empty ones before each row's last.
func spread(part *zip.File) (uint64, error) {
	content, err := part.Open()
	if err != nil {
		return 0, err
	}
	defer content.Close()
	decoder := xml.NewDecoder(io.LimitReader(content, mostUnpacked))
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // names and numbers are ASCII in all
	var cells, lastRow, row, column, width uint64
	for first := true; ; {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return cells + lastRow + width, nil
		}
		if err != nil {
			return 0, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if first && start.Name.Local != "worksheet" {
			return 0, nil
		}
		first = false
		switch start.Name.Local {
		case "row":
			cells += width
			row, column, width = max(row+1, number(start, "r")), 0, 0
			lastRow = max(lastRow, row)
		case "c":
			at, line := place(start)
			column = max(column+1, at)
			width, lastRow = max(width, column), max(lastRow, line)
		}
		if cells+lastRow+width > mostCells {
			return cells + lastRow + width, nil
		}
	}
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func number(start xml.StartElement, name string) uint64 {
	n, _ := strconv.ParseUint(attribute(start, name), 10, 32) // 0 where there is none
	return n
}

// place returns the column and the row that a cell names.
func place(start xml.StartElement) (column, row uint64) {
	at, line, err := excelize.CellNameToCoordinates(attribute(start, "r"))
	if err != nil {
		return 0, 0
	}
	return uint64(at), uint64(line)
}

// workbookReader reads the sheets of one workbook.
type workbookReader struct {
	file      *excelize.File
	since1904 bool
	shows     map[int]inspection.Precision // by style: how much of a date it shows; Unknown for what is no date
}

// sheet reads a sheet. What stands in a cell that covers several rows stands in each of them.
func (r *workbookReader) sheet(name string) (inspection.Sheet, error) {
	rows, err := r.file.GetRows(name)
	if err != nil {
		return inspection.Sheet{}, err
	}
	for i, row := range rows[:min(len(rows), MaxSheetRows+1)] {
		for j := range row[:min(len(row), MaxSheetColumns+1)] {
			if err := r.cell(name, &row[j], j+1, i+1); err != nil {
				return inspection.Sheet{}, err
			}
		}
	}
	merged, err := r.file.GetMergeCells(name)
	if err != nil {
		return inspection.Sheet{}, err
	}
	for _, cells := range merged {
		column, from, err := excelize.CellNameToCoordinates(cells.GetStartAxis())
		if err != nil {
			return inspection.Sheet{}, err
		}
		_, until, err := excelize.CellNameToCoordinates(cells.GetEndAxis())
		if err != nil {
			return inspection.Sheet{}, err
		}
		fill(rows, column, from, until)
	}
	return inspection.Sheet{Name: name, Rows: rows}, nil
}

// fill puts what stands in a row into those below it, as far as the table goes.
func fill(rows [][]string, column, from, until int) {
	if from > len(rows) || column > len(rows[from-1]) || column > MaxSheetColumns {
		return
	}
	for i := from; i < min(until, len(rows)); i++ {
		for len(rows[i]) < column {
			rows[i] = append(rows[i], "")
		}
		rows[i][column-1] = rows[from-1][column-1]
	}
}

// cell gives a cell its text: that of a date in ISO form, as far as the cell shows it.
func (r *workbookReader) cell(sheet string, text *string, column, row int) error {
	*text = cellText(*text)
	if !strings.ContainsAny(*text, "0123456789") {
		return nil
	}
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	precision, err := r.precision(sheet, name)
	if err != nil || precision == inspection.Unknown {
		return err
	}
	kind, err := r.file.GetCellType(sheet, name)
	if err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber && kind != excelize.CellTypeFormula {
		return err
	}
	raw, err := r.file.GetCellValue(sheet, name, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return nil // text, whatever its style
	}
	at, err := excelize.ExcelDateToTime(serial, r.since1904)
	if err != nil {
		return nil // a number that is no date
	}
	day := inspection.DayOf(at).String()
	*text = day[:map[inspection.Precision]int{inspection.ToDay: 10, inspection.ToMonth: 7, inspection.ToYear: 4}[precision]]
	return nil
}

// dateFormats are the built-in number formats that show dates.
var dateFormats = map[int]inspection.Precision{
	14: inspection.ToDay, 15: inspection.ToDay, 16: inspection.ToDay, 17: inspection.ToMonth, 22: inspection.ToDay,
	27: inspection.ToDay, 28: inspection.ToDay, 29: inspection.ToDay, 30: inspection.ToDay, 31: inspection.ToDay, 36: inspection.ToDay,
	50: inspection.ToDay, 51: inspection.ToDay, 52: inspection.ToDay, 53: inspection.ToDay, 54: inspection.ToDay, 55: inspection.ToDay,
	56: inspection.ToDay, 57: inspection.ToDay, 58: inspection.ToDay,
}

// precision returns how much of a date a cell's style shows.
func (r *workbookReader) precision(sheet, cell string) (inspection.Precision, error) {
	id, err := r.file.GetCellStyle(sheet, cell)
	if err != nil {
		return inspection.Unknown, err
	}
	if shown, known := r.shows[id]; known {
		return shown, nil
	}
	style, err := r.file.GetStyle(id)
	if err != nil {
		return inspection.Unknown, err
	}
	shown := dateFormats[style.NumFmt]
	if style.CustomNumFmt != nil {
		shown = formatShows(*style.CustomNumFmt)
	}
	r.shows[id] = shown
	return shown, nil
}

// formatShows returns how much of a date a number format of somebody's own shows, such as dd/mm/yyyy or mmm-yy.
func formatShows(format string) inspection.Precision {
	format, _, _ = strings.Cut(strings.ToLower(format), ";")
	var letters strings.Builder
	quoted, bracketed := false, false
	for i, r := range format {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted || i > 0 && format[i-1] == '\\':
		case r == '[':
			bracketed = true
		case r == ']':
			bracketed = false
		case !bracketed:
			letters.WriteRune(r)
		}
	}
	switch shown := letters.String(); {
	case strings.Contains(format, "[$-f800]") || strings.Contains(shown, "d"): // the first is the machine's own long form
		return inspection.ToDay
	case strings.Contains(shown, "y") && strings.Contains(shown, "m"):
		return inspection.ToMonth
	case strings.Contains(shown, "y"):
		return inspection.ToYear
	}
	return inspection.Unknown
}
