package main

import (
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

func TestSeedManyTimes(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, db string) {
		got := runCommand(t, nil, "seed", "--synthetic", "3", "--db", db)
		if got.code != exitDone || got.stderr != "" {
			t.Fatalf("ended with %d and said %q", got.code, got.stderr)
		}
		mustSay(t, got.stdout, "for measurements only: 2 copies of every authority are made up")
		england, err := storetest.Open(t, db).England(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		real := len(storetest.Seed(t).Bodies)
		if len(england.Bodies) < 3*150 || len(england.Bodies) > 3*real || len(inspection.NewEngland(england).Regions()) != 3*9 {
			t.Errorf("it has %d authorities in %d regions", len(england.Bodies), len(inspection.NewEngland(england).Regions()))
		}
		mustFail(t, runCommand(t, nil, "seed", "--synthetic", "3", "--db", db), "holds a record already", "--db")

		again := runCommand(t, nil, "seed", "--db", db)
		if again.code != exitDone || again.stdout != "0 records added, 0 of them inspections\n" {
			t.Errorf("the seed itself once more: %+v", again)
		}
		if checked := runCommand(t, nil, "check", "--db", db); checked.code != exitDone {
			t.Errorf("the record of changes is not whole: %q", checked.stderr)
		}
	})
}

func TestMadeUpCopiesNeverComeIntoARecord(t *testing.T) {
	db := storetest.SQLite(t, true)
	mustFail(t, runCommand(t, nil, "seed", "--synthetic", "2", "--db", db), "holds a record already")
	england, err := storetest.Open(t, db).England(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range england.Bodies {
		if strings.Contains(b.Name, "copy") {
			t.Errorf("%s is in the record", b.Name)
		}
	}
}

func TestHowManyTimesEnglandCanBeLoaded(t *testing.T) {
	for _, times := range []string{"0", "-1", "1001", "many"} {
		got := runCommand(t, nil, "seed", "--synthetic", times, "--db", filepath.Join(t.TempDir(), "none.db"))
		if got.code != exitUsage || !strings.Contains(got.stderr, "synthetic") {
			t.Errorf("%s: ended with %d and said %q", times, got.code, got.stderr)
		}
	}
}
