package web

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// The work that is counted and timed beside whole requests; the store adds "read" and "write".
const (
	workPage    = "page"
	workDrawing = "drawing"
	workPicture = "picture"
	workLetter  = "letter"
)

// TelemetryConfig says what becomes of what is observed.
type TelemetryConfig struct {
	Version  string       // of the program
	Endpoint string       // the whole address to which traces are sent by OTLP over HTTP; empty: none are made
	Log      *slog.Logger // is told when they cannot be sent; nil: nobody is
}

// Telemetry observes a service for those who run it: figures for Prometheus and, where they are asked for, traces by
// OpenTelemetry. It is one for a program, and safe for concurrent use.
type Telemetry struct {
	metrics *metrics
	traces  *traces // nil: none are made
}

// NewTelemetry returns one that has observed nothing yet. It fails where the endpoint is no address.
func NewTelemetry(ctx context.Context, config TelemetryConfig) (*Telemetry, error) {
	t := &Telemetry{metrics: newMetrics(config.Version)}
	if config.Endpoint == "" {
		return t, nil
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	t.traces, err = newTraces(ctx, config.Endpoint, config.Version, config.Log)
	return t, err
}

// Close sends the traces that were not sent yet, for which it takes a few seconds at most.
func (t *Telemetry) Close() error {
	if t.traces == nil {
		return nil
	}
	return t.traces.close()
}

// Metrics answers those who collect figures. It is not for the public address: the figures tell what is worked on.
func (t *Telemetry) Metrics() http.Handler {
	return promhttp.HandlerFor(t.metrics.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

// Store observes a transaction: kind is "read" or "write", method says which exported method of the store makes it, and is asked
// only where that is of use. What it returns is called when the transaction has ended.
func (t *Telemetry) Store(ctx context.Context, kind string, method func() string) (ended func(error)) {
	name := kind
	if t.traces != nil {
		name += " " + method()
	}
	_, ended = t.work(ctx, kind, name)
	return ended
}

// Job counts a round of a job that goes on behind the pages.
func (t *Telemetry) Job(name string, err error) {
	t.metrics.jobs.WithLabelValues(name, endedBy(err)).Inc()
}

// request observes a request until what it returns is called.
func (t *Telemetry) request(ctx context.Context, r *http.Request, n *noted, byProxy bool) (context.Context, func(took time.Duration)) {
	t.metrics.underWay.Inc()
	traced := func() {}
	if t.traces != nil {
		ctx, traced = t.traces.request(ctx, r, n, byProxy)
	}
	return ctx, func(took time.Duration) {
		t.metrics.underWay.Dec()
		t.metrics.answered(r.Method, n, took)
		traced()
	}
}

// work observes a piece of work until what it returns is called. What is done under the context that it returns is a part of it.
func (t *Telemetry) work(ctx context.Context, work, name string) (context.Context, func(error)) {
	began := time.Now()
	traced := func(error) {}
	if t.traces != nil {
		ctx, traced = t.traces.work(ctx, name)
	}
	return ctx, func(err error) {
		t.metrics.work.WithLabelValues(work, endedBy(err)).Observe(time.Since(began).Seconds())
		traced(err)
	}
}

// observing does a piece of work that gives something, and observes it.
func observing[T any](ctx context.Context, t *Telemetry, work string, do func(context.Context) (T, error)) (T, error) {
	ctx, ended := t.work(ctx, work, work)
	made, err := do(ctx)
	ended(err)
	return made, err
}

// timed has a handler make its answer, and observes that. A refusal is an answer too; what failed shows in the answer's status.
func (s *Server) timed(c *gin.Context, handler func(*gin.Context) error) error {
	before := c.Request
	ctx, ended := s.telemetry.work(before.Context(), workPage, workPage)
	defer ended(nil)
	if s.telemetry.traces != nil {
		c.Request = before.WithContext(ctx)
		defer func() { c.Request = before }()
	}
	return handler(c)
}

// readLetter reads a letter, and counts what became of it.
func (s *Server) readLetter(ctx context.Context, data []byte) letter.Reading {
	reading, _ := observing(ctx, s.telemetry, workLetter, func(ctx context.Context) (letter.Reading, error) {
		return s.readings.reader.Read(ctx, data), nil
	})
	s.telemetry.metrics.letters.WithLabelValues(outcomeOf(reading)).Inc()
	return reading
}

// metrics counts and times what a server does. No value of a label is of a reader's choice, so that nobody can make it grow.
type metrics struct {
	registry *prometheus.Registry
	ours     []prometheus.Collector // that begin with timeline_, save those of standing
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	underWay prometheus.Gauge
	work     *prometheus.HistogramVec
	letters  *prometheus.CounterVec
	jobs     *prometheus.CounterVec
}

var (
	// requestBuckets reach from an answer that was made before to the longest that is waited for one.
	requestBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}
	workBuckets    = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30}
)

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "timeline_requests_total", Help: "requests that were answered",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "timeline_request_seconds", Help: "how long answers took", Buckets: requestBuckets,
		}, []string{"route"}),
		underWay: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "timeline_requests_under_way", Help: "requests that are being answered",
		}),
		work: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "timeline_work_seconds", Help: "how long work took: a page made, a chart drawn, a picture of one painted, a letter read, a transaction that reads or writes",
			Buckets: workBuckets,
		}, []string{"work", "ended"}),
		letters: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "timeline_letters_read_total", Help: "letters that were read, by what became of them",
		}, []string{"outcome"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "timeline_job_rounds_total", Help: "rounds of the work that goes on behind the pages",
		}, []string{"job", "ended"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "timeline_build_info", Help: "always 1; which program this is",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	m.ours = []prometheus.Collector{m.requests, m.seconds, m.underWay, m.work, m.letters, m.jobs, build}
	m.registry.MustRegister(m.ours...)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// How something ended, as a label says it.
const (
	endedWell = "well"
	endedBad  = "failed"
)

func endedBy(err error) string {
	if err != nil {
		return endedBad
	}
	return endedWell
}

// answered counts an answer. A request that no page has counts under one route, whatever it asked for.
func (m *metrics) answered(method string, n *noted, took time.Duration) {
	route := n.route
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(methodWord(method), route, statusClasses[n.code()/100%len(statusClasses)]).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

var statusClasses = [...]string{"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"}

// outcomeOf says what became of a letter, as a label does.
func outcomeOf(r letter.Reading) string {
	switch {
	case r.Refused():
		return "refused"
	case r.Status == letter.NotALetter:
		return "not_a_letter"
	case r.IsPicture():
		return "picture"
	case r.Status == letter.Unreadable:
		return "unreadable"
	}
	return "draft"
}

// scrapeWait bounds what one look at the figures may ask of the database.
const scrapeWait = 2 * time.Second

// standing is what is looked up when the figures are asked for: what waits, the database, the answers kept in memory.
type standing struct {
	server *Server

	cacheAnswers, cacheBytes, cacheEntries *prometheus.Desc
	waiting, oldest                        *prometheus.Desc
	up, changes                            *prometheus.Desc
	connections, most                      *prometheus.Desc
	waits, waited                          *prometheus.Desc
	lag                                    *prometheus.Desc
	backup                                 *prometheus.Desc
}

func newStanding(s *Server) *standing {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("timeline_"+name, help, labels, nil)
	}
	return &standing{
		server:       s,
		cacheAnswers: desc("cache_answers_total", "answers for everybody that were asked for, by whether they were kept in memory", "found"),
		cacheBytes:   desc("cache_bytes", "what the answers kept in memory take"),
		cacheEntries: desc("cache_entries", "answers kept in memory"),
		waiting:      desc("waiting", "letters that wait to be read, messages that are not sent yet, units that wait to be indexed for the search", "queue"),
		oldest:       desc("waiting_oldest_seconds", "how long the one has waited that has waited longest", "queue"),
		up:           desc("database_up", "1 where the database answers as it should, 0 where it does not"),
		changes:      desc("database_changes", "number of the last entry of the record of changes"),
		connections:  desc("database_connections", "connections to the database", "pool", "state"),
		most:         desc("database_connections_most", "connections that a pool may have", "pool"),
		waits:        desc("database_waits_total", "how often work waited for a connection", "pool"),
		waited:       desc("database_wait_seconds_total", "how long work waited for a connection in all", "pool"),
		lag:          desc("database_replica_lag_seconds", "how far the reading server is behind; not there where there is none"),
		backup:       desc("backup_newest_timestamp_seconds", "when the newest scheduled backup was made; 0 where none was yet"),
	}
}

// Describe sends what Collect may send.
func (g *standing) Describe(out chan<- *prometheus.Desc) {
	for _, d := range g.all() {
		out <- d
	}
}

func (g *standing) all() []*prometheus.Desc {
	return []*prometheus.Desc{
		g.cacheAnswers, g.cacheBytes, g.cacheEntries, g.waiting, g.oldest, g.up, g.changes, g.connections, g.most, g.waits, g.waited,
		g.lag, g.backup,
	}
}

// Collect looks everything up. What the database does not tell in time is left out.
func (g *standing) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	total := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, labels...)
	}
	s := g.server
	cache := s.cache.figures()
	total(g.cacheAnswers, float64(cache.found), "yes")
	total(g.cacheAnswers, float64(cache.missed), "no")
	gauge(g.cacheBytes, float64(cache.bytes))
	gauge(g.cacheEntries, float64(cache.entries))
	for pool, stats := range s.store.Pools() {
		gauge(g.connections, float64(stats.InUse), pool, "in use")
		gauge(g.connections, float64(stats.Idle), pool, "idle")
		gauge(g.most, float64(stats.MaxOpenConnections), pool)
		total(g.waits, float64(stats.WaitCount), pool)
		total(g.waited, stats.WaitDuration.Seconds(), pool)
	}
	if s.lastBackup != nil {
		newest := 0.0 // long ago, so that an alarm for old ones rings
		if at := s.lastBackup(); !at.IsZero() {
			newest = float64(at.Unix())
		}
		gauge(g.backup, newest)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWait)
	defer cancel()
	if lag, known, err := s.store.ReplicaLag(ctx); known && err == nil {
		gauge(g.lag, lag.Seconds())
	}
	up := 0.0
	defer func() { gauge(g.up, up) }()
	if s.store.Ready(ctx) != nil {
		return
	}
	last, err := s.store.Last(ctx)
	if err != nil {
		return
	}
	queues, err := s.store.Queues(ctx)
	if err != nil {
		return
	}
	up = 1
	gauge(g.changes, float64(last.Number))
	for name, queue := range map[string]store.Queue{"letters": queues.Letters, "messages": queues.Messages, "search": queues.Search} {
		gauge(g.waiting, float64(queue.Waiting), name)
		if name != "search" { // nothing says since when these wait
			gauge(g.oldest, queue.Oldest.Seconds(), name)
		}
	}
}
