package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// Queue is work that waits to be done behind the pages.
type Queue struct {
	Waiting int
	Oldest  time.Duration // for how long the one has waited that has waited longest, to the second; 0 where none does or it is not known
}

// Queues is everything that waits.
type Queues struct {
	Letters  Queue // that officers added and nothing has read yet
	Messages Queue // that are not sent yet, whether or not it was tried
	Search   Queue // units that are to be indexed; not for how long
}

// Queues returns what waits. It reads no record, so that it can be asked every few seconds.
func (s *Store) Queues(ctx context.Context) (Queues, error) {
	var out Queues
	now := moment(s.clock())
	err := s.read(ctx, func(r *reader) (err error) {
		letters := r.db.Model(&inspection.Letter{}).Where("state IN ?", []inspection.LetterState{inspection.LetterWaiting, inspection.LetterReading})
		if out.Letters, err = waitingSince(letters, "created_at", now); err != nil {
			return err
		}
		// A message that was tried and not taken is put off, and has waited since it was made all the same.
		messages := r.db.Model(&inspection.Message{}).Where("state = ?", inspection.MessageWaiting)
		if out.Messages, err = waitingSince(messages, "made_at", now); err != nil {
			return err
		}
		out.Search.Waiting, err = r.searchWaiting()
		return err
	})
	if err != nil {
		return Queues{}, fmt.Errorf("ask what waits: %w", err)
	}
	return out, nil
}

// waitingSince counts rows and says how long ago the first of them came, by a column.
func waitingSince(rows *gorm.DB, column string, now time.Time) (Queue, error) {
	var count int64
	if err := rows.Session(&gorm.Session{}).Count(&count).Error; err != nil || count == 0 {
		return Queue{}, err
	}
	var first []time.Time
	if err := rows.Session(&gorm.Session{}).Order(column).Limit(1).Pluck(column, &first).Error; err != nil {
		return Queue{}, err
	}
	q := Queue{Waiting: int(count)}
	if len(first) > 0 {
		q.Oldest = max(0, now.Sub(first[0]))
	}
	return q, nil
}

// Pools returns how each pool of connections is used: "read" and "write", or "all" where one does both, and "replica" where a
// reading server is named.
func (s *Store) Pools() map[string]sql.DBStats {
	pools := map[string]*gorm.DB{"read": s.readPool, "write": s.writePool}
	if s.readPool == s.writePool {
		pools = map[string]*gorm.DB{"all": s.writePool}
	}
	if s.replica != nil {
		pools["replica"] = s.replica.pool
	}
	out := map[string]sql.DBStats{}
	for name, pool := range pools {
		if db, err := pool.DB(); err == nil {
			out[name] = db.Stats()
		}
	}
	return out
}

// Facts is what a database says of itself.
type Facts struct {
	Engine string        // with its version: "SQLite 3.51.0", "PostgreSQL 17.2"
	Ahead  time.Duration // how much its clock is ahead of this machine's; 0 for SQLite, which has none
}

// Facts asks the database what it is.
func (s *Store) Facts(ctx context.Context) (Facts, error) {
	db := s.writePool.WithContext(ctx)
	var version string
	if !s.Shared() {
		if err := db.Raw("SELECT sqlite_version()").Scan(&version).Error; err != nil {
			return Facts{}, fmt.Errorf("ask the database what it is: %w", translate(err))
		}
		return Facts{Engine: "SQLite " + version}, nil
	}
	var says struct {
		Version string
		At      time.Time
	}
	began := time.Now()
	if err := db.Raw("SELECT current_setting('server_version') AS version, clock_timestamp() AS at").Scan(&says).Error; err != nil {
		return Facts{}, fmt.Errorf("ask the database what it is: %w", translate(err))
	}
	asked := began.Add(time.Since(began) / 2) // when it looked, as near as that can be known
	return Facts{Engine: "PostgreSQL " + says.Version, Ahead: says.At.Sub(asked)}, nil
}

// replicaLag is what a server that follows another knows of itself: 0 where it shows all that has arrived, and otherwise the age of
// what it shows. It does not know what has not arrived.
const replicaLag = "SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 " +
	"ELSE COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END::float8"

// ReplicaLag returns how far the reading server is behind: for how long there has been a change that it lacks, to the second. Where
// the database does not answer, that server says itself how far it is. There is none where known is false; it fails where that
// server is away or follows another record.
func (s *Store) ReplicaLag(ctx context.Context) (lag time.Duration, known bool, err error) {
	if s.replica == nil {
		return 0, false, nil
	}
	const doing = "ask the reading server how far it is"
	db := s.replica.pool.WithContext(ctx)
	at, err := reachedBy(db)
	if err != nil && !errors.Is(err, errBehind) { // which lacks all there is
		return 0, true, wrapped(doing, err)
	}
	if err = s.sameRecord(ctx, db, at.Mark); errors.Is(err, errAnotherRecord) {
		return 0, true, wrapped(doing, err)
	}
	var lacks []time.Time
	err = s.askDatabase(ctx, func(db *gorm.DB) error {
		return db.Model(&inspection.Change{}).Where("number > ?", at.Number).Order("number").Limit(1).Pluck("at", &lacks).Error
	})
	switch {
	case err == nil && len(lacks) == 0:
		return 0, true, nil
	case err == nil:
		return max(0, s.clock().Sub(lacks[0])), true, nil
	}
	var seconds float64
	if err := db.Raw(replicaLag).Scan(&seconds).Error; err != nil {
		return 0, true, wrapped(doing, err)
	}
	return time.Duration(seconds * float64(time.Second)), true, nil
}
