package web

import (
	"cmp"
	"context"
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

const (
	// dataVersionWaits is how long the database may take to say it.
	dataVersionWaits = 3 * time.Second
	// dataVersionRests is for how long it is not asked again when it did not answer, so that a database that hangs does not take away
	// the pages that are already made. A change on this server, or one that is told of, has it asked at once.
	dataVersionRests = 5 * time.Second
)

// dataState is a state of the data: the number of its last change. A lower number than before is of other data, as after a backup
// was put in place; era counts how often that was seen.
type dataState struct {
	era    int
	number int64
}

// dataVersion is the number of the last change to the data, read anew when it is older than a second.
type dataVersion struct {
	read  func(context.Context) (int64, error)
	mu    sync.Mutex // held by the one that asks
	held  atomic.Pointer[heldVersion]
	since func(time.Time) time.Duration // nil: time.Since
	waits time.Duration                 // 0: dataVersionWaits

	wentBack func() // is told of other data; nil: nobody is
}

type heldVersion struct {
	dataState
	at time.Time
}

// fresh returns the state of the data where it was read within the last second.
func (d *dataVersion) fresh() (dataState, bool) {
	held := d.held.Load()
	if held == nil || d.age(held.at) >= dataVersionHolds {
		return dataState{}, false
	}
	return held.dataState, true
}

// state returns the state of the data. It fails only while none has ever been read: a database that is away for a moment does not
// take away the pages that are already made.
func (d *dataVersion) state(ctx context.Context) (dataState, error) {
	if state, ok := d.fresh(); ok {
		return state, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if state, ok := d.fresh(); ok { // somebody else has asked meanwhile
		return state, nil
	}
	held := d.held.Load()
	asked := time.Now() // what is kept while the answer is on its way counts from here
	// The answer is for all who wait for it, whoever goes away.
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(d.waits, dataVersionWaits))
	number, err := d.read(bounded)
	cancel()
	if err != nil && held == nil {
		return dataState{}, fmt.Errorf("read the version of the data: %w", err)
	}
	next := dataState{number: number}
	if held != nil {
		next.era = held.era
		if err != nil {
			next.number, asked = held.number, time.Now().Add(dataVersionRests-dataVersionHolds)
		} else if number < held.number {
			next.era++
			if d.wentBack != nil {
				d.wentBack()
			}
		}
	}
	d.held.Store(&heldVersion{next, asked})
	return next, nil
}

// forget makes the next question about the version a new one, for when this program itself has changed the data: whoever
// publishes a letter sees it at once.
func (d *dataVersion) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if held := d.held.Load(); held != nil {
		d.held.Store(&heldVersion{dataState: held.dataState})
	}
}

func (d *dataVersion) age(at time.Time) time.Duration {
	if d.since != nil {
		return d.since(at)
	}
	return time.Since(at)
}

// mostSteps is how many states of the data are told apart. What was made before them is made anew.
const mostSteps = 200

// dataHistory is what the changes since the program began have touched: by it a kept answer is told from one that is stale.
type dataHistory struct {
	touched func(ctx context.Context, since int64) (store.TableSet, error)

	mu    sync.Mutex
	now   dataState
	from  int64      // the state after which every step is known
	steps []dataStep // oldest first
}

// dataStep is one or more changes that were learned of together.
type dataStep struct {
	number  int64 // of the last of them
	touched store.TableSet
}

// holds reports whether what was made from some tables in one state is as it would be made in a later one. The number of a
// state is read before anything is made in it, so that whatever changed meanwhile counts as later.
func (h *dataHistory) holds(ctx context.Context, tables store.TableSet, made, now dataState) bool {
	if made == now {
		return true
	}
	if made.era != now.era || !tables.Chained() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reach(ctx, now)
	if made.era != h.now.era || made.number < h.from {
		return false
	}
	for _, step := range slices.Backward(h.steps) {
		if step.number <= made.number {
			break
		}
		if step.touched.Overlaps(tables) {
			return false
		}
	}
	return true
}

// begin takes note of the state in which something is about to be made.
func (h *dataHistory) begin(ctx context.Context, now dataState) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reach(ctx, now)
}

// reach brings the history up to a state. Where it cannot be learned what has changed, everything may have.
func (h *dataHistory) reach(ctx context.Context, now dataState) {
	switch {
	case now.era < h.now.era || now.era == h.now.era && now.number <= h.now.number:
		return // somebody else has come further already
	case now.era > h.now.era || h.now == dataState{}:
		h.from, h.steps = now.number, nil
	default:
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), dataVersionWaits) // for all, and not only for who asks
		touched, err := h.touched(bounded, h.now.number)
		cancel()
		if err != nil {
			touched = store.Everything
		}
		h.steps = append(h.steps, dataStep{now.number, touched})
		if len(h.steps) > mostSteps {
			h.from, h.steps = h.steps[0].number, slices.Delete(h.steps, 0, 1)
		}
	}
	h.now = now
}

// kept is something that is made of reference data and seldom changes, with the state up to which it is known to hold.
// Whoever has it may go on with it when the next has been made.
type kept[T any] struct {
	mu     sync.Mutex // held by the one that makes it
	state  dataState
	made   *T
	tables store.TableSet // of which it was made
}

