// Package cache keeps pages as bytes: rendered once a version, compressed once, dropped by tags.
//
// It promises:
//
//   - A page is rendered once a version, however many ask for it at the same time.
//   - When Drop has returned, no request that begins then is given what was dropped: not from memory, not from a render that
//     was already under way (it is given to those who asked before, and never kept).
//   - What changes is not all rendered again. A page is chunks and the names of shared parts (the newsfeed column, the
//     masthead); a part has tags of its own, and when it changes, pages that show it are put together and compressed again
//     when they are next asked for, but not rendered.
//   - When a render fails because something is down, and the page was served before, its last bytes are served again with
//     "no-store", unless they were forgotten: Drop with Forget is for what was withdrawn, killed or redacted, and after it the
//     old bytes are nowhere. While something is down one asker at a time finds out whether it still is; the others get
//     the old bytes at once.
//   - Memory is bounded in bytes. Pages, pages with a query, and addresses that lead nowhere have room of their own, so that
//     nobody can push the pages out by asking for nonsense.
//
// A strong ETag names the content and its encoding. It does not name the level of compression: a page that is asked for often
// is compressed again, better, in the background, and stays the same page; since ranges are never answered, no client can put
// pieces of two compressions together.
//
// Readers are told "max-age=0": their browser asks again each time and is mostly answered 304, for a page may be corrected
// at any moment. stale-if-error lets a cache in front answer for us when we are down. s-maxage is said only when SharedAge is
// set, that is when the operator has a cache in front which is purged by the surrogate keys: without purging it would serve
// the old page after the event that said there is a new one.
package cache

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/readership"
)

// Key names a page: Host as the site tells editions apart (not as asked for), Path, and a Query in which only what the page
// knows is left, in one order.
type Key struct{ Host, Path, Query string }

// Chunk is a stretch of bytes, or the place of a shared part when Part is not empty.
type Chunk struct {
	Bytes []byte
	Part  string // "newsfeed:international"
}

// Page is what a render gives. The cache owns it afterwards: nobody changes it.
type Page struct {
	Status   int         // 200 when 0
	Header   http.Header // what stands in each answer; the cache itself sets Content-Encoding, -Length, ETag, Vary, Cache-Control
	Chunks   []Chunk
	Tags     []fact.Tag // of everything shown, without those of the parts
	Modified time.Time  // for Last-Modified; zero says none

	Views *readership.Tally // counts each answer with the page to somebody who reads; nil counts nothing
	Life  time.Duration     // how long it is kept at most; 0 is until dropped

	// Like makes this the answer of another key: an address that leads nowhere is kept as a few bytes beside the one page
	// that says so. Only Tags and Life count besides.
	Like *Like
}

// Like is another page and how it is rendered.
type Like struct {
	Key    Key
	Render Render
}

// Render makes a page. Its context is that of nobody's request: it ends after Options.Within and not when a client goes.
type Render func(ctx context.Context) (Page, error)

// Options say how a Cache works; zero values are the defaults.
type Options struct {
	Bytes     int64 // most bytes held, 64 MB when 0
	Clock     moment.Clock
	Log       *slog.Logger
	Part      func(ctx context.Context, name string) (Page, error) // renders a shared part: its Chunks are literal
	Within    time.Duration                                        // a render may take, 10 s when 0
	SharedAge time.Duration                                        // s-maxage, for a cache in front that is purged
	KeyHeader string                                               // "Surrogate-Key" or "xkey": the header that names the tags to a cache in front; empty is none
}

// Cache keeps pages. Make it with New, end it with Close.
type Cache struct {
	o       Options
	control []string // the values of Cache-Control
	gen     atomic.Uint64
	renders atomic.Int64
	hits    *readership.Tally
	olds    atomic.Int64
	told    atomic.Int64 // when an old copy was last logged, in microseconds
	trouble atomic.Int64 // until when nobody waits for a render while there is an old copy, in microseconds; 0 is no trouble

	mu      sync.RWMutex
	pages   map[Key]*entry
	parts   map[string]*entry
	index   map[fact.Tag]map[*piece]struct{}
	flights map[Key]*flight
	drops   []drop // since the oldest flight began
	shelves [3]shelf

	better chan job
	stop   chan struct{}
	done   sync.WaitGroup
}

