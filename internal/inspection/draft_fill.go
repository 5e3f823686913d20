package inspection

import (
	"slices"
	"strconv"
	"strings"
)

// Filled returns the draft with what was read of the letter since in the boxes that an officer had left empty. What was
// typed stays, an item too that the letter words alike; the letter's other items follow.
func (d Draft) Filled(read Draft) Draft {
	keys := map[string]string{} // of the items read, in the draft
	items := slices.Clone(d.Items)
	last := d.highestKey()
	for _, it := range read.Items {
		if i := slices.IndexFunc(d.Items, func(typed DraftItem) bool { return sameWords(typed.Words, it.Words) }); i >= 0 {
			keys[it.Key] = d.Items[i].Key
			continue
		}
		last++
		keys[it.Key] = strconv.Itoa(last)
		it.Key = keys[it.Key]
		items = append(items, it)
	}
	evidence := slices.Clone(read.Evidence)
	for i, e := range evidence {
		if key := itemKeyOf(e.Field); key != "" {
			evidence[i].Field = "item." + keys[key] + strings.TrimPrefix(e.Field, "item."+key)
		}
	}
	d.Items, read.Items, read.Evidence = items, items, evidence
	empty := Draft{Items: items, Evidence: d.Evidence, Warnings: d.Warnings}
	filled, _ := RebaseDraft(empty, read, d)
	return filled
}
