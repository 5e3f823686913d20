package letter

import (
	"regexp"
	"strings"
)

var (
	inspectorRank = regexp.MustCompile(`(?i)[,;]?\s*[–-]?\s*\(?\b(?:senior |social care |regulatory )*(?:(?:her|his) majesty['’]?s['’]? (?:senior )?inspectors?|s?hmis?|ofsted(?: regulatory)? inspectors?|regulatory inspectors?|(?:assistant )?regional director|regional inspection manager|inspectors?)\b(?:, ofsted\b)?\)?`)
	betweenNames  = regexp.MustCompile(`\s*(?:[,;&/]|\band\b)\s*`)
	personName    = regexp.MustCompile(`^(?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame)\.? )?\p{Lu}[\p{L}'’.-]*(?: (?:(?:de|da|di|del|dos|la|le|van|von|der|den|ter|du|al|el|bin|ap|ab) ){0,2}(?:d['’])?\p{Lu}[\p{L}'’.-]*){1,3}$`)
)

// inspectorNames returns the names in a phrase such as "Jane Doe, His Majesty's Inspector, and John Roe HMI", whether a
// rank stands with them, and whether they look like names and nothing else.
func inspectorNames(phrase string) (names []string, ranked, ok bool) {
	ranked = inspectorRank.MatchString(phrase)
	ok = true
	for _, part := range betweenNames.Split(inspectorRank.ReplaceAllString(phrase, ";"), -1) {
		part = strings.Trim(part, " .:()–-")
		if part == "" {
			continue
		}
		if !personName.MatchString(part) {
			ok = false
			continue
		}
		names = append(names, part)
	}
	return names, ranked, ok && len(names) > 0
}