// New starts an empty cache and its one worker.
func New(o Options) *Cache {
	if o.Bytes <= 0 {
		o.Bytes = 64 << 20
	}
	if o.Clock == nil {
		o.Clock = moment.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Within <= 0 {
		o.Within = 10 * time.Second
	}
	c := &Cache{o: o, control: []string{control(o.SharedAge)}, pages: map[Key]*entry{}, parts: map[string]*entry{},
		index: map[fact.Tag]map[*piece]struct{}{}, flights: map[Key]*flight{}, hits: readership.NewTally(),
		better: make(chan job, 128), stop: make(chan struct{})}
	c.shelves[plainShelf].max = o.Bytes * 27 / 32
	c.shelves[queryShelf].max = o.Bytes / 8
	c.shelves[missShelf].max = o.Bytes / 32
	c.done.Go(c.work)
	return c
}

// Close ends the worker. Pages are still served.
func (c *Cache) Close() {
	close(c.stop)
	c.done.Wait()
}

// Stats are what the cache holds and did.
type Stats struct {
	Pages, Missing int   // kept now; Missing are addresses that lead nowhere
	Bytes          int64 // kept now, parts included
	Renders        int64 // since the start
	Hits           int64 // answers from memory since the start
	Old            int64 // answers given with old bytes because something was down
}

// Stats counts what the cache holds and did.
func (c *Cache) Stats() Stats {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s := Stats{Renders: c.renders.Load(), Old: c.olds.Load(), Hits: c.hits.Sum(), Missing: len(c.shelves[missShelf].ring)}
	s.Pages = len(c.pages) - s.Missing
	for _, e := range c.parts {
		s.Bytes += e.size
	}
	for i := range c.shelves {
		s.Bytes += c.shelves[i].bytes
	}
	return s
}

// Hit answers a GET or HEAD from memory and reports whether it could. It allocates nothing of its own.
func (c *Cache) Hit(w http.ResponseWriter, r *http.Request, key Key) bool {
	e := c.find(key)
	if e == nil {
		return false
	}
	a := c.fresh(e)
	if a == nil {
		return false
	}
	enc := accepted(r.Header["Accept-Encoding"])
	if enc != identity && a.squeezable && a.coded[enc].Load() == nil {
		return false
	}
	c.hits.Add()
	c.write(w, r, a, enc, kept)
	return true
}

// Serve answers a GET or HEAD with the page of key, which render makes when it is not in memory.
// It returns an error, and has written nothing, when the render fails and there are no old bytes to serve.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, key Key, render Render) error {
	began := c.gen.Load()
	if c.trouble.Load() != 0 {
		if a := c.old(key); a != nil && !c.current(a.piece.of, a) && c.waiting() {
			c.writeOld(w, r, a)
			return nil
		}
	}
	a, keep, err := c.answer(r.Context(), key, began, render)
	if err != nil {
		if !down(err) || r.Context().Err() != nil {
			return err
		}
		if a = c.old(key); a == nil {
			return err
		}
		c.tell(err)
		c.writeOld(w, r, a)
		return nil
	}
	c.write(w, r, a, accepted(r.Header["Accept-Encoding"]), keep)
	return nil
}

// writeOld answers with bytes that may be older than the truth.
func (c *Cache) writeOld(w http.ResponseWriter, r *http.Request, a *answer) {
	c.olds.Add(1)
	c.write(w, r, a, accepted(r.Header["Accept-Encoding"]), aged)
}

// backOff is how long after a render that failed because something is down the next one waits, when there are old bytes.
const backOff = 3 * time.Second

// waiting reports whether to give old bytes rather than to ask what was down a moment ago. When the time is over the
// first asker finds out, and the others go on getting old bytes till he knows.
func (c *Cache) waiting() bool {
	until := c.trouble.Load()
	if until == 0 {
		return false
	}
	now := c.o.Clock.Now()
	return now.UnixMicro() < until || !c.trouble.CompareAndSwap(until, now.Add(c.o.Within+backOff).UnixMicro())
}

