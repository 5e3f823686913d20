package exchange

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// ageBegins is how a file begins that age encrypted.
const ageBegins = "age-encryption.org/v1\n"

// What can be wrong with the key to a backup.
var (
	// ErrSealed says that the backup is encrypted and no key was given.
	ErrSealed = errors.New("the backup is encrypted: name the file with its identity or its passphrase")
	// ErrNotSealed says that a key was given to a backup that is not encrypted. Somebody may have put it in the place of one.
	ErrNotSealed = errors.New("the backup is not encrypted, and a key was given for it")
	// ErrWrongKey says that the key does not open the backup.
	ErrWrongKey = errors.New("the backup was encrypted for another key")
)

// BackupSeal says for whom a backup is encrypted; for nobody where it is zero.
type BackupSeal struct{ to []age.Recipient }

// Sealed reports whether anything is encrypted.
func (s BackupSeal) Sealed() bool { return len(s.to) > 0 }

// SealTo encrypts for age recipients, each of which begins with age1: any of their identities opens the backup.
func SealTo(recipients []string) (BackupSeal, error) {
	var seal BackupSeal
	for _, text := range recipients {
		list, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil || len(list) != 1 {
			return BackupSeal{}, fmt.Errorf("%q is no recipient of age, which begins with age1", text)
		}
		seal.to = append(seal.to, list[0])
	}
	return seal, nil
}

// SealWith encrypts with a passphrase.
func SealWith(passphrase string) (BackupSeal, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return BackupSeal{}, fmt.Errorf("use the passphrase: %w", err)
	}
	return BackupSeal{to: []age.Recipient{recipient}}, nil
}

// begin returns what encrypts, or nil where nothing is encrypted.
func (s BackupSeal) begin(w io.Writer) (io.WriteCloser, error) {
	if !s.Sealed() {
		return nil, nil
	}
	return age.Encrypt(w, s.to...)
}

// BackupKey opens an encrypted backup; none where it is zero.
type BackupKey struct{ from []age.Identity }

// OpenBy reads the identities of an identity file of age, whose lines begin with AGE-SECRET-KEY-.
func OpenBy(identities io.Reader) (BackupKey, error) {
	list, err := age.ParseIdentities(identities)
	if err != nil {
		return BackupKey{}, fmt.Errorf("read the identity file: %w", err)
	}
	return BackupKey{from: list}, nil
}

// mostWork bounds what a file may ask of whoever opens it with a passphrase, before anything of it is proved: 2 to the power of
// this, in kilobytes of memory. We write 18, as age does, and age itself would take 22, which is 4 GiB.
const mostWork = 20

// OpenWith opens with a passphrase.
func OpenWith(passphrase string) (BackupKey, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return BackupKey{}, fmt.Errorf("use the passphrase: %w", err)
	}
	identity.SetMaxWorkFactor(mostWork)
	return BackupKey{from: []age.Identity{identity}}, nil
}

// open returns what decrypts a file that age encrypted.
func (k BackupKey) open(r io.Reader) (io.Reader, error) {
	if len(k.from) == 0 {
		return nil, ErrSealed
	}
	opened, err := age.Decrypt(r, k.from...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, ErrWrongKey
	case err != nil:
		return nil, fmt.Errorf("%w: %v", ErrBackupDamaged, err)
	}
	return opened, nil
}
