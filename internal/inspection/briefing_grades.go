package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// gradeRow is one judgement of one body: its latest grade and the one before.
type gradeRow struct {
	judgement string
	whose     string
	cells     []string // latest grade, publication, rules, before it
}

// grades is the table of the latest judgements, with what each was before. A council's grades are its own: those of an
// earlier council stand in a sentence that says whose they were.
func (b *briefer) grades() BriefingSection {
	out := BriefingSection{Code: "grades", Title: "Latest judgements"}
	rows, visits := b.judgementRows()
	if len(rows) == 0 {
		out.Words = []BriefingText{plainText("No grade of " + b.Body.Name + " is on this record.")}
	} else {
		out.Table = b.gradeTable(rows)
	}
	if visits != "" {
		out.After = append(out.After, plainText(visits))
	}
	if words := b.otherLanes(); words != "" {
		out.After = append(out.After, plainText(words))
	}
	told := ""
	for _, h := range b.Record.Headlines(b.Authorities, b.AsOf) {
		told += strings.Join(h.Detail, " ")
	}
	for _, sentence := range b.Record.earlierCouncilSentences(b.Authorities, b.AsOf) {
		if !strings.Contains(told, sentence) {
			out.After = append(out.After, plainText(sentence))
		}
	}
	return out
}

