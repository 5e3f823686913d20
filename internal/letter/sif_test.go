package letter

import (
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// linesFrom returns the lines of a text, as rules are handed them.
func linesFrom(text string) []line {
	return newDocument(ParseText(text), Register{}).lines
}

func TestASentenceIsFoundOverTheLinesThatItWrapsOver(t *testing.T) {
	p := newPassage(linesFrom("Children’s services in\nthe City of London are\ngood. They were inadequate\nonce."))
	g, ok := p.gradeIn(sifOverall...)
	if !ok || g.code != "good" {
		t.Fatalf("read %+v, %v", g, ok)
	}
	if len(g.lines) != 3 || g.lines[2].text != "good. They were inadequate" {
		t.Errorf("its lines are %+v", g.lines)
	}
}

func TestTheOverallJudgementIsTheGradeItself(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"with the verb", "The overall judgement is requires improvement", "requires_improvement"},
		{"without it", "Children’s services in Rutland require improvement to be good", "requires_improvement"},
		{"with the services between", "The overall judgement is that children’s services are inadequate", "inadequate"},
		{"spelled judgment", "The overall judgment is outstanding", "outstanding"},
		{"not a grade that is not reached", "Children’s services in Rutland are not yet good", ""},
		{"not a grade of another sentence", "Children’s services in Rutland changed. Schools are good", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if g, _ := newPassage(linesFrom(c.text)).gradeIn(sifOverall...); g.code != c.want {
				t.Errorf("read %q, want %q", g.code, c.want)
			}
		})
	}
}

func TestTheTableOnTheCoverIsReadInItsOrder(t *testing.T) {
	rows := func(first, fifth string) string {
		return first + "\n" +
			"2. Children looked after and achieving                 Good\n" +
			"   permanence\n" +
			"        2.1 Adoption performance                       Not judged\n" +
			"        2.2 Experiences and progress of care leavers   Outstanding\n" +
			"3. Leadership, management and governance               " + fifth
	}
	right := strings.Repeat(" ", 55)
	first := "1. Children who need help and protection               Inadequate"
	for _, c := range []struct{ name, text, help, leaders string }{
		{"beside its label", rows(first, "Good"), "inadequate", "good"},
		{"above and below its label", rows(right+"Requires\n1. Children who need help and protection\n"+right+"Improvement", "Good"), "requires_improvement", "good"},
		{"on the line behind the table", rows(first, "Requires\n"+right+"improvement"), "inadequate", "requires_improvement"},
		{"over a page", strings.Replace(rows(first, "Good"), "3. Lead", "\f3. Lead", 1), "inadequate", "good"},
		{"below a sentence that ends with a grade", "Children’s services are to be\ngood\n" + rows(first, "Good"), "inadequate", "good"},
		{"not at all where a grade is missing", rows(first, ""), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := sifTable(linesFrom(c.text))
			if help, leaders := table["help_protection"].code, table["leaders"].code; help != c.help || leaders != c.leaders {
				t.Errorf("read %q and %q, want %q and %q", help, leaders, c.help, c.leaders)
			}
			if c.help != "" && (table["adoption"].code != "not_judged" || table["care_leavers"].code != "outstanding") {
				t.Errorf("read %+v", table)
			}
		})
	}
}

func TestAnOverallJudgementFollowsFromTheKeyJudgements(t *testing.T) {
	for _, c := range []struct {
		name, overall          string
		help, care, leadership string
		want                   bool
	}{
		{"good where all are", "good", "good", "good", "good", true},
		{"between the best and the worst", "good", "requires_improvement", "good", "outstanding", true},
		{"inadequate where one is", "inadequate", "good", "inadequate", "good", true},
		{"not good where one is inadequate", "good", "good", "inadequate", "good", false},
		{"not inadequate where none is", "inadequate", "requires_improvement", "good", "good", false},
		{"not better than the best", "outstanding", "good", "good", "good", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			judged := []Judgement{
				{"help_protection", Found[string]{Value: c.help}}, {"care_and_care_leavers", Found[string]{Value: c.care}},
				{"leaders", Found[string]{Value: c.leadership}}, {"adoption", Found[string]{Value: "inadequate"}},
			}
			if got := followsFrom(c.overall, judged); got != c.want {
				t.Errorf("followsFrom is %v", got)
			}
		})
	}
}

