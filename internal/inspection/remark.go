package inspection

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// MostRemark is how many characters a Remark may have.
	MostRemark = 2000
	// MostOpenRemarks is how many notes of readers may wait for an answer. Whoever floods the list finds it shut then, and
	// everybody else is told to whom they can write.
	MostOpenRemarks = 200
	// ContactAfterAnswer is how long the address of whoever wrote a note is kept once the note is answered or closed.
	ContactAfterAnswer = 30 * 24 * time.Hour
	// ContactHolds is how long it is kept at most.
	ContactHolds = 365 * 24 * time.Hour
	// mostRemarkPage bounds the address of the page that a Remark is about, in bytes.
	mostRemarkPage = 1000
)

// RoleVisitor is the role of somebody who is not known to the service.
const RoleVisitor Role = "visitor"

// Visitor is the Actor of what readers do without an account. Nothing is known of who they are.
var Visitor = Actor{ID: "visitor", Post: "A reader", Role: RoleVisitor}

// RemarkState is where a note of a reader stands.
type RemarkState string

// The states of a Remark.
const (
	RemarkReceived RemarkState = "received" // it waits for an answer
	RemarkAnswered RemarkState = "answered"
	RemarkClosed   RemarkState = "closed" // without an answer
)

var remarkStateWords = map[RemarkState]string{
	RemarkReceived: "Waiting for an answer", RemarkAnswered: "Answered", RemarkClosed: "Closed without an answer",
}

// remarkDid says what an entry of the record of changes did, by the state after it.
var remarkDid = map[RemarkState]string{
	RemarkReceived: "sent in", RemarkAnswered: "answered", RemarkClosed: "closed without an answer",
}

// RemarkStates lists them, what is to be done first.
func RemarkStates() []RemarkState { return []RemarkState{RemarkReceived, RemarkAnswered, RemarkClosed} }

// Known reports whether it is one of the states.
func (s RemarkState) Known() bool { return remarkStateWords[s] != "" }

// Words says the state as pages do.
func (s RemarkState) Words() string { return remarkStateWords[s] }

// RemarkOutcome says what came of a note of a reader.
type RemarkOutcome string

// The outcomes of a Remark.
const (
	RemarkPutRight       RemarkOutcome = "put_right"
	RemarkRight          RemarkOutcome = "right_as_it_stands"
	RemarkPassedOn       RemarkOutcome = "passed_on" // to somebody else, whom the answer names
	RemarkNotAboutRecord RemarkOutcome = "not_about_record"
)

var remarkOutcomeWords = map[RemarkOutcome]string{
	RemarkPutRight: "Put right", RemarkRight: "It is right as it stands", RemarkPassedOn: "Passed on",
	RemarkNotAboutRecord: "Not about this record",
}

// RemarkOutcomes lists them.
func RemarkOutcomes() []RemarkOutcome {
	return []RemarkOutcome{RemarkPutRight, RemarkRight, RemarkPassedOn, RemarkNotAboutRecord}
}

// Words says the outcome as pages do.
func (o RemarkOutcome) Words() string { return remarkOutcomeWords[o] }

// Remark is a note of a reader, who says that something is wrong. It holds nothing of who wrote it: an address for the answer
// is kept beside it, for a time.
type Remark struct {
	ID        string      `gorm:"primaryKey" json:"id"`
	Reference string      `json:"reference"`           // with which its writer comes back; whoever has it reads the answers
	Page      string      `json:"page,omitempty"`      // the path and query of a page here that it is about; may be empty
	Words     string      `json:"words"`               // at most MostRemark characters
	Elsewhere string      `json:"elsewhere,omitempty"` // address of what says something else; may be empty
	State     RemarkState `json:"state"`
	Received  Date        `json:"received"` // the day in London

	Answers []RemarkAnswer `gorm:"-" json:"answers"` // a correction is another answer; all stay
}

// RemarkAnswer is an answer to a note of a reader.
type RemarkAnswer struct {
	RemarkID string        `gorm:"primaryKey" json:"-"`
	Number   int           `gorm:"primaryKey;autoIncrement:false" json:"number"`
	On       Date          `gorm:"column:on_day" json:"on"` // the day in London on which it was given
	ByID     string        `json:"by"`
	ByPost   string        `json:"by_post"`
	Outcome  RemarkOutcome `json:"outcome"`
	Words    string        `json:"words"`
}

// The letters and digits of references: none that looks like another.
const (
	remarkLetters   = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	remarkBegins    = "T-"
	remarkReference = 10 // letters and digits after that: nobody guesses one of 30¹⁰
)

// NewRemarkReference returns a reference that nobody can guess: "T-7KQ2M9XW4A".
func NewRemarkReference() string {
	whole := byte(256 / len(remarkLetters) * len(remarkLetters)) // beyond it some letters would come more often than others
	var out strings.Builder
	out.WriteString(remarkBegins)
	for out.Len() < len(remarkBegins)+remarkReference {
		var one [1]byte
		rand.Read(one[:]) // never fails: it would end the program
		if one[0] < whole {
			out.WriteByte(remarkLetters[int(one[0])%len(remarkLetters)])
		}
	}
	return out.String()
}

// ReadRemarkReference returns a reference as it is kept, from how somebody may write it: in any case, with spaces.
func ReadRemarkReference(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(text), ""))
}

// OwnAddress reports whether a text is the path of a page here, perhaps with a query, and leads to no other site.
func OwnAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "" && u.Host == "" && u.Opaque == "" && strings.HasPrefix(text, "/") &&
		!strings.HasPrefix(text, "//") && !strings.ContainsAny(text, "\\ \r\n\t")
}

// Check trims a note of a reader and lists what is wrong with it.
func (m *Remark) Check() Problems {
	c := &checks{}
	switch m.Page = strings.TrimSpace(m.Page); {
	case m.Page == "":
	case !OwnAddress(m.Page):
		c.wrong("page", "Enter the address of a page of this service, or leave this empty")
	case len(m.Page) > mostRemarkPage:
		c.wrong("page", "This address is too long to be kept. Leave this empty, and say below which page it is")
	}
	c.text("words", &m.Words, "what is wrong", MostRemark)
	c.perhapsAddress("elsewhere", &m.Elsewhere, "the page that says something else")
	return c.problems
}

// Open reports whether the note waits for an answer.
func (m *Remark) Open() bool { return m.State == RemarkReceived }

// Answer adds an answer by somebody who has seen so many answers, and returns it with its number. It fails with Problems at
// outcome, words or answers: the last where somebody else answered in the meantime.
func (m *Remark) Answer(by Actor, a RemarkAnswer, seen int, today Date) (RemarkAnswer, error) {
	c := &checks{}
	if a.Outcome.Words() == "" {
		c.wrong("outcome", "Choose what came of it")
	}
	c.text("words", &a.Words, "the answer", MostRemark)
	if seen != len(m.Answers) {
		c.wrong("answers", "Read what stands above first: somebody else has answered since you opened this page")
	}
	if len(c.problems) > 0 {
		return a, c.problems
	}
	a.RemarkID, a.Number, a.On, a.ByID, a.ByPost = m.ID, len(m.Answers)+1, today, by.ID, by.Post
	m.Answers, m.State = append(slices.Clip(m.Answers), a), RemarkAnswered
	return a, nil
}

// Close closes a note that wants no answer: an advertisement, or the same note once more. It fails with Problems at state
// where it is answered or closed already.
func (m *Remark) Close() error {
	if !m.Open() {
		return Problems{{Field: "state", Words: "This note is answered or closed already"}}
	}
	m.State = RemarkClosed
	return nil
}
