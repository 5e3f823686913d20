package storetest

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// Fault is something that goes wrong between the program and its database.
type Fault int

// The faults. All but Delayed make the statement fail; what was sent by then may have been done.
const (
	// FailsBefore is a statement that the database refuses without having done anything.
	FailsBefore Fault = iota
	// FailsAfter is a statement that is done and yet reported to have failed.
	FailsAfter
	// Lost is a connection that breaks before the statement arrives.
	Lost
	// LostAfter is a connection that breaks after the statement was done, before its answer arrives.
	LostAfter
	// BreaksOff is an answer that ends in a fault after its first row; a statement without rows FailsAfter.
	BreaksOff
	// Delayed calls the hook before the statement, which then goes on.
	Delayed
	// Full is a statement that the database refuses, having no room on its disk.
	Full
)

// ErrFault is what a statement fails with that was to fail.
var ErrFault = errors.New("a fault was asked for here")

// errFull is how a PostgreSQL server says it; what the store makes of it is the same on either engine.
var errFull = &pgconn.PgError{Severity: "ERROR", Code: "53100", Message: "no room was asked for here"}

// Faulty stands between a store and its driver, and makes statements fail by a schedule. Hand its Connect to store.Options. It is
// safe for use by several goroutines.
type Faulty struct {
	mu         sync.Mutex
	matches    func(statement string) bool // nil: all
	left       int                         // how many statements go well before the fault; below 0: all
	often      bool                        // whether every statement after it fails too
	fault      Fault
	hook       func()
	hit        bool
	statements int
	commits    int
}

// The statements that begin and end a transaction, as Once knows them.
const (
	Begin  = "BEGIN"
	Commit = "COMMIT"
	Ends   = "END" // of a transaction that only reads
)

// Next makes the statement after so many others go wrong, once. Hook is called before a statement that is Delayed.
func (f *Faulty) Next(after int, fault Fault, hook func()) {
	f.schedule(nil, after, false, fault, hook)
}

// Once makes the first of the statements that match go wrong.
func (f *Faulty) Once(matches func(statement string) bool, fault Fault, hook func()) {
	f.schedule(matches, 0, false, fault, hook)
}

// Always makes every statement from now on go wrong, until Rest.
func (f *Faulty) Always(fault Fault) { f.schedule(nil, 0, true, fault, nil) }

func (f *Faulty) schedule(matches func(string) bool, after int, often bool, fault Fault, hook func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.matches, f.left, f.often, f.fault, f.hook, f.hit, f.statements, f.commits = matches, after, often, fault, hook, false, 0, 0
}

// Rest lets everything go well again. It returns how many statements there were since the schedule was made, how many of them were
// commits, and whether one went wrong.
func (f *Faulty) Rest() (statements, commits int, hit bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.often, f.hook = -1, false, nil
	return f.statements, f.commits, f.hit
}

// NewFaulty returns a Faulty that makes nothing fail yet.
func NewFaulty() *Faulty { return &Faulty{left: -1} }

// meets counts a statement and says what is to go wrong with it; false for nothing.
func (f *Faulty) meets(statement string) (Fault, bool) {
	f.mu.Lock()
	f.statements++
	if statement == Commit {
		f.commits++
	}
	if f.left < 0 || f.matches != nil && !f.matches(statement) {
		f.mu.Unlock()
		return 0, false
	}
	f.left--
	if f.left >= 0 {
		f.mu.Unlock()
		return 0, false
	}
	if f.often {
		f.left = 0
	}
	f.hit = true
	fault, hook := f.fault, f.hook
	f.mu.Unlock()
	if fault != Delayed {
		return fault, true
	}
	if hook != nil {
		hook()
	}
	return 0, false
}

// away returns why there is no new connection either, where nothing can be reached.
func (f *Faulty) away() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !f.often || f.left != 0 || f.fault == Delayed:
		return nil
	case f.fault == Lost || f.fault == LostAfter:
		return io.ErrUnexpectedEOF
	}
	return ErrFault
}

// Connect puts f before a driver's connector.
func (f *Faulty) Connect(real driver.Connector) driver.Connector { return &faultyConnector{real, f} }

type faultyConnector struct {
	driver.Connector
	faulty *Faulty
}

func (c *faultyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.faulty.away(); err != nil {
		return nil, err
	}
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &faultyConn{Conn: conn, faulty: c.faulty}, nil
}

// faultyConn is a connection whose statements may go wrong.
type faultyConn struct {
	driver.Conn
	faulty *Faulty
	lost   bool
}

