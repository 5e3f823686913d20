package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// mostSentBytes bounds what a form about progress may hold, without files.
const mostSentBytes = 256 << 10

// sentForm reads a form about progress, without what a database may refuse.
func sentForm(c *gin.Context) (url.Values, error) {
	limitBody(c, mostSentBytes)
	err := formFault(c.Request.ParseForm())
	for _, values := range c.Request.PostForm {
		for i := range values {
			values[i] = clean(values[i])
		}
	}
	return c.Request.PostForm, err
}

// sentBy returns who sent a form about progress, and the form. It fails as acting does.
func (s *Server) sentBy(c *gin.Context) (inspection.Actor, url.Values, error) {
	by, err := s.acting(c)
	if err != nil {
		return by, nil, err
	}
	values, err := sentForm(c)
	if err == nil {
		err = s.namesNoChild(c, values)
	}
	return by, values, err
}

// formFault says in words for the sender why a form did not arrive.
func formFault(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &refusal{http.StatusRequestEntityTooLarge, "This is more than a form here takes", []string{
			"Shorten what you entered. A long text belongs in a document that you link to.", "Nothing has been saved.",
		}}
	case err != nil:
		return &refusal{http.StatusBadRequest, "This form cannot be read", []string{"Open the page again.", "Nothing has been saved."}}
	}
	return nil
}

// formView is one form of a page that has several.
type formView struct {
	ID      string
	Title   string
	Note    string
	Address string
	Hidden  []carried
	Boxes   []letterBox
	Button  string
	Open    bool // whether it was just sent and has to be looked at again
	Files   bool // whether it can carry a file
}

// boxMaker makes the boxes of one form. The IDs carry the form's own, since several forms of a page ask for the same.
type boxMaker struct {
	form     string
	values   url.Values
	problems inspection.Problems
	names    naming
	leads    []optionGroup // of bodies that may lead

	audiences []inspection.Audience // for whom something new can be marked, widest first; nil: all
}

func (m boxMaker) box(name, label, hint string) letterBox {
	b := letterBox{Name: name, ID: m.form + "-" + name, Label: label, Hint: hint, Value: m.values.Get(name), Type: "text", Field: name}
	for _, p := range m.problems {
		if p.Field == name && b.Problem == "" {
			b.Problem = p.Words
		}
	}
	return b
}

func (m boxMaker) day(name, label, hint string) letterBox {
	b := m.box(name, label, hint)
	b.Short = true
	return b
}

// noNames stands at every box for free text that has no warning of its own.
const noNames = "No names of children or families."

func (m boxMaker) area(name, label, hint string) letterBox {
	if !strings.Contains(hint, "No names of") {
		hint = strings.TrimSpace(hint + " " + noNames)
	}
	b := m.box(name, label, hint)
	b.Type, b.Rows = "area", rowsFor(b.Value)
	return b
}

func (m boxMaker) choice(name, label, hint, none string, groups ...optionGroup) letterBox {
	b := m.box(name, label, hint)
	b.setOptions(none, groups...)
	return b
}

// audience asks who may read what is entered; officers, where nothing else is chosen.
func (m boxMaker) audience() letterBox {
	b := m.box("audience", "Who may read this", "")
	if b.Type = "select"; b.Value == "" {
		b.Value = string(inspection.ForOfficers)
	}
	b.Groups = audienceGroups(m.audiences, inspection.ForOfficers, inspection.Audience(b.Value))
	slices.Reverse(b.Groups[0].Options)
	return b
}

func (m boxMaker) owner() letterBox {
	var groups []optionGroup
	for _, post := range m.names.posts {
		if post.Until.Known() && post.ID != m.values.Get("owner") {
			continue
		}
		heading := "Other posts"
		if post.BodyID != "" {
			heading = m.names.body(post.BodyID)
		}
		i := slices.IndexFunc(groups, func(g optionGroup) bool { return g.Heading == heading })
		if i < 0 {
			i = len(groups)
			groups = append(groups, optionGroup{Heading: heading})
		}
		groups[i].Options = append(groups[i].Options, selectOption{Value: post.ID, Name: post.Name})
	}
	return m.choice("owner", "Owner", "The post that answers for it. Posts are kept on the page “Bodies, meetings and posts”.", "Choose a post", groups...)
}

func (m boxMaker) lead() letterBox {
	return m.choice("lead_body", "Body that leads", "", "Choose a body", m.leads...)
}

