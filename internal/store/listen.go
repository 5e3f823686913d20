package store

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// Servers on one database tell each other of changes, so that a page is new everywhere at once. Nothing rests on it: whoever does
// not hear asks for the last change every second.

// changesChannel is where a change is told. Other programs in the same database may hear of it, and it tells them a number only.
const changesChannel = "timeline_changes"

const (
	// listenAgain is how long a connection that broke is not tried again; each time that it fails twice as long.
	listenAgain, listenRarely = time.Second, 30 * time.Second
	// listenChecks is how often a connection on which nothing comes is tried, since a network may have forgotten it.
	listenChecks = 30 * time.Second
	// listenAnswers is how long the server may take to answer on that connection. Of one that a network forgot nobody hears for many minutes.
	listenAnswers = 5 * time.Second
)

// codes of PostgreSQL with which an engine says that it lacks something.
const (
	postgresNotSupported = "0A000"
	postgresNoFunction   = "42883"
)

// lacking reports whether an engine that speaks PostgreSQL's protocol said that it cannot do what it was asked to.
func lacking(err error) bool {
	var postgres *pgconn.PgError
	return errors.As(err, &postgres) && (postgres.Code == postgresNotSupported || postgres.Code == postgresNoFunction)
}

// notify tells those who listen of a change, once it is kept.
func notify(db *gorm.DB, number int64) error {
	return db.Exec("SELECT pg_notify(?, ?)", changesChannel, strconv.FormatInt(number, 10)).Error
}

// tryNotify finds out whether the engine can notify, since a write in which it fails would be lost. It tells of no change.
func (s *Store) tryNotify(ctx context.Context) error {
	if s.path != "" {
		s.sessions = false
	}
	if !s.sessions {
		return nil
	}
	err := notify(s.writePool.WithContext(ctx), 0)
	if lacking(err) {
		s.sessions = false
		s.say("the database cannot tell of changes: each server asks for them once a second")
		return nil
	}
	return err
}

// Listen calls heard with the number of each change that a server on the same database keeps, until ctx ends: as soon as it can be
// read, also at the reading server. Changes that follow each other closely may be told as one. Where the database cannot tell of
// changes it returns as soon as it has looked at the reading server.
func (s *Store) Listen(ctx context.Context, heard func(number int64)) error {
	s.meetReplica(ctx)
	if !s.sessions {
		return nil
	}
	if s.direct == nil {
		s.say("changes of other servers are seen after up to a second: name the server itself with --db-direct, past the pooler")
		return nil
	}
	// Whoever tells may have to wait for the reading server. What comes meanwhile is told as one: each waiting for itself would
	// fall behind further and further.
	news := make(chan int64, 1)
	var telling sync.WaitGroup
	telling.Go(func() {
		for number := range news {
			s.awaitReplica(ctx, number)
			s.seen.raise(number) // one that lacks it still is not read
			heard(number)
		}
	})
	defer telling.Wait()
	defer close(news)
	pause, broken := listenAgain, false
	for ctx.Err() == nil {
		err := s.listen(ctx, func(number int64) {
			if broken {
				s.say("changes of other servers are heard of again")
			}
			pause, broken = listenAgain, false
			select {
			case <-news:
			default:
			}
			news <- number // there is room: nobody else puts anything there
		})
		switch {
		case ctx.Err() != nil:
			return nil
		case lacking(err):
			s.say("the database cannot tell of changes: each server asks for them once a second", "error", translate(err))
			return nil
		case !broken:
			s.say("changes of other servers are not heard of, and are seen after up to a second", "error", translate(err))
			broken = true
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, listenRarely)
	}
	return nil
}

// listen listens on one connection until it breaks. It begins with the last change there is, since some may have been missed.
func (s *Store) listen(ctx context.Context, heard func(number int64)) error {
	conn, err := pgx.ConnectConfig(ctx, s.direct)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = answersSoon(ctx, func(ctx context.Context) error {
		_, err := conn.Exec(ctx, "LISTEN "+changesChannel)
		return err
	})
	if err != nil {
		return err
	}
	err = answersSoon(ctx, func(ctx context.Context) error {
		last, err := s.Last(FromDatabase(ctx))
		if err == nil {
			heard(last.Number)
		}
		return err
	})
	if err != nil {
		return err
	}
	for {
		number, err := nextChange(ctx, conn)
		if err != nil {
			return err
		}
		if number > 0 {
			heard(number)
		}
	}
}

// nextChange waits for a change. It returns 0 where none came for a while and the connection still holds.
func nextChange(ctx context.Context, conn *pgx.Conn) (int64, error) {
	quiet, cancel := context.WithTimeout(ctx, listenChecks)
	defer cancel()
	told, err := conn.WaitForNotification(quiet)
	if err != nil && ctx.Err() == nil && quiet.Err() != nil {
		return 0, answersSoon(ctx, conn.Ping)
	}
	if err != nil {
		return 0, err
	}
	number, err := strconv.ParseInt(told.Payload, 10, 64)
	if err != nil {
		return 0, nil // not ours
	}
	return number, nil
}

// answersSoon asks a server something and gives up where it does not answer.
func answersSoon(ctx context.Context, ask func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, listenAnswers)
	defer cancel()
	return ask(bounded)
}
