package letter

import (
	"slices"
	"strings"
	"testing"
)

// linesOfText returns the lines of a text as the rules see them.
func linesOfText(text string) []line {
	return newDocument(ParseText(text), Register{}).lines
}

func TestListsBecomeItems(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		other      int
	}{
		{"bullets of any kind", "■ One thing.\n• Another.\n\uf0a7 A third.\n\uf06e A fourth.\n● A fifth.",
			[]string{"One thing.", "Another.", "A third.", "A fourth.", "A fifth."}, 0},
		{"a bullet stands apart from its words", "◼     One thing that\n      goes on.\n◼     Another.", []string{"One thing that goes on.", "Another."}, 0},
		{"lines that hang belong to the item above", "◼ The time it takes\n  to decide.\n\n◼ Visits.", []string{"The time it takes to decide.", "Visits."}, 0},
		{"lines that do not hang belong to it where they follow closely", "• The time it takes\nto decide.\n• Visits.", []string{"The time it takes to decide.", "Visits."}, 0},
		{"dashes below bullets are part of their item", "◼ The grip on:\n  – delay\n  – cost.\n◼ Visits.", []string{"The grip on: – delay – cost.", "Visits."}, 0},
		{"so are dashes that do not stand further in", "• The grip on:\n- delay\n- cost.\n• Visits.", []string{"The grip on: - delay - cost.", "Visits."}, 0},
		{"other bullets further in are written as dashes", "◼  The grip on:\n     • delay\n     • cost.\n◼  Visits.", []string{"The grip on: – delay – cost.", "Visits."}, 0},
		{"dashes may be the bullets", "- Delay.\n- Cost.", []string{"Delay.", "Cost."}, 0},
		{"the letter o may be a bullet, not the first letter of a word", "o Delay\n  or cost.\no Offers.", []string{"Delay or cost.", "Offers."}, 0},
		{"numbers", "1. Delay.\n2. Cost that is\n   too high.\n12. Visits.", []string{"Delay.", "Cost that is too high.", "Visits."}, 0},
		{"a number at the end of a sentence opens no item", "• Support for those aged\n21.\n• Visits.", []string{"Support for those aged", "Visits."}, 1},
		{"numbered paragraphs below bullets are no items", "• Delay.\n• Cost.\n\n1. Children are safe.\n2. They are well.", []string{"Delay.", "Cost."}, 2},
		{"a sentence that leads up to the list is no item", "The council should look at:\n• delay\n• cost", []string{"delay", "cost"}, 1},
		{"prose below the list is no item", "• Delay.\n  It is long.\n\nInspectors will come back.\nThey will look again.", []string{"Delay. It is long."}, 2},
		{"prose alone is no list", "Leaders should do more.\nThey know it.", nil, 2},
		{"an item goes on over a page in the middle of a sentence", "• The time it takes\n\fto decide.\n• Visits.", []string{"The time it takes to decide.", "Visits."}, 0},
		{"a new paragraph on the next page is no part of it", "• The time it takes.\n\fInspectors were told of this.", []string{"The time it takes."}, 1},
		{"a word that the line breaks is one word", "• Multi-\n  agency work, short-\n  and long-term, and child/\n  parent visits.",
			[]string{"Multi-agency work, short- and long-term, and child/parent visits."}, 0},
		{"a footnote's digit is left out", "• Delay.3\n• Cost.", []string{"Delay.", "Cost."}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := listIn(linesOfText(c.text))
			var got []string
			for _, it := range l.items {
				got = append(got, it.words)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("items are %q, want %q", got, c.want)
			}
			if len(l.other) != c.other {
				t.Errorf("%d lines belong to no item, want %d", len(l.other), c.other)
			}
		})
	}
}

func TestRaisedDigitsAreNoPartOfTheWords(t *testing.T) {
	l := line{Line: Line{Y: 100, Size: 12, Texts: []Text{
		{X: 72, Width: 80, Size: 12, S: "the local offer"}, {X: 152.5, Width: 4, Size: 7, Rise: 4, S: "2"}, {X: 157, Width: 60, Size: 12, S: ", and housing"},
	}}}
	l.text = l.String()
	if !strings.Contains(l.text, "2") {
		t.Fatalf("the line as printed is %q", l.text)
	}
	if got := plain(l); got != "the local offer, and housing" {
		t.Errorf("its words are %q", got)
	}
}

func TestFrameworkTagsHaveOneSpelling(t *testing.T) {
	for words, want := range map[string]string{
		"Plans. (outcome 1, national framework)":                                   "outcome 1",
		"Plans (Outcome 3).":                                                       "outcome 3",
		"Plans. (National Framework: Outcomes 2 and 4)":                            "outcome 2; outcome 4",
		"Plans. (outcomes 1, 3, enabler 2, national framework)":                    "outcome 1; outcome 3; enabler 2",
		"Plans. [Children’s social care national framework, enabler – leadership]": "enabler leadership",
		"Plans. (multi-agency enabler)":                                            "enabler multi-agency",
		"Plans – outcome 3, national framework.":                                   "outcome 3",
		"Plans. Outcome 4 (national framework)":                                    "outcome 4",
		"Plans. (outcome one)":                                                     "outcome 1",
		"Plans. (National framework outcome: children have stable, loving homes)":  "outcome 4",
		"Plans. (Outcome 1) (enabler 3)":                                           "outcome 1; enabler 3",
		"Better outcomes for 16 children (including those in custody).":            "",
		"What leaders enable (and what they do not).":                              "",
	} {
		if got := frameworkTag(words); got != want {
			t.Errorf("%q has the tag %q, want %q", words, got, want)
		}
	}
}

func TestASubHeadingBelowAnItemIsNoPartOfIt(t *testing.T) {
	for _, c := range []struct {
		name, text, last string
		cut              bool
	}{
		{"a theme", "1. Write plans that\nfamilies can read.\nHomes for young people\n2. Keep the list.", "Keep the list.", true},
		{"a term", "• ask children first\nand write it down.\nWithin three months:\n• keep the list", "keep the list", true},
		{"a second sentence", "1. Write plans.\nFamilies should be able to read them.", "Write plans. Families should be able to read them.", false},
		{"the rest of a sentence", "1. Write plans with the help of\nCAMHS and schools", "Write plans with the help of CAMHS and schools", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := listIn(newDocument(ParseText(c.text), Register{}).lines)
			if last := l.items[len(l.items)-1].words; last != c.last || l.cut != c.cut {
				t.Errorf("the last item is %q, a heading cut off: %v", last, l.cut)
			}
		})
	}
}

func TestAMarkMayStandAboveItsWords(t *testing.T) {
	l := listIn(newDocument(ParseText("1.\n\nWrite plans that\nfamilies can read.\n\n2.\n\nKeep the list."), Register{}).lines)
	if len(l.items) != 2 || l.items[0].words != "Write plans that families can read." || l.items[1].words != "Keep the list." {
		t.Errorf("read %+v", l.items)
	}
}
