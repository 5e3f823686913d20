package web

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/store/storetest"
)

// behind returns a server with other doors, and what it logs.
func behind(t testing.TB, s *Server, config Config) *bytes.Buffer {
	t.Helper()
	var err error
	if s.doors, err = newDoors(config); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	s.log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return log
}

func mustURL(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// theProxy stands before the program in these tests, with another behind it.
const theProxy = "10.1.0.4:40000"

var theProxies = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/24"), netip.MustParsePrefix("fd00::4/128")}

// from returns a request to an address of a path, from a peer; headers are given as name and value in turn.
func from(peer, method, address, body string, headers ...string) *http.Request {
	request := httptest.NewRequest(method, address, strings.NewReader(body))
	request.RemoteAddr = peer
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return request
}

func answers(s *Server, request *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

func TestRequestsForAnotherHostAreRefused(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	const elsewhere = "192.0.2.1:1234"
	for _, tt := range []struct {
		name, peer, address string
		headers             []string
		status              int
	}{
		{"the public address", elsewhere, "http://council.example/about", nil, 200},
		{"the public address in capitals, with its port and a dot", elsewhere, "http://COUNCIL.example.:443/about", nil, 200},
		{"another name", elsewhere, "http://evil.example/about", nil, 421},
		{"a name that begins like it", elsewhere, "http://council.example.evil.example/about", nil, 421},
		{"a name that ends like it", elsewhere, "http://evilcouncil.example/about", nil, 421},
		{"another port", elsewhere, "http://council.example:8080/about", nil, 421},
		{"this machine", "127.0.0.1:1234", "http://127.0.0.1:8080/about", nil, 421},
		{"scripts too", elsewhere, "http://evil.example" + s.assets.addresses["app.js"], nil, 421},
		{"an address that does not exist", elsewhere, "http://evil.example/nowhere", nil, 421},
		{"whether it runs", elsewhere, "http://10.0.0.7:8080/healthz", nil, 200},
		{"whether it is ready", elsewhere, "http://10.0.0.7:8080/readyz", nil, 200},
		{"a forwarded host from anyone", elsewhere, "http://evil.example/about", []string{"X-Forwarded-Host", "council.example"}, 421},
		{"a forwarded host from the proxy", theProxy, "http://timeline.internal:8080/about", []string{"X-Forwarded-Host", "council.example"}, 200},
		{"another forwarded host from the proxy", theProxy, "http://timeline:8080/about", []string{"X-Forwarded-Host", "evil.example"}, 421},
		{"the last forwarded host counts", theProxy, "http://timeline:8080/about", []string{"X-Forwarded-Host", "council.example, evil.example"}, 421},
		{"the name by which the proxy knows the program", theProxy, "http://timeline:8080/about", nil, 200},
		{"the address by which the proxy knows the program", theProxy, "http://[fd00::7]:8080/about", nil, 200},
		{"that name from anyone", elsewhere, "http://timeline:8080/about", nil, 421},
		{"another name from the proxy", theProxy, "http://evil.example/about", nil, 421},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := behind(t, s, Config{Address: mustURL(t, "https://council.example"), Proxies: theProxies})
			answer := answers(s, from(tt.peer, http.MethodGet, tt.address, "", tt.headers...))
			if answer.Code != tt.status {
				t.Fatalf("status %d, want %d", answer.Code, tt.status)
			}
			refused := strings.Contains(log.String(), "request for another host refused")
			if refused != (tt.status == http.StatusMisdirectedRequest) {
				t.Errorf("the log says %q", log)
			}
			if !refused {
				return
			}
			says(t, answer, tt.status, "This is not the address of this service", "Nothing has been changed.")
			if document(t, answer).Find(`main a[href="https://council.example/"]`).Length() != 1 {
				t.Error("the page does not lead to the public address")
			}
			if strings.Contains(answer.Body.String(), "evil") || answer.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("the page repeats the host, or may be kept: %s", answer.Header().Get("Cache-Control"))
			}
		})
	}
	t.Run("without a public address every host is answered", func(t *testing.T) {
		behind(t, s, Config{})
		if answer := answers(s, from(elsewhere, http.MethodGet, "http://whatever.example/about", "")); answer.Code != http.StatusOK {
			t.Errorf("status %d", answer.Code)
		}
	})
}