// at returns what holds in a state of the data. It is made anew where it does not hold any more: of what is held and of what was
// touched since, or from nothing. A state of another era, or before the one that it is known for, is of other data, as after a
// backup was put in place or another server took over that had not got everything. Whatever is made of it is made of its tables.
func (k *kept[T]) at(ctx context.Context, s *store.Store, state dataState, from func(ctx context.Context, held *T, touched store.Touched) (*T, error)) (*T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.reach(ctx, s, state, from); err != nil {
		return nil, err
	}
	store.NoteReads(ctx, k.tables)
	return k.made, nil
}

func (k *kept[T]) reach(ctx context.Context, s *store.Store, state dataState, from func(ctx context.Context, held *T, touched store.Touched) (*T, error)) error {
	held, touched := k.made, store.Touched{Everything: true}
	if held != nil && state == k.state {
		return nil
	}
	if held != nil && state.era == k.state.era && state.number > k.state.number {
		var err error
		if touched, err = s.Touched(ctx, k.state.number); err != nil {
			return err
		}
	}
	if !touched.Nothing() {
		noting, reads := store.Noting(ctx)
		next, err := from(noting, held, touched)
		if err != nil {
			return err
		}
		k.made, k.tables = next, k.tables.With(reads.Tables())
	}
	k.state = state
	return nil
}

// reference keeps what nearly every page needs: it takes longer to read than most pages take to make. The record of England
// is kept apart, so that a page which does not need it does not wait for it.
type reference struct {
	register kept[registerData]
	england  kept[inspection.England]
	settings settingsHeld
}

// registerData is who there is and what the words mean.
type registerData struct {
	bodies      []inspection.Body
	authorities int               // how many of them there are
	home        []inspection.Body // the home place, then its councils, their providers and partnerships
	catalogue   *inspection.Catalogue

	nameWords map[string]bool // what the names of bodies are made of, in lower case
	lexicon   *lexicon
}

// referenceData is that with the record of England.
type referenceData struct {
	*registerData
	england *inspection.England
}

// register returns the register of bodies and the glossary.
func (s *Server) register(c *gin.Context) (*registerData, error) {
	return s.registerData(c.Request.Context())
}

func (s *Server) registerData(ctx context.Context) (*registerData, error) {
	state, err := s.data.state(ctx)
	if err != nil {
		return nil, err
	}
	return s.known.register.at(ctx, s.store, state, s.readRegister)
}

// reference returns the register of bodies, the glossary and the record of England.
func (s *Server) reference(c *gin.Context) (*referenceData, error) {
	return s.referenceData(c.Request.Context())
}

func (s *Server) referenceData(ctx context.Context) (*referenceData, error) {
	state, err := s.data.state(ctx)
	if err != nil {
		return nil, err
	}
	register, err := s.registerData(ctx)
	if err != nil {
		return nil, err
	}
	england, err := s.known.england.at(ctx, s.store, state, s.readEngland)
	if err != nil {
		return nil, err
	}
	return &referenceData{register, england}, nil
}

// readRegister reads what was touched, and takes the rest from what is held.
func (s *Server) readRegister(ctx context.Context, held *registerData, touched store.Touched) (*registerData, error) {
	var out registerData
	if held != nil {
		out = *held
	}
	if held == nil || touched.Any(inspection.OfTerm) {
		terms, err := s.store.Terms(ctx)
		if err != nil {
			return nil, err
		}
		out.lexicon = newLexicon(terms)
	}
	if held == nil || touched.Any(inspection.OfBody, inspection.OfSuccession, inspection.OfPlaceMember, inspection.OfService, inspection.OfSettings) {
		all, err := s.store.Register(ctx)
		if err != nil {
			return nil, err
		}
		out.bodies, out.catalogue, out.nameWords = all.Bodies, all.Catalogue, wordsOfNames(all.Bodies)
		out.authorities = 0
		for _, b := range all.Bodies {
			if b.Kind == inspection.Authority {
				out.authorities++
			}
		}
		out.home = s.homeBodies(all, s.home(ctx))
	}
	return &out, nil
}

func (s *Server) readEngland(ctx context.Context, held *inspection.England, touched store.Touched) (*inspection.England, error) {
	if held == nil {
		record, err := s.store.England(ctx)
		if err != nil {
			return nil, err
		}
		return inspection.NewEngland(record), nil
	}
	record, err := s.store.EnglandAfter(ctx, held.Record, touched)
	if err != nil {
		return nil, err
	}
	switch {
	case record == held.Record:
		return held, nil
	case touched.Any(inspection.OfBody, inspection.OfSuccession):
		return inspection.NewEngland(record), nil
	}
	return held.With(record, touched.Records[inspection.OfInspection]), nil
}

// homeBodies returns the home place and the bodies that act in it today. Without a home on the record there are none.
func (s *Server) homeBodies(all *inspection.Record, home string) []inspection.Body {
	today := s.today()
	out := append(all.ListedUnder(home), all.Providers(all.Members(home)...)...)
	return slices.DeleteFunc(out, func(b inspection.Body) bool { return b.EndedBy(today) })
}

// homeFirst puts the options that are bodies of the home place before all others, in a group of their own.
func (d *registerData) homeFirst(groups []optionGroup) []optionGroup {
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

// freshness says how new the record of England was on a day. Of a reading that came later nothing is said.
func (d *referenceData) freshness(record *inspection.Record, day inspection.Date) inspection.Freshness {
	return inspection.Freshness{Newest: d.england.NewestLetter(day), ReadOn: record.EnglandReadOn(day)}
}
