package opendata

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Authority is a council, or a place with several councils, in a list.
type Authority struct {
	ID     string    `json:"id" column:"Slug" doc:"Its short name, which does not change"`
	Self   string    `json:"self" doc:"Where the interface says more about it"`
	Page   string    `json:"page" doc:"Its page"`
	Name   string    `json:"name" column:"Name" doc:"Its name"`
	Kind   string    `json:"kind" codes:"authority|place" doc:"A council, or a place with several councils, which is never graded itself"`
	LACode *string   `json:"la_code" column:"Code" doc:"Local authority code of the Department for Education; null where none is held"`
	ONS    *string   `json:"ons_code" doc:"Code of the Office for National Statistics; null where none is held"`
	URN    *string   `json:"urn" doc:"Number at Ofsted; null where none is held"`
	Region *string   `json:"region" column:"Region" doc:"Region of England; null for a place"`
	Type   *string   `json:"type" column:"Type" doc:"Type of council; null for a place"`
	Began  Date      `json:"created_on" doc:"Its first day; unknown where the record does not hold it"`
	Ended  Date      `json:"ended_on" column:"Ended" doc:"Its last day; unknown while it goes on"`
	Latest []LaneEnd `json:"latest" column:"Latest published grades" doc:"What is latest in each judgement; empty for a place"`
}

// LaneEnd is what is latest in one judgement of one authority.
type LaneEnd struct {
	Judgement  string  `json:"judgement" doc:"Code of the judgement"`
	Name       string  `json:"name" doc:"The judgement as its lane is headed"`
	Grade      *Code   `json:"grade" doc:"The grade; null where absence says why there is none"`
	Absence    *Code   `json:"absence" doc:"Why there is no grade; null where there is one"`
	When       *string `json:"when" doc:"Month of publication; null where nothing is held"`
	Words      string  `json:"words" doc:"All of it as the pages say it"`
	Note       *string `json:"note" doc:"What has to be known beside it; null where there is nothing"`
	Inspection *string `json:"inspection" doc:"ID of the inspection that gave it; null where there is none"`
}

func laneEndOf(code, name string, latest inspection.Latest) LaneEnd {
	out := LaneEnd{Judgement: code, Name: name, When: text(latest.When), Words: latest.Words, Note: text(latest.Note)}
	if out.Grade = gradeOf(latest.Grade); out.Grade == nil {
		out.Absence = codeOf(latest.Absence, latest.Absence.Words())
	}
	if latest.Inspection != nil {
		out.Inspection = text(latest.Inspection.ID)
	}
	return out
}

// latestOf says what is latest in each judgement. Visits are left out: they are none, and a list of authorities is made from full
// inspections alone, so that it cannot say that none is known.
func latestOf(lanes []inspection.Lane) []LaneEnd {
	out := []LaneEnd{}
	for _, lane := range lanes {
		if !lane.OfVisits() {
			out = append(out, laneEndOf(lane.Code, lane.Name, lane.Latest))
		}
	}
	return out
}

func (c *Call) authority(b inspection.Body) Authority {
	return Authority{
		ID: b.ID, Self: c.link(Root + "/authorities/" + b.ID), Page: c.link("/authorities/" + b.ID), Name: b.Name, Kind: string(b.Kind), LACode: text(b.LACode),
		ONS: text(b.ONSCode), URN: text(b.URN), Region: text(b.Region), Type: text(b.Type), Began: dateOf(b.Created), Ended: dateOf(b.Ended), Latest: []LaneEnd{},
	}
}

// authoritiesPerPage is how many authorities a table shows at once, on the pages too. There are fewer in England.
const authoritiesPerPage = 200

