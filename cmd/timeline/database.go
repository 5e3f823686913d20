package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/seed"
)

// openStore opens the database as every subcommand does that may write.
func openStore(ctx context.Context, cfg config, mustExist bool) (*store.Store, error) {
	return openWith(ctx, cfg, store.Options{MustExist: mustExist})
}

// openToRead opens a database to which nothing will be written, also at a PostgreSQL server that follows another one.
func openToRead(ctx context.Context, cfg config) (*store.Store, error) {
	return openWith(ctx, cfg, store.Options{MustExist: true, ToRead: true})
}

func openWith(ctx context.Context, cfg config, opts store.Options) (*store.Store, error) {
	catalogue, err := frameworks()
	if err != nil {
		return nil, err
	}
	opts.Clock, opts.Catalogue, opts.Observe = time.Now, catalogue, cfg.observe()
	opts.Messages, opts.Copied, opts.Warn = cfg.messages.ways(), cfg.sayCopied, cfg.servers.warn
	opts.Direct, opts.Replica = cfg.servers.direct, cfg.servers.replica
	return store.Open(ctx, cfg.db, opts)
}

// goingBack says what the copy of a database is for that was made before it was migrated. What a crash leaves beside the newer
// one must go with it: SQLite would write it into the copy.
const goingBack = "stop the program, move the database and any -wal and -shm file beside it away, put the copy in its place, " +
	"and start the older program"

// sayCopied names the copy of a database that was made before it was migrated, as the log of the service or on standard error.
func (c *config) sayCopied(name string) {
	switch {
	case c.copied != nil:
		c.copied(name)
	case c.log != nil:
		fmt.Fprintf(c.log, "the database as it was before is in %s; to go back, %s\n", name, goingBack)
	}
}

func frameworks() (*inspection.Catalogue, error) {
	catalogue, err := exchange.ReadFrameworks(seed.Files())
	if err != nil {
		return nil, fmt.Errorf("read frameworks: %w", err)
	}
	return catalogue, nil
}

// prepared opens the database and migrates it.
func prepared(ctx context.Context, cfg config) (*store.Store, error) {
	s, err := openStore(ctx, cfg, false)
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// seedIfEmpty loads the seed into a database in which there is nothing.
func seedIfEmpty(ctx context.Context, s *store.Store) error {
	empty, err := s.Empty(ctx)
	if err != nil {
		return fmt.Errorf("look whether the database is empty: %w", err)
	}
	if empty {
		_, err = loadSeeds(ctx, s, 1)
	}
	return err
}

func migrate(ctx context.Context, cfg config, _ []string, out io.Writer) error {
	s, err := prepared(ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "the database is at this program's version")
	return s.Close()
}

func seedDatabase(ctx context.Context, cfg config, _ []string, out io.Writer) error {
	s, err := prepared(ctx, cfg)
	if err != nil {
		return err
	}
	loaded, err := loadSeeds(ctx, s, cfg.synthetic)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	fmt.Fprintf(out, "%s added, %d of them inspections\n",
		inspection.CountWords(loaded.Total(), "record", "records"), loaded.Added[inspection.OfInspection])
	if cfg.synthetic > 1 {
		fmt.Fprintf(out, "for measurements only: %s of every authority are made up and say so in their names\n",
			inspection.CountWords(cfg.synthetic-1, "copy", "copies"))
	}
	return s.Close()
}

// loadSeeds adds what the seed has and the database lacks; where several times England is wanted, also made-up copies of its
// authorities. These never come into a database that holds anything already: nobody could tell them from its record again.
func loadSeeds(ctx context.Context, s *store.Store, times int) (store.Loaded, error) {
	if times > 1 {
		empty, err := s.Empty(ctx)
		if err != nil {
			return store.Loaded{}, fmt.Errorf("look whether the database is empty: %w", err)
		}
		if !empty {
			return store.Loaded{}, errors.New("the database holds a record already: made-up copies go into a new one; name it with --db")
		}
	}
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		return store.Loaded{}, fmt.Errorf("read seed: %w", err)
	}
	if record, err = withoutTaken(ctx, s, record); err != nil {
		return store.Loaded{}, err
	}
	all, err := s.LoadSeed(ctx, record)
	for number := 2; number <= times && err == nil; number++ {
		var made *inspection.Record
		if made, err = exchange.SyntheticCopy(record, number); err != nil {
			break
		}
		var loaded store.Loaded
		loaded, err = s.LoadSeed(ctx, made)
		for kind, added := range loaded.Added {
			all.Added[kind] += added
		}
	}
	return all, err
}
