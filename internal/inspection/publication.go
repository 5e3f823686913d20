package inspection

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Publication is what publishing a draft writes on the record.
type Publication struct {
	Inspection *Inspection      // with all its parts; items get their references from GiveReferences
	Sources    []Source         // new ones
	Bodies     []Body           // partnerships that the register has not had
	Aliases    []ReferenceAlias // from references that were joined to others

	draft Draft
	held  *Inspection
	joins [][]string // for each item, the references on the record that it replaces
	today Date
	names string // of the bodies, for titles
}

// Inspection returns what publishing the draft would write: a new inspection, or the one held with the letter's values in
// place of weaker ones. Items that are new have no reference yet. It fails with Problems where kind and dates name no
// framework.
func (d Draft) Inspection(r *Record, held *Inspection) (*Inspection, error) {
	p, err := d.Publication(r, held, d.NewID(r), Date{})
	if err != nil {
		return nil, err
	}
	return p.Inspection, nil
}

// NewID returns the ID of an inspection that is new to the record: its council, kind and first day.
func (d Draft) NewID(r *Record) string {
	if len(d.Bodies) == 0 {
		return ""
	}
	return fmt.Sprintf("%s-%s-%s", r.councilOf(d.Bodies[0]), d.Kind, d.FieldworkStart.ISO())
}

// Publication works out what publishing writes. A letter outranks every other source; a paraphrase gives way to the
// inspectors' words; what the letter does not print stays as it was. id is that of an inspection that is new.
func (d Draft) Publication(r *Record, held *Inspection, id string, today Date) (*Publication, error) {
	framework, ok := d.Framework(r.Catalogue)
	if !ok {
		return nil, Problems{{Field: "kind", Words: "No inspection rules have this kind of inspection for fieldwork that began that day"}}
	}
	in := &Inspection{ID: id}
	if held != nil {
		in = held.clone()
	}
	p := &Publication{Inspection: in, draft: d, held: held, today: today}
	was := in.Confidence
	in.Kind, in.Framework, in.Confidence = d.Kind, framework.Code, ByLetter
	p.setBodies(r, framework)
	given := p.setFields(r)
	p.setJudgements(framework, given)
	p.setItems(given)
	p.addFindings()
	p.setConfidences(given, was)
	p.cite(r, framework)
	p.addResponses(r)
	p.fillGaps(given)
	p.setEvidence()
	return p, nil
}

// clone copies an inspection so far that its parts can be changed.
func (in *Inspection) clone() *Inspection {
	out := *in
	out.Bodies, out.Judgements = slices.Clone(in.Bodies), slices.Clone(in.Judgements)
	out.Recommendations, out.Findings = slices.Clone(in.Recommendations), slices.Clone(in.Findings)
	out.Responses, out.Citations, out.Facts = slices.Clone(in.Responses), slices.Clone(in.Citations), slices.Clone(in.Facts)
	out.Gaps, out.Disagreements, out.Evidence = slices.Clone(in.Gaps), slices.Clone(in.Disagreements), slices.Clone(in.Evidence)
	for i := range out.Disagreements {
		out.Disagreements[i].Versions = slices.Clone(out.Disagreements[i].Versions)
	}
	return &out
}

// setBodies names whom the inspection was of. Bodies that were only perhaps inspected, and that the letter does not name,
// were not.
func (p *Publication) setBodies(r *Record, framework Framework) {
	in := p.Inspection
	var bodies []InspectionBody
	var names []string
	for _, id := range p.draft.Bodies {
		body, _ := r.Body(id)
		if framework.Joint() && body.Kind == Authority {
			if listed := r.Partnerships(id); len(listed) > 0 {
				body = listed[0]
			} else {
				body = PartnershipOf(body)
				p.Bodies = append(p.Bodies, body)
			}
		}
		bodies = append(bodies, InspectionBody{InspectionID: in.ID, BodyID: body.ID, Confirmed: true})
		names = append(names, body.Name)
	}
	p.names = ListWords(names)
	for _, b := range in.Bodies {
		named := slices.ContainsFunc(bodies, func(n InspectionBody) bool { return n.BodyID == b.BodyID })
		if b.Confirmed && !named {
			bodies = append(bodies, b)
		}
	}
	for i := range bodies {
		bodies[i].Position = i + 1
	}
	in.Bodies = bodies
}

