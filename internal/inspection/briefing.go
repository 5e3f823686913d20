package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// Briefing is a paper of about two sheets that a committee takes to its meeting: what inspectors last said, what changed
// since a day, how far the areas to improve are, and what to ask. The page and the document are both written from it, and so
// cannot say different things.
type Briefing struct {
	Body     Body
	Title    string
	Since    Date
	AsOf     Date
	Reader   Audience       // who may read the paper
	About    []BriefingText // as of when it is, since when it looks back, and for whom it is
	Headline []BriefingText // what inspectors last said, the sentence that matters most at its head
	Sections []BriefingSection
}

// BriefingText is a sentence or more, parts of which may lead somewhere.
type BriefingText []BriefingRun

// BriefingRun is a piece of text. Without words of its own it shows the address to which it leads.
type BriefingRun struct {
	Words string
	Lead  BriefingLead
}

// BriefingLead says where a piece of text leads; the zero value is nowhere.
type BriefingLead struct {
	To BriefingPlace
	ID string
}

// BriefingPlace is a kind of place to which a paper leads.
type BriefingPlace string

// The places to which a paper leads, and what the ID of its lead is.
const (
	ToArea       BriefingPlace = "area"       // a reference
	ToInspection BriefingPlace = "inspection" // its ID
	ToBriefing   BriefingPlace = "briefing"   // that of a body
	ToScrutiny   BriefingPlace = "scrutiny"   // everything that scrutiny works through for a body
	ToList       BriefingPlace = "list"       // a ScrutinyCode of the paper's own body
)

// BriefingSection is one part of a paper under its heading: words, then a table or a list, then where the rest is.
type BriefingSection struct {
	Code  string // the same in every paper
	Title string
	Words []BriefingText
	Table *BriefingTable
	List  []BriefingText
	After []BriefingText
}

// BriefingTable is a table of words. The first cell of a row is its head.
type BriefingTable struct {
	Caption string
	Summary string // what the table holds, for those who hear it before they go through it
	Heads   []string
	Widths  []int // of each column, in hundredths of the sheet's width
	Rows    [][]BriefingText
}

// BriefingFacts are what a paper is made from. Everything in them is already as the reader may see it, on the day.
type BriefingFacts struct {
	Record      *Record
	Body        Body   // a council, a place or a provider
	Authorities []Body // whose grades it tells; none for a provider, which has grades of its own alone
	Heading     string // whose services the paper is about: "Children’s services in Kent"
	Ended       string // of councils that have ended: when; empty for others
	Items       []ScrutinyItem
	Moves       []Move // recorded since
	Recorded    string // how many updates and pieces of evidence were, in a sentence
	Questions   []Question
	Committees  []Committee
	Meetings    []Meeting
	Posts       []Post
	Fresh       []string // how new the record is
	Since       Date
	SinceWhy    string // how that day came about, as it follows it
	AsOf        Date
	Reader      Audience
}

// briefingBounds says how much of each list a paper holds. What is beyond them is left to the pages to which it leads.
type briefingBounds struct {
	areas     int // rows of the table
	lines     int // of each shorter list
	questions int // that the record suggests
	asked     int // questions of members
	sources   int
}

// fewerBounds are the bounds that are tried one after the other until the paper fits on its sheets.
var fewerBounds = []briefingBounds{
	{8, 4, 6, 3, 6}, {7, 4, 5, 3, 5}, {6, 3, 5, 3, 4}, {5, 3, 4, 2, 4}, {4, 2, 4, 2, 3}, {4, 2, 3, 1, 3}, {3, 1, 3, 1, 2},
}

// The most sources and areas that a paper names where its sheets have room for them.
const (
	mostBriefingSources = 12
	mostBriefingAreas   = 16
)

const mostBriefingWords = 110 // characters of an area's words

// NewBriefing returns the paper. The same facts give the same paper.
func NewBriefing(facts BriefingFacts) Briefing {
	names := ChangeNames{Bodies: facts.Record.Bodies, Committees: facts.Committees, Posts: facts.Posts}
	board := Scrutiny(facts.Items, facts.Since, facts.AsOf, facts.Reader)
	within := func(bounds briefingBounds) Briefing {
		return (&briefer{BriefingFacts: facts, board: board, names: names, most: bounds}).briefing()
	}
	var out Briefing
	var bounds briefingBounds
	for _, bounds = range fewerBounds {
		if out = within(bounds); out.fits() {
			break
		}
	}
	// What room is left goes first to what was asked, then to the sources that were not named, then to areas.
	for _, part := range []struct {
		bound *int
		most  int
	}{
		{&bounds.asked, fewerBounds[0].asked}, {&bounds.questions, fewerBounds[0].questions},
		{&bounds.sources, mostBriefingSources}, {&bounds.areas, mostBriefingAreas},
	} {
		for *part.bound < part.most {
			*part.bound++
			more := within(bounds)
			if !more.fits() {
				*part.bound--
				break
			}
			out = more
		}
	}
	return out
}

