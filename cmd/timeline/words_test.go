package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/notice"
	"inspectiontimeline/internal/store/storetest"
)

// avoided are words that nothing shown may use, with what is said instead.
var avoided = []struct{ word, instead string }{
	{`judgments?`, "judgement"},
	{`ratings?|rated|RAG`, "judgement, or grade"},
	{`strands?`, "judgement"},
	{`lineages?|predecessors?`, "earlier council"},
	{`as at`, "as it stood on"},
	{`RI`, "requires improvement to be good"},
	{`requires improvement(?:[^ ]| [^t]| t[^o])`, "requires improvement to be good"},
	{`current|currently`, "latest"},
	{`not tested`, "not mentioned"},
	{`overdue`, "past its date"},
	{`recommendations?`, "area to improve"},
	{`seeds?|seeded`, "data supplied with the program"},
	{`slugs?`, "short name"},
	{`payloads?|record kinds?|enum|boolean|nil|struct|regexp?`, "what it means to a reader"},
	{`pars(?:e|es|ed|ing)|quer(?:y|ies)|utili[sz]e\w*`, "read, ask, use"},
	{`invalid|illegal|wrong input|bad input|you failed`, "what to do"},
	{`please|simply|just|obviously|click here`, "nothing: it says no more without"},
	{`via|e\.g\.|i\.e\.|etc\.`, "by, such as, that is"},
	{`log ?in|log ?on|username`, "sign in"},
	{`embargo(?:ed)?`, "waits for Ofsted"},
}

// unavoided are the places where one of those words has to stand.
var unavoided = []struct{ word, in, why string }{
	{`recommendations`, `^Together they made 16 recommendations\.$`, "an inquiry’s own recommendations, not Ofsted’s areas to improve"},
	{`recommendations?`, `five (of the |youth justice )?recommendations|recommendations were made`, "the report, or the paper that tells of it, says so"},
	{`recommendations?`, `ask questions, look at evidence and make recommendations`, "what scrutiny committees make"},
	{`recommendations?`, `Also called: .*Recommendation|^Recommendation$`, "the glossary names the word that reports use"},
	{`recommendations?`, `/recommendations`, "an address"},
	{`not tested`, `have not tested it yet`, "of this service, not of letters"},
	{`requires improvement`, `(?i)Also called: .*Requires improvement|print it without|Requires improvement\.$`, "the glossary names how some reports print the grade"},
	{`just`, `only just been set up`, "of time"},
	{`embargoed`, `^One of: |One of: waiting`, "a code that programs get"},
}

// explainedBeside are words that a page may use where it says beside them what they mean.
var explainedBeside = []struct{ word, beside *regexp.Regexp }{
	{regexp.MustCompile(`\b[Tt]okens?\b`), regexp.MustCompile(`\bprograms?\b`)},
}

// abbreviations are those that need no explanation, with the reason.
var abbreviations = map[string]string{
	"PDF": "a kind of file", "CSV": "a kind of file", "PNG": "a kind of file", "SVG": "a kind of file", "ZIP": "a kind of file", "MB": "the size of a file",
	"JSON": "a form of data, on pages for whoever writes programs", "RFC": "on the page for whoever writes programs", "HTTP": "on the page for whoever writes programs",
	"ASCII": "on the page for whoever writes programs", "UTC": "on the page for whoever writes programs", "ID": "on the page for whoever writes programs",
	"URL": "what calendar programs call an address", "QR": "the name of the picture", "WCAG": "named in full where it stands", "AA": "a level of that standard",
	"NHS": "known to everybody", "BBC": "known to everybody", "MP": "known to everybody", "HM": "of a title", "VE": "of the name of a day",
	"ADHD": "named in full beside it", "KB": "the size of a file", "III": "of the name of a king", "LGC": "a paper’s name", "FE": "of a paper’s name", "NN": "of a paper’s name", "MIT": "of a licence’s name",
	"EHC": "of the term EHC plan", "URN": "what Ofsted calls its numbers", "ONS": "the statistics office, of the name of its codes", "II": "of a king’s name",
	"NCT": "a reference’s first letters", "IT": "known to everybody", "TXT": "a kind of file", "OGL": "of a licence’s name",
}

func TestWordsOnPages(t *testing.T) {
	pages := slices.Concat(allPages(t), mailsSaid(), commandsSaid())
	t.Run("no avoided word", func(t *testing.T) { noAvoidedWord(t, pages) })
	t.Run("what is short is explained", func(t *testing.T) { explained(t, pages) })
	t.Run("reads easily", func(t *testing.T) { readsEasily(t, pages) })
}

func noAvoidedWord(t *testing.T, pages []saidPage) {
	first := map[string]string{} // where each text is said first: many pages say the same
	for _, page := range pages {
		for _, words := range page.said {
			if _, known := first[words]; !known {
				first[words] = page.where
			}
		}
	}
	for _, avoid := range avoided {
		pattern := regexp.MustCompile(`(?i)\b(?:` + avoid.word + `)\b`)
		if avoid.word == strings.ToUpper(avoid.word) {
			pattern = regexp.MustCompile(`\b(?:` + avoid.word + `)\b`)
		}
		for words, where := range first {
			if found := pattern.FindString(words); found != "" && !mayStand(found, words) {
				t.Errorf("%s says %q, where it should say %s: %s", where, found, avoid.instead, words)
			}
		}
	}
}

