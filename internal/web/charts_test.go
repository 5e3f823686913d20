package web

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

func TestEveryChartOfAPageIsServed(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range []string{"/", "/authorities/west-northamptonshire", "/authorities"} {
		document(t, get(t, s, path)).Find("figure.chart").Each(func(_ int, figure *goquery.Selection) {
			id, _ := figure.Attr("id")
			if figure.Find("img[alt]").AttrOr("alt", "") == "" || figure.Find("table caption").Length() == 0 {
				t.Errorf("%s: %s has a picture without words", path, id)
			}
			if words := strings.Fields(figure.Find(".figure-title").First().Text()); len(words) == 0 || len(words) > 10 {
				t.Errorf("%s: the title of %s has %d words", path, id, len(words))
			}
			for _, name := range []string{"data-echarts", "data-charts"} {
				if address := figure.AttrOr(name, ""); !strings.HasPrefix(address, "/static/") {
					t.Errorf("%s: %s of %s is %q", path, name, id, address)
				}
			}
			rows := figure.Find(".table-details tbody tr").Length()
			table, err := csv.NewReader(get(t, s, figure.Find("a[download]").AttrOr("href", "")).Body).ReadAll()
			if err != nil || len(table) != rows+1 {
				t.Errorf("%s: the file of %s has %d lines for %d rows (%v)", path, id, len(table), rows, err)
			}
			for _, name := range []string{"data-chart-option", "data-chart-option-narrow"} {
				answer := get(t, s, figure.AttrOr(name, ""))
				if !json.Valid(answer.Body.Bytes()) || answer.Header().Get("Content-Type") != "application/json" {
					t.Errorf("%s: %s of %s is no option", path, name, id)
				}
			}
		})
	}
}

func TestAPictureIsKeptForEverUnderItsHash(t *testing.T) {
	if missing := static.Missing(); len(missing) > 0 {
		if os.Getenv("CI") != "" {
			t.Fatalf("nothing can be drawn without %v: make test lays them", missing)
		}
		t.Skipf("nothing can be drawn without %v: run make assets", missing)
	}
	s := newServer(t, storetest.Seeded(t))
	address := document(t, get(t, s, "/authorities/bradford")).Find("figure.lanes img").AttrOr("src", "")
	answer := get(t, s, address)
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "image/svg+xml" {
		t.Fatalf("%s: status %d, %s", address, answer.Code, answer.Header().Get("Content-Type"))
	}
	if got := answer.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("with its hash: Cache-Control %q", got)
	}
	if got := answer.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
		t.Errorf("policy %q", got)
	}
	for decoder := xml.NewDecoder(answer.Body); ; {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the picture is not well formed: %v", err)
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("v", "0000000000000000")
	u.RawQuery = query.Encode()
	stale := get(t, s, u.String())
	if got := stale.Header().Get("Cache-Control"); stale.Code != http.StatusOK || got != "no-cache" {
		t.Errorf("with another hash: status %d, Cache-Control %q; want the picture of today, not to be kept", stale.Code, got)
	}
	if n := len(s.cache.entries); n != 2 {
		t.Errorf("%d answers are kept for a page and a picture: a hash is no part of the key", n)
	}
}

func TestAChartThatCannotBeMadeSaysSo(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for path, want := range map[string]int{
		"/charts/lanes/bradford.gif":              http.StatusNotFound,
		"/charts/lanes/northamptonshire.png":      http.StatusNotFound,
		"/charts/lanes/bradford":                  http.StatusNotFound,
		"/charts/lanes/northamptonshire.svg":      http.StatusNotFound, // a place is never graded
		"/charts/overall/northamptonshire.svg":    http.StatusNotFound,
		"/charts/themes/bradford.svg":             http.StatusNotFound, // nothing it was asked for is held
		"/charts/england/bradford.svg":            http.StatusNotFound,
		"/charts/horoscope/bradford.svg":          http.StatusNotFound,
		"/charts/lanes/bradford.svg?size=huge":    http.StatusBadRequest,
		"/charts/lanes/bradford.svg?scheme=sepia": http.StatusBadRequest,
	} {
		if answer := get(t, s, path); answer.Code != want {
			t.Errorf("%s: status %d, want %d", path, answer.Code, want)
		}
	}
}

