package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dateline/internal/fact"
)

// Following says what a hub follows the house by.
type Following struct {
	// Drop drops the pages of this node that carry one of the change's stale tags. It is called before anything of the
	// same change, or of a later one, goes to a reader. fact.TagAll comes at the start and
	// whenever it is not known what became stale. May be nil.
	Drop func(fact.Change)
	// Woken and Notices say that something may have been written, here or elsewhere: the bus's, and the store's. Both may
	// be nil, and both may lose everything.
	Woken, Notices <-chan struct{}
	// Poll is how often the house is read although nobody said anything; default 2 s.
	Poll time.Duration
}

// everything is the change of which nothing is known.
var everything = fact.Change{Stale: []fact.Tag{fact.TagAll}}

const (
	changesAtOnce = 256
	factsAtOnce   = 256
	firstPause    = 50 * time.Millisecond // after an error; doubles up to Poll
)

// Follow reads the changes of the house and brings them to this node: first Drop, then the readers. It runs
// until ctx is done. A database that cannot be reached is logged once and asked again; nothing is skipped. One
// Follow runs for a hub at a time.
func (h *Hub) Follow(ctx context.Context, f Following) {
	if f.Drop == nil {
		f.Drop = func(fact.Change) {}
	}
	if f.Poll <= 0 {
		f.Poll = 2 * time.Second
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	pause := time.Duration(0) // not 0 in trouble
	due := true
	for {
		err := h.follow(ctx, f.Drop, due)
		due = false
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			if pause == 0 {
				h.opt.Log.Warn("live: cannot follow the house; trying again", "error", err)
				pause = firstPause
			}
			timer.Reset(pause)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			pause, due = min(2*pause, f.Poll), true
			continue
		}
		if pause > 0 {
			h.opt.Log.Info("live: following the house again")
			pause = 0
		}
		timer.Reset(f.Poll)
		select {
		case _, open := <-f.Woken:
			if !open {
				f.Woken = nil
			}
		case _, open := <-f.Notices:
			if !open {
				f.Notices = nil
			}
		case <-h.poke:
		case <-timer.C:
			due = true
		case <-ctx.Done():
			return
		}
	}
}

// follow does what is to be done now. With check it also makes sure that an empty house is not a swept one.
func (h *Hub) follow(ctx context.Context, drop func(fact.Change), check bool) error {
	epoch, err := h.opt.Source.Epoch(ctx)
	if err != nil {
		return fmt.Errorf("live: epoch: %w", err)
	}
	if now := h.current(); now == nil || now.epoch != epoch {
		at, err := h.house(ctx)
		if err != nil {
			return err
		}
		drop(everything) // what was made before the cursor was read may be stale already
		h.begin(epoch, at)
	}
	for {
		n, err := h.changes(ctx, drop, check)
		if err != nil {
			return err
		}
		if err := h.pull(ctx); err != nil {
			return err
		}
		if n < changesAtOnce {
			return nil
		}
	}
}

func (h *Hub) house(ctx context.Context) (int64, error) {
	at, err := h.opt.Source.Position(ctx, []fact.Topic{fact.House})
	if err != nil {
		return 0, fmt.Errorf("live: position of the house: %w", err)
	}
	return at[fact.House], nil
}

// changes drops and announces what the next changes tell, and says how many there were. Nothing is read for
// readers before it returns: a fact may belong to a later change, whose stale pages must be gone first.
func (h *Hub) changes(ctx context.Context, drop func(fact.Change), check bool) (int, error) {
	cursor := h.told(0)
	changes, err := h.opt.Source.Changes(ctx, cursor, changesAtOnce)
	if err != nil {
		return 0, fmt.Errorf("live: changes after %d: %w", cursor, err)
	}
	if len(changes) == 0 && check {
		at, err := h.house(ctx)
		if err != nil || at <= cursor {
			return 0, err
		}
		// Either one came this moment, or all were swept.
		if changes, err = h.opt.Source.Changes(ctx, cursor, changesAtOnce); err != nil {
			return 0, fmt.Errorf("live: changes after %d: %w", cursor, err)
		}
		if len(changes) == 0 {
			return 0, h.leap(ctx, drop, at)
		}
	}
	defer func() { h.told(cursor) }()
	for _, c := range changes {
		if c.Seq <= cursor {
			continue
		}
		if c.Seq != cursor+1 {
			if err := h.leap(ctx, drop, c.Seq-1); err != nil {
				return 0, err
			}
		}
		if len(c.Stale) > 0 {
			drop(c)
			if err := h.erase(ctx, c); err != nil {
				return 0, err
			}
		}
		for topic, seq := range c.Topics {
			h.announce(topic, seq)
		}
		cursor = c.Seq
	}
	return len(changes), nil
}

