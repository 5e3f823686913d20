package web

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// readings reads the files that officers have added, one after the other, behind their requests. Those that wait are in the
// database, so that an upload which was answered is read whatever becomes of this server: whichever has the time takes the next.
type readings struct {
	reader *letter.Reader
	turn   chan struct{} // holds one value, which is taken while a file is read
	most   int           // bytes of all files that wait
	waits  time.Duration // how long an answer waits for the reading of what was added

	mu     sync.Mutex
	closed bool
	owed   []*store.Reading // that are to be given back, since the database failed
	failed map[string]int   // of letters, how often the database failed on them since they were added
	away   time.Time        // when the database failed as a whole the last time
	under  sync.WaitGroup
}

// lastGivingBack is how long a server that stops waits for a database that does not take letters back.
const lastGivingBack = 2 * time.Second

// mostWaiting bounds the bytes of all files that wait to be read, on whichever server.
const mostWaiting = 2 * mostHeld

func newReadings(reader *letter.Reader) *readings {
	r := &readings{reader: reader, turn: make(chan struct{}, 1), most: mostWaiting, waits: waitForReading, failed: map[string]int{}}
	r.turn <- struct{}{}
	return r
}

// start reads the files of letters that were added behind the request that brought them. The channel it returns is closed when
// all are read, or another server has taken them.
func (r *readings) start(s *Server, letterIDs ...string) <-chan struct{} {
	done := make(chan struct{})
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		close(done) // another server reads them, or this one after its next start
		return done
	}
	r.under.Go(func() {
		defer close(done)
		for _, id := range letterIDs {
			if _, err := s.readNext(context.Background(), id); err != nil {
				s.log.Error("read a letter that was added", "letter", id, "error", err)
			}
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
	ctx, cancel := context.WithTimeout(context.Background(), lastGivingBack)
	defer cancel()
	if err := s.giveBackOwed(ctx); err != nil {
		s.log.Warn("give letters back that were not read", "error", err)
	}
}

// programItself is the Actor of what nobody in particular does.
var programItself = inspection.Actor{ID: "program", Post: "the program itself", Role: inspection.RoleSystem}

// othersGiveBack is how long nothing is given up after the database was away: as this server could not reach it, others could not say
// that they still read a letter, or give it back, and each looks only every few seconds.
const othersGiveBack = 2 * time.Minute

// ReadWaiting reads the letters that wait, whoever took them in: those that another server did not get to. What nobody reads any
// more is given up. It returns when none waits, ctx ends, or the database fails.
func (s *Server) ReadWaiting(ctx context.Context) error {
	if s.readings.reader == nil {
		return nil
	}
	err := s.readWaiting(ctx)
	if err != nil {
		s.readings.wasAway(s.clock())
	}
	return err
}

func (s *Server) readWaiting(ctx context.Context) error {
	if err := s.giveBackOwed(ctx); err != nil {
		return err
	}
	if !s.readings.awaySince(s.clock().Add(-othersGiveBack)) {
		if err := s.giveUpReadings(ctx); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		if read, err := s.readNext(ctx); err != nil || !read {
			return err
		}
	}
	return nil
}

// giveUpReadings gives up the letters that nobody reads any more.
func (s *Server) giveUpReadings(ctx context.Context) error {
	given, err := s.store.AbandonReadings(ctx, programItself)
	if err != nil {
		return err
	}
	if given > 0 {
		s.log.InfoContext(ctx, "letters were not read before the program stopped", "letters", given)
	}
	return nil
}

// readNext reads the next letter that waits, or one of those that are named, and reports whether there was any.
func (s *Server) readNext(ctx context.Context, letterIDs ...string) (bool, error) {
	select {
	case <-s.readings.turn:
	case <-ctx.Done():
		return false, nil
	}
	defer func() { s.readings.turn <- struct{}{} }()
	if s.readings.ended() {
		return false, nil
	}
	taken, err := s.store.TakeReading(ctx, letterIDs...)
	if err != nil || taken == nil {
		return false, err
	}
	return true, s.readFile(ctx, taken)
}

// programFailed is the problem of a file on which the program itself failed.
const programFailed = "The program failed while it read this file. Paste the letter’s text, or type the values."

const (
	// letterRests is how long a letter rests on which the database failed; each time twice as long, up to letterRestsAtMost. It may be
	// that it does not take this one, and others wait too.
	letterRests, letterRestsAtMost = 3 * time.Second, 5 * time.Minute
	// mostOdd is how often a letter is given back on which the database fails in a way that nobody knows, over about twenty minutes.
	// Further tries count, so that they come to an end.
	mostOdd = 10
)

var (
	// errStopping says that a file was not read to its end because the server stops.
	errStopping = errors.New("the program stops")
	// errProgram says that the program failed on a file, as it would again.
	errProgram = errors.New("the program failed")
)

// readFile reads one file and keeps what may be kept of it. Where the program fails on it, its letter says so. Where the database
// fails, or the server stops, the file goes back to those that wait: it was taken in, and may be lost for nothing but itself. It
// fails where the database as a whole does.
func (s *Server) readFile(ctx context.Context, taken *store.Reading) error {
	last := context.WithoutCancel(ctx)
	read, err := s.readTaken(ctx, taken)
	if errors.Is(err, errProgram) {
		s.log.ErrorContext(last, "read a letter", "letter", taken.LetterID, "error", err)
		read, err = store.ReadLetter{State: inspection.LetterUnreadable, Problem: programFailed}, nil
	}
	switch {
	case errors.Is(err, errStopping):
		err = s.store.GiveBackReading(last, taken, 0)
	case err == nil:
		read.Lease = taken.Lease
		_, err = s.store.FinishLetter(last, taken.By, taken.LetterID, read)
	}
	switch {
	case err == nil:
		s.readings.settled(taken.LetterID)
		return nil
	case errors.Is(err, store.ErrReadingLost):
		s.log.WarnContext(last, "a letter took too long to read, and was given to another server", "letter", taken.LetterID)
		return nil
	}
	times := s.readings.fails(taken.LetterID)
	if isStorageFault(err) {
		s.readings.owe(taken)
		return err
	}
	again := times <= mostOdd
	if again {
		s.readings.owe(taken)
	}
	s.log.ErrorContext(last, "a letter was not kept as it was read", "letter", taken.LetterID, "again", again, "error", err)
	return nil
}

// readTaken reads a file that was taken, and says meanwhile that it is being read. It fails with errProgram and errStopping, and
// where the database does.
func (s *Server) readTaken(ctx context.Context, taken *store.Reading) (store.ReadLetter, error) {
	last := context.WithoutCancel(ctx)
	defer s.keepReading(last, taken)()
	if err := s.store.SetReading(last, taken.By, taken.LetterID); err != nil {
		return store.ReadLetter{}, err
	}
	return s.safely(ctx, taken.Data)
}

// fails notes that the database failed on a letter, and returns how often it has.
func (r *readings) fails(letterID string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed[letterID]++
	return r.failed[letterID]
}

// wasAway notes that the database could not be reached.
func (r *readings) wasAway(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = at
}

// awaySince reports whether the database could not be reached at some time since then.
func (r *readings) awaySince(then time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.away.After(then)
}

// owe notes readings that are to be given back, with the next round.
func (r *readings) owe(taken ...*store.Reading) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range taken {
		one.Data = nil // the file is where it was
		r.owed = append(r.owed, one)
	}
}

// rests returns for how long a letter rests, by how often the database has failed on it.
func (r *readings) rests(letterID string) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	rests := letterRests
	for n := 1; n < r.failed[letterID] && rests < letterRestsAtMost; n++ {
		rests *= 2
	}
	return min(rests, letterRestsAtMost)
}

