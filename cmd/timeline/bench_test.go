package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

var (
	benchReport = flag.Bool("bench-report", false, "measure the program that make build built, print the figures and write docs/performance.md")
	benchShort  = flag.Bool("bench-short", false, "measure each figure for a moment only, to see that measuring works")
	benchInto   = flag.String("bench-into", "../../docs", "the folder in which performance.md and its picture are written")
)

const (
	// loadConnections is how many readers ask at the same time.
	loadConnections = 64
	// noticeWait is a little more than the second for which a server trusts the number of the last change.
	noticeWait = 1100 * time.Millisecond
)

// asBareHandler makes this test binary a server that does nothing but write the answer in the file it names.
const asBareHandler = "TIMELINE_TEST_AS_BARE_HANDLER"

// TestBenchReport prints the figures that the program is held to. Times depend on the machine, so only the ratios, which
// are measured in one run on the same machine, can fail it.
func TestBenchReport(t *testing.T) {
	if !*benchReport {
		t.Skip("make bench runs it")
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		t.Fatalf("the load comes from wrk: %v", err)
	}
	r := report{t: t}
	defer r.print() // also where something broke off, for what was measured until then
	r.section("Letters")
	r.measureLetters() // first, since the memory of every process that has ended counts in its figures
	folder := t.TempDir()
	r.section("The program")
	r.measureStarts(folder)

	p := startProcess(t, folder, nil, programPath(t), "serve", "--unlimited", "--addr", "127.0.0.1:0")
	r.measureWeight(p.url)
	r.measureScripts(p.url)
	r.measureFirstRenderings(p, filepath.Join(folder, "timeline.db"))
	r.measureBriefing(p.url)
	r.section("Kept pages against a bare handler")
	r.measureKeptPages(p.url)
	r.section("The program")
	current, peak := p.memory(t)
	r.add("memory under load", megabytes(current), megabytes(memoryLimit), current <= memoryLimit, false)
	r.add("memory at its highest", megabytes(peak), megabytes(memoryLimit), peak <= memoryLimit, false)
	p.stop(t)
	r.section(sizesSection)
	r.measureSizes()
	r.section("Main pages on a slow telephone")
	r.measureMainPages(folder)
	r.section("Areas to improve")
	r.measureProgress()
	r.section("England's list")
	r.measureEngland()
	r.section("Search")
	r.measureSearch()
	r.section("Backup and restore")
	r.measureBackup()
	r.measureReplicas()
	r.write(*benchInto)
}

// benchPart prints one part of what make bench measures. The page of figures is of one whole run, so it stays as it is.
func benchPart(t *testing.T, about string, measure func(*report)) {
	t.Helper()
	if !*benchReport {
		t.Skip("it is the part of make bench that is about " + about)
	}
	r := report{t: t}
	defer r.print() // also where something broke off
	measure(&r)
}

func (r *report) addTime(name string, took, limit time.Duration) {
	r.t.Helper()
	r.add(name, took.Round(time.Millisecond).String(), limit.String(), took <= limit, false)
}

// measureStarts starts the program in empty folders, the last of which is the one given, and then again where it ran.
func (r *report) measureStarts(folder string) {
	var first, again []time.Duration
	for _, where := range []string{r.t.TempDir(), r.t.TempDir(), folder} {
		start := time.Now()
		p := startProcess(r.t, where, nil, programPath(r.t), "serve", "--addr", "127.0.0.1:0")
		fetch(r.t, p.url+"/")
		first = append(first, time.Since(start))
		p.stop(r.t)
	}
	for range 5 {
		start := time.Now()
		p := startProcess(r.t, folder, nil, programPath(r.t), "serve", "--addr", "127.0.0.1:0")
		fetch(r.t, p.url+"/healthz")
		again = append(again, time.Since(start))
		p.stop(r.t)
	}
	r.addTime("empty folder to first dashboard", median(first), 2*time.Second)
	r.addTime("second start to /healthz", median(again), 500*time.Millisecond)
}

