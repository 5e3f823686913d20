package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// freePort returns an address of this machine at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestFiguresHaveAnAddressOfTheirOwn(t *testing.T) {
	addr := freePort(t)
	s := startService(t, nil, "--db", storetest.SQLite(t, true), "--metrics-addr", addr)
	if status, _ := s.get(t, "/metrics"); status != http.StatusNotFound {
		t.Errorf("at the address of the pages they answer %d", status)
	}
	figures := &service{url: "http://" + addr}
	status, body := figures.get(t, "/metrics")
	if status != http.StatusOK {
		t.Fatalf("they answer %d: %s", status, body)
	}
	mustSay(t, body, `timeline_requests_total{method="GET",route="none",status="4xx"} 1`, "timeline_database_up 1",
		`timeline_work_seconds_count{ended="well",work="read"}`, "timeline_build_info", "go_goroutines", "process_open_fds")
	if status, _ := figures.get(t, "/"); status != http.StatusNotFound {
		t.Errorf("the pages are at the address of the figures: %d", status)
	}
	mustSucceed(t, s.finish(t))
}

func TestFlagsOfOperationAreChecked(t *testing.T) {
	for name, tt := range map[string]struct {
		env  variables
		args []string
		want string
	}{
		"figures without a port":           {nil, []string{"--metrics-addr", "127.0.0.1"}, "127.0.0.1:9090"},
		"figures at a name":                {nil, []string{"--metrics-addr", "metrics.example:9090"}, "IP address"},
		"figures where the pages are":      {nil, []string{"--metrics-addr", defaultAddr}, "another port"},
		"traces to no address":             {nil, []string{"--traces-endpoint", "collector:4318"}, "http://127.0.0.1:4318/v1/traces"},
		"traces by a standard variable":    {variables{"OTEL_EXPORTER_OTLP_ENDPOINT": "grpc://collector"}, nil, "--traces-endpoint"},
		"a delay before the time it began": {nil, []string{"--stop-delay", "-1s"}, "0s"},
		"a delay of a day":                 {nil, []string{"--stop-delay", "24h"}, "5m"},
	} {
		t.Run(name, func(t *testing.T) {
			got := runCommand(t, tt.env, append([]string{"doctor"}, tt.args...)...)
			if got.code != exitUsage || !strings.Contains(got.stderr, tt.want) {
				t.Errorf("exit %d, %q", got.code, got.stderr)
			}
		})
	}
}

func TestTheStandardVariablesNameTheEndpointOfTraces(t *testing.T) {
	for want, env := range map[string]variables{
		"":                                {},
		"http://collector:4318/v1/traces": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"},
		"https://traces.example/whole":    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://traces.example/whole", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"},
	} {
		if got := standardEndpoint(env.get); got != want {
			t.Errorf("%v lead to %q, want %q", env, got, want)
		}
	}
}

// halfSent is a form of which half has been sent, to a server that reads it.
type halfSent struct {
	connection net.Conn
	answers    *bufio.Reader
	rest       string
}

// sendHalf sends half of the form with which somebody says who they are in a demonstration.
func sendHalf(t *testing.T, url string) *halfSent {
	t.Helper()
	host := strings.TrimPrefix(url, "http://")
	connection, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	const form = "post=Improvement+officer&role=officer&back=%2Fletters"
	half := len(form) / 2
	answers := bufio.NewReader(connection)
	if _, err = fmt.Fprintf(connection, "POST /acting HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", host, len(form)); err != nil {
		t.Fatal(err)
	}
	// It says that it goes on reading once the request is being answered.
	goesOn, err := http.ReadResponse(answers, nil)
	if err != nil || goesOn.StatusCode != http.StatusContinue {
		t.Fatalf("the server does not read the form: %v, %v", goesOn, err)
	}
	if _, err := io.WriteString(connection, form[:half]); err != nil {
		t.Fatal(err)
	}
	return &halfSent{connection, answers, form[half:]}
}

