package main

import (
	"flag"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

func TestUsage(t *testing.T) {
	t.Run("every subcommand explains itself", func(t *testing.T) {
		for _, c := range commands() {
			got := runCommand(t, nil, c.name, "--help")
			mustSucceed(t, got)
			mustSay(t, got.stdout, "timeline "+c.called(), c.summary)
			set := flag.NewFlagSet(c.name, flag.ContinueOnError)
			c.flags(set, &config{})
			set.VisitAll(func(f *flag.Flag) { mustSay(t, got.stdout, "-"+f.Name, f.Usage) })
		}
	})
	t.Run("help lists every subcommand", func(t *testing.T) {
		for _, word := range []string{"help", "--help", "-h"} {
			got := runCommand(t, nil, word)
			mustSucceed(t, got)
			for _, c := range commands() {
				if !c.hidden {
					mustSay(t, got.stdout, c.called(), c.summary)
				} else if strings.Contains(got.stdout, c.name) {
					t.Errorf("help lists %s, which is for the program's own use", c.name)
				}
			}
		}
	})
	t.Run("no summary runs into what it is about", func(t *testing.T) {
		for _, c := range commands() {
			if !c.hidden && strings.Contains(runCommand(t, nil, "help").stdout, c.called()+" "+c.summary) {
				t.Errorf("%s is followed by its summary at once", c.name)
			}
		}
	})
	t.Run("list and export name what they take, and which flags fit it", func(t *testing.T) {
		list := runCommand(t, nil, "list", "--help").stdout
		mustSay(t, list, "KIND is one of "+strings.Join(kindsOfList(), ", "), "(with inspections, recommendations", "(with authorities, inspections")
		mustSay(t, runCommand(t, nil, "export", "--help").stdout, "TABLE is one of "+strings.Join(tableNames(), ", "), "narrows ")
		mustSay(t, runCommand(t, nil, "export").stderr, "say what: timeline export TABLE, where TABLE is one of "+strings.Join(tableNames(), ", "))
	})
	for _, test := range []struct {
		name string
		args []string
		says string
	}{
		{"no subcommand", nil, "usage: timeline"},
		{"an unknown subcommand", []string{"serv"}, `timeline: "serv" is not a command`},
		{"an unknown flag", []string{"check", "--sinse", "1"}, "-sinse"},
		{"an argument that is not wanted", []string{"seed", "letters"}, `"letters"`},
		{"nothing to read", []string{"read", "--json"}, "FILE"},
		{"an import of nothing", []string{"import"}, "letters DIR"},
		{"an import of what is not known", []string{"import", "minutes", "."}, "letters"},
		{"an import from two folders", []string{"import", "letters", ".", ".."}, "letters DIR"},
		{"a flag after an argument", []string{"import", "letters", "--db", "other.db"}, "flags go before arguments: timeline import --db other.db letters"},
		{"a flag after a file", []string{"read", "letter.pdf", "--json"}, "flags go before arguments: timeline read --json letter.pdf"},
		{"flags on both sides", []string{"list", "--json", "inspections", "--year", "2022"}, "flags go before arguments: timeline list --json --year 2022 inspections"},
		{"a flag after words with spaces", []string{"search", `"care leavers"`, "it's", "--sort=date"}, `timeline search --sort=date '"care leavers"' 'it'\''s'`},
		{"a flag after what is done", []string{"user", "enable", "name@council.example", "--db", "my db"}, "timeline user enable --db 'my db' name@council.example"},
		{"a flag that there is not after an argument", []string{"list", "inspections", "--yeer", "2022"}, "flags go before arguments: timeline list [FLAGS] KIND"},
		{"a flag without its value", []string{"serve", "--addr"}, "-addr"},
		{"a flag that wants yes or no", []string{"doctor", "--ready=perhaps"}, `"perhaps"`},
		{"a flag of another subcommand", []string{"migrate", "--addr", "127.0.0.1:1"}, "-addr"},
		{"an entry that is no N and HASH", []string{"check", "--since", "yesterday"}, `"yesterday"`},
		{"an entry whose hash is cut off", []string{"check", "--since", "12:abc"}, `"12:abc"`},
		{"a home that is no slug", []string{"doctor", "--home", "West Northamptonshire"}, `"West Northamptonshire"`},
	} {
		t.Run(test.name+" is wrong usage", func(t *testing.T) {
			got := runCommand(t, nil, test.args...)
			if got.code != exitUsage || got.stdout != "" {
				t.Errorf("ended with %d and printed %q", got.code, got.stdout)
			}
			mustSay(t, got.stderr, test.says)
		})
	}
}

func TestConfigurationMistakesAreReportedAtOnce(t *testing.T) {
	for name, test := range map[string]struct {
		env  variables
		args []string
	}{
		"on the command line": {nil, []string{"--addr", "nonsense", "--db", "mysql://timeline", "--home", "Not a slug"}},
		"in the environment": {
			variables{"TIMELINE_ADDR": "nonsense", "TIMELINE_DB": "mysql://timeline", "TIMELINE_HOME": "Not a slug"}, nil,
		},
		"in both": {variables{"TIMELINE_ADDR": "nonsense"}, []string{"--db", "mysql://timeline", "--home", "Not a slug"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := runCommand(t, test.env, append([]string{"serve"}, test.args...)...)
			if got.code != exitUsage {
				t.Errorf("ended with %d, want %d", got.code, exitUsage)
			}
			mustSay(t, got.stderr, "timeline: serve: ", `"nonsense"`, "--db", `"mysql"`, "--home", `"Not a slug"`)
			if strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("said %q, want one line", got.stderr)
			}
		})
	}
	for _, addr := range []string{"8080", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:http", "councils.example:80", "[::1"} {
		t.Run("the address "+addr, func(t *testing.T) {
			got := runCommand(t, nil, "serve", "--addr", addr)
			if got.code != exitUsage {
				t.Errorf("ended with %d and said %q", got.code, got.stderr)
			}
			mustSay(t, got.stderr, "addr")
		})
	}
}

func TestSeed(t *testing.T) {
	engines(t, func(t *testing.T, db string) {
		first := runCommand(t, nil, "seed", "--db", db)
		mustSucceed(t, first)
		mustSay(t, first.stdout, "records added, 633 of them inspections")
		before := lastMark(t, db)

		second := runCommand(t, nil, "seed", "--db", db)
		mustSucceed(t, second)
		mustSay(t, second.stdout, "0 of them inspections")
		if after := lastMark(t, db); after != before {
			t.Errorf("seeding again moved the record of changes from %s to %s", before, after)
		}
	})
	t.Run("what an officer changed stays as it is", func(t *testing.T) {
		db := storetest.SQLite(t, true)
		execute(t, db, "UPDATE bodies SET name = 'The name an officer gave' WHERE id = 'west-northamptonshire'")
		mustSucceed(t, runCommand(t, nil, "seed", "--db", db))
		var name string
		row := openDatabase(t, db).QueryRowContext(t.Context(), "SELECT name FROM bodies WHERE id = 'west-northamptonshire'")
		if err := row.Scan(&name); err != nil || name != "The name an officer gave" {
			t.Errorf("the name is %q now: %v", name, err)
		}
	})
	t.Run("a broken file is named with its line and column, and nothing is read", func(t *testing.T) {
		broken := copiedSeed(t)
		lines := strings.Split(string(broken["inspections.csv"].Data), "\n")
		header := strings.Split(lines[0], ",")
		cells := strings.Split(lines[2], ",")
		cells[slices.Index(header, "fieldwork_start")] = "the third of May"
		lines[2] = strings.Join(cells, ",")
		broken["inspections.csv"].Data = []byte(strings.Join(lines, "\n"))
		delete(broken, "themes.csv")
		record, err := exchange.ReadSeed(broken)
		if err == nil || record != nil {
			t.Fatalf("ReadSeed returned %v and %v", record, err)
		}
		mustSay(t, err.Error(), "inspections.csv, line 3, column fieldwork_start", "the third of May", "themes.csv: is missing")
	})
}

func TestMigrate(t *testing.T) {
	engines(t, func(t *testing.T, db string) {
		for range 2 {
			mustSucceed(t, runCommand(t, nil, "migrate", "--db", db))
		}
		mustFail(t, runCommand(t, nil, "check", "--db", db, "--since", "1:"+strings.Repeat("0", 64)), "gone")
	})
}

func TestCheck(t *testing.T) {
	seededEngines(t, func(t *testing.T, db string) {
		mark := lastMark(t, db)
		for _, args := range [][]string{{"check", "--db", db}, {"check", "--db", db, "--since", mark}} {
			got := runCommand(t, nil, args...)
			mustSucceed(t, got)
			if got.stdout != checked(t, db) {
				t.Errorf("check printed %q, want %q", got.stdout, checked(t, db))
			}
		}

		number, _, _ := strings.Cut(mark, ":")
		for _, gone := range []string{number + ":" + strings.Repeat("0", 64), "999999:" + strings.Repeat("0", 64)} {
			mustFail(t, runCommand(t, nil, "check", "--db", db, "--since", gone), "check", gone, "gone")
		}

		dropGuards(t, db)
		execute(t, db, "UPDATE changes SET record_id = 'somewhere-else' WHERE number = 7")
		mustFail(t, runCommand(t, nil, "check", "--db", db), "check", "entry 7")
	})
	t.Run("an entry that was taken out is missed", func(t *testing.T) {
		db := storetest.SQLite(t, true)
		dropGuards(t, db)
		execute(t, db, "DELETE FROM change_keys WHERE number = 5")
		execute(t, db, "DELETE FROM changes WHERE number = 5")
		mustFail(t, runCommand(t, nil, "check", "--db", db), "check", "entry")
	})
	t.Run("a path with no database makes none", func(t *testing.T) {
		folder := t.TempDir()
		mustFail(t, runCommand(t, nil, "check", "--db", filepath.Join(folder, "timeline.db")), "no such database")
		if made := contents(t, folder); len(made) > 0 {
			t.Errorf("check made %v", made)
		}
	})
}

func TestDoctor(t *testing.T) {
	seededEngines(t, func(t *testing.T, db string) {
		got := runCommand(t, variables{"TIMELINE_ADDR": "127.0.0.1:8123"}, "doctor", "--db", db)
		if isPostgres(db) { // the server of the tests waits for no disk
			mustSay(t, got.stderr, "set fsync = on", "set full_page_writes = on", "set synchronous_commit = on")
			if got.code != exitFailed || strings.Count(got.stderr, "\n") != 3 {
				t.Errorf("exit %d, want 1 and a line for each of three faults: %s", got.code, got.stderr)
			}
		} else {
			mustSucceed(t, got)
		}
		mustSay(t, got.stdout, "127.0.0.1:8123", "northamptonshire", "whole", lastMark(t, db), "letters   can be read")
	})
	t.Run("a home that is not on the record is said", func(t *testing.T) {
		got := runCommand(t, nil, "doctor", "--home", "narnia", "--db", storetest.SQLite(t, true))
		mustFail(t, withoutOutput(got), `home place "narnia"`, "--home")
	})
	t.Run("a database that waits for its migrations is not fit", func(t *testing.T) {
		db := storetest.SQLite(t, true)
		execute(t, db, "DELETE FROM timeline_versions WHERE version_id = (SELECT MAX(version_id) FROM timeline_versions)")
		mustFail(t, withoutOutput(runCommand(t, nil, "doctor", "--db", db)), "older than this program")
	})
	t.Run("a running server is ready", func(t *testing.T) {
		s := startService(t, nil, "--db", storetest.SQLite(t, true))
		got := runCommand(t, variables{"TIMELINE_ADDR": strings.TrimPrefix(s.url, "http://")}, "doctor", "--ready")
		mustSucceed(t, got)
	})
	t.Run("a server on every address is asked on this machine", func(t *testing.T) {
		s := startService(t, nil, "--db", storetest.SQLite(t, true))
		_, port, err := net.SplitHostPort(strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		mustSucceed(t, runCommand(t, nil, "doctor", "--ready", "--addr", "0.0.0.0:"+port))
	})
	t.Run("without a server nothing is ready", func(t *testing.T) {
		mustFail(t, runCommand(t, nil, "doctor", "--ready", "--addr", "127.0.0.1:1"), "ready")
	})
}

func withoutOutput(got outcome) outcome {
	got.stdout = ""
	return got
}

// copiedSeed returns the program's seed in a form that a test may spoil.
func copiedSeed(t *testing.T) fstest.MapFS {
	t.Helper()
	copied := fstest.MapFS{}
	err := fs.WalkDir(seed.Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(seed.Files(), name)
		copied[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return copied
}
