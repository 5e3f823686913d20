package inspection_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

// england is the seed as pages about all of England hold it.
func england(t *testing.T) *inspection.England { return inspection.NewEngland(seeded(t)) }

// towns returns a record of some authorities under the real rules, each inspected as lines say: "kind, start, published,
// judgement grade, judgement grade …".
func towns(t *testing.T, inspected map[string][]string, bodies ...inspection.Body) *inspection.England {
	t.Helper()
	all := seeded(t)
	out := &inspection.Record{Catalogue: all.Catalogue, Completeness: all.Completeness, Bodies: bodies}
	for _, id := range slices.Sorted(maps.Keys(inspected)) {
		if !slices.ContainsFunc(bodies, func(b inspection.Body) bool { return b.ID == id }) {
			out.Bodies = append(out.Bodies, inspection.Body{ID: id, Name: id, Kind: inspection.Authority, Region: "North"})
		}
		for i, line := range inspected[id] {
			parts := strings.Split(line, ", ")
			start := inspection.MustDate(parts[1])
			f, ok := out.Catalogue.FrameworkFor(parts[0], start)
			if !ok {
				t.Fatalf("no rules for %s", line)
			}
			in := &inspection.Inspection{
				ID: fmt.Sprint(id, i), Kind: parts[0], Framework: f.Code, FieldworkStart: start, FieldworkEnd: start, Published: inspection.MustDate(parts[2]),
				Bodies: []inspection.InspectionBody{{BodyID: id, Confirmed: true}},
			}
			for _, part := range parts[3:] {
				judgement, grade, _ := strings.Cut(part, " ")
				in.Judgements = append(in.Judgements, inspection.Judgement{Strand: judgement, Grade: grade})
			}
			out.Inspections = append(out.Inspections, in)
		}
	}
	return inspection.NewEngland(out)
}

