package inspection

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// itemIndex returns the place of an item in the draft, -1 where it has none of that key.
func (d *Draft) itemIndex(key string) int {
	return slices.IndexFunc(d.Items, func(it DraftItem) bool { return it.Key == key })
}

// newItemKey returns a key that no item has or had.
func (d *Draft) newItemKey() string { return strconv.Itoa(d.highestKey() + 1) }

// highestKey returns the highest number that is, or was, the key of an item.
func (d *Draft) highestKey() int {
	highest := d.LastKey
	for _, it := range d.Items {
		if n, err := strconv.Atoi(it.Key); err == nil {
			highest = max(highest, n)
		}
	}
	for _, e := range d.Evidence {
		if n, err := strconv.Atoi(itemKeyOf(e.Field)); err == nil {
			highest = max(highest, n)
		}
	}
	return highest
}

// KeepKeys remembers the keys of the items of an earlier state of the draft, so that none of them becomes that of
// another item, which would then get the reference that the first one was published under.
func (d *Draft) KeepKeys(earlier Draft) { d.LastKey = max(d.LastKey, earlier.highestKey()) }

// itemNow returns the place of the item that has a key, or of the one that it was joined to; -1 where it is gone.
func (d *Draft) itemNow(key string) int {
	for range len(d.Joined) + 1 {
		if i := d.itemIndex(key); i >= 0 {
			return i
		}
		key = d.Joined[key]
	}
	return -1
}

// itemKeyOf returns the key of the item that a field belongs to: "3" for "item.3" and "item.3.words"; "" for others.
func itemKeyOf(field string) string {
	rest, ok := strings.CutPrefix(field, "item.")
	if !ok {
		return ""
	}
	key, _, _ := strings.Cut(rest, ".")
	return key
}

// moveEvidence gives the evidence of one item to another; to "" it is dropped.
func (d *Draft) moveEvidence(from, to string) {
	kept := make([]Evidence, 0, len(d.Evidence))
	for _, e := range d.Evidence {
		if itemKeyOf(e.Field) == from {
			if to == "" {
				continue
			}
			e.Field = "item." + to + strings.TrimPrefix(e.Field, "item."+from)
		}
		kept = append(kept, e)
	}
	d.Evidence = kept
}

// MergeItem joins an item to the one above it: its words follow those, and what it names besides is added. The first
// item stays as it is.
func (d *Draft) MergeItem(key string) {
	i := d.itemIndex(key)
	if i < 1 {
		return
	}
	d.Items = slices.Clone(d.Items)
	above, below := &d.Items[i-1], d.Items[i]
	above.Words = strings.TrimSpace(above.Words + " " + below.Words)
	above.Gloss = strings.TrimSpace(above.Gloss + " " + below.Gloss)
	for _, theme := range below.Themes {
		if !slices.Contains(above.Themes, theme) {
			above.Themes = append(slices.Clip(above.Themes), theme)
		}
	}
	above.Joins = strings.Join(strings.Fields(above.Joins+" "+below.Joins), " ")
	above.FrameworkTag = cmp.Or(above.FrameworkTag, below.FrameworkTag)
	above.Responsible = cmp.Or(above.Responsible, below.Responsible)
	above.OwnPriority = above.OwnPriority || below.OwnPriority
	if below.Kind == PriorityAction {
		above.Kind = PriorityAction
	}
	if below.Wording == Paraphrase {
		above.Wording = Paraphrase // words are the inspectors' only if all of them are
	}
	if above.Page == 0 {
		above.Page = below.Page
	}
	d.moveEvidence(key, above.Key)
	d.KeepKeys(*d)
	d.Joined = maps.Clone(d.Joined)
	if d.Joined == nil {
		d.Joined = map[string]string{}
	}
	d.Joined[key] = above.Key
	d.Items = slices.Delete(d.Items, i, i+1)
}

// SplitItem makes several items of one. The first part keeps its key, its place on the record and its gloss; each other
// part is a new item of the same kind, resting on the same evidence. Parts without words are left out; fewer than two
// change nothing.
func (d *Draft) SplitItem(key string, parts []string) {
	i := d.itemIndex(key)
	var words []string
	for _, part := range parts {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			words = append(words, part)
		}
	}
	if i < 0 || len(words) < 2 {
		return
	}
	items := slices.Clone(d.Items)
	items[i].Words = words[0]
	for n, part := range words[1:] {
		next := items[i]
		next.Key, next.Words, next.Gloss, next.Joins, next.Themes = d.newItemKey(), part, "", "", slices.Clone(items[i].Themes)
		items = slices.Insert(items, i+1+n, next)
		d.Items = items
		for _, e := range slices.Clone(d.Evidence) {
			if itemKeyOf(e.Field) == key {
				e.Field = "item." + next.Key + strings.TrimPrefix(e.Field, "item."+key)
				d.Evidence = append(slices.Clip(d.Evidence), e)
			}
		}
	}
}

// MoveItem moves an item so many places down or, if by is negative, up, as far as there are places.
func (d *Draft) MoveItem(key string, by int) {
	i := d.itemIndex(key)
	if i < 0 {
		return
	}
	item := d.Items[i]
	items := slices.Delete(slices.Clone(d.Items), i, i+1)
	d.Items = slices.Insert(items, max(0, min(i+by, len(items))), item)
}

// AddItem adds an empty item at the end and returns its key.
func (d *Draft) AddItem(kind RecommendationKind) string {
	key := d.newItemKey()
	d.Items = append(slices.Clip(d.Items), DraftItem{Key: key, Kind: kind, Wording: Verbatim})
	return key
}

// RemoveItem removes an item and its evidence.
func (d *Draft) RemoveItem(key string) {
	d.KeepKeys(*d)
	d.Items = slices.DeleteFunc(slices.Clone(d.Items), func(it DraftItem) bool { return it.Key == key })
	d.moveEvidence(key, "")
}

// manySuggestions is how many themes are suggested at most: an officer has to weigh each.
const manySuggestions = 3

// SuggestThemes returns the codes of the themes whose words stand in a text, those with the most first. It only
// suggests: an officer chooses.
func SuggestThemes(themes []Theme, words string) []string {
	type hit struct {
		theme Theme
		count int
	}
	text := plainWords(words)
	var hits []hit
	for _, theme := range themes {
		count := 0
		for _, word := range theme.Words {
			count += strings.Count(text, " "+strings.TrimSpace(plainWords(word))+" ")
		}
		if count > 0 {
			hits = append(hits, hit{theme, count})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.theme.Position, b.theme.Position))
	})
	var codes []string
	for _, h := range hits[:min(manySuggestions, len(hits))] {
		codes = append(codes, h.theme.Code)
	}
	return codes
}

// plainWords returns a text in lower case with one space around each word and nothing else, so that texts can be
// compared by their words alone.
func plainWords(text string) string {
	words := strings.FieldsFunc(strings.ToLower(strings.NewReplacer("’", "", "'", "").Replace(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	// A space before and after each word lets whole words be counted side by side.
	return " " + strings.Join(words, "  ") + " "
}
