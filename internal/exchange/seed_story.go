package exchange

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"inspectiontimeline/internal/inspection"
)

// storyInspection is an item of northamptonshire/inspections.json.
type storyInspection struct {
	ID        string
	Kind      string
	Framework string
	Bodies    []struct {
		Body      string
		Confirmed bool
	}
	DeliveredBy    string `json:"delivered_by"`
	Topic          string
	DateWords      string     `json:"date_words"`
	FieldworkStart *storyDate `json:"fieldwork_start"`
	FieldworkEnd   *storyDate `json:"fieldwork_end"`
	Published      *storyDate
	LeadInspector  string `json:"lead_inspector"`
	ReportAddress  string `json:"report_address"`
	Document       string
	Judgements     []struct {
		Judgement  string
		Grade      *string
		Confidence string
	}
	Areas    *storyAreas
	Findings []struct {
		Kind      string
		Words     string
		Paragraph string
	}
	Responses     []storyResponse
	Sources       []storyCitation
	Disagreements []struct {
		About    string
		Versions []struct{ Says, Source string }
		Used     string
		Why      string
	}
	Gaps        []struct{ About, Words string }
	Note        string
	Confidence  string
	Confidences map[string]string // of single fields, where they differ from the whole
}

type storyDate struct{ Date, Confidence string }

type storyAreas struct {
	Count         *int
	WholeListHeld bool `json:"whole_list_held"`
	Items         []struct {
		Number       string
		Kind         string
		Words        string
		Themes       []string
		FrameworkTag string `json:"framework_tag"`
		Responsible  string
		Shared       string
	}
}

type storyResponse struct {
	Inspection string
	Body       string
	Role       string
	Name       string
	Gist       string
	Date       string
	Source     string
}

type storyCitation struct{ Source, Supports, Confidence string }

// readStory reads the inspections and visits of Northamptonshire with all their parts.
func (s *seedReader) readStory() {
	shared := map[string]string{}
	items(s, "northamptonshire/inspections.json", func(at spot, item storyInspection) {
		in := &inspection.Inspection{
			ID: at.slug("id", item.ID), Kind: item.Kind, Framework: item.Framework, Topic: item.Topic,
			WhenWords:     item.DateWords,
			LeadInspector: item.LeadInspector, ReportAddress: item.ReportAddress, DeliveredBy: item.DeliveredBy,
			Document: inspection.DocumentState(at.oneOf("document", item.Document,
				"held", "published", "not_found", "not_published")),
			Confidence: at.confidence("confidence", item.Confidence), Note: item.Note,
		}
		if in.DeliveredBy != "" {
			at.body("delivered_by", in.DeliveredBy, inspection.Provider)
		}
		for i, b := range item.Bodies {
			in.Bodies = append(in.Bodies, inspection.InspectionBody{
				InspectionID: in.ID, BodyID: at.body(fmt.Sprintf("bodies[%d].body", i), b.Body), Confirmed: b.Confirmed, Position: i + 1,
			})
		}
		if len(in.Bodies) == 0 {
			at.wrong("bodies", "is empty")
		}
		in.FieldworkStart = at.storyDate(in, "fieldwork_start", item.FieldworkStart)
		in.FieldworkEnd = at.storyDate(in, "fieldwork_end", item.FieldworkEnd)
		in.Published = at.storyDate(in, "published", item.Published)
		at.checkDates(in)
		if framework, ok := at.framework(in); ok {
			for i, j := range item.Judgements {
				path := fmt.Sprintf("judgements[%d]", i)
				if j.Grade == nil { // given, but not found: there is nothing to be confident of
					at.addJudgement(in, path, j.Judgement, "", inspection.Confidence(j.Confidence))
					continue
				}
				at.addJudgement(in, path, j.Judgement, at.need(path+".grade", *j.Grade), at.confidence(path+".confidence", j.Confidence))
			}
			sortJudgements(in, framework)
		}
		at.addAreas(in, item.Areas, shared)
		at.addEvidence(in, item)
		for _, response := range item.Responses {
			at.addResponse(in, response)
		}
		s.addInspection(at, in)
	})
}

// storyDate returns a date and notes on the inspection how well it is known.
func (s spot) storyDate(in *inspection.Inspection, field string, d *storyDate) inspection.Date {
	if d == nil {
		return inspection.Date{}
	}
	in.Facts = append(in.Facts, inspection.Fact{
		RecordKind: inspection.OfInspection, RecordID: in.ID, Field: field,
		Confidence: s.confidence(field+".confidence", d.Confidence),
	})
	return s.date(field+".date", s.need(field+".date", d.Date))
}

