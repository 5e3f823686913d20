package opendata

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzReadSent holds that what a program sends is either refused, with everything that is wrong named, or read whole: every field
// that was there, once, with the value that it was sent with.
func FuzzReadSent(f *testing.F) {
	for _, text := range []string{
		` {"revision": 3, "serves": ["A", "B"], "sure": true, "words": "“Yes”"} `, `{}`, `[]`, `{"revision": 1e2}`, `{"revision": 3, "Revision": 4}`, `{"revision": null}`,
		`{"revision":3,"words":"\ud800"}`, `{"revision": 3} x`, "{\"revision\": 3, \"words\": \"\xff\"}", `{"revision":99999999999999999999}`, `{"serves":[null,1]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		document, given, err := ReadSent[sent](data)
		if err != nil {
			var refused *Refusal
			if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest && refused.Status != http.StatusUnprocessableEntity {
				t.Fatalf("it fails otherwise than by a refusal: %v", err)
			}
			if (refused.Status == http.StatusUnprocessableEntity) != (len(refused.Faults) > 0) {
				t.Fatalf("status %d with %d faults", refused.Status, len(refused.Faults))
			}
			for _, fault := range refused.Faults {
				if fault.Words == "" {
					t.Fatalf("got %+v", fault)
				}
			}
			problem, ok := ProblemOf(err)
			if !ok {
				t.Fatal("nothing can be said of it")
			}
			if _, err := json.Marshal(problem); err != nil {
				t.Fatal(err)
			}
			return
		}
		var values map[string]json.RawMessage
		if err := json.Unmarshal(data, &values); err != nil || len(values) != len(given) || !utf8.Valid(data) {
			t.Fatalf("%d fields are said to be there of %d, %v", len(given), len(values), err)
		}
		if !slices.Contains(given, "revision") || document.State != "" && document.State != "planned" && document.State != "done" {
			t.Fatalf("got %+v of %v", document, given)
		}
		written, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		if again, _, err := ReadSent[sent](written); err != nil || again.Revision != document.Revision || again.Words != document.Words ||
			again.Sure != document.Sure || len(again.Serves) != len(document.Serves) {
			t.Fatalf("%s comes back as %+v, %v", written, again, err)
		}
	})
}
