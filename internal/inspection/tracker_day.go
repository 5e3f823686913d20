package inspection

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// trackerDays are the ways in which councils' spreadsheets write days; trackerMonths those in which they write months.
var (
	trackerDays = []string{
		"2006-01-02", "2/1/2006", "2/1/06", "2.1.2006", "2.1.06", "2-1-2006", "2-1-06", "2 January 2006", "2 Jan 2006", "2 January 06",
		"2 Jan 06", "2-Jan-2006", "2-Jan-06", "2-January-2006", "2/Jan/2006", "2/Jan/06",
	}
	trackerMonths = []string{"2006-01", "January 2006", "Jan 2006", "Jan-2006", "Jan-06", "January-2006", "1/2006"}
)

var (
	trackerOrdinal   = regexp.MustCompile(`\b([0-9]{1,2})(?:st|nd|rd|th)\b`)
	trackerWeekday   = regexp.MustCompile(`^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)? `)
	trackerSeptember = regexp.MustCompile(`\bsept\b`)
	trackerHour      = regexp.MustCompile(` [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$`)
	financialYear    = `(20[0-9]{2}|[0-9]{2}) ?[/–-] ?(20[0-9]{2}|[0-9]{2})`
	quarterFirst     = regexp.MustCompile(`\b(?:q|qtr|quarter) ?([1-4])\b(?: of)? ?` + financialYear + `\b`)
	yearFirst        = regexp.MustCompile(`\b` + financialYear + ` ?(?:q|qtr|quarter) ?([1-4])\b`)
	headingWords     = regexp.MustCompile(`\b(?:progress|update|position|report|comments?|as|at|of|on|to|for|the|end)\b`)
)

// plainDay writes a date as its patterns expect it.
func plainDay(text string) string {
	text = strings.NewReplacer(",", " ", "(", " ", ")", " ", "’", "").Replace(strings.ToLower(text))
	text = strings.Join(strings.Fields(text), " ")
	text = trackerHour.ReplaceAllString(trackerWeekday.ReplaceAllString(text, ""), "")
	text = trackerSeptember.ReplaceAllString(trackerOrdinal.ReplaceAllString(text, "$1"), "sep")
	return strings.TrimPrefix(text, "by ")
}

// writtenDay reads a day, or a month or a quarter, for which it returns the last day and that it is none.
func writtenDay(text string) (day Date, exact, ok bool) {
	text = plainDay(text)
	for _, end := range []string{"end of ", "the end of ", "end "} {
		if period, says := strings.CutPrefix(text, end); says {
			day, _, ok = writtenDay(period)
			return day, ok, ok
		}
	}
	for _, layout := range trackerDays {
		if t, err := time.Parse(layout, text); err == nil {
			return DayOf(t), true, true
		}
	}
	for _, layout := range trackerMonths {
		if t, err := time.Parse(layout, text); err == nil {
			return Date{year: t.Year(), month: t.Month()}.Last(), false, true
		}
	}
	if day, ok = quarterEnd(text); ok && quarterOnly(text) {
		return day, false, true
	}
	return Date{}, false, false
}

func quarterOnly(text string) bool {
	return quarterFirst.FindString(text) == text || yearFirst.FindString(text) == text
}

// quarterEnd finds a quarter of a financial year, which begins in April, and returns its last day. A quarter of a year
// that is not written as a financial one could be either, and is none.
func quarterEnd(text string) (Date, bool) {
	var quarter, from, to string
	if m := quarterFirst.FindStringSubmatch(text); m != nil {
		quarter, from, to = m[1], m[2], m[3]
	} else if m := yearFirst.FindStringSubmatch(text); m != nil {
		from, to, quarter = m[1], m[2], m[3]
	} else {
		return Date{}, false
	}
	first, second := fullYear(from), fullYear(to)
	if second != first+1 {
		return Date{}, false
	}
	number, _ := strconv.Atoi(quarter) // one of the digits 1 to 4
	return Day(first, time.April, 1).AddMonths(3 * number).AddDays(-1), true
}

func fullYear(digits string) int {
	year, _ := strconv.Atoi(digits) // two or four digits
	if year < 100 {
		year += 2000
	}
	return year
}

// day reads a cell that has to hold a day, and says what is wrong with one that does not.
func (m TrackerMapping) day(text string) (Date, string) {
	switch day, exact, ok := writtenDay(text); {
	case !ok:
		return Date{}, fmt.Sprintf("“%s” cannot be read as a day: write it like 31 March 2027", shortText(text))
	case !exact && !m.MonthMeans:
		return Date{}, fmt.Sprintf("“%s” is not one day: write the day, or say with the columns that a month or a quarter means its last day", shortText(text))
	default:
		return day, ""
	}
}

// Day returns the day that a column of progress speaks of: the one that was given or, where its heading names a day, a month
// or a quarter of a financial year, the last day of that. It is unknown where neither says.
func (c TrackerColumn) Day() Date {
	if c.On.Known() {
		return c.On
	}
	text := plainDay(c.Heading)
	if day, ok := quarterEnd(text); ok {
		return day
	}
	text = strings.Trim(strings.Join(strings.Fields(headingWords.ReplaceAllString(text, " ")), " "), " :–-")
	day, _, _ := writtenDay(text)
	return day
}
