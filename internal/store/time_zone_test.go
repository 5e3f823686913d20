package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

// Without prepared statements the driver cannot tell a time without a zone from one with, and the server would move it.
func TestAServerInAnotherTimeZoneMovesNoTime(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), false)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''Asia/Tokyo''', current_database()); END $$"); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []string{"", "&default_query_exec_mode=exec"} {
		s := storetest.Open(t, dsn+mode)
		term := inspection.Term{ID: "zone" + mode, Term: "Zone" + mode, Meaning: "A part of the earth with one time."}
		if _, err := s.LoadSeed(ctx, &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
			t.Fatal(err)
		}
		last, err := s.Last(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var at time.Time
		if err := conn.QueryRow(ctx, "SELECT at FROM changes WHERE number = $1", last.Number).Scan(&at); err != nil {
			t.Fatal(err)
		}
		if want := storetest.Now().UTC().Truncate(time.Second); !at.Equal(want) {
			t.Errorf("with %q a change of %s is kept as of %s", mode, want, at)
		}
		if _, err := s.Check(ctx, nil); err != nil {
			t.Errorf("with %q: %v", mode, err)
		}
	}
}
