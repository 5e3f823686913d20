package main

import (
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestCheckCountsErasures(t *testing.T) {
	db := storetest.SQLite(t, true)
	s := storetest.Open(t, db)
	ctx := t.Context()
	u, err := s.AddUpdate(ctx, storetest.Officer, inspection.Update{
		Reference: "NN-ILACS-2026-1", On: inspection.DayOf(storetest.Now()), Words: "It names somebody.", Audience: inspection.ForPublic,
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: inspection.OfUpdate, ID: u.ID}, inspection.NamesSomebody)
	if err == nil {
		_, err = s.AgreeErasure(ctx, inspection.Actor{ID: "another", Post: "Data protection officer", Role: inspection.RoleAdministrator}, e.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := runCommand(t, nil, "check", "--db", db)
	mustSucceed(t, got)
	mustSay(t, got.stdout, "the record of changes is whole", "1 entry was erased by 1 erasure\n")

	execute(t, db, "DELETE FROM change_keys WHERE number = 9")
	execute(t, db, "UPDATE changes SET before = '', after = '' WHERE number = 9")
	mustFail(t, runCommand(t, nil, "check", "--db", db), "entry 9 has lost its texts and its key, and no erasure accounts for it")
}

func TestBackupsAreKeptForSomeDays(t *testing.T) {
	for _, days := range []string{"0", "-1", "3651"} {
		got := runCommand(t, nil, "serve", "--backup-days", days)
		if got.code != exitUsage {
			t.Errorf("%s days: ended with %d", days, got.code)
		}
		mustSay(t, got.stderr, "--backup-days", "from 1 to 3650")
	}
}