func TestTheNetworkAddressIsTheLastThatNoTrustedProxyHas(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, tt := range []struct {
		name, peer string
		said       []string
		want       string
	}{
		{"nobody says anything", "192.0.2.1:1234", nil, "192.0.2.1"},
		{"anyone's word", "192.0.2.1:1234", []string{"203.0.113.9"}, "192.0.2.1"},
		{"the proxy's word", theProxy, []string{"203.0.113.9"}, "203.0.113.9"},
		{"what the sender made up stands before", theProxy, []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{"a chain of proxies", theProxy, []string{"198.51.100.1, 203.0.113.9, 10.1.0.9"}, "203.0.113.9"},
		{"a chain over two lines", theProxy, []string{"198.51.100.1, 203.0.113.9", "10.1.0.9"}, "203.0.113.9"},
		{"a port", theProxy, []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"version 6 with a port", theProxy, []string{"[2001:db8::9]:4711"}, "2001:db8::9"},
		{"version 6 in brackets", theProxy, []string{"[2001:db8::9]"}, "2001:db8::9"},
		{"version 4 in version 6", "[::ffff:10.1.0.4]:40000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"a proxy of version 6", "[fd00::4]:40000", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy that says nothing", theProxy, nil, "10.1.0.4"},
		{"no address", theProxy, []string{"203.0.113.9, unknown"}, "10.1.0.4"},
		{"nothing between commas", theProxy, []string{"203.0.113.9,"}, "10.1.0.4"},
		{"the proxies alone", theProxy, []string{"10.1.0.8, 10.1.0.9"}, "10.1.0.8"},
		{"a zone", "[fe80::1%eth0]:1234", nil, "fe80::1"},
		{"no network", "@", []string{"203.0.113.9"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := behind(t, s, Config{Proxies: theProxies})
			request := from(tt.peer, http.MethodGet, "/about", "")
			for _, line := range tt.said {
				request.Header.Add("X-Forwarded-For", line)
			}
			c := gin.CreateTestContextOnly(httptest.NewRecorder(), s.engineGin)
			c.Request = request
			if got := s.network(c); got != tt.want {
				t.Errorf("the network address is %q, want %q", got, tt.want)
			}
			s.cache.empty() // a page that is kept is answered before anything is looked at
			answers(s, request)
			if ignored := strings.Contains(log.String(), "forwarded headers ignored"); ignored != (len(tt.said) > 0 && !s.doors.byProxy(request)) {
				t.Errorf("the log says %q", log)
			}
		})
	}
}

func TestCookiesAreMarkedSecureWhereTheConnectionIs(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, tt := range []struct {
		name, public, peer, said string
		tls, want, hsts          bool
	}{
		{"plain HTTP", "", "192.0.2.1:1", "", false, false, false},
		{"anyone says that it was TLS", "", "192.0.2.1:1", "https", false, false, false},
		{"the proxy says that it was TLS", "", theProxy, "https", false, true, false},
		{"the proxy says so in capitals", "", theProxy, "HTTPS", false, true, false},
		{"the proxy says that it was not", "", theProxy, "http", false, false, false},
		{"the sender says so to the proxy", "", theProxy, "https, http", false, false, false},
		{"TLS ends here", "", "192.0.2.1:1", "", true, true, true},
		{"the public address is https", "https://council.example", theProxy, "http", false, true, true},
		{"the public address is http", "http://council.example", "192.0.2.1:1", "", false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config := Config{Proxies: theProxies}
			if tt.public != "" {
				config.Address = mustURL(t, tt.public)
			}
			behind(t, s, config)
			request := from(tt.peer, http.MethodGet, "http://council.example/about", "")
			if tt.said != "" {
				request.Header.Set("X-Forwarded-Proto", tt.said)
			}
			if tt.tls {
				request.TLS = &tls.ConnectionState{}
			}
			if got := s.newCookie(request, "a", "b", 0); got.Secure != tt.want || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" {
				t.Errorf("the cookie is %+v", got)
			}
			want := ""
			if tt.hsts {
				want = "max-age=31536000"
			}
			if got := answers(s, request).Header().Get("Strict-Transport-Security"); got != want {
				t.Errorf("Strict-Transport-Security is %q, want %q", got, want)
			}
		})
	}
}

