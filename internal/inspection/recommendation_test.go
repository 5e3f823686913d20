package inspection

import "testing"

func TestTheWordsOfOneLetterAreNotThoseOfItsTwin(t *testing.T) {
	item := func(reference, shared, words string) Recommendation {
		return Recommendation{Reference: reference, SharedKey: shared, Words: words}
	}
	north := item("N-1", "both", "Plans for children.")
	for name, c := range map[string]struct {
		other  Recommendation
		differ bool
	}{
		"the twin has the same words":      {item("W-1", "both", "Plans for children."), false},
		"the twin has other words":         {item("W-1", "both", "Plans for every child."), true},
		"another item is no twin":          {item("W-1", "another", "Visits."), false},
		"an item that nothing shares":      {item("W-1", "", "Visits."), false},
		"the item itself is no twin of it": {north, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Record{Inspections: []*Inspection{{Recommendations: []Recommendation{north}}, {Recommendations: []Recommendation{c.other}}}}
			if got := r.TwinDiffers(north); got != c.differ {
				t.Errorf("got %v", got)
			}
		})
	}
}
