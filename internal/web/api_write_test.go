package web

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// program is one that holds a token of an account.
type program struct {
	t       *testing.T
	server  *Server
	account auth.Account
	token   string
}

func newProgram(t *testing.T, s *Server, purpose auth.TokenPurpose, roles ...auth.Role) program {
	t.Helper()
	account := storetest.Account(t, s.store, roles...)
	return program{t, s, account, storetest.Token(t, s.store, account, purpose)}
}

// asks sends a request with the token; headers are given as name and value in turn. Whatever is answered has to be as the
// interface describes itself.
func (p program) asks(method, path, kind string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	request := httptest.NewRequestWithContext(p.t.Context(), method, path, body)
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	p.server.Handler().ServeHTTP(answer, request)
	asDescribed(p.t, method, path, answer)
	return answer
}

func (p program) sees(path string, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	return p.asks(http.MethodGet, path, "", nil, headers...)
}

func (p program) sends(method, path, document string, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	return p.asks(method, path, "application/json", strings.NewReader(document), headers...)
}

func (p program) logs(data []byte, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	return p.asks(http.MethodPost, "/api/v1/letters", "application/pdf", bytes.NewReader(data), headers...)
}

// answeredWith checks the status of an answer and reads its document, which has no other fields than its type, from which the
// description is made.
func answeredWith[T any](t testing.TB, answer *httptest.ResponseRecorder, status int) T {
	t.Helper()
	var document T
	if answer.Code != status {
		t.Fatalf("status %d, want %d: %s", answer.Code, status, answer.Body)
	}
	decoder := json.NewDecoder(answer.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	if kept := answer.Header().Get("Cache-Control"); kept != "no-store" {
		t.Errorf("the answer may be kept: %q", kept)
	}
	return document
}

// refusedWith checks that something was refused with a status, words, and problems of some fields in order.
func refusedWith(t testing.TB, answer *httptest.ResponseRecorder, status int, words string, fields ...string) {
	t.Helper()
	text := answer.Body.String()
	said := answeredWith[opendata.Problem](t, answer, status)
	var got []string
	for _, fault := range said.Errors {
		got = append(got, fault.Field)
	}
	if !strings.Contains(text, words) || strings.Join(got, " ") != strings.Join(fields, " ") || said.Status != status {
		t.Errorf("want %q and problems of %v: %s", words, fields, text)
	}
}

// lastChange is the number of the last entry of the record of changes.
func lastChange(t testing.TB, s *store.Store) int64 {
	t.Helper()
	last, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return last.Number
}

func TestWhatEachTokenMayDo(t *testing.T) {
	s := newSignedServer(t)
	action := strings.TrimPrefix(recordedAction(t, s), "/actions/")
	update := `{"words": "Nine of twelve are trained.", "audience": "public"}`
	operations := []struct {
		name, method, path, kind, body string
	}{
		{"reading", http.MethodGet, "/api/v1/actions", "", ""},
		{"letters", http.MethodGet, "/api/v1/letters", "", ""},
		{"one letter", http.MethodGet, "/api/v1/letters/none", "", ""},
		{"logging", http.MethodPost, "/api/v1/letters", "application/pdf", ""},
		{"updating", http.MethodPost, "/api/v1/actions/" + action + "/updates", "application/json", update},
		{"changing", http.MethodPatch, "/api/v1/actions/" + action, "application/json", `{"revision": 0, "words": "Train all"}`},
	}
	const ok, forbidden, unauthorised = http.StatusOK, http.StatusForbidden, http.StatusUnauthorized
	for name, one := range map[string]struct {
		p    program
		want [6]int
	}{
		"an officer's token that reads":           {newProgram(t, s, auth.TokenReads, auth.Officer), [6]int{ok, forbidden, forbidden, forbidden, forbidden, forbidden}},
		"a member's token":                        {newProgram(t, s, auth.TokenReads, auth.Member), [6]int{ok, forbidden, forbidden, forbidden, forbidden, forbidden}},
		"a token for letters":                     {newProgram(t, s, auth.TokenLogs, auth.Officer), [6]int{ok, ok, 404, 422, forbidden, forbidden}},
		"a token for actions":                     {newProgram(t, s, auth.TokenUpdates, auth.Officer), [6]int{ok, forbidden, forbidden, forbidden, 201, 409}},
		"no token":                                {program{t: t, server: s}, [6]int{ok, unauthorised, unauthorised, unauthorised, unauthorised, unauthorised}},
		"a token that there is not":               {program{t: t, server: s, token: auth.NewTokenText()}, [6]int{401, 401, 401, 401, 401, 401}},
		"what is no token":                        {program{t: t, server: s, token: "itl_x"}, [6]int{401, 401, 401, 401, 401, 401}},
		"the token of a session is no such token": {program{t: t, server: s, token: storetest.SignIn(t, s.store, storetest.Account(t, s.store, auth.Officer))}, [6]int{401, 401, 401, 401, 401, 401}},
	} {
		for i, operation := range operations {
			answer := one.p.asks(operation.method, operation.path, operation.kind, strings.NewReader(operation.body))
			if answer.Code != one.want[i] {
				t.Errorf("%s, %s: status %d, want %d: %s", name, operation.name, answer.Code, one.want[i], answer.Body)
			}
			asked := answer.Header().Get("WWW-Authenticate")
			if said := strings.HasPrefix(asked, `Bearer realm="Inspection Timeline"`); said != (answer.Code == unauthorised || answer.Code == forbidden) {
				t.Errorf("%s, %s: answered %d with WWW-Authenticate %q", name, operation.name, answer.Code, asked)
			}
		}
	}
}

func TestATokenCountsInItsHeaderOnly(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenLogs, auth.Officer)
	session := storetest.SignIn(t, s.store, p.account)
	nobody := program{t: t, server: s}
	answers := map[string]*httptest.ResponseRecorder{
		"a parameter of the address":         nobody.sees("/api/v1/letters?access_token=" + p.token),
		"a cookie":                           nobody.sees("/api/v1/letters", "Cookie", sessionCookie+"="+p.token),
		"another scheme":                     nobody.sees("/api/v1/letters", "Authorization", "Basic "+p.token),
		"a session in a browser":             nobody.sees("/api/v1/letters", "Cookie", sessionCookie+"="+session),
		"a wrong token, whatever the cookie": nobody.sees("/api/v1/letters", "Authorization", "Bearer x", "Cookie", sessionCookie+"="+session),
	}
	for what, answer := range answers {
		if answer.Code != http.StatusUnauthorized {
			t.Errorf("%s: status %d: %s", what, answer.Code, answer.Body)
		}
	}
	if answer := p.sees("/api/v1/letters", "Authorization", "bearer  "+p.token); answer.Code != http.StatusOK {
		t.Errorf("the scheme in other letters: status %d", answer.Code)
	}
	for _, path := range []string{"/letters", "/account", "/account/tokens"} {
		if to := led(t, get(t, s, path, "Authorization", "Bearer "+p.token)); !strings.HasPrefix(to, "/sign-in?") {
			t.Errorf("%s lets a token in", path)
		}
	}
}

