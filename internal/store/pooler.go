package store

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// A pooler lends each transaction one of its own connections to the server. What belongs to a session is lost with it: a query
// that was prepared, a lock that was taken, the wish to be notified.

// Pooled reports whether a pooler stands before the database.
func (s *Store) Pooled() bool { return s.pooled }

// Shared reports whether several programs may serve the database at the same time.
func (s *Store) Shared() bool { return s.path == "" }

// Direct reports whether the PostgreSQL server itself can be reached, past any pooler.
func (s *Store) Direct() bool { return s.direct != nil }

// behindPooler reports whether something stands between this program and the server. A server tells each connection the number of
// the process that answers it; a pooler, which gives away its connections again, tells a number of its own.
func behindPooler(ctx context.Context, pool *gorm.DB) (bool, error) {
	db, err := pool.DB()
	if err != nil {
		return false, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	var pooled bool
	err = conn.Raw(func(raw any) error {
		if wrapped, ok := raw.(interface{ Unwrap() driver.Conn }); ok { // see Options.Connect
			raw = wrapped.Unwrap()
		}
		connection, ok := raw.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", raw)
		}
		var answers int64
		// Nothing is prepared for it, so that it is answered through a pooler too.
		err := connection.Conn().QueryRow(ctx, "SELECT pg_backend_pid()", pgx.QueryExecModeSimpleProtocol).Scan(&answers)
		pooled = answers != int64(connection.Conn().PgConn().PID())
		return err
	})
	return pooled, err
}

// outlastsTransactions reports whether queries are sent so that each can be answered by another connection than the one before.
func outlastsTransactions(config *pgx.ConnConfig) bool {
	return config.DefaultQueryExecMode == pgx.QueryExecModeExec || config.DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol
}
