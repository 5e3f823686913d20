package search_test

import (
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/search"
)

func folded(text string) []string {
	var out []string
	for _, w := range search.Words(text) {
		out = append(out, w.Folded)
	}
	return out
}

func TestWordsAreFolded(t *testing.T) {
	for text, want := range map[string][]string{
		"Children in CARE, 2022.":           {"children", "in", "care", "2022"},
		"the council’s councils' council's": {"the", "council", "councils", "council"},
		"don't ‘quote’ ''this''":            {"dont", "quote", "this"},
		"café naïve Ærø Straße ﬁnd":         {"cafe", "naive", "aero", "strasse", "find"},
		"e\u0301cole and ÉCOLE":             {"ecole", "and", "ecole"},
		"re-inspection 24/7":                {"re", "inspection", "24", "7"},
		"soft\u00adhyphen zero\u200bwidth":  {"softhyphen", "zerowidth"},
		"H₂O and ½":                         {"h2o", "and", "12"},
		"ΣΟΦΟΣ σοφός":                       {"σοφοσ", "σοφοσ"},
		"儿童服务":                              {"儿", "童", "服", "务"},
		"أطفال":                             {"اطفال"},
		"🙂 — … !!":                          nil,
		"\xff\xfebroken\xff":                {"broken"},
		"":                                  nil,
	} {
		if got := folded(text); !slices.Equal(got, want) {
			t.Errorf("%q has the words %q; want %q", text, got, want)
		}
	}
}

func TestWordsStandWhereTheyAre(t *testing.T) {
	text := "“The café’s” re-inspection—in 2022, ﬁnally: O’Brien's 儿童"
	for _, w := range search.Words(text) {
		if part := text[w.Start:w.End]; !slices.Equal(folded(part), []string{w.Folded}) {
			t.Errorf("the word %q stands at %q", w.Folded, part)
		}
	}
}

func TestWordsOfOneStemAreForms(t *testing.T) {
	for _, forms := range [][]string{
		{"inspection", "inspections", "inspected", "inspecting"}, {"plan", "plans", "planned", "planning"}, {"leaver", "leavers"},
		{"child", "childs"}, {"children", "childrens"}, {"unregistered", "unregister"},
	} {
		for _, form := range forms {
			if got, want := search.Stem(form), search.Stem(forms[0]); got != want {
				t.Errorf("the stem of %q is %q; want %q", form, got, want)
			}
		}
	}
	for _, word := range []string{"2022", "i", "σοφοσ", "h2o", "儿"} {
		if got := search.Stem(word); got != word {
			t.Errorf("the stem of %q is %q", word, got)
		}
	}
}

func TestALongWordCountsByItsBeginning(t *testing.T) {
	long := strings.Repeat("a", 500)
	if got := folded(long + "x"); len(got) != 1 || got[0] != folded(long + "y")[0] || len(got[0]) != 60 {
		t.Errorf("got %q", got)
	}
	if got := folded(strings.Repeat("é", 100)); len(got[0]) != 60 {
		t.Errorf("got %d letters", len(got[0]))
	}
}

// FuzzWords holds that words are letters and digits in order, whatever the text.
func FuzzWords(f *testing.F) {
	f.Add("The council’s “plan” — 24/7 \xff café 儿童 ½ e\u0301 '' a''b")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, w := range search.Words(text) {
			if w.Start < last || w.End <= w.Start || w.End > len(text) {
				t.Fatalf("%q: a word stands at %v after %d", text, w.Span, last)
			}
			last = w.End
			stem := search.Stem(w.Folded)
			if strings.ContainsAny(w.Folded+stem, " '\\\"§\x00&|!:*()<>-") || w.Folded == "" || stem == "" {
				t.Fatalf("%q: the word %q with the stem %q", text, w.Folded, stem)
			}
		}
		if q, err := search.Parse(text); err == nil {
			again, err := search.Parse(q.String())
			if err != nil || again.String() != q.String() {
				t.Fatalf("%q is read as %q, and that as %q: %v", text, q, again, err)
			}
			search.Cut(text, q.Marks(text))
		}
	})
}
