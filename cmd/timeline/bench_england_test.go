package main

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	// timesEngland is how many times England the larger database holds.
	timesEngland = 100
	// mostGrowth is how much longer a page may take there that shows the same rows.
	mostGrowth = 2.0

	compareLimit = 100 * time.Millisecond
	englandLimit = 150 * time.Millisecond
	cachedLimit  = 5 * time.Millisecond
)

// TestBenchEngland prints the figures of the pages about many authorities alone.
func TestBenchEngland(t *testing.T) { benchPart(t, "England", (*report).measureEngland) }

// measureEngland measures the pages about many authorities on a database of each engine, and on one that holds many times
// England.
func (r *report) measureEngland() {
	r.measureEnglandOn("SQLite", storetest.SQLite(r.t, true), filepath.Join(r.t.TempDir(), "many.db"))
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		r.add("PostgreSQL: TEST_DATABASE_URL names no server", "not measured", englandLimit.String(), true, false)
		return
	}
	r.measureEnglandOn("PostgreSQL", storetest.Postgres(r.t, server, true), storetest.EmptyPostgres(r.t, server))
}

func (r *report) measureEnglandOn(engine, once, many string) {
	r.timeOfCommand("seed", "--synthetic", strconv.Itoa(timesEngland), "--db", many)
	small := r.englandSite(engine, once)
	pages := englandPages()
	small.measureCached(pages)
	all := small.measure(pages)
	for i, page := range pages {
		limit := englandLimit
		if strings.HasPrefix(page.name, "/compare") {
			limit = compareLimit
		}
		r.addTimes(engine+": "+page.name, all[i], limit)
	}
	region := regionPages()
	before := small.measure(region)
	small.measureRefresh()
	small.stop()

	large := r.englandSite(fmt.Sprintf("%s, %d times", engine, timesEngland), many)
	after := large.measure(region)
	for i, page := range region {
		growth := float64(median(after[i])) / float64(median(before[i]))
		r.add(fmt.Sprintf("%s: %s, %d times England: %s and %s", engine, page.name, timesEngland,
			median(before[i]).Round(time.Millisecond/10), median(after[i]).Round(time.Millisecond/10)),
			fmt.Sprintf("%.2f", growth), fmt.Sprintf("at most %.2f", mostGrowth), growth <= mostGrowth, false)
	}
	large.measureRefresh()
	current, _ := large.p.memory(r.t)
	r.add(fmt.Sprintf("%s: memory with %d times England", engine, timesEngland), megabytes(current), "none", true, false)
	large.stop()
}

// timeOfCommand runs the program and returns how long it took.
func (r *report) timeOfCommand(args ...string) time.Duration {
	r.t.Helper()
	start := time.Now()
	if out, err := exec.CommandContext(r.t.Context(), programPath(r.t), args...).CombinedOutput(); err != nil {
		r.t.Fatalf("timeline %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return time.Since(start)
}

// englandPages are the pages about all of England, each as it stands where nothing is chosen or as a number leads to it.
func englandPages() []progressPage {
	return pagesAt("",
		"/compare?authority=north-northamptonshire&group=neighbours", "/england", "/england/map", "/england/journeys",
		"/england/journeys/authorities?judgement=leaders&rules=ilacs&from=inadequate&to=requires_improvement",
		"/england/asked", "/reorganisations")
}

// regionPages are those of one region: it has the same authorities in each database.
func regionPages() []progressPage {
	return pagesAt("East Midlands",
		"/compare?authority=north-northamptonshire&group=neighbours", "/compare?authority=north-northamptonshire&group=region",
		"/england", "/england/map", "/england/journeys",
		"/england/journeys/authorities?judgement=leaders&rules=ilacs&from=inadequate&to=requires_improvement",
		"/england/asked?authority=north-northamptonshire&group=region", "/reorganisations", "/")
}

func pagesAt(region string, addresses ...string) []progressPage {
	var pages []progressPage
	for _, address := range addresses {
		name, query, _ := strings.Cut(address, "?")
		values, _ := url.ParseQuery(query) // ours are well formed
		if group := values.Get("group"); group != "" {
			name += " by " + group
		}
		if region != "" && !values.Has("authority") && address != "/" {
			address = withQuery(address, url.Values{"region": {region}}.Encode())
			name += " of a region"
		}
		pages = append(pages, progressPage{name: name, addresses: []string{address}})
	}
	return pages
}

// englandSite is a running program with a database.
type englandSite struct {
	*report
	engine string
	p      *process
	store  *store.Store
	change func()
}

func (r *report) englandSite(engine, db string) *englandSite {
	s := &englandSite{report: r, engine: engine, store: storetest.Open(r.t, db)}
	s.p = startProcess(r.t, r.t.TempDir(), nil, programPath(r.t), "serve", "--open", "--unlimited", "--addr", "127.0.0.1:0", "--db", db)
	for _, first := range []string{"/glossary", "/england"} {
		r.add(fmt.Sprintf("%s: the first %s after a start", engine, first), s.timeOf(s.p.url+first).Round(time.Millisecond).String(), "none", true, false)
	}
	s.change = r.changeWords(s.store)
	return s
}

func (s *englandSite) stop() { s.p.stop(s.t) }

// measure asks for each page after a change.
func (s *englandSite) measure(pages []progressPage) [][]time.Duration {
	return s.askInTurns(s.p.url, pages, "", s.change)
}

// measureCached asks for each page as it is kept.
func (s *englandSite) measureCached(pages []progressPage) {
	times := s.askInTurns(s.p.url, pages, "", func() {})
	for i, page := range pages {
		s.addFineTimes(s.engine+": "+page.name+", kept", times[i][1:], cachedLimit) // the first was not
	}
}

// addFineTimes is addTimes for what takes less than a few milliseconds.
func (r *report) addFineTimes(name string, times []time.Duration, limit time.Duration) {
	r.t.Helper()
	figure := fmt.Sprintf("%s, 95 of 100 within %s", median(times).Round(time.Millisecond/10), tail(times).Round(time.Millisecond/10))
	r.add(name, figure, limit.String(), tail(times) <= limit, false)
}

// measureRefresh measures a page after another program has added an inspection, which is read into the record of England.
func (s *englandSite) measureRefresh() {
	const rounds = 5
	var times []time.Duration
	for i := range rounds {
		start := inspection.MustDate("2026-09-07").AddDays(7 * i)
		in := &inspection.Inspection{
			ID: "leicester-ilacs-standard-" + start.ISO(), Kind: "ilacs-standard", Framework: "ilacs-2026", FieldworkStart: start,
			FieldworkEnd: start.AddDays(11), Published: start.AddDays(40), Document: inspection.DocumentPublished, Confidence: inspection.ByLetter,
		}
		in.Bodies = []inspection.InspectionBody{{InspectionID: in.ID, BodyID: "leicester", Confirmed: true, Position: 1}}
		in.Judgements = []inspection.Judgement{{InspectionID: in.ID, Strand: "leaders", Grade: "good", Confidence: inspection.ByLetter, Position: 1}}
		if _, err := s.store.LoadSeed(s.t.Context(), &inspection.Record{Inspections: []*inspection.Inspection{in}}); err != nil {
			s.t.Fatal(err)
		}
		<-time.After(noticeWait)
		times = append(times, s.timeOf(s.p.url+"/england/map?region=East+Midlands"))
	}
	s.add(s.engine+": /england/map of a region after a letter came out", median(times).Round(time.Millisecond).String(), "none", true, false)
}
