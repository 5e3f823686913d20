package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// readLetter is what the test takes from the JSON of one letter.
type readLetter struct {
	File      string
	SHA256    string
	Pages     int
	Status    string
	Framework *foundValue
	Authority *struct {
		foundValue
		URN string
	}
	Start           *foundValue `json:"inspection_start"`
	End             *foundValue `json:"inspection_end"`
	Published       *foundValue
	LeadInspector   *foundValue `json:"lead_inspector"`
	Judgements      []struct{ Strand, Grade, Certainty string }
	Recommendations []struct{ Kind, Body, Certainty string }
}

type foundValue struct{ Value, Certainty string }

// cell is one value that a letter prints.
type cell struct{ value, certainty string }

// labelledOtherwise are cells whose labels do not say what the letter prints, with what it does.
var labelledOtherwise = map[string]string{
	// Five bullets under "What needs to improve?" on page 2; the five that follow are headed as strengths.
	"jtai-80566-2023-01-23.pdf n_recommendations":    "5",
	"jtai-80566-2023-01-23.pdf n_recommendations_la": "5",
}

// strandColumns are the judgements that the labels name.
var strandColumns = []string{
	"overall", "leaders", "help_protection", "care_and_care_leavers", "in_care", "care_leavers", "adoption", "lscb", "send_outcome",
}

func (l readLetter) cells() map[string]cell {
	cells := map[string]cell{"sha256": {l.SHA256, "certain"}, "pages": {strconv.Itoa(l.Pages), "certain"}}
	for column, f := range map[string]*foundValue{
		"framework": l.Framework, "inspection_start": l.Start, "inspection_end": l.End, "published": l.Published, "lead_inspector": l.LeadInspector,
	} {
		cells[column] = cell{}
		if f != nil {
			cells[column] = cell{f.Value, f.Certainty}
		}
	}
	if l.Authority != nil {
		cells["urn"] = cell{l.Authority.URN, l.Authority.Certainty}
	}
	for _, strand := range strandColumns {
		cells[strand] = cell{}
	}
	for _, j := range l.Judgements {
		cells[j.Strand] = cell{j.Grade, j.Certainty}
	}
	count := map[string]int{}
	certainty := "certain"
	for _, r := range l.Recommendations {
		count["n_recommendations"]++
		if r.Kind == "priority_action" {
			count["n_priority_actions"]++
		}
		if r.Body == "lscb" {
			count["n_recommendations_lscb"]++
		}
		if r.Certainty != "certain" {
			certainty = r.Certainty
		}
	}
	count["n_recommendations_la"] = count["n_recommendations"] - count["n_recommendations_lscb"]
	for _, column := range []string{"n_recommendations", "n_priority_actions", "n_recommendations_la", "n_recommendations_lscb"} {
		cells[column] = cell{strconv.Itoa(count[column]), certainty}
	}
	return cells
}

// TestLettersAreReadAsTheyArePrinted compares what the program reads from real letters with what people read in them.
func TestLettersAreReadAsTheyArePrinted(t *testing.T) {
	labelsFile := realLetter(t, "labels.csv")
	if testing.Short() {
		t.Skip("a short run has no time to read two hundred letters")
	}
	folder := filepath.Dir(labelsFile)
	f, err := os.Open(labelsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns, rows := rows[0], rows[1:]
	args := []string{"read", "--json"}
	for _, row := range rows {
		args = append(args, filepath.Join(folder, row[slices.Index(columns, "file")]))
	}
	got := runCommand(t, nil, args...)
	mustSucceed(t, got)
	var letters []readLetter
	if err := json.Unmarshal([]byte(got.stdout), &letters); err != nil {
		t.Fatal(err)
	}
	if len(letters) != len(rows) {
		t.Fatalf("%d letters were read of %d", len(letters), len(rows))
	}
	right, all, sureAndWrong, counted := 0, 0, 0, 0
	for i, row := range rows {
		letter := letters[i]
		if letter.File != args[i+2] || letter.Status != "read" {
			t.Errorf("%s is %s", letter.File, letter.Status)
		}
		cells := letter.cells()
		countsRight := true
		for j, column := range columns {
			want := row[j]
			if correct, ok := labelledOtherwise[row[0]+" "+column]; ok {
				want = correct
			}
			is, known := cells[column]
			switch {
			case column == "file" || column == "authority":
				continue // the spelling of the names varies; urn says whose the letter is
			case !known:
				t.Fatalf("nothing is read for the column %s", column)
			case column == "n_priority_actions" && want == "":
				want = "0"
			case strings.HasPrefix(column, "n_") && want == "":
				continue // not labelled
			case column == "framework" && strings.HasPrefix(want, "other:looked-after-children"):
				want = "looked-after-children"
			}
			all++
			if alike(is.value, want) {
				right++
				continue
			}
			countsRight = countsRight && !strings.HasPrefix(column, "n_")
			if is.certainty == "certain" {
				sureAndWrong++
			}
			t.Logf("%s: %s is %q, read as %q (%s)", row[0], column, want, is.value, is.certainty)
		}
		if countsRight {
			counted++
		}
	}
	share := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
	t.Logf("%.2f %% of %d values right; items counted right in %.1f %% of %d letters", share(right, all), all, share(counted, len(rows)), len(rows))
	if share(right, all) < 99.5 || share(counted, len(rows)) < 98 {
		t.Error("too few are right: 99.5 % of values and the counts of 98 % of letters have to be")
	}
	if sureAndWrong > 0 {
		t.Errorf("%d wrong values are called certain", sureAndWrong)
	}
}

// alike compares two values as people do: curly apostrophes and hard hyphens are only another way to set them.
func alike(a, b string) bool {
	plain := strings.NewReplacer("’", "'", "‑", "-")
	return strings.EqualFold(strings.TrimSpace(plain.Replace(a)), strings.TrimSpace(plain.Replace(b)))
}
