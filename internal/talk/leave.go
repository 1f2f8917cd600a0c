package talk

import (
	"context"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Latest lists what who said, newest first, from behind a comment's id, whatever became of it.
func (d *Desk) Latest(ctx context.Context, who account.Actor, after string, limit int) ([]Comment, error) {
	if !who.Known() {
		return nil, who.Refused()
	}
	return d.store.Comments(ctx, Query{Author: who.ID, After: after, Limit: limit})
}

// Written gives all that somebody said, oldest first, whatever became of it.
func (d *Desk) Written(ctx context.Context, author string) ([]Comment, error) {
	var out []Comment
	for after := ""; ; {
		some, err := d.store.Comments(ctx, Query{Author: author, Oldest: true, After: after, Limit: 100})
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
		if len(some) < 100 {
			return out, nil
		}
		after = some[99].ID
	}
}

// Forget takes somebody's name off all that he said; the words and the threads stay, but what he said in an appeal goes, and what moderators
// counted and noted of him. It may be repeated.
func (d *Desk) Forget(ctx context.Context, author string) error {
	all, err := d.Written(ctx, author)
	if err != nil {
		return err
	}
	for _, one := range all {
		if _, err := d.store.AmendComment(ctx, fact.Once{}, one.ID, 0, func(_ Room, c *Comment) (Outcome, error) {
			if c.Author == "" && c.Name == "" {
				return Outcome{}, nil
			}
			c.Author, c.Name = "", ""
			c.drop(d.clock.Now())
			c.Version++
			var o Outcome
			if c.State == Public {
				o.Stale, o.Forget = []fact.Tag{fact.TagDiscussion(c.Place.ID)}, true
			}
			return o, nil
		}); err != nil {
			return err
		}
	}
	if _, err := d.store.AmendMember(ctx, fact.Once{}, author, 0, func(m *Member) (fact.Outcome, error) {
		left := Member{Account: m.Account, Version: m.Version + 1}
		if a := m.Appeal; a != nil {
			left.Appeal = &Appeal{At: a.At, Verdict: a.Verdict, By: a.By, EndedAt: a.EndedAt}
			if a.Open() {
				left.Appeal.end(Dropped, "", d.clock.Now(), "")
			}
		}
		*m = left
		return fact.Outcome{}, nil
	}); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return d.rooms.Part(ctx, author)
}