// awaitRefusal returns when nobody takes connections at an address any more.
func awaitRefusal(t *testing.T, url string) {
	t.Helper()
	untilSo(t, 20*time.Second, "connections are refused", func(context.Context) bool {
		connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err == nil {
			connection.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
}

func TestWhatIsBeingSentWhenTheServiceStopsIsTaken(t *testing.T) {
	s := startService(t, nil, "--db", storetest.SQLite(t, true), "--open")
	form := sendHalf(t, s.url)
	s.stop()
	awaitRefusal(t, s.url)
	if _, err := io.WriteString(form.connection, form.rest); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(form.answers, nil)
	if err != nil {
		t.Fatalf("the answer: %v", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) == 0 {
		t.Errorf("it answers %s with %v", answer.Status, answer.Cookies())
	}
	mustSucceed(t, s.finish(t))
}

func TestAServiceThatIsToldToStopSaysSoFirst(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := startProcess(t, t.TempDir(), []string{asProgram + "=1"}, program, "serve", "--addr", "127.0.0.1:0", "--db", storetest.SQLite(t, true), "--stop-delay", "2m")
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	untilSo(t, time.Minute, "it says that it is not ready", func(context.Context) bool {
		status, _ := statusOf(t, p.url+"/readyz")
		return status == http.StatusServiceUnavailable
	})
	if status, _ := statusOf(t, p.url+"/about"); status != http.StatusOK {
		t.Errorf("a page answers %d before the delay is over", status)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil { // nobody wants to wait for it
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // says that a signal ended it
}

func TestASecondSignalEndsTheServiceAtOnce(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := startProcess(t, t.TempDir(), []string{asProgram + "=1"}, program, "serve", "--addr", "127.0.0.1:0", "--db", storetest.SQLite(t, true), "--open")
	sendHalf(t, p.url) // for the rest of which it would wait
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	awaitRefusal(t, p.url)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = p.cmd.Wait() // says that a signal ended it, which is looked at below
	how, _ := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !how.Signaled() || how.Signal() != syscall.SIGTERM || time.Since(began) > stopWait/2 {
		t.Errorf("it ended after %s with %s", time.Since(began), p.cmd.ProcessState)
	}
}

func TestDoctorLooksAtWhoCanReadTheDatabase(t *testing.T) {
	folder := openFolder(t)
	file := filepath.Join(folder, "timeline.db")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name         string
		file, folder os.FileMode
		wrong        bool
	}{
		{"the file is its owner's", 0o600, 0o755, false},
		{"its group reads it", 0o640, 0o755, false},
		{"everybody reads it", 0o644, 0o755, true},
		{"everybody could, but for the folder", 0o644, 0o750, false},
	} {
		if err := errors.Join(os.Chmod(file, tt.file), os.Chmod(folder, tt.folder)); err != nil {
			t.Fatal(err)
		}
		if err := readableByOthers(file); (err != nil) != tt.wrong || err != nil && !strings.Contains(err.Error(), "chmod o= "+file) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if err := readableByOthers(filepath.Join(folder, "none.db")); err != nil {
		t.Errorf("a database that is not there: %v", err)
	}
}

func TestDoctorLooksWhetherTracesAreTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var out bytes.Buffer
	cfg := config{operation: operationConfig{traces: "http://secret:word@" + taken.Addr().String() + "/v1/traces", metricsAddr: "0.0.0.0:9090"}}
	if faults := watchFaults(t.Context(), cfg, &out); len(faults) > 0 {
		t.Errorf("somebody is there: %v", faults)
	}
	mustSay(t, out.String(), "traces    sent to http://"+taken.Addr().String(), "firewall")
	if strings.Contains(out.String(), "secret") {
		t.Errorf("it says a secret: %s", &out)
	}
	cfg.operation.traces = "http://" + freePort(t) + "/v1/traces"
	if faults := watchFaults(t.Context(), cfg, io.Discard); len(faults) != 1 || !strings.Contains(faults[0].Error(), "start the collector") {
		t.Errorf("nobody is there: %v", faults)
	}
}

func TestDoctorLooksAtTheCertificatesDate(t *testing.T) {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	for until, want := range map[time.Time]string{
		now.AddDate(1, 0, 0):  "",
		now.AddDate(0, 0, 12): "look at   the certificate of --tls-cert ends on 3 December 2026",
		now.AddDate(0, 0, -1): "past its date",
	} {
		cfg := config{doors: doorsConfig{certificate: &tls.Certificate{Leaf: &x509.Certificate{NotAfter: until}}}}
		var out bytes.Buffer
		faults := certificateFaults(cfg, now, &out)
		if said := out.String() + fmt.Sprint(errors.Join(faults...)); want != "" && !strings.Contains(said, want) || want == "" && (out.Len() > 0 || len(faults) > 0) {
			t.Errorf("one until %s: %s", until, said)
		}
	}
}

func TestDoctorExplainsTheMachine(t *testing.T) {
	got := runCommand(t, nil, "doctor", "--db", storetest.SQLite(t, true), "--metrics-addr", "127.0.0.1:9090")
	mustSucceed(t, got)
	mustSay(t, got.stdout, "program   ", "engine    SQLite 3.", "files     ", "figures   at http://127.0.0.1:9090/metrics", "traces    none are made")
}
