package web

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

// newEmbeddedServer is one whose charts two other sites may show.
func newEmbeddedServer(t *testing.T) *Server {
	t.Helper()
	return embeddedFrom(t, storetest.Seeded(t))
}

func embeddedFrom(t *testing.T, db *store.Store) *Server {
	t.Helper()
	s := newServer(t, db)
	behind(t, s, Config{Address: mustURL(t, "https://council.example/timeline"), Unlimited: true})
	s.embedHosts = []string{"https://news.example", "https://intranet.council.example:8443"}
	return s
}

const publicHost = "https://council.example/timeline"

func TestAnotherSiteShowsAChart(t *testing.T) {
	s := newEmbeddedServer(t)
	answer := get(t, s, publicHost+"/embed/lanes/west-northamptonshire")
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	policy := answer.Header().Get("Content-Security-Policy")
	if want := "frame-ancestors https://news.example https://intranet.council.example:8443"; !strings.HasSuffix(policy, want) {
		t.Errorf("policy %q, want %q at its end", policy, want)
	}
	for _, want := range []string{"default-src 'none'", "img-src 'self'", "style-src 'self'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	if cookies := answer.Result().Cookies(); len(cookies) > 0 {
		t.Errorf("it sets %v", cookies)
	}
	page := document(t, answer)
	for selector, want := range map[string]string{
		"h1":                     "West Northamptonshire: judgements, 2021 to 2026",
		".figure-subtitle":       "The latest published grade",
		".bare-words":            "then Outstanding from 7 July 2026",
		".caption + .caption":    "from the day it was published",
		".table-details caption": "West Northamptonshire",
		".bare-source":           "as it stood on 21 November 2026",
		".bare-source a":         "opens in a new tab",
	} {
		if found := page.Find(selector); found.Length() != 1 || !strings.Contains(seen(found.Text()), want) {
			t.Errorf("%s: %d, %q, want %q in it", selector, found.Length(), seen(found.Text()), want)
		}
	}
	if home := page.Find(".bare-source a").AttrOr("href", ""); home != "/timeline/authorities/west-northamptonshire#lanes-west-northamptonshire" {
		t.Errorf("it leads to %q", home)
	}
	if alt := page.Find("picture img").AttrOr("alt", "none"); alt != "" {
		t.Errorf("what stands beneath the picture is told twice: %q", alt)
	}
	if n := page.Find("script, form, nav, header, footer, iframe, [data-chart-option]").Length(); n > 0 {
		t.Errorf("it has %d things that a frame has no use for", n)
	}
	page.Find("img[src], source[srcset]").Each(func(_ int, e *goquery.Selection) {
		address := e.AttrOr("src", e.AttrOr("srcset", ""))
		if drawn := get(t, s, "https://council.example"+address); drawn.Code != http.StatusOK {
			t.Errorf("%s: status %d", address, drawn.Code)
		}
	})
}

func TestNoSiteShowsAChartUnlessItIsNamed(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	answer := get(t, s, "/embed/lanes/bradford")
	if policy := answer.Header().Get("Content-Security-Policy"); answer.Code != http.StatusOK || !strings.HasSuffix(policy, "frame-ancestors 'none'") {
		t.Errorf("status %d, policy %q", answer.Code, policy)
	}
	if n := document(t, get(t, s, "/authorities/bradford")).Find(".frame-details").Length(); n > 0 {
		t.Errorf("%d charts are offered to other sites", n)
	}
}

func TestAFrameHoldsWhatThePublicSees(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	const path = "/embed/area-ages/west-northamptonshire"
	everybody := get(t, s, path)
	s.cache.empty()
	signedIn := get(t, s, path, sessionOf(t, s, storetest.Account(t, s.store, auth.Roles()...))...)
	if signedIn.Code != http.StatusOK || !bytes.Equal(everybody.Body.Bytes(), signedIn.Body.Bytes()) {
		t.Error("somebody who is signed in is shown another page")
	}
	s.signInRequired = true
	s.cache.empty() // a service is not told so while it runs
	if answer := get(t, s, path); answer.Code == http.StatusOK {
		t.Error("where everybody must sign in a frame shows a chart")
	}
}

