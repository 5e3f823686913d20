package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// actionView is a piece of work as pages show it.
type actionView struct {
	Address  string
	Words    string
	State    string
	Owner    string
	Lead     string
	Measure  string
	Original string
	Due      string
	Moved    bool // whether the day is another than the original one
	Past     bool
	For      string
	Serves   []Link
}

func (n naming) action(a inspection.Action, day inspection.Date) actionView {
	view := actionView{
		Address: actionAddress(a.ID), Words: a.Words, State: a.State.Words(), Owner: n.post(a.OwnerID), Lead: n.body(a.LeadBodyID),
		Measure: a.SuccessMeasure, Original: dayText(a.OriginalDue), Due: dayText(a.Due), Moved: a.Due != a.OriginalDue, For: audienceNote(a.Audience),
	}
	done := a.State == inspection.ActionDone || a.State == inspection.ActionStopped
	view.Past = !done && a.Due.Known() && a.Due.Last().Before(day)
	for _, reference := range a.References {
		view.Serves = append(view.Serves, referenceLink(reference))
	}
	return view
}

// actionAddress is where an action is shown.
func actionAddress(id string) string { return "/actions/" + url.PathEscape(id) }

// actionListPage lists the actions of a body, or of all.
type actionListPage struct {
	Page
	Filter  *filter
	Found   string
	Actions []actionView
	New     bool       // whether its reader can add one
	Tracker *downloads // the same in the form in which it can be brought in again; nil for those who cannot
}

// askActions reads which actions a list was asked for, with the names of who is in them.
func (s *Server) askActions(c *gin.Context) (*filter, store.ActionFilter, naming, error) {
	var wanted store.ActionFilter
	day, err := s.asOf(c)
	if err != nil {
		return nil, wanted, naming{}, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, wanted, naming{}, err
	}
	f := newFilter(c)
	wanted = store.ActionFilter{
		Authority: f.chooseBody(known, s.today(), "Authority", "Every authority", "an authority", bodyOptions), Reader: s.reader(c), AsOf: day,
	}
	names, err := namesOf(c.Request.Context(), s.store, known.bodies)
	return f, wanted, names, err
}

func (s *Server) listActions(c *gin.Context) error {
	f, wanted, names, err := s.askActions(c)
	if err != nil {
		return err
	}
	actions, err := s.store.Actions(c.Request.Context(), wanted)
	if err != nil {
		return err
	}
	page := actionListPage{
		Page: s.listBase(c, "Actions", f), Filter: f, Found: inspection.CountWords(len(actions), "action", "actions"),
		New: wanted.Reader == inspection.ForOfficers,
	}
	if page.New {
		page.Tracker = trackerSheet(f.kept)
	}
	for _, a := range actions {
		page.Actions = append(page.Actions, names.action(a, wanted.AsOf))
	}
	return s.render(c, f.status(), "action_list", page)
}

// actionShowPage is one action with everything that was recorded of it.
type actionShowPage struct {
	Page
	Heading string
	Action  actionView
	Serves  []servedItem
	Steps   []actionStepView
	Updates []updateView
	Saved   string
	Update  *formView // for officers
	Edit    *formView
	History string // the address of what was recorded of it and changed
}

// servedItem is an area to improve that an action serves, and whose it is.
type servedItem struct {
	Link  Link
	Whom  []whomView
	Words string
	Ours  bool
}

// actionStepView is how an action stood from a day on.
type actionStepView struct{ When, State, Owner, Due, Reason, By string }

func (s *Server) showAction(c *gin.Context) error {
	return s.actionPage(c, http.StatusOK, sentBack{})
}

