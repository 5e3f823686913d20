package store

import (
	"fmt"
	"reflect"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestALetterThatIsKeptInPassagesIsPartedAsAnew(t *testing.T) {
	strands := []inspection.Strand{{Code: "leaders", Name: "The impact of leaders"}}
	pages := []inspection.LetterPage{{Number: 1, Words: "The impact of leaders: good\n1. Leaders know their services.\n2. They act.\n"}}
	want := letterPassages(pages, strands)
	for range 2 {
		got := cutLetter(pages, strands)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("parted as %v, anew as %v", got, want)
		}
		got[0].passages[0].Words = "spoiled"
	}
	pages[0].Words += "3. They learn.\n"
	if got := cutLetter(pages, strands); !reflect.DeepEqual(got, letterPassages(pages, strands)) {
		t.Errorf("a letter that changed is parted as before: %v", got)
	}
	if got := cutLetter(pages, nil); !reflect.DeepEqual(got, letterPassages(pages, nil)) {
		t.Errorf("under other rules it is parted as before: %v", got)
	}
	for i := range mostCutLetters + 5 {
		cutLetter([]inspection.LetterPage{{Number: 1, Words: fmt.Sprint("Letter ", i)}}, strands)
	}
	if n := len(cutLetters.pages); n > mostCutLetters {
		t.Errorf("%d letters are kept, of at most %d", n, mostCutLetters)
	}
}
