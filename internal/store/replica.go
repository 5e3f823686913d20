package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// A reading server follows the database and may be a moment behind it. Nobody sees a page that is older than one that this
// program has shown before: whatever is read there is read in a transaction that looks first whether the server has the last
// change that was seen. Where it has not, or is away, the database itself is read.

const (
	// replicaAnswers is how long the reading server may take to say how far it is, before it counts as away.
	replicaAnswers = 2 * time.Second
	// replicaRests is how long a reading server that is away is not asked again.
	replicaRests = 5 * time.Second
	// replicaFollows is how long those who hear of a change wait until the reading server has it, looking so often.
	replicaFollows, replicaLooks = time.Second, 20 * time.Millisecond
)

// replica is the reading server.
type replica struct {
	pool *gorm.DB
	name string       // as messages have it
	rest atomic.Int64 // until when it is not asked, in nanoseconds since 1970
	away atomic.Bool  // whether it was away when it was asked last
}

func openReplica(config *pgx.ConnConfig) (*replica, error) {
	pool, err := openPostgresPool(config, true, nil)
	return &replica{pool: pool, name: serverName(config)}, err
}

// HasReplica reports whether a reading server is named.
func (s *Store) HasReplica() bool { return s.replica != nil }

// fromReplicaKey marks a context in which what is read may come from the reading server.
type fromReplicaKey struct{}

// FromReplica lets what is read in a context come from the reading server, where there is one. It is for what everybody may
// read; whoever works on the record reads the database itself.
func FromReplica(ctx context.Context) context.Context {
	return context.WithValue(ctx, fromReplicaKey{}, true)
}

// FromDatabase takes back what FromReplica allowed.
func FromDatabase(ctx context.Context) context.Context {
	return context.WithValue(ctx, fromReplicaKey{}, false)
}

func fromReplica(ctx context.Context) bool {
	allowed, _ := ctx.Value(fromReplicaKey{}).(bool)
	return allowed
}

// errBehind says that the reading server lacks something that readers of this program may have seen.
var errBehind = errors.New("the reading server is behind")

// readReplica runs do at the reading server. It has not answered where the database itself has to be read; do has not been run
// then. It fails with ErrReplica where the server failed while do was reading.
func (s *Store) readReplica(ctx context.Context, do func(*reader) error) (answered bool, err error) {
	if !s.replica.asked(time.Now()) {
		return false, nil
	}
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	slow := time.AfterFunc(replicaAnswers, cancel)
	defer slow.Stop()
	began := false
	err = s.replica.pool.WithContext(bounded).Transaction(func(db *gorm.DB) error {
		if err := hasReached(db, s.seen.Load()); err != nil {
			return err
		}
		if !slow.Stop() {
			return context.DeadlineExceeded
		}
		began = true
		return do(&reader{db: db, catalogue: s.catalogue})
	}, oneState)
	switch {
	case errors.Is(err, errBehind):
		s.replicaIsThere()
		return false, nil
	case ctx.Err() != nil:
		return true, translate(err)
	case began && !serverFailed(err):
		s.replicaIsThere()
		return true, translate(err)
	case began:
		if !heldItUp(err) {
			s.replicaIsAway(err)
		}
		return true, fmt.Errorf("%w: %w", ErrReplica, translate(err))
	}
	s.replicaIsAway(err)
	return false, nil
}

// hasReached fails with errBehind where a server that follows the database lacks a change, or a migration of this program.
func hasReached(db *gorm.DB, number int64) error {
	var at struct{ Number, Schema int64 }
	db = db.WithContext(unnoted(db.Statement.Context)) // no page shows the answer
	err := db.Raw("SELECT (SELECT COALESCE(MAX(number), 0) FROM changes) AS number, " +
		"(SELECT COALESCE(MAX(version_id), 0) FROM " + versionTable + " WHERE is_applied) AS schema").Scan(&at).Error
	var postgres *pgconn.PgError
	switch {
	case errors.As(err, &postgres) && postgres.Code == postgresNoTable:
		return errBehind
	case err == nil && (at.Number < number || at.Schema < newestMigration()):
		return errBehind
	}
	return err
}

// asked reports whether the reading server is to be asked. Of all that would ask one that was away, one tries.
func (r *replica) asked(now time.Time) bool {
	rest := r.rest.Load()
	return rest == 0 || now.UnixNano() >= rest && r.rest.CompareAndSwap(rest, now.Add(replicaRests).UnixNano())
}

func (s *Store) replicaIsThere() {
	if s.replica.away.CompareAndSwap(true, false) {
		s.replica.rest.Store(0)
		s.say("the reading server is back", "server", s.replica.name)
	}
}

func (s *Store) replicaIsAway(err error) {
	s.replica.rest.Store(time.Now().Add(replicaRests).UnixNano())
	if s.replica.away.CompareAndSwap(false, true) {
		s.say("the reading server is away, the database itself is read", "server", s.replica.name, "error", translate(err))
	}
}

// say tells the log.
func (s *Store) say(message string, details ...any) {
	if s.warn != nil {
		s.warn(message, details...)
	}
}

// serverFailed tells what became of a server or of the connection to it from what a query found. A server that follows another
// also breaks off a query that reads what the other has removed.
func serverFailed(err error) bool {
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		switch postgres.Code[:2] {
		case "08", "25", "40", "53", "57", "58", "XX": // connection, transaction, conflict, resources, operator, system, internal
			return true
		}
		return postgres.Code == postgresNoTable
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return brokeOff(err) || errors.As(err, &connect) || errors.As(err, &network)
}

// heldItUp tells a query that a server broke off, to go on following the other, from a server that failed.
func heldItUp(err error) bool {
	var postgres *pgconn.PgError
	return errors.As(err, &postgres) && postgres.Code[:2] == "40"
}

// awaitReplica waits until the reading server has a change, and not for long.
func (s *Store) awaitReplica(ctx context.Context, number int64) {
	if s.replica == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, replicaFollows)
	defer cancel()
	look := time.NewTicker(replicaLooks)
	defer look.Stop()
	for hasReached(s.replica.pool.WithContext(ctx), number) != nil {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// Reached reports whether the record has a change, and sees to it that from now on nothing is read that lacks it. Whoever made
// the change thereby sees it also here, where another server kept it.
func (s *Store) Reached(ctx context.Context, number int64) (bool, error) {
	if number <= s.seen.Load() {
		return true, nil
	}
	last, err := s.Last(ctx)
	if err != nil || last.Number < number {
		return false, err
	}
	s.seen.raise(number)
	return true, nil
}

// latest is the highest of the numbers that it was raised to.
type latest struct{ atomic.Int64 }

func (l *latest) raise(to int64) {
	for {
		held := l.Load()
		if held >= to || l.CompareAndSwap(held, to) {
			return
		}
	}
}

// Written is what was written in a context.
type Written struct{ last latest }

// Last returns the number of the last change that was made, 0 where none was.
func (w *Written) Last() int64 { return w.last.Load() }

type writtenKey struct{}

// NotingWrites returns a context in which what is written is noted.
func NotingWrites(ctx context.Context) (context.Context, *Written) {
	written := new(Written)
	return context.WithValue(ctx, writtenKey{}, written), written
}

func wroteIn(ctx context.Context, number int64) {
	if written, ok := ctx.Value(writtenKey{}).(*Written); ok {
		written.last.raise(number)
	}
}
