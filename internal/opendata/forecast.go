package opendata

import (
	"context"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// ForecastDocument says when inspectors are most likely to come next. It is never a forecast of a grade.
type ForecastDocument struct {
	Document
	Body     Body      `json:"body" doc:"The council or place"`
	Councils []Window  `json:"councils" doc:"One window for each council, or why there is none"`
	Rule     *Rule     `json:"rule" doc:"The rule of the interval; null where none is held"`
	Trial    *BackTest `json:"back_test" doc:"How often such windows would have been right; null where too few councils had been inspected twice"`
}

// Window is when inspectors are most likely to come to one council.
type Window struct {
	Authority Body    `json:"authority" doc:"The council"`
	From      *Link   `json:"counted_from" doc:"Its latest full inspection; null where there is none"`
	Words     *string `json:"words" doc:"The window in words; null where there is none"`
	Absent    *string `json:"absent" doc:"Why there is none; null where there is one"`
	Usual     Span    `json:"usual" doc:"By the rule, counted from publication"`
	Band      Span    `json:"band" doc:"In which nine tenths of the councils of England were inspected again"`
	Tried     *string `json:"tried" doc:"How the usual window did the last time; null where it could not be tried"`
}

// Span is a span of days.
type Span struct {
	From  Date `json:"from" doc:"First day; unknown where there is no span"`
	Until Date `json:"until" doc:"Last day; unknown where there is no span"`
}

// BackTest says how often windows held the day on which inspectors came.
type BackTest struct {
	Seen    Date `json:"seen" doc:"Day to which waits were followed"`
	Pairs   int  `json:"inspected_again" doc:"Times that a council was inspected again"`
	Waiting int  `json:"still_waiting" doc:"Councils that still waited"`
	Band    Held `json:"band" doc:"Of the band"`
	Usual   Held `json:"usual" doc:"Of the usual window, counted from publication"`
	Shown   Held `json:"shown" doc:"Of the months that are shown, which join the two"`
}

// Held says how often a window held the day.
type Held struct {
	Inside int     `json:"inside" doc:"How often it held the day"`
	Of     int     `json:"of" doc:"How often it was tried"`
	Days   float64 `json:"mean_width_days" doc:"How wide it was on average, in days"`
}

func spanOf(w inspection.Window) Span { return Span{dateOf(w.From), dateOf(w.Until)} }

func heldOf(m inspection.Measure) Held {
	out := Held{Inside: m.Inside, Of: m.Pairs}
	if m.Pairs > 0 {
		out.Days = m.MeanWidth()
	}
	return out
}

func nextInspection() Operation {
	return Reading(Operation{
		Name: "next-inspection", Path: "/authorities/{slug}/next-inspection", Page: "/authorities/{slug}/next-inspection", Group: "Authorities",
		Summary: "When inspectors are most likely to come next", Words: "A window with how often such windows were right. It says nothing of a grade.",
		Parameters: []Parameter{slugParameter, asAtParameter},
	}, func(ctx context.Context, c *Call) (ForecastDocument, error) {
		sub, err := c.subject(ctx, c.Get("slug"))
		if err != nil {
			return ForecastDocument{}, err
		}
		england, err := c.England(ctx)
		if err != nil {
			return ForecastDocument{}, err
		}
		out := ForecastDocument{Document: c.document(), Body: c.bodyOf(sub.body), Councils: []Window{}}
		for _, m := range sub.members {
			out.Councils = append(out.Councils, c.window(sub, england.Record, m))
		}
		if rule, ok := sub.record.Rule(inspection.InspectionIntervalRule, c.Day()); ok {
			one := c.rule(sub.record, rule)
			out.Rule = &one
		}
		if test, ok := sub.record.BackTest(england.Record, c.Day()); ok {
			out.Trial = &BackTest{dateOf(test.Seen), test.Pairs, test.Waiting, heldOf(test.Band), heldOf(test.Usual), heldOf(test.Shown)}
		}
		return out, nil
	})
}

func (c *Call) window(sub subject, england *inspection.Record, authority inspection.Body) Window {
	f, ok := sub.record.Forecast(england, authority, c.Day())
	out := Window{Authority: c.bodyOf(authority), Absent: text(f.Absent), Usual: spanOf(inspection.Window{}), Band: spanOf(inspection.Window{})}
	if f.From != nil {
		from := c.inspectionLink(sub.record, f.From)
		out.From = &from
	}
	if !ok {
		return out
	}
	out.Words, out.Usual, out.Band = text(strings.TrimSpace(f.WindowWords()+". "+f.EndWords())), spanOf(f.Usual), spanOf(f.Band)
	if f.Tried != nil {
		out.Tried = text(f.Tried.Words())
	}
	return out
}
