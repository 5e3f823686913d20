package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/matching"
	"golang.org/x/text/unicode/norm"
)

// cost is what one hash takes: one of the least that OWASP's password storage cheat sheet allows, so that many can sign in on
// a small server.
var cost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodys is a hash of the same cost whose password nobody knows. It is compared where there is none, so that an answer
// takes as long for an address without an account as for one with.
const nobodys = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// HashWait is how long a hash waits for others to end before it gives up.
const HashWait = 2 * time.Second

// ErrBusy says that too many passwords are being hashed at once: nothing was looked at, and it is worth trying again.
var ErrBusy = errors.New("too many passwords are being checked at once")

// Passwords hashes passwords and compares them, so many at a time: each takes 19 MiB and a core for some hundredths of a
// second, which would otherwise let a flood of sign-ins stop everything else.
type Passwords struct{ slots chan struct{} }

// NewPasswords makes one that hashes at most so many at a time, one for each core if that is 0.
func NewPasswords(hashes int) *Passwords {
	if hashes <= 0 {
		hashes = runtime.GOMAXPROCS(0)
	}
	return &Passwords{slots: make(chan struct{}, hashes)}
}

// Hash returns the Argon2id of a password, with a salt of its own, as a PHC string. It fails with ErrBusy.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	defer p.leave()
	hash, err := argon2id.CreateHash(norm.NFKC.String(password), &cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Matches reports whether a password is the one that was hashed. An empty hash matches none, and takes as long to say so. It
// fails with ErrBusy, and where the hash is none of Argon2id.
func (p *Passwords) Matches(ctx context.Context, password, hash string) (bool, error) {
	if err := p.enter(ctx); err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	defer p.leave()
	none := hash == "" || len(password) > LongestPassword
	if none {
		password, hash = "", nobodys
	}
	same, err := argon2id.ComparePasswordAndHash(norm.NFKC.String(password), hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return same && !none, nil
}

// enter waits for its turn, no longer than HashWait and while somebody still wants the answer.
func (p *Passwords) enter(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, HashWait)
	defer cancel()
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
	}
}

func (p *Passwords) leave() { <-p.slots }

// How long a password is.
const (
	// ShortestPassword is in characters.
	ShortestPassword = 12
	// LongestPassword is in bytes. It is far more than a sentence takes, and keeps megabytes away from the hash.
	LongestPassword = 256
)

// What can be wrong with a new password. Each is a Problem.
var (
	ErrPasswordShort = passwordProblem("Enter a password of 12 characters or more. " +
		"Three or four words that do not belong together are easy to remember")
	ErrPasswordLong   = passwordProblem("Shorten the password: at most 256 characters fit, fewer with accents or signs")
	ErrPasswordAbout  = passwordProblem("Choose a password without your email address, your post or the name of this service in it")
	ErrPasswordCommon = passwordProblem("Choose a password that is harder to guess. " +
		"Three or four words that do not belong together make a good one")
)

func passwordProblem(words string) error { return Problem{Field: "password", Words: words} }

// leastScore of zxcvbn's 0 to 4: a hundred machines that guess a hundred times a second each would need eleven days.
const leastScore = 3

// judged is how many characters are looked at: what judging costs grows with the square of the length, and so many are
// beyond guessing unless they are weak from the first on.
const judged = 72

// CheckPassword says what is wrong with a new password: one of the ErrPassword Problems, or nil. Knows is what others know of
// the person: address, post, the service's name. A list of common passwords and such words, and no rule about kinds of
// characters, follow NIST SP 800-63B, section 3.1.1.2 of its revision 4.
func CheckPassword(password string, knows []string) error {
	if len(password) > LongestPassword {
		return ErrPasswordLong
	}
	normal := norm.NFKC.String(password)
	// One sign can become a phrase in the normal form, and a letter and its accent one sign: the fewer count.
	if min(utf8.RuneCountInString(password), utf8.RuneCountInString(normal)) < ShortestPassword {
		return ErrPasswordShort
	}
	about, words := known(knows)
	for _, text := range []string{normal, plainLetters.Replace(normal)} {
		folded := lettersAndDigits(text)
		if slices.ContainsFunc(about, func(one string) bool { return strings.Contains(folded, one) }) {
			return ErrPasswordAbout
		}
		// The library would read signs for letters in every combination, and a password made of them takes it nine
		// seconds. One reading of each is enough.
		text = string([]rune(text)[:min(judged, utf8.RuneCountInString(text))])
		if zxcvbn.PasswordStrength(text, words, matching.FilterL33tMatcher).Score < leastScore {
			return ErrPasswordCommon
		}
	}
	return nil
}

// plainLetters reads the digits and signs that stand for letters.
var plainLetters = strings.NewReplacer("4", "a", "@", "a", "8", "b", "(", "c", "3", "e", "6", "g", "1", "i", "!", "i", "|", "l",
	"0", "o", "$", "s", "5", "s", "+", "t", "7", "t", "2", "z")

// The fewest characters of something known that count: "it" is in many a password, and nobody's alone.
const (
	fewestAbout = 5 // for a password to be about somebody
	fewestKnown = 3 // for a word to be no surprise in it
)

// known takes apart what others know of somebody: what must not be in a password at all, and the single words, which may be
// in it but add nothing.
func known(knows []string) (about, words []string) {
	for _, one := range knows {
		mailbox, _, _ := strings.Cut(one, "@")
		for _, whole := range []string{lettersAndDigits(one), lettersAndDigits(mailbox)} {
			if utf8.RuneCountInString(whole) >= fewestAbout && !slices.Contains(about, whole) {
				about = append(about, whole)
			}
		}
		for word := range strings.FieldsFuncSeq(norm.NFKC.String(one), notLetterOrDigit) {
			if utf8.RuneCountInString(word) >= fewestKnown {
				words = append(words, strings.ToLower(word))
			}
		}
	}
	return about, words
}

// lettersAndDigits keeps these of a text, in lower case.
func lettersAndDigits(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), notLetterOrDigit), "")
}

func notLetterOrDigit(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
