package letter

import (
	"regexp"

	"inspectiontimeline/internal/inspection"
)

var (
	ilacsImprove = regexp.MustCompile(`(?i)^what (?:(?:still )?needs to|does the (?:local authority|council|trust) need to|must) (?:improve|be improved)(?: in [^.?]{0,60}\?)?[^a-z.]*$`)
	// Words of which a line of text may consist too are a heading only with a capital letter and no full stop.
	ilacsAreas    = regexp.MustCompile(`^(?:A(?i:reas? (?:for|requiring|that require) (?:improvement|development)|reas to (?:improve|develop))|R(?i:ecommendations?))[^A-Za-z.,;]*$`)
	ilacsPriority = regexp.MustCompile(`^A(?i:reas? (?:for|requiring) (?:immediate and |immediate or )?priority actions?)[^A-Za-z.,;]*$|^P(?i:riority actions?)[^A-Za-z.,;]*$`)
)

// readILACSItems reads the list below "What needs to improve", and that of areas for priority action where there is one,
// up to the heading of what the inspectors found.
func readILACSItems(lines []line, r *Reading) {
	for at := 0; at < len(lines); {
		kind, opens := ilacsList(lines[at])
		at++
		if !opens {
			continue
		}
		from := at
		for at < len(lines) && !isILACSHeading(lines, at) {
			if _, next := ilacsList(lines[at]); next {
				break
			}
			at++
		}
		addItems(listIn(lines[from:at]), kind, "ilacs", r)
	}
}

// ilacsList reports whether a line is the heading of a list, and of which.
func ilacsList(l line) (inspection.RecommendationKind, bool) {
	switch words := plain(l); {
	case ilacsImprove.MatchString(words), ilacsAreas.MatchString(words):
		return inspection.Improvement, true
	case ilacsPriority.MatchString(words):
		return inspection.PriorityAction, true
	}
	return "", false
}
