package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAPoolerInTransactionMode(t *testing.T) {
	ctx := t.Context()
	direct := storetest.EmptyPostgres(t, storetest.Server(t))
	pooled := storetest.Pooler(t, direct)
	t.Run("is refused where the address does not say how queries have to be sent", func(t *testing.T) {
		plain, _, _ := strings.Cut(pooled, "&default_query_exec_mode")
		refused(t, plain, store.ErrPooler)
	})
	t.Run("several programs migrate through it at once, one after the other", func(t *testing.T) {
		migrateAtOnce(t, pooled, func(o *store.Options) {})
	})
	var log said
	s := storetest.OpenWith(t, pooled, func(o *store.Options) { o.Warn = log.warn })
	t.Run("is noticed", func(t *testing.T) {
		if !s.Pooled() || s.Direct() || storetest.Open(t, direct).Pooled() {
			t.Errorf("through it %t, at the server itself %t", s.Pooled(), storetest.Open(t, direct).Pooled())
		}
	})
	t.Run("the record is written and read through it by several at once", func(t *testing.T) {
		if _, err := s.LoadSeed(ctx, storetest.Seed(t)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.IndexSearch(ctx); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := s.AddUpdate(ctx, storetest.Officer, inspection.Update{
					Reference: "NN-ILACS-2026-1", On: inspection.DayOf(storetest.Now()), Words: "Half of them are read.", Audience: inspection.ForPublic,
				})
				if _, read := s.Record(ctx, "northamptonshire"); errors.Join(err, read) != nil {
					t.Error(errors.Join(err, read))
				}
			})
		}
		all.Wait()
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("hides the server, and so nothing is heard of changes", func(t *testing.T) {
		if err := s.Listen(ctx, func(int64) { t.Error("something is heard") }); err != nil || log.count("--db-direct") != 1 {
			t.Errorf("got %v and the log %q", err, log.lines)
		}
	})
	t.Run("past it changes are heard of", func(t *testing.T) {
		both := storetest.OpenWith(t, pooled, func(o *store.Options) { o.Direct = direct })
		e := listening(t, both)
		e.atLeast(t, define(t, s, "quixotry"))
	})
}
