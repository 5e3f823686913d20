package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"inspectiontimeline/internal/store"
)

const (
	// leastRoom is room for a day's uploads and the copy that is made before a migration.
	leastRoom = 1 << 30
	// leastFiles is enough for the connections of a council's readers.
	leastFiles = 4096
	// mostSkew is how far clocks may differ before days and waits come out wrong.
	mostSkew = 5 * time.Second
	// mostLag is how far a reading server may be behind before somebody should look.
	mostLag = time.Minute
	// soonPast is when a certificate is to be renewed.
	soonPast = 30 * 24 * time.Hour
	// dialWait bounds a look whether anybody is at an address.
	dialWait = 2 * time.Second
)

// machineFaults looks at what the machine gives the program: room, files, and who else can read the database.
func machineFaults(cfg config, out io.Writer) []error {
	var faults []error
	if !isPostgres(cfg.db) {
		faults = append(faults, readableByOthers(cfg.db), roomFault("the database lies", filepath.Dir(cfg.db)))
	}
	temporary := os.TempDir()
	faults = append(faults, writableFault(temporary), roomFault("large uploads wait", temporary))
	most, known, err := mostFiles()
	switch {
	case err != nil:
		faults = append(faults, err)
	case known && most < leastFiles:
		faults = append(faults, fmt.Errorf("only %d files and connections may be open at a time, and readers would be refused: set LimitNOFILE=%d or more, as docs/timeline.service does", most, leastFiles))
	case known:
		fmt.Fprintf(out, "files     %d may be open at a time\n", most)
	}
	return faults
}

// readableByOthers fails where every user of the machine can read the database, in which there are letters that are not out yet.
func readableByOthers(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // which is said elsewhere
	}
	if err != nil {
		return fmt.Errorf("look who can read the database: %w", err)
	}
	if info.Mode().Perm()&0o006 == 0 {
		return nil
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("look who can read the database: %w", err)
	}
	for folder := filepath.Dir(absolute); ; folder = filepath.Dir(folder) {
		around, err := os.Stat(folder)
		if err != nil {
			return fmt.Errorf("look who can read the database: %w", err)
		}
		if around.Mode().Perm()&0o001 == 0 {
			return nil // nobody else comes past it
		}
		if folder == filepath.Dir(folder) {
			return fmt.Errorf("every user of this machine can read %s, and letters that are not published are in it: chmod o= %s", path, path)
		}
	}
}

// roomFault fails where a folder has little room left.
func roomFault(what, folder string) error {
	free, known, err := roomIn(folder)
	if err == nil && known && free < leastRoom {
		err = fmt.Errorf("only %d MB are left in %s, where %s: make room, or changes will be refused", free>>20, folder, what)
	}
	return err
}

// writableFault fails where no file can be made in a folder for temporary files.
func writableFault(folder string) error {
	if err := makesFile(folder); err != nil {
		return fmt.Errorf("no file can be made in the folder for temporary files: %w; name another with TMPDIR", err)
	}
	return nil
}

// makesFile makes a file in a folder, to see whether that can be done, and takes it away again.
func makesFile(folder string) error {
	file, err := os.CreateTemp(folder, ".timeline-doctor-")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// databaseFaults explains what the database is, and looks at its settings, its clock and the servers beside it.
func databaseFaults(ctx context.Context, s *store.Store, out io.Writer) []error {
	facts, err := s.Facts(ctx)
	if err != nil {
		return []error{err}
	}
	fmt.Fprintf(out, "engine    %s\n", facts.Engine)
	var faults []error
	unsafe, err := s.Durability(ctx)
	faults = append(faults, err)
	for _, words := range unsafe {
		faults = append(faults, errors.New(words))
	}
	if facts.Ahead.Abs() > mostSkew {
		faults = append(faults, fmt.Errorf("the clock of the database server and this machine's differ by %s: set both by NTP", facts.Ahead.Abs().Round(time.Second)))
	}
	switch {
	case s.Pooled() && !s.Direct():
		fmt.Fprintln(out, "look at   a pooler stands before the database: give the server's own address with --db-direct, so that a change shows on other servers at once and not within a second")
	case s.Pooled():
		fmt.Fprintln(out, "pooler    stands before the database; migrations and news of changes go to the server itself")
	}
	switch lag, known, err := s.ReplicaLag(ctx); {
	case err != nil:
		faults = append(faults, fmt.Errorf("%w; look whether it runs and follows this database, or leave --db-replica away", err))
	case known && lag > mostLag:
		faults = append(faults, fmt.Errorf("the reading server lacks changes for %s, and is not read until it has them: look at its replication", lag.Round(time.Second)))
	case known:
		fmt.Fprintf(out, "reading   its server is %s behind\n", lag.Round(time.Millisecond))
	}
	return faults
}

// watchFaults explains how the service is watched, and looks whether that can work.
func watchFaults(ctx context.Context, cfg config, out io.Writer) []error {
	metrics, traces := cfg.operation.words()
	fmt.Fprintf(out, "figures   %s\ntraces    %s\n", metrics, traces)
	if addr := cfg.operation.metricsAddr; addr != "" && !onLoopback(addr) {
		fmt.Fprintf(out, "look at   the figures at %s are for whoever can reach that address: let a firewall keep it to those who collect them\n", addr)
	}
	if cfg.operation.traces == "" {
		return nil
	}
	if err := somebodyThere(ctx, cfg.operation.traces); err != nil {
		return []error{fmt.Errorf("nobody takes the traces: %w; start the collector, or leave --traces-endpoint away", err)}
	}
	return nil
}

// somebodyThere fails where nobody listens at an address.
func somebodyThere(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("the address cannot be read")
	}
	port := u.Port()
	if port == "" {
		port = u.Scheme // "http" and "https" are names of ports too
	}
	dialer := net.Dialer{Timeout: dialWait}
	connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return err
	}
	return connection.Close()
}

// certificateFaults looks how long the certificate of --tls-cert is good for.
func certificateFaults(cfg config, now time.Time, out io.Writer) []error {
	c := cfg.doors.certificate
	if c == nil {
		return nil
	}
	switch until := c.Leaf.NotAfter; {
	case now.After(until):
		return []error{errors.New("the certificate of --tls-cert is past its date: browsers refuse it")}
	case now.Add(soonPast).After(until):
		fmt.Fprintf(out, "look at   the certificate of --tls-cert ends on %s: renew it, and start the program again\n", until.UTC().Format("2 January 2006"))
	}
	return nil
}
