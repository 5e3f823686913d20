package auth

import (
	"encoding/json"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"testing"
)

// FuzzClaims reads what an issuer says of somebody, whatever it says: an address is bare and folded, groups are those of the claim,
// and nobody has a role that no group of theirs gives.
func FuzzClaims(f *testing.F) {
	for _, text := range []string{
		`{"email":"A.Reader@Example.org","email_verified":true,"groups":["Officers","x"]}`, `{"email":"a@example.org","email_verified":"false","groups":"Officers"}`,
		`{"email":"A <a@example.org>\r\nBcc: b@example.org","groups":{"a":1}}`, `{"_claim_names":{"groups":"src1"}}`, `{"_claim_names":1,"groups":[1]}`, `{"email":[],"groups":null}`,
	} {
		f.Add(text)
	}
	config := IssuerConfig{RoleOf: map[string]Role{"Officers": Officer, "Scrutiny": Member}}
	f.Fuzz(func(t *testing.T, text string) {
		var claims map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &claims) != nil {
			return
		}
		if address := addressIn(claims); address != "" {
			parsed, err := mail.ParseAddress(address)
			if err != nil || parsed.Address != address || parsed.Name != "" || address != FoldAddress(address) || strings.ContainsAny(address, "\r\n\x00") {
				t.Fatalf("the address is %q: %v", address, err)
			}
			if said := string(claims["email_verified"]); said != "" && said != "true" && said != `"true"` {
				t.Fatalf("an address is taken of which it is said that it is verified: %s", said)
			}
		}
		groups, err := groupsIn(claims, "groups")
		if err != nil {
			if len(groups) > 0 || !errors.Is(err, ErrUntrusted) && !errors.Is(err, ErrIssuerSettings) && !errors.Is(err, ErrGroupsElsewhere) {
				t.Fatalf("%v, with the groups %q", err, groups)
			}
			return
		}
		for _, role := range config.rolesOf(groups) {
			if !slices.ContainsFunc(groups, func(group string) bool { return config.RoleOf[group] == role }) {
				t.Fatalf("the groups %q give the role %s", groups, role)
			}
		}
	})
}

// FuzzIssuersRefusal holds that nothing of what an issuer, or whoever writes an address by hand, says is passed on but what looks like
// a code of the standard.
func FuzzIssuersRefusal(f *testing.F) {
	f.Add("access_denied", "AADSTS50105: they are not assigned")
	f.Add("<script>", "AADSTS")
	f.Add("x\r\nSet-Cookie: a=b", "no number")
	f.Fuzz(func(t *testing.T, code, description string) {
		err := refusal(code)
		if err == nil {
			t.Fatal("a refusal is none")
		}
		said := err.Error() + errorCode(code) + entraNumber(description)
		if strings.ContainsAny(said, "<>\r\n\x00") {
			t.Fatalf("got %q", said)
		}
	})
}

// FuzzParseGroupRoles holds that a setting which is taken gives known roles to groups with names, and that the same written anew is
// read alike.
func FuzzParseGroupRoles(f *testing.F) {
	f.Add("Children officers=officer,Scrutiny=member")
	f.Add("a=b=clerk, c = administrator ,")
	f.Add("=officer,a=king,a=officer")
	f.Fuzz(func(t *testing.T, text string) {
		roles, err := ParseGroupRoles(text)
		if err != nil {
			if roles != nil {
				t.Fatal("half of a setting is taken")
			}
			return
		}
		var pairs []string
		for group, role := range roles {
			if group == "" || !role.Known() || group != strings.TrimSpace(group) {
				t.Fatalf("the group %q has the role %q", group, role)
			}
			pairs = append(pairs, group+"="+string(role))
		}
		again, err := ParseGroupRoles(strings.Join(pairs, ","))
		if err != nil || len(again) != len(roles) {
			t.Fatalf("%q is read as %v, and that as %v: %v", text, roles, again, err)
		}
	})
}

// FuzzToken holds that a text is a token only in the one way in which a token is written, and that one wrong letter makes it none.
func FuzzToken(f *testing.F) {
	f.Add(NewTokenText(), uint8(7))
	f.Add(TokenPrefix+strings.Repeat("0", tokenRandom+tokenSum), uint8(0))
	f.Add("itl_ÿ", uint8(1))
	foreign := TokenPrefix + strings.Repeat("ÿ", tokenRandom/2) + "-"
	f.Add(foreign+tokenCheck(foreign), uint8(2))
	f.Fuzz(func(t *testing.T, text string, at uint8) {
		if !IsTokenText(text) {
			return
		}
		if strings.Trim(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			t.Fatalf("%q is taken for a token", text)
		}
		spoilt := []byte(text)
		spoilt[int(at)%len(spoilt)] ^= 1
		if IsTokenText(string(spoilt)) {
			t.Fatalf("%q and %q are both tokens", text, spoilt)
		}
	})
}

// FuzzAccount holds that an account which can be kept has nothing in it that could begin a line of its own in a message or a log.
func FuzzAccount(f *testing.F) {
	f.Add("name@example.org", "Improvement officer")
	f.Add("Name <name@example.org>", "Post\nBcc: x")
	f.Add("a@[127.0.0.1]", "\u2028")
	f.Fuzz(func(t *testing.T, address, post string) {
		a := Account{Address: FoldAddress(address), Post: post, Roles: []Role{Officer}, State: Active}
		problems := a.Check()
		for _, p := range problems {
			if p.Field == "" || p.Words == "" {
				t.Fatalf("got %+v", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		if strings.ContainsAny(a.Address+a.Post, "\r\n\x00\u2028\u2029") || !IsAddress(a.Address) {
			t.Fatalf("%q, %q can be kept", a.Address, a.Post)
		}
	})
}
