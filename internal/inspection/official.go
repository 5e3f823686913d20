package inspection

import (
	"fmt"
	"math"
	"slices"
)

// OfficialMeasure is what an official figure counts.
type OfficialMeasure string

// The measures of official figures.
const (
	// ShareGoodOrBetter is the share, in whole per cent, of authorities at the two best grades, of those with a grade.
	ShareGoodOrBetter OfficialMeasure = "share_good_or_outstanding"
	// CountByGrade is the number of authorities at each grade, of those last inspected under one family of rules.
	CountByGrade OfficialMeasure = "count_by_grade"
	// InspectedAgain is the number of authorities with more than one inspection under one family of rules, and what became
	// of their grade from the last but one to the last.
	InspectedAgain OfficialMeasure = "inspected_again"
)

// OfficialMeasures lists the measures that can be worked out.
func OfficialMeasures() []OfficialMeasure {
	return []OfficialMeasure{ShareGoodOrBetter, CountByGrade, InspectedAgain}
}

// The codes of the values of InspectedAgain. ShareGoodOrBetter has one value, and the codes of CountByGrade are grades.
const (
	AgainAll      = "all"
	AgainImproved = "improved"
	AgainKept     = "kept" // good or outstanding both times
	AgainDeclined = "declined"
	ShareValue    = "share"
)

// OfficialFigure is a figure that Ofsted published of all authorities or of those of a region, with what it takes to work
// the same out from this record.
type OfficialFigure struct {
	ID          string          `gorm:"primaryKey" json:"id"`
	Title       string          `json:"title"` // in our words
	On          Date            `gorm:"column:on_day" json:"on"`
	PublishedBy Date            `json:"published_by"` // only reports out by this day count; unknown: any
	FieldworkBy Date            `json:"fieldwork_by"` // only inspections that had ended by this day count; unknown: any
	Judgement   string          `json:"judgement"`
	Region      string          `json:"region"` // empty: all of England
	Family      Family          `json:"family"` // of the rules whose inspections alone count; empty: any
	Measure     OfficialMeasure `json:"measure"`
	Values      []OfficialValue `gorm:"column:numbers;serializer:json" json:"values"`
	Differs     string          `json:"differs"` // why this record gives something else, in our words; empty where it does not
	SourceID    string          `json:"source"`
	Position    int             `json:"position"`
}

// Codes lists the codes that the figure's values may have.
func (f OfficialFigure) Codes(catalogue *Catalogue) []string {
	switch f.Measure {
	case ShareGoodOrBetter:
		return []string{ShareValue}
	case InspectedAgain:
		return []string{AgainAll, AgainImproved, AgainKept, AgainDeclined}
	}
	var out []string
	for _, j := range catalogue.Judgements() {
		if scale, ok := catalogue.Scale(j.Scale); ok && j.Code == f.Judgement {
			for _, g := range scale.Grades {
				out = append(out, g.Code)
			}
		}
	}
	return out
}

// OfficialValue is one number of an official figure: a share in whole per cent, or a count.
type OfficialValue struct {
	Code   string `json:"code"`
	Number int    `json:"number"`
}

// OfficialComparison is an official figure with what this record gives for the same.
type OfficialComparison struct {
	Figure OfficialFigure
	Values []ComparedValue // in the order of the figure's own
}

// ComparedValue is one official number beside ours. Of is the number of authorities of which ours is a share; 0 where it is
// a count.
type ComparedValue struct {
	Code     string
	Official int
	Ours     int
	Of       int
}

// Agrees reports whether both say the same, a share to the whole per cent to which Ofsted rounds.
func (v ComparedValue) Agrees() bool {
	if v.Of == 0 {
		return v.Ours == v.Official
	}
	return int(math.Round(v.share())) == v.Official
}

func (v ComparedValue) share() float64 { return 100 * float64(v.Ours) / float64(v.Of) }

// OfficialWords says the official number: "60%", "14".
func (v ComparedValue) OfficialWords(measure OfficialMeasure) string {
	if measure == ShareGoodOrBetter {
		return fmt.Sprintf("%d%%", v.Official)
	}
	return fmt.Sprint(v.Official)
}

// OursWords says our number: "91 of 151 (60.3%)", "14".
func (v ComparedValue) OursWords(measure OfficialMeasure) string {
	switch {
	case measure != ShareGoodOrBetter:
		return fmt.Sprint(v.Ours)
	case v.Of == 0:
		return "no grades known"
	}
	return fmt.Sprintf("%d of %d (%.1f%%)", v.Ours, v.Of, v.share())
}

