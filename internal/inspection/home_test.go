package inspection_test

import (
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func homeDay(t *testing.T, text string) inspection.Date {
	t.Helper()
	day, err := inspection.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func TestHomesNamed(t *testing.T) {
	record := &inspection.Record{
		Bodies: []inspection.Body{
			{ID: "camden", Kind: inspection.Authority, Name: "Camden", Type: "London borough", Region: "London"},
			{ID: "cumberland", Kind: inspection.Authority, Name: "Cumberland"},
			{ID: "cumbria", Kind: inspection.Place, Name: "Cumbria"},
			{ID: "cumbria-county-council", Kind: inspection.Authority, Name: "Cumbria County Council", Ended: homeDay(t, "2023-03-31")},
			{ID: "richmond-upon-thames", Kind: inspection.Authority, Name: "Richmond upon Thames"},
			{ID: "the-trust", Kind: inspection.Provider, Name: "Achieving for Children"},
			{ID: "windsor-and-maidenhead", Kind: inspection.Authority, Name: "Windsor and Maidenhead", Aliases: []string{"RBWM"}},
		},
		PlaceMembers: []inspection.PlaceMember{{PlaceID: "cumbria", AuthorityID: "cumberland", Position: 1}},
		Successions:  []inspection.Succession{{FromID: "cumbria-county-council", ToID: "cumberland"}},
		Services: []inspection.Service{
			{ProviderID: "the-trust", AuthorityID: "richmond-upon-thames"},
			{ProviderID: "the-trust", AuthorityID: "camden", Until: homeDay(t, "2020-01-31")},
		},
	}
	tests := map[string]struct{ words, want string }{
		"a part of the name":                   {"cam", "camden"},
		"the long name of a council":           {"London Borough of Camden Council", "camden"},
		"another name of it":                   {"rbwm", "windsor-and-maidenhead"},
		"a sign for and":                       {"Windsor & Maidenhead", "windsor-and-maidenhead"},
		"an ended council leads on":            {"Cumbria County", "cumberland"},
		"a place stands before what follows":   {"Cumbria", "cumbria cumberland"},
		"a provider leads to whom it serves":   {"achieving for children", "richmond-upon-thames"},
		"nothing is found for nothing":         {"  ", ""},
		"words that tell nothing find nothing": {"Atlantis Council", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, home := range record.HomesNamed(test.words, homeDay(t, "2026-11-22")) {
				got = append(got, home.ID)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%q finds %q; want %q", test.words, strings.Join(got, " "), test.want)
			}
		})
	}
	homes := record.HomesNamed("cumbria county council", homeDay(t, "2026-11-22"))
	if len(homes) != 1 || homes[0].Why != "after Cumbria County Council, which ended on 31 March 2023" {
		t.Errorf("how it was found is not said: %+v", homes)
	}
}
