package inspection

import (
	"slices"
	"strings"
	"testing"
)

func TestListedUnder(t *testing.T) {
	r := newRecord(t)
	r.Bodies = append(r.Bodies, Body{ID: "shire-trust", Kind: Provider, Name: "Shire Children's Trust"})
	r.Services = []Service{{ProviderID: "shire-trust", AuthorityID: "east-shire"}}
	for _, c := range []struct{ says, body, want string }{
		{"an authority has its own and its partnership's", "east-shire", "east-shire east-partnership"},
		{"an earlier council has its own alone", "shire-county-council", "shire-county-council"},
		{"a place has its whole area's, then and now", "shire", "shire east-shire west-shire shire-county-council shire-trust east-partnership west-partnership"},
		{"nobody has nothing", "nowhere", ""},
	} {
		t.Run(c.says, func(t *testing.T) {
			var got []string
			for _, b := range r.ListedUnder(c.body) {
				got = append(got, b.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", strings.Join(got, " "), c.want)
			}
		})
	}
}

func TestEventsUnder(t *testing.T) {
	r := newRecord(t)
	for _, c := range []struct{ says, body, want string }{
		{"an authority has its own and its partnership's", "east-shire", "east-partnership east-shire"},
		{"a place has those of its councils of today", "shire", "east-partnership east-shire shire west-partnership west-shire"},
		{"whoever has no members has its own alone", "nowhere", "nowhere"},
	} {
		t.Run(c.says, func(t *testing.T) {
			got := r.EventsUnder(c.body)
			slices.Sort(got)
			if said := strings.Join(slices.Compact(got), " "); said != c.want {
				t.Errorf("got %q, want %q", said, c.want)
			}
		})
	}
}

func TestHappenedAround(t *testing.T) {
	r := newRecord(t)
	own := r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "overall good")
	joint := r.inspect("east-partnership", "ilacs-standard", "2022-10-03", "2022-11-25", "overall good")
	for _, c := range []struct {
		says string
		in   *Inspection
		body string
		on   string
		want bool
	}{
		{"six months before inspectors came is near", own, "east-shire", "2022-04-03", true},
		{"a day earlier is not", own, "east-shire", "2022-04-02", false},
		{"a month of which a part is near is near", own, "east-shire", "2023-05", true},
		{"a day that nobody knows is not", own, "east-shire", "", false},
		{"another council's is not", own, "west-shire", "2022-10-10", false},
		{"that of the council on whose page a partnership stands is", joint, "east-shire", "2022-10-10", true},
	} {
		t.Run(c.says, func(t *testing.T) {
			on, err := ParseDate(c.on)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.HappenedAround(c.in, Milestone{Bodies: []string{c.body}, On: on}); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestTitleOf(t *testing.T) {
	r := newRecord(t)
	in := r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "overall good")
	in.Bodies = append(in.Bodies, InspectionBody{InspectionID: in.ID, BodyID: "west-shire"})
	kind, _ := r.Catalogue.Kind(in.Kind)
	if got, want := r.TitleOf(in), "East Shire and West Shire (not confirmed): "+kind.Name+", October 2022"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
