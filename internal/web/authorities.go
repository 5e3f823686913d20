package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// authorityListPage lists every council with children's services in England.
type authorityListPage struct {
	Page
	Query  string
	Filter *filter
	Found  string
	OneOf  string // that one region is listed, where all would be too many
	Rows   []authorityRow
	Places []Link
}

type authorityRow struct {
	Link         Link
	Region, Type string
	Ended        string
	Leaders      latestCell
	LeadersOn    inspection.Date // the day on which that came out
	Overall      latestCell
	OverallOn    inspection.Date
}

// authoritiesAsked is what a list of authorities was asked for.
type authoritiesAsked struct {
	filter *filter
	query  string
	known  *referenceData
	day    inspection.Date
	found  []inspection.Body
	places []Link
}

func (s *Server) askAuthorities(c *gin.Context) (*authoritiesAsked, error) {
	day, err := s.asOf(c)
	if err != nil {
		return nil, err
	}
	known, err := s.reference(c)
	if err != nil {
		return nil, err
	}
	f := newFilter(c)
	a := &authoritiesAsked{filter: f, query: searched(c.Query("q")), known: known, day: day}
	where := inspection.Where{
		Region: f.chooseRegion("Region", "Every region", known.england.Regions(), ""),
		Type:   f.choose("type", "Type of council", "Every type", "a type of council", optionsOf(known.england.Types())),
	}
	f.keep("q", a.query)
	query := strings.ToLower(a.query)
	for _, b := range known.bodies {
		place := b.Kind == inspection.Place && where == inspection.Where{}
		authority := b.Kind == inspection.Authority && where.Holds(b)
		if !place && !authority || !b.BegunBy(day) || query != "" && !strings.Contains(strings.ToLower(b.Name), query) {
			continue
		}
		if place {
			a.places = append(a.places, bodyLink(b))
		} else {
			a.found = append(a.found, b)
		}
	}
	return a, nil
}

func (s *Server) listAuthorities(c *gin.Context) error {
	a, err := s.askAuthorities(c)
	if err != nil {
		return err
	}
	page := authorityListPage{Page: s.listBase(c, "Authorities", a.filter), Filter: a.filter, Query: a.query, Places: a.places}
	found := a.found
	page.Found = inspection.CountWords(len(found), "authority", "authorities")
	if len(found) > mostAuthorities {
		found, page.OneOf = oneRegionOf(found, s.homeAuthority(c))
	}
	for _, b := range found {
		page.Rows = append(page.Rows, authorityRowOf(a.known.england.Part(b.ID), b, a.day, s.today()))
	}
	return s.render(c, a.filter.status(), "authority_list", page)
}

// oneRegionOf returns those of one region, that of home or else of the first one, where all would be too many for a list, and
// the sentence that says so. Of a region that is too large itself it returns the first ones.
func oneRegionOf(found []inspection.Body, home inspection.Body) ([]inspection.Body, string) {
	region := found[0].Region
	if slices.ContainsFunc(found, func(b inspection.Body) bool { return b.Region == home.Region }) {
		region = home.Region
	}
	out := slices.DeleteFunc(found, func(b inspection.Body) bool { return b.Region != region })
	these := fmt.Sprintf("These are the %d", len(out))
	if len(out) > mostAuthorities {
		out, these = out[:mostAuthorities], fmt.Sprintf("These are the first %d", mostAuthorities)
	}
	return out, fmt.Sprintf("A list shows at most %d of them at once. %s of %s.", mostAuthorities, these, cmp.Or(region, "no region"))
}

// longestSearch is more than the longest name of an authority has letters.
const longestSearch = 100

// searched returns what a reader looks for, cut to a length that a name can have.
func searched(q string) string {
	runes := []rune(strings.TrimSpace(q))
	return string(runes[:min(len(runes), longestSearch)])
}

// optionsOf makes one option of each value in use.
func optionsOf(values []string) optionGroup {
	slices.Sort(values)
	var out optionGroup
	for _, v := range slices.Compact(values) {
		if v != "" {
			out.Options = append(out.Options, selectOption{Value: v, Name: v})
		}
	}
	return out
}

func authorityRowOf(r *inspection.Record, b inspection.Body, day, today inspection.Date) authorityRow {
	row := authorityRow{Link: bodyLink(b), Region: b.Region, Type: b.Type}
	switch {
	case b.EndedBy(day):
		row.Ended = "ended " + b.Ended.Words()
	case day == today && b.Ended.Known():
		row.Ended = "to end on " + b.Ended.Words()
	}
	for _, lane := range r.Lanes(b, day).Main {
		switch lane.Code {
		case "leaders":
			row.Leaders, row.LeadersOn = latestCellOf(lane), publishedOn(lane.Latest)
		case inspection.OverallStrand:
			row.Overall, row.OverallOn = latestCellOf(lane), publishedOn(lane.Latest)
		}
	}
	return row
}

// publishedOn is the day on which the letter behind the latest grade came out, or behind that none was given; unknown where
// no letter is held.
func publishedOn(latest inspection.Latest) inspection.Date {
	if latest.Inspection == nil {
		return inspection.Date{}
	}
	return latest.Inspection.Published
}