func TestDrawingsOfReadersOwnKeepNoPageWaiting(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	const own, shared = "/charts/compare/north-northamptonshire.svg?with=leeds", "/charts/lanes/north-northamptonshire.svg"
	var waiting sync.WaitGroup
	first, err := s.ownDrawings.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range mostTurns - 1 {
		waiting.Go(func() {
			if answer := get(t, s, own); answer.Code != http.StatusOK {
				t.Errorf("one that waited: status %d", answer.Code)
			}
		})
	}
	err = storetest.Await(func() error {
		if n := s.ownDrawings.waiting.Load(); n < mostTurns {
			return fmt.Errorf("%d wait", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if answer := get(t, s, own); answer.Code != http.StatusServiceUnavailable {
		t.Errorf("one too many: status %d", answer.Code)
	}
	if answer := get(t, s, shared); answer.Code != http.StatusOK {
		t.Errorf("what pages show: status %d", answer.Code)
	}
	first()
	waiting.Wait()
	if n := s.ownDrawings.waiting.Load(); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

func TestTheRecordIsWrittenOutForOneAfterAnother(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	const dump = opendata.Root + "/dump.zip"
	done, err := s.dumps.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.dumps.waiting.Add(mostTurns - 1) // as if others waited
	if answer := get(t, s, dump); answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
		t.Errorf("one too many: status %d", answer.Code)
	}
	s.dumps.waiting.Add(1 - mostTurns)
	done()
	if answer := get(t, s, dump); answer.Code != http.StatusOK {
		t.Errorf("when the others are gone: status %d", answer.Code)
	}
	if n := s.dumps.waiting.Load(); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

func TestAssetsAreKnownByTheirHash(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	address := s.assets.addresses["site.css"]
	answer := get(t, s, address, "Accept-Encoding", "br")
	if answer.Code != http.StatusOK || !strings.Contains(answer.Header().Get("Cache-Control"), "immutable") ||
		answer.Header().Get("Content-Encoding") != "br" || !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/css") {
		t.Errorf("%s: status %d, headers %v", address, answer.Code, answer.Header())
	}
	for _, path := range []string{"/static/app.css", "/static/site.0000000000000000.css", "/static/..%2fserver.go"} {
		if answer := get(t, s, path); answer.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, answer.Code)
		}
	}
}

func TestHealthAndReadiness(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	for _, path := range []string{"/healthz", "/readyz"} {
		if answer := get(t, s, path); answer.Code != http.StatusOK {
			t.Errorf("%s: status %d: %s", path, answer.Code, answer.Body)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if answer := get(t, s, "/healthz"); answer.Code != http.StatusOK {
		t.Errorf("without a database the program still answers: status %d", answer.Code)
	}
	if answer := get(t, s, "/readyz"); answer.Code != http.StatusServiceUnavailable {
		t.Errorf("without a database it is not ready: status %d", answer.Code)
	}
}

func TestHomeHasToBeOnTheRecord(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for home, want := range map[string]bool{
		DefaultHome: true, "bradford": true, "atlantis": false, "northamptonshire-childrens-trust": false,
	} {
		s.startHome = home
		if err := s.CheckHome(t.Context()); (err == nil) != want {
			t.Errorf("home %s: %v", home, err)
		}
	}
}

func TestThemesOfAPlaceAreThoseOfItsListOfAreas(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		if place := get(t, s, "/charts/themes/northamptonshire.csv").Body.String(); !strings.Contains(place, "Northamptonshire Children’s Trust: youth justice inspection") {
			t.Errorf("what was asked of the place's provider is left out:\n%s", place)
		}
		// The list of a council has its own inspections and those of its partnerships.
		if west := get(t, s, "/charts/themes/west-northamptonshire.csv").Body.String(); strings.Contains(west, "youth justice") {
			t.Errorf("what was asked of a provider stands at one of its councils:\n%s", west)
		}
	})
}
