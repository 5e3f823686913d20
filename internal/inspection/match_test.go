package inspection

import (
	"slices"
	"strings"
	"testing"
)

// aLetterInParagraphs is of our own wording, with what surrounds paragraphs in letters.
var aLetterInParagraphs = []LetterPage{
	{Number: 1, Words: "Inspection of Shire\nThe quality of everything is fine and this goes on over the line.\nShort end.\nWhat needs to improve?\n• Plans for children.\nInspection of Shire\n1"},
	{Number: 2, Words: "Inspection of Shire\nThe experiences and progress of children who need help: good\n1. Visits are frequent. Children are seen alone\nand their homes are known.\n2. Supervision is regular. It looks at tasks more\nthan at the child, and oversight is\n1\nA footnote stands here.\nInspection of Shire\n2"},
	{Number: 3, Words: "Inspection of Shire\nuneven across teams.\n3. Life-story work was praised in 2019. It has stopped.\n17. is no number that follows.\n4. Schools help.\n5. Health services are quick.\nThe impact of leaders on practice: good\n6. Since the last inspection, the areas that needed improvement have been dealt with.\nInspection of Shire\n3"},
}

func TestLettersArePartedByTheirOwnNumbers(t *testing.T) {
	paragraphs := Paragraphs(aLetterInParagraphs)
	numbered := map[string]LetterParagraph{}
	for _, p := range paragraphs {
		if p.Number != "" {
			numbered[p.Number] = p
		}
		if strings.Contains(p.Words, "Inspection of Shire") || strings.Contains(p.Words, "footnote") {
			t.Errorf("%q holds what is no part of the text", p.Words)
		}
	}
	for number, want := range map[string]LetterParagraph{
		"1": {"1", 2, "Visits are frequent. Children are seen alone and their homes are known."},
		"2": {"2", 2, "Supervision is regular. It looks at tasks more than at the child, and oversight is uneven across teams."},
		"3": {"3", 3, "Life-story work was praised in 2019. It has stopped. 17. is no number that follows."},
		"5": {"5", 3, "Health services are quick."},
		"6": {"6", 3, "Since the last inspection, the areas that needed improvement have been dealt with."},
	} {
		if numbered[number] != want {
			t.Errorf("paragraph %s is %+v; want %+v", number, numbered[number], want)
		}
	}
	if len(numbered) != 6 {
		t.Errorf("%d paragraphs have a number", len(numbered))
	}
	var rest []string
	for _, p := range paragraphs[:slices.IndexFunc(paragraphs, func(p LetterParagraph) bool { return p.Number != "" })] {
		rest = append(rest, p.Words)
	}
	want := []string{
		"The quality of everything is fine and this goes on over the line. Short end.", "What needs to improve?", "• Plans for children.",
		"The experiences and progress of children who need help: good",
	}
	if !slices.Equal(rest, want) {
		t.Errorf("before the first number stand %q; want %q", rest, want)
	}
	if got := Paragraphs(nil); len(got) != 0 {
		t.Errorf("nothing has the paragraphs %+v", got)
	}
}

func TestParagraphsAreOfferedWithHowTheyWereFound(t *testing.T) {
	themes := []Theme{
		{Code: "oversight", Name: "Management oversight", Words: []string{"oversight", "supervision"}},
		{Code: "direct", Name: "Direct work", Words: []string{"life story", "life-story"}},
	}
	m := NewMatcher(Paragraphs(aLetterInParagraphs), themes)
	t.Run("by shared words and by the words of its themes, the sentence that fits best first", func(t *testing.T) {
		offers := m.Offers(Recommendation{Words: "Supervise social workers regularly.", Themes: []string{"oversight"}})
		if len(offers) != 2 || offers[0].Paragraph.Number != "2" {
			t.Fatalf("got %+v", offers)
		}
		for _, want := range []string{"shares the word", "“supervision”", "names the theme Management oversight (“oversight”"} {
			if !strings.Contains(offers[0].How, want) {
				t.Errorf("it says %q; want %q in it", offers[0].How, want)
			}
		}
		if offers[0].Sentence != "Supervision is regular." {
			t.Errorf("the sentence is %q", offers[0].Sentence)
		}
	})
	t.Run("a paragraph on all earlier areas comes after the others", func(t *testing.T) {
		offers := m.Offers(Recommendation{Words: "Nothing that stands there at all."})
		if len(offers) != 1 || offers[0].Paragraph.Number != "6" || offers[0].How != "speaks of the areas to improve of the inspection before as a whole" {
			t.Errorf("got %+v", offers)
		}
	})
	t.Run("two spellings of a theme’s word are one", func(t *testing.T) {
		offers := m.Offers(Recommendation{Words: "Nothing shared.", Themes: []string{"direct"}})
		if len(offers) != 2 || offers[0].How != "names the theme Direct work (“life story”)" {
			t.Errorf("got %+v", offers)
		}
	})
	t.Run("the same letter gives the same offers each time", func(t *testing.T) {
		item := Recommendation{Words: "Supervise visits, homes, schools, tasks and health services.", Themes: []string{"oversight", "direct"}}
		first := m.Offers(item)
		if len(first) != manyOffers+1 {
			t.Fatalf("there are %d offers", len(first))
		}
		for range 20 {
			if got := m.Offers(item); !slices.Equal(got, first) {
				t.Fatalf("got %+v, then %+v", first, got)
			}
		}
	})
	t.Run("a letter without text offers nothing", func(t *testing.T) {
		if got := NewMatcher(nil, themes).Offers(Recommendation{Words: "Supervise.", Themes: []string{"oversight"}}); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestWordsMeetByTheirStems(t *testing.T) {
	for _, pair := range [][2]string{{"plan", "planning"}, {"assessment", "assessments"}, {"manager", "managers"}, {"supervise", "supervised"}, {"story", "stories"}, {"home", "homes"}} {
		if a, b := stem(pair[0]), stem(pair[1]); a != b {
			t.Errorf("%s becomes %s and %s becomes %s", pair[0], a, pair[1], b)
		}
	}
	for _, pair := range [][2]string{{"neglect", "negotiate"}, {"care", "career"}, {"placement", "place"}} {
		if a := stem(pair[0]); a == stem(pair[1]) {
			t.Errorf("%s and %s both become %s", pair[0], pair[1], a)
		}
	}
}
