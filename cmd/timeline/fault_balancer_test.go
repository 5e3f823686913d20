package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// publicName is where readers find the servers of a cluster, whatever the addresses of this machine are.
const publicName = "timeline.council.example"

// serverPlaces are the addresses that the configurations in docs have for three servers.
var serverPlaces = []string{"10.1.0.11:8080", "10.1.0.12:8080", "10.1.0.13:8080"}

// cluster is a service of several servers behind HAProxy, on a PostgreSQL that another one follows, through PgBouncer.
type cluster struct {
	primary, standby *storetest.PostgresServer
	quiet            bool // whether its servers are not told of changes, so that in the short form less is done to it
	servers          []*clusterServer
	network          string // what the addresses of this cluster begin with, which are its alone
	public           string // where HAProxy listens
	balancer         *balancer
	certificate, key string // of HAProxy
}

// clusterServer is one of the servers, which starts at the same address again and again.
type clusterServer struct {
	name    string // as docs/haproxy.cfg has it
	address string
	args    []string
	said    string // the file of its log, of all its lives
	*process
}

// newCluster starts a cluster on an empty database, its servers all at once. With direct they know the address of the PostgreSQL
// server itself too.
func newCluster(t *testing.T, direct bool, prepare func(primary string)) *cluster {
	t.Helper()
	needPostgres(t) // what there is not is said before anything is started
	lookUp(t, "pgbouncer", "PgBouncer")
	lookUpHAProxy(t)
	c := &cluster{primary: storetest.NewPostgres(t)}
	prepare(c.primary.Address)
	c.standby = c.primary.Standby(t)
	// Addresses of its own: a port that is free for a moment, while its server is dead, would soon be somebody else's.
	c.network = fmt.Sprintf("127.%d.%d.", 16+rand.IntN(200), 1+rand.IntN(250))
	args := []string{ // without --url, since there is nothing unlimited at a public address
		"--db", storetest.Pooler(t, c.primary.Address), "--db-replica", c.standby.Address, "--trusted-proxies", "127.0.0.0/8",
		"--stop-delay", "3s", "--unlimited", "--evidence-files", "--scan-command", "cat",
	}
	if direct {
		args = append(args, "--db-direct", c.primary.Address)
	}
	var starting sync.WaitGroup
	for i, name := range []string{"one", "two", "three"} {
		server := &clusterServer{name: name, address: fmt.Sprintf("%s%d:8080", c.network, i+1)}
		server.said = filepath.Join(t.TempDir(), "log")
		server.args = append([]string{"--addr", server.address}, args...)
		c.servers = append(c.servers, server)
		starting.Go(func() { server.start(t) })
	}
	starting.Wait()
	if t.Failed() {
		t.FailNow()
	}
	c.certificate, c.key = certificateFiles(t, time.Now().AddDate(0, 0, 30), publicName)
	c.public = c.network + "9:8443"
	c.balancer = c.startBalancer(t, c.public, c.servers)
	return c
}

func (s *clusterServer) start(t *testing.T) {
	t.Helper()
	s.process = faultServer(t, []string{"bash", "-c", `log=$1; shift; exec "$@" > >(exec tee -a "$log")`, "server", s.said}, s.args...)
}

// log returns what a server wrote to its log so far.
func (s *clusterServer) log(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(s.said)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mustHaveSaid fails unless a server wrote a message to its log.
func (s *clusterServer) mustHaveSaid(t *testing.T, words string) {
	t.Helper()
	untilSo(t, 20*time.Second, "server "+s.name+" says: "+words, func(context.Context) bool { return strings.Contains(s.log(t), words) })
}

// startBalancer starts HAProxy at an address, with the configuration of docs/haproxy.cfg, before some of the servers. It returns
// when HAProxy has found them all.
func (c *cluster) startBalancer(t *testing.T, public string, servers []*clusterServer) *balancer {
	t.Helper()
	var both []byte
	for _, file := range []string{c.certificate, c.key} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, text...)
	}
	pem := filepath.Join(t.TempDir(), "timeline.pem")
	if err := os.WriteFile(pem, both, 0o600); err != nil {
		t.Fatal(err)
	}
	b := startHAProxy(t, configuration(t, "haproxy.cfg", servers,
		"bind :443 ", "bind "+public+" ", "/etc/haproxy/timeline.pem", pem, "abns@timeline-changes", "abns@timeline-"+public))
	for _, server := range servers {
		b.awaitState(t, "timeline", server, "UP")
	}
	return b
}

