package letter

import (
	"maps"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestWeeksOfFieldworkTellTheKind(t *testing.T) {
	for _, c := range []struct {
		name, dates, kind string
		certainty         inspection.Certainty
	}{
		{"one working week is a short inspection", "10 to 14 June 2024", "ilacs-short", inspection.Certain},
		{"two weeks are a standard one", "10 June to 21 June 2024", "ilacs-standard", inspection.Certain},
		{"a week with a bank holiday is still a week", "7 to 10 May 2024", "ilacs-short", inspection.Certain},
		{"a return visit does not make it longer", "10 to 14 June 2024 and 24 to 25 June 2024", "ilacs-short", inspection.Certain},
		{"two weeks with a gap are for a person to judge", "10 to 14 June 2024 and 24 to 28 June 2024", "ilacs-standard", inspection.Check},
		{"three weeks are for a person to judge", "3 June 2019 to 19 June 2019", "ilacs-standard", inspection.Check},
		{"seven days are for a person to judge", "10 to 18 June 2024", "ilacs-short", inspection.Check},
		{"one day tells nothing", "10 June 2024", "ilacs-standard", inspection.Check},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind, certainty := ilacsKind(datesIn(c.dates))
			if kind != c.kind || certainty != c.certainty {
				t.Errorf("it is %s, %s", kind, certainty)
			}
		})
	}
}

func TestInspectorsAreNamedWithoutTheirRank(t *testing.T) {
	for _, c := range []struct {
		phrase, want string
		ranked, ok   bool
	}{
		{"Jane Doe, His Majesty’s Inspector", "Jane Doe", true, true},
		{"Jane Doe Her Majesty's Inspector", "Jane Doe", true, true},
		{"Jane Doe HMI", "Jane Doe", true, true},
		{"Jane Doe, Senior HMI", "Jane Doe", true, true},
		{"Jane Doe, Ofsted Inspector", "Jane Doe", true, true},
		{"Jane Doe (Senior His Majesty’s Inspector)", "Jane Doe", true, true},
		{"Jane Doe and John O’Roe, His Majesty’s Inspectors", "Jane Doe; John O’Roe", true, true},
		{"Jane Doe, His Majesty’s Inspector, and John Roe-Smith, Her Majesty’s Inspector", "Jane Doe; John Roe-Smith", true, true},
		{"Máire de la Cour, SHMI", "Máire de la Cour", true, true},
		{"Jane Doe", "Jane Doe", false, true},
		{"to be confirmed", "", false, false},
		{"His Majesty’s Inspector", "", true, false},
	} {
		names, ranked, ok := inspectorNames(c.phrase)
		if got := strings.Join(names, "; "); got != c.want || ranked != c.ranked || ok != c.ok {
			t.Errorf("%q names %q, ranked %v, ok %v", c.phrase, got, ranked, ok)
		}
	}
}

// frontOf is the front of a letter of a council, with a table and nothing else.
func frontOf(title string) string {
	return title + `
Inspection dates: 10 to 21 June 2024
Lead inspector: Jane Doe, His Majesty’s Inspector

Judgement                                      Grade
The impact of leaders on social work           Good
practice with children and families
The experiences and progress of                Good
children who need help and protection
The experiences and progress of                Good
children in care
The experiences and progress of care           Good
leavers
Overall effectiveness                          Good
`
}

