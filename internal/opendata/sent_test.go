package opendata

import (
	"errors"
	"net/http"
	"slices"
	"testing"
)

// sent is a document that a program sends, with a field of each kind.
type sent struct {
	Revision int      `json:"revision" doc:"As it was read"`
	Words    string   `json:"words,omitempty" doc:"Words"`
	State    string   `json:"state,omitempty" codes:"planned|done" doc:"State"`
	Serves   []string `json:"serves,omitempty" doc:"References"`
	Sure     bool     `json:"sure,omitempty" doc:"Whether it is sure"`
}

func TestWhatIsReadOfADocumentThatIsSent(t *testing.T) {
	document, given, err := ReadSent[sent]([]byte(` {"revision": 3, "serves": ["A", "B"], "sure": true, "words": "“Yes”"} `))
	if err != nil || document.Revision != 3 || !slices.Equal(document.Serves, []string{"A", "B"}) || !document.Sure || document.Words != "“Yes”" ||
		!slices.Equal(given, []string{"revision", "serves", "sure", "words"}) {
		t.Errorf("got %+v of %v, %v", document, given, err)
	}
	for name, one := range map[string]struct {
		text   string
		status int
		fields []string
	}{
		"nothing":                    {"", http.StatusBadRequest, nil},
		"a text":                     {`"revision"`, http.StatusBadRequest, nil},
		"a list of it":               {`[{"revision": 3}]`, http.StatusBadRequest, nil},
		"no end":                     {`{"revision": 3`, http.StatusBadRequest, nil},
		"two of them":                {`{"revision": 3}{"revision": 3}`, http.StatusBadRequest, nil},
		"a field without a value":    {`{"revision"}`, http.StatusBadRequest, nil},
		"no text":                    {"{\"words\": \"\xc3\"}", http.StatusBadRequest, nil},
		"without what is needed":     {`{}`, http.StatusUnprocessableEntity, []string{"revision"}},
		"half a number":              {`{"revision": 3.5}`, http.StatusUnprocessableEntity, []string{"revision"}},
		"a text for a number":        {`{"revision": "3"}`, http.StatusUnprocessableEntity, []string{"revision"}},
		"null":                       {`{"revision": null}`, http.StatusUnprocessableEntity, []string{"revision"}},
		"a text for a list":          {`{"revision": 3, "serves": "A"}`, http.StatusUnprocessableEntity, []string{"serves"}},
		"a text for yes or no":       {`{"revision": 3, "sure": "yes"}`, http.StatusUnprocessableEntity, []string{"sure"}},
		"another code":               {`{"revision": 3, "state": "Done"}`, http.StatusUnprocessableEntity, []string{"state"}},
		"a field twice, and another": {`{"revision": 3, "revision": 4, "id": 1}`, http.StatusUnprocessableEntity, []string{"revision", "id"}},
		"a name in other letters":    {`{"revision": 3, "Words": "x"}`, http.StatusUnprocessableEntity, []string{"Words"}},
	} {
		_, _, err := ReadSent[sent]([]byte(one.text))
		var refused *Refusal
		if !errors.As(err, &refused) || refused.Status != one.status {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		fields := codesIn(refused.Faults, func(f Fault) string { return f.Field })
		if !slices.Equal(fields, one.fields) && len(fields)+len(one.fields) > 0 {
			t.Errorf("%s: got %v, want %v", name, fields, one.fields)
		}
	}
}
