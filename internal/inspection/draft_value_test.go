package inspection_test

import (
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestEvidenceSaysWhetherTheDraftStillHoldsWhatWasRead(t *testing.T) {
	read := func() inspection.Draft {
		d := inspection.Draft{
			LeadInspector: "A. Inspector", FieldworkStart: inspection.MustDate("2026-05-11"),
			Judgements: []inspection.DraftJudgement{{Strand: "leaders", Grade: "good"}},
			Items:      []inspection.DraftItem{{Key: "1", Words: "Plans for children."}, {Key: "2", Words: "Visits to children."}},
		}
		for _, field := range []string{"lead_inspector", "fieldwork_start", "judgement.leaders", "item.1", "item.2"} {
			d.Evidence = append(d.Evidence, inspection.Evidence{Field: field, Page: 1, Quote: "words", Certainty: inspection.Certain})
		}
		d.NoteRead()
		return d
	}
	for _, c := range []struct {
		name      string
		change    func(*inspection.Draft)
		field     string
		corrected bool
	}{
		{"nothing was changed", func(*inspection.Draft) {}, "lead_inspector", false},
		{"another lead inspector was entered", func(d *inspection.Draft) { d.LeadInspector = "B. Inspector" }, "lead_inspector", true},
		{"a value was taken out", func(d *inspection.Draft) { d.LeadInspector = "" }, "lead_inspector", true},
		{"another day was entered", func(d *inspection.Draft) { d.FieldworkStart = inspection.MustDate("2026-05-12") }, "fieldwork_start", true},
		{"another value was changed", func(d *inspection.Draft) { d.LeadInspector = "B. Inspector" }, "fieldwork_start", false},
		{"another grade was chosen", func(d *inspection.Draft) { d.Judgements[0].Grade = "inadequate" }, "judgement.leaders", true},
		{"a judgement was taken out", func(d *inspection.Draft) { d.Judgements = nil }, "judgement.leaders", true},
		{"the words of an item were changed", func(d *inspection.Draft) { d.Items[0].Words = "Plans." }, "item.1", true},
		{"items were put in another order", func(d *inspection.Draft) { d.MoveItem("2", -1) }, "item.1", false},
		{"an item was joined with the one above", func(d *inspection.Draft) { d.MergeItem("2") }, "item.1", false},
		{"an item was split", func(d *inspection.Draft) { d.SplitItem("1", []string{"Plans", "for children."}) }, "item.1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read()
			c.change(&d)
			found := false
			for _, e := range d.EvidenceNow() {
				if e.Field == c.field {
					found = true
					if got := e.Certainty == inspection.Corrected; got != c.corrected {
						t.Errorf("the evidence of %s is %s", c.field, e.Certainty)
					}
				}
			}
			if !found {
				t.Errorf("the evidence of %s is gone", c.field)
			}
		})
	}
}