// leaders lists the bodies that may lead on a piece of work, those first that a letter was to. None leads once it has
// ended, and a place is no body.
func (d *registerData) leaders(today inspection.Date, first ...inspection.InspectionBody) []optionGroup {
	groups := []optionGroup{{Heading: "Of this letter"}, {Heading: "Providers"}, {Heading: "Councils"}, {Heading: "Partnerships"}}
	for _, b := range d.bodies {
		at := map[inspection.BodyKind]int{inspection.Provider: 1, inspection.Authority: 2, inspection.Partnership: 3}[b.Kind]
		if b.EndedBy(today) {
			at = 0
		}
		if slices.ContainsFunc(first, func(one inspection.InspectionBody) bool { return one.BodyID == b.ID }) {
			groups[0].Options = append(groups[0].Options, selectOption{Value: b.ID, Name: b.Name})
		} else if at > 0 {
			groups[at].Options = append(groups[at].Options, selectOption{Value: b.ID, Name: b.Name})
		}
	}
	return append(groups[:1:1], d.homeFirst(groups[1:])...)
}

func (m boxMaker) committee(label string, may func(inspection.Committee) bool) letterBox {
	var group optionGroup
	for _, one := range m.names.committees {
		if may(one) {
			group.Options = append(group.Options, selectOption{Value: one.ID, Name: one.Name + ", " + m.names.body(one.BodyID)})
		}
	}
	return m.choice("committee", label, "Bodies are kept on the page “Bodies, meetings and posts”.", "Choose a body", group)
}

// located returns the problems of a form under the IDs that the summary of problems links to. What belongs to none of its
// boxes is about the form.
func (v formView) located(problems inspection.Problems) inspection.Problems {
	out := slices.Clone(problems)
	for i, p := range out {
		out[i].Field = v.ID
		if at := slices.IndexFunc(v.Boxes, func(b letterBox) bool { return b.Name == p.Field }); at >= 0 {
			out[i].Field = v.Boxes[at].ID
		}
	}
	return inBoxOrder(out, v.Boxes...)
}

// inBoxOrder puts problems in the order in which the page has their boxes. What belongs to no box comes first.
func inBoxOrder(problems inspection.Problems, boxes ...letterBox) inspection.Problems {
	place := func(p inspection.Problem) int {
		return slices.IndexFunc(boxes, func(b letterBox) bool { return b.ID == p.Field })
	}
	slices.SortStableFunc(problems, func(a, b inspection.Problem) int { return cmp.Compare(place(a), place(b)) })
	return problems
}

// moveBoxes are what each kind of move asks for, in order.
var moveBoxes = map[inspection.MoveKind][]string{
	inspection.Respond:        {"answer", "on", "words", "audience"},
	inspection.MakePlan:       {"owner", "lead_body", "committee", "success_measure", "due", "on", "words", "audience"},
	inspection.ChangePlan:     {"owner", "lead_body", "committee", "success_measure", "on", "words", "audience"},
	inspection.StartWork:      {"on", "words", "audience"},
	inspection.AskForDate:     {"due", "words", "on", "audience"},
	inspection.AgreeDate:      {"decided_by", "on", "minute", "minute_address", "due", "words"},
	inspection.RefuseDate:     {"decided_by", "on", "minute", "minute_address", "words"},
	inspection.SayDone:        {"words", "on", "audience"},
	inspection.AcceptEvidence: {"on", "words", "audience"},
	inspection.SendBack:       {"words", "on", "audience"},
	inspection.Verify:         {"words", "on", "audience"},
	inspection.CloseItem:      {"decided_by", "on", "minute", "minute_address", "words"},
	inspection.RefuseClosing:  {"decided_by", "on", "minute", "minute_address", "words"},
	inspection.Reopen:         {"decided_by", "on", "minute", "minute_address", "words"},
	inspection.Supersede:      {"other", "decided_by", "on", "minute", "minute_address", "words"},
	inspection.MarkRecurred:   {"other", "on", "words"},
	inspection.RecordView:     {"view", "come_back_by", "scrutinised_by", "on", "minute", "minute_address", "words"},
}

// moveWords are what the words of a move say, where it is not the reason.
var moveWords = map[inspection.MoveKind]string{
	inspection.MakePlan: "Anything to add (optional)", inspection.StartWork: "What has begun (optional)", inspection.SayDone: "What was done",
	inspection.AcceptEvidence: "Anything to add (optional)", inspection.Verify: "What was checked, and how",
	inspection.CloseItem: "What the body said (optional)", inspection.RecordView: "What scrutiny said, in short (optional)",
	inspection.MarkRecurred: "Anything to add (optional)",
}

