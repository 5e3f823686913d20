package letter

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func foundIn[T any](value T, quote string) Found[T] {
	return Found[T]{Value: value, Page: 1, Quote: quote, Rule: "test", Certainty: inspection.Certain}
}

func ptr[T any](value T) *T { return &value }

func TestOutput(t *testing.T) {
	whole := Reading{
		Status:    Read,
		Framework: ptr(foundIn("jtai", "Joint targeted area inspection")),
		Authority: ptr(foundIn(Name{Printed: "Bradley", BodyID: "bradley", URN: "1"}, "Bradley and Morton")),
		Also:      []Found[Name]{foundIn(Name{Printed: "Morton", URN: "2"}, "Bradley and Morton")},
		Start:     ptr(foundIn(inspection.MustDate("2024-03-04"), "4 to 8 March 2024")),
		End:       ptr(foundIn(inspection.MustDate("2024-03-08"), "4 to 8 March 2024")),
		Published: ptr(foundIn(inspection.MustDate("2024-05-01~"), "1 May 2024")),
		Judgements: []Judgement{
			{Strand: "leaders", Found: foundIn("requires_improvement", "Requires improvement to be good")},
		},
		Items: []Item{
			{Kind: inspection.PriorityAction, Body: "authority", FrameworkTag: "outcome 1", Found: foundIn("The first.", "The first.")},
			{Kind: inspection.Improvement, Body: "lscb", Found: foundIn("The second.", "The second.")},
		},
		Visit: &Visit{Number: ptr(foundIn(2, "the second visit")), Inspectors: []Found[string]{foundIn("A. Person", "A. Person")}},
		Pages: []string{"one", "two"},
	}

	t.Run("a reading is printed in the contract's form", func(t *testing.T) {
		const want = `{"file":"a/b.pdf","sha256":"2cf24d","pages":2,` +
			`"status":"read","error":"",` +
			`"framework":{"value":"jtai","page":1,"quote":"Joint targeted area inspection","certainty":"certain"},` +
			`"authority":{"value":"Bradley","urn":"1","page":1,"quote":"Bradley and Morton","certainty":"certain",` +
			`"also":[{"value":"Morton","urn":"2"}]},` +
			`"inspection_start":{"value":"2024-03-04","page":1,"quote":"4 to 8 March 2024","certainty":"certain"},` +
			`"inspection_end":{"value":"2024-03-08","page":1,"quote":"4 to 8 March 2024","certainty":"certain"},` +
			`"published":{"value":"2024-05-01","page":1,"quote":"1 May 2024","certainty":"certain"},"lead_inspector":null,` +
			`"judgements":[{"strand":"leaders","grade":"requires_improvement","page":1,` +
			`"quote":"Requires improvement to be good","certainty":"certain"}],` +
			`"recommendations":[{"number":1,"text":"The first.","kind":"priority_action","body":"authority",` +
			`"framework_tag":"outcome 1","page":1,"quote":"The first.","certainty":"certain"},` +
			`{"number":2,"text":"The second.","kind":"improvement","body":"lscb","framework_tag":"","page":1,` +
			`"quote":"The second.","certainty":"certain"}],` +
			`"visit":{"number":2,"topic":null,"inspectors":["A. Person"],"areas_covered":[]},"warnings":[]}`
		got, err := json.Marshal(whole.Output("a/b.pdf", "2cf24d"))
		if err != nil || string(got) != want {
			t.Errorf("printed %s (%v)\nwant    %s", got, err, want)
		}
	})

	// Every key is there whatever was read, and no list is null.
	keys := func(out Output) []string {
		data, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			t.Fatal(err)
		}
		var names []string
		for name, value := range object {
			names = append(names, name)
			isList := slices.Contains([]string{"judgements", "recommendations", "warnings"}, name)
			if _, list := value.([]any); isList && !list {
				t.Errorf("%s is %v, want a list", name, value)
			}
		}
		slices.Sort(names)
		return names
	}
	want := keys(whole.Output("letter.pdf", ""))
	for name, out := range map[string]Output{
		"an empty reading":             Reading{Status: Read}.Output("letter.pdf", ""),
		"a file of something else":     Reading{Status: NotALetter}.Output("letter.pdf", ""),
		"a file that cannot be read":   unreadable(problemDamaged).Output("letter.pdf", ""),
		"a file that cannot be opened": unreadable("There is no such file.").Output("letter.pdf", ""),
	} {
		if got := keys(out); !slices.Equal(got, want) {
			t.Errorf("%s has the keys %s, want %s", name, strings.Join(got, " "), strings.Join(want, " "))
		}
	}

	t.Run("nothing is printed of a file that was not read as a letter", func(t *testing.T) {
		other := whole
		other.Status = NotALetter
		if out := other.Output("x.pdf", ""); out.Authority != nil || len(out.Recommendations) > 0 || out.Pages != 2 {
			t.Errorf("printed %+v", out)
		}
	})
}
