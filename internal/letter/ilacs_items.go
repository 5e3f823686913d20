package letter

import (
	"regexp"

	"inspectiontimeline/internal/inspection"
)

var (
	ilacsImprove  = regexp.MustCompile(`(?i)^what (?:needs to|does the local authority need to|must) improve[^a-z]*$`)
	ilacsPriority = regexp.MustCompile(`(?i)^areas? for priority action[^a-z]*$`)
)

// readILACSItems reads the list below "What needs to improve", and that of areas for priority action where there is one,
// up to the heading of what the inspectors found.
func readILACSItems(lines []line, r *Reading) {
	any := false
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
		any = true
	}
	if !any {
		r.Warnings = append(r.Warnings, "The letter has no list of what needs to improve. Check that it asks for nothing.")
	}
}

// ilacsList reports whether a line is the heading of a list, and of which.
func ilacsList(l line) (inspection.RecommendationKind, bool) {
	switch words := plain(l); {
	case ilacsImprove.MatchString(words):
		return inspection.Improvement, true
	case ilacsPriority.MatchString(words):
		return inspection.PriorityAction, true
	}
	return "", false
}
