package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

func TestAnswersArePackedAsTheReaderAccepts(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	whole := get(t, s, "/").Body.Bytes()
	unpack := map[string]func([]byte) ([]byte, error){
		"":   func(b []byte) ([]byte, error) { return b, nil },
		"br": func(b []byte) ([]byte, error) { return io.ReadAll(brotli.NewReader(bytes.NewReader(b))) },
		"gzip": func(b []byte) ([]byte, error) {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				return nil, err
			}
			return io.ReadAll(z)
		},
	}
	for accepted, want := range map[string]string{
		"":                        "",
		"gzip, deflate, br, zstd": "br",
		"gzip;q=1.0, br;q=0":      "gzip",
		"GZIP":                    "gzip",
		"deflate, broken;q=x":     "",
		"br;q=nonsense":           "",
	} {
		answer := get(t, s, "/", "Accept-Encoding", accepted)
		if got := answer.Header().Get("Content-Encoding"); got != want {
			t.Errorf("accepting %q: encoding %q, want %q", accepted, got, want)
			continue
		}
		if answer.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("accepting %q: Vary %q", accepted, answer.Header().Get("Vary"))
		}
		if got, err := unpack[want](answer.Body.Bytes()); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("accepting %q: the page does not unpack to itself (%v)", accepted, err)
		}
	}
}

func TestACopyThatStillHoldsIsNotSentAgain(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	etag := get(t, s, "/").Header().Get("Etag")
	for line, want := range map[string]int{
		etag:                              http.StatusNotModified,
		`"other", ` + etag:                http.StatusNotModified,
		strings.TrimPrefix(etag, "W/"):    http.StatusNotModified,
		"*":                               http.StatusNotModified,
		`W/"000000000000000000000000"`:    http.StatusOK,
		strings.Replace(etag, `"`, "", 1): http.StatusOK,
	} {
		answer := get(t, s, "/", "If-None-Match", line)
		if answer.Code != want {
			t.Errorf("If-None-Match %s: status %d, want %d", line, answer.Code, want)
		}
		if want == http.StatusNotModified && answer.Body.Len() > 0 {
			t.Errorf("If-None-Match %s: a body of %d bytes", line, answer.Body.Len())
		}
	}
}

func TestKeysHoldOnlyWhatThePageReads(t *testing.T) {
	for path, want := range map[string]string{
		"/authorities":                             "/authorities",
		"/authorities?utm_source=x":                "/authorities?",
		"/authorities?type=B&region=A&x=1":         "/authorities?region=A&type=B",
		"/authorities?region=A&type=B":             "/authorities?region=A&type=B",
		"/authorities?region=A&region=C&type=":     "/authorities?region=A",
		"/authorities?region=a%26type%3Db&other=%": "/authorities?region=a%26type%3Db",
	} {
		request, err := http.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := address(request.URL, []string{"region", "type"}); got != want {
			t.Errorf("%s: key %q, want %q", path, got, want)
		}
	}
}

func TestOnlyWholePagesOfKnownParametersAreKept(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range []string{"/nowhere", "/authorities/atlantis", "/authorities?region=Narnia", "/authorities?q=north", "/charts/lanes/atlantis.svg", "/charts/x/y.z"} {
		get(t, s, path)
	}
	if n := len(s.cache.entries); n != 0 {
		t.Errorf("%d answers are kept, want none", n)
	}
	for _, path := range []string{
		"/england/asked?group=chosen&with=&with=camden", "/charts/compare/camden.csv?group=chosen&judgement=leaders&with=&with=barnet",
	} {
		get(t, s, path)
		if n := len(s.cache.entries); n != 0 {
			t.Errorf("%s: its answer is kept for whoever chose nobody", path)
		}
	}
	get(t, s, "/authorities?whatever=1")
	get(t, s, "/authorities?whatever=2")
	if n := len(s.cache.entries); n != 1 {
		t.Errorf("%d answers are kept for one page, want 1", n)
	}
}