// configuration returns one of the configurations in docs with the addresses of some servers in it, and with the other
// replacements. It has no lines for servers that there are not.
func configuration(t *testing.T, name string, servers []*clusterServer, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i, place := range serverPlaces {
		if i < len(servers) {
			replace = append(replace, place, servers[i].address)
		} else {
			text = regexp.MustCompile(`(?m)^.*`+regexp.QuoteMeta(place)+`.*\n`).ReplaceAll(text, nil)
		}
	}
	for i := 0; i < len(replace); i += 2 {
		if !bytes.Contains(text, []byte(replace[i])) {
			t.Fatalf("docs/%s has no %q", name, replace[i])
		}
	}
	return strings.NewReplacer(replace...).Replace(string(text))
}

// reader returns somebody who asks the service through HAProxy, with cookies where they have any.
func (c *cluster) reader(t *testing.T, cookies http.CookieJar) *http.Client {
	t.Helper()
	client := browserOf(t, c.certificate, c.public)
	client.Jar, client.Timeout = cookies, 30*time.Second
	return client
}

// at returns somebody who asks one server, as HAProxy does for them.
func (c *cluster) at(server *clusterServer, cookies http.CookieJar) *http.Client {
	return &http.Client{Jar: cookies, CheckRedirect: stepByStep.CheckRedirect, Transport: behindProxy(server.address), Timeout: 30 * time.Second}
}

// behindProxy passes requests to the server at an address.
type behindProxy string

// RoundTrip asks the server on behalf of somebody who came by the public address.
func (to behindProxy) RoundTrip(request *http.Request) (*http.Response, error) {
	passed := request.Clone(request.Context())
	passed.Host, passed.URL.Scheme, passed.URL.Host = request.URL.Host, "http", string(to)
	passed.Header.Set("X-Forwarded-Proto", "https")
	return http.DefaultTransport.RoundTrip(passed)
}

// balancer is HAProxy at work.
type balancer struct{ socket string }

// lookUp finds a program, or leaves the test out.
func lookUp(t *testing.T, name, called string) string {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		program = "/usr/sbin/" + name // not in everybody's PATH
		_, err = os.Stat(program)
	}
	if err != nil {
		leaveOut(t, called+" is not installed; make test installs it")
	}
	return program
}

func lookUpHAProxy(t *testing.T) string {
	t.Helper()
	return lookUp(t, "haproxy", "HAProxy")
}

// startHAProxy starts HAProxy with a configuration and returns when it answers.
func startHAProxy(t *testing.T, configuration string) *balancer {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "timeline-haproxy.") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) }) // in /tmp the system removes what is left
	b := &balancer{filepath.Join(folder, "socket")}
	file := filepath.Join(folder, "haproxy.cfg")
	if err := os.WriteFile(file, []byte("global\n    stats socket "+b.socket+"\n\n"+configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(lookUpHAProxy(t), "-db", "-f", file)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // however it ended, it is gone
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		<-ended
	})
	untilSo(t, 20*time.Second, "HAProxy answers", func(context.Context) bool {
		select {
		case <-ended:
			t.Fatalf("HAProxy does not start:\n%s", said.String())
		default:
		}
		_, err := b.ask("show info")
		return err == nil
	})
	return b
}

// ask has HAProxy say something of itself.
func (b *balancer) ask(command string) (said string, err error) {
	connection, err := net.Dial("unix", b.socket)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, command+"\n"); err != nil {
		return "", err
	}
	all, err := io.ReadAll(connection)
	return string(all), err
}

// row returns what HAProxy knows of one of the servers of a backend, or of all together: "BACKEND".
func (b *balancer) row(t *testing.T, backend, name string) map[string]string {
	t.Helper()
	said, err := b.ask("show stat")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(said, "# "))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	of := slices.IndexFunc(rows, func(row []string) bool { return row[0] == backend && row[1] == name })
	if of < 0 {
		t.Fatalf("HAProxy has no server %s:\n%s", name, said)
	}
	out := map[string]string{}
	for i, column := range rows[0] {
		out[column] = rows[of][i]
	}
	return out
}

// awaitState waits until one of HAProxy's backends has noticed that a server is in a state, "UP" or "DOWN".
func (b *balancer) awaitState(t *testing.T, backend string, server *clusterServer, state string) {
	t.Helper()
	untilSo(t, 20*time.Second, "HAProxy takes server "+server.name+" to be "+state, func(context.Context) bool {
		return b.row(t, backend, server.name)["status"] == state
	})
}

// retries returns how often HAProxy sent a request again, and how often to another server.
func (b *balancer) retries(t *testing.T) (again, elsewhere int) {
	t.Helper()
	row := b.row(t, "timeline", "BACKEND")
	again, err := strconv.Atoi(row["wretr"])
	elsewhere, err2 := strconv.Atoi(row["wredis"])
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return again, elsewhere
}
