package inspection

import (
	"slices"
	"strings"
)

// checkCorrected asks about every value that is no longer what was read: the reader may have been wrong, and so may the
// hand that changed it. A wrong grade on a public page is the worst that can happen.
func (c *draftChecker) checkCorrected() {
	seen := map[string]bool{}
	for _, e := range c.draft.EvidenceNow() {
		if e.Certainty != Corrected || seen[e.Field] {
			continue
		}
		seen[e.Field] = true
		if key := itemKeyOf(e.Field); key != "" {
			if i := c.draft.itemIndex(key); i >= 0 && c.draft.Items[i].Wording == Verbatim {
				c.warn(e.Field, "Area to improve %d is not in the words that were read on page %d. Put them right, or say that these are our words", i+1, e.Page)
			}
			continue
		}
		c.warn(e.Field, "“%s” was read on page %d, and the form says something else. Check which is right", c.readWords(e), e.Page)
	}
	if len(c.draft.Evidence) == 0 {
		return // logged by hand: nothing was read
	}
	for i, it := range c.draft.Items {
		read := slices.ContainsFunc(c.draft.Evidence, func(e Evidence) bool { return itemKeyOf(e.Field) == it.Key })
		if !read && it.Wording == Verbatim && strings.TrimSpace(it.Words) != "" {
			c.warn("item."+it.Key, "Area to improve %d was not read from the letter. Check that it stands there in these words, or say that these are our words", i+1)
		}
	}
}

// readWords says a value that was read as pages do.
func (c *draftChecker) readWords(e Evidence) string {
	if strand, ok := strings.CutPrefix(e.Field, "judgement."); ok {
		if grade, ok := c.record.Catalogue.Grade(c.framework.Code, strand, e.Value); ok {
			return grade.Name
		}
	}
	switch e.Field {
	case "fieldwork_start", "fieldwork_end", "published":
		if day, err := ParseDate(e.Value); err == nil {
			return day.Words()
		}
	case "kind":
		if kind, ok := c.record.Catalogue.Kind(e.Value); ok {
			return kind.Name
		}
	case "bodies":
		var names []string
		for id := range strings.Lines(e.Value) {
			names = append(names, c.record.Name(strings.TrimSpace(id)))
		}
		return ListWords(names)
	}
	return strings.ReplaceAll(e.Value, "\n", "; ")
}
