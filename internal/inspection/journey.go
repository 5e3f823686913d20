package inspection

import "slices"

// StepEnd is what followed a graded full inspection.
type StepEnd string

// The ends of a Step. Only the first is a move, up, down or nowhere; in all others the authority did not move.
const (
	StepGraded     StepEnd = "graded"      // the next one, under the same family of rules, graded the same judgement
	StepLeft       StepEnd = "left"        // the next one, under the same family, gave no such judgement
	StepUnknown    StepEnd = "unknown"     // the next one printed "not judged", or its grade was not found
	StepOtherRules StepEnd = "other_rules" // the next one followed another family of rules
	StepEnded      StepEnd = "ended"       // the council ended before another; its successor's is not its own
	StepNoneYet    StepEnd = "none_yet"    // none has come out
)

// Step leads from one full inspection of an authority that judged something to the authority's next full inspection.
type Step struct {
	Body  *Body
	From  *Inspection
	Grade string // code of the grade that From gave; empty where it is not known
	End   StepEnd
	Next  *Inspection // nil where the council ended or none has come out
	To    string      // code of the grade that Next gave, where End is StepGraded
}

// Code is the step's end as lists are asked for it: the code of the grade, or that of the StepEnd.
func (s Step) Code() string {
	if s.End == StepGraded {
		return s.To
	}
	return string(s.End)
}

// Steps are all steps in one judgement under one family of rules.
type Steps struct {
	Family    Family
	Judgement Strand // as the family's newest rules that have it name it
	Scale     Scale
	Seen      Date   // the last day by which inspections count
	Graded    []Step // from inspections whose grade is known, by the names of the authorities and then by day
	Unknown   []Step // from those that printed "not judged" or whose grade was not found
}

// Steps follows each inspection that judged something to the next one, by what had been published by a day and no later
// than England is Seen. The second result is false where the family does not have the judgement.
func (e *England) Steps(family Family, judgement string, asOf Date, where Where) (Steps, bool) {
	seen := e.Seen(asOf)
	return e.StepsBy(family, judgement, seen, StandingBasis{PublishedBy: seen}, where)
}

// StepsBy is Steps for another choice of the inspections that count. Councils that had ended by the day are seen to have.
func (e *England) StepsBy(family Family, judgement string, on Date, basis StandingBasis, where Where) (Steps, bool) {
	rules := e.judging(judgement)
	strand, scale, has := e.judgedIn(family, judgement)
	if !has {
		return Steps{}, false
	}
	out := Steps{Family: family, Judgement: strand, Scale: scale, Seen: on}
	published, fieldwork := dayNumber(basis.PublishedBy), dayNumber(basis.FieldworkEndedBy)
	for h := range e.meant(where) {
		var open *Step
		for i, in := range h.Full {
			if published > 0 && h.outBy[i] > published || fieldwork > 0 && h.ended[i] > fieldwork {
				continue
			}
			by := rules[in.Framework]
			grade := by.grade(in, judgement)
			if open != nil {
				open.Next, open.To = in, grade
				switch {
				case by.family != family:
					open.End, open.To = StepOtherRules, ""
				case !by.has:
					open.End = StepLeft
				case grade == "":
					open.End = StepUnknown
				default:
					open.End = StepGraded
				}
				out.add(*open)
				open = nil
			}
			if by.family == family && by.has {
				open = &Step{Body: &h.Body, From: in, Grade: grade}
			}
		}
		if open != nil {
			open.End = StepNoneYet
			if h.Body.EndedBy(on) {
				open.End = StepEnded
			}
			out.add(*open)
		}
	}
	return out, true
}

func (s *Steps) add(one Step) {
	if one.Grade == "" {
		s.Unknown = append(s.Unknown, one)
		return
	}
	s.Graded = append(s.Graded, one)
}

// Ends lists the codes of the ends in the order in which pages show them: the grades, best first, then all others.
func (s Steps) Ends() []string {
	var out []string
	for _, g := range s.Scale.Grades {
		out = append(out, g.Code)
	}
	for _, end := range []StepEnd{StepLeft, StepUnknown, StepOtherRules, StepEnded, StepNoneYet} {
		out = append(out, string(end))
	}
	return out
}

// Between returns the steps from a grade to an end, by their codes. Empty: from any, to any.
func (s Steps) Between(from, to string) []Step {
	var out []Step
	for _, one := range s.Graded {
		if (from == "" || one.Grade == from) && (to == "" || one.Code() == to) {
			out = append(out, one)
		}
	}
	return out
}

// Count counts the steps from each grade to each end, by their codes.
func (s Steps) Count() map[[2]string]int {
	out := map[[2]string]int{}
	for _, one := range s.Graded {
		out[[2]string{one.Grade, one.Code()}]++
	}
	return out
}

// Course is how an authority's latest grade stands to the one before it.
type Course string

// The courses. The first holds all others, and StayedSame holds KeptGood.
const (
	GradedAgain Course = "again"     // graded at least twice
	Improved    Course = "improved"  // the latest grade is better
	StayedSame  Course = "same"      // it is the same
	KeptGood    Course = "kept_good" // it is the same, and good or better
	Declined    Course = "declined"  // it is worse
)