// framework checks that the inspection's framework has its kind and covers its day.
func (s spot) framework(in *inspection.Inspection) (inspection.Framework, bool) {
	framework, ok := s.seed.record.Catalogue.Framework(in.Framework)
	if !ok {
		s.wrong("framework", "no framework has the code %q", in.Framework)
		return framework, false
	}
	if _, ok := framework.Kind(in.Kind); !ok {
		s.wrong("kind", "framework %s has no kind %q", framework.Code, in.Kind)
	}
	day := in.FieldworkStart
	for _, other := range []inspection.Date{in.FieldworkEnd, in.Published} {
		if !day.Known() {
			day = other
		}
	}
	if day.Known() && (day.Last().Before(framework.From) || framework.Until.Known() && day.First().After(framework.Until.Last())) {
		s.wrong("framework", "%s does not cover %s", framework.Code, day)
	}
	return framework, true
}

// addAreas adds the areas to improve; shared holds the words of each item printed in twin letters.
func (s spot) addAreas(in *inspection.Inspection, areas *storyAreas, shared map[string]string) {
	if areas == nil {
		return
	}
	in.AreasCount, in.WholeListHeld = areas.Count, areas.WholeListHeld
	switch n := len(areas.Items); {
	case areas.Count != nil && *areas.Count < n:
		s.wrong("areas.count", "%d is less than the %d items given", *areas.Count, n)
	case areas.WholeListHeld && (areas.Count == nil || *areas.Count != n):
		s.wrong("areas.whole_list_held", "is true, but the count is not the %d items given", n)
	}
	for i, item := range areas.Items {
		path := fmt.Sprintf("areas.items[%d]", i)
		rec := inspection.Recommendation{
			InspectionID: in.ID, Number: item.Number,
			Kind: inspection.RecommendationKind(s.oneOf(path+".kind", item.Kind,
				string(inspection.Improvement), string(inspection.PriorityAction))),
			Words: s.need(path+".words", item.Words), Wording: inspection.Paraphrase, Themes: item.Themes,
			FrameworkTag: item.FrameworkTag, Responsible: item.Responsible, SharedKey: item.Shared, Position: i + 1,
		}
		want := strconv.Itoa(i + 1)
		if !areas.WholeListHeld {
			want = "P" + want
		}
		if item.Number != want {
			s.wrong(path+".number", "is %q; want %q", item.Number, want)
		}
		if len(item.Themes) == 0 {
			s.wrong(path+".themes", "is empty")
		}
		for j, theme := range item.Themes {
			if !s.seed.themes[theme] || slices.Contains(item.Themes[:j], theme) {
				s.wrong(path+".themes", "%q is not in themes.csv or stands there twice", theme)
			}
		}
		if words, ok := shared[item.Shared]; ok && words != item.Words {
			s.wrong(path+".words", "differ from those of the other letter with the shared key %q", item.Shared)
		}
		if item.Shared != "" {
			shared[item.Shared] = item.Words
		}
		in.Recommendations = append(in.Recommendations, rec)
	}
}

// addEvidence adds findings, sources, disagreements and gaps.
func (s spot) addEvidence(in *inspection.Inspection, item storyInspection) {
	for i, f := range item.Findings {
		path := fmt.Sprintf("findings[%d]", i)
		in.Findings = append(in.Findings, inspection.Finding{
			ID: fmt.Sprintf("%s/finding-%d", in.ID, i+1), InspectionID: in.ID,
			Kind:  inspection.FindingKind(s.oneOf(path+".kind", f.Kind, "strength", "concern", "earlier_areas")),
			Words: s.need(path+".words", f.Words), Paragraph: f.Paragraph, Position: i + 1,
		})
	}
	in.Citations = s.citations(inspection.OfInspection, in.ID, item.Sources)
	for i, d := range item.Disagreements {
		path := fmt.Sprintf("disagreements[%d]", i)
		one := inspection.Disagreement{
			ID: fmt.Sprintf("%s/disagreement-%d", in.ID, i+1), RecordKind: inspection.OfInspection, RecordID: in.ID,
			Field: s.need(path+".about", d.About), Used: d.Used, Why: s.need(path+".why", d.Why),
		}
		if len(d.Versions) < 2 {
			s.wrong(path+".versions", "has fewer than two")
		}
		for j, v := range d.Versions {
			at := fmt.Sprintf("%s.versions[%d]", path, j)
			one.Versions = append(one.Versions, inspection.Version{
				DisagreementID: one.ID, SourceID: s.source(at+".source", v.Source), Says: s.need(at+".says", v.Says), Position: j + 1,
			})
		}
		in.Disagreements = append(in.Disagreements, one)
	}
	for _, field := range slices.Sorted(maps.Keys(item.Confidences)) {
		path := "confidences." + field
		in.Facts = append(in.Facts, inspection.Fact{
			RecordKind: inspection.OfInspection, RecordID: in.ID, Confidence: s.confidence(path, item.Confidences[field]),
			Field: s.oneOf(path, field, "topic", "lead_inspector", "report_address", "judgements", "areas", "bodies", "delivered_by"),
		})
	}
	for i, g := range item.Gaps {
		path := fmt.Sprintf("gaps[%d]", i)
		in.Gaps = append(in.Gaps, inspection.Gap{
			ID: fmt.Sprintf("%s/gap-%d", in.ID, i+1), RecordKind: inspection.OfInspection, RecordID: in.ID,
			Field: s.need(path+".about", g.About), Words: s.need(path+".words", g.Words), Position: i + 1,
		})
	}
}