// learn notes how a render ended.
func (c *Cache) learn(err error) {
	switch {
	case away(err):
		c.trouble.Store(c.o.Clock.Now().Add(backOff).UnixMicro())
	case fault.KindOf(err) != fault.Internal || err == nil:
		if c.trouble.Load() != 0 {
			c.trouble.Store(0)
		}
	}
}

// away reports whether err says that something else than the page is out of reach.
func away(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || fault.KindOf(err) == fault.Unavailable
}

// Compose answers with a page that is not kept at all (what was searched for, what is somebody's own): its parts are put in,
// it is compressed, and Cache-Control is "no-store" unless its header says otherwise.
func (c *Cache) Compose(w http.ResponseWriter, r *http.Request, p Page) error {
	a, _, err := c.compose(r.Context(), &entry{}, newPiece(p, nil, 0), c.gen.Load(), false)
	if err != nil {
		return err
	}
	c.write(w, r, a, accepted(r.Header["Accept-Encoding"]), passing)
	return nil
}

// down reports whether err says that something does not work, rather than that the page is not to be had.
func down(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.Full, fault.Internal:
		return true
	}
	return false
}

// tell logs that old bytes are served, at most once a second.
func (c *Cache) tell(err error) {
	now := c.o.Clock.Now().UnixMicro()
	last := c.told.Load()
	if now-last < 1_000_000 && last != 0 || !c.told.CompareAndSwap(last, now) {
		return
	}
	c.o.Log.Warn("cache: serving older copies, since pages cannot be rendered", "error", err.Error(), "answers", c.olds.Load())
}

// find looks a key up, following an address that leads nowhere to the page that says so.
func (c *Cache) find(key Key) *entry {
	c.mu.RLock()
	e := c.pages[key]
	if e != nil && e.shelf == missShelf {
		p := e.piece.Load()
		if p == nil || c.over(p) {
			e = nil
		} else {
			e.touch()
			e = c.pages[p.page.Like.Key]
		}
	}
	c.mu.RUnlock()
	return e
}

// fresh gives the answer of e when all it is made of is current.
func (c *Cache) fresh(e *entry) *answer {
	a := e.answer.Load()
	if a == nil || !c.current(e, a) {
		return nil
	}
	e.touch()
	return a
}

// current reports whether a is made of the current versions of the page and its parts.
func (c *Cache) current(e *entry, a *answer) bool {
	if e.piece.Load() != a.piece || c.over(a.piece) {
		return false
	}
	for i, part := range a.parts {
		if a.slots[i].piece.Load() != part || c.over(part) {
			return false
		}
	}
	return true
}

// over reports whether the life of p has ended.
func (c *Cache) over(p *piece) bool { return p.until != 0 && c.o.Clock.Now().UnixMicro() >= p.until }

// Recall gives the page of key as render made it, without writing it: for small decisions that are dropped by tags as pages
// are. When something is down it gives what it knew last.
func (c *Cache) Recall(ctx context.Context, key Key, render Render) (Page, error) {
	began := c.gen.Load()
	if c.trouble.Load() != 0 {
		if p := c.lastOf(key); p != nil && (p.of.piece.Load() != p || c.over(p)) && c.waiting() {
			c.olds.Add(1)
			return p.page, nil
		}
	}
	p, _, err := c.content(ctx, key, began, render)
	if err == nil {
		return p.page, nil
	}
	if !down(err) || ctx.Err() != nil {
		return Page{}, err
	}
	if p := c.lastOf(key); p != nil {
		c.olds.Add(1)
		return p.page, nil
	}
	return Page{}, err
}

// lastOf gives the newest piece of key that was not forgotten, nil when there is none.
func (c *Cache) lastOf(key Key) *piece {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.place(key); e != nil {
		return e.last()
	}
	return nil
}

// Knows reports whether key was rendered before and is still in memory, current or old: whoever asks for it costs no more than
// everybody else who does.
func (c *Cache) Knows(key Key) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.pages[key] != nil
}
