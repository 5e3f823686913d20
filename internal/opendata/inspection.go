package opendata

import (
	"context"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Inspection is an inspection or visit in a list.
type Inspection struct {
	ID             string      `json:"id" column:"ID" doc:"Names the inspection; it does not change"`
	Self           string      `json:"self" doc:"Where the interface says more about it"`
	Page           string      `json:"page" doc:"Its page"`
	Title          string      `json:"title" doc:"Whose it was, of which kind, and when"`
	Kind           Code        `json:"kind" column:"Kind" doc:"Kind of inspection, by a code of /frameworks"`
	Framework      Code        `json:"framework" doc:"The inspection rules that it followed, by a code of /frameworks"`
	Bodies         []Inspected `json:"bodies" column:"Of whom" doc:"Whose it was"`
	Topic          *string     `json:"topic" doc:"What a visit looked at; null where it is not known or where it was no visit"`
	VisitNumber    *int        `json:"visit_number" doc:"Of a monitoring visit, its number since the judgement of inadequate; null where it is not known"`
	FieldworkStart Date        `json:"fieldwork_start" doc:"First day on which inspectors were there"`
	FieldworkEnd   Date        `json:"fieldwork_end" doc:"Last day on which inspectors were there"`
	DateWords      *string     `json:"date_words" doc:"What the dates alone cannot say: by February 2020"`
	Published      Date        `json:"published" column:"Published" doc:"Day on which the letter or report came out"`
	Outcome        string      `json:"outcome" column:"What they concluded" doc:"What inspectors concluded, in words"`
	Judgements     []Judgement `json:"judgements" doc:"What inspectors said of each judgement of these rules; empty for a visit"`
	Document       Code        `json:"document" doc:"How we know the letter or report"`
	ReportAddress  *string     `json:"report_address" doc:"Where its publisher has it; null where that is not known"`
	Confidence     Code        `json:"confidence" doc:"How well its facts are known"`
}

// Inspected is a body that an inspection was of.
type Inspected struct {
	Body
	Confirmed bool `json:"confirmed" doc:"Whether it is confirmed that the inspection was of it"`
}

// Judgement is what inspectors said of one judgement. It has a grade, or a reason why there is none.
type Judgement struct {
	Judgement string   `json:"judgement" doc:"Code of the judgement: leaders"`
	Name      string   `json:"name" doc:"The judgement as it was printed"`
	Grade     *Code    `json:"grade" doc:"The grade; null where absence says why there is none"`
	Absence   *Code    `json:"absence" doc:"Why there is no grade; null where there is one"`
	Words     string   `json:"words" doc:"Grade or absence as the pages say it"`
	Doubt     *string  `json:"doubt" doc:"How it is known, where that is not well; null where it is known well"`
	Before    *Earlier `json:"before" doc:"What stood before it; null in lists, which do not compare"`
}

// Earlier is what stood before a judgement, and whether the two may be compared.
type Earlier struct {
	Comparison string  `json:"comparison" codes:"compared|none_before|not_confirmed|other_rules|shared_grade|new_judgement|no_grade" doc:"Whether the two may be compared, or why not"`
	Inspection *string `json:"inspection" doc:"ID of the inspection before; null where there is none"`
	Grade      *Code   `json:"grade" doc:"The grade then; null where there was none"`
	Up         *int    `json:"grades_up" doc:"By how many grades it rose, below zero where it fell; null where the two may not be compared"`
	Words      string  `json:"words" doc:"The same in words"`
}

// documentWords are how a letter or report is known, as pages say it.
var documentWords = map[inspection.DocumentState]string{
	inspection.DocumentHeld: "Read for this record", inspection.DocumentPublished: "Published; known here through other sources",
	inspection.DocumentNotFound: "Looked for and not found", inspection.DocumentNotPublished: "Not published by the inspectors",
}

func inspections() Operation {
	return Reading(Operation{
		Name: "inspections", Path: "/inspections", Page: "/inspections", Group: "Inspections", Summary: "Inspections and visits of all kinds",
		Words: "Latest first. An inspection counts from the day on which it came out or, where that is not known, from the end of fieldwork.",
		Parameters: []Parameter{
			authorityParameter,
			{Name: "kind", Summary: "Code of a kind of inspection", From: kindCodes, At: "/frameworks"},
			{Name: "framework", Summary: "Code of a set of inspection rules", From: frameworkCodes, At: "/frameworks"},
			{Name: "year", Summary: "Year of publication or, where that is not known, in which inspectors came", From: years},
			{Name: "sort", Summary: "What the list is ordered by: day where it is left out", OneOf: sortCodes},
			{Name: "order", Summary: "Direction of the order: descending where it is left out", OneOf: []string{"ascending", "descending"}},
			pageParameter, asAtParameter,
		},
	}, listInspections)
}

func listInspections(ctx context.Context, c *Call) (List[Inspection], error) {
	r, err := c.record(ctx)
	if err != nil {
		return List[Inspection]{}, err
	}
	year, _ := strconv.Atoi(c.Get("year")) // one of the years, or none
	number := c.number(pageParameter.Name, 1)
	found, total, err := c.Store.Inspections(ctx, store.InspectionFilter{
		Authority: c.Get("authority"), Kind: c.Get("kind"), Framework: c.Get("framework"), Year: year, OutBy: c.Past(),
		Sort: store.InspectionSort(c.or("sort", string(store.SortByDay))), Descending: c.or("order", "descending") == "descending",
		Limit: perPage, Offset: (number - 1) * perPage,
	})
	if err != nil {
		return List[Inspection]{}, err
	}
	items := make([]Inspection, 0, len(found))
	for _, in := range found {
		items = append(items, c.inspection(r, in))
	}
	return listOf(c, items, total, pagesOf(total, perPage))
}

func (c *Call) inspectionLink(r *inspection.Record, in *inspection.Inspection) Link {
	return Link{ID: in.ID, Title: r.TitleOf(in), Self: c.link(Root + "/inspections/" + in.ID), Page: c.link("/inspections/" + in.ID)}
}

func (c *Call) inspectionLinks(r *inspection.Record, all []*inspection.Inspection) []Link {
	out := make([]Link, 0, len(all))
	for _, in := range all {
		out = append(out, c.inspectionLink(r, in))
	}
	return out
}

func (c *Call) inspection(r *inspection.Record, in *inspection.Inspection) Inspection {
	link := c.inspectionLink(r, in)
	k, _ := r.Catalogue.Kind(in.Kind)
	f, _ := r.Catalogue.Framework(in.Framework)
	out := Inspection{
		ID: in.ID, Self: link.Self, Page: link.Page, Title: link.Title, Kind: Code{in.Kind, k.Name}, Framework: Code{in.Framework, capital(f.PlainName)},
		Bodies: []Inspected{}, Topic: text(in.Topic), VisitNumber: count(in.VisitNumber), FieldworkStart: dateOf(in.FieldworkStart),
		FieldworkEnd: dateOf(in.FieldworkEnd), DateWords: text(in.WhenWords), Published: dateOf(in.Published), Outcome: r.OutcomeWords(in),
		Judgements: []Judgement{}, Document: Code{string(in.Document), documentWords[in.Document]}, ReportAddress: openAddress(in.ReportAddress),
		Confidence: Code{string(in.Confidence), in.Confidence.Words()},
	}
	for _, b := range in.Bodies {
		out.Bodies = append(out.Bodies, Inspected{*c.bodyNamed(r, b.BodyID), b.Confirmed})
	}
	if len(in.Judgements) > 0 {
		for _, line := range r.JudgementLines(in) {
			out.Judgements = append(out.Judgements, judgementOf(line))
		}
	}
	return out
}

// openAddress returns an address on another site; nil where there is none or where it was erased.
func openAddress(at string) *string {
	if at == inspection.ErasedWords {
		return nil
	}
	return text(at)
}

func judgementOf(line inspection.JudgementLine) Judgement {
	out := Judgement{Judgement: line.Strand.Code, Name: line.Strand.Name, Words: line.Words(), Absence: codeOf(line.Absence, line.Absence.Words())}
	if line.Absence == "" {
		out.Grade = gradeOf(line.Grade)
	}
	if line.Confidence.Weak() {
		out.Doubt = text(line.Confidence.Words())
	}
	return out
}

func gradeOf(g inspection.Grade) *Code {
	if g.Code == "" {
		return nil
	}
	return &Code{g.Code, g.Name}
}

func earlierOf(e inspection.Earlier) *Earlier {
	out := &Earlier{Comparison: string(e.Comparison), Grade: gradeOf(e.Grade), Words: e.Words}
	if e.Inspection != nil {
		out.Inspection = text(e.Inspection.ID)
	}
	if e.Comparison == inspection.Compared {
		out.Up = &e.Up
	}
	return out
}

// InspectionDocument is one inspection with everything that its page shows.
type InspectionDocument struct {
	Document
	Inspection    InspectionStory `json:"inspection" doc:"The inspection"`
	Judgements    []Judgement     `json:"judgements" doc:"What inspectors said of each judgement, with what stood before"`
	AreasCount    *int            `json:"areas_to_improve_printed" doc:"How many areas to improve the letter or report lists; null where that is not known"`
	WholeListHeld bool            `json:"whole_list_held" doc:"Whether every one of them is on this record"`
	Areas         []Area          `json:"areas_to_improve" doc:"Those that are on this record"`
	Clocks        []Clock         `json:"clocks" doc:"Days that follow from the letter by law or by its own words"`
	Findings      []Finding       `json:"findings" doc:"What inspectors found, in our words and not a quotation"`
	Responses     []Response      `json:"responses" doc:"What others said in reply, in our words and not a quotation"`
	LaterViews    []LaterView     `json:"views_of_earlier_areas" doc:"What this letter says of areas to improve of earlier letters"`
	Milestones    []Milestone     `json:"milestones" doc:"Events around it: from six months before inspectors came to six months after publication"`
	Evidence      []Quote         `json:"evidence" doc:"The words of the letter from which values were read"`
	Sources       []Citation      `json:"sources" doc:"What the record of it rests on"`
	Disagreements []Disagreement  `json:"disagreements" doc:"Where sources say different things"`
	Gaps          []Gap           `json:"gaps" doc:"What was looked for and not found"`
}

// InspectionStory is what stands at the head of an inspection's page.
type InspectionStory struct {
	Inspection
	Received      Date     `json:"received" doc:"Day on which the council received the letter; duties run from it"`
	StatementDue  Date     `json:"statement_due" doc:"Day that the letter prints for a statement or plan"`
	LeadInspector *string  `json:"lead_inspector" doc:"Lead inspector; null where that is not known"`
	Inspectors    string   `json:"inspectors" doc:"Who inspects under these rules"`
	DeliveredBy   *Body    `json:"delivered_by" doc:"Provider that ran the services then; null where none is recorded"`
	AreasCovered  []string `json:"areas_covered" doc:"What a visit looked at; these are not areas to improve"`
	NoOverall     *string  `json:"no_overall" doc:"Why these rules give no overall grade; null where they give one"`
	Note          *string  `json:"note" doc:"What else has to be known, in our words"`
}

// Clock is a day by which something has to be done after a letter.
type Clock struct {
	Rule      Code     `json:"rule" doc:"The duty"`
	Words     string   `json:"words" doc:"What has to be done"`
	Due       Date     `json:"due" doc:"The day; unknown where it cannot be computed"`
	Basis     string   `json:"basis" codes:"printed|received|published" doc:"Whether the day is printed in the letter, or counted from receipt or from publication"`
	How       string   `json:"how" doc:"How the day was found, or why there is none"`
	Confirmed bool     `json:"confirmed" doc:"Whether the rule is confirmed or the day is printed"`
	Source    *Link    `json:"source" doc:"Where the rule stands; null where no source is held"`
	Answers   []Answer `json:"answers" doc:"What each body is recorded to have done"`
}

// Answer is what a body is recorded to have done about a duty. That nothing is recorded does not say that nothing was done.
type Answer struct {
	Body     Body    `json:"body" doc:"The body whose duty it is"`
	Recorded bool    `json:"recorded" doc:"Whether anything is recorded"`
	Done     bool    `json:"done" doc:"Whether it is recorded to be done; false also where nothing is recorded"`
	On       Date    `json:"date" doc:"The day of publication, or its month"`
	Address  *string `json:"address" doc:"Where it can be read"`
	Words    *string `json:"words" doc:"What is said of it"`
}

// Finding is something inspectors found, in our words.
type Finding struct {
	Kind      string  `json:"kind" codes:"strength|concern|earlier_areas" doc:"What kind of finding it is"`
	Words     string  `json:"words" doc:"In our words, not a quotation"`
	Paragraph *string `json:"paragraph" doc:"Paragraph of the letter; null where it is not known"`
}

// Response is what somebody said in reply to an inspection.
type Response struct {
	Body   *Body   `json:"body" doc:"For whom it was said; null where that is no body on the record"`
	Role   string  `json:"role" doc:"In which role it was said"`
	Name   *string `json:"name" doc:"Name of a councillor or office-holder who is quoted in public; null for everybody else"`
	Gist   string  `json:"gist" doc:"What was said, in our words"`
	On     Date    `json:"date" doc:"The day"`
	Source *Link   `json:"source" doc:"Where it stands"`
}

// Quote is the words of a letter from which a value was read.
type Quote struct {
	Field     string `json:"field" doc:"Which value: published, judgement.leaders"`
	Page      int    `json:"page_of_letter" doc:"Page of the letter, from 1"`
	Quote     string `json:"quote" doc:"Word for word"`
	Corrected bool   `json:"corrected" doc:"Whether an officer entered another value than was read"`
}

// Citation says what a source supports.
type Citation struct {
	Source     *Link   `json:"source" doc:"The source"`
	Address    *string `json:"address" doc:"Where it is on another site"`
	Supports   string  `json:"supports" doc:"What it supports"`
	Confidence *Code   `json:"confidence" doc:"How well it knows; null where that is as the record's own"`
}

// Disagreement keeps both sides where sources differ.
type Disagreement struct {
	Field    string    `json:"about" doc:"What they differ about"`
	Used     *string   `json:"used" doc:"What the record uses; null where neither could be chosen"`
	Why      string    `json:"why" doc:"Why"`
	Versions []Version `json:"versions" doc:"What each source says"`
}

// Version is what one source says.
type Version struct {
	Source *Link  `json:"source" doc:"The source"`
	Says   string `json:"says" doc:"What it says"`
}

// Gap is something that was looked for and not found.
type Gap struct {
	Field string `json:"about" doc:"What is missing"`
	Words string `json:"words" doc:"What is not known, in a sentence"`
}

func oneInspection() Operation {
	return Reading(Operation{
		Name: "inspection", Path: "/inspections/{id}", Page: "/inspections/{id}", Group: "Inspections", Summary: "One inspection with all its parts",
		Parameters: []Parameter{{Name: "id", Summary: "ID of the inspection", InPath: true}, asAtParameter},
	}, showInspection)
}

func showInspection(ctx context.Context, c *Call) (InspectionDocument, error) {
	in, r, err := c.Store.InspectionRecord(ctx, c.Get("id"))
	if err != nil {
		return InspectionDocument{}, err
	}
	if c.past && !in.OutBy(c.Day()) {
		return InspectionDocument{}, c.notOut()
	}
	milestones, err := c.Store.Milestones(ctx)
	if err != nil {
		return InspectionDocument{}, err
	}
	names, err := c.record(ctx)
	if err != nil {
		return InspectionDocument{}, err
	}
	r = r.AsOf(c.Day())
	f, _ := r.Catalogue.Framework(in.Framework)
	out := InspectionDocument{
		Document: c.document(), AreasCount: in.AreasCount, WholeListHeld: in.WholeListHeld,
		Inspection: InspectionStory{
			Inspection: c.inspection(r, in), Received: dateOf(in.Received), StatementDue: dateOf(in.StatementDue), LeadInspector: text(in.LeadInspector),
			Inspectors: f.Inspectors, DeliveredBy: c.bodyNamed(r, in.DeliveredBy), AreasCovered: texts(in.AreasCovered), NoOverall: text(f.NoOverall), Note: text(in.Note),
		},
		Judgements: []Judgement{}, Areas: []Area{}, Clocks: c.clocks(r, in), Findings: []Finding{}, Responses: []Response{}, LaterViews: []LaterView{},
		Milestones: []Milestone{}, Evidence: []Quote{}, Sources: c.citations(r, in.Citations), Disagreements: c.disagreements(r, in.Disagreements), Gaps: []Gap{},
	}
	for _, line := range r.JudgementLines(in) {
		one := judgementOf(line)
		one.Before = earlierOf(line.Earlier)
		out.Judgements = append(out.Judgements, one)
	}
	for _, item := range in.Recommendations {
		out.Areas = append(out.Areas, c.area(r.Themes, item))
	}
	for _, one := range in.Findings {
		out.Findings = append(out.Findings, Finding{string(one.Kind), one.Words, text(one.Paragraph)})
	}
	for _, one := range in.Responses {
		if !c.past || !one.On.Last().After(c.Day()) {
			out.Responses = append(out.Responses, Response{
				c.bodyNamed(r, one.BodyID), one.Role, text(one.Name), one.Gist, dateOf(one.On), c.sourceLink(r, one.SourceID),
			})
		}
	}
	for _, v := range r.ViewsBy(in.ID, c.Day()) {
		out.LaterViews = append(out.LaterViews, c.laterView(r, v))
	}
	names.Sources = r.Sources
	for _, m := range milestones {
		if r.HappenedAround(in, m) && (!c.past || m.OnBy(c.Day())) {
			out.Milestones = append(out.Milestones, c.milestone(names, m))
		}
	}
	for _, one := range in.Evidence {
		if code, of := strings.CutPrefix(one.Field, "judgement."); of && !knows(f, code) || !of && strings.Contains(one.Field, ".") {
			continue // an area to improve is its own words
		}
		out.Evidence = append(out.Evidence, Quote{one.Field, one.Page, strings.Join(strings.Fields(one.Quote), " "), one.Certainty == inspection.Corrected})
	}
	for _, gap := range in.Gaps {
		out.Gaps = append(out.Gaps, Gap{gap.Field, gap.Words})
	}
	return out, nil
}

func knows(f inspection.Framework, judgement string) bool {
	_, known := f.Strand(judgement)
	return known
}

// notOut answers for a letter, or a part of one, that had not come out by the day asked for.
func (c *Call) notOut() error {
	return &Refusal{
		Status: 404, Title: "Not out yet on " + c.Day().ISO(),
		Detail: "This letter or report, or what it asks for, is known today. It had not come out by that day, so nothing of it is shown.",
	}
}

func (c *Call) clocks(r *inspection.Record, in *inspection.Inspection) []Clock {
	out := []Clock{}
	for _, clock := range r.Clocks(in, c.Day()) {
		one := Clock{
			Rule: Code{clock.Rule.Code, clock.Rule.About}, Words: clock.Rule.Words, Due: dateOf(clock.Due), Basis: string(clock.Basis),
			How: clock.HowWords(), Confirmed: clock.Confirmed(), Answers: []Answer{},
		}
		if clock.Source.ID != "" {
			one.Source = c.sourceLink(&inspection.Record{Sources: []inspection.Source{clock.Source}}, clock.Source.ID)
		}
		for _, b := range in.Bodies {
			if !b.Confirmed {
				continue
			}
			answer := Answer{Body: *c.bodyNamed(r, b.BodyID), On: dateOf(inspection.Date{})}
			if done, held := clock.FulfilledBy(b.BodyID); held {
				answer = Answer{answer.Body, true, done.Done(), dateOf(done.On), openAddress(done.Address), text(done.Words)}
			}
			one.Answers = append(one.Answers, answer)
		}
		out = append(out, one)
	}
	return out
}

func (c *Call) citations(r *inspection.Record, all []inspection.Citation) []Citation {
	out := []Citation{}
	for _, cited := range all {
		one := Citation{Source: c.sourceLink(r, cited.SourceID), Supports: cited.Supports, Confidence: codeOf(cited.Confidence, cited.Confidence.Words())}
		if source, known := r.Source(cited.SourceID); known {
			one.Address = openAddress(source.Address)
		}
		out = append(out, one)
	}
	return out
}

func (c *Call) disagreements(r *inspection.Record, all []inspection.Disagreement) []Disagreement {
	out := []Disagreement{}
	for _, d := range all {
		one := Disagreement{Field: d.Field, Used: text(d.Used), Why: d.Why, Versions: []Version{}}
		for _, v := range d.Versions {
			one.Versions = append(one.Versions, Version{c.sourceLink(r, v.SourceID), v.Says})
		}
		out = append(out, one)
	}
	return out
}