func (r *readings) settled(letterID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.failed, letterID)
}

// giveBackOwed gives letters back that were not read since the database failed. The tries at them are not counted.
func (s *Server) giveBackOwed(ctx context.Context) error {
	r := s.readings
	r.mu.Lock()
	owed := r.owed
	r.owed = nil
	r.mu.Unlock()
	for i, one := range owed {
		if err := s.store.GiveBackReading(ctx, one, r.rests(one.LetterID)); err != nil && !errors.Is(err, store.ErrReadingLost) {
			r.owe(owed[i:]...)
			return err
		}
	}
	return nil
}

// keepReading says again and again that a letter is being read, until what it returns is called.
func (s *Server) keepReading(ctx context.Context, taken *store.Reading) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var saying sync.WaitGroup
	saying.Go(func() {
		often := time.NewTicker(store.KeepReadingEvery)
		defer often.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-often.C:
			}
			if err := s.store.KeepReading(ctx, taken); err != nil && ctx.Err() == nil {
				s.log.WarnContext(ctx, "go on reading a letter", "letter", taken.LetterID, "error", err)
			}
		}
	})
	return func() {
		cancel()
		saying.Wait()
	}
}

// safely reads a file in the child process and turns a panic on this side of it into an error. It fails with errProgram and
// errStopping, and where the database does.
func (s *Server) safely(ctx context.Context, data []byte) (read store.ReadLetter, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "panic in reading a letter", "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: panic: %v", errProgram, p)
		}
	}()
	if data == nil {
		return read, fmt.Errorf("%w: the file that was held is damaged", errProgram)
	}
	reading := s.readLetter(ctx, data)
	if ctx.Err() != nil || s.readings.reader.Closed() {
		return read, errStopping // and what was read says nothing but that
	}
	return s.kept(ctx, reading, data)
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
