package chart

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Table says in words and numbers what a chart draws.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]string
}

// CSV writes the table as comma-separated values in UTF-8. Cells that a spreadsheet would take for a formula get a
// leading apostrophe, which it hides.
func (t Table) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = SafeCell(cell)
		}
		if err := out.Write(safe); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// SafeCell returns the words of a cell so that no spreadsheet takes them for a formula.
func SafeCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
