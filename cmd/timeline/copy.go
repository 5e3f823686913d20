package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// copyConfig says from where to where a database is copied.
type copyConfig struct{ from, to string }

func copyFlags(set *flag.FlagSet, c *config) {
	set.StringVar(&c.copies.from, "from", "", "path of the SQLite file, or postgres:// address, of the database that is copied")
	set.StringVar(&c.copies.to, "to", "", "path at which there is no file yet, or postgres:// address of a database without tables")
}

// copyDatabase moves the record from one engine to the other, or to another place: it is a backup that is restored as it is made.
// Then it reads both and proves that they hold the same.
func copyDatabase(ctx context.Context, cfg config, _ []string, out io.Writer) (err error) {
	if cfg.copies.from == "" || cfg.copies.to == "" {
		return usageError{errors.New("say from where and to where: timeline copy --from DATABASE --to DATABASE")}
	}
	source := cfg
	source.db = cfg.copies.from
	from, err := openStore(ctx, source, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if err := from.Ready(ctx); err != nil {
		return fmt.Errorf("look at %s: %w", withoutPassword(source.db), err)
	}
	target := cfg
	target.db = cfg.copies.to
	was, done, err := pour(ctx, from, target)
	if err != nil {
		return restoreFailed(target, "copied", err)
	}
	is, err := holds(ctx, target)
	if err != nil {
		return err
	}
	if differs := was.Differs(is); differs != "" {
		return fmt.Errorf("the copy in %s is not to be used: %s", withoutPassword(target.db), differs)
	}
	fmt.Fprintf(out, "%s holds the same as %s did: %s in %s and %s, compared one by one\n", withoutPassword(target.db), withoutPassword(source.db),
		inspection.CountWords(int(is.Rows()), "row", "rows"), inspection.CountWords(len(is.Tables), "table", "tables"),
		filesWords(is.Documents, is.DocumentBytes))
	sayWhole(out, done.Checked)
	return nil
}

// pour restores a backup of a database while it is made, without a file between. It returns what the backup held.
func pour(ctx context.Context, from *store.Store, target config) (exchange.BackupManifest, store.Proved, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out, in := io.Pipe()
	var was exchange.BackupManifest
	made := make(chan error, 1)
	go func() {
		var err error
		was, err = writeBackup(ctx, from, in, exchange.BackupSeal{}, time.Now())
		made <- err
		in.CloseWithError(err)
	}()
	_, done, err := restoreFrom(ctx, target, out)
	if err != nil {
		_ = out.CloseWithError(err) // whoever writes need not go on
		stop()
	}
	// What the one is stopped by, because the other failed, says nothing.
	if failed := <-made; failed != nil && !errors.Is(failed, context.Canceled) && !errors.Is(failed, err) {
		err = failed
	}
	return was, done, err
}

// holds reads a database and returns what a backup of it would hold.
func holds(ctx context.Context, cfg config) (is exchange.BackupManifest, err error) {
	s, err := openStore(ctx, cfg, true)
	if err != nil {
		return is, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return writeBackup(ctx, s, io.Discard, exchange.BackupSeal{}, time.Now())
}

// validate says what is wrong with the two databases.
func (c copyConfig) validate(wrong func(name, format string, args ...any)) {
	for flag, db := range map[string]string{"from": c.from, "to": c.to} {
		if scheme, _, ok := strings.Cut(db, "://"); ok && !isPostgres(db) {
			wrong(flag, "%q databases are not known; give a path or a postgres:// address", scheme)
		}
	}
}
