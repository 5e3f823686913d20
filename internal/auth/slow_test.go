package auth

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestHowLongATryWaits(t *testing.T) {
	for kind, waits := range map[SlowKind]map[int]time.Duration{
		SlowPair: {
			-1: 0, 0: 0, 5: 0, 6: time.Second, 7: 2 * time.Second, 8: 4 * time.Second, 11: 32 * time.Second, 12: time.Minute,
			500: time.Minute,
		},
		SlowDevice:  {5: 0, 6: time.Second, 12: time.Minute, 1 << 40: time.Minute},
		SlowAccount: {0: 0, 50: 0, 51: 10 * time.Second, 500: 10 * time.Second, 1 << 40: 10 * time.Second},
		SlowNetwork: {30: 0, 31: time.Second, 32: 2 * time.Second, 37: time.Minute, 500: time.Minute},
	} {
		for failures, want := range waits {
			if got := kind.Wait(failures); got != want {
				t.Errorf("%s: after %d failures %s, want %s", kind, failures, got, want)
			}
		}
	}
}

func TestAWaitIsNeverALockAndNeverShrinks(t *testing.T) {
	for _, kind := range []SlowKind{SlowPair, SlowAccount, SlowNetwork, SlowDevice} {
		for failures := range 1000 {
			wait := kind.Wait(failures)
			if wait < 0 || wait > time.Minute {
				t.Fatalf("%s: %s after %d failures", kind, wait, failures)
			}
			if wait < kind.Wait(failures-1) {
				t.Errorf("%s: failure %d makes the wait shorter", kind, failures)
			}
		}
	}
}

func kinds(keys []SlowKey) string {
	var out []string
	for _, key := range keys {
		out = append(out, string(key.Kind))
	}
	return strings.Join(out, " ")
}

func TestWhatATryCountsFor(t *testing.T) {
	stranger := SlowKeys("ann@east-shire.example", "192.0.2.1", "")
	known := SlowKeys("ann@east-shire.example", "192.0.2.1", "secret-of-the-browser")
	if kinds(stranger) != "pair account network" || kinds(known) != "device" {
		t.Fatalf("a stranger's: %s; a known browser's: %s", kinds(stranger), kinds(known))
	}
	shape := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for _, key := range slices.Concat(stranger, known) {
		if !shape.MatchString(key.Hash) {
			t.Errorf("%s is kept as %q", key.Kind, key.Hash)
		}
	}
	if got := kinds(ForgivenKeys(stranger)); got != "pair account" {
		t.Errorf("a sign-in that worked forgives %q", got)
	}
	if got := kinds(ForgivenKeys(known)); got != "device" {
		t.Errorf("a sign-in that worked in a known browser forgives %q", got)
	}
}

func TestWhatIsTheSameKey(t *testing.T) {
	const pair, account, network = 0, 1, 2
	base := SlowKeys("ann@east-shire.example", "192.0.2.1", "")
	for _, one := range []struct {
		name, address, network string
		same                   []bool // pair, account, network
	}{
		{"the same again", "ann@east-shire.example", "192.0.2.1", []bool{true, true, true}},
		{"the address in capitals", " ANN@East-Shire.example ", "192.0.2.1", []bool{true, true, true}},
		{"the network as IPv6 writes it", "ann@east-shire.example", "::ffff:192.0.2.1", []bool{true, true, true}},
		{"another network", "ann@east-shire.example", "192.0.2.2", []bool{false, true, false}},
		{"another account", "bob@east-shire.example", "192.0.2.1", []bool{false, false, true}},
		{"a letter moved from one to the other", "ann@east-shire.example1", "92.0.2.1", []bool{false, false, false}},
	} {
		keys := SlowKeys(one.address, one.network, "")
		for _, i := range []int{pair, account, network} {
			if got := keys[i] == base[i]; got != one.same[i] {
				t.Errorf("%s: %s is the same: %v", one.name, keys[i].Kind, got)
			}
		}
	}
	anns, bobs := SlowKeys("ann@east-shire.example", "192.0.2.1", "one"), SlowKeys("bob@east-shire.example", "192.0.2.1", "one")
	if anns[0] == bobs[0] {
		t.Error("two accounts that use one browser count together")
	}
}

func TestANetworkOfIPv6IsItsFirstHalf(t *testing.T) {
	network := func(of string) SlowKey { return SlowKeys("ann@east-shire.example", of, "")[2] }
	for _, same := range []string{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:DB8:1:2::", "2001:db8:1:2::1%eth0"} {
		if network(same) != network("2001:db8:1:2::9") {
			t.Errorf("%s is another network", same)
		}
	}
	for _, other := range []string{"2001:db8:1:3::9", "192.0.2.1", "", "unix"} {
		if network(other) == network("2001:db8:1:2::9") {
			t.Errorf("%q is the same network", other)
		}
	}
}
