package exchange

import (
	"slices"

	"inspectiontimeline/internal/inspection"
)

// EnglandTable is the list of inspections in England with the columns in which ReadEngland takes it back. Its rows are those of
// EnglandRows.
func EnglandTable() Table {
	t := Table{Name: "england-inspections", Title: "Inspections in England"}
	for _, name := range slices.Concat(inspectionColumns, gradeColumns) {
		t.Columns = append(t.Columns, Column{Name: name, Width: 22})
	}
	t.Notes = []Note{
		{"To bring in again", "The page “Record of England” takes this list back as it is. Keep the names of the columns."},
		{"Which rows", "One row for each council of an inspection whose first day of fieldwork is known. Inspections of other bodies, and those whose " +
			"first day or whose council is not known, are in the table of inspections and visits."},
		{"published_basis", "“printed” where the day stands in the document itself, “listing” where a list says it."},
	}
	return t
}

// EnglandRows returns the rows of an inspection in EnglandTable: one for each council that it is confirmed to be of. What such a
// list cannot hold has none: an inspection of no council, or one whose first day is not known.
func EnglandRows(r *inspection.Record, in *inspection.Inspection) [][]any {
	if !in.FieldworkStart.Exact() {
		return nil
	}
	var out [][]any
	for _, of := range in.Bodies {
		body, _ := r.Body(of.BodyID)
		if council, ok := r.Body(body.ListedOn); ok && body.Kind == inspection.Partnership {
			body = council
		}
		if !of.Confirmed || body.Kind != inspection.Authority {
			continue
		}
		row := []any{
			body.ID, in.Kind, in.FieldworkStart, dayInList(in.FieldworkEnd), dayInList(in.Published), basisInList(in.PublishedBasis), in.ReportAddress, in.LeadInspector,
		}
		for _, column := range gradeColumns {
			j, _ := in.Judgement(column)
			row = append(row, j.Grade)
		}
		out = append(out, row)
	}
	return out
}

// dayInList is a date as lists have it: typed where the day is known, otherwise its text form with its mark.
func dayInList(d inspection.Date) any {
	if d.Exact() {
		return d
	}
	return d.String()
}

// basisInList is what a list can say of how a day of publication is known.
func basisInList(basis string) string {
	if basis == "printed" || basis == "listing" {
		return basis
	}
	return ""
}
