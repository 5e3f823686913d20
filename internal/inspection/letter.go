package inspection

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// LetterState is where a letter stands between its file and the public page.
type LetterState string

// The states of a letter, in order.
const (
	LetterWaiting    LetterState = "waiting"    // for the reader
	LetterReading    LetterState = "reading"    // the reader is at it
	LetterReady      LetterState = "ready"      // for an officer to review
	LetterEmbargoed  LetterState = "embargoed"  // reviewed; waiting for Ofsted to publish
	LetterPublished  LetterState = "published"  // its inspection is on the public pages
	LetterUnreadable LetterState = "unreadable" // Problem says why and what to do
	LetterSetAside   LetterState = "set_aside"  // an officer decided not to log it; Problem says why
)

// Letter is a letter or report that officers log. Nothing in it shows before an officer confirms that its publisher has
// published it, save to the officers who are listed on it.
type Letter struct {
	ID           string      `gorm:"primaryKey" json:"id"`
	State        LetterState `json:"state"`
	FileName     string      `json:"file_name"`   // as it was given; empty for text and for a letter logged by hand
	DocumentHash string      `json:"document"`    // SHA-256 of the original in hexadecimal; empty where none is held
	InspectionID string      `json:"inspection"`  // the inspection it was published as
	Problem      string      `json:"problem"`     // for the officer: why it could not be read, or was set aside
	Revision     int         `json:"revision"`    // counts the saves of its draft
	PlannedFor   Date        `json:"planned_for"` // the day publication is expected; it publishes nothing by itself
	CreatedAt    time.Time   `gorm:"autoCreateTime:false" json:"-"`
	UpdatedAt    time.Time   `gorm:"autoUpdateTime:false" json:"-"`
	CreatedBy    string      `json:"created_by"` // the post of the officer who added it
	UpdatedBy    string      `json:"updated_by"`
	Officers     []string    `gorm:"serializer:json" json:"officers"` // IDs of the accounts listed on it, in the order in which they were

	Draft Draft        `gorm:"serializer:json" json:"draft"`
	Pages []LetterPage `gorm:"-" json:"-"`
}

// letterMoves lists where a letter may go from each state.
var letterMoves = map[LetterState][]LetterState{
	LetterWaiting:    {LetterReading, LetterReady, LetterUnreadable, LetterSetAside},
	LetterReading:    {LetterReady, LetterUnreadable, LetterSetAside},
	LetterReady:      {LetterEmbargoed, LetterPublished, LetterSetAside, LetterUnreadable},              // unreadable: refused after all
	LetterEmbargoed:  {LetterEmbargoed, LetterReady, LetterPublished, LetterSetAside, LetterUnreadable}, // to itself with another planned day
	LetterPublished:  {LetterReady},
	LetterUnreadable: {LetterSetAside},
	LetterSetAside:   {LetterReady},
}

// Open reports whether officers may work on the draft of a letter in this state.
func (s LetterState) Open() bool { return s == LetterReady || s == LetterEmbargoed }

// ClosedWords says why a draft cannot be changed or published in this state, and what to do.
func (s LetterState) ClosedWords() string {
	switch s {
	case LetterPublished:
		return "This letter is published. Unpublish it first, then change it and publish it again"
	case LetterSetAside:
		return "This letter was set aside. Bring it back first"
	case LetterUnreadable:
		return "This file could not be read, so it has no draft. Add the letter again, paste its text or type its values"
	}
	return "This letter has not been read yet. Wait until it is ready to review"
}

// Move takes a letter to another state. It fails with Problems where there is no way from its own.
func (l *Letter) Move(to LetterState) error {
	if !slices.Contains(letterMoves[l.State], to) {
		return Problems{{Field: "state", Words: fmt.Sprintf("A letter that is %s cannot become %s", l.State.words(), to.words())}}
	}
	l.State = to
	return nil
}

// MoveByOfficer is Move by an officer's word, which reaches neither what the reader decides nor the public pages. A
// letter is set aside for a reason, and only one that has a draft comes back.
func (l *Letter) MoveByOfficer(to LetterState, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case l.State == LetterWaiting, l.State == LetterReading, l.State == LetterPublished:
		return Problems{{Field: "state", Words: l.State.ClosedWords()}}
	case to != LetterReady && to != LetterEmbargoed && to != LetterSetAside:
		return Problems{{Field: "state", Words: fmt.Sprintf("An officer cannot mark a letter as %s", to.words())}}
	case to == LetterSetAside && reason == "":
		return Problems{{Field: "reason", Words: "Enter the reason why this letter is set aside"}}
	case l.State == LetterSetAside && l.Revision == 0:
		return Problems{{Field: "state", Words: "Nothing was kept of this file, so it cannot be brought back. Add it again"}}
	}
	if err := l.Move(to); err != nil {
		return err
	}
	l.Problem = ""
	if to == LetterSetAside {
		l.Problem = reason
	}
	return nil
}