// leap goes over changes that were swept before this node read them: everything may be stale, and every
// topic may have gone on.
func (h *Hub) leap(ctx context.Context, drop func(fact.Change), to int64) error {
	h.opt.Log.Warn("live: changes were swept before they were read", "up to", to)
	channels := h.channels()
	topics := make([]fact.Topic, len(channels))
	for i, c := range channels {
		topics[i] = c.topic
	}
	at, err := h.opt.Source.Position(ctx, topics)
	if err != nil {
		return fmt.Errorf("live: positions: %w", err)
	}
	drop(everything)
	h.purge(func(c *channel) { c.forget("") })
	for topic, seq := range at {
		h.announce(topic, seq)
	}
	h.told(to)
	return nil
}

// announce lets the readers of a topic have what was written up to seq.
func (h *Hub) announce(topic fact.Topic, seq int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.topics[topic]; c != nil && c.announce(seq) {
		h.behind[c] = struct{}{}
	}
}

// tail is how many facts of a topic are looked at for a withdrawal; one transaction writes one or two.
const tail = 8

// erase takes from the rings what a change may have taken from the readers without telling a topic that
// is followed here: an article that moved to another edition leaves its messages in the old one's ring. A changed
// picture may be in any message.
func (h *Hub) erase(ctx context.Context, c fact.Change) error {
	touched := map[string]bool{}
	for _, tag := range c.Stale {
		kind, id, _ := strings.Cut(string(tag), "/")
		if kind == "picture" {
			h.purge(func(c *channel) { c.forget("") })
			return nil
		}
		touched[id] = true
	}
	var elsewhere []fact.Topic
	for topic := range c.Topics {
		if !h.follows(topic) {
			elsewhere = append(elsewhere, topic)
		}
	}
	if len(elsewhere) == 0 || !h.hold(touched) {
		return nil
	}
	for _, topic := range elsewhere {
		facts, err := h.opt.Source.Facts(ctx, topic, max(0, c.Topics[topic]-tail), tail)
		if err != nil {
			return fmt.Errorf("live: facts of %s: %w", topic, err)
		}
		for _, f := range facts {
			if (f.Kind == fact.Withdrawn || f.Kind == fact.Redacted) && touched[f.ID] {
				h.purge(func(c *channel) { c.forget(f.ID) })
			}
		}
	}
	return nil
}

// follows reports whether the topic's facts are read here anyway.
func (h *Hub) follows(topic fact.Topic) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	c := h.topics[topic]
	if c == nil {
		return false
	}
	_, _, opened := c.span()
	return opened
}

// pull reads, fills and delivers what was announced. One topic that fails does not hold up the others.
func (h *Hub) pull(ctx context.Context) error {
	h.mu.RLock()
	behind := make([]*channel, 0, len(h.behind))
	for c := range h.behind {
		behind = append(behind, c)
	}
	h.mu.RUnlock()
	var failed error
	for _, c := range behind {
		if err := h.pullOne(ctx, c); err != nil && failed == nil {
			failed = err
		}
	}
	h.mu.RLock()
	h.Counters.Behind.Store(int64(len(h.behind)))
	h.mu.RUnlock()
	return failed
}

func (h *Hub) pullOne(ctx context.Context, c *channel) error {
	for {
		h.mu.Lock()
		head, want := c.lag()
		if head >= want || h.topics[c.topic] != c {
			delete(h.behind, c)
			h.mu.Unlock()
			return nil
		}
		h.mu.Unlock()
		entries, err := read(ctx, h.opt.Source, h.opt.Filler, c.topic, head, want, factsAtOnce)
		if errors.Is(err, errGap) {
			h.opt.Log.Warn("live: facts were swept before they were read", "topic", c.topic, "after", head)
			c.restart(want)
			for _, s := range h.shards {
				s.mark(c) // its readers are behind what can be proven: they are dropped, resume, and are told to read again
			}
			continue
		}
		if err != nil {
			return err
		}
		h.deliver(c, entries)
	}
}