func TestTitlesNameTheAuthority(t *testing.T) {
	register := testRegister(t)
	for title, want := range map[string]string{
		"Inspection of Leeds local authority children’s services":                                                                       "leeds",
		"Inspection of Leeds local\nauthority children's services":                                                                      "leeds",
		"Inspection of Leeds City Council children’s services":                                                                          "leeds",
		"Inspection of Leeds City Council local authority children’s services":                                                          "leeds",
		"Leeds City Council\n\nInspection of children’s social care services":                                                           "leeds",
		"City of Westminster\nInspection of local authority children’s services":                                                        "westminster",
		"Bristol City of\nInspection of children’s social care services":                                                                "bristol",
		"Inspection of the Royal Borough of\nWindsor and Maidenhead local authority\nchildren’s services":                               "windsor-and-maidenhead",
		"Inspection of Brighton & Hove local authority children’s services":                                                             "brighton-and-hove",
		"Inspection of Bournemouth,\nChristchurch and Poole local authority\nchildren’s services":                                       "bournemouth-christchurch-and-poole",
		"Inspection of children’s services in Stoke-on-Trent":                                                                           "stoke-on-trent",
		"Ofsted\nPiccadilly Gate\nManchester\n\nLondon Borough of Barking\nand Dagenham\nInspection of children’s social care services": "barking-and-dagenham",
		"Bath and North East\nSomerset\nInspection of children’s social care services":                                                  "bath-and-north-east-somerset",
		"North East\nLincolnshire Council\nInspection of children’s social care services":                                               "north-east-lincolnshire",
	} {
		r := Interpret(ParseText(frontOf(title)), register)
		if r.Status != Read || r.Authority == nil || r.Authority.Value.BodyID != want || r.Authority.Certainty != inspection.Certain {
			t.Errorf("%q: %s, %+v", title, r.Status, r.Authority)
		}
	}
}

func TestAnUnknownNameIsKeptAsItIsPrinted(t *testing.T) {
	r := Interpret(ParseText(frontOf("Inspection of Trumpton local authority children’s services")), testRegister(t))
	if r.Authority == nil || r.Authority.Value != (Name{Printed: "Trumpton"}) || r.Authority.Certainty != inspection.Check {
		t.Errorf("the authority is %+v", r.Authority)
	}
	if len(r.Warnings) == 0 || !strings.Contains(r.Warnings[0], "Trumpton") {
		t.Errorf("warnings are %q", r.Warnings)
	}
}

func TestATableAloneIsNotBeyondDoubt(t *testing.T) {
	r := Interpret(ParseText(frontOf("Inspection of Leeds local authority children’s services")), testRegister(t))
	if len(r.Judgements) != 5 {
		t.Fatalf("judgements are %+v", r.Judgements)
	}
	for _, j := range r.Judgements {
		if j.Value != "good" || j.Certainty != inspection.Check {
			t.Errorf("%s is %s, %s", j.Strand, j.Value, j.Certainty)
		}
	}
}

func TestDatesOutOfOrderAreNotBeyondDoubt(t *testing.T) {
	front := strings.Replace(frontOf("Inspection of Leeds local authority children’s services"), "10 to 21 June 2024", "21 to 10 June 2024", 1)
	r := Interpret(ParseText(front), testRegister(t))
	if r.Start == nil || r.Start.Certainty != inspection.Check || r.Framework.Certainty != inspection.Check {
		t.Errorf("the start is %+v, the kind %+v", r.Start, r.Framework)
	}
}

func TestHeadingsStandInForATableThatCannotBeRead(t *testing.T) {
	r := Interpret(ParseText(`Inspection of Leeds local authority children’s services
Inspection dates: 10 to 14 June 2024
Lead inspector: Jane Doe, His Majesty’s Inspector

Leeds has changed since inspectors last came.

What needs to improve?
• Visits to children.

The experiences and progress of children who need help and
protection: good
1. Children are safe.
The experiences and progress of children in care: requires
improvement to be good
2. Plans drift.
The impact of leaders on social work practice with children and families: good
3. Leaders know it.
`), testRegister(t))
	got := map[string]string{}
	for _, j := range r.Judgements {
		got[j.Strand] = j.Value + " " + string(j.Certainty)
	}
	want := map[string]string{"help_protection": "good check", "in_care": "requires_improvement check", "leaders": "good check"}
	if !maps.Equal(got, want) {
		t.Errorf("judgements are %v", got)
	}
	if len(r.Items) != 1 || r.LeadInspector == nil || r.LeadInspector.Value != "Jane Doe" {
		t.Errorf("items %v, lead inspector %+v", r.Items, r.LeadInspector)
	}
	if len(r.Warnings) != 2 { // care leavers and overall effectiveness
		t.Errorf("of the two judgements that are missing it says %q", r.Warnings)
	}
}
