package inspection

import (
	"fmt"
	"strings"
	"time"
)

// BankHoliday is a bank holiday in England and Wales. Days that a single year added or moved are marked, so that a
// calendar of the ordinary ones can be checked against them.
type BankHoliday struct {
	On   Date   `gorm:"column:on_day;primaryKey" json:"date"`
	Name string `json:"name"`
	Kind string `json:"kind"` // one of the kinds below
}

// The kinds of BankHoliday.
const (
	OrdinaryHoliday = "ordinary"
	MovedHoliday    = "moved"   // by one year alone
	OneOffHoliday   = "one_off" // of one year alone
	AddedHoliday    = "added"   // by an officer, since the program was made
)

// holidaysInAYear is how many bank holidays every year has at least. A year of which fewer are held is not held whole.
const holidaysInAYear = 8

// What an officer may add: no day further ahead than bank holidays are ever announced, and a name that fits a line.
const (
	holidaysAhead      = 20 // years
	longestHolidayName = 100
)

// Calendar knows which days are working days: not a Saturday or Sunday, nor a bank holiday in England and Wales
// (SI 2007/462, regulation 1(2); Christmas Day and Good Friday are among the days of the table).
type Calendar struct {
	holidays map[Date]bool
	years    map[int]int // the number of bank holidays held of each year
}

// NewCalendar returns the calendar of a table of bank holidays. It computes only inside the years that the table holds
// whole: one day that an officer adds to a later year does not make that year known.
func NewCalendar(holidays []BankHoliday) *Calendar {
	c := &Calendar{holidays: make(map[Date]bool, len(holidays)), years: map[int]int{}}
	for _, h := range holidays {
		if day := h.On.First(); !c.holidays[day] {
			c.holidays[day] = true
			c.years[day.Year()]++
		}
	}
	return c
}

// Holds reports whether the table has every bank holiday of a year, so that working days can be counted in it.
func (c *Calendar) Holds(year int) bool { return c.years[year] >= holidaysInAYear }

// Span returns the first and the last year that the table holds whole; the second result is false where it holds none.
func (c *Calendar) Span() (first, last int, ok bool) {
	for year := range c.years {
		if !c.Holds(year) {
			continue
		}
		if !ok || year < first {
			first = year
		}
		last, ok = max(last, year), true
	}
	return first, last, ok
}

// Check says what is wrong with a day that an officer adds to the calendar. Fields are those of the form: on, name.
func (c *Calendar) Check(h BankHoliday, today Date) Problems {
	var out Problems
	wrong := func(field, format string, args ...any) {
		out = append(out, Problem{Field: field, Words: fmt.Sprintf(format, args...)})
	}
	first, _, _ := c.Span()
	weekday := h.On.Time().Weekday()
	switch {
	case !h.On.Exact():
		wrong("on", "Enter the whole day of the bank holiday, like 8 May 2023")
	case h.On.Year() < first || h.On.Year() > today.Year()+holidaysAhead:
		wrong("on", "Enter a day between %d and %d", first, today.Year()+holidaysAhead)
	case c.holidays[h.On]:
		wrong("on", "Enter another day: %s is in the table already", h.On.Words())
	case weekday == time.Saturday || weekday == time.Sunday:
		wrong("on", "%s is a %s, which is no working day anyway. Enter the weekday that is free instead", h.On.Words(), weekday)
	}
	switch name := strings.TrimSpace(h.Name); {
	case name == "":
		wrong("name", "Enter what the day is called, like Coronation of the King")
	case len([]rune(name)) > longestHolidayName:
		wrong("name", "Shorten the name: at most %d characters fit", longestHolidayName)
	}
	return out
}

// WorkingDay reports whether a day is a working day.
func (c *Calendar) WorkingDay(d Date) bool {
	weekday := d.Time().Weekday()
	return weekday != time.Sunday && weekday != time.Saturday && !c.holidays[d.First()]
}

// AddWorkingDays returns the day that many working days after d; day 1 is the next working day. The second result is
// false where the way leads outside the table or d is not a day, and nothing may then be shown.
func (c *Calendar) AddWorkingDays(d Date, days int) (Date, bool) {
	if d.Precision() != ToDay {
		return Date{}, false
	}
	at := d.First()
	for days > 0 {
		at = at.AddDays(1)
		if !c.Holds(at.Year()) {
			return Date{}, false
		}
		if c.WorkingDay(at) {
			days--
		}
	}
	return at, true
}
