package inspection

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// OfErasure is the kind of record that an Erasure is.
const OfErasure RecordKind = "erasure"

// ErasedWords stands where a text was erased. The database lets no other text take the place of what was recorded.
const ErasedWords = "Erased"

// ErasureReason says why a text must not be held. There is a fixed list of them, so that no reason can name anybody.
type ErasureReason string

// The reasons.
const (
	NamesChild    ErasureReason = "child"
	TellsOfCase   ErasureReason = "case"
	NamesStaff    ErasureReason = "staff"
	NamesSomebody ErasureReason = "somebody"
)

var erasureReasonWords = map[ErasureReason]string{
	NamesChild: "A child or a family is named", TellsOfCase: "Details of a case are told",
	NamesStaff: "A member of staff is named", NamesSomebody: "Somebody else is named",
}

// ErasureReasons lists them.
func ErasureReasons() []ErasureReason {
	return []ErasureReason{NamesChild, TellsOfCase, NamesStaff, NamesSomebody}
}

// Words says the reason as pages do.
func (r ErasureReason) Words() string { return erasureReasonWords[r] }

// Erasure destroys the texts of one record, everywhere that they are held. One administrator asks for it and another agrees.
// It says who, when and why, and holds none of the words.
type Erasure struct {
	ID         string        `gorm:"primaryKey" json:"id"`
	RecordKind RecordKind    `json:"record_kind"`
	RecordID   string        `json:"record_id"`
	Audience   Audience      `json:"audience"` // who may know of it: officers, and once it is done whoever could read what is erased
	Reason     ErasureReason `json:"reason"`

	AskedByID     string    `json:"-"`
	AskedByPostID string    `json:"-"`
	AskedBy       string    `json:"asked_by"` // a post, as the two below
	Asked         Date      `json:"asked"`    // the day in London
	AskedAt       time.Time `json:"-"`
	AgreedBy      string    `json:"agreed_by,omitempty"`
	Agreed        Date      `json:"agreed"` // unknown until somebody has agreed
	WithdrawnBy   string    `json:"withdrawn_by,omitempty"`
	Withdrawn     Date      `json:"withdrawn"` // unknown unless it was withdrawn

	Entries int     `json:"entries"`                   // of the record of changes, that lost their texts by it
	Covers  []int64 `gorm:"-" json:"covers,omitempty"` // the numbers of the entries of what was erased, those without texts before among them
}

// erasable says of each kind of record with free text what is destroyed of it. Inspections, judgements and what inspectors
// wrote in letters that are published are no words of ours, and stay.
var erasable = map[RecordKind][]string{
	OfUpdate:       {"the words of the update"},
	OfMove:         {"the words of the step and the measure of success in it", "the name and the address of the minute"},
	OfEvidenceItem: {"the title, the address, and the file with its name", "the reasons that were given in its review"},
	OfQuestion:     {"the question, and who asked it", "every answer, with its address"},
	OfAction:       {"what is to be done, and how one will see that it worked", "what was said of it before, and the reasons for changes"},
	OfLaterView:    {"what the letter says in our words; a quotation stays", "why the entry was taken back"},
	OfLink:         {"the note on the link"},
	OfFulfilment:   {"the words and the address of what was published"},
	OfCommittee:    {"the name of the body, and its address"},
	OfMeeting:      {"the address of the meeting’s papers"},
	OfLetter: {
		"the letter’s file, its name, and the text of its pages",
		"the draft with all that was typed into it, and the reasons that were given",
		"what was written down when it was published and taken off again, and quotations of it",
	},
	OfSource:        {"the title, the publisher and the address of the source"},
	OfSuccession:    {"the note on how one council followed another, wherever the same note stands"},
	OfToken:         {"the name of the token"},
	OfRemark:        {"what the reader wrote, with the addresses in it", "the reader’s email address, where it is still held", "every answer"},
	OfSettings:      {"to whom readers turn, and the data protection officer", "the words about cookies"},
	OfTrackerImport: {"the tracker’s file and its name", "what its rows said last, and what its columns were said to hold"},
}

