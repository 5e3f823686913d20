package main

import (
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

func TestOtherServersOfTheDatabase(t *testing.T) {
	file := storetest.SQLite(t, false)
	for words, args := range map[string][]string{
		"only a PostgreSQL database has another server": {"migrate", "--db", file, "--db-direct", "postgres://timeline@127.0.0.1/timeline"},
		"--db-replica: give a postgres:// address":      {"serve", "--db", "postgres://timeline@127.0.0.1/timeline", "--db-replica", "standby.db"},
	} {
		got := runCommand(t, nil, args...)
		if got.code != exitUsage {
			t.Errorf("%v ended with %d", args, got.code)
		}
		mustSay(t, got.stderr, words)
	}
	t.Run("a command finds the server itself in the environment, and works past a pooler", func(t *testing.T) {
		direct := storetest.EmptyPostgres(t, storetest.Server(t))
		env := variables{"TIMELINE_DB": storetest.Pooler(t, direct), "TIMELINE_DB_DIRECT": direct}
		mustSucceed(t, runCommand(t, env, "migrate"))
		mustSucceed(t, runCommand(t, env, "check"))
	})
}
