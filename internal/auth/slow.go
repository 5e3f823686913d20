package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"
)

// SlowKind says what failed sign-ins are counted for.
type SlowKind string

// The kinds. Somebody at work on one account from one place is slowed first; many places or many accounts only later,
// because an office shares its network and anybody can type another's address.
const (
	SlowPair    SlowKind = "pair"    // one account from one network
	SlowAccount SlowKind = "account" // one account from anywhere
	SlowNetwork SlowKind = "network" // any account from one network
	SlowDevice  SlowKind = "device"  // a browser in which the account signed in before
)

// SlowForgets is how long a failed sign-in counts.
const SlowForgets = 15 * time.Minute

// slowLongest is the longest that anybody waits between two tries: a wait is never a lock.
const slowLongest = time.Minute

// SlowKey is one thing that failed sign-ins are counted for. Only its hash is kept: people type their password into the
// wrong box.
type SlowKey struct {
	Kind SlowKind
	Hash string // SHA-256 in hexadecimal
}

// SlowKeys lists what a sign-in counts for. Device is the secret of a browser in which this very account has signed in
// before, and empty in any other: such a browser is counted alone, so that no stranger's guesses, from wherever, keep the
// account's holder waiting.
func SlowKeys(address, network, device string) []SlowKey {
	address, network = FoldAddress(address), wideNetwork(network)
	if device != "" {
		return []SlowKey{slowKey(SlowDevice, address, device)}
	}
	return []SlowKey{slowKey(SlowPair, address, network), slowKey(SlowAccount, address), slowKey(SlowNetwork, network)}
}

// ForgivenKeys lists those of the keys whose failures a sign-in that worked makes forgotten: not the network's, or whoever
// has an account could guess at others' for ever by signing in to their own between the guesses.
func ForgivenKeys(keys []SlowKey) []SlowKey {
	var forgiven []SlowKey
	for _, key := range keys {
		if key.Kind != SlowNetwork {
			forgiven = append(forgiven, key)
		}
	}
	return forgiven
}

// slowKey hashes the parts apart from each other, so that no two keys run together.
func slowKey(kind SlowKind, parts ...string) SlowKey {
	sum := sha256.New()
	for _, part := range parts {
		one := sha256.Sum256([]byte(part))
		sum.Write(one[:])
	}
	return SlowKey{Kind: kind, Hash: hex.EncodeToString(sum.Sum(nil))}
}

// wideNetwork is what one household or office has to itself: an address of IPv4, or the first 64 bits of one of IPv6.
func wideNetwork(network string) string {
	address, err := netip.ParseAddr(network)
	if err != nil {
		return network
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}

// Wait returns how long after the last failure the next try has to wait, by how many failures count.
func (k SlowKind) Wait(failures int) time.Duration {
	switch k {
	case SlowAccount:
		// Low and level: from anywhere, so the holder may have to wait for a stranger's doing.
		if failures > 50 {
			return 10 * time.Second
		}
		return 0
	case SlowNetwork:
		return doubling(failures - 30)
	}
	return doubling(failures - 5)
}

// doubling returns a second for the first failure too many, and twice as long for each further one.
func doubling(tooMany int) time.Duration {
	if tooMany <= 0 {
		return 0
	}
	wait := time.Second
	for ; tooMany > 1 && wait < slowLongest; tooMany-- {
		wait *= 2
	}
	return min(wait, slowLongest)
}