func authorities() Operation {
	return Reading(Operation{
		Name: "authorities", Path: "/authorities", Page: "/authorities", Group: "Authorities", Summary: "Councils with children’s services, earlier ones among them",
		Words: "Places with several councils are at /places.",
		Parameters: []Parameter{
			regionParameter, typeParameter, {Name: "q", Summary: "Part of the name", Free: true}, pageParameter, asAtParameter,
		},
	}, func(ctx context.Context, c *Call) (List[Authority], error) {
		england, err := c.England(ctx)
		if err != nil {
			return List[Authority]{}, err
		}
		bodies, err := c.Bodies(ctx)
		if err != nil {
			return List[Authority]{}, err
		}
		where, query := inspection.Where{Region: c.Get("region"), Type: c.Get("type")}, strings.ToLower(c.Get("q"))
		found := slices.DeleteFunc(slices.Clone(bodies), func(b inspection.Body) bool {
			return b.Kind != inspection.Authority || !where.Holds(b) || !b.BegunBy(c.Day()) || !strings.Contains(strings.ToLower(b.Name), query)
		})
		shown, err := cut(c, found, authoritiesPerPage)
		if err != nil {
			return List[Authority]{}, err
		}
		var items []Authority
		for _, b := range shown.Items {
			one := c.authority(b)
			one.Latest = latestOf(england.Part(b.ID).Lanes(b, c.Day()).Main)
			items = append(items, one)
		}
		return listOf(c, items, shown.Total, shown.Pages)
	})
}

func places() Operation {
	return Reading(Operation{
		Name: "places", Path: "/places", Page: "/authorities", Group: "Authorities", Summary: "Places that several councils share since an earlier council was split",
		Parameters: []Parameter{asAtParameter},
	}, func(ctx context.Context, c *Call) (List[Authority], error) {
		bodies, err := c.Bodies(ctx)
		if err != nil {
			return List[Authority]{}, err
		}
		var items []Authority
		for _, b := range bodies {
			if b.Kind == inspection.Place && b.BegunBy(c.Day()) {
				items = append(items, c.authority(b))
			}
		}
		return whole(c, items)
	})
}

// AuthorityDocument is the page about one authority, or about the councils of a place.
type AuthorityDocument struct {
	Document
	Authority  Authority       `json:"authority" doc:"Whose page it is"`
	Members    []Body          `json:"councils" doc:"The councils that it is about: itself, or those of the place on the day; empty where it had not begun"`
	Place      *Body           `json:"place" doc:"The place that it is or belongs to; null where there is none"`
	Earlier    []Body          `json:"earlier_councils" doc:"The councils before these. Their grades are their own and never passed along"`
	Successors []Body          `json:"successors" doc:"The councils after it, where it has ended"`
	Takeovers  []Takeover      `json:"successions" doc:"Who took over whose area, and when"`
	Providers  []Provider      `json:"providers" doc:"Who runs their children’s services under an agreement"`
	Neighbours []Body          `json:"statistical_neighbours" doc:"Authorities that are most like it, the nearest first; empty for a place"`
	Fresh      []string        `json:"freshness" doc:"How new the record is, in sentences"`
	Headlines  []Headline      `json:"headlines" doc:"What inspectors last said"`
	Others     []Headline      `json:"other_headlines" doc:"What other kinds of inspection said, where it has to be known at once"`
	Counts     []Count         `json:"counts" doc:"What is counted on the first screen"`
	Lanes      []Lanes         `json:"lanes" doc:"Each council's judgements through time, the councils first and then the earlier ones"`
	Visits     []Link          `json:"visits" doc:"Focused and monitoring visits of its councils, the latest first"`
	Areas      []Area          `json:"latest_areas_to_improve" doc:"What their latest letters ask for, one that is in two letters once"`
	Dates      []DateLine      `json:"dates" doc:"What was due, what is ahead, and what is recorded to have been done"`
	Prompts    []Prompt        `json:"questions_to_ask" doc:"Questions that the record suggests"`
	Differs    []Difference    `json:"differences" doc:"In what two councils of a place differ; empty elsewhere"`
	Figures    []Figure        `json:"figures" doc:"Published numbers, for context"`
	NotHeld    []string        `json:"not_held" doc:"What is not on the record, in sentences"`
	Unknown    []InspectionGap `json:"gaps" doc:"What was looked for and not found, inspection by inspection"`
	Complete   []Completeness  `json:"completeness" doc:"How far each list of inspections is complete"`
}

