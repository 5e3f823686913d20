package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// withNewsWaiting returns a server from which mail leaves, with a member to whom news of a letter waits.
func serverThatMails(t *testing.T) (*Server, auth.Account) {
	t.Helper()
	storetest.On(t, "2026-07-20")
	db := storetest.OpenWith(t, storetest.SQLite(t, true), func(o *store.Options) {
		o.Messages = store.Messages{Mail: true}
	})
	member := storetest.Account(t, db, auth.Member)
	letter, err := db.AddLetter(t.Context(), storetest.Officer, "letter.pdf", store.ReadLetter{State: inspection.LetterReady, Draft: inspection.Draft{
		Kind: "ilacs-focused-visit", Bodies: []string{"north-northamptonshire"}, Topic: "care leavers", FieldworkStart: inspection.MustDate("2026-07-01"),
		FieldworkEnd: inspection.MustDate("2026-07-02"), WholeListHeld: true, Received: inspection.MustDate("2026-07-10"),
		Published: inspection.MustDate("2026-07-15"), Address: "https://files.ofsted.gov.uk/v1/file/50306549", Final: true,
	}})
	if err == nil {
		_, err = db.PublishLetter(t.Context(), storetest.Officer, letter.ID, letter.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	return newServer(t, db), member
}

// taken takes the message that waits.
func taken(t *testing.T, s *Server) *store.Delivery {
	t.Helper()
	d, err := s.store.TakeMessage(t.Context())
	if err != nil || d == nil {
		t.Fatalf("no message waits: %v", err)
	}
	return d
}

// submit sends a form; headers are given as name and value in turn.
func submit(t *testing.T, s *Server, path string, values url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

// wanted returns how often somebody wants news of letters.
func wanted(t *testing.T, s *Server, a auth.Account) inspection.Frequency {
	t.Helper()
	p, err := s.store.MessagePreferences(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p.Of(inspection.NewsMessage, []inspection.Role{inspection.RoleMember})
}

func TestStoppingMessages(t *testing.T) {
	s, member := serverThatMails(t)
	address := unsubscribePath + taken(t, s).Token
	t.Run("opening the address asks, and changes nothing", func(t *testing.T) {
		answer := get(t, s, address)
		page := document(t, answer)
		if answer.Code != http.StatusOK || page.Find(`form[method="post"][action="`+address+`"] button`).Length() != 1 || seen(page.Find("h1").Text()) != "Stop news of published letters" {
			t.Errorf("status %d: %s", answer.Code, seen(page.Find("main").Text()))
		}
		if wanted(t, s, member) != inspection.AtOnce || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("then news is wanted %s, and the page is kept as %q", wanted(t, s, member), answer.Header().Get("Cache-Control"))
		}
	})
	t.Run("the mail program's own button stops them without signing in, as often as it is pressed", func(t *testing.T) {
		for range 2 {
			answer := submit(t, s, address, url.Values{"List-Unsubscribe": {"One-Click"}})
			if answer.Code != http.StatusOK || seen(document(t, answer).Find("h1").Text()) != "Messages stopped" {
				t.Errorf("status %d", answer.Code)
			}
		}
		if wanted(t, s, member) != inspection.Never {
			t.Errorf("then news is wanted %s", wanted(t, s, member))
		}
	})
	t.Run("another site cannot press it, and a guessed address leads nowhere", func(t *testing.T) {
		if answer := submit(t, s, address, nil, "Sec-Fetch-Site", "cross-site"); answer.Code != http.StatusForbidden {
			t.Errorf("another site gets status %d", answer.Code)
		}
		for _, answer := range []*httptest.ResponseRecorder{get(t, s, unsubscribePath+"guessed"), submit(t, s, unsubscribePath+"guessed", nil)} {
			if answer.Code != http.StatusNotFound || seen(document(t, answer).Find("h1").Text()) != "This link does not work" {
				t.Errorf("status %d", answer.Code)
			}
		}
	})
}

func TestChoosingMessages(t *testing.T) {
	s, member := serverThatMails(t)
	session := sessionOf(t, s, member)
	choose := func(reminders, news string) int {
		return submit(t, s, "/account/messages", url.Values{"reminder": {reminders}, "news": {news}}, session...).Code
	}
	if code := choose("weekly", "never"); code != http.StatusSeeOther {
		t.Fatalf("status %d", code)
	}
	p, err := s.store.MessagePreferences(t.Context(), member.ID)
	if err != nil || p.Reminders != inspection.Weekly || p.News != inspection.Never {
		t.Errorf("kept is %+v: %v", p, err)
	}
	if code := choose("hourly", "at_once"); code != http.StatusUnprocessableEntity || wanted(t, s, member) != inspection.Never {
		t.Errorf("what is not in the list gets status %d, and news is wanted %s", code, wanted(t, s, member))
	}
	t.Run("the form shows what was chosen", func(t *testing.T) {
		page := document(t, get(t, s, "/account?saved=messages", session...))
		for _, selector := range []string{
			`section h2#messages`, `form[action="/account/messages"][method="post"]`, `#message-reminder option[value="weekly"][selected]`,
			`#message-news option[value="never"][selected]`, `label[for="message-news"]`,
		} {
			if page.Find(selector).Length() != 1 {
				t.Errorf("nothing matches %s", selector)
			}
		}
		for _, words := range []string{"Mail goes to " + member.Address, "Which messages you get is saved."} {
			if !strings.Contains(seen(page.Text()), words) {
				t.Errorf("it does not say %q", words)
			}
		}
	})
}

func TestMessagesForAdministrators(t *testing.T) {
	s, member := serverThatMails(t)
	administrator := sessionOf(t, s, storetest.Account(t, s.store, auth.Administrator))
	shown := func() string {
		t.Helper()
		answer := get(t, s, "/people/messages", administrator...)
		if answer.Code != http.StatusOK {
			t.Fatalf("status %d", answer.Code)
		}
		return seen(document(t, answer).Find("main").Text())
	}
	if text := shown(); !strings.Contains(text, "News: ") || !strings.Contains(text, "of North Northamptonshire") || !strings.Contains(text, "Waiting") || !strings.Contains(text, member.Post) || strings.Contains(text, member.Address) {
		t.Errorf("it says %s", text)
	}
	d := taken(t, s)
	if err := s.store.SettleMessage(t.Context(), d.ID, d.Lease, inspection.MaybeHanded, "the <em>server</em> broke off"); err != nil {
		t.Fatal(err)
	}
	if text := shown(); !strings.Contains(text, "May have been sent") || !strings.Contains(text, "the <em>server</em> broke off") || !strings.Contains(text, "Send it again") {
		t.Errorf("it says %s", text)
	}
	for range 2 {
		answer := submit(t, s, "/people/messages", url.Values{"message": {d.ID}}, administrator...)
		if answer.Code != http.StatusSeeOther && answer.Code != http.StatusConflict {
			t.Errorf("status %d", answer.Code)
		}
	}
	if again := taken(t, s); again.ID != d.ID {
		t.Errorf("another message is sent: %s", again.ID)
	}
	if answer := submit(t, s, "/people/messages", url.Values{"message": {"none"}}, administrator...); answer.Code != http.StatusNotFound {
		t.Errorf("a message that there is not gets status %d", answer.Code)
	}
	if answer := get(t, s, "/people/messages", sessionOf(t, s, member)...); answer.Code != http.StatusForbidden {
		t.Errorf("a member gets status %d", answer.Code)
	}
}
