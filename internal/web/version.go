package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// dataVersionHolds is how long the number of the last change is trusted without asking. Another program may write to the
// same database, as a second server or an import does; asking at every request would cost more than the request.
const dataVersionHolds = time.Second

// dataVersion is the number of the last change to the data, read anew when it is older than a second.
type dataVersion struct {
	read  func(context.Context) (int64, error)
	mu    sync.Mutex // held by the one that asks
	held  atomic.Pointer[heldVersion]
	since func(time.Time) time.Duration // nil: time.Since
}

type heldVersion struct {
	number int64
	at     time.Time
}

// now returns the version. It fails only while none has ever been read: a database that is away for a moment does not
// take away the pages that are already made.
func (d *dataVersion) now(ctx context.Context) (int64, error) {
	if held := d.held.Load(); held != nil && d.age(held.at) < dataVersionHolds {
		return held.number, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	held := d.held.Load()
	if held != nil && d.age(held.at) < dataVersionHolds {
		return held.number, nil
	}
	number, err := d.read(ctx)
	if err != nil && held == nil {
		return 0, fmt.Errorf("read the version of the data: %w", err)
	}
	if err != nil {
		number = held.number
	}
	d.held.Store(&heldVersion{number, time.Now()})
	return number, nil
}

// forget makes the next question about the version a new one, for when this program itself has changed the data: whoever
// publishes a letter sees it at once.
func (d *dataVersion) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if held := d.held.Load(); held != nil {
		d.held.Store(&heldVersion{number: held.number})
	}
}

func (d *dataVersion) age(at time.Time) time.Duration {
	if d.since != nil {
		return d.since(at)
	}
	return time.Since(at)
}

// reference holds what nearly every page needs and what changes seldom. It is read again when anything but progress has
// changed: it takes longer to read than most pages take to make.
type reference struct {
	mu      sync.Mutex
	version int64 // up to which it is known to hold
	held    *referenceData
}

type referenceData struct {
	bodies []inspection.Body
	home   []inspection.Body // the home place, then its councils, their providers and partnerships

	nameWords map[string]bool // what the names of bodies are made of, in lower case
	lexicon   *lexicon
	england   *inspection.England
}

// reference returns the register of bodies, the glossary and the record of England.
func (s *Server) reference(c *gin.Context) (*referenceData, error) {
	return s.referenceData(c.Request.Context())
}

func (s *Server) referenceData(ctx context.Context) (*referenceData, error) {
	version, err := s.data.now(ctx)
	if err != nil {
		return nil, err
	}
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	holds, err := s.known.holds(ctx, s.store, version)
	if err != nil {
		return nil, err
	}
	if holds {
		return s.known.held, nil
	}
	var out referenceData
	if out.bodies, err = s.store.Bodies(ctx); err != nil {
		return nil, err
	}
	out.nameWords = wordsOfNames(out.bodies)
	terms, err := s.store.Terms(ctx)
	if err != nil {
		return nil, err
	}
	out.lexicon = newLexicon(terms)
	england, err := s.store.England(ctx)
	if err != nil {
		return nil, err
	}
	out.england = inspection.NewEngland(england)
	if out.home, err = s.homeBodies(ctx); err != nil {
		return nil, err
	}
	s.known.version, s.known.held = version, &out
	return &out, nil
}

// homeBodies returns the home place and the bodies that act in it today. Without a home on the record there are none.
func (s *Server) homeBodies(ctx context.Context) ([]inspection.Body, error) {
	record, err := s.store.Record(ctx, s.home)
	if errors.Is(err, inspection.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	today := s.today()
	out := append(record.ListedUnder(s.home), record.Providers(record.Members(s.home)...)...)
	return slices.DeleteFunc(out, func(b inspection.Body) bool { return b.EndedBy(today) }), nil
}

// homeFirst puts the options that are bodies of the home place before all others, in a group of their own.
func (d *referenceData) homeFirst(groups []optionGroup) []optionGroup {
	if len(d.home) == 0 {
		return groups
	}
	first := optionGroup{Heading: d.home[0].Name}
	for _, b := range d.home {
		for i := range groups {
			at := slices.IndexFunc(groups[i].Options, func(o selectOption) bool { return o.Value == b.ID })
			if at >= 0 {
				first.Options = append(first.Options, groups[i].Options[at])
				groups[i].Options = slices.Delete(groups[i].Options, at, at+1)
			}
		}
	}
	return slices.Insert(groups, 0, first)
}

// holds reports whether what is held is good at a version too. A version before the one that it is known for is of other
// data, as after a backup was put in place.
func (r *reference) holds(ctx context.Context, s *store.Store, version int64) (bool, error) {
	if r.held == nil || version <= r.version {
		return r.held != nil && version == r.version, nil
	}
	changed, err := s.ReferenceChanged(ctx, r.version)
	if err != nil || changed {
		return false, err
	}
	r.version = version
	return true, nil
}

// freshness says how new the record of England was on a day. Of a reading that came later nothing is said.
func (d *referenceData) freshness(record *inspection.Record, day inspection.Date) inspection.Freshness {
	out := inspection.Freshness{Newest: d.england.NewestLetter(day)}
	for _, line := range record.Completeness {
		source, ok := record.Source(line.SourceID)
		if ok && line.BodyID == inspection.EveryAuthority && source.ReadOn.After(out.ReadOn) && !source.ReadOn.After(day) {
			out.ReadOn = source.ReadOn
		}
	}
	return out
}
