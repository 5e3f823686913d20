package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"inspectiontimeline/internal/web"
)

// operationConfig is how the service is watched and stopped.
type operationConfig struct {
	metricsAddr string // where figures are shown; empty: nowhere
	traces      string // where traces are sent; empty: they are not made
	logRequests bool
	stopDelay   time.Duration // from the word to stop until no more requests are taken
}

// mostStopDelay is longer than any watch needs to notice that a server is not ready any more.
const mostStopDelay = 5 * time.Minute

func operationFlags(set *flag.FlagSet, o *operationConfig) {
	set.StringVar(&o.metricsAddr, "metrics-addr", "", "address and port, such as 127.0.0.1:9090, at which Prometheus has figures of the service; never a public one")
	set.StringVar(&o.traces, "traces-endpoint", "", "address such as http://127.0.0.1:4318/v1/traces to which traces are sent by OpenTelemetry (OTLP over HTTP); OTEL_EXPORTER_OTLP_ENDPOINT works too")
	set.BoolVar(&o.logRequests, "log-requests", false, "write a line into the log for each request, without who asked and without what stands behind the ? of an address")
	set.DurationVar(&o.stopDelay, "stop-delay", 0, "for how long the service says that it is not ready, and goes on answering, before it stops: as long as a load balancer takes to notice, such as 10s")
}

// validate says what is wrong with the flags, and takes what the standard variables of OpenTelemetry say where no flag does.
func (o *operationConfig) validate(addr string, getenv func(string) string, wrong func(name, format string, args ...any)) {
	if o.metricsAddr != "" {
		host, port, err := net.SplitHostPort(o.metricsAddr)
		n, notNumber := strconv.Atoi(port)
		switch {
		case err != nil || notNumber != nil || n < 0 || n > 65535:
			wrong("metrics-addr", "%q is not an address and a port, such as 127.0.0.1:9090", o.metricsAddr)
		case host != "" && host != "localhost" && net.ParseIP(host) == nil:
			wrong("metrics-addr", "%q is not an IP address or localhost", host)
		case o.metricsAddr == addr && n != 0:
			wrong("metrics-addr", "the pages are at %s already; give the figures another port", addr)
		}
	}
	if o.stopDelay < 0 || o.stopDelay > mostStopDelay {
		wrong("stop-delay", "give a time from 0s to %s", mostStopDelay)
	}
	o.traces = cmp.Or(o.traces, standardEndpoint(getenv))
	if u, err := url.Parse(o.traces); o.traces != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		wrong("traces-endpoint", "it is not an address that begins with http:// or https:// and a host, such as http://127.0.0.1:4318/v1/traces")
	}
}

// standardEndpoint returns where the standard variables of OpenTelemetry send traces: one names the whole address, the other what
// stands before the path of each kind of data.
func standardEndpoint(getenv func(string) string) string {
	if whole := getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"); whole != "" {
		return whole
	}
	if base := getenv("OTEL_EXPORTER_OTLP_ENDPOINT"); base != "" {
		return strings.TrimRight(base, "/") + "/v1/traces"
	}
	return ""
}

// words say for doctor how the service is watched.
func (o *operationConfig) words() (metrics, traces string) {
	metrics, traces = "none; Prometheus needs --metrics-addr", "none are made"
	if o.metricsAddr != "" {
		metrics = "at http://" + o.metricsAddr + "/metrics"
	}
	if o.traces != "" {
		traces = "sent to " + withoutPassword(o.traces)
	}
	return metrics, traces
}

// observe returns what is told of transactions, nil where nobody is.
func (c *config) observe() func(ctx context.Context, kind string, method func() string) func(error) {
	if c.telemetry == nil {
		return nil
	}
	return c.telemetry.Store
}

// figures is where the figures are shown.
type figures struct {
	server *http.Server // nil where they are nowhere
	ended  chan error
}

// serveFigures begins to answer those who collect figures, at an address of their own.
func serveFigures(addr string, telemetry *web.Telemetry, log *slog.Logger) (*figures, error) {
	if addr == "" {
		return &figures{}, nil
	}
	listener, err := listen(addr)
	if err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	routes := http.NewServeMux()
	routes.Handle("GET /metrics", telemetry.Metrics())
	f := &figures{ended: make(chan error, 1), server: &http.Server{
		Handler: routes, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}
	log.Info("figures are shown", "address", "http://"+listener.Addr().String()+"/metrics")
	go func() { f.ended <- f.server.Serve(listener) }()
	return f, nil
}

// close ends at once: who collects figures comes again.
func (f *figures) close() error {
	if f.server == nil {
		return nil
	}
	err := f.server.Close()
	if ended := <-f.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve figures: %w", ended))
	}
	return err
}

// answering is the pages being served.
type answering struct {
	server *http.Server
	ended  chan error
}

// stopped serves until ctx ends, and then finishes what was accepted: for delay it says that it is not ready and goes on; then no
// more is taken, and what is under way has stopWait to come to its end.
func (a *answering) stopped(ctx context.Context, pages *web.Server, delay time.Duration, log *slog.Logger) error {
	select {
	case err := <-a.ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("told to stop: what was accepted is finished first", "delay", delay.String())
	pages.Stopping()
	if delay > 0 {
		select {
		case err := <-a.ended:
			return fmt.Errorf("serve: %w", err)
		case <-time.After(delay):
		}
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
	defer cancel()
	if err := a.server.Shutdown(finish); err != nil {
		return errors.Join(fmt.Errorf("finish what was being answered: %w", err), a.server.Close())
	}
	log.Info("every request is answered")
	return nil
}
