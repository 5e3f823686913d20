package web

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// authorityListPage lists every council with children's services in England.
type authorityListPage struct {
	Page
	Query   string
	Filter  *filter
	Found   string
	Rows    []authorityRow
	Places  []Link
	England *figure
}

type authorityRow struct {
	Link         Link
	Region, Type string
	Ended        string
	Leaders      latestCell
	Overall      latestCell
}

func (s *Server) listAuthorities(c *gin.Context) error {
	day, err := s.asOf(c)
	if err != nil {
		return err
	}
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	r := known.england
	page := authorityListPage{Query: searched(c.Query("q"))}
	var regions, types []string
	for _, b := range known.bodies {
		if b.Kind == inspection.Authority {
			regions, types = append(regions, b.Region), append(types, b.Type)
		}
	}
	f := newFilter(c)
	region := f.choose("region", "Region", "Every region", "a region", optionsOf(regions))
	kind := f.choose("type", "Type of council", "Every type", "a type of council", optionsOf(types))
	f.keep("q", page.Query)
	page.Page, page.Filter = s.listBase(c, "Authorities", f), f
	for _, b := range known.bodies {
		if !strings.Contains(strings.ToLower(b.Name), strings.ToLower(page.Query)) {
			continue
		}
		if b.Kind == inspection.Place && region == "" && kind == "" {
			page.Places = append(page.Places, bodyLink(b))
		}
		if b.Kind != inspection.Authority || region != "" && b.Region != region || kind != "" && b.Type != kind {
			continue
		}
		if b.BegunBy(day) {
			page.Rows = append(page.Rows, authorityRowOf(r.Part(b.ID), b, day))
		}
	}
	page.Found = inspection.CountWords(len(page.Rows), "authority", "authorities")
	england, err := chart.England(r, inspection.OverallStrand, inspection.Where{}, day)
	if err != nil {
		return err
	}
	if !england.Empty() {
		page.England = newFigureOf(england, pastDay(c))
	}
	return s.render(c, f.status(), "authority_list", page)
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

func authorityRowOf(r *inspection.Record, b inspection.Body, day inspection.Date) authorityRow {
	row := authorityRow{Link: bodyLink(b), Region: b.Region, Type: b.Type}
	if b.EndedBy(day) {
		row.Ended = "ended " + b.Ended.Words()
	}
	for _, lane := range r.Lanes(b, day).Main {
		switch lane.Code {
		case "leaders":
			row.Leaders = latestCellOf(lane)
		case inspection.OverallStrand:
			row.Overall = latestCellOf(lane)
		}
	}
	return row
}
