package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// areas is the table of what is live: the most urgent first, with where the rest is.
func (b *briefer) areas() BriefingSection {
	out := BriefingSection{Code: "areas", Title: "Areas to improve"}
	live := b.board.List(ScrutinyLive)
	if words := b.countWords(); words != "" {
		out.Words = append(out.Words, plainText(words))
	}
	words := strings.TrimSpace(fmt.Sprintf("%s in all, of every letter: %d. %s", live.Title, live.Count, live.ByYear()))
	if len(b.Items) == 0 {
		words = "No area to improve of these letters is held here yet. That does not mean that inspectors asked for nothing."
	}
	out.Words = append(out.Words, plainText(words))
	if ended := b.board.Ended; ended.Count > 0 {
		out.Words = append(out.Words, plainText(fmt.Sprintf("Not counted: %s of an earlier council, which nobody can act on now.",
			CountWords(ended.Count, "area", "areas"))))
	}
	if live.Count == 0 {
		return out
	}
	rows, shown := b.areaRows(live.Items)
	ours := !slices.ContainsFunc(shown, func(i ScrutinyItem) bool { return i.Wording != Paraphrase })
	out.Table = &BriefingTable{
		Caption: "Live areas to improve, the most urgent first",
		Summary: "Each row is an area to improve: what it asks for, how far it is, the post that owns it, and its days.",
		Heads:   []string{"Area to improve", "How far", "Owner", "Days"},
		Widths:  []int{48, 14, 19, 19},
		Rows:    rows,
	}
	if !slices.ContainsFunc(rows, func(row []BriefingText) bool {
		return row[2].String() != noneRecorded || row[3].String() != noneRecorded
	}) {
		out.Table.Widths = []int{60, 12, 14, 14} // owners and days take no room
	}
	if ours {
		out.Table.Caption += " (in our words, not a quotation)"
	} else {
		for i, item := range shown {
			if item.Wording == Paraphrase {
				rows[i][0] = append(rows[i][0], BriefingRun{Words: " (in our words, not a quotation)"})
			}
		}
	}
	var told []ScrutinyItem
	for _, item := range live.Items {
		if slices.ContainsFunc(shown, func(s ScrutinyItem) bool { return sameArea(s, item) }) {
			told = append(told, item)
		}
	}
	if left := live.Count - countedOnce(told); left > 0 {
		out.After = append(out.After, BriefingText{
			{Words: fmt.Sprintf("And %d more, at ", left)}, {Lead: BriefingLead{ToList, string(ScrutinyLive)}},
		})
	}
	return out
}

// countWords are the counts of the first screen for areas to improve.
func (b *briefer) countWords() string {
	if len(b.Authorities) == 0 {
		return ""
	}
	positions := make(map[string]Position, len(b.Items))
	for _, item := range b.Items {
		positions[item.Reference] = item.Position
	}
	var out []string
	for _, line := range b.Record.Counts(b.Authorities, positions, b.AsOf) {
		if line.List != ListAreas && line.List != ListSEND {
			continue
		}
		words := strings.TrimSuffix(line.Words, ".") + "."
		if line.Known {
			words = fmt.Sprint(line.Number) + " " + words
		}
		if line.Note != "" {
			words += " " + strings.TrimSuffix(line.Note, ".") + "."
		}
		out = append(out, words)
	}
	return strings.Join(out, " ")
}

// areaRows makes a row of each of the most urgent areas; twins that stand alike share one. It returns the first item of
// each.
func (b *briefer) areaRows(items []ScrutinyItem) (rows [][]BriefingText, shown []ScrutinyItem) {
	items = slices.Clone(items)
	slices.SortStableFunc(items, b.urgency)
	references := map[int][]string{}
	var kept [][]string
	for _, item := range items {
		cells := b.areaCells(item)
		i := slices.IndexFunc(shown, func(s ScrutinyItem) bool { return sameArea(s, item) && s.Words == item.Words })
		if i >= 0 && slices.Equal(kept[i], cells) {
			references[i] = append(references[i], item.Reference)
			continue
		}
		if len(shown) == b.most.areas {
			continue
		}
		references[len(shown)] = []string{item.Reference}
		shown, kept = append(shown, item), append(kept, cells)
	}
	for i, item := range shown {
		b.cite(item.Inspection)
		slices.Sort(references[i])
		head := areaRuns(references[i])
		words := ": "
		if item.Kind == PriorityAction {
			words += "Area for priority action (Ofsted’s term): "
		}
		head = append(head, BriefingRun{Words: words + ShortenedWords(item.Words, mostBriefingWords)})
		if len(item.Again) > 0 {
			head = append(head, BriefingRun{Words: " Asked for again as " + ListWords(item.Again) + "."})
		}
		row := []BriefingText{head}
		for _, cell := range kept[i] {
			row = append(row, plainText(cell))
		}
		rows = append(rows, row)
	}
	return rows, shown
}

func sameArea(a, b ScrutinyItem) bool {
	return a.Reference == b.Reference || a.SharedKey != "" && a.SharedKey == b.SharedKey
}

// urgency orders what is live: what waits for somebody first, then what Ofsted marked for priority action, then the latest
// full letters, then what came back; the later letter before the earlier one.
func (b *briefer) urgency(x, y ScrutinyItem) int {
	dx, _ := x.Inspection.OutDay()
	dy, _ := y.Inspection.OutDay()
	return cmp.Or(cmp.Compare(b.rank(x), b.rank(y)), dy.Compare(dx))
}

