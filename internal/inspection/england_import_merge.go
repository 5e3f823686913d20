package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// EnglandField is what one cell of a row does to an inspection that is held.
type EnglandField struct {
	Field  string // as in Fact and Disagreement: "published"; "grades" for a grade
	Name   string // as pages say it: "Day of publication", "Leaders"
	Effect EnglandEffect
	Held   string // in words; empty where nothing was held
	Says   string
	HeldBy Confidence
	SaysBy Confidence
}

// WhoIsRight says which of two values stands, and why.
func (f EnglandField) WhoIsRight() string {
	switch {
	case f.Effect == EnglandFilled && f.Held == "":
		return "Nothing was held here."
	case f.Effect == EnglandFilled:
		return "The list is more exact."
	case f.Effect == EnglandChanged:
		return fmt.Sprintf("The list is surer: it is %s, what was held is %s.", f.SaysBy.Words(), f.HeldBy.Words())
	case f.SaysBy == f.HeldBy:
		return fmt.Sprintf("Both are %s, so what is held stays. An officer has to look at the letter.", f.HeldBy.Words())
	case f.SaysBy.Surer(f.HeldBy):
		return "The list is surer, but this may be another inspection. What is held stays until an officer has looked at the letter."
	}
	return fmt.Sprintf("What is held is surer, and stays: it is %s, the list is %s.", f.HeldBy.Words(), f.SaysBy.Words())
}

// Words says on one line what the cell does and which value stands.
func (f EnglandField) Words() string {
	if f.Effect == EnglandFilled && f.Held == "" {
		return fmt.Sprintf("%s: the list says %s. %s", f.Name, f.Says, f.WhoIsRight())
	}
	return fmt.Sprintf("%s: held is %s, the list says %s. %s", f.Name, cmp.Or(f.Held, "nothing"), f.Says, f.WhoIsRight())
}

// englandMerge lets a row say of one inspection what it knows.
type englandMerge struct {
	in        *Inspection
	load      EnglandLoad
	source    string // ID of the list
	catalogue *Catalogue
	fields    []EnglandField
	changed   bool // whether anything is written, be it a note of a conflict
	took      []string
}

// relation is how what a row says lies to what is held.
type relation int

const (
	addsNothing relation = iota // that is not held
	addsMissing                 // what is not held, or held less exactly
	differs
)

// contradicted makes of anything that is said something else than what is held.
func (r relation) contradicted() relation {
	if r == addsNothing {
		return r
	}
	return differs
}

func (m *englandMerge) compare(row EnglandRow, says *Inspection) {
	in, unpublished := m.in, m.in.Document == DocumentNotPublished
	m.cell("fieldwork_end", "End of fieldwork", relate(in.FieldworkEnd, says.FieldworkEnd), dateWords(in.FieldworkEnd), says.FieldworkEnd.Words(),
		in.FieldConfidence("fieldwork_end"), m.load.Confidence, func() { in.FieldworkEnd = says.FieldworkEnd; m.know("fieldwork_end", m.load.Confidence) })
	basis, by := m.basis(row)
	published, address := relate(in.Published, says.Published), relateTexts(in.ReportAddress, says.ReportAddress)
	held, heldAddress := dateWords(in.Published), in.ReportAddress
	if unpublished {
		held, heldAddress = AbsentNotPublished.Words(), AbsentNotPublished.Words()
		published, address = published.contradicted(), address.contradicted()
	}
	m.cell("published", "Day of publication", published, held, says.Published.Words(), in.FieldConfidence("published"), by, func() {
		in.Published, in.PublishedBasis = says.Published, basis
		m.know("published", by)
		m.publish()
	})
	m.cell("report_address", "Address of the report", address, heldAddress, says.ReportAddress, in.FieldConfidence("report_address"), m.load.Confidence, func() {
		in.ReportAddress = says.ReportAddress
		m.know("report_address", m.load.Confidence)
		m.publish()
	})
	m.cell("lead_inspector", "Lead inspector", relateTexts(in.LeadInspector, says.LeadInspector), in.LeadInspector, says.LeadInspector,
		in.FieldConfidence("lead_inspector"), m.load.Confidence, func() { in.LeadInspector = says.LeadInspector; m.know("lead_inspector", m.load.Confidence) })
	for _, j := range says.Judgements {
		m.grade(j)
	}
}

