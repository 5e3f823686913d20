package opendata

import (
	"context"
	"net/http"
	"slices"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

var (
	withParameter = Parameter{
		Name: "with", Summary: "Short names of the authorities of one's own choice, for the group chosen", Kind: ListValue, Free: true, From: graded, At: "/authorities",
	}
	comparedParameter = Parameter{
		Name: "authority", Summary: "Short name of an authority, or of a place, which one of its councils stands for", From: comparable, At: "/authorities",
	}
)

// graded are the authorities that can be set beside others.
func graded(ctx context.Context, c *Call) ([]string, error) {
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, b := range bodies {
		if b.Kind == inspection.Authority {
			out = append(out, b.ID)
		}
	}
	return out, nil
}

// comparable are those, and the places.
func comparable(ctx context.Context, c *Call) ([]string, error) {
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, b := range bodies {
		if b.Kind == inspection.Authority || b.Kind == inspection.Place {
			out = append(out, b.ID)
		}
	}
	return out, nil
}

// CompareDocument sets an authority's latest grades beside those of a group of others.
type CompareDocument struct {
	Document
	Authority  Body       `json:"authority" doc:"The authority that the others are set beside"`
	Group      Code       `json:"group" doc:"Which others"`
	Judgements []Code     `json:"judgements" doc:"The judgements that are compared, those of the rules of the day"`
	Total      int        `json:"total" doc:"How many authorities are compared, itself among them"`
	Rows       []Compared `json:"authorities" doc:"Where each stands, in the group's own order"`
	LeftOut    []string   `json:"left_out" doc:"Whom the group names too and why they are not among them, in sentences"`
	CountedOn  Date       `json:"complete_to" doc:"Day to which the lists of full inspections are complete, at most that of the answer"`
}

// Compared is one authority with its latest grades.
type Compared struct {
	Authority  Body      `json:"authority" doc:"The authority"`
	Own        bool      `json:"own" doc:"Whether it is the one that the others are set beside"`
	Inspection *Link     `json:"inspection" doc:"Its latest full inspection; null where none is held"`
	Published  Date      `json:"published" doc:"Day on which that came out"`
	Latest     []LaneEnd `json:"latest" doc:"What is latest in each judgement, in the order of judgements"`
}

func compare() Operation {
	return Reading(Operation{
		Name: "compare", Path: "/compare", Page: "/compare", Group: "England", Summary: "An authority's latest grades beside those of others",
		Words: "Without an authority it is the first council of the home place. Grades of different rules stand side by side and are not compared.",
		Parameters: []Parameter{
			comparedParameter, {Name: "group", Summary: "Which others; neighbours where it is left out", OneOf: groupCodes}, withParameter, asAtParameter,
		},
	}, func(ctx context.Context, c *Call) (CompareDocument, error) {
		england, err := c.England(ctx)
		if err != nil {
			return CompareDocument{}, err
		}
		own, err := c.compared(ctx, england)
		if err != nil {
			return CompareDocument{}, err
		}
		group := inspection.Group(c.or("group", string(inspection.GroupNeighbours)))
		shown := england.Comparables(c.comparing(england, own, group))
		columns := england.JudgementsOn(c.Day())
		out := CompareDocument{
			Document: c.document(), Authority: c.bodyOf(own), Group: Code{string(group), group.Words()}, Judgements: []Code{}, Total: len(shown.Members),
			Rows: []Compared{}, LeftOut: []string{}, CountedOn: dateOf(england.Seen(c.Day())),
		}
		for _, j := range columns {
			out.Judgements = append(out.Judgements, Code{j.Code, j.Short})
		}
		for _, m := range shown.Members {
			out.Rows = append(out.Rows, c.comparedRow(england, m, columns))
		}
		for _, left := range shown.LeftOut {
			out.LeftOut = append(out.LeftOut, left.Words())
		}
		return out, nil
	})
}

func (c *Call) comparing(england *inspection.England, own inspection.Body, group inspection.Group) inspection.Comparing {
	out := inspection.Comparing{Authority: own, Group: group, On: c.Day()}
	for _, id := range listed(c.Get("with")) {
		if id != own.ID && !slices.Contains(out.Chosen, id) {
			out.Chosen = append(out.Chosen, id)
		}
	}
	if group == inspection.GroupType && england.MoreThan(authoritiesPerPage, c.Day(), inspection.Where{Type: own.Type}) {
		out.Within = own.Region
	}
	return out
}

// compared returns the authority that others are set beside. Where none is named it is home's; before that began, the earlier
// council of its area.
func (c *Call) compared(ctx context.Context, england *inspection.England) (inspection.Body, error) {
	slug := c.or("authority", c.Home)
	if h, known := england.History(slug); known {
		return h.Body, c.actsOn(england, h.Body)
	}
	record, err := c.Store.Record(ctx, slug)
	if err != nil {
		return inspection.Body{}, err
	}
	if members := record.MembersOn(slug, c.Day()); len(members) > 0 {
		return members[0], nil
	}
	for _, m := range record.Members(slug) {
		if earlier := england.EarlierOn(m.ID, c.Day()); len(earlier) > 0 {
			return earlier[0], nil
		}
	}
	return inspection.Body{}, inspection.ErrNotFound
}

// actsOn refuses an authority that did not exist on the day.
func (c *Call) actsOn(england *inspection.England, b inspection.Body) error {
	if b.ExistedOn(c.Day()) {
		return nil
	}
	left := inspection.LeftOut{Body: b, On: c.Day(), Before: england.EarlierOn(b.ID, c.Day())}
	return &Refusal{Status: http.StatusNotFound, Title: "It did not exist on that day", Detail: left.Words()}
}

func (c *Call) comparedRow(england *inspection.England, m inspection.Comparable, columns []inspection.Strand) Compared {
	h, _ := england.History(m.Body.ID)
	out := Compared{Authority: c.bodyOf(m.Body), Own: m.Own, Published: dateOf(inspection.Date{}), Latest: []LaneEnd{}}
	for _, j := range columns {
		l := england.LatestJudgement(h, j, c.Day())
		end := laneEndOf(j.Code, j.Short, l.Latest)
		if end.Grade == nil {
			end.Words = capital(l.AbsenceWords())
		}
		out.Latest = append(out.Latest, end)
		if l.Inspection != nil && out.Inspection == nil {
			link := c.inspectionLink(england.Record, l.Inspection)
			out.Inspection, out.Published = &link, dateOf(l.Inspection.Published)
		}
	}
	return out
}

// AskedDocument says what inspectors asked of other authorities.
type AskedDocument struct {
	List[AskedItem]
	Authority *Body        `json:"authority" doc:"The authority beside which the others are found; null where none is"`
	Group     string       `json:"group" doc:"Which others; all where every authority is meant"`
	Themes    []ThemeTally `json:"themes" doc:"How many areas to improve each theme has"`
	LeftOut   []string     `json:"left_out" doc:"Whom the group names too and why they are not read, in sentences"`
}

// ThemeTally is a number of areas to improve on one theme.
type ThemeTally struct {
	Code
	Number int `json:"number" doc:"How many, one that twin letters share once"`
}

// AskedItem is an area to improve, with every letter that asks for it.
type AskedItem struct {
	Areas   []Area `json:"areas_to_improve" column:"Areas" doc:"The item in each letter that has it"`
	Letters []Link `json:"inspections" column:"Letters" doc:"The inspections whose letters ask for it"`
}

// everyAuthority stands for the group of all authorities.
const everyAuthority = "all"

func askedOthers() Operation {
	return Reading(Operation{
		Name: "england-asked", Path: "/england/asked", Page: "/england/asked", Group: "England", Summary: "What inspectors asked others to improve",
		Words: "The list is empty until a theme is chosen; themes says how many areas each has.",
		Parameters: []Parameter{
			{Name: "theme", Summary: "Code of a theme, or " + store.NoTheme, From: askedThemes, At: "/themes"},
			{Name: "authority", Summary: "Short name of an authority, beside which the others are found", From: graded, At: "/authorities"},
			{Name: "group", Summary: "Which others; all where it is left out", OneOf: append([]string{everyAuthority}, groupCodes...)},
			withParameter, pageParameter, asAtParameter,
		},
	}, showAsked)
}

func askedThemes(ctx context.Context, c *Call) ([]string, error) {
	codes, err := themeCodes(ctx, c)
	return append(codes, store.NoTheme), err
}

func showAsked(ctx context.Context, c *Call) (AskedDocument, error) {
	england, err := c.England(ctx)
	if err != nil {
		return AskedDocument{}, err
	}
	themes, err := c.Store.Themes(ctx)
	if err != nil {
		return AskedDocument{}, err
	}
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return AskedDocument{}, err
	}
	out := AskedDocument{Group: c.or("group", everyAuthority), Themes: []ThemeTally{}, LeftOut: []string{}}
	wanted := store.AskedFilter{Theme: c.Get("theme"), OutBy: c.Day(), Page: c.number(pageParameter.Name, 1), Size: perPage}
	if c.Get("authority") != "" || out.Group != everyAuthority {
		own, err := c.compared(ctx, england)
		if err != nil {
			return AskedDocument{}, err
		}
		body := c.bodyOf(own)
		out.Authority, wanted.Except = &body, withPartnerships(bodies, []string{own.ID})
		if out.Group != everyAuthority {
			shown := england.Comparables(c.comparing(england, own, inspection.Group(out.Group)))
			wanted.Bodies = withPartnerships(bodies, withEarlier(england, shown))
			for _, left := range shown.LeftOut {
				out.LeftOut = append(out.LeftOut, left.Words())
			}
		}
	}
	found, err := c.Store.Asked(ctx, wanted)
	if err != nil {
		return AskedDocument{}, err
	}
	for _, t := range append(slices.Clone(themes), inspection.Theme{Code: store.NoTheme, Name: "No theme given"}) {
		if n := found.Counts[t.Code]; n > 0 {
			out.Themes = append(out.Themes, ThemeTally{Code{t.Code, t.Name}, n})
		}
	}
	r := &inspection.Record{Bodies: bodies, Catalogue: england.Catalogue}
	var items []AskedItem
	for _, asked := range found.List {
		one := AskedItem{Areas: []Area{}, Letters: []Link{}}
		for _, by := range asked {
			one.Areas = append(one.Areas, c.area(themes, by.Item))
			one.Letters = append(one.Letters, c.inspectionLink(r, by.Letter))
		}
		items = append(items, one)
	}
	out.List, err = listOf(c, items, found.Total, found.Pages)
	return out, err
}

// withEarlier returns the authorities of a group, without the one that they are set beside, and the earlier councils before
// them, whose letters stand under their own names.
func withEarlier(england *inspection.England, shown inspection.Comparables) []string {
	ids := []string{} // never nil, which means every one where letters are asked for
	for _, m := range shown.Members {
		if !m.Own {
			ids = append(ids, m.Body.ID)
		}
	}
	for i := 0; i < len(ids); i++ { // grows: an earlier council may have had one before it
		for _, s := range england.Successions {
			if s.ToID == ids[i] && !slices.Contains(ids, s.FromID) {
				ids = append(ids, s.FromID)
			}
		}
	}
	return ids
}

// withPartnerships adds the partnerships of the areas of some authorities.
func withPartnerships(bodies []inspection.Body, authorities []string) []string {
	out := slices.Clone(authorities)
	for _, b := range bodies {
		if b.Kind == inspection.Partnership && slices.Contains(authorities, b.ListedOn) {
			out = append(out, b.ID)
		}
	}
	return out
}
