package letter

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"
)

// font says what the codes of a font mean and how wide they are. What was asked once is kept: the library looks through
// its tables anew for every character.
type font struct {
	bold    bool
	wide    bool // codes of two bytes
	meaning map[int]string
	encoder pdf.TextEncoding // of the library, for codes that differ from the base encoding
	differs map[int]bool
	widths  map[int]float64
	missing float64 // width of a code that the font does not list, in thousandths of its size
}

func newFont(v pdf.Value) *font {
	f := &font{meaning: map[int]string{}, widths: map[int]float64{}, differs: map[int]bool{}, missing: 500}
	name := v.Key("BaseFont").Name()
	f.bold = boldName(name)
	if to := v.Key("ToUnicode"); to.Kind() == pdf.Stream {
		readMeanings(to, v, f.meaning)
	}
	if v.Key("Subtype").Name() == "Type0" {
		f.wide = true
		f.missing = 1000
		descendant := v.Key("DescendantFonts").Index(0)
		if w := descendant.Key("DW"); w.Kind() != pdf.Null {
			f.missing = w.Float64()
		}
		f.readWideWidths(descendant.Key("W"))
		return f
	}
	if w := v.Key("FontDescriptor").Key("MissingWidth"); w.Kind() != pdf.Null && w.Float64() > 0 {
		f.missing = w.Float64()
	}
	first, widths := int(v.Key("FirstChar").Int64()), v.Key("Widths")
	for i := range min(widths.Len(), 256) {
		f.widths[first+i] = widths.Index(i).Float64()
	}
	f.encoder = encoderOf(v)
	if differences := v.Key("Encoding").Key("Differences"); differences.Kind() == pdf.Array {
		code := 0
		for i := range min(differences.Len(), 1024) {
			switch d := differences.Index(i); d.Kind() {
			case pdf.Integer:
				code = int(d.Int64())
			case pdf.Name:
				f.differs[code] = true
				code++
			}
		}
	}
	return f
}

func encoderOf(v pdf.Value) pdf.TextEncoding {
	own := pdf.Font{V: v}
	return own.Encoder()
}

// readWideWidths reads the widths of a font of two-byte codes: "first [w w w]" and "first last w" follow one another.
func (f *font) readWideWidths(w pdf.Value) {
	for i := 0; i+1 < w.Len(); {
		first := int(w.Index(i).Int64())
		switch next := w.Index(i + 1); next.Kind() {
		case pdf.Array:
			for j := range min(next.Len(), 1<<16) {
				f.widths[first+j] = next.Index(j).Float64()
			}
			i += 2
		default:
			last, width := int(next.Int64()), w.Index(i+2).Float64()
			for code := first; code <= last && code-first < 1<<16; code++ {
				f.widths[code] = width
			}
			i += 3
		}
	}
}

// decode returns the words of a string and how far it moves the position, in units of text space.
func (f *font) decode(raw string, s state) (words string, advance float64) {
	var b strings.Builder
	step := 1
	if f.wide {
		step = 2
	}
	for i := 0; i+step <= len(raw); i += step {
		code := int(raw[i])
		if f.wide {
			code = code<<8 | int(raw[i+1])
		}
		width, ok := f.widths[code]
		if !ok {
			width = f.missing
		}
		advance += width/1000*s.size + s.charSpace
		if !f.wide && code == ' ' {
			advance += s.wordSpace
		}
		b.WriteString(f.means(code, raw[i:i+step]))
	}
	return b.String(), advance * (1 + s.stretch)
}

// means returns the text of one code.
func (f *font) means(code int, raw string) string {
	if text, ok := f.meaning[code]; ok {
		return text
	}
	text := ""
	switch {
	case f.wide: // without a table nobody can say what the code means
	case f.differs[code]:
		text = f.encoder.Decode(raw)
	case code >= 0x80 && code <= 0x9f:
		// Producers write the Windows code page wherever they name none.
		text = string(charmap.Windows1252.DecodeByte(raw[0]))
	default:
		text = f.encoder.Decode(raw)
	}
	text = strings.Map(func(r rune) rune {
		if r == 0 || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	f.meaning[code] = text
	return text
}

// readMeanings reads a font's table from codes to text. The table is a small program that begins by opening a
// dictionary, for which any will do.
func readMeanings(stream, dictionary pdf.Value, meaning map[int]string) {
	code := func(v pdf.Value) int {
		n := 0
		for _, b := range []byte(v.RawString()) {
			n = n<<8 | int(b)
		}
		return n
	}
	put := func(code int, text string) {
		if len(meaning) < 1<<16 {
			meaning[code] = text
		}
	}
	pdf.Interpret(stream, func(stack *pdf.Stack, operator string) {
		switch operator {
		case "endbfchar":
			for stack.Len() >= 2 {
				to, from := stack.Pop(), stack.Pop()
				if from.Kind() == pdf.String && to.Kind() == pdf.String {
					put(code(from), bigEndian(to.RawString()))
				}
			}
		case "endbfrange":
			for stack.Len() >= 3 {
				to, last, first := stack.Pop(), stack.Pop(), stack.Pop()
				if first.Kind() != pdf.String || last.Kind() != pdf.String {
					continue
				}
				for i, c := 0, code(first); c <= code(last) && i < 1<<16; i, c = i+1, c+1 {
					switch to.Kind() {
					case pdf.Array:
						put(c, bigEndian(to.Index(i).RawString()))
					case pdf.String:
						raw := []byte(to.RawString())
						if n := len(raw); n >= 2 {
							low := int(raw[n-2])<<8 | int(raw[n-1]) + i
							raw[n-2], raw[n-1] = byte(low>>8), byte(low)
						}
						put(c, bigEndian(string(raw)))
					}
				}
			}
		case "begincodespacerange", "beginbfchar", "beginbfrange", "endcodespacerange":
			for stack.Len() > 0 {
				stack.Pop()
			}
		case "findresource":
			stack.Pop()
			stack.Pop()
			stack.Push(dictionary)
		}
	})
}

func bigEndian(raw string) string {
	if len(raw) == 1 {
		return string(rune(raw[0]))
	}
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}