// lose breaks the connection, as its other side sees it too.
func (c *faultyConn) lose() {
	if !c.lost {
		c.lost = true
		_ = c.Conn.Close() // it is as good as gone
	}
}

// around does a statement, or what goes wrong with it.
func (c *faultyConn) around(statement string, do func() error) error {
	if c.lost {
		return driver.ErrBadConn
	}
	fault, wrong := c.faulty.meets(statement)
	if wrong {
		switch fault {
		case FailsBefore:
			return ErrFault
		case Full:
			return errFull
		case Lost:
			c.lose()
			return io.ErrUnexpectedEOF
		}
	}
	err := do()
	if wrong && err == nil {
		switch fault {
		case LostAfter:
			c.lose()
			return io.ErrUnexpectedEOF
		default:
			return ErrFault
		}
	}
	return err
}

func (c *faultyConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	var tx driver.Tx
	err := c.around(Begin, func() (err error) {
		tx, err = c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
		return err
	})
	if err != nil {
		if tx != nil && !c.lost {
			_ = tx.Rollback() // nobody else knows of it
		}
		return nil, err
	}
	ends := Commit
	if options.ReadOnly {
		ends = Ends
	}
	return &faultyTx{tx, c, ends}, nil
}

func (c *faultyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.lost {
		return nil, driver.ErrBadConn
	}
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (c *faultyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	var result driver.Result
	err := c.around(query, func() (err error) {
		result, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
		return err
	})
	return result, err
}

func (c *faultyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.lost {
		return nil, driver.ErrBadConn
	}
	fault, wrong := c.faulty.meets(query)
	switch {
	case wrong && fault == FailsBefore:
		return nil, ErrFault
	case wrong && fault == Full:
		return nil, errFull
	case wrong && fault == Lost:
		c.lose()
		return nil, io.ErrUnexpectedEOF
	}
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
	if err != nil || !wrong {
		return rows, err
	}
	if fault == BreaksOff {
		return &faultyRows{Rows: rows}, nil
	}
	for row := make([]driver.Value, len(rows.Columns())); err == nil; { // an INSERT that returns something is done with its last row
		err = rows.Next(row)
	}
	_ = rows.Close() // its rows are not wanted
	if fault == LostAfter {
		c.lose()
		return nil, io.ErrUnexpectedEOF
	}
	return nil, ErrFault
}

// Unwrap returns the driver's own connection.
func (c *faultyConn) Unwrap() driver.Conn { return c.Conn }

func (c *faultyConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

func (c *faultyConn) ResetSession(ctx context.Context) error {
	if c.lost {
		return driver.ErrBadConn
	}
	if resetter, ok := c.Conn.(driver.SessionResetter); ok {
		return resetter.ResetSession(ctx)
	}
	return nil
}

func (c *faultyConn) IsValid() bool {
	if validator, ok := c.Conn.(driver.Validator); ok && !c.lost {
		return validator.IsValid()
	}
	return !c.lost
}

func (c *faultyConn) Ping(ctx context.Context) error {
	if pinger, ok := c.Conn.(driver.Pinger); ok && !c.lost {
		return pinger.Ping(ctx)
	}
	return c.around("PING", func() error { return nil })
}

func (c *faultyConn) Close() error {
	if c.lost {
		return nil
	}
	return c.Conn.Close()
}

type faultyTx struct {
	driver.Tx
	conn *faultyConn
	ends string
}

func (t *faultyTx) Commit() error {
	done := false
	err := t.conn.around(t.ends, func() error {
		done = true
		return t.Tx.Commit()
	})
	if err != nil && !done && !t.conn.lost {
		_ = t.Tx.Rollback() // as a database does that refuses to commit
	}
	return err
}

func (t *faultyTx) Rollback() error {
	if t.conn.lost {
		return driver.ErrBadConn
	}
	return t.Tx.Rollback()
}

// faultyRows end in a fault after the first.
type faultyRows struct {
	driver.Rows
	read int
}

func (r *faultyRows) Next(row []driver.Value) error {
	if r.read > 0 {
		return ErrFault
	}
	r.read++
	if err := r.Rows.Next(row); err != nil {
		return ErrFault
	}
	return nil
}

func (r *faultyRows) ColumnTypeDatabaseTypeName(column int) string {
	if typed, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return typed.ColumnTypeDatabaseTypeName(column)
	}
	return ""
}

func (r *faultyRows) ColumnTypeScanType(column int) reflect.Type {
	if typed, ok := r.Rows.(driver.RowsColumnTypeScanType); ok {
		return typed.ColumnTypeScanType(column)
	}
	return reflect.TypeFor[any]()
}
