package inspection

import (
	"fmt"
	"slices"
	"testing"
)

func TestStagesAndStates(t *testing.T) {
	t.Run("every state has words, and a stage that has words", func(t *testing.T) {
		for _, s := range ProgressStates() {
			if !s.Known() || s.Words() == "" || s.stage().Words() == "" || !slices.Contains(s.stage().States(), s) {
				t.Errorf("%s: %q, %q", s, s.Words(), s.stage().Words())
			}
		}
	})
	t.Run("the stages divide the states", func(t *testing.T) {
		n := 0
		for _, stage := range Stages() {
			n += len(stage.States())
		}
		if n != len(ProgressStates()) || len(Stages()) != 6 {
			t.Errorf("%d stages hold %d states", len(Stages()), n)
		}
	})
	for state, want := range map[ProgressState]string{
		Issued: "Not started", Planned: "Not started", InProgress: "Under way", Delivered: "Council says done",
		EvidenceAccepted: "Council says done", Verified: "Checked", Closed: "Closed", Superseded: "Closed", Reopened: "Came back",
		Recurred: "Came back",
	} {
		if got := (Position{State: state, Moves: 1}).Stage().Words(); got != want {
			t.Errorf("%s is %q, want %q", state, got, want)
		}
		if got, want := state.Open(), state != Closed && state != Superseded; got != want {
			t.Errorf("%s is open: %v", state, got)
		}
	}
	if blank := Unmoved("X").Stage(); blank != "" || blank.Words() != "Nothing recorded" {
		t.Errorf("nothing is recorded, and it is said to be %q: %q", blank, blank.Words())
	}
	if ProgressState("lost").Known() {
		t.Error("a state is known that does not exist")
	}
}

func TestWhatAPositionSays(t *testing.T) {
	due := MustDate("2026-10-31")
	at := func(state ProgressState) Position { return Position{State: state, Due: due} }
	after := MustDate("2026-11-01")
	t.Run("an item is past its date from the next day until somebody says that it is done", func(t *testing.T) {
		for _, state := range ProgressStates() {
			want := slices.Contains([]ProgressState{Issued, Planned, InProgress, Reopened, Recurred}, state)
			if at(state).PastDate(after) != want || at(state).PastDate(due) || (Position{State: state}).PastDate(after) {
				t.Errorf("%s is past its date: %v", state, !want)
			}
		}
	})
	t.Run("it was moved more than once", func(t *testing.T) {
		if (Position{TimesMoved: 1}).MovedMoreThanOnce() || !(Position{TimesMoved: 2}).MovedMoreThanOnce() {
			t.Error("the count is wrong")
		}
	})
	t.Run("it waits for the body that decides", func(t *testing.T) {
		for _, state := range ProgressStates() {
			if got := at(state).WaitsForDecision(); got != (state == Verified) {
				t.Errorf("%s waits: %v", state, got)
			}
			p := at(state)
			p.AskedDue = after
			if got := p.WaitsForDecision(); got != state.Open() {
				t.Errorf("%s waits for a day: %v", state, got)
			}
		}
	})
	t.Run("it lacks evidence for a reader who sees none of the last 90 days", func(t *testing.T) {
		day := MustDate("2026-11-20")
		p := Position{State: InProgress, EvidenceOfficers: day.AddDays(-EvidenceHolds), EvidenceMembers: day.AddDays(-EvidenceHolds - 1)}
		for reader, want := range map[Audience]bool{ForOfficers: false, ForMembers: true, ForPublic: true, "": true} {
			if got := p.LacksEvidence(day, reader); got != want {
				t.Errorf("%q: %v", reader, got)
			}
		}
		p.StateOn = day.AddDays(-EvidenceHolds)
		if p.LacksEvidence(day, ForPublic) {
			t.Error("an item that moved within the days lacks evidence of them")
		}
		for _, state := range []ProgressState{Issued, Closed, Superseded} {
			if (Position{State: state}).LacksEvidence(day, ForPublic) {
				t.Errorf("%s lacks evidence", state)
			}
		}
	})
	t.Run("its question is open again when all its evidence has expired", func(t *testing.T) {
		for _, state := range ProgressStates() {
			p := Position{State: state, EvidenceUntil: due}
			want := slices.Contains([]ProgressState{EvidenceAccepted, Verified, Closed}, state)
			if p.EvidenceExpired(after) != want || p.EvidenceExpired(due) || (Position{State: state}).EvidenceExpired(after) {
				t.Errorf("%s: %v", state, !want)
			}
		}
	})
	t.Run("it came back", func(t *testing.T) {
		for _, state := range ProgressStates() {
			first, back := Position{State: state}, Position{State: state, Returned: 1}
			if first.CameBack(nil) || !back.CameBack(nil) || !first.CameBack([]string{"X-2026-1"}) {
				t.Errorf("%s: one that returned or is asked for again came back, and no other", state)
			}
		}
	})
	t.Run("something is recorded of it", func(t *testing.T) {
		for want, p := range map[bool]Position{false: Unmoved("X-1"), true: {EvidenceOfficers: due}} {
			if p.Recorded() != want {
				t.Errorf("%+v: %v", p, !want)
			}
		}
	})
}