// Takeover says that a council took over an area, or a part of one. No grade passes along it.
type Takeover struct {
	From       Body  `json:"from" doc:"The council before"`
	To         Body  `json:"to" doc:"The council after"`
	On         Date  `json:"date" doc:"The first day of the council after"`
	Confidence Code  `json:"confidence" doc:"How well it is known"`
	Source     *Link `json:"source" doc:"Where it says so"`
}

// Provider runs children's services for councils.
type Provider struct {
	Body       Body  `json:"provider" doc:"Who runs them"`
	Authority  Body  `json:"authority" doc:"For which council"`
	From       Date  `json:"from" doc:"First day"`
	Until      Date  `json:"until" doc:"Last day; unknown while it goes on"`
	Confidence Code  `json:"confidence" doc:"How well it is known"`
	Source     *Link `json:"source" doc:"Where it says so"`
}

// Headline is what is said first.
type Headline struct {
	Lead        string   `json:"lead" doc:"What inspectors said, in a sentence"`
	LettersOn   *string  `json:"letters_on" doc:"When the letters came out; null where that is said elsewhere"`
	Detail      []string `json:"detail" doc:"What else has to be known, in sentences"`
	Inspections []Link   `json:"inspections" doc:"The inspections it is about"`
}

// Count is one number of the first screen. Where it is not known it has none.
type Count struct {
	Number *int    `json:"number" doc:"The number; null where the list is not held, which does not mean none"`
	Words  string  `json:"words" doc:"What is counted or, without a number, the whole sentence"`
	Note   *string `json:"note" doc:"What has to be known beside it; null where there is nothing"`
	List   *string `json:"list" doc:"Code of what is counted; null where that is no list"`
}

// Lanes are the judgements of one council through time.
type Lanes struct {
	Body    Body   `json:"authority" doc:"The council"`
	Earlier bool   `json:"earlier_council" doc:"Whether it is a council before those that the answer is about"`
	Lanes   []Lane `json:"lanes" doc:"One for each judgement, and for other kinds of inspection"`
	Solid   Date   `json:"complete_to" doc:"Day to which full inspections are known to be complete; unknown where they are not"`
}

// Lane is one judgement through time: blocks in which a grade was the latest, or single marks.
type Lane struct {
	Code   string  `json:"code" doc:"Code of the judgement or of the kind of inspection"`
	Name   string  `json:"name" doc:"As the lane is headed"`
	Main   bool    `json:"main" doc:"Whether it is drawn on the first screen"`
	Latest LaneEnd `json:"latest" doc:"What is latest in it"`
	Blocks []Block `json:"blocks" doc:"Spans of time in which a grade was the latest published"`
	Marks  []Mark  `json:"marks" doc:"Single events"`
	Later  *string `json:"later" doc:"What is said after the last mark where later inspections were not found; null where nothing is"`
}

// Block is a span of time in which a published grade was the latest.
type Block struct {
	From        Date    `json:"from" doc:"First day: that of publication or, where that is not known, the end of fieldwork"`
	Until       Date    `json:"until" doc:"The last day it covers; unknown where it goes on"`
	SolidUntil  Date    `json:"known_until" doc:"After this day the record is not known to be complete"`
	Grade       *Code   `json:"grade" doc:"The grade; null where absence says why there is none"`
	Absence     *Code   `json:"absence" doc:"Why there is no grade; null where there is one"`
	Words       string  `json:"words" doc:"The same in words"`
	Inspection  *string `json:"inspection" doc:"ID of the inspection behind it; null where there is none"`
	Unpublished bool    `json:"publication_not_known" doc:"Whether it begins at the end of fieldwork, since publication was not found"`
}

