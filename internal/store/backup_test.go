package store_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// held is a store.BackupSink that holds what it is given, and gives it on.
type held struct {
	schema    int64
	last      string
	tables    []string
	columns   map[string][]string
	rows      map[string][][]any
	documents map[string][]byte
}

func (h *held) Table(name string, columns []string) error {
	h.tables, h.columns[name] = append(h.tables, name), columns
	return nil
}

func (h *held) Row(values []any) error {
	table := h.tables[len(h.tables)-1]
	h.rows[table] = append(h.rows[table], slices.Clone(values))
	return nil
}

func (h *held) Document(hash string, size int64, data io.Reader) error {
	read, err := io.ReadAll(data)
	if err == nil && int64(len(read)) != size {
		err = fmt.Errorf("file %s has %d bytes and not %d", hash, len(read), size)
	}
	h.documents[hash] = read
	return err
}

// handedOver returns what a backup of a database would hold.
func handedOver(t *testing.T, dsn string) *held {
	t.Helper()
	s := storetest.Open(t, dsn)
	h := &held{columns: map[string][]string{}, rows: map[string][][]any{}, documents: map[string][]byte{}}
	err := s.Snapshot(t.Context(), func(snap *store.Snapshot) error {
		h.schema, h.last = snap.Schema, snap.Last.String()
		return snap.HandOver(h)
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// into hands all of it to a sink.
func (h *held) into(sink store.BackupSink) (string, error) {
	for _, table := range h.tables {
		if err := sink.Table(table, h.columns[table]); err != nil {
			return "", err
		}
		for _, row := range h.rows[table] {
			if err := sink.Row(row); err != nil {
				return "", err
			}
		}
	}
	for hash, data := range h.documents {
		if err := sink.Document(hash, int64(len(data)), bytes.NewReader(data)); err != nil {
			return "", err
		}
	}
	return h.last, nil
}

// lines are the rows of a table as text, in an order that no engine has a say in.
func (h *held) lines(table string) []string {
	var lines []string
	for _, row := range h.rows[table] {
		lines = append(lines, fmt.Sprintf("%#v", row))
	}
	slices.Sort(lines)
	return lines
}

func (h *held) mustEqual(t *testing.T, other *held) {
	t.Helper()
	if !slices.Equal(h.tables, other.tables) || h.last != other.last || h.schema != other.schema {
		t.Fatalf("tables %v, last %s, version %d; want %v, %s, %d", other.tables, other.last, other.schema, h.tables, h.last, h.schema)
	}
	for _, table := range h.tables {
		if !slices.Equal(h.columns[table], other.columns[table]) {
			t.Errorf("%s has the columns %v, want %v", table, other.columns[table], h.columns[table])
		}
		was, is := h.lines(table), other.lines(table)
		if !slices.Equal(was, is) {
			t.Errorf("%s holds %d rows and held %d: %s", table, len(is), len(was), firstDifference(was, is))
		}
	}
	if len(h.documents) != len(other.documents) {
		t.Errorf("%d files, want %d", len(other.documents), len(h.documents))
	}
	for hash, data := range h.documents {
		if !bytes.Equal(data, other.documents[hash]) {
			t.Errorf("file %s has other bytes", hash)
		}
	}
}

func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i] + " is " + b[i]
		}
	}
	return "one has more"
}

// lived fills a database with a little of everything that people make in it.
func lived(t *testing.T, dsn string) {
	t.Helper()
	s := storetest.Open(t, dsn)
	storetest.Progress(t, s, 20, 30)
	a := storetest.Account(t, s, auth.Officer, auth.Reviewer)
	storetest.SignIn(t, s, a)
	storetest.Token(t, s, a, auth.TokenReads)
	for i, size := range []int{0, 10, 1<<20 + 1} {
		data := bytes.Repeat([]byte{byte(i), 0xff, '\n'}, size/3+1)[:size]
		if _, err := s.AddLetter(t.Context(), storetest.Officer, fmt.Sprintf("letter-%d.pdf", i), store.ReadLetter{State: inspection.LetterReady, Original: data, MediaType: "application/pdf"}); err != nil {
			t.Fatal(err)
		}
	}
}

func restored(t *testing.T, dsn string, h *held) (store.Proved, error) {
	t.Helper()
	return store.Restore(t.Context(), dsn, storetest.Options(t), h.schema, h.into)
}

