package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// officer works on the record by its pages, in a session of their own.
type officer struct {
	number   int
	random   *rand.Rand
	ledger   *ledger
	site     func() string // where the service is now
	client   *http.Client
	about    string // the reference of the area to improve whose plan this officer alone changes
	plan     url.Values
	files    bool // whether evidence may be a file
	made     int
	council  []string // whose letters they log
	toReview []string // addresses of letters that were read
	broken   bool     // whether an answer broke off since this was last looked at
}

// afterBreak is how long an officer waits before asking again where an answer did not arrive.
const afterBreak = 20 * time.Millisecond

// mark returns words that stand nowhere else.
func (o *officer) mark(what string) string {
	o.made++
	return fmt.Sprintf("%s %d of officer %d", what, o.made, o.number)
}

// work does one thing after another until ctx ends.
func (o *officer) work(ctx context.Context) {
	for ctx.Err() == nil {
		if o.one(ctx); o.broken {
			o.broken = false
			select {
			case <-ctx.Done():
			case <-time.After(afterBreak):
			}
		}
	}
}

// one does one thing.
func (o *officer) one(ctx context.Context) {
	switch n := o.random.IntN(20); {
	case n < 7:
		o.update(ctx)
	case n < 11:
		o.move(ctx)
	case n < 14:
		o.evidence(ctx)
	case n < 17 || len(o.toReview) == 0:
		o.upload(ctx)
	default:
		letter := o.toReview[0]
		o.toReview = o.toReview[1:]
		o.publish(ctx, letter)
	}
}

func (o *officer) update(ctx context.Context) {
	words := o.mark("Update")
	d := o.ledger.ask(o.number, anUpdate, o.about, words, "")
	o.post(ctx, d, "/recommendations/"+o.about+"/updates", url.Values{"words": {words}, "on": {"1 March 2026"}, "audience": {"public"}})
}

func (o *officer) move(ctx context.Context) {
	words := o.mark("Change of plan")
	d := o.ledger.ask(o.number, aMove, o.about, words, "")
	form := url.Values{"move": {string(inspection.ChangePlan)}, "on": {"2 March 2026"}, "words": {words}, "audience": {"public"}}
	for name, values := range o.plan {
		form[name] = values
	}
	form.Set("success_measure", "It shows in what children say. "+words)
	o.post(ctx, d, "/recommendations/"+o.about+"/moves", form)
}

func (o *officer) evidence(ctx context.Context) {
	switch {
	case !o.files:
		title := o.mark("Audit")
		o.post(ctx, o.ledger.ask(o.number, someEvidence, o.about, title, ""), "/recommendations/"+o.about+"/evidence", url.Values{
			"title": {title}, "on": {"26 February 2026"}, "audience": {"officers"}, "address": {"https://council.example/" + url.PathEscape(title)},
		})
	case o.random.IntN(6) == 0:
		o.addFile(ctx, 1<<20+o.random.IntN(2<<20)) // of several pieces
	default:
		o.addFile(ctx, 1+o.random.IntN(64<<10))
	}
}

// addFile adds a file of evidence of so many bytes.
func (o *officer) addFile(ctx context.Context, size int) {
	title := o.mark("Audit")
	fields := url.Values{"title": {title}, "on": {"26 February 2026"}, "audience": {"officers"}, "names_nobody": {"yes"}}
	file := make([]byte, size)
	for i := range file {
		file[i] = byte(o.random.Uint32())
	}
	sum := sha256.Sum256(file)
	d := o.ledger.ask(o.number, someEvidence, o.about, title, hex.EncodeToString(sum[:]))
	o.sendFile(ctx, d, "/recommendations/"+o.about+"/evidence", fields, "file", title+".bin", file)
}

// upload adds a letter that nobody has added before.
func (o *officer) upload(ctx context.Context) {
	name := o.mark("Letter") + ".pdf"
	d := o.ledger.ask(o.number, aLetter, "", name, "")
	led := o.sendFile(ctx, d, "/letters/new", url.Values{"do": {"read"}}, "letters", name, o.letter())
	if strings.HasPrefix(led, "/letters/") {
		d.about = strings.TrimPrefix(led, "/letters/")
		o.toReview = append(o.toReview, led)
	}
}

