package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// aLetter is a full inspection's letter of our own wording, page by page.
var aLetter = []string{
	`Inspection of North Northamptonshire local authority children's services
Inspection dates: 11 to 22 May 2026
Lead inspector: Robin Sample, His Majesty's Inspector

Judgement                                               Grade
The impact of leaders on practice with children         Outstanding
and families
The experiences and progress of children who need       Good
help and protection
The experiences and progress of children in care        Good
The experiences and progress of care leavers            Good

Leaders know their services well. <em>Nothing here is mark-up.</em>`,
	`What needs to improve?
• The timeliness of visits to children who live far from home. (Outcome 4, stable, loving homes)
• The recording of decisions that managers make in supervision. (Enabler, leadership)

The experiences and progress of children who need help and protection: good
1. Children are seen alone, and their wishes are written down.`,
}

// upload is a request's files, each with its name.
type upload struct {
	name string
	data []byte
}

func adds(t testing.TB, s *Server, fields url.Values, files ...upload) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile("letters", file.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(file.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return officerAsks(t, s, http.MethodPost, "/letters/new", w.FormDataContentType(), &body)
}

// led returns where an answer leads.
func led(t testing.TB, answer *httptest.ResponseRecorder) string {
	t.Helper()
	if answer.Code != http.StatusSeeOther {
		t.Fatalf("status %d, want %d: %s", answer.Code, http.StatusSeeOther, seen(document(t, answer).Find("main").Text()))
	}
	return answer.Header().Get("Location")
}

// says checks the status of an answer and words that a reader must see in it.
func says(t testing.TB, answer *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("status %d, want %d", answer.Code, status)
	}
	page := document(t, answer)
	text := seen(page.Find("body").Text())
	for _, want := range words {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q: %s", want, seen(page.Find("main").Text()))
		}
	}
	if page.Find("em, script:not([src]), style, [style]").Length() > 0 {
		t.Error("the page has mark-up of a letter, or something inline")
	}
}

// formOf returns what the form of a letter's review holds.
func formOf(t testing.TB, s *Server, address string) url.Values {
	t.Helper()
	answer := sees(t, s, address)
	if answer.Code != http.StatusOK {
		t.Fatalf("%s: status %d", address, answer.Code)
	}
	return formValues(document(t, answer).Find("form.review-form"))
}

func with(values url.Values, changes ...string) url.Values {
	out := url.Values{}
	for name, list := range values {
		out[name] = append([]string(nil), list...)
	}
	for i := 0; i+1 < len(changes); i += 2 {
		out.Set(changes[i], changes[i+1])
	}
	return out
}

// addedLetter adds the letter of our own and returns its address.
func addedLetter(t testing.TB, s *Server) string {
	t.Helper()
	address := led(t, adds(t, s, nil, upload{"letter <em>.pdf", lettertest.PDF(aLetter...)}))
	if !strings.HasPrefix(address, "/letters/") {
		t.Fatalf("the letter leads to %s: %s", address, seen(document(t, sees(t, s, address)).Find("main").Text()))
	}
	return address
}