// Mark is a single event in a lane.
type Mark struct {
	On         Date    `json:"date" doc:"The day"`
	Words      string  `json:"words" doc:"What happened"`
	Visit      bool    `json:"visit" doc:"Whether it gives no grade"`
	Confirmed  bool    `json:"confirmed" doc:"Whether it is confirmed to be of this council"`
	Grade      *Code   `json:"grade" doc:"The grade; null where there is none"`
	Absence    *Code   `json:"absence" doc:"Why there is no grade; null where there is one or where none is to be expected"`
	Inspection *string `json:"inspection" doc:"ID of the inspection; null for an event that is none"`
	Milestone  *string `json:"milestone" doc:"ID of the milestone; null where it is none"`
}

// DateLine is a day that was due or is ahead.
type DateLine struct {
	When       string  `json:"when" doc:"The day, or the months"`
	Words      string  `json:"words" doc:"What is or was to happen"`
	Passed     bool    `json:"passed" doc:"Whether the day has passed"`
	Inspection *string `json:"inspection" doc:"ID of the inspection it follows from; null where there is none"`
	Done       bool    `json:"recorded_as_done" doc:"Whether it is recorded to have been done; false also where nothing is recorded"`
}

// Prompt is a question that the record suggests.
type Prompt struct {
	Code        string   `json:"code" doc:"Code of the rule that suggests it"`
	Question    string   `json:"question" doc:"The question"`
	Rule        string   `json:"rule" doc:"Why it is suggested"`
	Areas       []string `json:"areas_to_improve" doc:"References of the areas it is about"`
	Inspections []string `json:"inspections" doc:"IDs of the inspections it is about"`
}

// Difference is something in which two councils differ.
type Difference struct {
	About string `json:"about" doc:"What it is about"`
	Words string `json:"words" doc:"The difference"`
}

// Figure is a published number.
type Figure struct {
	Body   Body    `json:"body" doc:"Whom it is about"`
	Name   string  `json:"name" doc:"What is counted"`
	Value  string  `json:"value" doc:"The number as it was published"`
	Unit   *string `json:"unit" doc:"Its unit; null where the value says it"`
	On     Date    `json:"date" doc:"Of which day"`
	Source *Link   `json:"source" doc:"Where it stands"`
	Note   *string `json:"note" doc:"What has to be known beside it; null where there is nothing"`
}

// InspectionGap is what was not found about one inspection.
type InspectionGap struct {
	Inspection Link  `json:"inspection" doc:"The inspection"`
	Gaps       []Gap `json:"gaps" doc:"What is missing"`
}

func home() Operation {
	return Reading(Operation{
		Name: "home", Path: "/home", Page: "/", Group: "Authorities", Summary: "The place that the first page is about", Parameters: []Parameter{asAtParameter},
	}, func(ctx context.Context, c *Call) (AuthorityDocument, error) { return c.authorityStory(ctx, c.Home) })
}

func oneAuthority() Operation {
	return Reading(Operation{
		Name: "authority", Path: "/authorities/{slug}", Page: "/authorities/{slug}", Group: "Authorities", Summary: "One authority, or the councils of a place, with their past",
		Parameters: []Parameter{slugParameter, asAtParameter},
	}, func(ctx context.Context, c *Call) (AuthorityDocument, error) {
		return c.authorityStory(ctx, c.Get("slug"))
	})
}

// subject is what documents about one authority or place are made from, as the record stood on the day.
type subject struct {
	record  *inspection.Record
	body    inspection.Body
	members []inspection.Body // the councils it is about; none where it had not begun on the day
	place   inspection.Body   // the place it is or belongs to; empty where there is none
	until   inspection.Date   // the day or, for an earlier council, its last one: what came later is not its own
}

