package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestImportLetters(t *testing.T) {
	outside := letterFolder(t, map[string][]byte{"elsewhere.pdf": lettertest.PDF(strings.ReplaceAll(testLetter, "2023", "2020"))})
	original := lettertest.PDF(testLetter)
	folder := letterFolder(t, map[string][]byte{
		"a-letter.pdf":   original,
		"b-again.PDF":    original,
		"c-scanned.pdf":  lettertest.Picture(3),
		"d-minutes.pdf":  lettertest.PDF(otherText),
		"e-draft.pdf":    lettertest.PDF("DRAFT FOR FACTUAL ACCURACY CHECK\n" + strings.ReplaceAll(testLetter, "front door", "back door")),
		".hidden.pdf":    original,
		"notes.txt":      []byte("not meant"),
		"f-damaged.pdf":  lettertest.Truncated(testLetter),
		"g-password.pdf": lettertest.Encrypted("secret", testLetter),
	})
	if err := os.Symlink(filepath.Join(outside, "elsewhere.pdf"), filepath.Join(folder, "h-link.pdf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "folder.pdf"), 0o700); err != nil {
		t.Fatal(err)
	}

	seededEngines(t, func(t *testing.T, db string) {
		first := runCommand(t, nil, "import", "--db", db, "letters", folder)
		if first.code != exitUnread || first.stderr != "timeline: import: 5 of 8 files could not be read as letters\n" {
			t.Errorf("ended with %d and said %q", first.code, first.stderr)
		}
		mustSay(t, first.stdout, "new               2\n", "already held      1\n", "could not be read 5\n",
			"  c-scanned.pdf: This letter is a picture", "  d-minutes.pdf: This is not a letter", "  e-draft.pdf: This letter says that it is a draft",
			"  f-damaged.pdf: This PDF is damaged", "  g-password.pdf: This PDF is locked", "  h-link.pdf: ", "nothing is published")

		s := storetest.Open(t, db)
		letters, err := s.Letters(t.Context(), seesAll)
		if err != nil || len(letters) != 2 {
			t.Fatalf("%d letters are held: %v", len(letters), err)
		}
		for _, l := range letters {
			if l.State != inspection.LetterReady || l.DocumentHash == "" || l.CreatedBy != atTerminal.Post || len(l.Officers) > 0 {
				t.Errorf("%s is %s, with the document %q, by %q", l.FileName, l.State, l.DocumentHash, l.CreatedBy)
			}
			if l.FileName == "a-letter.pdf" {
				mustHold(t, s, l.ID, original)
				if l.Draft.FieldworkStart != inspection.MustDate("2023-03-06") || len(l.Draft.Items) != 2 {
					t.Errorf("its draft begins on %s and has %d items", l.Draft.FieldworkStart, len(l.Draft.Items))
				}
			}
		}

		before := lastMark(t, db)
		second := runCommand(t, nil, "import", "--db", db, "letters", folder)
		mustSay(t, second.stdout, "new               0\n", "already held      3\n", "could not be read 5\n")
		if strings.Contains(second.stdout, "drafts") {
			t.Errorf("with nothing new it speaks of drafts: %s", second.stdout)
		}
		if after := lastMark(t, db); after != before {
			t.Errorf("importing again moved the record of changes from %s to %s", before, after)
		}
	})
	t.Run("a folder that is not there", func(t *testing.T) {
		db := filepath.Join(t.TempDir(), "timeline.db")
		mustFail(t, runCommand(t, nil, "import", "--db", db, "letters", "/nowhere/at/all"), "import", "open the folder")
		if _, err := os.Stat(db); err == nil {
			t.Error("a database was made")
		}
	})
	t.Run("a name that is no text", func(t *testing.T) {
		named := letterFolder(t, map[string][]byte{"caf\xe9\n\x1b[31m.pdf": original})
		seededEngines(t, func(t *testing.T, db string) {
			got := runCommand(t, nil, "import", "--db", db, "letters", named)
			mustSucceed(t, got)
			mustSay(t, got.stdout, "new               1\n")
			letters, err := storetest.Open(t, db).Letters(t.Context(), seesAll)
			if err != nil || len(letters) != 1 || letters[0].FileName != "caf\uFFFD [31m.pdf" {
				t.Errorf("%+v, %v", letters, err)
			}
		})
	})
	t.Run("into nothing", func(t *testing.T) {
		db := filepath.Join(t.TempDir(), "timeline.db")
		got := runCommand(t, nil, "import", "--db", db, "letters", letterFolder(t, map[string][]byte{"letter.pdf": original}))
		mustSucceed(t, got)
		mustSay(t, got.stdout, "new               1\n", "could not be read 0\n")
	})
}

func TestImportedLettersAreSeenByTheOfficersNamed(t *testing.T) {
	folder := letterFolder(t, map[string][]byte{"letter.pdf": lettertest.PDF(testLetter)})
	seededEngines(t, func(t *testing.T, db string) {
		s := storetest.Open(t, db)
		account := func(address string, roles ...auth.Role) auth.Account {
			t.Helper()
			made, err := s.AddAccount(t.Context(), inspection.Seeder, auth.Account{
				Address: address, Post: "Post of " + address, Roles: roles, State: auth.Invited,
			})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		first, second := account("one@council.example", auth.Officer), account("two@council.example", auth.Member, auth.Officer)
		account("three@council.example", auth.Member)

		before := lastMark(t, db)
		wrong := runCommand(t, nil, "import", "--db", db, "--officers", "one@council.example,nobody@council.example,three@council.example", "letters", folder)
		mustFail(t, wrong, "import", `no account has the address "nobody@council.example"`)
		mustSay(t, wrong.stderr, `"three@council.example" is not an officer who can sign in`)
		if after := lastMark(t, db); after != before {
			t.Error("something was recorded although an officer is not known")
		}

		got := runCommand(t, nil, "import", "--db", db, "--officers", " Two@council.example, one@council.example", "letters", folder)
		mustSucceed(t, got)
		mustSay(t, got.stdout, "new               1\n")
		if strings.Contains(got.stdout, "Nobody is listed") {
			t.Errorf("it says that nobody is listed: %s", got.stdout)
		}
		for _, officer := range []auth.Account{first, second} {
			letters, err := s.Letters(t.Context(), inspection.Actor{ID: officer.ID, Role: inspection.RoleOfficer})
			if err != nil || len(letters) != 1 || !slices.Equal(letters[0].Officers, []string{second.ID, first.ID}) {
				t.Errorf("%s sees %+v: %v", officer.Address, letters, err)
			}
		}
		if letters, err := s.Letters(t.Context(), inspection.Actor{ID: "another", Role: inspection.RoleOfficer}); err != nil || len(letters) > 0 {
			t.Errorf("an officer who is not listed sees %d letters: %v", len(letters), err)
		}
		mustSay(t, runCommand(t, nil, "import", "--db", db, "letters", folder).stdout, "already held      1\n")
	})
}

// mustHold checks that the database holds the file of a letter byte for byte.
func mustHold(t *testing.T, s *store.Store, id string, want []byte) {
	t.Helper()
	_, document, data, err := s.LetterOriginal(t.Context(), seesAll, id)
	if err != nil || !bytes.Equal(data, want) || document.Size != int64(len(want)) {
		t.Errorf("the document has %d bytes, %d are kept of %d: %v", document.Size, len(data), len(want), err)
	}
}
