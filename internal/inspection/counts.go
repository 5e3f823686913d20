package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// CountLine is one count of the first screen, with the sentence around it. Counts of different kinds of inspection are
// kept apart and never added.
type CountLine struct {
	Number int
	Known  bool   // whether Number may be shown: a list that is not held has no count, not even none
	Words  string // what is counted, after the number; the whole sentence where Number may not be shown
	Note   string
	List   CountList
}

// CountList names what a count opens.
type CountList string

// The lists that counts open.
const (
	ListAreas    CountList = "areas"
	ListSEND     CountList = "send"
	ListExpected CountList = "expected"
	ListVisits   CountList = "visits"
)

const noProgress = "No progress recorded here yet."

// Counts returns the counts for some authorities as they stood on a day. How their areas to improve stood is given by
// reference; nothing is recorded of those that are left out.
func (r *Record) Counts(authorities []Body, positions map[string]Position, asOf Date) []CountLine {
	out := []CountLine{r.areaCount(authorities, positions, asOf)}
	if c, ok := r.sendCount(authorities, positions, asOf); ok {
		out = append(out, c)
	}
	if c := r.expectedCount(authorities, asOf); c.Number > 0 {
		out = append(out, c)
	}
	return append(out, r.visitCount(authorities, asOf))
}

// latestLetters returns the latest full inspection of each authority that has one.
func (r *Record) latestLetters(authorities []Body, asOf Date) []*Inspection {
	var out []*Inspection
	for _, a := range authorities {
		if full := r.fullInspections(a.ID, asOf); len(full) > 0 {
			out = append(out, full[len(full)-1])
		}
	}
	return out
}

// LatestAreas returns the areas to improve of the latest full letters, one that stands in twin letters once, with the
// number counted letter by letter.
func (r *Record) LatestAreas(authorities []Body, asOf Date) (areas []Recommendation, byLetter int) {
	seen := map[string]bool{}
	for _, in := range r.latestLetters(authorities, asOf) {
		for _, rec := range in.Recommendations {
			byLetter++
			if rec.SharedKey != "" && seen[rec.SharedKey] {
				continue
			}
			seen[rec.SharedKey] = true
			areas = append(areas, rec)
		}
	}
	return areas, byLetter
}

// progressWords says how the areas of the latest full letters stand, and how many of earlier ones are still open though
// work on them is recorded.
func (r *Record) progressWords(authorities []Body, positions map[string]Position, asOf Date) string {
	var latest, earlier []Recommendation
	if len(authorities) > 0 && !slices.ContainsFunc(authorities, func(a Body) bool { return !a.EndedBy(asOf) }) {
		return "The council has ended, so they stand open for nobody."
	}
	for _, a := range authorities {
		if a.EndedBy(asOf) {
			continue
		}
		full := r.fullInspections(a.ID, asOf)
		for i, in := range full {
			if i == len(full)-1 {
				latest = append(latest, in.Recommendations...)
				continue
			}
			for _, item := range in.Recommendations {
				if p, ok := positions[item.Reference]; ok && p.Moves > 0 && p.State.Open() {
					earlier = append(earlier, item)
				}
			}
		}
	}
	words := CountPositions(latest, positions, asOf).Words()
	if n := CountPositions(earlier, positions, asOf).Items; n > 0 {
		words = strings.TrimSuffix(words, ".") + fmt.Sprintf(" · %d still open from earlier letters", n)
	}
	return words
}