// publish lets a document that was not known to be published be so.
func (m *englandMerge) publish() {
	if m.in.Document == DocumentNotFound || m.in.Document == DocumentNotPublished {
		m.in.Document = DocumentPublished
	}
}

func (m *englandMerge) grade(says Judgement) {
	in := m.in
	held, given := in.Judgement(says.Strand)
	lies := differs
	switch {
	case held.Grade == says.Grade:
		lies = addsNothing
	case held.Grade == "":
		lies = addsMissing
	}
	framework, _ := m.catalogue.Framework(in.Framework)
	strand, _ := framework.Strand(says.Strand)
	by := cmp.Or(held.Confidence, in.FieldConfidence("judgements"))
	m.cell("grades", strand.Short, lies, m.gradeWords(held), m.gradeWords(says), by, says.Confidence, func() {
		says.InspectionID = in.ID
		if given {
			i := slices.IndexFunc(in.Judgements, func(j Judgement) bool { return j.Strand == says.Strand })
			in.Judgements[i] = says
		} else {
			in.Judgements = append(in.Judgements, says)
		}
		orderJudgements(in, framework)
	})
}

func (m *englandMerge) gradeWords(j Judgement) string {
	if j.Grade == NotJudged {
		return "Not judged"
	}
	grade, _ := m.catalogue.Grade(m.in.Framework, j.Strand, j.Grade)
	return grade.Name
}

// summary says what a list says of an inspection that is new.
func (m *englandMerge) summary() string {
	parts := []string{"Published " + m.in.Published.Words()}
	framework, _ := m.catalogue.Framework(m.in.Framework)
	for _, j := range m.in.Judgements {
		strand, _ := framework.Strand(j.Strand)
		parts = append(parts, strand.Short+": "+m.gradeWords(j))
	}
	return strings.Join(parts, "; ")
}

// doubt notes that a row may be about this inspection, with another first day, kind or body.
func (m *englandMerge) doubt(says *Inspection, body Body) {
	in := m.in
	cell := func(field, name, held, said string) {
		if held != said {
			m.conflict(EnglandField{Field: field, Name: name, Effect: EnglandConflict, Held: held, Says: said,
				HeldBy: in.FieldConfidence(field), SaysBy: m.load.Confidence})
		}
	}
	cell("fieldwork_start", "Start of fieldwork", in.FieldworkStart.Words(), says.FieldworkStart.Words())
	heldKind, _ := m.catalogue.Kind(in.Kind)
	kind, _ := m.catalogue.Kind(says.Kind)
	cell("kind", "Kind of inspection", heldKind.Name, kind.Name)
	if !in.Of(body.ID) {
		cell("body", "Whose it was", "Not confirmed", body.Name)
	}
	if len(m.fields) == 0 {
		cell("framework", "Inspection rules", in.Framework, says.Framework)
	}
}

// basis says what a day of publication rests on, and how well it is then known.
func (m *englandMerge) basis(row EnglandRow) (string, Confidence) {
	by := m.load.Confidence
	switch {
	case row.PublishedBasis == "printed":
		return "printed", by
	case row.PublishedBasis == "" && by == ByOfficialPage:
		return "official_page", by
	case by.Surer(ByListing):
		by = ByListing
	}
	return "listing", by
}

// cell takes over what one cell says, or notes why not.
func (m *englandMerge) cell(field, name string, lies relation, held, says string, heldBy, saysBy Confidence, take func()) {
	f := EnglandField{Field: field, Name: name, Held: held, Says: says, HeldBy: heldBy, SaysBy: saysBy}
	switch {
	case lies == addsNothing:
		return
	case lies == addsMissing:
		f.Effect = EnglandFilled
	case saysBy.Surer(heldBy):
		f.Effect = EnglandChanged
		m.settle(f)
	default:
		f.Effect = EnglandConflict
		m.conflict(f)
		return
	}
	take()
	m.fields, m.took, m.changed = append(m.fields, f), append(m.took, lowerFirst(name)), true
}

