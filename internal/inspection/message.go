package inspection

import (
	"slices"
	"time"
)

// MessageKind says what a message is about.
type MessageKind string

// The kinds of Message.
const (
	ReminderMessage MessageKind = "reminder" // to an owner: what of theirs has its date before long, or is past it
	NewsMessage     MessageKind = "news"     // a letter was published
	RemarkMessage   MessageKind = "remark"   // to the council: a reader says that something is wrong
	AnswerMessage   MessageKind = "answer"   // to that reader: it is answered
)

var messageKindWords = map[MessageKind]string{ReminderMessage: "reminders", NewsMessage: "news of published letters"}

// MessageKinds lists those that people with accounts get, and choose how often.
func MessageKinds() []MessageKind { return []MessageKind{ReminderMessage, NewsMessage} }

// Words names messages of the kind inside a sentence: "reminders".
func (k MessageKind) Words() string { return messageKindWords[k] }

// Frequency says how often somebody wants messages of a kind.
type Frequency string

// The frequencies.
const (
	AtOnce Frequency = "at_once"
	Daily  Frequency = "daily"  // on each day on which there is something
	Weekly Frequency = "weekly" // on Mondays
	Never  Frequency = "never"
)

// Frequencies lists those that messages of the kind can have, the most often first.
func (k MessageKind) Frequencies() []Frequency {
	if k == ReminderMessage {
		return []Frequency{Daily, Weekly, Never}
	}
	return []Frequency{AtOnce, Never}
}

// MessagePreferences are how often somebody wants messages. What they did not choose is empty.
type MessagePreferences struct {
	AccountID  string    `gorm:"primaryKey"`
	Reminders  Frequency //
	News       Frequency //
	RemindedOn Date      // the last day whose reminders were looked at; unknown before the first
}

// TableName is the table's, which holds preferences of no other sort.
func (MessagePreferences) TableName() string { return "preferences" }

// Of returns how often somebody in some roles wants messages of a kind: as they chose, or as is usual for the roles. Owners
// are reminded, and members told of letters.
func (p MessagePreferences) Of(kind MessageKind, roles []Role) Frequency {
	chosen, usual := p.Reminders, Daily
	if kind == NewsMessage {
		chosen, usual = p.News, Never
		if slices.Contains(roles, RoleMember) {
			usual = AtOnce
		}
	}
	if slices.Contains(kind.Frequencies(), chosen) {
		return chosen
	}
	return usual
}

// Set chooses how often somebody wants messages of a kind. It fails with Problems where messages of the kind never come so.
func (p *MessagePreferences) Set(kind MessageKind, f Frequency) error {
	if !slices.Contains(kind.Frequencies(), f) {
		return Problems{{Field: string(kind), Words: "Choose how often you want " + kind.Words()}}
	}
	if kind == NewsMessage {
		p.News = f
	} else {
		p.Reminders = f
	}
	return nil
}

// week is how far back a message looks at the most, so that somebody new is not told of years.
const week = 7

// RemindOn returns whether a message with reminders may be made on a day for somebody who wants them so often, and after which
// day those in it fell due: none is lost where the program did not run on a day, for up to a week.
func (p MessagePreferences) RemindOn(f Frequency, day Date) (after Date, ok bool) {
	after = day.AddDays(-week)
	if p.RemindedOn.After(after) {
		after = p.RemindedOn
	}
	switch f {
	case Daily:
		return after, p.RemindedOn.Before(day)
	case Weekly:
		monday := day.AddDays(-((int(day.Time().Weekday()) + 6) % 7))
		return after, p.RemindedOn.Before(monday)
	}
	return Date{}, false
}

// MessageState is where a message stands between its cause and whoever it is for.
type MessageState string

// The states of a Message.
const (
	MessageWaiting MessageState = "waiting"
	MessageSending MessageState = "sending" // a program is at it
	MessageSent    MessageState = "sent"    // whoever takes messages in has taken it
	MessageFailed  MessageState = "failed"  // it was refused, or could not be handed over for too long
	// MessageDoubtful may have been sent: nobody knows, since the program or the connection broke off at the end. It is not
	// sent again unless an administrator says so.
	MessageDoubtful MessageState = "doubtful"
)

var messageStateWords = map[MessageState]string{
	MessageWaiting: "Waiting", MessageSending: "Being sent", MessageSent: "Sent", MessageFailed: "Not sent",
	MessageDoubtful: "May have been sent",
}

// Words says the state as pages do.
func (s MessageState) Words() string { return messageStateWords[s] }

// Message is one message to one person, or to one channel. It says what it is about and holds no text: the words are made
// from the public record when it is sent, so that nothing can be in them that is not on it then.
type Message struct {
	ID           string       `gorm:"primaryKey"`
	Key          string       // of which there is one message: what it is about and for whom
	Kind         MessageKind  //
	AccountID    string       // whom it is for; empty for a channel, and for what is about a note of a reader
	Channel      string       // the name that the administrator gave it; empty for anybody else
	InspectionID string       // of news
	RemarkID     string       // of what is about a note of a reader; whom it is for then follows from the kind
	After        Date         `gorm:"column:after_day"` // reminders that fell due after this day …
	Day          Date         `gorm:"column:on_day"`    // … and by this one; of news the day on which it was made
	State        MessageState //
	Tries        int          // to send it that did not work
	MadeAt       time.Time    `gorm:"autoCreateTime:false"`
	NextAt       time.Time    // when it is to be tried
	LeaseUntil   *time.Time   // by when the program that is at it must have said how it ended
	Lease        string       // of that program, and of no other
	SettledAt    *time.Time   // when it was sent, failed or became doubtful
	Problem      string       // what went wrong last, without anybody's address
}

// TableName is the table's.
func (Message) TableName() string { return "outbox" }

// Handing is how it ended to hand over a message.
type Handing string

// The ways in which handing over ends.
const (
	HandedOver  Handing = "handed_over"
	NotTaken    Handing = "not_taken" // nothing was handed over; another try may work
	Refused     Handing = "refused"   // and will be again
	MaybeHanded Handing = "maybe"     // it broke off when the end of the message was on its way
)

// retries are the waits between the tries to send a message. After the last it has failed.
var retries = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// Settle puts a message that a program was at where it belongs after a try that ended in some way.
func (m *Message) Settle(how Handing, problem string, now time.Time) {
	m.Problem, m.Lease, m.LeaseUntil, m.SettledAt = problem, "", nil, &now
	switch how {
	case HandedOver:
		m.State, m.Problem = MessageSent, ""
	case MaybeHanded:
		m.State = MessageDoubtful
	case Refused:
		m.State, m.Tries = MessageFailed, m.Tries+1
	default:
		if m.Tries++; m.Tries > len(retries) {
			m.State = MessageFailed
			return
		}
		m.State, m.SettledAt, m.NextAt = MessageWaiting, nil, now.Add(retries[m.Tries-1])
	}
}

// TryAgain lets a message wait anew that failed, or that may have been sent. It fails with Problems for any other.
func (m *Message) TryAgain(now time.Time) error {
	if m.State != MessageFailed && m.State != MessageDoubtful {
		return Problems{{Field: "message", Words: "This message waits, or was sent. Nothing has to be done"}}
	}
	m.State, m.Tries, m.NextAt, m.SettledAt, m.Problem = MessageWaiting, 0, now, nil, ""
	return nil
}
