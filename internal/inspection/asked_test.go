package inspection

import (
	"slices"
	"strings"
	"testing"
)

func TestAskedOnce(t *testing.T) {
	r := newRecord(t)
	east := r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "")
	west := r.inspect("west-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "")
	town := r.inspect("old-town", "ilacs-standard", "2024-10-07", "2024-11-29", "")
	var items []AskedBy
	for _, one := range []struct {
		in             *Inspection
		reference, key string
		position       int
	}{
		{west, "WS-2", "both-2", 2}, {town, "OT-2", "", 2}, {east, "ES-1", "both-1", 1}, {east, "ES-3", "", 3},
		{town, "OT-1", "", 1}, {west, "WS-1", "both-1", 1}, {east, "ES-2", "both-2", 2},
	} {
		items = append(items, AskedBy{Recommendation{Reference: one.reference, SharedKey: one.key, Position: one.position}, one.in})
	}
	var got []string
	for _, asked := range AskedOnce(items) {
		var references []string
		for _, by := range asked {
			references = append(references, by.Item.Reference)
		}
		got = append(got, strings.Join(references, "+"))
	}
	want := []string{"OT-1", "OT-2", "ES-3", "ES-1+WS-1", "ES-2+WS-2"}
	if !slices.Equal(got, want) {
		t.Errorf("newest letter first, items of the same letters together and shared ones once: got %v, want %v", got, want)
	}
}

func TestCameNext(t *testing.T) {
	r := newRecord(t)
	county := r.inspect("shire-county-council", "sif", "2016-02-02", "2016-04-27", "overall inadequate, leaders inadequate")
	last := r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "overall inadequate, leaders inadequate")
	first := r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25",
		"overall requires_improvement, leaders requires_improvement, help_protection good, care_and_care_leavers good")
	visit := r.inspect("east-shire", "ilacs-focused-visit", "2023-10-10", "2023-11-15", "")
	r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "leaders outstanding, help_protection good, in_care good, care_leavers good")
	send := r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3")
	again := r.inspect("east-partnership", "area-send", "2026-01-22", "2026-03-25", "send_outcome 2")
	e := NewEngland(r)
	next := func(letter *Inspection, body, asOf string) CameNext {
		b, _ := r.Body(body)
		return e.CameNext(letter, b, []*Inspection{send, again}, MustDate(asOf))
	}
	said := func(lines []JudgementLine) string {
		var out []string
		for _, line := range lines {
			out = append(out, line.Strand.Code+": "+line.Earlier.Words)
		}
		return strings.Join(out, "; ")
	}
	t.Run("judgements of the next full inspection stand beside those that may be compared", func(t *testing.T) {
		got := next(first, "east-shire", "2026-11-21")
		if got.Next == nil || got.Next.ID != "east-shire-ilacs-standard-2026-05-11" {
			t.Fatalf("next is %v", got.Next)
		}
		if words := said(got.Compared); !strings.Contains(words, "leaders: Requires improvement to be good in November 2022: up ") ||
			!strings.Contains(words, "help_protection: Good in November 2022: ") || strings.Contains(words, "care") {
			t.Errorf("compared: %s", words)
		}
		if words := said(got.NotCompared); !strings.Contains(words, "in_care") || !strings.Contains(words, "care_leavers") {
			t.Errorf("not compared: %s", words)
		}
		if got.Ended.Known() || len(got.Successors) > 0 {
			t.Error("a council that goes on is said to have ended")
		}
	})
	t.Run("after a visit comes the next full inspection", func(t *testing.T) {
		if got := next(visit, "east-shire", "2026-11-21"); got.Next == nil || got.Next.Kind != "ilacs-standard" {
			t.Errorf("next is %v", got.Next)
		}
	})
	t.Run("what had not come out by the day is not known", func(t *testing.T) {
		if got := next(first, "east-shire", "2026-07-06"); got.Next != nil || len(got.Compared)+len(got.NotCompared) > 0 {
			t.Errorf("next is %s", got.Next.ID)
		}
	})
	t.Run("a grade under other rules is stated and not compared", func(t *testing.T) {
		got := next(county, "shire-county-council", "2020-01-01")
		if got.Next == nil || len(got.Compared) != 0 || !strings.Contains(said(got.NotCompared), "under other rules") {
			t.Errorf("compared %s; not compared %s", said(got.Compared), said(got.NotCompared))
		}
		if got.Ended.Known() {
			t.Error("the county council had not ended by then")
		}
	})
	t.Run("an ended council has successors and nothing of theirs", func(t *testing.T) {
		got := next(last, "shire-county-council", "2026-11-21")
		var names []string
		for _, b := range got.Successors {
			names = append(names, b.Name)
		}
		if got.Ended != MustDate("2021-03-31") || !slices.Equal(names, []string{"East Shire", "West Shire"}) || got.Next != nil {
			t.Errorf("ended %v, after it %v, next %v", got.Ended, names, got.Next)
		}
	})
	t.Run("after a partnership's letter comes its next of the kind", func(t *testing.T) {
		got := next(send, "east-partnership", "2026-11-21")
		if got.Next != again || len(got.Compared) != 1 || got.Compared[0].Earlier.Up != 1 {
			t.Errorf("next is %v, compared %s", got.Next, said(got.Compared))
		}
	})
}

func TestFullOutBy(t *testing.T) {
	r := newRecord(t)
	r.inspect("old-town", "sif", "2016-02-02", "2016-04-27", "overall good")
	r.inspect("old-town", "ilacs-focused-visit", "2018-02-04", "2018-03-15", "")
	r.inspect("old-town", "ilacs-short", "2019-02-04", "2019-03", "overall outstanding")
	r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "overall good")
	e := NewEngland(r)
	town, _ := e.History("old-town")
	for asOf, want := range map[string][2]int{
		"2026-11-21": {2, 3}, "2022-11-24": {2, 2}, "2019-03-30": {1, 1}, "2016-04-26": {0, 0},
	} {
		if one, all := town.FullOutBy(MustDate(asOf)), e.FullOutBy(MustDate(asOf)); one != want[0] || all != want[1] {
			t.Errorf("by %s: %d of Old Town, %d in all; want %v", asOf, one, all, want)
		}
	}
}