func (b *briefer) briefing() Briefing {
	out := Briefing{
		Body: b.Body, Title: "Briefing: " + lowerFirst(b.Heading), Since: b.Since, AsOf: b.AsOf, Reader: b.Reader,
		About: b.about(), Headline: b.headline(),
	}
	out.Sections = []BriefingSection{
		b.changed(), b.grades(), b.areas(), b.pastDate(), b.datesAsked(), b.closures(), b.questions(), b.sources(),
	}
	return out
}

// What fits on two sheets of A4 with margins of 2 cm, in Arial of 10 points: characters on a line, and lines as they are
// counted here, which is generously. Of papers of more than 137 such lines some took a third sheet; the rest is for programs that
// set lines a little wider than others.
const (
	sheetLines      = 130.0
	sheetCharacters = 98
)

// fits reports whether the paper is sure to print on two sheets.
func (p Briefing) fits() bool { return p.lines() <= sheetLines }

// lines is how many lines the paper takes, of those that sheetLines counts.
func (p Briefing) lines() float64 {
	lines := 2.0 + textLines(p.About, sheetCharacters) + textLines(p.Headline, sheetCharacters-10)
	for _, section := range p.Sections {
		lines += 2 + textLines(section.Words, sheetCharacters) + textLines(section.After, sheetCharacters) +
			textLines(section.List, sheetCharacters-4)
		if section.Table != nil {
			lines += section.Table.lines()
		}
	}
	return lines
}

func textLines(texts []BriefingText, characters int) float64 {
	lines := 0.0
	for _, t := range texts {
		lines += 0.3 + float64(t.linesOf(characters))
	}
	return lines
}

// linesOf is how many lines the text takes. An address that is shown is not known here, and takes most of a line.
func (t BriefingText) linesOf(characters int) int {
	n := 0
	for _, run := range t {
		if n += len([]rune(run.Words)); run.Words == "" {
			n += characters * 3 / 4
		}
	}
	return max(1, (n+characters-1)/characters)
}

// lines is how many lines the table takes with its caption and its heads, which stand on each sheet.
func (t BriefingTable) lines() float64 {
	lines := 4.0
	for _, row := range t.Rows {
		most := 1
		for i, cell := range row {
			most = max(most, cell.linesOf(sheetCharacters*t.Widths[i]/100-2))
		}
		lines += 0.2 + 0.95*float64(most)
	}
	return lines
}

// briefer writes the parts of a paper.
type briefer struct {
	BriefingFacts
	board ScrutinyBoard
	names ChangeNames
	most  briefingBounds
	cited []*Inspection // that the paper tells of, in the order in which it does
}

func plainText(words string) BriefingText { return BriefingText{{Words: words}} }

// String is the text without where it leads.
func (t BriefingText) String() string {
	var out strings.Builder
	for _, run := range t {
		out.WriteString(run.Words)
	}
	return out.String()
}

// cite notes inspections that the paper tells of.
func (b *briefer) cite(inspections ...*Inspection) {
	for _, in := range inspections {
		if in != nil && !slices.ContainsFunc(b.cited, func(c *Inspection) bool { return c.ID == in.ID }) {
			b.cited = append(b.cited, in)
		}
	}
}

// about says what the paper is.
func (b *briefer) about() []BriefingText {
	first := "As it stood on " + b.AsOf.Words() + ". What changed is told since " + b.Since.Words() + ": " + b.SinceWhy
	if next := b.nextMeeting(); next != "" {
		first += " Next meeting recorded: " + next + "."
	}
	out := []BriefingText{plainText(first)}
	if b.Ended != "" {
		out = append(out, plainText(b.Ended))
	}
	switch b.Reader {
	case ForPublic:
		out = append(out, plainText("It holds what everyone may read."))
	default:
		out = append(out, plainText("For "+b.Reader.Words()+": it holds what is not for everyone. Do not publish it."))
	}
	return out
}

