package auth

import (
	"errors"
	"time"
)

// Why a link does not work.
var (
	// ErrLinkUsed says that a link was used, or that a newer one took its place.
	ErrLinkUsed = errors.New("the link was used already")
	// ErrLinkExpired says that a link works no longer.
	ErrLinkExpired = errors.New("the link has expired")
)

// Purpose says what a link is for.
type Purpose string

// The purposes of links.
const (
	Invitation Purpose = "invitation" // to set the first password
	Reset      Purpose = "reset"      // to set another password
)

// How long a link works.
const (
	InvitationHolds = 7 * 24 * time.Hour
	ResetHolds      = time.Hour
)

// Holds returns how long a link for the purpose works.
func (p Purpose) Holds() time.Duration {
	if p == Invitation {
		return InvitationHolds
	}
	return ResetHolds
}

// Link lets whoever holds its token set a password, once and for a time. Opening it uses nothing up.
type Link struct {
	Hash      string    `gorm:"primaryKey"` // SHA-256 of the token in hexadecimal
	AccountID string    //
	Purpose   Purpose   //
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	ExpiresAt time.Time
	UsedAt    *time.Time // nil while it can still be used
}

// Works reports whether a link can be used at a time.
func (l *Link) Works(now time.Time) bool { return l.UsedAt == nil && now.Before(l.ExpiresAt) }
