package store_test

import (
	"reflect"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

func TestOfficialFiguresAreKeptAsTheSeedHasThem(t *testing.T) {
	want, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		got, err := s.England(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(want.OfficialFigures) != 10 || !reflect.DeepEqual(got.OfficialFigures, want.OfficialFigures) {
			t.Errorf("got %+v, want %+v", got.OfficialFigures, want.OfficialFigures)
		}
		loaded, err := s.LoadSeed(t.Context(), want)
		if err != nil || loaded.Added[inspection.OfOfficialFigure] != 0 {
			t.Errorf("loaded again: %v, %v", loaded.Added, err)
		}
	})
}
