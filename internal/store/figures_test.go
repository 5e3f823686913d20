package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestTransactionsAreObservedByTheNameOfTheirMethod(t *testing.T) {
	opts := storetest.Options(t)
	var seen []string
	opts.Observe = func(_ context.Context, kind string, method func() string) func(error) {
		what := kind + " " + method()
		return func(err error) {
			if errors.Is(err, inspection.ErrNotFound) {
				what += ": not found"
			}
			seen = append(seen, what)
		}
	}
	s, err := store.Open(t.Context(), storetest.SQLite(t, true), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seen = nil
	if _, err := s.Queues(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetLetterState(t.Context(), storetest.Officer, "nowhere", inspection.LetterSetAside, "a test", inspection.Date{}); !errors.Is(err, inspection.ErrNotFound) {
		t.Fatal(err)
	}
	if err := s.DropMessages(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"read Queues", "write SetLetterState: not found", "write DropMessages"} {
		if !slices.Contains(seen, want) {
			t.Errorf("%s was not observed: %q", want, seen)
		}
	}
}

func TestFactsOfADatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		facts, err := s.Facts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if name := map[bool]string{true: "PostgreSQL ", false: "SQLite 3."}[s.Shared()]; !strings.HasPrefix(facts.Engine, name) {
			t.Errorf("it is %s, want %s", facts.Engine, name)
		}
		if facts.Ahead.Abs() > time.Minute {
			t.Errorf("the clock of this very machine is ahead by %s", facts.Ahead)
		}
		if _, known, err := s.ReplicaLag(t.Context()); known || err != nil {
			t.Errorf("without a reading server its lag is known: %t, %v", known, err)
		}
		if len(s.Pools()) == 0 {
			t.Error("there is no pool")
		}
	})
}
