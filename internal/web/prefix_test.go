package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store/storetest"
)

// notAddresses are attributes in which a text of the record, the drawing of a sign, or a value that comes back to us may begin
// with a slash.
var notAddresses = []string{"value", "d", "alt", "title", "content", "placeholder", "aria-label", "data-label"}

// leavesPrefix lists the attributes of a page that hold an address on this host which is not below a prefix.
func leavesPrefix(page *goquery.Document, prefix string) []string {
	var out []string
	for _, element := range page.Find("*").EachIter() {
		for _, attribute := range element.Get(0).Attr {
			if slices.Contains(notAddresses, attribute.Key) {
				continue
			}
			for one := range strings.SplitSeq(attribute.Val, ",") {
				one = strings.TrimSpace(one)
				if strings.HasPrefix(one, "/") && !strings.HasPrefix(one, prefix+"/") || strings.HasPrefix(one, prefix+prefix) {
					out = append(out, attribute.Key+"="+one)
				}
			}
		}
	}
	return out
}

// addressed are the attributes in which a page holds an address that a browser or a script of ours asks for.
var addressed = []string{"href", "src", "srcset", "data-chart-option", "data-chart-option-narrow", "data-echarts", "data-charts", "data-refresh"}

func TestEveryAddressOfAPageStandsBelowThePrefix(t *testing.T) {
	storetest.LeaveOutWalk(t)
	const prefix = "/timeline"
	db := storetest.Seeded(t)
	s := newOfficerServer(t, db)
	begin := []string{"/", "/nowhere", "/authorities?region=Narnia", "/?as-at=2022-11-25", addedLetter(t, s) + "/publish", recordedAction(t, s), askedQuestion(t, s), checkedTracker(t, s)}
	for _, route := range s.engineGin.Routes() {
		if route.Method == http.MethodGet && !strings.Contains(route.Path, ":") {
			begin = append(begin, route.Path)
		}
	}
	s.doors.prefix = prefix
	signedIn := newServer(t, db)
	signedIn.doors.prefix = prefix
	session := sessionOf(t, signedIn, storetest.Account(t, db, auth.Roles()...))
	for _, reader := range []struct {
		name       string
		ofEachKind int // so many addresses are followed
		asks       func(path string) *httptest.ResponseRecorder
	}{
		{"the demonstration", 2, func(path string) *httptest.ResponseRecorder { return sees(t, s, path) }},
		{"a visitor", 1, func(path string) *httptest.ResponseRecorder { return get(t, signedIn, path) }},
		{"everybody in one", 1, func(path string) *httptest.ResponseRecorder { return get(t, signedIn, path, session...) }},
	} {
		who := reader.name
		var queue []string
		for _, path := range begin {
			queue = append(queue, prefix+path)
		}
		known, kinds, found := map[string]bool{}, map[string]int{}, map[string]bool{}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			kind := kindOf(strings.TrimPrefix(path, prefix))
			seen := known[path] || kinds[kind] >= reader.ofEachKind
			if seen || strings.HasSuffix(kind, ".png") || reader.ofEachKind == 1 && strings.HasPrefix(path, prefix+"/charts/") { // drawings are everybody's
				continue
			}
			known[path] = true
			kinds[kind]++
			answer := reader.asks(path)
			// A draft is there for those who are listed on it.
			if gone := answer.Code == http.StatusNotFound && !strings.Contains(path, "/letters/"); answer.Code >= http.StatusInternalServerError || found[path] && gone {
				t.Errorf("%s: %s is answered %d", who, path, answer.Code)
			}
			if to := answer.Header().Get("Location"); to != "" {
				if !strings.HasPrefix(to, prefix+"/") {
					t.Errorf("%s: %s leads to %s", who, path, to)
				}
				queue, found[to] = append(queue, to), true
			}
			if kind := answer.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
				text := strings.NewReplacer(`"`+prefix+"/", "", `"`+prefix+`"`, "").Replace(answer.Body.String())
				if strings.HasSuffix(path, "/openapi.json") {
					text = text[:strings.Index(text, `"paths"`)] // which stand below the address of the server, in its own words
				}
				if strings.Contains(text, "url(/") || strings.Contains(text, `href="/`) || kind == "application/json" && strings.Contains(text, `"/`) {
					t.Errorf("%s: %s holds an address", who, path)
				}
				continue
			}
			page := document(t, answer)
			for _, left := range leavesPrefix(page, prefix) {
				t.Errorf("%s: %s: %s", who, path, left)
			}
			for _, name := range addressed {
				for _, element := range page.Find("[" + name + "]").EachIter() {
					address, _, _ := strings.Cut(element.AttrOr(name, ""), "#")
					if strings.HasPrefix(address, prefix) {
						queue, found[address] = append(queue, address), true
					}
				}
			}
		}
		if len(kinds) < 30 {
			t.Errorf("%s: only %d kinds of addresses were followed", who, len(kinds))
		}
	}
}

