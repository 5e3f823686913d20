package main

import (
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

func TestSitesThatCannotShowChartsAreNamed(t *testing.T) {
	for _, tt := range []struct{ name, hosts, says string }{
		{"no scheme", "news.example", `"news.example" is not a site that begins with https://`},
		{"another scheme", "ftp://news.example", "is not a site that begins with https://"},
		{"a user", "https://me@news.example", "is not a site that begins with https://"},
		{"plain HTTP over the network", "http://news.example", "write https://"},
		{"a path", "https://news.example/page", "leave what stands behind the host away"},
		{"a closing slash", "https://news.example/", "leave what stands behind the host away"},
		{"a query", "https://news.example?a", "leave what stands behind the host away"},
		{"many sites", "https://*.example", "name each by itself"},
		{"a port that is none", "https://news.example:http9", "is not a site that begins with https://"},
		{"a port too high", "https://news.example:99999", "the host or the port"},
		{"another rule in the policy", "https://news.example;script-src", "the host or the port"},
		{"a second site without a comma", "https://news.example https://other.example", "is not a site that begins with https://"},
		{"one of two", "https://news.example, intranet", `"intranet" is not a site`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := runCommand(t, nil, "serve", "--url", "https://council.example", "--embed-hosts", tt.hosts)
			if got.code != exitUsage {
				t.Fatalf("code %d: %s", got.code, got.stderr)
			}
			mustSay(t, got.stderr, "--embed-hosts", tt.says)
		})
	}
	t.Run("charts that nobody could find or see", func(t *testing.T) {
		got := runCommand(t, nil, "serve", "--embed-hosts", "https://news.example", "--sign-in-required")
		if got.code != exitUsage {
			t.Fatalf("code %d", got.code)
		}
		mustSay(t, got.stderr, "give the public address with --url", "nobody sees a chart on another site")
	})
	t.Run("the variable is read, and sites are kept as browsers write them", func(t *testing.T) {
		env := variables{
			"TIMELINE_URL": "https://council.example", "TIMELINE_EMBED_HOSTS": " https://News.example , https://intranet.example:8443,http://127.0.0.1:9000",
		}
		cfg, set := config{getenv: env.get}, flag.NewFlagSet("serve", flag.ContinueOnError)
		serveFlags(set, &cfg)
		if err := cfg.fromEnvironment(set); err != nil {
			t.Fatal(err)
		}
		if err := cfg.validate(set); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(cfg.embed.sites, " "); got != "https://news.example https://intranet.example:8443 http://127.0.0.1:9000" {
			t.Errorf("sites %s", got)
		}
	})
}

// TestOnlyNamedSitesShowAChartInABrowser has a real browser open a page of a named site, and the same page of another.
func TestOnlyNamedSitesShowAChartInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("charts are drawn and browsers driven once, without the race detector")
	}
	service := httptest.NewUnstartedServer(nil)
	public, err := url.Parse("http://" + service.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	const path = "/embed/lanes/bradford"
	site := func() *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, `<!DOCTYPE html><title>News</title><link rel="icon" href="data:,"><iframe src="`+public.String()+path+`" title="Bradford" width="800" height="900"></iframe>`)
		}))
		t.Cleanup(s.Close)
		return s
	}
	named, other := site(), site()

	s, err := prepared(t.Context(), config{db: storetest.SQLite(t, true)})
	if err != nil {
		t.Fatal(err)
	}
	cfg := config{home: defaultHome, doors: doorsConfig{public: public, unlimited: true}, embed: embedConfig{sites: []string{named.URL}}}
	handler, finish, err := newHandler(t.Context(), s, cfg, storetest.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	service.Config.Handler = handler
	service.Start()
	t.Cleanup(func() { service.Close(); finish(); s.Close() })

	// A frame that the browser refuses has asked for its page, and for nothing of what stands on it.
	for _, tt := range []struct {
		name   string
		site   *httptest.Server
		styled bool
	}{{"a named site", named, true}, {"another site", other, false}} {
		t.Run(tt.name, func(t *testing.T) {
			b := openTab(t, tt.site.URL)
			b.look(1000, 1000)
			if status := b.open("/"); status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
			asked, styled := false, false
			for _, r := range b.loaded() {
				asked = asked || r.address == public.String()+path
				styled = styled || r.status == http.StatusOK && strings.HasPrefix(r.address, public.String()+"/static/site.")
			}
			if !asked || styled != tt.styled {
				t.Errorf("the frame asked for its page: %t, for its styles: %t, want %t; all: %v", asked, styled, tt.styled, b.loaded())
			}
		})
	}
	t.Run("opened by itself", func(t *testing.T) {
		b := openTab(t, public.String())
		readWithScripts(b, visit{path, http.StatusOK}, axeScript(t))
		b.look(320, 900)
		for _, fault := range overflow(b) {
			t.Errorf("320 wide: %s", fault)
		}
		b.reportFaults("the page for frames")
	})
}
