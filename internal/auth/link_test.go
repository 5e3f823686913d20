package auth

import (
	"testing"
	"time"
)

func TestALinkWorksOnceAndForATime(t *testing.T) {
	used := midnight.Add(time.Minute)
	for purpose, holds := range map[Purpose]time.Duration{
		Invitation: 7 * 24 * time.Hour, Reset: time.Hour, "": time.Hour, "other": time.Hour,
	} {
		if purpose.Holds() != holds {
			t.Errorf("%q works for %s", purpose, purpose.Holds())
		}
		link := Link{Purpose: purpose, CreatedAt: midnight, ExpiresAt: midnight.Add(purpose.Holds())}
		if !link.Works(midnight) || !link.Works(midnight.Add(holds-time.Nanosecond)) {
			t.Errorf("%q does not work yet", purpose)
		}
		if link.Works(midnight.Add(holds)) || link.Works(midnight.Add(24*holds)) {
			t.Errorf("%q works too long", purpose)
		}
		link.UsedAt = &used
		if link.Works(used) || link.Works(midnight) {
			t.Errorf("%q works twice", purpose)
		}
	}
}
