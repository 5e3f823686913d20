package inspection

import (
	"fmt"
	"strings"
)

var smallNumbers = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

// NumberWords writes a small number as a word, as sentences do.
func NumberWords(n int) string {
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return fmt.Sprint(n)
}

// ListWords joins parts as a sentence does: "a, b and c".
func ListWords(parts []string) string { return joinWords(parts, "and") }

func joinWords(parts []string, last string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " " + last + " " + parts[len(parts)-1]
}

// CountWords says a number of things: "1 area", "2 areas".
func CountWords(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	first := []rune(s)
	return strings.ToLower(string(first[0])) + string(first[1:])
}