// know says of a field how well it is known, where that differs from the inspection's own confidence.
func (m *englandMerge) know(field string, by Confidence) {
	m.in.Facts = slices.DeleteFunc(m.in.Facts, func(f Fact) bool { return f.Field == field })
	if by != m.in.Confidence {
		m.in.setFact(field, by)
	}
	slices.SortFunc(m.in.Facts, func(a, b Fact) int { return cmp.Compare(a.Field, b.Field) })
}

// said is a value as a disagreement states it: that of a grade with its judgement.
func (f EnglandField) said(value string) string {
	if f.Field == "grades" {
		return f.Name + ": " + cmp.Or(value, "not given")
	}
	return cmp.Or(value, "not given")
}

// disagreement returns the place of the disagreement about the same field, and of the same judgement, -1 where there is none.
func (m *englandMerge) disagreement(f EnglandField) int {
	return slices.IndexFunc(m.in.Disagreements, func(d Disagreement) bool {
		return d.Field == f.Field && (f.Field != "grades" || strings.HasPrefix(d.Used, f.Name+": "))
	})
}

// conflict keeps both sides of a disagreement, each once however often the list is brought in.
func (m *englandMerge) conflict(f EnglandField) {
	m.fields = append(m.fields, f)
	i := m.disagreement(f)
	if i < 0 {
		i = len(m.in.Disagreements)
		id := nextPart(m.in.ID, "disagreement", m.in.Disagreements, func(d Disagreement) string { return d.ID })
		m.in.Disagreements = append(m.in.Disagreements, Disagreement{
			ID: id, RecordKind: OfInspection, RecordID: m.in.ID, Field: f.Field, Used: f.said(f.Held), Why: f.WhoIsRight(),
		})
		m.version(i, m.heldSource(f.HeldBy), f.said(f.Held))
	}
	m.version(i, m.source, f.said(f.Says))
	m.weigh(i, f)
}

// weigh says anew who is right in a disagreement once one of its sides is known better, or less well, than it was. What a person
// wrote about it stays, and so does what a surer list than this one gave cause to say.
func (m *englandMerge) weigh(at int, f EnglandField) {
	d := &m.in.Disagreements[at]
	earlier, worked := weighed(d.Why)
	third := slices.ContainsFunc(d.Versions, func(v Version) bool { return v.SourceID != m.source && v.Says != f.said(f.Held) })
	if why := f.WhoIsRight(); worked && why != d.Why && !(third && earlier.Surer(f.SaysBy)) {
		d.Used, d.Why, m.changed = f.said(f.Held), why, true
	}
}

// weighed returns how well the list knew what it said of which some words say who is right; false where a person wrote them.
func weighed(words string) (Confidence, bool) {
	for _, says := range confidences {
		if words == settledBy(says) {
			return "", true // what was held then gave way: nothing contradicts what is held now
		}
		for _, held := range append(slices.Clone(confidences), "") {
			f := EnglandField{Effect: EnglandConflict, HeldBy: held, SaysBy: says}
			if words == f.WhoIsRight() {
				return says, true
			}
		}
	}
	return "", false
}

// settledBy says why the value of a list is used where sources disagree.
func settledBy(by Confidence) string {
	return fmt.Sprintf("A list that is surer gives this: it is %s.", by.Words())
}

// settle lets a surer value decide where sources disagreed before. Every side is kept.
func (m *englandMerge) settle(f EnglandField) {
	if i := m.disagreement(f); i >= 0 {
		d := &m.in.Disagreements[i]
		d.Used, d.Why = f.said(f.Says), settledBy(f.SaysBy)
		m.version(i, m.source, f.said(f.Says))
	}
}

