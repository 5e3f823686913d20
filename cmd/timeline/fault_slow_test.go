package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// standing counts connections that stand at once.
type standing struct {
	mu        sync.Mutex
	now, most int
}

func (s *standing) opened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now++
	s.most = max(s.most, s.now)
}

func (s *standing) closed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now--
}

func (s *standing) atMost() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// mustStand fails where fewer connections stood at once than the greater part of those that were wanted.
func mustStand(t *testing.T, most, wanted int) {
	t.Helper()
	if most < wanted*4/5 {
		t.Errorf("only %d connections stood at once, of %d that were to", most, wanted)
	}
}

// dialAgain is how long those wait who got no connection.
const dialAgain = 50 * time.Millisecond

// connections opens so many connections from an address, each again when it ends, and does something with each until ctx ends. It
// returns how many stood at once.
func (a *abuse) connections(t *testing.T, ctx context.Context, many int, source string, do func(net.Conn)) (most int) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}, Timeout: 5 * time.Second}
	var all sync.WaitGroup
	var held standing
	for range many {
		all.Go(func() {
			for ctx.Err() == nil {
				connection, err := dialer.DialContext(ctx, "tcp", a.host)
				if err != nil {
					select {
					case <-ctx.Done():
					case <-time.After(dialAgain):
					}
					continue
				}
				held.opened()
				gone := context.AfterFunc(ctx, func() { _ = connection.Close() })
				do(connection)
				gone()
				held.closed()
				_ = connection.Close()
			}
		})
	}
	all.Wait()
	mustStand(t, held.atMost(), many)
	return held.atMost()
}

// drip writes one byte after another until the connection ends.
func drip(ctx context.Context, to io.Writer) {
	often := time.NewTicker(200 * time.Millisecond)
	defer often.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-often.C:
			if _, err := io.WriteString(to, "a"); err != nil {
				return
			}
		}
	}
}

// What those send who send slowly: the beginning of a header, and of a form.
const (
	headerBegun = "GET / HTTP/1.1\r\nHost: timeline\r\nX-Slow: "
	formBegun   = "POST /sign-in HTTP/1.1\r\nHost: timeline\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n"
)

func slowHeaders(t *testing.T, a *abuse, ctx context.Context) string {
	most := a.connections(t, ctx, inFull(2000, 300), "127.0.3.1", func(c net.Conn) {
		_, _ = io.WriteString(c, headerBegun)
		drip(ctx, c)
	})
	return fmt.Sprintf("%d connections at a time that send a header byte by byte", most)
}

func slowBodies(t *testing.T, a *abuse, ctx context.Context) string {
	most := a.connections(t, ctx, inFull(2000, 300), "127.0.3.2", func(c net.Conn) {
		_, _ = io.WriteString(c, formBegun)
		drip(ctx, c)
	})
	return fmt.Sprintf("%d connections at a time that send a form byte by byte", most)
}

func slowReaders(t *testing.T, a *abuse, ctx context.Context) string {
	request := strings.Repeat("GET "+a.large+" HTTP/1.1\r\nHost: timeline\r\n\r\n", 20) + "GET /inspections.csv HTTP/1.1\r\nHost: timeline\r\n\r\n"
	most := a.connections(t, ctx, inFull(1000, 150), "127.0.3.3", func(c net.Conn) {
		_ = c.(*net.TCPConn).SetReadBuffer(16 << 10) // what their own machines would hold is not to fill this one
		_, _ = io.WriteString(c, request)
		often := time.NewTicker(100 * time.Millisecond)
		defer often.Stop()
		for little := make([]byte, 64); ; {
			select {
			case <-ctx.Done():
				return
			case <-often.C:
				if _, err := c.Read(little); err != nil {
					return
				}
			}
		}
	})
	return fmt.Sprintf("%d connections at a time that ask for much and read 640 bytes a second", most)
}

func idleConnections(t *testing.T, a *abuse, ctx context.Context) string {
	many := inFull(10_000, 1_000)
	crowd := exec.CommandContext(t.Context(), programItself(t))
	crowd.Env = []string{fmt.Sprintf("%s=%s %d", asCrowd, a.host, many)}
	in, err := crowd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := crowd.StdoutPipe()
	if err == nil {
		err = crowd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); err != nil {
		t.Errorf("the crowd said %q: %v", line, err)
	}
	<-ctx.Done()
	_ = in.Close()
	most := 0
	if _, err := fmt.Fscanf(said, "held %d\n", &most); err != nil {
		t.Errorf("the crowd does not say how many connections it held: %v", err)
	}
	if err := crowd.Wait(); err != nil {
		t.Error(err)
	}
	mustStand(t, most, min(many, mostConnections)) // of more than those the server closes the quiet ones
	return fmt.Sprintf("%d connections wanted and at most %d held, from a process of their own, on which nothing is said, each opened again when it is closed", many, most)
}

