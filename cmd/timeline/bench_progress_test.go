package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	measuredItems   = 10_000
	measuredUpdates = 50_000
	// timesAsked is how often each page is asked for, each time after a change: a page that can be narrowed in six or eight
	// ways as often in each of them.
	timesAsked = 24
	// measuredPast is a day in the middle of what storetest.Progress records.
	measuredPast = "2026-05-20"

	listLimit  = 100 * time.Millisecond
	pastLimit  = 300 * time.Millisecond
	otherLimit = 400 * time.Millisecond // as for every first rendering
)

// TestBenchProgress prints the figures of progress alone.
func TestBenchProgress(t *testing.T) { benchPart(t, "progress", (*report).measureProgress) }

// measureProgress fills a database of each engine and measures the pages that show areas to improve.
func (r *report) measureProgress() {
	r.measureProgressOn("SQLite", storetest.SQLite(r.t, true))
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		r.add("PostgreSQL: TEST_DATABASE_URL names no server", "not measured", listLimit.String(), true, false)
		return
	}
	r.measureProgressOn("PostgreSQL", storetest.Postgres(r.t, server, true))
}

func (r *report) measureProgressOn(engine, db string) {
	s := storetest.Open(r.t, db)
	councils := storetest.Progress(r.t, s, measuredItems, measuredUpdates)
	council := councils[len(councils)/2]
	p := startProcess(r.t, r.t.TempDir(), nil, programPath(r.t), "serve", "--open", "--unlimited", "--addr", "127.0.0.1:0", "--db", db)
	change := r.changeProgress(s, p.url, council)
	for _, day := range []struct {
		words, query string
		limit        time.Duration
	}{{"", "", listLimit}, {" as it stood", "as-at=" + measuredPast, pastLimit}} {
		pages := progressPages(r.t, council)
		for i, times := range r.askInTurns(p.url, pages, day.query, change) {
			r.addTimes(engine+": "+pages[i].name+day.words, times, day.limit)
		}
	}
	r.measureAfterOtherChanges(engine, s, p.url+"/scrutiny?authority="+council)
	p.stop(r.t)
}

// progressPage is a page, or those that differ in one choice and are asked for in turns.
type progressPage struct {
	name      string
	addresses []string
}

func progressPages(t *testing.T, council string) []progressPage {
	list := func(words, parameter string, values ...string) progressPage {
		page := progressPage{name: "/recommendations by " + words}
		for _, value := range values {
			page.addresses = append(page.addresses, "/recommendations?"+url.Values{parameter: {value}}.Encode())
		}
		return page
	}
	var stages, shows []string
	for _, stage := range inspection.Stages() {
		stages = append(stages, string(stage))
	}
	for _, show := range store.Shows() {
		shows = append(shows, string(show))
	}
	return []progressPage{
		{"/recommendations", []string{"/recommendations"}},
		list("authority", "authority", council), list("inspection", "inspection", council+"-letter-2"),
		list("theme", "theme", storetest.Seed(t).Themes[0].Code),
		list("each stage", "stage", stages...), list("each choice to show", "show", shows...),
		{"/scrutiny", []string{"/scrutiny?authority=" + council}},
		{"/", []string{"/"}},
	}
}

func withQuery(address, query string) string {
	switch {
	case query == "":
		return address
	case strings.Contains(address, "?"):
		return address + "&" + query
	}
	return address + "?" + query
}

// askInTurns asks for each page so many times, and for all of them in turns, so that what else the machine does for a moment
// does not fall on one page alone. Before each turn something changes that makes all of them stale, and each turn begins with another
// page, which has to read again what all need.
func (r *report) askInTurns(origin string, pages []progressPage, query string, change func()) [][]time.Duration {
	took := make([][]time.Duration, len(pages))
	for turn := range timesAsked {
		change()
		for n := range pages {
			i := (n + turn) % len(pages)
			page := pages[i]
			took[i] = append(took[i], r.timeOf(origin+withQuery(page.addresses[turn%len(page.addresses)], query)))
		}
	}
	return took
}

func (r *report) timeOf(address string) time.Duration {
	start := time.Now()
	fetch(r.t, address)
	return time.Since(start)
}

// changeProgress returns what records an update through the program itself, which no kept page outlives.
func (r *report) changeProgress(s *store.Store, origin, council string) func() {
	list, err := s.Positions(r.t.Context(), council, inspection.Date{})
	if err != nil {
		r.t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(item store.ListedRecommendation) bool { return item.Position.Recorded() })
	officer := &desk{t: r.t, origin: origin, client: stepByStep}
	officer.actAs("Improvement officer", inspection.RoleOfficer)
	changes := 0
	return func() {
		changes++
		form := url.Values{
			"words": {fmt.Sprintf("For the %d. time something has changed.", changes)}, "on": {"1 October 2026"},
			"audience": {string(inspection.ForPublic)},
		}
		answer, body := officer.send(http.MethodPost, "/recommendations/"+list[i].Reference+"/updates",
			"application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		if answer.StatusCode != http.StatusSeeOther {
			r.t.Fatalf("an update is answered %d: %s", answer.StatusCode, mainText(r.t, body))
		}
	}
}

// measureAfterOtherChanges measures a page after changes of the glossary by another program, as an import would make them:
// what every page needs of the whole record is then read again too.
func (r *report) measureAfterOtherChanges(engine string, s *store.Store, address string) {
	var times []time.Duration
	for i := range timesAsked {
		term := inspection.Term{ID: fmt.Sprintf("measured-%d", i), Term: fmt.Sprintf("Measured %d", i), Meaning: "A change of data."}
		if _, err := s.LoadSeed(r.t.Context(), &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
			r.t.Fatal(err)
		}
		<-time.After(noticeWait)
		times = append(times, r.timeOf(address))
	}
	r.addTimes(engine+": /scrutiny after a change of the glossary", times, otherLimit)
}

// addTimes adds how long the middle one of some requests took and how long all but one of twenty did, which is held to the
// limit.
func (r *report) addTimes(name string, times []time.Duration, limit time.Duration) {
	r.t.Helper()
	figure := fmt.Sprintf("%s, 95 of 100 within %s", median(times).Round(time.Millisecond), tail(times).Round(time.Millisecond))
	r.add(name, figure, limit.String(), tail(times) <= limit, false)
}

// tail returns the 95th percentile.
func tail(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[(len(sorted)*95+99)/100-1]
}
