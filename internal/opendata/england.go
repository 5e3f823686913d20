package opendata

import (
	"cmp"
	"context"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// judgementParameter asks for one judgement. Without it the first of the rules in force is meant.
var judgementParameter = Parameter{Name: "judgement", Summary: "Code of a judgement; leaders where it is left out", From: judgementCodes, At: "/frameworks"}

// asked is the judgement and the part of England that is asked for.
type asked struct {
	england   *inspection.England
	judgement inspection.Strand
	where     inspection.Where
}

func (c *Call) askEngland(ctx context.Context) (asked, error) {
	england, err := c.England(ctx)
	if err != nil {
		return asked{}, err
	}
	judgements := england.Catalogue.Judgements()
	at := max(0, slices.IndexFunc(judgements, func(j inspection.Strand) bool { return j.Code == c.Get("judgement") }))
	return asked{england, judgements[at], inspection.Where{Region: c.Get("region"), Type: c.Get("type")}}, nil
}

// EnglandDocument is how the grades of one judgement lay over England, or a part of it, through the years and on a day.
type EnglandDocument struct {
	Document
	Judgement Code             `json:"judgement" doc:"The judgement"`
	Region    *string          `json:"region" doc:"The region; null for all of England"`
	Type      *string          `json:"type" doc:"The type of council; null for every type"`
	CountedOn Date             `json:"counted_on" doc:"Day to which the lists of full inspections are complete, at most that of the answer"`
	All       Standing         `json:"all" doc:"Authorities by grade on that day"`
	ByRegion  []PartStanding   `json:"by_region" doc:"The same region by region"`
	ByType    []PartStanding   `json:"by_type" doc:"The same by type of council"`
	Through   []DayStanding    `json:"through_time" doc:"The same on the last day of each quarter"`
	Official  []OfficialFigure `json:"official_figures" doc:"Figures that Ofsted published, and what this record gives for the same"`
}

// Standing counts authorities by grade, and by why there is none.
type Standing struct {
	Total     int     `json:"authorities" doc:"How many there are"`
	Grades    []Tally `json:"grades" doc:"How many stand at each grade, the best first"`
	NotYet    int     `json:"not_yet" doc:"How many have no grade on the record yet"`
	NotHeld   int     `json:"report_not_held" doc:"How many were inspected by a report that is not held"`
	NotJudged int     `json:"not_judged" doc:"How many of whose report prints that this was not judged"`
	NotFound  int     `json:"not_found" doc:"How many whose grade was not found or whose report is not published"`
	NotGiven  int     `json:"not_given" doc:"How many were last inspected under rules without this judgement"`
}

// Tally is a number of authorities at one grade.
type Tally struct {
	Code
	Number int `json:"number" doc:"How many"`
}

// PartStanding is the standing of one part of England.
type PartStanding struct {
	Part string `json:"part" doc:"The region or type of council"`
	Standing
}

// DayStanding is the standing of one day.
type DayStanding struct {
	On string `json:"date" doc:"The day"`
	Standing
}

// OfficialFigure is a figure that Ofsted published beside what this record gives.
type OfficialFigure struct {
	Title   string          `json:"title" doc:"What is counted, in our words"`
	On      Date            `json:"date" doc:"Of which day it speaks"`
	Region  *string         `json:"region" doc:"Of which region; null for all of England"`
	Measure string          `json:"measure" codes:"share_good_or_outstanding|count_by_grade|inspected_again" doc:"What its numbers are"`
	Values  []OfficialValue `json:"values" doc:"Its numbers"`
	Differs *string         `json:"differs" doc:"Why this record gives something else, in our words; null where it does not or where we do not know"`
	Source  string          `json:"source" doc:"ID of the source"`
}

// OfficialValue is one number of such a figure.
type OfficialValue struct {
	Code     string `json:"code" doc:"Of which grade or course"`
	Official string `json:"official" doc:"As Ofsted published it"`
	Ours     string `json:"ours" doc:"What this record gives"`
	Agrees   bool   `json:"agrees" doc:"Whether both say the same"`
}

func (a asked) standing(s inspection.Standing) Standing {
	out := Standing{
		Total: s.Total(), Grades: []Tally{}, NotYet: s.NotYet, NotHeld: s.NotHeld, NotJudged: s.NotJudged, NotFound: s.NotFound, NotGiven: s.NotGiven,
	}
	scale, _ := a.england.Catalogue.Scale(a.judgement.Scale)
	listed := map[string]bool{}
	for _, g := range scale.Grades {
		listed[g.Code] = true
		out.Grades = append(out.Grades, Tally{Code{g.Code, g.Name}, s.Grades[g.Code]})
	}
	for _, code := range openNames(s.Grades) { // of a scale that other rules have
		if !listed[code] {
			out.Grades = append(out.Grades, Tally{Code{code, code}, s.Grades[code]})
		}
	}
	return out
}

func england() Operation {
	return Reading(Operation{
		Name: "england", Path: "/england", Page: "/england", Group: "England", Summary: "Grades of one judgement over England, through the years and on a day",
		Parameters: []Parameter{judgementParameter, regionParameter, typeParameter, asAtParameter},
	}, showEngland)
}

func showEngland(ctx context.Context, c *Call) (EnglandDocument, error) {
	a, err := c.askEngland(ctx)
	if err != nil {
		return EnglandDocument{}, err
	}
	on := a.england.Seen(c.Day())
	stands := a.england.Stands(a.judgement.Code, on, inspection.StandingBasis{PublishedBy: on}, a.where)
	out := EnglandDocument{
		Document: c.document(), Judgement: Code{a.judgement.Code, a.judgement.Short}, Region: text(a.where.Region), Type: text(a.where.Type),
		CountedOn: dateOf(on), All: a.standing(inspection.Count(on, stands)), Through: []DayStanding{}, Official: []OfficialFigure{},
		ByRegion: a.parts(on, stands, func(b inspection.Body) string { return b.Region }), ByType: a.parts(on, stands, func(b inspection.Body) string { return b.Type }),
	}
	for _, s := range a.england.Standings(a.judgement.Code, c.Day(), a.where) {
		out.Through = append(out.Through, DayStanding{s.On.ISO(), a.standing(s)})
	}
	for _, figure := range a.england.Official() {
		f := figure.Figure
		if f.On.After(c.Day()) {
			continue
		}
		one := OfficialFigure{f.Title, dateOf(f.On), text(f.Region), string(f.Measure), []OfficialValue{}, text(f.Differs), f.SourceID}
		for _, v := range figure.Values {
			one.Values = append(one.Values, OfficialValue{v.Code, v.OfficialWords(f.Measure), v.OursWords(f.Measure), v.Agrees()})
		}
		out.Official = append(out.Official, one)
	}
	return out, nil
}

func (a asked) parts(on inspection.Date, stands []inspection.Stand, of func(inspection.Body) string) []PartStanding {
	byPart := map[string][]inspection.Stand{}
	for _, one := range stands {
		byPart[of(one.Body)] = append(byPart[of(one.Body)], one)
	}
	out := []PartStanding{}
	for _, name := range openNames(byPart) {
		out = append(out, PartStanding{cmp.Or(name, "Not known"), a.standing(inspection.Count(on, byPart[name]))})
	}
	return out
}

// Stand is where one authority stood in one judgement on a day.
type Stand struct {
	Authority  Body    `json:"authority" column:"Authority" doc:"The authority"`
	Region     *string `json:"region" column:"Region" doc:"Its region; null where that is not recorded"`
	Grade      *Code   `json:"grade" column:"Grade" doc:"The grade; null where absence says why there is none"`
	Absence    *Code   `json:"absence" column:"Why there is none" doc:"Why there is no grade; null where there is one"`
	NotHeld    bool    `json:"report_not_held" doc:"Whether it has ended and no report of it is held at all"`
	Inspection *Link   `json:"inspection" column:"Latest full inspection" doc:"Its latest full inspection out by the day; null where none is held"`
	Framework  *Code   `json:"framework" doc:"The rules of that inspection; null where none is held"`
	Published  Date    `json:"published" doc:"Day on which it came out"`
}

func englandMap() Operation {
	return Reading(Operation{
		Name: "england-map", Path: "/england/map", Page: "/england/map", Group: "England", Summary: "Where every authority stood in one judgement on a day",
		Parameters: []Parameter{judgementParameter, regionParameter, typeParameter, pageParameter, asAtParameter},
	}, func(ctx context.Context, c *Call) (List[Stand], error) {
		a, err := c.askEngland(ctx)
		if err != nil {
			return List[Stand]{}, err
		}
		stands := a.england.Stands(a.judgement.Code, c.Day(), inspection.StandingBasis{PublishedBy: c.Day()}, a.where)
		var items []Stand
		for _, one := range stands {
			items = append(items, c.stand(a, one))
		}
		return cut(c, items, authoritiesPerPage)
	})
}

func (c *Call) stand(a asked, one inspection.Stand) Stand {
	out := Stand{Authority: c.bodyOf(one.Body), Region: text(one.Body.Region), Grade: gradeOf(one.Grade), NotHeld: one.NotHeld, Published: dateOf(inspection.Date{})}
	if !one.Graded() {
		out.Grade, out.Absence = nil, codeOf(one.Absence, one.Absence.Words())
	}
	if one.Inspection != nil {
		link := c.inspectionLink(a.england.Record, one.Inspection)
		f, _ := a.england.Catalogue.Framework(one.Inspection.Framework)
		out.Inspection, out.Framework, out.Published = &link, &Code{f.Code, capital(f.PlainName)}, dateOf(one.Inspection.Published)
	}
	return out
}

// Reorganisation is a change of councils on one day. No grade passes along it.
type Reorganisation struct {
	ID         string   `json:"id" doc:"Names the reorganisation; it does not change"`
	Page       string   `json:"page" doc:"Where it stands on its page"`
	On         Date     `json:"date" column:"On" doc:"The first day of the councils after it"`
	Planned    bool     `json:"planned" column:"Planned" doc:"Whether it is still to come"`
	Kind       Code     `json:"kind" column:"Kind" doc:"What it did"`
	Words      string   `json:"words" column:"What happened" doc:"What happened, or is planned"`
	Ended      []Body   `json:"ended" doc:"Councils that ended; none where they are not on the record"`
	After      []Body   `json:"after" doc:"Councils that took over, new ones and ones that went on"`
	Notes      []string `json:"notes" doc:"What has to be known"`
	Confidence *Code    `json:"confidence" doc:"How well it is known; null where no succession is recorded"`
	Source     *Link    `json:"source" doc:"Where it says so; null where none is held"`
}

func reorganisations() Operation {
	return Reading(Operation{
		Name: "reorganisations", Path: "/reorganisations", Page: "/reorganisations", Group: "England", Summary: "Councils that ended, began, or are to",
		Parameters: []Parameter{regionParameter},
	}, func(ctx context.Context, c *Call) (List[Reorganisation], error) {
		england, err := c.England(ctx)
		if err != nil {
			return List[Reorganisation]{}, err
		}
		all := slices.DeleteFunc(slices.Clone(england.Reorganisations()), func(x inspection.Reorganisation) bool {
			return c.Get("region") != "" && !slices.ContainsFunc(slices.Concat(x.Ended, x.After), func(b inspection.Body) bool { return b.Region == c.Get("region") })
		})
		var ids []string
		for _, x := range all {
			ids = append(ids, sourceOf(x))
		}
		slices.Sort(ids)
		r := &inspection.Record{}
		if r.Sources, err = c.Store.SourcesNamed(ctx, slices.Compact(ids)); err != nil {
			return List[Reorganisation]{}, err
		}
		var items []Reorganisation
		for _, x := range all {
			one := Reorganisation{
				ID: x.ID, Page: c.link("/reorganisations#" + x.ID), On: dateOf(x.On), Planned: x.ToCome(c.Today()), Kind: Code{string(x.Kind()), x.Kind().Words()},
				Words: x.Words(c.Today()), Ended: c.bodiesOf(x.Ended), After: c.bodiesOf(x.After), Notes: texts(x.Notes()), Source: c.sourceLink(r, sourceOf(x)),
			}
			if len(x.Successions) > 0 {
				one.Confidence = codeOf(x.Successions[0].Confidence, x.Successions[0].Confidence.Words())
			}
			items = append(items, one)
		}
		return whole(c, items)
	})
}

// sourceOf is the source of a reorganisation: that of the new council where it took over from none on the record.
func sourceOf(x inspection.Reorganisation) string {
	if len(x.Successions) > 0 {
		return x.Successions[0].SourceID
	}
	return x.After[0].SourceID
}
