package inspection

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The people, bodies and days that moves are tested with.
var (
	moveToday = MustDate("2026-11-20")
	moveDay   = MustDate("2026-11-10")

	officer  = Actor{ID: "/improvement-officer", Post: "Improvement officer", Role: RoleOfficer}
	reviewer = Actor{ID: "/quality-lead", Post: "Quality lead", Role: RoleReviewer}
	checker  = Actor{ID: "/board-adviser", Post: "Board adviser", Role: RoleReviewer}
	clerk    = Actor{ID: "/democratic-services", Post: "Democratic services", Role: RoleClerk}
)

func moveContext() MoveContext {
	return MoveContext{
		Today: moveToday, Issued: MustDate("2026-07-07"), TakesAnswer: true, EvidenceIn: true,
		Committees: []Committee{
			{ID: "board", Name: "Improvement board", Decides: true, From: MustDate("2026-01-01"), Until: MustDate("2026-11-15")},
			{ID: "cabinet", Name: "Cabinet", Decides: true},
			{ID: "scrutiny", Name: "Scrutiny committee", Scrutinises: true},
		},
		Posts: []Post{
			{ID: "east-shire/head-of-help", BodyID: "east-shire", Name: "Head of help"},
			{ID: "east-shire/old-post", BodyID: "east-shire", Name: "Old post", Until: MustDate("2026-10-31")},
		},
		Bodies: []Body{{ID: "east-shire", Kind: Authority, Name: "East Shire"}},
		Exists: func(reference string) bool { return reference == "ES-ILACS-2026-2" },
	}
}

// planned is a position with everything that a plan gives and another day asked for, so that no move lacks its object.
func planned(state ProgressState) Position {
	return Position{
		Reference: "ES-ILACS-2026-1", State: state, StateOn: MustDate("2026-09-01"), Moves: 3,
		OwnerID: "east-shire/head-of-help", LeadBodyID: "east-shire", CommitteeID: "board", SuccessMeasure: "Plans are clear",
		OriginalDue: MustDate("2026-10-31"), Due: MustDate("2026-10-31"), AskedDue: MustDate("2027-01-31"),
		AskedWhy: "Two posts were empty", AskedBy: "/improvement-officer", DeliveredBy: "/improvement-officer",
	}
}

// goodMove is a move that lacks nothing, with its actor; asked is whether another day has to be asked for first.
func goodMove(kind MoveKind) (m Move, by Actor, asked bool) {
	m = Move{Kind: kind, On: moveDay, Words: "Because it was so"}
	plan := func() {
		m.OwnerID, m.LeadBodyID, m.CommitteeID, m.SuccessMeasure = "east-shire/head-of-help", "east-shire", "board", "Plans are clear"
	}
	minute := func() { m.CommitteeID, m.MinuteReference = "board", "10 November 2026, item 6" }
	by = officer
	switch kind {
	case Respond:
		m.Answer = AcceptedInPart
	case MakePlan:
		plan()
		m.Due = MustDate("2026-10-31")
	case ChangePlan:
		plan()
	case AskForDate:
		m.Due = MustDate("2027-01-31")
	case AgreeDate, RefuseDate:
		minute()
		by, asked = clerk, true
	case AcceptEvidence, SendBack, Verify:
		by = reviewer
	case CloseItem, RefuseClosing, Reopen:
		minute()
		by = clerk
	case Supersede:
		minute()
		by, m.Other = clerk, "ES-ILACS-2026-2"
	case MarkRecurred:
		m.Other = "ES-ILACS-2026-2"
	case RecordView:
		minute()
		by, m.CommitteeID, m.View = clerk, "scrutiny", Endorsed
	}
	return m, by, asked
}

