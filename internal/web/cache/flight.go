package cache

import (
	"context"
	"fmt"
	"runtime/debug"

	"dateline/internal/fact"
)

// flight is one render under way.
type flight struct {
	begun uint64 // generation of drops at its beginning
	done  chan struct{}

	// After done:
	piece   *piece
	err     error
	badFrom uint64 // the first drop since its beginning that meant it; 0 when none did
}

// for whom the result counts: not for those who came after a drop of it.
func (f *flight) goodFor(began uint64) bool { return f.badFrom == 0 || began < f.badFrom }

// drop is remembered while renders are under way that began before it.
type drop struct {
	gen  uint64
	tags map[fact.Tag]struct{}
}

// means reports whether the drop means a page with these tags.
func (d drop) means(tags []fact.Tag) bool {
	if _, all := d.tags[fact.TagAll]; all {
		return true
	}
	for _, t := range tags {
		if _, ok := d.tags[t]; ok {
			return true
		}
	}
	return false
}

// Drop makes every page and part with one of tags stale, at once: when it returns, whoever asks then gets a newer version.
// With Keep the old bytes stay for as long as something is down; with Forget they go, and so do older ones with these tags.
func (c *Cache) Drop(after After, tags ...fact.Tag) {
	if len(tags) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	gen := c.gen.Add(1)
	c.trouble.Store(0) // whoever says so has just read or written what was away
	if len(c.flights) > 0 {
		d := drop{gen: gen, tags: make(map[fact.Tag]struct{}, len(tags))}
		for _, t := range tags {
			d.tags[t] = struct{}{}
		}
		c.drops = append(c.drops, d)
	}
	for _, t := range tags {
		for p := range c.index[t] {
			c.retire(p, after)
		}
	}
}

// Generation counts the drops so far: what was read after one call is not older than the last drop before it, so whoever keeps
// something read under a generation keeps nothing stale for as long as it is the same.
func (c *Cache) Generation() uint64 { return c.gen.Load() }

// After says what becomes of the bytes that are dropped.
type After bool

// What becomes of dropped bytes.
const (
	Keep   After = false // they may be served again while pages cannot be rendered
	Forget After = true  // withdrawn, killed, redacted: they are served to nobody ever
)

// retire takes one piece out of use. The caller holds the lock.
func (c *Cache) retire(p *piece, after After) {
	e := p.of
	current := e.piece.Load() == p
	if current {
		e.piece.Store(nil)
		e.used.Store(false)
		if after == Keep && e.shelf != missShelf && !c.over(p) {
			if e.old != nil {
				c.unlist(e.old)
			}
			e.old = p
			c.weigh(e)
			return
		}
	} else if after == Keep {
		return // it was old already
	} else if e.old == p {
		e.old = nil
	}
	c.unlist(p)
	if a := e.answer.Load(); a != nil && a.piece == p {
		e.answer.Store(nil)
	}
	if e.piece.Load() == nil && e.old == nil {
		if e.shelf != noShelf { // a part's place stays: answers point at it
			c.evict(e)
		}
		return
	}
	c.weigh(e)
}

// partKey is the key under which a part flies and lies.
func partKey(name string) Key { return Key{Host: "\x00part", Path: name} }

// place gives the entry of key, nil when there is none. The caller holds the lock.
func (c *Cache) place(key Key) *entry {
	if key.Host == "\x00part" {
		return c.parts[key.Path]
	}
	return c.pages[key]
}

