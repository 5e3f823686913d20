package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const trackerColumns = `{
	"name": "Improvement plan", "body": "north-northamptonshire", "sheet": "Tracker", "heading_row": 4, "rows": "actions",
	"inspection": "north-northamptonshire-ilacs-standard-2026-05-11", "lead_body": "northamptonshire-childrens-trust",
	"columns": [
		{"heading": "Outcome", "holds": "reference"}, {"heading": "What", "holds": "action"}, {"heading": "Who", "holds": "owner"},
		{"heading": "When", "holds": "due"}, {"heading": "Success measures", "holds": "success_measure"}, {"heading": "Status", "holds": "status"},
		{"heading": "Q1 2026/27", "holds": "progress"}, {"heading": "Q2 2026/27", "holds": "progress"}
	],
	"statuses": [{"says": "On track", "means": "under_way"}, {"says": "Complete", "means": "said_done"}],
	"month_means_last_day": true, "empty_means_above": false, "audience": "officers"
}`

// tracker is a spreadsheet as councils keep it: rows above its headings, cells over several rows, colours, and days written
// in several ways. Its rows begin below the headings of row 4.
func tracker(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	file := excelize.NewFile()
	defer file.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(file.SetSheetName("Sheet1", "Read me"))
	must(file.SetCellValue("Read me", "A1", "How to fill this in"))
	_, err := file.NewSheet("Tracker")
	must(err)
	must(file.SetCellValue("Tracker", "A1", "Children’s services improvement plan, version 17"))
	must(file.MergeCell("Tracker", "A1", "I1"))
	must(file.SetCellValue("Tracker", "H3", "Progress"))
	must(file.MergeCell("Tracker", "H3", "I3"))
	must(file.SetSheetRow("Tracker", "A4", &[]any{"Outcome", "What", "Who", "How", "When", "Success measures", "RAG", "Status", "Q1 2026/27", "Q2 2026/27"}))
	date, err := file.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, 5+i)
		must(err)
		must(file.SetSheetRow("Tracker", at, &row))
		if _, ok := row[4].(time.Time); ok {
			at = strings.Replace(at, "A", "E", 1)
			must(file.SetCellStyle("Tracker", at, at, date))
		}
	}
	must(file.MergeCell("Tracker", "A5", "A6"))
	var out bytes.Buffer
	must(file.Write(&out))
	return out.Bytes()
}

// trackerRow is a row of the tracker.
func trackerRow(outcome any, what, who string, when any, status, first, second string) []any {
	return []any{outcome, what, who, "Workshops", when, "Nine in ten are good", "Amber", status, first, second}
}

