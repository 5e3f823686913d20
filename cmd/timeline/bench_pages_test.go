package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// benchSizes are how many times England the databases hold.
var benchSizes = []int{1, 10, 100}

// benchPage is a main page, at an address at which much is shown.
type benchPage struct{ name, address string }

const aCouncil = "north-northamptonshire"

var benchPages = []benchPage{
	{"/", "/"}, {"an authority", "/authorities/" + aCouncil}, {"/inspections", "/inspections"},
	{"an inspection", "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"}, {"/recommendations", "/recommendations"},
	{"an area to improve", "/recommendations/NN-ILACS-2026-1"}, {"/compare", "/compare"}, {"/search", "/search"}, {"/scrutiny", "/scrutiny"},
	{"a drawing", "/charts/lanes/" + aCouncil + ".svg"},
}

// drawnCouncils are those of which a drawing is asked for, each once, so that none is kept.
var drawnCouncils = []string{aCouncil, "west-northamptonshire", "leicester", "bradford", "kent", "surrey", "norfolk"}

const (
	dashboardLimit   = 150 * time.Millisecond
	mostDashboard    = 1.5 // times what it costs at England
	startLimit       = time.Second
	largeStartLimit  = 3 * time.Second
	memoryLimit      = 250 << 20
	largeMemoryLimit = 400 << 20
)

// sizesSection is the heading over what is measured of databases of several sizes.
const sizesSection = "At 1, 10 and 100 times England"

// TestBenchSizes prints the figures of the main pages at each size alone.
func TestBenchSizes(t *testing.T) {
	benchPart(t, "the size of the record", func(r *report) {
		r.section(sizesSection)
		r.measureSizes()
	})
}

// TestBenchKeptPages prints how kept pages compare with a bare handler alone.
func TestBenchKeptPages(t *testing.T) {
	benchPart(t, "kept pages", func(r *report) {
		r.section("Kept pages against a bare handler")
		p := startProcess(t, t.TempDir(), nil, programPath(t), "serve", "--unlimited", "--addr", "127.0.0.1:0")
		r.measureKeptPages(p.url)
	})
}

// measureKeptPages compares each main page, as it comes from memory, with a server that only writes the same bytes. The first
// page is held to the limit, and measured for longer.
func (r *report) measureKeptPages(url string) {
	for i, page := range benchPages {
		if page.address == "/search" {
			continue // it is made for each who asks
		}
		rounds, lasts := 1, 4*time.Second
		if i == 0 {
			rounds, lasts = 3, 10*time.Second
		}
		if *benchShort {
			rounds, lasts = 1, time.Second
		}
		r.measureKeptPage(page, url+page.address, rounds, lasts, i == 0)
	}
}

func (r *report) measureKeptPage(page benchPage, address string, rounds int, lasts time.Duration, fails bool) {
	answer, body := fetch(r.t, address)
	if answer.Header.Get("Content-Encoding") != "br" {
		r.t.Fatalf("%s comes in the encoding %q, want br", page.address, answer.Header.Get("Content-Encoding"))
	}
	answer.Header.Del("Date") // the library of both writes it
	inside := packed(r.t, address)
	bare := r.bareHandler(bareAnswer{answer.Header, inside})
	defer bare.stop(r.t)
	if _, same := fetch(r.t, bare.url+"/"); !bytes.Equal(body, same) {
		r.t.Fatalf("%s: the bare handler writes other bytes", page.address)
	}
	alone := r.bareHandler(bareAnswer{nil, inside})
	defer alone.stop(r.t)
	var rates, bareRates, aloneRates []float64
	var tails, bareTails, aloneTails []time.Duration
	for range rounds {
		rate, tail := load(r.t, bare.url+"/", lasts)
		bareRates, bareTails = append(bareRates, rate), append(bareTails, tail)
		rate, tail = load(r.t, address, lasts)
		rates, tails = append(rates, rate), append(tails, tail)
		if fails { // the page that the limits are for
			rate, tail = load(r.t, alone.url+"/", lasts)
			aloneRates, aloneTails = append(aloneRates, rate), append(aloneTails, tail)
		}
	}
	rate, bareRate := median(rates), median(bareRates)
	tail, bareTail := median(tails), median(bareTails)
	r.add(fmt.Sprintf("%s: %.0f and %.0f requests a second", page.name, rate, bareRate),
		fmt.Sprintf("%.2f", rate/bareRate), "at least 0.60", rate >= 0.6*bareRate, fails && !*benchShort)
	r.add(fmt.Sprintf("%s: 99 of 100 answers within %s and %s", page.name, tail, bareTail),
		fmt.Sprintf("%.2f", float64(tail)/float64(bareTail)), "at most 3.00", tail <= 3*bareTail, fails && !*benchShort)
	if fails {
		rate, tail := median(rates)/median(aloneRates), float64(median(tails))/float64(median(aloneTails))
		r.add(page.name+": against a bare handler that writes the body without its headers, requests a second", fmt.Sprintf("%.2f", rate), "none", true, false)
		r.add(page.name+": and 99 of 100 answers", fmt.Sprintf("%.2f", tail), "none", true, false)
	}
}

// bareHandler starts a bare handler.
func (r *report) bareHandler(answer bareAnswer) *process {
	file := filepath.Join(r.t.TempDir(), "answer")
	text, err := json.Marshal(answer)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		r.t.Fatal(err)
	}
	return startProcess(r.t, r.t.TempDir(), []string{asBareHandler + "=" + file}, self)
}

