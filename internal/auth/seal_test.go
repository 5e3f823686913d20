package auth

import (
	"bytes"
	"errors"
	"testing"
)

func TestWhatIsSealedOpensForItsSecretAlone(t *testing.T) {
	secret, other := NewToken(), NewToken()
	data := []byte("The words of a form that nobody has sent yet.")
	sealed, err := Seal(secret, "form of officer-1", data)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, data[:8]) || len(sealed) != len(data)+28 {
		t.Errorf("%d bytes are sealed as %d: %q", len(data), len(sealed), sealed)
	}
	if opened, err := Unseal(secret, "form of officer-1", sealed); err != nil || !bytes.Equal(opened, data) {
		t.Errorf("it opens as %q, %v", opened, err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another secret":      func() ([]byte, error) { return Unseal(other, "form of officer-1", sealed) },
		"no secret":           func() ([]byte, error) { return Unseal("", "form of officer-1", sealed) },
		"somebody else's":     func() ([]byte, error) { return Unseal(secret, "form of officer-2", sealed) },
		"changed by one bit":  func() ([]byte, error) { return Unseal(secret, "form of officer-1", changed) },
		"cut short":           func() ([]byte, error) { return Unseal(secret, "form of officer-1", sealed[:20]) },
		"nothing":             func() ([]byte, error) { return Unseal(secret, "form of officer-1", nil) },
		"the words unsealed":  func() ([]byte, error) { return Unseal(secret, "form of officer-1", data) },
		"with more behind it": func() ([]byte, error) { return Unseal(secret, "form of officer-1", append(bytes.Clone(sealed), 0)) },
	} {
		if opened, err := try(); !errors.Is(err, ErrSealed) || opened != nil {
			t.Errorf("%s: it opens as %q, %v", name, opened, err)
		}
	}
}

func TestTheSameWordsAreNeverSealedAlike(t *testing.T) {
	secret := NewToken()
	first, err := Seal(secret, "", []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Seal(secret, "", []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(first, second) {
		t.Error("who sees both sees that they are the same")
	}
}
