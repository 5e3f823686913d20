package inspection

import (
	"errors"
	"testing"
)

func TestLetterMoves(t *testing.T) {
	states := []LetterState{LetterWaiting, LetterReading, LetterReady, LetterEmbargoed, LetterPublished, LetterUnreadable, LetterSetAside}
	t.Run("every state has words and says why it is closed or is open", func(t *testing.T) {
		for _, state := range states {
			if state.words() == "" || !state.Open() && state.ClosedWords() == "" {
				t.Errorf("%s has none", state)
			}
		}
	})
	t.Run("no letter reaches the public pages unread or from aside", func(t *testing.T) {
		for _, from := range states {
			letter := Letter{State: from}
			err := letter.Move(LetterPublished)
			if (err == nil) != from.Open() {
				t.Errorf("from %s: %v, now %s", from, err, letter.State)
			}
		}
	})
	for name, c := range map[string]struct {
		letter Letter
		to     LetterState
		reason string
		want   string // the problem afterwards; "!" where the move is refused
	}{
		"ready to waiting for Ofsted":              {Letter{State: LetterReady, Revision: 1}, LetterEmbargoed, "", ""},
		"waiting for Ofsted with another day":      {Letter{State: LetterEmbargoed, Revision: 1}, LetterEmbargoed, "", ""},
		"aside with a reason":                      {Letter{State: LetterReady, Revision: 1}, LetterSetAside, "a copy", "a copy"},
		"aside without one":                        {Letter{State: LetterReady, Revision: 1}, LetterSetAside, " ", "!"},
		"back from aside":                          {Letter{State: LetterSetAside, Revision: 1, Problem: "a copy"}, LetterReady, "", ""},
		"back from aside with nothing kept":        {Letter{State: LetterSetAside}, LetterReady, "", "!"},
		"published by hand":                        {Letter{State: LetterReady, Revision: 1}, LetterPublished, "", "!"},
		"what is published leaves by another door": {Letter{State: LetterPublished, Revision: 1}, LetterReady, "", "!"},
		"what is being read waits":                 {Letter{State: LetterReading}, LetterSetAside, "tired", "!"},
		"unreadable is put aside":                  {Letter{State: LetterUnreadable}, LetterSetAside, "seen", "seen"},
	} {
		t.Run(name, func(t *testing.T) {
			letter := c.letter
			err := letter.MoveByOfficer(c.to, c.reason)
			var problems Problems
			switch {
			case c.want == "!" && (!errors.As(err, &problems) || letter.State != c.letter.State || letter.Problem != c.letter.Problem):
				t.Errorf("got %v, %+v", err, letter)
			case c.want != "!" && (err != nil || letter.State != c.to || letter.Problem != c.want):
				t.Errorf("got %v, %+v", err, letter)
			}
		})
	}
}
