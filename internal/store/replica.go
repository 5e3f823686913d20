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
//
// A number alone proves nothing: a copy for trials, or a server that was left behind when another took over, goes on by itself.
// So the hash of its last change is compared with the one that the database has under that number.

const (
	// replicaAnswers is how long the reading server may take to say how far it is, before it counts as away.
	replicaAnswers = 2 * time.Second
	// replicaRests is how long a reading server that is away is not asked again.
	replicaRests = 5 * time.Second
	// replicaFollows is how long those who hear of a change wait until the reading server has it, looking so often.
	replicaFollows, replicaLooks = time.Second, 20 * time.Millisecond

	// askDatabaseEvery is how often the database itself is asked for the version all the same: a reading server that is cut off from
	// it does not know that it is behind. Where it does not answer in time it is not asked more often either.
	askDatabaseEvery = 5 * time.Second
	// databaseAnswers is how long the database itself may take to say what the reading server would say too.
	databaseAnswers = time.Second
)

// replica is the reading server.
type replica struct {
	pool *gorm.DB
	room chan struct{} // has a place for each connection: who waits for one learns nothing of the server
	name string        // as messages have it
	rest atomic.Int64  // until when it is not asked, in nanoseconds since 1970
	away atomic.Bool   // whether it was away when it was asked last

	compared atomic.Int64 // the change that it was found to have as the database has it; 0: it has to be compared anew
	trusted  atomic.Bool  // whether it had the same record when they were compared last

	askVersion    atomic.Int64 // until when the database itself need not be asked for the version, in nanoseconds since 1970
	databaseRests atomic.Int64 // until when it is not asked what can be done without
}

