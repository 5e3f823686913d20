package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store/storetest"
)

const (
	// mostUnderAbuse is what the program may hold in memory whatever is done to it.
	mostUnderAbuse = 400 << 20
	// fewLeft is how many files more it may hold open when all is over than before.
	fewLeft = 24
)

// TestFaultAbuse does to a server what those do who wish it ill, one thing after another. All the while an ordinary reader at
// another address is answered within a second; the program keeps within its memory, and at the end nothing is left open.
func TestFaultAbuse(t *testing.T) {
	if testing.Short() {
		t.Skip("a short run has no time for it")
	}
	tries(t, "all of the abuse above, one after the other")
	path := storetest.SQLite(t, true)
	o := newOffice(t, path, 3, true)
	p := faultServer(t, nil, "--addr", "127.0.0.1:0", "--db", path, "--trusted-proxies", "127.0.9.9", "--evidence-files", "--scan-command", "cat")
	o.movedTo(t, p.url)
	pages := []string{"/", "/inspections", "/recommendations/NN-ILACS-2026-1", "/authorities/west-northamptonshire", "/healthz"}
	for _, address := range pages {
		if status, _ := statusOf(t, p.url+address); status != http.StatusOK {
			t.Fatalf("%s is answered %d", address, status)
		}
	}
	before := p.openFiles(t)
	host := strings.TrimPrefix(p.url, "http://")
	echarts := firstMatch(t, p.url, `/static/echarts\.min\.[0-9a-f]+\.js`)
	a := &abuse{host: host, url: p.url, officer: o.officers[0], large: echarts}
	for _, one := range []struct {
		name string
		do   func(t *testing.T, a *abuse, ctx context.Context) string
		too  []string // what the ordinary reader asks for besides
	}{
		{"slow headers", slowHeaders, nil}, {"slow bodies", slowBodies, nil}, {"slow readers", slowReaders, nil},
		{"idle connections", idleConnections, nil}, {"a flood of sign-ins", floodOfSignIns, []string{"/sign-in"}},
		{"a flood of large requests", floodOfLarge, []string{"/sign-in"}}, {"a flood of tiny requests", floodOfTiny, nil},
		{"a flood of pages that are made anew", floodOfSearches, []string{"/search?q=care+leavers"}},
		{"odd paths, hosts and headers", oddRequests, nil}, {"compressed bombs", bombs, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			tries(t, one.name)
			reader := readOrdinarily(t, p.url, slices.Concat(one.too, pages)...)
			ctx, stop := context.WithTimeout(t.Context(), time.Duration(inFull(30, 2))*time.Second)
			defer stop()
			did := one.do(t, a, ctx)
			asked, longest := reader.finish(t)
			now, peak := p.memory(t)
			if peak > mostUnderAbuse {
				t.Errorf("the program held %s, which is more than %s", megabytes(peak), megabytes(mostUnderAbuse))
			}
			tell(t, did, fmt.Sprintf("an ordinary reader asked %d times, and had the slowest answer after %s; %s in memory, %s at most so far",
				asked, longest.Round(time.Millisecond), megabytes(now), megabytes(peak)))
		})
	}
	left := 0
	awaitNone(t, 15*time.Second, func() []string {
		if left = p.openFiles(t); left <= before+fewLeft {
			return nil
		}
		return []string{"files"}
	})
	if left > before+fewLeft {
		t.Errorf("it holds %d files open, and held %d before", left, before)
	}
	for _, address := range pages {
		if status, _ := statusOf(t, p.url+address); status != http.StatusOK {
			t.Errorf("after it all %s is answered %d", address, status)
		}
	}
	p.stop(t)
	tell(t, "all of the abuse above, one after the other", fmt.Sprintf("every page is answered afterwards; %d files open, %d before", left, before))
}

// abuse is what those know who do it.
type abuse struct {
	host, url string
	large     string   // the address of a large file
	officer   *officer // who is signed in
}

// firstMatch returns the first address on the first page that a pattern finds.
func firstMatch(t *testing.T, origin, pattern string) string {
	t.Helper()
	_, body := fetch(t, origin+"/")
	found := regexp.MustCompile(pattern).FindString(string(body))
	if found == "" {
		t.Fatalf("the first page names no %s", pattern)
	}
	return found
}

