package letter

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"inspectiontimeline/internal/inspection"
)

var (
	sendPriority = regexp.MustCompile(`(?i)^areas? for (?:priority|immediate) actions?:?$`)
	sendImprove  = regexp.MustCompile(`(?i)^areas? for improvement:?$`)
	sendHeader   = regexp.MustCompile(`(?i)^responsible (?:body|bodies)\b.{0,40}$`)
	sendListsEnd = regexp.MustCompile(`(?i)^(?:local area partnership details|information about this inspection|inspection team|local authority integrated care board)s?\b`)
	goesOnText   = regexp.MustCompile(`^[\p{Ll}(,;]`)
	pointsBack   = regexp.MustCompile(`^(?:This|These|They|It|There|Their|However|Furthermore|In addition|As a result)\b`)
)

// table is the lines under one heading, with one column or two.
type table struct {
	kind          inspection.RecommendationKind
	split         float64 // where the second column begins; 0 with one column only
	rows          []tableLine
	left, right   bands
	edge, farEdge float64 // of the words of the right column
	foot          float64 // between the words of a whole row and the ruling below it
}

// tableLine is one line of a table, its columns apart.
type tableLine struct {
	line        // of the letter, as evidence quotes it
	left, right line
}

// bands are the parts of pages between the rulings that cross one column.
type bands map[int][]float64 // by page, where its rulings are, from the top

// readSENDItems reads what must improve from the tables.
func (r *Reading) readSENDItems(d *document) {
	for _, t := range sendTables(d.body()) {
		items, certainty := t.items(d)
		if certainty == inspection.Check && len(items) > 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("Check where the items of the list on page %d begin and end.", items[0].Page))
		}
		for i := range items {
			items[i].Certainty = certainty
		}
		r.Items = append(r.Items, items...)
	}
}

// sendTables finds the tables. Each has its name twice: as a heading and as the head of its column, on every page.
func sendTables(body []line) []table {
	var out []table
	kind := inspection.RecommendationKind("")
	for _, l := range body {
		was := kind
		switch {
		case sendPriority.MatchString(l.text):
			kind = inspection.PriorityAction
		case sendImprove.MatchString(l.text):
			kind = inspection.Improvement
		case sendListsEnd.MatchString(l.text):
			kind = ""
		case kind == "":
		case sendHeader.MatchString(l.text):
			if t := &out[len(out)-1]; len(l.Texts) > 1 {
				t.split = l.Texts[1].X
			}
		default:
			t := &out[len(out)-1]
			t.rows = append(t.rows, t.apart(l))
		}
		if kind != was && kind != "" {
			out = append(out, table{kind: kind})
		}
	}
	return out
}

// apart puts a line's words into their columns.
func (t *table) apart(l line) tableLine {
	row := tableLine{line: l, left: l, right: l}
	row.left.Texts, row.right.Texts = nil, nil
	for _, text := range l.Texts {
		if text.X < t.split-indent {
			row.left.Texts = append(row.left.Texts, text)
		} else {
			row.right.Texts = append(row.right.Texts, text)
		}
	}
	row.left.text, row.right.text = row.left.String(), row.right.String()
	return row
}

// items makes an item of every row. Rulings part rows; where there are none, marks or gaps have to do.
func (t *table) items(d *document) ([]Item, inspection.Certainty) {
	right := slices.DeleteFunc(slices.Clone(t.rows), func(row tableLine) bool { return !isWord(row.right.text) })
	if len(right) == 0 {
		return nil, inspection.Certain
	}
	t.measure(d, right)
	ruled := t.ruled(right)
	certainty := inspection.Certain
	if !ruled {
		certainty = inspection.Check
	}
	beside := t.beside()
	from := 0
	var out []Item
	for i := 1; i <= len(right); i++ {
		if i < len(right) {
			parts, sure := t.parts(right[i-1], right[i], ruled)
			if !sure {
				certainty = inspection.Check
			}
			if !parts {
				continue
			}
		}
		upTo := math.MaxInt
		if i < len(right) {
			upTo = right[i].number
		}
		out = append(out, t.itemsOf(right[from:i], upTo, beside)...)
		from = i
	}
	if slices.ContainsFunc(out, func(it Item) bool { return !endsSentence(it.Value) }) { // cut off, or no item at all
		certainty = inspection.Check
	}
	return out, certainty
}

// measure finds the edges of the columns and the rulings that cross them. The border of a cell begins before its words;
// what begins with them underlines or shades.
func (t *table) measure(d *document, right []tableLine) {
	t.edge, t.farEdge = math.Inf(1), 0
	leftEdge := math.Inf(1)
	for _, row := range t.rows {
		if len(row.left.Texts) > 0 {
			leftEdge = math.Min(leftEdge, row.left.X())
		}
	}
	for _, row := range right {
		last := row.right.Texts[len(row.right.Texts)-1]
		t.edge, t.farEdge = math.Min(t.edge, row.right.X()), math.Max(t.farEdge, last.X+last.Width)
	}
	t.left, t.right = bands{}, bands{}
	for page := right[0].page; page <= right[len(right)-1].page; page++ {
		t.right[page] = rulingsAcross(d.page(page), t.edge)
		t.left[page] = rulingsAcross(d.page(page), leftEdge)
	}
	t.foot = math.Inf(1)
	for i := 1; i < len(right); i++ {
		if above, below := right[i-1].right, right[i].right; above.page == below.page && t.right.of(above) != t.right.of(below) {
			t.foot = math.Min(t.foot, t.right.below(above))
		}
	}
}

