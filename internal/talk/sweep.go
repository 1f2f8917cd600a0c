package talk

import (
	"context"
	"errors"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// Sweep says what is rejected at once: what was said since a time and waits, or no moderator has seen. One of the three must be given.
type Sweep struct {
	Edition, Place, Author string
	Since                  time.Time
	Breach                 Breach
	Reason                 string
}

// Swept is what a sweep did.
type Swept struct {
	Rejected int
	Left     bool // there is more
}

// errUnswept says that nothing was swept under a key yet.
var errUnswept = errors.New("talk: not swept yet")

// sweepMost is how many comments one sweep rejects.
const sweepMost = 1000

// Sweep rejects much at once, oldest first, and says how many and whether there are more. Without an author it spares the newsroom and those
// of whom moderators approved something, so that a flood takes nobody along who is known here. Under a key it
// sweeps once; one that failed goes on under the same.
func (d *Desk) Sweep(ctx context.Context, act news.Act, s Sweep) (Swept, error) {
	var out Swept
	if act.Once.Key != "" {
		if err := d.store.OnceSwept(ctx, act.Once, &out, func() error { return errUnswept }); !errors.Is(err, errUnswept) {
			return out, err
		}
	}
	var err error
	if out.Rejected, out.Left, err = d.sweep(ctx, act.Who, s); err != nil || act.Once.Key == "" {
		return out, err
	}
	err = d.store.OnceSwept(ctx, act.Once, &out, func() error { return nil })
	return out, err
}

func (d *Desk) sweep(ctx context.Context, who account.Actor, s Sweep) (n int, left bool, err error) {
	if s.Edition == "" && s.Place == "" && s.Author == "" {
		return 0, false, fault.At("body.edition", "fault.sweep", "say an edition, a story or an author")
	}
	for _, queue := range []Queue{Pending, Unmoderated} {
		after := ""
		for n < sweepMost {
			found, err := d.Queue(ctx, who, s.Edition, Query{Queue: queue, Place: s.Place, Author: s.Author, Since: s.Since, Oldest: true, After: after, Limit: 100})
			if err != nil {
				return n, false, err
			}
			for _, c := range found {
				after = c.ID
				if s.Author == "" {
					if c.Badge != "" {
						continue
					}
					m, err := d.store.Member(ctx, c.Author)
					if err != nil && !fault.Is(err, fault.NotFound) {
						return n, false, err
					}
					if err == nil && (m.Approved > 0 || m.in(c.Place.Edition, d.clock.Now()) == Unfettered) {
						continue
					}
				}
				if _, err := d.Reject(ctx, news.Act{Who: who, Version: c.Version}, c.ID, s.Breach, s.Reason); err == nil {
					n++
				} else if !fault.Is(err, fault.Stale) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
					return n, false, err
				}
			}
			if len(found) < 100 {
				break
			}
		}
		if n >= sweepMost {
			return n, true, nil
		}
	}
	return n, false, nil
}
