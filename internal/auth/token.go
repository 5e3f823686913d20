package auth

import (
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// TokenPurpose says what a program may do with a token.
type TokenPurpose string

// The purposes of tokens. Those that write can read too.
const (
	TokenReads   TokenPurpose = "read"           // what the account's holder may read
	TokenLogs    TokenPurpose = "log_letters"    // adds letters, which stay drafts, and sees how far they are
	TokenUpdates TokenPurpose = "update_actions" // adds updates to actions and changes actions
)

// TokenPurposes lists them, the least first.
func TokenPurposes() []TokenPurpose { return []TokenPurpose{TokenReads, TokenLogs, TokenUpdates} }

// tokenNeeds is the permission that each purpose gives beside reading. Administering, publishing and deciding are for no
// program.
var tokenNeeds = map[TokenPurpose]Permission{TokenReads: ReadPublic, TokenLogs: LogLetters, TokenUpdates: RecordProgress}

// Known reports whether it is one of the purposes.
func (p TokenPurpose) Known() bool { return tokenNeeds[p] != "" }

// Needs returns the permission that the purpose gives, which the account's roles have to give too.
func (p TokenPurpose) Needs() Permission { return tokenNeeds[p] }

// Allows reports whether a token with the purpose may be used for what needs a permission.
func (p TokenPurpose) Allows(needs Permission) bool {
	return !needs.NeedsAccount() || p.Known() && p.Needs() == needs
}

// Limits of tokens.
const (
	// TokenLongest is for how many days a token works at most.
	TokenLongest = 365
	// MostTokens is how many tokens of one account work at the same time.
	MostTokens = 10
	// LongestTokenName is how many characters a token's name may have.
	LongestTokenName = 60
	// TokenSeenEvery is how often at most the time of a token's last use is written down.
	TokenSeenEvery = time.Hour
	// TokenVouchedFor is how long after their organisation last signed its holder in a token works. Nobody asks the organisation
	// about a program, so somebody who has left it would otherwise keep theirs to its end.
	TokenVouchedFor = 7 * 24 * time.Hour
)

// Token lets a program act for an account. The program holds its text, the store only the text's hash.
type Token struct {
	ID        string       `gorm:"primaryKey" json:"id"`
	Hash      string       `json:"-"`       // SHA-256 of the text in hexadecimal
	AccountID string       `json:"account"` //
	Name      string       `json:"name"`    // what its holder calls it: "Nightly import of letters"
	Purpose   TokenPurpose `json:"purpose"`
	CreatedAt time.Time    `gorm:"autoCreateTime:false" json:"made_at"`
	EndsAt    time.Time    `json:"ends_at"`
	VouchedAt *time.Time   `json:"-"`                    // when the organisation last vouched for its holder; nil: it does not
	SeenAt    *time.Time   `json:"-"`                    // of the last use, to TokenSeenEvery; nil while it was not used
	RevokedAt *time.Time   `json:"revoked_at,omitempty"` // nil unless it was
}

// Works reports whether a token was neither revoked nor has ended at a time.
func (t *Token) Works(now time.Time) bool { return t.RevokedAt == nil && now.Before(t.EndsAt) }

// TokenFault says why a token lets nobody in.
type TokenFault string

// The faults, the one that outweighs the others first.
const (
	TokenSound       TokenFault = ""            // there is none
	TokenOfNobody    TokenFault = "account"     // its account is disabled, closed or not yet set up
	TokenRevoked     TokenFault = "revoked"     //
	TokenEnded       TokenFault = "ended"       //
	TokenNotVouched  TokenFault = "not_vouched" // the organisation has not signed its holder in for TokenVouchedFor
	TokenWithoutRole TokenFault = "role"        // none of the account's roles allows its purpose any more
)

// Fault returns why a token of an account lets nobody in at a time.
func (t *Token) Fault(of *Account, now time.Time) TokenFault {
	switch {
	case !of.MaySignIn():
		return TokenOfNobody
	case t.RevokedAt != nil:
		return TokenRevoked
	case !t.Works(now):
		return TokenEnded
	case of.Issuer != "" && (t.VouchedAt == nil || now.Sub(*t.VouchedAt) > TokenVouchedFor):
		return TokenNotVouched
	case t.Purpose.Needs().NeedsAccount() && !of.Allows(t.Purpose.Needs()):
		return TokenWithoutRole
	}
	return TokenSound
}

// CheckToken lists what is wrong with a new token of an account that is to work until the end of a day in so many days.
func CheckToken(of *Account, name string, purpose TokenPurpose, days int) []Problem {
	var problems []Problem
	wrong := func(field, words string) { problems = append(problems, Problem{Field: field, Words: words}) }
	switch {
	case strings.TrimSpace(name) == "":
		wrong("name", "Enter a name by which you will know this token, such as Nightly import of letters")
	case utf8.RuneCountInString(name) > LongestTokenName:
		wrong("name", fmt.Sprintf("Shorten the name: at most %d characters fit", LongestTokenName))
	case strings.ContainsFunc(name, unprintable):
		wrong("name", "Enter the name on one line")
	}
	if !slices.Contains(TokenPurposesFor(of), purpose) {
		wrong("purpose", "Choose what the token is for")
	}
	if days < 1 || days > TokenLongest {
		wrong("ends", "Choose when the token ends: at most a year from today")
	}
	return problems
}

// TokenPurposesFor lists the purposes that the roles of an account allow.
func TokenPurposesFor(of *Account) []TokenPurpose {
	return slices.DeleteFunc(TokenPurposes(), func(p TokenPurpose) bool { return p.Needs().NeedsAccount() && !of.Allows(p.Needs()) })
}

// The shape of a token's text: a prefix by which programs that look for leaked secrets know it, 256 random bits, and a check
// sum that tells it from what only looks like one. It has letters and digits alone, so that a double click marks all of it.
const (
	TokenPrefix = "itl_"
	tokenRandom = 43 // characters: 62 to the power of 43 is more than 2 to the power of 256
	tokenSum    = 6  // characters, of a CRC-32
)

// NewTokenText returns the text of a new token: 53 characters, as "itl_…".
func NewTokenText() string {
	secret := make([]byte, tokenBytes)
	rand.Read(secret) // never fails: it would end the program
	text := TokenPrefix + inLetters(new(big.Int).SetBytes(secret), tokenRandom)
	return text + tokenCheck(text)
}

// IsTokenText reports whether a text has the shape of a token and its check sum is right. It says nothing of whether there
// is such a token.
func IsTokenText(text string) bool {
	if len(text) != len(TokenPrefix)+tokenRandom+tokenSum || !strings.HasPrefix(text, TokenPrefix) {
		return false
	}
	if strings.ContainsFunc(text[len(TokenPrefix):], notInLetters) {
		return false
	}
	body := text[:len(text)-tokenSum]
	return text[len(body):] == tokenCheck(body)
}

// notInLetters reports whether inLetters never writes a letter.
func notInLetters(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func tokenCheck(text string) string {
	return inLetters(big.NewInt(int64(crc32.ChecksumIEEE([]byte(text)))), tokenSum)
}

// inLetters writes a number with the digits and letters of ASCII, in so many characters.
func inLetters(n *big.Int, length int) string {
	text := n.Text(62)
	return strings.Repeat("0", length-len(text)) + text
}

// TokenSlowKeys lists what the use of a token that there is not counts for. It is counted apart from sign-ins: a program in
// an office that goes on with a wrong token keeps nobody there from signing in.
func TokenSlowKeys(network string) []SlowKey {
	return []SlowKey{slowKey(SlowNetwork, "tokens", wideNetwork(network))}
}
