package authtest

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// Code returns what an app on somebody's phone shows at a time for the secret of their one-time codes.
func Code(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatalf("make a one-time code: %v", err)
	}
	return code
}
