package chart

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sheet is a chart as somebody takes it away from its page: the drawing with the words without which it would say less, so
// that it can stand alone in a report or on another site.
type Sheet struct {
	Chart  Chart
	Layout Layout
	Scheme Scheme
	// Source says, a paragraph each, whose letters it is made from, as of which day, and where it was taken from. Nothing else
	// tells a reader of the picture, and the first is its licence's condition.
	Source []string
}

// sheetColours are those of charts.js, by scheme.
var sheetColours = map[Scheme]struct{ page, ink, muted, hair string }{
	Light: {page: "#ffffff", ink: "#16202a", muted: "#55606b", hair: "#d9dfe4"},
	Dark:  {page: "#14181c", ink: "#f2f5f7", muted: "#aab5bf", hair: "#323a42"},
}

// Key says which pattern is which grade, where a block may be too short for its word and nothing else on the chart tells; empty
// for other charts. Pages have a key of their own.
func (c Chart) Key() string {
	if c.Name != NameLanes && c.Name != NameCompare {
		return ""
	}
	return "Dotted: outstanding. Plain: good. Hatched: requires improvement to be good. Crossed: inadequate."
}

const (
	sheetMargin = 20 // round everything, in CSS pixels
	sheetGap    = 12 // between the drawing and the words
	sheetFamily = "Helvetica Neue, Arial, Liberation Sans, sans-serif"
)

// DrawSheet returns a sheet as an SVG document of the same kind as Draw does.
func (e *Engine) DrawSheet(ctx context.Context, s Sheet) ([]byte, error) {
	drawn, err := e.Draw(ctx, s.Chart.Drawing(s.Layout, s.Scheme))
	if err != nil {
		return nil, err
	}
	return s.around(drawn)
}

// description stands for the whole sheet where it is not seen.
func (s Sheet) description() string {
	return strings.Join(append([]string{s.Chart.Summary}, s.Source...), " ")
}

// around lays the words of a sheet round its drawing, which Draw made.
func (s Sheet) around(drawn []byte) ([]byte, error) {
	_, inner, ok := bytes.Cut(drawn, []byte("</desc>"))
	if !ok || !bytes.HasSuffix(inner, []byte("</svg>")) {
		return nil, errors.New("lay out the picture: the drawing is not one of ours")
	}
	size, colours := s.Chart.Picture(s.Layout).Size, sheetColours[s.Scheme]
	column := sheetColumn{width: size.Width, at: sheetMargin}
	column.paragraph(s.Chart.Title, 18, 24, colours.ink, true)
	column.paragraph(s.Chart.Subtitle, 13, 19, colours.muted, false)
	column.at += sheetGap
	fmt.Fprintf(&column.out, `<svg x="%d" y="%d" width="%d" height="%d" viewBox="0 0 %d %d">`,
		sheetMargin, column.at, size.Width, size.Height, size.Width, size.Height)
	column.out.Write(inner) // with its own end
	column.at += size.Height + sheetGap
	column.paragraph(s.Chart.Summary, 13, 19, colours.ink, false)
	column.at += sheetGap / 2
	column.paragraph(strings.TrimSpace(s.Chart.Key()+" "+s.Chart.Caption), 12, 17, colours.muted, false)
	column.at += sheetGap
	fmt.Fprintf(&column.out, `<path d="M%d %dh%d" stroke="%s" fill="none"/>`, sheetMargin, column.at, size.Width, colours.hair)
	column.at += sheetGap / 2
	for _, source := range s.Source {
		column.paragraph(source, 12, 17, colours.muted, false)
	}
	width, height := size.Width+2*sheetMargin, column.at+sheetMargin

	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="%d" height="%d" viewBox="0 0 %d %d">`,
		width, height, width, height)
	out.WriteString(`<title id="title">`)
	escape(&out, s.Chart.Title)
	out.WriteString(`</title><desc id="description">`)
	escape(&out, s.description())
	fmt.Fprintf(&out, `</desc><rect width="%d" height="%d" fill="%s"/>`, width, height, colours.page)
	out.Write(column.out.Bytes())
	out.WriteString(`</svg>`)
	return out.Bytes(), nil
}

// sheetColumn is what stands on a sheet from its top down.
type sheetColumn struct {
	out   bytes.Buffer
	width int
	at    int // where the next thing begins
}

// paragraph writes a text in lines of the column's width; sizes are in CSS pixels. An empty text takes no room.
func (c *sheetColumn) paragraph(text string, size, line int, colour string, bold bool) {
	weight, swell := "", 1.0
	if bold {
		weight, swell = ` font-weight="600"`, boldWider
	}
	for _, words := range fillLines(text, float64(c.width)/(float64(size)*swell*readersWider)) {
		c.at += line
		fmt.Fprintf(&c.out, `<text x="%d" y="%d" fill="%s" font-size="%d"%s font-family="%s">`,
			sheetMargin, c.at-line/4, colour, size, weight, sheetFamily)
		escape(&c.out, words)
		c.out.WriteString(`</text>`)
	}
}

const (
	boldWider    = 1.12 // how much wider than ordinary letters bold ones are at most, over a line
	readersWider = 1.15 // how much wider the reader's font may be than Arial, as charts.js has it
)

// fillLines breaks a text at spaces into lines that are at most so many ems wide. A word that is wider than a line, as an
// address may be, is broken where the line ends.
func fillLines(text string, ems float64) []string {
	var lines []string
	line, wide := "", 0.0
	end := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, wide = "", 0
	}
	for word := range strings.FieldsSeq(text) {
		size := emsOf(word)
		if line != "" && wide+emsOf(" ")+size > ems {
			end()
		}
		if line != "" {
			line, wide = line+" ", wide+emsOf(" ")
		}
		for _, letter := range word {
			if size > ems && line != "" && wide+emsOf(string(letter)) > ems {
				end()
			}
			line, wide = line+string(letter), wide+emsOf(string(letter))
		}
	}
	end()
	return lines
}

// letterWidths are the widths of the printable letters of ASCII, from the space on, in Arial and in the fonts made to its
// measure (Liberation Sans, Arimo), in thousandths of the font's size.
var letterWidths = [...]uint16{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// emsOf measures a text in the font's size. Letters beyond ASCII count as wide ones.
func emsOf(text string) float64 {
	thousandths := 0
	for _, letter := range text {
		switch at := int(letter) - ' '; {
		case at >= 0 && at < len(letterWidths):
			thousandths += int(letterWidths[at])
		case utf8.RuneLen(letter) < 3:
			thousandths += 722
		default:
			thousandths += 1000
		}
	}
	return float64(thousandths) / 1000
}
