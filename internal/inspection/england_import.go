package inspection

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// EnglandList is a list of inspections in England as it was read from a file.
type EnglandList struct {
	FileName string
	Rows     []EnglandRow
	Headings map[string]string // what the file calls a column, where that is not its usual name
	Unknown  []string          // headings of the columns of which nothing is taken
}

// EnglandRow is one row of such a list.
type EnglandRow struct {
	Line           int    // in the file, counted from 1
	Authority      string // its slug, number at Ofsted, local authority code or any of its names
	URN            string // its number at Ofsted, where a column of its own says it
	Kind           string
	FieldworkStart Date
	FieldworkEnd   Date
	Published      Date
	PublishedBasis string // "printed" in the document, or on a "listing"; empty where the list does not say
	ReportAddress  string
	LeadInspector  string
	Grades         []EnglandGrade
	Wrong          []EnglandRefusal // cells that could not be read
}

// EnglandGrade is a grade as a row gives it: by its code or its name.
type EnglandGrade struct{ Judgement, Grade string }

// EnglandRefusal is a reason why a row is not taken.
type EnglandRefusal struct {
	Line   int
	Column string // its heading; empty where the reason is about no one column
	Words  string // a sentence without a full stop
}

// EnglandLoad is a list to be brought in, and what is said of it as a whole.
type EnglandLoad struct {
	List       EnglandList
	Source     Source     // title, publisher, address and the day on which the list was read
	Confidence Confidence // how well the list knows what it says
	Complete   bool       // whether it holds every full inspection with grades that was published up to the day on which it was read
}

// Check trims what is said of a list as a whole and reports what is wrong with it.
func (l *EnglandLoad) Check(today Date) Problems {
	c := &checks{}
	c.text("source_title", &l.Source.Title, "what the list is called, such as “Ofsted’s list of reports”", mostName)
	c.perhapsText("source_publisher", &l.Source.Publisher, mostName)
	c.perhapsAddress("source_address", &l.Source.Address, "the page on which the list stands")
	l.Source.Publisher = cmp.Or(l.Source.Publisher, "publisher not named")
	if !l.Confidence.Known() {
		c.wrong("confidence", "Choose how well the list knows what it says")
	}
	switch read := l.Source.ReadOn; {
	case read.Known() && !read.Exact():
		c.wrong("read_on", "Enter the day on which the list was read as a day, month and year, like 7 July 2026")
	case read.After(today):
		c.wrong("read_on", "Enter a day that is not in the future: today is %s", today.Words())
	case l.Complete && !read.Known():
		c.wrong("read_on", "Enter the day on which the list was read: only up to a day can it hold every report")
	}
	if len(c.problems) == 0 {
		sum := sha256.Sum256([]byte(l.Source.Title + "\n" + l.Source.Publisher))
		l.Source.ID, l.Source.Kind = "england-list-"+hex.EncodeToString(sum[:5]), listKind[l.Confidence]
	}
	return c.problems
}

// listKind is the kind of source that a list is by how well it knows what it says.
var listKind = map[Confidence]string{
	ByLetter: "compiled", ByOfficialPage: "official_page", ByListing: "third_party_listing", ByNews: "news",
	BySingleWeak: "compiled", ByInference: "compiled",
}

// EnglandEffect is what a row, or one of its cells, does to the record.
type EnglandEffect string

// The effects, in the order in which pages show them.
const (
	EnglandAdded    EnglandEffect = "added"    // the record has no such inspection
	EnglandFilled   EnglandEffect = "filled"   // it says what the record did not hold
	EnglandChanged  EnglandEffect = "changed"  // it says something else than the record, and is surer
	EnglandConflict EnglandEffect = "conflict" // it says something else and is not surer: what is held stays
	EnglandSame     EnglandEffect = "same"
)

// EnglandEffects lists them.
func EnglandEffects() []EnglandEffect {
	return []EnglandEffect{EnglandAdded, EnglandFilled, EnglandChanged, EnglandConflict, EnglandSame}
}

