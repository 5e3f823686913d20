package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// faultyServer is a service whose database fails when it is told to.
func faultyServer(t *testing.T, dsn string) (*Server, *storetest.Faulty) {
	t.Helper()
	faulty := storetest.NewFaulty()
	options := storetest.Options(t)
	options.Connect = faulty.Connect
	db, err := store.Open(t.Context(), dsn, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		faulty.Rest()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return newOfficerServer(t, db), faulty
}

// wholeFailure checks that an answer is the whole page for failures, or a problem as programs read it, which nobody keeps.
func wholeFailure(t *testing.T, what string, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code != http.StatusInternalServerError && answer.Code != http.StatusServiceUnavailable {
		t.Fatalf("%s: status %d", what, answer.Code)
	}
	header := answer.Header()
	if header.Get("Cache-Control") != "no-store" || header.Get("Etag") != "" || header.Get("Content-Disposition") != "" {
		t.Fatalf("%s: a failure may be kept, or is a file: %v", what, header)
	}
	body := answer.Body.String()
	if strings.Contains(body, storetest.ErrFault.Error()) || strings.Contains(body, "EOF") {
		t.Fatalf("%s: what the database says is handed out: %s", what, body)
	}
	if strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		page := document(t, answer)
		if page.Find("main h1").Length() != 1 || page.Find("footer").Length() == 0 || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
			t.Fatalf("%s: half a page: %s", what, body)
		}
	}
}

// A page is whole or it is the page for failures, at whichever of its queries the database fails; and nothing of a failure is kept.
func TestAPageOverAFaultIsWholeOrSaysSo(t *testing.T) {
	storetest.LeaveOutWalk(t)
	faults := []storetest.Fault{storetest.FailsBefore, storetest.BreaksOff, storetest.Lost}
	for _, path := range []string{
		"/", "/inspections?year=2026", "/recommendations?authority=west-northamptonshire", "/recommendations/NN-ILACS-2026-1", "/england", "/search?q=plans",
		"/changes", "/feeds/publications.atom", "/api/v1/inspections?authority=bradford", "/inspections.csv?authority=bradford", "/milestones.xlsx",
	} {
		t.Run(path, func(t *testing.T) {
			s, faulty := faultyServer(t, storetest.SQLite(t, true))
			failed := 0
			for n := 0; ; n++ {
				faulty.Next(n, faults[n%len(faults)], nil)
				answer := get(t, s, path)
				_, _, hit := faulty.Rest()
				if !hit {
					if answer.Code != http.StatusOK {
						t.Fatalf("without a fault: status %d", answer.Code)
					}
					break
				}
				what := fmt.Sprintf("%s with fault %d at statement %d", path, faults[n%len(faults)], n+1)
				if answer.Code != http.StatusOK {
					wholeFailure(t, what, answer)
					failed++
					continue
				}
				// What failed was not needed, and the page is the one that everybody gets; or it says what it lacks.
				s.cache.empty()
				if strings.Contains(answer.Body.String(), "cannot be read now") {
					continue
				}
				if again := get(t, s, path); again.Code != http.StatusOK || !strings.Contains(path, ".xlsx") && again.Body.String() != answer.Body.String() {
					t.Fatalf("%s: the page lacks something, and says nothing of it", what)
				}
				s.cache.empty()
			}
			if failed == 0 {
				t.Fatal("no fault was met")
			}
		})
	}
}

// A page may do without the glossary, the name of the council or who is signed in, and is then kept for nobody.
func TestAPageThatLacksSomethingIsKeptForNobody(t *testing.T) {
	storetest.LeaveOutWalk(t)
	for _, path := range []string{"/working-days", "/help/members", "/about", "/glossary"} {
		t.Run(path, func(t *testing.T) {
			s, faulty := faultyServer(t, storetest.SQLite(t, true))
			whole := get(t, s, path)
			if whole.Code != http.StatusOK {
				t.Fatalf("without a fault: status %d", whole.Code)
			}
			for n := 0; ; n++ {
				s.cache.empty()
				s.known = reference{}
				faulty.Next(n, storetest.FailsBefore, nil)
				get(t, s, path)
				if _, _, hit := faulty.Rest(); !hit {
					break
				}
				if again := get(t, s, path); again.Body.String() != whole.Body.String() {
					t.Fatalf("with a fault at statement %d the next reader gets a page that lacks something", n+1)
				}
			}
		})
	}
}

