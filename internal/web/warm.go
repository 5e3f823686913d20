package web

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"regexp"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// warmRests is how often it is looked whether a reader still waits for something.
const warmRests = 20 * time.Millisecond

// Warm makes the main pages about the home place, with their drawings, before anybody asks for them: at the start, after every
// change and at midnight, one at a time and only while no reader waits for anything to be made. It goes on until ctx ends.
// Where everything is for those who are signed in nothing is kept for everybody, and it does nothing.
func (s *Server) Warm(ctx context.Context) error {
	if s.signInRequired {
		return nil
	}
	looks := time.NewTicker(dataVersionHolds)
	defer looks.Stop()
	var state dataState
	var day inspection.Date
	for {
		// Readers are shown nothing older than what is known here, so it is asked where their pages are read.
		now, err := s.data.state(store.FromReplica(ctx))
		if today := s.today(); err == nil && (now != state || today != day) {
			s.warm(ctx)
			state, day = now, today
		}
		select {
		case <-ctx.Done():
			return nil
		case <-looks.C:
		}
	}
}

// warm makes what is not kept of the main pages, and then of their drawings: a page is read before its drawings are looked at.
func (s *Server) warm(ctx context.Context) {
	for _, drawing := range s.warmPages(ctx) {
		s.warmed(ctx, drawing)
	}
}

// warmPages makes the main pages and returns the addresses of their drawings, each once.
func (s *Server) warmPages(ctx context.Context) []string {
	var drawings []string
	found := map[string]bool{}
	for _, address := range s.mainAddresses(ctx) {
		for _, drawing := range drawingsIn(s.warmed(ctx, address)) {
			if drawing = strings.TrimPrefix(drawing, s.doors.prefix); !found[drawing] {
				found[drawing] = true
				drawings = append(drawings, drawing)
			}
		}
	}
	return drawings
}

// mainAddresses are those of the main pages and of those of the home place, the first page first.
func (s *Server) mainAddresses(ctx context.Context) []string {
	all := []string{"/"}
	// Without the register the page that fails for want of it says so.
	if known, err := s.registerData(ctx); err == nil {
		for _, b := range known.home {
			if b.HasPage() {
				all = append(all, "/authorities/"+b.ID)
			}
		}
	}
	return append(all, "/inspections", "/recommendations", "/compare", "/authorities")
}

type warmingKey struct{}

// isWarming reports whether an answer is made for nobody yet.
func isWarming(ctx context.Context) bool { return ctx.Value(warmingKey{}) != nil }

// warmed asks for an address as a visitor does, when no reader waits, and returns the body of the answer.
func (s *Server) warmed(ctx context.Context, address string) []byte {
	rests := time.NewTicker(warmRests)
	defer rests.Stop()
	for s.making.Load() > 0 && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-rests.C:
		}
	}
	request, err := http.NewRequestWithContext(context.WithValue(ctx, warmingKey{}, true), http.MethodGet, address, nil)
	if err != nil || ctx.Err() != nil {
		return nil
	}
	request.Host = s.doors.host
	answer := &heldAnswer{header: http.Header{}}
	s.engineGin.ServeHTTP(answer, request)
	return answer.body.Bytes()
}

// heldAnswer takes an answer that nobody is sent.
type heldAnswer struct {
	header http.Header
	body   bytes.Buffer
}

func (a *heldAnswer) Header() http.Header         { return a.header }
func (a *heldAnswer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *heldAnswer) WriteHeader(int)             {}

var drawingAddress = regexp.MustCompile(`(?:src|srcset)="([^"]*/charts/[^"]+\.svg\?[^"]*)"`)

// drawingsIn returns the addresses of the drawings that a page shows.
func drawingsIn(page []byte) []string {
	var all []string
	for _, match := range drawingAddress.FindAllSubmatch(page, -1) {
		all = append(all, html.UnescapeString(string(match[1])))
	}
	return all
}
