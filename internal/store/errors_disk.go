package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// diskFault returns what SQLite's error says of the disk, nil where it says nothing of it.
func diskFault(lite sqlite3.Error) error {
	switch {
	case lite.Code == sqlite3.ErrFull || lite.SystemErrno == syscall.ENOSPC:
		return fmt.Errorf("%w (%s)", ErrFull, lite.Error())
	case lite.SystemErrno == syscall.EROFS:
		return fmt.Errorf("%w (%s)", ErrReadOnly, lite.Error())
	case lite.Code == sqlite3.ErrIoErr:
		return fmt.Errorf("%w (%s)", ErrInterrupted, lite.Error())
	}
	return nil
}

// Codes with which PostgreSQL ends connections, or says that its disk failed. Those of class 08 are about connections too.
var postgresBreaksOff = []string{"57P01", "57P02", "57P05", "58030", "08"}

// brokeOff reports whether a connection to a database server ended under a query.
func brokeOff(err error) bool {
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		for _, code := range postgresBreaksOff {
			if strings.HasPrefix(postgres.Code, code) {
				return true
			}
		}
		return false
	}
	var network *net.OpError
	return errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}
