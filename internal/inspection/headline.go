package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Headline says in words what changed for one authority, or for those of a place where they are equal (rules 2 to 4 of
// the first screen).
type Headline struct {
	Authorities []Body // whom it speaks of
	Lead        string // what inspectors last said
	LettersOn   string // "Letters published 7 July 2026"; empty where no letter is held
	Letters     []*Inspection
	Detail      []string // sentences: since the inspection before, and what cannot be compared
}

// OtherHeadline says in a sentence of its own what another kind of inspection found, where its latest outcome is the
// lowest of its scale or its announced return has nothing recorded (rule 3). It is never mixed with a council's grades.
type OtherHeadline struct {
	Lead        string
	Detail      string
	Inspections []*Inspection
}

// Headlines returns one headline where the authorities' latest inspections say the same of them, else one each.
func (r *Record) Headlines(authorities []Body, asOf Date) []Headline {
	if len(authorities) == 2 && r.sameStory(authorities, asOf) {
		return []Headline{r.headline(authorities, asOf)}
	}
	var out []Headline
	for _, a := range authorities {
		h := r.headline([]Body{a}, asOf)
		if len(authorities) > 1 {
			h.Lead = a.Name + ": " + lowerFirst(h.Lead)
		}
		out = append(out, h)
	}
	return out
}

// sameStory reports whether two authorities' full inspections gave the same grades in the same months, the last of them
// and the one before, so that one sentence is true of both.
func (r *Record) sameStory(authorities []Body, asOf Date) bool {
	a, b := r.fullInspections(authorities[0].ID, asOf), r.fullInspections(authorities[1].ID, asOf)
	if len(a) == 0 && len(b) == 0 {
		return r.notGradedSince(authorities[0], asOf) && r.notGradedSince(authorities[1], asOf) && authorities[0].Created == authorities[1].Created
	}
	if len(a) == 0 || len(a) != len(b) {
		return false
	}
	for i := len(a) - 1; i >= max(0, len(a)-2); i-- {
		if a[i].Framework != b[i].Framework || a[i].Visited().MonthWords() != b[i].Visited().MonthWords() ||
			r.gradeWords(a[i]) != r.gradeWords(b[i]) {
			return false
		}
	}
	return true
}

// notGradedSince reports whether it is known that an authority which began within the record has not been graded yet.
func (r *Record) notGradedSince(authority Body, asOf Date) bool {
	return authority.Created.Known() && authority.Created.After(RecordBegins) && len(r.fullInspections(authority.ID, asOf)) == 0 &&
		r.fullCompleteTo(authority, asOf).Known()
}

func (r *Record) headline(authorities []Body, asOf Date) Headline {
	out := Headline{Authorities: authorities}
	first := authorities[0]
	full := r.fullInspections(first.ID, asOf)
	if len(full) == 0 {
		out.Lead = "No report of a full inspection of " + first.Name + " is held here. That does not mean that it was never inspected."
		if r.notGradedSince(first, asOf) {
			out.Lead = fmt.Sprintf("No graded inspection of %s yet, since it began on %s.", first.Name, first.Created.Words())
		}
		if len(authorities) == 2 {
			out.Lead = fmt.Sprintf("No graded inspection of %s or %s yet, since they began on %s.", first.Name, authorities[1].Name, first.Created.Words())
		}
		out.Detail = append(r.subjectSentences(first, asOf), r.earlierCouncilSentences(authorities, asOf)...)
		return out
	}
	last := full[len(full)-1]
	visited, grades := last.Visited().MonthWords(), r.gradeWords(last)
	switch {
	case len(authorities) == 2:
		out.Lead = fmt.Sprintf("Inspectors came to both councils in %s and gave both the same grades: %s.", visited, grades)
	default:
		out.Lead = fmt.Sprintf("Inspectors came in %s and gave these grades: %s.", visited, grades)
	}
	for _, a := range authorities {
		ofA := r.fullInspections(a.ID, asOf)
		out.Letters = append(out.Letters, ofA[len(ofA)-1])
	}
	out.LettersOn = lettersOn(out.Letters)
	out.Detail = append(out.Detail, r.sinceSentences(full)...)
	out.Detail = append(out.Detail, r.overallSentences(full)...)
	if len(full) == 1 {
		out.Detail = append(out.Detail, r.earlierCouncilSentences(authorities, asOf)...)
	}
	return out
}

// subjectSentences says what inspections of one subject each found of an authority, where there is no full one to tell of.
func (r *Record) subjectSentences(authority Body, asOf Date) []string {
	var found []string
	for _, lane := range r.subjectLanes(authority.ID, asOf, false) {
		found = append(found, lowerFirst(lane.Name)+" "+lane.Latest.Words)
	}
	if len(found) == 0 {
		return nil
	}
	return []string{"Inspections of one subject each gave these grades: " + strings.Join(found, "; ") + "."}
}

func lettersOn(letters []*Inspection) string {
	day, published := letters[0].OutDay()
	word := "Letter"
	if len(letters) > 1 {
		word = "Letters"
	}
	if !published {
		return word + ": publication date not found"
	}
	for _, l := range letters {
		if other, _ := l.OutDay(); other != day {
			return word
		}
	}
	return word + " published " + day.Words()
}

// gradeWords groups an inspection's main judgements by grade, best first: "leadership Outstanding; help and protection
// and care leavers Good". Overall effectiveness stands first and alone.
func (r *Record) gradeWords(in *Inspection) string {
	f, _ := r.Catalogue.Framework(in.Framework)
	type group struct {
		rank  int
		name  string
		parts []string
	}
	var groups []group
	var overall string
	add := func(rank int, name, phrase string) {
		i := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if i < 0 {
			groups = append(groups, group{rank: rank, name: name})
			i = len(groups) - 1
		}
		groups[i].parts = append(groups[i].parts, phrase)
	}
	for _, s := range f.Strands {
		if !s.Main || s.Within != "" {
			continue
		}
		j, _ := in.Judgement(s.Code)
		rank, name := 100, AbsentNotFound.Words()
		if j.Grade == NotJudged {
			rank, name = 101, AbsentNotJudged.Words()
		}
		scale, _ := r.Catalogue.Scale(s.Scale)
		if g, ok := scale.Grade(j.Grade); ok {
			rank, name = scale.Rank(j.Grade), g.Name
		}
		if s.Code == OverallStrand {
			overall = s.Phrase + " " + name
			continue
		}
		add(rank, name, s.Phrase)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.rank, b.rank) })
	var out []string
	if overall != "" {
		out = append(out, overall)
	}
	for _, g := range groups {
		out = append(out, ListWords(g.parts)+" "+g.name)
	}
	return strings.Join(out, "; ")
}

