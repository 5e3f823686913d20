package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/store/storetest"
)

// actionWait bounds one action in the browser; it is generous, since machines are slow and share their cores.
const actionWait = time.Minute

// browser is the one browser of all tests; each test has tabs of its own.
var browser struct {
	once sync.Once
	ctx  context.Context
	err  error
}

// browserContext starts the browser where it does not run yet.
func browserContext(t *testing.T) context.Context {
	t.Helper()
	path := browserPath(t)
	browser.once.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
		for _, flag := range []string{"disable-gpu", "disable-quic", "disable-component-update"} {
			options = append(options, chromedp.Flag(flag, true))
		}
		if os.Geteuid() == 0 {
			options = append(options, chromedp.NoSandbox) // it cannot be root's
		}
		allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, stop := chromedp.NewContext(allocator)
		browser.ctx, browser.err = ctx, chromedp.Do(ctx)
		atEnd(func() { stop(); free() })
	})
	if browser.err != nil {
		t.Fatalf("start the browser: %v", browser.err)
	}
	return browser.ctx
}

// browserPath returns the program that CHROME names, or the first that is installed.
func browserPath(t *testing.T) string {
	t.Helper()
	found, err := exec.Command("../../.ci/chrome").Output()
	switch {
	case err == nil:
		return strings.TrimSpace(string(found))
	case os.Getenv("CI") != "" || os.Getenv("CHROME") != "":
		t.Fatalf("no browser that tests can drive: %v", err)
	default:
		t.Skip("no Chromium or Chrome is installed; make test installs one or says how")
	}
	return ""
}

// site is the service with the seed, its clock at storetest.Now, shared by all tests that only read.
var site struct {
	once      sync.Once
	url       string
	addresses []string // all that a walk found; see siteAddresses
}

// siteURL returns the address of the shared service.
func siteURL(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("going through the pages takes minutes")
	}
	site.once.Do(func() {
		folder, err := os.MkdirTemp("", "timeline-site-")
		if err != nil {
			t.Fatal(err)
		}
		atEnd(func() { os.RemoveAll(folder) })
		s, err := prepared(context.Background(), config{db: folder + "/timeline.db"})
		if err != nil {
			t.Fatal(err)
		}
		clock := storetest.Now
		cfg := config{home: defaultHome, doors: doorsConfig{open: true, unlimited: true}}
		handler, finish, err := newHandler(context.Background(), s, cfg, clock, faultsTo(os.Stderr))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.IndexSearch(context.Background()); err != nil { // no job of this site does
			t.Fatal(err)
		}
		server := httptest.NewServer(handler)
		atEnd(func() { server.Close(); finish(); s.Close() })
		site.url = server.URL
	})
	if site.url == "" {
		t.Fatal("the shared service could not be started")
	}
	return site.url
}

// tab is a tab of the browser that notes whatever goes wrong in it.
type tab struct {
	t      *testing.T
	ctx    context.Context
	origin string

	mu       sync.Mutex
	faults   []string
	requests map[network.RequestID]*request
}

// request is one thing that a page loaded.
type request struct {
	address string
	status  int
	bytes   float64 // on the wire, headers and all
}

// openTab opens a tab in which addresses belong to a site. It has cookies of its own.
func openTab(t *testing.T, origin string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browserContext(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, origin: origin, requests: map[network.RequestID]*request{}}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(b, audits.Enable, cdp.Empty{})
	return b
}

// note collects what a page must not do and what it loads. The browser calls it in its own order, one event at a time.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fault := func(format string, args ...any) { b.faults = append(b.faults, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests[e.RequestID] = &request{address: e.Request.URL}
		// The browser draws its own controls, as that for a date, from addresses that hold the picture. Pages have none: their
		// policy refuses it, which is noted below.
		if !strings.HasPrefix(e.Request.URL, b.origin+"/") && !strings.HasPrefix(e.Request.URL, "data:image/svg+xml;") {
			fault("asks another host: %.200s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if r := b.requests[e.RequestID]; r != nil {
			r.status = int(e.Response.Status)
			if e.Response.Status >= 400 && e.Type != network.ResourceTypeDocument {
				fault("is answered %d for %s", e.Response.Status, e.Response.URL)
			}
		}
	case *network.EventLoadingFinished:
		if r := b.requests[e.RequestID]; r != nil {
			r.bytes = e.EncodedDataLength
		}
	case *network.EventLoadingFailed:
		// A page that is left, or a picture that another size replaces, gives up what it still waits for.
		if r := b.requests[e.RequestID]; r != nil && !e.Canceled {
			fault("cannot load %s: %s", r.address, e.ErrorText)
		}
	case *runtime.EventExceptionThrown:
		fault("throws: %s", (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, arg := range e.Args {
				words = append(words, string(arg.Value)+arg.Description)
			}
			fault("writes to the console: %s", strings.Join(words, " "))
		}
	case *cdplog.EventEntryAdded:
		// The browser logs every answer of 400 and above; of documents they are wanted, and others are noted above.
		if e.Entry.Source != cdplog.EntrySourceNetwork {
			fault("is logged: %s: %s", e.Entry.Source, e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		if details := e.Issue.Details; details != nil && details.ContentSecurityPolicyIssueDetails != nil {
			csp := details.ContentSecurityPolicyIssueDetails
			fault("breaks its content security policy: %s %s", csp.ViolatedDirective, csp.BlockedURL)
		}
	}
}

// loaded returns what the tab has loaded since it last opened a page.
func (b *tab) loaded() []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []request
	for _, r := range b.requests {
		all = append(all, *r)
	}
	return all
}

// reportFaults fails the test for what has gone wrong since the last report.
func (b *tab) reportFaults(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Errorf("%s %s", where, fault)
	}
	b.faults = nil
}

// open goes to an address and returns the status of the answer.
func (b *tab) open(address string) int {
	b.t.Helper()
	b.mu.Lock()
	clear(b.requests)
	b.mu.Unlock()
	answer, err := act(b, chromedp.NavigateResponse(b.origin+address))
	if err != nil {
		b.t.Fatalf("open %s: %v", address, err)
	}
	return int(answer.Status)
}

// look sets the size of the page and the reader's preferences, such as prefers-color-scheme dark, in pairs. Pages are
// asked to move at once, so that nothing is measured or clicked while it still scrolls.
func (b *tab) look(width, height int64, preferences ...string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	for i := 0; i < len(preferences); i += 2 {
		media.Features = append(media.Features, &emulation.MediaFeature{Name: preferences[i], Value: preferences[i+1]})
	}
	call(b, emulation.SetEmulatedMedia, media)
}

// scripts turns the page's own JavaScript on or off, from the next page on.
func (b *tab) scripts(on bool) {
	b.t.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if _, err := act(b, chromedp.Steps(steps...)); err != nil {
		b.t.Fatal(err)
	}
}

func act[T any](b *tab, action chromedp.Action[T]) (T, error) {
	// The first action opens the tab, which then lives as long as the context of that action.
	if err := chromedp.Do(b.ctx); err != nil {
		var none T
		return none, err
	}
	ctx, cancel := context.WithTimeout(b.ctx, actionWait)
	defer cancel()
	return chromedp.Run(ctx, action)
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, actionWait)
	defer cancel()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
}

// ask evaluates an expression in the page; of a promise it awaits the result.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	answer, err := act(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil && !errors.Is(err, chromedp.ErrJSNull) && !errors.Is(err, chromedp.ErrJSUndefined) {
		b.t.Fatalf("ask for %.80s: %v", expression, err)
	}
	return answer
}
