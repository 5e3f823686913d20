package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// TestADatabaseOpensThatACrashLeftHalfCopied makes the files that a crash leaves when it comes while SQLite copies its log into
// the file: the first page is copied, which says that the file is longer than it is.
func TestADatabaseOpensThatACrashLeftHalfCopied(t *testing.T) {
	path := storetest.SQLite(t, true)
	s, err := store.Open(t.Context(), path, storetest.Options(t))
	if err == nil {
		err = s.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	defer func() {
		if !closed {
			_ = s.Close()
		}
	}()
	_, err = s.AddLetter(t.Context(), storetest.Officer, "large.pdf", store.ReadLetter{
		State: inspection.LetterReady, Original: make([]byte, 2<<20), MediaType: "application/pdf",
	})
	if err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(t.TempDir(), "timeline.db")
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(crashed+end, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil { // copies the whole log
		t.Fatal(err)
	}
	closed = true
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	half, err := os.OpenFile(crashed, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	if _, err := half.WriteAt(whole[:page], 0); err != nil {
		t.Fatal(err)
	}
	if info, err := half.Stat(); err != nil || info.Size() >= int64(len(whole)) {
		t.Fatalf("the file that is half copied has %d bytes of %d: %v", info.Size(), len(whole), err)
	}
	if err := half.Close(); err != nil {
		t.Fatal(err)
	}

	again, err := store.Open(t.Context(), crashed, storetest.Options(t))
	if err != nil {
		t.Fatalf("after a crash the database does not open: %v", err)
	}
	defer again.Close()
	letters, err := again.Letters(t.Context(), storetest.Officer)
	if err != nil || len(letters) != 1 || letters[0].FileName != "large.pdf" {
		t.Errorf("what was acknowledged before the crash is not there: %v, %v", letters, err)
	}
	if _, err := again.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