func (b *briefer) gradeTable(rows []gradeRow) *BriefingTable {
	table := &BriefingTable{
		Caption: "Latest published grade of each judgement, as inspectors last found",
		Summary: "Each row is a judgement: its latest grade, when that was published, under which rules, and the grade before it.",
		Heads:   []string{"Judgement", "Latest grade", "Published", "Rules", "Before it"},
		Widths:  []int{18, 20, 12, 21, 29},
	}
	several := len(b.Authorities) > 1
	if several {
		table.Heads = slices.Insert(table.Heads, 1, "Council")
		table.Widths = []int{14, 14, 16, 12, 18, 26}
	}
	for _, row := range rows {
		cells := []BriefingText{plainText(row.judgement)}
		if several {
			cells = append(cells, plainText(row.whose))
		}
		for _, cell := range row.cells {
			cells = append(cells, plainText(cell))
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

// judgementRows lists the judgements of the paper's bodies, each beside the same one of the other councils, and says apart
// what visits there were, since a visit gives no grade.
func (b *briefer) judgementRows() (rows []gradeRow, visits string) {
	type council struct {
		name  string
		full  []*Inspection
		lanes []Lane
		none  string // what is said where no earlier inspection is held
	}
	var councils []council
	for _, a := range b.Authorities {
		full, lanes := b.Record.fullInspections(a.ID, b.AsOf), b.Record.Lanes(a, b.AsOf).Main
		none := noneHeld
		if a.Created.Known() {
			none += "; the council began on " + a.Created.Words()
		}
		councils = append(councils, council{a.NameWithin(b.Body.Name), full, lanes, none})
	}
	if len(b.Authorities) == 0 {
		councils = append(councils, council{name: b.Body.Name, lanes: b.Record.MoreLanes([]Body{b.Body}, "", b.AsOf), none: noneHeld})
	}
	var codes []string
	var seen []string // what was said of visits
	at := map[string][]gradeRow{}
	for _, one := range councils {
		for _, lane := range one.lanes {
			if lane.OfVisits() {
				words := lowerFirst(lane.Latest.Words)
				if len(councils) > 1 {
					words = one.name + ": " + words
				}
				seen = append(seen, words)
				continue
			}
			if !slices.Contains(codes, lane.Code) {
				codes = append(codes, lane.Code)
			}
			b.cite(lane.Latest.Inspection)
			at[lane.Code] = append(at[lane.Code], gradeRow{lane.Name, one.name, b.gradeCells(lane, one.full, one.none)})
		}
	}
	for _, code := range codes {
		same := at[code]
		alike := !slices.ContainsFunc(same, func(r gradeRow) bool { return !slices.Equal(r.cells, same[0].cells) })
		if len(same) == len(councils) && len(same) > 1 && alike {
			same = same[:1]
			if same[0].whose = "All councils"; len(councils) == 2 {
				same[0].whose = "Both councils"
			}
		}
		rows = append(rows, same...)
	}
	if len(seen) > 0 {
		visits = "Visits give no grade. The latest: " + strings.Join(seen, "; ") + "."
	}
	return rows, visits
}

// gradeCells says the latest grade of a lane, when it came out, under which rules, and the grade before it.
func (b *briefer) gradeCells(lane Lane, full []*Inspection, none string) []string {
	l := lane.Latest
	grade, rules := l.Grade.Name, ""
	switch {
	case grade != "":
	case l.Absence == AbsentNoSuchJudgement:
		grade = "None given"
	case l.Absence != "":
		grade = sentenceCase(l.Absence.Words())
	default:
		grade = l.Words
	}
	if l.Note != "" && l.Absence != AbsentNoSuchJudgement {
		grade += " (" + l.Note + ")"
	}
	if l.Inspection != nil {
		framework, _ := b.Record.Catalogue.Framework(l.Inspection.Framework)
		rules = sentenceCase(strings.TrimPrefix(framework.InShortWords(), "the "))
	}
	return []string{grade, orNone(l.When, "No inspection held"), orNone(rules, "None"), b.before(lane, full, none)}
}

func orNone(words, none string) string {
	if words == "" {
		return none
	}
	return words
}

const noneHeld = "None held"

// before says what the inspection before the latest one gave in a lane. Grades under other rules are told and not compared.
func (b *briefer) before(lane Lane, full []*Inspection, none string) string {
	at := slices.Index(full, lane.Latest.Inspection)
	if at < 0 { // a lane of events, each with one grade of its own
		latest := slices.IndexFunc(lane.Marks, func(m Mark) bool { return m.Inspection == lane.Latest.Inspection })
		for _, m := range slices.Backward(lane.Marks[:max(latest, 0)]) {
			if !m.Visit && m.On != lane.Marks[latest].On {
				return sentenceCase(m.Words) + ", " + m.On.MonthWords()
			}
		}
	}
	if at < 1 {
		return none
	}
	last, earlier := full[at], full[at-1]
	block := b.Record.judgementBlock(lane.Code, earlier)
	day, _ := earlier.OutDay()
	words := sentenceCase(block.Words()) + ", " + day.MonthWords()
	if block.Graded() && block.Strand.Code != lane.Code && len(block.Strand.Covers) > 1 {
		words += " (one grade for " + block.Strand.Phrase + ")"
	}
	if b.Record.Family(last) != b.Record.Family(earlier) {
		framework, _ := b.Record.Catalogue.Framework(earlier.Framework)
		words += " (other rules: " + framework.InShortWords() + "; not compared)"
	}
	return words
}

// otherLanes names the other kinds of inspection of the area and of those who serve it, which are never mixed with a
// council's grades. What the headline tells of is left out.
func (b *briefer) otherLanes() string {
	if len(b.Authorities) == 0 {
		return ""
	}
	var told []*Inspection
	for _, h := range b.Record.OtherHeadlines(b.Authorities, b.AsOf) {
		told = append(told, h.Inspections...)
	}
	var parts []string
	for _, lane := range b.Record.MoreLanes(b.Authorities, b.Body.Name, b.AsOf) {
		if in := lane.Latest.Inspection; in != nil && !slices.Contains(told, in) {
			parts = append(parts, lane.Name+": "+lowerFirst(lane.Latest.Words))
			b.cite(in)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Other inspections, which say nothing of these grades. " + strings.Join(parts, "; ") + "."
}

// questions are those that the record suggests by its rules, and those that members asked and wait to have answered.
func (b *briefer) questions() BriefingSection {
	out := BriefingSection{Code: "ask", Title: "Questions to ask"}
	prompts := b.prompts()
	for _, p := range prompts[:min(len(prompts), b.most.questions)] {
		b.cite(p.Inspections...)
		out.List = append(out.List, plainText(p.Question+" Why: "+lowerFirst(p.Rule)))
	}
	left := len(prompts) - b.most.questions
	var waiting []Question
	for _, q := range b.Questions {
		if len(q.Answers) == 0 {
			waiting = append(waiting, q)
		}
	}
	slices.SortStableFunc(waiting, func(x, y Question) int { return x.Asked.Compare(y.Asked) })
	for _, q := range waiting[:min(len(waiting), b.most.asked)] {
		out.List = append(out.List, plainText(b.askedWords(q)))
	}
	left = max(left, 0) + max(len(waiting)-b.most.asked, 0)
	words := fmt.Sprintf("Made by stated rules from what is recorded. Members’ questions waiting for an answer: %d.", len(waiting))
	switch {
	case b.Ended != "":
		words = "The council has ended, so there is nobody to ask."
	case len(prompts) == 0 && len(waiting) == 0:
		words = "No rule finds anything to ask about in what is recorded here. Members may still ask what they wish."
	}
	out.Words = []BriefingText{plainText(words)}
	if left > 0 {
		out.After = append(out.After, BriefingText{
			{Words: fmt.Sprintf("And %d more, at ", left)}, {Lead: BriefingLead{ToScrutiny, b.Body.ID}},
		})
	}
	return out
}

// prompts are the questions that the record suggests. Nobody is asked about a council that has ended. Of a provider they are
// those that the pages of its councils ask about its own inspections.
func (b *briefer) prompts() []Prompt {
	if b.Ended != "" {
		return nil
	}
	if len(b.Authorities) > 0 {
		return b.Record.Prompts(b.Authorities, b.Body.Name, b.Items, b.Reader, b.AsOf)
	}
	return kept(b.Record.Prompts(b.served(), "", b.Items, b.Reader, b.AsOf), func(p Prompt) bool {
		return slices.ContainsFunc(p.Inspections, func(in *Inspection) bool { return in.Of(b.Body.ID) })
	})
}

// askedWords is a member's question that waits for an answer.
func (b *briefer) askedWords(q Question) string {
	words := "Asked by " + lowerFirst(q.AskedBy) + " on " + q.Asked.Words() + ", and not answered yet: " +
		ShortenedWords(strings.Join(strings.Fields(q.Words), " "), mostBriefingWords+mostBriefingWords/2)
	if q.Audience != ForPublic {
		words += " (For " + q.Audience.Words() + ".)"
	}
	return words
}

// sources names what the paper rests on, and where the record is.
func (b *briefer) sources() BriefingSection {
	out := BriefingSection{Code: "sources", Title: "Sources"}
	for _, in := range b.cited[:min(len(b.cited), b.most.sources)] {
		out.List = append(out.List, BriefingText{b.inspectionRun(in)})
	}
	if left := len(b.cited) - b.most.sources; left > 0 {
		more := CountWords(left, "more letter or report", "more letters and reports") + " of this record."
		out.List = append(out.List, plainText(more))
	}
	words := append(slices.Clone(b.Fresh), "Made from Ofsted’s published letters, which are reused under the Open Government Licence v3.0;",
		"not an Ofsted service. The record: ")
	out.After = []BriefingText{{{Words: strings.Join(words, " ")}, {Lead: BriefingLead{ToScrutiny, b.Body.ID}}}}
	return out
}
