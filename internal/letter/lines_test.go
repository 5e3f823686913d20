package letter

import (
	"strings"
	"testing"
)

func TestPiecesOfTextBecomeLines(t *testing.T) {
	piece := func(x, y, width, size float64, words string) span {
		return span{x: x, y: y, width: width, size: size, s: words}
	}
	bold := func(s span) span { s.bold = true; return s }
	for _, c := range []struct {
		name  string
		spans []span
		want  string
	}{
		{"pieces of one word are one word", []span{piece(10, 50, 20, 10, "Inspec"), piece(30.2, 50, 20, 10, "tion")}, "Inspection"},
		{"a gap parts words", []span{piece(10, 50, 20, 10, "Lead"), piece(33, 50, 20, 10, "inspector")}, "Lead inspector"},
		{"a space that has no width still parts words", []span{piece(10, 50, 40, 10, "Requires "), piece(50, 50, 60, 10, "improvement")}, "Requires improvement"},
		{"a wide space that is taken back parts words", []span{piece(70, 50, 60, 12, "Lead "), piece(98, 50, 50, 12, "inspector")}, "Lead inspector"},
		{"pieces come in any order", []span{piece(60, 50, 20, 10, "June"), piece(10, 64, 20, 10, "below"), piece(10, 50, 40, 10, "11 to 22")}, "11 to 22 June\nbelow"},
		{"a raised digit stays on its line", []span{piece(10, 50, 60, 12, "to improve?"), piece(70.5, 46, 3, 7, "1")}, "to improve?1"},
		{"bold that begins inside a word does not part it", []span{piece(10, 50, 20, 10, "co"), bold(piece(30, 50, 20, 10, "operate"))}, "cooperate"},
		{"what is painted twice is read once", []span{piece(10, 50, 20, 10, "Good"), piece(10.2, 50, 20, 10, "Good")}, "Good"},
		{"hard spaces and soft hyphens become what a reader sees", []span{piece(10, 50, 80, 10, "11\u00a0May co\u00adoperate")}, "11 May cooperate"},
		{"empty pieces make no line", []span{piece(10, 50, 4, 10, " "), piece(10, 70, 0, 10, "")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (Page{Lines: linesOf(c.spans)}).String(); got != c.want {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

func TestColumnsStayApartOnOneLine(t *testing.T) {
	lines := linesOf([]span{
		{x: 72, y: 100, width: 200, size: 12, s: "The experiences of care leavers"},
		{x: 400, y: 101, width: 30, size: 12, s: "Good"},
	})
	if len(lines) != 1 || len(lines[0].Texts) != 2 {
		t.Fatalf("lines are %+v", lines)
	}
	if got := lines[0].Texts[1]; got.S != "Good" || got.X != 400 {
		t.Errorf("the second column is %+v", got)
	}
}

func TestMarginsAndSmallPrintAreToldFromTheText(t *testing.T) {
	var pages []Page
	for n := 1; n <= 3; n++ {
		p := Page{Number: n}
		add := func(y, size float64, words string) {
			p.Lines = append(p.Lines, Line{Y: y, Size: size, Texts: []Text{{X: 72, Width: 6 * float64(len(words)), Size: size, S: words}}})
		}
		add(40, 10, "Inspection of a council, 1 to 5 May 2023")
		for i := range 12 {
			add(80+float64(i)*14, 12, "text "+strings.Repeat(string(rune('a'+n)), 1+i))
		}
		add(700, 8, "1 A note in small print.")
		add(780, 10, string(rune('0'+n)))
		pages = append(pages, p)
	}
	d := newDocument(pages, Register{})
	for _, l := range d.body() {
		if !strings.HasPrefix(l.text, "text ") {
			t.Errorf("page %d: %q is taken for text", l.page, l.text)
		}
	}
	if got := len(d.body()); got != 36 {
		t.Errorf("%d lines of text, want 36", got)
	}
}
