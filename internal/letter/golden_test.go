package letter

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

var update = flag.Bool("update", false, "write the golden files from what the rules read now")

// TestGoldenLetters reads every text in testdata and compares the reading with the one beside it.
func TestGoldenLetters(t *testing.T) {
	texts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(texts) == 0 {
		t.Fatalf("no letters in testdata: %v", err)
	}
	register := testRegister(t)
	for _, path := range texts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			pages := ParseText(string(text))
			reading := Interpret(pages, register)
			checkEvidence(t, reading)
			reading.Pages = nil
			got, err := json.MarshalIndent(reading, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(path, ".txt") + ".golden.json"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if strings.TrimSpace(string(want)) != string(got) {
				t.Errorf("reading differs from %s; got\n%s", golden, got)
			}
		})
	}
}

// testRegister is the register of the seed's authorities.
func testRegister(t testing.TB) Register {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "seed", "authorities.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var bodies []inspection.Body
	for _, row := range rows[1:] {
		cell := func(column string) string {
			if i := slices.Index(rows[0], column); i >= 0 {
				return row[i]
			}
			return ""
		}
		body := inspection.Body{
			ID: cell("slug"), Kind: inspection.Authority, Name: cell("name"), Code: cell("code"), URN: cell("urn"),
			Created: inspection.MustDate(cell("created_on")), Ended: inspection.MustDate(cell("ended_on")),
		}
		for alias := range strings.SplitSeq(cell("aliases"), ";") {
			if alias = strings.TrimSpace(alias); alias != "" {
				body.Aliases = append(body.Aliases, alias)
			}
		}
		bodies = append(bodies, body)
	}
	return NewRegister(bodies)
}

// checkEvidence fails unless every line of every quote is a line of the page that it names, or of the next that has text.
func checkEvidence(t testing.TB, r Reading) {
	t.Helper()
	for _, e := range allEvidence(r) {
		rest := e.Page
		for quoted := range strings.SplitSeq(e.Quote, "\n") {
			at := rest
			for at <= len(r.Pages) && !slices.Contains(strings.Split(r.Pages[at-1], "\n"), quoted) {
				at++
			}
			if at < 1 || at > len(r.Pages) || at > rest+1 && slices.ContainsFunc(r.Pages[rest:at-1], hasText) {
				t.Errorf("%s: %q is no line of page %d", e.Rule, quoted, rest)
				break
			}
			rest = at
		}
		if e.Rule == "" || e.Quote == "" || e.Certainty != inspection.Certain && e.Certainty != inspection.Check {
			t.Errorf("evidence is not whole: %+v", e)
		}
	}
}

// hasText reports whether a page holds more lines than can be headers and footers.
func hasText(page string) bool { return strings.Count(page, "\n") >= 2*furnitureEdge }

// allEvidence lists the evidence of everything in a reading.
func allEvidence(r Reading) []inspection.Evidence {
	var out []inspection.Evidence
	add := func(page int, quote, rule string, certainty inspection.Certainty) {
		out = append(out, inspection.Evidence{Page: page, Quote: quote, Rule: rule, Certainty: certainty})
	}
	for _, f := range []*Found[string]{r.Framework, r.LeadInspector, r.NotFinal} {
		if f != nil {
			add(f.Page, f.Quote, f.Rule, f.Certainty)
		}
	}
	for _, f := range []*Found[inspection.Date]{r.Start, r.End, r.Published, r.StatementDueOn} {
		if f != nil {
			add(f.Page, f.Quote, f.Rule, f.Certainty)
		}
	}
	if r.Authority != nil {
		add(r.Authority.Page, r.Authority.Quote, r.Authority.Rule, r.Authority.Certainty)
	}
	for _, f := range r.Also {
		add(f.Page, f.Quote, f.Rule, f.Certainty)
	}
	for _, f := range r.Judgements {
		add(f.Page, f.Quote, f.Rule, f.Certainty)
	}
	for _, f := range r.Items {
		add(f.Page, f.Quote, f.Rule, f.Certainty)
	}
	if r.Visit != nil {
		for _, f := range append(slices.Clone(r.Visit.Inspectors), r.Visit.AreasCovered...) {
			add(f.Page, f.Quote, f.Rule, f.Certainty)
		}
		if f := r.Visit.Number; f != nil {
			add(f.Page, f.Quote, f.Rule, f.Certainty)
		}
		if f := r.Visit.Topic; f != nil {
			add(f.Page, f.Quote, f.Rule, f.Certainty)
		}
	}
	return out
}
