package inspection

import "testing"

func TestDate(t *testing.T) {
	for _, c := range []struct{ says, text, words string }{
		{"a day is said in full", "2026-07-07", "7 July 2026"},
		{"a month has no day", "2016-02", "February 2016"},
		{"a year has no month", "2013", "2013"},
		{"an inferred date says about", "2013-05~", "about May 2013"},
		{"an unknown date says so", "", "date not found"},
	} {
		t.Run(c.says, func(t *testing.T) {
			d, err := ParseDate(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Words(); got != c.words {
				t.Errorf("words: got %q, want %q", got, c.words)
			}
			if got := d.String(); got != c.text {
				t.Errorf("text: got %q, want %q", got, c.text)
			}
			stored, err := d.Value()
			if err != nil {
				t.Fatal(err)
			}
			var back Date
			if err := back.Scan(stored); err != nil || back != d {
				t.Errorf("stored and read: got %v, %v; want %v", back, err, d)
			}
		})
	}
	for _, bad := range []string{"7 July 2026", "2026-13", "2026-02-30", "26-07-07", "2026-7-7", "~", "2026-07-07T00:00:00Z"} {
		t.Run("not a date: "+bad, func(t *testing.T) {
			if d, err := ParseDate(bad); err == nil {
				t.Errorf("read as %v", d)
			}
		})
	}
}

func TestDateSpans(t *testing.T) {
	month := MustDate("2024-02")
	if got := month.First(); got != Day(2024, 2, 1) {
		t.Errorf("the first day of February 2024: %v", got)
	}
	if got := month.Last(); got != Day(2024, 2, 29) {
		t.Errorf("the last day of February 2024: %v", got)
	}
	if got := MustDate("2013").Last(); got != Day(2013, 12, 31) {
		t.Errorf("the last day of 2013: %v", got)
	}
	if got := Day(2024, 1, 31).AddMonths(1); got != Day(2024, 2, 29) {
		t.Errorf("a month after 31 January 2024: %v", got)
	}
	if got := MustDate("2024-11").AddMonths(3); got != MustDate("2025-02") {
		t.Errorf("three months after November 2024: %v", got)
	}
	if !MustDate("2016").Before(Day(2016, 1, 2)) || MustDate("2016").Before(Day(2016, 1, 1)) {
		t.Error("a year counts from its first day when dates are put in order")
	}
}

func TestDateRangeWords(t *testing.T) {
	for _, c := range []struct{ says, start, end, want string }{
		{"days of one month", "2026-05-11", "2026-05-22", "11 to 22 May 2026"},
		{"days of two months", "2023-01-30", "2023-02-10", "30 January to 10 February 2023"},
		{"days of two years", "2019-12-30", "2020-01-10", "30 December 2019 to 10 January 2020"},
		{"a month alone", "2016-02", "", "February 2016"},
		{"an unknown end", "2019-06-17", "", "from 17 June 2019"},
		{"an inferred end", "2019-06-17", "2019-06-28~", "17 June 2019 to about 28 June 2019"},
		{"nothing known", "", "", "dates not found"},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := DateRangeWords(MustDate(c.start), MustDate(c.end)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBandWordsNeverImplyADay(t *testing.T) {
	for _, c := range []struct{ from, until, want string }{
		{"2027-01-22", "2027-03-25", "early 2027"},
		{"2027-03-18", "2027-07-12", "spring–summer 2027"},
		{"2025-07-22", "2025-09-25", "summer–autumn 2025"},
		{"2025-09-18", "2026-01-12", "autumn 2025–early 2026"},
		{"2026-12-01", "2026-12-20", "late 2026"},
		{"2025-10-01", "2025-11-20", "autumn 2025"},
	} {
		if got := BandWords(MustDate(c.from), MustDate(c.until)); got != c.want {
			t.Errorf("%s to %s: got %q, want %q", c.from, c.until, got, c.want)
		}
	}
}

func TestDatesAreOrderedByTheirFirstDay(t *testing.T) {
	var dates []Date
	for _, text := range []string{"", "2016", "2016-01", "2016-01-01", "2016-01-01~", "2016-02", "2016-02-01", "2016-02-29", "2015-12-31", "2017"} {
		dates = append(dates, MustDate(text))
	}
	for _, a := range dates {
		for _, b := range dates {
			want := a.Time().Compare(b.Time())
			if a.Compare(b) != want || a.Before(b) != (want < 0) || a.After(b) != (want > 0) {
				t.Errorf("%q and %q: %d, before %v, after %v; the calendar says %d", a, b, a.Compare(b), a.Before(b), a.After(b), want)
			}
		}
	}
}
