package web

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sessionOf returns the headers with which a browser asks that somebody is signed in in.
func sessionOf(t testing.TB, s *Server, account auth.Account) []string {
	t.Helper()
	return []string{"Cookie", sessionCookie + "=" + storetest.SignIn(t, s.store, account)}
}

func TestEveryRouteNamesItsPermission(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	routes := s.engineGin.Routes()
	for _, route := range routes {
		needs, named := s.needs[route.Method+" "+route.Path]
		if !named || needs.NeedsAccount() && len(needs.Roles()) == 0 {
			t.Errorf("%s %s names no permission that is in the table", route.Method, route.Path)
		}
	}
	for _, permission := range auth.Permissions() {
		if !slices.Contains(slices.Collect(maps.Values(s.needs)), permission) {
			t.Errorf("no route needs the permission %s", permission)
		}
	}
	if len(routes) < 60 || len(routes) != len(s.needs) {
		t.Errorf("%d routes and %d permissions", len(routes), len(s.needs))
	}
}

var parameter = regexp.MustCompile(`:\w+`)

// refusedHeadings are those of the pages that keep somebody out.
var refusedHeadings = []string{"This page is for another role", "Sign in first", "Nobody can sign in yet"}

// letIn reports whether an answer is the page's own, and not that of the door before it.
func letIn(t *testing.T, answer *httptest.ResponseRecorder) bool {
	t.Helper()
	if answer.Header().Get("Content-Type") == opendata.ProblemType {
		return answer.Code != http.StatusUnauthorized && answer.Code != http.StatusForbidden
	}
	if to := answer.Header().Get("Location"); answer.Code == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in?back=") {
		return false
	}
	return answer.Code != http.StatusForbidden || !slices.Contains(refusedHeadings, seen(document(t, answer).Find("h1").Text()))
}

func TestWhoMayDoWhatOnEveryRoute(t *testing.T) {
	storetest.LeaveOutWalk(t)
	s := newServer(t, storetest.Seeded(t))
	accounts := map[string]auth.Account{"visitor": {}}
	who := []string{"visitor"}
	for _, role := range auth.Roles() {
		accounts[string(role)] = storetest.Account(t, s.store, role)
		who = append(who, string(role))
	}
	var table []string
	for _, route := range s.engineGin.Routes() {
		if route.Method == http.MethodHead {
			continue
		}
		needs := s.needs[route.Method+" "+route.Path]
		var may []string
		for _, one := range who {
			var headers []string
			switch {
			case one == "visitor":
			case needs.NeedsAccount() && strings.HasPrefix(route.Path, interfacePath):
				headers = tokenFor(t, s, accounts[one], needs)
			default:
				headers = sessionOf(t, s, accounts[one])
			}
			in := letIn(t, ask(t, s, route.Method, parameter.ReplaceAllString(route.Path, "none"), headers...))
			if want := !needs.NeedsAccount() || auth.Role(one).Allows(needs); in != want {
				t.Errorf("%s %s: a %s is let in: %v, want %v", route.Method, route.Path, one, in, want)
			}
			if in {
				may = append(may, one)
			}
		}
		if route.Method == http.MethodOptions {
			continue // what other sites' pages ask first; it says nothing of the record
		}
		table = append(table, fmt.Sprintf("%-5s %-50s %-16s %s", route.Method, route.Path, needs, strings.Join(may, " ")))
	}
	slices.SortFunc(table, func(a, b string) int { return strings.Compare(a[6:]+a[:6], b[6:]+b[:6]) })
	golden(t, "routes.golden", strings.Join(table, "\n")+"\n")
}

// tokenFor returns the headers of a program with the token of an account that comes nearest to a permission.
func tokenFor(t testing.TB, s *Server, account auth.Account, needs auth.Permission) []string {
	t.Helper()
	purpose := auth.TokenReads
	for _, one := range auth.TokenPurposesFor(&account) {
		if one.Needs() == needs {
			purpose = one
		}
	}
	text := storetest.Token(t, s.store, account, purpose)
	return []string{"Authorization", "Bearer " + text}
}

// golden holds a text against the one that was looked at and kept.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; look at the difference and run the test with -update:\n%s", name, differing(string(want), got))
	}
}

func TestSigningInCanBeRequiredForEverything(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.signInRequired = true
	member := sessionOf(t, s, storetest.Account(t, s.store, auth.Member))
	for _, path := range []string{"/", "/recommendations", "/authorities/west-northamptonshire", "/charts/lanes/west-northamptonshire.svg"} {
		if answer := get(t, s, path); letIn(t, answer) || answer.Header().Get("Location") != signInAddress(path) {
			t.Errorf("%s: a visitor is answered %d and led to %q", path, answer.Code, answer.Header().Get("Location"))
		}
		if answer := get(t, s, path, member...); answer.Code != http.StatusOK || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a member is answered %d, to be kept %q", path, answer.Code, answer.Header().Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/sign-in"} {
		if answer := get(t, s, path); answer.Code != http.StatusOK {
			t.Errorf("%s is answered %d", path, answer.Code)
		}
	}
}

func TestTheRolesOfAccountsAreThoseOfTheRecord(t *testing.T) {
	var accounts, record []string
	for _, role := range auth.Roles() {
		accounts = append(accounts, string(role))
	}
	for _, role := range inspection.PeopleRoles() {
		record = append(record, string(role))
	}
	slices.Sort(accounts)
	slices.Sort(record)
	if !slices.Equal(accounts, record) {
		t.Errorf("accounts have %v and the record %v", accounts, record)
	}
}

func TestTwoReadersSeeDifferentPagesAtOneAddress(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	officer, member := storetest.Account(t, s.store, auth.Officer), storetest.Account(t, s.store, auth.Member)
	const path = "/recommendations/NN-ILACS-2026-1"
	says(t, get(t, s, path, sessionOf(t, s, officer)...), http.StatusOK, "You see here what is for officers only", "Sign out")
	says(t, get(t, s, path, sessionOf(t, s, member)...), http.StatusOK, "You see here what is for committee members and officers")
	administrator := storetest.Account(t, s.store, auth.Administrator)
	says(t, get(t, s, path, sessionOf(t, s, administrator)...), http.StatusOK, "You see here what is for those who work on the record")
	visitor := get(t, s, path)
	if words := seen(document(t, visitor).Text()); strings.Contains(words, "You see here") || strings.Contains(words, "Sign out") {
		t.Error("a visitor is told of somebody else")
	}
}

func TestWithoutAccountsOfficersPagesSayHowToMakeOne(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	says(t, get(t, s, "/letters"), http.StatusForbidden, "Nobody can sign in yet", "timeline user add --roles administrator", "--open")
	says(t, ask(t, s, http.MethodPost, "/letters/new"), http.StatusForbidden, "Nobody can sign in yet", "Nothing has been changed.")
	storetest.Account(t, s.store, auth.Administrator)
	if to := led(t, get(t, s, "/letters?held=x")); to != "/sign-in?back=%2Fletters%3Fheld%3Dx" {
		t.Errorf("once there is an account a visitor is led to %s", to)
	}
	says(t, ask(t, s, http.MethodPost, "/letters/new"), http.StatusForbidden, "Sign in first", "Nothing has been changed.")
}

// differing lists the lines that only one of two texts has.
func differing(was, is string) string {
	var out []string
	before, after := strings.Split(was, "\n"), strings.Split(is, "\n")
	for _, line := range before {
		if !slices.Contains(after, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}