func TestFormsOfAnotherSiteAreRefused(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	const body = "post=Improvement+officer&role=officer&back=%2Fletters"
	for _, tt := range []struct {
		name    string
		headers []string
		refused bool
	}{
		{"a form of ours", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://council.example"}, false},
		{"a form of another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, true},
		{"a form of a neighbour", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.council.example"}, true},
		{"a form of nobody's", []string{"Sec-Fetch-Site", "cross-site", "Origin", "null"}, true},
		{"another site's in an older browser", []string{"Origin", "https://evil.example"}, true},
		{"nobody's in an older browser", []string{"Origin", "null"}, true},
		{"the public host without TLS, in an older browser", []string{"Origin", "http://council.example"}, true},
		{"ours in an older browser, through a proxy that writes another host", []string{"Origin", "https://council.example"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := behind(t, s, Config{Address: mustURL(t, "https://council.example"), Proxies: theProxies, Unlimited: true})
			answer := answers(s, from(theProxy, http.MethodPost, "http://127.0.0.1:8080/acting", body, tt.headers...))
			if logged := strings.Contains(log.String(), "form of another site refused"); logged != tt.refused {
				t.Errorf("the log says %q", log)
			}
			if !tt.refused {
				if answer.Code != http.StatusSeeOther || len(answer.Result().Cookies()) != 1 {
					t.Errorf("the form was not carried out: status %d", answer.Code)
				}
				return
			}
			says(t, answer, http.StatusForbidden, "This form came from another site", "Nothing has been changed.")
			if len(answer.Result().Cookies()) > 0 {
				t.Error("the form was carried out")
			}
		})
	}
}

func TestLineBreaksReachNoHeader(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	service := httptest.NewServer(s.Handler())
	defer service.Close()
	raw := func(request string) (status int, headers http.Header) {
		t.Helper()
		connection, err := net.Dial("tcp", service.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		if _, err := io.WriteString(connection, request); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode, answer.Header
	}
	for name, line := range map[string]string{
		"a carriage return in a value": "X-Odd: a\rSet-Cookie: b=c", "a carriage return in the host": "X: y\r\nHost: localhost\rX-Odd: a",
		"a name of nothing": ": a", "a name with a space": "X Odd: a", "no name at all": "nonsense", "a null": "X-Odd: a\x00b",
	} {
		if status, _ := raw("GET /about HTTP/1.1\r\nHost: localhost\r\n" + line + "\r\n\r\n"); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, status)
		}
	}
	// What a form says is sent back in a header; line breaks in it stay in the address.
	for _, back := range []string{"/letters%0d%0aSet-Cookie:+b=c", "/letters%0aSet-Cookie:+b=c", "/letters%250d%250aSet-Cookie:+b=c", "/letters?a=%0d%0aSet-Cookie:+b=c"} {
		body := "post=Improvement+officer&role=officer&back=" + back
		status, headers := raw(fmt.Sprintf("POST /acting HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
		if status != http.StatusSeeOther || len(headers["Set-Cookie"]) != 1 || strings.HasPrefix(headers.Get("Set-Cookie"), "b=c") {
			t.Errorf("%s: status %d, headers %v", back, status, headers)
		}
		if to := headers.Get("Location"); !strings.HasPrefix(to, "/letters") {
			t.Errorf("%s: leads to %q", back, to)
		}
	}
}

func TestAFormOfTenMegabytesIsRefusedInWords(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	letter := addedLetter(t, s)
	service := httptest.NewServer(s.Handler())
	defer service.Close()
	large := "words=" + strings.Repeat("a", 10<<20)
	for _, path := range []string{"/acting", letter, letter + "/state", "/recommendations/" + anItem + "/updates", "/working-days"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, service.URL+path, strings.NewReader(large))
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "localhost"
		request.AddCookie(newActingCookie(anOfficer))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := service.Client().Do(request)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d, %v", path, answer.StatusCode, err)
		}
		if text := string(body); !strings.Contains(text, "This is more than") || !strings.Contains(text, "Nothing has been saved.") {
			t.Errorf("%s: the page says %.300s", path, text)
		}
	}
}

func TestEveryBodyHasALimit(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	read := func(most int64) gin.HandlerFunc {
		return s.handle(func(c *gin.Context) error {
			if most > 0 {
				limitBody(c, most)
			}
			_, err := io.Copy(io.Discard, c.Request.Body)
			if err := formFault(err); err != nil {
				return err
			}
			return s.redirect(c, http.StatusSeeOther, "/")
		})
	}
	s.engineGin.POST("/usual", read(0))
	s.engineGin.POST("/files", read(3*mostFormBytes))
	s.engineGin.POST("/little", read(1000))
	for _, tt := range []struct {
		path   string
		bytes  int
		status int
	}{
		{"/usual", mostFormBytes, 303}, {"/usual", mostFormBytes + 1, 413}, {"/files", 3 * mostFormBytes, 303}, {"/files", 3*mostFormBytes + 1, 413},
		{"/little", 1000, 303}, {"/little", 1001, 413},
	} {
		sent := strings.NewReader(strings.Repeat("a", tt.bytes))
		answer := answers(s, httptest.NewRequest(http.MethodPost, tt.path, sent))
		if answer.Code != tt.status || sent.Len() != 0 {
			t.Errorf("%d bytes to %s: status %d, want %d; %d bytes were left unread", tt.bytes, tt.path, answer.Code, tt.status, sent.Len())
		}
	}
}
