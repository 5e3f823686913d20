package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// letterHistoryPage lists what was done to a letter, the latest first.
type letterHistoryPage struct {
	Page
	ID      string
	Heading string
	Entries []letterEntryView
}

type letterEntryView struct {
	When, Who string
	Words     []string
	Changed   string // how many values
	Changes   []differenceView
}

func (s *Server) showLetterHistory(c *gin.Context) error {
	ctx := c.Request.Context()
	by, letter, err := s.letterRead(c)
	if err != nil {
		return err
	}
	entries, err := s.store.LetterHistory(ctx, by, letter.ID)
	if err != nil {
		return err
	}
	posts, err := s.postsOfAccounts(ctx)
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	themes, err := s.store.Themes(ctx)
	if err != nil {
		return err
	}
	heading := letterHeading(known, letter)
	place := func(field string) string { return letterAddress(letter.ID) + "#" + field }
	page := letterHistoryPage{Page: s.officerBase(c, "History: "+heading), ID: letter.ID, Heading: heading}
	for _, entry := range entries {
		view := letterEntryView{When: s.moment(entry.At), Who: entry.ActorPost}
		before, after, err := bothSides(entry)
		if err != nil {
			return err
		}
		if entry.Action == inspection.Created {
			view.Words = append(view.Words, "Added. "+letterStates[after.State].Name+".")
		} else if before.State != after.State {
			view.Words = append(view.Words, fmt.Sprintf("From “%s” to “%s”.", letterStates[before.State].Name, letterStates[after.State].Name))
		}
		if after.Reason != "" {
			view.Words = append(view.Words, "Reason: "+after.Reason)
		}
		if after.PlannedFor.Known() && after.PlannedFor != before.PlannedFor {
			view.Words = append(view.Words, "Expected on "+after.PlannedFor.Words()+".")
		}
		if entry.Action != inspection.Created {
			view.Words = append(view.Words, listedWords(posts, before.Officers, after.Officers)...)
		}
		if before.Draft != nil && after.Draft != nil {
			_, changed := inspection.RebaseDraft(*before.Draft, *after.Draft, *before.Draft)
			view.Changes = draftChanges(known, themes, changed, place)
			view.Changed = inspection.CountWords(len(view.Changes), "value", "values") + " changed"
			if before.State == inspection.LetterReading {
				view.Changed = inspection.CountWords(len(view.Changes), "value", "values") + " read"
			}
		}
		if len(view.Words)+len(view.Changes) == 0 {
			view.Words = []string{"Saved without a change."}
		}
		page.Entries = append(page.Entries, view)
	}
	slices.Reverse(page.Entries)
	return s.render(c, http.StatusOK, "letter_history", page)
}

// letterSide is a letter as an entry of the record of changes keeps it; the draft stands there only where it was changed.
type letterSide struct {
	inspection.Letter
	Draft  *inspection.Draft `json:"draft"`
	Reason string            `json:"reason"`
}

func bothSides(entry inspection.Change) (before, after letterSide, err error) {
	for _, side := range []struct {
		text string
		into *letterSide
	}{{entry.Before, &before}, {entry.After, &after}} {
		if side.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(side.text), side.into); err != nil {
			return before, after, fmt.Errorf("read entry %d of the record of changes: %w", entry.Number, err)
		}
	}
	return before, after, nil
}