// moveBox makes one box of the form of a move.
func (m boxMaker) moveBox(kind inspection.MoveKind, name string) letterBox {
	switch name {
	case "answer":
		return m.choice(name, "The council’s answer", "", "Choose an answer", optionGroup{Options: []selectOption{
			{Value: string(inspection.Accepted), Name: "Accepted"}, {Value: string(inspection.AcceptedInPart), Name: "Accepted in part"},
			{Value: string(inspection.NotAccepted), Name: "Not accepted"},
		}})
	case "owner":
		return m.owner()
	case "lead_body":
		return m.lead()
	case "committee":
		return m.committee("Body that agrees new dates and closes it", func(c inspection.Committee) bool { return c.Decides })
	case "decided_by":
		return m.committee("Body that decided", func(c inspection.Committee) bool { return c.Decides })
	case "scrutinised_by":
		return m.committee("Scrutiny committee", func(c inspection.Committee) bool { return c.Scrutinises })
	case "success_measure":
		return m.area(name, "How members will see that it worked", "The measure of success, in plain English.")
	case "due":
		label := map[inspection.MoveKind]string{
			inspection.MakePlan: "Day by which it is to be done", inspection.AskForDate: "Day that is asked for", inspection.AgreeDate: "Day that was agreed",
		}[kind]
		return m.day(name, label, "Like 30 June 2027.")
	case "on":
		label := "Day on which this was done"
		if kind.Decision() && kind != inspection.MarkRecurred {
			label = "Day of the meeting"
		}
		return m.day(name, label, "Like 3 March 2026. It cannot be still to come.")
	case "minute":
		return m.box(name, "Reference of the minute", "Like 12 March 2026, item 6.")
	case "minute_address":
		return m.box(name, "Address of the minute (optional)", "Beginning with https://.")
	case "view":
		var views optionGroup
		for _, v := range inspection.ScrutinyViews() {
			views.Options = append(views.Options, selectOption{Value: string(v), Name: v.Words()})
		}
		return m.choice(name, "What scrutiny said", "It stands beside the state and changes nothing in it.", "Choose one", views)
	case "come_back_by":
		return m.day(name, "Day by which to come back", "Only where scrutiny asked to hear again.")
	case "other":
		return m.box(name, "Reference of the other area to improve", "Like NN-ILACS-2026-1.")
	case "audience":
		return m.audience()
	}
	label := moveWords[kind]
	if label == "" {
		label = "Reason"
	}
	return m.area("words", label, "")
}

// moveForm is the form of one kind of move.
func (m boxMaker) moveForm(kind inspection.MoveKind, does, address string) formView {
	m.form = string(kind)
	title := capital(does)
	view := formView{ID: m.form, Title: title, Address: address, Hidden: []carried{{"move", string(kind)}}, Button: title}
	if kind.Decision() {
		view.Note = "What a body decided or said is public, with its minute and these words."
		if kind == inspection.MarkRecurred {
			view.Note = "What a letter asks for is public, and so are these words."
		}
	}
	for _, name := range moveBoxes[kind] {
		view.Boxes = append(view.Boxes, m.moveBox(kind, name))
	}
	return view
}

// parseMove reads a move out of a form.
func parseMove(values url.Values) (inspection.Move, inspection.Problems) {
	f := &draftForm{values: values}
	m := inspection.Move{
		Kind: inspection.MoveKind(f.line("move")), On: f.day("on", "the day on which this was done or decided"), Words: f.words("words"),
		Audience: inspection.Audience(f.line("audience")), OwnerID: f.line("owner"), LeadBodyID: f.line("lead_body"),
		CommitteeID: f.line("committee"), SuccessMeasure: f.words("success_measure"), Due: f.day("due", "the day"),
		MinuteReference: f.line("minute"), MinuteAddress: f.line("minute_address"), Answer: inspection.Answer(f.line("answer")),
		View: inspection.ScrutinyView(f.line("view")), ComeBackBy: f.day("come_back_by", "the day by which to come back"), Other: f.line("other"),
	}
	return m, f.problems
}

// parseUpdate reads an update out of a form.
func parseUpdate(values url.Values) (inspection.Update, inspection.Problems) {
	f := &draftForm{values: values}
	u := inspection.Update{
		On: f.day("on", "the day that this speaks of"), Words: f.words("words"), Audience: inspection.Audience(f.line("audience")),
	}
	return u, f.problems
}

// updateForm is the form of an update of an item or an action.
func (m boxMaker) updateForm(address string) formView {
	m.form = "update"
	return formView{ID: m.form, Title: "Add an update", Address: address, Button: "Add this update", Boxes: []letterBox{
		m.area("words", "What has happened since the last update", "No names of children or families, and nothing by which they could be known."),
		m.day("on", "Day that this speaks of", "Like 3 March 2026."), m.audience(),
	}, Note: "An update is never overwritten. What turns out to be wrong is put right by another."}
}