func TestFoldingWhatIsRecorded(t *testing.T) {
	const reference = "ES-ILACS-2026-1"
	day := func(n int) Date { return Day(2026, 9, n) }
	update := func(recorded, on int, a Audience) Update {
		return Update{Recorded: day(recorded), On: day(on), Audience: a}
	}
	evidence := func(id string, on int, a Audience, steps ...any) EvidenceItem {
		e := EvidenceItem{ID: id, On: day(on), Audience: a}
		for i := 0; i < len(steps); i += 2 {
			e.Steps = append(e.Steps, EvidenceStep{Recorded: day(steps[i].(int)), State: steps[i+1].(EvidenceState)})
		}
		return e
	}
	until := func(e EvidenceItem, last Date) EvidenceItem { e.ExpiresOn = last; return e }
	replaces := func(e EvidenceItem, id string) EvidenceItem { e.Replaces = id; return e }
	move := func(number, recorded int, kind MoveKind, to ProgressState) Move {
		return Move{Number: number, Recorded: day(recorded), On: day(1), Kind: kind, To: to, Due: MustDate("2026-12-31"), OwnerID: "o"}
	}
	days := func(rows []Position) (out []string) {
		for _, p := range rows {
			out = append(out, fmt.Sprintf("%d–%d", p.FromDay.Last().day, p.UntilDay.Last().day))
		}
		return out
	}
	for name, c := range map[string]struct {
		moves    []Move
		updates  []Update
		evidence []EvidenceItem
		days     []string // from and until, as days of one month; 0 for the last
		last     func(Position) bool
	}{
		"nothing recorded gives no position": {},
		"a draft of evidence gives none":     {evidence: []EvidenceItem{evidence("e", 1, ForPublic, 2, EvidenceDraft)}},
		"a day with several records gives one position": {
			moves:   []Move{move(1, 3, MakePlan, Planned), move(2, 3, StartWork, InProgress)},
			updates: []Update{update(3, 2, ForPublic)},
			days:    []string{"3–0"},
			last:    func(p Position) bool { return p.State == InProgress && p.Moves == 2 && p.UpdatedPublic == day(2) },
		},
		"each position lasts until the next": {
			moves:   []Move{move(2, 9, StartWork, InProgress), move(1, 3, MakePlan, Planned)},
			updates: []Update{update(5, 4, ForOfficers)},
			days:    []string{"3–5", "5–9", "9–0"},
			last:    func(p Position) bool { return p.State == InProgress && p.UpdatedOfficers == day(4) },
		},
		"what happened before counts from the day on which it was written down": {
			updates: []Update{update(20, 1, ForPublic)},
			days:    []string{"20–0"},
			last:    func(p Position) bool { return p.UpdatedPublic == day(1) && p.State == Issued },
		},
		"an older day written down later leaves the newest": {
			updates: []Update{update(5, 4, ForPublic), update(6, 2, ForPublic)},
			days:    []string{"5–0"},
			last:    func(p Position) bool { return p.UpdatedPublic == day(4) },
		},
		"each audience has its own newest day": {
			updates:  []Update{update(5, 3, ForPublic), update(5, 4, ForMembers), update(5, 5, ForOfficers)},
			evidence: []EvidenceItem{evidence("a", 2, ForMembers, 5, EvidenceSubmitted), evidence("b", 1, ForPublic, 5, EvidenceSubmitted)},
			days:     []string{"5–0"},
			last: func(p Position) bool {
				return p.Updated(ForPublic) == day(3) && p.Updated(ForMembers) == day(4) && p.Updated(ForOfficers) == day(5) &&
					p.EvidenceOn(ForPublic) == day(1) && p.EvidenceOn(ForMembers) == day(2) && p.EvidenceOn(ForOfficers) == day(2)
			},
		},
		"what has no audience is for nobody": {
			updates: []Update{update(5, 3, "")},
		},
		"evidence counts from its submission and is held when it is accepted": {
			evidence: []EvidenceItem{evidence("e", 1, ForPublic, 2, EvidenceDraft, 4, EvidenceSubmitted, 5, EvidenceInReview, 6, EvidenceIn)},
			days:     []string{"4–6", "6–0"},
			last: func(p Position) bool {
				return p.EvidenceHeld == 1 && p.EvidencePublic == day(1) && !p.EvidenceUntil.Known()
			},
		},
		"evidence that is rejected counts no more": {
			evidence: []EvidenceItem{evidence("e", 1, ForPublic, 4, EvidenceSubmitted, 5, EvidenceInReview, 6, EvidenceRejected)},
			days:     []string{"4–6", "6–0"},
			last:     func(p Position) bool { return p == Position{Reference: reference, State: Issued, FromDay: day(6)} },
		},
		"evidence that was taken back counts no more": {
			evidence: []EvidenceItem{evidence("e", 1, ForPublic, 4, EvidenceSubmitted, 6, EvidenceDraft)},
			days:     []string{"4–6", "6–0"},
			last:     func(p Position) bool { return !p.EvidencePublic.Known() },
		},
		"evidence holds to the last day of that which holds longest": {
			evidence: []EvidenceItem{
				until(evidence("a", 1, ForPublic, 4, EvidenceIn), day(20)), until(evidence("b", 1, ForPublic, 4, EvidenceIn), day(10)),
			},
			days: []string{"4–0"},
			last: func(p Position) bool { return p.EvidenceHeld == 2 && p.EvidenceUntil == day(20) },
		},
		"one piece that does not expire holds for ever": {
			evidence: []EvidenceItem{until(evidence("a", 1, ForPublic, 4, EvidenceIn), day(20)), evidence("b", 1, ForPublic, 4, EvidenceIn)},
			days:     []string{"4–0"},
			last:     func(p Position) bool { return p.EvidenceHeld == 2 && !p.EvidenceUntil.Known() },
		},
		"an expiry by somebody's word leaves what else holds": {
			evidence: []EvidenceItem{
				evidence("a", 1, ForPublic, 4, EvidenceIn, 7, EvidenceLapsed), until(evidence("b", 2, ForPublic, 4, EvidenceIn), day(20)),
			},
			days: []string{"4–7", "7–0"},
			last: func(p Position) bool { return p.EvidenceHeld == 1 && p.EvidenceUntil == day(20) },
		},
		"a newer version that is accepted takes the place of those before it": {
			evidence: []EvidenceItem{
				evidence("v1", 3, ForPublic, 4, EvidenceIn), replaces(evidence("v2", 5, ForPublic, 6, EvidenceRejected), "v1"),
				replaces(until(evidence("v3", 2, ForPublic, 7, EvidenceSubmitted, 8, EvidenceIn), day(30)), "v2"),
			},
			days: []string{"4–8", "8–0"},
			last: func(p Position) bool {
				return p.EvidenceHeld == 1 && p.EvidenceUntil == day(30) && p.EvidencePublic == day(2)
			},
		},
		"and what it replaced does not return when it expires": {
			evidence: []EvidenceItem{
				evidence("v1", 3, ForPublic, 4, EvidenceIn), replaces(evidence("v2", 5, ForPublic, 6, EvidenceIn, 9, EvidenceLapsed), "v1"),
			},
			days: []string{"4–6", "6–9", "9–0"},
			last: func(p Position) bool { return p.EvidenceHeld == 0 && !p.EvidencePublic.Known() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := FoldPositions(reference, c.moves, c.updates, c.evidence)
			if !slices.Equal(days(got), c.days) {
				t.Fatalf("got %v, want %v", days(got), c.days)
			}
			if len(got) == 0 {
				return
			}
			last := got[len(got)-1]
			if !c.last(last) {
				t.Errorf("the last is %+v", last)
			}
			for _, p := range got {
				if p.Reference != reference {
					t.Errorf("a position is of %q", p.Reference)
				}
			}
			if before := PositionOn(reference, got, got[0].FromDay.AddDays(-1)); before != Unmoved(reference) {
				t.Errorf("the day before, it stood at %+v", before)
			}
			if PositionOn(reference, got, MustDate("2030-01-01")) != last || PositionOn(reference, got, got[0].FromDay) != got[0] {
				t.Error("a day does not find its position")
			}
		})
	}
	t.Run("what is read is left as it was", func(t *testing.T) {
		moves := []Move{move(2, 9, StartWork, InProgress), move(1, 3, MakePlan, Planned)}
		FoldPositions(reference, moves, nil, nil)
		if moves[0].Number != 2 {
			t.Error("the moves were put in order where they stood")
		}
	})
}