func TestPagesFollowTheDataAndTheDay(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		now, passed := storetest.Now(), time.Duration(0)
		s, err := New(Config{Store: db, Files: static.Files(), Missing: static.Missing(), Clock: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		s.data.since = func(time.Time) time.Duration { return passed }
		if text := get(t, s, "/authorities").Body.String(); strings.Contains(text, "Atlantis") {
			t.Fatal("Atlantis is there before it was added")
		}
		seed := storetest.Seed(t)
		atlantis := inspection.Body{ID: "atlantis", Kind: inspection.Authority, Name: "Atlantis", Code: "ATL", SourceID: seed.Sources[0].ID}
		_, err = db.LoadSeed(context.Background(), &inspection.Record{
			Catalogue: seed.Catalogue, Sources: seed.Sources[:1], Bodies: []inspection.Body{atlantis},
		})
		if err != nil {
			t.Fatal(err)
		}
		if text := get(t, s, "/authorities").Body.String(); strings.Contains(text, "Atlantis") {
			t.Error("the data was asked again within a second")
		}
		passed = dataVersionHolds
		if text := get(t, s, "/authorities").Body.String(); !strings.Contains(text, "Atlantis") {
			t.Error("Atlantis is not there a second after it was added")
		}
		if text := seen(document(t, get(t, s, "/")).Find("#expected").Text()); !strings.Contains(text, "14 October 2026") {
			t.Errorf("in November the statement of action has passed, and the page says %q", text)
		}
		now = time.Date(2026, time.September, 1, 12, 0, 0, 0, time.UTC)
		if text := seen(document(t, get(t, s, "/")).Find("#expected").Text()); strings.Contains(text, "14 October 2026") {
			t.Errorf("in September the statement of action is still ahead, and the page says %q", text)
		}
	})
}

func TestTheDayIsLondons(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.clock = func() time.Time { return time.Date(2026, time.June, 30, 23, 30, 0, 0, time.UTC) }
	if got := s.today().String(); got != "2026-07-01" {
		t.Errorf("half past midnight in London in summer is %s", got)
	}
}

func TestAPageIsMadeOnceForAllThatWait(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var made atomic.Int32
	release := make(chan struct{})
	s.engineGin.GET("/slow", s.page(func(c *gin.Context) error {
		made.Add(1)
		<-release
		return s.render(c, http.StatusOK, "fail_show", failPage{Page: s.base(c, "Slow"), Heading: "Slow"})
	}, reads{}))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if answer := get(t, s, "/slow"); answer.Code != http.StatusOK {
				t.Errorf("status %d", answer.Code)
			}
		})
	}
	close(release)
	wait.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("made %d times, want once", n)
	}
}

