package inspection_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
)

// waitsOf makes waits of some days, shortest first; true marks those that ended in a better grade.
func waitsOf(days []int, better []bool) inspection.GradeWaits {
	var out inspection.GradeWaits
	for i, n := range days {
		one := inspection.GradeWait{Days: n, End: inspection.WaitGoing}
		if better[i] {
			one.End = inspection.WaitBetter
		}
		out.Waits = append(out.Waits, one)
	}
	return out
}

func TestCurve(t *testing.T) {
	t.Run("the textbook case of 21 patients in remission (Freireich and others, 1963) has its published curve", func(t *testing.T) {
		w := waitsOf([]int{6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
			[]bool{true, true, true, false, true, false, true, false, false, true, true, false, false, false, true, true, false, false, false, false, false})
		published := map[int]float64{6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
		for _, p := range w.Curve() {
			if want, ok := published[p.Days]; ok != (p.Came > 0) || ok && math.Abs(p.Still-want) > 0.0006 {
				t.Errorf("day %d: %d came, %.4f still wait, want %.3f", p.Days, p.Came, p.Still, want)
			}
		}
		if days, ok := w.Median(); days != 23 || !ok {
			t.Errorf("the median is %d, %v", days, ok)
		}
		if got := len(w.SeenFor(23)); got != 6 {
			t.Errorf("%d at risk at 23 weeks, published 6", got)
		}
		if got := w.BetterBy(15); math.Abs(got-(1-0.690)) > 0.0006 {
			t.Errorf("%.4f by week 15", got)
		}
	})
	t.Run("where fewer than half have a better grade there is no median", func(t *testing.T) {
		if days, ok := waitsOf([]int{10, 20, 30}, []bool{true, false, false}).Median(); ok {
			t.Errorf("got %d", days)
		}
	})
	t.Run("without waits there is no curve", func(t *testing.T) {
		var none inspection.GradeWaits
		if _, ok := none.Median(); ok || len(none.Curve()) > 0 || none.BetterBy(1000) != 0 || len(none.SeenFor(0)) > 0 {
			t.Error("something comes of nothing")
		}
	})
}

func TestGradeWaits(t *testing.T) {
	const (
		bad2018  = "ilacs-standard, 2018-05-14, 2018-07-02, leaders inadequate, overall inadequate, care_and_care_leavers inadequate"
		bad2020  = "ilacs-standard, 2020-01-13, 2020-03-02, leaders inadequate, overall inadequate"
		fair2021 = "ilacs-standard, 2021-05-10, 2021-07-01, leaders requires_improvement, overall requires_improvement"
		good2024 = "ilacs-short, 2024-05-13, 2024-07-01, leaders good, overall good"
		bad2025  = "ilacs-standard, 2025-01-13, 2025-03-03, leaders inadequate, overall inadequate, in_care good"
		none2026 = "ilacs-standard, 2026-05-11, 2026-07-07, leaders inadequate"
	)
	ilacs := inspection.FamilyILACS
	for _, c := range []struct {
		says      string
		inspected []string
		family    inspection.Family
		judgement string
		from      string
		want      string // "days end" of each wait, then of how many the days are not known
	}{
		{"a wait runs from publication to the publication of the first better grade", []string{bad2018, fair2021, good2024}, ilacs, "leaders", "inadequate", "1095 better; 0"},
		{"another inadequate letter keeps it waiting, from the first", []string{bad2018, bad2020, fair2021}, ilacs, "leaders", "inadequate", "1095 better; 0"},
		{"without a better one it goes on to the last day seen", []string{bad2025}, ilacs, "leaders", "inadequate", "537 waiting; 0"},
		{"an authority that comes to the grade again waits again", []string{bad2018, good2024, bad2025}, ilacs, "leaders", "inadequate", "537 waiting; 2191 better; 0"},
		{"a lower grade does not end a wait from requires improvement to be good", []string{fair2021, "ilacs-standard, 2023-01-16, 2023-03-01, leaders inadequate", good2024}, ilacs, "leaders", "requires_improvement", "1096 better; 0"},
		{"an inspection without the judgement ends it, not with a better grade", []string{bad2025, none2026}, ilacs, "overall", "inadequate", "491 gone; 0"},
		{"so do judgements that were split", []string{bad2018, bad2025}, ilacs, "care_and_care_leavers", "inadequate", "2436 gone; 0"},
		{"under other rules no grade ends a wait as a better one", []string{"sif, 2015-05-11, 2015-07-01, leaders inadequate", bad2018, fair2021}, "sif", "leaders", "inadequate", "1097 gone; 0"},
		{"a grade that was not found neither begins nor ends one", []string{bad2018, "ilacs-standard, 2020-01-13, 2020-03-02, leaders ", fair2021}, ilacs, "leaders", "inadequate", "1095 better; 0"},
		{"a letter known to the month has no days", []string{"ilacs-standard, 2018-05-14, 2018-07, leaders inadequate", fair2021}, ilacs, "leaders", "inadequate", "1"},
		{"nor has one whose publication is not known", []string{"ilacs-standard, 2018-05-14, , leaders inadequate", fair2021}, ilacs, "leaders", "inadequate", "1"},
	} {
		t.Run(c.says, func(t *testing.T) {
			waits, ok := towns(t, map[string][]string{"a-town": c.inspected}).GradeWaits(c.family, c.judgement, c.from, today, inspection.Where{})
			if !ok {
				t.Fatal("the rules do not have the judgement")
			}
			got := ""
			for _, w := range waits.Waits {
				got += fmt.Sprintf("%d %s; ", w.Days, w.End)
			}
			if got += fmt.Sprint(len(waits.Unmeasured)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("an ended council waits until its last day", func(t *testing.T) {
		e := towns(t, map[string][]string{"old": {bad2020}}, inspection.Body{ID: "old", Name: "Old", Kind: inspection.Authority, Ended: inspection.MustDate("2021-03-31")})
		waits, _ := e.GradeWaits(ilacs, "leaders", "inadequate", today, inspection.Where{})
		if len(waits.Waits) != 1 || waits.Waits[0].End != inspection.WaitGone || waits.Waits[0].Why != inspection.StepEnded || waits.Waits[0].Days != 394 {
			t.Errorf("got %+v", waits.Waits)
		}
	})
	t.Run("a grade or judgement that the rules do not have", func(t *testing.T) {
		e := england(t)
		if _, ok := e.GradeWaits(ilacs, "leaders", "adequate", today, inspection.Where{}); ok {
			t.Error("adequate")
		}
		if _, ok := e.GradeWaits(ilacs, "adoption", "inadequate", today, inspection.Where{}); ok {
			t.Error("adoption")
		}
	})
}

// TestWaitsAgreeWithTheListOfEngland works the waits and their curve out from the seed's file in another way: day by day,
// by counting who had waited how long.
func TestWaitsAgreeWithTheListOfEngland(t *testing.T) {
	e, list := england(t), listOfEngland(t)
	rank := map[string]int{"outstanding": 1, "good": 2, "requires_improvement": 3, "inadequate": 4}
	day := func(text string) time.Time {
		out, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	compared := 0
	eachJudgement(t, func(t *testing.T, family inspection.Family, judgement string, asOf inspection.Date) {
		until := min(asOf.ISO(), "2026-08-22")
		for _, grade := range []string{"inadequate", "requires_improvement"} {
			var better, others []int // days
			for authority, rows := range list {
				from := ""
				finish := func(on string, improved bool) {
					days := int(day(on).Sub(day(from)).Hours() / 24)
					if from = ""; improved {
						better = append(better, days)
					} else {
						others = append(others, days)
					}
				}
				for _, row := range rows {
					now := row.grades[judgement]
					switch {
					case row.published > until:
					case from == "" && row.family() == family && row.judges(judgement) && now == grade:
						from = row.published
					case from == "":
					case row.family() != family || !row.judges(judgement):
						finish(row.published, false)
					case rank[now] > 0 && rank[now] < rank[grade]:
						finish(row.published, true)
					}
				}
				if ended := endedIn[authority]; from != "" && ended != "" && ended < until {
					finish(ended, false)
				} else if from != "" {
					finish(until, false)
				}
			}
			waits, _ := e.GradeWaits(family, judgement, grade, asOf, inspection.Where{})
			waits.Waits = slices.DeleteFunc(waits.Waits, func(w inspection.GradeWait) bool { return w.Body.ID == "northamptonshire-county-council" })
			if got := len(waits.Ending(inspection.WaitBetter)); got != len(better) || len(waits.Waits) != len(better)+len(others) {
				t.Fatalf("from %s: %d of %d improved, want %d of %d", grade, got, len(waits.Waits), len(better), len(better)+len(others))
			}
			longest := 0
			for _, w := range waits.Waits {
				longest = max(longest, w.Days)
			}
			atLeast := func(list []int, days int) int {
				n := 0
				for _, d := range list {
					if d >= days {
						n++
					}
				}
				return n
			}
			still := 1.0
			for d := 0; d <= longest; d++ {
				risk, came := atLeast(better, d)+atLeast(others, d), atLeast(better, d)-atLeast(better, d+1)
				still *= 1 - float64(came)/float64(max(1, risk))
				if d%400 == 0 {
					compared++
					if got := waits.BetterBy(d); math.Abs(got-(1-still)) > 1e-9 || len(waits.SeenFor(d)) != risk {
						t.Errorf("from %s, day %d: %.4f and %d seen, want %.4f and %d", grade, d, got, len(waits.SeenFor(d)), 1-still, risk)
					}
				}
			}
		}
	})
	if compared < 300 {
		t.Errorf("only %d days were compared", compared)
	}
}

func TestWaitsAreInWholeDaysAndMonths(t *testing.T) {
	for years, want := range map[int]int{0: 0, 1: 365, 2: 731, 3: 1096, 4: 1461, 8: 2922} {
		if got := inspection.DaysOfYears(years); got != want {
			t.Errorf("%d years are %d days, want %d", years, got, want)
		}
	}
	for days, want := range map[int]int{0: 0, 30: 1, 365: 12, 731: 24, 700: 23, 1095: 36} {
		if got := inspection.MonthsOfDays(days); got != want {
			t.Errorf("%d days are about %d months, want %d", days, got, want)
		}
	}
}
