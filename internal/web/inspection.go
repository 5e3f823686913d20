package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// inspectionShowPage is all that is known of one inspection or visit.
type inspectionShowPage struct {
	Page
	Caption       string // whose it was
	Heading       string
	Outcome       string
	Ended         string // that the council of this inspection ended
	Successors    []Link
	Topic         string
	Rules         string
	Inspectors    string
	Lead          string
	Whom          []whomView
	DeliveredBy   string
	Dates         []dateFact
	Document      string
	Report        *outsideLink
	Judgements    []judgementView
	NoneBefore    string // said once where no judgement has one before it; the column is then left out
	Before        *Link  // the inspection with which judgements are compared, or which is said not to be comparable
	NoOverall     string
	Scale         string
	AreasNote     string
	Ours          bool
	Areas         []recommendationView
	Clocks        []clockView
	DatesAddress  string // where officers record the dates
	History       string // the address of what was recorded of it and changed
	AreasAddress  string
	EarlierAreas  earlierAreasView
	Strengths     []findingView
	Concerns      []findingView
	Earlier       []findingView
	Responses     []responseView
	Around        string
	Milestones    []milestoneView
	Disagreements []disagreementView
	Gaps          []gapView
	NoReceipt     bool // whether the day on which the council received the letter is not recorded
	Sources       []citationView
	Evidence      []quotedValue
	Note          string
}

// quotedValue is a value of a published letter and the words that it was read from.
type quotedValue struct {
	Name      string
	Page      int
	Quote     string
	Corrected bool // an officer entered something else
}

// dateFact is one of an inspection's dates, with how well it is known where that is not well.
type dateFact struct{ Name, Words, Doubt string }

// outsideLink leads to another site, and says which.
type outsideLink struct{ Name, Address, Where string }

type judgementView struct {
	Name   string
	Sub    bool // a part of the judgement above it
	Look   string
	Grade  string
	Doubt  string
	Before string
}

type findingView struct{ Words, Paragraph string }

type responseView struct {
	Who    string
	Gist   string
	On     string
	Source Link
}

type disagreementView struct {
	About    string
	Record   Link
	Versions []versionView
	Used     string
	Why      string
}

type versionView struct {
	Says   string
	Source Link
}

type citationView struct {
	Source     Link
	Outside    *outsideLink
	Supports   string
	Confidence string
}

