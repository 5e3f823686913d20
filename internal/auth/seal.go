package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
)

// sealKeyBytes make a key of AES-256.
const sealKeyBytes = 32

// ErrSealed says that what was sealed was not opened: with another secret, or about something else, or it has been changed.
var ErrSealed = errors.New("what is sealed cannot be opened")

// Seal encrypts data so that only whoever has a secret can read it, and nobody can change it. The secret is one that nobody
// guesses, as NewToken makes them: HKDF (RFC 5869) derives the key from it. What is sealed is about something, such as whose
// it is, and opens for that alone, so that it does no good to put it in another's place. Nothing of either can be seen in it.
// It is 28 bytes longer than the data.
func Seal(secret, about string, data []byte) ([]byte, error) {
	sealer, err := newSealer(secret)
	if err != nil {
		return nil, err
	}
	return sealer.Seal(nil, nil, data, []byte(about)), nil
}

// Unseal returns what Seal was given. It fails with ErrSealed.
func Unseal(secret, about string, sealed []byte) ([]byte, error) {
	sealer, err := newSealer(secret)
	if err != nil {
		return nil, err
	}
	data, err := sealer.Open(nil, nil, sealed, []byte(about))
	if err != nil {
		return nil, ErrSealed // which of the reasons it is cannot be told
	}
	return data, nil
}

// newSealer returns AES-256-GCM that puts a random nonce before each text. One secret seals a few texts in its life, far from
// the 2 to the power of 32 for which such nonces are good.
func newSealer(secret string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "inspection timeline: what is held for a time", sealKeyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("prepare to seal: %w", err)
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("prepare to seal: %w", err)
	}
	return sealer, nil
}
