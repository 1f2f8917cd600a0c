package live

import (
	"slices"
	"sync"
	"time"
)

// Buckets of heartbeats: an idle reader gets one comment a round; its connection is looked at several times a round.
const (
	beats = 45
	looks = 3 // divides beats
)

const (
	firstWait = 5 * time.Millisecond // until a full connection is tried again; doubles
	lastWait  = time.Second
	batch     = 32 << 10 // bytes put into one write, one message always
)

var heartbeat = []byte(":\n\n")

// shard serves its part of the readers with one goroutine, which alone touches them. Its writes never wait: what a
// connection does not take is kept for a while, bounded, and tried again.
type shard struct {
	hub *Hub
	at  int

	mu     sync.Mutex
	joins  []*reader
	leaves []*reader // streams with a goroutine of their own that ended
	dirty  []*channel
	ended  bool
	kick   chan struct{}

	whispers []whisper

	// The goroutine's own.
	wheel   [beats][]*reader
	place   int // bucket of the next reader
	slow    []*reader
	era     *era
	closing bool
	scratch []byte
	bodies  [][]byte
	pulled  [][]byte
	io      attempt

	delivered, bytes int64 // not counted yet
}

func newShard(h *Hub, at int) *shard {
	return &shard{hub: h, at: at, kick: make(chan struct{}, 1)}
}

func (s *shard) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// join hands a reader over. Its positions are of rings that hold everything after them, or soon will.
func (s *shard) join(r *reader) {
	s.mu.Lock()
	ended := s.ended
	if !ended {
		s.joins = append(s.joins, r)
	}
	s.mu.Unlock()
	if ended {
		if r.flow == nil {
			r.dismiss(new(attempt), s.hub.farewell())
			s.hub.forgotten(r)
		}
		return
	}
	s.wake()
}

// part takes a stream with a goroutine out again.
func (s *shard) part(r *reader) {
	s.mu.Lock()
	s.leaves = append(s.leaves, r)
	s.mu.Unlock()
	s.wake()
}

// mark notes that a channel has news.
func (s *shard) mark(c *channel) {
	s.mu.Lock()
	if !c.members[s.at].dirty {
		c.members[s.at].dirty = true
		s.dirty = append(s.dirty, c)
	}
	s.mu.Unlock()
	s.wake()
}

func (s *shard) run() {
	step := max(s.hub.opt.Heartbeat/beats, time.Millisecond)
	tick := time.NewTicker(step)
	defer tick.Stop()
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	for turn := 0; ; {
		select {
		case <-s.kick:
		case <-again.C:
		case now := <-tick.C:
			s.beat(turn%beats, now)
			if turn++; s.at == 0 && turn%beats == 0 {
				s.hub.sweep(now)
			}
		case <-s.hub.life.Done():
			s.finish()
			return
		}
		s.work()
		if due, any := s.retry(time.Now()); any {
			again.Reset(due)
		}
		s.hub.Counters.Delivered.Add(s.delivered)
		s.hub.Counters.Bytes.Add(s.bytes)
		s.delivered, s.bytes = 0, 0
	}
}

// work takes what was handed in: streams that ended, new ones, and news.
func (s *shard) work() {
	s.mu.Lock()
	joins, leaves, dirty, whispers := s.joins, s.leaves, s.dirty, s.whispers
	s.joins, s.leaves, s.dirty, s.whispers = nil, nil, nil, nil
	for _, c := range dirty {
		c.members[s.at].dirty = false
	}
	s.mu.Unlock()
	select {
	case <-s.hub.closing:
		s.closing = true
	default:
	}
	foreign := false
	for _, r := range joins {
		s.seat(r)
		foreign = foreign || r.era() != s.era
	}
	for _, r := range leaves {
		s.unseat(r)
	}
	if now := s.hub.current(); now != s.era || foreign || s.closing {
		s.era = now
		s.expel()
	}
	for _, r := range joins {
		if r.beat >= 0 {
			s.send(r)
		}
	}
	for _, c := range dirty {
		s.fan(c)
	}
	for _, w := range whispers {
		s.murmur(w)
	}
}

