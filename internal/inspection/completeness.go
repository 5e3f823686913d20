package inspection

import "strings"

// EveryAuthority stands in a Completeness for every authority that exists on the day to which it says so.
const EveryAuthority = "*"

// Completeness says up to which day one kind of record is believed complete for a body. A lane may run on as a solid
// block only up to that day (rule 5 of the first screen).
type Completeness struct {
	BodyID   string `gorm:"primaryKey" json:"body"`
	Record   string `gorm:"primaryKey" json:"record"` // as a Kind names it: "ilacs_graded", "visits"
	To       Date   `gorm:"column:to_day" json:"complete_to"`
	SourceID string `json:"source"`
	Note     string `json:"note,omitempty"`
}

// Term is an entry of the glossary.
type Term struct {
	ID      string `gorm:"primaryKey" json:"id"` // the anchor on the glossary page
	Term    string `json:"term"`
	Short   string `json:"short,omitempty"`
	Meaning string `json:"meaning"`
	Also    string `json:"also,omitempty"` // other words for it, separated by "|"
}

// Forms lists the words for a term: its own, then the others.
func (t Term) Forms() []string {
	forms := []string{t.Term}
	for form := range strings.SplitSeq(t.Also, "|") {
		if form = strings.TrimSpace(form); form != "" {
			forms = append(forms, form)
		}
	}
	return forms
}
