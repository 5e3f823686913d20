package inspection

import "time"

// Stand is where one authority stood in one judgement on a day: the grade of its latest full inspection, or why there is
// none. The judgement is meant as reports give it: a grade that two subjects shared is the grade of neither alone.
type Stand struct {
	Body       Body
	Grade      Grade       // empty where Absence says why
	Absence    Absence     // AbsentBeforeRecord: inspected, if at all, by a report that is not held or not out by the day
	Inspection *Inspection // the latest; nil where none is held
	NotHeld    bool        // whether the authority has ended and no report of it is held at all
}

// Graded reports whether there is a grade.
func (s Stand) Graded() bool { return s.Absence == "" }

// Standing counts authorities by where they stood in one judgement on a day. Rules that judge differently are counted side
// by side and never compared across their change.
type Standing struct {
	On       Date
	Grades   map[string]int // authorities by grade code
	NotYet   int            // no grade in our record yet
	NotHeld  int            // inspected, by a report that we do not hold
	NotFound int            // inspected; the grade was not found, or the report prints that nothing was judged
	NotGiven int            // last inspected under rules that do not have this judgement
}

// EnoughKnown is the least share of the authorities that could have a grade for which shares are drawn, and MostJudged the
// least share of all authorities: shares of a handful would look like shares of England.
const (
	EnoughKnown = 0.95
	MostJudged  = 0.5
)

// Known returns the number of authorities whose grade is known: the denominator of shares.
func (s Standing) Known() int {
	n := 0
	for _, c := range s.Grades {
		n += c
	}
	return n
}

// Total returns the number of authorities that existed on the day.
func (s Standing) Total() int { return s.Known() + s.NotYet + s.NotHeld + s.NotFound + s.NotGiven }

// Graded returns the share of authorities whose latest inspection is one we can speak for: those with a grade among all
// that could have one, those inspected under rules without this judgement left out.
func (s Standing) Graded() float64 {
	could := s.Total() - s.NotGiven
	if could == 0 {
		return 0
	}
	return float64(s.Known()) / float64(could)
}

// SharesDrawn reports whether enough is known for shares to be drawn.
func (s Standing) SharesDrawn() bool {
	return s.Known() > 0 && s.Graded() >= EnoughKnown && float64(s.Known()) >= MostJudged*float64(s.Total())
}

func (s *Standing) count(one Stand) {
	switch {
	case one.Graded():
		s.Grades[one.Grade.Code]++
	case one.NotHeld:
		s.NotHeld++
	case one.Inspection == nil:
		s.NotYet++
	case one.Absence == AbsentNoSuchJudgement:
		s.NotGiven++
	default:
		s.NotFound++
	}
}

// StandingBasis says which inspections count for a Standing. Official figures use different bases in different years.
type StandingBasis struct {
	FieldworkEndedBy Date // unknown: any
	PublishedBy      Date // unknown: any
}

// Stands returns where each authority that existed on a day stood in a judgement then, in the order of their names.
func (e *England) Stands(judgement string, on Date, basis StandingBasis, where Where) []Stand {
	published, fieldwork := dayNumber(basis.PublishedBy), dayNumber(basis.FieldworkEndedBy)
	histories := e.Histories(on, where)
	out := make([]Stand, 0, len(histories))
	for _, h := range histories {
		out = append(out, e.stand(h, judgement, h.latest(published, fieldwork)))
	}
	return out
}

// StandOf returns where one authority stood in a judgement on a day, by what had been published.
func (e *England) StandOf(h History, judgement string, on Date) Stand {
	return e.stand(h, judgement, h.latest(dayNumber(on), 0))
}

// latest returns the place of the latest inspection that had come out and whose fieldwork had ended by two days, 0 for any;
// below zero where there is none.
func (h History) latest(published, fieldwork int) int {
	for i := len(h.Full) - 1; i >= 0; i-- {
		if (published == 0 || h.outBy[i] <= published) && (fieldwork == 0 || h.ended[i] <= fieldwork) {
			return i
		}
	}
	return -1
}

func (e *England) stand(h History, judgement string, latest int) Stand {
	out := Stand{Body: h.Body}
	if latest < 0 {
		out.NotHeld = h.Body.Ended.Known() && len(h.Full) == 0
		out.Absence = AbsentBeforeRecord
		if h.Body.Created.Known() && !h.Body.Created.Before(RecordBegins) {
			out.Absence = AbsentNotYet
		}
		return out
	}
	out.Inspection = h.Full[latest]
	f, _ := e.Catalogue.Framework(out.Inspection.Framework)
	strand, has := f.Strand(judgement)
	j, _ := out.Inspection.Judgement(judgement)
	switch {
	case !has:
		out.Absence = AbsentNoSuchJudgement
	case j.Grade == "" && out.Inspection.Document == DocumentNotPublished:
		out.Absence = AbsentNotPublished
	case j.Grade == "":
		out.Absence = AbsentNotFound
	case j.Grade == NotJudged:
		out.Absence = AbsentNotJudged
	default:
		out.Grade, _ = e.Catalogue.Grade(f.Code, strand.Code, j.Grade)
	}
	return out
}

// Count counts where authorities stood on a day.
func Count(on Date, stands []Stand) Standing {
	out := Standing{On: on, Grades: map[string]int{}}
	for _, one := range stands {
		out.count(one)
	}
	return out
}

// Standing counts where the authorities of a part of England stood in a judgement on a day.
func (e *England) Standing(judgement string, on Date, basis StandingBasis, where Where) Standing {
	return Count(on, e.Stands(judgement, on, basis, where))
}

// StandingsBegin is the end of the first quarter for which authorities are counted: a few months after the first reports
// of the single inspection framework.
var StandingsBegin = Day(2014, time.March, 31)

// Quarters returns the last day of each quarter from StandingsBegin to a day, and that day itself.
func Quarters(until Date) []Date {
	var out []Date
	for end := StandingsBegin; !end.After(until); end = Day(end.Year(), end.Month()+4, 0) {
		out = append(out, end)
	}
	if len(out) == 0 || out[len(out)-1] != until {
		out = append(out, until)
	}
	return out
}

// Standings counts where the authorities of a part of England stood in a judgement at the end of each quarter, by what had
// been published, up to a day and on that day itself. It goes no further than England can be Seen.
func (e *England) Standings(judgement string, asOf Date, where Where) []Standing {
	quarters := Quarters(e.Seen(asOf))
	out := make([]Standing, len(quarters))
	for i, on := range quarters {
		out[i] = Standing{On: on, Grades: map[string]int{}}
	}
	for _, h := range e.histories {
		if !where.Holds(h.Body) {
			continue
		}
		stands := map[int]Stand{} // by the place of the inspection that it rests on: most stay for years
		for i, on := range quarters {
			if !h.Body.BegunBy(on) || h.Body.EndedBy(on) {
				continue
			}
			latest := h.latest(dayNumber(on), 0)
			one, known := stands[latest]
			if !known {
				one = e.stand(h, judgement, latest)
				stands[latest] = one
			}
			out[i].count(one)
		}
	}
	return out
}
