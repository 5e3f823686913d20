package inspection

import (
	"cmp"
	"fmt"
	"slices"
)

// FollowedItem is an area to improve with every position in which it stood, in order. Where nothing was ever recorded
// there are none.
type FollowedItem struct {
	Recommendation
	Inspection *Inspection
	Positions  []Position
	Ended      bool // whether the council that was asked has ended (Record.Ended): it is then open for nobody
}

func (i FollowedItem) on(day Date) Position { return PositionOn(i.Reference, i.Positions, day) }

// FollowedArea is an area to improve as charts count it: what twin letters share is one, with an item for each letter.
type FollowedArea []FollowedItem

// References lists the references of the area, one for each letter.
func (a FollowedArea) References() []string {
	var out []string
	for _, item := range a {
		out = append(out, item.Reference)
	}
	return out
}

// OutDay is the day on which its first letter came out; the second result is false where that is the end of fieldwork
// (Inspection.OutDay).
func (a FollowedArea) OutDay() (Date, bool) { return a[0].Inspection.OutDay() }

// Open reports whether the area stood open on a day in any of its letters.
func (a FollowedArea) Open(day Date) bool {
	return slices.ContainsFunc(a, func(i FollowedItem) bool { return i.on(day).State.Open() })
}

// Recorded reports whether the public could see by a day that anything was recorded of the area.
func (a FollowedArea) Recorded(day Date) bool {
	return slices.ContainsFunc(a, func(i FollowedItem) bool { return i.on(day).shown() })
}

// FollowedAreas joins items into areas, of the letters that were out by a day: the earliest letters first, each letter's
// areas in its own order.
func FollowedAreas(items []FollowedItem, asOf Date) []FollowedArea {
	items = slices.DeleteFunc(slices.Clone(items), func(i FollowedItem) bool { return !i.Inspection.OutBy(asOf) })
	slices.SortFunc(items, func(a, b FollowedItem) int {
		return cmp.Or(ByDay(a.Inspection, b.Inspection), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Reference, b.Reference))
	})
	var out []FollowedArea
	at := map[string]int{}
	for _, item := range items {
		if i, shared := at[item.SharedKey]; shared && item.SharedKey != "" {
			out[i] = append(out[i], item)
			continue
		}
		at[item.SharedKey] = len(out)
		out = append(out, FollowedArea{item})
	}
	return out
}

// ofCouncilsThatStand leaves out what councils were asked that have ended.
func ofCouncilsThatStand(items []FollowedItem) []FollowedItem {
	return kept(items, func(i FollowedItem) bool { return !i.Ended })
}

// AreaStand is how many areas stood where, from a day on which that changed.
type AreaStand struct {
	From       Date
	Unrecorded int // open, and nothing recorded that the public can see
	Open       int // the other open ones
	Closed     int // closed, or replaced by another area to improve
}

func (s AreaStand) sameCounts(o AreaStand) bool {
	return s.Unrecorded == o.Unrecorded && s.Open == o.Open && s.Closed == o.Closed
}

// LetterProgress is what became of the areas to improve of one letter, or of twin letters that share any.
type LetterProgress struct {
	Inspections []*Inspection
	Areas       []FollowedArea
	Stands      []AreaStand // one for each change, the first on the day on which the letter came out
}

// Recorded reports whether anything was recorded of any of the areas.
func (p LetterProgress) Recorded() bool { return p.Latest().Unrecorded < len(p.Areas) }

// Latest returns how the areas stood last.
func (p LetterProgress) Latest() AreaStand { return p.Stands[len(p.Stands)-1] }

// ProgressByLetter counts open and closed areas, letter by letter, from the day on which each letter came out up to a day;
// the earliest letters first. Positions count from the day on which they were recorded. What councils that have ended were
// asked is left out, as it is by OpenAreas and PlannedDates.
func ProgressByLetter(items []FollowedItem, asOf Date) []LetterProgress {
	var out []LetterProgress
	for _, area := range FollowedAreas(ofCouncilsThatStand(items), asOf) {
		i := slices.IndexFunc(out, func(p LetterProgress) bool { return p.shares(area) })
		if i < 0 {
			i = len(out)
			out = append(out, LetterProgress{})
		}
		out[i].add(area)
	}
	for i := range out {
		out[i].count(asOf)
	}
	return out
}

