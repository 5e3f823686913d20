package storetest

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

	"github.com/jackc/pgx/v5"
)

// PostgresServer is a PostgreSQL server of a test's own, which the test may stop, kill and start again. Unlike the one that
// TEST_DATABASE_URL names it keeps what it has told is kept.
type PostgresServer struct {
	Address string // of its database "postgres", in which there is nothing yet

	t        testing.TB
	programs string // the folder of initdb, pg_ctl and the others
	home     string // its folder, in which its socket is too
}

// NewPostgres starts a server with settings of postgresql.conf, such as "wal_keep_size=64MB", and removes it when the test ends.
// Where TEST_DATABASE_URL names no server, whose programs it is made with, it skips the test as Server does.
func NewPostgres(t testing.TB, settings ...string) *PostgresServer {
	t.Helper()
	p := newServer(t, serverPrograms(t))
	p.run("initdb", "--pgdata", p.data(), "--username", "timeline", "--auth", "trust", "--encoding", "UTF8", "--locale=C", "--no-sync")
	p.configure(settings...)
	p.Start()
	return p
}

// Standby starts a server that follows this one, with whatever settings, and removes it when the test ends. It may be stopped and
// started like any other; what it missed meanwhile it gets where wal_keep_size of the first is large enough.
func (p *PostgresServer) Standby(t testing.TB, settings ...string) *PostgresServer {
	t.Helper()
	standby := newServer(t, p.programs)
	standby.run("pg_basebackup", "--host", p.home, "--username", "timeline", "--pgdata", standby.data(),
		"--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	standby.configure(append(settings, "hot_standby=on")...)
	standby.Start()
	return standby
}

func newServer(t testing.TB, programs string) *PostgresServer {
	home := ownFolder(t, "timeline-server")
	p := &PostgresServer{t: t, programs: programs, home: home, Address: "postgres://timeline@/postgres?host=" + home}
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(p.data(), "postmaster.pid")); err == nil {
			p.Stop("immediate")
		}
	})
	return p
}

func (p *PostgresServer) data() string { return filepath.Join(p.home, "data") }