// asks sends the same kind of request from an address over and over, several at once, and counts the statuses.
func (a *abuse) asks(ctx context.Context, atOnce int, source string, request func() (*http.Request, error)) map[int]int {
	statuses := map[int]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			client := from(source, 30*time.Second)
			for ctx.Err() == nil {
				r, err := request()
				if err != nil {
					panic(err) // of our own making
				}
				answer, err := client.Do(r.WithContext(ctx))
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, answer.Body) // whoever floods does not mind what comes
				_ = answer.Body.Close()
				mu.Lock()
				statuses[answer.StatusCode]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return statuses
}

// mustBe fails where nothing was answered, or something otherwise than it may be. It returns how much was.
func mustBe(t *testing.T, statuses map[int]int, may ...int) int {
	t.Helper()
	total := 0
	for status, n := range statuses {
		total += n
		if !slices.Contains(may, status) {
			t.Errorf("%d of them were answered %d, want one of %v", n, status, may)
		}
	}
	if total == 0 {
		t.Error("nothing was answered")
	}
	return total
}

func floodOfSignIns(t *testing.T, a *abuse, ctx context.Context) string {
	statuses := a.asks(ctx, 32, "127.0.3.4", func() (*http.Request, error) {
		form := url.Values{"address": {rand.Text() + "@council.example"}, "password": {rand.Text()}}
		return a.signIn(strings.NewReader(form.Encode()))
	})
	if statuses[http.StatusTooManyRequests] == 0 {
		t.Errorf("nobody was held back: %v", statuses)
	}
	return fmt.Sprintf("%d tries to sign in, 32 at once, from one address",
		mustBe(t, statuses, http.StatusUnprocessableEntity, http.StatusTooManyRequests))
}

// signIn sends a form to where people sign in.
func (a *abuse) signIn(form io.Reader) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodPost, a.url+"/sign-in", form)
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, err
}

func floodOfLarge(t *testing.T, a *abuse, ctx context.Context) string {
	statuses := a.asks(ctx, 8, "127.0.3.5", func() (*http.Request, error) {
		return a.signIn(io.MultiReader(strings.NewReader("address=a@council.example&password="), io.LimitReader(zeroes{}, 40<<20)))
	})
	// Whoever asks too often is turned away before the form is read.
	total := mustBe(t, statuses, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests)
	if statuses[http.StatusRequestEntityTooLarge] == 0 {
		t.Errorf("no form was too large: %v", statuses)
	}
	return fmt.Sprintf("%d forms of 40 MB, 8 at once, from one address", total)
}

// zeroes never ends.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func floodOfTiny(t *testing.T, a *abuse, ctx context.Context) string {
	statuses := a.asks(ctx, 32, "127.0.3.6", func() (*http.Request, error) { return http.NewRequest(http.MethodGet, a.url+"/healthz", nil) })
	return fmt.Sprintf("%d tiny requests, 32 at once, each over a new connection, from one address", mustBe(t, statuses, http.StatusOK))
}

// What is made anew for one address: so many pages at once, and then so many a second.
const (
	madeAtOnce     = 500
	madeEachSecond = 50
)

func floodOfSearches(t *testing.T, a *abuse, ctx context.Context) string {
	began := time.Now()
	statuses := a.asks(ctx, 16, "127.0.3.7", func() (*http.Request, error) {
		return http.NewRequest(http.MethodGet, a.url+"/search?q="+url.QueryEscape(rand.Text()[:6]+" care leavers plans"), nil)
	})
	total, made := mustBe(t, statuses, http.StatusOK, http.StatusTooManyRequests), statuses[http.StatusOK]
	if most := madeAtOnce + int(madeEachSecond*time.Since(began).Seconds()) + 1; made == 0 || made > most {
		t.Errorf("%d searches of %d were made for one address, want some and at most %d", made, total, most)
	}
	return fmt.Sprintf("%d searches for words that nobody searched for before, 16 at once, from one address, of which %d were made", total, made)
}

