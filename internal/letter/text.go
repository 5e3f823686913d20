package letter

import "strings"

// What one character of text without positions measures.
const (
	textAdvance = 6.0
	textLeading = 12.0
	textSize    = 10.0
	textMargin  = 0.1 // of the height: none of its lines stands in a margin
	tabStop     = 8
)

// ParseText makes pages of text that came without positions: pasted, or printed by a program that keeps columns apart
// by spaces. A form feed parts pages. Two spaces or more part columns, and every character takes the same room.
func ParseText(text string) []Page {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	parts := strings.SplitN(strings.TrimRight(text, "\f\n "), "\f", MaxPages)
	pages := make([]Page, 0, len(parts))
	for i, part := range parts {
		lines := strings.Split(part, "\n")
		page := Page{Number: i + 1, Width: 595, Height: textLeading * float64(len(lines)+1) / (1 - 2*textMargin)}
		for j, s := range lines {
			line := Line{Y: textMargin*page.Height + textLeading*float64(j+1), Size: textSize, Texts: columnsOf(s)}
			if len(line.Texts) == 0 {
				continue
			}
			last := line.Texts[len(line.Texts)-1]
			page.Width = max(page.Width, last.X+last.Width)
			page.Lines = append(page.Lines, line)
		}
		pages = append(pages, page)
	}
	return pages
}

// columnsOf parts one line of text where two spaces or more stand.
func columnsOf(s string) []Text {
	var out []Text
	var b strings.Builder
	at, start, spaces := 0, 0, 0
	end := func() {
		if b.Len() > 0 {
			length := at - spaces - start
			out = append(out, Text{X: textAdvance * float64(start), Width: textAdvance * float64(length), Size: textSize, S: b.String()})
		}
		b.Reset()
	}
	for _, r := range s {
		if r == '\t' {
			step := tabStop - at%tabStop
			at, spaces = at+step, spaces+max(step, 2) // a tab parts columns however short it is
			continue
		}
		for _, c := range clean(string(r)) {
			if c == ' ' {
				at, spaces = at+1, spaces+1
				continue
			}
			switch {
			case b.Len() == 0:
				start = at
			case spaces >= 2:
				end()
				start = at
			case spaces == 1:
				b.WriteByte(' ')
			}
			b.WriteRune(c)
			at, spaces = at+1, 0
		}
	}
	end()
	return out
}
