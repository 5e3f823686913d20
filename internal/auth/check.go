package auth

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing wrong with what somebody entered, in words for them.
type Problem struct {
	Field string // the form field it is about
	Words string // what is wrong and what to do, as a sentence without a full stop
}

// Error gives the field and its words on one line.
func (p Problem) Error() string { return p.Field + ": " + p.Words }

// The most that an account's boxes take.
const (
	// LongestAddress is how many bytes an address may have: a path of mail holds 256 with its angle brackets (RFC 5321,
	// 4.5.3.1.3).
	LongestAddress = 254
	// LongestPost is how many characters a post may have.
	LongestPost = 120
)

// FoldAddress writes an address as accounts keep it: in lower case and without spaces around it.
func FoldAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// IsAddress reports whether it is one e-mail address, as accounts keep it: bare, folded, and nothing that could begin a line
// of its own in the head of a message.
func IsAddress(address string) bool {
	if len(address) > LongestAddress || address != FoldAddress(address) || strings.ContainsFunc(address, unprintable) {
		return false
	}
	parsed, err := mail.ParseAddress(address)
	// A name, a quoted mailbox or a comment makes the parsed address another one; a host in brackets is no domain.
	return err == nil && parsed.Address == address && !strings.HasSuffix(address, "]")
}

// unprintable reports whether a character is a control, a line break among them, or no character at all.
func unprintable(r rune) bool {
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp)
}

// Check lists what is wrong with an account, in the order of its form; nothing when it can be kept. Whether the address is
// another's only the store can say.
func (a *Account) Check() []Problem {
	var problems []Problem
	wrong := func(field, words string) { problems = append(problems, Problem{Field: field, Words: words}) }
	if a.wantsAddress() && !IsAddress(a.Address) {
		wrong("address", "Enter an email address, like name@example.org")
	}
	if utf8.RuneCountInString(a.Post) > LongestPost {
		wrong("post", "Shorten the post: at most 120 characters fit")
	} else if strings.ContainsFunc(a.Post, unprintable) {
		wrong("post", "Enter the post on one line")
	}
	if words := checkRoles(a.Roles); words != "" {
		wrong("roles", words)
	}
	if !a.State.Known() {
		wrong("state", "Choose one of the states of an account")
	}
	if a.Issuer != "" && a.Subject == "" && a.State != Closed {
		wrong("subject", "Say who this is to the organisation that vouches for them")
	}
	if a.Emergency && (!a.Has(Administrator) || a.Issuer != "") {
		wrong("emergency", "Make the emergency account an administrator’s, with a password of this service")
	}
	return problems
}

// wantsAddress reports whether an address is needed, or there is one to be looked at. Whoever has a password of ours signs
// in with the address; an organisation need not give one; who has gone has none.
func (a *Account) wantsAddress() bool { return a.Address != "" || a.Issuer == "" && a.State != Closed }

func checkRoles(roles []Role) string {
	if len(roles) == 0 {
		return "Choose at least one role"
	}
	seen := map[Role]bool{}
	for _, role := range roles {
		switch {
		case !role.Known():
			return "Choose from the roles: officer, reviewer, clerk, member, administrator"
		case seen[role]:
			return "Choose each role once"
		}
		seen[role] = true
	}
	return ""
}

// Known reports whether it is one of the states of an account.
func (s AccountState) Known() bool {
	return s == Invited || s == Active || s == Disabled || s == Closed
}
