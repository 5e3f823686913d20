package inspection

import (
	"slices"
	"testing"
)

// waited makes waits of one authority each, shortest first; true marks those that ended in another inspection.
func waited(days []int, inspected []bool) []wait {
	var out []wait
	for i, n := range days {
		w := wait{authority: string(rune('a' + i)), days: n}
		if inspected[i] {
			w.next = &Inspection{}
		}
		out = append(out, w)
	}
	return out
}

func TestDaysByShare(t *testing.T) {
	const waiting, again = false, true
	// Worked by hand: after 10 days 4/5 still wait; after 20 days 4/5 × 2/3 (one left unseen at 15, three were at risk);
	// after 40 days nobody.
	small := waited([]int{10, 15, 20, 30, 40}, []bool{again, waiting, again, waiting, again})
	for _, c := range []struct {
		says    string
		waits   []wait
		without string
		shares  []float64
		want    []int
	}{
		{"each share is reached on the day by which as many were inspected again", small, "", []float64{0.2, 0.46, 0.5, 0.95}, []int{10, 20, 40, 40}},
		{"one left out altogether changes what the others show", small, "a", []float64{0.2, 0.5, 0.95}, []int{20, 40, 40}},
		{"a wait that is still going on when another ends counts as at risk on that day",
			waited([]int{10, 10, 20}, []bool{waiting, again, again}), "", []float64{0.3, 0.34, 0.95}, []int{10, 20, 20}},
		{"a share that the waits are too short for is missing",
			waited([]int{10, 20, 30}, []bool{again, waiting, waiting}), "", []float64{0.2, 0.5}, []int{10}},
		{"nobody inspected again gives nothing", waited([]int{10, 20}, []bool{waiting, waiting}), "", []float64{0.05}, nil},
		{"no waits give nothing", nil, "", []float64{0.05}, nil},
		{
			"the textbook case of 21 patients in remission (Freireich and others, 1963) has its published median of 23 weeks",
			waited([]int{6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
				[]bool{true, true, true, false, true, false, true, false, false, true, true, false, false, false, true, true, false, false, false, false, false}),
			"", []float64{0.10, 0.25, 0.37, 0.50, 0.60}, []int{6, 13, 16, 23},
		},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := daysByShare(c.waits, c.without, c.shares); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// allFair are grades under the rules of 2018 with nothing inadequate.
const allFair = "leaders good, help_protection good, care_and_care_leavers good, overall good"

func TestWaits(t *testing.T) {
	find := func(r *Record, authority, seen string) []wait {
		return slices.DeleteFunc(r.waits(MustDate(seen)), func(w wait) bool { return w.authority != authority })
	}
	t.Run("a wait runs from the end of fieldwork to the next start, and the latest to the last day seen", func(t *testing.T) {
		r := newRecord(t)
		first := r.inspect("old-town", "ilacs-short", "2021-07-05", "2021-08-30", allFair)
		second := r.inspect("old-town", "ilacs-short", "2024-09-02", "2024-10-14", allFair)
		got := find(r, "old-town", "2026-08-22")
		if len(got) != 2 || got[0].after != second || got[0].next != nil || got[0].days != second.FieldworkEnd.DaysUntil(MustDate("2026-08-22")) ||
			got[1].after != first || got[1].next != second || got[1].days != first.FieldworkEnd.DaysUntil(second.FieldworkStart) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("an inspection that was not yet out leaves the council waiting", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "ilacs-short", "2021-07-05", "2021-08-30", allFair)
		r.inspect("old-town", "ilacs-short", "2024-09-02", "2024-10-14", allFair)
		if got := find(r, "old-town", "2024-10-13"); len(got) != 1 || got[0].next != nil {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("an inspection begun before 2021 starts no wait", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "ilacs-short", "2020-03-02", "2020-05-04", allFair)
		if got := find(r, "old-town", "2026-08-22"); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("an inspection under older rules neither starts nor ends a wait, nor does a visit", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "ilacs-short", "2021-07-05", "2021-08-30", allFair)
		r.inspect("old-town", "ilacs-focused-visit", "2023-01-10", "2023-02-20", "")
		r.inspect("east-shire", "sif", "2017-01-10", "2017-02-20", "overall good")
		if got := r.waits(MustDate("2026-08-22")); len(got) != 1 || got[0].next != nil {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("an ended council waits no longer than its last day and never for its successors", func(t *testing.T) {
		r := newRecord(t)
		old := r.inspect("shire-county-council", "ilacs-standard", "2021-01-11", "2021-03-01", allFair)
		r.inspect("east-shire", "ilacs-standard", "2023-01-09", "2023-03-01", allFair)
		got := find(r, "shire-county-council", "2026-08-22")
		if len(got) != 1 || got[0].next != nil || got[0].days != old.FieldworkEnd.DaysUntil(MustDate("2021-03-31")) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("days that are not known to the day are not counted with", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "ilacs-short", "2021-07", "2021-08-30", allFair)
		if got := find(r, "old-town", "2026-08-22"); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("nothing is followed beyond the day to which the list is complete, nor beyond the day asked for", func(t *testing.T) {
		r := newRecord(t)
		for asOf, want := range map[string]string{"2026-11-21": "2026-08-22", "2025-01-01": "2025-01-01"} {
			if got := r.seen(MustDate(asOf)); got != MustDate(want) {
				t.Errorf("as it stood on %s: got %v, want %s", asOf, got, want)
			}
		}
	})
	t.Run("too few councils inspected twice give no band", func(t *testing.T) {
		var days []int
		var inspected []bool
		for n := range leastPairs - 1 {
			days, inspected = append(days, 1000+n), append(inspected, true)
		}
		few := waited(days, inspected)
		if got, ok := band(few, ""); ok {
			t.Errorf("got %v from %d pairs", got, len(few))
		}
		enough := append(few, waited([]int{2000}, []bool{true})...)
		if _, ok := band(enough, ""); !ok {
			t.Errorf("got none from %d pairs", len(enough))
		}
	})
}

func TestMonthsAround(t *testing.T) {
	window := func(from, until string) Window { return Window{MustDate(from), MustDate(until)} }
	for _, c := range []struct {
		says       string
		a, b, want Window
	}{
		{"the earlier start and the later end, in whole months", window("2029-01-07", "2030-01-07"), window("2029-04-16", "2030-03-18"), window("2029-01-01", "2030-03-31")},
		{"the order of the two is the same", window("2029-04-16", "2030-02-18"), window("2029-01-07", "2030-01-07"), window("2029-01-01", "2030-02-28")},
		{"one alone where the other is unknown", Window{}, window("2029-04-16", "2030-03-18"), window("2029-04-01", "2030-03-31")},
		{"none where both are", Window{}, Window{}, Window{}},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := monthsAround(c.a, c.b); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