func (r *Record) areaCount(authorities []Body, positions map[string]Position, asOf Date) CountLine {
	letters := r.latestLetters(authorities, asOf)
	out := CountLine{List: ListAreas}
	if len(letters) == 0 {
		out.Words = "Areas to improve: no letter of a full inspection is held."
		return out
	}
	areas, byLetter := r.LatestAreas(authorities, asOf)
	printed, known := 0, true
	var years []string
	for _, in := range letters {
		known = known && in.AreasCount != nil
		if in.AreasCount != nil {
			printed += *in.AreasCount
		}
		day, _ := in.OutDay()
		if y := fmt.Sprint(day.Year()); !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	letterWords := "letter of " + ListWords(years)
	if len(letters) > 1 {
		letterWords = ListWords(years) + " letters"
	}
	progress := r.progressWords(authorities, positions, asOf)
	out.Number, out.Known, out.Note = len(areas), true, progress
	out.Words = plural(len(areas), "area", "areas") + " to improve in the " + letterWords
	switch {
	case !known && len(areas) == 0:
		out.Number, out.Known, out.Note = 0, false, ""
		out.Words = "Areas to improve: those of the " + letterWords + " are not in this record yet."
	case !known:
		out.Number, out.Known, out.Note = 0, false, progress
		out.Words = fmt.Sprintf("Areas to improve: %d of the %s are in this record; not every list is.", byLetter, letterWords)
	case known && printed > byLetter:
		out.Number = printed
		out.Words = plural(printed, "area", "areas") + " to improve in the " + letterWords
		out.Note = fmt.Sprintf("%d of them are held here. %s", byLetter, progress)
	case len(letters) == 2 && byLetter == 2*len(areas):
		out.Words += fmt.Sprintf(", the same %s in both councils (%d counted council by council)", NumberWords(len(areas)), byLetter)
	case len(letters) > 1:
		out.Words += fmt.Sprintf(" (%d counted council by council)", byLetter)
	}
	return out
}

func (r *Record) sendCount(authorities []Body, positions map[string]Position, asOf Date) (CountLine, bool) {
	out := CountLine{List: ListSEND}
	priority, short := 0, ""
	var years []string
	var areas []Recommendation
	for _, a := range authorities {
		for _, p := range r.Partnerships(a.ID) {
			for _, f := range r.Catalogue.Frameworks() {
				in := r.latestOutcome(p, f, asOf)
				if in == nil || !f.Outcome || len(in.Recommendations) == 0 {
					continue
				}
				short = f.Short
				out.Number += len(in.Recommendations)
				areas = append(areas, in.Recommendations...)
				priority += PriorityActions(in.Recommendations)
				day, _ := in.OutDay()
				if y := fmt.Sprint(day.Year()); !slices.Contains(years, y) {
					years = append(years, y)
				}
			}
		}
	}
	if out.Number == 0 {
		return out, false
	}
	out.Known = true
	out.Words = fmt.Sprintf("%s %s from %s (%d for priority action)", short, plural(out.Number, "area", "areas"), ListWords(years), priority)
	if stand := CountPositions(areas, positions, asOf); stand.Recorded > 0 {
		out.Note = stand.Words()
	} else {
		out.Words += ": no progress recorded here"
	}
	return out, true
}

func (r *Record) expectedCount(authorities []Body, asOf Date) CountLine {
	out := CountLine{List: ListExpected, Known: true}
	plans := 0
	var returns []string
	number := map[string]int{}
	for _, e := range r.Expected(authorities, asOf) {
		if !e.Until.Before(asOf) {
			continue
		}
		out.Number++
		if e.Clock != nil {
			plans++
			continue
		}
		f, _ := r.Catalogue.Framework(e.Inspection.Framework)
		words := f.Short + " " + e.Announcement.Words
		if number[words] == 0 {
			returns = append(returns, words)
		}
		number[words]++
	}
	var parts []string
	if plans > 0 {
		parts = append(parts, CountWords(plans, "action plan", "action plans"))
	}
	for _, w := range returns {
		parts = append(parts, CountWords(number[w], w, w+"s"))
	}
	out.Words = plural(out.Number, "thing", "things") + " expected, nothing recorded"
	if len(parts) > 0 {
		out.Words += ": " + strings.Join(parts, ", ")
	}
	return out
}

func (r *Record) visitCount(authorities []Body, asOf Date) CountLine {
	out := CountLine{List: ListVisits}
	seen := map[*Inspection]bool{}
	any := false
	for _, a := range authorities {
		full := r.fullInspections(a.ID, asOf)
		for _, in := range r.InspectionsOf(a.ID, asOf) {
			k, _ := r.Catalogue.Kind(in.Kind)
			after := len(full) == 0 || ByDay(in, full[len(full)-1]) > 0
			if !k.Graded && after && !seen[in] {
				seen[in] = true
				out.Number++
			}
		}
		any = any || len(full) > 0
	}
	out.Words = "Visits since the last graded inspection: none known."
	if !any {
		out.Words = "Visits: none known."
	}
	if out.Number > 0 {
		out.Known = true
		out.Words = plural(out.Number, "visit", "visits") + " known since the last graded inspection"
		if !any {
			out.Words = plural(out.Number, "visit", "visits") + " known, and no graded inspection yet"
		}
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
