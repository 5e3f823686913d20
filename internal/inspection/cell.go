package inspection

import (
	"strings"
	"unicode"
)

// GuardCell returns the text of a cell with an apostrophe before it where a spreadsheet program could take it for a formula. The
// importers take it off again with UnguardCell.
func GuardCell(text string) string {
	if RunsInCell(text) {
		return "'" + text
	}
	return text
}

// UnguardCell takes off what GuardCell put before a text, and nothing else.
func UnguardCell(text string) string {
	if rest, marked := strings.CutPrefix(text, "'"); marked && RunsInCell(rest) {
		return rest
	}
	return text
}

// RunsInCell reports whether a spreadsheet program could take a text for a formula, with whatever it passes over before it: spaces,
// line ends, marks that are not seen, and apostrophes, so that what GuardCell did can be told from what stood there before.
func RunsInCell(text string) bool {
	rest := strings.TrimLeftFunc(text, func(r rune) bool {
		return r == '\'' || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
	if begins := strings.TrimLeft(text, "'"); strings.HasPrefix(begins, "\t") || strings.HasPrefix(begins, "\r") {
		return true // a cell that begins with one is two cells, or two rows, to some programs
	}
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(rest, sign) {
			return true
		}
	}
	return false
}
