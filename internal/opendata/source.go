package opendata

import (
	"context"
	"slices"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Source is something that facts rest on.
type Source struct {
	ID        string  `json:"id" column:"ID" doc:"Names the source; it does not change"`
	Self      string  `json:"self" doc:"Where the interface says more about it"`
	Page      string  `json:"page" doc:"Where it stands on the page of sources"`
	Title     string  `json:"title" column:"Title" doc:"Its title"`
	Publisher string  `json:"publisher" column:"Publisher" doc:"Who published it"`
	Kind      string  `json:"kind" codes:"letter|official_page|third_party_listing|news|statute|compiled" doc:"What kind of source it is"`
	Address   *string `json:"address" column:"Address" doc:"Where it is on another site; null where it is on none"`
	Published Date    `json:"published" doc:"Day on which it was published"`
	ReadOn    Date    `json:"read_on" column:"Read on" doc:"Day on which it was read for this record"`
	Uses      []Use   `json:"uses" doc:"What rests on it"`
}

// Use is a record that rests on a source.
type Use struct {
	Kind       string  `json:"kind" doc:"Kind of record"`
	ID         string  `json:"id" doc:"What names the record"`
	Title      string  `json:"title" doc:"What it is called"`
	Supports   *string `json:"supports" doc:"What the source supports; null where that is all of it"`
	Confidence *Code   `json:"confidence" doc:"How well the source knows; null where that is as the record's own"`
}

func (c *Call) source(s store.SourceUse) Source {
	out := Source{
		ID: s.ID, Self: c.link(Root + "/sources/" + s.ID), Page: c.link("/sources#" + s.ID), Title: s.Title, Publisher: s.Publisher, Kind: s.Kind,
		Address: openAddress(s.Address), Published: dateOf(s.Published), ReadOn: dateOf(s.ReadOn), Uses: []Use{},
	}
	for _, use := range s.Uses {
		out.Uses = append(out.Uses, Use{string(use.About.Kind), use.About.ID, use.About.Title, text(use.Supports), codeOf(use.Confidence, use.Confidence.Words())})
	}
	return out
}

func sources() Operation {
	return Reading(Operation{
		Name: "sources", Path: "/sources", Page: "/sources", Group: "Around the inspections", Summary: "What the record rests on",
	}, func(ctx context.Context, c *Call) (List[Source], error) {
		all, err := c.Store.Sources(ctx)
		if err != nil {
			return List[Source]{}, err
		}
		var items []Source
		for _, s := range all {
			items = append(items, c.source(s))
		}
		return whole(c, items)
	})
}

// SourceDocument is one source with what rests on it.
type SourceDocument struct {
	Document
	Source Source `json:"source" doc:"The source"`
}

func oneSource() Operation {
	return Reading(Operation{
		Name: "source", Path: "/sources/{id}", Group: "Around the inspections", Summary: "One source with what rests on it",
		Parameters: []Parameter{{Name: "id", Summary: "ID of the source", InPath: true}},
	}, func(ctx context.Context, c *Call) (SourceDocument, error) {
		all, err := c.Store.Sources(ctx)
		if err != nil {
			return SourceDocument{}, err
		}
		i := slices.IndexFunc(all, func(s store.SourceUse) bool { return s.ID == c.Get("id") })
		if i < 0 {
			return SourceDocument{}, inspection.ErrNotFound
		}
		return SourceDocument{c.document(), c.source(all[i])}, nil
	})
}

// Completeness says how far a list of inspections is complete.
type Completeness struct {
	Body     *Body   `json:"body" doc:"Whose list it is; null for that of every council of today"`
	Record   string  `json:"record" doc:"Which list, as /frameworks names it"`
	Complete bool    `json:"complete" doc:"Whether a complete list is held"`
	To       Date    `json:"complete_to" doc:"Day to which it is; unknown where no complete list is held"`
	Source   *Link   `json:"source" doc:"What says so"`
	Note     *string `json:"note" doc:"What has to be known beside it; null where there is nothing"`
}

func (c *Call) completeness(r *inspection.Record, line inspection.Completeness) Completeness {
	out := Completeness{
		Record: line.Record, Complete: line.To.Known(), To: dateOf(line.To), Source: c.sourceLink(r, line.SourceID), Note: text(line.Note),
	}
	if line.BodyID != inspection.EveryAuthority {
		out.Body = c.bodyNamed(r, line.BodyID)
	}
	return out
}

// GapsDocument says what is not known, how far lists go, and where sources differ.
type GapsDocument struct {
	Document
	Gaps          []RecordGap          `json:"gaps" doc:"What was looked for and not found"`
	Disagreements []RecordDisagreement `json:"disagreements" doc:"Where sources say different things"`
	Completeness  []Completeness       `json:"completeness" doc:"How far each list of inspections is complete"`
}

// RecordGap is something that is missing in one record.
type RecordGap struct {
	Kind  string `json:"kind" doc:"Kind of record"`
	ID    string `json:"id" doc:"What names the record"`
	Title string `json:"title" doc:"What it is called"`
	Gap
}

// RecordDisagreement is about one record.
type RecordDisagreement struct {
	Kind  string `json:"kind" doc:"Kind of record"`
	ID    string `json:"id" doc:"What names the record"`
	Title string `json:"title" doc:"What it is called"`
	Disagreement
}

func gaps() Operation {
	return Reading(Operation{
		Name: "gaps", Path: "/gaps", Page: "/sources", Group: "Around the inspections", Summary: "What is not known, how far lists are complete, and where sources differ",
	}, func(ctx context.Context, c *Call) (GapsDocument, error) {
		r, err := c.record(ctx)
		if err != nil {
			return GapsDocument{}, err
		}
		all, err := c.Store.Sources(ctx)
		if err != nil {
			return GapsDocument{}, err
		}
		for _, s := range all {
			r.Sources = append(r.Sources, s.Source)
		}
		found, err := c.Store.Gaps(ctx)
		if err != nil {
			return GapsDocument{}, err
		}
		differ, err := c.Store.Disagreements(ctx)
		if err != nil {
			return GapsDocument{}, err
		}
		lists, err := c.Store.Completeness(ctx)
		if err != nil {
			return GapsDocument{}, err
		}
		out := GapsDocument{c.document(), []RecordGap{}, []RecordDisagreement{}, []Completeness{}}
		for _, gap := range found {
			out.Gaps = append(out.Gaps, RecordGap{string(gap.About.Kind), gap.About.ID, gap.About.Title, Gap{gap.Field, gap.Words}})
		}
		for _, d := range differ {
			one := c.disagreements(r, []inspection.Disagreement{d.Disagreement})[0]
			out.Disagreements = append(out.Disagreements, RecordDisagreement{string(d.About.Kind), d.About.ID, d.About.Title, one})
		}
		for _, line := range lists {
			out.Completeness = append(out.Completeness, c.completeness(r, line))
		}
		return out, nil
	})
}
