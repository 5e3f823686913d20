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
	t.Run("a complete list is not mentioned", func(t *testing.T) {
		r := newRecord(t)
		r.Completeness = append(r.Completeness, Completeness{BodyID: "old-town", Record: "visits", To: MustDate("2026-08-22")})
		if got := words(r, bodies(r, "old-town")...); strings.Contains(got, "No complete") {
			t.Errorf("got %q", got)
		}
	})
}
