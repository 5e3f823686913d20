package store_test

import (
	"fmt"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestRefuseLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		const secret = "quillwort"
		letter, err := s.AddLetter(ctx, officer, "scan.pdf", store.ReadLetter{
			State: inspection.LetterReady, Original: []byte("the file of " + secret), MediaType: "application/pdf",
		})
		if err != nil {
			t.Fatal(err)
		}
		draft := letter.Draft
		draft.LeadInspector = secret
		if letter, err = s.SaveDraft(ctx, officer, letter.ID, letter.Revision, draft); err != nil {
			t.Fatal(err)
		}
		hash := letter.DocumentHash
		before, err := s.Last(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.RefuseLetter(ctx, officer, letter.ID, "It is a draft."); err != nil {
			t.Fatal(err)
		}
		got, err := s.Letter(ctx, officer, letter.ID)
		if err != nil || got.State != inspection.LetterUnreadable || got.Problem != "It is a draft." || got.Revision != 0 || got.DocumentHash != "" {
			t.Errorf("the letter is %+v, %v", got, err)
		}
		if _, _, err := s.Document(ctx, hash); err == nil {
			t.Error("its file is still held")
		}
		for table, rows := range store.Dump(t, s) {
			for _, row := range rows {
				if strings.Contains(row, secret) || strings.Contains(row, fmt.Sprint([]byte(secret))) {
					t.Errorf("something of it is still held in %s: %.200s", table, row)
				}
			}
		}
		checked, err := s.Check(ctx, &before)
		if err != nil || checked.Erased != 2 || checked.Entries != before.Number+1 {
			t.Errorf("the record of changes: %+v, %v", checked, err)
		}
		again, err := s.AddLetter(ctx, officer, "final.pdf", store.ReadLetter{
			State: inspection.LetterReady, Original: []byte("the file of " + secret), MediaType: "application/pdf",
		})
		if err != nil || again.ID == letter.ID {
			t.Errorf("the same file cannot be added again: %+v, %v", again, err)
		}
	})
}

func TestNoOfficerAloneDestroysALetterThatIsNoPicture(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		for name, read := range map[string]store.ReadLetter{
			"a letter whose text was read": {State: inspection.LetterReady, Original: []byte("a file"), MediaType: "application/pdf", Pages: []string{"Words."}},
			"a letter logged by hand":      {State: inspection.LetterReady},
		} {
			letter, err := s.AddLetter(ctx, officer, "letter.pdf", read)
			if err != nil {
				t.Fatal(err)
			}
			before := everything(t, s)
			_, err = s.RefuseLetter(ctx, officer, letter.ID, "It is a draft.")
			refusedAt(t, err, "text", "Only a picture of a letter is taken for a draft")
			compareTables(t, before, everything(t, s))
			if checked, err := s.Check(ctx, nil); err != nil || checked.Erased != 0 {
				t.Errorf("%s: the record of changes: %+v, %v", name, checked, err)
			}
		}
	})
}
