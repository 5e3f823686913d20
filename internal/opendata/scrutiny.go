package opendata

import (
	"context"
	"slices"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// ScrutinyDocument is what a committee that scrutinises works through.
type ScrutinyDocument struct {
	Document
	Body       Body           `json:"body" doc:"The council or place"`
	Since      string         `json:"since" doc:"The day since which is looked back"`
	Lists      []ScrutinyList `json:"lists" doc:"Lists of areas to improve, in the order in which a meeting takes them"`
	Ended      []string       `json:"of_ended_councils" doc:"References of what councils that have ended were asked and never closed; in none of the lists"`
	Questions  []Question     `json:"questions" doc:"What members asked"`
	Waiting    int            `json:"questions_waiting" doc:"How many of these wait for an answer"`
	Prompts    []Prompt       `json:"questions_to_ask" doc:"Questions that the record suggests"`
	Updates    int            `json:"updates" doc:"Updates recorded since that day, of those that the asker may read"`
	Evidence   int            `json:"evidence" doc:"Pieces of evidence recorded since that day, of those that the asker may read"`
	Decisions  []Decision     `json:"decisions" doc:"What committees decided and scrutiny said since that day, the latest first"`
	Committees []Committee    `json:"committees" doc:"Who decides and who scrutinises"`
	Meetings   []Meeting      `json:"meetings" doc:"Their meetings, the latest first"`
}

// ScrutinyList is one list of areas to improve, with the rule by which it was made.
type ScrutinyList struct {
	Code  string   `json:"code" doc:"Names the list"`
	Title string   `json:"title" doc:"Its title"`
	Rule  string   `json:"rule" doc:"How it is worked out"`
	Count int      `json:"count" doc:"How many areas it has, one that twin letters share once"`
	Areas []string `json:"areas_to_improve" doc:"Their references"`
}

// Decision is a move that a body decided.
type Decision struct {
	Area string `json:"area_to_improve" doc:"Reference of the area to improve"`
	Move
}

// Committee is a body that decides about areas to improve or looks on.
type Committee struct {
	ID          string  `json:"id" column:"ID" doc:"Names the committee; it does not change"`
	Name        string  `json:"name" column:"Name" doc:"Its name"`
	Body        *Body   `json:"body" column:"Of whom" doc:"The authority or place to which it belongs"`
	Decides     bool    `json:"decides" column:"Decides" doc:"Whether it agrees new dates and closes areas"`
	Scrutinises bool    `json:"scrutinises" column:"Scrutinises" doc:"Whether it looks on and says what it thinks"`
	From        Date    `json:"from" doc:"Its first day; unknown where that is not recorded"`
	Until       Date    `json:"until" doc:"Its last day; unknown while it sits"`
	Address     *string `json:"address" doc:"Where it is on another site; null where that is not recorded"`
}

// Meeting is a meeting of a committee.
type Meeting struct {
	ID        string  `json:"id" doc:"Names the meeting; it does not change"`
	Committee string  `json:"committee" column:"Committee" doc:"ID of the committee"`
	On        Date    `json:"date" column:"On" doc:"The day"`
	Address   *string `json:"address" column:"Papers" doc:"Where its papers are; null where that is not recorded"`
}

func (c *Call) committee(r *inspection.Record, one inspection.Committee) Committee {
	return Committee{one.ID, one.Name, c.bodyNamed(r, one.BodyID), one.Decides, one.Scrutinises, dateOf(one.From), dateOf(one.Until), openAddress(one.Address)}
}

func meetingOf(met inspection.Meeting) Meeting {
	return Meeting{met.ID, met.CommitteeID, dateOf(met.On), openAddress(met.Address)}
}

// latestFirst orders meetings.
func latestFirst(meetings []inspection.Meeting) {
	slices.SortStableFunc(meetings, func(a, b inspection.Meeting) int { return b.On.Compare(a.On) })
}

func committees() Operation {
	return Reading(Operation{
		Name: "committees", Path: "/committees", Group: "Scrutiny", Summary: "Committees that decide and scrutinise", Parameters: []Parameter{authorityParameter},
	}, func(ctx context.Context, c *Call) (List[Committee], error) {
		r, err := c.record(ctx)
		if err != nil {
			return List[Committee]{}, err
		}
		all, err := c.Store.Committees(ctx, c.only())
		if err != nil {
			return List[Committee]{}, err
		}
		var items []Committee
		for _, one := range all {
			items = append(items, c.committee(r, one))
		}
		return whole(c, items)
	})
}

func meetings() Operation {
	return Reading(Operation{
		Name: "meetings", Path: "/meetings", Group: "Scrutiny", Summary: "Meetings of committees, the latest first", Parameters: []Parameter{authorityParameter},
	}, func(ctx context.Context, c *Call) (List[Meeting], error) {
		all, err := c.Store.Meetings(ctx, c.only())
		if err != nil {
			return List[Meeting]{}, err
		}
		latestFirst(all)
		var items []Meeting
		for _, met := range all {
			items = append(items, meetingOf(met))
		}
		return whole(c, items)
	})
}

// only returns the authority that is asked for; none for all of them.
func (c *Call) only() []string {
	if id := c.Get("authority"); id != "" {
		return []string{id}
	}
	return nil
}

// monthsWithout is how far back scrutiny looks where no meeting is recorded.
const monthsWithout = 3

func scrutiny() Operation {
	return Reading(Operation{
		Name: "scrutiny", Path: "/scrutiny", Page: "/scrutiny", Group: "Scrutiny", Summary: "What a committee that scrutinises works through",
		Words: "Without a day it looks back to the latest meeting of a scrutiny committee or, where none is recorded, three months.",
		Parameters: []Parameter{
			{Name: "authority", Summary: "Short name of a council or a place; the home place where it is left out", From: councils, At: "/authorities"},
			{Name: "day", Summary: "Day since which is looked back", Kind: DayValue, Free: true}, asAtParameter,
		},
	}, showScrutiny)
}

func showScrutiny(ctx context.Context, c *Call) (ScrutinyDocument, error) {
	sub, err := c.subject(ctx, c.or("authority", c.Home))
	if err != nil {
		return ScrutinyDocument{}, err
	}
	bodies := sub.concerned()
	sitting, err := c.Store.Committees(ctx, bodies)
	if err != nil {
		return ScrutinyDocument{}, err
	}
	met, err := c.Store.Meetings(ctx, bodies)
	if err != nil {
		return ScrutinyDocument{}, err
	}
	latestFirst(met)
	since := c.since(sitting, met)
	if len(c.faults) > 0 {
		return ScrutinyDocument{}, nil
	}
	lists, err := c.Store.PositionsOn(ctx, sub.body.ID, since, c.Day())
	if err != nil {
		return ScrutinyDocument{}, err
	}
	before := map[string]store.ListedRecommendation{}
	for _, item := range lists[0] {
		before[item.Reference] = item
	}
	items := c.items(sub, lists[1])
	for i := range items {
		earlier := before[items[i].Reference]
		items[i].Before, items[i].ViewsBefore = earlier.Position.For(c.Reader), earlier.Views
	}
	activity, err := c.Store.ProgressSince(ctx, bodies, since, c.Day(), c.Reader)
	if err != nil {
		return ScrutinyDocument{}, err
	}
	asked, err := c.Store.Questions(ctx, store.QuestionFilter{Bodies: bodies, Reader: c.Reader, AsOf: c.Day()})
	if err != nil {
		return ScrutinyDocument{}, err
	}
	n, err := c.names(ctx, sub.record)
	if err != nil {
		return ScrutinyDocument{}, err
	}
	out := ScrutinyDocument{
		Document: c.document(), Body: c.bodyOf(sub.body), Since: since.ISO(), Lists: []ScrutinyList{}, Ended: []string{}, Questions: []Question{},
		Prompts: c.prompts(sub, items), Updates: activity.Updates, Evidence: activity.Evidence, Decisions: []Decision{}, Committees: []Committee{}, Meetings: []Meeting{},
	}
	board := inspection.Scrutiny(items, since, c.Day(), c.Reader)
	for _, list := range board.Lists {
		out.Lists = append(out.Lists, ScrutinyList{string(list.Code), list.Title, list.Rule, list.Count, referencesOf(list)})
	}
	out.Ended = referencesOf(board.Ended)
	for _, q := range asked {
		out.Questions = append(out.Questions, c.question(sub.record, q))
		if len(q.Answers) == 0 {
			out.Waiting++
		}
	}
	decided := slices.Clone(activity.Moves)
	slices.SortStableFunc(decided, func(a, b inspection.Move) int { return b.On.Compare(a.On) })
	for _, m := range decided {
		if m.Kind.Decision() {
			out.Decisions = append(out.Decisions, Decision{m.Reference, moveOf(n, m)})
		}
	}
	for _, one := range sitting {
		if one.SitsOn(c.Day()) {
			out.Committees = append(out.Committees, c.committee(sub.record, one))
		}
	}
	for _, one := range met {
		out.Meetings = append(out.Meetings, meetingOf(one))
	}
	return out, nil
}

func referencesOf(list inspection.ScrutinyList) []string {
	out := []string{}
	for _, item := range list.Items {
		out = append(out, item.Reference)
	}
	return out
}

// concerned lists those whose committees, meetings and questions belong to a council or place.
func (sub subject) concerned() []string {
	var ids []string
	add := func(bodies ...inspection.Body) {
		for _, b := range bodies {
			if b.ID != "" && !slices.Contains(ids, b.ID) {
				ids = append(ids, b.ID)
			}
		}
	}
	add(sub.place, sub.body)
	add(sub.members...)
	add(sub.record.ListedUnder(sub.body.ID)...)
	add(sub.record.Providers(sub.members...)...)
	return ids
}

// since is the day since which scrutiny looks back.
func (c *Call) since(sitting []inspection.Committee, met []inspection.Meeting) inspection.Date {
	if day := c.date("day"); day.Known() {
		if day.After(c.Day()) {
			c.Wrong("day", day.ISO()+" is after the day of this answer, "+c.Day().ISO()+": give an earlier day")
		}
		return day
	}
	for _, one := range met {
		scrutinises := slices.ContainsFunc(sitting, func(s inspection.Committee) bool { return s.ID == one.CommitteeID && s.Scrutinises })
		if scrutinises && one.On.Before(c.Day()) {
			return one.On
		}
	}
	if day := c.Day().AddMonths(-monthsWithout); day.After(inspection.RecordBegins) {
		return day
	}
	return inspection.RecordBegins
}
