package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	attributes "go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// traces sends what each request was made of to a collector. What is sent names routes and methods of the store and never an
// address, a word that was typed, a value or anybody.
type traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	known    propagation.TraceContext
}

// tracedService is how the service is called where traces of several are collected; OTEL_SERVICE_NAME wins.
const tracedService = "inspection-timeline"

// newTraces sends to an OTLP endpoint over HTTP. That nobody answers there is found out when the first are sent; it is said in
// the log and holds nothing up.
func newTraces(ctx context.Context, endpoint, version string, log *slog.Logger) (*traces, error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("prepare sending traces: %w", err)
	}
	named, err := resource.New(ctx, resource.WithAttributes(
		attributes.String("service.name", tracedService), attributes.String("service.version", version),
	), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("say whose traces they are: %w", err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(&toldExporter{SpanExporter: exporter, log: log}), sdktrace.WithResource(named))
	return &traces{provider: provider, tracer: provider.Tracer(tracedService)}, nil
}

// toldExporter says in the log when traces cannot be sent and when they can again, and not each time in between.
type toldExporter struct {
	sdktrace.SpanExporter
	log *slog.Logger

	mu   sync.Mutex
	away bool
}

// ExportSpans sends spans. That they are lost is no fault of the service, so nothing is returned.
func (e *toldExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := e.SpanExporter.ExportSpans(ctx, spans)
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case err != nil && !e.away:
		e.log.Warn("traces cannot be sent, and are lost until they can", "error", err)
	case err == nil && e.away:
		e.log.Info("traces can be sent again")
	}
	e.away = err != nil
	return nil
}

// request begins the trace of a request, or goes on with one of a trusted proxy.
func (t *traces) request(ctx context.Context, r *http.Request, n *noted, byProxy bool) (context.Context, func()) {
	if byProxy {
		ctx = t.known.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	method := methodWord(r.Method)
	ctx, span := t.tracer.Start(ctx, method, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attributes.String("http.request.method", method), attributes.String("request", n.reference),
	))
	return ctx, func() {
		if n.route != "" {
			span.SetName(method + " " + n.route)
			span.SetAttributes(attributes.String("http.route", n.route))
		}
		span.SetAttributes(attributes.Int("http.response.status_code", n.code()))
		if n.code() >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// work begins a span of what a request is made of. How it failed stands in the log: an error's words could hold a value.
func (t *traces) work(ctx context.Context, name string) (context.Context, func(error)) {
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// traceOf returns the number of the trace that a context belongs to, empty where it belongs to none.
func traceOf(ctx context.Context) string {
	if of := trace.SpanContextFromContext(ctx); of.HasTraceID() {
		return of.TraceID().String()
	}
	return ""
}

// traceFlush bounds how long what is collected may take to be sent when the program stops.
const traceFlush = 3 * time.Second

func (t *traces) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), traceFlush)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}
