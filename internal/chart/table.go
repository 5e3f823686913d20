package chart

import (
	"encoding/csv"
	"fmt"
	"io"

	"inspectiontimeline/internal/inspection"
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
			safe[i] = inspection.GuardCell(cell)
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