func TestALetterGoesFromItsFileToThePublicPages(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newOfficerServer(t, db)
		public := append(everyKindOfPage(storetest.Seed(t)),
			"/inspections/north-northamptonshire-ilacs-standard-2026-05-11", "/recommendations/NN-ILACS-2026-1", "/charts/lanes/north-northamptonshire.csv",
			"/inspections?authority=north-northamptonshire&sort=start", "/recommendations?theme=workforce", "/nowhere", "/readyz")
		before := answersTo(t, s, public)
		address := addedLetter(t, s)
		review := sees(t, s, address)
		says(t, review, http.StatusOK, "North Northamptonshire: ", "Ready to review", "Read without doubt", "This inspection is on the record already", "The letter’s text",
			"<em>Nothing here is mark-up.</em>")
		page := document(t, review)
		for _, selector := range []string{
			`[id="judgement.leaders"] option[value="outstanding"][selected]`, `#fieldwork_start[value="11 May 2026"]`, `#lead_inspector[value="Robin Sample"]`,
			`select#bodies option[value="north-northamptonshire"][selected]`, `[data-field="fieldwork_start"] .evidence a[href^="#evidence-"]`,
			`mark[data-field="fieldwork_start"]`, `article#page-2 mark[data-field="item.1"]`, `script[src*="letters."]`, `.work-nav a[href="/letters"][aria-current]`,
		} {
			if page.Find(selector).Length() == 0 {
				t.Errorf("nothing matches %q", selector)
			}
		}
		form := formOf(t, s, address)
		form.Set("final", "yes")
		form.Set("received", "30 June 2026")
		form.Set("finding.1.kind", "strength")
		form.Set("finding.1.words", "a finding of ours <em>")
		for i, key := range form["items"] {
			form.Set("item."+key+".joins", fmt.Sprintf("NN-ILACS-2026-%d", i+1))
		}
		if to := led(t, sends(t, s, address, with(form, "do", "next"))); to != address+"/publish" {
			t.Fatalf("going on leads to %s", to)
		}
		says(t, sees(t, s, address+"/publish"), http.StatusOK, "What will change on the public pages", "I have seen the letter at that address")
		if again := answersTo(t, s, public); again != before {
			t.Error("work on a draft changed a public address")
		}
		confirm := url.Values{
			"revision": {"2"}, "published": {"7 July 2026"}, "published_hour": {"10:30"}, "final": {"yes"},
			"address": {"https://reports.ofsted.gov.uk/provider/44/2637539"},
		}
		unseen := sends(t, s, address+"/publish", confirm)
		says(t, unseen, http.StatusUnprocessableEntity, "Confirm that you have seen the letter on Ofsted’s site")
		if document(t, unseen).Find(`#address[value="https://reports.ofsted.gov.uk/provider/44/2637539"]`).Length() == 0 {
			t.Error("the officer's own words are gone from the box")
		}
		// The address is not the one on the record, which the page could not say before it was entered.
		confirm.Set("seen", "yes")
		confirm.Set("shown", shownOn(t, sees(t, s, address+"/publish")))
		more := sends(t, s, address+"/publish", confirm)
		says(t, more, http.StatusUnprocessableEntity, "With this day and address more changes than the page said", "https://files.ofsted.gov.uk/v1/file/50306548")
		if to := led(t, sends(t, s, address+"/publish", with(confirm, "shown", shownOn(t, more)))); to != address {
			t.Fatalf("publishing leads to %s", to)
		}
		says(t, get(t, s, "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"), http.StatusOK,
			"The timeliness of visits to children who live far from home.", "a finding of ours <em>", "led by Robin Sample", "Read from the letter", "30 June 2026", "Page 2 of the letter", "Lead inspector: Robin Sample")
		says(t, sees(t, s, address), http.StatusOK, "Published", "Take it off the public pages", "Unpublish it first")
		if answer := sends(t, s, address, form); answer.Code != http.StatusConflict {
			t.Errorf("a published draft is saved: status %d", answer.Code)
		}
		says(t, sends(t, s, address+"/unpublish", url.Values{}), http.StatusUnprocessableEntity, "Enter the reason why this letter is taken off")
		led(t, sends(t, s, address+"/unpublish", url.Values{"reason": {"Logged by <em>mistake"}}))
		if strings.Contains(get(t, s, "/inspections/north-northamptonshire-ilacs-standard-2026-05-11").Body.String(), "a finding of ours") {
			t.Error("an unpublished letter still shows")
		}
		says(t, sees(t, s, address+"/history"), http.StatusOK, "Logged by <em>mistake", "From “Ready to review” to “Published”.", "Day the council received the final letter")
		says(t, sees(t, s, "/letters"), http.StatusOK, "1 letter", "Ready to review")
	})
}

// shownOn returns what stands, in the form for publishing, for all that its page says.
func shownOn(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	return document(t, answer).Find("input[name=shown]").AttrOr("value", "")
}

func TestTheReferenceOfAJoinedItemLeadsOnForEver(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	form := formOf(t, s, address)
	form["item."+form["items"][0]+".joins"] = []string{"NN-ILACS-2026-1", "NN-ILACS-2026-2"}
	form["items"] = form["items"][:1]
	led(t, sends(t, s, address, form))
	led(t, sends(t, s, address+"/publish", url.Values{
		"revision": {"2"}, "published": {"7 July 2026"}, "final": {"yes"}, "seen": {"yes"}, "address": {"https://files.ofsted.gov.uk/v1/file/50306548"},
		"shown": {shownOn(t, sees(t, s, address+"/publish"))},
	}))
	answer := get(t, s, "/recommendations/NN-ILACS-2026-2")
	if to := answer.Header().Get("Location"); answer.Code != http.StatusPermanentRedirect || to != "/recommendations/NN-ILACS-2026-1" {
		t.Errorf("the old reference: status %d, leads to %q", answer.Code, to)
	}
	says(t, get(t, s, "/recommendations/NN-ILACS-2026-1"), http.StatusOK, "Word for word, as printed.", "The timeliness of visits")
}