func TestImportTracker(t *testing.T) {
	day := time.Date(2027, time.March, 31, 0, 0, 0, 0, time.UTC)
	good := [][]any{
		trackerRow(1, "Audit every plan", "Head of quality", day, "On track", "Audit begun", "Half are audited"),
		trackerRow(nil, "Train managers", "Head of quality", "June 2027", "Complete", "", "All are trained"),
		trackerRow("2", "=cmd|' /C calc'!A0", "head of quality", "30/09/27", "", "", ""),
	}
	bad := append(good[:3:3],
		trackerRow("9", "Nothing has this number", "Head of quality", day, "", "", ""),
		trackerRow("1", "A person owns it", "J. Smith", "ongoing", "", "", ""),
	)
	folder := t.TempDir()
	keep := func(name string, data []byte) string {
		t.Helper()
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	columns, whole, flawed := keep("columns.json", []byte(trackerColumns)), keep("plan.xlsx", tracker(t, good...)), keep("plan v18.xlsx", tracker(t, bad...))

	seededEngines(t, func(t *testing.T, db string) {
		s := storetest.Open(t, db)
		_, err := s.SavePost(t.Context(), atTerminal, inspection.Post{BodyID: "northamptonshire-childrens-trust", Name: "Head of quality"})
		if err != nil {
			t.Fatal(err)
		}
		before := lastMark(t, db)
		checked := runCommand(t, nil, "import", "--db", db, "--mapping-file", columns, "--check", "tracker", whole)
		mustSucceed(t, checked)
		mustSay(t, checked.stdout, "new actions       3\n", "updates           3\n", "rejected          0\n", "Nothing is stored: this was a check.")

		rejected := runCommand(t, nil, "import", "--db", db, "--mapping-file", columns, "tracker", flawed)
		if rejected.code != exitUnread || rejected.stderr != "timeline: import: 2 rows were rejected\n" {
			t.Errorf("ended with %d and said %q", rejected.code, rejected.stderr)
		}
		mustSay(t, rejected.stdout, "rejected          2\n", "  row 8, A8: “9” is no reference", "  row 9, C9: “J. Smith” is not in the list of posts",
			"  row 9, E9: “ongoing” cannot be read as a day", "Nothing is stored.")
		if after := lastMark(t, db); after != before {
			t.Errorf("something is stored of a tracker with rejected rows: %s, %s", before, after)
		}

		left := runCommand(t, nil, "import", "--db", db, "--mapping-file", columns, "--leave-out-rejected", "tracker", flawed)
		if left.code != exitUnread {
			t.Errorf("ended with %d", left.code)
		}
		mustSay(t, left.stdout, "new actions       3\n", "row 5, NN-ILACS-2026-1: Audit every plan: adds the action, due on 31 March 2027; adds 2 updates")
		actions, err := s.Actions(t.Context(), store.ActionFilter{Reader: inspection.ForOfficers, AsOf: inspection.DayOf(time.Now())})
		if err != nil || len(actions) != 3 {
			t.Fatalf("%+v, %v", actions, err)
		}
		second, third := actions[1], actions[2]
		if second.State != inspection.ActionDone || second.Due != inspection.MustDate("2027-06-30") || second.References[0] != "NN-ILACS-2026-1" ||
			third.Words != "=cmd|' /C calc'!A0" || third.References[0] != "NN-ILACS-2026-2" {
			t.Errorf("%+v, %+v", second, third)
		}

		before = lastMark(t, db)
		again := runCommand(t, nil, "import", "--db", db, "--mapping", "Improvement plan", "tracker", whole)
		mustSucceed(t, again)
		mustSay(t, again.stdout, "new actions       0\n", "nothing new       3\n", "0 new: ")
		if after := lastMark(t, db); after != before {
			t.Errorf("bringing it in again moved the record of changes from %s to %s", before, after)
		}
		mustFail(t, runCommand(t, nil, "import", "--db", db, "--mapping", "Other", "tracker", whole), "import", "saved are \"Improvement plan\"")
		mustFail(t, runCommand(t, nil, "import", "--db", db, "--mapping", "Improvement plan", "--authority", "atlantis", "tracker", whole), "body", "Choose the council")
	})

	t.Run("mistakes in the call", func(t *testing.T) {
		db := filepath.Join(folder, "timeline.db")
		for name, args := range map[string][]string{
			"no file":         {"--mapping", "x", "tracker"},
			"two files":       {"--mapping", "x", "tracker", whole, flawed},
			"no columns":      {"tracker", whole},
			"columns twice":   {"--mapping", "x", "--mapping-file", columns, "tracker", whole},
			"no day":          {"--mapping", "x", "--on", "soon", "tracker", whole},
			"something else":  {"minutes", whole},
			"flags come last": {"tracker", whole, "--mapping", "x"},
		} {
			if got := runCommand(t, nil, append([]string{"import", "--db", db}, args...)...); got.code != exitUsage {
				t.Errorf("%s: ended with %d: %s", name, got.code, got.stderr)
			}
		}
		for name, c := range map[string]struct{ mapping, file, says string }{
			"no such file":      {columns, filepath.Join(folder, "nowhere.xlsx"), "open the file"},
			"no such columns":   {filepath.Join(folder, "nowhere.json"), whole, "open the file"},
			"columns that fail": {keep("bad.json", []byte(`{"colums": 1}`)), whole, "colums"},
			"no spreadsheet":    {columns, keep("letter.pdf", []byte("%PDF-1.7")), "This is a PDF"},
			"too large":         {columns, keep("large.csv", make([]byte, 11<<20)), "larger than 10 MB"},
		} {
			t.Run(name, func(t *testing.T) {
				mustFail(t, runCommand(t, nil, "import", "--db", db, "--mapping-file", c.mapping, "tracker", c.file), "import", c.says)
			})
		}
		if _, err := os.Stat(db); err == nil {
			t.Error("a database was made")
		}
	})
}
