package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Hub holds the open streams of a node.
type Hub struct {
	// Counters are for metrics.
	Counters Counters

	opt    Options
	rings  ringLimits
	shards []*shard
	doors  addresses
	reads  chan struct{} // at most so many streams read the database at once

	mu     sync.RWMutex
	era    *era // nil until the database said its epoch
	topics map[fact.Topic]*channel
	next   atomic.Uint32 // shard of the next reader

	purges atomic.Int64 // counted up before each purge

	followed chan struct{} // closed and made anew when cursor moves; guarded by mu
	cursor   int64         // the last change of the house that was told; guarded by mu
	poke     chan struct{} // wakes the follower
	behind   map[*channel]struct{}

	leaving atomic.Int64  // readers at the time of closing
	closing chan struct{} // closed, under mu, when no more streams are taken
	once    sync.Once
	life    context.Context // done when everything must end
	end     context.CancelFunc
	flows   sync.WaitGroup // streams being opened, and those with a goroutine
	running sync.WaitGroup // shards
}

// readers of the database at once, so that a crowd that resumes leaves connections to everybody else.
const sourceReads = 6

// NewHub makes a hub and starts its writers; Close ends them. It takes no stream before Follow has reached the database.
func NewHub(o Options) *Hub {
	o.defaults()
	h := &Hub{
		opt:      o,
		rings:    ringLimits{count: o.Ring, bytes: o.RingBytes},
		reads:    make(chan struct{}, sourceReads),
		topics:   make(map[fact.Topic]*channel),
		followed: make(chan struct{}),
		poke:     make(chan struct{}, 1),
		behind:   make(map[*channel]struct{}),
		closing:  make(chan struct{}),
	}
	h.life, h.end = context.WithCancel(context.Background())
	for i := range o.Shards {
		s := newShard(h, i)
		h.shards = append(h.shards, s)
		h.running.Go(s.run)
	}
	return h
}

// Close takes no more streams, tells each open one when to come back, spread over some seconds, and closes
// it. http.Server.Shutdown knows nothing of these connections. After ctx is done it closes what is left unsaid.
func (h *Hub) Close(ctx context.Context) error {
	h.once.Do(func() {
		h.leaving.Store(h.Counters.Readers.Load())
		h.mu.Lock()
		close(h.closing)
		h.mu.Unlock()
	})
	h.wake()
	done := make(chan struct{})
	go func() {
		h.flows.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("live: close: %w", ctx.Err())
	}
	h.end()
	h.running.Wait()
	<-done // streams that read the database or write themselves end with life
	return err
}

// farewell is the last words to a reader of this hub.
func (h *Hub) farewell() []byte { return farewell(max(h.leaving.Load(), h.Counters.Readers.Load())) }

// wake lets every shard look around.
func (h *Hub) wake() {
	for _, s := range h.shards {
		s.wake()
	}
}

// Count gives the readers of a topic on this node now.
func (h *Hub) Count(topic fact.Topic) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if c := h.topics[topic]; c != nil {
		return int(c.count.Load())
	}
	return 0
}

// Position gives the resume point of topics now, for a page to carry as the place from which its stream goes on; at
// most MaxTopics, all public or not. Ask before reading what the page shows: then the stream may tell of something
// the page shows already, which its script sees by the id, and never misses any.
func (h *Hub) Position(ctx context.Context, topics ...fact.Topic) (string, error) {
	if len(topics) == 0 || len(topics) > MaxTopics {
		return "", fmt.Errorf("live: position of %d topics", len(topics))
	}
	h.mu.RLock()
	now := h.era
	places := make([]place, len(topics))
	var missing []fact.Topic
	for i, t := range topics {
		places[i] = place{sum: topicSum(t), pos: -1}
		if c := h.topics[t]; c != nil {
			if _, head, opened := c.span(); opened {
				places[i].pos = head
				continue
			}
		}
		missing = append(missing, t)
	}
	h.mu.RUnlock()
	if now == nil {
		return "", notYet()
	}
	if len(missing) > 0 {
		at, err := h.opt.Source.Position(ctx, missing)
		if err != nil {
			return "", fmt.Errorf("live: position: %w", err)
		}
		for i, t := range topics {
			if places[i].pos < 0 {
				places[i].pos = at[t]
			}
		}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.sum, b.sum) })
	return string(appendPoint(nil, now.sum, len(places), func(i int) place { return places[i] })), nil
}

