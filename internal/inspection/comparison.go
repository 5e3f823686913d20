package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// Comparison says whether a judgement may be compared with the inspection before, and if not, why (rule 2 of the first
// screen).
type Comparison string

// The kinds of Comparison.
const (
	Compared     Comparison = "compared"
	NoneBefore   Comparison = "none_before"   // no earlier inspection of its kind is on the record
	NotConfirmed Comparison = "not_confirmed" // whose inspection it was is not sure
	OtherRules   Comparison = "other_rules"   // another family of frameworks, or another scale
	SharedGrade  Comparison = "shared_grade"  // it was part of a judgement that spanned several
	NewJudgement Comparison = "new_judgement" // the rules before had no such judgement
	NoGrade      Comparison = "no_grade"      // one of the two inspections shows no grade
)

// Earlier is what a judgement was at the inspection before, and whether the two may be compared.
type Earlier struct {
	Comparison Comparison
	Inspection *Inspection // the one before; nil where there is none
	Grade      Grade       // then; empty where there was none
	Up         int         // the grades by which a compared judgement rose; below zero where it fell
	Words      string
}

// JudgementLine is one judgement of an inspection as its page lists it.
type JudgementLine struct {
	Strand     Strand
	Grade      Grade
	Absence    Absence // why there is no grade; empty where there is one
	Confidence Confidence
	Earlier    Earlier
}

// Words says the grade, or why there is none.
func (l JudgementLine) Words() string {
	if l.Absence != "" {
		return sentenceCase(l.Absence.Words())
	}
	return l.Grade.Name
}

// JudgementLines returns every judgement that an inspection's kind gives, overall effectiveness first; none for a visit.
func (r *Record) JudgementLines(in *Inspection) []JudgementLine {
	if !r.Graded(in) {
		return nil
	}
	var out []JudgementLine
	for _, s := range r.strandsOf(in) {
		b := r.judgementBlock(s.Code, in)
		j, _ := in.Judgement(s.Code)
		out = append(out, JudgementLine{Strand: s, Grade: b.Grade, Absence: b.Absence, Confidence: j.Confidence, Earlier: r.Before(in, s.Code)})
	}
	return out
}

// strandsOf lists the judgements that belong to an inspection's kind: of a framework that also covers single subjects or
// other bodies, a full inspection has the main ones and what else was judged in the same report, any other kind the rest.
func (r *Record) strandsOf(in *Inspection) []Strand {
	f, _ := r.Catalogue.Framework(in.Framework)
	k, _ := f.Kind(in.Kind)
	var out []Strand
	for _, s := range f.Strands {
		_, judged := in.Judgement(s.Code)
		if judged || k.Full && (s.Main || s.Within != "") || !k.Full && !s.Main && s.Within == "" {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Strand) int { return boolOrder(b.Code == OverallStrand, a.Code == OverallStrand) })
	return out
}

// OutcomeWords says on one line what an inspection concluded: its main grades, or why it gave none.
func (r *Record) OutcomeWords(in *Inspection) string {
	k, _ := r.Catalogue.Kind(in.Kind)
	switch {
	case !k.Graded && strings.Contains(strings.ToLower(k.Name), "visit"):
		return "No grade: a visit"
	case !k.Graded:
		return "No grade: this kind of inspection gives none"
	case in.Document == DocumentNotPublished && len(in.Judgements) == 0:
		return sentenceCase(AbsentNotPublished.Words())
	case k.Full:
		return sentenceCase(r.gradeWords(in))
	}
	for _, line := range r.JudgementLines(in) {
		if line.Strand.Within == "" {
			return line.Words()
		}
	}
	return sentenceCase(AbsentNotFound.Words())
}