// movesFrom is what may be done from each state and where it leads, written out once more beside the rules. A move that
// leads nowhere leaves the state as it is.
var movesFrom = map[ProgressState]map[MoveKind]ProgressState{
	Issued: {Respond: Issued, MakePlan: Planned, Supersede: Superseded, MarkRecurred: Recurred, RecordView: Issued},
	Planned: {ChangePlan: Planned, StartWork: InProgress, AskForDate: Planned, AgreeDate: Planned, RefuseDate: Planned,
		SayDone: Delivered, Supersede: Superseded, MarkRecurred: Recurred, RecordView: Planned},
	InProgress: {ChangePlan: InProgress, AskForDate: InProgress, AgreeDate: InProgress, RefuseDate: InProgress,
		SayDone: Delivered, Supersede: Superseded, MarkRecurred: Recurred, RecordView: InProgress},
	Delivered: {ChangePlan: Delivered, AcceptEvidence: EvidenceAccepted, SendBack: InProgress, Supersede: Superseded,
		MarkRecurred: Recurred, RecordView: Delivered},
	EvidenceAccepted: {SendBack: InProgress, Verify: Verified, Supersede: Superseded, MarkRecurred: Recurred, RecordView: EvidenceAccepted},
	Verified: {SendBack: InProgress, CloseItem: Closed, RefuseClosing: InProgress, Supersede: Superseded, MarkRecurred: Recurred,
		RecordView: Verified},
	Closed:     {Reopen: Reopened, MarkRecurred: Recurred, RecordView: Closed},
	Superseded: {RecordView: Superseded},
	Reopened: {MakePlan: Planned, StartWork: InProgress, AskForDate: Reopened, AgreeDate: Reopened, RefuseDate: Reopened,
		Supersede: Superseded, MarkRecurred: Recurred, RecordView: Reopened},
	Recurred: {MakePlan: Planned, StartWork: InProgress, AskForDate: Recurred, AgreeDate: Recurred, RefuseDate: Recurred,
		Supersede: Superseded, RecordView: Recurred},
}

var allMoves = []MoveKind{
	Respond, MakePlan, ChangePlan, StartWork, AskForDate, AgreeDate, RefuseDate, SayDone, AcceptEvidence, SendBack, Verify, CloseItem,
	RefuseClosing, Reopen, Supersede, MarkRecurred, RecordView,
}

