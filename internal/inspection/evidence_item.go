package inspection

import (
	"slices"
	"time"
)

// EvidenceState is where a piece of evidence stands in its review.
type EvidenceState string

// The states of evidence.
const (
	EvidenceDraft     EvidenceState = "draft"
	EvidenceSubmitted EvidenceState = "submitted"
	EvidenceInReview  EvidenceState = "in_review"
	EvidenceIn        EvidenceState = "accepted"
	EvidenceRejected  EvidenceState = "rejected"
	EvidenceLapsed    EvidenceState = "expired" // by its day, or by an officer's word
)

var evidenceStateWords = map[EvidenceState]string{
	EvidenceDraft: "Draft", EvidenceSubmitted: "Submitted", EvidenceInReview: "In review", EvidenceIn: "Accepted",
	EvidenceRejected: "Not accepted", EvidenceLapsed: "Expired",
}

// EvidenceStates lists them in order.
func EvidenceStates() []EvidenceState {
	return []EvidenceState{EvidenceDraft, EvidenceSubmitted, EvidenceInReview, EvidenceIn, EvidenceRejected, EvidenceLapsed}
}

// Words says the state as pages do.
func (s EvidenceState) Words() string { return evidenceStateWords[s] }

// EvidenceItem is something that shows progress on an item: a link or, where the council has turned that on, a file. It is
// not the Evidence for a value in a letter.
type EvidenceItem struct {
	ID           string         `gorm:"primaryKey" json:"id"`
	Reference    string         `json:"reference"`
	Title        string         `json:"title"`
	Address      string         `json:"address,omitempty"`  // a link; empty for a file
	DocumentHash string         `json:"document,omitempty"` // SHA-256 of a file in hexadecimal
	FileName     string         `json:"file_name,omitempty"`
	On           Date           `gorm:"column:on_day" json:"on"` // the evidence's own day
	ExpiresOn    Date           `json:"expires_on"`              // its last day; unknown where it does not expire
	Recorded     Date           `json:"recorded"`                // the day on which it was put here
	At           time.Time      `gorm:"column:recorded_at" json:"-"`
	ByID         string         `json:"by"`
	ByPost       string         `json:"by_post"`
	Version      int            `json:"version"`            // 1, 2, 3 … of one piece of evidence
	Replaces     string         `json:"replaces,omitempty"` // the ID of the version before
	Audience     Audience       `json:"audience"`
	State        EvidenceState  `gorm:"-" json:"state"` // the latest of its steps
	Steps        []EvidenceStep `gorm:"-" json:"-"`
}

// EvidenceStep is one step in the review of a piece of evidence. Steps are added and never changed.
type EvidenceStep struct {
	EvidenceID string        `gorm:"primaryKey" json:"evidence"`
	Number     int           `gorm:"primaryKey;autoIncrement:false" json:"number"`
	State      EvidenceState `json:"state"`
	On         Date          `gorm:"column:on_day" json:"on"`
	Recorded   Date          `json:"recorded"`
	At         time.Time     `gorm:"column:recorded_at" json:"-"`
	ByID       string        `json:"by"`
	ByPost     string        `json:"by_post"`
	Words      string        `json:"words,omitempty"` // why
}

// StateOn returns where the evidence stood on a day, its own expiry counted.
func (e EvidenceItem) StateOn(day Date) EvidenceState {
	state := e.recordedState(day)
	if state == EvidenceIn && e.ExpiresOn.Known() && e.ExpiresOn.Before(day) {
		return EvidenceLapsed
	}
	return state
}

// ReadableBy reports whether a reader may read the evidence in the state that it is in. A draft is for officers, whoever it
// will be for once it is submitted.
func (e EvidenceItem) ReadableBy(reader Audience) bool {
	return reader.Reads(e.Audience) && (e.State != EvidenceDraft || reader.Reads(ForOfficers))
}

// recordedState is the latest state that was recorded by a day.
func (e EvidenceItem) recordedState(day Date) EvidenceState {
	state := EvidenceDraft
	for _, step := range e.Steps {
		if !step.Recorded.After(day) {
			state = step.State
		}
	}
	return state
}

// acceptedBy reports whether the evidence was ever accepted by a day.
func (e EvidenceItem) acceptedBy(day Date) bool {
	return slices.ContainsFunc(e.Steps, func(s EvidenceStep) bool { return s.State == EvidenceIn && !s.Recorded.After(day) })
}
