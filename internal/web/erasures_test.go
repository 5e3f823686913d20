package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// badUpdate records an update that must not be held and returns the number of its entry.
func badUpdate(t *testing.T, s *Server) int64 {
	t.Helper()
	u, err := s.store.AddUpdate(t.Context(), storetest.Officer, inspection.Update{
		Reference: "NN-ILACS-2026-1", On: s.today(), Words: "All is well with " + secret + ".", Audience: inspection.ForPublic,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.data.forget()
	entry, err := s.store.LatestOutline(t.Context(), store.RecordName{Kind: inspection.OfUpdate, ID: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	return entry.Number
}

// wantSecret checks whether a page says what must not be held.
func wantSecret(t *testing.T, s *Server, path string, want bool, headers ...string) {
	t.Helper()
	answer := get(t, s, path, headers...)
	if said := strings.Contains(answer.Body.String(), secret); said != want || answer.Code != http.StatusOK {
		t.Errorf("%s is answered %d and says it: %v, want %v", path, answer.Code, said, want)
	}
}

func TestTwoAdministratorsEraseWhatMustNotBeHeld(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	number := badUpdate(t, s)
	one, other := signIn(t, s, auth.Administrator), signIn(t, s, auth.Administrator)
	const item = "/recommendations/NN-ILACS-2026-1"
	entry := fmt.Sprintf("/changes/%d", number)
	wantSecret(t, s, item, true)

	page := one.sees(entry)
	says(t, page, http.StatusOK, "If this must not be held", secret)
	ask, _ := document(t, page).Find(`a[href^="/erasures/new"]`).Attr("href")
	page = one.sees(ask)
	says(t, page, http.StatusOK, "This must not be held", "the words of the update", "in 1 entry", "It cannot be brought back.",
		"Backups made before today still hold it; the last of them expires on 26 December 2026.", "Nothing goes before another administrator agrees")
	if text := page.Body.String(); strings.Contains(text, secret) || strings.Contains(text, "only administrator") {
		t.Error("the page repeats the words, or says that nobody else is there")
	}
	says(t, one.sends("/erasures", "entry", fmt.Sprint(number), "reason", "its name"), http.StatusUnprocessableEntity,
		"Choose why this must not be held", "There is a problem")
	if to := led(t, one.sends("/erasures", "entry", fmt.Sprint(number), "reason", "child")); to != "/erasures?saved=asked" {
		t.Errorf("asking leads to %s", to)
	}
	says(t, one.sends("/erasures", "entry", fmt.Sprint(number), "reason", "child"), http.StatusUnprocessableEntity, "An erasure of this waits already")

	list := one.sees("/erasures?saved=asked")
	says(t, list, http.StatusOK, "The erasure is asked for", "A child or a family is named", one.account.Post)
	address, _ := document(t, list).Find(`th a[href^="/erasures/"]`).Attr("href")
	own := one.sees(address)
	says(t, own, http.StatusOK, "You asked for this", "What goes, for ever", "Withdraw it")
	if document(t, own).Find(`form[action$="/agree"]`).Length() > 0 {
		t.Error("whoever asked is offered to agree")
	}
	says(t, one.sends(address+"/agree"), http.StatusUnprocessableEntity, "another administrator has to agree")
	wantSecret(t, s, item, true)

	says(t, other.sees("/people"), http.StatusOK, "Erasures (1 waits)")
	if text := seenText(t, one.sees("/people")); strings.Contains(text, "1 waits") {
		t.Error("whoever asked is told that it waits for them")
	}
	says(t, other.sees(address), http.StatusOK, "Agree, and erase it for ever", "the words of the update")
	s.cache.put(cacheEntry{key: cacheKey{address: "kept"}, response: newResponse(http.StatusOK, "text/plain", []byte(secret), 0)})
	if to := led(t, other.sends(address+"/agree")); to != "/erasures?saved=agreed" {
		t.Errorf("agreeing leads to %s", to)
	}
	if s.cache.bytes != 0 || len(s.cache.entries) > 0 {
		t.Errorf("%d bytes of pages are kept", s.cache.bytes)
	}
	wantSecret(t, s, item, false)
	says(t, get(t, s, item), http.StatusOK, "Erased")
	wantSecret(t, s, "/changes", false)
	wantSecret(t, s, "/changes.csv", false)
	says(t, other.sees(entry), http.StatusOK, "The words of this entry were erased")
	says(t, other.sees("/erasures?saved=agreed"), http.StatusOK, "It is erased.", other.account.Post,
		"Backups made before today still hold it; the last of them expires on 26 December 2026.")
	says(t, one.sees(address), http.StatusOK, "Agreed to", "1 entry of the record of changes", "After a backup of before is put in place")
	says(t, one.sends(address+"/withdraw"), http.StatusUnprocessableEntity, "This is erased already")
	says(t, get(t, s, "/changes?kind=erasure"), http.StatusOK, "Erasure: update: agreed to and carried out")
	storetest.On(t, "2027-01-10")
	says(t, signInAgain(t, one).sees("/erasures"), http.StatusOK, "The last backup that held it expired on 26 December 2026.")
}

// signInAgain signs somebody in once more, as after a while.
func signInAgain(t *testing.T, b browser) browser {
	t.Helper()
	b.token = storetest.SignIn(t, b.server.store, b.account)
	return b
}

func TestAnErasureIsWithdrawn(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	number := badUpdate(t, s)
	one, other := signIn(t, s, auth.Administrator), signIn(t, s, auth.Administrator)
	led(t, one.sends("/erasures", "entry", fmt.Sprint(number), "reason", "somebody"))
	list, err := s.store.Erasures(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	address := erasureAddress(list[0].ID)
	if to := led(t, other.sends(address+"/withdraw")); to != "/erasures?saved=withdrawn" {
		t.Errorf("withdrawing leads to %s", to)
	}
	says(t, one.sees("/erasures?saved=withdrawn"), http.StatusOK, "Nothing was erased.", other.account.Post, "Withdrawn")
	says(t, one.sees(address), http.StatusOK, "Withdrawn")
	says(t, other.sends(address+"/agree"), http.StatusUnprocessableEntity, "This was withdrawn")
	wantSecret(t, s, "/recommendations/NN-ILACS-2026-1", true)
}

func TestWhoFindsSomethingTellsAnAdministrator(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	number := badUpdate(t, s)
	entry := fmt.Sprintf("/changes/%d", number)
	officer := signIn(t, s, auth.Officer)
	answer := officer.sees(entry)
	says(t, answer, http.StatusOK, "tell an administrator at once", fmt.Sprintf("Give them the number of this entry, %d", number))
	if document(t, answer).Find(`a[href^="/erasures"]`).Length() > 0 {
		t.Error("an officer is shown the way to the erasures")
	}
	if text := seen(document(t, get(t, s, entry)).Text()); strings.Contains(text, "tell an administrator") {
		t.Error("a visitor is told to tell an administrator")
	}
	says(t, officer.sees("/erasures"), http.StatusForbidden, "This page is for another role")
}

func TestOneAdministratorAloneIsToldToAddAnother(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	number := badUpdate(t, s)
	one := signIn(t, s, auth.Administrator)
	for _, path := range []string{"/erasures", fmt.Sprintf("/erasures/new?entry=%d", number)} {
		says(t, one.sees(path), http.StatusOK, "You are the only administrator who can sign in", "Make somebody else an administrator first")
	}
}

func TestWhatCannotBeErasedSaysWhy(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	one := signIn(t, s, auth.Administrator)
	for entry, words := range map[string]string{
		"": "Enter the number of an entry", "x": "Enter the number of an entry", "-3": "Enter the number of an entry", "999999": "There is no entry 999999",
	} {
		says(t, one.sees("/erasures/new?entry="+url.QueryEscape(entry)), http.StatusUnprocessableEntity, words, "There is a problem")
	}
	for entry, words := range map[string]string{
		"1":   "This came with the program and is no word of anybody here", // a source of the seed
		"200": "This holds no free text that could be erased",              // a council
	} {
		says(t, one.sees("/erasures/new?entry="+entry), http.StatusOK, words)
		says(t, one.sends("/erasures", "entry", entry, "reason", "child"), http.StatusUnprocessableEntity, words)
	}
	for _, path := range []string{"/erasures/none", "/erasures/none%20too"} {
		says(t, one.sees(path), http.StatusNotFound, "Page not found")
	}
}

func TestAnAdministratorErasesALetterThatTheyDoNotSee(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	officer := signIn(t, s, auth.Officer)
	one, other := signIn(t, s, auth.Administrator), signIn(t, s, auth.Administrator)
	by := inspection.Actor{ID: officer.account.ID, Post: officer.account.Post, Role: inspection.RoleOfficer}
	letter, err := s.store.AddLetter(t.Context(), by, secret+".pdf", store.ReadLetter{
		State: inspection.LetterReady, Original: []byte("of " + secret), MediaType: "application/pdf", Pages: []string{"Of " + secret},
	})
	if err != nil {
		t.Fatal(err)
	}
	entry, err := s.store.LatestOutline(t.Context(), store.RecordName{Kind: inspection.OfLetter, ID: letter.ID})
	if err != nil {
		t.Fatal(err)
	}
	page := one.sees(fmt.Sprintf("/erasures/new?entry=%d", entry.Number))
	says(t, page, http.StatusOK, "the letter’s file, its name, and the text of its pages", "1 file")
	if strings.Contains(page.Body.String(), secret) {
		t.Error("the page names the letter")
	}
	led(t, one.sends("/erasures", "entry", fmt.Sprint(entry.Number), "reason", "case"))
	list, err := s.store.Erasures(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	led(t, other.sends(erasureAddress(list[0].ID)+"/agree"))
	answer := officer.sees(letterAddress(letter.ID))
	says(t, answer, http.StatusOK, "Everything that was held of this letter was erased")
	if strings.Contains(answer.Body.String(), secret) {
		t.Error("the letter still says it")
	}
}

func TestErasedEvidenceLeadsNowhere(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	one, other := signIn(t, s, auth.Administrator), signIn(t, s, auth.Administrator)
	e, err := s.store.AddEvidence(t.Context(), storetest.Officer, inspection.EvidenceItem{
		Reference: "NN-ILACS-2026-1", Title: "On " + secret, Address: "https://example.org/" + secret, On: s.today(),
		Audience: inspection.ForPublic, State: inspection.EvidenceSubmitted,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.data.forget()
	entry, err := s.store.LatestOutline(t.Context(), store.RecordName{Kind: inspection.OfEvidenceItem, ID: e.ID})
	if err != nil {
		t.Fatal(err)
	}
	led(t, one.sends("/erasures", "entry", fmt.Sprint(entry.Number), "reason", "staff"))
	list, err := s.store.Erasures(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	led(t, other.sends(erasureAddress(list[0].ID)+"/agree"))
	answer := get(t, s, "/recommendations/NN-ILACS-2026-1")
	says(t, answer, http.StatusOK, "Erased")
	if document(t, answer).Find(`a[href="Erased"], a[href$="/Erased"]`).Length() > 0 {
		t.Error("a link leads to where the evidence was")
	}
}

func TestInTheDemonstrationAnotherPostAgrees(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	number := badUpdate(t, s)
	one, other := inPost("Head of governance", inspection.RoleAdministrator), inPost("Data protection officer", inspection.RoleAdministrator)
	led(t, sendsAs(t, s, one, "/erasures", url.Values{"entry": {fmt.Sprint(number)}, "reason": {"child"}}))
	list, err := s.store.Erasures(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	agree := erasureAddress(list[0].ID) + "/agree"
	says(t, sendsAs(t, s, one, agree, nil), http.StatusUnprocessableEntity, "another administrator has to agree")
	led(t, sendsAs(t, s, other, agree, nil))
	wantSecret(t, s, "/recommendations/NN-ILACS-2026-1", false)
}
