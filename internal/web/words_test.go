package web

import (
	"bytes"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestTermsAreMarkedWhereTheyFirstAppear(t *testing.T) {
	lexicon := newLexicon([]inspection.Term{
		{ID: "send", Term: "SEND", Meaning: "Special needs."},
		{ID: "area-send", Term: "Area SEND", Meaning: "An inspection."},
		{ID: "focused-visit", Term: "Focused visit", Meaning: "A visit."},
		{ID: "good", Term: "Good", Meaning: "A grade."},
		{ID: "care-leavers", Term: "Care leavers", Also: "Care experienced|", Meaning: "Young adults."},
	})
	for _, c := range []struct{ name, text, want string }{
		{"a term, whatever its capitals", "A focused visit came.", "A [focused visit] came."},
		{"more than one of a thing", "Two focused visits.", "Two [focused visits]."},
		{"the longer term of two", "Area SEND is not SEND.", "[Area SEND] is not [SEND]."},
		{"only the first time", "SEND and SEND.", "[SEND] and SEND."},
		{"an abbreviation only in capitals", "They send a letter.", "They send a letter."},
		{"only whole words", "Goods and SENDER.", "Goods and SENDER."},
		{"not a word in its plain sense", "Good.", "Good."},
		{"another word for a term", "Care experienced people.", "[Care experienced] people."},
		{"what is written otherwise in the same text", "care leavers", "[care leavers]"},
		{"mark-up is text", "<b>SEND</b>", "<b>[SEND]</b>"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := Page{words: &wordList{lexicon: lexicon}}
			var got strings.Builder
			for _, piece := range page.Say(c.text) {
				if piece.Anchor != "" {
					got.WriteString("[" + piece.Text + "]")
					continue
				}
				got.WriteString(piece.Text)
			}
			if got.String() != c.want {
				t.Errorf("%q reads %q, want %q", c.text, got.String(), c.want)
			}
			if marked := strings.Count(c.want, "["); len(page.TermsUsed()) != marked {
				t.Errorf("%d terms at the foot, want %d", len(page.TermsUsed()), marked)
			}
		})
	}
}

func TestAbbreviationsAreExplainedWhereverTheyStand(t *testing.T) {
	lexicon := newLexicon([]inspection.Term{
		{ID: "send", Term: "SEND", Meaning: "Special needs, as the CQC sees them."},
		{ID: "cqc", Term: "CQC", Meaning: "An inspectorate."},
		{ID: "ilacs", Term: "ILACS", Meaning: "Rules."},
	})
	for _, c := range []struct{ name, main, want string }{
		{"in a table, with what explains it", "<td>Area SEND inspection</td>", "cqc send"},
		{"not in a reference", "<a>NN-ILACS-2026-1</a>", ""},
		{"not within a tag", `<a title="SEND">plain</a>`, ""},
		{"after a place where it is none", `<a href="/x-ILACS-1">the letters ILACS</a>`, "ilacs"},
		{"not as a part of a word", "<p>SENDER</p>", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := Page{words: &wordList{lexicon: lexicon, written: bytes.NewBufferString("<nav>ILACS</nav><main>" + c.main)}}
			var got []string
			for _, term := range page.TermsUsed() {
				got = append(got, term.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("explains %q, want %q", got, c.want)
			}
		})
	}
}

func TestAPageWithoutGlossaryStillSpeaks(t *testing.T) {
	for _, page := range []Page{{}, {words: &wordList{}}, {words: &wordList{lexicon: newLexicon(nil)}}} {
		if got := page.Say("SEND"); len(got) != 1 || got[0].Text != "SEND" || len(page.TermsUsed()) != 0 {
			t.Errorf("%v", got)
		}
	}
}