func openReplica(config *pgx.ConnConfig) (*replica, error) {
	pool, err := openPostgresPool(config, true, nil)
	return &replica{pool: pool, room: make(chan struct{}, postgresConnections), name: serverName(config)}, err
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

// Why the reading server is not read, though it answers.
var (
	// errBehind says that it lacks something that readers of this program may have seen, or is not where the database is.
	errBehind = errors.New("the reading server is behind")
	// errAnotherRecord says that its last change is not the one that the database has under the same number.
	errAnotherRecord = errors.New("the reading server follows another record")
)

// readReplica runs do at the reading server. It has not answered where the database itself has to be read; do has not been run
// then. It fails with ErrReplica where the server failed while do was reading.
func (s *Store) readReplica(ctx context.Context, do func(*reader) error) (answered bool, err error) {
	if !s.replica.asked(time.Now()) {
		return false, nil
	}
	if !s.replica.enter(ctx) {
		return ctx.Err() != nil, translate(ctx.Err())
	}
	defer s.replica.leave()
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	slow := time.AfterFunc(replicaAnswers, cancel) // also of connecting
	defer slow.Stop()
	began := false
	err = s.replica.pool.WithContext(bounded).Transaction(func(db *gorm.DB) error {
		seen := s.seen.Load()
		at, err := reachedBy(db)
		if err != nil {
			return err
		}
		if !slow.Stop() {
			return context.DeadlineExceeded
		}
		if err := s.compareReplica(ctx, db, at.Mark); err != nil {
			return err
		}
		if !at.has(seen) {
			return errBehind
		}
		began = true
		return do(&reader{db: db, catalogue: s.catalogue})
	}, oneState)
	switch {
	case errors.Is(err, errBehind):
		if s.replica.compared.Load() > 0 {
			s.replicaIsThere()
		}
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

// enter waits for one of the connections to the reading server, and not for long.
func (r *replica) enter(ctx context.Context) bool {
	wait := time.NewTimer(replicaAnswers)
	defer wait.Stop()
	select {
	case r.room <- struct{}{}:
		return true
	case <-wait.C:
	case <-ctx.Done():
	}
	return false
}

func (r *replica) leave() { <-r.room }

// reached is how far a server that follows the database is: its last change and its last migration.
type reached struct {
	Mark
	Schema int64
}

const reachedQuery = "SELECT v.schema, COALESCE(c.number, 0) AS number, COALESCE(c.hash, '') AS hash " +
	"FROM (SELECT COALESCE(MAX(version_id), 0) AS schema FROM " + versionTable + " WHERE is_applied) AS v " +
	"LEFT JOIN (SELECT number, hash FROM changes ORDER BY number DESC LIMIT 1) AS c ON c.number > 0"

// reachedBy asks a server how far it is. It fails with errBehind where it lacks even the tables.
func reachedBy(db *gorm.DB) (reached, error) {
	var at reached
	err := db.WithContext(unnoted(db.Statement.Context)).Raw(reachedQuery).Scan(&at).Error // no page shows the answer
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) && postgres.Code == postgresNoTable {
		err = errBehind
	}
	return at, err
}

// has reports whether a server has a change, and the migrations of this program.
func (r reached) has(number int64) bool { return r.Number >= number && r.Schema >= newestMigration() }

// compareReplica fails with errAnotherRecord where the reading server's record is not that of the database, and with errBehind where it
// shows what the database does not. Each change that it comes to is compared: a copy that goes on by itself had the same record
// until then. Where the database does not answer, a server that followed it before is believed, since there is nothing else to
// read; any other fails with errBehind.
func (s *Store) compareReplica(ctx context.Context, server *gorm.DB, last Mark) error {
	if last.Number > 0 && last.Number == s.replica.compared.Load() {
		return nil
	}
	err := s.sameRecord(ctx, server, last)
	switch {
	case errors.Is(err, errAnotherRecord):
		s.replica.trusted.Store(false)
		return err
	case errors.Is(err, errBehind):
		return err
	case err != nil && s.replica.trusted.Load():
		return nil
	case err != nil:
		return errBehind
	case last.Number > 0: // two empty records may become different ones
		s.replica.trusted.Store(true)
		s.replica.compared.Store(last.Number)
	}
	return nil
}

// sameRecord looks whether the database has the last change of a server as that has it. It fails with errAnotherRecord, with errBehind
// where the server is empty beside a record or has come further than the database, and also where the database does not answer.
func (s *Store) sameRecord(ctx context.Context, server *gorm.DB, last Mark) error {
	var here Mark // the same change or, without it, the one before
	err := s.askDatabase(ctx, func(db *gorm.DB) (err error) {
		if last.Number > 0 {
			db = db.Where("number <= ?", last.Number)
		}
		here, err = lastMark(db)
		return err
	})
	switch {
	case err != nil:
		return err
	case here == last:
		return nil
	case here.Number == last.Number:
		return errAnotherRecord
	case last.Number == 0:
		return errBehind
	}
	// A server may show a change a moment before the database does. It may also have one that the database never got.
	there, err := lastMark(server.WithContext(unnoted(server.Statement.Context)).Where("number <= ?", here.Number))
	switch {
	case err != nil:
		return err
	case there != here:
		return errAnotherRecord
	}
	return errBehind
}

// meetReplica compares the reading server before anybody reads there: it will do where the database goes away before that.
func (s *Store) meetReplica(ctx context.Context) {
	if s.replica != nil {
		_, _ = s.readReplica(ctx, func(*reader) error { return nil }) // what is wrong with it has been said
	}
}

// errDatabaseRests says that the database did not answer a moment ago.
var errDatabaseRests = errors.New("the database did not answer a moment ago")

// askDatabase asks the database itself what can be done without: it waits for the answer only for a moment and, where none came,
// does not ask again for a while.
func (s *Store) askDatabase(ctx context.Context, ask func(*gorm.DB) error) error {
	if time.Now().UnixNano() < s.replica.databaseRests.Load() {
		return errDatabaseRests
	}
	bounded, cancel := context.WithTimeout(unnoted(ctx), databaseAnswers)
	defer cancel()
	err := ask(s.readPool.WithContext(bounded))
	if err != nil && ctx.Err() == nil {
		s.replica.databaseRests.Store(time.Now().Add(askDatabaseEvery).UnixNano())
		s.replica.compared.Store(0) // when it is back it may be another server, which took over
	}
	return err
}

// askDatabaseVersion asks the database itself for the version where the reading server may tell it, once in a while. It has not
// asked where the reading server will do, nor within AtOneState, whose version must not be newer than what is read there.
func (s *Store) askDatabaseVersion(ctx context.Context) (version int64, asked bool) {
	now := time.Now()
	if s.replica == nil || !fromReplica(ctx) || ctx.Value(stateKey{s}) != nil || now.UnixNano() < s.replica.askVersion.Load() {
		return 0, false
	}
	if err := s.askDatabase(ctx, func(db *gorm.DB) error { return db.Raw(versionQuery).Scan(&version).Error }); err != nil {
		return 0, false
	}
	s.replica.askVersion.Store(now.Add(askDatabaseEvery).UnixNano())
	return version, true
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
	s.replica.compared.Store(0) // when it is back it may be another one
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

// awaitReplica waits until the reading server has a change, and not for long. For one that is away it does not wait.
func (s *Store) awaitReplica(ctx context.Context, number int64) {
	if s.replica == nil || time.Now().UnixNano() < s.replica.rest.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, replicaFollows)
	defer cancel()
	look := time.NewTicker(replicaLooks)
	defer look.Stop()
	for {
		at, err := reachedBy(s.replica.pool.WithContext(ctx))
		switch {
		case ctx.Err() != nil || err == nil && at.has(number):
			return
		case err != nil && !errors.Is(err, errBehind):
			s.replicaIsAway(err)
			return
		}
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
	last, err := s.Last(FromDatabase(ctx))
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
