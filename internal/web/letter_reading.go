package web

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// readings reads the files that officers have added, one after the other, behind their requests. The bytes of those that
// wait are held in memory only: before a letter is read nobody knows whether it may be kept.
type readings struct {
	reader *letter.Reader
	turn   chan struct{} // holds one value, which is taken while a file is read

	mu     sync.Mutex
	closed bool
	held   int // bytes that wait
	under  sync.WaitGroup
}

// mostWaiting bounds the bytes of all files that wait to be read.
const mostWaiting = 2 * mostHeld

// hold makes room for files that will wait, and reports whether there was any.
func (r *readings) hold(bytes int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held > 0 && r.held+bytes > mostWaiting {
		return false
	}
	r.held += bytes
	return true
}

func (r *readings) release(bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held -= bytes
}

// waitingFile is a file and the letter that it will become.
type waitingFile struct {
	id   string
	by   inspection.Actor // who added it
	data []byte
}

func newReadings(reader *letter.Reader) *readings {
	r := &readings{reader: reader, turn: make(chan struct{}, 1)}
	r.turn <- struct{}{}
	return r
}

// start reads files, for which there has to be room, behind the request that brought them. The channel it returns is
// closed when all are read.
func (r *readings) start(s *Server, batch []waitingFile) <-chan struct{} {
	done := make(chan struct{})
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		close(done) // at its next start the program says of these that they were not read
		return done
	}
	r.under.Go(func() {
		defer close(done)
		for i := range batch {
			<-r.turn
			if !r.ended() {
				s.readFile(batch[i])
			}
			r.release(len(batch[i].data))
			batch[i].data = nil
			r.turn <- struct{}{}
		}
	})
	return done
}

func (r *readings) ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// FinishReadings lets the file that is being read come to its end and starts no other. It returns when nothing is under
// way any more, so that the database can be closed.
func (s *Server) FinishReadings() {
	s.readings.mu.Lock()
	s.readings.closed = true
	s.readings.mu.Unlock()
	s.readings.under.Wait()
}

// programFailed is the problem of a file on which the program itself failed.
const programFailed = "The program failed while it read this file. Paste the letter’s text, or type the values."

// readFile reads one file and keeps what may be kept of it. Whatever goes wrong, its letter ends in a state that says so.
func (s *Server) readFile(file waitingFile) {
	ctx := context.Background()
	err := s.store.SetReading(ctx, file.by, file.id)
	if err == nil {
		var read store.ReadLetter
		if read, err = s.safely(ctx, file.data); err == nil {
			_, err = s.store.FinishLetter(ctx, file.by, file.id, read)
		}
	}
	if err == nil {
		return
	}
	s.log.ErrorContext(ctx, "read a letter", "letter", file.id, "error", err)
	failed := store.ReadLetter{State: inspection.LetterUnreadable, Problem: programFailed}
	if _, err := s.store.FinishLetter(ctx, file.by, file.id, failed); err != nil {
		s.log.ErrorContext(ctx, "say that a letter was not read", "letter", file.id, "error", err)
	}
}

// safely reads a file in the child process and turns a panic on this side of it into an error.
func (s *Server) safely(ctx context.Context, data []byte) (read store.ReadLetter, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "panic in reading a letter", "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.kept(ctx, s.readings.reader.Read(ctx, data), data)
}

// pictureWarning stands in the draft of a letter that is a picture of paper.
const pictureWarning = "This letter is a picture: it holds no text. Paste its text, or type what it says."

// kept turns a reading into what is kept of it: of a letter that is not out yet nothing, of one that is a picture the
// original, so that an officer can look at it and type what it says.
func (s *Server) kept(ctx context.Context, reading letter.Reading, original []byte) (store.ReadLetter, error) {
	if problem := reading.Problem(); problem != "" {
		return store.ReadLetter{State: inspection.LetterUnreadable, Problem: problem}, nil
	}
	read := store.ReadLetter{State: inspection.LetterReady}
	if original != nil {
		read.Original, read.MediaType = original, "application/pdf"
	}
	if reading.IsPicture() {
		read.Draft.Warnings = []string{pictureWarning}
		return read, nil
	}
	known, err := s.registerData(ctx)
	if err != nil {
		return store.ReadLetter{}, err
	}
	read.Draft, read.Pages = reading.Draft(known.catalogue), reading.Pages
	return read, nil
}