func TestATokenThatLetsNobodyInSaysWhy(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("keeper@example.org", nil, auth.Administrator)
	for name, one := range map[string]struct {
		does   func(program)
		status int
		words  string
	}{
		"of a disabled account": {func(p program) { d.changes(p.account.ID, func(a *auth.Account) { a.State = auth.Disabled }) }, http.StatusForbidden, "has disabled or closed the account"},
		"of a closed account":   {func(p program) { d.changes(p.account.ID, func(a *auth.Account) { a.State = auth.Closed }) }, http.StatusForbidden, "has disabled or closed the account"},
		"of an account enabled again": {func(p program) {
			d.changes(p.account.ID, func(a *auth.Account) { a.State = auth.Disabled })
			d.changes(p.account.ID, func(a *auth.Account) { a.State = auth.Active })
		}, http.StatusUnauthorized, "This token was revoked"},
		"of somebody who is no officer any more": {func(p program) { d.changes(p.account.ID, func(a *auth.Account) { a.Roles = []auth.Role{auth.Member} }) }, http.StatusForbidden, "no longer has the role"},
		"that ended":                             {func(program) { passes(t, 91*24*time.Hour) }, http.StatusUnauthorized, "This token has ended"},
		"of somebody without a post":             {func(p program) { d.changes(p.account.ID, func(a *auth.Account) { a.Post = "" }) }, http.StatusForbidden, "Enter your post first"},
	} {
		t.Run(name, func(t *testing.T) {
			was := storetest.Now()
			defer func() { storetest.SetNow(was) }()
			p := newProgram(t, d.Server, auth.TokenUpdates, auth.Officer)
			d.clock = storetest.Now
			one.does(p)
			before := lastChange(t, d.store)
			d.logged()
			refusedWith(t, p.sends(http.MethodPost, "/api/v1/actions/none/updates", `{"words": "x", "audience": "public"}`), one.status, one.words)
			if after := lastChange(t, d.store); after != before {
				t.Errorf("%d entries were written", after-before)
			}
			if log := d.logged(); strings.Contains(log, p.token) || strings.Contains(log, auth.HashToken(p.token)) {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

func TestWhoeverSendsManyWrongTokensWaits(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	right := newProgram(t, d.Server, auth.TokenReads, auth.Officer)
	answer := &httptest.ResponseRecorder{}
	for range 40 {
		if answer = (program{t: t, server: d.Server, token: auth.NewTokenText()}).sees("/api/v1/actions"); answer.Code != http.StatusUnauthorized {
			break
		}
	}
	if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") == "" {
		t.Errorf("after many the status is %d, and Retry-After %q", answer.Code, answer.Header().Get("Retry-After"))
	}
	refusedWith(t, answer, http.StatusTooManyRequests, "Too many wrong tokens")
	if answer := right.sees("/api/v1/actions"); answer.Code != http.StatusOK {
		t.Errorf("the right one is answered %d", answer.Code)
	}
	b := newBrowser(t, d.Server)
	b.network = "192.0.2.1" // that of the programs
	if to := led(t, b.signIn("officer@example.org", thePassword)); to != "/letters" {
		t.Errorf("somebody who signs in there is led to %s", to)
	}
}

func TestTheLastUseOfATokenIsWrittenDownByTheHour(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	p := newProgram(t, d.Server, auth.TokenReads, auth.Officer)
	d.clock = storetest.Now
	first := storetest.Now()
	for _, step := range []struct {
		by   time.Duration
		want time.Duration
	}{{0, 0}, {auth.TokenSeenEvery - time.Minute, 0}, {time.Minute, auth.TokenSeenEvery}} {
		passes(t, step.by)
		p.sees("/api/v1/actions")
		if seen := d.tokens(p.account.ID)[0].SeenAt; seen == nil || !seen.Equal(first.Add(step.want)) {
			t.Errorf("it was seen at %v, want %v", seen, first.Add(step.want))
		}
	}
}

func TestAProgramLogsALetter(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenLogs, auth.Officer)
	file := lettertest.PDF(aLetter...)
	answer := p.logs(file, "Content-Disposition", `attachment; filename="north.pdf"`)
	made := answeredWith[opendata.LetterDocument](t, answer, http.StatusCreated).Letter
	if made.State != "ready" || made.FileName == nil || *made.FileName != "north.pdf" || made.AddedBy != p.account.Post || made.Inspection != nil {
		t.Errorf("the letter is %+v", made)
	}
	if to := answer.Header().Get("Location"); to != "/api/v1/letters/"+made.ID || made.Self != to || made.Page != "/letters/"+made.ID {
		t.Errorf("it is at %s, and says %s and %s", to, made.Self, made.Page)
	}
	t.Run("it says what was read, and how surely", func(t *testing.T) {
		draft := answeredWith[opendata.LetterDocument](t, p.sees(made.Self), http.StatusOK).Draft
		if draft == nil || draft.Kind.Value == nil || draft.Kind.Certainty == nil || len(draft.Whose) != 1 || *draft.Whose[0].Value != "north-northamptonshire" ||
			draft.Whose[0].Name == nil || draft.Whose[0].Certainty == nil || draft.Start.Value == nil || draft.Start.Certainty == nil {
			said, err := json.Marshal(draft)
			t.Errorf("it says %s, %v", said, err)
		}
	})
	t.Run("it is a draft, on the page of the officer whose token it was", func(t *testing.T) {
		b := browser{t, s, p.account, storetest.SignIn(t, s.store, p.account)}
		says(t, b.sees(made.Page), http.StatusOK, "The timeliness of visits", "Who sees this draft", p.account.Post)
		published, err := s.store.PublishedLetter(t.Context(), made.ID)
		if err != nil || published != "" {
			t.Errorf("published is %q, %v", published, err)
		}
	})
	t.Run("the record of changes says that it came through the interface", func(t *testing.T) {
		by := inspection.Actor{ID: p.account.ID, Role: inspection.RoleOfficer}
		history, err := s.store.LetterHistory(t.Context(), by, made.ID)
		if err != nil || len(history) != 3 {
			t.Fatalf("there are %d entries, %v", len(history), err)
		}
		for _, entry := range history {
			if !strings.HasSuffix(entry.After, `"through":"interface"}`) || entry.ActorID != p.account.ID || entry.ActorPost != p.account.Post || entry.ActorRole != inspection.RoleOfficer {
				t.Errorf("entry %d is by %s (%s): %s", entry.Number, entry.ActorPost, entry.ActorRole, entry.After[max(0, len(entry.After)-80):])
			}
		}
	})
	t.Run("the same file again is the same letter", func(t *testing.T) {
		before := lastChange(t, s.store)
		if again := answeredWith[opendata.LetterDocument](t, p.logs(file), http.StatusOK).Letter; again.ID != made.ID {
			t.Errorf("it is %+v", again)
		}
		if after := lastChange(t, s.store); after != before {
			t.Errorf("%d entries were written", after-before)
		}
	})
	t.Run("other officers see nothing of it", func(t *testing.T) {
		other := newProgram(t, s, auth.TokenLogs, auth.Officer)
		refusedWith(t, other.sees(made.Self), http.StatusNotFound, "Not found")
		refusedWith(t, other.logs(file), http.StatusConflict, "already being logged by somebody else")
		if list := answeredWith[opendata.List[opendata.LoggedLetter]](t, other.sees("/api/v1/letters"), http.StatusOK); list.Total != 0 {
			t.Errorf("their list is %+v", list)
		}
		if list := answeredWith[opendata.List[opendata.LoggedLetter]](t, p.sees("/api/v1/letters?state=ready"), http.StatusOK); list.Total != 1 || list.Items[0].ID != made.ID {
			t.Errorf("the list of its officer is %+v", list)
		}
		if list := answeredWith[opendata.List[opendata.LoggedLetter]](t, p.sees("/api/v1/letters?state=published"), http.StatusOK); list.Total != 0 {
			t.Errorf("published are %+v", list)
		}
		refusedWith(t, p.sees("/api/v1/letters?state=lost"), http.StatusBadRequest, "not a value of this parameter", "state")
		refusedWith(t, p.sees("/api/v1/letters?page=2"), http.StatusNotFound, "There is no page 2", "page")
	})
	t.Run("that a program read it is noted", func(t *testing.T) {
		answeredWith[opendata.LetterDocument](t, p.sees(made.Self), http.StatusOK)
		read, err := s.store.Accesses(t.Context(), store.AccessFilter{AccountID: p.account.ID, Subject: "letter:" + made.ID})
		if err != nil || len(read) == 0 || read[0].Role != inspection.RoleOfficer {
			t.Errorf("noted is %+v, %v", read, err)
		}
	})
}

func TestALetterSentAsAForm(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenLogs, auth.Officer)
	sends := func(files int) *httptest.ResponseRecorder {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for i := range files {
			part, err := form.CreateFormFile("letters", `C:\letters\north.pdf`)
			if err == nil {
				_, err = part.Write(lettertest.PDF(aLetter[i], aLetter[1-i]))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		return p.asks(http.MethodPost, "/api/v1/letters", form.FormDataContentType(), &body)
	}
	if made := answeredWith[opendata.LetterDocument](t, sends(1), http.StatusCreated).Letter; *made.FileName != "north.pdf" {
		t.Errorf("it is %+v", made)
	}
	refusedWith(t, sends(2), http.StatusUnprocessableEntity, "Send one letter with each request", "letters")
	refusedWith(t, sends(0), http.StatusUnprocessableEntity, "Choose a letter", "letters")
}

func TestLettersThatCannotBeTaken(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenLogs, auth.Officer)
	before := lastChange(t, s.store)
	refusedWith(t, p.logs(nil), http.StatusUnprocessableEntity, "The file is empty", "letters")
	refusedWith(t, p.logs(make([]byte, letter.MaxBytes+1)), http.StatusRequestEntityTooLarge, "This file is too large")
	refusedWith(t, p.asks(http.MethodPost, "/api/v1/letters", "text/plain", strings.NewReader("A letter")), http.StatusUnsupportedMediaType, "Send the letter as a PDF")
	refusedWith(t, p.asks(http.MethodPost, "/api/v1/letters", "", strings.NewReader("A letter")), http.StatusUnsupportedMediaType, "Send the letter as a PDF")
	refusedWith(t, p.asks(http.MethodPost, "/api/v1/letters", "multipart/form-data", strings.NewReader("A letter")), http.StatusBadRequest, "cannot be read")
	refusedWith(t, p.logs([]byte("x"), onceHeader, strings.Repeat("k", mostKey+1)), http.StatusUnprocessableEntity, "Send one key", onceHeader)
	refusedWith(t, p.logs([]byte("x"), onceHeader, "kéy"), http.StatusUnprocessableEntity, "Send one key", onceHeader)
	refusedWith(t, p.asks(http.MethodPost, "/api/v1/letters?name=x", "application/pdf", strings.NewReader("x")), http.StatusBadRequest, "takes no parameters", "name")
	if after := lastChange(t, s.store); after != before {
		t.Errorf("%d entries were written", after-before)
	}
	answered := answeredWith[opendata.LetterDocument](t, p.logs([]byte("No letter at all")), http.StatusCreated)
	if answered.Draft != nil {
		t.Errorf("of what is no letter it says %+v", answered.Draft)
	}
	unread := answered.Letter
	if unread.State != "unreadable" || unread.Problem == nil || *unread.FileName != usualLetterName {
		t.Errorf("a file that is no PDF is %+v", unread)
	}
	s.readings.reader = nil
	refusedWith(t, p.logs([]byte("x")), http.StatusServiceUnavailable, "Letters cannot be read here")
}

func TestALetterIsLoggedOnceUnderItsKey(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenLogs, auth.Officer)
	made := answeredWith[opendata.LetterDocument](t, p.logs([]byte("No letter"), onceHeader, "one"), http.StatusCreated).Letter
	before := lastChange(t, s.store)
	if again := answeredWith[opendata.LetterDocument](t, p.logs([]byte("No letter"), onceHeader, "one"), http.StatusOK).Letter; again.ID != made.ID {
		t.Errorf("it is %+v", again)
	}
	refusedWith(t, p.logs([]byte("Another"), onceHeader, "one"), http.StatusUnprocessableEntity, "used for another request", onceHeader)
	if after := lastChange(t, s.store); after != before {
		t.Errorf("%d entries were written", after-before)
	}
	if waiting, err := s.store.TakeReading(t.Context()); err != nil || waiting != nil {
		t.Errorf("%+v still waits, %v", waiting, err)
	}
	if another := answeredWith[opendata.LetterDocument](t, p.logs([]byte("No letter"), onceHeader, "two"), http.StatusCreated).Letter; another.ID == made.ID {
		t.Error("another key is taken for the same")
	}
}

func TestAProgramUpdatesAnAction(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenUpdates, auth.Officer)
	page := recordedAction(t, s)
	id := strings.TrimPrefix(page, "/actions/")
	held, _, _, err := s.store.Action(t.Context(), id, inspection.ForOfficers)
	if err != nil {
		t.Fatal(err)
	}
	held.Audience = inspection.ForPublic
	if _, err := s.store.SaveAction(t.Context(), anOfficer, held, ""); err != nil {
		t.Fatal(err)
	}
	path := "/api/v1" + page
	update := `{"words": "Nine of twelve are trained.", "on": "2026-11-20", "audience": "members"}`
	answer := p.sends(http.MethodPost, path+"/updates", update, onceHeader, "one")
	made := answeredWith[opendata.ActionDocument](t, answer, http.StatusCreated)
	if len(made.Updates) != 1 || made.Updates[0].Words != "Nine of twelve are trained." || answer.Header().Get("Location") != path {
		t.Errorf("the action has %+v, and is at %s", made.Updates, answer.Header().Get("Location"))
	}
	t.Run("the same again is not written twice", func(t *testing.T) {
		again := answeredWith[opendata.ActionDocument](t, p.sends(http.MethodPost, path+"/updates", update, onceHeader, "one"), http.StatusOK)
		if len(again.Updates) != 1 {
			t.Errorf("there are %+v", again.Updates)
		}
		other := strings.Replace(update, "Nine", "Ten", 1)
		refusedWith(t, p.sends(http.MethodPost, path+"/updates", other, onceHeader, "one"), http.StatusUnprocessableEntity, "used for another request", onceHeader)
		refusedWith(t, p.sends(http.MethodPost, "/api/v1/actions/other/updates", update, onceHeader, "one"), http.StatusUnprocessableEntity, "used for another request", onceHeader)
	})
	t.Run("it is of today where it says nothing else", func(t *testing.T) {
		more := answeredWith[opendata.ActionDocument](t, p.sends(http.MethodPost, path+"/updates", `{"words": "Ten are.", "audience": "public"}`), http.StatusCreated)
		if len(more.Updates) != 2 || more.Updates[0].On.Value == nil || *more.Updates[0].On.Value != "2026-11-21" {
			t.Errorf("the updates are %+v", more.Updates)
		}
	})
	t.Run("its page shows what everybody may read", func(t *testing.T) {
		visitor := get(t, s, page)
		says(t, visitor, http.StatusOK, "Ten are.")
		if strings.Contains(visitor.Body.String(), "Nine of twelve") {
			t.Error("a visitor reads what is for members")
		}
		says(t, get(t, s, "/changes?kind=update", sessionOf(t, s, p.account)...), http.StatusOK, p.account.Post)
	})
}

func TestUpdatesThatCannotBeTaken(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenUpdates, auth.Officer)
	path := "/api/v1" + recordedAction(t, s) + "/updates"
	before := lastChange(t, s.store)
	for name, one := range map[string]struct {
		document string
		status   int
		words    string
		fields   []string
	}{
		"nothing":                          {``, 400, "Send one object of JSON", nil},
		"a list":                           {`[]`, 400, "Send one object of JSON", nil},
		"half an object":                   {`{"words": "x"`, 400, "Send one object of JSON", nil},
		"something after it":               {`{"words": "x"} {}`, 400, "nothing after it", nil},
		"bytes that are no text":           {"{\"words\": \"\xff\"}", 400, "in UTF-8", nil},
		"no field":                         {`{}`, 422, "Send this field too", []string{"words", "audience"}},
		"a field that there is not":        {`{"words": "x", "audience": "public", "owner": "me"}`, 422, "There is no such field here", []string{"owner"}},
		"a field twice":                    {`{"words": "x", "words": "y", "audience": "public"}`, 422, "Send this field once", []string{"words"}},
		"a number for a text":              {`{"words": 3, "audience": "public"}`, 422, "Send a text", []string{"words"}},
		"null":                             {`{"words": null, "audience": "public"}`, 422, "Send a text", []string{"words"}},
		"a reader that there is not":       {`{"words": "x", "audience": "everybody"}`, 422, "members", []string{"audience"}},
		"no words":                         {`{"words": "  ", "audience": "public"}`, 422, "Enter", []string{"words"}},
		"a day that there is not":          {`{"words": "x", "audience": "public", "on": "2026-02-30"}`, 422, "Enter the day", []string{"on"}},
		"a day to come":                    {`{"words": "x", "audience": "public", "on": "2027-02-28"}`, 422, "", []string{"on"}},
		"too many words":                   {`{"words": "` + strings.Repeat("x", mostWordsRunes+1) + `", "audience": "public"}`, 422, "at most 20,000 characters fit", []string{"words"}},
		"more than fits":                   {`{"words": "` + strings.Repeat("x", mostSentBytes) + `", "audience": "public"}`, 413, "At most 256 kB fit", nil},
		"what looks like a child's number": {`{"words": "Child 943 476 5919 was seen.", "audience": "officers"}`, 422, "Does this name a child?", []string{"names_nobody"}},
	} {
		t.Run(name, func(t *testing.T) {
			refusedWith(t, p.sends(http.MethodPost, path, one.document), one.status, one.words, one.fields...)
		})
	}
	refusedWith(t, p.asks(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader("words=x&audience=public")), http.StatusUnsupportedMediaType, "Send JSON")
	refusedWith(t, p.sends(http.MethodPost, "/api/v1/actions/none/updates", `{"words": "x", "audience": "public"}`), http.StatusNotFound, "Not found")
	refusedWith(t, p.sends(http.MethodPost, path+"?at=x", `{"words": "x", "audience": "public"}`), http.StatusBadRequest, "takes no parameters", "at")
	if after := lastChange(t, s.store); after != before {
		t.Errorf("%d entries were written", after-before)
	}
	said := `{"words": "Child 943 476 5919 was seen.", "audience": "officers", "names_nobody": true}`
	answeredWith[opendata.ActionDocument](t, p.sends(http.MethodPost, path, said), http.StatusCreated)
}

