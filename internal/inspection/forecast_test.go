package inspection_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

// readSeed reads the seed once for all the tests here, which only look at it.
var readSeed = sync.OnceValues(func() (*inspection.Record, error) { return exchange.ReadSeed(seed.Files()) })

func seeded(t testing.TB) *inspection.Record {
	t.Helper()
	record, err := readSeed()
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// changed returns a copy of the seed with other inspections.
func changed(t *testing.T, change func(*inspection.Inspection) bool) *inspection.Record {
	t.Helper()
	record := *seeded(t)
	record.Inspections = slices.DeleteFunc(slices.Clone(record.Inspections), change)
	return &record
}

var today = inspection.MustDate("2026-11-21")

func forecast(t *testing.T, r *inspection.Record, authority, asOf string) (inspection.Forecast, bool) {
	t.Helper()
	body, ok := r.Body(authority)
	if !ok {
		t.Fatalf("no body %s", authority)
	}
	return r.Forecast(r, body, inspection.MustDate(asOf))
}

func TestBackTest(t *testing.T) {
	r := seeded(t)
	got, ok := r.BackTest(r, today)
	if !ok {
		t.Fatal("no band can be estimated")
	}
	t.Logf("%d pairs, %d waiting; inside %.1f %%, width %.1f days, error %.1f days",
		got.Pairs, got.Waiting, 100*got.Band.HitRate(), got.Band.MeanWidth(), got.MeanError)
	t.Run("at least nine tenths of the bands hold the day, on average at most 340 days wide and the middle 81 off", func(t *testing.T) {
		if got.Band.HitRate() < 0.90 || got.Band.MeanWidth() > 340 || got.MeanError > 81 {
			t.Errorf("got %.3f, %.1f days, %.1f days", got.Band.HitRate(), got.Band.MeanWidth(), got.MeanError)
		}
	})
	t.Run("a plain run over the seed gives these numbers, so a change of method does not pass unseen", func(t *testing.T) {
		near := func(got, want float64) bool { return math.Abs(got-want) < 0.05 }
		if got.Pairs != 67 || got.Waiting != 153 || got.Band.Inside != 61 || got.Band.Pairs != 67 ||
			!near(got.Band.MeanWidth(), 334.7) || !near(got.MeanError, 79.6) {
			t.Errorf("got %+v", got)
		}
		if got.Seen != inspection.MustDate("2026-08-22") {
			t.Errorf("waits were followed to %v", got.Seen)
		}
	})
	t.Run("the usual window fits better counted from publication than from the end of fieldwork", func(t *testing.T) {
		if got.Usual.Inside != 61 || got.Usual.Pairs != 67 || got.UsualFieldwork.Inside != 54 {
			t.Errorf("got %d of %d, and %d", got.Usual.Inside, got.Usual.Pairs, got.UsualFieldwork.Inside)
		}
	})
	t.Run("the months that readers see are wider and hold more", func(t *testing.T) {
		if got.Shown.Inside != 67 || got.Shown.Pairs != 67 || got.Shown.MeanWidth() < 459 || got.Shown.MeanWidth() > 460 {
			t.Errorf("got %d of %d, %.1f days", got.Shown.Inside, got.Shown.Pairs, got.Shown.MeanWidth())
		}
	})
	t.Run("it says how many second inspections were under the rules in force, and who has waited longer than its band", func(t *testing.T) {
		if got.Change != inspection.MustDate("2026-04-01") || got.AfterChange != 11 || got.WaitingLonger != 1 {
			t.Errorf("got %v, %d and %d", got.Change, got.AfterChange, got.WaitingLonger)
		}
	})
	t.Run("a council is tried on a band made without any of its own waits", func(t *testing.T) {
		// The five short waits of one council, or four of them, would draw the beginning of the band down to themselves.
		odd := alike(t, "leeds")
		got, ok := odd.BackTest(odd, today)
		if !ok || got.Pairs != 29+5 || got.Band.Inside != 29 {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("before enough councils were inspected twice there is none", func(t *testing.T) {
		if got, ok := r.BackTest(r, inspection.MustDate("2025-06-30")); ok {
			t.Errorf("got %+v", got)
		}
	})
}

// alike returns a record in which 29 councils were inspected twice, 1,200 days apart, and an odd one six times, 100 days
// apart.
func alike(t *testing.T, odd string) *inspection.Record {
	t.Helper()
	record := *seeded(t)
	record.Inspections = nil
	inspect := func(council string, times, wait int) {
		on := inspection.MustDate("2021-06-07")
		for range times {
			record.Inspections = append(record.Inspections, &inspection.Inspection{
				ID: council + "-" + on.String(), Kind: "ilacs-standard", Framework: "ilacs-2018", FieldworkStart: on, FieldworkEnd: on.AddDays(11),
				Published: on.AddDays(50), Bodies: []inspection.InspectionBody{{BodyID: council, Confirmed: true}},
			})
			on = on.AddDays(11 + wait)
		}
	}
	inspect(odd, 6, 100)
	councils := 0
	for _, b := range record.Bodies {
		if b.Kind == inspection.Authority && !b.Ended.Known() && b.ID != odd && councils < 29 {
			councils++
			inspect(b.ID, 2, 1200)
		}
	}
	return &record
}

func TestForecast(t *testing.T) {
	r := seeded(t)
	for _, council := range []string{"north-northamptonshire", "west-northamptonshire"} {
		t.Run("the windows of "+council, func(t *testing.T) {
			f, ok := forecast(t, r, council, "2026-11-21")
			if !ok {
				t.Fatal(f.Absent)
			}
			if f.From == nil || f.From.ID != council+"-ilacs-standard-2026-05-11" {
				t.Errorf("it counts from %+v", f.From)
			}
			for _, c := range []struct{ says, got, want string }{
				{"the rule counted from publication", f.Usual.Words(), "7 January 2029 to 7 January 2030"},
				{"the rule counted from the end of fieldwork", f.UsualFieldwork.Words(), "22 November 2028 to 22 November 2029"},
				{"the band", f.Band.Words(), "16 April 2029 to 18 March 2030"},
				{"its middle", f.Median.Words(), "22 October 2029"},
				{"the words", f.WindowWords(), "most likely January 2029 to March 2030; Ofsted may come sooner"},
			} {
				if c.got != c.want {
					t.Errorf("%s: got %q, want %q", c.says, c.got, c.want)
				}
			}
			if f.Tried == nil {
				t.Fatal("the window of the last time is not tried")
			}
			want := "After the inspection of October 2022 the usual window (counted from the end of fieldwork) ran to 14 April 2026; inspectors came on 11 May 2026, 27 days after it."
			if got := f.Tried.Words(); got != want {
				t.Errorf("got %q", got)
			}
			if !f.Tried.Usual.Holds(f.Tried.Next.FieldworkStart) || f.Tried.Usual.Words() != "25 May 2025 to 25 May 2026" {
				t.Errorf("counted from publication it ran from %s", f.Tried.Usual.Words())
			}
		})
	}
	t.Run("as it stood on an earlier day it counts from what was out by then", func(t *testing.T) {
		f, ok := forecast(t, r, "north-northamptonshire", "2024-03-01")
		if !ok || f.From.ID != "north-northamptonshire-ilacs-standard-2022-10-03" || f.Tried != nil || f.Seen != inspection.MustDate("2024-03-01") {
			t.Fatalf("got %+v", f)
		}
		if f.Band.Known() {
			t.Errorf("a band is given, though hardly any council had been inspected twice: %s", f.Band.Words())
		}
		if got := f.WindowWords(); got != "most likely May 2025 to May 2026; Ofsted may come sooner" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("what came out later changes nothing as it stood on an earlier day", func(t *testing.T) {
		day := "2026-08-10"
		then := changed(t, func(in *inspection.Inspection) bool { return !in.OutBy(inspection.MustDate(day)) })
		a, _ := forecast(t, r, "leeds", day)
		b, _ := forecast(t, then, "leeds", day)
		if a.Band != b.Band || a.Usual != b.Usual || a.Median != b.Median {
			t.Errorf("got %+v and %+v", a, b)
		}
	})
	t.Run("a window that has begun, and one that has ended, are said to have", func(t *testing.T) {
		for day, want := range map[string]string{
			"2025-05-01": "most likely by May 2026; Ofsted may come at any time",
			"2026-05-31": "most likely by May 2026; Ofsted may come at any time",
			"2026-06-01": "the likely months ended with May 2026 and no later inspection is on this record; Ofsted may come at any time",
		} {
			if f, _ := forecast(t, r, "west-northamptonshire", day); f.Band.Known() || f.WindowWords() != want {
				t.Errorf("on %s: got %q", day, f.WindowWords())
			}
		}
	})
	for _, c := range []struct{ says, council, asOf, want string }{
		{"an ended council", "northamptonshire-county-council", "2026-11-21", "Northamptonshire County Council ended on 31 March 2021, so inspectors will not come to it again."},
		{"a council that had not begun", "cumberland", "2023-03-31", "Cumberland did not exist yet: it began on 1 April 2023."},
		{"a council without an inspection of this family", "cumberland", "2023-06-01", "No full inspection of Cumberland under the inspection rules of 2018 is on this record"},
		{"after the grade inadequate overall", "nottingham", "2026-11-21", "The full inspection of July 2022 gave the grade inadequate. After that other rules apply"},
		{"after the grade inadequate for a judgement, where none is given overall", "trafford", "2026-11-21", "The full inspection of June 2026 gave the grade inadequate."},
		{"how long others waited after that grade", "nottingham", "2026-11-21", "since 2021, nine were inspected again, about 36 to 45 months later, and 12 still waited on 22 August 2026."},
	} {
		t.Run("no window: "+c.says, func(t *testing.T) {
			f, ok := forecast(t, r, c.council, c.asOf)
			if ok || f.WindowWords() != "" || f.Window().Known() || f.Tried != nil || !strings.Contains(f.Absent, c.want) {
				t.Errorf("got %q, %q", f.WindowWords(), f.Absent)
			}
		})
	}
	t.Run("an earlier council's inspection is not its successors' last", func(t *testing.T) {
		f, ok := forecast(t, r, "west-northamptonshire", "2022-06-01")
		if ok || f.From != nil {
			t.Errorf("got %+v", f)
		}
	})
	t.Run("inadequate for one judgement beside a better overall grade keeps the window", func(t *testing.T) {
		if f, ok := forecast(t, r, "slough", "2024-01-01"); !ok {
			t.Errorf("got %q", f.Absent)
		}
	})
	t.Run("every council has either a window or a sentence that says why not", func(t *testing.T) {
		for _, b := range r.Bodies {
			f, ok := r.Forecast(r, b, today)
			if b.Kind == inspection.Authority && (ok != (f.WindowWords() != "") || ok == (f.Absent != "")) {
				t.Errorf("%s: %v, %q, %q", b.ID, ok, f.WindowWords(), f.Absent)
			}
		}
	})
}

func TestTrialWords(t *testing.T) {
	window := inspection.Window{From: inspection.MustDate("2025-04-14"), Until: inspection.MustDate("2026-04-14")}
	for _, c := range []struct{ says, came, want string }{
		{"before the window", "2025-04-13", "began on 14 April 2025; inspectors came on 13 April 2025, 1 day before it."},
		{"on its first day", "2025-04-14", "ran from 14 April 2025 to 14 April 2026; inspectors came on 14 April 2025, inside it."},
		{"on its last day", "2026-04-14", "ran from 14 April 2025 to 14 April 2026; inspectors came on 14 April 2026, inside it."},
		{"after it", "2026-05-11", "ran to 14 April 2026; inspectors came on 11 May 2026, 27 days after it."},
	} {
		t.Run(c.says, func(t *testing.T) {
			trial := inspection.Trial{
				After: &inspection.Inspection{FieldworkStart: inspection.MustDate("2022-10-03")},
				Next:  &inspection.Inspection{FieldworkStart: inspection.MustDate(c.came)}, UsualFieldwork: window,
			}
			want := "After the inspection of October 2022 the usual window (counted from the end of fieldwork) " + c.want
			if got := trial.Words(); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// The page is made uncached for every reader who asks first, so neither may be slow.
func TestForecastIsCheap(t *testing.T) {
	r := seeded(t)
	home, _ := r.Body("north-northamptonshire")
	// The fastest of a few runs is asked about, since the machine may be busy with other things.
	fastest := func(run func()) time.Duration {
		least := time.Hour
		for range 5 {
			start := time.Now()
			run()
			least = min(least, time.Since(start))
		}
		return least
	}
	if took := fastest(func() { r.Forecast(r, home, today) }); took > 5*time.Millisecond {
		t.Errorf("a forecast took %v", took)
	}
	if took := fastest(func() { r.BackTest(r, today) }); took > 50*time.Millisecond {
		t.Errorf("the back-test took %v", took)
	}
}

func BenchmarkBackTest(b *testing.B) {
	r := seeded(b)
	for b.Loop() {
		r.BackTest(r, today)
	}
}

func BenchmarkForecast(b *testing.B) {
	r := seeded(b)
	home, _ := r.Body("north-northamptonshire")
	for b.Loop() {
		r.Forecast(r, home, today)
	}
}
