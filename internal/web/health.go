package web

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/store"
)

const (
	// readyWait is less than those who watch a service wait for its answer.
	readyWait = 2 * time.Second
	// queuesHold is how long what was found out about the queues stands. The address is open to everybody, and more than the one
	// question whether the database answers must not be asked as often as somebody likes.
	queuesHold = 10 * time.Second
	// letterLate and messageLate are how long something may wait before it is said that it does.
	letterLate  = 10 * time.Minute
	messageLate = time.Hour
)

// readiness is what is known about whether requests should come here.
type readiness struct {
	stopping atomic.Bool

	mu     sync.Mutex // held by the one that looks into the queues
	looked time.Time
	queues string // what is to be said of them

	away, unseen seldom
}

// seldom keeps a line out of the log that was in it a moment ago. Its address being open to everybody, anybody could fill the log.
type seldom struct {
	mu   sync.Mutex
	told time.Time
}

// due reports whether the line was not told for tellEvery, and takes it as told then.
func (l *seldom) due(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.told) < tellEvery {
		return false
	}
	l.told = now
	return true
}

// healthy says that the program answers. It asks nothing of the database, so that a database that is away for a moment does not
// get the program restarted.
func (s *Server) healthy(c *gin.Context) {
	c.Header("Cache-Control", neverKept[0])
	c.String(http.StatusOK, "ok\n")
}

// ready says whether requests should come here: whether the program is not about to stop, the database answers and is at its
// version. That something waits too long is said and does not change the answer: every other server of the same database would
// be taken out of service with this one, because of a mail server.
func (s *Server) ready(c *gin.Context) {
	c.Header("Cache-Control", neverKept[0])
	if s.readiness.stopping.Load() {
		c.String(http.StatusServiceUnavailable, "not ready\nprogram     it is about to stop\n")
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyWait)
	defer cancel()
	if err := s.store.Ready(ctx); err != nil {
		if s.readiness.away.due(s.clock()) {
			s.log.WarnContext(ctx, "not ready", "error", err)
		}
		part := "database    it does not answer as it should"
		switch {
		case errors.Is(err, store.ErrNewer):
			part = "migrations  the database is newer than this program"
		case errors.Is(err, store.ErrNotMigrated):
			part = "migrations  the database is older than this program"
		}
		c.String(http.StatusServiceUnavailable, "not ready\n%s\n", part)
		return
	}
	c.String(http.StatusOK, "ready\ndatabase    it answers\nmigrations  they are those that this program needs\nqueues      %s\n", s.queueWords(ctx))
}

// Stopping makes the service say that it is not ready any more, so that what stands before it sends requests elsewhere. It goes
// on answering those that come.
func (s *Server) Stopping() { s.readiness.stopping.Store(true) }

// queueWords says whether anything has waited too long, as it was found out a few seconds ago.
func (s *Server) queueWords(ctx context.Context) string {
	r := &s.readiness
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.queues != "" && time.Since(r.looked) < queuesHold {
		return r.queues
	}
	queues, err := s.store.Queues(ctx)
	switch {
	case err != nil:
		if r.unseen.due(s.clock()) {
			s.log.WarnContext(ctx, "look into the queues", "error", err)
		}
		return "nobody knows"
	case queues.Letters.Oldest > letterLate:
		r.queues = "letters have waited to be read for more than ten minutes"
	case queues.Messages.Oldest > messageLate:
		r.queues = "messages have waited to be sent for more than an hour"
	default:
		r.queues = "nothing has waited too long"
	}
	r.looked = time.Now()
	return r.queues
}