// Agrees reports whether all numbers agree.
func (c OfficialComparison) Agrees() bool {
	return !slices.ContainsFunc(c.Values, func(v ComparedValue) bool { return !v.Agrees() })
}

// Official compares each official figure with what this record gives for the same, in the order of the list of figures. It
// is worked out once: every history is read for each of them.
func (e *England) Official() []OfficialComparison { return e.official() }

func (e *England) compareOfficial() []OfficialComparison {
	figures := slices.Clone(e.OfficialFigures)
	slices.SortStableFunc(figures, func(a, b OfficialFigure) int { return a.Position - b.Position })
	var out []OfficialComparison
	for _, f := range figures {
		ours, of := e.officialNumbers(f)
		c := OfficialComparison{Figure: f}
		for _, v := range f.Values {
			c.Values = append(c.Values, ComparedValue{Code: v.Code, Official: v.Number, Ours: ours[v.Code], Of: of})
		}
		out = append(out, c)
	}
	return out
}

// officialNumbers works out what a figure counts, by the codes of its values, and of how many authorities.
func (e *England) officialNumbers(f OfficialFigure) (ours map[string]int, of int) {
	basis, where := StandingBasis{FieldworkEndedBy: f.FieldworkBy, PublishedBy: f.PublishedBy}, Where{Region: f.Region}
	ours = map[string]int{}
	switch f.Measure {
	case ShareGoodOrBetter:
		for _, s := range e.Stands(f.Judgement, f.On, basis, where) {
			if !s.Graded() || !e.counts(s.Inspection, f.Family) {
				continue
			}
			of++
			if e.goodOrBetter(s.Inspection, f.Judgement, s.Grade.Code) {
				ours[ShareValue]++
			}
		}
	case CountByGrade:
		for _, s := range e.Stands(f.Judgement, f.On, basis, where) {
			if s.Graded() && e.counts(s.Inspection, f.Family) {
				ours[s.Grade.Code]++
			}
		}
	case InspectedAgain:
		for _, h := range e.Histories(f.On, where) {
			if last, before, again := e.lastTwo(h, f, basis); again {
				ours[AgainAll]++
				ours[e.became(f.Judgement, before, last)]++
			}
		}
	}
	return ours, of
}

// counts reports whether an inspection was under one family of rules; empty: any.
func (e *England) counts(in *Inspection, family Family) bool {
	return family == "" || e.Family(in) == family
}

// goodOrBetter reports whether a grade is one of the two best of its scale, by which Ofsted counts.
func (e *England) goodOrBetter(in *Inspection, judgement, grade string) bool {
	rank := e.rank(in, judgement, grade)
	return rank >= 0 && rank <= 1
}

// rank returns the place of a grade on the scale of an inspection's rules, 0 for the best, -1 where it has none there.
func (e *England) rank(in *Inspection, judgement, grade string) int {
	f, _ := e.Catalogue.Framework(in.Framework)
	strand, ok := f.Strand(judgement)
	if !ok {
		return -1
	}
	scale, _ := e.Catalogue.Scale(strand.Scale)
	return scale.Rank(grade)
}

// lastTwo returns the last two inspections of an authority that a figure counts and that gave the judgement a grade.
func (e *England) lastTwo(h History, f OfficialFigure, basis StandingBasis) (last, before *Inspection, again bool) {
	published, fieldwork := dayNumber(basis.PublishedBy), dayNumber(basis.FieldworkEndedBy)
	for i := len(h.Full) - 1; i >= 0; i-- {
		in := h.Full[i]
		j, _ := in.Judgement(f.Judgement)
		out := (published == 0 || h.outBy[i] <= published) && (fieldwork == 0 || h.ended[i] <= fieldwork)
		if !out || !e.counts(in, f.Family) || e.rank(in, f.Judgement, j.Grade) < 0 {
			continue
		}
		if last != nil {
			return last, in, true
		}
		last = in
	}
	return last, nil, false
}

// became says what became of a grade from one inspection to the next under rules that may be compared; empty where it stayed
// below good.
func (e *England) became(judgement string, before, last *Inspection) string {
	earlier, _ := before.Judgement(judgement)
	later, _ := last.Judgement(judgement)
	was, is := e.rank(before, judgement, earlier.Grade), e.rank(last, judgement, later.Grade)
	switch {
	case is < was:
		return AgainImproved
	case is > was:
		return AgainDeclined
	case is <= 1:
		return AgainKept
	}
	return ""
}
