package letter

import (
	"regexp"

	"inspectiontimeline/internal/inspection"
)

const (
	aDay   = `(?:(?:Mon|Tues|Wednes|Thurs|Fri)day,? )?(?:the )?[0-3]?[0-9](?:st|nd|rd|th)?`
	aMonth = `(?: (?:of )?(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b)?`
	aYear  = `(?:,? 20[0-9]{2})?`
)

// someDays is days written in any of the ways of letters: "4 and 5 October 2022", "30 January to 10 February 2023",
// "6, 7 and 13 May 2021". It may be that only the last day has its month and year.
var someDays = regexp.MustCompile(`(?i)\b` + aDay + aMonth + aYear + `(?:(?: ?, ?(?:and )?| (?:and|to|until|&) | ?[–—-] ?)` + aDay + aMonth + aYear + `)*\b`)

// fieldwork reads the first days that a text names, from one place in it on, as the first and last day of fieldwork.
func (p passage) fieldwork(from int, rule string) (start, end *Found[inspection.Date]) {
	for _, at := range someDays.FindAllStringIndex(p.text[from:], -1) {
		days := datesIn(p.text[from+at[0] : from+at[1]])
		if len(days) == 0 {
			continue
		}
		first, last := days[0], days[len(days)-1]
		certainty := inspection.Certain
		if last.Before(first) || first.DaysUntil(last) > longestFieldwork {
			certainty = inspection.Check
		}
		quote := p.between(from+at[0], from+at[1])
		return found(first, rule, certainty, quote...), found(last, rule, certainty, quote...)
	}
	return nil, nil
}

// checkDays makes the days of fieldwork and of the letter uncertain where they are not in order.
func (r *Reading) checkDays() {
	if r.End == nil || r.Published == nil || !r.Published.Value.Before(r.End.Value) {
		return
	}
	for _, f := range []*Found[inspection.Date]{r.Start, r.End, r.Published} {
		f.Certainty = inspection.Check
	}
}

// find returns the submatches of the first match, and the lines that it stands on.
func (p passage) find(re *regexp.Regexp) ([]string, []line) {
	at := re.FindStringSubmatchIndex(p.text)
	if at == nil {
		return nil, nil
	}
	groups := make([]string, len(at)/2)
	for i := range groups {
		if at[2*i] >= 0 {
			groups[i] = p.text[at[2*i]:at[2*i+1]]
		}
	}
	return groups, p.between(at[0], at[1])
}
