package store_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestWhoCannotHoldTheirTurnEndsBeforeAnotherMayTakeIt(t *testing.T) {
	t.Parallel() // it waits for as long as a turn holds
	faulty := storetest.NewFaulty()
	var log said
	s := storetest.OpenWith(t, storetest.Postgres(t, storetest.Server(t), false), func(o *store.Options) {
		o.Connect, o.Warn = faulty.Connect, log.warn
	})
	began := time.Now()
	done, err := s.InTurn(t.Context(), "backup", time.Hour, func(ctx context.Context) error {
		faulty.Always(storetest.FailsBefore)
		<-ctx.Done()
		faulty.Rest()
		return ctx.Err()
	})
	if done || !errors.Is(err, context.Canceled) || log.count("a lock could not be held") == 0 {
		t.Errorf("it ends as done %t, %v, and the log says %q", done, err, log.lines)
	}
	if took := time.Since(began); took > time.Duration(store.LockHolds)*time.Millisecond {
		t.Errorf("they go on for %v, and another may take the turn after %d ms", took, store.LockHolds)
	}
}

func TestAConnectionOnWhichNothingIsAnsweredIsGivenUp(t *testing.T) {
	t.Parallel() // it waits until it is given up
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() // it takes connections and never says anything
	err = store.AnswersSoon(t.Context(), func(ctx context.Context) error {
		_, err := pgx.Connect(ctx, "postgres://timeline@"+silent.Addr().String()+"/timeline?sslmode=disable&connect_timeout=600")
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ends with %v", err)
	}
}

func TestWhatAServerSaidIsKnownOutsideTheStateInWhichItWasRead(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t, storetest.Server(t), false))
	err := s.AtOneState(t.Context(), func(ctx context.Context) error {
		err := store.ReadFails(ctx, s, "53100")
		var postgres *pgconn.PgError
		if !errors.Is(err, store.ErrFull) || !errors.As(err, &postgres) {
			t.Errorf("within it is told as %v", err)
		}
		return err
	})
	if !errors.Is(err, store.ErrFull) || strings.Contains(err.Error(), "\n") {
		t.Errorf("it is told as %v", err)
	}
}
