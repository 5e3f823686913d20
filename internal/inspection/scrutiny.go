package inspection

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ScrutinyItem is an area to improve as a scrutiny committee meets it: where it stands, where it stood on the day since
// which the committee asks, and what later letters said of it by each of the two days.
type ScrutinyItem struct {
	Recommendation
	Inspection  *Inspection
	Position    Position
	Before      Position // the zero Position where the item was not there yet
	Views       []LaterView
	ViewsBefore []LaterView
	Again       []string // the later items that ask for it again (AskedAgain)
	Ended       bool     // whether the council that was asked has ended (Record.Ended), so that nobody can act on it
}

// NewViews returns what letters that came out after the first day said of the item. A letter that does not mention it says
// nothing of it.
func (i ScrutinyItem) NewViews() []LaterView {
	var out []LaterView
	for _, v := range i.Views {
		known := slices.ContainsFunc(i.ViewsBefore, func(before LaterView) bool { return before.ID == v.ID })
		if !known && v.View != NotMentioned {
			out = append(out, v)
		}
	}
	return out
}

func (i ScrutinyItem) closedSince() bool {
	return !i.Position.State.Open() && (i.Before.State.Open() || i.Position.StateOn.After(i.Before.StateOn))
}

// saidDoneSince is true of a first claim and of another one after the first was sent back, but not of the mere check of a
// claim that stood before.
func (i ScrutinyItem) saidDoneSince() bool {
	again := i.Position.State == Delivered && i.Position.StateOn != i.Before.StateOn
	return slices.Contains(saidDone, i.Position.State) && (again || !slices.Contains(saidDone, i.Before.State))
}

// ScrutinyCode names one of the lists that scrutiny works through.
type ScrutinyCode string

// The lists, in the order in which a meeting takes them.
const (
	ScrutinyLive          ScrutinyCode = "live"
	ScrutinyClosed        ScrutinyCode = "closed_since"
	ScrutinySaidDone      ScrutinyCode = "said_done_since"
	ScrutinyDatesAsked    ScrutinyCode = "dates_asked"
	ScrutinyDatesAgreed   ScrutinyCode = "dates_agreed_since"
	ScrutinyPastDate      ScrutinyCode = "past_date"
	ScrutinyMovedMore     ScrutinyCode = "moved"
	ScrutinyNoEvidence    ScrutinyCode = "no_evidence"
	ScrutinyWaiting       ScrutinyCode = "waiting"
	ScrutinyOfstedChecked ScrutinyCode = "checked_by_ofsted"
	ScrutinyCameBack      ScrutinyCode = "came_back"
	ScrutinyEnded         ScrutinyCode = "ended" // beside the others
)

// ScrutinyList is one list, with the rule by which it was made.
type ScrutinyList struct {
	Code  ScrutinyCode
	Title string
	Rule  string // how it is worked out, in a sentence for readers
	Items []ScrutinyItem
	Count int // an area that twin letters share counts once, though each reference is listed
}

// ByYear says how many of the list are of letters of each year, the latest first; "" where all are of one.
func (l ScrutinyList) ByYear() string {
	years := map[int][]ScrutinyItem{}
	for _, item := range l.Items {
		out, _ := item.Inspection.OutDay()
		years[out.Year()] = append(years[out.Year()], item)
	}
	counts := map[int]int{}
	for year, items := range years {
		counts[year] = countedOnce(items)
	}
	return yearsOfLetters(counts)
}

// YearsOfLetters says how many of some areas are of letters of each year, the latest first; "" where all are of one.
func YearsOfLetters(ages []AreaAge) string {
	counts := map[int]int{}
	for _, age := range ages {
		out, _ := age.Area.OutDay()
		counts[out.Year()]++
	}
	return yearsOfLetters(counts)
}

func yearsOfLetters(counts map[int]int) string {
	if len(counts) < 2 {
		return ""
	}
	var parts []string
	for _, year := range slices.Backward(slices.Sorted(maps.Keys(counts))) {
		parts = append(parts, fmt.Sprintf("%d from %d", counts[year], year))
	}
	return "By the year of the letter: " + strings.Join(parts, ", ") + "."
}

// ScrutinyBoard is everything that a scrutiny committee works through, as it stood on a day.
type ScrutinyBoard struct {
	Since Date // the day of the meeting; unknown for everything that was ever recorded
	AsOf  Date
	Lists []ScrutinyList // every list, in order, empty ones too
	Ended ScrutinyList   // what councils were asked that have ended: in none of the lists, since nobody can act on it
}