func (p *LetterProgress) shares(area FollowedArea) bool {
	return slices.ContainsFunc(area, func(item FollowedItem) bool { return p.has(item.Inspection) })
}

func (p *LetterProgress) has(letter *Inspection) bool {
	return slices.ContainsFunc(p.Inspections, func(in *Inspection) bool { return in.ID == letter.ID })
}

func (p *LetterProgress) add(area FollowedArea) {
	p.Areas = append(p.Areas, area)
	for _, item := range area {
		if !p.has(item.Inspection) {
			p.Inspections = append(p.Inspections, item.Inspection)
		}
	}
}

func (p *LetterProgress) count(asOf Date) {
	out, _ := p.Inspections[0].OutDay()
	days := []Date{out.Last()}
	for _, area := range p.Areas {
		for _, item := range area {
			for _, position := range item.Positions {
				if position.FromDay.After(days[0]) && !position.FromDay.After(asOf) {
					days = append(days, position.FromDay)
				}
			}
		}
	}
	slices.SortFunc(days, Date.Compare)
	days = slices.CompactFunc(days, func(a, b Date) bool { return a.Compare(b) == 0 })
	for _, day := range days {
		stand := AreaStand{From: day}
		for _, area := range p.Areas {
			switch {
			case !area.Open(day):
				stand.Closed++
			case area.Recorded(day):
				stand.Open++
			default:
				stand.Unrecorded++
			}
		}
		if n := len(p.Stands); n == 0 || !p.Stands[n-1].sameCounts(stand) {
			p.Stands = append(p.Stands, stand)
		}
	}
}

// AreaAge is an open area and how long ago its letter came out.
type AreaAge struct {
	Area FollowedArea
	Days int
	// Doubt is "at least" where only the month or year is known in which the letter came out, from whose end the days are counted;
	// "about" where the day was inferred, or only the end of fieldwork is known.
	Doubt string
}

// OpenAreas returns the areas that are open on a day, the oldest first. A letter of which only the month is known counts
// from the end of that month.
func OpenAreas(items []FollowedItem, asOf Date) []AreaAge {
	var out []AreaAge
	for _, area := range FollowedAreas(ofCouncilsThatStand(items), asOf) {
		if !area.Open(asOf) {
			continue
		}
		day, published := area.OutDay()
		age := AreaAge{Area: area, Days: day.Last().DaysUntil(asOf)}
		switch {
		case !published || day.Approximate():
			age.Doubt = "about"
		case !day.Exact():
			age.Doubt = "at least"
		}
		out = append(out, age)
	}
	slices.SortStableFunc(out, func(a, b AreaAge) int { return cmp.Compare(b.Days, a.Days) })
	return out
}

// AgeBand counts the open areas of one age.
type AgeBand struct {
	Words      string
	Unrecorded int // of which nothing is recorded that the public can see
	Open       int // the others
}

// AgeBands counts open areas by age, every band, the oldest first.
func AgeBands(ages []AreaAge, asOf Date) []AgeBand {
	bands := []AgeBand{{Words: "2 years or more"}, {Words: "1 year to 2 years"}, {Words: "6 months to 1 year"}, {Words: "Under 6 months"}}
	for _, age := range ages {
		day, _ := age.Area.OutDay()
		i := slices.IndexFunc([]int{24, 12, 6}, func(months int) bool { return !day.Last().AddMonths(months).After(asOf) })
		if i < 0 {
			i = len(bands) - 1
		}
		if age.Area.Recorded(asOf) {
			bands[i].Open++
		} else {
			bands[i].Unrecorded++
		}
	}
	return bands
}

// PlannedDate is the day by which an area was to be done, as first planned and as it is now. Twin items stand together
// where their days are the same.
type PlannedDate struct {
	References []string
	Original   Date
	Latest     Date
	Moved      int // how often the body that decides agreed another day
	Open       bool
}