// answersTo returns the statuses, bodies and entity tags of addresses, as a visitor gets them.
func answersTo(t testing.TB, s *Server, paths []string) string {
	t.Helper()
	var all strings.Builder
	s.data.forget()
	for _, path := range paths {
		answer := get(t, s, path)
		fmt.Fprintln(&all, path, answer.Code, answer.Header().Get("Etag"), answer.Body)
	}
	return all.String()
}

func TestWhatCannotBeAddedIsSaidInWords(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	pdf := lettertest.PDF(aLetter...)
	many := make([]upload, mostFiles+1)
	for i := range many {
		many[i] = upload{fmt.Sprintf("%d.pdf", i), []byte("%PDF-1.4")}
	}
	large := make([]byte, 30<<20)
	for _, tt := range []struct {
		name   string
		fields url.Values
		files  []upload
		status int
		words  string
	}{
		{"nothing at all", url.Values{"do": {"read"}}, nil, http.StatusUnprocessableEntity, "Choose a letter, or paste its text"},
		{"an empty file", nil, []upload{{"a <em>.pdf", nil}}, http.StatusUnprocessableEntity, "a <em>.pdf is empty, and none of these files was added"},
		{"a file of 30 MB", nil, []upload{{"big.pdf", large}}, http.StatusRequestEntityTooLarge, "big.pdf is larger than 25 MB"},
		{"one file too many", nil, many, http.StatusUnprocessableEntity, "Choose at most 20 files at once"},
		{"a text that is a book", url.Values{"text": {strings.Repeat("words ", 500_000)}}, nil, http.StatusRequestEntityTooLarge, "at most 2 MB"},
		{"a text of something else", url.Values{"text": {"Dear all, the kettle is <em>broken</em>."}}, nil, http.StatusUnprocessableEntity, "There is a problem"},
		{"more than 100 MB together", nil, []upload{{"1.pdf", large[:24<<20]}, {"2.pdf", large[:24<<20]}, {"3.pdf", large[:24<<20]}, {"4.pdf", large[:24<<20]}, {"5.pdf", large[:24<<20]}}, http.StatusRequestEntityTooLarge, "larger than 100 MB together"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer := adds(t, s, tt.fields, tt.files...)
			says(t, answer, tt.status, "There is a problem", tt.words)
			if title := document(t, answer).Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
				t.Errorf("title %q", title)
			}
		})
	}
	if answer := sends(t, s, "/letters/new", url.Values{"do": {"hand"}}); answer.Code != http.StatusBadRequest {
		t.Errorf("a form of another kind: status %d", answer.Code)
	}
	letters, err := s.store.Letters(t.Context(), anOfficer)
	if err != nil || len(letters) > 0 {
		t.Fatalf("%d letters were added, %v", len(letters), err)
	}
	s.readings.reader = nil
	says(t, adds(t, s, nil, upload{"a.pdf", pdf}), http.StatusServiceUnavailable, "Letters cannot be read here")
	says(t, sees(t, s, "/letters/new"), http.StatusOK, "Log it by hand")
}

func TestWhatBecomesOfFilesThatAreNotLetters(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	draft := append([]string{"DRAFT FOR FACTUAL ACCURACY CHECK – NOT FOR PUBLICATION\n" + aLetter[0]}, aLetter[1:]...)
	for _, tt := range []struct {
		name  string
		data  []byte
		words string
	}{
		{"not-a-pdf.pdf", []byte("This is a text."), "not a PDF"},
		{"locked.pdf", lettertest.Encrypted("secret", aLetter...), "locked with a password"},
		{"cut.pdf", lettertest.Truncated(aLetter...), "damaged or cut short"},
		{"something-else.pdf", lettertest.PDF("Minutes of the meeting about the car park.\nNobody came."), "Could not be read"},
		{"draft.pdf", lettertest.PDF(draft...), "Could not be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if to := led(t, adds(t, s, nil, upload{tt.name, tt.data})); to != "/letters" {
				t.Fatalf("it leads to %s", to)
			}
			says(t, sees(t, s, "/letters"), http.StatusOK, tt.name, "Could not be read", tt.words)
		})
	}
	letters, err := s.store.Letters(t.Context(), anOfficer)
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range letters {
		if held.State != inspection.LetterUnreadable || held.DocumentHash != "" || held.Revision != 0 || len(held.Draft.Items) > 0 {
			t.Errorf("something is kept of %s: %+v", held.FileName, held)
		}
		says(t, sees(t, s, letterAddress(held.ID)), http.StatusOK, "Add a letter, paste its text, or log it by hand")
	}
}