// letter returns the letter of an inspection that no other officer has one of.
func (o *officer) letter() []byte {
	council := o.council[o.made%len(o.council)]
	const weeks = 24 // of the rules that the letter is written by
	start := inspection.Day(2026, 4, 13).AddDays(7 * (o.made / len(o.council) % weeks))
	said := strings.NewReplacer("North Northamptonshire", council,
		"11 to 22 May 2026", start.Words()+" to "+start.AddDays(11).Words(), "live far from home", "live far from home, as in letter "+fmt.Sprint(o.number, ".", o.made))
	return lettertest.PDF(said.Replace(heldReview[0]), said.Replace(heldReview[1]))
}

// publish reviews a letter and makes it public.
func (o *officer) publish(ctx context.Context, letter string) {
	note := o.mark("Note")
	form, err := o.form(ctx, letter, "#review", map[string]string{
		"final": "yes", "received": "1 November 2026", "note": note, "do": "save", "published": "20 November 2026", "published_hour": "09:30",
		"address": fmt.Sprintf("https://files.ofsted.gov.uk/v1/file/5%d%06d", o.number, o.made),
	})
	if errors.Is(err, errNoForm) {
		o.toReview = append(o.toReview, letter)
	}
	if err != nil {
		return // the ledger knows of a page that arrived and was a failure
	}
	id := strings.TrimPrefix(letter, "/letters/")
	if d := o.ledger.ask(o.number, aDraft, id, note, ""); o.post(ctx, d, letter, form) == "" {
		return
	}
	form, err = o.form(ctx, letter+"/publish", "form[action$='/publish']", map[string]string{"seen": "yes", "final": "yes"})
	if err == nil {
		o.post(ctx, o.ledger.ask(o.number, aPublication, id, id, ""), letter+"/publish", form)
	}
}

// errNoForm says that a page does not hold a form, as that of a letter does not which is still being read.
var errNoForm = errors.New("there is no such form on the page")

// form fills in a form as a page holds it.
func (o *officer) form(ctx context.Context, address, selector string, boxes map[string]string) (url.Values, error) {
	status, body, err := o.get(ctx, address)
	if err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("%s is answered %d: %w", address, status, err)
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	form := page.Find(selector)
	if form.Length() == 0 {
		return nil, errNoForm
	}
	return formValues(form, boxes), nil
}

// get asks for a page as this officer sees it.
func (o *officer) get(ctx context.Context, address string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.site()+address, nil)
	if err != nil {
		return 0, "", err
	}
	answer, err := o.client.Do(request)
	if err != nil {
		o.broken = true
		o.ledger.lose(ctx)
		return 0, "", err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	o.broken = o.broken || err != nil || answer.StatusCode >= http.StatusInternalServerError
	switch {
	case err != nil:
		o.ledger.lose(ctx)
	case answer.StatusCode != http.StatusOK:
		o.ledger.notShown(address, answer.StatusCode, failureWords(data))
	}
	return answer.StatusCode, string(data), err
}