func TestOnlyWhatIsBelowThePrefixIsAnswered(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	behind(t, s, Config{Address: mustURL(t, "https://council.example/timeline/"), Unlimited: true})
	for address, status := range map[string]int{
		"/timeline": 200, "/timeline/": 200, "/timeline/about": 200, "/timeline/about?as-at=x": 200, "/%74imeline/about": 200,
		"/timeline/healthz": 200, "/timeline/readyz": 200, "/healthz": 200, "/readyz": 200,
		"/": 404, "/about": 404, "/timelines/about": 404, "/timeline/timeline/about": 404, "/Timeline/about": 404, "/timeline/nowhere": 404,
		s.assets.addresses["app.js"]: 404, "/timeline" + s.assets.addresses["app.css"]: 200, "/about/timeline/about": 404,
		"//timeline/about": 404, "/timeline//about": 404, "/timeline/../about": 404,
	} {
		answer := answers(s, from("192.0.2.1:1", http.MethodGet, "http://council.example"+address, ""))
		if answer.Code != status {
			t.Errorf("%s: status %d, want %d", address, answer.Code, status)
		}
		if left := leavesPrefix(document(t, answer), "/timeline"); answer.Code == http.StatusNotFound && len(left) > 0 {
			t.Errorf("%s: %v", address, left)
		}
	}
	if answer := answers(s, from("192.0.2.1:1", http.MethodPost, "http://council.example/acting", "do=stop")); answer.Code != http.StatusNotFound || len(answer.Result().Cookies()) > 0 {
		t.Errorf("a form outside the prefix: status %d", answer.Code)
	}
}

func TestRedirectsStayBelowThePrefixAndOnOurHost(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	for _, prefix := range []string{"", "/timeline"} {
		s.doors.prefix = prefix
		for path, want := range map[string]string{
			"/about/": "/about", "/inspections/?year=2022": "/inspections?year=2022", "//evil.example/": "/evil.example",
			`/\evil.example/`: "/%5Cevil.example", "/%5cevil.example/": "/%5Cevil.example", "///evil.example//": "/evil.example", "/a%0d%0ab/": "/a%0D%0Ab",
		} {
			request := from("192.0.2.1:1", http.MethodGet, "/", "", "X-Forwarded-Prefix", "/evil")
			request.URL = mustURL(t, "http://example.org"+prefix+strings.ReplaceAll(path, `\`, "%5c"))
			answer := answers(s, request)
			if got := answer.Header().Get("Location"); answer.Code != http.StatusMovedPermanently || got != prefix+want {
				t.Errorf("%s: status %d, leads to %q, want %q", prefix+path, answer.Code, got, prefix+want)
			}
		}
		if to := seesAs(t, s, notYetSaid, prefix+"/letters").Header().Get("Location"); to != prefix+"/acting?back=%2Fletters" {
			t.Errorf("who has not said who acts is led to %q", to)
		}
	}
}