func TestALetterThatIsAPictureTakesItsTextByHand(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := led(t, adds(t, s, nil, upload{"scan.pdf", lettertest.Picture(2)}))
	says(t, sees(t, s, address), http.StatusOK, "This letter is a picture", "Read the text into this letter", "Download the file as it was added")
	says(t, sends(t, s, address+"/text", url.Values{"revision": {"1"}, "text": {"The kettle is <em>broken</em>."}}), http.StatusUnprocessableEntity, "There is a problem", "The kettle is <em>broken</em>.")
	led(t, sends(t, s, address+"/text", url.Values{"revision": {"1"}, "text": {strings.Join(aLetter, "\f")}}))
	says(t, sees(t, s, address), http.StatusOK, "North Northamptonshire: ", "The letter’s text", "Page 2")
	if form := formOf(t, s, address); form.Get("judgement.leaders") != "outstanding" || len(form["items"]) != 2 {
		t.Errorf("the form holds %v", form)
	}
	says(t, sends(t, s, address+"/text", url.Values{"revision": {"2"}, "text": {strings.Join(aLetter, "\f")}}), http.StatusUnprocessableEntity, "This letter has its text already")
}

func TestAPictureOfADraftIsGivenUpWhenItsTextSaysSo(t *testing.T) {
	held := storetest.Seeded(t)
	s := newOfficerServer(t, held)
	address := led(t, adds(t, s, nil, upload{"scan.pdf", lettertest.Picture(2)}))
	draft := append([]string{"DRAFT FOR FACTUAL ACCURACY CHECK – NOT FOR PUBLICATION\n" + aLetter[0]}, aLetter[1:]...)
	led(t, sends(t, s, address+"/text", url.Values{"revision": {"1"}, "text": {strings.Join(draft, "\f")}}))
	says(t, sees(t, s, address), http.StatusOK, "nothing of it was kept")
	if got := sees(t, s, address+"/original"); got.Code != http.StatusNotFound {
		t.Errorf("its file is answered %d", got.Code)
	}
	letter, err := held.Letter(t.Context(), anOfficer, path.Base(address))
	if err != nil || letter.State != inspection.LetterUnreadable || letter.DocumentHash != "" || letter.Revision != 0 {
		t.Errorf("the letter is %+v, %v", letter, err)
	}
}