func TestStepLeadsToExactlyOneEnd(t *testing.T) {
	const (
		town  = "a-town"
		sif   = inspection.Family("sif")
		ilacs = inspection.FamilyILACS
	)
	for _, c := range []struct {
		says      string
		inspected []string
		family    inspection.Family
		judgement string
		want      string // "from to" of each step from a known grade, then the number of those whose grade is not known
	}{
		{
			"a grade leads to the next one under the same rules",
			[]string{"ilacs-standard, 2018-05-14, 2018-06-29, leaders inadequate", "ilacs-standard, 2021-05-10, 2021-07-01, leaders good"},
			ilacs, "leaders", "inadequate good; good none_yet; 0",
		},
		{
			"an overall grade leaves with the first inspection that gives none, and does not move",
			[]string{"ilacs-short, 2022-05-09, 2022-07-01, overall good, leaders good", "ilacs-standard, 2026-05-11, 2026-07-07, leaders outstanding"},
			ilacs, "overall", "good left; 0",
		},
		{
			"one grade for children in care and care leavers leaves when both are judged apart",
			[]string{"ilacs-short, 2022-05-09, 2022-07-01, care_and_care_leavers good", "ilacs-standard, 2025-05-12, 2025-07-07, in_care good, care_leavers good"},
			ilacs, "care_and_care_leavers", "good left; 0",
		},
		{
			"the shared grade is the grade of care leavers at neither end",
			[]string{"ilacs-short, 2022-05-09, 2022-07-01, care_and_care_leavers good", "ilacs-standard, 2025-05-12, 2025-07-07, in_care good, care_leavers good"},
			ilacs, "care_leavers", "good none_yet; 0",
		},
		{
			"a grade of the single inspection framework never moves to one under the rules of 2018",
			[]string{"sif, 2015-05-11, 2015-07-01, leaders inadequate", "sif, 2017-05-08, 2017-07-03, leaders requires_improvement", "ilacs-standard, 2019-05-13, 2019-07-01, leaders good"},
			sif, "leaders", "inadequate requires_improvement; requires_improvement other_rules; 0",
		},
		{
			"what was not judged, or not found, is an end of its own and no beginning",
			[]string{"ilacs-standard, 2018-05-14, 2018-06-29, leaders good", "ilacs-standard, 2020-01-13, 2020-03-02, leaders not_judged", "ilacs-standard, 2022-05-09, 2022-07-01, leaders ", "ilacs-short, 2025-05-12, 2025-07-07, leaders good"},
			ilacs, "leaders", "good unknown; good none_yet; 2",
		},
		{
			"a visit is no step on the way",
			[]string{"ilacs-standard, 2018-05-14, 2018-06-29, leaders inadequate", "ilacs-monitoring-visit, 2019-01-14, 2019-02-01", "ilacs-standard, 2021-05-10, 2021-07-01, leaders good"},
			ilacs, "leaders", "inadequate good; good none_yet; 0",
		},
		{
			"a letter that comes out later is not seen before",
			[]string{"ilacs-standard, 2018-05-14, 2018-06-29, leaders inadequate", "ilacs-standard, 2026-06-15, 2026-11-01, leaders good"},
			ilacs, "leaders", "inadequate none_yet; 0",
		},
	} {
		t.Run(c.says, func(t *testing.T) {
			steps, ok := towns(t, map[string][]string{town: c.inspected}).Steps(c.family, c.judgement, today, inspection.Where{})
			if !ok {
				t.Fatal("the rules do not have the judgement")
			}
			got := ""
			for _, s := range steps.Graded {
				got += s.Grade + " " + s.Code() + "; "
			}
			if got += fmt.Sprint(len(steps.Unknown)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("a council that ended leads to its end and never to its successor", func(t *testing.T) {
		e := towns(t, map[string][]string{
			"old": {"ilacs-standard, 2019-05-13, 2019-07-01, leaders inadequate"},
			"new": {"ilacs-standard, 2022-05-09, 2022-07-01, leaders good"},
		}, inspection.Body{ID: "new", Name: "New", Kind: inspection.Authority, Created: inspection.MustDate("2021-04-01")},
			inspection.Body{ID: "old", Name: "Old", Kind: inspection.Authority, Ended: inspection.MustDate("2021-03-31")})
		e.Successions = []inspection.Succession{{FromID: "old", ToID: "new", On: inspection.MustDate("2021-04-01")}}
		for day, want := range map[string]inspection.StepEnd{"2021-03-31": inspection.StepNoneYet, "2021-04-01": inspection.StepEnded, "2026-08-01": inspection.StepEnded} {
			steps, _ := e.Steps(ilacs, "leaders", inspection.MustDate(day), inspection.Where{})
			for _, s := range steps.Graded {
				if s.Body.ID == "old" && (s.End != want || s.Next != nil) {
					t.Errorf("%s: the old council's step ends as %s", day, s.End)
				}
			}
		}
	})
	t.Run("rules without the judgement have no steps", func(t *testing.T) {
		if _, ok := england(t).Steps(ilacs, "adoption", today, inspection.Where{}); ok {
			t.Error("adoption has steps under the rules of 2018")
		}
	})
}

// someDays are days on which sums are tried, some of them before the newer rules.
var someDays = []string{"2014-06-30", "2017-12-31", "2019-08-31", "2023-03-31", "2024-03-31", "2026-05-31", "2026-11-21"}

// eachJudgement runs a test for every judgement under every family of rules on some days.
func eachJudgement(t *testing.T, test func(t *testing.T, family inspection.Family, judgement string, day inspection.Date)) {
	t.Helper()
	catalogue := seeded(t).Catalogue
	for _, rules := range catalogue.FullRules() {
		for _, judgement := range catalogue.Judgements() {
			for _, day := range someDays {
				t.Run(fmt.Sprintf("%s, %s, %s", rules.Family, judgement.Code, day), func(t *testing.T) {
					test(t, rules.Family, judgement.Code, inspection.MustDate(day))
				})
			}
		}
	}
}

func TestEndsAddUpToTheInspectionsThatJudged(t *testing.T) {
	e := england(t)
	largest := 0
	eachJudgement(t, func(t *testing.T, family inspection.Family, judgement string, day inspection.Date) {
		graded, unknown := 0, 0
		for _, in := range e.Inspections {
			f, _ := e.Catalogue.Framework(in.Framework)
			kind, _ := e.Catalogue.Kind(in.Kind)
			_, judges := f.Strand(judgement)
			if f.Family != family || !kind.Full || !judges || !in.OutBy(e.Seen(day)) {
				continue
			}
			j, _ := in.Judgement(judgement)
			for range in.Bodies {
				if j.Grade == "" || j.Grade == inspection.NotJudged {
					unknown++
				} else {
					graded++
				}
			}
		}
		steps, ok := e.Steps(family, judgement, day, inspection.Where{})
		if !ok && graded+unknown > 0 {
			t.Fatalf("%d inspections judged, and there are no steps", graded+unknown)
		}
		sum := 0
		for _, n := range steps.Count() {
			sum += n
		}
		for pair := range steps.Count() {
			if !slices.Contains(steps.Ends(), pair[1]) {
				t.Errorf("steps lead to %q, which no page shows", pair[1])
			}
		}
		if sum != graded || len(steps.Unknown) != unknown {
			t.Errorf("ends add up to %d and %d unknown, want %d and %d", sum, len(steps.Unknown), graded, unknown)
		}
		if again := len(steps.Latest(inspection.GradedAgain)); again != len(steps.Latest(inspection.Improved))+len(steps.Latest(inspection.StayedSame))+len(steps.Latest(inspection.Declined)) {
			t.Errorf("the courses do not add up to %d", again)
		}
		largest = max(largest, sum)
	})
	if largest != 322 { // 321 of the list of England and that of Northamptonshire County Council
		t.Errorf("the most steps are %d", largest)
	}
}

func TestStepsOfPartsOfEnglandAddUp(t *testing.T) {
	e := england(t)
	whole, _ := e.Steps(inspection.FamilyILACS, "leaders", today, inspection.Where{})
	sum := 0
	for _, region := range e.Regions() {
		part, _ := e.Steps(inspection.FamilyILACS, "leaders", today, inspection.Where{Region: region})
		sum += len(part.Graded)
	}
	if sum != len(whole.Graded) || sum == 0 {
		t.Errorf("regions add up to %d, England to %d", sum, len(whole.Graded))
	}
}

// listed is one line of the list of England, read without any of the rules that are tested.
type listed struct {
	authority, kind, start, published string
	grades                            map[string]string
}

// listOfEngland reads the list of full inspections from the seed's file, by authority and in the order in which they came
// out. Those of the home place stand in another file.
func listOfEngland(t *testing.T) map[string][]listed {
	t.Helper()
	file, err := seed.Files().Open("inspections.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]listed{}
	for _, line := range lines[1:] {
		row := listed{grades: map[string]string{}}
		for i, name := range lines[0] {
			row.grades[name] = line[i]
		}
		row.authority, row.kind, row.start, row.published = row.grades["authority"], row.grades["kind"], row.grades["fieldwork_start"], row.grades["published"]
		if row.kind == "sif" || strings.HasPrefix(row.kind, "ilacs-") {
			out[row.authority] = append(out[row.authority], row)
		}
	}
	for _, rows := range out {
		slices.SortFunc(rows, func(a, b listed) int { return strings.Compare(a.published, b.published) })
	}
	return out
}

func (l listed) family() inspection.Family {
	if l.kind == "sif" {
		return "sif"
	}
	return inspection.FamilyILACS
}

// judges reports whether the report gives a judgement at all, by the days on which the rules changed.
func (l listed) judges(judgement string) bool {
	if l.kind == "sif" {
		return judgement != "in_care"
	}
	switch judgement {
	case "overall":
		return l.start < "2026-04-01"
	case "care_and_care_leavers":
		return l.start < "2023-01-01"
	case "in_care", "care_leavers":
		return l.start >= "2023-01-01"
	}
	return judgement == "leaders" || judgement == "help_protection"
}

// endedIn are the councils of the seed that ended, and when.
var endedIn = map[string]string{"buckinghamshire-county-council": "2020-03-31", "cumbria-county-council": "2023-03-31", "poole": "2019-03-31"}

func TestStepsAgreeWithTheListOfEngland(t *testing.T) {
	e, list := england(t), listOfEngland(t)
	compared := 0
	eachJudgement(t, func(t *testing.T, family inspection.Family, judgement string, day inspection.Date) {
		until := min(day.ISO(), "2026-08-22")
		want := map[[2]string]int{}
		for authority, rows := range list {
			for i, row := range rows {
				from := row.grades[judgement]
				if row.published > until || row.family() != family || !row.judges(judgement) || from == "" || from == "not_judged" {
					continue
				}
				to := "none_yet"
				if ended := endedIn[authority]; ended != "" && ended < until {
					to = "ended"
				}
				if i+1 < len(rows) && rows[i+1].published <= until {
					next := rows[i+1]
					switch to = next.grades[judgement]; {
					case next.family() != family:
						to = "other_rules"
					case !next.judges(judgement):
						to = "left"
					case to == "" || to == "not_judged":
						to = "unknown"
					}
				}
				want[[2]string{from, to}]++
			}
		}
		steps, _ := e.Steps(family, judgement, day, inspection.Where{})
		steps.Graded = slices.DeleteFunc(steps.Graded, func(s inspection.Step) bool { return s.Body.ID == "northamptonshire-county-council" })
		if got := steps.Count(); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		compared += len(want)
	})
	if compared < 500 {
		t.Errorf("only %d numbers were compared", compared)
	}
}

// TestStepsAgreeWithOfficialFigures holds the record to what Ofsted published of 31 March 2024: of 65 authorities inspected
// more than once under the rules of 2018, 26 had improved, 15 stayed good or outstanding and 12 declined. Its figures count
// inspections whose fieldwork had ended by the day, and compare an authority's latest with the one before it.
func TestStepsAgreeWithOfficialFigures(t *testing.T) {
	e, day := england(t), inspection.MustDate("2024-03-31")
	courses := func(basis inspection.StandingBasis) map[inspection.Course]int {
		steps, _ := e.StepsBy(inspection.FamilyILACS, inspection.OverallStrand, day, basis, inspection.Where{})
		out := map[inspection.Course]int{}
		for _, course := range inspection.Courses() {
			out[course] = len(steps.Latest(course))
		}
		return out
	}
	official := map[inspection.Course]int{"again": 65, "improved": 26, "same": 65 - 26 - 12, "kept_good": 15, "declined": 12}
	if got := courses(inspection.StandingBasis{FieldworkEndedBy: day}); !maps.Equal(got, official) {
		t.Errorf("by the end of fieldwork: %v, want %v", got, official)
	}
	published := map[inspection.Course]int{"again": 58, "improved": 23, "same": 24, "kept_good": 13, "declined": 11}
	if got := courses(inspection.StandingBasis{PublishedBy: day}); !maps.Equal(got, published) {
		t.Errorf("by publication: %v, want %v", got, published)
	}
}

func TestLatestIsTheLatestMoveOfEachAuthority(t *testing.T) {
	e := towns(t, map[string][]string{
		"up-and-down": {
			"ilacs-standard, 2018-05-14, 2018-06-29, overall inadequate", "ilacs-standard, 2021-05-10, 2021-07-01, overall good",
			"ilacs-short, 2024-05-13, 2024-07-01, overall requires_improvement", "ilacs-standard, 2026-05-11, 2026-07-07, leaders good",
		},
		"once": {"ilacs-standard, 2018-05-14, 2018-06-29, overall good"},
	})
	steps, _ := e.Steps(inspection.FamilyILACS, inspection.OverallStrand, today, inspection.Where{})
	latest := steps.Latest(inspection.GradedAgain)
	if len(latest) != 1 || latest[0].Grade != "good" || latest[0].To != "requires_improvement" || len(steps.Latest(inspection.Declined)) != 1 {
		t.Errorf("got %+v", latest)
	}
}

func TestNotGivenSince(t *testing.T) {
	catalogue := seeded(t).Catalogue
	for _, c := range []struct {
		family    inspection.Family
		judgement string
		since     string
		apart     bool
	}{
		{inspection.FamilyILACS, "overall", "April 2026", false},
		{inspection.FamilyILACS, "care_and_care_leavers", "January 2023", true},
		{inspection.FamilyILACS, "care_leavers", "", false},
		{inspection.FamilyILACS, "leaders", "", false},
		{"sif", "adoption", "", false},
	} {
		since, apart, ok := catalogue.NotGivenSince(c.family, c.judgement)
		if ok != (c.since != "") || ok && since.From.MonthWords() != c.since || apart != c.apart {
			t.Errorf("%s, %s: since %s, apart %v, %v", c.family, c.judgement, since.From.MonthWords(), apart, ok)
		}
	}
}

func TestFullRulesAreNewestFirst(t *testing.T) {
	var got []string
	r := seeded(t)
	for _, f := range r.Catalogue.FullRules() {
		if !slices.ContainsFunc(r.Inspections, func(in *inspection.Inspection) bool { return in.Framework == f.Code }) {
			continue // rules that are to come, and that nobody was inspected under yet
		}
		got = append(got, string(f.Family)+": "+f.PlainName)
	}
	if want := []string{"ilacs: the inspection rules of 2018", "sif: the single inspection framework of 2013"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
