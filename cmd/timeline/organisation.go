package main

import (
	"flag"
	"net/url"
	"os"
	"strings"

	"inspectiontimeline/internal/auth"
)

// organisationConfig is how people sign in through their organisation. Without an issuer all have passwords of ours.
type organisationConfig struct {
	issuer      string
	clientID    string
	secretFile  string
	groupsClaim string
	groupRoles  string

	// What those say, once they are validated.
	opened *auth.Issuer // nil: none
}

func organisationFlags(set *flag.FlagSet, o *organisationConfig) {
	set.StringVar(&o.issuer, "oidc-issuer", "", "address of the organisation's OpenID Connect issuer, such as https://login.microsoftonline.com/TENANT/v2.0; needs --url")
	set.StringVar(&o.clientID, "oidc-client-id", "", "as what this service is registered at the issuer; the secret is in TIMELINE_OIDC_SECRET or in --oidc-secret-file")
	set.StringVar(&o.secretFile, "oidc-secret-file", "", "file with the secret of this service at the issuer")
	set.StringVar(&o.groupsClaim, "oidc-groups", "groups", "claim that lists somebody's groups, or their app roles: roles")
	set.StringVar(&o.groupRoles, "oidc-roles", "", "role that each group gives here, as GROUP=role,GROUP=role; somebody in none of them cannot sign in")
}

// validate reads what the flags say, and the secret that they lead to, and reports what is wrong with them. It asks the issuer
// nothing, and says no secret.
func (o *organisationConfig) validate(doors doorsConfig, getenv func(string) string, wrong func(name, format string, args ...any)) {
	if o.issuer == "" {
		if o.clientID != "" || o.secretFile != "" || o.groupRoles != "" {
			wrong("oidc-issuer", "give the issuer too, or leave the other --oidc flags away")
		}
		return
	}
	secret := getenv("TIMELINE_OIDC_SECRET")
	if o.secretFile != "" {
		text, err := os.ReadFile(o.secretFile)
		if err != nil {
			wrong("oidc-secret-file", "it cannot be read: %v", err)
			return
		}
		secret = strings.TrimRight(string(text), "\r\n")
	}
	roles, err := auth.ParseGroupRoles(o.groupRoles)
	switch {
	case err != nil:
		wrong("oidc-roles", "%v", err)
	case len(roles) == 0:
		wrong("oidc-roles", "say which group gives which role, such as Childrens-officers=officer; nobody could sign in otherwise")
	case doors.open:
		wrong("oidc-issuer", "a demonstration has no accounts; leave --open away")
	case doors.url == "":
		wrong("oidc-issuer", "the issuer leads people back to this service; give its public address with --url")
	case doors.public != nil:
		o.opened, err = auth.OpenIssuer(auth.IssuerConfig{
			Address: o.issuer, ClientID: o.clientID, ClientSecret: secret, Redirect: comeBack(doors.public),
			GroupsClaim: o.groupsClaim, RoleOf: roles,
		})
		if err != nil {
			wrong("oidc-issuer", "%v", err)
		}
	}
}

// comeBack is the address to which the issuer leads people back, as it has to be registered there.
func comeBack(public *url.URL) string { return public.JoinPath("sign-in", "callback").String() }

// words says through what people sign in, for doctor.
func (o *organisationConfig) words(public *url.URL) string {
	if o.opened == nil {
		return "none; people sign in with passwords of this service"
	}
	return o.issuer + ", which has to know the address to come back to: " + comeBack(public)
}
