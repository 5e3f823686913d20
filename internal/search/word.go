package search

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// Word is one word of a text.
type Word struct {
	Folded string // as it is looked for before it is stemmed: small letters and digits alone, without accents
	Span          // where it stands
}

// Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// mostLetters bounds the words that are told apart: of a longer one only the beginning counts.
const mostLetters = 60

// Words parts a text into its words, in order. A word is letters and digits, with apostrophes between them; a character of
// a script without spaces is a word of its own.
func Words(text string) []Word {
	words := make([]Word, 0, len(text)/6)
	start, end := -1, 0 // of the word in hand
	plain := true       // whether the word in hand is small letters and digits alone
	apart := false      // whether an apostrophe stands after what is in hand
	finish := func() {
		if start < 0 {
			return
		}
		raw := text[start:end]
		if !plain {
			raw = fold(raw)
		}
		if raw != "" {
			words = append(words, Word{Folded: shortened(raw), Span: Span{start, end}})
		}
		start, plain, apart = -1, true, false
	}
	for at, r := range text {
		size := utf8.RuneLen(r)
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		case r < utf8.RuneSelf && (r < 'A' || r > 'Z') && r != '\'':
			finish()
			continue
		case unspaced(r):
			finish()
			start, end, plain = at, at+size, false
			finish()
			continue
		case apostrophe(r):
			if apart { // a second one is a quotation mark
				finish()
			}
			if start >= 0 {
				apart, plain = true, false
			}
			continue
		case r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || ignored(r)):
			plain = false
		default:
			finish()
			continue
		}
		if start < 0 {
			start = at
		}
		end, apart = at+size, false
	}
	finish()
	return words
}

// unspaced reports whether a character stands in a script that puts no spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '＇' }

func quotation(r rune) bool { return strings.ContainsRune(`"“”„‟«»＂`, r) }

// ignored reports whether a character shows nothing and parts nothing: a soft hyphen, a joiner.
func ignored(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF
}

// special are letters that stay what they are when accents are taken off.
var special = strings.NewReplacer(
	"æ", "ae", "œ", "oe", "ß", "ss", "ø", "o", "đ", "d", "ð", "d", "ł", "l", "þ", "th", "ħ", "h", "ı", "i", "ς", "σ",
)

// fold takes from a word what readers do not mean to look for: capitals, accents, ligatures, and the apostrophe with the s
// of possession.
func fold(raw string) string {
	var out strings.Builder
	var tail string // what follows the last apostrophe
	apart := false
	for _, r := range norm.NFKD.String(raw) {
		switch {
		case apostrophe(r):
			apart, tail = true, ""
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			r = unicode.ToLower(r)
			out.WriteRune(r)
			tail += string(r)
		}
	}
	folded := out.String()
	if apart && tail == "s" && len(folded) > 1 {
		folded = folded[:len(folded)-1]
	}
	return special.Replace(folded)
}

func shortened(word string) string {
	if len(word) <= mostLetters {
		return word
	}
	n := 0
	for at := range word {
		if n == mostLetters {
			return word[:at]
		}
		n++
	}
	return word
}

// stems keeps the stems of words that were met: a text has few words, over and over.
var (
	stems     sync.Map
	stemsKept atomic.Int64
)

// mostStems bounds what is kept.
const mostStems = 50_000

// Stem returns what a folded word has in common with its other forms: "inspect" of "inspections" and "inspected". It is
// letters and digits alone. Words that are not English letters are their own stems.
func Stem(folded string) string {
	if len(folded) <= 2 || strings.ContainsFunc(folded, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return folded
	}
	if known, ok := stems.Load(folded); ok {
		return known.(string)
	}
	stem := english.Stem(folded, true)
	if stemsKept.Add(1) <= mostStems {
		stems.Store(folded, stem)
	}
	return stem
}