func TestEveryKindOfChartIsEmbeddedAndLeadsToItsPage(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true)) // in which dates were moved
	s := embeddedFrom(t, db)
	met := map[string]bool{}
	for _, path := range []string{
		"/", "/authorities/west-northamptonshire", "/england?judgement=leaders&region=South+West", "/england", "/compare?authority=bradford",
		"/england/journeys?judgement=leaders", "/authorities/bradford?as-at=2020-01-01",
	} {
		document(t, get(t, s, publicHost+path)).Find("figure.chart").Each(func(_ int, figure *goquery.Selection) {
			id := figure.AttrOr("id", "")
			code := figure.Find(".frame-code")
			if code.Length() != 1 || figure.Find("label[for='"+code.AttrOr("id", "")+"']").Length() != 1 {
				t.Fatalf("%s: %s has %d pieces of HTML for other sites", path, id, code.Length())
			}
			frame, err := goquery.NewDocumentFromReader(strings.NewReader(code.Text()))
			if err != nil {
				t.Fatal(err)
			}
			iframe := frame.Find("iframe[src^='" + publicHost + "/embed/']")
			if title := seen(figure.Find(".figure-title").Text()); iframe.AttrOr("title", "") != title {
				t.Errorf("%s: the frame of %s is called %q, want %q", path, id, iframe.AttrOr("title", ""), title)
			}
			embedded := get(t, s, iframe.AttrOr("src", ""))
			shown := document(t, embedded)
			name, _, _ := strings.Cut(strings.TrimPrefix(iframe.AttrOr("src", ""), publicHost+"/embed/"), "/")
			met[name] = true
			if embedded.Code != http.StatusOK || shown.Find("figure").AttrOr("id", "") != id {
				t.Fatalf("%s: the frame of %s: status %d, %s", path, id, embedded.Code, iframe.AttrOr("src", ""))
			}
			if got, want := shown.Find("picture img").AttrOr("src", ""), figure.Find("picture img").AttrOr("src", ""); got != want {
				t.Errorf("%s: the frame of %s shows %s, the page %s", path, id, got, want)
			}
			home, place, _ := strings.Cut(shown.Find(".bare-source a").AttrOr("href", ""), "#")
			there := document(t, get(t, s, "https://council.example"+home))
			if place != id || there.Find("figure#"+id).Length() != 1 {
				t.Errorf("%s: %s leads to %s, which does not have it", path, id, home)
			}
		})
	}
	files, err := filepath.Glob("../chart/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files name charts: %v", len(files), err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\tName\w+ += "([^"]+)"`).FindAllSubmatch(source, -1) {
			if !met[string(name[1])] {
				t.Errorf("none of these pages shows the chart %s: add one that does", name[1])
			}
		}
	}
}