// sinceSentences compares the latest full inspection with the one before it: only the same judgement, of the same
// authority, on the same scale, within one family of frameworks (rule 2).
func (r *Record) sinceSentences(full []*Inspection) []string {
	if len(full) < 2 {
		return nil
	}
	last, before := full[len(full)-1], full[len(full)-2]
	if r.Family(last) != r.Family(before) {
		f, _ := r.Catalogue.Framework(before.Framework)
		return []string{fmt.Sprintf("The inspection before, in %s, was under other rules (%s), so its grades are not compared with these. It gave: %s.",
			before.Visited().MonthWords(), f.PlainName, r.gradeWords(before))}
	}
	var moves []strandMove
	split := map[string][]string{}
	var splitOrder []string
	now, _ := r.Catalogue.Framework(last.Framework)
	then, _ := r.Catalogue.Framework(before.Framework)
	for _, s := range now.Strands {
		if !s.Main || s.Within != "" {
			continue
		}
		was, ok := then.Covering(s.Code)
		if !ok {
			continue
		}
		if was.Code != s.Code {
			if split[was.Code] == nil {
				splitOrder = append(splitOrder, was.Code)
			}
			split[was.Code] = append(split[was.Code], s.Phrase)
			continue
		}
		j, _ := last.Judgement(s.Code)
		k, _ := before.Judgement(s.Code)
		scale, _ := r.Catalogue.Scale(s.Scale)
		a, b := scale.Rank(k.Grade), scale.Rank(j.Grade)
		if a < 0 || b < 0 || was.Scale != s.Scale {
			continue
		}
		moves = append(moves, strandMove{s.Phrase, a - b})
	}
	var out []string
	if len(moves) > 0 {
		out = append(out, fmt.Sprintf("Since %s, on the same scale: %s.", before.Visited().MonthWords(), movesWords(moves)))
	}
	for _, code := range splitOrder {
		was, _ := then.Strand(code)
		g := AbsentNotFound.Words()
		if j, ok := before.Judgement(code); ok {
			if grade, ok := r.Catalogue.Grade(before.Framework, code, j.Grade); ok {
				g = strings.ToLower(grade.Name)
			}
		}
		if parts := split[code]; len(parts) > 1 {
			out = append(out, fmt.Sprintf("%s shared one grade then (%s); now each has its own.", sentenceCase(ListWords(parts)), g))
		} else {
			out = append(out, fmt.Sprintf("%s was judged with others then (%s: %s).", sentenceCase(parts[0]), was.Phrase, g))
		}
	}
	return out
}