func (c *Call) subject(ctx context.Context, slug string) (subject, error) {
	record, err := c.Store.Record(ctx, slug)
	if err != nil {
		return subject{}, err
	}
	body, known := record.Body(slug)
	if !known || body.Kind != inspection.Authority && body.Kind != inspection.Place {
		return subject{}, fmt.Errorf("say of %s: %w", slug, inspection.ErrNotFound)
	}
	sub := subject{record: record.AsOf(c.Day()), body: body, members: record.MembersOn(slug, c.Day()), until: c.Day()}
	var last inspection.Date
	going := false
	for _, m := range sub.members {
		going = going || !m.EndedBy(c.Day())
		if m.Ended.After(last) {
			last = m.Ended
		}
	}
	if !going && last.Known() {
		sub.until = last.Last()
	}
	for _, m := range record.PlaceMembers {
		place, _ := record.Body(m.PlaceID) // the latest of those that have begun
		if (m.AuthorityID == slug || m.PlaceID == slug) && place.BegunBy(c.Day()) && !place.Created.Before(sub.place.Created) {
			sub.place = place
		}
	}
	return sub, nil
}

// goesOn reports whether any of the councils had not ended on the day.
func (sub subject) goesOn(day inspection.Date) bool {
	return slices.ContainsFunc(sub.members, func(m inspection.Body) bool { return !m.EndedBy(day) })
}

// items are the areas to improve under an authority, as the asker may see them.
func (c *Call) items(sub subject, list []store.ListedRecommendation) []inspection.ScrutinyItem {
	out := make([]inspection.ScrutinyItem, len(list))
	for i, one := range list {
		out[i] = inspection.ScrutinyItem{
			Recommendation: one.Recommendation, Inspection: one.Inspection, Position: one.Position.For(c.Reader), Views: one.Views, Again: one.Again,
			Ended: sub.record.Ended(one.Inspection, c.Day()),
		}
	}
	return out
}

func (c *Call) authorityStory(ctx context.Context, slug string) (AuthorityDocument, error) {
	sub, err := c.subject(ctx, slug)
	if err != nil {
		return AuthorityDocument{}, err
	}
	england, err := c.England(ctx)
	if err != nil {
		return AuthorityDocument{}, err
	}
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return AuthorityDocument{}, err
	}
	listed, err := c.Store.Positions(ctx, slug, c.Day())
	if err != nil {
		return AuthorityDocument{}, err
	}
	r, day := sub.record, c.Day()
	positions := map[string]inspection.Position{}
	items := c.items(sub, listed)
	for _, item := range items {
		positions[item.Reference] = item.Position
	}
	earlier := r.EarlierCouncils(sub.members...)
	out := AuthorityDocument{
		Document: c.document(), Authority: c.authority(sub.body), Members: c.bodiesOf(sub.members), Earlier: c.bodiesOf(earlier), Successors: []Body{},
		Takeovers: []Takeover{}, Providers: []Provider{}, Neighbours: []Body{}, Headlines: []Headline{}, Others: []Headline{}, Counts: []Count{}, Lanes: []Lanes{},
		Visits: []Link{}, Areas: []Area{}, Dates: []DateLine{}, Prompts: []Prompt{}, Differs: []Difference{}, Figures: []Figure{}, Unknown: []InspectionGap{},
		Complete: []Completeness{}, Fresh: []string{}, NotHeld: []string{},
	}
	if sub.place.ID != "" {
		place := c.bodyOf(sub.place)
		out.Place = &place
	}
	if len(sub.members) == 0 {
		return out, nil
	}
	out.Fresh = texts(r.FreshnessWords(sub.members, inspection.Freshness{Newest: england.NewestLetter(day), ReadOn: r.EnglandReadOn(day)}, sub.until))
	if !sub.goesOn(day) {
		out.Successors = c.bodiesOf(r.Successors(sub.body.ID))
	} else {
		c.addDates(&out, sub, items)
	}
	c.addRegister(&out, sub, bodies)
	c.addHeadlines(&out, sub)
	for _, line := range r.Counts(sub.members, positions, day) {
		one := Count{Words: line.Words, Note: text(line.Note), List: text(line.List)}
		if line.Known {
			one.Number = &line.Number
		}
		out.Counts = append(out.Counts, one)
	}
	c.addLanes(&out, sub, earlier)
	areas, _ := r.LatestAreas(sub.members, day)
	for _, item := range areas {
		out.Areas = append(out.Areas, c.area(r.Themes, item))
	}
	if len(sub.members) == 2 {
		for _, d := range r.Differences(sub.members[0], sub.members[1], sub.body.Name, day) {
			out.Differs = append(out.Differs, Difference(d))
		}
	}
	c.addGaps(&out, sub, earlier)
	return out, nil
}