// Courses lists every Course.
func Courses() []Course { return []Course{GradedAgain, Improved, StayedSame, KeptGood, Declined} }

// gradeGood is the code of the grade that inspectors expect; those after it in its scale are below.
const gradeGood = "good"

// Latest returns, of each authority that was graded again under these rules, the latest such step where it is of
// the course asked for. Official statistics compare an authority's latest inspection with the one before it in the same way.
func (s Steps) Latest(course Course) []Step {
	var out []Step
	for i, one := range s.Graded {
		if one.End != StepGraded {
			continue
		}
		later := slices.ContainsFunc(s.Graded[i+1:s.sameBody(i)], func(o Step) bool { return o.End == StepGraded })
		if !later && s.is(one, course) {
			out = append(out, one)
		}
	}
	return out
}

// sameBody returns the place after the last step of the authority whose step stands at i.
func (s Steps) sameBody(i int) int {
	id := s.Graded[i].Body.ID
	for i < len(s.Graded) && s.Graded[i].Body.ID == id {
		i++
	}
	return i
}

func (s Steps) is(one Step, course Course) bool {
	before, after := s.Scale.Rank(one.Grade), s.Scale.Rank(one.To)
	switch course {
	case GradedAgain:
		return true
	case Improved:
		return after < before
	case StayedSame:
		return after == before
	case KeptGood:
		return after == before && after <= s.Scale.Rank(gradeGood)
	case Declined:
		return after > before
	}
	return false
}

// GradesBelowGood lists the grades of a scale after good, the lowest first; none where the scale does not have it.
func (s Scale) GradesBelowGood() []Grade {
	at := s.Rank(gradeGood)
	if at < 0 {
		return nil
	}
	out := slices.Clone(s.Grades[at+1:])
	slices.Reverse(out)
	return out
}

// judging is how one framework stands to a judgement.
type judging struct {
	family Family
	has    bool
	scale  *Scale
}

// grade returns the code of the grade that an inspection gave, empty where it is not known.
func (j judging) grade(in *Inspection, judgement string) string {
	given, _ := in.Judgement(judgement)
	if !j.has || j.scale.Rank(given.Grade) < 0 {
		return ""
	}
	return given.Grade
}

// judging returns how each framework, by its code, stands to a judgement. It is looked up once for all inspections.
func (e *England) judging(judgement string) map[string]judging {
	out := map[string]judging{}
	for _, f := range e.Catalogue.Frameworks() {
		strand, has := f.Strand(judgement)
		out[f.Code] = judging{f.Family, has, e.Catalogue.scales[strand.Scale]}
	}
	return out
}

// judgedIn returns a judgement as the newest rules of a family name it that have it.
func (e *England) judgedIn(family Family, judgement string) (strand Strand, scale Scale, ok bool) {
	for _, f := range slices.Backward(e.Catalogue.Frameworks()) {
		if one, has := f.Strand(judgement); has && f.Family == family {
			scale, ok = e.Catalogue.Scale(one.Scale)
			return one, scale, ok
		}
	}
	return Strand{}, Scale{}, false
}

// FullRules returns the first framework of each family under which full inspections are made, the newest family first. Its
// plain name is that of the family.
func (c *Catalogue) FullRules() []Framework {
	var out []Framework
	for _, f := range c.Frameworks() {
		known := slices.ContainsFunc(out, func(o Framework) bool { return o.Family == f.Family })
		if !known && slices.ContainsFunc(f.Kinds, func(k Kind) bool { return k.Full }) {
			out = append(out, f)
		}
	}
	slices.Reverse(out)
	return out
}

// NotGivenSince returns the rules under which a family stopped giving a judgement, and whether they judge apart what it
// spanned. The last result is false where the family still gives it, or never did.
func (c *Catalogue) NotGivenSince(family Family, judgement string) (since Framework, apart, ok bool) {
	var last Strand
	for _, f := range c.Frameworks() {
		if f.Family != family {
			continue
		}
		strand, has := f.Strand(judgement)
		switch {
		case has:
			last, ok = strand, false
		case last.Code != "" && !ok:
			since, ok = f, true
			apart = len(last.Covers) > 0
			for _, code := range last.Covers {
				_, judged := f.Strand(code)
				apart = apart && judged
			}
		}
	}
	return since, apart, ok
}

// StepEndWords names an end of steps by its code, as heads of columns and lists say it.
func (c *Catalogue) StepEndWords(s Steps, code string) string {
	if g, ok := s.Scale.Grade(code); ok {
		return g.Name
	}
	switch StepEnd(code) {
	case StepLeft:
		since, apart, _ := c.NotGivenSince(s.Family, s.Judgement.Code)
		switch {
		case apart:
			return "Judged apart since " + since.From.MonthWords()
		case s.Judgement.Code == OverallStrand:
			return "No overall grade since " + since.From.MonthWords()
		}
		return "No such grade since " + since.From.MonthWords()
	case StepUnknown:
		return "Not judged, or grade not found"
	case StepOtherRules:
		return "Inspected under other rules"
	case StepEnded:
		return "Council ended first"
	case StepNoneYet:
		return "No later inspection yet"
	}
	return ""
}
