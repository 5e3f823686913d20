package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// englandSource is the id of the source that every row of inspections.csv rests on.
const englandSource = "england-record"

// gradeColumns are the columns of inspections.csv that hold grades, each named after its judgement.
var gradeColumns = []string{
	"overall", "leaders", "help_protection", "care_and_care_leavers", "in_care", "care_leavers", "adoption", "lscb", "send_outcome",
}

// englandRow is an inspection of inspections.csv with its place, for the merge with the story.
type englandRow struct {
	spot
	authority  string
	inspection *inspection.Inspection
}

// readEngland reads the inspections of all authorities and derives the partnerships that the joint ones are of.
func (s *seedReader) readEngland() []englandRow {
	var out []englandRow
	columns := strings.Join(slices.Concat(inspectionColumns, gradeColumns), " ")
	for _, r := range s.table("inspections.csv", columns, "") {
		authority := r.body("authority", r.text("authority"), inspection.Authority)
		in := &inspection.Inspection{
			Kind: r.needed("kind"), FieldworkStart: r.dateIn("fieldwork_start"), FieldworkEnd: r.dateIn("fieldwork_end"),
			Published: r.dateIn("published"), PublishedBasis: r.text("published_basis"),
			LeadInspector: r.text("lead_inspector"), ReportAddress: r.address("report_address"),
			Document: inspection.DocumentHeld, Confidence: inspection.ByLetter,
		}
		r.needed("fieldwork_start")
		in.ID = fmt.Sprintf("%s-%s-%s", authority, in.Kind, in.FieldworkStart.ISO())
		framework, ok := s.record.Catalogue.FrameworkFor(in.Kind, in.FieldworkStart)
		if !ok {
			r.wrong("kind", "no framework has %q for fieldwork that began on %s", in.Kind, in.FieldworkStart)
			continue
		}
		in.Framework = framework.Code
		r.checkDates(in)
		body := authority
		if framework.Joint() {
			body = s.partnershipOf(authority)
		}
		in.Bodies = []inspection.InspectionBody{{InspectionID: in.ID, BodyID: body, Confirmed: true, Position: 1}}
		for _, column := range gradeColumns {
			if grade := r.text(column); grade != "" {
				r.addJudgement(in, column, column, grade, inspection.ByLetter)
			}
		}
		sortJudgements(in, framework)
		r.citeEngland(in)
		out = append(out, englandRow{spot: r.spot, authority: authority, inspection: in})
	}
	return out
}

// citeEngland records what the row rests on: the report itself, save for a publication day taken from a list.
func (r row) citeEngland(in *inspection.Inspection) {
	citation := inspection.Citation{
		ID: in.ID + "/source-1", RecordKind: inspection.OfInspection, RecordID: in.ID, SourceID: r.source("", englandSource),
		Supports: "Dates, grades and who led the inspection", Confidence: inspection.ByLetter, Position: 1,
	}
	switch in.PublishedBasis {
	case "printed":
	case "listing":
		citation.Confidence = inspection.ByListing
		in.Facts = append(in.Facts, inspection.Fact{
			RecordKind: inspection.OfInspection, RecordID: in.ID, Field: "published", Confidence: inspection.ByListing,
		})
	case "":
		if in.Published.Known() {
			r.wrong("published_basis", "is empty")
		}
	default:
		r.wrong("published_basis", "%q is not one of printed, listing", in.PublishedBasis)
	}
	in.Citations = append(in.Citations, citation)
}

// partnershipOf returns the partnership listed on an authority, deriving one if partnerships.csv names none.
func (s *seedReader) partnershipOf(authority string) string {
	for _, b := range s.record.Bodies {
		if b.Kind == inspection.Partnership && b.ListedOn == authority {
			return b.ID
		}
	}
	body := inspection.PartnershipOf(s.bodies[authority])
	s.bodies[body.ID] = body
	s.record.Bodies = append(s.record.Bodies, body)
	return body.ID
}

// checkDates reports dates that cannot follow one another.
func (s spot) checkDates(in *inspection.Inspection) {
	s.inOrder("fieldwork_start", in.FieldworkStart, "fieldwork_end", in.FieldworkEnd)
	s.inOrder("fieldwork_start", in.FieldworkStart, "published", in.Published)
	s.inOrder("fieldwork_end", in.FieldworkEnd, "published", in.Published)
}

