package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

// olderVersion is one to which an earlier release migrated.
const olderVersion = 18

// copiesBeside lists the copies that were made of a database before it was migrated.
func copiesBeside(t *testing.T, db string) []string {
	t.Helper()
	found, err := filepath.Glob(strings.TrimSuffix(db, ".db") + ".before-*")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestUpgradingKeepsACopyAndNamesIt(t *testing.T) {
	for _, args := range [][]string{{"migrate"}, {"seed"}, {"user", "list"}} {
		t.Run("timeline "+args[0]+" names it on standard error", func(t *testing.T) {
			db := storetest.OlderSQLite(t, olderVersion)
			got := runCommand(t, nil, append(args, "--db", db)...)
			copies := copiesBeside(t, db)
			if got.code != exitDone || len(copies) != 1 {
				t.Fatalf("ended with %d, said %q and left %v", got.code, got.stderr, copies)
			}
			mustSay(t, got.stderr, "the database as it was before is in "+copies[0], "to go back, stop the program", "any -wal and -shm file beside it")
			if again := runCommand(t, nil, append(args, "--db", db)...); again.stderr != "" || len(copiesBeside(t, db)) != 1 {
				t.Errorf("said %q the second time, and left %v", again.stderr, copiesBeside(t, db))
			}
		})
	}
	t.Run("timeline serve names it in its log, behind the line that says where it listens", func(t *testing.T) {
		db := storetest.OlderSQLite(t, olderVersion)
		end := startService(t, nil, "--db", db).finish(t)
		copies := copiesBeside(t, db)
		if len(copies) != 1 {
			t.Fatalf("left %v", copies)
		}
		mustSay(t, end.stdout, `"the database was copied before it was migrated"`, `"copy":"`+copies[0]+`"`, "start the older program")
		mustSucceed(t, end)
	})
	t.Run("a database newer than the program is refused with what to do", func(t *testing.T) {
		db := storetest.SQLite(t, false)
		execute(t, db, "INSERT INTO timeline_versions (version_id, is_applied) VALUES (99999, true)")
		mustFail(t, runCommand(t, nil, "migrate", "--db", db), "newer than this program", "go back to the copy or backup that was made before")
	})
}

// TestFaultyDisksLeaveADatabaseUnmigrated has no room on the disk for the copy: the system lets the program write files of
// 64 KiB at most.
func TestFaultyDisksLeaveADatabaseUnmigrated(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the limit is set by a shell, and there is none")
	}
	db := storetest.OlderSQLite(t, olderVersion)
	before := contents(t, filepath.Dir(db))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), shell, "-c", `ulimit -f 128; exec "$0" "$@"`, self, "migrate", "--db", db)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &stdout, &stderr, []string{asProgram + "=1"}
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	mustFail(t, outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()},
		"migrate database: nothing was migrated: copy it to ", "timeline.before-")
	if after := contents(t, filepath.Dir(db)); !maps.Equal(before, after) {
		t.Errorf("the folder held %v and now holds %v", before, after)
	}
}

func TestTheLogOfTheServiceIsOnStandardOutput(t *testing.T) {
	t.Run("behind the plain line that says where it listens, each line is an object with a time, a level and words", func(t *testing.T) {
		s := startService(t, nil, "--db", storetest.SQLite(t, true), "--url", "https://timeline.council.example")
		answered(t, s.url, "misdirected.example")
		end := s.finish(t)
		if end.stderr != "" || end.stdout == "" {
			t.Errorf("standard error has %q, standard output %q", end.stderr, end.stdout)
		}
		for line := range strings.Lines(end.stdout) {
			var entry struct{ Time, Level, Msg string }
			if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time == "" || entry.Level == "" || entry.Msg == "" {
				t.Errorf("the log has the line %q: %v", line, err)
			}
		}
		mustSay(t, end.stdout, `"request for another host refused`)
	})
	t.Run("what comes before that line is held until it is out", func(t *testing.T) {
		var out, errors bytes.Buffer
		log := &serviceLog{out: &out, errors: &errors}
		log.Write([]byte("early\n"))
		log.begin("http://127.0.0.1:8080")
		log.Write([]byte("late\n"))
		log.end()
		if out.String() != "listening on http://127.0.0.1:8080\nearly\nlate\n" || errors.Len() > 0 {
			t.Errorf("got %q and %q", out.String(), errors.String())
		}
	})
	t.Run("what was held is on standard error where nobody reads standard output", func(t *testing.T) {
		out, err := os.Open(os.DevNull) // cannot be written
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		var errors bytes.Buffer
		log := &serviceLog{out: out, errors: &errors}
		log.Write([]byte("early\n"))
		log.begin("http://127.0.0.1:8080")
		log.Write([]byte("late\n"))
		if errors.String() != "early\nlate\n" {
			t.Errorf("got %q", errors.String())
		}
	})
	t.Run("where the service does not come to listen it is on standard error, and standard output stays empty", func(t *testing.T) {
		var out, errors bytes.Buffer
		log := &serviceLog{out: &out, errors: &errors}
		log.Write([]byte("early\n"))
		log.end()
		if out.Len() > 0 || errors.String() != "early\n" {
			t.Errorf("got %q and %q", out.String(), errors.String())
		}
	})
	t.Run("a service whose standard output nobody reads any more goes on, and logs to standard error", func(t *testing.T) {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		db := storetest.SQLite(t, true)
		p := startProcess(t, t.TempDir(), []string{asProgram + "=1"}, self, "serve", "--addr", "127.0.0.1:0", "--url", "https://timeline.council.example", "--db", db)
		if err := p.out.Close(); err != nil {
			t.Fatal(err)
		}
		answered(t, p.url, "misdirected.example") // a line of the log
		answered(t, p.url, "misdirected.example")
		p.stop(t)
		mustSay(t, p.stderr.String(), `"request for another host refused`)
	})
}

// answered asks the service for its first page under the name of a host.
func answered(t *testing.T, url, host string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	answer, err := stepByStep.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
}
