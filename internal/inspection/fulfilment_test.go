package inspection

import (
	"strings"
	"testing"
)

// problemLines says problems as "field: words", one a line.
func problemLines(problems Problems) string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Field+": "+p.Words)
	}
	return strings.Join(out, "\n")
}

func TestWhatIsRecordedOfADuty(t *testing.T) {
	r := clockRecord(t)
	in := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	good := Fulfilment{BodyID: "east-shire", RuleCode: StatementOfActionRule, On: MustDate("2026-10-01"), Address: "https://east.example/plan"}
	earlier := good
	for _, c := range []struct {
		says    string
		change  func(*Fulfilment)
		earlier *Fulfilment
		want    string
	}{
		{"a day and an address will do", func(*Fulfilment) {}, nil, ""},
		{"a month alone will do", func(f *Fulfilment) { f.On, f.Address = MustDate("2026-10"), "" }, nil, ""},
		{"an address alone will do", func(f *Fulfilment) { f.On = Date{} }, nil, ""},
		{"neither says nothing", func(f *Fulfilment) { f.On, f.Address = Date{}, "" }, nil, "on: Enter the day on which it was published, or its address"},
		{"a year says too little", func(f *Fulfilment) { f.On = MustDate("2026") }, nil, "on: Enter the day or the month of publication, like 1 October 2026"},
		{"tomorrow is no day for it", func(f *Fulfilment) { f.On = MustDate("2026-11-22") }, nil, "on: 22 November 2026 is in the future. Enter the day on which it was published"},
		{"nor is a day before the letter", func(f *Fulfilment) { f.On = MustDate("2026-05-21") }, nil, "on: 21 May 2026 is before 22 May 2026, when the council can first have had the letter. Enter a later day"},
		{"a script is no address", func(f *Fulfilment) { f.Address = "javascript:alert(1)" }, nil, "address: Enter the whole address of the page, beginning with https://"},
		{"nor is a bare name", func(f *Fulfilment) { f.Address = "east.example/plan" }, nil, "address: Enter the whole address of the page, beginning with https://"},
		{"an address has a bound", func(f *Fulfilment) { f.Address = "https://east.example/" + strings.Repeat("x", 500) }, nil, "address: Shorten the address: at most 500 characters fit"},
		{"a note has a bound", func(f *Fulfilment) { f.Words = strings.Repeat("x", 1001) }, nil, "words: Shorten the note: at most 1000 characters fit"},
		{"another council owes nothing here", func(f *Fulfilment) { f.BodyID = "west-shire" }, nil, "body: Choose a body that this inspection is confirmed to be of"},
		{"a duty of another kind of letter is none here", func(f *Fulfilment) { f.RuleCode = "jtai_statement" }, nil, "rule: Choose a duty that follows from this letter"},
		{"taking back needs a reason", func(f *Fulfilment) { f.On, f.Address = Date{}, "" }, &earlier, "words: Say why what was recorded before does not hold"},
		{"taking back with a reason will do", func(f *Fulfilment) { f.On, f.Address, f.Words = Date{}, "", "That was another plan." }, &earlier, ""},
	} {
		t.Run(c.says, func(t *testing.T) {
			f := good
			c.change(&f)
			if got := problemLines(f.Check(r.Catalogue, in, c.earlier, MustDate("2026-11-21"))); got != c.want {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}

func TestDatesThatAnOfficerEnters(t *testing.T) {
	r := clockRecord(t)
	in := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	for _, c := range []struct{ says, received, due, want string }{
		{"both are right", "2026-06-30", "2026-10-07", ""},
		{"neither is known", "", "", ""},
		{"a month of receipt says too little", "2026-06", "", "received: Enter the whole date on which the final letter was received: day, month and year"},
		{"receipt is not in the future", "2026-11-22", "", "received: 22 November 2026 is in the future. Check the day on which the final letter was received"},
		{"receipt does not come after publication", "2026-09-01", "", "received: The letter was published on 7 July 2026, and the council has it by then. Check the day on which the final letter was received"},
		{"receipt does not come before the end of fieldwork", "2026-05-21", "", "received: Enter a later day: the final letter comes after the last day of fieldwork, 22 May 2026"},
		{"a month says too little of a printed day", "", "2026-10", "statement_due: Enter the whole date that the letter prints: day, month and year"},
		{"a printed day comes after receipt", "2026-06-30", "2026-06-30", "statement_due: The day by which a statement is due comes after the letter (30 June 2026). Check the date that the letter prints"},
		{"a printed day is not years away", "", "2062-10-07", "statement_due: 7 October 2062 is more than two years after the letter. Check the date that the letter prints"},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := problemLines(in.CheckDates(MustDate(c.received), MustDate(c.due), MustDate("2026-11-21"))); got != c.want {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}

func TestADraftsPrintedDayComesAfterItsLetter(t *testing.T) {
	r := clockRecord(t)
	d := Draft{Kind: "jtai", Bodies: []string{"east-shire"}, FieldworkStart: MustDate("2024-01-22"), FieldworkEnd: MustDate("2024-01-26"), Final: true}
	stops := func(due string) string {
		d.StatementDue = MustDate(due)
		for _, check := range d.Checks(r, MustDate("2024-04-01")) {
			if check.Field == "statement_due" && check.Stops {
				return check.Words
			}
		}
		return ""
	}
	if got := stops("2024-06-26"); got != "" {
		t.Errorf("got %q", got)
	}
	if got := stops("2024-01-26"); !strings.Contains(got, "comes after the letter (26 January 2024)") {
		t.Errorf("got %q", got)
	}
}