// seat takes a reader into its places.
func (s *shard) seat(r *reader) {
	s.hub.Counters.Held.Add(int64(len(r.rest)))
	for k := range r.subs {
		m := &r.subs[k].ch.members[s.at]
		r.subs[k].at = len(m.list)
		m.list = append(m.list, member{r, k})
	}
	r.beat = s.place
	s.place = (s.place + 1) % beats
	r.beatAt = len(s.wheel[r.beat])
	s.wheel[r.beat] = append(s.wheel[r.beat], r)
}

// unseat takes it out of them.
func (s *shard) unseat(r *reader) {
	if r.beat < 0 {
		return
	}
	for k := range r.subs {
		m := &r.subs[k].ch.members[s.at]
		m.list = swapOut(m.list, r.subs[k].at)
		if at := r.subs[k].at; at < len(m.list) {
			moved := m.list[at]
			moved.r.subs[moved.k].at = at
		}
	}
	s.wheel[r.beat] = swapOut(s.wheel[r.beat], r.beatAt)
	if r.beatAt < len(s.wheel[r.beat]) {
		s.wheel[r.beat][r.beatAt].beatAt = r.beatAt
	}
	s.calm(r)
	r.beat = -1
}

// swapOut removes element i by putting the last one there.
func swapOut[T any](list []T, i int) []T {
	var zero T
	last := len(list) - 1
	list[i] = list[last]
	list[last] = zero
	list = list[:last]
	if cap(list) > 64 && last < cap(list)/4 {
		list = slices.Clip(slices.Clone(list)) // a crowd has left
	}
	return list
}

// hold keeps what waits for a reader, and counts it.
func (s *shard) hold(r *reader, rest []byte) {
	s.hub.Counters.Held.Add(int64(len(rest) - len(r.rest)))
	r.rest = rest
}

// calm takes a reader out of the slow ones; nothing waits for it any more.
func (s *shard) calm(r *reader) {
	s.hold(r, nil)
	if r.slowAt < 0 {
		return
	}
	s.slow = swapOut(s.slow, r.slowAt)
	if r.slowAt < len(s.slow) {
		s.slow[r.slowAt].slowAt = r.slowAt
	}
	r.slowAt, r.slow, r.wait = -1, 0, 0
}

// fan brings what is new in a channel to the shard's readers of it.
func (s *shard) fan(c *channel) {
	m := &c.members[s.at]
	begun := time.Now()
	from, before := m.seen, m.seen
	bodies, _, lost := c.after(from, batch, s.bodies[:0])
	s.bodies = bodies
	if lost { // nobody here yet when the ring began, or it ran ahead
		from = -1
	}
	head, _ := c.lag()
	m.seen = max(m.seen, head)
	for i := len(m.list) - 1; i >= 0; i-- { // backwards: a reader may be taken out on the way
		r, k := m.list[i].r, m.list[i].k
		switch {
		case r.flow != nil:
			r.nudge()
		case r.slowAt >= 0: // what waits comes first
		case r.subs[k].pos == from && len(r.rest) == 0:
			s.scratch = s.scratch[:0]
			for _, b := range bodies {
				s.scratch = r.appendFrame(s.scratch, k, b)
			}
			s.delivered += int64(len(bodies))
			if s.write(r, s.scratch) && r.subs[k].pos < m.seen {
				s.send(r)
			}
		default:
			s.send(r)
		}
	}
	clear(s.bodies)
	s.hub.Counters.Fanouts.Add(1)
	s.hub.Counters.FanoutNS.Add(int64(time.Since(begun)))
	if came := c.came.Load(); came > 0 && len(m.list) > 0 && m.seen > before {
		s.hub.Counters.Fanned.Observe(time.Since(time.Unix(0, came)))
	}
}

// send writes what waits for a reader until its connection is full or nothing waits.
func (s *shard) send(r *reader) {
	if r.flow != nil {
		r.nudge()
		return
	}
	for {
		var n int
		var more, lost bool
		s.scratch = append(s.scratch[:0], r.rest...)
		if len(r.rest) < batch {
			s.scratch, n, more, lost = r.pull(s.scratch, batch, &s.pulled)
			clear(s.pulled)
		} else {
			more = true
		}
		if lost { // it knows where it was, and the database may hold what the ring does not
			s.hub.Counters.Dropped.Add(1)
			s.farewell(r)
			return
		}
		if len(s.scratch) == 0 {
			s.calm(r)
			return
		}
		s.delivered += int64(n)
		if !s.write(r, s.scratch) || !more {
			return
		}
	}
}

