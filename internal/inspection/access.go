package inspection

import "time"

// NetworkHolds is how long the network address from which somebody came is kept. It serves to look into a sign-in that
// nobody knows of, and nothing else.
const NetworkHolds = 30 * 24 * time.Hour

// AccessKind says what somebody did that changed nothing of the record.
type AccessKind string

// The kinds of access.
const (
	SignedIn      AccessKind = "signed_in"
	SignInRefused AccessKind = "sign_in_refused" // of an account that there is
	SignedOut     AccessKind = "signed_out"
	LinkMade      AccessKind = "link_made" // with which somebody sets a password; the subject is their account
	RecordRead    AccessKind = "read"      // an internal record
)

var accessWords = map[AccessKind]string{
	SignedIn: "signed in", SignInRefused: "was refused when signing in", SignedOut: "signed out",
	LinkMade: "made a link for setting a password", RecordRead: "read an internal record",
}

// AccessKinds lists them.
func AccessKinds() []AccessKind {
	return []AccessKind{SignedIn, SignInRefused, SignedOut, LinkMade, RecordRead}
}

// Known reports whether it is one of the kinds.
func (k AccessKind) Known() bool { return accessWords[k] != "" }

// Words says what somebody did, after who did it: "signed in".
func (k AccessKind) Words() string { return accessWords[k] }

// Access is somebody's signing in or out, or their reading of an internal record. It stands beside the record of changes:
// it changes nothing, and the network address in it is dropped after NetworkHolds.
type Access struct {
	ID        string     `gorm:"primaryKey" json:"id"`
	At        time.Time  `json:"at"`      // UTC, to the second
	AccountID string     `json:"account"` // the ID under which they act
	Post      string     `json:"post"`
	Role      Role       `json:"role"` // empty where they acted in none: signing in and out
	What      AccessKind `json:"what"`
	Subject   string     `json:"subject"` // what it was about: "letter:ID", "account:ID", "changes"; may be empty
	Network   string     `json:"-"`       // the address they came from; empty once dropped
}