// setFields takes over the single values and returns which fields the draft gives.
func (p *Publication) setFields(r *Record) map[string]Confidence {
	in, d := p.Inspection, p.draft
	given := map[string]Confidence{"bodies": ByLetter}
	setDate := func(field string, to *Date, from Date) {
		if from.Known() {
			*to, given[field] = from, ByLetter
		}
	}
	setText := func(field string, to *string, from string) {
		if from != "" {
			*to, given[field] = from, ByLetter
		}
	}
	setDate("fieldwork_start", &in.FieldworkStart, d.FieldworkStart)
	setDate("fieldwork_end", &in.FieldworkEnd, d.FieldworkEnd)
	setDate("received", &in.Received, d.Received)
	setDate("statement_due", &in.StatementDue, d.StatementDue)
	setText("topic", &in.Topic, d.Topic)
	setText("lead_inspector", &in.LeadInspector, d.LeadInspector)
	setText("note", &in.Note, d.Note)
	if in.FieldworkStart.Exact() {
		in.WhenWords = "" // the day says more than the words that stood for it
	}
	if d.VisitNumber != 0 {
		in.VisitNumber = d.VisitNumber
	}
	if len(d.AreasCovered) > 0 {
		in.AreasCovered = slices.Clone(d.AreasCovered)
	}
	if d.NoDocument {
		in.Document, in.Published, in.PublishedBasis, in.ReportAddress = DocumentNotPublished, Date{}, "", ""
	} else {
		in.Document = DocumentHeld
		p.setPublished(given)
		setText("report_address", &in.ReportAddress, d.Address)
	}
	p.setProvider(r)
	return given
}

// setPublished takes over the day of publication: printed in the letter itself, or found on the publisher's page.
func (p *Publication) setPublished(given map[string]Confidence) {
	in, d := p.Inspection, p.draft
	if !d.Published.Known() {
		return
	}
	printed := slices.ContainsFunc(d.Evidence, func(e Evidence) bool { return e.Field == "published" })
	same := p.held != nil && p.held.Published == d.Published && p.held.FieldConfidence("published") == ByLetter
	in.Published = d.Published
	if printed || same {
		in.PublishedBasis, given["published"] = "printed", ByLetter
		return
	}
	in.PublishedBasis, given["published"] = "official_page", ByOfficialPage
}

// setProvider names who ran the services of a council that is new on the record, where the register knows.
func (p *Publication) setProvider(r *Record) {
	in := p.Inspection
	if p.held != nil || in.DeliveredBy != "" {
		return
	}
	for _, s := range r.Services {
		if in.Of(s.AuthorityID) && !in.FieldworkStart.Before(s.From) && (!s.Until.Known() || !in.FieldworkStart.After(s.Until)) {
			in.DeliveredBy = s.ProviderID
			in.setFact("delivered_by", s.Confidence)
			return
		}
	}
}

// setJudgements takes over each grade that the letter prints, in the order of the framework.
func (p *Publication) setJudgements(framework Framework, given map[string]Confidence) {
	in := p.Inspection
	for _, j := range p.draft.Judgements {
		if j.Grade == "" {
			continue
		}
		given["judgements"] = ByLetter
		i := slices.IndexFunc(in.Judgements, func(held Judgement) bool { return held.Strand == j.Strand })
		if i < 0 {
			i = len(in.Judgements)
			in.Judgements = append(in.Judgements, Judgement{InspectionID: in.ID, Strand: j.Strand})
		}
		in.Judgements[i].Grade, in.Judgements[i].Confidence = j.Grade, ByLetter
	}
	place := func(j Judgement) int {
		return slices.IndexFunc(framework.Strands, func(s Strand) bool { return s.Code == j.Strand })
	}
	slices.SortStableFunc(in.Judgements, func(a, b Judgement) int { return cmp.Compare(place(a), place(b)) })
	for i := range in.Judgements {
		in.Judgements[i].Position = i + 1
	}
}

func (p *Publication) addFindings() {
	in := p.Inspection
	for _, f := range p.draft.Findings {
		if slices.ContainsFunc(in.Findings, func(held Finding) bool { return held.Kind == f.Kind && plainWords(held.Words) == plainWords(f.Words) }) {
			continue
		}
		id := nextPart(in.ID, "finding", in.Findings, func(f Finding) string { return f.ID })
		in.Findings = append(in.Findings, Finding{ID: id, InspectionID: in.ID, Kind: f.Kind, Words: f.Words,
			Paragraph: f.Paragraph, Position: len(in.Findings) + 1})
	}
}

// nextPart returns an ID that no part of the inspection has: "…/finding-7".
func nextPart[T any](inspection, part string, held []T, id func(T) string) string {
	for n := len(held) + 1; ; n++ {
		next := fmt.Sprintf("%s/%s-%d", inspection, part, n)
		if !slices.ContainsFunc(held, func(h T) bool { return id(h) == next }) {
			return next
		}
	}
}

