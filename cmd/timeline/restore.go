package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

func restoreFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	keyFlags(set, &c.backup)
}

// restore makes a database of a backup, in an empty place.
func restore(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if len(args) != 1 {
		return usageError{errors.New("name one backup to restore")}
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close() // it is only read
	about, done, err := restoreFrom(ctx, cfg, file)
	if err != nil {
		return restoreFailed(cfg, "restored", err)
	}
	fmt.Fprintf(out, "restored %s and %s, as they stood on %s\n", inspection.CountWords(int(done.Rows), "row", "rows"),
		filesWords(done.Files.Count, done.Files.Bytes), about.MadeAt.Format(momentForm))
	sayWhole(out, done.Checked)
	return nil
}

// restoreFailed says what came of a restore that failed. Only the answer of a server may be lost after it has kept everything.
func restoreFailed(cfg config, done string, err error) error {
	switch {
	case errors.Is(err, store.ErrRestored):
		return fmt.Errorf("%w; run timeline check on it", err)
	case isPostgres(cfg.db) && errors.Is(err, store.ErrInterrupted):
		return fmt.Errorf("%w; it is not known whether it was %s: run timeline check", err, done)
	}
	return fmt.Errorf("%w; nothing was %s", err, done)
}

// momentForm is how a moment is printed for whoever runs the service.
const momentForm = "2 January 2006 at 15:04:05 UTC"

// restoreFrom reads a backup into the database of the configuration.
func restoreFrom(ctx context.Context, cfg config, r io.Reader) (exchange.BackupAbout, store.Proved, error) {
	b, err := exchange.OpenBackup(r, cfg.backup.key)
	if err != nil {
		return exchange.BackupAbout{}, store.Proved{}, err
	}
	defer b.Close()
	catalogue, err := frameworks()
	if err != nil {
		return b.About, store.Proved{}, err
	}
	options := store.Options{Clock: time.Now, Catalogue: catalogue, Direct: cfg.servers.direct}
	done, err := store.Restore(ctx, cfg.db, options, b.About.Schema, func(sink store.BackupSink) (string, error) {
		manifest, err := b.Into(sink)
		return manifest.Last, err
	})
	return b.About, done, err
}