func (s *Server) showInspection(c *gin.Context) error {
	day, err := s.asOf(c)
	if err != nil {
		return err
	}
	past := pastDay(c)
	in, r, err := s.store.InspectionRecord(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	milestones, err := s.store.Milestones(c.Request.Context())
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	if past.Known() && !in.OutBy(day) {
		return s.showNotOut(c, day)
	}
	r = r.AsOf(day)
	k, _ := r.Catalogue.Kind(in.Kind)
	f, _ := r.Catalogue.Framework(in.Framework)
	page := inspectionShowPage{
		Page: s.base(c, r.TitleOf(in)), Caption: r.WhomWords(in.Bodies), Heading: fmt.Sprintf("%s, %s", k.Name, in.VisitedWords()),
		Outcome: r.OutcomeWords(in), Topic: in.Topic, Rules: capital(f.PlainName), Inspectors: f.Inspectors, Lead: in.LeadInspector,
		Whom: whom(r, in), Dates: datesOf(in), Document: documentWords(in.Document),
		NoOverall: f.NoOverall, AreasNote: areasNote(in, len(in.Recommendations)), Note: in.Note,
		Around: aroundWords(in), Disagreements: disagreementsOf(r, in), Sources: citationsOf(r, in.Citations),
	}
	if in.DeliveredBy != "" {
		page.DeliveredBy = r.Name(in.DeliveredBy)
	}
	if in.ReportAddress != "" {
		page.Report = outside("Read the letter or report", in.ReportAddress)
	}
	if r.Ended(in, day) {
		all, err := s.store.Register(c.Request.Context()) // the record of one body lacks who came after another
		if err != nil {
			return err
		}
		page.Ended, page.Successors = endedOf(all, in, day)
	}
	page.NoReceipt = !in.Received.Known()
	page.Clocks, page.DatesAddress = clocksOf(r, in, day), inspectionAddress(in)+"/dates"
	page.History = historyAddress(inspection.OfInspection, in.ID)
	page.addJudgements(r, in)
	page.addAreas(r, in)
	if page.EarlierAreas, err = s.earlierAreas(c.Request.Context(), r, in, day); err != nil {
		return err
	}
	page.addEvidence(r, in)
	for _, finding := range in.Findings {
		view := findingView{Words: finding.Words, Paragraph: finding.Paragraph}
		switch finding.Kind {
		case inspection.Strength:
			page.Strengths = append(page.Strengths, view)
		case inspection.Concern:
			page.Concerns = append(page.Concerns, view)
		case inspection.EarlierAreas:
			page.Earlier = append(page.Earlier, view)
		}
	}
	for _, response := range in.Responses {
		if past.Known() && response.On.Last().After(day) {
			continue
		}
		page.Responses = append(page.Responses, responseOf(r, response))
	}
	all := &inspection.Record{Bodies: known.bodies}
	for _, m := range milestones {
		if r.HappenedAround(in, m) && (!past.Known() || m.OnBy(day)) {
			page.Milestones = append(page.Milestones, milestoneViewOf(all, nil, m))
		}
	}
	for _, gap := range in.Gaps {
		page.Gaps = append(page.Gaps, gapView{Link: Link{Name: fieldName(gap.Field)}, Words: []string{gap.Words}})
	}
	return s.render(c, http.StatusOK, "inspection_show", page)
}

// datesOf lists the four dates of an inspection, which are told apart: which rules apply follows from the first, duties
// run from the last.
func datesOf(in *inspection.Inspection) []dateFact {
	doubt := func(field string, d inspection.Date) string {
		if confidence := in.FieldConfidence(field); d.Known() && confidence.Weak() {
			return confidence.Words()
		}
		return ""
	}
	words := func(d inspection.Date, none string) string {
		if !d.Known() {
			return none
		}
		return d.Words()
	}
	published := dateFact{Name: "Published", Words: words(in.Published, "Date not found"), Doubt: doubt("published", in.Published)}
	if in.Document == inspection.DocumentNotPublished {
		published.Words = "Not published by the inspectors"
	}
	start := dateFact{Name: "Fieldwork began", Words: words(in.FieldworkStart, "Date not found"), Doubt: doubt("fieldwork_start", in.FieldworkStart)}
	end := dateFact{Name: "Fieldwork ended", Words: words(in.FieldworkEnd, "Date not found"), Doubt: doubt("fieldwork_end", in.FieldworkEnd)}
	if in.WhenWords != "" {
		start.Doubt = strings.TrimPrefix(start.Doubt+"; what is known: "+in.WhenWords, "; ")
	}
	dates := []dateFact{start, end, published, {Name: "Received by the council", Words: words(in.Received, "Not recorded")}}
	if in.StatementDue.Known() {
		dates = append(dates, dateFact{Name: "Printed in the letter: a statement or plan is due by", Words: in.StatementDue.Words()})
	}
	return dates
}

var documentStates = map[inspection.DocumentState]string{
	inspection.DocumentHeld:         "Read for this record",
	inspection.DocumentPublished:    "Published; known here through other sources",
	inspection.DocumentNotFound:     "Looked for and not found",
	inspection.DocumentNotPublished: "Not published by the inspectors",
}

func documentWords(state inspection.DocumentState) string { return documentStates[state] }

func (page *inspectionShowPage) addJudgements(r *inspection.Record, in *inspection.Inspection) {
	f, _ := r.Catalogue.Framework(in.Framework)
	lines := r.JudgementLines(in)
	if len(lines) > 0 && !slices.ContainsFunc(lines, func(l inspection.JudgementLine) bool { return l.Earlier.Inspection != nil }) {
		page.NoneBefore = lines[0].Earlier.Words
	}
	for _, line := range lines {
		view := judgementView{
			Name: line.Strand.Name, Sub: line.Strand.Within != "" && line.Strand.Within != inspection.OverallStrand,
			Look: line.Grade.Fill, Grade: line.Words(), Before: line.Earlier.Words,
		}
		if line.Absence != "" {
			view.Look = string(line.Absence)
		}
		if line.Confidence.Weak() {
			view.Doubt = line.Confidence.Words()
		}
		if before := line.Earlier.Inspection; before != nil {
			page.Before = &Link{Name: r.TitleOf(before), Address: inspectionAddress(before)}
		}
		page.Judgements = append(page.Judgements, view)
		if scale, ok := r.Catalogue.Scale(line.Strand.Scale); ok && !f.Outcome {
			page.Scale = scaleWords(scale)
		}
	}
}

// scaleWords names a scale's grades, best first, so that nobody has to know where "adequate" stands.
func scaleWords(scale inspection.Scale) string {
	var names []string
	for _, g := range scale.Grades {
		names = append(names, strings.ToLower(g.Name))
	}
	return "Grades of this scale, best first: " + strings.Join(names, ", ") + "."
}

// areasNote says how many areas to improve the document lists and how many of them are held. That none are listed and
// that none are held are not the same.
func areasNote(in *inspection.Inspection, held int) string {
	number := inspection.CountWords
	switch {
	case in.AreasCount != nil && *in.AreasCount == 0:
		return "The letter or report lists none."
	case in.AreasCount != nil && held == 0:
		return fmt.Sprintf("The letter or report lists %d. None of them is in this record yet.", *in.AreasCount)
	case in.AreasCount != nil && held < *in.AreasCount:
		return fmt.Sprintf("%d of %d are held here. The others are not in this record yet.", held, *in.AreasCount)
	case held == 0:
		return "Not in this record yet. That does not mean that there were none."
	case in.WholeListHeld:
		return number(held, "area", "areas") + ", the whole list."
	}
	return number(held, "area is", "areas are") + " held here. How many the letter or report lists is not known."
}

func (page *inspectionShowPage) addAreas(r *inspection.Record, in *inspection.Inspection) {
	if len(in.Recommendations) > 0 {
		page.AreasAddress = "/recommendations?" + url.Values{"inspection": {in.ID}}.Encode()
	}
	for _, item := range in.Recommendations {
		page.Ours = page.Ours || item.Wording == inspection.Paraphrase
		page.Areas = append(page.Areas, recommendationViewOf(r.Themes, item))
	}
}

// addEvidence lists the words behind the values that were read from the letter. An area to improve is its own words, and
// says its page itself.
func (page *inspectionShowPage) addEvidence(r *inspection.Record, in *inspection.Inspection) {
	f, _ := r.Catalogue.Framework(in.Framework)
	for _, one := range in.Evidence {
		name := fieldName(one.Field)
		if code, ok := strings.CutPrefix(one.Field, "judgement."); ok {
			strand, known := f.Strand(code)
			if !known {
				continue
			}
			name = strand.Name
		} else if strings.Contains(one.Field, ".") {
			continue
		}
		page.Evidence = append(page.Evidence, quotedValue{
			Name: name, Page: one.Page, Quote: strings.Join(strings.Fields(one.Quote), " "), Corrected: one.Certainty == inspection.Corrected,
		})
	}
}

func responseOf(r *inspection.Record, response inspection.Response) responseView {
	view := responseView{Who: response.Role, Gist: response.Gist, Source: sourceLink(r, response.SourceID)}
	if response.Name != "" {
		view.Who = response.Name + ", " + lowerFirst(response.Role)
	}
	name := r.Name(response.BodyID)
	switch plain := strings.TrimPrefix(strings.ToLower(response.Role), "the "); {
	case response.BodyID == "" || strings.Contains(view.Who, name):
	case strings.HasSuffix(strings.ToLower(name), plain): // "The council" of a county council needs no second word for it
		view.Who = name
	default:
		view.Who += ", " + name
	}
	if response.On.Known() {
		view.On = response.On.Words()
	}
	return view
}

func aroundWords(in *inspection.Inspection) string {
	from, until := in.Around()
	return fmt.Sprintf("From %s to %s: from six months before inspectors came to six months after publication.", from.Words(), until.Words())
}

func disagreementsOf(r *inspection.Record, in *inspection.Inspection) []disagreementView {
	var out []disagreementView
	for _, d := range in.Disagreements {
		out = append(out, disagreementViewOf(d, func(id string) Link { return sourceLink(r, id) }))
	}
	return out
}

func disagreementViewOf(d inspection.Disagreement, source func(id string) Link) disagreementView {
	view := disagreementView{About: fieldName(d.Field), Used: d.Used, Why: d.Why}
	if view.Used == "" {
		view.Used = "Neither"
	}
	for _, v := range d.Versions {
		view.Versions = append(view.Versions, versionView{Says: v.Says, Source: source(v.SourceID)})
	}
	return view
}

func citationsOf(r *inspection.Record, citations []inspection.Citation) []citationView {
	var out []citationView
	for _, cited := range citations {
		view := citationView{Source: sourceLink(r, cited.SourceID), Supports: cited.Supports, Confidence: cited.Confidence.Words()}
		if source, ok := r.Source(cited.SourceID); ok && source.Address != "" {
			view.Outside = outside("Open it", source.Address)
		}
		out = append(out, view)
	}
	return out
}

// sourceLink leads to a source's place on the page of sources.
func sourceLink(r *inspection.Record, id string) Link {
	link := Link{Name: id, Address: "/sources#" + id}
	if source, ok := r.Source(id); ok {
		link.Name = source.Title
	}
	return link
}

// outside returns a link to another site; nil where its address was erased. Ofsted's is named; of any other its host says
// where the reader will be.
func outside(name, address string) *outsideLink {
	if address == inspection.ErasedWords {
		return nil
	}
	link := &outsideLink{Name: name, Address: address, Where: "another site"}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return link
	}
	link.Where = strings.TrimPrefix(u.Hostname(), "www.")
	if link.Where == "ofsted.gov.uk" || strings.HasSuffix(link.Where, ".ofsted.gov.uk") {
		link.Where = "Ofsted’s site"
	}
	return link
}