// measureSizes measures the main pages, made anew, on each engine and at each size.
func (r *report) measureSizes() {
	if *benchShort {
		benchSizes = []int{1, 2, 3}
	}
	for _, engine := range r.engines() {
		var all [][]time.Duration // by size and page
		for _, times := range benchSizes {
			all = append(all, r.measureSize(engine, times))
		}
		for i, page := range benchPages {
			took := make([]time.Duration, len(benchSizes))
			for n := range benchSizes {
				took[n] = all[n][i]
			}
			if engine.name == "SQLite" {
				r.bars = append(r.bars, benchBar{page.name, took})
			}
			growth := float64(took[len(took)-1]) / float64(took[0])
			limit, met := "none", true
			if i == 0 {
				limit, met = fmt.Sprintf("at most %.2f", mostDashboard), growth <= mostDashboard
			}
			r.add(fmt.Sprintf("%s: %s made anew: %s, and %s at %d times England", engine.name, page.name, inMilliseconds(took[0]),
				inMilliseconds(took[len(took)-1]), benchSizes[len(benchSizes)-1]), fmt.Sprintf("%.2f", growth), limit, met, false)
			if i == 0 {
				r.add(engine.name+": / made anew at England", inMilliseconds(took[0]), dashboardLimit.String(), took[0] <= dashboardLimit, false)
			}
		}
	}
}

func inMilliseconds(took time.Duration) string { return took.Round(time.Millisecond / 10).String() }

// measureSize measures a database of one size and returns how long each main page takes to be made anew.
func (r *report) measureSize(engine engineOf, times int) []time.Duration {
	db := engine.empty()
	args := []string{"seed", "--db", db}
	if times > 1 {
		args = append(args, "--synthetic", strconv.Itoa(times))
	}
	name := engine.name + ", " + timesWords(times) + ": "
	r.add(name+"loading it", r.timeOfCommand(args...).Round(time.Second).String(), "none", true, false)
	start, most := startLimit, int64(memoryLimit)
	if times > 1 {
		start, most = largeStartLimit, largeMemoryLimit
	}
	r.addTime(name+"start to ready", r.timeToReady(db), start)

	s := storetest.Open(r.t, db)
	p := startProcess(r.t, r.t.TempDir(), nil, programPath(r.t), "serve", "--open", "--unlimited", "--addr", "127.0.0.1:0", "--db", db)
	defer p.stop(r.t)
	took := r.timesMadeAnew(s, p.url)
	current, _ := p.memory(r.t)
	r.add(name+"memory after the main pages", megabytes(current), megabytes(most), current <= most, false)
	for _, file := range []string{"/inspections.csv", "/inspections.xlsx", "/recommendations.csv", "/authorities.xlsx"} {
		r.add(name+"the file "+file, inMilliseconds(r.timeOf(p.url+file)), "none", true, false)
	}
	_, peak := p.memory(r.t)
	r.add(name+"memory at its highest, with the files", megabytes(peak), "none", true, false)
	return took
}

// timeToReady starts the program three times and returns how long it takes until it says that it is ready.
func (r *report) timeToReady(db string) time.Duration {
	var took []time.Duration
	for range 3 {
		begin := time.Now()
		p := startProcess(r.t, r.t.TempDir(), nil, programPath(r.t), "serve", "--addr", "127.0.0.1:0", "--db", db)
		fetch(r.t, p.url+"/readyz")
		took = append(took, time.Since(begin))
		p.stop(r.t)
	}
	return median(took)
}

// timesMadeAnew asks for each main page after changes that make all of them stale. The first page is asked for first, and so has to read
// again what all pages need.
func (r *report) timesMadeAnew(s *store.Store, origin string) []time.Duration {
	rounds := len(drawnCouncils)
	if *benchShort {
		rounds = 1
	}
	change := r.changeWords(s)
	took := make([][]time.Duration, len(benchPages))
	for _, page := range benchPages[:len(benchPages)-1] {
		r.timeOf(origin + page.address) // what is read once for all pages is read now
	}
	for round := range rounds {
		change()
		for i, page := range benchPages {
			address := strings.ReplaceAll(page.address, "lanes/"+aCouncil, "lanes/"+drawnCouncils[round])
			took[i] = append(took[i], r.timeOf(origin+address))
		}
	}
	var out []time.Duration
	for _, times := range took {
		out = append(out, median(times))
	}
	return out
}

// changeWords returns what adds a word to the glossary, which every page depends on, and waits until the program knows.
func (r *report) changeWords(s *store.Store) func() {
	changes := 0
	return func() {
		changes++
		term := inspection.Term{ID: fmt.Sprintf("changed-%d-%d", time.Now().UnixNano(), changes), Meaning: "A change of data."}
		term.Term = term.ID
		if _, err := s.LoadSeed(r.t.Context(), &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
			r.t.Fatal(err)
		}
		<-time.After(noticeWait)
	}
}

func TestEveryMainPageIsMeasured(t *testing.T) {
	for i, page := range benchPages {
		if !strings.HasPrefix(page.address, "/") || slices.ContainsFunc(benchPages[:i], func(p benchPage) bool { return p.address == page.address }) {
			t.Errorf("%s is measured twice, or nowhere", page.name)
		}
		if status, _ := statusOf(t, siteURL(t)+page.address); status != http.StatusOK {
			t.Errorf("%s is answered %d", page.address, status)
		}
	}
}
