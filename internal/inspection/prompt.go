package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// PromptCode names the rule that asks a Prompt.
type PromptCode string

// The rules that ask, in the order in which they do.
const (
	PromptPlan       PromptCode = "plan"        // the day for a plan has passed and no link to it is recorded
	PromptReturn     PromptCode = "return"      // inspectors were to return and nothing is recorded
	PromptAgain      PromptCode = "again"       // two letters one after the other ask for something on one subject
	PromptCameBack   PromptCode = "came_back"   // and is open
	PromptPastDate   PromptCode = "past_date"   //
	PromptMoved      PromptCode = "moved"       // the day was moved more than once
	PromptWaiting    PromptCode = "waiting"     // for the body that decides
	PromptNoEvidence PromptCode = "no_evidence" // none that the reader may see for EvidenceHolds days
	PromptExpired    PromptCode = "expired"     // all accepted evidence has expired
	PromptNoView     PromptCode = "no_view"     // no later letter's view of it is recorded
	PromptNoResult   PromptCode = "no_result"   // the lowest outcome of a service, and nothing after it
)

// Prompt is a question that the record itself suggests to members, with the rule by which it does. It says what is known
// and blames nobody.
type Prompt struct {
	Code        PromptCode
	Question    string
	Rule        string        // why it is asked, in a sentence
	Short       string        // the same in a few words, where many are named on one line
	References  []string      // the areas to improve that it is about; none where it is about letters
	Inspections []*Inspection // the letters that it is about
}

// prompter is what the rules look at.
type prompter struct {
	*Record
	authorities []Body
	place       string // within which the authorities are named; empty on the page of one
	items       []ScrutinyItem
	subjects    []Prompt // what askedAgain asks
	reader      Audience
	asOf        Date
}

// Prompts returns the questions that the record of some authorities suggests on a day: those of one rule after those of
// another, one for each subject. The items are the areas to improve of the authorities with their positions of the day;
// evidence counts as far as the reader may see it. Nothing is asked about a council that has ended.
func (r *Record) Prompts(authorities []Body, place string, items []ScrutinyItem, reader Audience, asOf Date) []Prompt {
	authorities = kept(authorities, func(b Body) bool { return !b.EndedBy(asOf) })
	items = kept(items, func(i ScrutinyItem) bool { return !i.Ended })
	if len(authorities) == 0 {
		return nil
	}
	p := &prompter{Record: r, authorities: authorities, place: place, items: items, reader: reader, asOf: asOf}
	p.subjects = p.askedAgain()
	return slices.Concat(
		p.plans(), p.returns(), p.subjects,
		p.positions(PromptCameBack), p.positions(PromptPastDate), p.positions(PromptMoved), p.positions(PromptWaiting),
		p.positions(PromptNoEvidence), p.positions(PromptExpired),
		p.withoutView(), p.withoutResult(),
	)
}

// whose names the authorities whose something is: "the council’s", "each council’s", "North’s".
func (p *prompter) whose(of []Body) string {
	switch {
	case len(p.authorities) == 1:
		return "the council’s"
	case len(of) == len(p.authorities):
		return "each council’s"
	}
	var names []string
	for _, a := range of {
		names = append(names, a.NameWithin(p.place))
	}
	return ListWords(names) + "’s"
}

// plans asks where a statement or plan can be read whose last day has passed.
func (p *prompter) plans() []Prompt {
	type group struct {
		key, letter string
		clocks      []*Clock
		bodies      []Body
		letters     []*Inspection
	}
	var groups []group
	for _, e := range p.Expected(p.authorities, p.asOf) {
		if e.Clock == nil || !e.Until.Before(p.asOf) {
			continue
		}
		out, _ := e.Inspection.OutDay()
		key := e.Clock.Rule.Code + out.MonthWords()
		i := slices.IndexFunc(groups, func(g group) bool { return g.key == key })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{key: key, letter: "the " + out.MonthWords() + " letter"})
		}
		g := &groups[i]
		g.clocks, g.letters = append(g.clocks, e.Clock), append(g.letters, e.Inspection)
		if !slices.ContainsFunc(g.bodies, func(b Body) bool { return b.ID == e.Body.ID }) {
			g.bodies = append(g.bodies, e.Body)
		}
	}
	var out []Prompt
	for _, g := range groups {
		what := g.clocks[0].planWords()
		if g.clocks[0].Rule.Code == StatementOfActionRule {
			what = "action plan"
		}
		day := "day"
		if g.clocks[0].LatestPossible() {
			day = "latest possible day"
		}
		out = append(out, Prompt{
			Code: PromptPlan, Inspections: g.letters,
			Question: fmt.Sprintf("Where can we read %s %s for %s?", p.whose(g.bodies), what, g.letter),
			Rule:     fmt.Sprintf("The %s for it, %s, has passed, and no link to it is recorded here.", day, g.clocks[0].Due.Words()),
			Short:    what + " for " + g.letter,
		})
	}
	return out
}