// mayStand says whether an avoided word has to stand where it was found.
func mayStand(found, in string) bool {
	for _, one := range unavoided {
		if regexp.MustCompile(`(?i)^(?:`+one.word+`)`).MatchString(found) && regexp.MustCompile(one.in).MatchString(in) {
			return true
		}
	}
	return false
}

// reference is what areas to improve and inspections are called, in which abbreviations are no words.
var reference = regexp.MustCompile(`\b[\w]+(-[\w]+)+\b|\S*/\S*|\b[A-Z]+\d\w*\b`)

// explained checks that each abbreviation is one of the glossary, explained at the foot of the page, or needs no words.
func explained(t *testing.T, pages []saidPage) {
	short := regexp.MustCompile(`\b[A-Z][A-Za-z]?[A-Z]+s?\b`)
	glossary := map[string]string{} // the term, by each form of it
	for _, term := range storetest.Seed(t).Terms {
		for _, form := range append([]string{term.Term}, strings.Split(term.Also, "|")...) {
			glossary[strings.TrimSpace(form)] = term.Term
		}
	}
	told := map[string]bool{}
	for _, page := range pages {
		all := strings.Join(page.said, "\n")
		tell := func(what, why string) {
			if shape, _, _ := strings.Cut(page.where, "?"); !told[what+shape] {
				told[what+shape] = true
				t.Errorf("%s says %s, %s", page.where, what, why)
			}
		}
		for _, one := range explainedBeside {
			if what := one.word.FindString(all); what != "" && !one.beside.MatchString(all) {
				tell(what, "and does not explain it")
			}
		}
		for _, found := range short.FindAllString(reference.ReplaceAllString(strings.Join(page.main, "\n"), " "), -1) {
			form := found
			if glossary[form] == "" && abbreviations[form] == "" {
				form = strings.TrimSuffix(found, "s")
			}
			switch term := glossary[form]; {
			case term != "" && !strings.HasPrefix(page.where, "/glossary") && !slices.Contains(page.terms, term) && abbreviations[form] == "":
				tell(form, "which is not explained at its foot")
			case term == "" && abbreviations[form] == "":
				tell(found, "which the glossary does not have")
			}
		}
	}
}

// mailsSaid words a mail of each kind.
func mailsSaid() []saidPage {
	site := notice.Site{Address: "https://timeline.example.gov.uk"}
	item := inspection.Reminder{Reference: "NN-ILACS-2026-1", Words: "The plans for children in need.", Wording: inspection.Paraphrase,
		Due: inspection.MustDate("2026-10-01"), AskedDue: inspection.MustDate("2027-03-31")}
	news := inspection.News{
		InspectionID: northLater, Kind: "Full inspection (two weeks)", Bodies: []string{"North Northamptonshire"}, Published: inspection.MustDate("2026-07-07"),
		Topic: "children in care", Judgements: []string{"Help and protection: Good"},
		Areas: []inspection.Recommendation{{Reference: "NN-ILACS-2026-1", Kind: inspection.PriorityAction, Words: "The plans.", Wording: inspection.Paraphrase}},
	}
	bare := news
	bare.Areas = nil
	var all []saidPage
	for name, words := range map[string]notice.Words{
		"reminders": site.Reminders(inspection.Digest{Post: "Head of quality", Past: []inspection.Reminder{item}, Next: []inspection.Reminder{item}}, "x1"),
		"news":      site.News(news, "x1"), "news of nothing asked for": site.News(bare, "x1"), "news for a channel": site.News(news, ""),
		"a first password": site.PasswordLink("https://timeline.example.gov.uk/links/x", true, "7 days"),
		"another password": site.PasswordLink("https://timeline.example.gov.uk/links/x", false, "one hour"),
	} {
		lines := strings.Split(words.Plain(), "\n")
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
		all = append(all, saidPage{where: "the mail with " + name, said: append([]string{words.Subject}, lines...), blocks: lines})
	}
	return all
}

// commandWords are what commands call things, on purpose: whoever types them needs one exact word, which the guide for
// operations explains. Addresses are no words either.
var commandWords = regexp.MustCompile(`\b(?:slug|seed|recommendations)\b|\S+://\S+`)

// commandsSaid is what the program says of its commands and their flags.
func commandsSaid() []saidPage {
	var all []saidPage
	for _, c := range commands() {
		if c.hidden {
			continue
		}
		said := []string{c.summary}
		for _, f := range flagsOf(c) {
			said = append(said, f.Usage)
		}
		for i := range said {
			said[i] = commandWords.ReplaceAllString(said[i], "")
		}
		all = append(all, saidPage{where: "timeline " + c.name, said: said})
	}
	return all
}