func TestAProgramChangesAnAction(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenUpdates, auth.Officer)
	path := "/api/v1" + recordedAction(t, s)
	read := answeredWith[opendata.ActionDocument](t, p.sees(path), http.StatusOK)
	before := lastChange(t, s.store)
	for name, one := range map[string]struct {
		document string
		status   int
		words    string
		fields   []string
	}{
		"no revision":                 {`{"state": "under_way"}`, 422, "Send this field too", []string{"revision"}},
		"nothing to change":           {`{"revision": 1}`, 422, "at least one field", []string{"words"}},
		"a revision of before":        {`{"revision": 0, "state": "under_way"}`, 409, "Somebody else has changed this", []string{"revision"}},
		"a state that there is not":   {`{"revision": 1, "state": "finished"}`, 422, "under_way", []string{"state"}},
		"another day without why":     {`{"revision": 1, "due": "2027-01-31"}`, 422, "", []string{"reason"}},
		"no words":                    {`{"revision": 1, "words": ""}`, 422, "", []string{"words"}},
		"an area that there is not":   {`{"revision": 1, "serves": ["NN-ILACS-1999-1"]}`, 422, "NN-ILACS-1999-1", []string{"lead_body", "serves"}},
		"a field that is not its own": {`{"revision": 1, "id": "x", "words": "Train all"}`, 422, "There is no such field", []string{"id"}},
		"a list of numbers":           {`{"revision": 1, "serves": [1]}`, 422, "Send a list of texts", []string{"serves"}},
	} {
		t.Run(name, func(t *testing.T) {
			refusedWith(t, p.sends(http.MethodPatch, path, one.document), one.status, one.words, one.fields...)
		})
	}
	if after := lastChange(t, s.store); after != before {
		t.Errorf("%d entries were written", after-before)
	}
	const change = `{"revision": 1, "state": "under_way", "due": "2027-01-31", "reason": "Two managers began late.", "audience": "members"}`
	made := answeredWith[opendata.ActionDocument](t, p.sends(http.MethodPatch, path, change, onceHeader, "one"), http.StatusOK)
	if a := made.Action; a.Revision != 2 || a.State.Code != "under_way" || *a.Due.Value != "2027-01-31" || *a.OriginalDue.Value != *read.Action.OriginalDue.Value ||
		a.Words != read.Action.Words || *a.Owner != *read.Action.Owner || a.Audience != "members" || len(made.Steps) != 2 || *made.Steps[1].Reason != "Two managers began late." {
		t.Errorf("the action is %+v with %+v", a, made.Steps)
	}
	if again := answeredWith[opendata.ActionDocument](t, p.sends(http.MethodPatch, path, change, onceHeader, "one"), http.StatusOK); again.Action.Revision != 2 {
		t.Errorf("the same again makes revision %d", again.Action.Revision)
	}
	refusedWith(t, p.sends(http.MethodPatch, path, change), http.StatusConflict, "Read the action again", "revision")
	refusedWith(t, p.sends(http.MethodPatch, "/api/v1/actions/none", change), http.StatusNotFound, "Not found")
}