// addJudgement adds a grade to an inspection whose framework is known, if that framework has it.
func (s spot) addJudgement(in *inspection.Inspection, field, strand, grade string, confidence inspection.Confidence) {
	framework, _ := s.seed.record.Catalogue.Framework(in.Framework)
	if _, ok := framework.Strand(strand); !ok {
		s.wrong(field, "framework %s has no judgement %q", framework.Code, strand)
		return
	}
	_, ok := s.seed.record.Catalogue.Grade(framework.Code, strand, grade)
	if !ok && grade != "" && grade != inspection.NotJudged {
		s.wrong(field, "%q is not a grade of %s under %s", grade, strand, framework.Code)
		return
	}
	if _, ok := in.Judgement(strand); ok {
		s.wrong(field, "judgement %s is given twice", strand)
		return
	}
	in.Judgements = append(in.Judgements, inspection.Judgement{
		InspectionID: in.ID, Strand: strand, Grade: grade, Confidence: confidence,
	})
}

// sortJudgements puts judgements in their framework's order.
func sortJudgements(in *inspection.Inspection, framework inspection.Framework) {
	place := func(strand string) int {
		return slices.IndexFunc(framework.Strands, func(s inspection.Strand) bool { return s.Code == strand })
	}
	slices.SortFunc(in.Judgements, func(a, b inspection.Judgement) int { return cmp.Compare(place(a.Strand), place(b.Strand)) })
	for i := range in.Judgements {
		in.Judgements[i].Position = i + 1
	}
}

// merge adds the inspections of all authorities to those of the story. The same council, kind and start are one
// inspection: the story's words stay, the row adds its source and what the story left out, and they must not differ.
func (s *seedReader) merge(england []englandRow) {
	told := map[string]*inspection.Inspection{}
	for _, in := range s.record.Inspections {
		for _, b := range in.Bodies {
			council := b.BodyID
			if listed := s.bodies[council].ListedOn; listed != "" {
				council = listed
			}
			told[sameKey(council, in)] = in
		}
	}
	for _, r := range england {
		key := sameKey(r.authority, r.inspection)
		if in, ok := told[key]; ok {
			r.mergeInto(in)
			continue
		}
		told[key] = r.inspection
		s.addInspection(r.spot, r.inspection)
	}
}

func sameKey(council string, in *inspection.Inspection) string {
	return council + " " + in.Kind + " " + in.FieldworkStart.ISO()
}

func (r englandRow) mergeInto(in *inspection.Inspection) {
	if slices.ContainsFunc(in.Citations, func(c inspection.Citation) bool { return c.SourceID == englandSource }) {
		r.wrong("", "the same council, kind and start stand twice in this file")
		return
	}
	row := r.inspection
	mergeDate := func(field string, told *inspection.Date, listed inspection.Date) {
		switch {
		case !told.Known():
			*told = listed
		case listed.Known() && told.ISO() != listed.ISO():
			r.wrong(field, "says %s, but %s says %s", listed, in.ID, *told)
		}
	}
	mergeText := func(field string, told *string, listed string) {
		switch {
		case *told == "":
			*told = listed
		case listed != "" && *told != listed:
			r.wrong(field, "says %s, but %s says %s", listed, in.ID, *told)
		}
	}
	mergeDate("fieldwork_end", &in.FieldworkEnd, row.FieldworkEnd)
	mergeDate("published", &in.Published, row.Published)
	mergeText("published_basis", &in.PublishedBasis, row.PublishedBasis)
	mergeText("report_address", &in.ReportAddress, row.ReportAddress)
	mergeText("lead_inspector", &in.LeadInspector, row.LeadInspector)
	for _, judgement := range row.Judgements {
		i := slices.IndexFunc(in.Judgements, func(j inspection.Judgement) bool { return j.Strand == judgement.Strand })
		if i < 0 {
			r.addJudgement(in, judgement.Strand, judgement.Strand, judgement.Grade, judgement.Confidence)
			continue
		}
		mergeText(judgement.Strand, &in.Judgements[i].Grade, judgement.Grade)
	}
	framework, _ := r.seed.record.Catalogue.Framework(in.Framework)
	sortJudgements(in, framework)
	citation := row.Citations[0]
	citation.RecordID, citation.Position = in.ID, len(in.Citations)+1
	citation.ID = fmt.Sprintf("%s/source-%d", in.ID, citation.Position)
	in.Citations = append(in.Citations, citation)
}

func (s *seedReader) addInspection(at spot, in *inspection.Inspection) {
	if _, ok := s.inspections[in.ID]; ok {
		at.wrong("", "another inspection has the id %s", in.ID)
	}
	s.inspections[in.ID] = in
	s.record.Inspections = append(s.record.Inspections, in)
}