// version notes what a source says in a disagreement.
func (m *englandMerge) version(at int, source, says string) {
	d := &m.in.Disagreements[at]
	i := slices.IndexFunc(d.Versions, func(v Version) bool { return v.SourceID == source })
	switch {
	case source == "" || i >= 0 && d.Versions[i].Says == says:
		return
	case i < 0:
		i = len(d.Versions)
		d.Versions = append(d.Versions, Version{DisagreementID: d.ID, SourceID: source, Position: i + 1})
	}
	d.Versions[i].Says, m.changed = says, true
}

// heldSource returns the source on which what is held rests, as far as the record says which.
func (m *englandMerge) heldSource(by Confidence) string {
	if len(m.in.Citations) == 0 {
		return ""
	}
	i := slices.IndexFunc(m.in.Citations, func(c Citation) bool { return c.Confidence == by })
	return m.in.Citations[max(i, 0)].SourceID
}

// disorder says what is wrong with the days once they are put together.
func (m *englandMerge) disorder() string {
	if end, out := m.in.FieldworkEnd, m.in.Published; m.changed && end.Known() && out.Known() && end.First().After(out.Last()) {
		return fmt.Sprintf("With this the inspection would have come out on %s, before its fieldwork ended on %s", out.Words(), end.Words())
	}
	return ""
}

func (m *englandMerge) effect() EnglandEffect {
	for _, effect := range []EnglandEffect{EnglandConflict, EnglandChanged, EnglandFilled} {
		if slices.ContainsFunc(m.fields, func(f EnglandField) bool { return f.Effect == effect }) {
			return effect
		}
	}
	return EnglandSame
}

// finish cites the list for what was taken from it, takes away the gaps that it filled and returns the inspection.
func (m *englandMerge) finish() *Inspection {
	in := m.in
	if len(m.took) > 0 {
		m.cite(sentenceCase(ListWords(m.took)))
	}
	ungraded := slices.ContainsFunc(in.Judgements, func(j Judgement) bool { return j.Grade == "" })
	filled := map[string]bool{
		"published": in.Published.Known(), "lead_inspector": in.LeadInspector != "", "report_address": in.ReportAddress != "",
		"dates": in.FieldworkStart.Known() && in.FieldworkEnd.Known() && in.Published.Known(), "grades": len(in.Judgements) > 0 && !ungraded,
	}
	in.Gaps = slices.DeleteFunc(in.Gaps, func(g Gap) bool { return filled[g.Field] && len(m.took) > 0 })
	return in
}

// cite makes the list a source of the inspection, or adds to what it supports.
func (m *englandMerge) cite(supports string) {
	in := m.in
	i := slices.IndexFunc(in.Citations, func(c Citation) bool { return c.SourceID == m.source })
	if i >= 0 {
		in.Citations[i].Supports, in.Citations[i].Confidence = in.Citations[i].Supports+"; "+lowerFirst(supports), m.load.Confidence
		return
	}
	in.Citations = append(in.Citations, Citation{
		ID: nextPart(in.ID, "source", in.Citations, func(c Citation) string { return c.ID }), RecordKind: OfInspection, RecordID: in.ID,
		SourceID: m.source, Supports: supports, Confidence: m.load.Confidence, Position: len(in.Citations) + 1,
	})
}

// relate says how a date lies to the one that is held. A more exact one within it is what was missing.
func relate(held, says Date) relation {
	within := func(a, b Date) bool { return !a.First().Before(b.First()) && !a.Last().After(b.Last()) }
	switch {
	case !says.Known() || held.Known() && within(held, says):
		return addsNothing
	case !held.Known() || within(says, held):
		return addsMissing
	}
	return differs
}

// relateTexts compares texts without regard to capitals, spaces and a stroke at the end of an address.
func relateTexts(held, says string) relation {
	plain := func(text string) string {
		return strings.ToLower(strings.TrimRight(strings.Join(strings.Fields(text), " "), "/"))
	}
	switch {
	case says == "" || plain(held) == plain(says):
		return addsNothing
	case held == "":
		return addsMissing
	}
	return differs
}

func dateWords(d Date) string {
	if !d.Known() {
		return ""
	}
	return d.Words()
}
