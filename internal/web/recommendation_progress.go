package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

const noProgress = "No progress is recorded here yet. That does not mean that nothing was done."

// progressView is where an area to improve stands, as one reader may see it on a day.
type progressView struct {
	Whose    string // of which letter, where those of several stand side by side
	Recorded bool
	Stage    stageView
	Formal   string // the formal state behind the stage
	Means    string
	Since    string
	Owner    string
	Lead     string
	Decides  string
	Measure  string
	Original string
	Due      string
	Moved    string // "moved twice"
	Past     bool   // whether its day has passed
	Asked    string // the day that is asked for and waits
	Waits    bool   // whether the body that decides has something before it
	Updated  string
	Evidence string
	Expired  string // that all accepted evidence has expired
	Scrutiny string
	Views    []viewWord
}

// stageView is one of the words that members see, with its code for the look.
type stageView struct{ Code, Name string }

// unrecorded is the look of an area of which nothing is recorded.
const unrecorded = "unrecorded"

func stageViewOf(p inspection.Position) stageView {
	return stageView{cmp.Or(string(p.Stage()), unrecorded), p.Stage().Words()}
}

// viewWord is what a later letter said, in a word, and where.
type viewWord struct {
	Word   string
	Where  string // "paragraph 18"
	Letter Link
}

// stateMeans explains the formal states.
var stateMeans = map[inspection.ProgressState]string{
	inspection.Issued:           "The letter asks for it. No owner, measure of success or day is recorded yet.",
	inspection.Planned:          "It has an owner, a body that leads, a measure of success and a day. Work has not begun.",
	inspection.InProgress:       "Work has begun.",
	inspection.Delivered:        "An officer says that it is done. That is the council’s own claim, and nobody has checked it yet.",
	inspection.EvidenceAccepted: "A reviewer in the service has accepted the evidence. Nobody independent has checked it yet.",
	inspection.Verified:         "Somebody independent has checked it. The body that decides has still to close it.",
	inspection.Closed:           "The body that the council names for it has closed it, with a minute.",
	inspection.Superseded:       "Another area to improve has taken its place.",
	inspection.Reopened:         "It was closed once, and the body that decides has opened it again.",
	inspection.Recurred:         "A later letter asks for it again.",
}

// naming says the names behind the IDs that progress is recorded with.
type naming struct {
	bodies     []inspection.Body
	posts      []inspection.Post
	committees []inspection.Committee
}

func (n naming) body(id string) string {
	return (&inspection.Record{Bodies: n.bodies}).Name(id)
}

// post names a post with the body that has it.
func (n naming) post(id string) string {
	i := slices.IndexFunc(n.posts, func(p inspection.Post) bool { return p.ID == id })
	switch {
	case id == "":
		return ""
	case i < 0:
		return id
	case n.posts[i].BodyID == "":
		return n.posts[i].Name
	}
	return n.posts[i].Name + ", " + n.body(n.posts[i].BodyID)
}

func (n naming) committee(id string) string {
	i := slices.IndexFunc(n.committees, func(c inspection.Committee) bool { return c.ID == id })
	if i < 0 {
		return id
	}
	return n.committees[i].Name
}

// progress says where an item stands on a day, as a reader may see it.
func (n naming) progress(p inspection.Position, reader inspection.Audience, day inspection.Date) progressView {
	view := progressView{
		Recorded: p.Recorded(), Stage: stageViewOf(p), Formal: p.State.Words(), Means: stateMeans[p.State], Since: dayText(p.StateOn),
		Owner: n.post(p.OwnerID), Measure: p.SuccessMeasure, Original: dayText(p.OriginalDue), Due: dayText(p.Due),
		Moved: timesWords("moved", p.TimesMoved), Past: p.PastDate(day), Asked: dayText(p.AskedDue), Waits: p.WaitsForDecision(),
		Updated: dayText(p.Updated(reader)), Evidence: dayText(p.EvidenceOn(reader)), Scrutiny: scrutinyWords(p),
	}
	if p.Stage() == inspection.NotStarted {
		view.Since = "" // the day of the plan is not one since which nothing was begun
	}
	if p.LeadBodyID != "" {
		view.Lead = n.body(p.LeadBodyID)
		view.Owner = strings.TrimSuffix(view.Owner, ", "+view.Lead) // said beside it
	}
	if p.CommitteeID != "" {
		view.Decides = n.committee(p.CommitteeID)
	}
	if p.EvidenceExpired(day) {
		view.Expired = fmt.Sprintf("The accepted evidence held until %s and has expired, so the question is open again.", p.EvidenceUntil.Words())
	}
	return view
}