func TestAnUpdateOfOneActionIsNewsForEachItemThatItServes(t *testing.T) {
	update := Update{ActionID: "a1", Recorded: moveDay, On: moveDay, Audience: ForMembers}
	for _, reference := range []string{"ES-1", "WS-1"} {
		got := FoldPositions(reference, nil, []Update{update}, nil)
		if len(got) != 1 || got[0].Updated(ForMembers) != moveDay || got[0].Updated(ForPublic).Known() {
			t.Errorf("%s: %+v", reference, got)
		}
	}
}

func TestAReaderSeesNoTraceOfWhatIsForOthers(t *testing.T) {
	at := func(n int) Date { return Day(2026, 9, n) }
	whole := Position{
		State: EvidenceAccepted, AskedDue: at(30), AskedWhy: "for members", AskedAudience: ForMembers,
		UpdatedPublic: at(1), UpdatedMembers: at(2), UpdatedOfficers: at(3), EvidencePublic: at(4), EvidenceMembers: at(5), EvidenceOfficers: at(6),
		EvidenceUntil: at(20), EvidenceHeld: 2, EvidenceFor: ForOfficers,
	}
	for _, c := range []struct {
		reader                   Audience
		why                      string
		updated, evidence, until Date
		held                     int
	}{
		{ForPublic, "", at(1), at(4), Date{}, 0}, {"somebody", "", at(1), at(4), Date{}, 0},
		{ForMembers, "for members", at(2), at(5), Date{}, 0}, {ForOfficers, "for members", at(3), at(6), at(20), 2},
	} {
		p := whole.For(c.reader)
		if p.AskedWhy != c.why || p.AskedDue != at(30) || p.UpdatedOfficers != c.updated || p.EvidenceOfficers != c.evidence ||
			p.EvidenceUntil != c.until || p.EvidenceHeld != c.held || p.EvidenceExpired(at(21)) != c.until.Known() {
			t.Errorf("%q sees %+v", c.reader, p)
		}
	}
	rows := FoldPositions("ES-ILACS-2026-1", nil, nil, []EvidenceItem{
		{ID: "a", On: at(1), ExpiresOn: at(20), Audience: ForMembers, Steps: []EvidenceStep{{State: EvidenceIn, Recorded: at(2)}}},
		{ID: "b", On: at(1), ExpiresOn: at(10), Audience: ForPublic, Steps: []EvidenceStep{{State: EvidenceIn, Recorded: at(2)}}},
	})
	if p := rows[0]; p.EvidenceFor != ForMembers || p.For(ForPublic).EvidenceHeld != 0 || p.For(ForMembers).EvidenceHeld != 2 {
		t.Errorf("what is accepted for members and for everybody is for %q", p.EvidenceFor)
	}
	if p := (Position{AskedAudience: ForOfficers}).For(ForPublic); p.Recorded() {
		t.Error("nothing is recorded, and a reader is told that something is")
	}
}
