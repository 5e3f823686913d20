package inspection

import (
	"strings"
	"testing"
)

func TestFreshnessWords(t *testing.T) {
	england := Freshness{Newest: MustDate("2026-08-20"), ReadOn: MustDate("2026-08-22")}
	words := func(r *Record, bodies ...Body) string {
		return strings.Join(r.FreshnessWords(bodies, england, MustDate("2026-11-21")), " ")
	}
	t.Run("a list of visits that is not complete is named alone", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "ilacs-short", "2026-02-02", "2026-03-16", allGood2024)
		wantLines(t, words(r, bodies(r, "old-town")...),
			"Newest letter held: 16 March 2026. Newest in the England record: 20 August 2026, read on 22 August 2026. No complete list of visits is held.")
	})
	t.Run("a return that was due and whose list is not complete is named", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3")
		if got := words(r, bodies(r, "east-shire")...); !strings.Contains(got, "No complete list of visits or SEND monitoring inspections is held.") {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a provider's lowest grade names its list, a better one does not", func(t *testing.T) {
		r := newRecord(t)
		r.Bodies = append(r.Bodies, Body{ID: "trust", Kind: Provider, Name: "Trust"})
		r.Services = []Service{{ProviderID: "trust", AuthorityID: "east-shire"}}
		in := r.inspect("trust", "fostering-agency", "2023-02", "2023-03-21", "overall inadequate")
		if got := words(r, bodies(r, "east-shire")...); !strings.Contains(got, "No complete list of visits or fostering inspections is held.") {
			t.Errorf("got %q", got)
		}
		in.Judgements[0].Grade = "good"
		if got := words(r, bodies(r, "east-shire")...); !strings.Contains(got, "No complete list of visits is held.") {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a letter that came out after the list was read is not said to be read from it", func(t *testing.T) {
		r := newRecord(t)
		r.Rules = append(r.Rules, Rule{Code: EnglandRecordOldRule, Value: 3, Unit: Months, CountsFrom: "read_on"})
		logged := Freshness{Newest: MustDate("2026-11-20"), ReadOn: MustDate("2026-08-22")}
		for day, want := range map[string]string{
			"2026-11-21": "Newest in the England record: 20 November 2026. Its list was read on 22 August 2026.",
			"2026-12-01": "Newest in the England record: 20 November 2026. Its list was read on 22 August 2026, more than 3 months ago. Letters published since then may be missing.",
		} {
			if got := strings.Join(r.FreshnessWords(bodies(r, "old-town"), logged, MustDate(day)), " "); !strings.HasPrefix(got, want+" No") {
				t.Errorf("on %s: got %q", day, got)
			}
		}
	})
	t.Run("a complete list is not mentioned", func(t *testing.T) {
		r := newRecord(t)
		r.Completeness = append(r.Completeness, Completeness{BodyID: "old-town", Record: "visits", To: MustDate("2026-08-22")})
		if got := words(r, bodies(r, "old-town")...); strings.Contains(got, "No complete") {
			t.Errorf("got %q", got)
		}
	})
}

func TestStaleWords(t *testing.T) {
	r := newRecord(t)
	r.Rules = append(r.Rules, Rule{Code: EnglandRecordOldRule, Value: 3, Unit: Months, CountsFrom: "read_on"})
	read := Freshness{Newest: MustDate("2026-08-20"), ReadOn: MustDate("2026-08-22")}
	for _, c := range []struct {
		name    string
		england Freshness
		day     string
		want    string
	}{
		{"three months to the day is not old", read, "2026-11-22", ""},
		{"a day more is", read, "2026-11-23",
			"The record of England was read on 22 August 2026, more than 3 months ago. Letters published since then may be missing."},
		{"as it stood before it was read it was not old", read, "2024-03-31", ""},
		{"where nobody knows when it was read nothing is said", Freshness{Newest: read.Newest}, "2026-11-23", ""},
		{"the last day of a long month has none in a shorter one", Freshness{ReadOn: MustDate("2026-11-30")}, "2027-03-01",
			"The record of England was read on 30 November 2026, more than 3 months ago. Letters published since then may be missing."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.StaleWords(c.england, MustDate(c.day)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("the line on a page about some councils says so too", func(t *testing.T) {
		r.inspect("old-town", "ilacs-short", "2026-02-02", "2026-03-16", allGood2024)
		got := strings.Join(r.FreshnessWords(bodies(r, "old-town"), read, MustDate("2026-12-01")), " ")
		if !strings.Contains(got, "Newest in the England record: 20 August 2026, read on 22 August 2026, more than 3 months ago. Letters published since then may be missing.") {
			t.Errorf("got %q", got)
		}
	})
	t.Run("without the rule nothing is old", func(t *testing.T) {
		if got := newRecord(t).StaleWords(read, MustDate("2030-01-01")); got != "" {
			t.Errorf("got %q", got)
		}
	})
}

func TestEnglandReadOn(t *testing.T) {
	r := newRecord(t)
	r.Completeness = []Completeness{
		{BodyID: EveryAuthority, Record: "ilacs_graded", SourceID: "list"}, {BodyID: EveryAuthority, Record: "visits", SourceID: "older"},
		{BodyID: "old-town", Record: "ilacs_graded", SourceID: "own"}, {BodyID: EveryAuthority, Record: "jtai", SourceID: "not-held"},
	}
	r.Sources = []Source{
		{ID: "list", ReadOn: MustDate("2026-08-22")}, {ID: "older", ReadOn: MustDate("2026-06-29")}, {ID: "own", ReadOn: MustDate("2026-11-01")},
	}
	for day, want := range map[string]string{"2026-11-21": "2026-08-22", "2026-08-22": "2026-08-22", "2026-08-21": "2026-06-29", "2026-01-01": ""} {
		if got := r.EnglandReadOn(MustDate(day)).String(); got != want {
			t.Errorf("on %s it was read on %q, want %q", day, got, want)
		}
	}
}
