package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// recommendationWorkPage is where officers, reviewers and clerks work on one area to improve.
type recommendationWorkPage struct {
	Page
	Heading  string
	Item     recommendationView
	Ours     bool
	Address  string // of the item's public page
	Saved    string
	Progress progressView
	Moves    []formView
	Others   []otherMove
	Posts    bool // whether any post is recorded that could own the item
	Decides  bool // whether any body is recorded that could decide on it
	May      bool // whether this person records updates, evidence and actions
	Update   formView
	Evidence []evidenceWork
	Add      formView
	Actions  []actionView
	Serve    formView
	Done     []moveView
}

// otherMove is what somebody else can do, and why not this person.
type otherMove struct{ Does, Why string }

// evidenceWork is a piece of evidence with what this person can do about it, and what not.
type evidenceWork struct {
	evidenceItemView
	Form    formView
	Choices []stepChoice
	Others  []otherMove
}

type stepChoice struct {
	To   inspection.EvidenceState
	Name string
}

// sentBack is a form that comes back to whoever sent it, with what is wrong.
type sentBack struct {
	form     string
	values   url.Values
	problems inspection.Problems
}

// savedNotices say what was saved, by the parameter of the address to which a form leads.
var savedNotices = map[string]string{
	"move": "It is recorded.", "update": "The update is added.", "evidence": "The evidence is added, and submitted.", "step": "The step is recorded.",
	"draft":  "The evidence is added as a draft. To submit it, record a step of it.",
	"action": "The action serves this area to improve now.",
}

func (s *Server) workOnRecommendation(c *gin.Context) error {
	return s.showWork(c, http.StatusOK, sentBack{})
}

// workAddress is where somebody comes back to after saving.
func workAddress(reference, saved string) string {
	return referenceLink(reference).Address + "/work?" + url.Values{"saved": {saved}}.Encode() + "#saved"
}

// showWork shows the page, with one of its forms as it was sent where that has to be looked at again.
func (s *Server) showWork(c *gin.Context, status int, back sentBack) error {
	ctx := c.Request.Context()
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	item, _, err := s.store.Recommendation(ctx, c.Param("reference"))
	if err != nil {
		return err
	}
	if item.Reference != c.Param("reference") && status == http.StatusOK {
		return s.redirect(c, http.StatusSeeOther, referenceLink(item.Reference).Address+"/work")
	}
	themes, err := s.store.Themes(ctx)
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	p, err := s.store.Progress(ctx, item.Reference, by.Role.Audience(), s.today())
	if err != nil {
		return err
	}
	if err := s.noteInternal(c, inspection.OfRecommendation, item.Reference); err != nil {
		return err
	}
	heading := "Work on " + item.Reference
	names := naming{bodies: known.bodies, posts: p.Posts, committees: p.Committees}
	page := &recommendationWorkPage{
		Page: s.officerBase(c, heading), Heading: heading, Item: recommendationViewOf(themes, item.Recommendation),
		Ours: item.Wording == inspection.Paraphrase, Address: referenceLink(item.Reference).Address, Saved: savedNotices[c.Query("saved")],
		Progress: names.progress(p.Position, inspection.ForOfficers, s.today()), Posts: len(p.Posts) > 0,
		May:     by.Role == inspection.RoleOfficer,
		Decides: slices.ContainsFunc(p.Committees, func(one inspection.Committee) bool { return one.Decides }),
	}
	kind, _ := known.catalogue.Kind(item.Inspection.Kind)
	w := &workMaker{
		page: page, by: by, today: s.today(), item: item, progress: p, back: back, takesAnswer: kind.TakesAnswer,
		boxes: boxMaker{names: names, leads: known.leaders(s.today(), item.Inspection.Bodies...), audiences: s.audiences(c)},
	}
	w.moves()
	w.evidence(s.evidenceFiles)
	if err := w.actions(ctx, s.store); err != nil {
		return err
	}
	if page.May {
		page.Update = w.sent("update", url.Values{"on": {dayText(w.today)}}, func(m boxMaker) formView { return m.updateForm(page.Address + "/updates") })
	}
	for _, m := range slices.Backward(p.Moves) {
		page.Done = append(page.Done, names.move(m, inspection.ForOfficers))
	}
	page.wrong(w.problems)
	return s.render(c, status, "recommendation_work", page)
}

// workMaker makes the forms of the page.
type workMaker struct {
	page     *recommendationWorkPage
	by       inspection.Actor
	today    inspection.Date
	item     store.ListedRecommendation
	progress inspection.Progress
	back     sentBack
	boxes    boxMaker
	problems inspection.Problems

	takesAnswer bool
}

// sent makes a form: with what was sent, where this is the form that comes back, else with the usual values.
func (w *workMaker) sent(form string, usual url.Values, make func(boxMaker) formView) formView {
	m := w.boxes
	m.form, m.values = form, usual
	if w.back.form != form {
		return make(m)
	}
	m.values, m.problems = w.back.values, w.back.problems
	view := make(m)
	view.Open = true
	w.problems = append(w.problems, view.located(w.back.problems)...)
	return view
}

