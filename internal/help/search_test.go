package help_test

import (
	"strings"
	"testing"

	"inspectiontimeline/internal/help"
	"inspectiontimeline/internal/search"
)

func parsed(t *testing.T, words string) search.Query {
	t.Helper()
	query, err := search.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	return query
}

// joined writes what was found with its marks.
func joined(pieces []search.Piece) string {
	var out strings.Builder
	for _, piece := range pieces {
		if piece.Marked {
			out.WriteString("[" + piece.Text + "]")
			continue
		}
		out.WriteString(piece.Text)
	}
	return out.String()
}

func TestWordsAreFoundInTheGuides(t *testing.T) {
	files := small(t, `# Members

For members.

## Publishing

The clerk has no part in it.

## Evidence

A clerk publishes nothing. Evidence is checked twice.

| Step | Who |
|---|---|
| Publish the plan | officer |
`)
	guides, err := help.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, asked string
		found       string // the sections and the paragraphs shown
		whole       bool
	}{
		{"a word in a title comes first", "publish", "[Publishing]: The clerk has no part in it. | Evidence: A clerk [publishes] nothing. Evidence is checked twice.", true},
		{"words of a row are found together", "plan officer", "Evidence: Publish the [plan] – [officer]", true},
		{"a phrase is not found across a title", `"publishing the clerk"`, "", false},
		{"what is excluded is left out", "clerk -checked", "Publishing: The [clerk] has no part in it.", true},
		{"a question is answered by some of its words", "how is evidence destroyed", "[Evidence]: A clerk publishes nothing. [Evidence] [is] checked twice.", false},
		{"the summary is no section", "members", "", false},
		{"what stands nowhere is not found", "xylophone", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			hits, whole := guides.Search(parsed(t, test.asked))
			var found []string
			for _, hit := range hits {
				found = append(found, joined(hit.Title)+": "+joined(hit.Excerpt))
			}
			if got := strings.Join(found, " | "); got != test.found || whole != test.whole {
				t.Errorf("found %q, whole %t", got, whole)
			}
		})
	}
}

// What people ask for most leads to the section that answers it, among the first three.
func TestTheGuidesAnswerWhatPeopleAsk(t *testing.T) {
	guides := ours(t)
	for asked, section := range map[string]string{
		"publish a letter":              "/help/officers#publish-a-letter",
		"how do I take a letter back":   "/help/officers#take-a-letter-back",
		"compare with neighbours":       "/help/members#how-do-we-compare",
		"briefing Word document":        "/help/members#make-a-briefing-for-a-meeting",
		"calendar":                      "/help/members#follow-it-from-where-you-are",
		"past its date":                 "/help/members#how-far-is-an-area-to-improve",
		"invite somebody":               "/help/administrators#let-people-in",
		"logo and colour":               "/help/administrators#settings",
		"a child's name was written":    "/help/administrators#when-something-is-held-that-must-not-be",
		"import spreadsheet of actions": "/help/officers#bring-in-a-tracker-you-already-keep",
	} {
		hits, _ := guides.Search(parsed(t, asked))
		var first []string
		for _, hit := range hits[:min(len(hits), 3)] {
			first = append(first, hit.Guide.Address()+"#"+hit.Section.ID)
		}
		if !strings.Contains(strings.Join(first, " "), section) {
			t.Errorf("%q leads to %s", asked, strings.Join(first, ", "))
		}
	}
}
