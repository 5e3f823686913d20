package letter

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
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
	register, catalogue := testRegister(f), testCatalogue(f)
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		pages := ParseText(text)
		reading := Interpret(pages, register)
		checkEvidence(t, reading)
		if len(pages) > MaxPages {
			t.Fatalf("%d pages", len(pages))
		}
		// Far more than any letter takes, and far less than a rule that tries every way would.
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("%d bytes take %v", len(text), took)
		}
		checkDraft(t, reading, catalogue)
	})
}

// checkDraft holds a draft against the reading that it is made of: its evidence is that of the reading, each of its areas to
// improve stands there once, and it is sent and read alike.
func checkDraft(t *testing.T, r Reading, catalogue *inspection.Catalogue) {
	t.Helper()
	draft := r.Draft(catalogue)
	known := allEvidence(r)
	for _, e := range draft.Evidence {
		if !slices.ContainsFunc(known, func(of inspection.Evidence) bool {
			return of.Page == e.Page && of.Quote == e.Quote && of.Rule == e.Rule && of.Certainty == e.Certainty
		}) || e.Field == "" {
			t.Fatalf("evidence of no reading: %+v", e)
		}
	}
	if len(draft.Items) != len(r.Items) {
		t.Fatalf("%d areas to improve of %d that were read", len(draft.Items), len(r.Items))
	}
	keys := map[string]bool{}
	for i, item := range draft.Items {
		if item.Key == "" || keys[item.Key] || item.Words != r.Items[i].Value {
			t.Fatalf("got %+v of %+v", item, r.Items[i])
		}
		keys[item.Key] = true
	}
	if _, known := catalogue.Kind(draft.Kind); draft.Kind != "" && !known {
		t.Fatalf("the kind %q is in no catalogue", draft.Kind)
	}
	written, err := json.Marshal(draft)
	if err != nil {
		t.Fatal(err)
	}
	var sent inspection.Draft
	if err := json.Unmarshal(written, &sent); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(sent); err != nil || !bytes.Equal(written, again) {
		t.Fatalf("%s comes back as %s, %v", written, again, err)
	}
}

// FuzzServe sends whatever bytes to the child's side, as a parent never would: each letter that arrives whole gets one answer, in
// order, and the rest an error.
func FuzzServe(f *testing.F) {
	frame := func(kind byte, body string) []byte {
		var out bytes.Buffer
		if err := writeFrame(&out, kind, []byte(body)); err != nil {
			f.Fatal(err)
		}
		return out.Bytes()
	}
	f.Add(slices.Concat(frame(frameRegister, `[{"id":"westmere","name":"Westmere"}]`), frame(frameText, fuzzLetter), frame(frameText, "")))
	f.Add(frame(frameRegister, "["))
	f.Add([]byte{frameText, 0xff, 0xff, 0xff, 0xff, 'x'})
	f.Add(frame(frameText, somethingElse)[:12])
	f.Fuzz(func(t *testing.T, sent []byte) {
		letters := 0
		for rest := bytes.NewReader(sent); ; {
			kind, _, err := readFrame(rest, len(sent))
			if err != nil {
				break
			}
			if kind == framePDF {
				return // FuzzOpen reads those, in a process that may be ended
			}
			if kind != frameRegister {
				letters++
			}
		}
		var answers bytes.Buffer
		err := serve(bytes.NewReader(sent), &answers, func() error { return nil })
		got := 0
		for answers.Len() > 0 {
			kind, body, err := readFrame(&answers, maxAnswer)
			var reading Reading
			if err != nil || kind != frameReading || json.Unmarshal(body, &reading) != nil || reading.Status == "" {
				t.Fatalf("answer %d is %q, %v", got+1, kind, err)
			}
			got++
		}
		if got > letters || err == nil && got != letters {
			t.Fatalf("%d letters have %d answers, and %v", letters, got, err)
		}
	})
}
