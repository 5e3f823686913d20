package letter

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
)

var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
	"october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
	"sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// datePart is a day with or without its month and year: "6", "25 October", "17 December 2021", "2nd March 2015".
var datePart = regexp.MustCompile(`(?i)\b([0-3]?[0-9])(?:st|nd|rd|th)?\b(?: *(?:of )?(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?,?(?: *(20[0-9]{2}))?)?`)

// numericDate is a day in figures: "12/09/2016".
var numericDate = regexp.MustCompile(`\b([0-3]?[0-9])[/.]([01]?[0-9])[/.](20[0-9]{2})\b`)

// inWords writes a day in figures as the others are written.
func inWords(figures string) string {
	m := numericDate.FindStringSubmatch(figures)
	month, _ := strconv.Atoi(m[2])
	if month < 1 || month > 12 {
		return figures
	}
	return m[1] + " " + time.Month(month).String() + " " + m[3]
}

// datesIn returns the days that a phrase names, in its order. A day that lacks its month or year takes them from the
// next that has them, as in "6 to 17 December 2021". Numbers that no month follows are not days.
func datesIn(phrase string) []inspection.Date {
	type part struct {
		day, year int
		month     time.Month
	}
	var parts []part
	phrase = numericDate.ReplaceAllStringFunc(phrase, inWords)
	for _, m := range datePart.FindAllStringSubmatch(phrase, -1) {
		p := part{month: months[strings.ToLower(m[2])]}
		p.day, _ = strconv.Atoi(m[1])
		p.year, _ = strconv.Atoi(m[3])
		parts = append(parts, p)
	}
	var next part // the nearest later month, and the nearest later year
	var yearOf time.Month
	for i := len(parts) - 1; i >= 0; i-- {
		p := &parts[i]
		if p.month == 0 {
			p.month = next.month
		}
		if p.year == 0 && next.year != 0 {
			p.year = next.year
			if yearOf < p.month { // "30 November to 5 January 2024" began the year before
				p.year--
			}
		} else if p.year != 0 {
			next.year, yearOf = p.year, p.month
		}
		next.month = p.month
	}
	var out []inspection.Date
	for _, p := range parts {
		if p.year == 0 && len(out) > 0 { // "17 December 2021 and 10 January"
			last := out[len(out)-1]
			p.year = last.Year()
			if p.month < last.Month() {
				p.year++
			}
		}
		if p.month == 0 || p.year == 0 || p.day == 0 {
			continue
		}
		if d := inspection.Day(p.year, p.month, p.day); d.Month() == p.month {
			out = append(out, d)
		}
	}
	return out
}
