package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"inspectiontimeline/internal/letter"
	"inspectiontimeline/static"
)

// readyWait is less than the time that a container's health check allows.
const readyWait = 3 * time.Second

// doctor explains the configuration and looks at each part of it. It changes nothing.
func doctor(ctx context.Context, cfg config, _ []string, out io.Writer) error {
	if cfg.ready {
		return askReady(ctx, cfg.addr)
	}
	fmt.Fprintf(out, "address   %s\nhome      %s\ndatabase  %s\n", cfg.addr, cfg.home, withoutPassword(cfg.db))
	var errs []error
	if err := tryReader(ctx); err != nil {
		errs = append(errs, err)
	} else if onLoopback(cfg.addr) {
		fmt.Fprintln(out, "letters   can be read; officers log them in a browser on this machine")
	} else {
		fmt.Fprintln(out, "letters   can be read; officers cannot log them, since the address is not of this machine alone")
	}
	if missing := static.Missing(); len(missing) > 0 {
		errs = append(errs, fmt.Errorf("%s not built into this program: run make build", strings.Join(missing, ", ")))
	}
	s, err := openStore(ctx, cfg, true)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	if err := s.Ready(ctx); err != nil {
		errs = append(errs, err)
	} else if checked, err := s.Check(ctx, nil); err != nil {
		errs = append(errs, err)
	} else {
		fmt.Fprintf(out, "record    whole, last entry %s\n", checked.Last)
		if _, err := s.Body(ctx, cfg.home); err != nil {
			errs = append(errs, fmt.Errorf("look up the home place %q: %w; give the slug of an authority or a place with --home", cfg.home, err))
		}
	}
	return errors.Join(append(errs, s.Close())...)
}

// tryReader starts the process that reads letters, which a system with strict rules may forbid.
func tryReader(ctx context.Context) error {
	reader, err := newReader(nil)
	if err != nil {
		return err
	}
	defer reader.Close()
	if got := reader.ReadText(ctx, "This is no letter."); got.Status == letter.Unreadable {
		return fmt.Errorf("start the reader of letters: %s", got.Error)
	}
	return nil
}

// onLoopback reports whether an address that is listened on can be reached from this machine only.
func onLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// withoutPassword returns a database address that may be printed.
func withoutPassword(db string) string {
	scheme, rest, isAddress := strings.Cut(db, "://")
	at := strings.LastIndex(rest, "@")
	if !isAddress || at < 0 {
		return db
	}
	return scheme + "://" + rest[at+1:]
}

// askReady asks the server that runs with the same configuration whether it is ready.
func askReady(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere, here too
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("ask whether the server is ready: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask whether the server is ready: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready: it answered %s", answer.Status)
	}
	return nil
}