// measureWeight loads the first page in a browser without JavaScript, as it is for a reader's first visit.
func (r *report) measureWeight(url string) {
	b := openTab(r.t, url)
	b.scripts(false)
	b.look(1280, 720)
	b.open("/")
	var bytes float64
	loaded := b.loaded()
	for _, one := range loaded {
		bytes += one.bytes
	}
	b.reportFaults("the first page") // another host would be one
	// A browser without a window does not ask for the icon; others do.
	icon := ask[string](b, `document.querySelector("link[rel=icon]").href`)
	answer, body := fetch(r.t, icon)
	bytes += float64(len(body) + headerSize(answer))
	r.add("/ with all it loads", fmt.Sprintf("%.0f KB", bytes/1000), "150 KB", bytes <= 150_000, true)
	r.add("/ requests", strconv.Itoa(len(loaded)+1), "12", len(loaded)+1 <= 12, true)
}

func headerSize(answer *http.Response) int {
	var b bytes.Buffer
	_ = answer.Header.Write(&b) // to memory
	return b.Len()
}

// measureFirstRenderings changes the data before each page is asked for. The change is made by another program on the
// same database, as an import would be.
func (r *report) measureFirstRenderings(p *process, db string) {
	s, err := store.Open(r.t.Context(), db, storetest.Options(r.t))
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close()
	changes := 0
	change := func() {
		changes++
		term := inspection.Term{ID: fmt.Sprintf("measured-%d", changes), Term: fmt.Sprintf("Measured %d", changes), Meaning: "A change of data."}
		if _, err := s.LoadSeed(r.t.Context(), &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
			r.t.Fatal(err)
		}
		<-time.After(noticeWait)
	}
	addresses := []string{"/"}
	for _, one := range startingAddresses(r.t) {
		if one.status == http.StatusOK && one.address != "/" {
			addresses = append(addresses, one.address)
		}
	}
	var slowest, slowestDrawing time.Duration
	var slowestAddress, slowestDrawn string
	drawn := map[string]bool{}
	for _, address := range addresses {
		change()
		start := time.Now()
		_, body := fetch(r.t, p.url+address)
		if took := time.Since(start); took > slowest {
			slowest, slowestAddress = took, address
		}
		for _, drawing := range regexp.MustCompile(`/charts/[^" ]+\.svg[^" ]*`).FindAllString(string(body), -1) {
			if drawn[drawing] {
				continue
			}
			drawn[drawing] = true
			start := time.Now()
			fetch(r.t, p.url+strings.ReplaceAll(drawing, "&amp;", "&"))
			if took := time.Since(start); took > slowestDrawing {
				slowestDrawing, slowestDrawn = took, drawing
			}
		}
		if address == "/" {
			r.addTime("first rendering of /", slowest, 400*time.Millisecond)
		}
	}
	r.addTime(fmt.Sprintf("slowest first rendering of %d pages: %s", len(addresses), slowestAddress), slowest, 400*time.Millisecond)
	path, _, _ := strings.Cut(slowestDrawn, "?")
	r.add(fmt.Sprintf("slowest of %d drawings, which no page waits for: %s", len(drawn), path),
		slowestDrawing.Round(time.Millisecond).String(), "none", true, false)
}

// packed returns what is at an address as it travels.
func packed(t *testing.T, address string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "br")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// fetch asks for an address as a browser does and returns the answer and its unpacked body.
func fetch(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "br")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var reader io.Reader = answer.Body
	if answer.Header.Get("Content-Encoding") == "br" {
		reader = brotli.NewReader(reader)
	}
	body, err := io.ReadAll(reader)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered %d: %v", address, answer.StatusCode, err)
	}
	return answer, body
}

var (
	wrkRate = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	wrkTail = regexp.MustCompile(`99%\s+([0-9.]+)(us|ms|s)\b`)
)

