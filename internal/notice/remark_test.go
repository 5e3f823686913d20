package notice_test

import (
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestMailAboutARemarkHoldsNoneOfItsWords(t *testing.T) {
	m := inspection.Remark{
		ID: "note1", Reference: "T-7KQ2M9XW4A", Page: "/search?q=quillwort", Words: "You name quillwort.", Elsewhere: "https://example.org/quillwort",
		State: inspection.RemarkAnswered, Received: inspection.MustDate("2026-11-20"),
		Answers: []inspection.RemarkAnswer{{Number: 1, Words: "Nobody names quillwort now."}},
	}
	toCouncil, toReader := site.Remark(m), site.RemarkAnswer(m)
	for name, c := range map[string]struct {
		plain string
		wants []string
		hides []string
	}{
		"to the council": {toCouncil.Plain(), []string{
			"20 November 2026", "https://timeline.example.gov.uk/record/search\n", "https://timeline.example.gov.uk/record/remarks/note1",
		}, []string{"quillwort", m.Reference}},
		"to the reader": {toReader.Plain(), []string{
			"20 November 2026", "https://timeline.example.gov.uk/record/tell-us/T-7KQ2M9XW4A", "30 days",
		}, []string{"quillwort", "note1"}},
	} {
		for _, want := range c.wants {
			if !strings.Contains(c.plain, want) {
				t.Errorf("the mail %s does not say %q but\n%s", name, want, c.plain)
			}
		}
		for _, hidden := range c.hides {
			if strings.Contains(c.plain, hidden) {
				t.Errorf("the mail %s says %q", name, hidden)
			}
		}
	}
	m.Page = ""
	if plain := site.Remark(m).Plain(); strings.Contains(plain, "The page it is about") {
		t.Errorf("without a page it says\n%s", plain)
	}
}
