package inspection

import (
	"encoding/json"
	"slices"
)

// openKinds are the kinds of record of which everything is on public pages: publications and their corrections.
var openKinds = []RecordKind{
	OfBody, OfInspection, OfRecommendation, OfMilestone, OfSource, OfSuccession, OfService, OfCompleteness, OfTheme, OfTerm,
	OfRule, OfBankHoliday, OfFigure, OfOfficialFigure, OfPlaceMember, OfLaterView, OfLink, OfFulfilment, OfCommittee, OfMeeting,
	OfSettings,
}

// markedKinds are the kinds of record that say themselves who may read them.
var markedKinds = []RecordKind{OfMove, OfUpdate, OfAction, OfEvidenceItem, OfQuestion, OfErasure}

// SeenBy reports whether a reader may know of the entry at all. Everybody sees what became of public records and what
// bodies decided; what is marked for somebody is seen by them; a letter, before and after it is published, by the officers
// whom listed names for it, nil for none; and everything else, whatever kinds there will be, by officers alone.
func (c *Change) SeenBy(reader Audience, listed func(letterID string) bool) bool {
	switch {
	case c.RecordKind == OfLetter:
		return reader.Reads(ForOfficers) && listed != nil && listed(c.RecordID)
	case slices.Contains(openKinds, c.RecordKind):
		return true
	case slices.Contains(markedKinds, c.RecordKind) && c.After != "":
		return c.sideReadBy(c.After, reader)
	case slices.Contains(markedKinds, c.RecordKind):
		return c.sideReadBy(c.Before, reader)
	}
	return reader.Reads(ForOfficers)
}

// sideReadBy reports whether a reader may read a record as one side of an entry has it. Of a side that is erased nobody can
// say for whom it was.
func (c *Change) sideReadBy(side string, reader Audience) bool {
	if !slices.Contains(markedKinds, c.RecordKind) || reader.Reads(ForOfficers) {
		return true
	}
	var marked struct {
		Kind     MoveKind      `json:"kind"`
		Audience Audience      `json:"audience"`
		State    EvidenceState `json:"state"`
	}
	if json.Unmarshal([]byte(side), &marked) != nil {
		return false
	}
	switch c.RecordKind {
	case OfMove:
		return marked.Kind.Decision() || reader.Reads(marked.Audience)
	case OfEvidenceItem:
		return EvidenceItem{Audience: marked.Audience, State: marked.State}.ReadableBy(reader)
	}
	return reader.Reads(marked.Audience)
}

// For returns the entry as a reader who may know of it reads it: without the side that is not for them and, for all but
// officers, without the IDs of those who work on the record, who stand in it by their posts.
func (c *Change) For(reader Audience) Change {
	out := *c
	if reader.Reads(ForOfficers) {
		return out
	}
	out.ActorID = ""
	for _, side := range []*string{&out.Before, &out.After} {
		if *side != "" && !c.sideReadBy(*side, reader) {
			*side = ""
		}
		*side = withoutPeople(*side)
	}
	return out
}

// WithoutTexts returns the entry without what the record was before and after.
func (c *Change) WithoutTexts() Change {
	out := *c
	out.Before, out.After = "", ""
	return out
}

// Erased reports whether the texts of the entry were destroyed: an entry that was written has at least one.
func (c *Change) Erased() bool { return c.Before == "" && c.After == "" }

// withoutPeople takes the IDs of people out of a record's JSON; what cannot be read is left out whole.
func withoutPeople(text string) string {
	if text == "" {
		return ""
	}
	record, err := readFields(text)
	if err != nil {
		return ""
	}
	data, err := json.Marshal(record.without("by"))
	if err != nil {
		return ""
	}
	return string(data)
}
