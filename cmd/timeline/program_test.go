package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// asProgram makes this test binary be the program itself, for tests that need a process of its own.
const asProgram = "TIMELINE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(asProgram) != "", slices.Equal(os.Args[1:], []string{letterReader}): // a reader's environment is empty
		main()
	case os.Getenv(asBareHandler) != "":
		serveBareHandler()
	case os.Getenv(asCrowd) != "":
		holdConnections()
	}
	flag.Parse()
	if !*benchReport && !*torture { // which measure
		debug.SetGCPercent(400) // the pages of the tests' own site come one after another, and leave much behind
	}
	code := m.Run()
	for _, end := range slices.Backward(endings) {
		end()
	}
	os.Exit(code)
}

// endings undo what several tests share, when the last of them has run.
var endings []func()

func atEnd(end func()) { endings = append(endings, end) }

// outcome is what a finished command left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// variables are environment variables; a test never sees those of the machine.
type variables map[string]string

func (v variables) get(name string) string { return v[name] }

// runCommand runs a subcommand to its end.
func runCommand(t *testing.T, env variables, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, env.get, strings.NewReader(""), &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// service is `timeline serve` at work.
type service struct {
	url   string
	stop  context.CancelFunc
	ended chan outcome
}

// startService serves on a free port and returns when the program says that it listens.
func startService(t *testing.T, env variables, args ...string) *service {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	s := &service{stop: stop, ended: make(chan outcome, 1)}
	var stdout, stderr bytes.Buffer
	copied := make(chan bool)
	go func() {
		args := append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)
		code := run(ctx, args, env.get, strings.NewReader(""), in, &stderr)
		in.Close()
		<-copied
		s.ended <- outcome{code, stdout.String(), stderr.String()}
	}()
	lines := bufio.NewReader(out)
	first, _ := lines.ReadString('\n') // an end of the file shows below
	go func() {
		io.Copy(&stdout, lines) // whatever else it says must not hold it up
		close(copied)
	}()
	url, ok := strings.CutPrefix(strings.TrimSuffix(first, "\n"), "listening on ")
	if !ok {
		stop()
		t.Fatalf("serve said %q and ended with %+v", first, <-s.ended)
	}
	s.url = url
	t.Cleanup(func() { s.finish(t) })
	return s
}

// finish tells the program to stop, as SIGTERM does, and returns how it ended: its log is what it wrote to standard output after
// the first line. It may be called again.
func (s *service) finish(t *testing.T) outcome {
	t.Helper()
	s.stop()
	select {
	case end := <-s.ended:
		s.ended <- end
		return end
	case <-time.After(stopWait + 5*time.Second):
		t.Fatal("the program was told to stop and did not")
		return outcome{}
	}
}

// get asks for an address of the service and returns its status and body.
func (s *service) get(t *testing.T, address string) (int, string) {
	t.Helper()
	answer, err := http.Get(s.url + address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("read %s: %v", address, err)
	}
	return answer.StatusCode, string(body)
}

// runAsNobody runs the program in a process that the modes of files bind, which they do not for root.
func runAsNobody(t *testing.T, folder string, args ...string) outcome {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var attributes *syscall.SysProcAttr
	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.ParseUint(nobody.Uid, 10, 32) // as the system wrote them
		gid, _ := strconv.ParseUint(nobody.Gid, 10, 32)
		attributes = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		program = openCopy(t, program) // the folder that the test was built in is root's alone
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = folder, &stdout, &stderr, attributes
	cmd.Env = []string{asProgram + "=1"}
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// openFolder returns a new folder that every user may enter; those of t.TempDir are their owner's alone.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "timeline-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(os.Chmod(folder, 0o700), os.RemoveAll(folder)); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// openCopy returns a copy of a program that every user may run.
func openCopy(t *testing.T, program string) string {
	t.Helper()
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(openFolder(t), "timeline")
	if err := os.WriteFile(copied, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return copied
}

// engines runs a test with the address of a new database of each engine, in which there is nothing yet.
func engines(t *testing.T, test func(t *testing.T, db string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "timeline.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, storetest.EmptyPostgres(t, postgresServer(t))) })
}

// seededEngines is engines with databases that hold the seed.
func seededEngines(t *testing.T, test func(t *testing.T, db string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, storetest.SQLite(t, true)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, storetest.Postgres(t, postgresServer(t), true)) })
}

func postgresServer(t *testing.T) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	switch {
	case server != "":
	case os.Getenv("CI") != "":
		t.Fatal("TEST_DATABASE_URL is not set; make test sets it")
	default:
		t.Skip("TEST_DATABASE_URL names no PostgreSQL; make test starts one")
	}
	return server
}

// mustFail checks that a command failed with exit code 1 and one line that says all of words.
func mustFail(t *testing.T, got outcome, words ...string) {
	t.Helper()
	line, oneLine := strings.CutSuffix(got.stderr, "\n")
	if got.code != exitFailed || !strings.HasPrefix(line, "timeline: ") || !oneLine || strings.Contains(line, "\n") {
		t.Errorf("ended with %d and said %q; want 1 and one line that begins with timeline:", got.code, got.stderr)
	}
	mustSay(t, line, words...)
	if got.stdout != "" {
		t.Errorf("printed %q before it failed", got.stdout)
	}
}

func mustSay(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, part := range words {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
}

// ofTheTestServer is what the service complains of on the PostgreSQL of tests, which does not wait for the disk.
const ofTheTestServer = `"msg":"a power cut can lose what is kept"`

// mustSucceed checks that a command ended with exit code 0 and complained of nothing: the log of the service may say what it did.
func mustSucceed(t *testing.T, got outcome) {
	t.Helper()
	for line := range strings.Lines(got.stdout) {
		if strings.HasPrefix(line, "{") && strings.Contains(line, `"level":`) && !strings.Contains(line, `"level":"INFO"`) &&
			!strings.Contains(line, ofTheTestServer) {
			t.Fatalf("complained: %s", line)
		}
	}
	if got.code != exitDone || got.stderr != "" {
		t.Fatalf("ended with %d and said %q", got.code, got.stderr)
	}
}
