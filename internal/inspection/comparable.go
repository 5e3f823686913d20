package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Group is a way to choose which authorities one is set beside.
type Group string

// The groups.
const (
	GroupNeighbours Group = "neighbours" // the ten statistical neighbours that the public register lists
	GroupRegion     Group = "region"     // those of its region
	GroupType       Group = "type"       // those of its type of council
	GroupTrust      Group = "trust"      // those whose children's services the same provider ran on the day
	GroupChosen     Group = "chosen"     // the reader's own choice
)

// Groups lists them in the order in which pages offer them.
func Groups() []Group {
	return []Group{GroupNeighbours, GroupRegion, GroupType, GroupTrust, GroupChosen}
}

var groupWords = map[Group]string{
	GroupNeighbours: "Statistical neighbours",
	GroupRegion:     "The same region",
	GroupType:       "The same type of council",
	GroupTrust:      "The same children’s trust",
	GroupChosen:     "My own choice",
}

// Words names the group as pages do.
func (g Group) Words() string { return groupWords[g] }

// Comparing asks which authorities one is set beside on a day.
type Comparing struct {
	Authority Body
	Group     Group
	Chosen    []string // of GroupChosen: their IDs, in the reader's order
	Within    string   // narrows GroupType to a region; empty: all of England
	On        Date
}

// Comparables are the authorities that one is set beside on a day, itself always the first. All of them existed then.
type Comparables struct {
	Comparing
	Members   []Comparable
	LeftOut   []LeftOut // whom the group names too, and why they are not among the members
	Providers []string  // of GroupTrust: the IDs of the providers that ran the authority's services on the day
}

// Comparable is one of them.
type Comparable struct {
	Body    Body
	Own     bool     // the authority that the others are set beside
	Service *Service // of GroupTrust: how the provider served it; nil in other groups and where nothing is held
}

// LeftOut is an authority that a group names and that cannot be shown on the day.
type LeftOut struct {
	Code   string // the local authority code under which the group names it; empty where it names it in another way
	Body   Body   // the zero Body where the register has no such authority
	On     Date
	Before []Body // where it had not begun: the earlier councils that had its area on the day
}

// Words says who is left out and why.
func (l LeftOut) Words() string {
	switch {
	case l.Body.ID == "":
		return fmt.Sprintf("The list names an authority with the code %s, which is not on this record.", l.Code)
	case l.Body.EndedBy(l.On):
		return fmt.Sprintf("%s ended on %s, so it is not shown on %s.", l.Body.Name, l.Body.Ended.Words(), l.On.Words())
	}
	words := fmt.Sprintf("%s did not exist yet on %s: its first day is %s.", l.Body.Name, l.On.Words(), l.Body.Created.Words())
	var earlier []string
	for _, b := range l.Before {
		earlier = append(earlier, b.Name)
	}
	if len(earlier) > 0 {
		words += fmt.Sprintf(" Its area belonged to %s, whose grades are its own.", ListWords(earlier))
	}
	return words
}

// Comparables returns the authorities that one is set beside. Nobody whom the group names is silently dropped.
func (e *England) Comparables(asked Comparing) Comparables {
	out := Comparables{Comparing: asked, Members: []Comparable{{Body: asked.Authority, Own: true}}}
	switch asked.Group {
	case GroupNeighbours:
		for _, code := range asked.Authority.NeighbourCodes() {
			b, _ := e.ByLACode(code)
			out.add(e, b, code, nil)
		}
	case GroupRegion:
		out.addWhere(e, Where{Region: asked.Authority.Region})
	case GroupType:
		out.addWhere(e, Where{Region: asked.Within, Type: asked.Authority.Type})
	case GroupTrust:
		out.addServed(e)
	case GroupChosen:
		for _, id := range asked.Chosen {
			if h, ok := e.History(id); ok {
				out.add(e, h.Body, "", nil)
			}
		}
	}
	return out
}

// MoreThan reports whether more than so many authorities existed on a day.
func (e *England) MoreThan(most int, on Date, where Where) bool {
	n := 0
	for h := range e.meant(where) {
		if h.existed(on) {
			if n++; n > most {
				return true
			}
		}
	}
	return false
}

// IDs returns the IDs of the members.
func (c Comparables) IDs() []string {
	var out []string
	for _, m := range c.Members {
		out = append(out, m.Body.ID)
	}
	return out
}

func (c *Comparables) holds(id string) bool {
	return slices.ContainsFunc(c.Members, func(m Comparable) bool { return m.Body.ID == id })
}

// add adds an authority once, or says why it is left out.
func (c *Comparables) add(e *England, b Body, code string, service *Service) {
	switch {
	case b.ID != "" && c.holds(b.ID):
	case b.ID != "" && b.ExistedOn(c.On):
		c.Members = append(c.Members, Comparable{Body: b, Service: service})
	default:
		c.LeftOut = append(c.LeftOut, LeftOut{Code: code, Body: b, On: c.On, Before: e.EarlierOn(b.ID, c.On)})
	}
}