// returns asks whether inspectors have come back where a letter announced it and the time for it has passed.
func (p *prompter) returns() []Prompt {
	type group struct {
		framework   Framework
		words       string
		from, until Date
		letters     []*Inspection
	}
	var groups []group
	for _, e := range p.Expected(p.authorities, p.asOf) {
		if e.Clock != nil || !e.Until.Before(p.asOf) {
			continue
		}
		i := slices.IndexFunc(groups, func(g group) bool { return g.framework.Code == e.Inspection.Framework })
		if i < 0 {
			f, _ := p.Catalogue.Framework(e.Inspection.Framework)
			groups = append(groups, group{framework: f, words: e.Announcement.Words, from: e.From, until: e.Until})
			i = len(groups) - 1
		}
		g := &groups[i]
		if e.From.Before(g.from) {
			g.from = e.From
		}
		if e.Until.After(g.until) {
			g.until = e.Until
		}
		if !slices.Contains(g.letters, e.Inspection) {
			g.letters = append(g.letters, e.Inspection)
		}
	}
	var out []Prompt
	for _, g := range groups {
		since, _ := slices.MinFunc(g.letters, ByDay).OutDay()
		out = append(out, Prompt{
			Code: PromptReturn, Inspections: g.letters,
			Question: fmt.Sprintf("Have inspectors returned on %s since %d, and what did they find?", g.framework.Short, since.Year()),
			Rule:     fmt.Sprintf("A %s was expected about %s, and nothing is recorded.", g.words, BandWords(g.from, g.until)),
			Short:    fmt.Sprintf("%s since %d (return expected, nothing recorded)", g.framework.Short, since.Year()),
		})
	}
	return out
}

// again is a subject that two full letters in a row ask for something on.
type again struct {
	subject    string
	linked     bool // whether the record says that the later letter asks for the same again
	references []string
	letters    []*Inspection
}

// askedAgain asks what is different now where the latest full letter asks for something on a subject of the one before.
// Items that the record links stand first; of the others those that share a theme.
func (p *prompter) askedAgain() []Prompt {
	var subjects []again
	for _, linked := range []bool{true, false} {
		for _, a := range p.authorities {
			full := p.fullInspections(a.ID, p.asOf)
			if len(full) < 2 {
				continue
			}
			last, before := full[len(full)-1], full[len(full)-2]
			for _, item := range last.Recommendations {
				for _, earlier := range before.Recommendations {
					if subject := p.subject(item, earlier); subject != "" && p.repeats(item, earlier) == linked {
						subjects = addAgain(subjects, again{subject, linked, []string{item.Reference, earlier.Reference}, []*Inspection{before, last}})
					}
				}
			}
		}
	}
	var out []Prompt
	for _, one := range subjects {
		rule := "Two full letters, one after the other, ask for something on this subject."
		if one.linked {
			rule = "Two full letters, one after the other, ask for something on this subject, and the later one is recorded as asking for it again."
		}
		out = append(out, Prompt{
			Code: PromptAgain, Question: one.words(), Rule: rule, Short: lowerFirst(one.subject) + ", asked for again",
			References: one.references, Inspections: one.letters,
		})
	}
	return out
}

// subject names what two items are both about: the first theme, in the catalogue's order, that both have.
func (p *prompter) subject(item, earlier Recommendation) string {
	var first Theme
	for _, t := range p.Themes {
		both := slices.Contains(item.Themes, t.Code) && slices.Contains(earlier.Themes, t.Code)
		if both && (first.Code == "" || t.Position < first.Position) {
			first = t
		}
	}
	return first.Name
}

func (p *prompter) repeats(item, earlier Recommendation) bool {
	return slices.ContainsFunc(p.Links, func(l RecommendationLink) bool {
		return l.Kind == LinkRepeats && l.FromReference == item.Reference && l.ToReference == earlier.Reference
	})
}

