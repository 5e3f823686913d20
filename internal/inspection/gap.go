package inspection

import "fmt"

// GeneralGaps says what is not held about some authorities whatever any one inspection lacks: reports, the areas to
// improve of their latest letters, lists of visits, and what is noted of the authorities and their succession.
func (r *Record) GeneralGaps(authorities []Body, asOf Date) []string {
	var out []string
	for _, a := range authorities {
		full := r.fullInspections(a.ID, asOf)
		if len(full) == 0 && !r.fullCompleteTo(a, asOf).Known() {
			out = append(out, fmt.Sprintf("No report of a full inspection of %s is held.", a.Name))
		}
		if len(full) > 0 && full[len(full)-1].AreasCount == nil {
			out = append(out, fmt.Sprintf("What the latest letter on %s asked for has not been entered here yet, nor have replies to it.", a.Name))
		}
		if !r.CompleteTo(a, "visits").Known() {
			out = append(out, fmt.Sprintf("No complete list of visits to %s is held.", a.Name))
		}
		if a.Note != "" {
			out = append(out, a.Name+": "+a.Note)
		}
		for _, s := range r.Successions {
			if s.ToID == a.ID && s.Note != "" {
				out = append(out, a.Name+": "+s.Note)
			}
		}
	}
	return out
}
