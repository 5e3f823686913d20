package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"inspectiontimeline/internal/store/storetest"
)

// figuresOf returns each figure of a server as "name{label="value",…}" with its value.
func figuresOf(t *testing.T, telemetry *Telemetry) map[string]float64 {
	t.Helper()
	answer := httptest.NewRecorder()
	telemetry.Metrics().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		t.Fatalf("the figures cannot be read: %v", err)
	}
	out := map[string]float64{}
	for name, family := range families {
		for _, one := range family.GetMetric() {
			var labels []string
			for _, label := range one.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", label.GetName(), label.GetValue()))
			}
			slices.Sort(labels)
			value := one.GetCounter().GetValue() + one.GetGauge().GetValue() + float64(one.GetHistogram().GetSampleCount())
			out[name+"{"+strings.Join(labels, ",")+"}"] = value
		}
	}
	return out
}

func TestFiguresCountWhatIsDone(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range []string{"/glossary", "/glossary", "/authorities/west-northamptonshire", "/nowhere", "/charts/lanes/bradford.svg"} {
		get(t, s, path)
	}
	ask(t, s, "BREW", "/glossary")
	s.telemetry.Store(t.Context(), "write", nil)(errors.New("the disk is full"))
	s.telemetry.Job("carry messages", nil)
	got := figuresOf(t, s.telemetry)
	for name, want := range map[string]float64{
		`timeline_requests_total{method="GET",route="/glossary",status="2xx"}`:          2,
		`timeline_requests_total{method="GET",route="/authorities/:slug",status="2xx"}`: 1,
		`timeline_requests_total{method="GET",route="none",status="4xx"}`:               1,
		`timeline_requests_total{method="other",route="none",status="4xx"}`:             1,
		`timeline_request_seconds{route="/glossary"}`:                                   2,
		`timeline_requests_under_way{}`:                                                 0,
		`timeline_cache_answers_total{found="yes"}`:                                     1,
		`timeline_work_seconds{ended="well",work="drawing"}`:                            1,
		`timeline_work_seconds{ended="failed",work="write"}`:                            1,
		`timeline_job_rounds_total{ended="well",job="carry messages"}`:                  1,
		`timeline_database_up{}`:                                                        1,
		`timeline_waiting{queue="letters"}`:                                             0,
	} {
		if value, is := got[name]; !is || value != want {
			t.Errorf("%s is %v (%t), want %v", name, value, is, want)
		}
	}
	if got[`timeline_database_changes{}`] == 0 || got[`timeline_cache_entries{}`] == 0 {
		t.Error("the changes or the kept answers are not counted")
	}
	for name := range got {
		if strings.Contains(name, "northamptonshire") || strings.Contains(name, "nowhere") || strings.Contains(name, "BREW") {
			t.Errorf("%s has what a reader chose", name)
		}
	}
}

func TestFiguresAreThereWhereTheDatabaseIsAway(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := figuresOf(t, s.telemetry)
	if up, is := got["timeline_database_up{}"]; !is || up != 0 {
		t.Errorf("it is up: %v, %t", up, is)
	}
	if _, is := got["timeline_database_changes{}"]; is {
		t.Error("nobody can know the number of changes")
	}
}

func TestFiguresSayWhenTheNewestBackupWasMade(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	if _, is := figuresOf(t, s.telemetry)["timeline_backup_newest_timestamp_seconds{}"]; is {
		t.Error("the service makes none")
	}
	s.lastBackup = func() time.Time { return time.Time{} }
	if got, is := figuresOf(t, s.telemetry)["timeline_backup_newest_timestamp_seconds{}"]; !is || got != 0 {
		t.Errorf("where none was made yet: %v, %v; want 0, which is long ago", got, is)
	}
	at := time.Date(2026, time.November, 21, 2, 30, 0, 0, time.UTC)
	s.lastBackup = func() time.Time { return at }
	if got := figuresOf(t, s.telemetry)["timeline_backup_newest_timestamp_seconds{}"]; got != float64(at.Unix()) {
		t.Errorf("%v, want %d", got, at.Unix())
	}
}

// figureDescription reads one as the library writes it.
var figureDescription = regexp.MustCompile(`^Desc\{fqName: "([a-z_]+)", help: "([^"]*)", unit: "[^"]*", constLabels: \{(.*)\}, variableLabels: \{(.*)\}\}$`)

// TestTheGuideForOperationsHasEveryFigure holds its table against the program; with -update it is written anew.
func TestTheGuideForOperationsHasEveryFigure(t *testing.T) {
	m := newMetrics("")
	rows := map[string]string{}
	for _, collector := range append(m.ours, newStanding(nil)) {
		descriptions := make(chan *prometheus.Desc)
		go func() {
			collector.Describe(descriptions)
			close(descriptions)
		}()
		for one := range descriptions {
			found := figureDescription.FindStringSubmatch(one.String())
			if found == nil {
				t.Fatalf("%s cannot be read", one)
			}
			labels := strings.ReplaceAll(found[4], ",", ", ")
			if found[3] != "" {
				labels = "version, go"
			}
			rows[found[1]] = fmt.Sprintf("| `%s` | %s | %s |\n", found[1], labels, found[2])
		}
	}
	table := "| Figure | Labels | |\n|---|---|---|\n"
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		table += rows[name]
	}
	const name, begins, ends = "../../docs/operations.md", "<!-- figures -->\n", "<!-- end of figures -->\n"
	guide, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(guide), begins)
	had, tail, closed := strings.Cut(rest, ends)
	switch {
	case !found || !closed:
		t.Error("the figures have no place")
	case *update:
		if err := os.WriteFile(name, []byte(head+begins+table+ends+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	case had != table:
		t.Errorf("its table is not that of the program: run go test ./internal/web -run %s -update, and read the difference", t.Name())
	}
}
