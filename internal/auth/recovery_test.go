package auth

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRecoveryCodesAreManyAndAllDifferent(t *testing.T) {
	codes, hashes := NewRecoveryCodes()
	if len(codes) != 10 || len(hashes) != 10 {
		t.Fatalf("%d codes and %d hashes", len(codes), len(hashes))
	}
	shape := regexp.MustCompile(`^[A-Z2-7]{5}(-[A-Z2-7]{5}){3}$`)
	seen := map[string]bool{}
	for i, code := range codes {
		if !shape.MatchString(code) {
			t.Errorf("a code is %q", code)
		}
		if len(hashes[i]) != 64 || strings.Contains(strings.Join(hashes, " "), code[:5]) {
			t.Errorf("its hash is %q", hashes[i])
		}
		seen[code], seen[hashes[i]] = true, true
	}
	if len(seen) != 20 {
		t.Errorf("%d of 20 are different", len(seen))
	}
}

func TestARecoveryCodeWorksOnce(t *testing.T) {
	codes, hashes := NewRecoveryCodes()
	account := Account{RecoveryCodes: hashes}
	before := account
	for i, code := range codes {
		if err := account.UseRecoveryCode(code); err != nil {
			t.Fatalf("code %d: %v", i, err)
		}
		if err := account.UseRecoveryCode(code); !errors.Is(err, ErrCode) {
			t.Errorf("code %d a second time: %v", i, err)
		}
		if left := len(account.RecoveryCodes); left != len(codes)-i-1 {
			t.Errorf("%d are left after %d", left, i+1)
		}
	}
	if _, fresh := NewRecoveryCodes(); slices.Contains(before.RecoveryCodes, "") || len(before.RecoveryCodes) != len(fresh) {
		t.Errorf("the account as it was before changed too: %q", before.RecoveryCodes)
	}
}

func TestARecoveryCodeAsItIsTyped(t *testing.T) {
	account := Account{RecoveryCodes: []string{HashToken("ABOBA234567CDEFGHIJK")}}
	for _, typed := range []string{
		"ABOBA-23456-7CDEF-GHIJK", "aboba-23456-7cdef-ghijk", "ABOBA234567CDEFGHIJK", " aboba 23456 7cdef\tghijk\n",
		"ABOBA–23456–7CDEF–GHIJK", "A808A-23456-7CDEF-GHIJK",
	} {
		copied := account
		if err := copied.UseRecoveryCode(typed); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{
		"", "-", "ABOBA", "ABOBA-23456-7CDEF-GHIJL", "ABOBA-23456-7CDEF-GHIJK-A", strings.Repeat("A", 10<<20),
		account.RecoveryCodes[0],
	} {
		if err := account.UseRecoveryCode(typed); !errors.Is(err, ErrCode) {
			t.Errorf("%.30q: %v", typed, err)
		}
	}
	if len(account.RecoveryCodes) != 1 {
		t.Error("a wrong code used one up")
	}
	if none := (Account{}); !errors.Is(none.UseRecoveryCode(""), ErrCode) {
		t.Error("an account without recovery codes takes none")
	}
}