func (s spot) citations(kind inspection.RecordKind, id string, given []storyCitation) []inspection.Citation {
	if len(given) == 0 {
		s.wrong("sources", "is empty")
	}
	var out []inspection.Citation
	for i, c := range given {
		path := fmt.Sprintf("sources[%d]", i)
		citation := inspection.Citation{
			ID: fmt.Sprintf("%s/source-%d", id, i+1), RecordKind: kind, RecordID: id,
			SourceID: s.source(path+".source", c.Source), Supports: s.need(path+".supports", c.Supports), Position: i + 1,
		}
		if c.Confidence != "" {
			citation.Confidence = s.confidence(path+".confidence", c.Confidence)
		}
		out = append(out, citation)
	}
	return out
}

func (s *seedReader) readResponses() {
	items(s, "northamptonshire/responses.json", func(at spot, response storyResponse) {
		in, ok := s.inspections[response.Inspection]
		if !ok {
			at.wrong("inspection", "no inspection has the id %q", response.Inspection)
			return
		}
		at.addResponse(in, response)
	})
}

func (s spot) addResponse(in *inspection.Inspection, response storyResponse) {
	n := len(in.Responses) + 1
	in.Responses = append(in.Responses, inspection.Response{
		ID: fmt.Sprintf("%s/response-%d", in.ID, n), InspectionID: in.ID, BodyID: s.body("body", response.Body),
		Role: s.need("role", response.Role), Name: response.Name, Gist: s.need("gist", response.Gist),
		On: s.date("date", response.Date), SourceID: s.source("source", response.Source), Position: n,
	})
}

func (s *seedReader) readMilestones() {
	type milestone struct {
		ID         string
		Date       string
		DateWords  string `json:"date_words"`
		Title      string
		Detail     string
		Category   string
		Structural bool
		Bodies     []string
		Sources    []storyCitation
		Confidence string
		Note       string
	}
	used := map[string]int{}
	items(s, "northamptonshire/milestones.json", func(at spot, item milestone) {
		at.once("id", item.ID, used)
		for i, body := range item.Bodies {
			at.body(fmt.Sprintf("bodies[%d]", i), body)
		}
		s.record.Milestones = append(s.record.Milestones, inspection.Milestone{
			ID: at.slug("id", item.ID), On: at.date("date", at.need("date", item.Date)), OnWords: item.DateWords,
			Title: at.need("title", item.Title), Detail: item.Detail, Category: at.need("category", item.Category),
			Structural: item.Structural, Confidence: at.confidence("confidence", item.Confidence), Note: item.Note,
			Bodies: item.Bodies, Citations: at.citations(inspection.OfMilestone, item.ID, item.Sources),
		})
	})
}

func (s *seedReader) readFigures() {
	type figure struct{ ID, Body, Name, Value, Unit, Date, Source, Note string }
	used := map[string]int{}
	items(s, "northamptonshire/figures.json", func(at spot, item figure) {
		at.once("id", item.ID, used)
		s.record.Figures = append(s.record.Figures, inspection.Figure{
			ID: at.slug("id", item.ID), BodyID: at.body("body", item.Body), Name: at.need("name", item.Name),
			Value: at.need("value", item.Value), Unit: item.Unit, On: at.date("date", item.Date),
			SourceID: at.source("source", item.Source), Note: item.Note, Position: len(s.record.Figures) + 1,
		})
	})
}

// giveReferences gives each area to improve its durable reference. A second letter of the same kind to the same body in
// a year is lettered b, a third c, in the order in which they came out.
func (s *seedReader) giveReferences() {
	inOrder := slices.Clone(s.record.Inspections)
	slices.SortFunc(inOrder, inspection.ByDay)
	letters := map[string]int{}
	for _, in := range inOrder {
		kind, ok := s.record.Catalogue.Kind(in.Kind)
		if !ok || len(in.Bodies) == 0 {
			continue // reported already
		}
		body := s.bodies[in.Bodies[0].BodyID]
		if body.Kind == inspection.Partnership {
			body = s.bodies[body.ListedOn]
		}
		year := cmp.Or(in.Published.Year(), in.FieldworkEnd.Year(), in.FieldworkStart.Year())
		key := fmt.Sprint(body.Code, kind.Reference, year)
		series := ""
		if n := letters[key]; n > 0 {
			series = string(rune('a' + n))
		}
		letters[key]++
		for i := range in.Recommendations {
			rec := &in.Recommendations[i]
			rec.Reference = inspection.Reference(body.Code, kind.Reference, year, series, rec.Number)
		}
	}
}
