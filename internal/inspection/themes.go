package inspection

import (
	"cmp"
	"slices"
)

// ThemeGrid says which inspections named which themes in what they asked for.
type ThemeGrid struct {
	Columns []ThemeColumn
	Rows    []ThemeRow
}

// ThemeColumn is one inspection, or twin letters of one inspection, which count once.
type ThemeColumn struct {
	Inspections []*Inspection
	Held        int // areas to improve held, twins once
	Printed     int // areas to improve printed; 0 where not known
}

// Whole reports whether every area to improve that was printed is held, so that a theme not named was truly not named.
func (c ThemeColumn) Whole() bool {
	return !slices.ContainsFunc(c.Inspections, func(in *Inspection) bool { return !in.WholeListHeld })
}

// ThemeRow is one theme with the number of items that name it in each column.
type ThemeRow struct {
	Theme  Theme
	Counts []int
}

// ThemeGrid computes the grid for the given bodies, from the inspections that asked for anything by a day. Not named is
// not the same as put right.
func (r *Record) ThemeGrid(bodies []Body, asOf Date) ThemeGrid {
	var all []*Inspection
	for _, b := range bodies {
		for _, in := range r.InspectionsOf(b.ID, asOf) {
			if len(in.Recommendations) > 0 && !slices.Contains(all, in) {
				all = append(all, in)
			}
		}
	}
	slices.SortFunc(all, ByDay)
	var grid ThemeGrid
	column := map[string]int{}
	items := map[int][]Recommendation{}
	for _, in := range all {
		i := len(grid.Columns)
		for _, rec := range in.Recommendations {
			if twin, ok := column[rec.SharedKey]; ok && rec.SharedKey != "" {
				i = twin
				break
			}
		}
		if i == len(grid.Columns) {
			grid.Columns = append(grid.Columns, ThemeColumn{})
		}
		col := &grid.Columns[i]
		col.Inspections = append(col.Inspections, in)
		if in.AreasCount != nil {
			col.Printed = max(col.Printed, *in.AreasCount)
		}
		for _, rec := range in.Recommendations {
			if _, seen := column[rec.SharedKey]; seen && rec.SharedKey != "" {
				continue
			}
			if rec.SharedKey != "" {
				column[rec.SharedKey] = i
			}
			col.Held++
			items[i] = append(items[i], rec)
		}
	}
	themes := slices.Clone(r.Themes)
	slices.SortStableFunc(themes, func(a, b Theme) int { return cmp.Compare(a.Position, b.Position) })
	for _, t := range themes {
		row := ThemeRow{Theme: t, Counts: make([]int, len(grid.Columns))}
		any := false
		for i := range grid.Columns {
			for _, rec := range items[i] {
				if slices.Contains(rec.Themes, t.Code) {
					row.Counts[i]++
					any = true
				}
			}
		}
		if any {
			grid.Rows = append(grid.Rows, row)
		}
	}
	return grid
}
