package store

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"

	"inspectiontimeline/internal/inspection"
)

// mostCutLetters bounds how many letters are kept parted into passages, about a quarter of a megabyte each.
const mostCutLetters = 60

// cutLetters are letters as letterPassages parts them, by the hash of all that this depends on: an answer shows twenty pages, and
// to part their letters anew would take most of its time. What is kept under a hash never becomes wrong.
var cutLetters = struct {
	mutex sync.Mutex
	pages map[[sha256.Size]byte][]letterPage
}{pages: map[[sha256.Size]byte][]letterPage{}}

// cutLetter returns what letterPassages does. The passages are the caller's own.
func cutLetter(pages []inspection.LetterPage, strands []inspection.Strand) []letterPage {
	hash := sha256.New()
	add := func(text string) {
		hash.Write(binary.AppendUvarint(nil, uint64(len(text))))
		hash.Write([]byte(text))
	}
	for _, strand := range strands {
		add(strand.Code)
		add(strand.Name)
	}
	for _, page := range pages {
		hash.Write(binary.AppendVarint(nil, int64(page.Number)))
		add(page.Words)
	}
	key := [sha256.Size]byte(hash.Sum(nil))
	cutLetters.mutex.Lock()
	held, known := cutLetters.pages[key]
	cutLetters.mutex.Unlock()
	if !known {
		held = letterPassages(pages, strands)
		cutLetters.mutex.Lock()
		for other := range cutLetters.pages { // any one: those that are asked for again come back
			if len(cutLetters.pages) < mostCutLetters {
				break
			}
			delete(cutLetters.pages, other)
		}
		cutLetters.pages[key] = held
		cutLetters.mutex.Unlock()
	}
	own := slices.Clone(held)
	for i := range own {
		own[i].passages = slices.Clone(own[i].passages)
	}
	return own
}