// nextMeeting names the first meeting to come of a committee that scrutinises.
func (b *briefer) nextMeeting() string {
	var next Meeting
	var of Committee
	for _, met := range b.Meetings {
		i := slices.IndexFunc(b.Committees, func(c Committee) bool { return c.ID == met.CommitteeID && c.Scrutinises })
		if i >= 0 && !met.On.Before(b.AsOf) && (!next.On.Known() || met.On.Before(next.On)) {
			next, of = met, b.Committees[i]
		}
	}
	if !next.On.Known() {
		return ""
	}
	return of.Name + ", " + next.On.Words()
}

// headline is what the first screen says of the councils. A provider has no such grades.
func (b *briefer) headline() []BriefingText {
	if len(b.Authorities) == 0 {
		return b.providerHeadline()
	}
	var out []BriefingText
	var told []string // that two councils share an earlier one is said once
	for _, h := range b.Record.Headlines(b.Authorities, b.AsOf) {
		b.cite(h.Letters...)
		detail := slices.DeleteFunc(slices.Clone(h.Detail), func(sentence string) bool { return slices.Contains(told, sentence) })
		told = append(told, detail...)
		out = append(out, plainText(h.Lead), plainText(strings.Join(detail, " ")))
	}
	for _, h := range b.Record.OtherHeadlines(b.Authorities, b.AsOf) {
		b.cite(h.Inspections...)
		out = append(out, plainText(strings.TrimSpace(h.Lead+" "+h.Detail)))
	}
	return slices.DeleteFunc(out, func(t BriefingText) bool { return t.String() == "" })
}

// providerHeadline says whom a provider serves and that their grades are not its own.
func (b *briefer) providerHeadline() []BriefingText {
	served := b.served()
	if len(served) == 0 {
		return []BriefingText{plainText("No council is recorded that " + b.Body.Name + " serves.")}
	}
	var names []string
	for _, council := range served {
		names = append(names, council.Name)
	}
	own := plainText("The grades of their children’s services are the councils’ own, and stand in their briefings: ")
	for i, council := range served {
		if i > 0 {
			own = append(own, BriefingRun{Words: " · "})
		}
		own = append(own, BriefingRun{council.Name, BriefingLead{ToBriefing, council.ID}})
	}
	return []BriefingText{
		plainText(b.Body.Name + " runs children’s services for " + ListWords(names) + "."),
		append(own, BriefingRun{Words: "."}),
	}
}

// served lists the councils that a provider serves.
func (b *briefer) served() []Body {
	var out []Body
	for _, service := range b.Record.Services {
		council, ok := b.Record.Body(service.AuthorityID)
		known := slices.ContainsFunc(out, func(o Body) bool { return o.ID == council.ID })
		if ok && !known && service.ProviderID == b.Body.ID && !council.EndedBy(b.AsOf) {
			out = append(out, council)
		}
	}
	slices.SortFunc(out, func(a, c Body) int { return strings.Compare(a.Name, c.Name) })
	return out
}

// changed tells what came out and what was recorded since the day.
func (b *briefer) changed() BriefingSection {
	out := BriefingSection{Code: "changed", Title: "What changed since " + b.Since.Words()}
	letters := b.lettersSince()
	for _, in := range letters[:min(len(letters), b.most.lines)] {
		out.List = append(out.List, append(plainText("Published: "), b.inspectionRun(in)))
	}
	if left := len(letters) - b.most.lines; left > 0 {
		out.List = append(out.List, plainText(CountWords(left, "more letter or report", "more letters and reports")+" came out."))
	}
	if len(letters) == 0 {
		out.List = append(out.List, plainText("No letter or report that is on this record came out in this time."))
	}
	var none []string
	for _, one := range []struct {
		code ScrutinyCode
		done string
	}{
		{ScrutinyClosed, "closed"}, {ScrutinySaidDone, "said to be done"}, {ScrutinyDatesAgreed, "given a new date"},
		{ScrutinyOfstedChecked, "checked by Ofsted"},
	} {
		if list := b.board.List(one.code); list.Count > 0 {
			out.List = append(out.List, b.listLine(list))
		} else {
			none = append(none, one.done)
		}
	}
	if len(none) > 0 {
		out.List = append(out.List, plainText("No area to improve was "+JoinWords(none, "or")+" in this time."))
	}
	out.List = append(out.List, b.decisions()...)
	if b.Recorded != "" {
		out.List = append(out.List, plainText(b.Recorded))
	}
	return out
}