// An officer whose form meets a fault is told so, and finds the record as it was.
func TestAFormOverAFaultChangesNothing(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s, faulty := faultyServer(t, dsn)
		form := url.Values{"words": {"Training began."}, "audience": {"public"}, "on": {"20 November 2026"}}
		path := "/recommendations/NN-ILACS-2026-1/updates"
		before := lastChange(t, s.store)
		for n := 0; ; n++ {
			faulty.Next(n, storetest.Fault(n%3), nil) // before, after, or over a connection that is lost
			answer := sends(t, s, path, form)
			_, _, hit := faulty.Rest()
			if !hit {
				if answer.Code != http.StatusSeeOther || lastChange(t, s.store) != before+1 {
					t.Fatalf("without a fault: status %d: %s", answer.Code, seen(document(t, answer).Find("main").Text()))
				}
				return
			}
			if answer.Code == http.StatusSeeOther {
				// The last statement, the commit, was done before it was reported to have failed, or the fault was in nothing needed.
				t.Fatalf("statement %d failed and the form was taken", n+1)
			}
			wholeFailure(t, fmt.Sprintf("fault %d at statement %d", n%3, n+1), answer)
			if now := lastChange(t, s.store); now != before {
				if now != before+1 {
					t.Fatalf("a form was taken twice")
				}
				return // the commit was done and its answer lost; nothing comes after it
			}
		}
	})
}

// Half a file never passes for a whole one: the reader's own program says that it broke off.
func TestAnExportOverAFaultBreaksOff(t *testing.T) {
	storetest.LeaveOutWalk(t)
	s, faulty := faultyServer(t, storetest.SQLite(t, true))
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	fetch := func(path string) (*http.Response, []byte, error) {
		t.Helper()
		answer, err := server.Client().Get(server.URL + path)
		if err != nil {
			return nil, nil, err // broken off before its head arrived
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		return answer, body, err
	}
	for _, path := range []string{"/changes.csv", "/changes.jsonl", "/inspections.csv", "/recommendations.csv", "/inspections.xlsx", "/api/v1/dump.zip"} {
		t.Run(path, func(t *testing.T) {
			answer, whole, err := fetch(path)
			if err != nil || answer.StatusCode != http.StatusOK || len(whole) == 0 {
				t.Fatalf("without a fault: %v, %d bytes", err, len(whole))
			}
			files := filesIn(t, path, whole)
			met, step := 0, 1
			if strings.HasPrefix(path, "/changes") {
				step = 11 // it is read in many parts, which are alike
			}
			for n := 0; n < 60; n += step {
				faulty.Next(n, storetest.BreaksOff, nil)
				answer, body, err := fetch(path)
				_, _, hit := faulty.Rest()
				switch {
				case !hit:
					n = 60
				case err != nil:
					met++
				case answer.StatusCode != http.StatusOK:
					met++
					if answer.Header.Get("Content-Disposition") != "" {
						t.Fatalf("statement %d: a failure comes as a file", n+1)
					}
				case !maps.EqualFunc(filesIn(t, path, body), files, bytes.Equal):
					t.Fatalf("statement %d: %d bytes pass for the whole file of %d, and are others", n+1, len(body), len(whole))
				}
			}
			if met == 0 {
				t.Fatal("no fault was met")
			}
		})
	}
}

// filesIn returns what a file holds that is the same whenever it is made: all of it, or the parts of an archive, but for the time of day
// that a workbook bears.
func filesIn(t *testing.T, name string, data []byte) map[string][]byte {
	t.Helper()
	if !slices.Contains([]string{".xlsx", ".zip"}, path.Ext(name)) {
		return map[string][]byte{name: data}
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("%s is no archive: %v", name, err)
	}
	files := map[string][]byte{}
	for _, part := range archive.File {
		if part.Name == "docProps/core.xml" {
			continue
		}
		from, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		held, err := io.ReadAll(from)
		if err := errors.Join(err, from.Close()); err != nil {
			t.Fatalf("%s in %s: %v", part.Name, name, err)
		}
		files[part.Name] = held
	}
	return files
}

// Where files for an answer cannot be made, the answer says so, and the next one is well.
func TestAnExportWithoutRoomOnTheDiskFailsAsAWholeInAFaultTest(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	for _, path := range []string{"/inspections.csv", "/inspections.xlsx", "/api/v1/dump.zip"} {
		gone := filepath.Join(t.TempDir(), "gone")
		t.Setenv("TMPDIR", gone)
		answer := sees(t, s, path)
		wholeFailure(t, path, answer)
		if strings.Contains(answer.Body.String(), gone) {
			t.Errorf("%s: names a folder of the machine", path)
		}
		if err := os.Mkdir(gone, 0o700); err != nil {
			t.Fatal(err)
		}
		if answer := sees(t, s, path); answer.Code != http.StatusOK {
			t.Errorf("%s: status %d once there is room again", path, answer.Code)
		}
		if left, err := os.ReadDir(gone); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %d files behind, %v", path, len(left), err)
		}
	}
}