func (c *Call) addDates(out *AuthorityDocument, sub subject, items []inspection.ScrutinyItem) {
	for _, line := range sub.record.DateLines(sub.members, sub.body.Name, c.Day()) {
		one := DateLine{When: line.When, Words: line.Words, Passed: line.Passed, Done: line.Fulfilment != nil && line.Fulfilment.Done()}
		if line.Inspection != nil {
			one.Inspection = text(line.Inspection.ID)
		}
		out.Dates = append(out.Dates, one)
	}
	out.Prompts = c.prompts(sub, items)
}

func (c *Call) prompts(sub subject, items []inspection.ScrutinyItem) []Prompt {
	out := []Prompt{}
	for _, p := range sub.record.Prompts(sub.members, sub.body.Name, items, c.Reader, c.Day()) {
		one := Prompt{Code: string(p.Code), Question: p.Question, Rule: p.Rule, Areas: texts(p.References), Inspections: []string{}}
		for _, in := range p.Inspections {
			one.Inspections = append(one.Inspections, in.ID)
		}
		out = append(out, one)
	}
	return out
}

func (c *Call) addRegister(out *AuthorityDocument, sub subject, bodies []inspection.Body) {
	r := sub.record
	for _, s := range r.Successions {
		if s.On.After(c.Day()) && c.past { // what was planned on a past day is not recorded
			continue
		}
		out.Takeovers = append(out.Takeovers, Takeover{
			*c.bodyNamed(r, s.FromID), *c.bodyNamed(r, s.ToID), dateOf(s.On), Code{string(s.Confidence), s.Confidence.Words()}, c.sourceLink(r, s.SourceID),
		})
	}
	for _, p := range r.Providers(sub.members...) {
		for _, s := range r.Services {
			if s.ProviderID == p.ID {
				out.Providers = append(out.Providers, Provider{
					c.bodyOf(p), *c.bodyNamed(r, s.AuthorityID), dateOf(s.From), dateOf(s.Until), Code{string(s.Confidence), s.Confidence.Words()}, c.sourceLink(r, s.SourceID),
				})
			}
		}
	}
	if len(sub.members) != 1 {
		return
	}
	for _, code := range sub.members[0].NeighbourCodes() {
		if i := slices.IndexFunc(bodies, func(b inspection.Body) bool { return b.LACode == code && b.Kind == inspection.Authority }); i >= 0 {
			out.Neighbours = append(out.Neighbours, c.bodyOf(bodies[i]))
		}
	}
}

func (c *Call) addHeadlines(out *AuthorityDocument, sub subject) {
	r, day := sub.record, c.Day()
	for _, h := range r.Headlines(sub.members, day) {
		out.Headlines = append(out.Headlines, Headline{h.Lead, text(h.LettersOn), texts(h.Detail), c.inspectionLinks(r, h.Letters)})
	}
	for _, h := range r.OtherHeadlines(sub.members, day) {
		one := Headline{h.Lead, nil, []string{}, c.inspectionLinks(r, h.Inspections)}
		if h.Detail != "" {
			one.Detail = []string{h.Detail}
		}
		out.Others = append(out.Others, one)
	}
}

