package store_test

import (
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestTwoServersReadLettersIntoOneDatabase(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		ctx := t.Context()
		first, second := storetest.Open(t, dsn), storetest.Open(t, dsn)
		waiting, err := first.StartLetter(ctx, officer, "waiting.pdf")
		if err != nil {
			t.Fatal(err)
		}
		reading, err := first.StartLetter(ctx, officer, "reading.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if err := first.SetReading(ctx, officer, reading.ID); err != nil {
			t.Fatal(err)
		}
		if n, err := second.AbandonReadings(ctx, officer); err != nil || n != 2 {
			t.Fatalf("%d readings were given up, %v", n, err)
		}
		// The first server is at them all the same.
		for _, letter := range []inspection.Letter{waiting, reading} {
			if letter.ID == waiting.ID {
				if err := first.SetReading(ctx, officer, letter.ID); err != nil {
					t.Fatal(err)
				}
			}
			done, err := first.FinishLetter(ctx, officer, letter.ID, store.ReadLetter{
				State: inspection.LetterReady, Original: []byte(letter.FileName), MediaType: "application/pdf", Pages: []string{"one"},
			})
			if err != nil || done.State != inspection.LetterReady || done.Problem != "" {
				t.Errorf("%s is %s: %s, %v", letter.FileName, done.State, done.Problem, err)
			}
		}
		refused, err := first.StartLetter(ctx, officer, "draft.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := first.FinishLetter(ctx, officer, refused.ID, store.ReadLetter{State: inspection.LetterUnreadable, Problem: "A draft."}); err != nil {
			t.Fatal(err)
		}
		if _, err := first.FinishLetter(ctx, officer, refused.ID, store.ReadLetter{State: inspection.LetterReady}); err == nil {
			t.Error("a letter that was refused came back")
		}
	})
}
