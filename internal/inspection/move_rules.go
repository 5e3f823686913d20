package inspection

import (
	"fmt"
	"slices"
)

// moveRule says when a move may be made and by whom. What it needs beside that is checked by its function.
type moveRule struct {
	kind  MoveKind
	from  []ProgressState
	to    ProgressState // empty: the state stays
	role  Role
	own   bool   // whether it may be made by whoever owns the item or made the claim that it judges
	does  string // what is done, after "you can"
	check func(*moveCheck)
}

var (
	beforeWork = []ProgressState{Planned, Reopened, Recurred}
	beforeDone = []ProgressState{Planned, InProgress, Reopened, Recurred}
	inPlan     = []ProgressState{Planned, InProgress, Delivered}
	saidDone   = []ProgressState{Delivered, EvidenceAccepted, Verified}
	stillOpen  = []ProgressState{Issued, Planned, InProgress, Delivered, EvidenceAccepted, Verified, Reopened, Recurred}
)

// moveRules is the one table of allowed moves. Nobody closes their own item, and only the body
// that the council names for it agrees another day or closes it.
var moveRules = []moveRule{
	{Respond, []ProgressState{Issued}, "", RoleOfficer, true, "record whether it is accepted", (*moveCheck).response},
	{MakePlan, []ProgressState{Issued, Reopened, Recurred}, Planned, RoleOfficer, true, "record the plan", (*moveCheck).plan},
	{ChangePlan, inPlan, "", RoleOfficer, true, "name another owner, lead or measure", (*moveCheck).changedPlan},
	{StartWork, beforeWork, InProgress, RoleOfficer, true, "say that work has begun", (*moveCheck).nothing},
	{AskForDate, beforeDone, "", RoleOfficer, true, "ask for another day", (*moveCheck).askedDate},
	{AgreeDate, beforeDone, "", RoleClerk, false, "record that another day was agreed", (*moveCheck).agreedDate},
	{RefuseDate, beforeDone, "", RoleClerk, false, "record that another day was not agreed", (*moveCheck).reasonedDecision},
	{SayDone, []ProgressState{Planned, InProgress}, Delivered, RoleOfficer, true, "say that it is done", (*moveCheck).claim},
	{AcceptEvidence, []ProgressState{Delivered}, EvidenceAccepted, RoleReviewer, false, "accept the evidence", (*moveCheck).nothing},
	{SendBack, saidDone, InProgress, RoleReviewer, false, "send it back to work", (*moveCheck).reason},
	{Verify, []ProgressState{EvidenceAccepted}, Verified, RoleReviewer, false, "record an independent check", (*moveCheck).verified},
	{CloseItem, []ProgressState{Verified}, Closed, RoleClerk, false, "record that it was closed", (*moveCheck).decision},
	{RefuseClosing, []ProgressState{Verified}, InProgress, RoleClerk, false,
		"record that it was not closed", (*moveCheck).reasonedDecision},
	{Reopen, []ProgressState{Closed}, Reopened, RoleClerk, false, "record that it was opened again", (*moveCheck).reasonedDecision},
	{Supersede, stillOpen, Superseded, RoleClerk, false, "record that another area took its place", (*moveCheck).superseded},
	{MarkRecurred, []ProgressState{Issued, Planned, InProgress, Delivered, EvidenceAccepted, Verified, Closed, Reopened}, Recurred,
		RoleOfficer, true, "record that a later letter asks for it again", (*moveCheck).recurred},
	{RecordView, progressStates, "", RoleClerk, true, "record what scrutiny said", (*moveCheck).view},
}

// MoveContext is what a move is checked against beside the item's own position.
type MoveContext struct {
	Today       Date
	Issued      Date // the day from which the item's letter counts
	TakesAnswer bool // whether inspections of its kind take an answer from the council; Ofsted's letters do not
	Committees  []Committee
	Posts       []Post
	Bodies      []Body
	Exists      func(reference string) bool
	EvidenceIn  bool     // whether any accepted evidence is in force today
	Workers     []string // who has worked on the item, by ID (WorkersOn)
}

// WorkersOn lists by ID who has worked on an item, so that none of them decides on it: the posts that own it or did, whoever
// said that it is done or added evidence of it, and the posts that own the actions which serve it or, as the steps of these
// say, did.
func WorkersOn(moves []Move, actions []Action, steps []ActionStep, evidence []EvidenceItem) []string {
	var out []string
	for _, m := range moves {
		switch m.Kind {
		case MakePlan, ChangePlan:
			out = append(out, m.OwnerID)
		case SayDone:
			out = append(out, m.ByID)
		}
	}
	for _, a := range actions {
		out = append(out, a.OwnerID)
	}
	for _, step := range steps {
		out = append(out, step.OwnerID)
	}
	for _, e := range evidence {
		out = append(out, e.ByID)
	}
	return out
}