// setConfidences says of each field how well it is known now: those of the letter by the letter, and those that were
// there before as well as they were before, although the record as a whole now rests on the letter.
func (p *Publication) setConfidences(given map[string]Confidence, was Confidence) {
	in := p.Inspection
	if p.held != nil && was != ByLetter {
		for _, field := range in.knownFields() {
			if !slices.ContainsFunc(in.Facts, func(f Fact) bool { return f.Field == field }) {
				in.setFact(field, was)
			}
		}
	}
	for field, confidence := range given {
		held := slices.ContainsFunc(in.Facts, func(f Fact) bool { return f.Field == field })
		if held || confidence != in.Confidence {
			in.setFact(field, confidence)
		}
	}
	if !in.Published.Known() {
		in.Facts = slices.DeleteFunc(in.Facts, func(f Fact) bool { return f.Field == "published" })
	}
	slices.SortFunc(in.Facts, func(a, b Fact) int { return cmp.Compare(a.Field, b.Field) })
}

// knownFields lists the fields of which the record says something and how well it knows it.
func (in *Inspection) knownFields() []string {
	var out []string
	for _, f := range []struct {
		name  string
		known bool
	}{
		{"fieldwork_start", in.FieldworkStart.Known()}, {"fieldwork_end", in.FieldworkEnd.Known()}, {"published", in.Published.Known()},
		{"topic", in.Topic != ""}, {"lead_inspector", in.LeadInspector != ""}, {"report_address", in.ReportAddress != ""},
		{"areas", len(in.Recommendations) > 0 || in.AreasCount != nil}, {"delivered_by", in.DeliveredBy != ""},
	} {
		if f.known {
			out = append(out, f.name)
		}
	}
	return out
}

func (in *Inspection) setFact(field string, confidence Confidence) {
	i := slices.IndexFunc(in.Facts, func(f Fact) bool { return f.Field == field })
	if i < 0 {
		in.Facts = append(in.Facts, Fact{RecordKind: OfInspection, RecordID: in.ID, Field: field, Confidence: confidence})
		return
	}
	in.Facts[i].Confidence = confidence
}

// cite makes the letter a source of the inspection.
func (p *Publication) cite(r *Record, framework Framework) {
	in, d := p.Inspection, p.draft
	kind, _ := r.Catalogue.Kind(d.Kind)
	day, _ := in.OutDay()
	title := fmt.Sprintf("Letter or report on %s: %s, %s", p.names, lowerFirst(kind.Name), day.MonthWords())
	if d.NoDocument {
		title += ", not published"
	}
	source := p.citedLetter(r, framework)
	if source == "" {
		source = p.source(r, Source{ID: letterSourceID(in.ID, d.Address), Title: title, Publisher: framework.Inspectors, Kind: "letter",
			Address: d.Address, Published: in.Published, ReadOn: p.today})
	}
	citation := Citation{RecordKind: OfInspection, RecordID: in.ID, SourceID: source, Supports: p.supports(), Confidence: ByLetter}
	p.settle(source)
	i := slices.IndexFunc(in.Citations, func(c Citation) bool { return c.SourceID == source })
	if i < 0 {
		citation.ID = nextPart(in.ID, "source", in.Citations, func(c Citation) string { return c.ID })
		citation.Position = len(in.Citations) + 1
		in.Citations = append(in.Citations, citation)
		return
	}
	in.Citations[i].Supports, in.Citations[i].Confidence = citation.Supports, ByLetter
}

// citedLetter returns the ID of the source as which the inspection held cites this very letter, under whatever address;
// "" where it cites it not.
func (p *Publication) citedLetter(r *Record, framework Framework) string {
	for _, c := range p.Inspection.Citations {
		source, ok := r.Source(c.SourceID)
		if ok && source.Kind == "letter" && source.Publisher == framework.Inspectors && source.Published.Known() && source.Published == p.Inspection.Published {
			return source.ID
		}
	}
	return ""
}

// settle lets the letter decide where sources disagreed and the record now says something else. Every side is kept.
func (p *Publication) settle(source string) {
	in, held := p.Inspection, p.held
	if held == nil {
		return
	}
	decided := map[string]string{}
	if in.Published.Known() && in.Published != held.Published {
		decided["published"] = in.Published.Words()
	}
	if in.FieldworkStart != held.FieldworkStart || in.FieldworkEnd != held.FieldworkEnd {
		decided["fieldwork"] = DateRangeWords(in.FieldworkStart, in.FieldworkEnd)
	}
	if !slices.Equal(in.Bodies, held.Bodies) {
		decided["body"] = p.names
	}
	for i := range in.Disagreements {
		d := &in.Disagreements[i]
		says := decided[d.Field]
		if says == "" {
			continue
		}
		d.Used, d.Why = says, "The inspectors’ own letter, or the page on which it stands, gives this."
		j := slices.IndexFunc(d.Versions, func(v Version) bool { return v.SourceID == source })
		if j < 0 {
			j = len(d.Versions)
			d.Versions = append(d.Versions, Version{DisagreementID: d.ID, SourceID: source, Position: j + 1})
		}
		d.Versions[j].Says = says
	}
}

