package inspection

import (
	"slices"
	"strings"
)

// Value returns, as text, what a draft holds in a field that evidence names. The result is false where it has no such
// field, as of an item that was removed.
func (d *Draft) Value(field string) (string, bool) {
	if strand, ok := strings.CutPrefix(field, "judgement."); ok {
		i := slices.IndexFunc(d.Judgements, func(j DraftJudgement) bool { return j.Strand == strand })
		if i < 0 {
			return "", false
		}
		return d.Judgements[i].Grade, true
	}
	if key := itemKeyOf(field); key != "" {
		if item := d.item(key); item != nil {
			return item.Words, true
		}
		return "", false
	}
	for _, f := range draftFields {
		if f.name == field {
			return f.value(d), true
		}
	}
	return "", false
}

// NoteRead remembers, with each piece of evidence, the value that was read from it. The reader calls it once, before
// anybody changes the draft.
func (d *Draft) NoteRead() {
	for i := range d.Evidence {
		d.Evidence[i].Value, _ = d.Value(d.Evidence[i].Field)
	}
}

// EvidenceNow returns the draft's evidence as it stands: where an officer has put another value in the place of the one
// that was read, it is Corrected, since its quote does not say what the draft says.
func (d *Draft) EvidenceNow() []Evidence {
	now := slices.Clone(d.Evidence)
	for i := range now {
		if read := now[i].Value; read != "" && !d.holds(now[i].Field, read) {
			now[i].Certainty = Corrected
		}
	}
	return now
}

// holds reports whether a field still holds what was read. An item that was joined with another, or split, does.
func (d *Draft) holds(field, read string) bool {
	value, ok := d.Value(field)
	if itemKeyOf(field) != "" {
		return ok && value != "" && (strings.Contains(value, read) || strings.Contains(read, value))
	}
	return ok && value == read
}
