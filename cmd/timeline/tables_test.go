package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/internal/web"
)

// converted opens files, with options before them, with LibreOffice and saves them in another form, in a folder that it returns.
func converted(t *testing.T, office, to string, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	arguments := []string{"-env:UserInstallation=file://" + filepath.Join(folder, "profile"), "--headless", "--convert-to", to, "--outdir", folder}
	convert := exec.CommandContext(t.Context(), office, append(arguments, files...)...)
	convert.WaitDelay = officeWait
	if said, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice cannot convert the tables: %v\n%s", err, said)
	}
	return folder
}

// written writes a file of a test.
func written(t *testing.T, name string, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTablesOpenInLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes seconds to start")
	}
	office, folder := installed(t, "soffice"), t.TempDir()
	texts := []string{"=1+1", "+1+1", "-1-1", "@SUM(1;1)", " =1+1", "\t=1+1", "＝1+1", "'=1+1", "=HYPERLINK(\"https://example.org\")", "plain, “quoted”"}
	table := exchange.Table{Name: "texts", Title: "Texts", Columns: []exchange.Column{{Name: "Text"}, {Name: "Published", Kind: exchange.Dates}}}
	rows := func(do func([]any) error) error {
		for i, text := range texts {
			if err := do([]any{text, []inspection.Date{inspection.MustDate("2026-07-07"), inspection.MustDate("2016-04")}[i%2]}); err != nil {
				return err
			}
		}
		return nil
	}
	workbook := written(t, filepath.Join(folder, "workbook.xlsx"), func(w io.Writer) error { return exchange.WriteWorkbook(w, table, rows, today.Time()) })
	plainTable := written(t, filepath.Join(folder, "table.csv"), func(w io.Writer) error { return exchange.WriteCSV(w, table, rows) })
	for _, name := range []string{"england", "inspections"} {
		if err := os.WriteFile(filepath.Join(folder, name+".xlsx"), downloaded(t, siteURL(t)+"/"+name+".xlsx?region=London&kind=sif"), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("no text is worked out as a formula, and no month becomes a day", func(t *testing.T) {
		const utf8 = "csv:Text - txt - csv (StarCalc):44,34,76"
		for name, again := range map[string]string{
			"workbook.csv": converted(t, office, utf8, workbook),
			"table.csv":    converted(t, office, utf8, "--infilter=CSV:44,34,76", plainTable), // where a person is asked, it goes by the mark
		} {
			file, err := os.ReadFile(filepath.Join(again, name))
			if err != nil {
				t.Fatal(err)
			}
			cells, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\uFEFF")))).ReadAll()
			if err != nil || len(cells) != len(texts)+1 {
				t.Fatalf("%s: %q, %v", name, cells, err)
			}
			for i, text := range texts {
				if got := inspection.UnguardCell(cells[i+1][0]); strings.TrimSpace(got) != strings.TrimSpace(text) && got != inspection.UnguardCell(text) {
					t.Errorf("%s: %q shows as %q", name, text, cells[i+1][0])
				}
			}
			if cells[2][1] != "2016-04" && !strings.Contains(cells[2][1], "Apr") || cells[2][2] != "month" {
				t.Errorf("%s: April 2016 shows as %q, known to the %s", name, cells[2][1], cells[2][2])
			}
		}
	})
	t.Run("they can be printed", func(t *testing.T) {
		printed := converted(t, office, "pdf", filepath.Join(folder, "england.xlsx"), filepath.Join(folder, "inspections.xlsx"))
		inOrder(t, "england", textOfPDF(t, filepath.Join(printed, "england.pdf")), "Counted by", "London", "Leaders, authorities by grade", "Narrowed to", "Open Government Licence")
		inOrder(t, "inspections", textOfPDF(t, filepath.Join(printed, "inspections.pdf")), "Inspection or visit", "Full inspection (single inspection framework)", "Made on")
		if n := pagesOf(t, filepath.Join(printed, "england.pdf")); n != 3 {
			t.Errorf("the table, its chart and its notes take %d pages", n)
		}
	})
}

func TestExport(t *testing.T) {
	storetest.LeaveOutWalk(t)
	folder := t.TempDir()
	seededEngines(t, func(t *testing.T, db string) {
		for _, table := range web.Tables() {
			got := runCommand(t, nil, "export", "--db", db, table.Name)
			if table.Name == "actions" { // the seed has none
				mustFail(t, got, "nothing on this record matches", "narrow it less")
				continue
			}
			mustSucceed(t, got)
			if rows, err := csv.NewReader(strings.NewReader(got.stdout)).ReadAll(); err != nil || len(rows) < 2 {
				t.Errorf("%s: %d rows, %v", table.Name, len(rows), err)
			}
		}
		narrow := runCommand(t, nil, "export", "--db", db, "--authority", "north-northamptonshire", "--year", "2026", "--url", "https://council.example/timeline", "inspections")
		mustSucceed(t, narrow)
		mustSay(t, narrow.stdout, "https://council.example/timeline/inspections/north-northamptonshire-ilacs-standard-2026-05-11")
		if strings.Contains(narrow.stdout, "/inspections/west-northamptonshire") {
			t.Error("the table is not narrowed")
		}
		name := filepath.Join(folder, "inspections.xlsx")
		mustSucceed(t, runCommand(t, nil, "export", "--db", db, "--xlsx", "--out", name, "inspections"))
		file, err := excelize.OpenFile(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if rows, err := file.GetRows("Inspections and visits"); err != nil || len(rows) < 600 {
			t.Errorf("the workbook has %d rows, %v", len(rows), err)
		}
	})
	t.Run("a workbook is not written to a terminal", func(t *testing.T) {
		terminal, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a device, as a terminal is
		if err != nil {
			t.Fatal(err)
		}
		defer terminal.Close()
		var said strings.Builder
		code := run(t.Context(), []string{"export", "--db", filepath.Join(folder, "none.db"), "--xlsx", "inspections"}, variables(nil).get, strings.NewReader(""), terminal, &said)
		if code != exitUsage {
			t.Errorf("ended with %d", code)
		}
		mustSay(t, said.String(), "--out")
	})
	t.Run("what cannot be written is said, and no file is made", func(t *testing.T) {
		db, name := storetest.SQLite(t, true), filepath.Join(folder, "none.csv")
		for words, args := range map[string][]string{
			`"tea" is no table: give one of actions, authorities`: {"tea"},
			"--year does not narrow the table sources":            {"--year", "2026", "sources"},
			"--csv or --xlsx, not both":                           {"--csv", "--xlsx", "sources"},
			"Choose a kind of inspection from the list: “tea”":    {"--kind", "tea", "inspections"},
			"“yesterday” is not a day":                            {"--as-at", "yesterday", "inspections"},
			"is not the address of a service":                     {"--url", "council.example", "inspections"},
			"flags go before arguments: timeline export --db":     {"inspections", "--xlsx"},
		} {
			got := runCommand(t, nil, append([]string{"export", "--db", db, "--out", name}, args...)...)
			if got.code != exitUsage {
				t.Errorf("%q: ended with %d", args, got.code)
			}
			mustSay(t, got.stderr, words)
		}
		mustFail(t, runCommand(t, nil, "export", "--db", db, "--out", name, "--kind", "sif", "--year", "2026", "inspections"), "nothing on this record matches")
		if left, err := os.ReadDir(folder); err != nil || len(left) > 1 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}