// moves makes a form for each move that this person can make, and says of the others why not.
func (w *workMaker) moves() {
	address := w.page.Address + "/moves"
	inForce := slices.ContainsFunc(w.progress.Evidence, func(e inspection.EvidenceItem) bool { return e.StateOn(w.today) == inspection.EvidenceIn })
	context := inspection.MoveContext{
		Today: w.today, EvidenceIn: inForce, TakesAnswer: w.takesAnswer,
		Workers: inspection.WorkersOn(w.progress.Moves, w.progress.Actions, nil, w.progress.Evidence), // earlier owners are told when they try
	}
	shown := false
	for _, one := range w.progress.Position.Possible(w.by, context) {
		if one.WhyNot != "" {
			w.page.Others = append(w.page.Others, otherMove{one.Does, one.WhyNot})
			continue
		}
		shown = shown || w.back.form == string(one.Kind)
		w.page.Moves = append(w.page.Moves, w.sent(string(one.Kind), w.usual(one.Kind), func(m boxMaker) formView {
			return m.moveForm(one.Kind, one.Does, address)
		}))
	}
	kind := inspection.MoveKind(w.back.form)
	if does := moveDone(kind); !shown && does != "" { // what was sent cannot be recorded, and its words are not lost
		view := w.sent(w.back.form, nil, func(m boxMaker) formView { return m.moveForm(kind, "What you entered: "+does, address) })
		view.Button = "Try again"
		w.page.Moves = append([]formView{view}, w.page.Moves...)
	} else if w.back.form == "move" {
		for _, p := range w.back.problems {
			w.problems = append(w.problems, inspection.Problem{Field: "moves", Words: p.Words})
		}
	}
}

// usual are the values with which the form of a move begins.
func (w *workMaker) usual(kind inspection.MoveKind) url.Values {
	p := w.progress.Position
	values := url.Values{"on": {dayText(w.today)}}
	switch kind {
	case inspection.MakePlan, inspection.ChangePlan:
		values.Set("owner", p.OwnerID)
		values.Set("lead_body", p.LeadBodyID)
		values.Set("committee", p.CommitteeID)
		values.Set("success_measure", p.SuccessMeasure)
		values.Set("due", dayText(p.Due))
		if p.LeadBodyID == "" && len(w.item.Inspection.Bodies) == 1 {
			values.Set("lead_body", w.item.Inspection.Bodies[0].BodyID)
		}
	case inspection.AgreeDate:
		values.Set("due", dayText(p.AskedDue))
		values.Set("words", p.AskedWhy) // where they can be read before they become public
		fallthrough
	case inspection.RefuseDate, inspection.CloseItem, inspection.RefuseClosing, inspection.Reopen, inspection.Supersede:
		values.Set("committee", p.CommitteeID)
		values.Del("on") // a meeting is seldom today
	case inspection.RecordView:
		values.Del("on")
	}
	return values
}

// moveRecommendation records a move that somebody enters.
func (s *Server) moveRecommendation(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	reference := c.Param("reference")
	move, problems := parseMove(values)
	if len(problems) == 0 {
		_, err = s.store.MoveRecommendation(c.Request.Context(), by, reference, move)
	}
	return s.afterSaving(c, workAddress(reference, "move"), err, problems, func(problems inspection.Problems) error {
		form := values.Get("move")
		if moveDone(inspection.MoveKind(form)) == "" {
			form = "move"
		}
		return s.showWork(c, http.StatusUnprocessableEntity, sentBack{form, values, problems})
	})
}

// updateRecommendation adds an update that somebody enters.
func (s *Server) updateRecommendation(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	update, problems := parseUpdate(values)
	update.Reference = c.Param("reference")
	if len(problems) == 0 {
		_, err = s.store.AddUpdate(c.Request.Context(), by, update)
	}
	return s.afterSaving(c, workAddress(update.Reference, "update"), err, problems, func(problems inspection.Problems) error {
		return s.showWork(c, http.StatusUnprocessableEntity, sentBack{"update", values, problems})
	})
}

// afterSaving leads on where something was saved, and back to the form where it was not.
func (s *Server) afterSaving(c *gin.Context, address string, err error, problems inspection.Problems, again func(inspection.Problems) error) error {
	if len(problems) == 0 && !errors.As(err, &problems) {
		if err != nil {
			return err
		}
		s.data.forget()
		return s.redirect(c, http.StatusSeeOther, address)
	}
	return again(problems)
}

// actions lists those that serve the item, and offers the others of its councils.
func (w *workMaker) actions(ctx context.Context, s *store.Store) error {
	for _, a := range w.progress.Actions {
		w.page.Actions = append(w.page.Actions, w.boxes.names.action(a, w.today))
	}
	if !w.page.May {
		return nil
	}
	others := optionGroup{}
	for _, b := range w.item.Inspection.Bodies {
		actions, err := s.Actions(ctx, store.ActionFilter{Authority: b.BodyID, Reader: w.by.Role.Audience(), AsOf: w.today})
		if err != nil {
			return err
		}
		for _, a := range actions {
			listed := slices.ContainsFunc(others.Options, func(o selectOption) bool { return o.Value == a.ID })
			if !listed && !slices.Contains(a.References, w.item.Reference) {
				others.Options = append(others.Options, selectOption{Value: a.ID, Name: shortened(a.Words)})
			}
		}
	}
	if len(others.Options) > 0 {
		w.page.Serve = w.sent("action", nil, func(m boxMaker) formView {
			return formView{
				ID: "action", Title: "Let an action that is recorded already serve this area", Address: w.page.Address + "/actions",
				Button: "Link this action", Boxes: []letterBox{m.choice("action", "Action", "", "Choose an action", others)},
			}
		})
	}
	return nil
}