func (c *Call) addLanes(out *AuthorityDocument, sub subject, earlier []inspection.Body) {
	r, day := sub.record, c.Day()
	var visits []*inspection.Inspection
	for i, b := range slices.Concat(sub.members, earlier) {
		lanes := r.Lanes(b, day)
		if b.ID == sub.body.ID {
			out.Authority.Latest = latestOf(lanes.Main)
		}
		one := Lanes{Body: c.bodyOf(b), Earlier: i >= len(sub.members), Lanes: []Lane{}, Solid: dateOf(lanes.Solid)}
		for n, lane := range slices.Concat(lanes.Main, lanes.More) {
			one.Lanes = append(one.Lanes, laneOf(lane, n < len(lanes.Main)))
		}
		out.Lanes = append(out.Lanes, one)
		if i >= len(sub.members) {
			continue
		}
		for _, in := range append(r.InspectionsOf(b.ID, day), r.PerhapsOf(b.ID, day)...) {
			if !r.Graded(in) && !slices.Contains(visits, in) {
				visits = append(visits, in)
			}
		}
	}
	slices.SortFunc(visits, func(a, b *inspection.Inspection) int { return inspection.ByDay(b, a) })
	out.Visits = c.inspectionLinks(r, visits)
}

func laneOf(lane inspection.Lane, main bool) Lane {
	out := Lane{
		Code: lane.Code, Name: lane.Name, Main: main, Latest: laneEndOf(lane.Code, lane.Name, lane.Latest), Blocks: []Block{}, Marks: []Mark{}, Later: text(lane.Later),
	}
	for _, b := range lane.Blocks {
		one := Block{
			From: dateOf(b.From), Until: dateOf(b.Until), SolidUntil: dateOf(b.SolidUntil), Grade: gradeOf(b.Grade), Words: b.Words(), Unpublished: b.Unpublished,
		}
		if one.Grade == nil {
			one.Absence = codeOf(b.Absence, b.Absence.Words())
		}
		if b.Inspection != nil {
			one.Inspection = text(b.Inspection.ID)
		}
		out.Blocks = append(out.Blocks, one)
	}
	for _, m := range lane.Marks {
		one := Mark{On: dateOf(m.On), Words: m.Words, Visit: m.Visit, Confirmed: m.Confirmed, Grade: gradeOf(m.Grade), Absence: codeOf(m.Absence, m.Absence.Words())}
		if m.Inspection != nil {
			one.Inspection = text(m.Inspection.ID)
		}
		if m.Milestone != nil {
			one.Milestone = text(m.Milestone.ID)
		}
		out.Marks = append(out.Marks, one)
	}
	return out
}

func (c *Call) addGaps(out *AuthorityDocument, sub subject, earlier []inspection.Body) {
	r, about := sub.record, append(slices.Clone(sub.members), earlier...)
	for i, b := range about {
		if b.EndedBy(c.Today()) && !b.EndedBy(c.Day()) {
			about[i].Note = "" // it tells of the end, which was still to come
		}
	}
	out.NotHeld = texts(r.GeneralGaps(about, c.Day()))
	all := slices.Clone(r.Inspections)
	slices.SortFunc(all, func(a, b *inspection.Inspection) int { return inspection.ByDay(b, a) })
	for _, in := range all {
		if len(in.Gaps) == 0 || !in.OutBy(c.Day()) {
			continue
		}
		one := InspectionGap{Inspection: c.inspectionLink(r, in), Gaps: []Gap{}}
		for _, gap := range in.Gaps {
			one.Gaps = append(one.Gaps, Gap{gap.Field, gap.Words})
		}
		out.Unknown = append(out.Unknown, one)
	}
	of := func(id string) bool {
		return id == sub.body.ID || slices.ContainsFunc(about, func(b inspection.Body) bool { return b.ID == id })
	}
	for _, f := range r.Figures {
		if of(f.BodyID) {
			out.Figures = append(out.Figures, Figure{*c.bodyNamed(r, f.BodyID), f.Name, f.Value, text(f.Unit), dateOf(f.On), c.sourceLink(r, f.SourceID), text(f.Note)})
		}
	}
	for _, line := range r.Completeness {
		out.Complete = append(out.Complete, c.completeness(r, line))
	}
}