// PossibleMove is a move that somebody could make now, or could but for WhyNot.
type PossibleMove struct {
	Kind   MoveKind
	Does   string // what is done, after "you can"
	WhyNot string // why this person may not, though the state allows it; empty where they may
}

// Possible lists the moves that the item's state allows, with the reason beside those that the actor may not make.
func (p Position) Possible(by Actor, c MoveContext) []PossibleMove {
	var out []PossibleMove
	for _, rule := range moveRules {
		if !slices.Contains(rule.from, p.State) || p.pointless(rule.kind, c) {
			continue
		}
		out = append(out, PossibleMove{Kind: rule.kind, Does: rule.does, WhyNot: p.whyNot(rule, by, c)})
	}
	return out
}

// pointless reports whether a move that the state allows has nothing to act on.
func (p Position) pointless(kind MoveKind, c MoveContext) bool {
	switch kind {
	case Respond:
		return !c.TakesAnswer || p.Answer != ""
	case AskForDate:
		return p.AskedDue.Known() || !p.Due.Known()
	case AgreeDate, RefuseDate:
		return !p.AskedDue.Known()
	case StartWork:
		return !p.Due.Known()
	case AcceptEvidence:
		return !c.EvidenceIn
	case Verify, CloseItem:
		return p.EvidenceExpired(c.Today)
	}
	return false
}

func (p Position) whyNot(rule moveRule, by Actor, c MoveContext) string {
	switch {
	case by.Role != rule.role:
		return fmt.Sprintf("This is for %s", rule.role.Words())
	case by.ID == "":
		return "Say first in which post you act: nobody decides on their own item"
	case !rule.own && (by.Holds(p.OwnerID) || by.Holds(p.DeliveredBy) || slices.ContainsFunc(c.Workers, by.Holds)):
		return "Nobody decides on their own item: ask somebody else"
	case (rule.kind == AgreeDate || rule.kind == RefuseDate) && by.Holds(p.AskedBy):
		return "You asked for this day yourself: ask somebody else to record the decision"
	case rule.kind == Verify && by.Holds(p.AcceptedBy):
		return "You accepted the evidence yourself: the check must be somebody else’s"
	}
	return ""
}

// Apply makes a move. It returns the position after it and the move with what follows from the position filled in, or
// fails with Problems; the position is then unchanged. A move that the rules forbid is answered with those they allow.
func (p Position) Apply(m Move, by Actor, c MoveContext) (Position, Move, error) {
	i := slices.IndexFunc(moveRules, func(r moveRule) bool { return r.kind == m.Kind })
	if i < 0 {
		return p, m, Problems{{Field: "move", Words: "Choose what to record"}}
	}
	rule := moveRules[i]
	if !slices.Contains(rule.from, p.State) || p.pointless(rule.kind, c) {
		return p, m, Problems{{Field: "move", Words: p.forbidden(rule, by, c)}}
	}
	if why := p.whyNot(rule, by, c); why != "" {
		return p, m, Problems{{Field: "move", Words: why + ". " + p.allowedWords(by, c)}}
	}
	check := &moveCheck{before: p, move: m.stripped(), context: c}
	check.perhapsText("words", &check.move.Words, mostWords)
	check.pastDay("on", m.On, "the day on which this was done or decided", c.Issued, c.Today)
	if rule.to != "" && len(check.problems) == 0 && m.On.Before(p.StateOn) {
		check.wrong("on", "Enter a day on or after %s: only since then it stands at “%s”",
			p.StateOn.Words(), lowerFirst(p.State.Words()))
	}
	rule.check(check)
	if len(check.problems) > 0 {
		return p, m, check.problems
	}
	m = check.move
	m.Reference, m.Number, m.From, m.To = p.Reference, p.Moves+1, p.State, p.State
	if rule.to != "" {
		m.To = rule.to
	}
	if m.Kind.Decision() {
		m.Audience = ForPublic
	}
	if !m.Audience.Known() {
		m.Audience = ForOfficers
	}
	m.ByID, m.ByPost, m.ByRole = by.ID, by.Post, by.Role
	return p.After(m), m, nil
}