// write gives b to the connection and keeps what it does not take. It reports whether all was taken.
func (s *shard) write(r *reader, b []byte) bool {
	n, err := s.io.write(r.conn, r.raw, b)
	s.bytes += int64(n)
	switch {
	case err != nil:
		s.hub.Counters.Gone.Add(1)
		s.end(r)
		return false
	case n == len(b):
		s.calm(r)
		return true
	case s.hub.Counters.Held.Load()+int64(len(b)-n) > int64(s.hub.opt.Held):
		s.hub.Counters.Dropped.Add(1)
		s.end(r)
		return false
	}
	s.hold(r, slices.Clone(b[n:]))
	now := time.Now().UnixNano()
	if r.slowAt < 0 {
		r.slow, r.slowAt, r.wait = now, len(s.slow), int64(firstWait)
		s.slow = append(s.slow, r)
	} else if n > 0 {
		r.slow, r.wait = now, int64(firstWait)
	} else {
		r.wait = min(2*r.wait, int64(lastWait))
	}
	r.due = now + r.wait
	return false
}

// retry tries the slow readers that are due, drops those that took nothing for too long, and says when to look again.
func (s *shard) retry(t time.Time) (time.Duration, bool) {
	now := t.UnixNano()
	next := int64(-1)
	for i := len(s.slow) - 1; i >= 0; i-- {
		r := s.slow[i]
		if r.due <= now {
			if now-r.slow > int64(s.hub.opt.Patience) {
				s.hub.Counters.Dropped.Add(1)
				s.end(r)
				continue
			}
			if s.send(r); r.slowAt < 0 {
				continue
			}
		}
		if next < 0 || r.due < next {
			next = r.due
		}
	}
	if next < 0 {
		return 0, false
	}
	return max(time.Duration(next-now), time.Millisecond), true
}

// beat serves bucket i: a comment to each idle reader there; and it looks whether those of some other buckets are still there.
func (s *shard) beat(i int, now time.Time) {
	for j := range looks {
		bucket := (i + j*beats/looks) % beats
		for k := len(s.wheel[bucket]) - 1; k >= 0; k-- {
			r := s.wheel[bucket][k]
			switch {
			case r.until != 0 && now.UnixNano() > r.until:
				s.farewell(r)
			case r.flow != nil: // beats by itself
			case s.io.gone(r.conn, r.raw):
				s.hub.Counters.Gone.Add(1)
				s.end(r)
			case j == 0 && len(r.rest) == 0:
				s.write(r, heartbeat)
			}
		}
	}
}

// end closes a reader's connection and forgets it.
func (s *shard) end(r *reader) {
	s.unseat(r)
	r.conn.Close()
	s.hub.forgotten(r)
}

// expel tells every reader of another era, or everybody when the hub closes, to come back later.
func (s *shard) expel() {
	for i := range s.wheel {
		for k := len(s.wheel[i]) - 1; k >= 0; k-- {
			r := s.wheel[i][k]
			if !s.closing && r.era() == s.era {
				continue
			}
			s.farewell(r)
		}
	}
}

// finish ends the shard.
func (s *shard) finish() {
	s.closing = true
	s.work()
	s.mu.Lock()
	s.ended = true
	joins := s.joins
	s.joins = nil
	s.mu.Unlock()
	for _, r := range joins {
		if r.flow == nil {
			r.dismiss(&s.io, s.hub.farewell())
			s.hub.forgotten(r)
		}
	}
}

// farewell tells a reader when to come back and ends its stream.
func (s *shard) farewell(r *reader) {
	if r.flow != nil {
		r.nudge() // its goroutine looks why
		return
	}
	r.dismiss(&s.io, s.hub.farewell())
	s.unseat(r)
	s.hub.forgotten(r)
}
