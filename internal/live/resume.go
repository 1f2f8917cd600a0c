package live

import (
	"context"
	"errors"
	"fmt"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// resume decides where a stream begins in each of its channels: at the head for a new one, where it was for one that comes
// back with a resume point. When that cannot be proven for every channel, all begin at the head and the
// reader is told to read its page again.
func (h *Hub) resume(ctx context.Context, channels []*channel, after string) (at []int64, again bool, err error) {
	if after != "" {
		at, ok, err := h.prove(ctx, channels, after)
		if ok || err != nil {
			return at, false, err
		}
	}
	at = make([]int64, len(channels))
	for i, c := range channels {
		_, at[i], _ = c.span()
	}
	return at, after != "", nil
}

// prove gives the positions of a resume point, if all that follows them can be told.
func (h *Hub) prove(ctx context.Context, channels []*channel, after string) ([]int64, bool, error) {
	p, ok := parsePoint(after)
	if !ok || p.epoch != channels[0].era.sum {
		return nil, false, nil
	}
	at := make([]int64, len(channels))
	var ahead []int
	for i, c := range channels {
		pos, ok := p.position(c.sum)
		base, head, _ := c.span()
		switch {
		case !ok || head-pos > int64(h.opt.Replay):
			return nil, false, nil
		case pos > head:
			ahead = append(ahead, i)
		case pos < base && head-pos <= int64(h.rings.count):
			err := h.load(ctx, c, pos)
			if errors.Is(err, errGap) {
				return nil, false, nil
			}
			if err != nil {
				return nil, false, notYet().(*fault.Error).Because(err)
			}
		}
		at[i] = pos
	}
	if len(ahead) == 0 {
		return at, true, nil
	}
	// A page of a node that is ahead of this one, or a forged position: the database knows.
	ok, err := h.written(ctx, channels, at, ahead)
	return at, ok, err
}

// written reports whether the positions of these channels exist in the database.
func (h *Hub) written(ctx context.Context, channels []*channel, at []int64, which []int) (bool, error) {
	topics := make([]fact.Topic, len(which))
	for j, i := range which {
		topics[j] = channels[i].topic
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	now, err := h.opt.Source.Position(ctx, topics)
	if err != nil {
		return false, notYet().(*fault.Error).Because(fmt.Errorf("live: positions: %w", err))
	}
	for _, i := range which {
		if at[i] > now[channels[i].topic] {
			return false, nil
		}
	}
	return true, nil
}

// ahead of the position that is asked for, so that the next who was away a little longer finds it too.
const loadAhead = 128

// load fills the ring of c downwards, to pos or below, as far as a ring may reach. One fills, the others wait and find it
// filled: a crowd that comes back after a restart costs one reading.
func (h *Hub) load(ctx context.Context, c *channel, pos int64) error {
	c.loading.Lock()
	defer c.loading.Unlock()
	for try := 0; ; try++ {
		base, head, _ := c.span()
		from := max(0, min(pos, base-loadAhead), head-int64(h.rings.count))
		if pos >= base || pos < from || try == 3 {
			return nil // there, or the database must tell it
		}
		purges := h.purges.Load()
		entries, err := h.read(ctx, c.topic, from, base, int(base-from))
		if errors.Is(err, errGap) && from < pos { // what was swept may lie below
			from = pos
			entries, err = h.read(ctx, c.topic, from, base, int(base-from))
		}
		if err != nil {
			return err
		}
		if int64(len(entries)) != base-from {
			return errGap
		}
		if c.prepend(entries, base, h.rings, &h.purges, purges) {
			return nil
		}
	}
}

// read is the package's read, at the hub's source and within its turns.
func (h *Hub) read(ctx context.Context, topic fact.Topic, after, upto int64, limit int) ([]entry, error) {
	if err := h.enter(ctx); err != nil {
		return nil, err
	}
	defer h.leave()
	entries, err := read(ctx, h.opt.Source, h.opt.Filler, topic, after, upto, limit)
	h.Counters.Replayed.Add(int64(len(entries)))
	return entries, err
}

// page is how many messages are read at once for a reader that was away for longer than the ring reaches.
const page = 100

// recall brings a reader from where it stands to where the rings begin, through emit. A gap ends in a
// reset; any other error ends the stream, and the reader comes back.
func (h *Hub) recall(ctx context.Context, r *reader, emit func([]byte) error) error {
	var buf []byte
	for k := range r.subs {
		s := &r.subs[k]
		for left := h.opt.Replay/page + 2; ; left-- {
			base, _, _ := s.ch.span()
			if s.pos >= base {
				break
			}
			if left == 0 {
				return fmt.Errorf("live: %s runs faster than its reader", s.ch.topic)
			}
			entries, err := h.read(ctx, s.ch.topic, s.pos, base, page)
			if errors.Is(err, errGap) {
				h.Counters.Resets.Add(1)
				for k := range r.subs {
					_, r.subs[k].pos, _ = r.subs[k].ch.span()
				}
				return emit(r.appendReset(buf[:0]))
			}
			if err != nil {
				return err
			}
			buf = buf[:0]
			for _, e := range entries {
				buf = r.appendFrame(buf, k, e.body)
			}
			h.Counters.Delivered.Add(int64(len(entries)))
			if err := emit(buf); err != nil {
				return err
			}
		}
	}
	return nil
}

// deep reports whether a reader must be brought to its rings first.
func (r *reader) deep() bool {
	for i := range r.subs {
		if base, _, _ := r.subs[i].ch.span(); r.subs[i].pos < base {
			return true
		}
	}
	return false
}