// addAgain adds a pair of items, the later one first, to its subject. An item that already stands under a subject is not
// asked about under a second one.
func addAgain(subjects []again, pair again) []again {
	i := slices.IndexFunc(subjects, func(one again) bool { return one.subject == pair.subject })
	if i < 0 {
		if slices.ContainsFunc(subjects, func(one again) bool { return slices.Contains(one.references, pair.references[0]) }) {
			return subjects
		}
		return append(subjects, pair)
	}
	for _, reference := range pair.references {
		if !slices.Contains(subjects[i].references, reference) {
			subjects[i].references = append(subjects[i].references, reference)
		}
	}
	for _, in := range pair.letters {
		if !slices.Contains(subjects[i].letters, in) {
			subjects[i].letters = append(subjects[i].letters, in)
		}
	}
	return subjects
}

// words asks about the subject: "Plans: in the 2022 letters, again in 2026. What is different now?"
func (a again) words() string {
	var years []string
	first := 0 // letters of the first year
	for _, in := range slices.SortedFunc(slices.Values(a.letters), ByDay) {
		day, _ := in.OutDay()
		year := fmt.Sprint(day.Year())
		if !slices.Contains(years, year) {
			years = append(years, year)
		}
		if year == years[0] {
			first++
		}
	}
	words := fmt.Sprintf("%s: in the %s %s", a.subject, years[0], plural(first, "letter", "letters"))
	if len(years) > 1 {
		words += ", again in " + ListWords(years[1:])
	}
	return words + ". What is different now?"
}

// positionPrompts are the rules about where items stand: which they ask about, and in which words. Each has one question
// for one item and one for several.
var positionPrompts = map[PromptCode]struct {
	asks              func(i ScrutinyItem, p *prompter) bool
	one, several      string // after the item's reference, or after the number of items
	rule, short, many string
}{
	PromptCameBack: {
		asks:    func(i ScrutinyItem, p *prompter) bool { return i.Position.State.Open() && p.cameBack(i) },
		one:     "came back. What was missed, and what will be different?",
		several: "came back. What was missed, and what will be different?",
		rule:    "Opened again after it was closed, or asked for again in a later letter, and open now.", short: "came back", many: "areas that came back",
	},
	PromptPastDate: {
		asks:    func(i ScrutinyItem, p *prompter) bool { return i.Position.PastDate(p.asOf) },
		one:     "is past its date. What is left to do, and by when?",
		several: "are past their date. What is left to do on each, and by when?",
		rule:    "The latest agreed day has passed, and the council does not say that it is done.", short: "past its date", many: "areas past their date",
	},
	PromptMoved: {
		asks: func(i ScrutinyItem, _ *prompter) bool {
			return i.Position.State.Open() && i.Position.MovedMoreThanOnce()
		},
		one:     "was given a new date more than once. What would make the latest one hold?",
		several: "were given a new date more than once. What would make the latest dates hold?",
		rule:    "The body that decides agreed another day more than once.", short: "moved more than once", many: "areas moved more than once",
	},
	PromptWaiting: {
		asks:    func(i ScrutinyItem, _ *prompter) bool { return i.Position.WaitsForDecision() },
		one:     "waits for a decision. When will it be taken?",
		several: "wait for a decision. When will they be taken?",
		rule:    "A new day was asked for, or it was checked and can be closed, and the body that decides has not answered.", short: "waits for a decision", many: "areas that wait for a decision",
	},
	PromptNoEvidence: {
		asks:    func(i ScrutinyItem, p *prompter) bool { return i.Position.LacksEvidence(p.asOf, p.reader) },
		one:     "shows no new evidence. What tells us how far it is?",
		several: "show no new evidence. What tells us how far they are?",
		rule:    fmt.Sprintf("A plan is recorded, nothing has moved for %[1]d days, and no evidence shown here is of the last %[1]d days.", EvidenceHolds), short: "no new evidence", many: "areas without new evidence",
	},
	PromptExpired: {
		asks:    func(i ScrutinyItem, p *prompter) bool { return i.Position.EvidenceExpired(p.asOf) },
		one:     "rests on evidence that has expired. Is it still so?",
		several: "rest on evidence that has expired. Is it still so?",
		rule:    "All evidence that was accepted for it has passed its last day.", short: "evidence expired", many: "areas whose evidence has expired",
	},
}

// cameBack reports whether an item came back, unless that is only because a letter asks for it again and the question of
// that subject names it already.
func (p *prompter) cameBack(i ScrutinyItem) bool {
	again := i.Again
	if slices.ContainsFunc(p.subjects, func(s Prompt) bool { return slices.Contains(s.References, i.Reference) }) {
		again = nil
	}
	return i.Position.CameBack(again)
}

