package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheOrganisationsSettingsAreCheckedTogether(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hush-hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := variables{
		"TIMELINE_DB": filepath.Join(t.TempDir(), "none.db"), "TIMELINE_URL": "https://council.example/timeline",
		"TIMELINE_OIDC_ISSUER": "https://issuer.example/v2.0", "TIMELINE_OIDC_CLIENT_ID": "timeline",
		"TIMELINE_OIDC_SECRET": "hush-hush", "TIMELINE_OIDC_ROLES": "Officers=officer,Chairs=member",
	}
	with := func(changes ...string) variables {
		out := variables{}
		for name, value := range whole {
			out[name] = value
		}
		for i := 0; i+1 < len(changes); i += 2 {
			out[changes[i]] = changes[i+1]
		}
		return out
	}
	for _, tt := range []struct {
		name, words string
		env         variables
	}{
		{"an issuer alone", "the client ID is missing", with("TIMELINE_OIDC_CLIENT_ID", "")},
		{"no secret", "the client secret is missing", with("TIMELINE_OIDC_SECRET", "")},
		{"a file that is not there", "--oidc-secret-file: it cannot be read", with("TIMELINE_OIDC_SECRET_FILE", secret+"x")},
		{"no groups", "nobody could sign in otherwise", with("TIMELINE_OIDC_ROLES", "")},
		{"a role that is none", `"director" for the group "Officers" is not a role`, with("TIMELINE_OIDC_ROLES", "Officers=director")},
		{"no public address", "give its public address with --url", with("TIMELINE_URL", "")},
		{"a demonstration", "a demonstration has no accounts", with("TIMELINE_OPEN", "true", "TIMELINE_URL", "")},
		{"the rest without an issuer", "give the issuer too", with("TIMELINE_OIDC_ISSUER", "")},
		{"an issuer in the clear", "must begin with https://", with("TIMELINE_OIDC_ISSUER", "http://issuer.example")},
	} {
		got := runCommand(t, tt.env, "doctor")
		if got.code != exitUsage || !strings.Contains(got.stderr, tt.words) || strings.Contains(got.stderr+got.stdout, "hush") {
			t.Errorf("%s: ends with %d and says %q; want %q", tt.name, got.code, got.stderr, tt.words)
		}
	}
	for name, env := range map[string]variables{
		"from the environment": whole, "from a file": with("TIMELINE_OIDC_SECRET", "", "TIMELINE_OIDC_SECRET_FILE", secret),
	} {
		got := runCommand(t, env, "doctor")
		if !strings.Contains(got.stdout, "https://issuer.example/v2.0, which has to know the address to come back to: https://council.example/timeline/sign-in/callback") ||
			strings.Contains(got.stderr+got.stdout, "hush") {
			t.Errorf("%s doctor says %q, %q", name, got.stdout, got.stderr)
		}
	}
}