func TestAReaderThatLeavesDoesNotSpoilThePageForOthers(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.engineGin.GET("/asks", s.page(func(c *gin.Context) error {
		if err := c.Request.Context().Err(); err != nil {
			return err
		}
		return s.render(c, http.StatusOK, "fail_show", failPage{Page: s.base(c, "Asks"), Heading: "Asks"})
	}, reads{}))
	gone, leave := context.WithCancel(context.Background())
	get(t, s, "/") // so that the version of the data is known
	leave()
	request, err := http.NewRequestWithContext(gone, http.MethodGet, "/asks", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Handler().ServeHTTP(discard{http.Header{}}, request)
	if n := len(s.cache.entries); n != 2 {
		t.Errorf("%d answers are kept, want both", n)
	}
}

func TestWhoeverLeavesHasLeftNoPageOfTheirsToEverybody(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	token := storetest.SignIn(t, s.store, storetest.Account(t, s.store, auth.Officer))
	gone, leave := context.WithCancel(context.Background())
	get(t, s, "/") // so that the version of the data is known
	leave()
	for _, path := range []string{"/recommendations", "/recommendations/NN-ILACS-2026-1", "/actions"} {
		request, err := http.NewRequestWithContext(gone, http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.AddCookie(&http.Cookie{Name: sessionCookie, Value: token})
		s.Handler().ServeHTTP(discard{http.Header{}}, request)
		if words := seenText(t, get(t, s, path)); strings.Contains(words, "You see here") || strings.Contains(words, "Sign out") {
			t.Errorf("%s: a visitor reads the page that was made for an officer", path)
		}
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

func TestTheCacheKeepsWithinItsBound(t *testing.T) {
	answer := func(n int) *response {
		return newResponse(http.StatusOK, "text/plain", bytes.Repeat([]byte("a"), n), 1)
	}
	small := answer(400)
	c := newCache(4 * small.size())
	key := func(i int) cacheKey { return cacheKey{address: fmt.Sprint(i)} }
	put := func(i int, r *response) { c.put(cacheEntry{key: key(i), response: r}) }
	for i := range 4 {
		put(i, small)
	}
	c.get(key(0)) // so that 1 is the longest unused
	put(4, small)
	put(4, small) // again: it counts once
	for i, want := range []bool{true, false, true, true, true} {
		if _, got := c.get(key(i)); got != want {
			t.Errorf("entry %d kept: %v, want %v", i, got, want)
		}
	}
	if c.bytes != 4*small.size() || c.recent.Len() != 4 {
		t.Errorf("%d bytes in %d entries", c.bytes, c.recent.Len())
	}
	put(5, answer(int(c.limit)))
	if _, kept := c.get(key(5)); kept || len(c.entries) != 4 {
		t.Error("an answer that would drive out all others was kept")
	}
}

// now returns the number of the last change.
func (d *dataVersion) now(ctx context.Context) (int64, error) {
	state, err := d.state(ctx)
	return state.number, err
}

func TestAVersionIsTrustedFromWhenItWasAskedFor(t *testing.T) {
	var asked time.Time
	d := dataVersion{read: func(context.Context) (int64, error) {
		asked = time.Now()
		return 7, nil
	}}
	if _, err := d.now(context.Background()); err != nil {
		t.Fatal(err)
	}
	if d.held.Load().at.After(asked) {
		t.Error("what was changed while the answer was on its way is seen later than a second after")
	}
}

func TestWhereTheRecordHasLostChangesTheSearchForgetsThem(t *testing.T) {
	number, forgotten := int64(7), 0
	d := dataVersion{read: func(context.Context) (int64, error) { return number, nil }, wentBack: func() { forgotten++ }}
	for _, step := range []struct {
		number int64
		want   int
	}{{7, 0}, {8, 0}, {5, 1}, {9, 1}} {
		number = step.number
		d.forget()
		if _, err := d.now(t.Context()); err != nil || forgotten != step.want {
			t.Errorf("at %d it was told %d times, want %d; %v", step.number, forgotten, step.want, err)
		}
	}
	if s := newServer(t, storetest.Seeded(t)); s.data.wentBack == nil {
		t.Error("the server tells nobody")
	}
}

func TestADatabaseThatHangsIsNotAskedByEveryReader(t *testing.T) {
	hangs, asked := false, 0
	d := dataVersion{waits: time.Millisecond, read: func(ctx context.Context) (int64, error) {
		asked++
		if hangs {
			<-ctx.Done()
			return 0, ctx.Err()
		}
		return 7, nil
	}}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if n, err := d.now(gone); n != 7 || err != nil {
		t.Fatalf("whoever goes away takes the answer along from those who wait for it: %d, %v", n, err)
	}
	hangs = true
	d.forget()
	for range 3 {
		if n, err := d.now(t.Context()); n != 7 || err != nil {
			t.Errorf("version %d, %v; want the one known", n, err)
		}
	}
	if asked != 2 {
		t.Errorf("the database was asked %d times, want once before it hung and once after", asked)
	}
	hangs = false
	d.forget()
	if _, err := d.now(t.Context()); err != nil || asked != 3 {
		t.Errorf("after a change of this server's own it was asked %d times, %v", asked, err)
	}
}

func TestADatabaseThatIsAwayDoesNotTakePagesAway(t *testing.T) {
	away := errors.New("away")
	var passed time.Duration
	fails := false
	d := dataVersion{
		read: func(context.Context) (int64, error) {
			if fails {
				return 0, away
			}
			return 7, nil
		},
		since: func(time.Time) time.Duration { return passed },
	}
	fails = true
	if _, err := d.now(context.Background()); !errors.Is(err, away) {
		t.Errorf("with nothing read yet: %v, want the fault", err)
	}
	fails = false
	if n, err := d.now(context.Background()); n != 7 || err != nil {
		t.Errorf("version %d, %v", n, err)
	}
	fails, passed = true, time.Hour
	if n, err := d.now(context.Background()); n != 7 || err != nil {
		t.Errorf("with the database away: version %d, %v; want the one known", n, err)
	}
}