// strandMove is by how many grades one judgement moved; up is positive.
type strandMove struct {
	phrase string
	up     int
}

// movesWords says together what moved alike, in the order of the first of each.
func movesWords(moves []strandMove) string {
	alike := map[int][]string{}
	var order []int
	for _, move := range moves {
		if alike[move.up] == nil {
			order = append(order, move.up)
		}
		alike[move.up] = append(alike[move.up], move.phrase)
	}
	between, noun := ", ", true
	var out []string
	for _, up := range order {
		if len(alike[up]) > 1 {
			between = "; " // the names have commas of their own
		}
		out = append(out, ListWords(alike[up])+" "+moveWords(up, noun))
		noun = noun && up == 0
	}
	return strings.Join(out, between)
}

// moveWords says by how many grades a judgement moved; the noun is said once.
func moveWords(up int, noun bool) string {
	if up == 0 {
		return "the same"
	}
	direction, n := "up", up
	if up < 0 {
		direction, n = "down", -up
	}
	out := direction + " " + NumberWords(n)
	if noun {
		out += map[bool]string{true: " grade", false: " grades"}[n == 1]
	}
	return out
}

// overallSentences says that there is no overall grade any more, and what the last one was (rule 4).
func (r *Record) overallSentences(full []*Inspection) []string {
	last := full[len(full)-1]
	f, _ := r.Catalogue.Framework(last.Framework)
	if f.GivesOverall() || f.NoOverall == "" {
		return nil
	}
	out := f.NoOverall
	for i := len(full) - 2; i >= 0; i-- {
		b := r.judgementBlock(OverallStrand, full[i])
		if b.Absence == AbsentNoSuchJudgement {
			continue
		}
		gave, _ := full[i].OutDay()
		out += fmt.Sprintf(" The last, in %s, was %s.", gave.MonthWords(), strings.ToLower(b.Words()))
		break
	}
	return []string{out}
}

// earlierCouncilSentences says, beside an authority's first inspection or none, that its area had an earlier council,
// whose grades are its own.
func (r *Record) earlierCouncilSentences(authorities []Body, asOf Date) []string {
	var out []string
	for _, e := range r.EarlierCouncils(authorities...) {
		full := r.fullInspections(e.ID, asOf)
		words := fmt.Sprintf("The earlier council, %s, ended on %s. No report on it is in this record", e.Name, e.Ended.Words())
		if len(full) > 0 {
			last := full[len(full)-1]
			day, _ := last.OutDay()
			words = fmt.Sprintf("The earlier council, %s, ended on %s. Its last grades, of %s, were its own: %s",
				e.Name, e.Ended.Words(), day.MonthWords(), r.gradeWords(last))
		}
		out = append(out, words+".")
	}
	return out
}

