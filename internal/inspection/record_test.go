package inspection

import (
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
