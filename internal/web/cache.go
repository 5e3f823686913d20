package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// cacheKey is what an answer for everybody depends on besides the data: the address with the parameters that the page reads,
// and the day, since pages say what has passed and what is ahead.
type cacheKey struct {
	address string
	day     inspection.Date
}

// response is a whole answer, in each encoding a browser may ask for, with its headers ready to be sent.
type response struct {
	status   int
	bodies   [encodings][]byte
	lengths  [encodings][]string
	kind     []string
	etag     []string
	policy   []string // a content security policy of its own; nil: that of pages
	filename []string // a Content-Disposition; nil: none
	modified []string // a Last-Modified; nil: none. It is told and never asked: what is taken off the record makes nothing newer
	revision string   // the hash in the address under which the answer never changes
	stays    bool     // whether every address of the answer carries its hash
	unkept   bool     // whether no copy of it may be kept, as of officers' pages
	location []string // where a redirect leads
	rare     bool     // whether it is so large and so seldom asked for that it would take the place of better ones here
}

// The encodings of an answer.
const (
	plain = iota
	gzipped
	brotlied
	encodings
)

var (
	encodingNames  = [encodings][]string{nil, {"gzip"}, {"br"}}
	varyEncoding   = []string{"Accept-Encoding"}
	revalidate     = []string{"no-cache"}
	neverChanges   = []string{"public, max-age=31536000, immutable"}
	neverKept      = []string{"no-store"}
	smallestPacked = 512 // bytes; below this packing saves nothing
)

// widestWindow is how far back Brotli looks for what it has packed before, as a power of two in bytes.
const widestWindow = 22

// newResponse makes an answer of a body and packs it once, so that sending it costs no more than a copy.
func newResponse(status int, kind string, body []byte, level int) *response {
	r := newPackedResponse(status, kind, body)
	if len(body) >= smallestPacked {
		var zipped, packed bytes.Buffer
		z := gzip.NewWriter(&zipped)
		// A window wider than the body would only cost memory, and the time to clear it.
		window := min(bits.Len(uint(len(body)+16)), widestWindow)
		b := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: level, LGWin: window})
		// Writing to memory cannot fail.
		_, _ = z.Write(body)
		_ = z.Close()
		_, _ = b.Write(body)
		_ = b.Close()
		r.bodies[gzipped], r.bodies[brotlied] = zipped.Bytes(), packed.Bytes()
	}
	for i, one := range r.bodies {
		r.lengths[i] = []string{strconv.Itoa(len(one))}
	}
	return r
}

// newPackedResponse makes an answer of a body that would not get smaller, as a picture is packed already.
func newPackedResponse(status int, kind string, body []byte) *response {
	sum := sha256.Sum256(body)
	r := &response{status: status, kind: []string{kind}, etag: []string{`W/"` + hex.EncodeToString(sum[:12]) + `"`}}
	r.bodies[plain], r.lengths[plain] = body, []string{strconv.Itoa(len(body))}
	return r
}

func (r *response) size() int64 {
	n := 0
	for _, body := range r.bodies {
		n += len(body)
	}
	return int64(n)
}

// send writes the answer in the best encoding that the request accepts, or says that the reader's copy still holds.
func (r *response) send(w http.ResponseWriter, request *http.Request) {
	header := w.Header()
	header["Content-Type"] = r.kind
	header["Vary"] = varyEncoding
	if r.policy != nil {
		header["Content-Security-Policy"] = r.policy
	}
	if r.filename != nil {
		header["Content-Disposition"] = r.filename
	}
	if r.modified != nil {
		header["Last-Modified"] = r.modified
	}
	if r.location != nil {
		header["Location"] = r.location
	}
	switch {
	case r.status != http.StatusOK || r.unkept:
		header["Cache-Control"] = neverKept
	case r.stays || r.revision != "" && request.URL.Query().Get("v") == r.revision:
		header["Cache-Control"] = neverChanges
	default:
		header["Cache-Control"] = revalidate
	}
	if r.status == http.StatusOK && !r.unkept {
		header["Etag"] = r.etag
		if matches(request.Header.Get("If-None-Match"), r.etag[0]) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	encoding := r.best(request.Header["Accept-Encoding"])
	if name := encodingNames[encoding]; name != nil {
		header["Content-Encoding"] = name
	}
	header["Content-Length"] = r.lengths[encoding]
	w.WriteHeader(r.status)
	_, _ = w.Write(r.bodies[encoding]) // the reader may have gone, and then nobody is left to tell
}

// best picks the encoding. Brotli is the smallest and every current browser accepts it.
func (r *response) best(accepted []string) int {
	for _, line := range accepted {
		if r.bodies[brotlied] != nil && accepts(line, "br") {
			return brotlied
		}
	}
	for _, line := range accepted {
		if r.bodies[gzipped] != nil && accepts(line, "gzip") {
			return gzipped
		}
	}
	return plain
}

// accepts reports whether an Accept-Encoding line names an encoding and does not refuse it with a weight of nothing.
func accepts(line, encoding string) bool {
	for part := range strings.SplitSeq(line, ",") {
		name, weight, weighted := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		if !weighted {
			return true
		}
		_, value, _ := strings.Cut(weight, "=")
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return err == nil && q > 0
	}
	return false
}

// matches compares an If-None-Match line with an entity tag, weakly, as HTTP asks for GET.
func matches(line, etag string) bool {
	if line == "" {
		return false
	}
	for part := range strings.SplitSeq(line, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// cache keeps answers up to a number of bytes and drops those longest unused. Answers of an earlier day are never asked for
// again, and so go first.
type cache struct {
	mu      sync.Mutex
	limit   int64
	bytes   int64
	entries map[cacheKey]*list.Element
	recent  *list.List   // of *cacheEntry, latest used first
	found   atomic.Int64 // questions for an answer that was kept
	missed  atomic.Int64 // and for one that was not
}

// cacheEntry is an answer with the state of the data in which it was made, or is known to hold.
type cacheEntry struct {
	key      cacheKey
	state    dataState
	tables   store.TableSet // of which it was made
	response *response
	route    string // of a page that any visitor may have; empty for everything else
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, entries: map[cacheKey]*list.Element{}, recent: list.New()}
}

func (c *cache) get(key cacheKey) (cacheEntry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return cacheEntry{}, false
	}
	c.recent.MoveToFront(element)
	return *element.Value.(*cacheEntry), true
}

// put keeps an answer in place of the one that was there.
func (c *cache) put(entry cacheEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry.response.size() > c.limit/4 { // one answer must not drive out all others
		return
	}
	if old, ok := c.entries[entry.key]; ok {
		c.drop(old)
	}
	c.entries[entry.key] = c.recent.PushFront(&entry)
	c.bytes += entry.response.size()
	for c.bytes > c.limit {
		c.drop(c.recent.Back())
	}
}

// cacheFigures are how full the cache is and what it was good for.
type cacheFigures struct {
	bytes, entries int64
	found, missed  int64 // questions since the program began
}

func (c *cache) figures() cacheFigures {
	c.mu.Lock()
	defer c.mu.Unlock()
	return cacheFigures{c.bytes, int64(len(c.entries)), c.found.Load(), c.missed.Load()}
}

// empty forgets every answer.
func (c *cache) empty() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
	c.recent.Init()
	c.bytes = 0
}

func (c *cache) drop(element *list.Element) {
	entry := c.recent.Remove(element).(*cacheEntry)
	delete(c.entries, entry.key)
	c.bytes -= entry.response.size()
}
