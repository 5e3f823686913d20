package inspection

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
)

// seededCalendar reads the table of bank holidays that the program ships.
func seededCalendar(t *testing.T) (*Calendar, []BankHoliday) {
	t.Helper()
	file, err := os.Open("../../seed/bank_holidays.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var holidays []BankHoliday
	for _, row := range rows[1:] {
		holidays = append(holidays, BankHoliday{On: MustDate(row[0]), Name: row[1], Kind: row[2]})
	}
	return NewCalendar(holidays), holidays
}

func TestWorkingDays(t *testing.T) {
	calendar, _ := seededCalendar(t)
	for _, c := range []struct {
		says, from string
		days       int
		want       string
	}{
		{"Stockton stated this date", "2023-05-09", 70, "2023-08-16"},
		{"Kirklees, one day before the council's own 71st", "2016-11-25", 70, "2017-03-08"},
		{"the report of November 2022", "2022-11-25", 30, "2023-01-11"},
		{"the statement of November 2022", "2022-11-25", 70, "2023-03-08"},
		{"the report of July 2026", "2026-07-07", 30, "2026-08-18"},
		{"the statement of July 2026", "2026-07-07", 70, "2026-10-14"},
		{"a date printed in Buckinghamshire's joint letter", "2024-03-14", 70, "2024-06-26"},
		{"a date printed in Norfolk's joint letter", "2025-02-27", 70, "2025-06-11"},
		{"no days at all", "2026-07-07", 0, "2026-07-07"},
		{"day 1 is the next working day", "2026-12-24", 1, "2026-12-29"},
	} {
		t.Run(c.says, func(t *testing.T) {
			got, ok := calendar.AddWorkingDays(MustDate(c.from), c.days)
			if !ok || got != MustDate(c.want) {
				t.Errorf("%d working days from %s: got %v, want %s", c.days, c.from, got, c.want)
			}
		})
	}
	t.Run("nothing is computed beyond the table", func(t *testing.T) {
		if got, ok := calendar.AddWorkingDays(MustDate("2030-12-01"), 70); ok {
			t.Errorf("got %v", got)
		}
	})
	t.Run("a day in a later year does not make that year known", func(t *testing.T) {
		_, holidays := seededCalendar(t)
		calendar := NewCalendar(append(holidays, BankHoliday{On: MustDate("2031-12-25"), Kind: AddedHoliday}))
		if _, last, ok := calendar.Span(); !ok || last != 2030 {
			t.Errorf("the calendar ends with %d, %v", last, ok)
		}
		if got, ok := calendar.AddWorkingDays(MustDate("2030-12-01"), 70); ok {
			t.Errorf("got %v", got)
		}
	})
	t.Run("nothing is computed from a month", func(t *testing.T) {
		if got, ok := calendar.AddWorkingDays(MustDate("2016-04"), 70); ok {
			t.Errorf("got %v", got)
		}
	})
}

func TestDaysThatOfficersAdd(t *testing.T) {
	calendar, _ := seededCalendar(t)
	for _, c := range []struct{ says, on, name, want string }{
		{"a weekday with a name will do", "2027-05-17", "A day of celebration", ""},
		{"a month is no day", "2027-05", "A day", "on: Enter the whole day of the bank holiday, like 8 May 2023"},
		{"an inferred day is no day", "2027-05-17~", "A day", "on: Enter the whole day of the bank holiday, like 8 May 2023"},
		{"a day before the table is too early", "2006-05-17", "A day", "on: Enter a day between 2007 and 2046"},
		{"a day far ahead is a slip", "2127-05-17", "A day", "on: Enter a day between 2007 and 2046"},
		{"a day that is there is not added again", "2026-12-25", "Christmas", "on: Enter another day: 25 December 2026 is in the table already"},
		{"a Saturday is free anyway", "2027-05-15", "A day", "on: 15 May 2027 is a Saturday, which is no working day anyway. Enter the weekday that is free instead"},
		{"a day needs a name", "2027-05-17", " ", "name: Enter what the day is called, like Coronation of the King"},
		{"a name fits a line", "2027-05-17", strings.Repeat("x", 101), "name: Shorten the name: at most 100 characters fit"},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := problemLines(calendar.Check(BankHoliday{On: MustDate(c.on), Name: c.name}, MustDate("2026-11-21"))); got != c.want {
				t.Errorf("got %q; want %q", got, c.want)
			}
		})
	}
}

// TestBankHolidaysAgainstALibrary compares the table with github.com/rickar/cal, which knows the ordinary holidays but
// not every one-off change. The days on which it is wrong are named here and nowhere else.
func TestBankHolidaysAgainstALibrary(t *testing.T) {
	calendar, holidays := seededCalendar(t)
	library := cal.NewBusinessCalendar()
	library.AddHoliday(gb.Holidays...)
	wrong := map[string]bool{
		"2011-04-29": true, "2012-05-28": true, "2012-06-04": true, "2012-06-05": true, "2022-09-19": true,
	}
	differed := map[string]bool{}
	for day := time.Date(2007, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() <= 2030; day = day.AddDate(0, 0, 1) {
		d := DayOf(day)
		if calendar.WorkingDay(d) != library.IsWorkday(day) {
			differed[d.String()] = true
			if !wrong[d.String()] {
				t.Errorf("%s: the table says working day %t, the library %t", d, calendar.WorkingDay(d), library.IsWorkday(day))
			}
		}
	}
	for day := range wrong {
		if !differed[day] {
			t.Errorf("%s: the library is right by now; take the day off the list", day)
		}
	}
	ordinary := map[string]bool{}
	for _, h := range holidays {
		if h.Kind == "ordinary" {
			ordinary[h.On.String()] = true
		}
		if h.Kind != "ordinary" && h.Kind != "moved" && h.Kind != "one_off" {
			t.Errorf("%s: kind %q", h.On, h.Kind)
		}
	}
	if len(ordinary) < 24*7 {
		t.Errorf("only %d ordinary holidays in 24 years", len(ordinary))
	}
}