// List returns one of the lists; it has all of them.
func (b ScrutinyBoard) List(code ScrutinyCode) ScrutinyList {
	i := slices.IndexFunc(b.Lists, func(l ScrutinyList) bool { return l.Code == code })
	if i < 0 {
		return ScrutinyList{}
	}
	return b.Lists[i]
}

// Scrutiny sorts areas to improve into the lists. What changed since a day is what was recorded after it, even if it was
// done before: the committee has not heard of it yet. Evidence counts as far as the reader may see it. What councils that
// have ended were asked stands apart.
func Scrutiny(items []ScrutinyItem, since, asOf Date, reader Audience) ScrutinyBoard {
	after := "after " + since.Words()
	if !since.Known() {
		after = "since progress was first recorded here"
	}
	board := ScrutinyBoard{Since: since, AsOf: asOf, Ended: ScrutinyList{
		Code: ScrutinyEnded, Title: "Asked of a council that has ended",
		Rule: "It is that council’s own: it ended before the area to improve was closed, and nobody can act on it now.",
	}}
	items = slices.Clone(items)
	for _, item := range items {
		if item.Ended && item.Position.State.Open() {
			board.Ended.Items = append(board.Ended.Items, item)
		}
	}
	board.Ended.Count = countedOnce(board.Ended.Items)
	items = slices.DeleteFunc(items, func(i ScrutinyItem) bool { return i.Ended })
	add := func(code ScrutinyCode, title, rule string, belongs func(ScrutinyItem) bool) {
		list := ScrutinyList{Code: code, Title: title, Rule: rule}
		for _, item := range items {
			if belongs(item) {
				list.Items = append(list.Items, item)
			}
		}
		list.Count = countedOnce(list.Items)
		board.Lists = append(board.Lists, list)
	}
	add(ScrutinyLive, "Live",
		"Not closed by the body that decides, and not replaced by another area to improve.",
		func(i ScrutinyItem) bool { return i.Position.State.Open() })
	add(ScrutinyClosed, "Closed since",
		fmt.Sprintf("Recorded %s: closed by the body that decides, or replaced by another area to improve.", after),
		ScrutinyItem.closedSince)
	add(ScrutinySaidDone, "Said to be done since",
		fmt.Sprintf("Recorded %s: the council says that it is done. That is its own claim until somebody else has checked it.",
			after),
		ScrutinyItem.saidDoneSince)
	add(ScrutinyDatesAsked, "New dates asked for",
		"The council has asked for another day, and the body that decides has not answered yet.",
		func(i ScrutinyItem) bool { return i.Position.State.Open() && i.Position.AskedDue.Known() })
	add(ScrutinyDatesAgreed, "New dates agreed since",
		fmt.Sprintf("Recorded %s: the body that decides agreed another day.", after),
		func(i ScrutinyItem) bool { return i.Position.TimesMoved > i.Before.TimesMoved })
	add(ScrutinyPastDate, "Past their date",
		fmt.Sprintf("The latest agreed day was before %s, and the council does not say that it is done.", asOf.Words()),
		func(i ScrutinyItem) bool { return i.Position.PastDate(asOf) })
	add(ScrutinyMovedMore, "Moved more than once",
		"Another day was agreed more than once.",
		func(i ScrutinyItem) bool { return i.Position.MovedMoreThanOnce() })
	add(ScrutinyNoEvidence, fmt.Sprintf("No evidence for %d days", EvidenceHolds),
		fmt.Sprintf("Planned and still open, nothing has moved for %[1]d days, and no evidence shown here is of the last %[1]d days.", EvidenceHolds),
		func(i ScrutinyItem) bool { return i.Position.LacksEvidence(asOf, reader) })
	add(ScrutinyWaiting, "Waiting for the body that decides",
		"Another day was asked for, or somebody independent has checked it and it waits to be closed.",
		func(i ScrutinyItem) bool { return i.Position.WaitsForDecision() })
	add(ScrutinyOfstedChecked, "Checked by Ofsted",
		fmt.Sprintf("A letter that came out %s says something of it. One that does not mention it does not count.", after),
		func(i ScrutinyItem) bool { return len(i.NewViews()) > 0 })
	add(ScrutinyCameBack, "Came back",
		"Opened again after it was closed, or asked for again in a later letter.",
		func(i ScrutinyItem) bool { return i.Position.CameBack(i.Again) })
	return board
}

// countedOnce counts items, one that twin letters share once.
func countedOnce(items []ScrutinyItem) int {
	n, seen := 0, map[string]bool{}
	for _, item := range items {
		if item.SharedKey != "" && seen[item.SharedKey] {
			continue
		}
		seen[item.SharedKey] = true
		n++
	}
	return n
}
