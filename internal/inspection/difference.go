package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is one line of what differs between two authorities of a place.
type Difference struct {
	About string // "Grades"
	Words string
}

// Differences says what differs between two authorities: their latest grades, what their letters say of the areas
// before, SEND, and the visits that only one of them had.
func (r *Record) Differences(a, b Body, place string, asOf Date) []Difference {
	fullA, fullB := r.fullInspections(a.ID, asOf), r.fullInspections(b.ID, asOf)
	if len(fullA) == 0 || len(fullB) == 0 {
		return nil
	}
	nameA, nameB := a.NameWithin(place), b.NameWithin(place)
	lastA, lastB := fullA[len(fullA)-1], fullB[len(fullB)-1]
	out := []Difference{{About: "Grades", Words: r.gradeDifference(lastA, lastB, nameA, nameB)}}
	if d, ok := earlierAreasDifference(fullA, fullB, nameA, nameB); ok {
		out = append(out, d)
	}
	if d, ok := r.sendDifference(a, b, nameA, nameB, asOf); ok {
		out = append(out, d)
	}
	if d, ok := r.visitDifference(a, b, nameA, nameB, asOf); ok {
		out = append(out, d)
	}
	return out
}

func (r *Record) gradeDifference(a, b *Inspection, nameA, nameB string) string {
	if a.Framework != b.Framework {
		return fmt.Sprintf("given under different rules, so not compared: %s in %s, %s in %s.",
			nameA, a.Visited().MonthWords(), nameB, b.Visited().MonthWords())
	}
	f, _ := r.Catalogue.Framework(a.Framework)
	var parts []string
	equal := 0
	for _, s := range f.Strands {
		if !s.Main || s.Within != "" {
			continue
		}
		ja, _ := a.Judgement(s.Code)
		jb, _ := b.Judgement(s.Code)
		if ja.Grade == jb.Grade {
			equal++
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s in %s, %s in %s", s.Phrase, r.judgementBlock(s.Code, a).Words(), nameA, r.judgementBlock(s.Code, b).Words(), nameB))
	}
	if len(parts) == 0 {
		return fmt.Sprintf("nothing; all %s are equal.", NumberWords(equal))
	}
	return strings.Join(parts, "; ") + "."
}

// earlierAreasDifference compares what the two letters say of the areas to improve of the inspection before.
func earlierAreasDifference(a, b []*Inspection, nameA, nameB string) (Difference, bool) {
	if len(a) < 2 || len(b) < 2 {
		return Difference{}, false
	}
	before, _ := a[len(a)-2].OutDay()
	says := func(in *Inspection) string {
		for _, f := range in.Findings {
			if f.Kind == EarlierAreas {
				words := f.Words
				if f.Paragraph != "" {
					words += fmt.Sprintf(" (paragraph %s)", f.Paragraph)
				}
				return words
			}
		}
		return ""
	}
	wordsA, wordsB := says(a[len(a)-1]), says(b[len(b)-1])
	d := Difference{About: fmt.Sprintf("%d areas", before.Year())}
	switch {
	case wordsA != "" && wordsB == "":
		d.Words = fmt.Sprintf("%s's letter says %s; %s's has no such sentence.", nameA, wordsA, nameB)
	case wordsB != "" && wordsA == "":
		d.Words = fmt.Sprintf("%s's letter says %s; %s's has no such sentence.", nameB, wordsB, nameA)
	case wordsA != wordsB:
		d.Words = fmt.Sprintf("%s's letter says %s; %s's says %s.", nameA, wordsA, nameB, wordsB)
	default:
		return d, false
	}
	return d, true
}

func (r *Record) sendDifference(a, b Body, nameA, nameB string, asOf Date) (Difference, bool) {
	var short string
	priority := func(authority Body) (int, bool) {
		for _, p := range r.Partnerships(authority.ID) {
			for _, f := range r.Catalogue.Frameworks() {
				if in := r.latestOutcome(p, f, asOf); in != nil && f.Outcome && in.WholeListHeld {
					short = f.Short
					return PriorityActions(in.Recommendations), true
				}
			}
		}
		return 0, false
	}
	n, okA := priority(a)
	m, okB := priority(b)
	if !okA || !okB || n == m {
		return Difference{}, false
	}
	return Difference{About: short, Words: fmt.Sprintf("%s %s, %s %d.", nameA, CountWords(n, "priority action", "priority actions"), nameB, m)}, true
}

func (r *Record) visitDifference(a, b Body, nameA, nameB string, asOf Date) (Difference, bool) {
	type visit struct {
		in    *Inspection
		words string
	}
	var all []visit
	add := func(of, other Body, name string) {
		for _, in := range r.InspectionsOf(of.ID, asOf) {
			if k, _ := r.Catalogue.Kind(in.Kind); !k.Graded && !in.Of(other.ID) {
				all = append(all, visit{in, fmt.Sprintf("%s %s %s", name, lowerFirst(in.Topic), in.Visited().ShortMonthWords())})
			}
		}
		for _, in := range r.PerhapsOf(of.ID, asOf) {
			all = append(all, visit{in, fmt.Sprintf("%s %s probably %s", in.Visited().ShortMonthWords(), lowerFirst(in.Topic), name)})
		}
	}
	add(a, b, nameA)
	add(b, a, nameB)
	if len(all) == 0 {
		return Difference{}, false
	}
	slices.SortStableFunc(all, func(x, y visit) int { return x.in.Visited().Compare(y.in.Visited()) })
	var parts []string
	for _, v := range all {
		parts = append(parts, v.words)
	}
	return Difference{About: "Visits", Words: strings.Join(parts, "; ") + "."}, true
}
