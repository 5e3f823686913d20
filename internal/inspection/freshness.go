package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// EnglandRecordOldRule is the code of the rule that says after how many months the record of England is old. It counts from
// the day on which the list behind the record was read.
const EnglandRecordOldRule = "england_record_old"

// Freshness is how new the record of England is: the newest publication on it, and the day on which the list behind it
// was read.
type Freshness struct {
	Newest Date
	ReadOn Date
}

// EnglandReadOn returns the last day, no later than a day, on which a list behind the record of every authority was read; the
// unknown date where none was. The record must have the sources that its lines of completeness name.
func (r *Record) EnglandReadOn(day Date) Date {
	var read Date
	for _, line := range r.Completeness {
		if line.BodyID != EveryAuthority {
			continue
		}
		if source, ok := r.Source(line.SourceID); ok && source.ReadOn.After(read) && !source.ReadOn.After(day) {
			read = source.ReadOn
		}
	}
	return read
}

// StaleWords says that the record of England was read too long ago to be relied on for what came out since, by the rule of the
// code EnglandRecordOldRule; it is empty where it was not, and where nobody knows when it was read.
func (r *Record) StaleWords(england Freshness, day Date) string {
	if old := r.oldWords(england, day); old != "" {
		return fmt.Sprintf("The record of England was read on %s%s", england.ReadOn.Words(), old)
	}
	return ""
}

// oldWords goes on from the day on which the record of England was read, where that was too long ago.
func (r *Record) oldWords(england Freshness, day Date) string {
	rule, ok := r.Rule(EnglandRecordOldRule, day)
	if !ok || rule.Value == 0 || rule.Unit != Months || !england.ReadOn.Known() || !day.After(england.ReadOn.AddMonths(rule.Value)) {
		return ""
	}
	return fmt.Sprintf(", more than %s ago. Letters published since then may be missing.", CountWords(rule.Value, "month", "months"))
}

// NewestLetter returns the newest publication day among the inspections of the record's bodies by a day.
func (r *Record) NewestLetter(asOf Date) Date {
	var newest Date
	for _, in := range r.Inspections {
		if in.OutBy(asOf) && in.Published.After(newest) {
			newest = in.Published
		}
	}
	return newest
}

// FreshnessWords says, for some authorities, how fresh their record is and which lists are not complete.
func (r *Record) FreshnessWords(authorities []Body, england Freshness, asOf Date) []string {
	var out []string
	if newest := r.NewestLetter(asOf); newest.Known() {
		out = append(out, "Newest letter held: "+newest.Words()+".")
	}
	switch words := "Newest in the England record: " + england.Newest.Words(); {
	case england.Newest.Known() && england.ReadOn.Known():
		read := ", read on "
		if england.Newest.After(england.ReadOn) { // it was logged since
			read = ". Its list was read on "
		}
		out = append(out, words+read+england.ReadOn.Words()+cmp.Or(r.oldWords(england, asOf), "."))
	case england.Newest.Known():
		out = append(out, words+".")
	default:
		if stale := r.StaleWords(england, asOf); stale != "" {
			out = append(out, stale)
		}
	}
	if lists := r.incompleteLists(authorities, asOf); len(lists) > 0 {
		out = append(out, fmt.Sprintf("No complete list of %s is held.", JoinWords(lists, "or")))
	}
	return out
}

// incompleteLists names the lists whose incompleteness could change what the first screen says: visits, returns that an
// outcome announced, and a provider's inspections where the last one known had the lowest grade of its scale.
func (r *Record) incompleteLists(authorities []Body, asOf Date) []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	const visits = "visits" // a word of its own; the others are kinds of inspection
	for _, a := range authorities {
		if !r.CompleteTo(a, visits).Known() {
			add(visits)
		}
	}
	for _, e := range r.Expected(authorities, asOf) {
		k, _ := r.Catalogue.Kind(e.Announcement.Kind)
		f, _ := r.Catalogue.Framework(e.Inspection.Framework)
		for _, p := range r.Partnerships(e.Body.ID) {
			if e.Clock == nil && e.Until.Before(asOf) && !r.CompleteTo(p, k.Record).Known() {
				add(f.Short + " " + strings.TrimSuffix(e.Announcement.Words, " inspection"))
			}
		}
	}
	for _, p := range r.Providers(authorities...) {
		lanes := map[string]*Inspection{}
		for _, in := range r.InspectionsOf(p.ID, asOf) {
			if r.Graded(in) {
				k, _ := r.Catalogue.Kind(in.Kind)
				lanes[k.Lane] = in
			}
		}
		for _, in := range r.InspectionsOf(p.ID, asOf) {
			k, _ := r.Catalogue.Kind(in.Kind)
			f, _ := r.Catalogue.Framework(in.Framework)
			g, ok := r.outcome(in)
			if lanes[k.Lane] != in || !ok || r.CompleteTo(p, k.Record).Known() {
				continue
			}
			if scale, _ := r.Catalogue.Scale(f.Strands[0].Scale); scale.Lowest(g.Code) {
				add(strings.ToLower(strings.TrimSuffix(k.Lane, " agency")))
			}
		}
	}
	if n := len(names); n > 0 && names[n-1] != visits {
		names[n-1] += " inspections"
	}
	return names
}
