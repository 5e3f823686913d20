package inspection

import (
	"strings"
	"testing"
)

func TestWhatLooksAsIfItNamedAChild(t *testing.T) {
	known := func(word string) bool { return word == "northamptonshire" || word == "kettering" }
	for text, want := range map[string]string{
		"":                                    "",
		"Audits show better plans in May.":    "",
		"The board met on 3 March 2026.":      "",
		"DOB 03/04/2015":                      "a date of birth",
		"date of birth: 3 April 2015":         "a date of birth",
		"The child was born on 3 April 2015":  "a date of birth",
		"Aria Testname (3 April 2015) moved":  "a name with a date of birth",
		"03/04/15, Aria Q. Testname":          "a name with a date of birth",
		"Aria Testname, 3 April 1975":         "", // nobody of that age is looked after
		"Aria Testname, 3 April 2026":         "", // a meeting’s day
		"Aria spoke on 3 April 2015":          "", // one name alone
		"North Northamptonshire, 7 July 2022": "",
		"Improvement Board, 25 November 2022": "",
		"Kettering General 25 November 2022":  "",
		"NHS 943 476 5919":                    "a number of the NHS",
		"9434765919":                          "a number of the NHS",
		"943 476 5918":                        "", // its last digit does not follow from the others
		"Phone 01604 123 456":                 "",
		"UPN A123456789012":                   "a pupil’s number",
		"QQ 12 34 56 C":                       "", // not given to anybody
		"AB 12 34 56 C":                       "a National Insurance number",
		"child ref LCS 48213":                 "the number of a child or a case",
		"Case number: 4821":                   "the number of a child or a case",
		"in case number two fails":            "",
		"case reference group 12":             "",
		"child’s id 4821":                     "the number of a child or a case",
	} {
		var got []string
		for _, s := range Suspicions(text, known, MustDate("2026-11-21")) {
			got = append(got, s.Why)
			if !strings.Contains(text, s.Words) {
				t.Errorf("%q: %q does not stand in it", text, s.Words)
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q looks like %q, want %q", text, got, want)
		}
	}
}