// Before says what a judgement of an inspection was at the inspection before. Only the same judgement, of the same body,
// on the same scale and within one family of frameworks is compared; a grade under other rules is stated and not compared.
func (r *Record) Before(in *Inspection, strand string) Earlier {
	if len(in.Bodies) == 0 || !in.Confirmed() {
		return Earlier{Comparison: NotConfirmed, Words: "Not compared: whose inspection this was is not confirmed"}
	}
	body, _ := r.Body(in.Bodies[0].BodyID)
	before := r.inspectionBefore(in, body.ID)
	if before == nil {
		return Earlier{Comparison: NoneBefore, Words: r.noneBeforeWords(in, body)}
	}
	out := Earlier{Inspection: before}
	day, _ := before.OutDay()
	when := day.MonthWords()
	now, then := r.judgementBlock(strand, in), r.judgementBlock(strand, before)
	out.Grade = then.Grade
	framework, _ := r.Catalogue.Framework(before.Framework)
	other := r.Family(in) != r.Family(before)
	switch {
	case then.Absence == AbsentNoSuchJudgement && other:
		out.Comparison = OtherRules
		out.Words = fmt.Sprintf("Not compared: the inspection before, of %s, was under other rules (%s)", when, framework.PlainName)
	case then.Absence == AbsentNoSuchJudgement:
		out.Comparison = NewJudgement
		out.Words = fmt.Sprintf("First of its own: there was no such judgement in %s", when)
	case other || then.Strand.Scale != now.Strand.Scale:
		out.Comparison = OtherRules
		out.Words = fmt.Sprintf("%s in %s, under other rules (%s); not compared", then.words(), when, framework.PlainName)
	case then.Strand.Code != now.Strand.Code:
		out.Comparison = SharedGrade
		out.Words = fmt.Sprintf("One grade for %s in %s (%s); not compared", then.Strand.Phrase, when, strings.ToLower(then.words()))
	case !then.Graded() || !now.Graded():
		out.Comparison = NoGrade
		out.Words = fmt.Sprintf("%s in %s; not compared", then.words(), when)
	default:
		scale, _ := r.Catalogue.Scale(now.Strand.Scale)
		out.Comparison = Compared
		out.Up = scale.Rank(then.Grade.Code) - scale.Rank(now.Grade.Code)
		out.Words = fmt.Sprintf("%s in %s: %s", then.Grade.Name, when, moveWords(out.Up, true))
	}
	return out
}

// words says what a block shows as it stands at the head of a sentence.
func (b Block) words() string { return sentenceCase(b.Words()) }

// inspectionBefore returns the latest inspection of a body before another that judged the same things: any full one
// before a full one, else one of the same kind.
func (r *Record) inspectionBefore(in *Inspection, body string) *Inspection {
	k, _ := r.Catalogue.Kind(in.Kind)
	var before *Inspection
	for _, one := range r.Inspections {
		other, _ := r.Catalogue.Kind(one.Kind)
		same := one.Kind == in.Kind || k.Full && other.Full
		if same && one.Of(body) && ByDay(one, in) < 0 && (before == nil || ByDay(one, before) > 0) {
			before = one
		}
	}
	return before
}

func (r *Record) noneBeforeWords(in *Inspection, body Body) string {
	k, _ := r.Catalogue.Kind(in.Kind)
	if k.Full && body.Created.After(RecordBegins) && r.CompleteTo(body, k.Record).Known() {
		words := "First full inspection of " + body.Name
		if len(r.EarlierCouncils(body)) > 0 {
			words += "; the earlier council’s grades are its own"
		}
		return words
	}
	return "No earlier inspection of this kind is on this record"
}

// Around returns the days between which other events belong to the story of an inspection: from six months before
// inspectors came to six months after it came out.
func (in *Inspection) Around() (from, until Date) {
	out, _ := in.OutDay()
	return in.Visited().First().AddMonths(-6), out.Last().AddMonths(6)
}

// HappenedAround reports whether a milestone belongs to the story of an inspection: near it in time, and of its bodies or of
// the council on whose page a partnership of it stands.
func (r *Record) HappenedAround(in *Inspection, m Milestone) bool {
	from, until := in.Around()
	if !m.On.Known() || m.On.First().After(until) || m.On.Last().Before(from) {
		return false
	}
	return slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool {
		body, _ := r.Body(b.BodyID)
		return slices.Contains(m.Bodies, b.BodyID) || body.ListedOn != "" && slices.Contains(m.Bodies, body.ListedOn)
	})
}
