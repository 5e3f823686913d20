package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// faultServer starts the program in a process of its own, through others where it has to be somewhere else. It is this test's
// binary, so that nothing has to be built.
func faultServer(t *testing.T, through []string, args ...string) *process {
	t.Helper()
	command := append(append([]string{}, through...), programItself(t), "serve")
	command = append(command, args...)
	folder := t.TempDir()
	return startProcess(t, folder, []string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + folder}, command[0], command[1:]...)
}

func programItself(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self
}

// kill ends a process as a crash would: it gets to do nothing more.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatalf("kill the server: %v", err)
	}
	_ = p.cmd.Wait() // says that it was killed
}

// ownPostgres is a PostgreSQL server of one test's own, which waits for the disk as one in use does.
type ownPostgres struct {
	t        *testing.T
	programs string
	home     string   // of its socket
	data     string   // where its files are, as the server sees them
	through  []string // what its programs are started through
}

// needPostgres leaves a test out where there is no PostgreSQL.
func needPostgres(t *testing.T) {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		leaveOut(t, "TEST_DATABASE_URL names no PostgreSQL; make test starts one")
	}
}

// startPostgres makes a server in a folder, or in a new one where none is named. Its log of writes is in a folder of its own where
// one is named.
func startPostgres(t *testing.T, data, log string, through ...string) *ownPostgres {
	t.Helper()
	needPostgres(t)
	found, err := exec.CommandContext(t.Context(), "../../.ci/postgres", "--find").Output()
	if err != nil {
		t.Fatalf("find PostgreSQL: %v", err)
	}
	home, err := os.MkdirTemp("/tmp", "timeline-fault.") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		owner, err := user.Lookup("postgres")
		if err != nil {
			owner, err = user.Lookup("nobody")
		}
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(owner.Uid) // as the system wrote them
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(home, uid, gid); err != nil {
			t.Fatal(err)
		}
		through = append(through, "setpriv", "--reuid", owner.Uid, "--regid", owner.Gid, "--clear-groups")
	}
	p := &ownPostgres{t: t, programs: strings.TrimSpace(string(found)), home: home, data: data, through: through}
	if data == "" {
		p.data = filepath.Join(home, "data")
	}
	t.Cleanup(func() {
		_ = p.run("pg_ctl", "stop", "--pgdata", p.data, "--mode", "immediate", "--wait") // it may have stopped
		_ = os.RemoveAll(home)
	})
	settings := []string{"--pgdata", p.data, "--username", "timeline", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--wal-segsize", "1"}
	if log != "" {
		settings = append(settings, "--waldir", log)
	}
	if err := p.run("initdb", settings...); err != nil {
		t.Fatal(err)
	}
	p.start()
	return p
}

func (p *ownPostgres) run(program string, args ...string) error {
	command := append(append([]string{}, p.through...), filepath.Join(p.programs, program))
	command = append(command, args...)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Env = p.home, []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second // the server keeps what pg_ctl was given
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("%s: %w: %s", program, err, said.String())
	}
	return nil
}

// start starts the server with the settings under which nothing is lost when a machine loses its power.
func (p *ownPostgres) start() {
	p.t.Helper()
	err := p.run("pg_ctl", "start", "--pgdata", p.data, "--log", filepath.Join(p.home, "log"), "--wait", "--timeout", "60", "--options",
		"-c listen_addresses='' -c unix_socket_directories='"+p.home+"' -c fsync=on -c synchronous_commit=on -c full_page_writes=on")
	if err != nil {
		said, _ := os.ReadFile(filepath.Join(p.home, "log"))
		p.t.Fatalf("%v\n%.2000s", err, said)
	}
}

// drop ends the server as a crash of its machine would, but for what the machine's own memory held.
func (p *ownPostgres) drop() {
	p.t.Helper()
	if err := p.run("pg_ctl", "stop", "--pgdata", p.data, "--mode", "immediate", "--wait"); err != nil {
		p.t.Fatal(err)
	}
}