// content gives the current piece of key, rendered now when it is not in memory. Stays reports whether it is in memory now.
func (c *Cache) content(ctx context.Context, key Key, began uint64, render Render) (p *piece, stays bool, err error) {
	for {
		c.mu.Lock()
		if e := c.place(key); e != nil {
			if p := e.piece.Load(); p != nil && !c.over(p) {
				e.touch()
				c.mu.Unlock()
				return p, true, nil
			}
		}
		f, under := c.flights[key]
		if !under {
			f = &flight{begun: c.gen.Load(), done: make(chan struct{})}
			c.flights[key] = f
		}
		c.mu.Unlock()
		if !under {
			c.fly(ctx, key, f, render)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
		if f.err != nil {
			return nil, false, f.err
		}
		if f.goodFor(began) {
			return f.piece, f.badFrom == 0, nil
		}
		// It was dropped before this request began: the next flight began after, and so is good for it.
	}
}

// fly renders key and keeps the result, unless it was dropped meanwhile.
func (c *Cache) fly(ctx context.Context, key Key, f *flight, render Render) {
	defer close(f.done)
	defer func() {
		v := recover()
		if v != nil {
			f.err = fmt.Errorf("cache: rendering panicked: %v\n%s", v, debug.Stack())
		}
		c.land(key, f)
	}()
	c.renders.Add(1)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.o.Within)
	defer cancel()
	page, err := render(ctx)
	if err != nil && !away(err) && ctx.Err() != nil { // whatever a driver calls it
		err = fmt.Errorf("cache: rendering took too long: %w (%v)", ctx.Err(), err)
	}
	c.learn(err)
	if err != nil {
		f.err = err
		return
	}
	var until int64
	if page.Life > 0 {
		until = c.o.Clock.Now().Add(page.Life).UnixMicro()
	}
	f.piece = newPiece(page, nil, until)
}

// land ends a flight and keeps what it brought.
func (c *Cache) land(key Key, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, key)
	if f.piece != nil {
		for _, d := range c.drops {
			if d.gen > f.begun && d.means(f.piece.page.Tags) {
				f.badFrom = d.gen
				break
			}
		}
	}
	if len(c.flights) == 0 {
		c.drops = nil
	} else {
		c.prune()
	}
	if f.piece != nil {
		c.keep(key, f)
	}
}

// prune forgets the drops that all flights have seen. The caller holds the lock.
func (c *Cache) prune() {
	if len(c.drops) < 64 {
		return
	}
	oldest := c.gen.Load()
	for _, f := range c.flights {
		oldest = min(oldest, f.begun)
	}
	n := 0
	for n < len(c.drops) && c.drops[n].gen <= oldest {
		n++
	}
	c.drops = append([]drop(nil), c.drops[n:]...)
}

// keep puts a flight's piece in its place, or gives it a place outside when it was dropped already. The caller holds the lock.
func (c *Cache) keep(key Key, f *flight) {
	p := f.piece
	shelf := shelfOf(key, p)
	fits := f.badFrom == 0 && (shelf == noShelf || p.bytes < c.shelves[shelf].max/4)
	if shelf == missShelf && len(key.Path)+len(key.Query) > 512 {
		fits = false
	}
	e := c.place(key)
	if !fits {
		p.of = &entry{key: key, shelf: noShelf}
		if shelf == noShelf && e != nil {
			p.of = e
		}
		return
	}
	if e != nil && e.shelf != shelf { // an address came to life, or died
		c.evict(e)
		e = nil
	}
	if e == nil {
		e = &entry{key: key, shelf: shelf}
		if shelf == noShelf {
			c.parts[key.Path] = e
		} else {
			c.pages[key] = e
			c.shelves[shelf].add(e)
		}
	} else {
		if was := e.piece.Load(); was != nil { // its life had ended
			c.unlist(was)
		}
		if e.old != nil {
			c.unlist(e.old)
			e.old = nil
		}
	}
	p.of = e
	c.list(p)
	e.piece.Store(p)
	c.weigh(e)
}

// shelfOf says where a piece is kept.
func shelfOf(key Key, p *piece) uint8 {
	switch {
	case key.Host == "\x00part":
		return noShelf
	case p.page.Like != nil:
		return missShelf
	case key.Query != "":
		return queryShelf
	}
	return plainShelf
}
