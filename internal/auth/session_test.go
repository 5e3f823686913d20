package auth

import (
	"encoding/base64"
	"testing"
	"time"
)

func TestWhenASessionEnds(t *testing.T) {
	began, issued := midnight, Session{Issuer: "https://issuer.example"}
	for _, one := range []struct {
		name    string
		session Session // times are set below
		seen    time.Duration
		checked time.Duration
		lives   time.Duration
	}{
		{"an hour after the last request", Session{}, 3 * time.Hour, 0, 4 * time.Hour},
		{"twelve hours after it began, however busy", Session{}, 11*time.Hour + 59*time.Minute, 0, 12 * time.Hour},
		{"an hour after the issuer last vouched", issued, 100 * time.Minute, 50 * time.Minute, 110 * time.Minute},
		{"an hour after the last request, though the issuer vouched", issued, 10 * time.Minute, 30 * time.Minute, 70 * time.Minute},
		{"without regard to an issuer that it has not", Session{}, 5 * time.Hour, -time.Hour, 6 * time.Hour},
	} {
		t.Run(one.name, func(t *testing.T) {
			session := one.session
			session.CreatedAt, session.SeenAt, session.CheckedAt = began, began.Add(one.seen), began.Add(one.checked)
			end := began.Add(one.lives)
			if session.Ended(end) {
				t.Error("it has ended before its last moment")
			}
			if !session.Ended(end.Add(time.Nanosecond)) {
				t.Error("it lives after its last moment")
			}
			if got := session.EndsAt(); !got.Equal(end) {
				t.Errorf("it ends at %s, want %s", got, end)
			}
		})
	}
}

func TestASessionWaitsForItsCodeOnlyMinutes(t *testing.T) {
	later := midnight.Add(time.Hour)
	session := Session{Waits: true, Issuer: "https://issuer.example", CreatedAt: midnight, SeenAt: later, CheckedAt: later}
	if session.Ended(midnight.Add(5 * time.Minute)) {
		t.Error("it has ended before its last moment")
	}
	if !session.Ended(midnight.Add(5*time.Minute + time.Nanosecond)) {
		t.Error("a request made it live longer")
	}
	if session.WantsRecheck(midnight.Add(24 * time.Hour)) {
		t.Error("the issuer is asked of somebody who is not signed in")
	}
}

func TestWhenTheIssuerIsAskedAgain(t *testing.T) {
	session := Session{Issuer: "https://issuer.example", CreatedAt: midnight, SeenAt: midnight, CheckedAt: midnight}
	if session.WantsRecheck(midnight.Add(15 * time.Minute)) {
		t.Error("asked too early")
	}
	if !session.WantsRecheck(midnight.Add(15*time.Minute + time.Nanosecond)) {
		t.Error("not asked")
	}
	session.Issuer = ""
	if session.WantsRecheck(midnight.Add(24 * time.Hour)) {
		t.Error("somebody with a password of ours has no issuer to ask")
	}
	if RecheckBy <= RecheckAfter {
		t.Error("a session ends before its issuer is asked")
	}
}

func TestTokensAreLongAndNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token := NewToken()
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 || len(token) != 43 {
			t.Fatalf("%q is of %d bytes: %v", token, len(raw), err)
		}
		seen[token] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 are different", len(seen))
	}
}

func TestATokenIsKeptAsItsHash(t *testing.T) {
	// FIPS 180-2, appendix B.1.
	if got := HashToken("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("got %s", got)
	}
}
