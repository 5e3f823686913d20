package letter

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"inspectiontimeline/internal/letter/lettertest"
)

// FuzzOpen sends files through the door that every PDF takes. What makes a child give up is no fault; what makes a rule
// panic, or keeps the next letter from being read, is.
func FuzzOpen(f *testing.F) {
	for _, data := range [][]byte{
		lettertest.PDF(somethingElse), lettertest.PDF(fuzzLetter), lettertest.Picture(1), lettertest.Encrypted("", somethingElse),
		lettertest.LoopingPages(), lettertest.LoopingContents(), lettertest.Nested(100), lettertest.Bomb(1 << 10),
	} {
		f.Add(data)
	}
	r, _ := testReader(f, hurried)
	f.Fuzz(func(t *testing.T, data []byte) {
		got := r.Read(t.Context(), data)
		if slices.Contains([]string{problemDied, problemNoChild, problemStopped}, got.Error) {
			t.Errorf("is %s: %s", got.Status, got.Error)
		}
		checkEvidence(t, got)
	})
}

// fuzzLetter has the shapes that the rules look for.
const fuzzLetter = "Inspection of Westmere local authority children's services\n" +
	"Inspection dates: 6 to 17 March 2023\nLead inspector: Alex Penrose, His Majesty's Inspector\n" +
	"Judgement  Grade\nThe impact of leaders on social work practice  Good\n" +
	"Overall effectiveness  Requires improvement\nto be good\n" +
	"What needs to improve?\n• The timeliness of visits.\n• The quality of plans,\nand of their reviews.\n\f2\nMain findings\n"

// FuzzInterpret asks of every text that the rules hold out and quote only what stands in it.
func FuzzInterpret(f *testing.F) {
	f.Add(somethingElse)
	f.Add(fuzzLetter)
	examples, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	register := testRegister(f)
	f.Fuzz(func(t *testing.T, text string) {
		checkEvidence(t, Interpret(ParseText(text), register))
	})
}