func TestARestoreBringsBackEverythingOnEitherEngine(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, from string) {
		lived(t, from)
		was := handedOver(t, from)
		storetest.EmptyPlaces(t, func(t *testing.T, to string) {
			done, err := restored(t, to, was)
			if err != nil {
				t.Fatal(err)
			}
			if done.Last.String() != was.last || done.Files.Count != int64(len(was.documents)) || done.Rows == 0 {
				t.Errorf("it says %+v", done)
			}
			was.mustEqual(t, handedOver(t, to))
			s := storetest.Open(t, to)
			if err := s.Ready(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := s.IndexSearch(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Note(t, inspection.Seeder, inspection.OfTerm, "new", nil, inspection.Term{ID: "new"}); err != nil {
				t.Errorf("it cannot be written to: %v", err)
			}
			if checked, err := s.Check(t.Context(), nil); err != nil || checked.Entries != done.Entries+1 {
				t.Errorf("after a change: %+v, %v", checked, err)
			}
			if files, err := s.CheckDocuments(t.Context()); err != nil || files != done.Files {
				t.Errorf("its files: %+v, %v; want %+v", files, err, done.Files)
			}
			if err := store.Execute(s, "UPDATE moves SET words = 'rewritten'"); err == nil {
				t.Error("what was recorded can be rewritten")
			}
		})
	})
}

func TestTheTablesOfARestoreAreThoseOfAMigration(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		want := store.Schema(t, storetest.Open(t, dsn))
		to := filepath.Join(t.TempDir(), "timeline.db")
		if strings.Contains(dsn, "://") {
			to = storetest.EmptyPostgres(t, storetest.Server(t))
		}
		if _, err := restored(t, to, handedOver(t, dsn)); err != nil {
			t.Fatal(err)
		}
		got := store.Schema(t, storetest.Open(t, to))
		if !slices.Equal(got, want) || len(want) < 100 {
			t.Errorf("they differ: %s (%d and %d)", firstDifference(want, got), len(want), len(got))
		}
	})
}

func TestEveryTableIsBackedUpOrNamedAsLeftOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tables, undecided := store.BackupTables(t, s)
		if len(undecided) > 0 || len(tables) < 60 {
			t.Errorf("of %d tables nobody has decided whether a backup holds %v", len(tables), undecided)
		}
	})
}

func TestAnOlderBackupIsRestoredAndMigrated(t *testing.T) {
	for _, version := range []int64{3, 18} {
		t.Run(fmt.Sprintf("of version %d", version), func(t *testing.T) {
			was := handedOver(t, storetest.OlderSQLite(t, version))
			if was.schema != version {
				t.Fatalf("it is of version %d", was.schema)
			}
			storetest.EmptyPlaces(t, func(t *testing.T, to string) {
				if _, err := restored(t, to, was); err != nil {
					t.Fatal(err)
				}
				s := storetest.Open(t, to)
				if err := s.Ready(t.Context()); err != nil {
					t.Error(err)
				}
				terms, err := s.Terms(t.Context())
				if err != nil || len(terms) != 1 || terms[0].ID != "kept" {
					t.Errorf("it has the terms %v, %v", terms, err)
				}
			})
		})
	}
}

