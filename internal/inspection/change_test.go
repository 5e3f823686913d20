package inspection

import (
	"errors"
	"testing"
	"time"
)

// chained returns two entries that follow from each other, and their key.
func chained() (first, second Change, key []byte) {
	key = []byte("0123456789abcdef0123456789abcdef")
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	entry := func(number int64, previous, after string) Change {
		c := Change{Number: number, Previous: previous, At: at, ActorID: "officer-1", ActorPost: "Improvement officer",
			ActorRole: RoleOfficer, RecordKind: OfInspection, RecordID: "x", Action: Created, After: after}
		c.Seal = SealChange(key, c.Before, c.After)
		c.Hash = c.ComputeHash()
		return c
	}
	first = entry(1, "", `{"grade":"good"}`)
	second = entry(2, first.Hash, `{"grade":"outstanding"}`)
	return first, second, key
}

func TestChain(t *testing.T) {
	t.Run("an entry follows from the one before it", func(t *testing.T) {
		first, second, key := chained()
		if err := first.Follows(0, "", key); err != nil {
			t.Error(err)
		}
		if err := second.Follows(1, first.Hash, key); err != nil {
			t.Error(err)
		}
	})
	t.Run("an entry whose text and key were erased together still follows", func(t *testing.T) {
		first, second, _ := chained()
		second.After = ""
		if err := second.Follows(1, first.Hash, nil); err != nil {
			t.Error(err)
		}
	})
	for says, spoil := range map[string]func(*Change){
		"a text that was altered is found":     func(c *Change) { c.After = `{"grade":"good"}` },
		"a text moved from after to before":    func(c *Change) { c.Before, c.After = c.After, c.Before },
		"somebody else's name is found":        func(c *Change) { c.ActorID = "officer-2" },
		"another time is found":                func(c *Change) { c.At = c.At.Add(time.Second) },
		"another record is found":              func(c *Change) { c.RecordID = "y" },
		"a renumbered entry is found":          func(c *Change) { c.Number = 3 },
		"a chain that was cut is found":        func(c *Change) { c.Previous = "" },
		"a text that was sealed anew is found": func(c *Change) { c.After = "{}"; c.Seal = SealChange([]byte("k"), "", "{}") },
		"a hash that was made up is found":     func(c *Change) { c.Hash = c.Seal },
	} {
		t.Run(says, func(t *testing.T) {
			first, second, key := chained()
			spoil(&second)
			if err := second.Follows(1, first.Hash, key); !errors.Is(err, ErrChainBroken) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a text without its key is found", func(t *testing.T) {
		first, second, _ := chained()
		if err := second.Follows(1, first.Hash, nil); !errors.Is(err, ErrChainBroken) {
			t.Errorf("got %v", err)
		}
	})
}