const (
	cellMargin     = 2.0  // points, at least, between a cell's border and its words
	shortestRuling = 60.0 // points
)

// rulingsAcross returns where on a page the borders of cells cross a column whose words begin at x.
func rulingsAcross(p Page, x float64) []float64 {
	var out []float64
	for _, r := range p.Rulings {
		from, to := math.Min(r.X1, r.X2), math.Max(r.X1, r.X2)
		if math.Abs(r.Y1-r.Y2) < 1 && from <= x-cellMargin && to >= x+shortestRuling {
			out = append(out, r.Y1)
		}
	}
	slices.Sort(out)
	return out
}

// of returns the number of the band on its page in which a line stands.
func (b bands) of(l line) int {
	at, _ := slices.BinarySearch(b[l.page], l.Y-0.4*l.Size)
	return at
}

// below returns how far below a line the next ruling is.
func (b bands) below(l line) float64 {
	ys := b[l.page]
	if at := b.of(l); at < len(ys) {
		return ys[at] - l.Y
	}
	return math.Inf(1)
}

// ruled reports whether rulings part the lines of a table somewhere, or frame it where it has one row only.
func (t *table) ruled(right []tableLine) bool {
	for i := 1; i < len(right); i++ {
		if right[i-1].page == right[i].page && t.right.of(right[i-1].right) != t.right.of(right[i].right) {
			return true
		}
	}
	first, last := right[0].right, right[len(right)-1].right
	above := t.right.of(first)
	return above > 0 && first.Y-t.right[first.page][above-1] < 2*first.Size && t.right.below(last) < 2*last.Size
}

// parts reports whether a new row begins between two lines that follow each other, and whether that is beyond doubt.
func (t *table) parts(above, below tableLine, ruled bool) (parts, sure bool) {
	m, marked := markOf(below.right)
	ended, goesOn := endsSentence(above.right.text), goesOnText.MatchString(below.right.text)
	switch {
	case below.page > above.page+1:
		return true, false
	case above.page != below.page && marked && m.number != "":
		return true, true
	case above.page != below.page && (!ended || marked || goesOn):
		return false, true
	case above.page != below.page:
		return t.endsWithPage(above.right, pointsBack.MatchString(below.right.text))
	case ruled:
		return t.right.of(above.right) != t.right.of(below.right) && (ended || !goesOn), true
	case marked && m.number != "", below.right.Y-above.right.Y > paragraphGap*below.right.Size:
		return true, true
	default:
		return t.split > 0 && ended && len(below.left.Texts) > 0 && len(above.left.Texts) == 0, true
	}
}

// endsWithPage reports whether a row ends with the last line of a page, where that line ends a sentence. A row that
// crosses a page is ruled at the foot of the one and at the head of the other too, but the space below its words is cut
// off. Where rows have no such space, a short line is more likely to be the last.
func (t *table) endsWithPage(last line, pointsBack bool) (ends, sure bool) {
	const spaced, near = 5.0, 1.5 // points
	if space := t.right.below(last); t.foot >= spaced && !math.IsInf(t.foot, 1) && space < 2*last.Size {
		whole := space > t.foot-near
		return whole, !whole || !pointsBack
	}
	text := last.Texts[len(last.Texts)-1]
	short := text.X+text.Width < t.edge+0.85*(t.farEdge-t.edge)
	return short && !pointsBack, short != pointsBack
}

// beside groups the words of the first column by the bands in which they stand.
func (t *table) beside() map[[2]int][]line {
	out := map[[2]int][]line{}
	for _, row := range t.rows {
		if len(row.left.Texts) > 0 {
			key := [2]int{row.page, t.left.of(row.left)}
			out[key] = append(out[key], row.left)
		}
	}
	return out
}

// itemsOf makes the items of one row, whose lines end before a number: one, unless the row itself is a list.
func (t *table) itemsOf(rows []tableLine, upTo int, beside map[[2]int][]line) []Item {
	words := make([]line, len(rows))
	for i, row := range rows {
		words[i] = row.right
	}
	items := []listItem{{words: joinWords(words), lines: words}}
	if _, marked := markOf(words[0]); marked {
		items = listIn(words).items
	}
	responsible := t.responsible(rows, upTo, beside)
	var out []Item
	for _, it := range items {
		first, last := it.lines[0].number, it.lines[len(it.lines)-1].number
		var quote []line
		for _, row := range rows {
			if row.number >= first && row.number <= last {
				quote = append(quote, row.line)
			}
		}
		out = append(out, Item{
			Kind: t.kind, Body: responsible, FrameworkTag: frameworkTag(it.words),
			Found: *found(it.words, "send.table", inspection.Certain, quote...),
		})
	}
	return out
}

// responsible returns the bodies that are named beside a row, in the cells of the first column that reach along it.
func (t *table) responsible(rows []tableLine, upTo int, beside map[[2]int][]line) string {
	if t.split == 0 {
		return bodyAuthority
	}
	var words []line
	seen := map[[2]int]bool{}
	for _, row := range rows {
		key := [2]int{row.page, t.left.of(row.right)}
		if seen[key] {
			continue
		}
		seen[key] = true
		for _, l := range beside[key] {
			// Without rulings a page is one band: then what stands beside the row's own lines counts.
			if len(t.left[row.page]) > 0 || l.number >= rows[0].number && l.number < upTo {
				words = append(words, l)
			}
		}
	}
	if len(words) == 0 {
		return bodyAuthority
	}
	return joinLines(words)
}
