package main

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/opendata"
)

func TestSearch(t *testing.T) {
	db := filepath.Join(t.TempDir(), "timeline.db")
	mustSucceed(t, runCommand(t, nil, "seed", "--db", db))
	finds := func(args ...string) outcome {
		t.Helper()
		return runCommand(t, nil, append([]string{"search", "--db", db}, args...)...)
	}
	t.Run("a later page is there though no service has read anything yet", func(t *testing.T) {
		mustSay(t, finds("--page", "2", "plan").stdout, "Page 2 of ")
	})
	t.Run("words are found, and are marked", func(t *testing.T) {
		got := finds("plans")
		mustSucceed(t, got)
		mustSay(t, got.stdout, "results for “plans”, best match first.", "**plan", "(in our words, not a quotation)", "/inspections/", "Page 1 of ", "Ask for another with --page.")
		if strings.ContainsAny(got.stdout, "\x1b") || strings.Contains(got.stdout, "may lack") {
			t.Errorf("what is no terminal is steered, or something is left out: %s", got.stdout)
		}
	})
	t.Run("a phrase, a word that must not stand there, an authority and an order narrow it", func(t *testing.T) {
		got := finds("--authority", "north-northamptonshire", "--sort", "date", "--url", "https://council.example/timeline", `"care leavers"`, "-advisers")
		mustSucceed(t, got)
		mustSay(t, got.stdout, "for “care leavers” -advisers, latest first", "are leavers**", "https://council.example/timeline/", "North Northamptonshire")
		if strings.Contains(got.stdout, "advisers (") || strings.Contains(got.stdout, "· West Northamptonshire") {
			t.Errorf("found too much: %s", got.stdout)
		}
	})
	t.Run("a word that is mistyped is put right", func(t *testing.T) {
		mustSay(t, finds("plens").stdout, "Nothing found for “plens”.", "Nowhere in what is searched here: “plens”.", "Did you mean: plans",
			"The text of no letter or report is held here yet.", "That nothing was found does not mean that inspectors never said it.")
	})
	t.Run("the JSON is what the interface answers", func(t *testing.T) {
		got := finds("--json", "--kind", "finding", "plans")
		mustSucceed(t, got)
		var found opendata.SearchDocument
		if err := json.Unmarshal([]byte(got.stdout), &found); err != nil {
			t.Fatal(err)
		}
		asked, err := url.Parse(found.Self)
		if err != nil || asked.Path != "/api/v1/search" || asked.Query().Get("q") != "plans" || found.Total == 0 || len(found.Items) == 0 || found.Items[0].Kind.Code != "finding" {
			t.Errorf("it answers %s with %d of %d", found.Self, len(found.Items), found.Total)
		}
	})
	for _, test := range []struct {
		name string
		args []string
		says string
	}{
		{"no words", nil, "say what: timeline search WORDS…"},
		{"operators alone", []string{`""`}, "Enter at least one word to look for"},
		{"ten thousand characters", []string{strings.Repeat("plans ", 1700)}, "500 characters"},
		{"a kind that there is not", []string{"--kind", "bird", "plans"}, "bird"},
		{"an authority that there is not", []string{"--authority", "narnia", "plans"}, "narnia"},
		{"a page past the last", []string{"--page", "99", "plans"}, "There is no page 99"},
		{"a flag after the words", []string{"plans", "--json"}, "flags go before arguments"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := finds(test.args...)
			if got.code != exitUsage || got.stdout != "" {
				t.Errorf("ended with %d and printed %q", got.code, got.stdout)
			}
			mustSay(t, got.stderr, "timeline: search: ", test.says)
		})
	}
	t.Run("a database that is not there", func(t *testing.T) {
		got := runCommand(t, nil, "search", "--db", filepath.Join(t.TempDir(), "none.db"), "plans")
		if got.code != exitFailed || got.stderr == "" {
			t.Errorf("ended with %d and said %q", got.code, got.stderr)
		}
	})
}

func TestWordsAreMarkedAsTheReaderCanShowThem(t *testing.T) {
	label, number, own := "Answer", "12", opendata.Passage{Words: "Plans\x1b[2J are\ngood", Marks: []opendata.TextSpan{{Start: 0, End: 5}}}
	if got := passageText(own, markedInText); got != "**Plans**[2J are good" {
		t.Errorf("in text: %q", got)
	}
	own.Label, own.Paragraph, own.Own = &label, &number, true
	if got := passageText(own, markedOnTerminal); got != "Answer: paragraph 12: \x1b[1mPlans\x1b[0m[2J are good (in our words, not a quotation)" {
		t.Errorf("on a terminal: %q", got)
	}
	if got := markingFor(&strings.Builder{}, func(string) string { return "xterm" }); got != markedInText {
		t.Errorf("what is no terminal is marked with %q", got)
	}
}
