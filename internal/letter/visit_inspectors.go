package letter

import (
	"regexp"
	"strings"
)

var (
	// What stands before the names of those who visited.
	inspectorCues = regexp.MustCompile(`(?i)\b(?:(?:carried out|undertaken|conducted|completed|led) by|inspectors?(?: (?:for|on|at|during|undertaking|who (?:carried out|undertook)) (?:this|the)(?: monitoring| focused)? visit)? (?:were|was)|(?:inspection|visiting) team (?:was|were|comprised(?: of)?|included|consisted of))\b:? `)

	// A full stop ends the names, save behind the initial of one or a title.
	namesEnd   = regexp.MustCompile(`(?:[^A-Z .]|HMI)(?:(?:Mr|Mrs|Ms|Dr))?\.(?: |$)`)
	ranksSpelt = regexp.MustCompile(`(?i)\b(?:the )?(?:(?:one|two|three|four|five|a team) of )?(?:(?:one|two|three|four|five|an?) )?(?:(?:his|her) majesty[’']?s[’']? (?:senior )?inspectors?(?: \(S?HMIs?\))?|(?:senior )?S?HMIs?|ofsted(?: regulatory)? inspectors?|social care (?:regulatory )?inspectors?|(?:quality assurance )?inspectors?)\b`)
	// Words between names that are no part of them.
	besideNames = regexp.MustCompile(`(?i)\b(?:with|alongside|(?:accompanied|supported|joined|assisted) by|the latter|lead inspector|team inspector|\(lead\)|as lead|lead)\b`)
	bulletRun   = regexp.MustCompile(`[\x{25A0}-\x{25FF}\x{2022}\x{00B7}\x{E000}-\x{F8FF}]+`)
)

// readInspectors reads who visited, from the first sentence of the opening that names anybody: "The inspectors were …",
// "The visit was carried out by …".
func (v *Visit) readInspectors(head letterhead) {
	p := head.opening
	for _, at := range inspectorCues.FindAllStringIndex(p.text, -1) {
		phrase := p.text[at[1]:]
		end := len(phrase)
		if stop := namesEnd.FindStringIndex(phrase); stop != nil {
			end = stop[1]
		}
		names, sure := visitorsIn(strings.TrimSpace(phrase[:end]))
		if len(names) == 0 {
			continue
		}
		for _, name := range names {
			v.Inspectors = append(v.Inspectors, *found(name, "visit.inspectors", sureIf(sure), p.between(at[0], at[1]+end)...))
		}
		return
	}
}

// visitorsIn returns the names in a phrase, and whether it holds nothing but names and ranks. What follows the first
// words that are no name is left alone.
func visitorsIn(phrase string) (names []string, sure bool) {
	bare := bulletRun.ReplaceAllString(strings.TrimSuffix(phrase, "."), ";")
	bare = ranksSpelt.ReplaceAllString(besideNames.ReplaceAllString(bare, ";"), ";")
	for _, part := range betweenNames.Split(bare, -1) {
		part = strings.Trim(part, " .:()–-")
		if part == "" {
			continue
		}
		if !personName.MatchString(part) {
			return names, false
		}
		names = append(names, part)
	}
	return names, true
}
