package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store/storetest"
)

func TestWhoAsksTooOftenWaits(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	log := behind(t, s, Config{})
	now := storetest.Now()
	s.clock = func() time.Time { return now }
	asks := func(peer, method, path string) *httptest.ResponseRecorder {
		return answers(s, from(peer, method, path, ""))
	}
	const council, other = "192.0.2.1:1234", "192.0.2.2:1234"

	for range 2 * madeAtOnce {
		if answer := asks(council, http.MethodGet, "/glossary"); answer.Code != http.StatusOK {
			t.Fatalf("a page that is kept is answered %d", answer.Code)
		}
	}
	// The page was made once, so one of them is used up.
	for n := range madeAtOnce - 1 {
		if answer := asks(council, http.MethodGet, "/nowhere"); answer.Code != http.StatusNotFound {
			t.Fatalf("request %d is answered %d", n, answer.Code)
		}
	}
	for range 3 {
		answer := asks(council, http.MethodGet, "/nowhere")
		says(t, answer, http.StatusTooManyRequests, "Too many requests", "Wait a minute, then try again.", "Nothing has been changed.")
		if answer.Header().Get("Retry-After") != "1" || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the headers are %v", answer.Header())
		}
	}
	if n := strings.Count(log.String(), "held back"); n != 1 || !strings.Contains(log.String(), "192.0.2.1") {
		t.Errorf("the log says so %d times: %s", n, log)
	}
	for _, path := range []string{"/glossary", "/healthz", s.assets.addresses["app.js"]} {
		if answer := asks(council, http.MethodGet, path); answer.Code != http.StatusOK {
			t.Errorf("%s costs nothing and is answered %d", path, answer.Code)
		}
	}
	for _, path := range []string{"/authorities?q=north", "/sources", "/letters", "/%ff"} {
		if answer := asks(council, http.MethodGet, path); answer.Code != http.StatusTooManyRequests {
			t.Errorf("%s has to be made and is answered %d", path, answer.Code)
		}
	}
	if answer := asks(other, http.MethodGet, "/nowhere"); answer.Code != http.StatusNotFound {
		t.Errorf("another address is answered %d", answer.Code)
	}
	now = now.Add(time.Second)
	for n := range madeEach {
		if answer := asks(council, http.MethodGet, "/nowhere"); answer.Code != http.StatusNotFound {
			t.Fatalf("a second later request %d is answered %d", n, answer.Code)
		}
	}
	if answer := asks(council, http.MethodGet, "/nowhere"); answer.Code != http.StatusTooManyRequests {
		t.Errorf("a second allows for %d requests, and one more is answered %d", madeEach, answer.Code)
	}
}

func TestWhoSendsTooOftenWaits(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	behind(t, s, Config{})
	for n := range postsAtOnce {
		if answer := answers(s, from("192.0.2.1:1", http.MethodPost, "/about", "")); answer.Code != http.StatusMethodNotAllowed {
			t.Fatalf("form %d is answered %d", n, answer.Code)
		}
	}
	says(t, answers(s, from("192.0.2.1:1", http.MethodPost, "/about", "")), http.StatusTooManyRequests, "Too many requests", "what you typed is still in it")
	if answer := answers(s, from("192.0.2.1:1", http.MethodGet, "/about", "")); answer.Code != http.StatusOK {
		t.Errorf("a page is answered %d", answer.Code)
	}
}

func TestWhoIsTurnedAwayCannotFillTheLog(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	log := behind(t, s, Config{Address: mustURL(t, "https://council.example")})
	for range 2 * madeAtOnce {
		answers(s, from("192.0.2.1:1", http.MethodGet, "http://evil.example/", ""))
	}
	if n := strings.Count(log.String(), "another host refused"); n != madeAtOnce {
		t.Errorf("the log has %d lines, want %d", n, madeAtOnce)
	}
}

