package opendata

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// The parameters that several operations take.
var (
	asAtParameter      = Parameter{Name: asAt, Summary: "Day as of which the record is shown; today where it is left out", Kind: DayValue}
	authorityParameter = Parameter{
		Name: "authority", Summary: "Short name of an authority, a place with several councils, or a provider", From: listedBodies, At: "/authorities",
	}
	slugParameter   = Parameter{Name: "slug", Summary: "Short name of an authority or of a place", InPath: true}
	regionParameter = Parameter{Name: "region", Summary: "Region of England, as /authorities names it", From: englandValues((*inspection.England).Regions)}
	typeParameter   = Parameter{Name: "type", Summary: "Type of council, as /authorities names it", From: englandValues((*inspection.England).Types)}
	themeParameter  = Parameter{Name: "theme", Summary: "Code of a theme", From: themeCodes, At: "/themes"}
)

func codesIn[T any](all []T, code func(T) string) []string {
	out := make([]string, 0, len(all))
	for _, one := range all {
		out = append(out, code(one))
	}
	return out
}

// listedBodies are the bodies under which inspections are listed, those to come among them.
func listedBodies(ctx context.Context, c *Call) ([]string, error) {
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, b := range bodies {
		if b.Kind == inspection.Authority || b.BegunBy(c.Today()) && b.Kind != inspection.Partnership {
			out = append(out, b.ID)
		}
	}
	return out, nil
}

// councils are the places and councils that have acted.
func councils(ctx context.Context, c *Call) ([]string, error) {
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, b := range bodies {
		if b.BegunBy(c.Today()) && (b.Kind == inspection.Authority || b.Kind == inspection.Place) {
			out = append(out, b.ID)
		}
	}
	return out, nil
}

func englandValues(of func(*inspection.England) []string) func(context.Context, *Call) ([]string, error) {
	return func(ctx context.Context, c *Call) ([]string, error) {
		england, err := c.England(ctx)
		if err != nil {
			return nil, err
		}
		values := slices.Clone(of(england))
		slices.Sort(values)
		values = slices.DeleteFunc(slices.Compact(values), func(v string) bool { return v == "" })
		if values == nil {
			values = []string{}
		}
		return values, nil
	}
}

func themeCodes(ctx context.Context, c *Call) ([]string, error) {
	themes, err := c.Store.Themes(ctx)
	return codesIn(themes, func(t inspection.Theme) string { return t.Code }), err
}

func kindCodes(ctx context.Context, c *Call) ([]string, error) {
	catalogue, err := c.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return codesIn(catalogue.Kinds(), func(k inspection.Kind) string { return k.Code }), nil
}

// frameworkCodes are those under which anything can have been inspected.
func frameworkCodes(ctx context.Context, c *Call) ([]string, error) {
	catalogue, err := c.Rules(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, f := range catalogue.Frameworks() {
		if !f.Announced {
			out = append(out, f.Code)
		}
	}
	return out, nil
}

// years are those of the record up to the day that is asked for.
func years(_ context.Context, c *Call) ([]string, error) {
	var out []string
	for year := c.Today().Year(); year >= inspection.RecordBegins.Year(); year-- {
		out = append(out, strconv.Itoa(year))
	}
	return out, nil
}

func judgementCodes(ctx context.Context, c *Call) ([]string, error) {
	catalogue, err := c.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return codesIn(catalogue.Judgements(), func(s inspection.Strand) string { return s.Code }), nil
}

func categoryCodes(ctx context.Context, c *Call) ([]string, error) {
	milestones, err := c.Store.Milestones(ctx)
	out := codesIn(milestones, func(m inspection.Milestone) string { return m.Category })
	slices.Sort(out)
	return slices.Compact(out), err
}

// letterCodes are the inspections of which any area to improve is held.
func letterCodes(ctx context.Context, c *Call) ([]string, error) {
	authority := c.query.Get("authority")
	if known, err := listedBodies(ctx, c); err != nil || authority != "" && !slices.Contains(known, authority) {
		return nil, err
	}
	found, err := c.Store.RecommendationPage(ctx, store.PositionFilter{Authority: authority, Reader: c.Reader, AsOf: c.Day()})
	out := codesIn(found.Letters, func(l store.LetterCount) string { return l.Inspection.ID })
	return out, err
}

var (
	stageCodes = codesIn(inspection.Stages(), func(s inspection.Stage) string { return string(s) })
	showCodes  = codesIn(store.Shows(), func(s store.Show) string { return string(s) })
	sortCodes  = codesIn(store.InspectionSorts(), func(s store.InspectionSort) string { return string(s) })
	groupCodes = codesIn(inspection.Groups(), func(g inspection.Group) string { return string(g) })
)

// capital returns a phrase as it stands at the head of a line.
func capital(phrase string) string {
	head, rest := []rune(phrase), ""
	if len(head) == 0 {
		return phrase
	}
	rest = string(head[1:])
	return strings.ToUpper(string(head[:1])) + rest
}
