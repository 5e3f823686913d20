package web

import (
	"cmp"
	"container/list"
	"context"
	"errors"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// How often one network address, and one account, is served what has to be made anew. What is kept for everybody costs next
// to nothing and is not counted. A whole council may share one address, so the limits are far above what people do.
const (
	madeEach    = 50  // a second
	madeAtOnce  = 500 //
	postsEach   = 5   // a second
	postsAtOnce = 60
	// mostPaced is how many addresses and accounts are remembered. Whoever was not seen for longest is forgotten first, and
	// may begin anew.
	mostPaced = 8192
	// tellEvery is how often at most the log is told that the same one is held back.
	tellEvery = time.Minute
)

// pace holds back those who ask too often. It is safe for concurrent use.
type pace struct {
	each   rate.Limit
	atOnce int

	mu     sync.Mutex
	known  map[string]*list.Element
	recent *list.List // of *paced, latest seen first
}

type paced struct {
	key     string
	limiter *rate.Limiter
	told    time.Time
}

func newPace(each rate.Limit, atOnce int) *pace {
	return &pace{each: each, atOnce: atOnce, known: map[string]*list.Element{}, recent: list.New()}
}

// wait counts a request and returns how long somebody has to wait before it, nothing where it may go on now. Requests that
// are held back do not count. It also says whether it is time to tell the log.
func (p *pace) wait(key string, now time.Time) (wait time.Duration, tell bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	element, ok := p.known[key]
	if ok {
		p.recent.MoveToFront(element)
	} else {
		element = p.recent.PushFront(&paced{key: key, limiter: rate.NewLimiter(p.each, p.atOnce)})
		p.known[key] = element
	}
	if p.recent.Len() > mostPaced {
		delete(p.known, p.recent.Remove(p.recent.Back()).(*paced).key)
	}
	one := element.Value.(*paced)
	if one.limiter.AllowN(now, 1) {
		return 0, false
	}
	lacking := 1 - one.limiter.TokensAt(now)
	wait = time.Duration(lacking / float64(p.each) * float64(time.Second))
	if tell = now.Sub(one.told) >= tellEvery; tell {
		one.told = now
	}
	return wait, tell
}

// networkKey is under what a network address is counted, empty for none. Whoever has one address of version 6 has its whole
// /64.
func networkKey(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	if addr.Is6() {
		return "network " + netip.PrefixFrom(addr, 64).Masked().String()
	}
	return "network " + addr.String()
}

// accountKey is under what somebody who is signed in is counted, empty for nobody.
func accountKey(c *gin.Context) string {
	known, _ := c.Get(personKey)
	if p, _ := known.(*person); p != nil && p.account.ID != "" {
		return "account " + p.account.ID
	}
	return ""
}

var tooOften = &refusal{http.StatusTooManyRequests, "Too many requests", []string{
	"More was asked for from this network address or with this account than is answered at once.",
	"Wait a minute, then try again. If you sent a form, go back: what you typed is still in it.",
	"Nothing has been changed.",
}}

// paced fails where one of the keys has to wait.
func (s *Server) paced(c *gin.Context, p *pace, keys ...string) error {
	if p == nil {
		return nil
	}
	now := s.clock()
	for _, key := range keys {
		if key == "" {
			continue
		}
		wait, tell := p.wait(key, now)
		if tell {
			s.log.WarnContext(c.Request.Context(), "held back: too many requests", "who", key, "method", c.Request.Method)
		}
		if wait > 0 {
			seconds := int(math.Ceil(wait.Seconds()))
			return &turnedAway{tooOften, toFirstPage, seconds}
		}
	}
	return nil
}

// unhurried fails where whoever asks has asked for too much that has to be made anew, or sent too much.
func (s *Server) unhurried(c *gin.Context) error {
	if s.doors.made == nil {
		return nil
	}
	account := accountKey(c)
	err := s.paced(c, s.doors.made, networkKey(s.doors.client(c.Request)), account)
	if err == nil && !readOnly(c.Request.Method) {
		err = s.paced(c, s.doors.posts, account)
	}
	return err
}

// unhurriedOr returns why whoever asks has to wait, or else another failure, which is then worth making a page of.
func (s *Server) unhurriedOr(c *gin.Context, err error) error { return cmp.Or(s.unhurried(c), err) }

// mostTurns is how many wait at most for what is made one after another.
const mostTurns = 8

// errNoTurn says that too many wait already.
var errNoTurn = errors.New("too many wait for a turn")

// turns lets in, one after another, what is made for one reader alone and costs much: a drawing of councils of their own choice,
// the whole record as a file. However many are asked for, what pages show waits for no more than one of them.
type turns struct {
	waiting atomic.Int32
	turn    sync.Mutex
}

// take returns when it is somebody's turn; they call done at its end. It fails with errNoTurn where too many wait already.
func (t *turns) take(ctx context.Context) (done func(), err error) {
	if t.waiting.Add(1) > mostTurns {
		t.waiting.Add(-1)
		return nil, errNoTurn
	}
	t.turn.Lock()
	done = func() {
		t.turn.Unlock()
		t.waiting.Add(-1)
	}
	if err := ctx.Err(); err != nil { // the reader has gone
		done()
		return nil, err
	}
	return done, nil
}