func (b *briefer) rank(item ScrutinyItem) int {
	p := item.Position
	switch {
	case p.PastDate(b.AsOf):
		return 0
	case p.WaitsForDecision():
		return 1
	case p.MovedMoreThanOnce():
		return 2
	case item.Kind == PriorityAction:
		return 3
	case b.isLatest(item.InspectionID):
		return 4
	case p.CameBack(item.Again):
		return 5
	}
	return 6
}

// isLatest reports whether an inspection is the latest full one of a council of the paper.
func (b *briefer) isLatest(id string) bool {
	return slices.ContainsFunc(b.Record.latestLetters(b.Authorities, b.AsOf), func(in *Inspection) bool { return in.ID == id })
}

const noneRecorded = "None recorded"

// areaCells says how far an area is, who owns it, and its days.
func (b *briefer) areaCells(item ScrutinyItem) []string {
	p := item.Position
	owner, days := b.names.post(p.OwnerID), noneRecorded
	if owner == "" {
		owner = noneRecorded
	}
	if p.Due.Known() {
		days = b.dayWords(p)
	}
	return []string{p.Stage().Words(), strings.TrimSuffix(owner, ", "), days}
}

// dayWords says the latest day of an area, whether it has passed, and what it was at first.
func (b *briefer) dayWords(p Position) string {
	words := p.Due.Words()
	if p.PastDate(b.AsOf) {
		words += ", past its date"
	}
	if p.TimesMoved > 0 {
		words += "; first " + p.OriginalDue.Words() + ", moved " + timesOf(p.TimesMoved)
	}
	return words
}

// timesOf says how often, as it follows a verb.
func timesOf(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return NumberWords(n) + " times"
}

// pastDate lists what is past its date or was moved.
func (b *briefer) pastDate() BriefingSection {
	past, moved := b.board.List(ScrutinyPastDate), b.board.List(ScrutinyMovedMore)
	out := BriefingSection{Code: "past_date", Title: "Past their date, and moved"}
	out.Words = []BriefingText{plainText(fmt.Sprintf("%s: %d. %s: %d.", past.Title, past.Count, moved.Title, moved.Count))}
	items := slices.Clone(past.Items)
	for _, item := range slices.Concat(moved.Items, b.board.List(ScrutinyLive).Items) {
		known := slices.ContainsFunc(items, func(i ScrutinyItem) bool { return i.Reference == item.Reference })
		if !known && item.Position.TimesMoved > 0 && item.Position.State.Open() {
			items = append(items, item)
		}
	}
	b.list(&out, items, BriefingLead{ToScrutiny, b.Body.ID}, func(item ScrutinyItem) string {
		return b.withOwner(b.dayWords(item.Position), item.Position)
	})
	return out
}

// datesAsked lists the new days that wait for the body that decides.
func (b *briefer) datesAsked() BriefingSection {
	asked := b.board.List(ScrutinyDatesAsked)
	out := BriefingSection{Code: "dates_asked", Title: fmt.Sprintf("New dates asked for: %d", asked.Count)}
	if asked.Count == 0 {
		out.Words = []BriefingText{plainText("None waits for an answer.")}
	}
	b.list(&out, asked.Items, BriefingLead{ToList, string(ScrutinyWaiting)}, func(item ScrutinyItem) string {
		p := item.Position
		words := p.AskedDue.Words() + " in place of " + p.Due.Words() + ", asked for on " + p.AskedOn.Words()
		if p.AskedWhy != "" {
			words += ". Why: " + strings.TrimSuffix(ShortenedWords(p.AskedWhy, mostBriefingWords), ".")
		}
		return words + b.decides(p)
	})
	return out
}

// closures lists what was checked and waits to be closed.
func (b *briefer) closures() BriefingSection {
	var items []ScrutinyItem
	for _, item := range b.board.List(ScrutinyWaiting).Items {
		if item.Position.State == Verified {
			items = append(items, item)
		}
	}
	out := BriefingSection{Code: "closures", Title: fmt.Sprintf("Closures proposed: %d", countedOnce(items))}
	if len(items) == 0 {
		out.Words = []BriefingText{plainText("Nothing that was checked waits to be closed.")}
	}
	b.list(&out, items, BriefingLead{ToList, string(ScrutinyWaiting)}, func(item ScrutinyItem) string {
		return "checked on " + item.Position.StateOn.Words() + ", waiting to be closed" + b.decides(item.Position)
	})
	return out
}

// list adds some areas to a section, a line for each that stands otherwise than others, and where the rest is.
func (b *briefer) list(section *BriefingSection, items []ScrutinyItem, rest BriefingLead, words func(ScrutinyItem) string) {
	items = slices.Clone(items)
	slices.SortStableFunc(items, b.urgency)
	lines := b.lines(len(items), func(i int) (string, string) { return items[i].Reference, words(items[i]) })
	section.List = lines[:min(len(lines), b.most.lines)]
	told := kept(items, func(item ScrutinyItem) bool {
		return slices.ContainsFunc(section.List, func(line BriefingText) bool { return slices.Contains(line, areaRun(item.Reference)) })
	})
	if left := countedOnce(items) - countedOnce(told); left > 0 {
		section.After = append(section.After, BriefingText{{Words: fmt.Sprintf("And %d more, at ", left)}, {Lead: rest}})
	}
}

// decides names the body that decides, where one is known.
func (b *briefer) decides(p Position) string {
	if name := b.committee(p.CommitteeID); name != "" {
		return " (" + name + " decides)"
	}
	return ""
}

func (b *briefer) withOwner(words string, p Position) string {
	if owner := b.names.post(p.OwnerID); owner != "" {
		return words + ". Owner: " + owner
	}
	return words
}
