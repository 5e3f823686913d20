package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

const englandColumns = "authority,kind,fieldwork_start,fieldwork_end,published,published_basis,lead_inspector,leaders,help_protection,in_care,care_leavers,mood\n"

func TestImportEngland(t *testing.T) {
	folder := t.TempDir()
	keep := func(name, text string) string {
		t.Helper()
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	whole, err := fs.ReadFile(seed.Files(), "inspections.csv")
	if err != nil {
		t.Fatal(err)
	}
	same := keep("seed.csv", string(whole))
	good := keep("good.csv", englandColumns+
		"Leeds,ilacs-standard,2026-06-08,2026-06-19,2026-08-14,listing,\x1b[31mBo Example,good,good,good,good,fine\n"+
		"north-northamptonshire,ilacs-standard,2026-05-11,,,,,inadequate,,,,\n")
	all := keep("all.csv", string(whole)+"leeds,ilacs-standard,2026-06-08,2026-06-19,2026-08-14,listing,,Bo Example,,good,good,,good,good,,,\n")
	flawed := keep("flawed.csv", englandColumns+
		"Leeds,ilacs-standard,2026-06-08,2026-06-19,2026-08-14,listing,Bo Example,good,good,good,good,\n"+
		"Atlantis,ilacs-standard,soon,,,,,good,,,,\n")
	refused := keep("refused.csv", englandColumns+"Leeds,routine,2026-06-08,2026-06-19,2026-08-14,listing,Bo Example,good,good,good,good,\n")

	seededEngines(t, func(t *testing.T, db string) {
		before := lastMark(t, db)
		unchanged := runCommand(t, nil, "import", "--db", db, "england", same)
		mustSucceed(t, unchanged)
		mustSay(t, unchanged.stdout, "added             0\n", "changed           0\n", "in conflict       0\n", "same              612\n", "refused           0\n",
			"The record stays as it is")

		dry := runCommand(t, nil, "import", "--db", db, "--dry-run", "england", good)
		mustSucceed(t, dry)
		mustSay(t, dry.stdout, "added             1\n  line 2, Leeds: Full inspection (two weeks), June 2026\n",
			"in conflict       1\n  line 3, North Northamptonshire: Full inspection (two weeks), May 2026\n    Leaders: held is Outstanding, the list says Inadequate. What is held is surer, and stays",
			"Nothing is taken from the column \"mood\".", "1 inspection would be added; on 1 other both sides of a conflict would be noted.")
		rejected := runCommand(t, nil, "import", "--db", db, "--dry-run", "--read-on", "2026-10-01", "--complete", "england", flawed)
		if rejected.code != exitUnread || rejected.stderr != "timeline: import: 1 row was refused\n" {
			t.Errorf("ended with %d and said %q", rejected.code, rejected.stderr)
		}
		mustSay(t, rejected.stdout, "refused           1\n", "  line 3, fieldwork_start: “soon” is no date", "  line 3, authority: No council here is called “Atlantis”",
			"How far the record is complete stays as it was, because rows were refused")
		nothing := runCommand(t, nil, "import", "--db", db, "england", refused)
		if nothing.code != exitUnread {
			t.Errorf("ended with %d", nothing.code)
		}
		mustSay(t, nothing.stdout, "line 2, kind: “routine” is no kind of inspection here: the page “Record of England” lists the kinds.\n",
			"Nothing was written: every row was refused.\n")
		if after := lastMark(t, db); after != before {
			t.Fatalf("something is written of a list that was only looked at: %s, %s", before, after)
		}

		written := runCommand(t, nil, "import", "--db", db, "--read-on", "2026-10-01", "--complete", "--source-title", "List of autumn", "england", good)
		mustSucceed(t, written)
		mustSay(t, written.stdout, "1 inspection was added; on 1 other both sides of a conflict were noted.", "the list lacks 485 full inspections that this record holds, such as ")
		if strings.Contains(written.stdout, "\x1b") {
			t.Error("what the file says reaches the terminal as it is")
		}
		s := storetest.Open(t, db)
		in, _, err := s.InspectionRecord(t.Context(), "leeds-ilacs-standard-2026-06-08")
		if err != nil || in.Published.String() != "2026-08-14" {
			t.Fatalf("%+v, %v", in, err)
		}
		before = lastMark(t, db)
		again := runCommand(t, variables{"TIMELINE_READ_ON": "2026-10-01", "TIMELINE_SOURCE_TITLE": "List of autumn"}, "import", "--db", db, "--complete", "england", good)
		mustSucceed(t, again)
		mustSay(t, again.stdout, "in conflict       1\n", "same              1\n", "The record stays as it is")
		if after := lastMark(t, db); after != before {
			t.Errorf("bringing it in again moved the record of changes from %s to %s", before, after)
		}
		complete := runCommand(t, nil, "import", "--db", db, "--read-on", "2026-10-01", "--complete", "england", all)
		mustSucceed(t, complete)
		mustSay(t, complete.stdout, "refused           0\n", "counts as complete to 1 October 2026")
		mustFail(t, runCommand(t, nil, "import", "--db", db, "--read-on", "2999-01-01", "england", good), "import", "Enter a day that is not in the future")
	})

	t.Run("mistakes in the call", func(t *testing.T) {
		db := filepath.Join(folder, "timeline.db")
		for name, args := range map[string][]string{
			"no file":              {"england"},
			"two files":            {"england", good, flawed},
			"no day":               {"--read-on", "soon", "england", good},
			"a month for a day":    {"--read-on", "2026-10", "england", good},
			"whole up to no day":   {"--complete", "england", good},
			"no such confidence":   {"--confidence", "hearsay", "england", good},
			"no address of a page": {"--source-address", "example", "england", good},
		} {
			if got := runCommand(t, nil, append([]string{"import", "--db", db}, args...)...); got.code != exitUsage {
				t.Errorf("%s: ended with %d: %s", name, got.code, got.stderr)
			}
		}
		for name, c := range map[string]struct{ file, says string }{
			"no such file": {filepath.Join(folder, "nowhere.csv"), "open the file"},
			"a PDF":        {keep("letter.pdf", "%PDF-1.7"), "This is a PDF"},
			"a workbook":   {keep("list.xlsx", "PK\x03\x04"), "This spreadsheet is damaged"},
			"nothing":      {keep("empty.csv", ""), "This file is empty"},
			"too large":    {keep("large.csv", strings.Repeat("x", 11<<20)), "larger than 10 MB"},
		} {
			t.Run(name, func(t *testing.T) {
				mustFail(t, runCommand(t, nil, "import", "--db", db, "england", c.file), "import", c.says)
			})
		}
		if _, err := os.Stat(db); err == nil {
			t.Error("a database was made")
		}
	})
}