func (p *ownPostgres) server() string { return "postgres://timeline@/postgres?host=" + p.home }

// faultEngines runs a test with the address of a database of each engine that holds the seed, and says what it tries. On PostgreSQL
// the test is told of the server, which is its own.
func faultEngines(t *testing.T, tried string, test func(t *testing.T, dsn string, server *ownPostgres)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel() // for most of the time a letter waits until nobody can be reading it any more
		tries(t, tried)
		test(t, storetest.SQLite(t, true), nil)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		tries(t, tried)
		p := startPostgres(t, "", "")
		test(t, p.server(), p)
	})
}

// ownDisk is a file system of one test's own. It is mounted where only processes see it that are started through it, and goes
// with the process that holds it there.
type ownDisk struct {
	t      *testing.T
	holder *exec.Cmd
	inside string // where those see it that are started through it
}

// mountDisk mounts a file system by a script, in which $AT is where. It leaves the test out where this machine does not let it.
func mountDisk(t *testing.T, script string) *ownDisk {
	t.Helper()
	if os.Geteuid() != 0 {
		leaveOut(t, "only root may mount a file system, which this test fills or breaks")
	}
	at := openFolder(t)
	holder := exec.Command("unshare", "-m", "sh", "-ec", script+"\nchmod 777 \"$AT\"\necho mounted\nexec cat")
	holder.Env = []string{"AT=" + at, "PATH=" + os.Getenv("PATH")}
	holder.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := holder.StdinPipe() // its end is the end of the holder
	if err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	holder.Stderr = &said
	if err := holder.Start(); err != nil {
		leaveOut(t, fmt.Sprintf("this machine has no unshare: %v", err))
	}
	line := make([]byte, len("mounted\n"))
	if n, _ := out.Read(line); string(line[:n]) != "mounted\n" {
		_ = holder.Wait()
		leaveOut(t, "this machine lets no file system be mounted: "+said.String())
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = holder.Wait()
	})
	return &ownDisk{t, holder, at}
}

// through is what programs are started through so that they see the disk.
func (d *ownDisk) through() []string {
	return []string{"nsenter", fmt.Sprintf("--mount=/proc/%d/ns/mnt", d.holder.Process.Pid), "--"}
}

// outside returns the path by which this process sees a file of the disk.
func (d *ownDisk) outside(name string) string {
	return filepath.Join(fmt.Sprintf("/proc/%d/root", d.holder.Process.Pid), d.inside, name)
}

// do runs a shell's command where the disk is seen, as $AT.
func (d *ownDisk) do(script string) {
	d.t.Helper()
	command := append(d.through(), "sh", "-ec", script)
	cmd := exec.CommandContext(d.t.Context(), command[0], command[1:]...)
	cmd.Env = []string{"AT=" + d.inside, "PATH=" + os.Getenv("PATH")}
	if said, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("%s: %v: %s", script, err, said)
	}
}

// fill takes what room is left, also from those who write meanwhile.
func (d *ownDisk) fill() {
	d.t.Helper()
	file, err := os.Create(d.outside("ballast"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 1<<20); ; {
		switch _, err := file.Write(block); {
		case errors.Is(err, syscall.ENOSPC) && len(block) > 4096:
			block = block[:len(block)/2]
		case errors.Is(err, syscall.ENOSPC):
			return
		case err != nil:
			d.t.Fatalf("fill the disk: %v", err)
		}
	}
}

// room takes away what fill put there.
func (d *ownDisk) room() {
	d.t.Helper()
	if err := os.Remove(d.outside("ballast")); err != nil {
		d.t.Fatal(err)
	}
}

// untilSo returns when something is so, or fails.
func untilSo(t *testing.T, most time.Duration, what string, so func(context.Context) bool) {
	t.Helper()
	if left := awaitNone(t, most, func() []string {
		if so(t.Context()) {
			return nil
		}
		return []string{what}
	}); left != nil {
		t.Fatalf("after %s still not so: %s", most, what)
	}
}
