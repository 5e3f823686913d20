package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// ownReference is what a reference of ours looks like.
var ownReference = regexp.MustCompile(`^[a-z2-7]{12}$`)

func TestARequestHasAReference(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.doors.proxies = []netip.Prefix{netip.MustParsePrefix("10.1.0.4/32")}
	for name, tt := range map[string]struct {
		from, given string
		taken       bool
	}{
		"none was given":                          {"10.1.0.4:4000", "", false},
		"a proxy that is trusted gave one":        {"10.1.0.4:4000", "4f0e9d52-77aa-4c1e-9be1-5d3c9a0e2b11", true},
		"anybody else gave one":                   {"192.0.2.7:4000", "4f0e9d52-77aa-4c1e-9be1-5d3c9a0e2b11", false},
		"a proxy passed on what could be mark-up": {"10.1.0.4:4000", "<script>alert(1)</script>", false},
		"a proxy passed on a line break":          {"10.1.0.4:4000", "abcdefgh\r\nSet-Cookie: a=b", false},
		"a proxy passed on something long":        {"10.1.0.4:4000", strings.Repeat("a", 65), false},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, "/glossary", nil)
			request.RemoteAddr = tt.from
			if tt.given != "" {
				request.Header.Set(referenceHeader, tt.given)
			}
			answer := httptest.NewRecorder()
			s.Handler().ServeHTTP(answer, request)
			got := answer.Header().Get(referenceHeader)
			if tt.taken != (got == tt.given && got != "") || !tt.taken && !ownReference.MatchString(got) {
				t.Errorf("its reference is %q", got)
			}
		})
	}
	if first, second := get(t, s, "/glossary").Header().Get(referenceHeader), get(t, s, "/glossary").Header().Get(referenceHeader); first == second {
		t.Error("two requests have one reference, the second being answered from memory")
	}
}

func TestAFailureTellsTheReferenceUnderWhichTheLogHasIt(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var lines bytes.Buffer
	s.log = slog.New(LogHandler(slog.NewJSONHandler(&lines, nil)))
	r := router{s, s.engineGin}
	r.get("/fails", auth.Anything, s.page(func(*gin.Context) error { return errors.New("a wire came loose") }, reads{}))
	answer := get(t, s, "/fails")
	reference := answer.Header().Get(referenceHeader)
	words := document(t, answer).Find("main").Text()
	if answer.Code != http.StatusInternalServerError || !strings.Contains(words, "give this reference: "+reference) {
		t.Errorf("%d: the page does not tell the reference %s: %s", answer.Code, reference, words)
	}
	if strings.Contains(words, "wire") {
		t.Error("the page tells the error")
	}
	if line := lines.String(); !strings.Contains(line, `"request":"`+reference+`"`) || !strings.Contains(line, "a wire came loose") {
		t.Errorf("the log does not have it under %s: %s", reference, line)
	}
}

func TestWhoeverLeftBeforeTheAnswerIsNoFailureOfTheService(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var lines bytes.Buffer
	s.log = slog.New(LogHandler(slog.NewJSONHandler(&lines, nil)))
	gone, leave := context.WithCancel(t.Context())
	leave()
	r := router{s, s.engineGin}
	for _, address := range []string{"/asks", "/api/v1/asks"} {
		r.get(address, auth.Anything, s.private(func(*gin.Context) error { return fmt.Errorf("ask the database: %w", gone.Err()) }))
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(gone, http.MethodGet, address, nil))
		if answer.Code != readerLeft.status {
			t.Errorf("%s is answered %d", address, answer.Code)
		}
	}
	if lines.Len() > 0 {
		t.Errorf("the log calls it a failure: %s", &lines)
	}
}

func TestALineForEachRequestIsWrittenOnlyWhereItIsAskedFor(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var lines bytes.Buffer
	s.log = slog.New(LogHandler(slog.NewJSONHandler(&lines, nil)))
	get(t, s, "/search?q=confidential")
	if lines.Len() > 0 {
		t.Errorf("nobody asked for it: %s", &lines)
	}
	s.logRequests = true
	for _, path := range []string{"/search?q=confidential", "/links/secrettoken", "/healthz", "/readyz"} {
		get(t, s, path, "User-Agent", "somebody's browser")
	}
	written := lines.String()
	for _, want := range []string{`"path":"/search"`, `"path":"/links/:token"`, `"status":200`, `"method":"GET"`, `"took":"`, `"request":"`} {
		if !strings.Contains(written, want) {
			t.Errorf("no line has %s:\n%s", want, written)
		}
	}
	for _, unwanted := range []string{"confidential", "secrettoken", "192.0.2.1", "browser", "healthz", "readyz"} {
		if strings.Contains(written, unwanted) {
			t.Errorf("a line has %s:\n%s", unwanted, written)
		}
	}
}

func TestReadinessSaysWhatWaitsAndDoesNotTurnOnIt(t *testing.T) {
	before := storetest.Now()
	t.Cleanup(func() { storetest.SetNow(before) })
	db := storetest.Seeded(t)
	if _, err := db.StartLetter(t.Context(), storetest.Officer, "letter.pdf", store.HeldFile{}); err != nil {
		t.Fatal(err)
	}
	if answer := get(t, newServer(t, db), "/readyz"); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "nothing has waited too long") {
		t.Errorf("%d: %s", answer.Code, answer.Body)
	}
	storetest.SetNow(before.Add(letterLate + time.Minute))
	s := newServer(t, db)
	if answer := get(t, s, "/readyz"); answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "letters have waited") {
		t.Errorf("a letter waits: %d: %s", answer.Code, answer.Body)
	}
	if answer := ask(t, s, http.MethodHead, "/readyz"); answer.Code != http.StatusOK {
		t.Errorf("HEAD answers %d", answer.Code)
	}
}

func TestAServerThatStopsIsNotReadyAndStillAnswers(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.Stopping()
	if answer := get(t, s, "/readyz"); answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "about to stop") {
		t.Errorf("%d: %s", answer.Code, answer.Body)
	}
	for _, path := range []string{"/healthz", "/"} {
		if answer := get(t, s, path); answer.Code != http.StatusOK {
			t.Errorf("%s answers %d", path, answer.Code)
		}
	}
}
