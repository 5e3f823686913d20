package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestServeStartsWithNothing(t *testing.T) {
	engines(t, func(t *testing.T, db string) {
		s := startService(t, nil, "--db", db)
		for address, words := range map[string]string{
			"/":        "Children’s services in Northamptonshire",
			"/healthz": "ok",
			"/readyz":  "ready",
		} {
			status, body := s.get(t, address)
			if status != http.StatusOK || !strings.Contains(strings.ReplaceAll(body, "'", "’"), words) {
				t.Errorf("%s answered %d without %q", address, status, words)
			}
		}
		mustSucceed(t, s.finish(t))

		first := runCommand(t, nil, "check", "--db", db)
		mustSucceed(t, first)
		if first.stdout != checked(t, db) {
			t.Errorf("check printed %q", first.stdout)
		}

		again := startService(t, nil, "--db", db)
		if status, _ := again.get(t, "/"); status != http.StatusOK {
			t.Errorf("the second start answered %d", status)
		}
		mustSucceed(t, again.finish(t))
		second := runCommand(t, nil, "check", "--db", db)
		mustSucceed(t, second)
		if second.stdout != first.stdout {
			t.Errorf("the second start changed the record from %q to %q", first.stdout, second.stdout)
		}
	})
}

func TestServeReadsItsEnvironment(t *testing.T) {
	db := storetest.SQLite(t, true)
	s := startService(t, variables{"TIMELINE_DB": db, "TIMELINE_HOME": "bradford"})
	if status, body := s.get(t, "/"); status != http.StatusOK || !strings.Contains(body, "Bradford") {
		t.Errorf("with TIMELINE_HOME=bradford the first page answered %d and does not name Bradford", status)
	}
	// A flag wins over its variable.
	other := startService(t, variables{"TIMELINE_DB": "/nowhere/at/all.db"}, "--db", db)
	if status, _ := other.get(t, "/readyz"); status != http.StatusOK {
		t.Errorf("with --db given /readyz answered %d", status)
	}
}

func TestServeNamesAnUnknownHome(t *testing.T) {
	got := runCommand(t, nil, "serve", "--addr", "127.0.0.1:0", "--db", storetest.SQLite(t, true), "--home", "atlantis")
	mustFail(t, got, "home", `"atlantis"`)
}

func TestServeSaysThatThePortIsInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	folder := t.TempDir()
	got := runCommand(t, nil, "serve", "--addr", taken.Addr().String(), "--db", filepath.Join(folder, "timeline.db"))
	mustFail(t, got, taken.Addr().String(), "another program uses this port", "--addr")
	if made, _ := os.ReadDir(folder); len(made) > 0 {
		t.Errorf("it made %s before it looked at the port", made)
	}
}

func TestServeFinishesWhatItIsAnswering(t *testing.T) {
	s := startService(t, nil, "--db", storetest.SQLite(t, true))
	_, home := s.get(t, "/")
	address := regexp.MustCompile(`/static/echarts\.min\.[0-9a-f]+\.js`).FindString(home)
	if address == "" {
		t.Fatal("the first page does not say where ECharts is")
	}

	// A reader that asks for much and takes nothing holds the server up in the middle of an answer, when the buffers
	// between them are full.
	const asked = 40
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	request := "GET " + address + " HTTP/1.1\r\nHost: timeline\r\n\r\n"
	if _, err := io.WriteString(connection, strings.Repeat(request, asked)); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(connection)
	if _, err := answers.Peek(1); err != nil {
		t.Fatal(err)
	}
	s.stop()
	// The port is given back at once, so that a new server may start.
	awaitRefusal(t, s.url)

	whole := 0
	for ; ; whole++ {
		answer, err := http.ReadResponse(answers, nil)
		if errors.Is(err, io.ErrUnexpectedEOF) && whole > 0 {
			break // between two answers
		}
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, answer.Body); err != nil || n != answer.ContentLength {
			t.Fatalf("of answer %d only %d of %d bytes arrived: %v", whole+1, n, answer.ContentLength, err)
		}
	}
	if whole == asked {
		t.Errorf("it went on to answer all %d requests", asked)
	}
	mustSucceed(t, s.finish(t))
}

// checked is what check prints for a database that is whole.
func checked(t *testing.T, db string) string {
	t.Helper()
	mark := lastMark(t, db)
	number, _, _ := strings.Cut(mark, ":")
	return fmt.Sprintf("the record of changes is whole: %s entries, the last is %s\n", number, mark)
}

// newHandler returns the whole service as requests meet it, and what ends the work behind them.
func newHandler(ctx context.Context, s *store.Store, cfg config, clock func() time.Time, log *slog.Logger) (http.Handler, func(), error) {
	pages, finish, err := newServer(ctx, s, cfg, clock, log)
	if err != nil {
		return nil, nil, err
	}
	return pages.Handler(), finish, nil
}
