package inspection

import "strings"

// PositionCount says how some areas to improve stand on a day, in the numbers that members ask for first. An area that
// twin letters share counts once, and stands as badly as it stands in any of them.
type PositionCount struct {
	Items    int
	Recorded int // of which the public can see that anything is recorded
	Open     int
	Moved    int // open, and past their date or moved more than once
	Waiting  int // for the body that decides
}

// CountPositions counts areas to improve by their positions, which are given by reference. Of an area without one nothing
// is recorded.
func CountPositions(areas []Recommendation, positions map[string]Position, day Date) PositionCount {
	var order []string
	stands := map[string]PositionCount{} // of each area on its own, 0 or 1 in every number
	for _, area := range areas {
		key := area.SharedKey
		if key == "" {
			key = area.Reference
		}
		if _, known := stands[key]; !known {
			order = append(order, key)
		}
		p, ok := positions[area.Reference]
		if !ok {
			p = Unmoved(area.Reference)
		}
		open := p.State.Open()
		was := stands[key]
		stands[key] = PositionCount{
			Items: 1, Recorded: max(was.Recorded, one(p.shown())), Open: max(was.Open, one(open)),
			Moved:   max(was.Moved, one(open && (p.PastDate(day) || p.MovedMoreThanOnce()))),
			Waiting: max(was.Waiting, one(p.WaitsForDecision())),
		}
	}
	var out PositionCount
	for _, key := range order {
		s := stands[key]
		out.Items, out.Recorded, out.Open = out.Items+s.Items, out.Recorded+s.Recorded, out.Open+s.Open
		out.Moved, out.Waiting = out.Moved+s.Moved, out.Waiting+s.Waiting
	}
	return out
}

func one(so bool) int {
	if so {
		return 1
	}
	return 0
}

// shown reports whether the public can see that anything is recorded of an item: its moves always, its updates and
// evidence where they are for everybody.
func (p Position) shown() bool {
	return p.Moves > 0 || p.Updated(ForPublic).Known() || p.EvidenceOn(ForPublic).Known()
}

// Words says the numbers on one line: "2 open · 1 moved more than once or past its date · 1 waiting for the body that
// decides". Where nothing is recorded it says that instead.
func (c PositionCount) Words() string {
	if c.Recorded == 0 {
		return noProgress
	}
	parts := []string{CountWords(c.Open, "open", "open")}
	if c.Moved > 0 {
		parts = append(parts, CountWords(c.Moved, "moved more than once or past its date", "moved more than once or past their date"))
	}
	if c.Waiting > 0 {
		parts = append(parts, CountWords(c.Waiting, "waiting for the body that decides", "waiting for the body that decides"))
	}
	return strings.Join(parts, " · ")
}
