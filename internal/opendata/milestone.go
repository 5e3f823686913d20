package opendata

import (
	"context"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Milestone is an event around the inspections.
type Milestone struct {
	ID         string     `json:"id" column:"ID" doc:"Names the milestone; it does not change"`
	Page       string     `json:"page" doc:"Where it stands on the page of milestones"`
	On         Date       `json:"date" doc:"Its day"`
	When       string     `json:"when" column:"When" doc:"The day as pages say it: spring 2020"`
	Title      string     `json:"title" column:"What happened" doc:"What happened"`
	Detail     *string    `json:"detail" doc:"More about it, in our words; null where there is nothing more"`
	Category   string     `json:"category" doc:"Code of its category"`
	Structural bool       `json:"structural" doc:"Whether it changed who is responsible, and is drawn in the lanes"`
	Bodies     []Body     `json:"bodies" column:"Whom it concerns" doc:"Whom it concerns"`
	Confidence Code       `json:"confidence" doc:"How well it is known"`
	Note       *string    `json:"note" doc:"What else has to be known; null where there is nothing"`
	Sources    []Citation `json:"sources" doc:"What it rests on"`
}

func (c *Call) milestone(r *inspection.Record, m inspection.Milestone) Milestone {
	out := Milestone{
		ID: m.ID, Page: c.link("/milestones#" + m.ID), On: dateOf(m.On), When: m.When(), Title: m.Title, Detail: text(m.Detail), Category: m.Category,
		Structural: m.Structural, Bodies: []Body{}, Confidence: Code{string(m.Confidence), m.Confidence.Words()}, Note: text(m.Note), Sources: c.citations(r, m.Citations),
	}
	for _, id := range m.Bodies {
		out.Bodies = append(out.Bodies, *c.bodyNamed(r, id))
	}
	return out
}

func milestones() Operation {
	return Reading(Operation{
		Name: "milestones", Path: "/milestones", Page: "/milestones", Group: "Around the inspections", Summary: "Events around the inspections, the latest first",
		Parameters: []Parameter{
			authorityParameter, {Name: "category", Summary: "Code of a category of milestones", From: categoryCodes}, asAtParameter,
		},
	}, listMilestones)
}

func listMilestones(ctx context.Context, c *Call) (List[Milestone], error) {
	r, err := c.record(ctx)
	if err != nil {
		return List[Milestone]{}, err
	}
	all, err := c.Store.Milestones(ctx)
	if err != nil {
		return List[Milestone]{}, err
	}
	sources, err := c.Store.Sources(ctx)
	if err != nil {
		return List[Milestone]{}, err
	}
	for _, s := range sources {
		r.Sources = append(r.Sources, s.Source)
	}
	authority, category := c.Get("authority"), c.Get("category")
	wanted, err := c.eventsUnder(ctx, authority)
	if err != nil {
		return List[Milestone]{}, err
	}
	var items []Milestone
	for _, m := range slices.Backward(all) {
		of := authority == "" || slices.ContainsFunc(m.Bodies, func(id string) bool { return slices.Contains(wanted, id) })
		if of && (category == "" || m.Category == category) && (!c.past || m.OnBy(c.Day())) {
			items = append(items, c.milestone(r, m))
		}
	}
	return whole(c, items)
}

// eventsUnder returns the bodies whose events are listed under one: itself, a place's members, and the partnerships of all of
// these; none for no body.
func (c *Call) eventsUnder(ctx context.Context, body string) ([]string, error) {
	if body == "" {
		return nil, nil
	}
	record, err := c.Store.Record(ctx, body)
	if err != nil {
		return nil, err
	}
	return record.EventsUnder(body), nil
}

// Term is a word of the field.
type Term struct {
	ID      string   `json:"id" doc:"Names the term; it does not change"`
	Page    string   `json:"page" doc:"Where it stands in the glossary"`
	Term    string   `json:"term" column:"Term" doc:"The word"`
	Short   *string  `json:"short" doc:"Its short form; null where there is none"`
	Meaning string   `json:"meaning" column:"What it means" doc:"What it means, in plain English"`
	Also    []string `json:"also_called" doc:"Other words for it"`
}

func glossary() Operation {
	return Reading(Operation{
		Name: "glossary", Path: "/glossary", Page: "/glossary", Group: "Around the inspections", Summary: "Words of the field, from A to Z",
	}, func(ctx context.Context, c *Call) (List[Term], error) {
		terms, err := c.Store.Terms(ctx)
		if err != nil {
			return List[Term]{}, err
		}
		slices.SortStableFunc(terms, func(a, b inspection.Term) int {
			return strings.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term))
		})
		var items []Term
		for _, t := range terms {
			one := Term{t.ID, c.link("/glossary#" + t.ID), t.Term, text(t.Short), t.Meaning, []string{}}
			if t.Also != "" {
				one.Also = strings.Split(t.Also, "|")
			}
			items = append(items, one)
		}
		return whole(c, items)
	})
}