// OtherHeadlines returns a sentence for each other kind of inspection of the authorities' areas that rule 3 asks for.
// An outcome is only called the latest where the record of its kind reaches beyond it.
func (r *Record) OtherHeadlines(authorities []Body, asOf Date) []OtherHeadline {
	var out []OtherHeadline
	for _, f := range r.Catalogue.Frameworks() {
		if !f.Outcome {
			continue
		}
		type found struct {
			in    *Inspection
			grade Grade
		}
		var all []found
		var partners []Body
		for _, a := range authorities {
			for _, p := range r.Partnerships(a.ID) {
				if in := r.latestOutcome(p, f, asOf); in != nil {
					g, _ := r.outcome(in)
					all = append(all, found{in, g})
					partners = append(partners, p)
				}
			}
		}
		if len(all) == 0 {
			continue
		}
		lowest, owed := true, []Expectation(nil)
		for i, one := range all {
			scale, _ := r.Catalogue.Scale(f.Strands[0].Scale)
			lowest = lowest && scale.Lowest(one.grade.Code)
			council, _ := r.Body(partners[i].ListedOn)
			for _, e := range r.announced(partners[i], one.in) {
				if !council.EndedBy(asOf) && e.Until.Before(asOf) && !r.recorded(partners[i], e.Announcement.Kind, one.in, asOf) {
					owed = append(owed, e)
				}
			}
		}
		anyLowest := slices.ContainsFunc(all, func(o found) bool {
			scale, _ := r.Catalogue.Scale(f.Strands[0].Scale)
			return scale.Lowest(o.grade.Code)
		})
		if !anyLowest && len(owed) == 0 {
			continue
		}
		with := "council and NHS"
		if len(r.Providers(authorities...)) > 0 {
			with = "council, NHS and trust"
		}
		h := OtherHeadline{Lead: fmt.Sprintf("%s is inspected separately (%s; %s together).", f.Short, f.InShort, with)}
		scale, _ := r.Catalogue.Scale(f.Strands[0].Scale)
		place := func(g Grade) string { return outcomePlace(scale, g) }
		years := map[string]bool{}
		grades := map[string]bool{}
		for _, one := range all {
			h.Inspections = append(h.Inspections, one.in)
			day, _ := one.in.OutDay()
			years[fmt.Sprint(day.Year())] = true
			grades[one.grade.Code] = true
		}
		firstDay, _ := all[0].in.OutDay()
		switch {
		case len(all) == 1:
			h.Lead += fmt.Sprintf(" In %d the area got the %s.", firstDay.Year(), place(all[0].grade))
		case len(all) == 2 && len(years) == 1 && len(grades) == 1:
			h.Lead += fmt.Sprintf(" In %d both areas got the %s.", firstDay.Year(), place(all[0].grade))
		default:
			for i, one := range all {
				day, _ := one.in.OutDay()
				h.Lead += fmt.Sprintf(" In %d %s got the %s.", day.Year(), partners[i].Name, place(one.grade))
			}
		}
		if len(owed) > 0 {
			h.Detail = fmt.Sprintf("%s was due about %d months later; no result is on this record.", owed[0].Announcement.Phrase, owed[0].Announcement.Months)
		}
		out = append(out, h)
	}
	return out
}

// outcomePlace names an outcome by its place, since the outcomes' printed names are sentences.
func outcomePlace(s Scale, g Grade) string {
	n := len(s.Grades)
	place := "middle"
	switch s.Rank(g.Code) {
	case 0:
		place = "best"
	case n - 1:
		place = "lowest"
	}
	return fmt.Sprintf("%s of %s outcomes", place, NumberWords(n))
}

// latestOutcome returns a partnership's latest outcome under a framework, where the record reaches beyond it.
func (r *Record) latestOutcome(partnership Body, f Framework, asOf Date) *Inspection {
	all := r.InspectionsOf(partnership.ID, asOf)
	for _, in := range slices.Backward(all) {
		k, _ := r.Catalogue.Kind(in.Kind)
		day, _ := in.OutDay()
		if _, ok := r.outcome(in); ok && in.Framework == f.Code && !r.CompleteTo(partnership, k.Record).Before(day) {
			return in
		}
	}
	return nil
}

// outcome returns the grade of the first judgement of an inspection's framework.
func (r *Record) outcome(in *Inspection) (Grade, bool) {
	f, _ := r.Catalogue.Framework(in.Framework)
	if len(f.Strands) == 0 {
		return Grade{}, false
	}
	j, _ := in.Judgement(f.Strands[0].Code)
	return r.Catalogue.Grade(in.Framework, f.Strands[0].Code, j.Grade)
}
