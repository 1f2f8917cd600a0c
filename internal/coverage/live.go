package coverage

import (
	"context"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// WorkPost is due work: publish a scheduled post. WorkTally: tell the readers of a poll how many have voted. WorkPoll: a poll takes no
// more votes.
const (
	WorkPost  = "post"
	WorkTally = "tally"
	WorkPoll  = "poll"
)

// tallyAfter is how long votes are gathered before the readers are told of them.
const tallyAfter = 3 * time.Second

// Close ends a coverage: nothing more is published in it until somebody reopens it.
func (d *Desk) Close(ctx context.Context, act Act, article string) (Coverage, error) {
	return d.end(ctx, act, article, true)
}

// Reopen lets a closed coverage go on.
func (d *Desk) Reopen(ctx context.Context, act Act, article string) (Coverage, error) {
	return d.end(ctx, act, article, false)
}

func (d *Desk) end(ctx context.Context, act Act, article string, over bool) (Coverage, error) {
	return d.store.AmendCoverage(ctx, act.Once, article, func(a news.Article, c *Coverage) (fact.Outcome, error) {
		if err := mayPublish(act.Who, a); err != nil {
			return fact.Outcome{}, err
		}
		if a.State == news.Withdrawn {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this live coverage was withdrawn")
		}
		if c.Closed() == over {
			return fact.Outcome{}, nil
		}
		kind := fact.Closed
		if c.ClosedAt = d.clock.Now(); !over {
			c.ClosedAt, kind = time.Time{}, fact.Reopened
		}
		o := fact.Outcome{Stale: []fact.Tag{fact.TagLive(a.ID)}, Facts: []fact.Fact{
			ofCoverage(a, kind, a.ID), {Topic: fact.Desk(a.Edition), Kind: kind, ID: a.ID, By: act.Who.ID},
		}}
		return o, nil
	})
}

// Story makes a draft article of a published post; each knows of the other from then on.
func (d *Desk) Story(ctx context.Context, act Act, article, id string) (Post, error) {
	done, err := d.store.AmendPost(ctx, act.Once, id, act.Version, func(l Lookup, a news.Article, _ *Coverage, p *Post) (Outcome, error) {
		if p.Coverage != article {
			return Outcome{}, noPost()
		}
		if err := mayRelease(act.Who, a, *p); err != nil {
			return Outcome{}, err
		}
		if made, err := l.Exists(ctx, p.Article); err != nil {
			return Outcome{}, err
		} else if made { // a draft that was thrown away counts no more
			return Outcome{}, fault.New(fault.Conflict, "fault.post_article", "an article was made of this post already")
		}
		story, with, err := d.stories.Draft(ctx, l, act, draftOf(a, p))
		if err != nil {
			return Outcome{}, err
		}
		d.touch(p, act.Who)
		p.Article = story.ID
		o := Outcome{Story: &story, With: with}
		o.Facts = []fact.Fact{told(a, p, act.Who)}
		if p.State == Published {
			o.Item = p.item()
			o.Stale = []fact.Tag{fact.TagLive(a.ID)}
		}
		return o, nil
	})
	return done, d.unseen(ctx, err, act.Who)
}

// draftOf is a post as the beginning of an article in the edition and section of its coverage.
func draftOf(a news.Article, p *Post) news.Patch {
	headline := p.Headline
	if headline == "" {
		headline = body.Shorten(firstLine(p.Words()), 90)
	}
	kind, related := string(news.Story), []string{a.ID}
	f := news.Patch{Edition: &a.Edition, Kind: &kind, Headline: &headline, Body: &p.Body, Related: &related, Language: &a.Language}
	if len(p.Tags) > 0 {
		f.Tags = &p.Tags
	}
	if p.Byline != "" {
		f.Byline = &[]news.Byline{{Name: p.Byline}}
	}
	return f
}

func firstLine(text string) string {
	for i, r := range text {
		if r == '\n' {
			return text[:i]
		}
	}
	return text
}

// Vote counts the vote of a reader, of whom nothing is known but voter, a name that only he keeps; false says that he has voted in this
// poll before. The readers hear of it a moment later, together with other votes.
func (d *Desk) Vote(ctx context.Context, post, voter string, option int) (bool, error) {
	now := d.clock.Now()
	return d.store.Vote(ctx, post, voter, option, WorkTally, now.Add(tallyAfter), func(i Item, c Coverage) error {
		switch {
		case i.Gone() || i.Question == nil:
			return noPost()
		case c.Closed() || !i.Open(now):
			return fault.New(fault.Conflict, "fault.poll_closed", "this poll is closed")
		case option < 1 || option > len(i.Question.Options):
			return fault.At("option", "fault.poll_option", "choose one of the answers")
		}
		return nil
	})
}

// Do does one piece of due work of this room and reports whether it was its own.
func (d *Desk) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	switch w.Kind {
	case WorkPost:
		err = d.publishDue(ctx, w)
	case WorkTally, WorkPoll:
		err = d.tally(ctx, w)
	default:
		return false, nil
	}
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return true, err
}

// publishDue publishes a scheduled post whose time has come; anything else is left alone, so that it may be asked twice. One that cannot go
// out any more goes back to the desk, which is told.
func (d *Desk) publishDue(ctx context.Context, w fact.Work) error {
	_, err := d.store.AmendPost(ctx, fact.Once{}, w.Subject, 0, func(l Lookup, a news.Article, c *Coverage, p *Post) (Outcome, error) {
		if p.State != Scheduled {
			return Outcome{Outcome: fact.Outcome{Undone: []fact.Work{w}}}, nil
		}
		if p.At.After(d.clock.Now()) {
			return Outcome{Outcome: fact.Outcome{Work: []fact.Work{{Kind: WorkPost, Subject: p.ID, Due: p.At}}}}, nil
		}
		who := account.Actor{ID: p.PublishedBy}
		before := *p
		d.touch(p, who)
		o, err := d.release(ctx, l, a, c, p, who)
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
			*p = before
			p.State = Draft
			d.touch(p, who)
			held := told(a, p, who)
			return Outcome{Outcome: fact.Outcome{Facts: []fact.Fact{held}, Undone: []fact.Work{w}}}, nil
		}
		return o, err
	})
	return err
}

// tally brings the votes of a poll onto its post; when it is over they are its last, and the readers have no form any more. The work stays
// to whoever took it: a vote that came while it was done made it due again, which must not be undone here.
func (d *Desk) tally(ctx context.Context, w fact.Work) error {
	_, err := d.store.AmendPost(ctx, fact.Once{}, w.Subject, 0, func(l Lookup, a news.Article, _ *Coverage, p *Post) (Outcome, error) {
		var o Outcome
		if p.State != Published || p.Question == nil {
			return o, nil
		}
		if ends := p.Question.ClosesAt; w.Kind == WorkPoll && ends.After(d.clock.Now()) { // asked too early, or it was given more time
			return Outcome{Outcome: fact.Outcome{Work: []fact.Work{{Kind: WorkPoll, Subject: p.ID, Due: ends}}}}, nil
		}
		votes, err := l.Votes(ctx, p.ID)
		if err != nil {
			return o, err
		}
		p.Votes = make([]int64, len(p.Question.Options))
		for i, option := range p.Question.Options {
			p.Votes[i] = votes[option.ID]
		}
		o.Item = p.item()
		o.Facts = []fact.Fact{ofCoverage(a, fact.Tallied, p.ID)}
		o.Stale = []fact.Tag{fact.TagLive(a.ID)}
		return o, nil
	})
	return err
}