func TestTheGradeOfTheBoard(t *testing.T) {
	for _, c := range []struct {
		name, text, grade string
		certainty         inspection.Certainty
	}{
		{"a heading alone is to be checked", "The Local Safeguarding Children Board is good", "good", inspection.Check},
		{"two places that agree are certain", "The Local Safeguarding Children Board requires\nimprovement\n\nThe LSCB requires improvement because:", "requires_improvement", inspection.Certain},
		{"two that differ are to be checked", "The effectiveness of the LSCB is good\n\nThe LSCB is inadequate because:", "good", inspection.Check},
		{"the descriptors of the grades are none", "An LSCB that is inadequate does nothing.\nAn LSCB requires improvement if it is not yet good.", "", ""},
		{"a sentence that goes on is none", "The Local Safeguarding Children Board is good at listening to children.", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, ok := lscbJudgement(linesFrom(c.text))
			if ok != (c.grade != "") || j.Value != c.grade || j.Certainty != c.certainty {
				t.Errorf("read %+v, %v", j, ok)
			}
		})
	}
}

func TestDatesBehindALabel(t *testing.T) {
	for _, c := range []struct{ name, text, first, last string }{
		{"on its line", "Inspection date: 28 January–5 February 2014", "2014-01-28", "2014-02-05"},
		{"in figures", "Inspection date: 1/06/2015 – 25/06/2015", "2015-06-01", "2015-06-25"},
		{"over two lines", "Inspection dates: 3 to\n14 March 2016", "2016-03-03", "2016-03-14"},
		{"the year alone on the next", "Inspection dates: 3 to 14 March\n2016", "2016-03-03", "2016-03-14"},
		{"two visits", "Inspection dates: 3–7 March and 7–11 April 2014", "2014-03-03", "2014-04-11"},
		{"not the line of another label", "Inspection dates:\nReport published: 3 May 2016", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, last, _ := labelledDates(linesFrom(c.text), datesLabel)
			if first.ISO() != c.first || last.ISO() != c.last {
				t.Errorf("read %s to %s", first.ISO(), last.ISO())
			}
		})
	}
}

func TestWhatIsNoItemOfAList(t *testing.T) {
	for words, want := range map[string]bool{
		"The inspection did not find any areas for priority and immediate action.": true,
		"There are no areas of priority and immediate action.":                     true,
		"No areas for priority action were identified.":                            true,
		"Ensure that plans do not lack clear actions.":                             false,
		"Take action where no recommendation was followed.":                        false,
	} {
		items := listItems(linesFrom("1.   "+words), inspection.PriorityAction, bodyAuthority, "test")
		if len(items) == 0 != want {
			t.Errorf("%q: items are %+v", words, items)
		}
	}
}

func TestNumbersThatDoNotFollowAreToBeChecked(t *testing.T) {
	certainty := func(text string) inspection.Certainty {
		items := listItems(linesFrom(text), inspection.Improvement, bodyAuthority, "test")
		return items[len(items)-1].Certainty
	}
	if got := certainty("9.   Meet weekly.\n\n10. Meet daily."); got != inspection.Certain {
		t.Errorf("a whole list is %q", got)
	}
	if got := certainty("9.   Meet weekly.\n\n11. Meet daily."); got != inspection.Check {
		t.Errorf("a list with a gap is %q", got)
	}
}

func TestHeadingsOfTheBoardsPart(t *testing.T) {
	for words, want := range map[string]bool{
		"The Local Safeguarding Children Board (LSCB)":                      true,
		"The Local Safeguarding Children Board requires improvement":        true,
		"Section 2: The effectiveness of the local safeguarding":            true,
		"What does the LSCB need to improve?":                               true,
		"The Local Safeguarding Children Board (LSCB) 33":                   false,
		"The Local Safeguarding Children Board has a new chair who listens": false,
		"What does the local authority need to improve?":                    false,
	} {
		if got := isLSCBHeading(words); got != want {
			t.Errorf("%q: %v", words, got)
		}
	}
}

func TestASecondFullReportIsLeftOut(t *testing.T) {
	report := func(name string) string {
		return name + "\nInspection of services for children in need of help and\nprotection, children looked after and care leavers\n" +
			"Inspection date: 3 to 28 March 2016\n\fRecommendations\n\n1.   Meet in " + name + ".\n"
	}
	// What stands on every third page is taken for its furniture.
	findings := strings.Repeat("\fInspection findings\n\nMuch was seen.", 5)
	r := Interpret(ParseText(report("Halton")+findings+"\f"+report("Wigan")), testRegister(t))
	if len(r.Items) != 1 || r.Items[0].Value != "Meet in Halton." {
		t.Errorf("items are %+v", r.Items)
	}
	if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "second report, from page 8") }) {
		t.Errorf("warnings are %q", r.Warnings)
	}
}
