package auth

import (
	"slices"
	"time"
)

// AccountState says whether somebody can sign in.
type AccountState string

// The states of an account.
const (
	Invited  AccountState = "invited"  // no password is set yet
	Active   AccountState = "active"   //
	Disabled AccountState = "disabled" // cannot sign in until an administrator enables it
	Closed   AccountState = "closed"   // for ever; what names its holder is gone, what they recorded stays
)

// Account is somebody who can sign in: by a password of this service or through their organisation. Staff stand in the
// record by post and never by name; the address is for signing in and for messages only.
type Account struct {
	ID      string       `gorm:"primaryKey" json:"id"`         // stays the same for ever; what is recorded names it
	Address string       `json:"-"`                            // e-mail address in lower case; empty once closed, and where the organisation gave none
	Post    string       `json:"post"`                         // "Improvement officer"; empty until it is known
	BodyID  string       `json:"body"`                         // the council, trust or place that the post is in; may be empty
	Roles   []Role       `gorm:"serializer:json" json:"roles"` // at least one
	State   AccountState `json:"state"`

	Issuer  string `json:"issuer"` // of the organisation that vouches for them; empty for an account with a password of ours
	Subject string `json:"-"`      // who they are to that issuer, and never to any other

	Emergency bool `json:"emergency"` // the one local administrator for when the organisation's signing in is away

	PasswordHash  string   `json:"-"`                        // Argon2id in its PHC string form; empty where none is set
	CodeSecret    string   `json:"-"`                        // of one-time codes, in base32; empty where they are off
	CodeUsed      int64    `json:"-"`                        // the time step of the last code that was used, so that none is used twice
	RecoveryCodes []string `gorm:"serializer:json" json:"-"` // SHA-256 of those left, in hexadecimal

	CreatedAt time.Time `gorm:"autoCreateTime:false" json:"-"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false" json:"-"`
}

// Has reports whether the account holds a role.
func (a *Account) Has(role Role) bool { return slices.Contains(a.Roles, role) }

// Allows reports whether any of the account's roles has a permission. It says nothing of whether its holder can sign in.
func (a *Account) Allows(p Permission) bool {
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return r.Allows(p) })
}

// Gone reports whether its holder cannot sign in any more, unless an administrator enables the account.
func (a *Account) Gone() bool { return a.State == Disabled || a.State == Closed }

// CodesOn reports whether signing in asks for a one-time code too.
func (a *Account) CodesOn() bool { return a.CodeSecret != "" }

// MaySignIn reports whether its holder may sign in, and stay signed in.
func (a *Account) MaySignIn() bool { return a.State == Active && len(a.Roles) > 0 }