// oddRequest is a request as nobody sends it who means well. A status of 0 is none: the connection is closed without an answer.
type oddRequest struct {
	name, sent string
	statuses   []int
}

// oddRequests sends each odd request again and again; none is answered with what it asked for, nor by a failure of the program.
func oddRequests(t *testing.T, a *abuse, ctx context.Context) string {
	get := func(target, more string) string {
		return "GET " + target + " HTTP/1.1\r\nHost: timeline\r\n" + more + "Connection: close\r\n\r\n"
	}
	var many strings.Builder
	for n := range 100_000 {
		fmt.Fprintf(&many, "&q%d=1", n)
	}
	all := []oddRequest{
		{"up and away", get("/../../etc/passwd", ""), []int{400, 404}},
		{"up and away, in code", get("/static/..%2f..%2fgo.mod", ""), []int{400, 404}},
		{"up and away, in code twice", get("/static/%252e%252e%252fgo.mod", ""), []int{400, 404}},
		{"a backslash", get(`/static\..\go.mod`, ""), []int{400, 404}},
		{"a zero byte", get("/inspections/%00", ""), []int{400}},
		{"no text", get("/inspections/%ff%fe", ""), []int{400}},
		{"a whole address", get("http://other.example/inspections", ""), []int{200, 400, 404, 421}}, // a proxy may ask so
		{"an address of another scheme", get("file:///etc/passwd", ""), []int{400, 404}},
		{"two hosts", "GET / HTTP/1.1\r\nHost: timeline\r\nHost: other.example\r\nConnection: close\r\n\r\n", []int{400}},
		{"no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", []int{400}},
		{"an old version", "GET / HTTP/1.0\r\n\r\n", []int{200}},
		{"a version to come", "GET / HTTP/9.9\r\nHost: timeline\r\n\r\n", []int{400, 505}},
		{"two lengths", "POST /sign-in HTTP/1.1\r\nHost: timeline\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\na=bc", []int{400}},
		{"a length below nothing", "POST /sign-in HTTP/1.1\r\nHost: timeline\r\nContent-Length: -1\r\n\r\n", []int{400}},
		{"a coding that is not known", "POST /sign-in HTTP/1.1\r\nHost: timeline\r\nTransfer-Encoding: cow\r\n\r\n", []int{400, 501}},
		{"a space before the colon", "GET / HTTP/1.1\r\nHost: timeline\r\nContent-Length : 5\r\n\r\n", []int{400}},
		{"a header of 200 KB", get("/", "X-Long: "+strings.Repeat("a", 200<<10)+"\r\n"), []int{0, 431}},
		{"ten thousand headers", get("/", strings.Repeat("X-One: 1\r\n", 10_000)), []int{0, 431}},
		{"three hundred cookies", get("/", "Cookie: "+strings.Repeat("session=1; ", 300)+"\r\n"), []int{200, 400, 431}},
		{"a hundred thousand parameters", get("/inspections?"+many.String()[1:], ""), []int{0, 400, 414, 431}},
		{"five hundred ranges", get(a.large, "Range: bytes=0-1"+strings.Repeat(",0-1", 500)+"\r\n"), []int{200, 206, 416}},
		{"a range that overflows", get(a.large, "Range: bytes=18446744073709551616-\r\n"), []int{200, 416}},
		{"a method of its own", strings.Replace(get("/", ""), "GET", "BREW", 1), []int{405, 501}},
		{"an expectation", "POST /sign-in HTTP/1.1\r\nHost: timeline\r\nExpect: 200-ok\r\nContent-Length: 1\r\nConnection: close\r\n\r\na", []int{417}},
		{"a change of protocol", get("/", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"), []int{200}},
		{"the greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{0, 400, 404, 505}},
		{"no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 100), []int{0, 400}},
	}
	sent := 0
	for rounds := 0; rounds == 0 || *torture && ctx.Err() == nil; rounds++ {
		for _, one := range all {
			status, err := a.raw(one.sent)
			if err != nil {
				t.Errorf("%s: %v", one.name, err)
			}
			if !slices.Contains(one.statuses, status) {
				t.Errorf("%s is answered %d, want one of %v", one.name, status, one.statuses)
			}
			sent++
		}
		a.smuggled(t)
	}
	return fmt.Sprintf("%d requests of %d odd kinds: paths, hosts, versions, lengths, headers, cookies, parameters, ranges, one request inside another", sent, len(all)+1)
}

// raw sends bytes and returns the status of the answer, 0 where the connection ends without one.
func (a *abuse) raw(sent string) (status int, err error) {
	connection, err := net.DialTimeout("tcp", a.host, 5*time.Second)
	if err != nil {
		return 0, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return 0, err
	}
	go io.WriteString(connection, sent) // the answer may come before all is sent
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			return 0, fmt.Errorf("no answer: %w", err)
		}
		return 0, nil
	}
	defer answer.Body.Close()
	return answer.StatusCode, nil
}

// smuggled hides a request inside the body of another, by two headers of which each says where that body ends. Whatever stands
// behind the first must not be taken for a request.
func (a *abuse) smuggled(t *testing.T) {
	t.Helper()
	connection, err := net.DialTimeout("tcp", a.host, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(connection, "POST /sign-in HTTP/1.1\r\nHost: timeline\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"+
		"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: timeline\r\nX-Smuggled: yes\r\n\r\n")
	answers := bufio.NewReader(connection)
	first, err := http.ReadResponse(answers, nil)
	if err != nil {
		return // it was not taken at all
	}
	_, _ = io.Copy(io.Discard, first.Body)
	_ = first.Body.Close()
	if second, err := http.ReadResponse(answers, nil); err == nil {
		_ = second.Body.Close()
		t.Errorf("a request with two lengths is answered %d, and what stood inside it %d", first.StatusCode, second.StatusCode)
	}
}

// bombs sends what is small and unpacks to much: forms, letters and workbooks.
func bombs(t *testing.T, a *abuse, ctx context.Context) string {
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	if _, err := io.CopyN(packer, zeroes{}, 200<<20); err != nil {
		t.Fatal(err)
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	sent := 0
	for rounds := 0; rounds == 0 || *torture && ctx.Err() == nil; rounds++ {
		r, err := a.signIn(bytes.NewReader(packed.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Encoding", "gzip")
		answer, err := from("127.0.3.8", 10*time.Second).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		// It is taken as it came, not unpacked: what cannot be read, or has no address in it.
		if status := answer.StatusCode; status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
			t.Errorf("a packed form is answered %d", status)
		}
		for name, letter := range map[string][]byte{
			"bomb": lettertest.Bomb(200 << 20), "loop of pages": lettertest.LoopingPages(), "nested": lettertest.Nested(10_000),
			"loop of contents": lettertest.LoopingContents(),
		} {
			title := a.officer.mark(name) + ".pdf"
			d := a.officer.ledger.ask(a.officer.number, aLetter, "", title, "")
			a.officer.sendFile(context.WithoutCancel(ctx), d, "/letters/new", url.Values{"do": {"read"}}, "letters", title, letter)
			if !d.acknowledged {
				t.Errorf("a letter that is a %s is not taken", name)
			}
			sent++
		}
		for name, bomb := range map[string][]byte{"sheet": zipBomb(t, "xl/worksheets/sheet1.xml"), "strings": zipBomb(t, "xl/sharedStrings.xml")} {
			d := a.officer.ledger.ask(a.officer.number, aLetter, "", name, "")
			a.officer.sendFile(context.WithoutCancel(ctx), d, "/tracker", url.Values{"mapping": {""}}, "file", name+".xlsx", bomb)
			if !d.refused {
				t.Errorf("a workbook whose %s unpack to 300 MB is taken", name)
			}
			sent++
		}
	}
	return fmt.Sprintf("%d bombs: a packed form, PDFs and workbooks that unpack to hundreds of megabytes or to no end", sent)
}

// zipBomb returns a workbook one part of which unpacks to 300 MB.
func zipBomb(t *testing.T, part string) []byte {
	t.Helper()
	var out bytes.Buffer
	book := zip.NewWriter(&out)
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", part} {
		w, err := book.Create(name)
		if err == nil && name == part {
			_, err = io.CopyN(w, zeroes{}, 300<<20)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
