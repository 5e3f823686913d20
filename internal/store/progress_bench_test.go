package store_test

import (
	"context"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// BenchmarkProgress measures the reads of lists over 10,000 items with 50,000 updates, on each engine.
func BenchmarkProgress(b *testing.B) {
	for _, engine := range []struct {
		name string
		dsn  func(*testing.B) string
	}{
		{"sqlite", func(b *testing.B) string { return storetest.SQLite(b, false) }},
		{"postgres", func(b *testing.B) string { return storetest.Postgres(b, storetest.Server(b), false) }},
	} {
		b.Run(engine.name, func(b *testing.B) {
			s := storetest.Open(b, engine.dsn(b))
			began := time.Now()
			councils := storetest.Progress(b, s, 10_000, 50_000)
			b.Logf("recorded in %s", time.Since(began).Round(time.Second))
			benchmarkReads(b, s, councils[len(councils)/2])
		})
	}
}

func benchmarkReads(b *testing.B, s *store.Store, council string) {
	ctx := context.Background()
	run := func(name string, read func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	page := func(name string, filter store.PositionFilter) {
		run(name, func() error {
			_, err := s.RecommendationPage(ctx, filter)
			return err
		})
	}
	past := inspection.MustDate("2026-05-20")
	page("every item", store.PositionFilter{})
	page("the last page", store.PositionFilter{Page: 150})
	page("one council", store.PositionFilter{Authority: council})
	page("a theme", store.PositionFilter{Theme: storetest.Seed(b).Themes[0].Code})
	for _, stage := range inspection.Stages() {
		page("stage "+string(stage), store.PositionFilter{Stage: stage})
	}
	for _, show := range store.Shows() {
		page("show "+string(show), store.PositionFilter{Show: show, Reader: inspection.ForMembers})
		page("show "+string(show)+" as of a day", store.PositionFilter{Show: show, Reader: inspection.ForMembers, AsOf: past})
	}
	for name, day := range map[string]inspection.Date{"scrutiny of one council": {}, "scrutiny of one council as of a day": past} {
		run(name, func() error {
			if _, err := s.Positions(ctx, council, day); err != nil {
				return err
			}
			_, err := s.Questions(ctx, store.QuestionFilter{Bodies: []string{council}, AsOf: day})
			return err
		})
	}
	run("what was recorded since a day, of one council", func() error {
		_, err := s.ProgressSince(ctx, []string{council}, past, inspection.Date{}, inspection.ForMembers)
		return err
	})
	run("one item", func() error {
		list, err := s.RecommendationPage(ctx, store.PositionFilter{Authority: council})
		if err != nil {
			return err
		}
		_, err = s.Progress(ctx, list.List[0].Reference, inspection.ForOfficers, inspection.Date{})
		return err
	})
}
