package inspection

import (
	"slices"
	"testing"
)

func TestTheRecordAsItStoodOnADay(t *testing.T) {
	r := newRecord(t)
	first := r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
	first.ask("", Improvement)
	second := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	second.ask("", Improvement)
	unpublished := r.inspect("east-shire", "ilacs-focused-visit", "2023-10-03", "", "")
	month := r.inspect("east-shire", "ilacs-focused-visit", "2024-02-06", "2024-03", "")
	r.Milestones = []Milestone{
		{ID: "plan", On: MustDate("2023-02-03")}, {ID: "in march", On: MustDate("2024-03")}, {ID: "some day"},
	}
	r.Services = []Service{{ProviderID: "trust", AuthorityID: "east-shire", From: MustDate("2023-04-01")}, {ProviderID: "agency", AuthorityID: "east-shire"}}
	r.Figures = []Figure{{ID: "children", On: MustDate("2024-03-31")}, {ID: "undated"}}
	r.LaterViews = []LaterView{{ID: "view", Reference: first.Recommendations[0].Reference, InspectionID: second.ID}}
	r.Links = []RecommendationLink{{FromReference: second.Recommendations[0].Reference, ToReference: first.Recommendations[0].Reference}}

	ids := func(r *Record) []string {
		var out []string
		for _, in := range r.Inspections {
			out = append(out, in.ID)
		}
		return out
	}
	for _, c := range []struct {
		says, day string
		want      []string
	}{
		{"nothing is out on the day before publication", "2022-11-24", nil},
		{"a letter is out on the day of its publication", "2022-11-25", []string{first.ID}},
		{"one of which no publication is known counts from the end of fieldwork", unpublished.FieldworkEnd.String(), []string{first.ID, unpublished.ID}},
		{"one known to the month counts from the end of that month, not before", "2024-03-30", []string{first.ID, unpublished.ID}},
		{"and then it counts", "2024-03-31", []string{first.ID, unpublished.ID, month.ID}},
		{"today all are out", "2026-11-21", []string{first.ID, second.ID, unpublished.ID, month.ID}},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := ids(r.AsOf(MustDate(c.day))); !slices.Equal(got, c.want) {
				t.Errorf("on %s: got %v, want %v", c.day, got, c.want)
			}
		})
	}
	t.Run("what began later, or was said later, is not there yet", func(t *testing.T) {
		then := r.AsOf(MustDate("2023-03-31"))
		if len(then.Milestones) != 1 || len(then.Services) != 1 || len(then.Figures) != 1 || len(then.LaterViews) != 0 || len(then.Links) != 0 {
			t.Errorf("got %v %v %v %v %v", then.Milestones, then.Services, then.Figures, then.LaterViews, then.Links)
		}
		now := r.AsOf(MustDate("2026-11-21"))
		if len(now.Milestones) != 2 || len(now.Services) != 2 || len(now.Figures) != 2 || len(now.LaterViews) != 1 || len(now.Links) != 1 {
			t.Errorf("today: got %v %v %v %v %v", now.Milestones, now.Services, now.Figures, now.LaterViews, now.Links)
		}
	})
	t.Run("the record itself stays whole", func(t *testing.T) {
		r.AsOf(RecordBegins)
		if len(r.Inspections) != 4 || len(r.Milestones) != 3 || r.Inspections[0] != first {
			t.Errorf("got %v and %v", ids(r), r.Milestones)
		}
	})
}

func TestWhoRanAPlaceOnADay(t *testing.T) {
	r := newRecord(t)
	for _, c := range []struct {
		says, body, day string
		want            []string
	}{
		{"before its councils began a place had the council before them, once", "shire", "2021-03-31", []string{"shire-county-council"}},
		{"from their first day it has them", "shire", "2021-04-01", []string{"east-shire", "west-shire"}},
		{"a council that had not begun is not there", "east-shire", "2021-03-31", nil},
		{"one that has ended still has its own page", "shire-county-council", "2026-11-21", []string{"shire-county-council"}},
		{"one of which no first day is held always was", "old-town", "2013-01-01", []string{"old-town"}},
	} {
		t.Run(c.says, func(t *testing.T) {
			var got []string
			for _, b := range r.MembersOn(c.body, MustDate(c.day)) {
				got = append(got, b.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s on %s: got %v, want %v", c.body, c.day, got, c.want)
			}
		})
	}
}

func TestAFrameworkIsDueOnlyOnceItWasAnnounced(t *testing.T) {
	f := Framework{Announced: true, AnnouncedOn: MustDate("2025-11-27"), From: MustDate("2027")}
	for day, want := range map[string]bool{"2025-11-26": false, "2025-11-27": true, "2026-12-31": true, "2027-01-01": false} {
		if f.DueOn(MustDate(day)) != want {
			t.Errorf("due on %s: got %v", day, !want)
		}
	}
}
