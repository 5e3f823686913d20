package inspection

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// Precision says how much of a Date is known.
type Precision int

// The precisions of a Date, from nothing known to the day known.
const (
	Unknown Precision = iota
	ToYear
	ToMonth
	ToDay
)

// Date is a calendar day with its precision: letters print days, newspapers months, memories years. It has no time
// zone. Its text form is ISO 8601 with reduced precision ("2016", "2016-04", "2016-04-27"); a trailing "~" marks a date
// that was inferred or that sources dispute (ISO 8601-2, "approximate"). The zero Date is an unknown date.
type Date struct {
	year   int
	month  time.Month
	day    int
	approx bool
}

// Day returns the Date of one calendar day.
func Day(year int, month time.Month, day int) Date {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date{year: t.Year(), month: t.Month(), day: t.Day()}
}

// DayOf returns the calendar day of t in Europe/London terms if t already carries that zone; it never converts.
func DayOf(t time.Time) Date { return Day(t.Year(), t.Month(), t.Day()) }

// MustDate is ParseDate for dates written in the program. It panics on a malformed one.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDate reads the text form of a Date. The empty string is the unknown date.
func ParseDate(s string) (Date, error) {
	text := strings.TrimSpace(s)
	var d Date
	if text == "" {
		return d, nil
	}
	d.approx = strings.HasSuffix(text, "~")
	text = strings.TrimSuffix(text, "~")
	layout := time.DateOnly[:min(len(text), len(time.DateOnly))]
	t, err := time.Parse(layout, text)
	if len(layout) != 4 && len(layout) != 7 && len(layout) != 10 || err != nil || t.Year() == 0 { // no calendar has a year 0
		return Date{}, fmt.Errorf("read date %q: want YYYY, YYYY-MM or YYYY-MM-DD", s)
	}
	d.year = t.Year()
	if len(text) >= 7 {
		d.month = t.Month()
	}
	if len(text) == 10 {
		d.day = t.Day()
	}
	return d, nil
}

// Known reports whether anything at all is known of the date.
func (d Date) Known() bool { return d.year != 0 }

// Approximate reports whether the date was inferred or is disputed.
func (d Date) Approximate() bool { return d.approx }

// Exact reports whether the day itself is known beyond inference.
func (d Date) Exact() bool { return d.Precision() == ToDay && !d.approx }

// Precision returns how much of the date is known.
func (d Date) Precision() Precision {
	switch {
	case d.year == 0:
		return Unknown
	case d.month == 0:
		return ToYear
	case d.day == 0:
		return ToMonth
	}
	return ToDay
}

// Year returns the calendar year, 0 when unknown.
func (d Date) Year() int { return d.year }

// Month returns the month, 0 when unknown.
func (d Date) Month() time.Month { return d.month }

// First returns the earliest day that the date can mean.
func (d Date) First() Date {
	switch d.Precision() {
	case Unknown:
		return d
	case ToYear:
		return Day(d.year, time.January, 1)
	case ToMonth:
		return Day(d.year, d.month, 1)
	}
	return Day(d.year, d.month, d.day)
}

// Last returns the latest day that the date can mean.
func (d Date) Last() Date {
	switch d.Precision() {
	case Unknown:
		return d
	case ToYear:
		return Day(d.year, time.December, 31)
	case ToMonth:
		return Day(d.year, d.month+1, 0)
	}
	return Day(d.year, d.month, d.day)
}

// Time returns the first day of the date at midnight UTC, for arithmetic and axes. An unknown date has the zero time.
func (d Date) Time() time.Time {
	if !d.Known() {
		return time.Time{}
	}
	f := d.First()
	return time.Date(f.year, f.month, f.day, 0, 0, 0, 0, time.UTC)
}

// Before reports whether the first day of d is before the first day of o. An unknown date is before every known one.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether the first day of d is after the first day of o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Compare orders dates by their first day, for slices.SortFunc. Pages compare dates very often, hence without a calendar.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.year, o.year), cmp.Compare(max(d.month, 1), max(o.month, 1)), cmp.Compare(max(d.day, 1), max(o.day, 1)))
}

// AddDays returns the day that many days after the first day of d.
func (d Date) AddDays(days int) Date { return DayOf(d.Time().AddDate(0, 0, days)) }