// supports says what of the inspection the letter gives.
func (p *Publication) supports() string {
	d := p.draft
	parts := []string{"dates"}
	if d.LeadInspector != "" {
		parts = append(parts, "lead inspector")
	}
	if n := len(d.Judgements); n > 0 {
		parts = append(parts, NumberWords(n)+" "+map[bool]string{true: "grade", false: "grades"}[n == 1])
	}
	if n := len(d.Items); n > 0 {
		parts = append(parts, NumberWords(n)+" "+map[bool]string{true: "area", false: "areas"}[n == 1]+" to improve")
	}
	return sentenceCase(ListWords(parts)) + "."
}

// letterSourceID returns the ID of a letter's source: the number of its file where its publisher gives it one.
func letterSourceID(inspection, address string) string {
	if number, ok := strings.CutPrefix(strings.TrimRight(address, "/"), "https://files.ofsted.gov.uk/v1/file/"); ok {
		if _, err := strconv.Atoi(number); err == nil {
			return "ofsted-" + number
		}
	}
	return "letter-" + inspection
}

// source returns the ID of the source at an address, and adds it where the record has none there.
func (p *Publication) source(r *Record, source Source) string {
	known := func(s Source) bool {
		return source.Address != "" && strings.TrimRight(s.Address, "/") == strings.TrimRight(source.Address, "/") ||
			source.Address == "" && s.Address == "" && s.ID == source.ID
	}
	for _, list := range [][]Source{r.Sources, p.Sources} {
		if i := slices.IndexFunc(list, known); i >= 0 {
			return list[i].ID
		}
	}
	base := source.ID
	taken := func(s Source) bool { return s.ID == source.ID }
	for n := 2; slices.ContainsFunc(r.Sources, taken) || slices.ContainsFunc(p.Sources, taken); n++ {
		source.ID = fmt.Sprintf("%s-%d", base, n)
	}
	p.Sources = append(p.Sources, source)
	return source.ID
}

func (p *Publication) addResponses(r *Record) {
	in := p.Inspection
	for _, reply := range p.draft.Responses {
		if slices.ContainsFunc(in.Responses, func(held Response) bool {
			return held.BodyID == reply.BodyID && plainWords(held.Gist) == plainWords(reply.Gist)
		}) {
			continue
		}
		source := Source{Address: reply.Source, Published: reply.On, ReadOn: p.today, Kind: "news"}
		source.ID = fmt.Sprintf("reply-%x", sha256.Sum256([]byte(reply.Source)))[:18]
		if u, err := url.Parse(reply.Source); err == nil {
			source.Publisher = strings.TrimPrefix(u.Hostname(), "www.")
			if strings.HasSuffix(source.Publisher, ".gov.uk") {
				source.Kind = "official_page"
			}
		}
		source.Title = fmt.Sprintf("Reply of %s, on %s", r.Name(reply.BodyID), source.Publisher)
		in.Responses = append(in.Responses, Response{
			ID:           nextPart(in.ID, "response", in.Responses, func(r Response) string { return r.ID }),
			InspectionID: in.ID, BodyID: reply.BodyID, Role: reply.Role, Name: reply.Name, Gist: reply.Gist, On: reply.On,
			SourceID: p.source(r, source), Position: len(in.Responses) + 1,
		})
	}
}

// fillGaps takes away what was not found and now is.
func (p *Publication) fillGaps(given map[string]Confidence) {
	in := p.Inspection
	ungraded := slices.ContainsFunc(in.Judgements, func(j Judgement) bool { return j.Grade == "" })
	filled := map[string]bool{
		"framework": true, "kind": true, "body": in.Confirmed(),
		"dates":          given["fieldwork_start"] != "" && given["fieldwork_end"] != "",
		"published":      given["published"] != "" || p.draft.NoDocument,
		"lead_inspector": given["lead_inspector"] != "", "topic": given["topic"] != "",
		"report_address": given["report_address"] != "" || p.draft.NoDocument,
		"grades":         given["judgements"] != "" && !ungraded,
		"areas":          in.WholeListHeld, "findings": len(p.draft.Findings) > 0,
	}
	in.Gaps = slices.DeleteFunc(in.Gaps, func(g Gap) bool { return filled[g.Field] })
}