// EnglandOutcome says what a row does.
type EnglandOutcome struct {
	Line         int
	Effect       EnglandEffect // of its cells the one that most needs to be looked at
	Authority    string        // its name
	InspectionID string
	Title        string         // of the inspection, without the authority's name
	Says         string         // of an inspection that is added: what the list says of it
	Fields       []EnglandField // those that do anything; none of an inspection that is added
}

// EnglandChange is one inspection before and after a list is brought in. Before is nil where it is added.
type EnglandChange struct {
	Before, After *Inspection
	Noted         bool // whether nothing of it is filled or changed, and both sides of a conflict are noted with it
}

// CompletenessMove is a line that says how far a list is complete, before and after. Before is nil where there was none.
type CompletenessMove struct {
	Before *Completeness
	After  Completeness
}

// EnglandPlan is what bringing in a list does, row by row, or would do.
type EnglandPlan struct {
	Outcomes     []EnglandOutcome
	Refused      []EnglandRefusal
	RefusedRows  int
	Completeness []CompletenessMove
	Withheld     bool     // whether how far the record is complete stays although the list is said to be whole, because rows are refused
	Lacks        []string // full inspections on the record that a list which is said to be whole does not have; then it stays too
	Source       Source   // of what the list says
	SourceHeld   *Source  // the same as the record holds it; nil where it is new
	Bodies       []Body   // partnerships that the register has not had
	Changes      []EnglandChange
	Stored       bool // whether it is on the record
}

// Count returns how many rows have an effect.
func (p *EnglandPlan) Count(effect EnglandEffect) int {
	n := 0
	for _, o := range p.Outcomes {
		if o.Effect == effect {
			n++
		}
	}
	return n
}

// Nothing reports whether the record stays as it is.
func (p *EnglandPlan) Nothing() bool {
	return len(p.Changes) == 0 && len(p.Completeness) == 0 && (p.SourceHeld == nil || *p.SourceHeld == p.Source)
}

