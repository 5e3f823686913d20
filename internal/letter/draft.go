package letter

import (
	"slices"
	"strconv"

	"inspectiontimeline/internal/inspection"
)

// Draft returns what the officer's form holds of a reading: each value with its evidence. What the letter does not say
// stays empty, and what the catalogue has no place for is said in a warning.
func (r Reading) Draft(catalogue *inspection.Catalogue) inspection.Draft {
	d := drafting{Draft: inspection.Draft{Warnings: slices.Clone(r.Warnings)}}
	d.kind(r.Framework, catalogue)
	d.bodies(r)
	d.FieldworkStart = take(&d, "fieldwork_start", r.Start)
	d.FieldworkEnd = take(&d, "fieldwork_end", r.End)
	d.Published = take(&d, "published", r.Published)
	d.StatementDue = take(&d, "statement_due", r.StatementDueOn)
	d.LeadInspector = take(&d, "lead_inspector", r.LeadInspector)
	if r.Visit != nil {
		d.visit(*r.Visit)
	}
	for _, j := range r.Judgements {
		d.Judgements = append(d.Judgements, inspection.DraftJudgement{Strand: j.Strand, Grade: take(&d, "judgement."+j.Strand, &j.Found)})
	}
	d.items(r.Items)
	d.NoteRead()
	return d.Draft
}

// drafting is a draft in the making.
type drafting struct{ inspection.Draft }

// take returns a value and notes its evidence; a value that was not found is the zero one.
func take[T any](d *drafting, field string, f *Found[T]) T {
	if f == nil {
		var none T
		return none
	}
	d.Evidence = append(d.Evidence, inspection.Evidence{
		Field: field, Page: f.Page, Quote: f.Quote, Rule: f.Rule, Certainty: f.Certainty,
	})
	return f.Value
}

func (d *drafting) kind(f *Found[string], catalogue *inspection.Catalogue) {
	if f == nil {
		return
	}
	code := f.Value
	if to, ok := kindOfFramework[code]; ok {
		code = to
	}
	if _, known := catalogue.Kind(code); !known {
		d.Warnings = append(d.Warnings, "The kind of this inspection is not in the list of kinds. Choose the nearest.")
		return
	}
	d.Kind = code
	take(d, "kind", f)
}

// kindOfFramework leads from the codes that are printed for programs to the catalogue's own, where the two differ.
var kindOfFramework = map[string]string{"protection-of-children": "child-protection"}

func (d *drafting) bodies(r Reading) {
	if r.Authority == nil {
		return
	}
	d.PrintedName = take(d, "bodies", r.Authority).Printed
	for _, f := range append([]Found[Name]{*r.Authority}, r.Also...) {
		if f.Value.BodyID != "" {
			d.Bodies = append(d.Bodies, f.Value.BodyID)
		}
	}
}

func (d *drafting) visit(v Visit) {
	d.VisitNumber = take(d, "visit_number", v.Number)
	d.Topic = take(d, "topic", v.Topic)
	for _, area := range v.AreasCovered {
		d.AreasCovered = append(d.AreasCovered, take(d, "areas_covered", &area))
	}
}

// items takes over the areas to improve. The list is held whole where no item of it is in doubt.
func (d *drafting) items(items []Item) {
	d.WholeListHeld = len(items) > 0
	for i, it := range items {
		key := strconv.Itoa(i + 1)
		responsible := it.Body
		if responsible == "authority" {
			responsible = ""
		}
		d.Items = append(d.Items, inspection.DraftItem{
			Key: key, Kind: it.Kind, Words: take(d, "item."+key, &it.Found), Wording: inspection.Verbatim,
			FrameworkTag: it.FrameworkTag, Responsible: responsible, Page: it.Page,
		})
		d.WholeListHeld = d.WholeListHeld && it.Certainty == inspection.Certain
	}
}
