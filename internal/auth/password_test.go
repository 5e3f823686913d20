package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

const good = "teapot gravel umbrella ninety"

func TestAPasswordMatchesItsHashOnly(t *testing.T) {
	passwords := NewPasswords(1)
	hash, err := passwords.Hash(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", hash)
	}
	for name, one := range map[string]struct {
		password, hash string
		want           bool
	}{
		"the same password":         {good, hash, true},
		"another password":          {good + "!", hash, false},
		"the same in capitals":      {strings.ToUpper(good), hash, false},
		"a space more":              {good + " ", hash, false},
		"no password":               {"", hash, false},
		"no hash":                   {good, "", false},
		"neither":                   {"", "", false},
		"ten megabytes":             {strings.Repeat("a", 10<<20), hash, false},
		"what is longer than fits":  {good + strings.Repeat("a", LongestPassword), hash, false},
		"the hash for its password": {hash, hash, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := passwords.Matches(t.Context(), one.password, one.hash)
			if err != nil || got != one.want {
				t.Errorf("matches: %v, %v", got, err)
			}
		})
	}
	if again, err := passwords.Hash(t.Context(), good); err != nil || again == hash {
		t.Errorf("the same password has the same hash twice, or none: %v", err)
	}
}

func TestAPasswordMatchesHoweverItsAccentsAreTyped(t *testing.T) {
	passwords := NewPasswords(1)
	composed, apart := norm.NFC.String("café gravel ﬁsh umbrella"), norm.NFKD.String("café gravel fish umbrella")
	if composed == apart {
		t.Fatal("both are typed alike")
	}
	hash, err := passwords.Hash(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := passwords.Matches(t.Context(), apart, hash); err != nil || !same {
		t.Errorf("matches: %v, %v", same, err)
	}
}

func TestAHashThatIsNoneIsAnError(t *testing.T) {
	passwords := NewPasswords(1)
	for _, hash := range []string{
		"secret", "$2a$10$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", nobodys[:40],
	} {
		same, err := passwords.Matches(t.Context(), good, hash)
		if same || err == nil || !strings.HasPrefix(err.Error(), "compare password: ") || errors.Is(err, ErrBusy) {
			t.Errorf("%s: %v, %v", hash, same, err)
		}
		if err != nil && strings.Contains(err.Error(), good) {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestComparingWithNoHashCostsAsMuchAsWithOne(t *testing.T) {
	params, salt, key, err := argon2id.DecodeHash(nobodys)
	if err != nil {
		t.Fatal(err)
	}
	if *params != cost {
		t.Errorf("nobody's hash costs %+v, the others %+v", *params, cost)
	}
	if len(salt) != 16 || len(key) != 32 {
		t.Errorf("%d bytes of salt and %d of key", len(salt), len(key))
	}
}

func TestASecondHashWaitsForTheFirstAndNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		passwords := NewPasswords(1)
		if err := passwords.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := passwords.Hash(t.Context(), good); !errors.Is(err, ErrBusy) {
			t.Errorf("hash: %v", err)
		}
		if waited := time.Since(began); waited != HashWait {
			t.Errorf("waited %s", waited)
		}
		if same, err := passwords.Matches(t.Context(), good, nobodys); same || !errors.Is(err, ErrBusy) {
			t.Errorf("matches: %v, %v", same, err)
		}

		gone, cancel := context.WithCancel(t.Context())
		cancel()
		began = time.Now()
		if _, err := passwords.Hash(gone, good); !errors.Is(err, ErrBusy) || !errors.Is(err, context.Canceled) {
			t.Errorf("hash for somebody who is gone: %v", err)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("waited %s for somebody who is gone", waited)
		}

		time.AfterFunc(time.Second, passwords.leave) // by the bubble's own clock
		if _, err := passwords.Hash(t.Context(), good); err != nil {
			t.Errorf("hash once the first has ended: %v", err)
		}
		if len(passwords.slots) != 0 {
			t.Error("a slot was not given back")
		}
	})
}

func TestManyHashesAtOnceTakeTurns(t *testing.T) {
	passwords := NewPasswords(2)
	if cap(passwords.slots) != 2 || cap(NewPasswords(0).slots) < 1 {
		t.Fatalf("%d and %d at a time", cap(passwords.slots), cap(NewPasswords(0).slots))
	}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if same, err := passwords.Matches(t.Context(), good, ""); same || err != nil && !errors.Is(err, ErrBusy) {
				t.Errorf("matches: %v, %v", same, err)
			}
		})
	}
	all.Wait()
	if len(passwords.slots) != 0 {
		t.Error("a slot was not given back")
	}
}

