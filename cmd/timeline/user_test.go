package main

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

var linkPrinted = regexp.MustCompile(`https://council\.example/timeline/links/[\w-]{43}\n`)

func TestAccountsAreLookedAfterOnTheCommandLine(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		env := variables{"TIMELINE_DB": dsn, "TIMELINE_URL": "https://council.example/timeline/"}
		works := func(args ...string) string {
			t.Helper()
			got := runCommand(t, env, append([]string{"user"}, args...)...)
			if got.code != exitDone {
				t.Fatalf("user %v ends with %d: %s", args, got.code, got.stderr)
			}
			return got.stdout
		}
		refused := func(code int, words string, args ...string) {
			t.Helper()
			got := runCommand(t, env, append([]string{"user"}, args...)...)
			if got.code != code || !strings.Contains(got.stderr, words) {
				t.Errorf("user %v ends with %d: %s; want %d, %q", args, got.code, got.stderr, code, words)
			}
		}
		added := works("add", "--roles", "administrator", "--post", "Systems manager", "--body", "west-northamptonshire", "Head@West.example")
		if !linkPrinted.MatchString(added) || !strings.Contains(added, "they set a password, once, until") {
			t.Errorf("adding prints %q", added)
		}
		if list := works("list"); !strings.Contains(list, "invited  administrator  Systems manager") || strings.Contains(list, "head@") {
			t.Errorf("the list is %q", list)
		}
		if first, again := linkPrinted.FindString(added), linkPrinted.FindString(works("reset", "head@west.example")); again == "" || again == first {
			t.Errorf("resetting prints the link %q", again)
		}
		refused(exitFailed, "address", "add", "--roles", "officer", "head@west.example")
		refused(exitFailed, "roles", "add", "--roles", "director", "other@west.example")
		refused(exitFailed, "roles", "add", "other@west.example")
		refused(exitFailed, `look up the body "atlantis"`, "add", "--roles", "officer", "--body", "atlantis", "other@west.example")
		refused(exitFailed, "no account has this address", "disable", "nobody@west.example")
		refused(exitUsage, "say whose account it is", "add", "--roles", "officer")
		refused(exitUsage, `"promote" is not known`, "promote", "head@west.example")
		works("add", "--roles", "officer,reviewer", "officer@west.example")
		works("disable", "officer@west.example")
		if list := works("list"); !strings.Contains(list, "disabled  officer,reviewer") {
			t.Errorf("the list is %q", list)
		}
		refused(exitFailed, "Enable this account first", "reset", "officer@west.example")
		works("enable", "officer@west.example")
		if list := works("list"); strings.Contains(list, "disabled") {
			t.Errorf("the list is %q", list)
		}
	})
}

func TestTheFirstAccountMayComeBeforeTheFirstStart(t *testing.T) {
	db := filepath.Join(t.TempDir(), "timeline.db")
	if got := runCommand(t, nil, "user", "add", "--db", db, "--roles", "administrator", "--body", "west-northamptonshire", "head@west.example"); got.code != exitDone {
		t.Fatalf("it ends with %d: %s", got.code, got.stderr)
	}
	s := startService(t, nil, "--db", db)
	if answer, body := fetch(t, s.url+"/"); answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "Northamptonshire") {
		t.Errorf("the first page is answered %d", answer.StatusCode)
	}
}

func TestADemonstrationIsNotOfARecordToWhichPeopleSignIn(t *testing.T) {
	db := filepath.Join(t.TempDir(), "timeline.db")
	if got := runCommand(t, nil, "user", "add", "--db", db, "--roles", "administrator", "head@west.example"); got.code != exitDone {
		t.Fatalf("it ends with %d: %s", got.code, got.stderr)
	}
	got := runCommand(t, nil, "serve", "--open", "--addr", "127.0.0.1:0", "--db", db)
	if got.code != exitFailed {
		t.Errorf("it ends with %d", got.code)
	}
	mustSay(t, got.stderr, "people sign in to the record in this database", "leave --open away")
}
