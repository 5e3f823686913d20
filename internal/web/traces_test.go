package web

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// traceReceiver takes traces as a collector does.
type traceReceiver struct {
	url string

	mu    sync.Mutex
	spans []*otlp.Span
	raw   bytes.Buffer // everything that came, to look for what must not be in it
}

func receiveTraces(t *testing.T) *traceReceiver {
	t.Helper()
	r := &traceReceiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var body io.Reader = request.Body
		if request.Header.Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(body)
			if err != nil {
				t.Errorf("unpack traces: %v", err)
				return
			}
			body = unpacked
		}
		data, err := io.ReadAll(body)
		var sent collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(data, &sent)
		}
		if err != nil || request.URL.Path != "/v1/traces" {
			t.Errorf("read traces at %s: %v", request.URL.Path, err)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.raw.Write(data)
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				r.spans = append(r.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/v1/traces"
	return r
}

// named returns the span of a name, nil where there is none.
func (r *traceReceiver) named(name string) *otlp.Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, span := range r.spans {
		if span.GetName() == name {
			return span
		}
	}
	return nil
}

// tracedServer returns a server whose transactions, pages and drawings are traced.
func tracedServer(t *testing.T, endpoint string, log *slog.Logger) *Server {
	t.Helper()
	telemetry, err := NewTelemetry(t.Context(), TelemetryConfig{Version: "test", Endpoint: endpoint, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.OpenWith(t, storetest.SQLite(t, true), func(o *store.Options) {
		o.Observe = telemetry.Store
	})
	s := newServer(t, db)
	s.telemetry.traces = telemetry.traces
	return s
}

func TestATraceHoldsWhatARequestWasMadeOfAndNothingOfWhoAsked(t *testing.T) {
	received := receiveTraces(t)
	s := tracedServer(t, received.url, nil)
	s.doors.proxies = []netip.Prefix{netip.MustParsePrefix("10.1.0.4/32")}
	const trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for from, path := range map[string]string{
		"10.1.0.4:4000": "/authorities/west-northamptonshire?as-at=2026-03-01", "192.0.2.7:4000": "/search?q=secretword",
	} {
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.RemoteAddr = from
		request.Header.Set("Traceparent", "00-"+trace+"-"+parent+"-01")
		request.Header.Set("Cookie", "session=secretcookie")
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, answer.Code)
		}
	}
	get(t, s, "/charts/lanes/bradford.svg")
	if err := s.telemetry.Close(); err != nil {
		t.Fatal(err)
	}
	page, search, chart := received.named("GET /authorities/:slug"), received.named("GET /search"), received.named("GET /charts/:name/:file")
	if page == nil || search == nil || chart == nil {
		t.Fatalf("not all requests were traced: %v", received.spans)
	}
	if got := hex.EncodeToString(page.GetTraceId()); got != trace {
		t.Errorf("the trace of the trusted proxy does not go on: %s", got)
	}
	if got := hex.EncodeToString(search.GetTraceId()); got == trace || len(search.GetParentSpanId()) > 0 {
		t.Error("a trace of anybody's was taken over")
	}
	for _, name := range []string{"page", "drawing", "read Register"} {
		if received.named(name) == nil {
			t.Errorf("no span is called %s", name)
		}
	}
	if drawing := received.named("drawing"); drawing != nil && hex.EncodeToString(drawing.GetTraceId()) != hex.EncodeToString(chart.GetTraceId()) {
		t.Error("the drawing is not part of its request")
	}
	for _, secret := range []string{"secretword", "secretcookie", "192.0.2", "10.1.0.4", "west-northamptonshire", "SELECT"} {
		if bytes.Contains(received.raw.Bytes(), []byte(secret)) {
			t.Errorf("%s was sent", secret)
		}
	}
}

func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "200")
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	var lines bytes.Buffer
	s := tracedServer(t, away.URL+"/v1/traces", slog.New(slog.NewTextHandler(&lines, nil)))
	if answer := get(t, s, "/glossary"); answer.Code != http.StatusOK {
		t.Errorf("the page answers %d", answer.Code)
	}
	_ = s.telemetry.Close() // whether the last could be sent is in the log
	if !strings.Contains(lines.String(), "traces cannot be sent") {
		t.Errorf("nobody is told: %s", &lines)
	}
}

func TestNothingIsTracedWithoutAnEndpoint(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	if s.telemetry.traces != nil || traceOf(t.Context()) != "" {
		t.Error("there are traces")
	}
}
