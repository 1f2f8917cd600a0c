// Package readership counts how often stories are read, without knowing by whom.
//
// A view is an answer with the page of a story to somebody who is not plainly a program. It is one number going up by one: no cookie
// is read, no address is kept, nothing of who asked is looked at but the name his program gives itself. Counts are gathered in
// memory and written in groups, so that a page that lies in memory costs no more for being counted; a process that is killed loses
// at most what came since the last writing, which Every says.
//
// It promises that adding takes no lock and no memory, and that whatever was added and written is written once.
package readership

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// Every is how often counts are written, and what a process that is killed loses at most.
const Every = 10 * time.Second

// Tally counts the views of one story. It is shared by all who answer with its page.
type Tally struct{ shards []shard }

// shard fills a cache line and its neighbour, which some processors read with it, so that cores do not wait for each other.
type shard struct {
	n atomic.Int64
	_ [120]byte
}

// shards is how many counters a tally has: a power of two, about one a core.
var shards = func() int {
	n := 1
	for n < min(runtime.GOMAXPROCS(0), 16) {
		n *= 2
	}
	return n
}()

// NewTally gives a tally of whatever is counted often by many.
func NewTally() *Tally { return &Tally{make([]shard, shards)} }

// Sum gives what was counted so far.
func (t *Tally) Sum() (n int64) {
	for i := range t.shards {
		n += t.shards[i].n.Load()
	}
	return n
}

// Add counts one view.
func (t *Tally) Add() {
	t.shards[rand.Uint32()&uint32(len(t.shards)-1)].n.Add(1)
	runtime.KeepAlive(t) // until it is counted: a counter lets go of what nobody can add to any more
}

// Counter holds the tallies of all stories that pages in memory are of.
type Counter struct {
	mu      sync.Mutex
	tallies map[string]*held
}

// held is what a tally counts, and the tally itself loosely, so that it goes with the pages that hold it. What was counted outlives it
// until it is taken.
type held struct {
	shards []shard
	loose  weak.Pointer[Tally]
}

// take gives what was counted since it was last asked.
func (h *held) take() (n int64) {
	for i := range h.shards {
		if h.shards[i].n.Load() != 0 {
			n += h.shards[i].n.Swap(0)
		}
	}
	return n
}

// NewCounter gives a counter without views.
func NewCounter() *Counter { return &Counter{tallies: map[string]*held{}} }

// Of gives the tally of a story.
func (c *Counter) Of(article string) *Tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.tallies[article]
	if h == nil {
		h = &held{shards: make([]shard, shards)}
		c.tallies[article] = h
	}
	t := h.loose.Value()
	if t == nil {
		t = &Tally{h.shards}
		h.loose = weak.Make(t)
	}
	return t
}

// take gives the views of each story since it was last asked.
func (c *Counter) take() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]int64{}
	for id, h := range c.tallies {
		gone := h.loose.Value() == nil // looked at first: from then on nobody adds
		if n := h.take(); n > 0 {
			out[id] = n
		}
		if gone {
			delete(c.tallies, id)
		}
	}
	return out
}

// back counts again what could not be written.
func (c *Counter) back(views map[string]int64) {
	for id, n := range views {
		t := c.Of(id)
		t.shards[0].n.Add(n)
		runtime.KeepAlive(t)
	}
}