func TestAFileIsHeldOnce(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	pdf := lettertest.PDF(aLetter...)
	first := addedLetter(t, s)
	again := led(t, adds(t, s, nil, upload{"again.pdf", pdf}, upload{"once-more.pdf", pdf}))
	if again != first+"?already=held" {
		t.Fatalf("the same file leads to %s", again)
	}
	says(t, sees(t, s, again), http.StatusOK, "Already held", "Nothing was added")
	mixed := led(t, adds(t, s, nil, upload{"again.pdf", pdf}, upload{"other.pdf", lettertest.PDF("Something else.")}))
	says(t, sees(t, s, mixed), http.StatusOK, "These files are held already and were not added again: North Northamptonshire")
	original := sees(t, s, first+"/original")
	if !bytes.Equal(original.Body.Bytes(), pdf) {
		t.Error("the original is not what was added")
	}
	for name, want := range map[string]string{
		"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
		"Cache-Control": "no-store", "Content-Type": "application/pdf",
	} {
		if got := original.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestSeveralFilesAreCountedAsTheyAreRead(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	s.readings.waits = time.Millisecond
	<-s.readings.turn // as if another letter were being read
	list := led(t, adds(t, s, nil, upload{"one.pdf", lettertest.PDF(aLetter...)}, upload{"two.pdf", []byte("This is a text.")}))
	if strings.Count(list, "new=") != 2 {
		t.Fatalf("they lead to %s, which does not name them", list)
	}
	waiting := document(t, sees(t, s, list))
	if got := seen(waiting.Find(".underway").Text()); got != "0 of 2 read. Check again" || waiting.Find(`progress[max="2"][value="0"]`).Length() != 1 {
		t.Errorf("at first it says %q", got)
	}
	for _, selector := range []string{"[data-refresh]", ".underway a"} {
		if to := waiting.Find(selector).AttrOr("data-refresh", waiting.Find(selector).AttrOr("href", "")); to != list {
			t.Errorf("%s leads to %q, want %q", selector, to, list)
		}
	}
	s.readings.turn <- struct{}{}
	s.readings.under.Wait()
	says(t, sees(t, s, list), http.StatusOK, "2 of 2 read: 1 ready to review, 1 not.")
	if line := document(t, sees(t, s, "/letters")).Find(".underway"); line.Length() != 1 || line.Filter("[hidden]").Length() != 1 {
		t.Error("a list of nothing new says how far the reading has come")
	}
}

func TestOurOwnWordsAreNamedAsSuchBeforeTheyGiveWay(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	led(t, sends(t, s, address, with(formOf(t, s, address), "item.1.joins", "NN-ILACS-2026-1")))
	for _, page := range []string{address, address + "/publish"} {
		rows := document(t, sees(t, s, page)).Find(".differences tbody tr")
		for title, want := range map[string]string{"Area to improve 1": "in our words, not a quotation; confirmed by", "Lead inspector": "confirmed by"} {
			row := rows.FilterFunction(func(_ int, row *goquery.Selection) bool { return seen(row.Find("th").Text()) == title })
			if note := seen(row.Find(".note").Text()); row.Length() != 1 || !strings.HasPrefix(note, want) {
				t.Errorf("%s: of %s it says %q, want %q", page, title, note, want)
			}
		}
	}
}

func TestItemsAreWorkedOnWithoutScripts(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := led(t, adds(t, s, url.Values{"do": {"hand"}}))
	does := func(do string, changes ...string) (place string) {
		t.Helper()
		form := with(formOf(t, s, address), append(changes, "do", do)...)
		_, place, _ = strings.Cut(led(t, sends(t, s, address, form)), "#")
		return place
	}
	words := func() string {
		t.Helper()
		form := formOf(t, s, address)
		var all []string
		for _, key := range form["items"] {
			all = append(all, form.Get(itemName(key, "words")))
		}
		return strings.Join(all, "|")
	}
	first := does("add:improvement")
	second := does("add:priority_action", first+".words", "one")
	if first == second || !strings.HasPrefix(second, "item.") {
		t.Fatalf("items are added at %q and %q", first, second)
	}
	key := strings.TrimPrefix(second, "item.")
	if place := does("up:"+key, second+".words", "two\n\nthree"); place != second {
		t.Errorf("moving leads to %q", place)
	}
	if got := words(); got != "two\r\n\r\nthree|one" {
		t.Errorf("moved up: %q", got)
	}
	does("split:" + key)
	if got := words(); got != "two|three|one" {
		t.Errorf("split: %q", got)
	}
	does("down:" + key)
	if got := words(); got != "three|two|one" {
		t.Errorf("moved down: %q", got)
	}
	if place := does("join:" + key); place == second {
		t.Error("joining comes back to the item that is gone")
	}
	if got := words(); got != "three two|one" {
		t.Errorf("joined: %q", got)
	}
	does("remove:" + strings.TrimPrefix(first, "item."))
	if got := words(); got != "three two" {
		t.Errorf("removed: %q", got)
	}
	form := formOf(t, s, address)
	unsplit := sends(t, s, address, with(form, "do", "split:"+form["items"][0]))
	says(t, unsplit, http.StatusUnprocessableEntity, "Put an empty line where this item is to be split")
}

func TestTwoOfficersInOneDraftLoseNothing(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	form := formOf(t, s, address)
	led(t, sends(t, s, address, with(form, "topic", "the first officer's", "lead_inspector", "First Officer")))
	late := with(form, "topic", "the second officer's <em>", "note", "a note of the second")
	answer := sends(t, s, address, late)
	says(t, answer, http.StatusConflict, "another officer has changed this draft", "First Officer", "the first officer's", "the second officer's <em>", "(still in the box)")
	merged := formValues(document(t, answer).Find("form.review-form"))
	for name, want := range map[string]string{"topic": "the second officer's <em>", "note": "a note of the second", "lead_inspector": "First Officer", "revision": "2"} {
		if got := merged.Get(name); got != want {
			t.Errorf("%s is %q in the box, want %q", name, got, want)
		}
	}
	led(t, sends(t, s, address, merged))
	if now := formOf(t, s, address); now.Get("topic") != "the second officer's <em>" || now.Get("lead_inspector") != "First Officer" || now.Get("revision") != "3" {
		t.Errorf("saved is %v", now)
	}
	quiet := sends(t, s, address, with(late, "do", "quiet"))
	if quiet.Code != http.StatusConflict || !strings.Contains(quiet.Body.String(), "another officer has changed this draft") {
		t.Errorf("a save as one types: status %d, %s", quiet.Code, quiet.Body)
	}
	quiet = sends(t, s, address, with(formOf(t, s, address), "do", "quiet", "note", "typed"))
	if quiet.Code != http.StatusOK || !strings.Contains(quiet.Body.String(), `"revision":4`) || !strings.Contains(quiet.Body.String(), "Saved at 12:00") {
		t.Errorf("a save as one types: status %d, %s", quiet.Code, quiet.Body)
	}
}

func TestAFormIsReadWithCare(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := led(t, adds(t, s, url.Values{"do": {"hand"}}))
	form := formOf(t, s, address)
	wrong := sends(t, s, address, with(form, "fieldwork_start", "31 <em>February", "topic", "kept"))
	says(t, wrong, http.StatusUnprocessableEntity, "There is a problem", "Enter the day on which fieldwork began like 7 July 2026")
	page := document(t, wrong)
	if page.Find(`.govuk-error-summary a[href="#fieldwork_start"]`).Length() == 0 || page.Find(`#topic[value="kept"]`).Length() == 0 ||
		page.Find("#fieldwork_start").AttrOr("value", "") != "31 <em>February" || !strings.HasPrefix(page.Find("title").Text(), "Error: ") {
		t.Error("the form does not come back with the officer's own words and a summary that leads to them")
	}
	items := with(form)
	for i := range 10_000 {
		items.Add("items", fmt.Sprint(i))
	}
	for name, absurd := range map[string]url.Values{
		"10 000 items": items, "5 MB of text": with(form, "note", strings.Repeat("words ", 900_000)), "no revision": with(form, "revision", "x"),
	} {
		answer := sends(t, s, address, absurd)
		if text := answer.Body.String(); answer.Code < 400 || answer.Code >= 500 || !strings.Contains(text, "Nothing has been saved") {
			t.Errorf("%s: status %d", name, answer.Code)
		}
	}
	if answer := sends(t, s, "/letters/nothing", form); answer.Code != http.StatusNotFound {
		t.Errorf("a letter that is not held: status %d", answer.Code)
	}
	if now := formOf(t, s, address); now.Get("revision") != form.Get("revision") {
		t.Error("something was saved")
	}
}

func TestALetterWaitsIsSetAsideAndTakenUpAgain(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	says(t, sends(t, s, address+"/state", url.Values{"to": {"embargoed"}, "planned": {"soon"}}), http.StatusUnprocessableEntity, "Enter the day on which Ofsted is expected to publish")
	led(t, sends(t, s, address+"/state", url.Values{"to": {"embargoed"}, "planned": {"1 December 2026"}}))
	says(t, sees(t, s, "/letters"), http.StatusOK, "Waiting for Ofsted to publish", "Expected on 1 December 2026. That day publishes nothing by itself.")
	says(t, sends(t, s, address+"/state", url.Values{"to": {"set_aside"}}), http.StatusUnprocessableEntity, "Enter the reason why this letter is set aside")
	led(t, sends(t, s, address+"/state", url.Values{"to": {"set_aside"}, "reason": {"the wrong <em>"}}))
	says(t, sees(t, s, "/letters"), http.StatusOK, "Set aside (1)", "the wrong <em>")
	says(t, sees(t, s, address), http.StatusOK, "Take this letter up again")
	says(t, sees(t, s, address+"/publish"), http.StatusConflict, "This letter was set aside. Bring it back first.")
	led(t, sends(t, s, address+"/state", url.Values{"to": {"ready"}}))
	says(t, sees(t, s, address), http.StatusOK, "Ready to review")
	says(t, sends(t, s, address+"/state", url.Values{"to": {"published"}}), http.StatusUnprocessableEntity, "There is a problem")
}
