package store_test

import (
	"reflect"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestARecordIsTheSameFromThePartOfTheRegisterAroundIt(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		bodies, err := s.Bodies(t.Context())
		if err != nil || len(bodies) < 200 {
			t.Fatalf("%d bodies, %v", len(bodies), err)
		}
		for _, b := range bodies {
			got, err := s.Record(t.Context(), b.ID)
			if err != nil {
				t.Fatal(err)
			}
			want := store.RecordOfWholeRegister(t, s, b.ID)
			if !reflect.DeepEqual(bodyIDs(got.Bodies), bodyIDs(want.Bodies)) {
				t.Errorf("%s: got %v, want %v", b.ID, bodyIDs(got.Bodies), bodyIDs(want.Bodies))
			} else if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: the records differ", b.ID)
			}
		}
	})
}