func (o *officer) post(ctx context.Context, d *deed, address string, form url.Values) (led string) {
	return o.send(ctx, d, address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (o *officer) sendFile(ctx context.Context, d *deed, address string, fields url.Values, box, name string, file []byte) (led string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	var errs []error
	for field, values := range fields {
		errs = append(errs, form.WriteField(field, values[0]))
	}
	part, err := form.CreateFormFile(box, name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err := errors.Join(append(errs, err, form.Close())...); err != nil {
		panic(err) // to memory
	}
	return o.send(ctx, d, address, form.FormDataContentType(), &body)
}

// send makes a request, notes what was answered, and returns where the answer leads; "" where it did not arrive or was refused.
func (o *officer) send(ctx context.Context, d *deed, address, kind string, body io.Reader) (led string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.site()+address, body)
	if err != nil {
		panic(err) // of our own making
	}
	request.Header.Set("Content-Type", kind)
	answer, err := o.client.Do(request)
	if err != nil {
		o.broken = true
		o.ledger.lose(ctx)
		o.ledger.answered(d, 0, "")
		return ""
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		o.broken = true
		o.ledger.lose(ctx)
		o.ledger.answered(d, 0, "")
		return ""
	}
	o.broken = o.broken || answer.StatusCode >= http.StatusInternalServerError
	o.ledger.answered(d, answer.StatusCode, failureWords(said))
	if answer.StatusCode >= http.StatusBadRequest {
		return ""
	}
	led, _, _ = strings.Cut(answer.Header.Get("Location"), "?")
	return led
}

// failureWords returns what a page says is wrong, in short.
func failureWords(body []byte) string {
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	words := page.Find(".govuk-error-summary").Text()
	if words == "" {
		words = page.Find("main").Text()
	}
	return fmt.Sprintf("%.300s", strings.Join(strings.Fields(words), " "))
}

// office is what several officers need who work at once on a database of the fault tests.
type office struct {
	dsn      string
	ledger   *ledger
	officers []*officer
	links    []string // with which they set their passwords
	entered  bool
	at       string // where the service is
	mu       sync.Mutex
}

// officersAtOnce is how many work at the same time.
const officersAtOnce = 4

// newOffice prepares a database with the seed for officers who will work on it: a post, a body that decides, and a plan for each
// of their areas to improve. What they do comes from the seed of a random number.
func newOffice(t *testing.T, dsn string, seed uint64, files bool) *office {
	t.Helper()
	o := &office{dsn: dsn, ledger: &ledger{}}
	for n := range officersAtOnce {
		address := fmt.Sprintf("officer%d@council.example", n)
		added := runCommand(t, nil, "user", "add", "--db", dsn, "--roles", "officer", "--post", fmt.Sprintf("Officer %d", n), address)
		_, link, ok := strings.Cut(added.stdout, "/links/")
		if added.code != exitDone || !ok {
			t.Fatalf("adding an account ends with %d: %s", added.code, added.stderr)
		}
		o.links = append(o.links, "/links/"+strings.TrimSpace(link))
	}
	s := openFor(t, dsn)
	defer s.Close()
	var owner inspection.Post
	var board inspection.Committee
	err := s.Together(t.Context(), storetest.Officer, func(w *store.Work) (err error) {
		if owner, err = w.SavePost(inspection.Post{BodyID: "west-northamptonshire", Name: "Head of quality"}); err != nil {
			return err
		}
		board, err = w.SaveCommittee(inspection.Committee{BodyID: "west-northamptonshire", Name: "Improvement board", Decides: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var councils []string
	for _, body := range storetest.Seed(t).Bodies {
		if body.Kind == inspection.Authority && !body.Ended.Known() && !strings.Contains(body.Name, "Northamptonshire") && !strings.Contains(body.Name, ",") {
			councils = append(councils, body.Name)
		}
	}
	for n := range officersAtOnce {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		one := &officer{
			number: n, random: rand.New(rand.NewPCG(seed, uint64(n))), ledger: o.ledger, site: o.address, files: files,
			client: &http.Client{Jar: jar, CheckRedirect: stepByStep.CheckRedirect, Transport: &http.Transport{}},
			about:  fmt.Sprintf("WN-ILACS-2022-%d", n+1),
			plan: url.Values{
				"owner": {owner.ID}, "lead_body": {"west-northamptonshire"}, "committee": {board.ID},
			},
		}
		for i := n; i < len(councils); i += officersAtOnce {
			one.council = append(one.council, councils[i])
		}
		o.officers = append(o.officers, one)
		_, err = s.MoveRecommendation(t.Context(), storetest.Officer, one.about, inspection.Move{
			Kind: inspection.MakePlan, On: inspection.Day(2026, 2, 2), OwnerID: owner.ID, LeadBodyID: "west-northamptonshire",
			CommitteeID: board.ID, SuccessMeasure: "It shows in what children say.", Due: inspection.Day(2027, 3, 31), Audience: inspection.ForPublic,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// openFor opens a database as the program does, at the machine's own time.
func openFor(t *testing.T, dsn string) *store.Store {
	t.Helper()
	catalogue, err := frameworks()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dsn, store.Options{Catalogue: catalogue})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (o *office) address() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at
}

// movedTo says where the service is from now on. The first time everybody signs in; later their sessions must still hold.
func (o *office) movedTo(t *testing.T, address string) {
	t.Helper()
	o.mu.Lock()
	o.at = address
	o.mu.Unlock()
	for n, one := range o.officers {
		one.client.CloseIdleConnections()
		if !o.entered {
			words := fmt.Sprintf("%s %d", phrase, n)
			answer, err := one.client.PostForm(address+o.links[n], url.Values{"new-password": {words}, "again": {words}})
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusSeeOther {
				t.Fatalf("setting a password is answered %d", answer.StatusCode)
			}
		}
	}
	o.entered = true
}

// atWork lets everybody work until they are told to stop, which returns when the last of them has.
func (o *office) atWork(t *testing.T) (stop func()) {
	t.Helper()
	ctx, tell := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, one := range o.officers {
		all.Go(func() { one.work(ctx) })
	}
	return func() {
		tell()
		all.Wait()
	}
}

// openTables opens a database past the store, which registers the drivers.
func openTables(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver, address := "sqlite3", "file:"+dsn+"?_query_only=on&_busy_timeout=10000"
	if strings.Contains(dsn, "://") {
		driver, address = "pgx", dsn
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
