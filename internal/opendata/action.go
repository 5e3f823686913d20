package opendata

import (
	"context"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Action is a piece of work that serves areas to improve.
type Action struct {
	ID             string   `json:"id" column:"ID" doc:"Names the action; it does not change"`
	Self           string   `json:"self" doc:"Where the interface says more about it"`
	Page           string   `json:"page" doc:"Its page"`
	Words          string   `json:"words" column:"What is to be done" doc:"What is to be done"`
	State          Code     `json:"state" column:"How far it is" doc:"How far it is"`
	Owner          *string  `json:"owner" doc:"Post that owns it; null where none is recorded"`
	LeadBody       *Body    `json:"lead_body" doc:"Body that leads; null where none is recorded"`
	SuccessMeasure *string  `json:"success_measure" doc:"How one will see that it worked; null where none is recorded"`
	OriginalDue    Date     `json:"original_due" doc:"The first day by which it was to be done"`
	Due            Date     `json:"due" column:"By" doc:"The day by which it is to be done"`
	PastDate       bool     `json:"past_date" doc:"Whether it is past its date"`
	Recorded       Date     `json:"recorded" doc:"Day on which it was first recorded"`
	Revision       int      `json:"revision" doc:"Counts its changes"`
	Serves         []string `json:"serves" column:"Serves" doc:"References of the areas to improve that it serves"`
	Audience       string   `json:"audience" codes:"public|members|officers" doc:"Who may read it"`
}

func (c *Call) action(n names, a inspection.Action) Action {
	done := a.State == inspection.ActionDone || a.State == inspection.ActionStopped
	return Action{
		ID: a.ID, Self: c.link(Root + "/actions/" + a.ID), Page: c.link("/actions/" + a.ID), Words: a.Words, State: Code{string(a.State), a.State.Words()},
		Owner: n.post(a.OwnerID), LeadBody: c.bodyNamed(n.record, a.LeadBodyID), SuccessMeasure: text(a.SuccessMeasure), OriginalDue: dateOf(a.OriginalDue),
		Due: dateOf(a.Due), PastDate: !done && a.Due.Known() && a.Due.Last().Before(c.Day()), Recorded: dateOf(a.Recorded), Revision: a.Revision,
		Serves: texts(a.References), Audience: string(a.Audience),
	}
}

func actions() Operation {
	return Reading(Operation{
		Name: "actions", Path: "/actions", Page: "/actions", Group: "Areas to improve", Summary: "Actions that serve areas to improve",
		Parameters: []Parameter{authorityParameter, asAtParameter},
	}, func(ctx context.Context, c *Call) (List[Action], error) {
		r, err := c.record(ctx)
		if err != nil {
			return List[Action]{}, err
		}
		n, err := c.names(ctx, r)
		if err != nil {
			return List[Action]{}, err
		}
		found, err := c.Store.Actions(ctx, store.ActionFilter{Authority: c.Get("authority"), Reader: c.Reader, AsOf: c.Day()})
		if err != nil {
			return List[Action]{}, err
		}
		var items []Action
		for _, a := range found {
			items = append(items, c.action(n, a))
		}
		return whole(c, items)
	})
}

// ActionDocument is one action with what was recorded of it.
type ActionDocument struct {
	Document
	Action  Action       `json:"action" doc:"The action"`
	Steps   []ActionStep `json:"steps" doc:"How it stood, the oldest first"`
	Updates []Update     `json:"updates" doc:"What was said about it, the newest first"`
}

// ActionStep is how an action stood from a day on.
type ActionStep struct {
	Number   int     `json:"number" doc:"Place among its steps, from 1"`
	Recorded Date    `json:"recorded" doc:"Day on which it was written down"`
	State    Code    `json:"state" doc:"How far it was"`
	Owner    *string `json:"owner" doc:"Post that owned it"`
	Due      Date    `json:"due" doc:"Day by which it was to be done"`
	Reason   *string `json:"reason" doc:"Why the day was moved; null where it was not"`
	By       string  `json:"by" doc:"Post of whoever recorded it"`
}

func oneAction() Operation {
	return Reading(Operation{
		Name: "action", Path: "/actions/{id}", Page: "/actions/{id}", Group: "Areas to improve", Summary: "One action with its steps and updates",
		Notes: inspection.OfAction, Parameters: []Parameter{{Name: "id", Summary: "ID of the action", InPath: true}},
	}, func(ctx context.Context, c *Call) (ActionDocument, error) {
		a, steps, updates, err := c.Store.Action(ctx, c.Get("id"), c.Reader)
		if err != nil {
			return ActionDocument{}, err
		}
		r, err := c.record(ctx)
		if err != nil {
			return ActionDocument{}, err
		}
		n, err := c.names(ctx, r)
		if err != nil {
			return ActionDocument{}, err
		}
		out := ActionDocument{Document: c.document(), Action: c.action(n, a), Steps: []ActionStep{}, Updates: []Update{}}
		for _, s := range steps {
			out.Steps = append(out.Steps, ActionStep{
				s.Number, dateOf(s.Recorded), Code{string(s.State), s.State.Words()}, n.post(s.OwnerID), dateOf(s.Due), text(s.Reason), s.ByPost,
			})
		}
		for _, u := range updates {
			out.Updates = append(out.Updates, updateOf(u))
		}
		return out, nil
	})
}
