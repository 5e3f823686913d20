package web

import (
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestEvidenceIsMarkedWhereItStands(t *testing.T) {
	pages := []inspection.LetterPage{
		{Number: 1, Words: "The experiences of Good\nchildren in need\nThe experiences of Good\nchildren in care\n1 to 2 May 2026"},
		{Number: 2, Words: "an item that\ngoes on"},
		{Number: 3, Words: "over the page"},
	}
	evidence := []inspection.Evidence{
		{Field: "judgement.in_care", Page: 1, Quote: "The experiences of Good\nchildren in care"},
		{Field: "start", Page: 1, Quote: "1 to 2 May 2026"},
		{Field: "end", Page: 1, Quote: "2 May 2026", Certainty: inspection.Certain},
		{Field: "item.1", Page: 2, Quote: "goes on\nover the page"},
		{Field: "lost", Page: 2, Quote: "nowhere to be found"},
	}
	text := newLetterText(pages, evidence)
	marked := map[string]string{}
	ids := map[string]int{}
	for i, page := range text.views() {
		var whole strings.Builder
		for _, piece := range page.Pieces {
			whole.WriteString(piece.Text)
			for _, mark := range piece.Marks {
				marked[mark.Field] += piece.Text + "|"
				if mark.ID != "" {
					ids[mark.ID]++
				}
			}
		}
		if whole.String() != pages[i].Words {
			t.Errorf("page %d reads %q", page.Number, whole.String())
		}
	}
	for field, want := range map[string]string{
		"judgement.in_care": "The experiences of Good\nchildren in care|", "start": "1 to |2 May 2026|", "end": "2 May 2026|",
		"item.1": "goes on|over the page|", "lost": "",
	} {
		if marked[field] != want {
			t.Errorf("%s is marked at %q, want %q", field, marked[field], want)
		}
	}
	for _, id := range []string{"evidence-1", "evidence-2", "evidence-3", "evidence-4"} {
		if ids[id] != 1 {
			t.Errorf("%s stands %d times", id, ids[id])
		}
	}
	if got := text.of("end", " 2  May 2026"); len(got) != 1 || got[0].Quote != "" || got[0].Address != "#evidence-3" || got[0].Words() != "Read without doubt" {
		t.Errorf("the end of fieldwork rests on %+v", got)
	}
	if got := text.of("lost", ""); len(got) != 1 || got[0].Address != "#page-2" || got[0].Words() != "Check this" {
		t.Errorf("what is not found leads to %+v", got)
	}
}
