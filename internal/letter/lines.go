package letter

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Gaps between two pieces of text, in parts of their size.
const (
	wordGap   = 0.13 // wider: the two are different words
	columnGap = 0.8  // wider: the two stand in different columns, which may be no more than the margins of two cells apart
)

// linesOf puts pieces of text into lines: pieces on one baseline, from left to right, with the spaces between words that
// the painter left out. Small raised pieces, as footnote digits are, join the line that they were raised from.
func linesOf(spans []span) []Line {
	spans = slices.DeleteFunc(spans, func(s span) bool { return strings.TrimSpace(s.s) == "" && s.width <= 0 })
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(spans[a].y, spans[b].y) })
	var rows []row
	for _, i := range order {
		s := spans[i]
		if strings.TrimSpace(s.s) == "" {
			continue
		}
		if n := len(rows); n > 0 && rows[n-1].takes(s) {
			rows[n-1].add(s)
			continue
		}
		rows = append(rows, row{spans: []span{s}, y: s.y, size: s.size})
	}
	rows = joinRaised(rows)
	lines := make([]Line, 0, len(rows))
	for _, r := range rows {
		if l := r.line(); len(l.Texts) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}

// row is a line in the making.
type row struct {
	spans []span
	y     float64
	size  float64
}

func (r *row) takes(s span) bool {
	return math.Abs(s.y-r.y) <= 0.2*math.Max(math.Min(s.size, r.size), 1)
}

func (r *row) add(s span) {
	r.spans = append(r.spans, s)
	if s.size > r.size {
		r.y, r.size = s.y, s.size
	}
}

// joinRaised moves rows of small raised pieces into the row below that they belong to.
func joinRaised(rows []row) []row {
	out := rows[:0:0]
	for i := range rows {
		r := rows[i]
		if i+1 < len(rows) {
			below := &rows[i+1]
			raised := below.y-r.y > 0 && below.y-r.y < 0.6*below.size && r.size < 0.8*below.size
			if raised && !slices.ContainsFunc(r.spans, func(s span) bool { return !touches(below, s) }) {
				below.spans = append(below.spans, r.spans...)
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// touches reports whether a piece stands right behind, or in, the words of a row.
func touches(r *row, s span) bool {
	return slices.ContainsFunc(r.spans, func(o span) bool {
		return s.x >= o.x-0.5 && s.x <= o.x+o.width+0.35*o.size
	})
}

func (r *row) line() Line {
	slices.SortStableFunc(r.spans, func(a, b span) int { return cmp.Compare(a.x, b.x) })
	line := Line{Y: r.y, Size: r.size}
	end := math.Inf(-1)
	spaced := false // the piece before ended with a space: a painter may take back the room that it gave it
	var last span
	for _, s := range r.spans {
		// Some programs paint bold by painting twice.
		if s.s == last.s && math.Abs(s.x-last.x) < 0.1*s.size {
			continue
		}
		last = s
		text := clean(s.s)
		trimmed := strings.TrimLeft(text, " ")
		lead := s.width * float64(len(text)-len(trimmed)) / float64(max(len([]rune(s.s)), 1))
		parted := spaced || trimmed != text
		spaced = strings.HasSuffix(text, " ")
		x, stop := s.x+lead, s.x+s.width
		if kept := strings.TrimRight(trimmed, " "); kept != trimmed {
			stop -= s.width * float64(len(trimmed)-len(kept)) / float64(max(len([]rune(s.s)), 1))
			stop = math.Min(stop, s.x+s.width-2*wordGap*s.size) // some fonts give a space no width
			trimmed = kept
		}
		if trimmed == "" {
			continue
		}
		rise := r.y - s.y
		n := len(line.Texts)
		gap := x - end
		if n > 0 {
			before := &line.Texts[n-1]
			same := before.Bold == s.bold && math.Abs(before.Size-s.size) < 0.5 && math.Abs(before.Rise-rise) < 0.5
			if same && gap < columnGap*s.size {
				if gap > wordGap*s.size || parted {
					before.S += " "
				}
				before.S += trimmed
				before.Width = stop - before.X
				end = stop
				continue
			}
		}
		line.Texts = append(line.Texts, Text{X: x, Width: stop - x, Size: s.size, Bold: s.bold, Rise: rise, S: trimmed})
		end = stop
	}
	return line
}

// clean makes every kind of space an ordinary one and leaves out what cannot be seen.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00ad' || r == '\u200b' || r == '\ufeff':
			return -1
		case unicode.IsSpace(r) || r == '\u00a0' || r == '\u2007' || r == '\u202f':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}