func TestEveryMoveFromEveryState(t *testing.T) {
	if len(movesFrom) != len(ProgressStates()) {
		t.Fatalf("the table has %d states", len(movesFrom))
	}
	for _, state := range ProgressStates() {
		for _, kind := range allMoves {
			to, allowed := movesFrom[state][kind]
			name := fmt.Sprintf("from %s nobody can %s", state, kind)
			if allowed {
				name = fmt.Sprintf("from %s, %s leads to %s", state, kind, to)
			}
			t.Run(name, func(t *testing.T) {
				m, by, asked := goodMove(kind)
				before := planned(state)
				if !asked {
					before.AskedDue, before.AskedWhy, before.AskedBy = Date{}, "", ""
				}
				after, made, err := before.Apply(m, by, moveContext())
				if !allowed {
					words := problemAt(t, err, "move")
					if after != before || !strings.Contains(words, lowerFirst(state.Words())) || !strings.Contains(words, "an ") {
						t.Errorf("the position is %+v, the words are %q", after, words)
					}
					for _, possible := range before.Possible(by, moveContext()) {
						if !strings.Contains(words, possible.Does) {
							t.Errorf("%q does not offer to %s", words, possible.Does)
						}
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if after.State != to || made.From != state || made.To != to || made.Number != 4 || after.Moves != 4 {
					t.Errorf("got %s by move %d from %s to %s", after.State, made.Number, made.From, made.To)
				}
				if made.ByID != by.ID || made.ByPost != by.Post || made.ByRole != by.Role || made.Reference != before.Reference {
					t.Errorf("the move does not say who made it: %+v", made)
				}
				if changed := to != state; changed && after.StateOn != moveDay || !changed && after.StateOn != before.StateOn {
					t.Errorf("it stands so since %s", after.StateOn)
				}
			})
		}
	}
}

// problemAt returns the words of the one problem at a field.
func problemAt(t *testing.T, err error, field string) string {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	return onlyProblem(t, problems, field)
}

// onlyProblem returns the words of the one problem in a list, which has to be at a field.
func onlyProblem(t *testing.T, problems Problems, field string) string {
	t.Helper()
	if len(problems) != 1 || problems[0].Field != field || problems[0].Words == "" {
		t.Fatalf("got %v, want one problem at %s", problems, field)
	}
	return problems[0].Words
}

func TestEveryMoveBelongsToOneRole(t *testing.T) {
	for _, kind := range allMoves {
		for _, role := range append(PeopleRoles(), "", RoleSystem) {
			_, by, asked := goodMove(kind)
			for state := range movesFrom {
				if _, allowed := movesFrom[state][kind]; !allowed {
					continue
				}
				before := planned(state)
				if !asked {
					before.AskedDue, before.AskedBy = Date{}, ""
				}
				m, _, _ := goodMove(kind)
				after, _, err := before.Apply(m, Actor{ID: "/somebody-else", Role: role}, moveContext())
				if role == by.Role {
					if err != nil {
						t.Errorf("%s by %s from %s: %v", kind, role, state, err)
					}
					continue
				}
				if words := problemAt(t, err, "move"); after != before || !strings.HasPrefix(words, "This is for "+by.Role.Words()) {
					t.Errorf("%s by %q from %s: %q", kind, role, state, words)
				}
			}
		}
	}
}

func TestNobodyDecidesOnTheirOwn(t *testing.T) {
	as := func(id string, role Role) Actor { return Actor{ID: id, Post: id, Role: role} }
	for name, c := range map[string]struct {
		kind    MoveKind
		state   ProgressState
		by      Actor
		refused string // the first words of the answer; empty where it is allowed
	}{
		"the owner does not close":                          {CloseItem, Verified, as("east-shire/head-of-help", RoleClerk), "Nobody decides"},
		"nor under the bare name of the post":               {CloseItem, Verified, as("/head-of-help", RoleClerk), "Nobody decides"},
		"a post of the same name elsewhere may":             {CloseItem, Verified, as("west-shire/head-of-help", RoleClerk), ""},
		"a name that only ends alike is another's":          {CloseItem, Verified, as("/help", RoleClerk), ""},
		"who said that it is done does not close":           {CloseItem, Verified, as("/improvement-officer", RoleClerk), "Nobody decides"},
		"who accepted the evidence may record the closing":  {CloseItem, Verified, as("/quality-lead", RoleClerk), ""},
		"the owner does not refuse the closing":             {RefuseClosing, Verified, as("/head-of-help", RoleClerk), "Nobody decides"},
		"the owner does not open it again":                  {Reopen, Closed, as("/head-of-help", RoleClerk), "Nobody decides"},
		"the owner does not let another take its place":     {Supersede, InProgress, as("/head-of-help", RoleClerk), "Nobody decides"},
		"the owner does not agree another day":              {AgreeDate, InProgress, as("/head-of-help", RoleClerk), "Nobody decides"},
		"who asked for a day does not agree it":             {AgreeDate, InProgress, as("/planner", RoleClerk), "You asked for this day yourself"},
		"who asked for a day does not refuse it":            {RefuseDate, InProgress, as("/planner", RoleClerk), "You asked for this day yourself"},
		"who asked for a day may close":                     {CloseItem, Verified, as("/planner", RoleClerk), ""},
		"who said that it is done does not accept evidence": {AcceptEvidence, Delivered, as("/improvement-officer", RoleReviewer), "Nobody decides"},
		"the owner does not accept the evidence":            {AcceptEvidence, Delivered, as("/head-of-help", RoleReviewer), "Nobody decides"},
		"who accepted the evidence does not verify":         {Verify, EvidenceAccepted, as("/quality-lead", RoleReviewer), "You accepted the evidence yourself"},
		"somebody else verifies":                            {Verify, EvidenceAccepted, checker, ""},
		"who said that it is done does not verify":          {Verify, EvidenceAccepted, as("/improvement-officer", RoleReviewer), "Nobody decides"},
		"who accepted the evidence may send it back":        {SendBack, EvidenceAccepted, as("/quality-lead", RoleReviewer), ""},
		"somebody without a post does not decide":           {CloseItem, Verified, as("", RoleClerk), "Say first in which post you act"},
		"the owner may say that it is done":                 {SayDone, InProgress, as("/head-of-help", RoleOfficer), ""},
		"the owner may ask for another day":                 {AskForDate, Planned, as("/head-of-help", RoleOfficer), ""},
		"a clerk who owns it may record scrutiny's view":    {RecordView, Verified, as("/head-of-help", RoleClerk), ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, _, asked := goodMove(c.kind)
			before := planned(c.state)
			before.AskedBy, before.AcceptedBy = "/planner", "/quality-lead"
			if !asked {
				before.AskedDue = Date{}
			}
			after, _, err := before.Apply(m, c.by, moveContext())
			if c.refused == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if words := problemAt(t, err, "move"); !strings.HasPrefix(words, c.refused) || after != before {
				t.Errorf("got %q", words)
			}
		})
	}
}

func TestWhatMovesLeaveBehind(t *testing.T) {
	apply := func(t *testing.T, before Position, m Move, by Actor) (Position, Move) {
		t.Helper()
		after, made, err := before.Apply(m, by, moveContext())
		if err != nil {
			t.Fatal(err)
		}
		return after, made
	}
	good := func(kind MoveKind) Move { m, _, _ := goodMove(kind); return m }
	t.Run("a plan sets the original day and the day", func(t *testing.T) {
		p, _ := apply(t, Unmoved("X-1"), good(MakePlan), officer)
		if p.OriginalDue != MustDate("2026-10-31") || p.Due != p.OriginalDue || p.OwnerID == "" || p.CommitteeID != "board" || p.TimesMoved != 0 {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("a day asked for waits, and the day stays", func(t *testing.T) {
		before := planned(Planned)
		before.AskedDue = Date{}
		p, made := apply(t, before, good(AskForDate), officer)
		if p.AskedDue != MustDate("2027-01-31") || p.AskedBy != officer.ID || p.AskedWhy == "" || !p.WaitsForDecision() {
			t.Errorf("got %+v", p)
		}
		if p.Due != before.Due || made.MovesDate {
			t.Errorf("the day became %s", p.Due)
		}
	})
	t.Run("a day agreed moves the day, not the original one", func(t *testing.T) {
		p, made := apply(t, planned(InProgress), good(AgreeDate), clerk)
		if p.Due != MustDate("2027-01-31") || p.OriginalDue != MustDate("2026-10-31") || p.TimesMoved != 1 || p.AskedDue.Known() || !made.MovesDate {
			t.Errorf("got %+v", p)
		}
		if made.Due != p.Due || made.Audience != ForPublic || made.CommitteeID != "board" {
			t.Errorf("the move is %+v", made)
		}
	})
	t.Run("the body may agree another day than was asked for", func(t *testing.T) {
		m := good(AgreeDate)
		m.Due = MustDate("2026-12-24")
		if p, _ := apply(t, planned(InProgress), m, clerk); p.Due != m.Due {
			t.Errorf("got %s", p.Due)
		}
	})
	t.Run("a day refused leaves the day and asks no more", func(t *testing.T) {
		p, _ := apply(t, planned(InProgress), good(RefuseDate), clerk)
		if p.Due != MustDate("2026-10-31") || p.TimesMoved != 0 || p.AskedDue.Known() || p.AskedWhy != "" || p.AskedBy != "" {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("who claims and who accepts is kept", func(t *testing.T) {
		p, _ := apply(t, planned(InProgress), good(SayDone), Actor{ID: "/deputy", Role: RoleOfficer})
		p, _ = apply(t, p, good(AcceptEvidence), reviewer)
		if p.DeliveredBy != "/deputy" || p.AcceptedBy != reviewer.ID || p.AskedDue.Known() {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("opening again takes the day that was kept away, not the original one", func(t *testing.T) {
		p, _ := apply(t, planned(Closed), good(Reopen), clerk)
		if p.Due.Known() || p.Returned != 1 || !p.OriginalDue.Known() || !p.CameBack(nil) {
			t.Errorf("got %+v", p)
		}
		m := good(MakePlan)
		m.Due = MustDate("2027-03-31")
		p, _ = apply(t, p, m, officer)
		if p.Due != m.Due || p.OriginalDue != MustDate("2026-10-31") || p.TimesMoved != 0 {
			t.Errorf("planned anew: %+v", p)
		}
	})
	t.Run("what recurs while it is open keeps its day", func(t *testing.T) {
		if p, _ := apply(t, planned(InProgress), good(MarkRecurred), officer); !p.Due.Known() || p.Returned != 1 {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("scrutiny's view stands beside the state", func(t *testing.T) {
		for _, view := range ScrutinyViews() {
			if view.Words() == "" {
				t.Errorf("%s has no words", view)
			}
		}
		m := good(RecordView)
		m.View, m.ComeBackBy = AskedToReturn, MustDate("2027-02-01")
		p, made := apply(t, planned(Verified), m, clerk)
		if p.State != Verified || p.View != AskedToReturn || p.ViewOn != moveDay || p.ComeBackBy != m.ComeBackBy || made.Audience != ForPublic {
			t.Errorf("got %+v", p)
		}
		m = good(RecordView)
		m.ComeBackBy = MustDate("2027-02-01")
		if p, _ = apply(t, p, m, clerk); p.View != Endorsed || p.ComeBackBy.Known() {
			t.Errorf("endorsed, got %+v", p)
		}
	})
	t.Run("words are for officers unless marked, and a decision's for everybody", func(t *testing.T) {
		m := good(StartWork)
		m.Words = "  Begun  "
		if _, made := apply(t, planned(Planned), m, officer); made.Audience != ForOfficers || made.Words != "Begun" {
			t.Errorf("got %+v", made)
		}
		m.Audience = ForMembers
		if _, made := apply(t, planned(Planned), m, officer); made.Audience != ForMembers {
			t.Errorf("got %+v", made)
		}
		m = good(CloseItem)
		m.Audience = ForOfficers
		if _, made := apply(t, planned(Verified), m, clerk); made.Audience != ForPublic {
			t.Errorf("got %+v", made)
		}
	})
	t.Run("an officer's reason does not become public with the decision", func(t *testing.T) {
		m := good(AgreeDate)
		m.Words = ""
		_, _, err := planned(Planned).Apply(m, clerk, moveContext())
		problemAt(t, err, "words")
	})
	t.Run("a move keeps nothing that its kind does not say", func(t *testing.T) {
		m := good(StartWork)
		m.Due, m.MovesDate, m.OwnerID, m.CommitteeID, m.MinuteReference = MustDate("2030-01-01"), true, "x", "board", "item 6"
		m.View, m.Answer, m.Other, m.SuccessMeasure = Endorsed, Accepted, "X-2", "None"
		p, made := apply(t, planned(Planned), m, officer)
		want := Move{
			Reference: p.Reference, Number: 4, Kind: StartWork, From: Planned, To: InProgress, On: moveDay, ByID: officer.ID,
			ByPost: officer.Post, ByRole: RoleOfficer, Words: "Because it was so", Audience: ForOfficers,
		}
		if made != want {
			t.Errorf("got %+v", made)
		}
	})
}

func TestOneItemFromItsLetterToItsReturn(t *testing.T) {
	p := Unmoved("ES-ILACS-2026-1")
	var recorded []Move
	for i, step := range []struct {
		kind MoveKind
		by   Actor
		want ProgressState
	}{
		{MakePlan, officer, Planned}, {StartWork, officer, InProgress}, {AskForDate, officer, InProgress}, {AgreeDate, clerk, InProgress},
		{SayDone, officer, Delivered}, {SendBack, reviewer, InProgress}, {SayDone, officer, Delivered},
		{AcceptEvidence, reviewer, EvidenceAccepted}, {Verify, checker, Verified}, {RecordView, clerk, Verified},
		{RefuseClosing, clerk, InProgress}, {SayDone, officer, Delivered}, {AcceptEvidence, reviewer, EvidenceAccepted},
		{Verify, checker, Verified}, {CloseItem, clerk, Closed}, {MarkRecurred, officer, Recurred}, {MakePlan, officer, Planned},
	} {
		m, _, _ := goodMove(step.kind)
		m.Recorded = MustDate("2026-11-10").AddDays(i / 3)
		var err error
		var made Move
		if p, made, err = p.Apply(m, step.by, moveContext()); err != nil {
			t.Fatalf("%s: %v", step.kind, err)
		}
		if p.State != step.want || made.Number != i+1 {
			t.Fatalf("after %s, number %d, it stands at %s", step.kind, made.Number, p.State)
		}
		recorded = append(recorded, made)
	}
	t.Run("what is recorded gives the same position when it is played again", func(t *testing.T) {
		again := Unmoved("ES-ILACS-2026-1")
		for _, m := range recorded {
			again = again.After(m)
		}
		if again != p {
			t.Errorf("got  %+v\nwant %+v", again, p)
		}
	})
	t.Run("and when it is folded, in whatever order it is read", func(t *testing.T) {
		slices.Reverse(recorded)
		folded := FoldPositions("ES-ILACS-2026-1", recorded, nil, nil)
		last := folded[len(folded)-1]
		if last.UntilDay.Known() || last.FromDay != MustDate("2026-11-15") || len(folded) != 6 {
			t.Errorf("%d positions, the last from %s until %s", len(folded), last.FromDay, last.UntilDay)
		}
		last.FromDay = Date{}
		if last != p {
			t.Errorf("got  %+v\nwant %+v", last, p)
		}
	})
}

func TestWhoeverWorkedOnAnItemDoesNotDecideOnIt(t *testing.T) {
	moves := []Move{
		{Kind: MakePlan, OwnerID: "east-shire/first-owner"}, {Kind: ChangePlan, OwnerID: "east-shire/second-owner"},
		{Kind: SayDone, ByID: "/first-claimant"}, {Kind: SendBack, ByID: "/reviewer"}, {Kind: SayDone, ByID: "/second-claimant"},
	}
	context := moveContext()
	context.Workers = WorkersOn(moves, []Action{{OwnerID: "west-shire/trainer"}},
		[]ActionStep{{OwnerID: "west-shire/first-trainer"}, {OwnerID: "west-shire/trainer"}}, []EvidenceItem{{ByID: "/auditor"}})
	for _, rule := range moveRules {
		for post, works := range map[string]bool{
			"/first-owner": true, "/second-owner": true, "/first-claimant": true, "/second-claimant": true, "/trainer": true,
			"west-shire/trainer": true, "/first-trainer": true, "/auditor": true, "/reviewer": false, "/somebody": false, "": true,
		} {
			why := Position{State: rule.from[0]}.whyNot(rule, Actor{ID: post, Role: rule.role}, context)
			if barred := why != ""; barred != (works && (!rule.own || post == "")) {
				t.Errorf("%s by %q: %q", rule.kind, post, why)
			}
		}
	}
}
