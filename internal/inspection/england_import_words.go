package inspection

import (
	"fmt"
	"strings"
)

// Sentences say what the plan does beyond its rows: what becomes of inspections, and how far the record is complete then.
func (p *EnglandPlan) Sentences() []string {
	out := []string{p.ofInspections()}
	switch {
	case len(p.Completeness) > 0:
		to := p.Completeness[0].After.To
		out = append(out, fmt.Sprintf("The record of full inspections with grades counts as complete to %s.", to.Words()))
	case p.Withheld:
		out = append(out, "How far the record is complete stays as it was, because rows were refused: put them right and bring the list in again.")
	case len(p.Lacks) > 0:
		out = append(out, fmt.Sprintf("How far the record is complete stays as it was: the list lacks %s that this record holds, such as %s. "+
			"A list that is whole has them all.", CountWords(len(p.Lacks), "full inspection", "full inspections"), p.Lacks[0]))
	}
	return out
}

// ofInspections says what becomes of inspections, and where nothing does, why.
func (p *EnglandPlan) ofInspections() string {
	switch {
	case len(p.Changes) > 0:
		return p.counted()
	case p.RefusedRows > 0 && len(p.Outcomes) == 0:
		return fmt.Sprintf("Nothing %s: every row was refused.", p.happens(1, "written"))
	case p.RefusedRows > 0:
		return fmt.Sprintf("No inspection %s: %s, and the rest says nothing that the record does not hold.", p.happens(1, "written"),
			CountWords(p.RefusedRows, "row was refused", "rows were refused"))
	case p.Nothing():
		return "The record stays as it is: the list says nothing that it does not hold."
	}
	return "The list says nothing of inspections that the record does not hold."
}

// counted says how many inspections are added, how many are filled or changed, and on how many a conflict is all that is noted.
func (p *EnglandPlan) counted() string {
	added, improved, noted := p.Written()
	var parts []string
	for _, one := range []struct {
		n    int
		done string
	}{{added, "added"}, {improved, "filled or changed"}} {
		if one.n > 0 {
			parts = append(parts, CountWords(one.n, "inspection", "inspections")+" "+p.happens(one.n, one.done))
		}
	}
	if noted > 0 {
		on := CountWords(noted, "inspection", "inspections")
		if len(parts) > 0 {
			on = CountWords(noted, "other", "others")
		}
		parts = append(parts, fmt.Sprintf("on %s both sides of a conflict %s", on, p.happens(2, "noted")))
	}
	return sentenceCase(strings.Join(parts, "; ")) + "."
}

// Written returns how many inspections are added, how many are filled or changed, and on how many others both sides of a
// conflict are noted.
func (p *EnglandPlan) Written() (added, improved, noted int) {
	for _, change := range p.Changes {
		switch {
		case change.Before == nil:
			added++
		case change.Noted:
			noted++
		default:
			improved++
		}
	}
	return added, improved, noted
}

// happens says what would be done to a number of things while a plan is looked at, and what was once it is on the record.
func (p *EnglandPlan) happens(n int, done string) string {
	switch {
	case !p.Stored:
		return "would be " + done
	case n == 1:
		return "was " + done
	}
	return "were " + done
}