// load asks for an address over many connections and returns the requests a second and the time within which 99 of 100
// were answered.
func load(t *testing.T, address string, lasts time.Duration) (rate float64, tail time.Duration) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "wrk", "-t2", fmt.Sprintf("-c%d", loadConnections), fmt.Sprintf("-d%ds", int(lasts.Seconds())), "--latency", "-H", "Accept-Encoding: br", address).CombinedOutput()
	if err != nil {
		t.Fatalf("wrk: %v\n%s", err, out)
	}
	if bytes.Contains(out, []byte("Non-2xx")) || bytes.Contains(out, []byte("Socket errors")) {
		t.Fatalf("not every request was answered:\n%s", out)
	}
	rates, tails := wrkRate.FindSubmatch(out), wrkTail.FindSubmatch(out)
	if rates == nil || tails == nil {
		t.Fatalf("wrk printed no figures:\n%s", out)
	}
	rate, _ = strconv.ParseFloat(string(rates[1]), 64)                // the pattern has only digits
	tail, _ = time.ParseDuration(string(tails[1]) + string(tails[2])) // and a unit that Go knows
	return rate, tail
}

// process is a server in a process of its own.
type process struct {
	cmd    *exec.Cmd
	url    string
	out    io.ReadCloser // our end of its standard output
	stderr bytes.Buffer

	mu   sync.Mutex
	said []string // lines of its log about faults, the last ones
}

// startProcess starts a server and returns when it says that it listens.
func startProcess(t *testing.T, folder string, env []string, program string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(program, args...)
	p := &process{cmd: cmd}
	cmd.Dir, cmd.Env, cmd.Stderr = folder, env, &p.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.out = out
	t.Cleanup(func() {
		p.stop(t)
		if t.Failed() {
			t.Log(p.faults())
		}
	})
	lines := bufio.NewScanner(out)
	lines.Scan()
	url, ok := strings.CutPrefix(lines.Text(), "listening on ")
	if !ok {
		p.stop(t)
		t.Fatalf("%s said %q and %q", program, lines.Text(), p.stderr.String())
	}
	p.url = url
	go p.follow(lines)
	return p
}

// mostFaults is how many lines of a process's log are shown where a test fails.
const mostFaults = 20

// follow reads the log of a process to its end, since it must not hold the process up, and keeps what it says of faults.
func (p *process) follow(lines *bufio.Scanner) {
	for lines.Scan() {
		if line := lines.Text(); strings.Contains(line, `"level":"ERROR"`) {
			p.mu.Lock()
			p.said = append(p.said[max(0, len(p.said)-mostFaults+1):], line)
			p.mu.Unlock()
		}
	}
	_, _ = io.Copy(io.Discard, p.out) // where a line was too long
}

// faults is what the log of a process said of faults last.
func (p *process) faults() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "faults in the log of the process: " + strings.Join(p.said, "\n")
}

// stop ends the process as a service manager does. It may be called again.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if p.cmd.ProcessState != nil {
		return
	}
	if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
		t.Errorf("stop the server: %v", err)
	}
}

// memory returns the bytes that a process holds now and those it held at most.
func (p *process) memory(t *testing.T) (current, peak int64) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatalf("only Linux says how much memory a process holds: %v", err)
	}
	figure := func(name string) int64 {
		match := regexp.MustCompile(name + `:\s+([0-9]+) kB`).FindSubmatch(status)
		if match == nil {
			t.Fatalf("/proc has no %s", name)
		}
		kilobytes, _ := strconv.ParseInt(string(match[1]), 10, 64) // digits
		return kilobytes << 10
	}
	return figure("VmRSS"), figure("VmHWM")
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/(1<<20)) }

func median[T cmp.Ordered](all []T) T {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// programPath returns the program that make build has built.
func programPath(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../bin/timeline")
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("make build builds the program: %v", err)
	}
	return path
}

// bareAnswer is what a bare handler writes: the same bytes as the page that it is compared with, headers included.
type bareAnswer struct {
	Header http.Header
	Body   []byte
}

// serveBareHandler writes one answer to every request, and does nothing else.
func serveBareHandler() {
	var answer bareAnswer
	text, err := os.ReadFile(os.Getenv(asBareHandler))
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		panic(err)
	}
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.GET("/", func(c *gin.Context) {
		maps.Copy(c.Writer.Header(), answer.Header)
		c.Status(http.StatusOK)
		_, _ = c.Writer.Write(answer.Body) // who measures sees what does not arrive
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	go func() { panic(http.Serve(listener, g)) }()
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	<-stop.Done()
	os.Exit(0)
}