// fieldNames are the names on pages of what gaps and disagreements are about.
var fieldNames = map[string]string{
	"areas": "Areas to improve", "areas_covered": "Areas that the visit covered", "bodies": "Whose it was", "body": "Whose it was",
	"dates": "Dates", "fieldwork_start": "Fieldwork began", "fieldwork_end": "Fieldwork ended", "visit_number": "Which visit it was", "fieldwork": "Dates of fieldwork",
	"findings": "What inspectors found", "framework": "Inspection rules", "grades": "Grades", "kind": "Kind of inspection",
	"later": "Later inspections", "lead_inspector": "Lead inspector", "published": "Day of publication",
	"report_address": "Address of the letter or report", "statement_due": "Day by which a statement is due", "topic": "What was looked at",
}

func fieldName(field string) string {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return capital(strings.ReplaceAll(field, "_", " "))
}

// capital returns a phrase as it stands at the head of a line.
func capital(phrase string) string {
	runes := []rune(phrase)
	if len(runes) > 0 {
		runes[0] = unicode.ToUpper(runes[0])
	}
	return string(runes)
}

// lowerFirst returns a phrase as it stands inside a sentence. An abbreviation at its head stays in capitals.
func lowerFirst(phrase string) string {
	runes := []rune(phrase)
	if len(runes) > 1 && unicode.IsUpper(runes[1]) {
		return phrase
	}
	if len(runes) > 0 {
		runes[0] = unicode.ToLower(runes[0])
	}
	return string(runes)
}
