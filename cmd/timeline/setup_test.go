package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

func TestSetUpByFlags(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, db string) {
		first := runCommand(t, nil, "setup", "--db", db, "--home", "cumberland", "--council", "Cumberland Council",
			"--contact", "democracy@cumberland.example", "--without-example")
		mustSucceed(t, first)
		mustSay(t, first.stdout, "set up for Cumberland", "Cumbria County Council, which ended on 31 March 2023",
			"the example is taken away", "timeline user add", "--roles administrator", "timeline serve", "import")
		s := storetest.Open(t, db)
		settings, err := s.Settings(t.Context())
		if err != nil || settings.Home != "cumberland" || settings.Council != "Cumberland Council" || settings.Email != "democracy@cumberland.example" {
			t.Errorf("the settings are %+v: %v", settings, err)
		}
		last, err := s.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Run("again it changes nothing", func(t *testing.T) {
			again := runCommand(t, nil, "setup", "--db", db, "--home", "cumberland", "--without-example")
			mustSucceed(t, again)
			mustSay(t, again.stdout, "set up for Cumberland", "the example is not in this database")
			if now, err := s.Last(t.Context()); err != nil || now != last {
				t.Errorf("something was written: %v", err)
			}
		})
		t.Run("the record is whole and a seed brings nothing back", func(t *testing.T) {
			mustSucceed(t, runCommand(t, nil, "check", "--db", db))
			if got := runCommand(t, nil, "seed", "--db", db); got.stdout != "0 records added, 0 of them inspections\n" {
				t.Errorf("the seed says %q", got.stdout+got.stderr)
			}
		})
	})
}

func TestSetUpSaysWhatIsWrong(t *testing.T) {
	db := storetest.SQLite(t, true)
	for name, test := range map[string]struct {
		args []string
		says []string
	}{
		"a slug that nothing has":              {[]string{"--home", "camdem"}, []string{"--home", `"camdem"`, "timeline list authorities"}},
		"a part of a slug":                     {[]string{"--home", "richmond"}, []string{"there is richmond-upon-thames"}},
		"a council that has ended":             {[]string{"--home", "cumbria-county-council"}, []string{"ended on 31 March 2023", "cumberland or westmorland-and-furness"}},
		"what is no email address":             {[]string{"--home", "camden", "--contact", "the council"}, []string{"--contact", "Enter an email address"}},
		"its own record is no example":         {[]string{"--home", "west-northamptonshire", "--without-example"}, []string{"its own record"}},
		"no council chosen, but the example":   {[]string{"--without-example"}, []string{"its own record", "--home"}},
		"something behind the flags":           {[]string{"camden"}, []string{"not expected"}},
		"no flags, and nobody at the terminal": {nil, []string{"--home SLUG", "nothing is changed"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := runCommand(t, nil, append([]string{"setup", "--db", db}, test.args...)...)
			if got.code != exitUsage {
				t.Errorf("it ends with %d: %s", got.code, got.stderr)
			}
			mustSay(t, got.stderr, test.says...)
		})
	}
	if settings, err := storetest.Open(t, db).Settings(t.Context()); err != nil || settings.Revision != 0 {
		t.Errorf("mistakes were saved: %+v, %v", settings, err)
	}
}

func TestSetUpAsks(t *testing.T) {
	db := filepath.Join(t.TempDir(), "new.db")
	typed := strings.Join([]string{"atlantis", "achieving for children", "", "london borough of camden", "1", "", "no address", "help@camden.example", "yes"}, "\n") + "\n"
	var out, wrong bytes.Buffer
	if code := run(t.Context(), []string{"setup", "--db", db}, variables{}.get, strings.NewReader(typed), &out, &wrong); code != exitDone {
		t.Fatalf("it ends with %d: %s%s", code, &out, &wrong)
	}
	mustSay(t, out.String(), "No council or place is called that", "served by Achieving for Children", "1  Camden (camden)",
		"[Camden]", "Enter an email address", "Take the example away", "set up for Camden", "the example is taken away")
	settings, err := storetest.Open(t, db).Settings(t.Context())
	if err != nil || settings.Home != "camden" || settings.Council != "Camden" || settings.Email != "help@camden.example" {
		t.Errorf("the settings are %+v: %v", settings, err)
	}
}