// positions asks by one of the rules about where items stand. An item that twin letters share is counted once.
func (p *prompter) positions(code PromptCode) []Prompt {
	rule := positionPrompts[code]
	var about []ScrutinyItem
	out := Prompt{Code: code, Rule: rule.rule}
	for _, item := range p.items {
		if rule.asks(item, p) {
			about = append(about, item)
			out.References = append(out.References, item.Reference)
		}
	}
	switch n := countedOnce(about); {
	case n == 0:
		return nil
	case n == 1:
		out.Question = "Area to improve " + about[0].Reference + " " + rule.one
		out.Short = about[0].Reference + " (" + rule.short + ")"
	default:
		out.Question = fmt.Sprintf("%s areas to improve %s", sentenceCase(NumberWords(n)), rule.several)
		out.Short = fmt.Sprintf("%d %s", n, rule.many)
	}
	return []Prompt{out}
}

// withoutView asks what became of the areas of the full letter before the latest, where no later letter's view of them is
// recorded.
func (p *prompter) withoutView() []Prompt {
	viewed := map[string]bool{}
	for _, item := range p.items {
		viewed[item.Reference] = len(item.Views) > 0
	}
	var out []Prompt
	for _, a := range p.authorities {
		full := p.fullInspections(a.ID, p.asOf)
		if len(full) < 2 {
			continue
		}
		last, before := full[len(full)-1], full[len(full)-2]
		var references []string
		for _, item := range before.Recommendations {
			if !viewed[item.Reference] {
				references = append(references, item.Reference)
			}
		}
		if len(references) == 0 {
			continue
		}
		then, _ := before.OutDay()
		now, _ := last.OutDay()
		areas := fmt.Sprintf("%s %s from %d", NumberWords(len(references)), plural(len(references), "area", "areas"), then.Year())
		rule, short := "No view of them from a later letter is recorded here.", "no later view recorded"
		if silent(last) {
			rule = fmt.Sprintf("The letter of %s has no sentence on whether they were put right. What it says of each of them is not recorded here.", now.MonthWords())
			short = "letter silent"
		}
		whose := p.whose([]Body{a})
		out = append(out, Prompt{
			Code: PromptNoView, References: references, Inspections: []*Inspection{before, last},
			Question: fmt.Sprintf("What became of %s %s?", whose, areas), Rule: rule,
			Short: fmt.Sprintf("%s %s (%s)", whose, areas, short),
		})
	}
	return out
}

// silent reports whether a letter was read and found to say nothing in general of the areas of the letter before.
func silent(letter *Inspection) bool {
	says := slices.ContainsFunc(letter.Findings, func(f Finding) bool { return f.Kind == EarlierAreas })
	return letter.Document == DocumentHeld && !says
}

// withoutResult asks what came after the lowest outcome of a service that a provider runs, where nothing later is on the
// record and no list that reaches further is held.
func (p *prompter) withoutResult() []Prompt {
	var out []Prompt
	for _, provider := range p.Providers(p.authorities...) {
		latest := map[string]*Inspection{} // by lane
		var lanes []string
		for _, in := range p.InspectionsOf(provider.ID, p.asOf) {
			if !p.Graded(in) {
				continue
			}
			k, _ := p.Catalogue.Kind(in.Kind)
			if latest[k.Lane] == nil {
				lanes = append(lanes, k.Lane)
			}
			latest[k.Lane] = in
		}
		for _, lane := range lanes {
			in := latest[lane]
			k, _ := p.Catalogue.Kind(in.Kind)
			f, _ := p.Catalogue.Framework(in.Framework)
			grade, ok := p.outcome(in)
			if !ok || p.CompleteTo(provider, k.Record).Known() {
				continue
			}
			if scale, _ := p.Catalogue.Scale(f.Strands[0].Scale); !scale.Lowest(grade.Code) {
				continue
			}
			day, _ := in.OutDay()
			service := strings.ToLower(lane)
			out = append(out, Prompt{
				Code: PromptNoResult, Inspections: []*Inspection{in},
				Question: fmt.Sprintf("What have inspectors found at the %s since %s?", service, day.MonthWords()),
				Rule:     fmt.Sprintf("It was then found %s, the lowest grade of its scale, and no later result is on this record.", lowerFirst(grade.Name)),
				Short:    fmt.Sprintf("%s since %s (later result not found)", service, day.MonthWords()),
			})
		}
	}
	return out
}