// addWhere adds the authorities of a region or type. An authority of which the register says neither is like no other.
func (c *Comparables) addWhere(e *England, where Where) {
	if c.Group == GroupRegion && where.Region == "" || c.Group == GroupType && where.Type == "" {
		return
	}
	for _, h := range e.Histories(c.On, where) {
		if h.Body.ID != c.Authority.ID {
			c.Members = append(c.Members, Comparable{Body: h.Body})
		}
	}
}

// addServed adds the authorities that were served by the same providers on the day.
func (c *Comparables) addServed(e *England) {
	for i, s := range e.Services {
		if s.AuthorityID != c.Authority.ID || !s.RunsOn(c.On) {
			continue
		}
		c.Members[0].Service = &e.Services[i]
		if !slices.Contains(c.Providers, s.ProviderID) {
			c.Providers = append(c.Providers, s.ProviderID)
		}
	}
	for i, s := range e.Services {
		if h, ok := e.History(s.AuthorityID); ok && slices.Contains(c.Providers, s.ProviderID) && s.RunsOn(c.On) {
			c.add(e, h.Body, "", &e.Services[i])
		}
	}
}

// RunsOn reports whether the provider ran the authority's services on a day. A service of which no first day is held is
// taken to have run before it.
func (s Service) RunsOn(day Date) bool {
	return !s.From.First().After(day) && (!s.Until.Known() || !s.Until.Last().Before(day))
}

// EarlierOn returns the councils before an authority that had its area on a day.
func (e *England) EarlierOn(id string, day Date) []Body {
	var out []Body
	for _, s := range e.Successions {
		if s.ToID != id {
			continue
		}
		if h, ok := e.History(s.FromID); ok && h.Body.ExistedOn(day) {
			out = append(out, h.Body)
		}
	}
	return out
}

// JudgementsOn lists the judgements by which authorities are set side by side on a day: those of the full inspections of
// the rules then in force and, last, overall effectiveness, which the newest rules gave up.
func (e *England) JudgementsOn(day Date) []Strand {
	var rules Framework
	var given []*Inspection // one for each of the rules until then, which say if any gave an overall grade
	for _, f := range e.Catalogue.Frameworks() {
		if !slices.ContainsFunc(f.Kinds, func(k Kind) bool { return k.Full }) {
			continue
		}
		if rules.Code != "" && f.From.After(day) {
			break
		}
		rules = f
		given = append(given, &Inspection{Framework: f.Code})
	}
	return laneStrands(rules, given, e.Record)
}

// LatestJudgement is where one authority stands in one judgement, as its lane says it, and under which rules.
type LatestJudgement struct {
	Latest
	Rules   Framework // of the latest full inspection; the zero Framework where none is held
	Strand  Strand    // the judgement that the grade was given in: another than asked for where one grade covered both
	NotHeld bool      // whether the authority has ended and no report of it is held at all

	asked string // the code of the judgement that is meant
	since int    // the first day of the family of rules, as dayNumber
	rank  int    // of the grade inside its scale, 0 for the best
}

// ShortRules names the family of rules by the year in which they began: "rules of 2018".
func (l LatestJudgement) ShortRules() string { return fmt.Sprintf("rules of %d", l.since/10000) }

// Graded reports whether there is a grade.
func (l LatestJudgement) Graded() bool { return l.Inspection != nil && l.Absence == "" }

// Shared reports whether the grade was given for several subjects together, and so is the grade of none of them alone.
func (l LatestJudgement) Shared() bool { return l.Graded() && l.Strand.Spans(l.asked) }

// Spans reports whether the judgement is one for several subjects, of which the one with the given code is meant alone.
func (s Strand) Spans(code string) bool { return s.Code != code && len(s.Covers) > 1 }

// LatestJudgement returns where an authority stands in a judgement on a day, by what had been published.
func (e *England) LatestJudgement(h History, judgement Strand, on Date) LatestJudgement {
	full := h.outOn(on)
	out := LatestJudgement{Latest: e.latest(h.Body, judgement, full), asked: judgement.Code, NotHeld: e.notHeld(h)}
	if out.Inspection == nil {
		return out
	}
	out.Rules, _ = e.Catalogue.Framework(out.Inspection.Framework)
	out.Strand, _ = out.Rules.Covering(judgement.Code)
	scale, _ := e.Catalogue.Scale(out.Strand.Scale)
	out.rank = scale.Rank(out.Grade.Code)
	out.since = dayNumber(e.Catalogue.Began(out.Rules.Family).First())
	return out
}

// Began returns the first day of the oldest framework of a family.
func (c *Catalogue) Began(family Family) Date {
	for _, f := range c.Frameworks() { // in the order of their days
		if f.Family == family {
			return f.From
		}
	}
	return Date{}
}

// outOn returns the full inspections that had come out by a day, oldest first.
func (h History) outOn(day Date) []*Inspection {
	by := dayNumber(day)
	var out []*Inspection
	for i, in := range h.Full {
		if h.outBy[i] > 0 && h.outBy[i] <= by {
			out = append(out, in)
		}
	}
	return out
}

