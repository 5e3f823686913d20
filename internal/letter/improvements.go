package letter

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

const longItem = 900 // characters: more is not one item but several that ran together

// addItems adds the items of a list that was found under a heading.
func addItems(l list, kind inspection.RecommendationKind, rule string, r *Reading) {
	if len(l.items) == 0 {
		if len(l.other) > 0 && !saysNone(joinLines(l.other)) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("What needs to improve stands on page %d in sentences, not as a list. Add what it asks for.", l.other[0].page))
		}
		return
	}
	certainty := inspection.Certain
	if !l.sure() {
		certainty = inspection.Check
		r.Warnings = append(r.Warnings, fmt.Sprintf("Check where the items of the list on page %d begin and end.", l.items[0].lines[0].page))
	}
	for _, it := range l.items {
		r.Items = append(r.Items, Item{
			Kind: kind, Body: "authority", FrameworkTag: frameworkTag(it.words),
			Found: *found(it.words, rule+".list", certainty, it.lines...),
		})
	}
}

// sure reports whether nothing stands among the items but one sentence that leads up to them, and every item looks like
// one.
func (l list) sure() bool {
	for i, o := range l.other {
		last := i == len(l.other)-1
		if o.number > l.items[0].lines[0].number || endsSentence(o.text) != last || last && !strings.HasSuffix(o.text, ":") {
			return false
		}
	}
	return !slices.ContainsFunc(l.items, func(it listItem) bool {
		return len(it.words) > longItem || strings.Count(it.words, " ") < 1
	})
}

var (
	tagGroup = regexp.MustCompile(`(?i)[(\[]([^()\[\]]*\b(?:outcomes?|enablers?|principles?|national framework)\b[^()\[\]]*)[)\]]`)
	tagPart  = regexp.MustCompile(`(?i)\b(outcome|enabler|principle)s?\b\s*[:–-]?\s*((?:(?:[0-9]|one|two|three|four)\b(?:\s*(?:,|&|and|/)\s*)?)+)?`)
	tagDigit = regexp.MustCompile(`(?i)[0-9]|one|two|three|four`)

	tagDigits = map[string]string{"one": "1", "two": "2", "three": "3", "four": "4"}
	// tagNames are the words by which outcomes and enablers are called instead of their numbers.
	tagNames = []struct{ kind, words, tag string }{
		{"outcome", "stay together", "outcome 1"},
		{"outcome", "family network", "outcome 2"},
		{"outcome", "safe in", "outcome 3"},
		{"outcome", "loving homes", "outcome 4"},
		{"enabler", "multi-agency", "enabler multi-agency"},
		{"enabler", "leader", "enabler leadership"},
		{"enabler", "workforce", "enabler workforce"},
	}
)

const tagTail = 60 // bytes before "national framework" in which a tag without brackets stands

// frameworkTag returns what an item says of the children's social care national framework, in one spelling: "outcome 1",
// "enabler leadership", several joined by "; ". Letters print it at the end, each in its own way, most in brackets.
func frameworkTag(words string) string {
	var tags []string
	add := func(tag string) {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	for _, group := range tagGroup.FindAllStringSubmatch(words, -1) {
		addTags(group[1], true, add)
	}
	if at := strings.LastIndex(strings.ToLower(words), "national framework"); len(tags) == 0 && at >= 0 && at <= len(words) {
		addTags(words[max(0, at-tagTail):], false, add)
	}
	return strings.Join(tags, "; ")
}

// addTags finds the tags in a phrase; by their names only where the phrase is nothing but a tag.
func addTags(phrase string, named bool, add func(string)) {
	lower := strings.ToLower(phrase)
	for _, part := range tagPart.FindAllStringSubmatch(lower, -1) {
		for _, n := range tagDigit.FindAllString(part[2], -1) {
			add(part[1] + " " + cmp.Or(tagDigits[n], n))
		}
		for _, name := range tagNames {
			if named && part[2] == "" && name.kind == part[1] && strings.Contains(lower, name.words) {
				add(name.tag)
			}
		}
	}
}