// ErasableKinds lists the kinds of record whose texts can be erased, in no order that means anything.
func ErasableKinds() []RecordKind {
	var out []RecordKind
	for kind := range erasable {
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}

// Destroyed lists what an erasure destroys of a record of a kind; nothing, where the kind holds no free text.
func Destroyed(kind RecordKind) []string { return erasable[kind] }

// Open reports whether the erasure waits for somebody to agree or to withdraw it.
func (e Erasure) Open() bool { return !e.Agreed.Known() && !e.Withdrawn.Known() }

// LastBackup returns the day on which the last backup with the texts expires, where backups are kept for some days.
func (e Erasure) LastBackup(days int) Date { return e.Agreed.AddDays(days) }

// Ask fills in who asks for an erasure, and when. It fails with Problems at reason, record or role.
func (e *Erasure) Ask(by Actor, today Date, at time.Time) error {
	var problems Problems
	if by.Role != RoleAdministrator {
		problems = append(problems, forAdministrators)
	}
	if e.Reason.Words() == "" {
		problems = append(problems, Problem{Field: "reason", Words: "Choose why this must not be held"})
	}
	if Destroyed(e.RecordKind) == nil {
		problems = append(problems, Problem{Field: "record",
			Words: "This holds no free text that could be erased: unpublish the letter to put right what it says"})
	}
	if len(problems) > 0 {
		return problems
	}
	e.AskedByID, e.AskedByPostID, e.AskedBy, e.Asked, e.AskedAt = by.ID, by.PostID, by.Post, today, at
	e.Audience = ForOfficers // nobody else is shown where to look as long as it stands there
	return nil
}

var forAdministrators = Problem{Field: "role", Words: "Ask " + RoleAdministrator.Words() + ": this is for that role"}

// Agree fills in who agrees to an erasure, and when. It fails with Problems at role or state: whoever asked for it cannot
// agree, nor anybody in the same post.
func (e *Erasure) Agree(by Actor, today Date) error {
	switch err := e.settle(by); {
	case err != nil:
		return err
	case by.ID == e.AskedByID || by.Holds(e.AskedByID) || e.AskedByPostID != "" && by.Holds(e.AskedByPostID):
		return Problems{{Field: "role", Words: "You asked for this yourself, or somebody in your post did: another administrator has to agree"}}
	}
	e.AgreedBy, e.Agreed = by.Post, today
	return nil
}

// Withdraw fills in who withdraws an erasure before anybody has agreed to it, and when. It fails with Problems at role or
// state.
func (e *Erasure) Withdraw(by Actor, today Date) error {
	if err := e.settle(by); err != nil {
		return err
	}
	e.WithdrawnBy, e.Withdrawn = by.Post, today
	return nil
}

func (e *Erasure) settle(by Actor) error {
	switch {
	case by.Role != RoleAdministrator:
		return Problems{forAdministrators}
	case e.Agreed.Known():
		return Problems{{Field: "state", Words: "This is erased already. It cannot be brought back"}}
	case e.Withdrawn.Known():
		return Problems{{Field: "state", Words: "This was withdrawn. Ask for it again if it must not be held"}}
	}
	return nil
}

// ErasureProof reads the record of changes entry by entry and holds the entries that have lost their texts against the
// erasures that account for them, so that nobody can destroy what was recorded and leave no trace of it. A letter that was
// refused because it is no final version accounts for its own entries: the one that refuses it does.
type ErasureProof struct {
	lost     []*Change // without their texts, and not yet accounted for
	asked    map[string]string
	Erasures int64 // how many there are
}

// See takes the next entry; whole says whether its key is held, and so its texts. It fails with ErrChainBroken where an
// erasure was not made as it has to be.
func (p *ErasureProof) See(c *Change, whole bool) error {
	if !whole {
		lost := c.WithoutTexts()
		p.lost = append(p.lost, &lost)
		return nil
	}
	switch {
	case c.RecordKind == OfErasure:
		return p.erasure(c)
	case c.RecordKind == OfLetter && refusesLetter(c):
		if p.account(func(lost *Change) bool { return lost.RecordKind == OfLetter && lost.RecordID == c.RecordID }) {
			p.Erasures++
		}
	}
	return nil
}

// erasure takes an entry about an erasure.
func (p *ErasureProof) erasure(c *Change) error {
	var e Erasure
	if err := json.Unmarshal([]byte(c.After), &e); err != nil {
		return fmt.Errorf("%w: the erasure in entry %d cannot be read", ErrChainBroken, c.Number)
	}
	if c.Action == Created {
		if p.asked == nil {
			p.asked = map[string]string{}
		}
		p.asked[c.RecordID] = c.ActorID
		return nil
	}
	if !e.Agreed.Known() {
		return nil
	}
	if asker, asked := p.asked[c.RecordID]; !asked || asker == c.ActorID || c.ActorRole != RoleAdministrator {
		return fmt.Errorf("%w: the erasure in entry %d was not asked for by one administrator and agreed to by another", ErrChainBroken, c.Number)
	}
	p.account(func(lost *Change) bool { return slices.Contains(e.Covers, lost.Number) })
	p.Erasures++
	return nil
}

// account takes off the entries that are accounted for, and reports whether there were any.
func (p *ErasureProof) account(covered func(*Change) bool) bool {
	before := len(p.lost)
	p.lost = slices.DeleteFunc(p.lost, covered)
	return len(p.lost) < before
}

// refusesLetter reports whether an entry says that a letter, which was read, must not be held after all.
func refusesLetter(c *Change) bool {
	var before, after struct {
		State LetterState `json:"state"`
	}
	err := errors.Join(json.Unmarshal([]byte(c.Before), &before), json.Unmarshal([]byte(c.After), &after))
	return err == nil && c.Action == Updated && before.State.Open() && after.State == LetterUnreadable
}

// Close fails with ErrChainBroken, after the last entry, where one has lost its texts and no erasure accounts for it.
func (p *ErasureProof) Close() error {
	if len(p.lost) == 0 {
		return nil
	}
	return fmt.Errorf("%w: entry %d has lost its texts and its key, and no erasure accounts for it", ErrChainBroken, p.lost[0].Number)
}

// erasureDid says what became of an erasure by an entry of the record of changes.
func erasureDid(after fields) string {
	switch {
	case after.text("agreed") != "":
		return "agreed to and carried out"
	case after.text("withdrawn") != "":
		return "withdrawn"
	}
	return "asked for"
}