// configure puts settings behind those that the server comes with.
func (p *PostgresServer) configure(settings ...string) {
	p.t.Helper()
	lines := append([]string{
		"listen_addresses=''", "unix_socket_directories='" + p.home + "'", "max_connections=100", "wal_keep_size=64MB",
	}, settings...)
	file, err := os.OpenFile(filepath.Join(p.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = fmt.Fprintln(file, strings.Join(lines, "\n"))
	if err = errors.Join(err, file.Close()); err != nil {
		p.t.Fatal(err)
	}
}

// Start starts the server, again where it was stopped, and waits until it answers.
func (p *PostgresServer) Start() {
	p.t.Helper()
	p.run("pg_ctl", "start", "--pgdata", p.data(), "--log", filepath.Join(p.home, "server.log"), "--wait", "--timeout", "60")
}

// Stop stops the server: "smart", "fast" or, as a power cut of the machine does short of its disk, "immediate".
func (p *PostgresServer) Stop(mode string) {
	p.t.Helper()
	p.run("pg_ctl", "stop", "--pgdata", p.data(), "--mode", mode, "--wait")
}

// Pause stops a standby from following, without stopping it: it answers with what it has. Resume lets it go on.
func (p *PostgresServer) Pause() {
	p.t.Helper()
	execute(p.t, p.Address, "SELECT pg_wal_replay_pause()")
	db := connect(p.t, p.Address)
	defer db.Close()
	err := Await(func() error {
		var state string
		err := db.QueryRow("SELECT pg_get_wal_replay_pause_state()").Scan(&state)
		if err == nil && state != "paused" {
			err = fmt.Errorf("the standby is %q", state)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// Resume lets a standby that Pause held back follow again.
func (p *PostgresServer) Resume() {
	p.t.Helper()
	execute(p.t, p.Address, "SELECT pg_wal_replay_resume()")
}

// run runs a program of the server as the one who owns its files.
func (p *PostgresServer) run(program string, args ...string) {
	p.t.Helper()
	cmd := asOwner(p.t, p.home, filepath.Join(p.programs, program), args...)
	// A server that goes on holds what it was given, so it is given a file and not a pipe.
	said, err := os.Create(filepath.Join(p.home, program+".said"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer said.Close()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		words, _ := os.ReadFile(said.Name())
		log, _ := os.ReadFile(filepath.Join(p.home, "server.log"))
		p.t.Fatalf("%s: %v\n%s\n%s", program, err, words, log)
	}
}

// serverPrograms returns the folder of the programs of the server that TEST_DATABASE_URL names.
func serverPrograms(t testing.TB) string {
	t.Helper()
	db := connect(t, Server(t))
	defer db.Close()
	var folder string
	if err := db.QueryRow("SELECT setting FROM pg_config WHERE name = 'BINDIR'").Scan(&folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "initdb")); err != nil {
		t.Skip("the server that TEST_DATABASE_URL names is on another machine, and a test needs one of its own")
	}
	return folder
}

// Pooler starts a PgBouncer in transaction mode before a server and returns the address of a database through it, which says how
// queries have to be sent. It lends out few connections, so that two transactions of one client seldom have the same. Without the
// program it skips the test, save in CI.
func Pooler(t testing.TB, dsn string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // not in everybody's PATH
		_, err = os.Stat(program)
	}
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal("PgBouncer is not installed")
	default:
		t.Skip("PgBouncer is not installed; make test installs it")
	}
	server, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	home := ownFolder(t, "timeline-pooler")
	config := filepath.Join(home, "pgbouncer.ini")
	login := "user=" + server.User
	if server.Password != "" {
		login += " password='" + server.Password + "'"
	}
	text := strings.Join([]string{
		"[databases]", fmt.Sprintf("* = host=%s port=%d %s", server.Host, server.Port, login),
		"[pgbouncer]", "listen_addr =", "listen_port = 6432", "unix_socket_dir = " + home, "auth_type = any", "pool_mode = transaction",
		"default_pool_size = 8", "server_round_robin = 1", "max_client_conn = 500", "server_login_retry = 1", "ignore_startup_parameters = extra_float_digits", "",
	}, "\n")
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := asOwner(t, home, program, config)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()
	}
	t.Cleanup(ended)
	address := fmt.Sprintf("postgres://%s@/%s?host=%s&port=6432", server.User, server.Database, home)
	if err := awaitAnswer(t, address); err != nil {
		ended() // and so what it said is whole
		t.Fatalf("the pooler does not answer: %v\n%s", err, said.String())
	}
	return address + "&default_query_exec_mode=exec"
}

// awaitAnswer tries until a pooler takes connections.
func awaitAnswer(t testing.TB, address string) error {
	t.Helper()
	db := connect(t, address+"&default_query_exec_mode=exec")
	defer db.Close()
	return Await(func() error { return db.PingContext(context.Background()) })
}

// Await asks until something fails no more, again and again with a pause between, and returns why it failed where it does for too long.
func Await(ask func() error) error {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for until := time.Now().Add(patience); ; <-again.C {
		if err := ask(); err == nil || time.Now().After(until) {
			return err
		}
	}
}

// ownFolder returns a new folder of the one who runs servers here. A socket's path must be short, so it is not the test's own.
func ownFolder(t testing.TB, name string) string {
	t.Helper()
	home, err := os.MkdirTemp("/tmp", name+".")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) }) // in /tmp the system removes what is left
	if owner := serverOwner(t); owner != nil {
		if err := os.Chown(home, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// asOwner prepares a program that refuses to run as root.
func asOwner(t testing.TB, folder, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = folder, []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	if owner := serverOwner(t); owner != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	}
	return cmd
}

// serverOwner returns as whom servers run here; nil as whoever runs the test.
func serverOwner(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		owner, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(owner.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(owner.Gid, 10, 32)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