// MovedWords says how often the day was moved: "moved twice".
func (d PlannedDate) MovedWords() string {
	switch d.Moved {
	case 0:
		return "not moved"
	case 1:
		return "moved once"
	case 2:
		return "moved twice"
	}
	return fmt.Sprintf("moved %d times", d.Moved)
}

// PlannedDates returns the days of the areas that have a plan on a day, in the order of FollowedAreas.
func PlannedDates(items []FollowedItem, asOf Date) []PlannedDate {
	var out []PlannedDate
	for _, area := range FollowedAreas(ofCouncilsThatStand(items), asOf) {
		var own []PlannedDate
		for _, item := range area {
			p := item.on(asOf)
			if !p.OriginalDue.Known() {
				continue
			}
			i := slices.IndexFunc(own, func(d PlannedDate) bool {
				return d.Original == p.OriginalDue && d.Latest == p.Due && d.Moved == p.TimesMoved && d.Open == p.State.Open()
			})
			if i < 0 {
				i = len(own)
				own = append(own, PlannedDate{Original: p.OriginalDue, Latest: p.Due, Moved: p.TimesMoved, Open: p.State.Open()})
			}
			own[i].References = append(own[i].References, item.Reference)
		}
		out = append(out, own...)
	}
	return out
}

// ViewGrid says what later letters said of the areas to improve of earlier ones.
type ViewGrid struct {
	Letters []*Inspection // that came later, the earliest first
	Rows    []ViewRow
}

// ViewRow is one area with a cell for each letter.
type ViewRow struct {
	Area  FollowedArea
	Cells []ViewCell
}

// ViewCell is what one letter said of one area.
type ViewCell struct {
	Applies bool        // whether the letter is a later one that may speak of the area
	Views   []LaterView // in force; none where nobody has recorded what the letter says
}

// LaterViewGrid sets the areas of letters of which any view is recorded against the later letters: every graded
// inspection, and of the visits those that say something of them.
func (r *Record) LaterViewGrid(items []FollowedItem, asOf Date) ViewGrid {
	views := map[string][]LaterView{} // by reference
	asked := map[string]bool{}        // letters of whose areas any view is recorded
	says := map[string]bool{}         // letters that say anything
	for _, item := range items {
		views[item.Reference] = r.ViewsOf(item.Reference, asOf)
		for _, v := range views[item.Reference] {
			asked[item.InspectionID], says[v.InspectionID] = true, true
		}
	}
	var grid ViewGrid
	later := map[string][]*Inspection{} // that may speak of a letter's areas
	for _, area := range FollowedAreas(items, asOf) {
		if !slices.ContainsFunc(area, func(i FollowedItem) bool { return asked[i.InspectionID] }) {
			continue
		}
		grid.Rows = append(grid.Rows, ViewRow{Area: area})
		for _, item := range area {
			if _, known := later[item.InspectionID]; known {
				continue
			}
			later[item.InspectionID] = r.LaterLetters(item.Inspection, asOf)
			for _, in := range later[item.InspectionID] {
				if (r.Graded(in) || says[in.ID]) && !slices.Contains(grid.Letters, in) {
					grid.Letters = append(grid.Letters, in)
				}
			}
		}
	}
	slices.SortFunc(grid.Letters, ByDay)
	for i := range grid.Rows {
		for _, letter := range grid.Letters {
			grid.Rows[i].Cells = append(grid.Rows[i].Cells, viewCell(grid.Rows[i].Area, letter, later, views))
		}
	}
	return grid
}

// viewCell gathers what a letter said of an area in any of its letters.
func viewCell(area FollowedArea, letter *Inspection, later map[string][]*Inspection, views map[string][]LaterView) ViewCell {
	var cell ViewCell
	for _, item := range area {
		cell.Applies = cell.Applies || slices.Contains(later[item.InspectionID], letter)
		for _, v := range views[item.Reference] {
			if v.InspectionID == letter.ID {
				cell.Views = append(cell.Views, v)
			}
		}
	}
	return cell
}