func TestWhatCannotBeRestoredLeavesNothingBehind(t *testing.T) {
	dsn := storetest.SQLite(t, false)
	if err := storetest.Open(t, dsn).Note(t, inspection.Seeder, inspection.OfTerm, "new", nil, inspection.Term{ID: "new"}); err != nil {
		t.Fatal(err)
	}
	whole := handedOver(t, dsn)
	stops := errors.New("the file is torn")
	tests := []struct {
		name   string
		schema int64
		load   func(store.BackupSink) (string, error)
		want   error
	}{
		{"a newer backup", 99999, whole.into, store.ErrNewer},
		{"a backup that is torn in the middle", whole.schema, func(sink store.BackupSink) (string, error) {
			if err := sink.Table("changes", whole.columns["changes"]); err != nil {
				return "", err
			}
			return "", cmp.Or(sink.Row(whole.rows["changes"][0]), sink.Table("change_keys", whole.columns["change_keys"]), stops)
		}, stops},
		{"a table of another program", whole.schema, func(sink store.BackupSink) (string, error) {
			return "", sink.Table("invoices", []string{"id"})
		}, store.ErrForeign},
		{"a table that is left out of backups", whole.schema, func(sink store.BackupSink) (string, error) {
			return "", sink.Table("sessions", []string{"hash"})
		}, store.ErrForeign},
		{"a table with a name that is more than one", whole.schema, func(sink store.BackupSink) (string, error) {
			return "", sink.Table("sources; DROP TABLE bodies", []string{"id"})
		}, store.ErrForeign},
		{"other columns", whole.schema, func(sink store.BackupSink) (string, error) {
			return "", sink.Table("sources", []string{"id", "name"})
		}, store.ErrForeign},
		{"a table that comes twice", whole.schema, func(sink store.BackupSink) (string, error) {
			return "", errors.Join(sink.Table("bodies", whole.columns["bodies"]), sink.Table("bodies", whole.columns["bodies"]))
		}, store.ErrForeign},
		{"a table that is missing", whole.schema, func(sink store.BackupSink) (string, error) {
			return whole.last, sink.Table("sources", whole.columns["sources"])
		}, store.ErrForeign},
		{"a file under a wrong name", whole.schema, func(sink store.BackupSink) (string, error) {
			if _, err := whole.into(sink); err != nil {
				return "", err
			}
			return whole.last, sink.Document(strings.Repeat("0", 64), 1, strings.NewReader("x"))
		}, nil},
		{"a record whose last entries are missing", whole.schema, func(sink store.BackupSink) (string, error) {
			_, err := whole.into(sink)
			return "99999:" + strings.Repeat("a", 64), err
		}, inspection.ErrChainBroken},
	}
	storetest.EmptyPlaces(t, func(t *testing.T, to string) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				_, err := store.Restore(t.Context(), to, storetest.Options(t), test.schema, test.load)
				if err == nil || test.want != nil && !errors.Is(err, test.want) {
					t.Errorf("the error is %v, want %v", err, test.want)
				}
				mustBeEmpty(t, to)
			})
		}
	})
}

func mustBeEmpty(t *testing.T, dsn string) {
	t.Helper()
	if strings.Contains(dsn, "://") {
		s := storetest.Open(t, dsn)
		if tables, _ := store.BackupTables(t, s); len(tables) > 0 {
			t.Errorf("the tables %v are left", tables)
		}
		return
	}
	left, err := os.ReadDir(filepath.Dir(dsn))
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestNothingIsRestoredOverWhatIsThere(t *testing.T) {
	whole := handedOver(t, storetest.SQLite(t, false))
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		before := handedOver(t, dsn)
		if _, err := restored(t, dsn, whole); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("a database that is migrated: %v", err)
		}
		before.mustEqual(t, handedOver(t, dsn))
	})
	for name, end := range map[string]string{"log": "-wal", "index of the log": "-shm", "journal": "-journal"} {
		t.Run("the "+name+" of a database that was taken away", func(t *testing.T) {
			dsn := filepath.Join(t.TempDir(), "timeline.db")
			if err := os.WriteFile(dsn+end, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := restored(t, dsn, whole); !errors.Is(err, store.ErrNotEmpty) {
				t.Error(err)
			}
		})
	}
	t.Run("a file that was made meanwhile", func(t *testing.T) {
		dsn := filepath.Join(t.TempDir(), "timeline.db")
		_, err := store.Restore(t.Context(), dsn, storetest.Options(t), whole.schema, func(sink store.BackupSink) (string, error) {
			if err := os.WriteFile(dsn, []byte("another program's"), 0o600); err != nil {
				t.Fatal(err)
			}
			return whole.into(sink)
		})
		if text, _ := os.ReadFile(dsn); !errors.Is(err, store.ErrNotEmpty) || string(text) != "another program's" {
			t.Errorf("%v, and the file holds %q", err, text)
		}
	})
}

func TestWhatBreaksOffARestoreIsToldApart(t *testing.T) {
	whole := handedOver(t, storetest.SQLite(t, true))
	t.Run("the end of the file that is read is not the database's", func(t *testing.T) {
		storetest.EmptyPlaces(t, func(t *testing.T, to string) {
			_, err := store.Restore(t.Context(), to, storetest.Options(t), whole.schema, func(sink store.BackupSink) (string, error) {
				return "", cmp.Or(sink.Table("sources", whole.columns["sources"]), io.ErrUnexpectedEOF)
			})
			if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, store.ErrInterrupted) {
				t.Error(err)
			}
		})
	})
	t.Run("a connection that is lost is the database's", func(t *testing.T) {
		storetest.EmptyPlaces(t, func(t *testing.T, to string) {
			faulty, options := storetest.NewFaulty(), storetest.Options(t)
			options.Connect = faulty.Connect
			_, err := store.Restore(t.Context(), to, options, whole.schema, func(sink store.BackupSink) (string, error) {
				faulty.Once(func(statement string) bool { return strings.HasPrefix(statement, "INSERT INTO bodies") }, storetest.Lost, nil)
				return whole.into(sink)
			})
			if _, _, hit := faulty.Rest(); !hit || !errors.Is(err, store.ErrInterrupted) {
				t.Errorf("it was met: %v, and the restore says %v", hit, err)
			}
		})
	})
}

func TestASnapshotIsOneStateWhateverIsWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := &held{columns: map[string][]string{}, rows: map[string][][]any{}, documents: map[string][]byte{}}
		err := s.Snapshot(t.Context(), func(snap *store.Snapshot) error {
			if err := s.Note(t, inspection.Seeder, inspection.OfTerm, "new", nil, inspection.Term{ID: "new"}); err != nil {
				return err
			}
			return snap.HandOver(h)
		})
		if err != nil {
			t.Fatal(err)
		}
		if rows := len(h.rows["changes"]); rows != 0 {
			t.Errorf("%d changes that were written later are in it", rows)
		}
	})
	t.Run("a database of a later program is refused", func(t *testing.T) {
		s := storetest.Open(t, storetest.SQLite(t, false))
		if err := store.Execute(s, "INSERT INTO timeline_versions (version_id, is_applied) VALUES (99999, true)"); err != nil {
			t.Fatal(err)
		}
		if err := s.Snapshot(t.Context(), func(*store.Snapshot) error { return nil }); !errors.Is(err, store.ErrNewer) {
			t.Error(err)
		}
	})
}

func TestABackupIsProvedWithoutADatabase(t *testing.T) {
	dsn := storetest.SQLite(t, true)
	lived(t, dsn)
	prove := func(h *held, since *store.Mark) (store.Proved, error) {
		proof := store.NewBackupProof(since)
		if _, err := h.into(proof); err != nil {
			return store.Proved{}, err
		}
		proof.Again()
		if _, err := h.into(proof); err != nil {
			return store.Proved{}, err
		}
		return proof.End(h.last)
	}
	whole := handedOver(t, dsn)
	t.Run("a whole one", func(t *testing.T) {
		proved, err := prove(whole, nil)
		checked, wrong := storetest.Open(t, dsn).Check(t.Context(), nil)
		if err != nil || wrong != nil || proved.Checked != checked || proved.Files.Count != int64(len(whole.documents)) {
			t.Errorf("%+v, %v; want %+v, %v", proved, err, checked, wrong)
		}
	})
	t.Run("an entry that must be there", func(t *testing.T) {
		mark, err := store.ParseMark(whole.last)
		if err == nil {
			_, err = prove(whole, &mark)
		}
		if err != nil {
			t.Error(err)
		}
		mark.Hash = strings.Repeat("0", 64)
		if _, err := prove(whole, &mark); !errors.Is(err, inspection.ErrChainBroken) {
			t.Errorf("one that is gone: %v", err)
		}
	})
	t.Run("texts that were altered", func(t *testing.T) {
		changed := handedOver(t, dsn)
		row := changed.rows["changes"][5]
		row[slices.Index(changed.columns["changes"], "after")] = `{"altered":true}`
		if _, err := prove(changed, nil); !errors.Is(err, inspection.ErrChainBroken) {
			t.Error(err)
		}
	})
	t.Run("an end that is cut off", func(t *testing.T) {
		changed := handedOver(t, dsn)
		changed.rows["changes"] = changed.rows["changes"][:10]
		changed.rows["change_keys"] = changed.rows["change_keys"][:10]
		if _, err := prove(changed, nil); !errors.Is(err, inspection.ErrChainBroken) {
			t.Error(err)
		}
	})
	t.Run("an entry without its number makes no room for a key", func(t *testing.T) {
		proof := store.NewBackupProof(nil)
		err := cmp.Or(proof.Table("changes", []string{"number"}), proof.Row([]any{int64(1)}))
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.Row([]any{int64(1)}); !errors.Is(err, inspection.ErrChainBroken) {
			t.Error(err)
		}
	})
	t.Run("a key of an entry far away takes no memory", func(t *testing.T) {
		changed := handedOver(t, dsn)
		changed.rows["change_keys"][0][slices.Index(changed.columns["change_keys"], "number")] = int64(1) << 60
		if _, err := prove(changed, nil); !errors.Is(err, inspection.ErrChainBroken) {
			t.Error(err)
		}
	})
}

func TestDamagedFilesAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		_, err := s.AddLetter(t.Context(), storetest.Officer, "letter.pdf", store.ReadLetter{State: inspection.LetterReady, Original: []byte("as it was kept"), MediaType: "application/pdf"})
		if err == nil {
			_, err = s.CheckDocuments(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, damage := range []string{"UPDATE document_chunks SET number = 7", "DELETE FROM document_chunks"} {
			if err := store.Execute(s, damage); err != nil {
				t.Fatal(err)
			}
			if _, err := s.CheckDocuments(t.Context()); err == nil {
				t.Errorf("after %s they are said to be whole", damage)
			}
			err := s.Snapshot(t.Context(), func(snap *store.Snapshot) error {
				return snap.HandOver(&held{columns: map[string][]string{}, rows: map[string][][]any{}, documents: map[string][]byte{}})
			})
			if err == nil {
				t.Errorf("after %s it is backed up", damage)
			}
		}
	})
}

func TestWhatOneOfSeveralProgramsDoesIsDoneOnce(t *testing.T) {
	server := storetest.Server(t)
	dsn := storetest.Postgres(t, server, false)
	one, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
	ctx, times := t.Context(), 0
	const rests = time.Hour
	count := func(context.Context) error { times++; return nil }
	fails := errors.New("the folder is full")
	if done, err := one.InTurn(ctx, "backup", rests, func(context.Context) error { return fails }); done || !errors.Is(err, fails) {
		t.Errorf("where it fails: %t, %v", done, err)
	}
	done, err := one.InTurn(ctx, "backup", rests, func(ctx context.Context) error {
		if done, err := other.InTurn(ctx, "backup", rests, count); done || err != nil {
			t.Errorf("another does it at the same time: %t, %v", done, err)
		}
		return count(ctx)
	})
	if !done || err != nil || times != 1 {
		t.Errorf("after one that failed: %t, %v, %d times", done, err, times)
	}
	if done, err := other.InTurn(ctx, "backup", rests, count); done || err != nil || times != 1 {
		t.Errorf("before its time: %t, %v, %d times", done, err, times)
	}
	if done, err := other.InTurn(ctx, "another thing", -time.Second, count); !done || err != nil {
		t.Errorf("another thing: %t, %v", done, err)
	}
	if done, err := one.InTurn(ctx, "another thing", rests, count); !done || err != nil {
		t.Errorf("when its time has come: %t, %v", done, err)
	}
}

func TestATurnThatPanicsIsGivenUp(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), false)
	one, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic is kept from whoever began it")
			}
		}()
		_, _ = one.InTurn(t.Context(), "backup", time.Hour, func(context.Context) error { panic("a test") })
	}()
	if done, err := other.InTurn(t.Context(), "backup", time.Hour, func(context.Context) error { return nil }); !done || err != nil {
		t.Errorf("after a panic nobody may try again: %t, %v", done, err)
	}
}

func TestWhoLosesTheirTurnEnds(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), false)
	var log said
	s := storetest.OpenWith(t, dsn, func(o *store.Options) { o.Warn = log.warn })
	done, err := s.InTurn(t.Context(), "backup", time.Hour, func(ctx context.Context) error {
		change(t, dsn, "UPDATE timeline_locks SET holder = 'another', held_until = held_until + 1000000")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(heardSoon):
			return errors.New("they go on beside another")
		}
	})
	const lost = "the lock is another's by now"
	if done || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), lost) || log.count(lost) != 1 {
		t.Errorf("it ends as done %t, %v, and the log says %q", done, err, log.lines)
	}
}

func TestATurnEndsByTheClockOfTheDatabase(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), false)
	s := storetest.Open(t, dsn)
	if done, err := s.InTurn(t.Context(), "backup", time.Hour, func(context.Context) error { return nil }); !done || err != nil {
		t.Fatal(done, err)
	}
	db := connected(t, dsn)
	defer db.Close()
	var seconds float64
	err := db.QueryRow("SELECT held_until / 1000.0 - EXTRACT(EPOCH FROM clock_timestamp()) FROM timeline_locks WHERE name = 'backup'").Scan(&seconds)
	if err != nil || seconds > 3600 || seconds < 3600-heardSoon.Seconds() {
		t.Errorf("nobody does it again for %f seconds, %v", seconds, err)
	}
}