func TestChartsAreTakenAway(t *testing.T) {
	if missing := static.Missing(); len(missing) > 0 {
		if os.Getenv("CI") != "" {
			t.Fatalf("nothing can be drawn without %v: make test lays them", missing)
		}
		t.Skipf("nothing can be drawn without %v: run make assets", missing)
	}
	s := newEmbeddedServer(t)
	links := document(t, get(t, s, publicHost+"/authorities/bradford?as-at=2024-03-31")).Find("figure.lanes .figure-links a")
	address := map[string]string{}
	links.Each(func(_ int, a *goquery.Selection) {
		name := seen(a.Text())
		if !strings.HasSuffix(name, ": Bradford: judgements, 2013 to 2024") {
			t.Errorf("a link is called %q", name)
		}
		name, _, _ = strings.Cut(name, ":")
		address[name] = "https://council.example" + a.AttrOr("href", "")
	})
	t.Run("as a PNG picture", func(t *testing.T) {
		answer := get(t, s, address["PNG picture"])
		if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "image/png" {
			t.Fatalf("%s: status %d, %s", address["PNG picture"], answer.Code, answer.Header().Get("Content-Type"))
		}
		if name := answer.Header().Get("Content-Disposition"); name != `attachment; filename="lanes-bradford-2024-03-31.png"` {
			t.Errorf("it is kept as %s", name)
		}
		if answer.Header().Get("Content-Encoding") != "" {
			t.Error("a picture that is packed already is packed again")
		}
		if !strings.Contains(answer.Body.String(), "as it stood on 31 March 2024. https://council.example/timeline/authorities/bradford?as-at=2024-03-31") {
			t.Error("it does not say from where, and of which day, it is")
		}
		if _, err := png.Decode(answer.Body); err != nil {
			t.Error(err)
		}
		if n := len(s.cache.entries); n > 0 {
			for key := range s.cache.entries {
				if strings.Contains(key.address, ".png") {
					t.Errorf("a picture of a past day is kept: %s", key.address)
				}
			}
		}
	})
	t.Run("as an SVG picture", func(t *testing.T) {
		answer := get(t, s, address["SVG picture"])
		svg := answer.Body.String()
		if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "image/svg+xml" {
			t.Fatalf("status %d, %s", answer.Code, answer.Header().Get("Content-Type"))
		}
		for _, want := range []string{`role="img"`, `<title id="title">Bradford: judgements, 2013 to 2024</title>`, ">Source: Ofsted’s published letters", "as it stood on 31 March 2024."} {
			if !strings.Contains(svg, want) {
				t.Errorf("it lacks %q", want)
			}
		}
		if policy := answer.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("policy %q", policy)
		}
	})
	t.Run("the latest one is kept for the next who asks", func(t *testing.T) {
		get(t, s, publicHost+"/charts/lanes/bradford.png")
		kept := false
		for key := range s.cache.entries {
			kept = kept || strings.HasPrefix(key.address, "/charts/lanes/bradford.png")
		}
		if !kept {
			t.Error("it is not")
		}
	})
}

func TestWhatPaintsPicturesIsNotServed(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for name := range s.assets.addresses {
		if strings.HasSuffix(name, ".wasm") || strings.HasSuffix(name, ".ttf") {
			t.Errorf("%s is for the program alone", name)
		}
	}
}

func TestPicturesThatCannotBeHadSayWhy(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	says(t, get(t, s, "/charts/lanes/bradford.svg?sheet=perhaps"), http.StatusBadRequest, "Choose yes for the sheet, or leave it out")
	says(t, get(t, s, "/charts/lanes/bradford.gif"), http.StatusNotFound, "Page not found")
	says(t, get(t, s, "/charts/lanes/nowhere.png"), http.StatusNotFound, "Page not found")
	says(t, get(t, s, "/embed/lanes/nowhere"), http.StatusNotFound, "Page not found")
	says(t, get(t, s, "/embed/nothing/bradford"), http.StatusNotFound, "Page not found")
	s.painter = nil
	says(t, get(t, s, "/charts/lanes/bradford.png"), http.StatusNotFound, "There are no PNG pictures here", "The SVG picture of each chart is there")
	busy := httptest.NewRecorder()
	c := gin.CreateTestContextOnly(busy, s.engineGin)
	c.Request = httptest.NewRequest(http.MethodGet, "/charts/lanes/bradford.png", nil)
	s.fail(c, errPainterBusy).send(busy, c.Request)
	says(t, busy, http.StatusServiceUnavailable, "The picture is not painted yet", "Try again in a minute.")
}

func TestAPieceOfHTMLHoldsHostileNamesAsText(t *testing.T) {
	s := newEmbeddedServer(t)
	got := s.frame(figure{Title: `"><script>alert(1)</script>`, Embed: "/embed/lanes/a?with=" + url.QueryEscape(`"&<`)})
	if strings.Contains(got.HTML, "<script") || strings.Count(got.HTML, `"`) != 10 {
		t.Errorf("the piece is %s", got.HTML)
	}
}
