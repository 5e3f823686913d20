package letter

import "strings"

// Page is one page as lines with positions, in points from the top left corner. Text that came without positions has
// them made up from its columns of characters, six points each, so that the same rules hold.
type Page struct {
	Number  int
	Width   float64
	Height  float64
	Lines   []Line // from top to bottom
	Rulings []Ruling
}

// Line is the texts that share one baseline, from left to right.
type Line struct {
	Y     float64 // of the baseline
	Size  float64 // of most of its characters
	Texts []Text
}

// Text is a run of characters of one font with no wide gap in it.
type Text struct {
	X     float64
	Width float64
	Size  float64
	Bold  bool
	Rise  float64 // above the line's baseline: a footnote digit has one
	S     string
}

// Ruling is a straight line of a table, horizontal or vertical.
type Ruling struct {
	X1, Y1, X2, Y2 float64
}

// String returns the line's words. Runs that touch are one word; others are parted by a space.
func (l Line) String() string {
	var b strings.Builder
	for i, t := range l.Texts {
		if i > 0 {
			before := l.Texts[i-1]
			if t.X-before.X-before.Width > wordGap*min(t.Size, before.Size) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(t.S)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// X returns the left edge of the line.
func (l Line) X() float64 {
	if len(l.Texts) == 0 {
		return 0
	}
	return l.Texts[0].X
}

// String returns the page's text, a line each. Every quote is taken from it word for word.
func (p Page) String() string {
	lines := make([]string, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = l.String()
	}
	return strings.Join(lines, "\n")
}
