package inspection

import (
	"cmp"
	"slices"
)

// FoldPositions plays everything that is recorded of an area to improve, day by day as it was recorded, into the positions
// in which it stood: each begins on the day of a record that changed something and lasts until the next; the last has no
// last day. Where nothing is recorded there is none. Updates are the item's own and those of its actions.
//
// Evidence counts from the day on which it was submitted, by its own day, until it is rejected, taken back, expired by
// somebody's word, or followed by a version that was accepted. Its own last day is not played, since it may be still to
// come: EvidenceUntil tells it.
func FoldPositions(reference string, moves []Move, updates []Update, evidence []EvidenceItem) []Position {
	moves, updates = slices.Clone(moves), slices.Clone(updates)
	slices.SortStableFunc(moves, func(a, b Move) int {
		return cmp.Or(a.Recorded.Compare(b.Recorded), cmp.Compare(a.Number, b.Number))
	})
	slices.SortStableFunc(updates, func(a, b Update) int { return a.Recorded.Compare(b.Recorded) })

	var out []Position
	played, now := Unmoved(reference), Unmoved(reference)
	for _, day := range recordedDays(moves, updates, evidence) {
		for ; len(moves) > 0 && !moves[0].Recorded.After(day); moves = moves[1:] {
			played = played.After(moves[0])
		}
		for ; len(updates) > 0 && !updates[0].Recorded.After(day); updates = updates[1:] {
			played.noteUpdate(updates[0])
		}
		next := played.withEvidence(evidence, day)
		if next == now {
			continue // a draft, or a step that changes nothing
		}
		now = next
		if len(out) > 0 {
			out[len(out)-1].UntilDay = day
		}
		next.FromDay = day
		out = append(out, next)
	}
	return out
}

// PositionOn returns where an item stood on a day, by its positions in order: Unmoved before the first.
func PositionOn(reference string, positions []Position, day Date) Position {
	out := Unmoved(reference)
	for _, one := range positions {
		if !one.FromDay.After(day) {
			out = one
		}
	}
	return out
}

// recordedDays lists the days on which anything was recorded, in order, each once.
func recordedDays(moves []Move, updates []Update, evidence []EvidenceItem) []Date {
	var days []Date
	for _, m := range moves {
		days = append(days, m.Recorded)
	}
	for _, u := range updates {
		days = append(days, u.Recorded)
	}
	for _, e := range evidence {
		for _, step := range e.Steps {
			days = append(days, step.Recorded)
		}
	}
	slices.SortFunc(days, Date.Compare)
	return slices.CompactFunc(days, func(a, b Date) bool { return a.Compare(b) == 0 })
}

func (p *Position) noteUpdate(u Update) {
	noteNewest(u.On, u.Audience, &p.UpdatedPublic, &p.UpdatedMembers, &p.UpdatedOfficers)
}

// withEvidence returns the position with what the evidence recorded by a day says of it.
func (p Position) withEvidence(evidence []EvidenceItem, day Date) Position {
	replaced := replacedEvidence(evidence, day)
	expires := true
	for _, e := range evidence {
		state := e.recordedState(day)
		if replaced[e.ID] || state != EvidenceSubmitted && state != EvidenceInReview && state != EvidenceIn {
			continue
		}
		noteNewest(e.On, e.Audience, &p.EvidencePublic, &p.EvidenceMembers, &p.EvidenceOfficers)
		if state == EvidenceIn {
			p.EvidenceHeld++
			if e.Audience.Rank() >= p.EvidenceFor.Rank() {
				p.EvidenceFor = e.Audience
			}
			p.EvidenceUntil = laterDay(p.EvidenceUntil, e.ExpiresOn)
			expires = expires && e.ExpiresOn.Known()
		}
	}
	if !expires {
		p.EvidenceUntil = Date{}
	}
	return p
}

// replacedEvidence returns the IDs of the versions of evidence before one that was accepted by a day, whatever became of
// that one since.
func replacedEvidence(evidence []EvidenceItem, day Date) map[string]bool {
	before := map[string]string{}
	for _, e := range evidence {
		before[e.ID] = e.Replaces
	}
	out := map[string]bool{}
	for _, e := range evidence {
		if !e.acceptedBy(day) {
			continue
		}
		for id := e.Replaces; id != "" && !out[id]; id = before[id] {
			out[id] = true
		}
	}
	return out
}

// noteNewest keeps the newest day for every audience that may read something of that day.
func noteNewest(on Date, of Audience, public, members, officers *Date) {
	for i, newest := range []*Date{public, members, officers} {
		if audiences[i].Reads(of) {
			*newest = laterDay(*newest, on)
		}
	}
}
