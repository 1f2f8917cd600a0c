package coverage

import (
	"context"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
)

// Past is a post that was published elsewhere, or before there was this house.
type Past struct {
	Patch
	At     time.Time // when it was published, and happened unless the patch says otherwise
	Byline string
}

// Arrive puts a post that is published already into a published coverage, at its time; for imports and the demo.
func (d *Desk) Arrive(ctx context.Context, article string, past Past) (Post, error) {
	id, who := d.ids.New(), account.House()
	return d.store.CreatePost(ctx, fact.Once{}, article, func(l Lookup, a news.Article, c *Coverage) (Post, Outcome, error) {
		at := past.At.UTC().Truncate(time.Microsecond)
		p := Post{ID: id, Coverage: a.ID, State: Published, CreatedAt: at, UpdatedAt: at, Version: 1, PublishedAt: at, RevisedAt: at}
		p.At, p.Byline = at, past.Byline
		if err := past.apply(ctx, l, &p); err != nil {
			return p, Outcome{}, err
		}
		if err := complete(ctx, l, &p, d.clock.Now()); err != nil {
			return p, Outcome{}, err
		}
		if err := live(a, c); err != nil {
			return p, Outcome{}, err
		}
		o, err := d.publication(a, &p, string(news.First), "", fact.Published, who)
		if err != nil {
			return p, o, err
		}
		d.announce(a, c, &p, &o)
		dated(o.Facts, at)
		return p, o, nil
	})
}

// CorrectAs corrects a post that Arrive put there, at a time.
func (d *Desk) CorrectAs(ctx context.Context, id, note string, at time.Time, f Patch) (Post, error) {
	who := account.House()
	return d.store.AmendPost(ctx, fact.Once{}, id, 0, func(l Lookup, a news.Article, _ *Coverage, p *Post) (Outcome, error) {
		if err := f.apply(ctx, l, p); err != nil {
			return Outcome{}, err
		}
		d.touch(p, who)
		p.RevisedAt = at.UTC().Truncate(time.Microsecond)
		p.Corrections = append([]Mark{{At: p.RevisedAt, Note: note}}, p.Corrections...)
		o, err := d.publication(a, p, string(news.Correction), note, fact.Corrected, who)
		if p.Newsfeed {
			o.Facts = append(o.Facts, inFeed(a, p, fact.Corrected))
		}
		dated(o.Facts, p.RevisedAt)
		return o, err
	})
}

// dated gives facts the time of which they tell.
func dated(facts []fact.Fact, at time.Time) {
	for i := range facts {
		facts[i].At = at
	}
}
