package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asCrowd makes this test binary a crowd: it holds so many connections to an address open, "127.0.0.1:8080 10000", and says
// nothing on any of them, until its standard input ends.
const asCrowd = "TIMELINE_TEST_AS_CROWD"

// holdConnections opens the connections of a crowd, each again when it is closed. It says when it has tried to open each, and at
// the end how many stood at once.
func holdConnections() {
	address, count, _ := strings.Cut(os.Getenv(asCrowd), " ")
	many, err := strconv.Atoi(count)
	if err != nil {
		panic(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) // as many as this machine lets it have
	}
	var first sync.WaitGroup
	var held standing
	for n := range many {
		first.Add(1)
		go func() {
			tried := sync.OnceFunc(first.Done)
			// Many addresses of this machine, since one has only so many ports.
			dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 2, byte(1+n%200))}, Timeout: 10 * time.Second}
			for {
				connection, err := dialer.Dial("tcp", address)
				tried()
				if err == nil {
					held.opened()
					_, _ = connection.Read(make([]byte, 1)) // its end is all that ever comes
					held.closed()
					_ = connection.Close()
				}
				<-time.After(time.Second)
			}
		}()
	}
	first.Wait()
	fmt.Println("tried", many)
	_, _ = io.Copy(io.Discard, os.Stdin)
	fmt.Println("held", held.atMost())
	os.Exit(0)
}

// from returns a client that asks from an address of this machine, over a new connection each time.
func from(address string, wait time.Duration) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: wait}
	return &http.Client{
		Timeout: wait, CheckRedirect: stepByStep.CheckRedirect,
		Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, DisableCompression: true},
	}
}

// patience returns within what time an ordinary reader has an answer whatever others do. In the short form the tests of other
// packages have the machine too, and only somebody who is kept out altogether shows.
func patience() time.Duration { return time.Duration(inFull(1, 5)) * time.Second }

// ordinaryReader asks for one page after another, as somebody does who knows nothing of what others do to the service.
type ordinaryReader struct {
	client *http.Client
	within time.Duration
	mu     sync.Mutex
	took   []time.Duration
	faults []string
	stop   context.CancelFunc
	done   chan struct{}
}

func readOrdinarily(t *testing.T, url string, addresses ...string) *ordinaryReader {
	t.Helper()
	return readAs(t, from("127.0.0.1", 10*time.Second), patience(), url, addresses...)
}

// readAs is readOrdinarily of somebody whose answers have another while to come.
func readAs(t *testing.T, client *http.Client, within time.Duration, url string, addresses ...string) *ordinaryReader {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := &ordinaryReader{client: client, within: within, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		for n := 0; ctx.Err() == nil; n++ {
			r.ask(ctx, url, addresses[n%len(addresses)])
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return r
}

func (r *ordinaryReader) ask(ctx context.Context, url, address string) {
	began := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+address, nil)
	if err != nil {
		panic(err) // of our own making
	}
	status := 0
	answer, err := r.client.Do(request)
	if err == nil {
		status = answer.StatusCode
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	took := time.Since(began)
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took = append(r.took, took)
	if err != nil || status != http.StatusOK || took > r.within {
		r.faults = append(r.faults, fmt.Sprintf("%s is answered %d after %s: %v", address, status, took.Round(time.Millisecond), err))
	}
}

// finish ends the reading and returns how often the reader asked and how long the longest answer took. It fails the test where
// one did not come in time.
func (r *ordinaryReader) finish(t *testing.T) (asked int, longest time.Duration) {
	t.Helper()
	r.stop()
	<-r.done
	for i, fault := range r.faults {
		if i < 3 {
			t.Errorf("an ordinary reader: %s", fault)
		}
	}
	if len(r.took) == 0 {
		t.Error("the ordinary reader was never answered")
		return 0, 0
	}
	return len(r.took), slices.Max(r.took)
}

// openFiles counts what a process holds open.
func (p *process) openFiles(t *testing.T) int {
	t.Helper()
	held, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(held)
}