// lettersSince lists what came out after the day, the latest first.
func (b *briefer) lettersSince() []*Inspection {
	about := b.Record.ListedUnder(b.Body.ID)
	var out []*Inspection
	for _, in := range b.Record.Inspections {
		of := slices.ContainsFunc(about, func(one Body) bool { return in.Of(one.ID) })
		if day, _ := in.OutDay(); of && day.After(b.Since) && in.OutBy(b.AsOf) {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, func(a, c *Inspection) int { return ByDay(c, a) })
	return out
}

// listLine says how many areas one list holds, and which they are.
func (b *briefer) listLine(list ScrutinyList) BriefingText {
	out := plainText(fmt.Sprintf("%s: %d (", list.Title, list.Count))
	shown := list.Items[:min(len(list.Items), b.most.lines)]
	for i, item := range shown {
		if i > 0 {
			out = append(out, BriefingRun{Words: ", "})
		}
		out = append(out, areaRun(item.Reference))
	}
	if len(shown) < len(list.Items) {
		out = append(out, BriefingRun{Words: " and others"})
	}
	return append(out, BriefingRun{Words: ")."})
}

func areaRun(reference string) BriefingRun {
	return BriefingRun{reference, BriefingLead{ToArea, reference}}
}

// inspectionRun names an inspection: what it was, of whom, and when it came out.
func (b *briefer) inspectionRun(in *Inspection) BriefingRun {
	k, _ := b.Record.Catalogue.Kind(in.Kind)
	var names []string
	for _, of := range in.Bodies {
		names = append(names, b.Record.Name(of.BodyID))
	}
	words := k.Name + ", " + ListWords(names) + ", "
	if day, published := in.OutDay(); published {
		words += "published " + day.Words()
	} else {
		words += in.VisitedWords() + ", publication date not found"
	}
	return BriefingRun{words, BriefingLead{ToInspection, in.ID}}
}

// decisions lists what bodies decided and scrutiny said, the latest first.
func (b *briefer) decisions() []BriefingText {
	moves := slices.DeleteFunc(slices.Clone(b.Moves), func(m Move) bool { return !m.Kind.Decision() })
	slices.SortStableFunc(moves, func(a, c Move) int { return c.On.Compare(a.On) })
	lines := b.lines(len(moves), func(i int) (string, string) {
		return moves[i].Reference, moves[i].On.Words() + ": " + b.decisionWords(moves[i])
	})
	out := lines[:min(len(lines), b.most.lines)]
	if left := len(lines) - b.most.lines; left > 0 {
		out = append(out, BriefingText{
			{Words: CountWords(left, "more decision", "more decisions") + ", at "}, {Lead: BriefingLead{ToScrutiny, b.Body.ID}},
		})
	}
	return out
}

// decisionWords says what was decided.
func (b *briefer) decisionWords(m Move) string {
	words := m.Kind.Words()
	switch m.Kind {
	case AgreeDate:
		words += ", " + m.Due.Words()
	case RecordView:
		words = "scrutiny: " + lowerFirst(m.View.Words())
		if m.ComeBackBy.Known() {
			words += " by " + m.ComeBackBy.Words()
		}
	}
	if of := b.committee(m.CommitteeID); of != "" && m.MinuteReference != "" {
		words += " (" + of + ", minute " + m.MinuteReference + ")"
	}
	return words
}

// lines writes some lines, each about one area to improve. What is said in the same words of several, as of those that two
// letters share, is said once, with all references before it.
func (b *briefer) lines(n int, line func(i int) (reference, words string)) []BriefingText {
	var said []string
	about := map[string][]string{}
	for i := range n {
		reference, words := line(i)
		if about[words] == nil {
			said = append(said, words)
		}
		if !slices.Contains(about[words], reference) {
			about[words] = append(about[words], reference)
		}
	}
	out := make([]BriefingText, len(said))
	for i, words := range said {
		slices.Sort(about[words])
		out[i] = append(areaRuns(about[words]), BriefingRun{Words: ": " + words + "."})
	}
	return out
}

// areaRuns names areas to improve by their references.
func areaRuns(references []string) BriefingText {
	var out BriefingText
	for i, reference := range references {
		if i > 0 {
			out = append(out, BriefingRun{Words: " · "})
		}
		out = append(out, areaRun(reference))
	}
	return out
}

// committee names a body that decides or scrutinises; empty where it is not known.
func (b *briefer) committee(id string) string {
	i := slices.IndexFunc(b.Committees, func(c Committee) bool { return c.ID == id })
	if i < 0 {
		return ""
	}
	return b.Committees[i].Name
}
