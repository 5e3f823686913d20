package inspection

import (
	"errors"
	"slices"
	"strings"
)

// ErrHeldByOthers says that a file is held as a letter that whoever adds it may not see.
var ErrHeldByOthers = errors.New("the file is held as a letter of other officers")

// HeldByOthersWords says so to an officer, and what to do. They name nothing of the letter.
const HeldByOthersWords = "This letter is already being logged by somebody else. Ask an administrator to list you on it."

// Demonstrates reports whether the actor is one of the demonstration, which has no accounts: who acts there is known by a
// post alone.
func (a Actor) Demonstrates() bool { return strings.HasPrefix(a.ID, "/") }

// SeenBy reports whether somebody sees a letter, its draft, its file and its history: officers see each that is published,
// and any other only if they are listed on it. In the demonstration, which has no accounts, officers see all.
func (l *Letter) SeenBy(by Actor) bool {
	switch {
	case by.Role != RoleOfficer:
		return false
	case l.State == LetterPublished || by.Demonstrates():
		return true
	}
	return slices.Contains(l.Officers, by.ID)
}

// List lists an officer, by the ID of their account. One who is listed already stays where they are.
func (l *Letter) List(id string) {
	if id != "" && !slices.Contains(l.Officers, id) {
		l.Officers = append(slices.Clip(l.Officers), id)
	}
}

// Unlist takes an officer off. It fails with ErrNotFound where they are not listed, and with Problems where they are the last:
// a letter that nobody sees would be lost.
func (l *Letter) Unlist(id string) error {
	if !slices.Contains(l.Officers, id) {
		return ErrNotFound
	}
	if len(l.Officers) == 1 {
		return LastListed
	}
	l.Officers = slices.DeleteFunc(slices.Clone(l.Officers), func(one string) bool { return one == id })
	return nil
}

// LastListed are the Problems of taking off the last officer who can see a letter.
var LastListed = Problems{{Field: "officer", Words: "Somebody has to see this letter. List another officer first, then take this one off"}}
