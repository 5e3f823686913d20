package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// lived fills a database with a little of everything that people make in it: progress, accounts, letters and evidence with files.
// It returns the reference of an area to improve and the ID of a letter.
func lived(t *testing.T, dsn string) (reference, letter string) {
	t.Helper()
	s := storetest.Open(t, dsn)
	council := storetest.Progress(t, s, 20, 30)[0]
	storetest.SignIn(t, s, storetest.Account(t, s, auth.Officer, auth.Reviewer))
	added, err := s.AddLetter(t.Context(), storetest.Officer, "letter.pdf", store.ReadLetter{
		State: inspection.LetterReady, Original: bytes.Repeat([]byte("%PDF-1.7\n\xff\x00"), 200_000), MediaType: "application/pdf",
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Positions(t.Context(), council, inspection.Date{})
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	reference = list[0].Reference
	err = s.Together(t.Context(), storetest.Officer, func(w *store.Work) error {
		_, err := w.AddEvidence(inspection.EvidenceItem{
			Reference: reference, Title: "Audit of plans", FileName: "audit.pdf", On: inspection.MustDate("2026-11-20"),
			Audience: inspection.ForPublic, State: inspection.EvidenceSubmitted,
		}, &store.EvidenceFile{Name: "audit.pdf", MediaType: "application/pdf", Bytes: []byte("%PDF-1.7 of the audit")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return reference, added.ID
}

// backupOf makes a backup of a database and returns its file.
func backupOf(t *testing.T, dsn string, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "timeline.backup")
	mustSucceed(t, runCommand(t, nil, append(append([]string{"backup", "--db", dsn}, flags...), file)...))
	return file
}

// heldBy reads a database and returns what a backup of it holds.
func heldBy(t *testing.T, dsn string) exchange.BackupManifest {
	t.Helper()
	held, err := holds(t.Context(), config{db: dsn})
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func mustHoldTheSame(t *testing.T, a, b exchange.BackupManifest) {
	t.Helper()
	if words := a.Differs(b); words != "" || a.Rows() < 100 {
		t.Errorf("%d rows; %s", a.Rows(), words)
	}
}

// TestRehearsalOfARestore does what an officer of the council's IT does after the machine is lost.
func TestRehearsalOfARestore(t *testing.T) {
	if testing.Short() {
		t.Skip("it draws pages of several databases")
	}
	from := storetest.SQLite(t, true)
	reference, letter := lived(t, from)
	addresses := []string{
		"/", "/authorities/northamptonshire", "/recommendations", "/recommendations/" + reference, "/sources", "/inspections",
		"/scrutiny", "/changes", "/letters", "/letters/" + letter, "/milestones", "/glossary", "/api/v1/inspections",
	}
	pages := func(dsn string) map[string]string {
		site, out := siteOn(t, dsn), map[string]string{}
		for _, address := range addresses {
			answer, body := site.send("GET", address, "", nil)
			out[address] = fmt.Sprintln(answer.StatusCode, strings.ReplaceAll(body, site.origin, ""))
		}
		return out
	}
	if len(sessionsOf(t, from)) == 0 {
		t.Fatal("nobody is signed in before")
	}
	was, held := pages(from), heldBy(t, from)
	for address, page := range was {
		if !strings.HasPrefix(page, "200") {
			t.Fatalf("%s is answered %.300s", address, page)
		}
	}
	file := backupOf(t, from)
	checked := runCommand(t, nil, "check", file)
	mustSucceed(t, checked)
	mustSay(t, checked.stdout, "the backup is whole", held.Last, "each file is as it was kept: 2 files")
	storetest.EmptyPlaces(t, func(t *testing.T, to string) {
		got := runCommand(t, nil, "restore", "--db", to, file)
		mustSucceed(t, got)
		mustSay(t, got.stdout, "restored "+inspection.CountWords(int(held.Rows()), "row", "rows")+" and 2 files", "the record of changes is whole", held.Last)
		mustSucceed(t, runCommand(t, nil, "check", "--since", held.Last, "--db", to))
		mustHoldTheSame(t, held, heldBy(t, to))
		for address, is := range pages(to) {
			if is != was[address] {
				t.Errorf("%s is another page than before: %s", address, firstDifference(was[address], is))
			}
		}
		if n := len(sessionsOf(t, to)); n > 0 {
			t.Errorf("%d are signed in again", n)
		}
	})
}

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	around := func(s string) string { return s[max(0, at-60):min(len(s), at+60)] }
	return fmt.Sprintf("%q and %q", around(a), around(b))
}

// sessionsOf lists the sessions that a database holds.
func sessionsOf(t *testing.T, dsn string) []string {
	t.Helper()
	db := openTables(t, dsn)
	defer db.Close()
	return columnOf(t, db, "SELECT hash FROM sessions")
}

func TestCopyMovesTheRecordToTheOtherEngineAndBack(t *testing.T) {
	if testing.Short() {
		t.Skip("what looks for data races copies nothing twice")
	}
	from, folder := storetest.SQLite(t, true), t.TempDir()
	lived(t, from)
	between, back := storetest.EmptyPostgres(t, storetest.Server(t)), filepath.Join(folder, "back.db")
	for _, step := range [][2]string{{from, between}, {between, back}} {
		got := runCommand(t, variables{"TIMELINE_FROM": step[0]}, "copy", "--to", step[1])
		mustSucceed(t, got)
		mustSay(t, got.stdout, withoutPassword(step[1])+" holds the same as "+withoutPassword(step[0])+" did", "2 files", "compared one by one", "the record of changes is whole")
	}
	mustHoldTheSame(t, heldBy(t, from), heldBy(t, back))
	t.Run("a place that is not empty is refused and left alone", func(t *testing.T) {
		before := heldBy(t, back)
		mustFail(t, runCommand(t, nil, "copy", "--from", from, "--to", back), "into an empty place only", "nothing was copied")
		mustHoldTheSame(t, before, heldBy(t, back))
	})
	t.Run("a database that waits for migrations is refused", func(t *testing.T) {
		mustFail(t, runCommand(t, nil, "copy", "--from", storetest.OlderSQLite(t, olderVersion), "--to", filepath.Join(folder, "other.db")), "has to be migrated")
	})
	t.Run("both have to be named, each as a database that is known", func(t *testing.T) {
		for _, args := range [][]string{{"--from", from}, {"--to", back}, {"--from", "mysql://council", "--to", back}} {
			if got := runCommand(t, nil, append([]string{"copy"}, args...)...); got.code != exitUsage {
				t.Errorf("%v ended with %d", args, got.code)
			}
		}
	})
}

func TestABackupIsMadeInOnePieceOrNotAtAll(t *testing.T) {
	db := storetest.SQLite(t, true)
	t.Run("its file is for its owner alone", func(t *testing.T) {
		info, err := os.Stat(backupOf(t, db))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	})
	t.Run("in a folder it has a name with its time", func(t *testing.T) {
		folder := t.TempDir()
		got := runCommand(t, nil, "backup", "--db", db, folder)
		mustSucceed(t, got)
		names := namesIn(t, folder)
		if len(names) != 1 {
			t.Fatalf("the folder holds %v", names)
		}
		at, err := time.Parse("timeline-"+backupForm+".tar.zst", names[0])
		if err != nil || time.Since(at) > time.Hour {
			t.Errorf("it is called %s: %v", names[0], err)
		}
		mustSay(t, got.stdout, names[0])
		if scheduled, err := backupsIn(folder); err != nil || len(scheduled) > 0 {
			t.Errorf("the service takes it for one of its own, which it will take away: %v, %v", scheduled, err)
		}
	})
	for name, taken := range map[string]string{"a file that is there is not written over": "", "one that is being made is left alone": ".partial"} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			file := filepath.Join(folder, "timeline.backup")
			if err := os.WriteFile(file+taken, []byte("of the council"), 0o600); err != nil {
				t.Fatal(err)
			}
			before := contents(t, folder)
			mustFail(t, runCommand(t, nil, "backup", "--db", db, file), file+taken, "is there")
			if after := contents(t, folder); !maps.Equal(before, after) {
				t.Errorf("the folder held %v and holds %v", before, after)
			}
		})
	}
	t.Run("one that is stopped leaves nothing", func(t *testing.T) {
		folder, s := t.TempDir(), storetest.Open(t, db)
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := makeBackup(ctx, s, filepath.Join(folder, "b"), exchange.BackupSeal{}, time.Now()); err == nil {
			t.Error("it is made")
		}
		if left := contents(t, folder); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	})
	t.Run("a database that there is not is refused", func(t *testing.T) {
		mustFail(t, runCommand(t, nil, "backup", "--db", filepath.Join(t.TempDir(), "absent.db"), t.TempDir()), "no such database")
	})
}

func TestABackupOfAServiceAtWorkIsOneState(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s, own := storetest.Open(t, dsn), storetest.Open(t, dsn)
		writing, stop := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() {
			for i := 0; ; i++ {
				term := inspection.Term{ID: fmt.Sprintf("word-%d", i), Term: fmt.Sprintf("Word %d", i), Meaning: "It is written meanwhile."}
				if _, err := s.LoadSeed(writing, &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
					stopped <- err
					return
				}
			}
		}()
		for range 3 {
			file := filepath.Join(t.TempDir(), "timeline.backup")
			if _, err := makeBackup(t.Context(), own, file, exchange.BackupSeal{}, time.Now()); err != nil {
				t.Fatal(err)
			}
			got := runCommand(t, nil, "check", file)
			mustSucceed(t, got)
			mustSay(t, got.stdout, "the backup is whole", "the record of changes is whole")
		}
		stop()
		if err := <-stopped; !errors.Is(err, context.Canceled) {
			t.Errorf("a change failed meanwhile: %v", err)
		}
	})
}