func TestWhichPasswordsAreTaken(t *testing.T) {
	knows := []string{"annabel.smith@east-shire.example", "Head of Improvement", "Inspection Timeline"}
	for _, one := range []struct {
		name, password string
		want           error
	}{
		{"four words", good, nil},
		{"twelve random characters", "xK7#qPw9!mZr", nil},
		{"words and accents", "été gravel kæmpe", nil},
		{"letters of another script", "чайник гравий зонт", nil},
		{"as many bytes as fit", strings.Repeat("teapot gravel umbrella ninety. ", 9)[:LongestPassword], nil},
		{"what is known among other words", "annabel walks the gravel teapot", nil},
		{"nothing", "", ErrPasswordShort},
		{"eleven characters", "xK7#qPw9!mZ", ErrPasswordShort},
		{"eleven letters with an accent apart", "xK7#qPw9!me\u0301", ErrPasswordShort},
		{"one sign that stands for eighteen letters", "\ufdfa", ErrPasswordShort},
		{"a byte too many", strings.Repeat("teapot gravel umbrella ninety. ", 9)[:LongestPassword+1], ErrPasswordLong},
		{"a form of ten megabytes", strings.Repeat("a", 10<<20), ErrPasswordLong},
		{"the list's first, doubled", "passwordpassword", ErrPasswordCommon},
		{"the list's first with digits", "Password1234", ErrPasswordCommon},
		{"the list's first in signs", "P@$$w0rdP@$$w0rd", ErrPasswordCommon},
		{"a row of the keyboard", "qwertyuiop[]", ErrPasswordCommon},
		{"one letter", strings.Repeat("a", 40), ErrPasswordCommon},
		{"a sequence", "abcdefghijklmnop", ErrPasswordCommon},
		{"digits in a row", "123456789012", ErrPasswordCommon},
		{"a name and a year", "charlotte1999", ErrPasswordCommon},
		{"the address", "annabel.smith@east-shire.example", ErrPasswordAbout},
		{"the mailbox and a year", "Annabel-Smith-2026", ErrPasswordAbout},
		{"the mailbox in signs", "4nn4b3l_5m1th_99", ErrPasswordAbout},
		{"the post", "head of improvement 7!", ErrPasswordAbout},
		{"the service in wide letters", "ｉｎｓｐｅｃｔｉｏｎ　ｔｉｍｅｌｉｎｅ", ErrPasswordAbout},
		{"nothing but single known words", "annabelsmithannabel", ErrPasswordAbout},
		{"single known words apart", "smith improvement", ErrPasswordCommon},
	} {
		t.Run(one.name, func(t *testing.T) {
			if got := CheckPassword(one.password, knows); !errors.Is(got, one.want) {
				t.Errorf("got %v, want %v", got, one.want)
			}
		})
	}
}

func TestWhatIsKnownOfNobodyRefusesNothing(t *testing.T) {
	for _, knows := range [][]string{nil, {}, {""}, {"", "@", " - "}, {"Ann", "It"}} {
		if err := CheckPassword(good+" it annual", knows); err != nil {
			t.Errorf("known %q: %v", knows, err)
		}
	}
}

func TestAPasswordMadeToBeSlowIsJudgedAtOnce(t *testing.T) {
	// All the signs that can be read as letters, which the library would read in every combination, and bytes that are no text.
	for _, password := range []string{
		strings.Repeat("48@({[<3691!|70$5+%2", 12), strings.Repeat("aA1!", 64), strings.Repeat("\xff\xfe", 100),
		strings.Repeat("é", 128), "2026-11-22 22/11/2026 221126", strings.Repeat("\u0130", 40), strings.Repeat("\u0301", 13),
	} {
		began := time.Now()
		err := CheckPassword(password, []string{"ann@east-shire.example", strings.Repeat("post ", 24)})
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%.20q took %s", password, took)
		}
		if err != nil && !slices.Contains([]error{ErrPasswordCommon, ErrPasswordShort}, err) {
			t.Errorf("%.20q: %v", password, err)
		}
	}
}

func TestProblemsOfPasswordsAreWordsForPeople(t *testing.T) {
	for _, err := range []error{ErrPasswordShort, ErrPasswordLong, ErrPasswordAbout, ErrPasswordCommon} {
		var problem Problem
		if !errors.As(err, &problem) || problem.Field != "password" || strings.HasSuffix(problem.Words, ".") {
			t.Errorf("%#v", err)
		}
		if problem.Words == "" || err.Error() != "password: "+problem.Words {
			t.Errorf("the error is %q", err)
		}
	}
}
