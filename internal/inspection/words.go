package inspection

import (
	"fmt"
	"strings"
	"unicode"
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
func ListWords(parts []string) string { return JoinWords(parts, "and") }

// JoinWords joins parts with another last word: "a, b or c".
func JoinWords(parts []string, last string) string {
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

// lowerFirst returns a phrase as it stands inside a sentence. An abbreviation at its head stays in capitals.
func lowerFirst(s string) string {
	runes := []rune(s)
	if len(runes) == 0 || len(runes) > 1 && unicode.IsUpper(runes[1]) {
		return s
	}
	return string(unicode.ToLower(runes[0])) + string(runes[1:])
}

// sentenceCase returns a phrase with its first letter in capitals.
func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	runes := []rune(s)
	return string(unicode.ToUpper(runes[0])) + string(runes[1:])
}

// ShortenedWords cuts words to a length in characters, at the end of one, and says with an ellipsis that there are more.
func ShortenedWords(words string, most int) string {
	runes := []rune(words)
	if len(runes) <= most {
		return words
	}
	head := string(runes[:most])
	if i := strings.LastIndexByte(head, ' '); i > 0 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:.") + " …"
}
