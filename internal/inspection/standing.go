package inspection

import (
	"maps"
	"slices"
	"sort"
	"sync"
	"time"
)

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
	On        Date
	Grades    map[string]int // authorities by grade code
	NotYet    int            // no grade in our record yet
	NotHeld   int            // inspected, by a report that we do not hold
	NotJudged int            // inspected; the report prints that this was not judged
	NotFound  int            // inspected; the grade was not found, or the report is not published
	NotGiven  int            // last inspected under rules that do not have this judgement
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
func (s Standing) Total() int {
	return s.Known() + s.NotYet + s.NotHeld + s.NotJudged + s.NotFound + s.NotGiven
}

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

// count adds so many that stand alike.
func (s *Standing) count(one Stand, n int) {
	switch {
	case one.Graded():
		s.Grades[one.Grade.Code] += n
	case one.NotHeld:
		s.NotHeld += n
	case one.Inspection == nil:
		s.NotYet += n
	case one.Absence == AbsentNoSuchJudgement:
		s.NotGiven += n
	case one.Absence == AbsentNotJudged:
		s.NotJudged += n
	default:
		s.NotFound += n
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
		out.NotHeld = e.notHeld(h)
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

// notHeld reports whether an authority has ended and no report of it is held at all. Of one that is only to end the lists of
// reports say that there was none.
func (e *England) notHeld(h History) bool {
	return h.Body.Ended.Known() && len(h.Full) == 0 && !e.fullCompleteTo(h.Body, h.Body.Ended).Known()
}

// Count counts where authorities stood on a day.
func Count(on Date, stands []Stand) Standing {
	out := Standing{On: on, Grades: map[string]int{}}
	for _, one := range stands {
		out.count(one, 1)
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
// been published, up to a day and on that day itself. It goes no further than England can be Seen. What it returns is kept
// and must not be changed.
func (e *England) Standings(judgement string, asOf Date, where Where) []Standing {
	return e.standings.of(standingsAsked{judgement, asOf, where}, func() []Standing { return e.countStandings(judgement, asOf, where) })
}

// standingsAsked is what Standings are kept for.
type standingsAsked struct {
	judgement string
	asOf      Date
	where     Where
}

// keptStandings keeps what was counted: all histories are read for it.
type keptStandings struct {
	mu   sync.Mutex
	made map[standingsAsked][]Standing
}

// mostStandings is how many counts are kept. Readers may ask for any day, so it has to end somewhere.
const mostStandings = 256

func (k *keptStandings) of(asked standingsAsked, count func() []Standing) []Standing {
	k.mu.Lock()
	made, ok := k.made[asked]
	k.mu.Unlock()
	if ok {
		return made
	}
	made = count()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made == nil || len(k.made) >= mostStandings {
		k.made = map[standingsAsked][]Standing{}
	}
	k.made[asked] = made
	return made
}

func (e *England) countStandings(judgement string, asOf Date, where Where) []Standing {
	quarters := Quarters(e.Seen(asOf))
	days := make([]int, len(quarters))
	moves := make([]Standing, len(quarters)+1) // how many more stand somewhere than at the quarter before
	for i := range moves {
		moves[i].Grades = map[string]int{}
		if i < len(quarters) {
			days[i] = dayNumber(quarters[i])
		}
	}
	known := map[[2]string]Stand{} // by rules and grade: all that have both are counted alike
	for h := range e.meant(where) {
		first, until := h.lived(quarters)
		count := func(from int, one Stand) {
			if from = max(from, first); from < until {
				moves[from].count(one, 1)
				moves[until].count(one, -1)
				until = from
			}
		}
		for i, in := range slices.Backward(h.Full) {
			j, _ := in.Judgement(judgement)
			key := [2]string{in.Framework, j.Grade}
			one, ok := known[key]
			if !ok {
				one = e.stand(*h, judgement, i)
				known[key] = one
			}
			from, _ := slices.BinarySearch(days, h.outBy[i])
			count(from, one)
		}
		count(first, Stand{Absence: AbsentBeforeRecord, NotHeld: h.Body.Ended.Known() && e.notHeld(*h)})
	}
	return added(quarters, moves)
}

// lived returns the first of some days on which an authority existed, and the first after it on which it did no more.
func (h *History) lived(days []Date) (first, until int) {
	until = len(days)
	if h.Body.Created.Known() {
		first = sort.Search(len(days), func(i int) bool { return h.Body.BegunBy(days[i]) })
	}
	if h.Body.Ended.Known() {
		until = sort.Search(len(days), func(i int) bool { return h.Body.EndedBy(days[i]) })
	}
	return first, until
}

// added adds up what moved from each day to the next.
func added(days []Date, moves []Standing) []Standing {
	out := make([]Standing, len(days))
	now := Standing{Grades: map[string]int{}}
	for i, on := range days {
		for code, n := range moves[i].Grades {
			now.Grades[code] += n
		}
		now.NotYet += moves[i].NotYet
		now.NotHeld += moves[i].NotHeld
		now.NotJudged += moves[i].NotJudged
		now.NotFound += moves[i].NotFound
		now.NotGiven += moves[i].NotGiven
		maps.DeleteFunc(now.Grades, func(_ string, n int) bool { return n == 0 })
		out[i] = now
		out[i].On, out[i].Grades = on, maps.Clone(now.Grades)
	}
	return out
}