func TestWhoIsTurnedAwayAtOnceIsEachGivenTheirOwnAnswer(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	behind(t, s, Config{})
	first, second := s.turnAway(turnedContext(t), &turnedAway{tooOften, toFirstPage, 1}), s.turnAway(turnedContext(t), &turnedAway{tooOften, toFirstPage, 1})
	first.unkept = true // as private pages mark theirs
	if third := s.turnAway(turnedContext(t), &turnedAway{tooOften, toFirstPage, 1}); first == second || second.unkept || third.unkept {
		t.Error("one answer is handed to several, and each may change it")
	}
}

func turnedContext(t *testing.T) *gin.Context {
	t.Helper()
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodGet, "/letters", nil)
	return c
}

func TestAnAccountWaitsWhereverItAsksFrom(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	behind(t, s, Config{})
	asks := func(account string, n int, method string) error {
		c := gin.CreateTestContextOnly(httptest.NewRecorder(), s.engineGin)
		c.Request = from(fmt.Sprintf("192.0.%d.%d:1", n/250, n%250), method, "/about", "")
		c.Set(personKey, &person{account: auth.Account{ID: account}})
		return s.unhurried(c)
	}
	for n := range madeAtOnce {
		if err := asks("one", n, http.MethodGet); err != nil {
			t.Fatalf("request %d: %v", n, err)
		}
	}
	if err := asks("one", madeAtOnce, http.MethodGet); err == nil {
		t.Error("the account goes on asking from ever other addresses")
	}
	if err := asks("two", madeAtOnce, http.MethodGet); err != nil {
		t.Errorf("another account from the same address: %v", err)
	}
	for n := range postsAtOnce {
		if err := asks("three", n, http.MethodPost); err != nil {
			t.Fatalf("form %d: %v", n, err)
		}
	}
	if err := asks("three", 0, http.MethodPost); err == nil {
		t.Error("the account goes on sending from ever other addresses")
	}
}

func TestNetworksAreCountedAsTheyAreGivenOut(t *testing.T) {
	for _, tt := range []struct{ one, other string }{
		{"2001:db8:0:1::1", "2001:db8:0:1:ffff::2"},
		{"192.0.2.1", "192.0.2.1"},
	} {
		if a, b := networkKey(netip.MustParseAddr(tt.one)), networkKey(netip.MustParseAddr(tt.other)); a != b {
			t.Errorf("%s is counted as %q and %s as %q", tt.one, a, tt.other, b)
		}
	}
	for _, tt := range []struct{ one, other string }{
		{"2001:db8:0:1::1", "2001:db8:0:2::1"},
		{"192.0.2.1", "192.0.2.2"},
	} {
		if networkKey(netip.MustParseAddr(tt.one)) == networkKey(netip.MustParseAddr(tt.other)) {
			t.Errorf("%s and %s are counted as one", tt.one, tt.other)
		}
	}
	if key := networkKey(netip.Addr{}); key != "" {
		t.Errorf("an address that is not known is counted as %q", key)
	}
}

func TestAPaceRemembersABoundedNumber(t *testing.T) {
	p := newPace(1, 1)
	now := storetest.Now()
	p.wait("first", now)
	for n := range mostPaced - 1 {
		p.wait(strconv.Itoa(n), now)
	}
	if wait, _ := p.wait("first", now); wait != time.Second {
		t.Errorf("the first waits %s, want a second", wait)
	}
	p.wait("one more", now) // "0" was not seen for longest now
	if len(p.known) != mostPaced || p.recent.Len() != mostPaced {
		t.Errorf("%d are remembered, want %d", len(p.known), mostPaced)
	}
	if wait, _ := p.wait("0", now); wait != 0 {
		t.Errorf("who was forgotten waits %s", wait)
	}
	if wait, _ := p.wait("first", now); wait == 0 {
		t.Error("who was seen lately was forgotten")
	}
}

