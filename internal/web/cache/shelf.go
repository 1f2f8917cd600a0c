package cache

import (
	"sync"
	"sync/atomic"

	"dateline/internal/fact"
)

// The shelves: each has room of its own.
const (
	plainShelf = iota // pages as they are linked
	queryShelf        // pages with a query: older pages of lists
	missShelf         // addresses that lead nowhere
	noShelf           // parts: few, never thrown out
)

// entry is the place of one page or part. Its pointers are read without a lock; they change under Cache.mu.
type entry struct {
	key    Key
	shelf  uint8
	used   atomic.Bool
	piece  atomic.Pointer[piece]  // what is current; nil when it was dropped
	answer atomic.Pointer[answer] // the piece put together with the parts of its time
	making sync.Mutex             // one puts together at a time

	old  *piece // under Cache.mu: what was dropped but not forgotten, for when something is down
	size int64  // under Cache.mu
	at   int    // under Cache.mu: place in the ring of its shelf
}

// touch notes that e was asked for. It writes only when that is news, so that readers do not fight over the line.
func (e *entry) touch() {
	if !e.used.Load() {
		e.used.Store(true)
	}
}

// piece is one rendered version of a page or a part, without the parts it names. It is never changed.
type piece struct {
	of    *entry
	page  Page
	bytes int64
	until int64 // microseconds, 0 is for ever
}

// newPiece wraps a page.
func newPiece(p Page, of *entry, until int64) *piece {
	pc := &piece{of: of, page: p, until: until}
	for _, ch := range p.Chunks {
		pc.bytes += int64(len(ch.Bytes))
	}
	for k, v := range p.Header {
		pc.bytes += int64(len(k)) + 64
		for _, s := range v {
			pc.bytes += int64(len(s)) + 16
		}
	}
	for _, t := range p.Tags {
		pc.bytes += int64(len(t)) + 96 // an index cell each
	}
	return pc
}

// shelf holds entries up to a number of bytes and throws out what was not asked for since the hand came by last (CLOCK).
type shelf struct {
	ring       []*entry
	hand       int
	bytes, max int64
}

// add puts e on the shelf.
func (s *shelf) add(e *entry) {
	e.at = len(s.ring)
	s.ring = append(s.ring, e)
}

// remove takes e off the shelf.
func (s *shelf) remove(e *entry) {
	last := len(s.ring) - 1
	s.ring[e.at] = s.ring[last]
	s.ring[e.at].at = e.at
	s.ring[last] = nil
	s.ring = s.ring[:last]
}

// next gives the entry to throw out, which is not the one that just came.
func (s *shelf) next(but *entry) *entry {
	for range 2 * len(s.ring) {
		if s.hand >= len(s.ring) {
			s.hand = 0
		}
		e := s.ring[s.hand]
		if e != but && !e.used.Swap(false) {
			return e
		}
		s.hand++
	}
	for _, e := range s.ring { // everything is asked for all the time: any will do
		if e != but {
			return e
		}
	}
	return nil
}

// overhead is what an entry costs besides its bytes: structs, map cells, header slices.
const overhead = 1200

// weigh brings the size of e up to date, and its shelf back under its bound. The caller holds the lock.
func (c *Cache) weigh(e *entry) {
	size := int64(overhead + len(e.key.Host) + len(e.key.Path) + len(e.key.Query))
	if e.shelf == missShelf {
		size -= overhead - 300
	}
	if p := e.piece.Load(); p != nil {
		size += p.bytes
	}
	if e.old != nil {
		size += e.old.bytes
	}
	if a := e.answer.Load(); a != nil {
		for i := range a.coded {
			if z := a.coded[i].Load(); z != nil {
				size += int64(cap(z.body))
			}
		}
		for _, part := range a.parts { // what only this answer still holds
			if part.of.piece.Load() != part {
				size += part.bytes
			}
		}
	}
	delta := size - e.size
	e.size = size
	if e.shelf == noShelf {
		return
	}
	s := &c.shelves[e.shelf]
	s.bytes += delta
	for s.bytes > s.max {
		out := s.next(e)
		if out == nil {
			return
		}
		c.evict(out)
	}
}

// evict takes e out of memory. The caller holds the lock.
func (c *Cache) evict(e *entry) {
	if p := e.piece.Load(); p != nil {
		c.unlist(p)
		e.piece.Store(nil)
	}
	if e.old != nil {
		c.unlist(e.old)
		e.old = nil
	}
	e.answer.Store(nil)
	if e.shelf == noShelf {
		delete(c.parts, e.key.Path)
		return
	}
	delete(c.pages, e.key)
	s := &c.shelves[e.shelf]
	s.bytes -= e.size
	s.remove(e)
}

// list puts p into the index of tags. The caller holds the lock.
func (c *Cache) list(p *piece) {
	for _, t := range p.page.Tags {
		set := c.index[t]
		if set == nil {
			set = make(map[*piece]struct{}, 1)
			c.index[t] = set
		}
		set[p] = struct{}{}
	}
	all := c.index[fact.TagAll]
	if all == nil {
		all = map[*piece]struct{}{}
		c.index[fact.TagAll] = all
	}
	all[p] = struct{}{}
}

// unlist takes p out of the index. The caller holds the lock.
func (c *Cache) unlist(p *piece) {
	for _, t := range p.page.Tags {
		if set := c.index[t]; set != nil {
			delete(set, p)
			if len(set) == 0 {
				delete(c.index, t)
			}
		}
	}
	delete(c.index[fact.TagAll], p)
}
