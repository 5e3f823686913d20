package main

import (
	"cmp"
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
		return askReady(ctx, cfg)
	}
	fmt.Fprintf(out, "program   %s\n", programVersion())
	fmt.Fprintf(out, "address   %s\nhome      %s\ndatabase  %s\n", cfg.addr, cmp.Or(cfg.home, "as the settings say, or "+defaultHome), withoutPassword(cfg.db))
	public, proxies, transport, people := cfg.doors.words()
	fmt.Fprintf(out, "public    %s\nproxies   %s\ntransport %s\npeople    %s\nissuer    %s\nmessages  %s\n",
		public, proxies, transport, people, cfg.organisation.words(cfg.doors.public), cfg.messages.words())
	if d := cfg.doors; d.public != nil && d.public.Scheme == "https" && d.certificate == nil && len(d.proxies) == 0 {
		fmt.Fprintln(out, "look at   the public address is https, but this program speaks plain HTTP and trusts no proxy: give --trusted-proxies, or --tls-cert")
	}
	errs := certificateFaults(cfg, time.Now(), out)
	errs = append(errs, watchFaults(ctx, cfg, out)...)
	errs = append(errs, machineFaults(cfg, out)...)
	if err := tryReader(ctx); err != nil {
		errs = append(errs, err)
	} else {
		fmt.Fprintln(out, "letters   can be read")
	}
	if err := cfg.backup.schedule.sayBackups(out, time.Now()); err != nil {
		errs = append(errs, err)
	}
	if missing := static.Missing(); len(missing) > 0 {
		errs = append(errs, fmt.Errorf("%s not built into this program: run make build", strings.Join(missing, ", ")))
	}
	s, err := openStore(ctx, cfg, true)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	errs = append(errs, databaseFaults(ctx, s, out)...)
	if err := s.Ready(ctx); err != nil {
		errs = append(errs, err)
	} else if checked, err := s.Check(ctx, nil); err != nil {
		errs = append(errs, err)
	} else {
		fmt.Fprintf(out, "record    whole, last entry %s\n", checked.Last)
		home, err := cfg.homePlace(ctx, s)
		if err == nil {
			_, err = s.Body(ctx, home)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("look up the home place %q: %w; give the slug of an authority or a place with --home", home, err))
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
	if !isAddress {
		return db
	}
	rest = rest[strings.LastIndex(rest, "@")+1:]
	rest, _, settings := strings.Cut(rest, "?") // a password can stand there too
	if settings {
		rest += "?…"
	}
	return scheme + "://" + rest
}

// askReady asks the server that runs with the same configuration whether it is ready.
func askReady(ctx context.Context, cfg config) error {
	host, port, err := net.SplitHostPort(cfg.addr)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere, here too
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cfg.doors.scheme()+"://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("ask whether the server is ready: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: cfg.doors.ownTLSConfig()}} // never through a proxy
	defer client.CloseIdleConnections()
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("ask whether the server is ready: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready: it answered %s", answer.Status)
	}
	return nil
}