func notYet() error {
	e := fault.New(fault.Unavailable, "fault.live", "live updates are not available at the moment")
	e.After = 2 * time.Second
	return e
}

// begun waits a moment for the first word of the database, which a program that has just started is about to have: a browser that is
// refused a stream does not ask again by itself.
func (h *Hub) begun(ctx context.Context) {
	h.mu.RLock()
	followed, begun := h.followed, h.era != nil
	h.mu.RUnlock()
	if begun {
		return
	}
	wait := time.NewTimer(beginTime)
	defer wait.Stop()
	select {
	case <-followed:
	case <-wait.C:
	case <-h.closing:
	case <-ctx.Done():
	}
}

// open gives the channels of topics, each with a known head, and holds them until release.
func (h *Hub) open(ctx context.Context, topics []fact.Topic) ([]*channel, error) {
	h.begun(ctx)
	h.mu.Lock()
	if h.era == nil {
		h.mu.Unlock()
		return nil, notYet()
	}
	channels := make([]*channel, len(topics))
	for i, t := range topics {
		c := h.topics[t]
		if c == nil {
			c = &channel{topic: t, sum: topicSum(t), era: h.era, members: make([]roster, len(h.shards))}
			h.topics[t] = c
		}
		c.refs++
		channels[i] = c
	}
	h.mu.Unlock()
	if err := h.settle(ctx, channels); err != nil {
		h.release(channels)
		return nil, err
	}
	return channels, nil
}