// actionPage shows an action, with one of its forms as it was sent where that has to be looked at again.
func (s *Server) actionPage(c *gin.Context, status int, back sentBack) error {
	ctx := c.Request.Context()
	reader := s.reader(c)
	a, steps, updates, err := s.store.Action(ctx, c.Param("id"), reader)
	if err != nil {
		return err
	}
	if err := s.noteInternal(c, inspection.OfAction, a.ID); err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	names, err := namesOf(ctx, s.store, known.bodies)
	if err != nil {
		return err
	}
	page := &actionShowPage{Page: s.base(c, "Action: "+shortened(a.Words)), Heading: a.Words, Action: names.action(a, s.today())}
	page.History = historyAddress(inspection.OfAction, a.ID)
	if page.Serves, err = s.servedBy(ctx, known, a); err != nil {
		return err
	}
	for _, step := range steps {
		page.Steps = append(page.Steps, actionStepView{
			step.Recorded.Words(), step.State.Words(), names.post(step.OwnerID), dayText(step.Due), step.Reason, step.ByPost,
		})
	}
	for _, u := range updates {
		view := updateViewOf(u, "")
		view.Action = nil
		page.Updates = append(page.Updates, view)
	}
	if reader == inspection.ForOfficers {
		page.Officer, page.Saved = true, map[string]string{"update": "The update is added.", "action": "The action is saved."}[c.Query("saved")]
		m := boxMaker{names: names, leads: known.leaders(s.today()), audiences: s.audiences(c)}
		w := &workMaker{back: back, boxes: m}
		update := w.sent("update", url.Values{"on": {dayText(s.today())}}, func(m boxMaker) formView { return m.updateForm(page.Action.Address + "/updates") })
		change := w.sent("action", actionValues(a), func(m boxMaker) formView { return m.actionForm(page.Action.Address, true) })
		page.Update, page.Edit = &update, &change
		page.wrong(w.problems)
	}
	return s.render(c, status, "action_show", page)
}

// servedBy says of each item that an action serves whose it is and what it asks for.
func (s *Server) servedBy(ctx context.Context, known *registerData, a inspection.Action) ([]servedItem, error) {
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}
	var out []servedItem
	for _, reference := range a.References {
		item, _, err := s.store.Recommendation(ctx, reference)
		if err != nil {
			return nil, err
		}
		out = append(out, servedItem{referenceLink(item.Reference), whom(r, item.Inspection), item.Words, item.Wording == inspection.Paraphrase})
	}
	return out, nil
}

func actionValues(a inspection.Action) url.Values {
	return url.Values{
		"words": {a.Words}, "owner": {a.OwnerID}, "lead_body": {a.LeadBodyID}, "success_measure": {a.SuccessMeasure}, "due": {dayText(a.Due)},
		"state": {string(a.State)}, "audience": {string(a.Audience)}, "references": {strings.Join(a.References, "\n")},
		"revision": {strconv.Itoa(a.Revision)},
	}
}

// actionForm is the form of an action, new or changed.
func (m boxMaker) actionForm(address string, changed bool) formView {
	m.form = "action"
	view := formView{ID: m.form, Title: "Record an action", Address: address, Button: "Record this action", Boxes: []letterBox{
		m.area("words", "What is to be done", "No names of children or families, and nothing by which they could be known."),
		m.area("references", "Areas to improve that it serves", "One reference on each line, like NN-ILACS-2026-1. They may be of both councils and the trust; one update then counts for all of them."),
		m.owner(), m.lead(), m.area("success_measure", "How one will see that it worked (optional)", ""),
		m.day("due", "Day by which it is to be done", "Like 30 June 2027."),
	}}
	if changed {
		view.Title, view.Button, view.Hidden = "Change this action", "Save the change", []carried{{"revision", m.values.Get("revision")}}
		view.Boxes = append(view.Boxes, m.area("reason", "Why the day moves", "Only where the day is another than before. The old day and the reason stay visible."))
	}
	var states optionGroup
	for _, state := range inspection.ActionStates() {
		states.Options = append(states.Options, selectOption{Value: string(state), Name: state.Words()})
	}
	view.Boxes = append(view.Boxes, m.choice("state", "How far it is", "", "Choose how far it is", states), m.audience())
	return view
}

// parseAction reads an action out of a form.
func parseAction(values url.Values) (a inspection.Action, reason string, problems inspection.Problems) {
	f := &draftForm{values: values}
	a = inspection.Action{
		Words: f.words("words"), OwnerID: f.line("owner"), LeadBodyID: f.line("lead_body"), SuccessMeasure: f.words("success_measure"),
		Due: f.day("due", "the day by which it is to be done"), State: inspection.ActionState(f.line("state")),
		Audience:   inspection.Audience(f.line("audience")),
		References: strings.FieldsFunc(f.words("references"), func(r rune) bool { return strings.ContainsRune(" ,;\t\n", r) }),
	}
	return a, f.words("reason"), f.problems
}

// actionFormPage records a new action.
type actionFormPage struct {
	Page
	Form formView
}

func (s *Server) newAction(c *gin.Context) error {
	usual := url.Values{"state": {string(inspection.ActionPlanned)}, "references": c.QueryArray("reference")}
	return s.actionFormPage(c, http.StatusOK, usual, nil)
}

