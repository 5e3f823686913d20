package letter

import (
	"regexp"
	"strings"
)

// passage is some lines as one text, so that a sentence can be found where it wraps. It knows the lines of its words.
type passage struct {
	text   string
	lines  []line
	starts []int // in text, of each line
}

func newPassage(lines []line) passage {
	p := passage{lines: lines}
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte(' ')
		}
		p.starts = append(p.starts, b.Len())
		b.WriteString(plain(l))
	}
	p.text = b.String()
	return p
}

// between returns the lines on which the words from one place in the text to another stand.
func (p passage) between(from, to int) []line {
	var out []line
	for i, start := range p.starts {
		end := len(p.text)
		if i+1 < len(p.starts) {
			end = p.starts[i+1] - 1
		}
		if start < to && end > from {
			out = append(out, p.lines[i])
		}
	}
	return out
}

// grade is the words of a judgement, with the lines that they stand on.
type grade struct {
	code  string
	lines []line
}

// gradeWords match every grade that was ever given, as letters print it.
const gradeWords = `(?:outstanding|good|adequate|inadequate|requires? improvement(?: to be good)?|not judged)`

var gradeCodes = map[string]string{
	"outstanding": "outstanding", "good": "good", "adequate": "adequate", "inadequate": "inadequate", "not judged": "not_judged",
	"require improvement": "requires_improvement", "requires improvement": "requires_improvement",
	"require improvement to be good": "requires_improvement", "requires improvement to be good": "requires_improvement",
}

// gradeCode returns the code of a printed grade, or nothing.
func gradeCode(words string) string {
	return gradeCodes[strings.ToLower(strings.Join(strings.Fields(words), " "))]
}

// gradeIn returns the grade that the first pattern with a match finds in the passage: its first group is the grade.
func (p passage) gradeIn(patterns ...*regexp.Regexp) (grade, bool) {
	for _, pattern := range patterns {
		if at := pattern.FindStringSubmatchIndex(p.text); at != nil {
			return grade{gradeCode(p.text[at[2]:at[3]]), p.between(at[0], at[1])}, true
		}
	}
	return grade{}, false
}