// settle asks for the positions of those channels that have none. One asks, the others wait for it.
func (h *Hub) settle(ctx context.Context, channels []*channel) error {
	for {
		var mine []*channel
		var other chan struct{}
		h.mu.Lock()
		for _, c := range channels {
			if _, _, opened := c.span(); opened {
				continue
			}
			if c.opening == nil {
				c.opening = make(chan struct{})
				mine = append(mine, c)
			} else {
				other = c.opening
			}
		}
		h.mu.Unlock()
		if len(mine) > 0 {
			err := h.ask(ctx, mine)
			h.mu.Lock()
			for _, c := range mine {
				close(c.opening)
				c.opening = nil
			}
			h.mu.Unlock()
			if err != nil {
				return err
			}
			continue
		}
		if other == nil {
			return nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ask gives channels their first head. They are in the map already, so whatever is written after this
// reading is announced to them; and they open only when this node has dropped the pages that became
// stale up to it, which the position of the house, read last, tells.
func (h *Hub) ask(ctx context.Context, channels []*channel) error {
	topics := make([]fact.Topic, 0, len(channels)+1)
	for _, c := range channels {
		topics = append(topics, c.topic)
	}
	topics = append(topics, fact.House)
	if err := h.enter(ctx); err != nil {
		return err
	}
	at, err := h.opt.Source.Position(ctx, topics)
	h.leave()
	if err != nil {
		return notYet().(*fault.Error).Because(fmt.Errorf("live: positions: %w", err))
	}
	if err := h.await(ctx, at[fact.House]); err != nil {
		return err
	}
	for _, c := range channels {
		if c.settle(at[c.topic]) {
			h.late(c)
		}
	}
	return nil
}

// enter waits for a turn at the database; leave gives it back.
func (h *Hub) enter(ctx context.Context) error {
	select {
	case h.reads <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hub) leave() { <-h.reads }

// await waits until the follower has told of all changes up to seq.
func (h *Hub) await(ctx context.Context, seq int64) error {
	for poked := false; ; poked = true {
		h.mu.RLock()
		at, moved := h.cursor, h.followed
		h.mu.RUnlock()
		if at >= seq {
			return nil
		}
		if !poked {
			h.hurry()
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return notYet().(*fault.Error).Because(fmt.Errorf("live: waiting for change %d: %w", seq, ctx.Err()))
		}
	}
}

// hurry lets the follower look at once.
func (h *Hub) hurry() {
	select {
	case h.poke <- struct{}{}:
	default:
	}
}

// late puts a channel among those that the follower has to bring up to date.
func (h *Hub) late(c *channel) {
	h.mu.Lock()
	h.behind[c] = struct{}{}
	h.mu.Unlock()
	h.hurry()
}

// release gives channels back.
func (h *Hub) release(channels []*channel) {
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range channels {
		if c.refs--; c.refs == 0 {
			c.idle = now
		}
	}
}

// ringAge is how long a topic that nobody follows is kept in memory.
const ringAge = 10 * time.Minute

// sweep forgets topics that nobody followed for long, and of too many the longest unfollowed.
func (h *Hub) sweep(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var idle []*channel
	for t, c := range h.topics {
		if c.refs > 0 {
			continue
		}
		if now.Sub(c.idle) > ringAge {
			delete(h.topics, t)
			continue
		}
		idle = append(idle, c)
	}
	if over := len(idle) - h.opt.Topics; over > 0 {
		slices.SortFunc(idle, func(a, b *channel) int { return a.idle.Compare(b.idle) })
		for _, c := range idle[:over] {
			delete(h.topics, c.topic)
		}
	}
}

// deliver adds entries to a channel and lets the shards bring them. What was withdrawn or erased leaves
// all rings first.
func (h *Hub) deliver(c *channel, entries []entry) {
	for _, e := range entries {
		switch e.kind {
		case fact.Withdrawn:
			h.purge(func(c *channel) {
				if c.withdraw(e.id); c.topic == fact.Live(e.id) {
					c.forget("") // the posts of a coverage go with it
				}
			})
		case fact.Updated, fact.Corrected, fact.Amended:
			switch kind, _ := c.topic.Parts(); kind {
			case "live": // a post is its words: those of before are told to nobody
				h.purge(func(c *channel) { c.forget(e.id) })
			case "newsfeed":
				c.forget(e.id)
			}
		case fact.Redacted:
			h.purge(func(c *channel) { c.forget(e.id) })
		}
	}
	c.came.Store(time.Now().UnixNano())
	c.append(entries, h.rings)
	for _, s := range h.shards {
		s.mark(c)
	}
}

// purge lets f go through every ring.
func (h *Hub) purge(f func(*channel)) {
	h.purges.Add(1)
	for _, c := range h.channels() {
		f(c)
	}
}

func (h *Hub) channels() []*channel {
	h.mu.RLock()
	defer h.mu.RUnlock()
	all := make([]*channel, 0, len(h.topics))
	for _, c := range h.topics {
		all = append(all, c)
	}
	return all
}

// hold reports whether any ring has a message about one of ids.
func (h *Hub) hold(ids map[string]bool) bool {
	return slices.ContainsFunc(h.channels(), func(c *channel) bool { return c.holds(ids) })
}

// begin starts an era. Every stream of an earlier one is told to come back; it will then be told to read its page again.
func (h *Hub) begin(epoch string, cursor int64) {
	h.mu.Lock()
	h.era = &era{epoch: epoch, sum: epochSum(epoch)}
	h.topics = make(map[fact.Topic]*channel)
	clear(h.behind)
	h.cursor = cursor
	close(h.followed)
	h.followed = make(chan struct{})
	h.mu.Unlock()
	h.purges.Add(1)
	h.wake()
}

// current gives the era of now, nil before the first.
func (h *Hub) current() *era {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.era
}

// told notes that the changes up to seq were announced, and gives the last one that was.
func (h *Hub) told(seq int64) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if seq > h.cursor {
		h.cursor = seq
		close(h.followed)
		h.followed = make(chan struct{})
	}
	return h.cursor
}
