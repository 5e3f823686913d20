package opendata

import (
	"cmp"
	"context"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// JourneysDocument counts what came after each inspection of one judgement, under one family of rules.
type JourneysDocument struct {
	Document
	Judgement Code        `json:"judgement" doc:"The judgement"`
	Rules     Code        `json:"rules" doc:"The family of rules"`
	Given     bool        `json:"given" doc:"Whether these rules have the judgement; if not, nothing is counted"`
	Seen      Date        `json:"counted_to" doc:"Day by which inspections count"`
	Steps     []StepTally `json:"steps" doc:"From each grade to what came next"`
	Courses   []Tally     `json:"courses" doc:"Of the authorities graded more than once: the latest grade beside the one before"`
	Unknown   int         `json:"grade_not_known" doc:"Inspections that printed not judged, or whose grade was not found; in no step"`
	Waits     *Waits      `json:"waits" doc:"How long authorities took from a low grade to a better one; null where there is no low grade"`
}

// StepTally is a number of inspections with the same grade and the same that came next.
type StepTally struct {
	From   Code `json:"from" doc:"The grade"`
	To     Code `json:"to" doc:"What came next"`
	Number int  `json:"number" doc:"How many inspections"`
}

// Waits are the waits for a grade better than one.
type Waits struct {
	From       Code `json:"from" doc:"The grade from which they wait"`
	Number     int  `json:"number" doc:"How many were measured"`
	Better     int  `json:"better" doc:"How many ended in a better grade"`
	Going      int  `json:"waiting" doc:"How many go on"`
	Gone       int  `json:"not_followed" doc:"How many can no longer end in one under these rules"`
	Unmeasured int  `json:"unmeasured" doc:"How many are left out since their days are not known"`
	Median     *int `json:"median_days" doc:"Days within which half have a better grade; null where fewer than half have"`
}

func journeyParameters() []Parameter {
	return []Parameter{
		judgementParameter, {Name: "rules", Summary: "Family of rules; the newest that had begun where it is left out", From: families, At: "/frameworks"},
		regionParameter, typeParameter,
	}
}

func families(ctx context.Context, c *Call) ([]string, error) {
	catalogue, err := c.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return codesIn(catalogue.FullRules(), func(f inspection.Framework) string { return string(f.Family) }), nil
}

// journey is the judgement, the rules and the part of England of which steps are counted.
type journey struct {
	asked
	rules inspection.Framework
	steps inspection.Steps
	given bool // whether the rules have the judgement
}

func (c *Call) askJourney(ctx context.Context) (journey, error) {
	a, err := c.askEngland(ctx)
	if err != nil {
		return journey{}, err
	}
	all := a.england.Catalogue.FullRules()
	at := slices.IndexFunc(all, func(f inspection.Framework) bool { return string(f.Family) == c.Get("rules") })
	if at < 0 {
		at = max(0, slices.IndexFunc(all, func(f inspection.Framework) bool { return !f.From.First().After(c.Day()) }))
	}
	j := journey{asked: a, rules: all[at]}
	j.steps, j.given = a.england.Steps(j.rules.Family, a.judgement.Code, c.Day(), a.where)
	return j, nil
}

func (j journey) gradeName(code string) Code {
	g, _ := j.steps.Scale.Grade(code)
	return Code{code, cmp.Or(g.Name, code)}
}

var courseNames = map[inspection.Course]string{
	inspection.GradedAgain: "Graded more than once", inspection.Improved: "Improved", inspection.StayedSame: "Stayed the same",
	inspection.KeptGood: "Stayed good or outstanding", inspection.Declined: "Declined",
}

func journeys() Operation {
	return Reading(Operation{
		Name: "england-journeys", Path: "/england/journeys", Page: "/england/journeys", Group: "England", Summary: "From one inspection to the next, counted",
		Parameters: append(journeyParameters(), Parameter{Name: "by", Summary: "Code of the grade from which waits are followed; the lowest where it is left out", From: lowGrades}, asAtParameter),
	}, func(ctx context.Context, c *Call) (JourneysDocument, error) {
		j, err := c.askJourney(ctx)
		if err != nil {
			return JourneysDocument{}, err
		}
		out := JourneysDocument{
			Document: c.document(), Judgement: Code{j.judgement.Code, j.judgement.Short}, Rules: Code{string(j.rules.Family), capital(j.rules.PlainName)},
			Given: j.given, Seen: dateOf(j.steps.Seen), Steps: []StepTally{}, Courses: []Tally{}, Unknown: len(j.steps.Unknown),
		}
		if !j.given {
			return out, nil
		}
		counted := j.steps.Count()
		for _, from := range j.steps.Scale.Grades {
			for _, to := range j.steps.Ends() {
				if n := counted[[2]string{from.Code, to}]; n > 0 {
					out.Steps = append(out.Steps, StepTally{Code{from.Code, from.Name}, Code{to, j.england.Catalogue.StepEndWords(j.steps, to)}, n})
				}
			}
		}
		for _, course := range inspection.Courses() {
			out.Courses = append(out.Courses, Tally{Code{string(course), courseNames[course]}, len(j.steps.Latest(course))})
		}
		out.Waits = c.waits(j)
		return out, nil
	})
}

func lowGrades(ctx context.Context, c *Call) ([]string, error) {
	j, err := c.askJourney(ctx)
	if err != nil || !j.given {
		return nil, err
	}
	return codesIn(j.steps.Scale.GradesBelowGood(), func(g inspection.Grade) string { return g.Code }), nil
}

func (c *Call) waits(j journey) *Waits {
	low := j.steps.Scale.GradesBelowGood()
	if len(low) == 0 {
		return nil
	}
	from := c.or("by", low[0].Code)
	w, ok := j.england.GradeWaits(j.rules.Family, j.judgement.Code, from, c.Day(), j.where)
	if !ok {
		return nil
	}
	out := &Waits{
		From: j.gradeName(from), Number: len(w.Waits), Better: len(w.Ending(inspection.WaitBetter)), Going: len(w.Ending(inspection.WaitGoing)),
		Gone: len(w.Ending(inspection.WaitGone)), Unmeasured: len(w.Unmeasured),
	}
	if days, known := w.Median(); known {
		out.Median = &days
	}
	return out
}

// Step is an inspection of one judgement and what came next.
type Step struct {
	Authority  Body  `json:"authority" column:"Authority" doc:"The authority"`
	Inspection Link  `json:"inspection" column:"Inspection" doc:"The inspection"`
	Grade      *Code `json:"grade" column:"Grade" doc:"The grade it gave; null where that is not known"`
	Published  Date  `json:"published" doc:"Day on which it came out"`
	Then       Code  `json:"then" column:"What came next" doc:"What came next"`
	Next       *Link `json:"next_inspection" doc:"The next full inspection; null where none came out"`
	NextOn     Date  `json:"next_published" doc:"Day on which that came out"`
}

func journeyAuthorities() Operation {
	return Reading(Operation{
		Name: "england-journeys-authorities", Path: "/england/journeys/authorities", Page: "/england/journeys/authorities", Group: "England",
		Summary: "The inspections that the journeys count, with what came next",
		Parameters: append(journeyParameters(),
			Parameter{Name: "from", Summary: "Code of the grade that the inspection gave; unknown for those whose grade is not known", From: stepStarts},
			Parameter{Name: "to", Summary: "Code of what came next, or of what became of the latest grade", From: stepEnds}, pageParameter, asAtParameter),
	}, func(ctx context.Context, c *Call) (List[Step], error) {
		j, err := c.askJourney(ctx)
		if err != nil {
			return List[Step]{}, err
		}
		if !j.given {
			return whole[Step](c, nil)
		}
		var items []Step
		for _, one := range j.between(c.Get("from"), c.Get("to")) {
			items = append(items, c.step(j, one))
		}
		return cut(c, items, authoritiesPerPage)
	})
}

// between returns the steps from a grade to what came next; all of them where neither is named.
func (j journey) between(from, to string) []inspection.Step {
	found := j.steps.Between(from, to)
	switch {
	case from == string(inspection.StepUnknown):
		found = slices.DeleteFunc(slices.Clone(j.steps.Unknown), func(one inspection.Step) bool { return to != "" && one.Code() != to })
	case courseNames[inspection.Course(to)] != "":
		found = slices.DeleteFunc(slices.Clone(j.steps.Latest(inspection.Course(to))), func(one inspection.Step) bool { return from != "" && one.Grade != from })
	}
	return found
}

func (c *Call) step(j journey, one inspection.Step) Step {
	out := Step{
		Authority: c.bodyOf(*one.Body), Inspection: c.inspectionLink(j.england.Record, one.From), Published: dateOf(one.From.Published),
		Then: Code{one.Code(), j.england.Catalogue.StepEndWords(j.steps, one.Code())}, NextOn: dateOf(inspection.Date{}),
	}
	if one.Grade != "" {
		grade := j.gradeName(one.Grade)
		out.Grade = &grade
	}
	if one.Next != nil {
		next := c.inspectionLink(j.england.Record, one.Next)
		out.Next, out.NextOn = &next, dateOf(one.Next.Published)
	}
	return out
}

func stepStarts(ctx context.Context, c *Call) ([]string, error) {
	j, err := c.askJourney(ctx)
	if err != nil || !j.given {
		return nil, err
	}
	return append(codesIn(j.steps.Scale.Grades, func(g inspection.Grade) string { return g.Code }), string(inspection.StepUnknown)), nil
}

func stepEnds(ctx context.Context, c *Call) ([]string, error) {
	j, err := c.askJourney(ctx)
	if err != nil || !j.given {
		return nil, err
	}
	return append(slices.Clone(j.steps.Ends()), codesIn(inspection.Courses(), func(one inspection.Course) string { return string(one) })...), nil
}
