package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

const (
	// hardestGrade is the Flesch–Kincaid grade that no page goes beyond: what somebody of 13 or 14 reads with ease.
	hardestGrade = 8
	// longestSentence is how many words a sentence may have. The parts of a list after a colon count one by one.
	longestSentence = 25
	// fewestWords is how many words a page needs for a grade to say anything.
	fewestWords = 40
)

type plainTerm struct{ term, as string }

// plainly are terms that a reader of these pages knows or finds explained, by a short word that stands for each when
// syllables are counted: what they are called is not ours to change. Names of councils and dates count as one word too.
var plainly = []plainTerm{
	{"requires improvement to be good", "fair"}, // the grade’s own name
	{"inadequate", "low"},                       // a grade’s name
	{"overall effectiveness", "whole"},          // a judgement’s name
	{"single inspection framework", "rules"},    // the name of the rules of 2013
	{"area for priority action", "point"},       // inspectors’ own term
	{"areas for priority action", "points"},
	{"inspections", "checks"}, // the subject of it all
	{"inspection", "check"},
	{"inspectors", "staff"},
	{"inspected", "checked"},
	{"judgements", "views"}, // the field’s word, explained in the glossary
	{"judgement", "view"},
	{"authorities", "towns"}, // the law’s word for these councils
	{"authority", "town"},
	{"administrators", "clerks"}, // a role’s name
	{"administrator", "clerk"},
	{"priority", "first"}, // of the terms above
	{"reorganisation", "change"},
}

func readsEasily(t *testing.T, pages []saidPage) {
	ours := newPlainWords(t)
	texts := make([][]string, len(pages))
	var parts []string
	for i, page := range pages {
		for _, block := range page.blocks {
			for _, sentence := range sentences(block) {
				if !ours.ofLetters(sentence) {
					texts[i] = append(texts[i], ours.plain(sentence))
				}
			}
		}
		slices.Sort(texts[i])
		texts[i] = slices.Compact(texts[i]) // a form beside each of many things says the same words
		parts = append(parts, texts[i]...)
	}
	told := map[string]bool{}
	for i, page := range pages {
		for _, sentence := range texts[i] {
			if told[sentence] {
				continue
			}
			for _, part := range listed(sentence) {
				if n := len(strings.Fields(part)); n > longestSentence {
					told[sentence] = true
					t.Errorf("%s has a sentence of %d words: %s", page.where, n, sentence)
				}
			}
		}
	}
	if len(parts) < 1000 {
		t.Errorf("only %d sentences were found: the test looks in the wrong place", len(parts))
	}
	grades := gradesOf(t, texts)
	for i, page := range pages {
		if words := len(strings.Fields(strings.Join(texts[i], " "))); words >= fewestWords && grades[i] > hardestGrade {
			t.Errorf("%s reads at grade %.1f: %s", page.where, grades[i], strings.Join(texts[i], " "))
		}
	}
}

// gradesOf returns the Flesch–Kincaid grade of each text, of the packages syllable and flesch-kincaid.
func gradesOf(t *testing.T, texts [][]string) []float64 {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("node is not installed, which counts syllables")
		}
		t.Skip("node is not installed, which counts syllables")
	}
	modules, err := filepath.Abs("../../static/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	given, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	script := `import {syllable} from "` + modules + `/syllable/index.js"
import {fleschKincaid} from "` + modules + `/flesch-kincaid/index.js"
let given = ""
for await (const part of process.stdin) given += part
const grade = sentences => {
	const words = sentences.flatMap(one => one.match(/[\p{L}\d’'&-]+/gu) ?? [])
	const count = words.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0)
	return words.length ? fleschKincaid({sentence: sentences.length, word: words.length, syllable: count}) : 0
}
console.log(JSON.stringify(JSON.parse(given).map(one => grade(one ?? []))))`
	count := exec.CommandContext(t.Context(), node, "--input-type=module", "--eval", script)
	count.Stdin = strings.NewReader(string(given))
	var said strings.Builder
	count.Stderr = &said
	answer, err := count.Output()
	if err != nil {
		t.Fatalf("make assets lays what counts syllables: %v\n%s", err, said.String())
	}
	var grades []float64
	if err := json.Unmarshal(answer, &grades); err != nil || len(grades) != len(texts) {
		t.Fatalf("%d grades of %d texts: %v", len(grades), len(texts), err)
	}
	return grades
}

// plainWords writes a text so that what cannot be said otherwise does not make it harder.
type plainWords struct {
	names   *strings.Replacer
	letters string // what letters ask for: its wording follows theirs, even where it is ours
}

func newPlainWords(t *testing.T) plainWords {
	t.Helper()
	seed := storetest.Seed(t)
	var names []string
	for _, body := range seed.Bodies {
		names = append(names, body.Name)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // the longest first
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, name, "York")
	}
	var letters strings.Builder
	for _, in := range seed.Inspections {
		for _, item := range in.Recommendations {
			letters.WriteString(item.Words + "\n")
		}
	}
	return plainWords{strings.NewReplacer(pairs...), letters.String()}
}

// day matches a date, with its day or without.
var day = regexp.MustCompile(`\b(\d{1,2} )?(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b`)

func (p plainWords) plain(sentence string) string {
	sentence = day.ReplaceAllString(p.names.Replace(sentence), "June")
	return terms.ReplaceAllStringFunc(sentence, func(found string) string {
		return plainly[slices.IndexFunc(plainly, func(one plainTerm) bool { return strings.EqualFold(one.term, found) })].as
	})
}

// terms matches any of them, the first of the list where several would do.
var terms = func() *regexp.Regexp {
	var all []string
	for _, one := range plainly {
		all = append(all, one.term)
	}
	return regexp.MustCompile(`(?i)\b(?:` + strings.Join(all, "|") + `)\b`)
}()

// labels matches what stands before the words of an area to improve: its references, and what inspectors call it.
var labels = regexp.MustCompile(`^(?:[A-Z]+-[A-Z]+-\d{4}-\w+(?: ·)? )*(?:Area for priority action )?(?:\(Ofsted’s term\) )?`)

// ofLetters says whether a sentence is of what a letter asks for.
func (p plainWords) ofLetters(sentence string) bool {
	return strings.Contains(p.letters, labels.ReplaceAllString(sentence, ""))
}

var (
	ends     = regexp.MustCompile(`[.?!][”’)]*\s+`)
	complete = regexp.MustCompile(`[.?!][”’)]*$`)
)

// sentences cuts a text into its sentences. What does not end like one, such as a heading or a name, is none.
func sentences(text string) (all []string) {
	take := func(one string) {
		if one = strings.TrimSpace(one); complete.MatchString(one) && len(strings.Fields(one)) >= 4 {
			all = append(all, one)
		}
	}
	from := 0
	for _, end := range ends.FindAllStringIndex(text, -1) {
		if next := text[end[1]:]; next != "" && strings.ToLower(next[:1]) == next[:1] && next[0] >= 'a' {
			continue // it goes on
		}
		take(text[from:end[1]])
		from = end[1]
	}
	take(text[from:])
	return all
}

// listed returns what stands before a list and each thing listed, where a sentence lists things after a colon, or between
// points; else all of it.
func listed(sentence string) []string {
	before, list, found := strings.Cut(sentence, ": ")
	switch {
	case found && strings.ContainsAny(list, ";·"):
		return append([]string{before}, strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == '·' })...)
	default:
		return strings.Split(sentence, "·")
	}
}