// While one reader's database is slow, others are answered, and whoever waits gets the whole page.
func TestASlowDatabaseKeepsNobodyElseWaitingInAFaultTest(t *testing.T) {
	s, faulty := faultyServer(t, storetest.SQLite(t, true))
	if first := get(t, s, "/glossary"); first.Code != http.StatusOK {
		t.Fatalf("status %d", first.Code)
	}
	held, goOn := make(chan struct{}), make(chan struct{})
	faulty.Once(func(statement string) bool { return strings.Contains(statement, "milestones") }, storetest.Delayed, func() {
		close(held)
		<-goOn
	})
	answers := make(chan *httptest.ResponseRecorder)
	go func() { answers <- get(t, s, "/milestones") }()
	<-held
	for _, path := range []string{"/glossary", "/healthz", "/readyz", "/sources", "/inspections/" + "north-northamptonshire-ilacs-standard-2026-05-11"} {
		if answer := get(t, s, path); answer.Code != http.StatusOK {
			t.Errorf("%s is answered with %d while another page waits", path, answer.Code)
		}
	}
	close(goOn)
	if answer := <-answers; answer.Code != http.StatusOK || document(t, answer).Find("main h1").Length() != 1 {
		t.Errorf("the page that waited is answered with %d", answer.Code)
	}
}

// A database that goes away takes no page down with it for good.
func TestPagesComeBackWithTheDatabaseAfterAFault(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s, faulty := faultyServer(t, dsn)
		paths := []string{"/", "/inspections", "/changes", "/letters"}
		faulty.Always(storetest.Lost)
		for range 3 {
			for _, path := range paths {
				wholeFailure(t, path, sees(t, s, path))
			}
		}
		if answer := get(t, s, "/healthz"); answer.Code != http.StatusOK {
			t.Errorf("the program says that it is not alive: %d", answer.Code)
		}
		if answer := get(t, s, "/readyz"); answer.Code != http.StatusServiceUnavailable {
			t.Errorf("the program says that it is ready: %d", answer.Code)
		}
		faulty.Rest()
		for _, path := range append(paths, "/readyz") {
			if answer := sees(t, s, path); answer.Code != http.StatusOK {
				t.Errorf("%s is answered with %d once the database is back", path, answer.Code)
			}
		}
		if _, err := s.store.AddUpdate(t.Context(), storetest.Officer, inspection.Update{
			Reference: "NN-ILACS-2026-1", On: s.today(), Words: "It is back.", Audience: inspection.ForPublic,
		}); err != nil && !errors.As(err, &inspection.Problems{}) {
			t.Error(err)
		}
	})
}

func TestAProgramIsToldThatItsLetterIsKeptWhereAFaultComesAfterwards(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s, faulty := faultyServer(t, dsn)
		s.open = false
		p := newProgram(t, s, auth.TokenLogs, auth.Officer)
		file := lettertest.PDF(aLetter...)
		faulty.Once(statement("DELETE", "letter_readings"), storetest.Delayed, func() { faulty.Always(storetest.Lost) })
		answer := p.logs(file)
		if _, _, hit := faulty.Rest(); !hit {
			t.Fatalf("its reading did not end: %d %s", answer.Code, answer.Body)
		}
		if said := answer.Body.String(); answer.Code != http.StatusServiceUnavailable || !strings.Contains(said, "It is saved") || strings.Contains(said, "Nothing has been") {
			t.Errorf("%d: %s", answer.Code, said)
		}
		rests(t, s)
		if err := s.ReadWaiting(t.Context()); err != nil {
			t.Fatal(err)
		}
		if made := answeredWith[opendata.LetterDocument](t, p.logs(file), http.StatusOK).Letter; made.State != "ready" {
			t.Errorf("sent again it is %s", made.State)
		}
	})
}