func (s *Server) actionFormPage(c *gin.Context, status int, values url.Values, problems inspection.Problems) error {
	known, err := s.register(c)
	if err != nil {
		return err
	}
	names, err := namesOf(c.Request.Context(), s.store, known.bodies)
	if err != nil {
		return err
	}
	m := boxMaker{form: "action", values: values, problems: problems, names: names, leads: known.leaders(s.today()), audiences: s.audiences(c)}
	page := actionFormPage{Page: s.officerBase(c, "Record an action"), Form: m.actionForm("/actions/new", false)}
	page.wrong(page.Form.located(problems))
	return s.render(c, status, "action_form", page)
}

func (s *Server) addAction(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	a, _, problems := parseAction(values)
	if len(problems) == 0 {
		a, err = s.store.SaveAction(c.Request.Context(), by, a, "")
	}
	return s.afterSaving(c, actionAddress(a.ID)+"?saved=action#saved", err, problems, func(problems inspection.Problems) error {
		return s.actionFormPage(c, http.StatusUnprocessableEntity, values, problems)
	})
}

// changeAction saves an action as its form says. Another day needs a reason, and the old one stays visible.
func (s *Server) changeAction(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	a, reason, problems := parseAction(values)
	if a.Revision, err = revisionOf(values); err != nil {
		return err
	}
	if a.ID = c.Param("id"); len(problems) == 0 {
		_, err = s.store.SaveAction(c.Request.Context(), by, a, reason)
	}
	return s.afterSaving(c, actionAddress(a.ID)+"?saved=action#saved", err, problems, func(problems inspection.Problems) error {
		return s.actionPage(c, http.StatusUnprocessableEntity, sentBack{"action", values, problems})
	})
}

func (s *Server) updateAction(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	update, problems := parseUpdate(values)
	if update.ActionID = c.Param("id"); len(problems) == 0 {
		_, err = s.store.AddUpdate(c.Request.Context(), by, update)
	}
	return s.afterSaving(c, actionAddress(update.ActionID)+"?saved=update#saved", err, problems, func(problems inspection.Problems) error {
		return s.actionPage(c, http.StatusUnprocessableEntity, sentBack{"update", values, problems})
	})
}

// serveRecommendation lets an action that is recorded already serve one more item.
func (s *Server) serveRecommendation(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	ctx, reference := c.Request.Context(), c.Param("reference")
	var problems inspection.Problems
	if id := (&draftForm{values: values}).line("action"); id == "" {
		problems = inspection.Problems{{Field: "action", Words: "Choose the action that serves this area to improve"}}
	} else if a, _, _, found := s.store.Action(ctx, id, by.Role.Audience()); found != nil {
		err = found
	} else {
		a.References = append(a.References, reference)
		_, err = s.store.SaveAction(ctx, by, a, "")
	}
	return s.afterSaving(c, workAddress(reference, "action"), err, problems, func(problems inspection.Problems) error {
		return s.showWork(c, http.StatusUnprocessableEntity, sentBack{"action", values, problems})
	})
}

// itemRoutes registers the pages on which areas to improve and actions are worked on.
func (s *Server) itemRoutes(r router) {
	r.get("/recommendations/:reference/work", auth.MoveItems, s.private(s.workOnRecommendation))
	r.post("/recommendations/:reference/moves", auth.MoveItems, s.private(s.moveRecommendation))
	r.post("/recommendations/:reference/updates", auth.RecordProgress, s.private(s.updateRecommendation))
	r.post("/recommendations/:reference/evidence", auth.RecordProgress, s.private(s.addEvidence))
	r.post("/recommendations/:reference/evidence/:id/steps", auth.MoveItems, s.private(s.stepEvidence))
	r.post("/recommendations/:reference/actions", auth.RecordProgress, s.private(s.serveRecommendation))

	r.get("/actions", auth.ReadPublic, s.page(s.listActions, reads{chosen: []string{"authority", asAt}}))
	r.get("/actions/new", auth.RecordProgress, s.private(s.newAction))
	r.post("/actions/new", auth.RecordProgress, s.private(s.addAction))
	r.get("/actions/:id", auth.ReadPublic, s.page(s.showAction, reads{free: []string{"saved"}}))
	r.post("/actions/:id", auth.RecordProgress, s.private(s.changeAction))
	r.post("/actions/:id/updates", auth.RecordProgress, s.private(s.updateAction))
	r.get("/evidence/:id/file", auth.ReadPublic, s.handle(s.showEvidenceFile))
}