// fewSlow is how many slow connections of each kind are timed.
const fewSlow = 20

// TestFaultSlowOnesAreClosed sends and reads as slowly as TestFaultAbuse does, and looks when the server closes such connections. Only
// that of a slow header is soon enough for the short form.
func TestFaultSlowOnesAreClosed(t *testing.T) {
	if testing.Short() {
		t.Skip("a short run has no time for it")
	}
	t.Parallel()
	tries(t, "connections that send or read slowly")
	p := faultServer(t, nil, "--addr", "127.0.0.1:0", "--db", storetest.SQLite(t, true))
	host, large := strings.TrimPrefix(p.url, "http://"), firstMatch(t, p.url, `/static/echarts\.min\.[0-9a-f]+\.js`)
	kinds := []slowKind{{"a header", headerBegun, 5 * time.Second, 15 * time.Second, dripUntilClosed}}
	if *torture {
		kinds = append(kinds, slowKind{"a form", formBegun, 30 * time.Second, 40 * time.Second, dripUntilClosed},
			slowKind{"an answer", strings.Repeat("GET "+large+" HTTP/1.1\r\nHost: timeline\r\n\r\n", 20), 60 * time.Second, 70 * time.Second, readLittleUntilClosed})
	}
	var all sync.WaitGroup
	for _, kind := range kinds {
		for range fewSlow {
			all.Go(func() { kind.mustBeClosed(t, host) })
		}
	}
	all.Wait()
	p.stop(t)
	var found []string
	for _, kind := range kinds {
		found = append(found, fmt.Sprintf("%s after %s", kind.what, kind.after))
	}
	tell(t, fmt.Sprintf("%d connections of each kind that send or read slowly", fewSlow), "all closed by the server: one slow over "+strings.Join(found, ", "))
}

// slowKind is a way to be slow, and when the server closes whoever is: after a while, and before another is over.
type slowKind struct {
	what, begins  string
	after, before time.Duration
	goOn          func(ctx context.Context, c *net.TCPConn) error
}

func (k slowKind) mustBeClosed(t *testing.T, host string) {
	t.Helper()
	dialed, err := net.Dial("tcp", host)
	if err != nil {
		t.Error(err)
		return
	}
	c := dialed.(*net.TCPConn)
	defer c.Close()
	began := time.Now()
	if err := errors.Join(c.SetReadBuffer(16<<10), c.SetDeadline(began.Add(k.before))); err != nil {
		t.Error(err)
		return
	}
	if _, err := io.WriteString(c, k.begins); err != nil {
		t.Errorf("%s: %v", k.what, err)
		return
	}
	ctx, stop := context.WithDeadline(t.Context(), began.Add(k.before))
	defer stop()
	err = k.goOn(ctx, c)
	if took := time.Since(began); errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
		t.Errorf("one slow over %s is not closed after %s, want that after %s", k.what, took.Round(time.Millisecond), k.after)
	} else if took < k.after-time.Second {
		t.Errorf("one slow over %s is closed after %s, want that after %s", k.what, took.Round(time.Millisecond), k.after)
	}
}

// dripUntilClosed sends one byte after another until the connection is closed, and returns how it was.
func dripUntilClosed(ctx context.Context, c *net.TCPConn) error {
	go drip(ctx, c)
	_, err := io.Copy(io.Discard, c)
	return err
}

// readLittleUntilClosed reads as slowReaders does for longer than an answer may take, and then all that comes. What the server sent
// before it closed the connection may still be on its way.
func readLittleUntilClosed(ctx context.Context, c *net.TCPConn) error {
	often := time.NewTicker(100 * time.Millisecond)
	defer often.Stop()
	over := time.After(62 * time.Second)
	for little := make([]byte, 64); ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
			_, err := io.Copy(io.Discard, c)
			return err
		case <-often.C:
			if _, err := c.Read(little); err != nil {
				return err
			}
		}
	}
}
