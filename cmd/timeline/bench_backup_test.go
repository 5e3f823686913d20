package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

const (
	// measuredBackup is the size of the backup that is measured, nearly all of it letters and evidence.
	measuredBackup = 1 << 30
	measuredFile   = 2 << 20
	restoreLimit   = time.Minute
	backupMemory   = 300 << 20
)

// TestBenchRestore prints how long it takes to make, to prove and to restore a backup of 1 GB, and in how much memory.
func TestBenchRestore(t *testing.T) { benchPart(t, "backups", (*report).measureBackup) }

// measureBackup makes a database of each engine with 1 GB of files and restores it on the same engine.
func (r *report) measureBackup() {
	folder := r.t.TempDir()
	from := storetest.SQLite(r.t, true)
	fillWithFiles(r.t, from, measuredBackup)
	file := filepath.Join(folder, "timeline.backup")
	r.measureStep("SQLite: make a backup of 1 GB", "backup", "--db", from, file)
	if err := os.Remove(from); err != nil { // the disk may be small
		r.t.Fatal(err)
	}
	r.measureStep("prove it", "check", file)
	target := filepath.Join(folder, "timeline.db")
	r.measureStep("SQLite: restore it", "restore", "--db", target, file)
	if err := os.Remove(target); err != nil {
		r.t.Fatal(err)
	}
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		r.measureStep("PostgreSQL: restore it", "restore", "--db", storetest.EmptyPostgres(r.t, server), file)
	} else {
		r.add("PostgreSQL: TEST_DATABASE_URL names no server", "not measured", restoreLimit.String(), true, false)
	}
}

// measureStep runs a subcommand in a process of its own and holds it to the limits of time and memory.
func (r *report) measureStep(name string, args ...string) {
	r.t.Helper()
	took, peak := runMeasured(r.t, args...)
	r.addTime(name, took, restoreLimit)
	r.add(name+", memory at its highest", megabytes(peak), megabytes(backupMemory), peak <= backupMemory, false)
}

// runMeasured runs a subcommand in a process of its own and returns how long it took and how much memory it had at its highest, as
// the system says it while the process runs: what is said after its end counts in what the test itself once had.
func runMeasured(t *testing.T, args ...string) (took time.Duration, peak int64) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	looks := time.NewTicker(20 * time.Millisecond)
	defer looks.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%s: %v: %s", args[0], err, said.String())
			}
			if peak == 0 {
				t.Fatalf("%s ended before its memory was read", args[0])
			}
			return time.Since(start), peak
		case <-looks.C:
			if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)); err == nil { // else it has just ended
				peak = max(peak, highestMemory(string(status)))
			}
		}
	}
}

// highestMemory reads from what the system says of a process how much memory it had at its highest, in bytes.
func highestMemory(status string) int64 {
	_, rest, _ := strings.Cut(status, "VmHWM:")
	words := strings.Fields(rest)
	if len(words) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

// fillWithFiles adds files that cannot be compressed to a database, as they stand in its tables: what makes them is not measured.
func fillWithFiles(t *testing.T, db string, size int) {
	t.Helper()
	opened := openDatabase(t, db)
	write, err := opened.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	source := rand.NewChaCha8([32]byte{})
	for filled := 0; filled < size; filled += measuredFile {
		data := make([]byte, measuredFile)
		source.Read(data) // never fails
		sum := sha256.Sum256(data)
		hash := hex.EncodeToString(sum[:])
		_, err := write.ExecContext(t.Context(), "INSERT INTO documents (hash, media_type, size, added_at) VALUES (?, 'application/pdf', ?, ?)",
			hash, len(data), storetest.Now())
		for number := 1; err == nil && len(data) > 0; number++ {
			_, err = write.ExecContext(t.Context(), "INSERT INTO document_chunks (hash, number, bytes) VALUES (?, ?, ?)", hash, number, data[:1<<20])
			data = data[1<<20:]
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := write.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestALargeBackupIsRestoredInLittleMemory does with 50 MB what the measurement does with 1 GB: what a process needs does not grow
// with the files.
func TestALargeBackupIsRestoredInLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("what looks for data races takes more memory")
	}
	db, folder := storetest.SQLite(t, true), t.TempDir()
	fillWithFiles(t, db, 50<<20)
	file := filepath.Join(folder, "timeline.backup")
	for _, args := range [][]string{
		{"backup", "--db", db, file}, {"check", file}, {"restore", "--db", filepath.Join(folder, "timeline.db"), file},
	} {
		if _, peak := runMeasured(t, args...); peak > 200<<20 {
			t.Errorf("%s takes %s", args[0], megabytes(peak))
		}
	}
	mustHoldTheSame(t, heldBy(t, db), heldBy(t, filepath.Join(folder, "timeline.db")))
}