// AddMonths returns the date that many months later, at the precision of d. The 31st becomes the last day of a shorter
// month.
func (d Date) AddMonths(months int) Date {
	f := d.First()
	first := time.Date(f.year, f.month+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	out := Date{year: first.Year(), approx: d.approx}
	if d.Precision() >= ToMonth {
		out.month = first.Month()
	}
	if d.Precision() == ToDay {
		out.day = min(f.day, Date{year: out.year, month: out.month}.Last().day)
	}
	return out
}

// DaysUntil returns the number of days from the first day of d to the first day of o.
func (d Date) DaysUntil(o Date) int { return int(o.Time().Sub(d.Time()).Hours() / 24) }

// String returns the text form, "" for the unknown date.
func (d Date) String() string {
	var s string
	switch d.Precision() {
	case Unknown:
		return ""
	case ToYear:
		s = fmt.Sprintf("%04d", d.year)
	case ToMonth:
		s = fmt.Sprintf("%04d-%02d", d.year, d.month)
	case ToDay:
		s = fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
	}
	if d.approx {
		s += "~"
	}
	return s
}

// ISO returns the text form without the mark for an approximate date, as machines expect it.
func (d Date) ISO() string { return strings.TrimSuffix(d.String(), "~") }

// Words returns the date as pages say it: "7 July 2026", "February 2016", "2013", with "about" before an approximate
// one and "date not found" for the unknown date.
func (d Date) Words() string {
	var s string
	switch d.Precision() {
	case Unknown:
		return "date not found"
	case ToYear:
		s = fmt.Sprint(d.year)
	case ToMonth:
		s = fmt.Sprintf("%s %d", d.month, d.year)
	case ToDay:
		s = fmt.Sprintf("%d %s %d", d.day, d.month, d.year)
	}
	return d.about() + s
}

// MonthWords returns the month and year: "July 2026"; the year alone where the month is unknown.
func (d Date) MonthWords() string {
	if d.Precision() < ToMonth {
		return d.Words()
	}
	return d.about() + fmt.Sprintf("%s %d", d.month, d.year)
}

// ShortMonthWords returns the month cut to three letters and the year, for narrow places: "Jul 2026".
func (d Date) ShortMonthWords() string {
	if d.Precision() < ToMonth {
		return d.Words()
	}
	return d.about() + fmt.Sprintf("%.3s %d", d.month.String(), d.year)
}

func (d Date) about() string {
	if d.approx {
		return "about "
	}
	return ""
}

// MarshalText writes the text form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form.
func (d *Date) UnmarshalText(b []byte) error {
	got, err := ParseDate(string(b))
	if err == nil {
		*d = got
	}
	return err
}

// Value stores the text form; the unknown date is NULL.
func (d Date) Value() (driver.Value, error) {
	if !d.Known() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value stored.
func (d *Date) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("read date: cannot use a %T", v)
}

// GormDataType tells the store that a Date is text, since a DATE column could not hold "2016-04".
func (Date) GormDataType() string { return "text" }

// DateRangeWords says a span of days as letters print it: "11 to 22 May 2026", "30 January to 10 February 2023",
// "from 17 June 2019" where the end is unknown.
func DateRangeWords(start, end Date) string {
	switch {
	case !start.Known() && !end.Known():
		return "dates not found"
	case !end.Known() && start.Precision() == ToDay:
		return "from " + start.Words()
	case !end.Known():
		return start.Words()
	case !start.Known():
		return "to " + end.Words()
	case start.String() == end.String():
		return start.Words()
	case start.Precision() != ToDay || end.Precision() != ToDay || start.approx || end.approx || start.year != end.year:
		return start.Words() + " to " + end.Words()
	case start.month == end.month:
		return fmt.Sprintf("%d to %s", start.day, end.Words())
	}
	return fmt.Sprintf("%d %s to %s", start.day, start.month, end.Words())
}

// BandWords says a span that a letter only gave as "approximately" in seasons, so that no day is implied: "early 2027",
// "spring–summer 2027", "autumn 2025–early 2026".
func BandWords(from, until Date) string {
	a, b := season(from.month), season(until.month)
	if until.month == time.March && from.month < time.March {
		b = season(time.January) // a band that ends in March and began in winter is still "early"
	}
	switch {
	case from.year == until.year && a == b:
		return fmt.Sprintf("%s %d", a, from.year)
	case from.year == until.year:
		return fmt.Sprintf("%s–%s %d", a, b, from.year)
	}
	return fmt.Sprintf("%s %d–%s %d", a, from.year, b, until.year)
}

// season names the part of the year a month stands in; January and February are "early", since a winter has two years.
func season(m time.Month) string {
	switch {
	case m < time.March:
		return "early"
	case m < time.June:
		return "spring"
	case m < time.September:
		return "summer"
	case m < time.December:
		return "autumn"
	}
	return "late"
}