func TestNobodyWaitsWhereTheProgramIsMeasured(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for n := range 2 * postsAtOnce {
		if answer := answers(s, from("192.0.2.1:1", http.MethodPost, "/about", "")); answer.Code != http.StatusMethodNotAllowed {
			t.Fatalf("form %d is answered %d", n, answer.Code)
		}
	}
}

// Anybody can send any cookie, and whoever has changed nothing has the database asked for nothing.
func TestACookieOfAChangeCostsTheDatabaseLittle(t *testing.T) {
	const claims = "Cookie: " + ownWritesCookie + "=9223372036854775807"
	asked := func(t *testing.T, s *Server, faulty *storetest.Faulty, path string) int {
		t.Helper()
		get(t, s, path) // so that what it needs is known
		faulty.Once(func(string) bool { return false }, storetest.FailsBefore, nil)
		name, value, _ := strings.Cut(claims, ": ")
		answer := get(t, s, path, name, value)
		statements, _, _ := faulty.Rest()
		if answer.Code != http.StatusOK {
			t.Errorf("%s is answered %d", path, answer.Code)
		}
		return statements
	}
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s, faulty := faultyServer(t, dsn)
		slowToAsk(s)
		for _, path := range []string{"/healthz", s.assets.addresses["app.js"]} {
			if n := asked(t, s, faulty, path); n != 0 {
				t.Errorf("%s has the database asked %d things", path, n)
			}
		}
		if n := asked(t, s, faulty, "/glossary"); (n > 0) != s.store.Shared() {
			t.Errorf("a page that is kept has the database asked %d things", n)
		}
		if !s.store.Shared() {
			return
		}
		behind(t, s, Config{})
		const peer = "192.0.2.1:1234"
		name, value, _ := strings.Cut(claims, ": ")
		faulty.Once(func(string) bool { return false }, storetest.FailsBefore, nil)
		for n := range madeAtOnce {
			if answer := answers(s, from(peer, http.MethodGet, "/glossary", "", name, value)); answer.Code != http.StatusOK {
				t.Fatalf("request %d is answered %d", n, answer.Code)
			}
		}
		before, _, _ := faulty.Rest()
		faulty.Once(func(string) bool { return false }, storetest.FailsBefore, nil)
		says(t, answers(s, from(peer, http.MethodGet, "/glossary", "", name, value)), http.StatusTooManyRequests, "Too many requests")
		if n, _, _ := faulty.Rest(); before == 0 || n != 0 {
			t.Errorf("whoever is held back has the database asked %d things, and %d before", n, before)
		}
		if answer := answers(s, from(peer, http.MethodGet, "/glossary", "")); answer.Code != http.StatusOK {
			t.Errorf("without the cookie the page is answered %d", answer.Code)
		}
	})
}

func TestWhetherTheServiceIsReadyFillsNoLog(t *testing.T) {
	for _, tt := range []struct {
		says   string
		answer string
		breaks func(*storetest.Faulty)
	}{
		{"not ready", "it does not answer as it should", func(f *storetest.Faulty) { f.Always(storetest.Lost) }},
		{"look into the queues", "nobody knows", func(f *storetest.Faulty) { f.Once(statement("SELECT", "letters"), storetest.FailsBefore, nil) }},
	} {
		t.Run(tt.says, func(t *testing.T) {
			s, faulty := faultyServer(t, storetest.SQLite(t, true))
			now := storetest.Now()
			s.clock = func() time.Time { return now }
			log := behind(t, s, Config{})
			for minute := range 2 {
				for range 5 {
					tt.breaks(faulty)
					if answer := get(t, s, "/readyz").Body.String(); !strings.Contains(answer, tt.answer) {
						t.Errorf("it answers %s", answer)
					}
					faulty.Rest()
				}
				if n := strings.Count(log.String(), tt.says); n != minute+1 {
					t.Errorf("after %d minutes the log says so %d times: %s", minute, n, log)
				}
				now = now.Add(tellEvery)
			}
		})
	}
}
