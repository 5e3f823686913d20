package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// How long somebody stays signed in.
const (
	// SessionIdle is how long a session lives without a request.
	SessionIdle = 60 * time.Minute
	// SessionLongest is how long a session lives at all.
	SessionLongest = 12 * time.Hour
	// SecondStep is how long a session waits for the one-time code.
	SecondStep = 5 * time.Minute
	// RecheckAfter is the age at which the issuer is asked again, at the next page, whether somebody is still theirs.
	RecheckAfter = 15 * time.Minute
	// RecheckBy is the age at which a session ends that the issuer has not confirmed anew. An account that is removed at the
	// issuer is signed out here within this time.
	RecheckBy = 60 * time.Minute
	// SeenEvery is how often at most the time of the last request is written down.
	SeenEvery = time.Minute
)

// Session is somebody's being signed in, in one browser. The browser holds its token, the store only the token's hash.
type Session struct {
	Hash      string    `gorm:"primaryKey"` // SHA-256 of the token in hexadecimal
	AccountID string    //
	Role      Role      // in which they act where several of theirs would do
	Waits     bool      // for the one-time code: nobody is signed in yet
	Issuer    string    // that vouched; empty for a password of ours
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	SeenAt    time.Time // of the last request, to SeenEvery
	CheckedAt time.Time // when the issuer last vouched
	Network   string    // address it was made from; dropped with the others of its age
	Browser   string    // what it called itself, cut short
}

// Ended reports whether a session is over at a time.
func (s *Session) Ended(now time.Time) bool {
	switch {
	case s.Waits:
		return now.Sub(s.CreatedAt) > SecondStep
	case now.Sub(s.CreatedAt) > SessionLongest, now.Sub(s.SeenAt) > SessionIdle:
		return true
	}
	return s.Issuer != "" && now.Sub(s.CheckedAt) > RecheckBy
}

// WantsRecheck reports whether the issuer should be asked again before the next page.
func (s *Session) WantsRecheck(now time.Time) bool {
	return s.Issuer != "" && !s.Waits && now.Sub(s.CheckedAt) > RecheckAfter
}

// EndsAt is when the session ends if nothing is asked any more.
func (s *Session) EndsAt() time.Time {
	end := s.SeenAt.Add(SessionIdle)
	if last := s.CreatedAt.Add(SessionLongest); last.Before(end) {
		end = last
	}
	if last := s.CheckedAt.Add(RecheckBy); s.Issuer != "" && last.Before(end) {
		end = last
	}
	return end
}

// tokenBytes make a token that nobody guesses.
const tokenBytes = 32

// NewToken returns a random token, as a browser or a link holds it: 43 characters of base64url.
func NewToken() string {
	token := make([]byte, tokenBytes)
	rand.Read(token) // never fails: it would end the program
	return base64.RawURLEncoding.EncodeToString(token)
}

// HashToken returns the SHA-256 of a token in hexadecimal, as the store keeps it.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
