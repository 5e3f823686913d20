package lettertest

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
)

var (
	packedStream = regexp.MustCompile(`/FlateDecode[^>]*>>\s*stream\r?\n`)
	anyNumber    = regexp.MustCompile(`[0-9]+`)
	someObject   = regexp.MustCompile(`\b[0-9]+ 0 (R|obj)\b`)
)

// Mutate returns a damaged copy of a PDF: with bytes flipped, a piece cut out, a stream that unpacks to very much, or
// numbers changed or swapped, which stand for objects, lengths and places in the file.
func Mutate(random *rand.Rand, data []byte) []byte {
	out := bytes.Clone(data)
	if len(out) < 2 {
		return out
	}
	switch random.IntN(5) {
	case 0:
		for range 1 + random.IntN(64) {
			out[random.IntN(len(out))] ^= 1 << random.IntN(8)
		}
	case 1:
		from, to := random.IntN(len(out)), random.IntN(len(out))
		out = slices.Delete(out, min(from, to), max(from, to))
		if random.IntN(2) == 0 {
			out = append(out, "\n%%EOF\n"...) // so that it looks whole
		}
	case 2:
		blowUp(random, out)
	case 3:
		for range 1 + random.IntN(16) {
			if at := pick(random, anyNumber.FindAllIndex(out, -1)); at != nil {
				out[at[0]+random.IntN(at[1]-at[0])] = '0' + byte(random.IntN(10))
			}
		}
	case 4:
		all := someObject.FindAllIndex(out, -1)
		for range 1 + random.IntN(16) {
			a, b := pick(random, all), pick(random, all)
			if a != nil && a[1]-a[0] == b[1]-b[0] {
				first := bytes.Clone(out[a[0]:a[1]])
				copy(out[a[0]:a[1]], out[b[0]:b[1]])
				copy(out[b[0]:b[1]], first)
			}
		}
	}
	return out
}

func pick(random *rand.Rand, places [][]int) []int {
	if len(places) == 0 {
		return nil
	}
	return places[random.IntN(len(places))]
}

// blowUp puts a bomb in the place of one packed stream, so that nothing else moves.
func blowUp(random *rand.Rand, data []byte) {
	at := pick(random, packedStream.FindAllIndex(data, -1))
	if at == nil {
		return
	}
	length := bytes.Index(data[at[1]:], []byte("endstream"))
	if length < 64 {
		return
	}
	bomb := Packed(min(length*900, 64<<20))
	copy(data[at[1]:at[1]+length], bomb)
}
