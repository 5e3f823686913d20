package inspection

import (
	"cmp"
	"slices"
)

// span returns the days between which fieldwork lay; where the last is not known, it is taken to have been short.
func span(start, end Date) (first, last Date) {
	if !start.Known() {
		start = end
	}
	if !end.Known() {
		end = start
	}
	if !start.Known() {
		return start, end
	}
	return start.First(), end.Last()
}

// sameTime reports whether an inspection on the record can be the one of the draft by its dates.
func (d Draft) sameTime(in *Inspection) bool {
	ours, oursLast := span(d.FieldworkStart, d.FieldworkEnd)
	theirs, theirsLast := span(in.FieldworkStart, in.FieldworkEnd)
	switch {
	case ours.Known() && theirs.Known():
		return !ours.After(theirsLast) && !theirs.After(oursLast)
	case in.Published.Known() && d.Published.Known(): // all that the record knows is when it came out
		return !in.Published.First().After(d.Published.Last()) && !d.Published.First().After(in.Published.Last())
	}
	return false
}

// sameKind reports whether an inspection is of the draft's kind, or of one whose letters have the same references: only
// the length of the fieldwork tells a short inspection from a standard one.
func (d Draft) sameKind(r *Record, in *Inspection) bool {
	ours, _ := r.Catalogue.Kind(d.Kind)
	theirs, ok := r.Catalogue.Kind(in.Kind)
	return ok && (d.Kind == in.Kind || ours.Reference != "" && ours.Reference == theirs.Reference && ours.Full == theirs.Full)
}

// councilOf returns the authority on whose page a body's inspections stand.
func (r *Record) councilOf(body string) string {
	if b, ok := r.Body(body); ok && b.ListedOn != "" {
		return b.ListedOn
	}
	return body
}

// concerns reports whether an inspection is, or may be, of one of the draft's councils or of their partnerships.
func (d Draft) concerns(r *Record, in *Inspection) bool {
	return slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool {
		return slices.ContainsFunc(d.Bodies, func(own string) bool { return r.councilOf(own) == r.councilOf(b.BodyID) })
	})
}

// Held returns the inspection on the record that the letter is about, nil where the record has none yet.
func (d Draft) Held(r *Record) *Inspection {
	var found []*Inspection
	for _, in := range r.Inspections {
		if d.sameKind(r, in) && d.concerns(r, in) && d.sameTime(in) {
			found = append(found, in)
		}
	}
	if len(found) == 0 {
		return nil
	}
	distance := func(in *Inspection) int {
		days := in.FieldworkStart.DaysUntil(d.FieldworkStart)
		return max(days, -days)
	}
	// One of the council that the letter names first, then the nearest, then the one of the letter's own kind.
	slices.SortStableFunc(found, func(a, b *Inspection) int {
		return cmp.Or(
			boolOrder(d.firstOf(r, b), d.firstOf(r, a)), cmp.Compare(distance(a), distance(b)),
			boolOrder(b.Kind == d.Kind, a.Kind == d.Kind), cmp.Compare(a.ID, b.ID))
	})
	return found[0]
}

// firstOf reports whether an inspection is of the council that the letter names first.
func (d Draft) firstOf(r *Record, in *Inspection) bool {
	return len(d.Bodies) > 0 && Draft{Bodies: d.Bodies[:1]}.concerns(r, in)
}

// Twins returns the inspections on the record of the same visit to other councils, whose letters may say the same in the
// same words. They can be linked; they stay inspections of their own.
func (d Draft) Twins(r *Record) []*Inspection {
	var out []*Inspection
	for _, in := range r.Inspections {
		if in.FieldworkStart.Exact() && d.FieldworkStart.Exact() && d.sameKind(r, in) && !d.concerns(r, in) && d.sameTime(in) {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, ByDay)
	return out
}

// sameWords reports whether two items say the same, whatever their case, spaces, marks and the spelling of a tag at their
// end.
func sameWords(a, b string) bool { return withoutTag(a) == withoutTag(b) }

// withoutTag returns a text's plain words without a tag of the national framework in brackets at its end.
func withoutTag(text string) string {
	if i := lastBracket(text); i > 0 {
		text = text[:i]
	}
	return plainWords(text)
}

// lastBracket returns where the bracket that ends a text opens, -1 where it ends in none.
func lastBracket(text string) int {
	end := len(text) - 1
	for end >= 0 && (text[end] == '.' || text[end] == ' ') {
		end--
	}
	if end < 0 || text[end] != ')' {
		return -1
	}
	for i := end; i >= 0; i-- {
		if text[i] == '(' {
			return i
		}
	}
	return -1
}