func TestWhatATokenReadsIsItsAccountsOwn(t *testing.T) {
	s := newSignedServer(t)
	officer, member := newProgram(t, s, auth.TokenReads, auth.Officer), newProgram(t, s, auth.TokenReads, auth.Member)
	visitor := program{t: t, server: s}
	path := "/api/v1" + recordedAction(t, s) // for officers
	for name, one := range map[string]struct {
		p      program
		status int
	}{"an officer": {officer, http.StatusOK}, "a member": {member, http.StatusNotFound}, "a visitor": {visitor, http.StatusNotFound}} {
		for range 2 { // the second may come from what is kept
			if answer := one.p.sees(path); answer.Code != one.status {
				t.Errorf("%s: status %d, want %d", name, answer.Code, one.status)
			}
		}
	}
	if kept := visitor.sees("/api/v1/actions").Header().Get("Cache-Control"); kept != "no-cache" {
		t.Errorf("what is for everybody may be kept: %q", kept)
	}
	if kept := officer.sees("/api/v1/actions").Header().Get("Cache-Control"); kept != "no-store" {
		t.Errorf("what is for officers may be kept: %q", kept)
	}
}

func TestAFormOfAnotherSiteDoesNotWriteThroughTheInterface(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenLogs, auth.Officer)
	before := lastChange(t, s.store)
	refusedWith(t, p.logs([]byte("x"), "Sec-Fetch-Site", "cross-site"), http.StatusForbidden, "came from another site")
	refusedWith(t, p.logs([]byte("x"), "Origin", "https://elsewhere.example"), http.StatusForbidden, "came from another site")
	if after := lastChange(t, s.store); after != before {
		t.Errorf("%d entries were written", after-before)
	}
}