func TestABackupOpensWithItsKey(t *testing.T) {
	db, folder := storetest.SQLite(t, false), t.TempDir()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	keys, other := filepath.Join(folder, "key.txt"), filepath.Join(folder, "other.txt")
	if err := os.WriteFile(keys, []byte("# the council's\n"+identity.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := backupOf(t, db, "--recipient", identity.Recipient().String())
	target := filepath.Join(folder, "restored.db")
	mustFail(t, runCommand(t, nil, "restore", "--db", target, file), "the backup is encrypted: name the file", "nothing was restored")
	mustFail(t, runCommand(t, nil, "check", file), "the backup is encrypted")
	mustSucceed(t, runCommand(t, nil, "check", "--identity-file", keys, file))
	mustSucceed(t, runCommand(t, variables{"TIMELINE_IDENTITY_FILE": keys}, "restore", "--db", target, file))
	for name, args := range map[string][]string{
		"a key that is none":           {"check", "--identity-file", other, file},
		"a key that is not there":      {"check", "--identity-file", filepath.Join(folder, "absent"), file},
		"a recipient that is none":     {"backup", "--recipient", "age1nobody", folder},
		"a key and a passphrase":       {"check", "--identity-file", keys, "--passphrase-file", keys, file},
		"recipients and a passphrase":  {"backup", "--recipient", identity.Recipient().String(), "--passphrase-file", keys, folder},
		"a passphrase that is nothing": {"backup", "--passphrase-file", os.DevNull, folder},
		"two files":                    {"check", file, file},
	} {
		if got := runCommand(t, nil, args...); got.code != exitUsage {
			t.Errorf("%s: ended with %d and said %q", name, got.code, got.stderr)
		}
	}
}

func TestABackupThatIsDamagedIsRefused(t *testing.T) {
	file := backupOf(t, storetest.SQLite(t, true))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(whole)
	changed[len(changed)/2] ^= 1
	folder := t.TempDir()
	for name, data := range map[string][]byte{
		"torn early": whole[:5000], "torn at its end": whole[:len(whole)-1], "changed": changed, "with something behind it": append(slices.Clone(whole), 'x'),
	} {
		t.Run(name, func(t *testing.T) {
			damaged := filepath.Join(folder, "damaged")
			if err := os.WriteFile(damaged, data, 0o600); err != nil {
				t.Fatal(err)
			}
			mustFail(t, runCommand(t, nil, "check", damaged), "the backup is damaged")
			mustFail(t, runCommand(t, nil, "restore", "--db", filepath.Join(folder, "timeline.db"), damaged), "the backup is damaged", "nothing was restored")
			if left := contents(t, folder); len(left) != 1 {
				t.Errorf("%v is left", left)
			}
		})
	}
	t.Run("one that is none", func(t *testing.T) {
		mustFail(t, runCommand(t, nil, "check", "backup_test.go"), "no backup of this program")
	})
	t.Run("one that lacks an entry of long ago", func(t *testing.T) {
		mustFail(t, runCommand(t, nil, "check", "--since", "3:"+strings.Repeat("0", 64), file), "is gone")
	})
}

func TestCheckFindsADamagedFile(t *testing.T) {
	db := storetest.SQLite(t, true)
	lived(t, db)
	mustSay(t, runCommand(t, nil, "check", "--db", db).stdout, "the record of changes is whole", "each file is as it was kept: 2 files (2.2 MB)")
	execute(t, db, "UPDATE document_chunks SET bytes = x'00' WHERE number = 2")
	mustFail(t, withoutOutput(runCommand(t, nil, "check", "--db", db)), "the bytes held are not those that were kept")
}
