package letter

import (
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// visitLetter is a letter about a visit with this subject and opening, and with this below it.
func visitLetter(subject, opening, rest string) string {
	return "3 May 2023\n\nMs Nell Ashdown\nDirector of Children’s Services\n\nDear Ms Ashdown\n\n" + subject + "\n\n" + opening + "\n\n" + rest
}

func TestDaysOfAVisitAreReadInEveryWayTheyAreWritten(t *testing.T) {
	register := testRegister(t)
	for _, c := range []struct{ written, start, end string }{
		{"on 4 and 5 October 2022", "2022-10-04", "2022-10-05"},
		{"on 17 to 18 October 2018", "2018-10-17", "2018-10-18"},
		{"on 28 September and 6 October 2021", "2021-09-28", "2021-10-06"},
		{"from 30 January to 10 February 2023", "2023-01-30", "2023-02-10"},
		{"on 16 October 2018 to 17 October 2018", "2018-10-16", "2018-10-17"},
		{"between 31 December 2019 and 2 January 2020", "2019-12-31", "2020-01-02"},
		{"on Tuesday 2 and Wednesday 3 July 2019", "2019-07-02", "2019-07-03"},
		{"on 6, 7 and 13 May 2021", "2021-05-06", "2021-05-13"},
		{"on the 1st and 2nd March 2017", "2017-03-01", "2017-03-02"},
		{"on 9–10 June 2020", "2020-06-09", "2020-06-10"},
		{"on 12 July 2016", "2016-07-12", "2016-07-12"},
	} {
		t.Run(c.written, func(t *testing.T) {
			r := Interpret(ParseText(visitLetter("Focused visit to Kent children’s services",
				"This letter summarises the findings of the focused visit to Kent children’s services\n"+c.written+
					". The council was last inspected on 5 March 2015.", "")), register)
			if r.Start == nil || r.End == nil {
				t.Fatalf("no days in %+v", r)
			}
			if r.Start.Value.ISO() != c.start || r.End.Value.ISO() != c.end {
				t.Errorf("read %s to %s", r.Start.Value.ISO(), r.End.Value.ISO())
			}
		})
	}
}

func TestTheNumberOfAMonitoringVisitIsRead(t *testing.T) {
	register := testRegister(t)
	for _, c := range []struct {
		said      string
		number    int
		certainty inspection.Certainty
	}{
		{"This was the second monitoring visit since the local authority was judged inadequate.", 2, inspection.Certain},
		{"This was the 10th monitoring visit since the local authority was judged inadequate.", 10, inspection.Certain},
		{"It was the sixth and final monitoring visit.", 6, inspection.Certain},
		{"This is the first visit since the inspection.", 1, inspection.Certain},
		{"The third monitoring visit found more.", 3, inspection.Check},
		{"The council was judged inadequate in July 2019.", 0, ""},
	} {
		t.Run(c.said, func(t *testing.T) {
			r := Interpret(ParseText(visitLetter("Monitoring visit to Kent children’s services",
				"This letter summarises the findings of the monitoring visit to Kent children’s services on\n4 and 5 April 2023. "+c.said, "")), register)
			switch {
			case r.Visit == nil:
				t.Fatalf("no visit in %+v", r)
			case r.Visit.Number == nil && c.number != 0:
				t.Error("no number")
			case r.Visit.Number != nil && (r.Visit.Number.Value != c.number || r.Visit.Number.Certainty != c.certainty):
				t.Errorf("read %+v", r.Visit.Number)
			}
		})
	}
}

func TestThoseWhoVisitedAreNamedWithoutTheirRanks(t *testing.T) {
	for _, c := range []struct {
		phrase string
		want   string
		sure   bool
	}{
		{"Una Strand and Joel Mbeki.", "Una Strand|Joel Mbeki", true},
		{"Una Strand, HMI, and Joel Mbeki, HMI.", "Una Strand|Joel Mbeki", true},
		{"Una Strand, Her Majesty’s Inspector, and Joel Mbeki, Ofsted Inspector.", "Una Strand|Joel Mbeki", true},
		{"Her Majesty’s Inspectors, Una Strand, Dot Marsh-Green and Neil O’Carrick.", "Una Strand|Dot Marsh-Green|Neil O’Carrick", true},
		{"two of His Majesty's Inspectors (HMI): Hanne de Vries and Rhys ap Owen.", "Hanne de Vries|Rhys ap Owen", true},
		{"Una Strand (lead) and Joel Mbeki, Social Care Regulatory Inspector.", "Una Strand|Joel Mbeki", true},
		{"Una Strand, accompanied by Joel Mbeki SHMI.", "Una Strand|Joel Mbeki", true},
		{"remote means.", "", false},
		{"Una Strand, who spoke with children and families.", "Una Strand", false},
	} {
		t.Run(c.phrase, func(t *testing.T) {
			names, sure := visitorsIn(c.phrase)
			if got := strings.Join(names, "|"); got != c.want || sure != c.sure {
				t.Errorf("read %q, sure %v", got, sure)
			}
		})
	}
}

func TestOnlyALetterAboutAVisitIsOne(t *testing.T) {
	register := testRegister(t)
	for name, text := range map[string]string{
		"a paper about a visit":             visitLetter("Report on our focused visit", "Members asked about the focused visit to Kent of 4 May 2023.", ""),
		"a letter that mentions one":        visitLetter("Your letter of April", "The findings of our inspection follow. Since the focused visit in 2021 much has changed.", ""),
		"a letter about a joint inspection": visitLetter("Joint targeted area inspection of Kent", "Between 3 and 7 April 2023, inspectorates undertook a joint inspection. A focused visit came before.", ""),
	} {
		t.Run(name, func(t *testing.T) {
			if r := Interpret(ParseText(text), register); r.Visit != nil {
				t.Errorf("read as %+v", r.Framework)
			}
		})
	}
}

func TestWhereTwoReadingsOfTheAuthorityDifferAnOfficerHasToLook(t *testing.T) {
	register := testRegister(t)
	read := func(subject, opening string) *Found[Name] {
		return Interpret(ParseText(visitLetter("Focused visit to "+subject+" children’s services",
			"This letter summarises the findings of the focused visit to "+opening+" children’s services on\n4 April 2023.", "")), register).Authority
	}
	for _, c := range []struct {
		subject, opening string
		certainty        inspection.Certainty
	}{
		{"Kent", "Kent County Council", inspection.Certain},
		{"the London Borough of Brent", "Brent", inspection.Certain},
		{"Kent", "Essex", inspection.Check},
		{"Kent", "the county’s", inspection.Check},
	} {
		got := read(c.subject, c.opening)
		if got == nil || got.Certainty != c.certainty {
			t.Errorf("%s and %s: read %+v", c.subject, c.opening, got)
		}
	}
}

func TestNamesThatHoldAnAndArePartedOnlyBetweenAuthorities(t *testing.T) {
	register := testRegister(t)
	for printed, want := range map[string][]string{
		"Telford and Wrekin":                                             {"telford-and-wrekin"},
		"Kingston upon Thames and Richmond upon Thames":                  {"kingston-upon-thames", "richmond-upon-thames"},
		"Windsor and Maidenhead, Bath and North East Somerset, and Kent": {"windsor-and-maidenhead", "bath-and-north-east-somerset", "kent"},
		"Kent and Barsetshire":                                           nil,
		"":                                                               nil,
	} {
		var got []string
		for _, n := range register.authoritiesIn(printed, inspection.Date{}) {
			got = append(got, n.BodyID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: read %v, want %v", printed, got, want)
		}
	}
}
