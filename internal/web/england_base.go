package web

import (
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// englandSections are the pages about all of England, one beside the other.
var englandSections = []NavLink{
	{Name: "England over time", Address: "/england"},
	{Name: "Map", Address: "/england/map"},
	{Name: "Journeys", Address: "/england/journeys"},
	{Name: "What was asked of others", Address: "/england/asked"},
	{Name: "New and ended councils", Address: "/reorganisations"},
}

// mostAuthorities is how many authorities a table or map shows at once. Beyond it they show one region at a time.
const mostAuthorities = 200

// englandBase is what every page about all of England has besides Page.
type englandBase struct {
	Sections []NavLink
	Filter   *filter
	Quarters *quarterPicker // nil where the page shows no other days
	Stale    string         // a sentence where the record of England was read long ago
}

// englandAsked is what a page about England was asked for.
type englandAsked struct {
	england   *inspection.England
	bodies    []inspection.Body
	filter    *filter
	day       inspection.Date
	judgement inspection.Strand
	where     inspection.Where // as asked
	listed    inspection.Where // what tables and the map show: one region where all would be too many
}

// askEngland reads the day that a page about England is asked for and starts its filter. Each page then asks for what it has
// controls for, in the order in which they stand.
func (s *Server) askEngland(c *gin.Context) (*englandAsked, error) {
	day, err := s.asOf(c)
	if err != nil {
		return nil, err
	}
	known, err := s.reference(c)
	if err != nil {
		return nil, err
	}
	return &englandAsked{england: known.england, bodies: known.bodies, filter: newFilter(c), day: day}, nil
}

// askJudgement reads which judgement is meant: the first of the rules in force where none is named.
func (a *englandAsked) askJudgement() {
	judgements := a.england.Catalogue.Judgements()
	var options optionGroup
	for _, j := range judgements {
		options.Options = append(options.Options, selectOption{Value: j.Code, Name: j.Short})
	}
	code := a.filter.choose("judgement", "Judgement", "", "a judgement", options)
	at := max(0, slices.IndexFunc(judgements, func(j inspection.Strand) bool { return j.Code == code }))
	a.judgement = judgements[at]
	selected := a.filter.Selects[len(a.filter.Selects)-1].Groups[0].Options
	selected[at].Chosen = true
}

// askWhere reads which part of England is meant. Where all of it would be more than a table shows, tables show the region of
// home, or the first one.
func (a *englandAsked) askWhere(home inspection.Body) {
	regions, types := a.england.Regions(), a.england.Types()
	a.where.Region = a.filter.chooseRegion("Region", "All of England", regions, home.Region)
	a.where.Type = a.filter.choose("type", "Type of council", "Every type", "a type of council", optionsOf(types))
	a.listed = a.where
	if a.where.Region == "" && len(regions) > 0 && a.england.MoreThan(mostAuthorities, a.day, a.where) {
		a.listed.Region = regions[0]
		if slices.Contains(regions, home.Region) {
			a.listed.Region = home.Region
		}
	}
}

// oneRegion reports whether tables show less than what was asked for, because that would be too many.
func (a *englandAsked) oneRegion() bool { return a.listed != a.where }

// englandPage returns what a page about England has. It is called when the filter has been asked for everything.
func (s *Server) englandPage(c *gin.Context, a *englandAsked, title string) (Page, englandBase) {
	base := englandBase{Filter: a.filter, Quarters: newQuarterPickerOf(a.filter, a.day, s.today()), Stale: s.staleWords(c, a.day)}
	for _, link := range englandSections {
		link.Here = link.Address == c.Request.URL.Path
		base.Sections = append(base.Sections, link)
	}
	return s.listBase(c, title, a.filter), base
}

// homeAuthority returns the authority that stands for home where one is needed: the home itself or the first council of the
// home place; the zero Body where the record has no home.
func (s *Server) homeAuthority(c *gin.Context) inspection.Body {
	known, err := s.register(c)
	if err != nil {
		return inspection.Body{}
	}
	for _, b := range known.home {
		if b.Kind == inspection.Authority {
			return b
		}
	}
	return inspection.Body{}
}