// After returns the position after a move that was made: it asks nothing, so that what is recorded can be played again.
func (p Position) After(m Move) Position {
	p.Moves++
	if m.To != p.State {
		p.State, p.StateOn = m.To, m.On
	}
	switch m.Kind {
	case Respond:
		p.Answer = m.Answer
	case MakePlan, ChangePlan:
		p.OwnerID, p.LeadBodyID, p.CommitteeID, p.SuccessMeasure = m.OwnerID, m.LeadBodyID, m.CommitteeID, m.SuccessMeasure
		if !p.Due.Known() {
			p.Due = m.Due
		}
		if !p.OriginalDue.Known() {
			p.OriginalDue = m.Due
		}
	case AskForDate:
		p.AskedDue, p.AskedWhy, p.AskedAudience, p.AskedOn, p.AskedBy = m.Due, m.Words, m.Audience, m.On, m.ByID
	case AgreeDate:
		p.Due = m.Due
		p.TimesMoved++
	case SayDone:
		p.DeliveredBy = m.ByID
	case AcceptEvidence:
		p.AcceptedBy = m.ByID
	case Reopen, MarkRecurred:
		p.Returned++
		if !m.From.Open() {
			p.Due = Date{} // its day was kept; another plan sets another
		}
	case RecordView:
		p.View, p.ViewOn, p.ComeBackBy = m.View, m.On, m.ComeBackBy
	}
	// A decision answers what was asked; an item that is done, closed or replaced asks for no other day.
	if m.Kind == AgreeDate || m.Kind == RefuseDate || m.Kind == SayDone || !m.To.Open() || m.Kind == MarkRecurred {
		p.AskedDue, p.AskedWhy, p.AskedAudience, p.AskedOn, p.AskedBy = Date{}, "", "", Date{}, ""
	}
	return p
}

// stripped returns the move with nothing but what its kind says, so that no other field is kept by accident.
func (m Move) stripped() Move {
	out := Move{ID: m.ID, Kind: m.Kind, On: m.On, Recorded: m.Recorded, At: m.At, Words: m.Words, Audience: m.Audience}
	switch m.Kind {
	case Respond:
		out.Answer = m.Answer
	case MakePlan, ChangePlan:
		out.OwnerID, out.LeadBodyID, out.CommitteeID = m.OwnerID, m.LeadBodyID, m.CommitteeID
		out.SuccessMeasure, out.Due = m.SuccessMeasure, m.Due
	case AskForDate, AgreeDate:
		out.Due = m.Due
	case Supersede, MarkRecurred:
		out.Other = m.Other
	case RecordView:
		out.View, out.ComeBackBy = m.View, m.ComeBackBy
	}
	if m.Kind.Decision() && m.Kind != MarkRecurred {
		out.CommitteeID, out.MinuteReference, out.MinuteAddress = m.CommitteeID, m.MinuteReference, m.MinuteAddress
	}
	return out
}

// forbidden says why a move cannot be made from the item's state, and what can.
func (p Position) forbidden(rule moveRule, by Actor, c MoveContext) string {
	var why string
	switch {
	case !slices.Contains(rule.from, p.State):
		var states []string
		for _, s := range rule.from {
			states = append(states, "“"+lowerFirst(s.Words())+"”")
		}
		why = fmt.Sprintf("This area to improve stands at “%s”, and from there nobody can %s: it has to stand at %s",
			lowerFirst(p.State.Words()), rule.does, JoinWords(states, "or"))
	case rule.kind == AcceptEvidence:
		why = "No accepted evidence is in force: add evidence and have it reviewed first"
	case rule.kind == StartWork:
		why = "No plan with a day is recorded: record the owner, the lead body, the measure of success and the day first"
	case rule.kind == Verify || rule.kind == CloseItem:
		why = "All the evidence that was accepted has expired: add newer evidence and have it reviewed first"
	case rule.kind == AskForDate && p.AskedDue.Known():
		why = fmt.Sprintf("Another day, %s, is already asked for and waits for the body that decides", p.AskedDue.Words())
	case rule.kind == AskForDate:
		why = "No day is recorded yet: record the plan first"
	case rule.kind == Respond:
		why = "Areas to improve from this kind of inspection take no answer, or it has one"
	default:
		why = "No other day is asked for"
	}
	return why + ". " + p.allowedWords(by, c)
}

// allowedWords says what the actor can do now and what somebody else can.
func (p Position) allowedWords(by Actor, c MoveContext) string {
	var can whoCan
	for _, one := range p.Possible(by, c) {
		can.add(one.Does, one.WhyNot)
	}
	return can.words()
}
