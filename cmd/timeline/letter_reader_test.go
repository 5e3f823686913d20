package main

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// seesAll is an officer of the demonstration, who sees every letter.
var seesAll = inspection.Actor{ID: "/improvement-officer", Post: "Improvement officer", Role: inspection.RoleOfficer}

func TestServeSaysWhichLettersItDidNotGetToRead(t *testing.T) {
	db := storetest.SQLite(t, true)
	s := storetest.Open(t, db)
	if _, err := s.StartLetter(t.Context(), atTerminal, "letter.pdf", store.HeldFile{}); err != nil {
		t.Fatal(err)
	}
	service := startService(t, nil, "--db", db)
	var letters []inspection.Letter
	untilSo(t, 20*time.Second, "the letter is unreadable", func(ctx context.Context) bool {
		var err error
		letters, err = s.Letters(ctx, seesAll)
		if err != nil || len(letters) != 1 {
			t.Fatalf("the letters are %+v: %v", letters, err)
		}
		return letters[0].State == inspection.LetterUnreadable
	})
	if end := service.finish(t); end.code != exitDone {
		t.Fatalf("ended with %d and said %q", end.code, end.stderr)
	}
	mustSay(t, letters[0].Problem, "The program stopped before it had read this file")
}

// TestServeReadsALetter sends a file from an officer's form through the child process to a draft.
func TestServeReadsALetter(t *testing.T) {
	db := storetest.SQLite(t, true)
	s := startService(t, nil, "--open", "--db", db)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, data := range map[string][]byte{"letter.pdf": lettertest.PDF(testLetter), "minutes.pdf": lettertest.PDF(otherText)} {
		part, err := form.CreateFormFile("letters", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(form.WriteField("do", "read"), form.Close()); err != nil {
		t.Fatal(err)
	}
	o := &desk{t: t, origin: s.url, client: stepByStep}
	o.actAs("Improvement officer", inspection.RoleOfficer)
	answer, page := o.send(http.MethodPost, "/letters/new", form.FormDataContentType(), &body)
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("the form was answered %d: %s", answer.StatusCode, page)
	}
	held := storetest.Open(t, db)
	letters := settledLetters(t, held)
	end := s.finish(t)
	if said := end.stdout + end.stderr; end.code != exitDone || strings.Contains(said, "letter.pdf") || strings.Contains(said, "minutes.pdf") {
		t.Errorf("ended with %d and said %q", end.code, said)
	}
	if len(letters) != 2 {
		t.Fatalf("%d letters are held", len(letters))
	}
	for _, l := range letters {
		want := map[string]inspection.LetterState{
			"letter.pdf": inspection.LetterReady, "minutes.pdf": inspection.LetterUnreadable,
		}[l.FileName]
		if l.State != want {
			t.Errorf("%s is %s, want %s: %s", l.FileName, l.State, want, l.Problem)
		}
	}
}

// settledLetters returns the letters when none waits for its reading any more.
func settledLetters(t *testing.T, s *store.Store) []inspection.Letter {
	t.Helper()
	var letters []inspection.Letter
	untilSo(t, settleFor, "no letter waits to be read", func(ctx context.Context) bool {
		var err error
		if letters, err = s.Letters(ctx, seesAll); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(letters, func(l inspection.Letter) bool {
			return l.State == inspection.LetterWaiting || l.State == inspection.LetterReading
		})
	})
	return letters
}
