package inspection

import (
	"slices"
	"strings"
	"testing"
)

func TestEvidenceSaysWhetherTheDraftStillHoldsWhatWasRead(t *testing.T) {
	read := func() Draft {
		d := Draft{
			LeadInspector: "A. Inspector", FieldworkStart: MustDate("2026-05-11"),
			Judgements: []DraftJudgement{{Strand: "leaders", Grade: "good"}},
			Items:      []DraftItem{{Key: "1", Words: "Plans for children."}, {Key: "2", Words: "Visits to children."}},
		}
		for _, field := range []string{"lead_inspector", "fieldwork_start", "judgement.leaders", "item.1", "item.2"} {
			d.Evidence = append(d.Evidence, Evidence{Field: field, Page: 1, Quote: "words", Certainty: Certain})
		}
		d.NoteRead()
		return d
	}
	for _, c := range []struct {
		name      string
		change    func(*Draft)
		field     string
		corrected bool
	}{
		{"nothing was changed", func(*Draft) {}, "lead_inspector", false},
		{"another lead inspector was entered", func(d *Draft) { d.LeadInspector = "B. Inspector" }, "lead_inspector", true},
		{"a value was taken out", func(d *Draft) { d.LeadInspector = "" }, "lead_inspector", true},
		{"another day was entered", func(d *Draft) { d.FieldworkStart = MustDate("2026-05-12") }, "fieldwork_start", true},
		{"another value was changed", func(d *Draft) { d.LeadInspector = "B. Inspector" }, "fieldwork_start", false},
		{"another grade was chosen", func(d *Draft) { d.Judgements[0].Grade = "inadequate" }, "judgement.leaders", true},
		{"a judgement was taken out", func(d *Draft) { d.Judgements = nil }, "judgement.leaders", true},
		{"the words of an item were changed", func(d *Draft) { d.Items[0].Words = "Plans." }, "item.1", true},
		{"items were put in another order", func(d *Draft) { d.MoveItem("2", -1) }, "item.1", false},
		{"an item was joined with the one above", func(d *Draft) { d.MergeItem("2") }, "item.1", false},
		{"an item was split", func(d *Draft) { d.SplitItem("1", []string{"Plans", "for children."}) }, "item.1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read()
			c.change(&d)
			found := false
			for _, e := range d.EvidenceNow() {
				if e.Field == c.field {
					found = true
					if got := e.Certainty == Corrected; got != c.corrected {
						t.Errorf("the evidence of %s is %s", c.field, e.Certainty)
					}
				}
			}
			if !found {
				t.Errorf("the evidence of %s is gone", c.field)
			}
		})
	}
}

func TestAnOfficerIsAskedAboutEveryValueThatIsNoLongerWhatWasRead(t *testing.T) {
	r, today := draftRecord(t), MustDate("2026-11-21")
	d := eastLetter()
	d.Evidence = nil
	for _, field := range []string{"kind", "bodies", "fieldwork_start", "lead_inspector", "judgement.leaders", "item.1"} {
		d.Evidence = append(d.Evidence, Evidence{Field: field, Page: 2, Quote: "words", Certainty: Certain})
	}
	d.NoteRead()
	asked := func(d Draft, field, words string) bool {
		return slices.ContainsFunc(d.Checks(r, today), func(c DraftCheck) bool {
			return c.Field == field && strings.Contains(c.Words, words) && !c.Stops
		})
	}
	d.Items = d.Items[:1]
	for _, field := range []string{"kind", "bodies", "fieldwork_start", "lead_inspector", "judgement.leaders", "item.1"} {
		if asked(d, field, "read on page 2") {
			t.Errorf("%s is asked about as it was read", field)
		}
	}
	d.Kind, d.Bodies, d.LeadInspector = "ilacs-short", []string{"west-shire"}, "Another Reader"
	d.FieldworkStart = MustDate("2026-05-12")
	d.Judgements = []DraftJudgement{{Strand: "leaders", Grade: "inadequate"}}
	d.Items = []DraftItem{
		{Key: "1", Kind: Improvement, Words: "Everything.", Wording: Verbatim},
		{Key: "2", Kind: Improvement, Words: "Something else.", Wording: Verbatim},
		{Key: "3", Kind: Improvement, Words: "Ours.", Wording: Paraphrase},
	}
	for field, words := range map[string]string{
		"kind": "was read on page 2", "bodies": "“East Shire” was read",
		"fieldwork_start": "“11 May 2026” was read on page 2", "lead_inspector": "“A Reader” was read",
		"judgement.leaders": "“Outstanding” was read", "item.1": "not in the words that were read on page 2", "item.2": "was not read from the letter",
	} {
		if !asked(d, field, words) {
			t.Errorf("nobody asks about %s in the words %q: %+v", field, words, d.Checks(r, today))
		}
	}
	if asked(d, "item.3", "was not read") {
		t.Error("words that are said to be ours are asked about")
	}
}
