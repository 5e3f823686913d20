package auth

import (
	"crypto/rand"
	"slices"
	"strings"
	"unicode"
)

// The shape of recovery codes. Twenty characters of base32 are a hundred bits: nobody guesses one, not even from its hash.
const (
	recoveryCodes  = 10
	recoveryLength = 20 // characters
	recoveryGroup  = 5  // characters
)

// NewRecoveryCodes makes ten codes, each of which takes the place of a one-time code once: as their holder writes them down
// ("ABCDE-FGHIJ-KLMNO-PQRST"), and their hashes, as the account keeps them.
func NewRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		code := rand.Text()[:recoveryLength]
		var groups []string
		for group := range slices.Chunk([]byte(code), recoveryGroup) {
			groups = append(groups, string(group))
		}
		codes = append(codes, strings.Join(groups, "-"))
		hashes = append(hashes, HashToken(code))
	}
	return codes, hashes
}

// UseRecoveryCode uses a recovery code up: it is none of the account's any more. Spaces, hyphens and small letters make no
// difference. It fails with ErrCode, and the account is then as it was.
func (a *Account) UseRecoveryCode(code string) error {
	place := slices.Index(a.RecoveryCodes, HashToken(foldRecoveryCode(code)))
	if place < 0 {
		return ErrCode
	}
	// A list of its own: a copy of the account, as it was before, must not change with it.
	a.RecoveryCodes = slices.Delete(slices.Clone(a.RecoveryCodes), place, place+1)
	return nil
}

// foldRecoveryCode keeps the letters and digits of what was typed. Base32 has neither 0 nor 8: they were read for letters.
func foldRecoveryCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '0':
			return 'O'
		case r == '8':
			return 'B'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToUpper(r)
		}
		return -1
	}, typed)
}