// Mark is a short text that is another for every other plan, so that nobody writes a plan that they have not seen.
func (p *EnglandPlan) Mark() (string, error) {
	data, err := json.Marshal([]any{p.Outcomes, p.Refused, p.Completeness, p.Source, p.SourceHeld, len(p.Changes), p.Lacks})
	if err != nil {
		return "", fmt.Errorf("write down what a list would do: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), nil
}

// Surer reports whether a confidence is better than another. A confidence that nobody named is the least.
func (c Confidence) Surer(other Confidence) bool { return c.place() < other.place() }

func (c Confidence) place() int {
	if i := slices.Index(confidences, c); i >= 0 {
		return i
	}
	return len(confidences)
}

// EnglandHeld is what a list is held against.
type EnglandHeld struct {
	Record *Record         // every body, source and line of completeness, and the inspections of the authorities that the list names
	Taken  map[string]bool // IDs that no new inspection may have
	Full   []*Inspection   // every full inspection; needed only for a list that is said to be whole
	Today  Date
}

// PlanEngland works out what a list does to the record, row by row and cell by cell, and changes nothing. A value that is
// held gives way only to a surer one. The load must have passed its Check.
func PlanEngland(held EnglandHeld, load EnglandLoad) EnglandPlan {
	p := &englandPlanner{
		held: held, load: load, finder: newAuthorityFinder(held.Record), seen: map[string]int{}, doubted: map[string]int{}, changed: map[string]int{},
		byBody: map[string][]*Inspection{}, partnerships: map[string]Body{}, kinds: held.Record.Catalogue.Kinds(),
	}
	for _, b := range held.Record.Bodies {
		if _, known := p.partnerships[b.ListedOn]; b.Kind == Partnership && !known {
			p.partnerships[b.ListedOn] = b
		}
	}
	for _, in := range held.Record.Inspections {
		for _, b := range in.Bodies {
			p.byBody[b.BodyID] = append(p.byBody[b.BodyID], in)
		}
	}
	p.plan.Source = load.Source
	if source, ok := held.Record.Source(load.Source.ID); ok {
		p.plan.SourceHeld = &source
		p.plan.Source = source
		if load.Source.ReadOn.After(source.ReadOn) {
			p.plan.Source.ReadOn = load.Source.ReadOn
		}
		p.plan.Source.Address = cmp.Or(load.Source.Address, source.Address)
	}
	for _, row := range load.List.Rows {
		p.row(row)
	}
	p.moveCompleteness()
	return p.plan
}

type englandPlanner struct {
	held         EnglandHeld
	load         EnglandLoad
	finder       *authorityFinder
	plan         EnglandPlan
	byBody       map[string][]*Inspection
	partnerships map[string]Body // by the authority on which they are listed
	seen         map[string]int  // lines of the file, by the ID of the inspection that they surely are about
	doubted      map[string]int  // those that perhaps are
	changed      map[string]int  // places among the changes, by the ID of the inspection
	kinds        []Kind
	wrong        []EnglandRefusal
}

// refuse notes what is wrong with a row. Of one cell the first reason is enough.
func (p *englandPlanner) refuse(row EnglandRow, column, format string, args ...any) {
	heading := cmp.Or(p.load.List.Headings[column], column)
	for _, w := range p.wrong {
		if w.Column == heading {
			return
		}
	}
	p.wrong = append(p.wrong, EnglandRefusal{Line: row.Line, Column: heading, Words: fmt.Sprintf(format, args...)})
}

func (p *englandPlanner) row(row EnglandRow) {
	p.wrong = slices.Clone(row.Wrong)
	in, authority := p.read(row)
	var outcome EnglandOutcome
	var change *EnglandChange
	if len(p.wrong) == 0 {
		outcome, change = p.place(row, in, authority)
	}
	if len(p.wrong) > 0 {
		p.plan.Refused = append(p.plan.Refused, p.wrong...)
		p.plan.RefusedRows++
		return
	}
	p.plan.Outcomes = append(p.plan.Outcomes, outcome)
	if change == nil {
		return
	}
	if i, known := p.changed[change.After.ID]; known {
		p.plan.Changes[i].After, p.plan.Changes[i].Noted = change.After, p.plan.Changes[i].Noted && change.Noted
		return
	}
	p.changed[change.After.ID] = len(p.plan.Changes)
	p.plan.Changes = append(p.plan.Changes, *change)
}

// read makes an inspection of a row. What is wrong with the row it notes.
func (p *englandPlanner) read(row EnglandRow) (*Inspection, Body) {
	catalogue, confidence := p.held.Record.Catalogue, p.load.Confidence
	authority, words := p.finder.find(row)
	if words != "" {
		p.refuse(row, "authority", "%s", words)
	}
	kind, known := p.kind(row.Kind)
	in := &Inspection{
		Kind: kind.Code, FieldworkStart: row.FieldworkStart, FieldworkEnd: row.FieldworkEnd, Published: row.Published,
		ReportAddress: row.ReportAddress, LeadInspector: row.LeadInspector, Document: DocumentPublished, Confidence: confidence,
	}
	if confidence == ByLetter {
		in.Document = DocumentHeld
	}
	p.checkDays(row, authority)
	framework, ok := catalogue.FrameworkFor(kind.Code, row.FieldworkStart)
	switch {
	case row.Kind == "":
		p.refuse(row, "kind", "Say which kind of inspection it was: the page “Record of England” lists the kinds")
	case !known:
		p.refuse(row, "kind", "“%s” is no kind of inspection here%s", shortText(row.Kind), p.kindsLike(row.Kind))
	case !ok && row.FieldworkStart.Exact():
		p.refuse(row, "kind", "No inspection rules had this kind of inspection when fieldwork began, on %s", row.FieldworkStart.Words())
	case ok:
		in.Framework = framework.Code
		p.readGrades(row, in, framework)
	}
	in.ID = fmt.Sprintf("%s-%s-%s", authority.ID, in.Kind, in.FieldworkStart.ISO())
	return in, authority
}

// checkDays reports days that cannot be.
func (p *englandPlanner) checkDays(row EnglandRow, authority Body) {
	start, end, published, today := row.FieldworkStart, row.FieldworkEnd, row.Published, p.held.Today
	read := p.load.Source.ReadOn
	switch {
	case !start.Exact():
		p.refuse(row, "fieldwork_start", "Give the day on which fieldwork began, like 2026-05-11")
		return
	case start.After(today):
		p.refuse(row, "fieldwork_start", "%s is still to come", start.Words())
	case end.Known() && start.After(end.Last()):
		p.refuse(row, "fieldwork_end", "%s is before fieldwork began, on %s", end.Words(), start.Words())
	case published.Known() && max(dayNumber(start), dayNumber(end.First())) > dayNumber(published.Last()):
		p.refuse(row, "published", "%s is before fieldwork ended, on %s", published.Words(), cmp.Or(end, start).Words())
	case published.After(today):
		p.refuse(row, "published", "%s is still to come: nothing stands here before it is published", published.Words())
	case read.Known() && published.After(read):
		p.refuse(row, "published", "%s is after the day on which the list was read, %s", published.Words(), read.Words())
	}
	switch {
	case authority.ID == "":
	case !authority.BegunBy(start):
		p.refuse(row, "authority", "%s began on %s, after this inspection%s", authority.Name, authority.Created.Words(), p.earlier(authority, start))
	case authority.EndedBy(start):
		p.refuse(row, "authority", "%s ended on %s, before this inspection%s", authority.Name, authority.Ended.Words(), p.later(authority))
	}
}

// earlier names the councils that an inspection before an authority's first day may have been of.
func (p *englandPlanner) earlier(authority Body, day Date) string {
	var names []string
	for _, b := range p.held.Record.EarlierCouncils(authority) {
		if b.ExistedOn(day) {
			names = append(names, b.Name)
		}
	}
	if len(names) == 0 {
		return ". It was another council’s, and that council is not on this record"
	}
	return ": name the earlier council, " + JoinWords(names, "or")
}

func (p *englandPlanner) later(authority Body) string {
	var names []string
	for _, b := range p.held.Record.Successors(authority.ID) {
		names = append(names, b.Name)
	}
	if len(names) == 0 {
		return ". It was another council’s, and that council is not on this record"
	}
	return ": name the council that followed it, " + JoinWords(names, "or")
}

// readGrades gives an inspection the grades of its row, each if its inspection rules have it.
func (p *englandPlanner) readGrades(row EnglandRow, in *Inspection, framework Framework) {
	for _, given := range row.Grades {
		strand, ok := framework.Strand(given.Judgement)
		if !ok {
			p.refuse(row, given.Judgement, "%s gave no such judgement: leave the cell empty", sentenceCase(framework.PlainName))
			continue
		}
		scale, _ := p.held.Record.Catalogue.Scale(strand.Scale)
		code := gradeCode(scale, given.Grade)
		if code == "" {
			p.refuse(row, given.Judgement, "“%s” is not one of its grades: write %s", shortText(given.Grade), JoinWords(gradeNames(scale), "or"))
			continue
		}
		in.Judgements = append(in.Judgements, Judgement{Strand: given.Judgement, Grade: code, Confidence: p.load.Confidence})
	}
	orderJudgements(in, framework)
}

// gradeCode returns the code of a grade that is given by its code or its name; "" where the scale has none.
func gradeCode(scale Scale, text string) string {
	text = strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " ")
	for _, g := range scale.Grades {
		if text == strings.ReplaceAll(g.Code, "_", " ") || text == strings.ToLower(g.Name) {
			return g.Code
		}
	}
	if text == strings.ReplaceAll(NotJudged, "_", " ") {
		return NotJudged
	}
	return ""
}

func gradeNames(scale Scale) []string {
	var names []string
	for _, g := range scale.Grades {
		names = append(names, g.Code)
	}
	return append(names, NotJudged)
}

// orderJudgements puts judgements in their framework's order.
func orderJudgements(in *Inspection, framework Framework) {
	place := func(j Judgement) int {
		return slices.IndexFunc(framework.Strands, func(s Strand) bool { return s.Code == j.Strand })
	}
	slices.SortStableFunc(in.Judgements, func(a, b Judgement) int { return cmp.Compare(place(a), place(b)) })
	for i := range in.Judgements {
		in.Judgements[i].Position = i + 1
	}
}

// place finds the inspection that a row is about and says what the row does to it.
func (p *englandPlanner) place(row EnglandRow, in *Inspection, authority Body) (EnglandOutcome, *EnglandChange) {
	kind, _ := p.held.Record.Catalogue.Kind(in.Kind)
	outcome := EnglandOutcome{Line: row.Line, Authority: authority.Name, Title: kind.Name + ", " + in.FieldworkStart.MonthWords()}
	framework, _ := p.held.Record.Catalogue.Framework(in.Framework)
	body := authority
	if framework.Joint() {
		body = p.partnershipOf(authority)
	}
	held, sure := p.find(in, body)
	if held == nil {
		return p.add(row, outcome, in, body, framework)
	}
	if line, twice := p.seen[held.ID]; twice {
		p.refuse(row, "", "This seems to be the inspection of line %d again: leave one of the two out", line)
		return outcome, nil
	}
	if line, twice := p.doubted[held.ID]; twice && !sure { // a list can say one thing of an inspection
		p.refuse(row, "", "This may be the same inspection as that of line %d, and as one that is held: leave one of the two out", line)
		return outcome, nil
	}
	before, so := held, held // as it is held, and as an earlier row leaves it
	if i, known := p.changed[held.ID]; known {
		so = p.plan.Changes[i].After
	}
	m := &englandMerge{in: so.clone(), load: p.load, source: p.plan.Source.ID, catalogue: p.held.Record.Catalogue}
	if sure {
		m.compare(row, in)
		p.seen[held.ID] = row.Line
	} else {
		m.doubt(in, body)
		p.doubted[held.ID] = row.Line
	}
	if words := m.disorder(); words != "" {
		p.refuse(row, "", "%s", words)
		return outcome, nil
	}
	outcome.InspectionID, outcome.Fields, outcome.Effect = held.ID, m.fields, m.effect()
	if !m.changed {
		return outcome, nil
	}
	return outcome, &EnglandChange{before, m.finish(), len(m.took) == 0}
}

// find returns the inspection on the record that a row is about, and whether it surely is: of one that began on another day
// of the month, or was of a neighbouring kind, an officer has to say.
func (p *englandPlanner) find(in *Inspection, body Body) (held *Inspection, sure bool) {
	for _, one := range p.byBody[body.ID] {
		same := one.Kind == in.Kind && one.FieldworkStart.ISO() == in.FieldworkStart.ISO()
		switch {
		case same && one.Of(body.ID) && one.Framework == in.Framework:
			return one, true
		case held == nil && p.perhapsSame(one, in):
			held = one
		}
	}
	return held, false
}

// perhapsSame reports whether two inspections of one body began in the same month and are of one kind, or of two kinds that
// give the same grades.
func (p *englandPlanner) perhapsSame(held, in *Inspection) bool {
	visited := held.Visited()
	month := visited.Precision() >= ToMonth && visited.Year() == in.FieldworkStart.Year() && visited.Month() == in.FieldworkStart.Month()
	alike := p.held.Record.Graded(held) && p.held.Record.Graded(in) && p.held.Record.Family(held) == p.held.Record.Family(in)
	return month && (held.Kind == in.Kind || alike)
}

// partnershipOf returns the partnership of an authority's area. One that the register has not had is kept with the first
// inspection that is added of it.
func (p *englandPlanner) partnershipOf(authority Body) Body {
	if known, ok := p.partnerships[authority.ID]; ok {
		return known
	}
	return PartnershipOf(authority)
}

// add plans an inspection that the record does not have.
func (p *englandPlanner) add(row EnglandRow, outcome EnglandOutcome, in *Inspection, body Body, framework Framework) (EnglandOutcome, *EnglandChange) {
	kind, _ := p.held.Record.Catalogue.Kind(in.Kind)
	switch {
	case !in.Published.Known():
		p.refuse(row, "published", "Give the day of publication: what is not published does not stand here")
		return outcome, nil
	case kind.Full && len(in.Judgements) == 0:
		p.refuse(row, "", "Give the grades of this full inspection: without them it would look as if none had been given")
		return outcome, nil
	}
	base := in.ID
	for n := 2; p.held.Taken[in.ID]; n++ {
		in.ID = fmt.Sprintf("%s-%d", base, n)
	}
	in.Bodies = []InspectionBody{{InspectionID: in.ID, BodyID: body.ID, Confirmed: true, Position: 1}}
	if _, known := p.partnerships[body.ListedOn]; body.Kind == Partnership && !known {
		p.partnerships[body.ListedOn] = body
		p.plan.Bodies = append(p.plan.Bodies, body)
	}
	for i := range in.Judgements {
		in.Judgements[i].InspectionID = in.ID
	}
	m := &englandMerge{in: in, load: p.load, source: p.plan.Source.ID, catalogue: p.held.Record.Catalogue}
	basis, by := m.basis(row)
	in.PublishedBasis = basis
	m.know("published", by)
	(&Publication{Inspection: in}).setProvider(p.held.Record)
	m.cite("Dates, grades and who led the inspection")
	p.seen[in.ID], p.byBody[body.ID] = row.Line, append(p.byBody[body.ID], in)
	outcome.InspectionID, outcome.Effect, outcome.Says = in.ID, EnglandAdded, m.summary()
	return outcome, &EnglandChange{After: in}
}

// moveCompleteness moves the lines that say how far the lists of full inspections are complete, never backwards and not
// where a row of the list was refused, for then the record has not all that the list has, nor where the list lacks what is
// held.
func (p *englandPlanner) moveCompleteness() {
	read := p.load.Source.ReadOn
	if !p.load.Complete {
		return
	}
	p.plan.Withheld, p.plan.Lacks = p.plan.RefusedRows > 0, p.lacking(read)
	if p.plan.Withheld || len(p.plan.Lacks) > 0 {
		return
	}
	full, unsaid := map[string]bool{}, map[string]bool{}
	for _, k := range p.held.Record.Catalogue.Kinds() {
		if k.Full && k.Record != "" {
			full[k.Record], unsaid[k.Record] = true, true
		}
	}
	move := func(before *Completeness, body, record string) {
		p.plan.Completeness = append(p.plan.Completeness, CompletenessMove{before, Completeness{
			BodyID: body, Record: record, To: read, SourceID: p.plan.Source.ID,
			Note: "All full inspections with grades that the list had on that day.",
		}})
	}
	for _, line := range p.held.Record.Completeness {
		body, known := p.finder.byID[line.BodyID]
		if line.BodyID == EveryAuthority {
			delete(unsaid, line.Record)
		} else if !known || body.Kind != Authority || body.EndedBy(read) {
			continue
		}
		if full[line.Record] && read.After(line.To) {
			move(&line, line.BodyID, line.Record)
		}
	}
	for _, record := range slices.Sorted(maps.Keys(unsaid)) {
		move(nil, EveryAuthority, record)
	}
}
