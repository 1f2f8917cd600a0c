package live

import (
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
)

// era is one life of the database, as the hub knows it. A new epoch makes a new era with new channels.
type era struct {
	epoch string
	sum   uint64
}

// channel is a topic with its ring: the messages from base+1 to head, filled and encoded.
//
// A reader is a position in it. Whatever is appended is found by every position at or above base, so
// replay and registration are one act: there is no moment between "read what was" and "wait for what
// comes" at which a message could fall through. A position below base proves nothing here.
type channel struct {
	topic fact.Topic
	sum   uint32
	era   *era

	// Guarded by Hub.mu.
	refs    int           // readers and those who are about to be
	idle    time.Time     // since when refs is 0
	opening chan struct{} // closed when the one who asks for the position is done

	count   atomic.Int64 // readers now
	came    atomic.Int64 // when it last had news, in nanoseconds
	loading sync.Mutex   // held by the one who fills the ring downwards

	mu      sync.Mutex
	opened  bool // head is known
	base    int64
	head    int64 // the last seq that this node has handed to its readers
	want    int64 // the last seq that the house told; head follows it
	entries []entry
	bytes   int

	members []roster // one a shard; each touched by its shard alone
}

// roster is the part of a channel's readers that one shard serves.
type roster struct {
	list  []member
	seen  int64 // the head that this shard has brought to its readers
	dirty bool  // guarded by shard.mu: waits to be brought
}

// member is a reader and which of its subscriptions the channel is.
type member struct {
	r *reader
	k int
}

// ringLimits bound what a channel keeps.
type ringLimits struct{ count, bytes int }

// settle gives a new channel its first position; a later call changes nothing. It reports whether more is wanted already.
func (c *channel) settle(pos int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.opened {
		c.opened, c.base, c.head = true, pos, pos
	}
	return c.want > c.head
}

// announce notes that seq was written, and reports whether the channel is behind it.
func (c *channel) announce(seq int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.want = max(c.want, seq)
	return c.opened && c.want > c.head
}

// lag gives what was handed out and what was told.
func (c *channel) lag() (head, want int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head, c.want
}

// span gives the part that the ring can prove.
func (c *channel) span() (base, head int64, opened bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base, c.head, c.opened
}

// append adds the entries that follow head.
func (c *channel) append(entries []entry, limit ringLimits) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range entries {
		c.entries = append(c.entries, e)
		c.bytes += len(e.body)
		c.head++
	}
	for len(c.entries) > limit.count || c.bytes > limit.bytes && len(c.entries) > 1 {
		c.drop(1)
	}
}

// prepend adds the entries that end at base, the newest of them as far as the limits allow. It reports false, and
// adds nothing, when they must be read again: base has moved, or something was purged since they were filled. A
// purge counts itself in purges first and comes to this ring, waiting for mu, afterwards; so it misses nothing.
func (c *channel) prepend(entries []entry, base int64, limit ringLimits, purges *atomic.Int64, filled int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base != base || purges.Load() != filled {
		return false
	}
	n, bytes := 0, c.bytes
	for n < len(entries) && len(c.entries)+n < limit.count {
		bytes += len(entries[len(entries)-1-n].body)
		if bytes > limit.bytes {
			break
		}
		n++
	}
	if n == 0 {
		return true
	}
	all := make([]entry, 0, n+len(c.entries))
	all = append(all, entries[len(entries)-n:]...)
	c.entries = append(all, c.entries...)
	c.base -= int64(n)
	c.bytes = 0
	for _, e := range c.entries {
		c.bytes += len(e.body)
	}
	return true
}

// drop removes the n oldest entries; mu is held.
func (c *channel) drop(n int) {
	for i := range n {
		c.bytes -= len(c.entries[i].body)
		c.entries[i] = entry{}
	}
	c.entries = c.entries[n:]
	c.base += int64(n)
}

// restart leaves the ring empty at seq: what lies before can no longer be read anywhere.
func (c *channel) restart(seq int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries, c.bytes = nil, 0
	c.base, c.head = seq, seq
	c.want = max(c.want, seq)
}

// forget drops everything up to the newest entry about id, or everything when id is empty: these are read and filled
// again when they are asked for.
func (c *channel) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.entries) - 1; i >= 0; i-- {
		if id == "" || c.entries[i].id == id {
			c.drop(i + 1)
			return
		}
	}
}

// withdraw leaves of each entry about id only its place.
func (c *channel) withdraw(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, e := range c.entries {
		if e.id == id && e.kind != fact.Withdrawn {
			w := e.withdrawn(c.topic, c.base+1+int64(i))
			c.bytes += len(w.body) - len(e.body)
			c.entries[i] = w
		}
	}
}

// holds reports whether the ring has a message about one of ids.
func (c *channel) holds(ids map[string]bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.entries {
		if ids[e.id] {
			return true
		}
	}
	return false
}

// after appends to dst the bodies that follow pos, at least one and then as many as stay within bytes. It
// reports whether there are more, and whether pos lies below what the ring can prove.
func (c *channel) after(pos int64, bytes int, dst [][]byte) (bodies [][]byte, more, lost bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pos < c.base {
		return dst, false, true
	}
	for pos < c.head {
		e := c.entries[pos-c.base]
		if len(dst) > 0 && len(e.body) > bytes {
			return dst, true, false
		}
		bytes -= len(e.body)
		dst = append(dst, e.body)
		pos++
	}
	return dst, false, false
}

// stretch gives up to limit entries after pos, and the head; ok is false when the ring cannot prove them.
func (c *channel) stretch(pos int64, limit int) (entries []entry, head int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pos < c.base || pos > c.head {
		return nil, c.head, false
	}
	from := c.entries[pos-c.base:]
	return append([]entry(nil), from[:min(limit, len(from))]...), c.head, true
}
