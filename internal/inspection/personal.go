package inspection

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Suspicion is a piece of a text that looks as if it named a child, a family or a case. It is a reason to ask, and never to
// refuse: a machine cannot tell a child's name from an inspector's.
type Suspicion struct {
	Words string // the piece, as it stands in the text
	Why   string // what it looks like: "a number of the NHS"
}

// What identifiers of children and cases look like.
var (
	nhsNumber  = regexp.MustCompile(`\b\d{3}[ -]?\d{3}[ -]?\d{4}\b`)
	pupil      = regexp.MustCompile(`\b[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]\b`)
	insurance  = regexp.MustCompile(`(?i)\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b`)
	caseNumber = regexp.MustCompile(`(?i)\b(?:child|case|client|family|pupil|patient|person|unique pupil|lcs|ics|mosaic|liquidlogic|eclipse)(?:’s|'s)? (?:id|ref|reference|number|no)\b\.?[ :#]*[a-z]{0,4}[ -]?\d{3,}`)
	bornOn     = regexp.MustCompile(`(?i)\b(?:d\.?o\.?b\b\.?|date of birth|born(?: on)?)[ :–-]{0,3}` + dayInWords)
	anyDay     = regexp.MustCompile(`(?i)` + dayInWords)
	twoNames   = regexp.MustCompile(`\b[\p{Lu}][\p{L}’'-]+(?: [\p{Lu}]\.?)?(?: [\p{Lu}][\p{L}’'-]+)+`)
)

const (
	dayInWords = `\(?\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{4})\b`
	// nameToDay is within how many bytes of a name a day is taken to belong to it.
	nameToDay = 30
	// oldest is the age in years up to which somebody may be in the care of children's services.
	oldest = 25
)

// Suspicions lists what in a text looks as if it named a child, a family or a case: an identifier, or a name with a day that
// could be one of birth. Words that are known, such as the names of councils, are no names of people; they come in lower case.
// A day within the last year is not taken for one of birth, since it is mostly that of a meeting.
func Suspicions(text string, known func(word string) bool, today Date) []Suspicion {
	var out []Suspicion
	add := func(words, why string) {
		words = strings.TrimSpace(words)
		if !slices.ContainsFunc(out, func(s Suspicion) bool { return strings.Contains(s.Words, words) }) {
			out = append(out, Suspicion{words, why})
		}
	}
	for _, words := range bornOn.FindAllString(text, -1) {
		add(words, "a date of birth")
	}
	for _, words := range nhsNumber.FindAllString(text, -1) {
		if isNHSNumber(words) {
			add(words, "a number of the NHS")
		}
	}
	for _, words := range pupil.FindAllString(text, -1) {
		add(words, "a pupil’s number")
	}
	for _, words := range insurance.FindAllString(text, -1) {
		add(words, "a National Insurance number")
	}
	for _, words := range caseNumber.FindAllString(text, -1) {
		add(words, "the number of a child or a case")
	}
	days := anyDay.FindAllStringIndex(text, -1)
	for _, name := range twoNames.FindAllStringIndex(text, -1) {
		if !namesSomebody(text[name[0]:name[1]], known) {
			continue
		}
		for _, day := range days {
			between := max(day[0]-name[1], name[0]-day[1])
			if between >= 0 && between <= nameToDay && couldBeBirth(text[day[0]:day[1]], today) {
				add(text[min(name[0], day[0]):max(name[1], day[1])], "a name with a date of birth")
			}
		}
	}
	return out
}

// isNHSNumber checks the last digit, which follows from the nine before it (modulus 11).
func isNHSNumber(words string) bool {
	sum, digits := 0, 0
	for _, r := range words {
		if !unicode.IsDigit(r) {
			continue
		}
		digits++
		if digits < 10 {
			sum += int(r-'0') * (11 - digits)
			continue
		}
		check := 11 - sum%11
		return check%11 == int(r-'0') && check != 10
	}
	return false
}

// notNames are words that begin with a capital letter here and are part of no person's name.
var notNames = strings.Fields(`a all an and annual april area areas assistant august autumn board both cabinet care central
	chair chief child children children’s city commission commissioner committee corporate council county cqc december department
	deputy dfe director district early east education executive family february focused friday fostering full group head health
	help home inspection inspector inspectors integrated january joint july june leader letter local lead london manager march may
	meeting member minister monday monitoring national new nhs north november october office officer ofsted our outcome panel
	partnership plan police practice principal priority quality report review safeguarding saturday school scrutiny secretary send
	senior september service services social south special spring standard standards state strategic strategy summer sunday support
	team the this thursday trust tuesday unit united we wednesday west winter work worker young youth`)

func namesSomebody(words string, known func(string) bool) bool {
	names := 0
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		word = strings.ReplaceAll(strings.Trim(word, ".,"), "'", "’")
		if slices.Contains(notNames, word) || known != nil && known(word) {
			return false
		}
		if len(word) > 1 {
			names++
		}
	}
	return names > 1
}

var dayParts = regexp.MustCompile(`\d+`)

// couldBeBirth reports whether somebody born on a day, of which at least the year can be read, would be a child or a young
// adult today, and older than one.
func couldBeBirth(day string, today Date) bool {
	parts := dayParts.FindAllString(day, -1)
	year, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		return false
	}
	if year < 100 {
		year += 2000
	}
	return year < today.Year() && year >= today.Year()-oldest
}
