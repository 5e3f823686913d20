package web

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// asReader makes this test program the child that reads letters, as the program's own subcommand does.
const asReader = "letter-reader"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == asReader {
		if err := letter.Serve(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	// A quarter of the time here went into tidying up after one page while the next was made.
	debug.SetGCPercent(400)
	code := m.Run()
	// A page that no test reads may be broken without anybody noticing. A run of some tests alone says nothing of it.
	if some := flag.Lookup("test.run").Value.String() + flag.Lookup("test.skip").Value.String() + flag.Lookup("test.list").Value.String(); code == 0 && some == "" && !testing.Short() {
		if never := notExecuted(); len(never) > 0 {
			fmt.Fprintln(os.Stderr, "no test reads a page of the templates", strings.Join(never, ", "))
			code = 1
		}
	}
	os.Exit(code)
}

// newOfficerServer returns a server whose listener is this machine's alone, with a reader of letters.
func newOfficerServer(t testing.TB, db *store.Store) *Server {
	t.Helper()
	bodies, err := db.Bodies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	s.open = true
	reader := letter.NewReader([]string{program, asReader}, bodies)
	s.readings = newReadings(reader)
	s.readings.waits = time.Minute // however slow the machine is
	t.Cleanup(func() {
		s.FinishReadings()
		reader.Close()
	})
	return s
}

// The people at this machine in tests.
var (
	anOfficer  = inPost("Improvement officer", inspection.RoleOfficer)
	aReviewer  = inPost("Head of quality assurance", inspection.RoleReviewer)
	aClerk     = inPost("Democratic services officer", inspection.RoleClerk)
	aMember    = inPost("Chair of scrutiny", inspection.RoleMember)
	notYetSaid = inspection.Actor{}
)

func inPost(post string, role inspection.Role) inspection.Actor {
	return inspection.Actor{ID: inspection.PostID("", post), Post: post, Role: role}
}

// officerAsks sends a request as an officer at this machine does.
func officerAsks(t testing.TB, s *Server, method, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	return asksAs(t, s, anOfficer, method, path, kind, body)
}

// asksAs sends a request as somebody at this machine does.
func asksAs(t testing.TB, s *Server, by inspection.Actor, method, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, body)
	request.Host = "localhost:8080"
	if by != notYetSaid {
		request.AddCookie(newActingCookie(by))
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

// sees asks for a page as an officer.
func sees(t testing.TB, s *Server, path string) *httptest.ResponseRecorder {
	t.Helper()
	return officerAsks(t, s, http.MethodGet, path, "", nil)
}

// sends posts a form as an officer.
func sends(t testing.TB, s *Server, path string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return officerAsks(t, s, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

func TestInTheDemonstrationOfficersPagesAnswerAtThisMachineOnly(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	ask := func(host, header string) int {
		request := httptest.NewRequest(http.MethodGet, "/letters", nil)
		request.Host = host
		request.AddCookie(newActingCookie(anOfficer))
		if header != "" {
			request.Header.Set(header, "10.0.0.1")
		}
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, request)
		if answer.Code == http.StatusForbidden && !strings.Contains(answer.Body.String(), "open http://localhost") {
			t.Errorf("%s, %s: the answer does not say what to do", host, header)
		}
		if answer.Header().Get("Cache-Control") != "no-store" || answer.Header().Get("Etag") != "" {
			t.Errorf("%s, %s: the answer may be kept", host, header)
		}
		return answer.Code
	}
	for _, host := range []string{"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"} {
		if status := ask(host, ""); status != http.StatusOK {
			t.Errorf("%s: status %d", host, status)
		}
	}
	for _, host := range []string{
		"", "example.org", "example.org:8080", "localhost.example.org", "127.0.0.1.example.org", "127.0.0.2", "192.168.1.4:8080",
		"::1", "localhost:8080:1", "[::2]:8080", "localhost@example.org", "0.0.0.0",
	} {
		if status := ask(host, ""); status != http.StatusForbidden {
			t.Errorf("%q: status %d", host, status)
		}
	}
	for _, header := range []string{
		"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "x-forwarded", "X-Real-IP", "Via",
	} {
		if status := ask("localhost:8080", header); status != http.StatusForbidden {
			t.Errorf("%s: status %d", header, status)
		}
	}
}

func TestInTheDemonstrationEveryOfficersAddressIsGuarded(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	guarded := 0
	for _, route := range s.engineGin.Routes() {
		if !s.needs[route.Method+" "+route.Path].NeedsAccount() && !strings.HasSuffix(route.Path, "/acting") {
			continue
		}
		guarded++
		path := strings.NewReplacer(":id", "x", ":reference", "NN-ILACS-2026-1", ":slug", "bradford").Replace(route.Path)
		request := httptest.NewRequest(route.Method, path, nil)
		request.Host = "example.org"
		request.AddCookie(newActingCookie(anOfficer))
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, request)
		want := http.StatusForbidden
		if strings.HasPrefix(route.Path, interfacePath) {
			want = http.StatusUnauthorized // it takes tokens only, and a demonstration has none
		}
		if answer.Code != want {
			t.Errorf("%s %s: status %d, want %d", route.Method, route.Path, answer.Code, want)
		}
	}
	if guarded < 20 {
		t.Errorf("only %d addresses were tried", guarded)
	}
	request := httptest.NewRequest(http.MethodPost, "/letters/new", nil)
	request.Host = "localhost"
	request.Header.Set("Origin", "https://example.org")
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	if answer.Code != http.StatusForbidden {
		t.Errorf("a form of another site: status %d", answer.Code)
	}
}