var letterStateWords = map[LetterState]string{
	LetterWaiting: "waiting to be read", LetterReading: "being read", LetterReady: "ready to review",
	LetterEmbargoed: "waiting for Ofsted to publish", LetterPublished: "published",
	LetterUnreadable: "one that could not be read", LetterSetAside: "set aside",
}

func (s LetterState) words() string { return letterStateWords[s] }

// LetterPage is the text of one page of a letter.
type LetterPage struct {
	LetterID string `gorm:"primaryKey"`
	Number   int    `gorm:"primaryKey;autoIncrement:false"`
	Words    string
}

// Document is the original file of a letter, kept byte for byte.
type Document struct {
	Hash      string `gorm:"primaryKey"` // SHA-256 in hexadecimal
	MediaType string
	Size      int64
	AddedAt   time.Time
}

// Draft is what an officer is about to publish of a letter: the inspection's values, and what letters do not print.
type Draft struct {
	Kind           string           `json:"kind"`   // code of a catalogue's kind; the framework follows from it and the start of fieldwork
	Bodies         []string         `json:"bodies"` // IDs, the first named first
	PrintedName    string           `json:"printed_name,omitempty"`
	Topic          string           `json:"topic,omitempty"`
	VisitNumber    int              `json:"visit_number,omitempty"`
	FieldworkStart Date             `json:"fieldwork_start"`
	FieldworkEnd   Date             `json:"fieldwork_end"`
	LeadInspector  string           `json:"lead_inspector,omitempty"`
	Judgements     []DraftJudgement `json:"judgements"`
	Items          []DraftItem      `json:"items"`
	WholeListHeld  bool             `json:"whole_list_held"`
	AreasCovered   []string         `json:"areas_covered,omitempty"`
	Findings       []DraftFinding   `json:"findings,omitempty"`
	Responses      []DraftResponse  `json:"responses,omitempty"`
	Note           string           `json:"note,omitempty"`

	Received      Date   `json:"received"`                 // the day the council received the final letter; clocks run from it
	StatementDue  Date   `json:"statement_due"`            // printed in the letter: the day by which a statement or plan is due
	Published     Date   `json:"published"`                // the day it came out
	PublishedHour string `json:"published_hour,omitempty"` // "10:30", London time
	Address       string `json:"address,omitempty"`        // of the publisher's page, the evidence that it is out
	NoDocument    bool   `json:"no_document,omitempty"`    // the inspectors published nothing
	Final         bool   `json:"final"`                    // an officer says that this is the final version

	TwinOf string `json:"twin_of,omitempty"` // ID of the inspection whose letter this one repeats for another council

	Evidence []Evidence `json:"evidence,omitempty"`
	Warnings []string   `json:"warnings,omitempty"` // of the reader

	// Items that are gone may have been published, and then their references are theirs for ever.
	LastKey int               `json:"last_key,omitempty"` // the highest number that was ever an item's key
	Joined  map[string]string `json:"joined,omitempty"`   // from keys of items to those of the items that they were joined to
}

// OwnWords lists what officers wrote in a draft in their own words, beside what the letter says.
func (d *Draft) OwnWords() []string {
	words := []string{d.Note}
	for _, item := range d.Items {
		words = append(words, item.Gloss)
	}
	for _, finding := range d.Findings {
		words = append(words, finding.Words)
	}
	for _, response := range d.Responses {
		words = append(words, response.Gist)
	}
	return words
}

// DraftJudgement is the grade of one strand.
type DraftJudgement struct {
	Strand string `json:"strand"`
	Grade  string `json:"grade"`
}

// DraftItem is one area to improve.
type DraftItem struct {
	Key          string             `json:"key"` // stays the same while items are reordered: names its fields and evidence
	Kind         RecommendationKind `json:"kind"`
	Words        string             `json:"words"`
	Wording      Wording            `json:"wording"`
	Gloss        string             `json:"gloss,omitempty"` // in plain English, ours, beside the inspectors' words
	Themes       []string           `json:"themes,omitempty"`
	FrameworkTag string             `json:"framework_tag,omitempty"`
	Responsible  string             `json:"responsible,omitempty"`  // body addressed, as printed; "lscb" for a safeguarding board's list
	OwnPriority  bool               `json:"own_priority,omitempty"` // the council's own priority, not Ofsted's
	Page         int                `json:"page,omitempty"`
	Joins        string             `json:"joins,omitempty"` // reference of the item on the record that these words replace
}

// DraftFinding is something inspectors found, in our words.
type DraftFinding struct {
	Kind      FindingKind `json:"kind"`
	Words     string      `json:"words"`
	Paragraph string      `json:"paragraph,omitempty"`
}

// DraftResponse is what somebody said in reply.
type DraftResponse struct {
	BodyID string `json:"body"`
	Role   string `json:"role"`
	Name   string `json:"name,omitempty"`
	Gist   string `json:"gist"`
	On     Date   `json:"date"`
	Source string `json:"source,omitempty"` // address where it stands
}
