package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// Differences lists, field by field, what the record says now of the inspection that the letter is about and what it will
// say once the letter is published. It is empty where the record has no such inspection, or the letter confirms it.
func (d Draft) Differences(r *Record) []DraftDifference {
	held := d.Held(r)
	if held == nil {
		return nil
	}
	in, err := d.Inspection(r, held)
	if err != nil {
		return nil // the checks say what is wrong
	}
	var out []DraftDifference
	differ := func(field, title, was, says string, confidence Confidence) {
		if was != says {
			out = append(out, DraftDifference{Field: field, Title: title, Was: was, Says: says, Confidence: confidence})
		}
	}
	single := func(field, title, was, says string) { differ(field, title, was, says, held.FieldConfidence(field)) }
	single("kind", "Kind of inspection or visit", r.kindName(held.Kind), r.kindName(in.Kind))
	single("bodies", "Council", r.WhomWords(held.Bodies), r.WhomWords(in.Bodies))
	single("topic", "Subject", held.Topic, in.Topic)
	single("fieldwork_start", "First day of fieldwork", dateOrNone(held.FieldworkStart), dateOrNone(in.FieldworkStart))
	single("fieldwork_end", "Last day of fieldwork", dateOrNone(held.FieldworkEnd), dateOrNone(in.FieldworkEnd))
	single("published", "Day it was published", dateOrNone(held.Published), dateOrNone(in.Published))
	single("received", "Day the council received the final letter", dateOrNone(held.Received), dateOrNone(in.Received))
	single("statement_due", "Day by which a statement is due", dateOrNone(held.StatementDue), dateOrNone(in.StatementDue))
	single("lead_inspector", "Lead inspector", held.LeadInspector, in.LeadInspector)
	single("address", "Address of Ofsted’s page", held.ReportAddress, in.ReportAddress)
	single("note", "Note", held.Note, in.Note)
	for _, j := range in.Judgements {
		was, _ := held.Judgement(j.Strand)
		differ("judgement."+j.Strand, r.strandName(in, j.Strand), r.gradeName(held, was), r.gradeName(in, j), was.Confidence)
	}
	return append(out, d.itemDifferences(held, in)...)
}

func (d Draft) itemDifferences(held, in *Inspection) []DraftDifference {
	if len(d.Items) == 0 {
		return nil
	}
	var out []DraftDifference
	for i, joined := range d.Joins(held) {
		var was []string
		for _, rec := range held.Recommendations {
			if slices.Contains(joined, rec.Reference) {
				was = append(was, rec.Words)
			}
		}
		says := in.Recommendations[i].Words
		if before := strings.Join(was, " "); before != says {
			out = append(out, DraftDifference{Field: "item." + d.Items[i].Key, Title: fmt.Sprintf("Area to improve %d", i+1),
				Was: before, Says: says, Confidence: held.FieldConfidence("areas")})
		}
	}
	return out
}

func dateOrNone(d Date) string {
	if !d.Known() {
		return ""
	}
	return d.Words()
}

func (r *Record) kindName(code string) string {
	kind, ok := r.Catalogue.Kind(code)
	if !ok {
		return code
	}
	return kind.Name
}

func (r *Record) strandName(in *Inspection, code string) string {
	framework, _ := r.Catalogue.Framework(in.Framework)
	if strand, ok := framework.Strand(code); ok {
		return strand.Name
	}
	return code
}

// gradeName says a grade in full; it is empty where there is no such judgement.
func (r *Record) gradeName(in *Inspection, j Judgement) string {
	switch {
	case j.Strand == "":
		return ""
	case j.Grade == "":
		return sentenceCase(AbsentNotFound.Words())
	case j.Grade == NotJudged:
		return sentenceCase(AbsentNotJudged.Words())
	}
	if grade, ok := r.Catalogue.Grade(in.Framework, j.Strand, j.Grade); ok {
		return grade.Name
	}
	return j.Grade
}
