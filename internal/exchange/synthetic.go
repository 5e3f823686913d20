package exchange

import (
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// syntheticSource is what every made-up record rests on.
var syntheticSource = inspection.Source{
	ID: "made-up-copies", Title: "Made-up copies of the record, for measurements: no such councils or inspections exist",
	Publisher: "Inspection Timeline", Kind: "compiled",
}

// SyntheticCopy returns a made-up copy of the England of a seed, for measurements of a record that is many times as large:
// each authority in a copy of its region, with its full inspections and judgements, its partnership, its succession and how
// far its record is complete. The same number, from 2, gives the same copy, and no two copies have a name or code in common:
// the second of Barnet (302) is "Barnet (copy 2)", at barnet-copy-2, with the code 302X2, and its neighbours are of the
// second copy too. What is told of Northamptonshire alone is not copied, nor who led an inspection and where its report
// lies, which would be said of somebody real.
func SyntheticCopy(seed *inspection.Record, number int) (*inspection.Record, error) {
	if number < 2 {
		return nil, fmt.Errorf("copy the seed: copy %d is the seed itself", number)
	}
	c := syntheticCopy{seed: seed, number: number, bodies: map[string]string{}}
	out := &inspection.Record{Sources: []inspection.Source{syntheticSource}}
	for _, b := range seed.Bodies {
		if b.Kind == inspection.Authority || b.Kind == inspection.Partnership {
			c.bodies[b.ID] = c.slug(b.ID)
			out.Bodies = append(out.Bodies, c.body(b))
		}
	}
	for _, s := range seed.Successions {
		s.FromID, s.ToID, s.SourceID = c.bodies[s.FromID], c.bodies[s.ToID], syntheticSource.ID
		out.Successions = append(out.Successions, s)
	}
	for _, line := range seed.Completeness {
		if body, copied := c.bodies[line.BodyID]; copied {
			line.BodyID, line.SourceID = body, syntheticSource.ID
			out.Completeness = append(out.Completeness, line)
		}
	}
	for _, in := range seed.Inspections {
		if copied := c.inspection(in); copied != nil {
			out.Inspections = append(out.Inspections, copied)
		}
	}
	return out, c.check(out)
}

// syntheticCopy makes one copy.
type syntheticCopy struct {
	seed   *inspection.Record
	number int
	bodies map[string]string // the slug of the copy of each body
}

func (c *syntheticCopy) slug(slug string) string { return fmt.Sprintf("%s-copy-%d", slug, c.number) }

func (c *syntheticCopy) name(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s (copy %d)", name, c.number)
}

func (c *syntheticCopy) code(code string) string {
	if code == "" {
		return ""
	}
	return fmt.Sprintf("%sX%d", code, c.number)
}

func (c *syntheticCopy) body(b inspection.Body) inspection.Body {
	b.Note = fmt.Sprintf("A made-up copy of %s, for measurements. No such body exists.", b.Name)
	b.ID, b.Name, b.Region, b.SourceID = c.slug(b.ID), c.name(b.Name), c.name(b.Region), syntheticSource.ID
	b.Code, b.URN, b.LACode, b.ONSCode = c.code(b.Code), c.code(b.URN), c.code(b.LACode), c.code(b.ONSCode)
	b.ListedOn = c.bodies[b.ListedOn]
	var neighbours []string
	for _, code := range b.NeighbourCodes() {
		neighbours = append(neighbours, c.code(code))
	}
	b.Neighbours = strings.Join(neighbours, " ")
	b.Aliases = slices.Clone(b.Aliases)
	for i, alias := range b.Aliases {
		b.Aliases[i] = c.name(alias)
	}
	return b
}

// inspection returns the copy of an inspection that the list of all England has; nil of any other.
func (c *syntheticCopy) inspection(in *inspection.Inspection) *inspection.Inspection {
	if !slices.ContainsFunc(in.Citations, func(cited inspection.Citation) bool { return cited.SourceID == englandSource }) {
		return nil
	}
	out := &inspection.Inspection{
		ID: c.slug(in.ID), Kind: in.Kind, Framework: in.Framework, FieldworkStart: in.FieldworkStart, FieldworkEnd: in.FieldworkEnd,
		Published: in.Published, PublishedBasis: in.PublishedBasis, Document: in.Document, Confidence: in.Confidence,
	}
	for _, b := range in.Bodies {
		if body, copied := c.bodies[b.BodyID]; copied {
			out.Bodies = append(out.Bodies, inspection.InspectionBody{
				InspectionID: out.ID, BodyID: body, Confirmed: b.Confirmed, Position: len(out.Bodies) + 1,
			})
		}
	}
	for _, j := range in.Judgements {
		j.InspectionID = out.ID
		out.Judgements = append(out.Judgements, j)
	}
	for _, f := range in.Facts {
		if f.Field == "published" {
			f.RecordID = out.ID
			out.Facts = append(out.Facts, f)
		}
	}
	out.Citations = []inspection.Citation{{
		ID: out.ID + "/source-1", RecordKind: inspection.OfInspection, RecordID: out.ID, SourceID: syntheticSource.ID,
		Supports: "A copy of the dates and grades of another inspection", Confidence: in.Confidence, Position: 1,
	}}
	return out
}

// check fails where a copy has the slug or the code of something real, so that the two can never be mixed up.
func (c *syntheticCopy) check(out *inspection.Record) error {
	taken := map[string]bool{}
	for _, b := range c.seed.Bodies {
		taken["slug "+b.ID], taken["code "+b.Code], taken["name "+b.Name] = true, true, true
	}
	for _, b := range out.Bodies {
		for _, key := range []string{"slug " + b.ID, "code " + b.Code, "name " + b.Name} {
			if key != "code " && taken[key] {
				return fmt.Errorf("copy the seed: %s is taken", key)
			}
			taken[key] = true
		}
	}
	return nil
}