// ByJudgement orders authorities by where they stand in a judgement. Grades rank inside one family of rules and one scale:
// those of the newest rules stand first, then grades that several subjects shared, then those of older rules, and last the
// kinds of absence, one after the other. Only the order inside these parts turns round.
func ByJudgement(a, b LatestJudgement, lowestFirst bool) int {
	if !a.Graded() || !b.Graded() {
		return cmp.Or(
			boolOrder(!a.Graded(), !b.Graded()),
			cmp.Compare(slices.Index(Absences(), a.Absence), slices.Index(Absences(), b.Absence)), boolOrder(a.NotHeld, b.NotHeld),
		)
	}
	rank := cmp.Compare(a.rank, b.rank)
	if lowestFirst {
		rank = -rank
	}
	return cmp.Or(cmp.Compare(b.since, a.since), boolOrder(a.Shared(), b.Shared()), cmp.Compare(a.Strand.Scale, b.Strand.Scale), rank)
}

// LaneOf computes the lane of one judgement of an authority as it stood on a day, whatever the rules that it was last
// inspected under. Where no report of it is held, the lane is empty.
func (e *England) LaneOf(h History, judgement Strand, on Date) Lanes {
	out := Lanes{Body: h.Body, From: RecordBegins, Until: on}
	if h.Body.Created.Known() && h.Body.Created.After(out.From) {
		out.From = h.Body.Created.First()
	}
	if h.Body.EndedBy(on) {
		out.Until = h.Body.Ended.First()
	}
	full := h.outOn(on)
	out.Solid = e.fullCompleteTo(h.Body, out.Until)
	lane := Lane{Code: judgement.Code, Name: judgement.Short}
	if len(full) > 0 || out.Solid.Known() {
		lane = e.judgementLane(h.Body, judgement, full, out)
	}
	out.Main = []Lane{lane}
	return out
}

// InShortWords names the rules of a framework without what changed in them since: "the inspection rules of 2018".
func (f Framework) InShortWords() string {
	words, _, _ := strings.Cut(f.PlainName, ",")
	return words
}

// AbsenceWords says why there is no grade. A report that is not held never reads as an inspection that never was.
func (l LatestJudgement) AbsenceWords() string {
	switch {
	case l.NotHeld:
		return "report not held"
	case l.Absence == AbsentNoSuchJudgement:
		return "not given under the rules of that inspection"
	}
	return l.Absence.Words()
}

// CountLatest says how many authorities have which grade in a judgement. Grades of other families of rules, and grades that
// several subjects shared, are counted apart.
func CountLatest(judgement Strand, all []LatestJudgement) string {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b LatestJudgement) int { return ByJudgement(a, b, false) })
	var parts, absent, shared []string
	var rules []int
	var phrase string
	for len(sorted) > 0 {
		first := sorted[0]
		same := slices.IndexFunc(sorted, func(l LatestJudgement) bool { return ByJudgement(first, l, false) != 0 })
		if same < 0 {
			same = len(sorted)
		}
		sorted = sorted[same:]
		switch at := fmt.Sprintf("%d at %s", same, lowerFirst(first.Grade.Name)); {
		case !first.Graded():
			absent = append(absent, fmt.Sprintf("%d %s", same, first.AbsenceWords()))
		case first.Shared():
			shared, phrase = append(shared, at), first.Strand.Phrase
		case !slices.Contains(rules, first.since):
			rules = append(rules, first.since)
			parts = append(parts, "under "+first.Rules.InShortWords()+", "+at)
		default:
			parts[len(parts)-1] += ", " + at
		}
	}
	if len(rules) == 1 && len(shared) == 0 {
		_, parts[0], _ = strings.Cut(parts[0], ", ")
	}
	if len(shared) > 0 {
		parts = append(parts, fmt.Sprintf("with one grade for %s together, %s", phrase, strings.Join(shared, ", ")))
	}
	if len(parts) == 0 {
		return judgement.Short + ": " + strings.Join(absent, ", ") + "."
	}
	out := judgement.Short + ": " + strings.Join(parts, "; ") + "."
	if len(absent) > 0 {
		out += " Without a grade: " + strings.Join(absent, ", ") + "."
	}
	return out
}

// CountRules says under which rules authorities were last inspected.
func CountRules(all []LatestJudgement) string {
	counts := map[string]int{}
	var order []Framework
	for _, l := range all {
		if counts[l.Rules.Code]++; counts[l.Rules.Code] == 1 {
			order = append(order, l.Rules)
		}
	}
	slices.SortFunc(order, func(a, b Framework) int { return b.From.Compare(a.From) })
	var parts []string
	for _, f := range order {
		if f.Code == "" {
			parts = append(parts, fmt.Sprintf("%d with no full report on this record by then", counts[""]))
			continue
		}
		parts = append(parts, fmt.Sprintf("%d under %s", counts[f.Code], f.PlainName))
	}
	return "Last inspected: " + strings.Join(parts, "; ") + "."
}
