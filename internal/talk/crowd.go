package talk

import (
	"context"
	"slices"
	"sync"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// crowds knows what strangers said of late in each edition: how much, and what of it readers have. It is of this process: another that takes
// part of a flood finds its own part.
type crowds struct {
	mu sync.Mutex
	of map[string]*crowd // by edition; of its rooms apart, where people are quicker
}

type crowd struct {
	seconds [int(floodWithin / time.Second)]struct {
		at int64 // which second, since 1970
		n  int
	}
	shown []shown                // oldest first
	met   map[string][]time.Time // by place: when the latest was said that nothing but a flood makes wait; no more than a flood has
}

type shown struct {
	id, place string
	at        time.Time
}

func (c *crowds) in(p Place) *crowd {
	key := p.Edition
	if p.Chat != "" {
		key += "\n"
	}
	if c.of[key] == nil {
		if c.of == nil {
			c.of = map[string]*crowd{}
		}
		c.of[key] = &crowd{}
	}
	return c.of[key]
}

// count gives how much strangers said within floodWithin in the edition of a place, that nothing else made wait.
func (c *crowds) count(p Place, now time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.in(p).count(now)
}

func (c *crowd) count(now time.Time) (n int) {
	for _, s := range c.seconds {
		if now.Unix()-s.at < int64(len(c.seconds)) {
			n += s.n
		}
	}
	return n
}

// add notes what a stranger said, and gives what has to wait after all: when it meets a flood of its place, all that strangers said there within
// floodWithin, and when that is one of the whole edition, all that they said in it. counts says whether it counts towards the latter, met whether
// nothing but a flood makes it wait: what readers never see anyway takes nothing of others from them.
func (c *crowds) add(one Comment, counts, met bool) (back []shown) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.in(one.Place)
	if counts {
		at := one.At.Unix()
		s := &of.seconds[at%int64(len(of.seconds))]
		if s.at != at {
			s.at, s.n = at, 0
		}
		s.n++
	}
	of.shown = slices.DeleteFunc(of.shown, func(s shown) bool { return one.At.Sub(s.at) >= floodWithin })
	if one.State == Public {
		of.shown = append(of.shown, shown{one.ID, one.Place.ID, one.At})
	}
	_, flood, spread := one.Place.most()
	everywhere := of.count(one.At) > spread
	if !of.meets(one, met, flood) && !everywhere {
		return nil
	}
	of.shown = slices.DeleteFunc(of.shown, func(s shown) bool {
		if !everywhere && s.place != one.Place.ID {
			return false
		}
		back = append(back, s)
		return true
	})
	return back
}

// meets reports whether what nothing but a flood makes wait is more in a place than the most.
func (c *crowd) meets(one Comment, met bool, most int) bool {
	for place, times := range c.met {
		if one.At.Sub(times[len(times)-1]) >= floodWithin {
			delete(c.met, place)
		}
	}
	times := c.met[one.Place.ID]
	if met {
		if c.met == nil {
			c.met = map[string][]time.Time{}
		}
		times = append(times, one.At)
		times = times[max(0, len(times)-most-1):]
		c.met[one.Place.ID] = times
	}
	return len(times) > most && one.At.Sub(times[0]) < floodWithin
}

// again notes what could not be changed; the next of the flood brings it back.
func (c *crowds) again(p Place, back []shown) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.in(p)
	of.shown = append(back, of.shown...)
}

// dam makes what began a flood wait like what followed, and gives the comment as it is then. What a moderator approved or featured stays, and what is of somebody who is known by now.
func (d *Desk) dam(ctx context.Context, c Comment, counts, met bool) Comment {
	back := d.crowds.add(c, counts, met)
	var left []shown
	ctx = context.WithoutCancel(ctx) // whoever floods does not wait for it
	for _, s := range back {
		now, err := d.store.AmendComment(ctx, fact.Once{}, s.id, 0, func(r Room, c *Comment) (Outcome, error) {
			if c.State != Public || c.DecidedBy != "" || c.Featured {
				return Outcome{}, nil
			}
			of := said{place: c.Place, now: d.clock.Now()}
			var err error
			if of.settings, err = r.Settings(ctx); err != nil {
				return Outcome{}, err
			}
			if of.member, err = r.Member(ctx, c.Author, false); err != nil || !of.stranger() {
				return Outcome{}, err // or he is known by now
			}
			c.State = Held
			c.Holds = append(c.Holds, Hold{Rule: RuleFlood})
			c.Version++
			return tell(*c, Public, ""), nil
		})
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			left = append(left, s)
			continue
		}
		if s.id == c.ID {
			c = now
		}
	}
	if len(left) > 0 {
		d.crowds.again(c.Place, left)
	}
	return c
}