// timesWords says how often: "moved twice"; empty for never.
func timesWords(what string, n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return what + " once"
	case 2:
		return what + " twice"
	}
	return fmt.Sprintf("%s %d times", what, n)
}

func scrutinyWords(p inspection.Position) string {
	if p.View == "" {
		return ""
	}
	return fmt.Sprintf("%s (%s)", viewWords(p.View, p.ComeBackBy), p.ViewOn.Words())
}

func viewWords(view inspection.ScrutinyView, comeBackBy inspection.Date) string {
	if comeBackBy.Known() {
		return view.Words() + " by " + comeBackBy.Words()
	}
	return view.Words()
}

// moveView is one thing that was done to an item.
type moveView struct {
	When    string
	What    string
	Words   string
	Unseen  bool // whether its words are for others
	By      string
	Body    string
	Minute  string
	Address *outsideLink // of the minute
	Other   *Link        // the item that took its place, or asks again
	Late    string       // the day on which it was written down, where that is another
}

// moveDone says what a kind of move has done; empty where there is no such kind.
func moveDone(kind inspection.MoveKind) string {
	if kind == inspection.RecordView {
		return "Scrutiny" // what it said follows
	}
	return capital(kind.Words())
}

var answerWords = map[inspection.Answer]string{
	inspection.Accepted: "accepted", inspection.AcceptedInPart: "accepted in part", inspection.NotAccepted: "not accepted",
}

func (n naming) move(m inspection.Move, reader inspection.Audience) moveView {
	view := moveView{When: m.On.Words(), What: moveDone(m.Kind), Words: m.Words, By: m.ByPost, Minute: m.MinuteReference}
	view.Unseen = m.Words == "" && !m.Kind.Decision() && !reader.Reads(m.Audience)
	switch m.Kind {
	case inspection.Respond:
		view.What += ": " + answerWords[m.Answer]
	case inspection.AskForDate, inspection.AgreeDate:
		view.What += ": " + m.Due.Words()
	case inspection.RecordView:
		view.What += ": " + viewWords(m.View, m.ComeBackBy)
	}
	if m.MinuteReference != "" {
		view.Body = n.committee(m.CommitteeID)
	}
	if m.MinuteAddress != "" {
		view.Address = outside(m.MinuteReference, m.MinuteAddress)
	}
	if m.Other != "" {
		other := referenceLink(m.Other)
		view.Other = &other
	}
	if m.Recorded != m.On {
		view.Late = m.Recorded.Words()
	}
	return view
}

// dueView is one day that an item had or was asked to have, and why.
type dueView struct {
	Due     string
	What    string
	Reason  string
	Unseen  bool
	Decided moveView
}

// dueDates lists the days of an item, the original first.
func (n naming) dueDates(moves []inspection.Move, reader inspection.Audience) []dueView {
	var out []dueView
	for _, m := range moves {
		view := dueView{Due: dayText(m.Due), Reason: m.Words, Decided: n.move(m, reader)}
		view.Unseen = view.Decided.Unseen
		switch m.Kind {
		case inspection.MakePlan:
			view.What, view.Reason, view.Unseen = "Planned", "", false
			if len(out) == 0 {
				view.What = "Original day"
			}
		case inspection.AskForDate:
			view.What = "Asked for"
		case inspection.AgreeDate:
			view.What = "Agreed"
		case inspection.RefuseDate:
			view.What = "Not agreed"
		default:
			continue
		}
		out = append(out, view)
	}
	return out
}
