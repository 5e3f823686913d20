package inspection

import (
	"slices"
	"testing"
)

func TestKeysOfItemsAreGivenOnce(t *testing.T) {
	three := func() Draft {
		return Draft{Items: []DraftItem{{Key: "1", Words: "One."}, {Key: "2", Words: "Two."}, {Key: "3", Words: "Three."}}}
	}
	t.Run("after an item was removed", func(t *testing.T) {
		d := three()
		d.RemoveItem("3")
		if key := d.AddItem(Improvement); key != "4" {
			t.Errorf("the new item has the key %s", key)
		}
	})
	t.Run("after items were joined, which are found where they went", func(t *testing.T) {
		d := three()
		d.MergeItem("3")
		before := d.Joined
		d.MergeItem("2")
		if d.itemNow("3") != 0 || d.itemNow("2") != 0 || d.itemNow("9") != -1 || len(before) != 1 {
			t.Errorf("got %v, and %v before", d.Joined, before)
		}
		if key := d.AddItem(Improvement); key != "4" {
			t.Errorf("the new item has the key %s", key)
		}
	})
	t.Run("after the other officer removed or joined them", func(t *testing.T) {
		theirs, mine := three(), three()
		theirs.MergeItem("3")
		mine.Topic = "front door"
		merged, _ := RebaseDraft(three(), theirs, mine)
		if key := merged.AddItem(Improvement); key != "4" || merged.itemNow("3") != 1 {
			t.Errorf("the new item has the key %s, and the third is at %d of %+v", key, merged.itemNow("3"), merged.Items)
		}
	})
}

func TestDraftIsFilledWithWhatWasRead(t *testing.T) {
	read := Draft{
		Kind: "ilacs-short", LeadInspector: "Robin Sample", WholeListHeld: true,
		Judgements: []DraftJudgement{{"leaders", "good"}, {"in_care", "good"}},
		Items:      []DraftItem{{Key: "1", Words: "First."}, {Key: "2", Words: "Second."}},
		Evidence:   []Evidence{{Field: "kind", Page: 1}, {Field: "item.1", Page: 1}, {Field: "item.2.words", Page: 2}},
	}
	t.Run("an empty one becomes what was read", func(t *testing.T) {
		got := Draft{Warnings: []string{"A picture."}}.Filled(read)
		if got.Kind != "ilacs-short" || len(got.Judgements) != 2 || len(got.Items) != 2 || len(got.Warnings) != 0 || !slices.Equal(got.Evidence, read.Evidence) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("what was typed stays, and items are told apart", func(t *testing.T) {
		typed := Draft{Received: MustDate("2026-06-29"), LeadInspector: "R. Sample", Judgements: []DraftJudgement{{"leaders", "outstanding"}},
			Items: []DraftItem{{Key: "1", Words: "SECOND", Gloss: "Ours."}, {Key: "2", Words: "A third."}}}
		got := typed.Filled(read)
		if got.LeadInspector != "R. Sample" || !got.Received.Known() || !slices.Contains(got.Judgements, DraftJudgement{"leaders", "outstanding"}) ||
			!slices.Contains(got.Judgements, DraftJudgement{"in_care", "good"}) || len(got.Judgements) != 2 {
			t.Errorf("got %+v", got)
		}
		var items []string
		for _, it := range got.Items {
			items = append(items, it.Key+" "+it.Words)
		}
		if !slices.Equal(items, []string{"1 SECOND", "2 A third.", "3 First."}) {
			t.Errorf("its items are %q", items)
		}
		var fields []string
		for _, e := range got.Evidence {
			fields = append(fields, e.Field)
		}
		if !slices.Equal(fields, []string{"kind", "item.3", "item.1.words"}) {
			t.Errorf("its evidence is of %q", fields)
		}
	})
}
