package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAProxyThatSaysNothingOfItselfIsRefused(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	request := httptest.NewRequest(http.MethodGet, "/letters", nil)
	request.Host, request.Proto, request.ProtoMinor = "127.0.0.1:8080", "HTTP/1.0", 0
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	if answer.Code != http.StatusForbidden {
		t.Errorf("status %d", answer.Code)
	}
}

func TestNothingOfWhatIsAddedIsPassedOver(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	t.Run("a file and a text at once", func(t *testing.T) {
		answer := adds(t, s, url.Values{"text": {strings.Join(aLetter, "\f")}}, upload{"a.pdf", lettertest.PDF(aLetter...)})
		says(t, answer, http.StatusUnprocessableEntity, "There is a problem", "a file or a text, not both", "The recording of decisions")
	})
	t.Run("a letter logged by hand beside as many files as may be", func(t *testing.T) {
		var files []upload
		for i := range mostFiles {
			files = append(files, upload{fmt.Sprintf("%d.pdf", i), []byte("not read")})
		}
		// Browsers send the button last.
		if to := led(t, sendsParts(t, s, files, "do", "hand")); !strings.HasPrefix(to, "/letters/") {
			t.Errorf("it leads to %s", to)
		}
	})
	t.Run("a file whose sender has gone when it had arrived", func(t *testing.T) {
		body, kind := parts(t, []upload{{"gone.pdf", lettertest.PDF(aLetter...)}})
		gone, leave := context.WithCancel(t.Context())
		leave()
		request := httptest.NewRequestWithContext(gone, http.MethodPost, "/letters/new", body)
		request.Host = "localhost:8080"
		request.Header.Set("Content-Type", kind)
		request.AddCookie(newActingCookie(anOfficer))
		s.Handler().ServeHTTP(httptest.NewRecorder(), request)
		s.readings.under.Wait()
		letters, err := s.store.Letters(t.Context(), anOfficer)
		if err != nil || len(letters) != 2 || letters[0].State != inspection.LetterReady || letters[1].State != inspection.LetterReady {
			t.Errorf("%+v, %v", letters, err)
		}
	})
}

// patient notes until when a connection lets itself be read.
type patient struct {
	net.Conn
	until *atomic.Int64 // in milliseconds since 1970
}

func (p patient) SetReadDeadline(at time.Time) error {
	if !at.IsZero() && at.UnixMilli() > p.until.Load() {
		p.until.Store(at.UnixMilli())
	}
	return p.Conn.SetReadDeadline(at)
}

// patience listens as another listener does, and notes until when its connections are read.
type patience struct {
	net.Listener
	until atomic.Int64
}

func (p *patience) Accept() (net.Conn, error) {
	connection, err := p.Listener.Accept()
	return patient{connection, &p.until}, err
}

func TestLettersHaveMinutesToArrive(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		officer := signIn(t, s, auth.Officer)
		service := httptest.NewUnstartedServer(s.Handler())
		listener := &patience{Listener: service.Listener}
		service.Listener, service.Config.ReadTimeout = listener, 30*time.Second
		service.Start()
		defer service.Close()
		body, kind := parts(t, []upload{{"no letter.pdf", []byte("not read")}})
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, service.URL+"/letters/new", body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		request.AddCookie(&http.Cookie{Name: sessionCookie, Value: officer.token})
		answer, err := service.Client().Transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if until := time.UnixMilli(listener.until.Load()); time.Until(until) < addingTakes-time.Minute {
			t.Errorf("the connection is read for another %s", time.Until(until))
		}
		s.readings.under.Wait()
	})
}

// parts writes a request of files and then fields.
func parts(t testing.TB, files []upload, fields ...string) (body *bytes.Buffer, kind string) {
	t.Helper()
	body = new(bytes.Buffer)
	w := multipart.NewWriter(body)
	for _, file := range files {
		part, err := w.CreateFormFile("letters", file.name)
		if err == nil {
			_, err = part.Write(file.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body, w.FormDataContentType()
}

func sendsParts(t testing.TB, s *Server, files []upload, fields ...string) *httptest.ResponseRecorder {
	t.Helper()
	body, kind := parts(t, files, fields...)
	return officerAsks(t, s, http.MethodPost, "/letters/new", kind, body)
}

func TestAQuietSaveOfAClosedDraftSaysWhy(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	form := formOf(t, s, address)
	led(t, sends(t, s, address+"/state", url.Values{"to": {"set_aside"}, "reason": {"twice"}}))
	answer := sends(t, s, address, with(form, "do", "quiet"))
	var said quietAnswer
	if err := json.Unmarshal(answer.Body.Bytes(), &said); err != nil || answer.Code != http.StatusConflict || !strings.Contains(said.Words, "This letter was set aside") {
		t.Errorf("status %d: %s, %v", answer.Code, said.Words, err)
	}
	says(t, sends(t, s, address, with(form, "do", "save")), http.StatusConflict, "This draft cannot be changed now", "This letter was set aside")
}

func TestALetterThatWasAddedIsNotSaidToBeLostWhereItCannotBeLookedAt(t *testing.T) {
	for _, fault := range []storetest.Fault{storetest.FailsBefore, storetest.Lost} {
		s, faulty := faultyServer(t, storetest.SQLite(t, true))
		faulty.Once(statement("SELECT", "letter_pages"), fault, nil)
		answer := adds(t, s, nil, upload{"letter.pdf", lettertest.PDF(aLetter...)})
		if _, _, hit := faulty.Rest(); !hit {
			t.Fatal("the fault was not met")
		}
		if to := led(t, answer); to != "/letters" {
			t.Errorf("it leads to %s", to)
		}
		says(t, sees(t, s, "/letters"), http.StatusOK, "1 letter", "Ready to review")
	}
}
