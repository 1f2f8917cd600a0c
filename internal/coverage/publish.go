package coverage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/history"
	"dateline/internal/media"
	"dateline/internal/news"
)

// The changes of a post's revisions, besides those of articles.
const (
	retracted = "retracted"
	withdrawn = "withdrawn"
)

// noteLength is how many characters a note has at most that readers may see.
const noteLength = 500

// usable notes it when a picture may not be shown.
func usable(ctx context.Context, l Lookup, g *fault.Gather, id string, now time.Time) error {
	p, err := l.Picture(ctx, id)
	if fault.Is(err, fault.NotFound) {
		g.At("body.body", "fault.no_picture", "there is no picture %.40q", id)
		return nil
	}
	if err != nil {
		return err
	}
	var f *fault.Error
	if errors.As(p.Usable(now, media.Site), &f) {
		for _, place := range f.Places {
			g.At("body.body", place.Key, "%s", place.Text)
		}
		if len(f.Places) == 0 {
			g.At("body.body", f.Key, "%s", f.Text)
		}
	}
	return nil
}

// move brings a post that readers do not have into a state.
func (d *Desk) move(ctx context.Context, l Lookup, a news.Article, c *Coverage, p *Post, to State, who account.Actor) (Outcome, error) {
	now := d.clock.Now()
	o := Outcome{Outcome: fact.Outcome{Facts: []fact.Fact{told(a, p, who)}}}
	switch to {
	case Draft, Contribution:
		if p.State == Scheduled && p.At.After(now) {
			p.At = p.CreatedAt // nobody says any more when it happens
		}
		if to == Contribution && p.State != Contribution && Publishes(who, a) {
			return o, fault.At("body.state", "fault.state", "a contribution comes from somebody who may not publish here")
		}
	case Scheduled:
		if !p.At.After(now) {
			return o, fault.At("body.at", "fault.post_future", "say in at when it is to go out, in the future")
		}
		if err := complete(ctx, l, p, now); err != nil {
			return o, err
		}
		if err := open(a, c); err != nil {
			return o, err
		}
		p.PublishedBy = who.ID
		o.Work = []fact.Work{{Kind: WorkPost, Subject: p.ID, Due: p.At}}
	case Published:
		return d.release(ctx, l, a, c, p, who)
	default:
		return o, fault.At("body.state", "fault.state", "a post is withdrawn by a call of its own")
	}
	p.State = to
	if to != Scheduled {
		o.Undone = []fact.Work{{Kind: WorkPost, Subject: p.ID}}
	}
	return o, nil
}

// release publishes a post, for the first time or again.
func (d *Desk) release(ctx context.Context, l Lookup, a news.Article, c *Coverage, p *Post, who account.Actor) (Outcome, error) {
	now := d.clock.Now()
	if p.State == Scheduled && p.At.After(now) {
		p.At = now // somebody did not wait for it
	}
	if p.At.After(now) {
		return Outcome{}, fault.At("body.at", "fault.post_past", "this lies in the future; schedule the post, or leave at out")
	}
	if err := complete(ctx, l, p, now); err != nil {
		return Outcome{}, err
	}
	if err := live(a, c); err != nil {
		return Outcome{}, err
	}
	first := p.Revision == 0
	if first && p.At.Equal(p.CreatedAt) {
		p.At = now // nobody said when it happened: readers get it as what is new
	}
	if p.Newsfeed {
		p.FeedAt = now
	}
	p.State, p.RevisedAt, p.PublishedBy = Published, now, who.ID
	p.WithdrawnAt, p.WithdrawnNote, p.Retracted = time.Time{}, "", false
	if first {
		p.PublishedAt = now
	}
	change := string(news.Update)
	if first {
		change = string(news.First)
	}
	o, err := d.publication(a, p, change, "", fact.Published, who)
	if err != nil {
		return o, err
	}
	o.Undone = append(o.Undone, fact.Work{Kind: WorkPost, Subject: p.ID})
	d.announce(a, c, p, &o)
	return o, nil
}

// announce adds to a publication what else it is: a line of the newsfeed, the post on top.
func (d *Desk) announce(a news.Article, c *Coverage, p *Post, o *Outcome) {
	if p.Newsfeed {
		o.Facts = append(o.Facts, inFeed(a, p, fact.Published))
	}
	if p.Pinned {
		c.Pinned = p.ID
		o.Facts = append(o.Facts, ofCoverage(a, fact.Pinned, p.ID))
	}
}

// revise brings a change of a published post to its readers.
func (d *Desk) revise(ctx context.Context, l Lookup, a news.Article, c *Coverage, before Post, p *Post, who account.Actor) (Outcome, error) {
	now := d.clock.Now()
	if a.State == news.Withdrawn {
		return Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this live coverage was withdrawn")
	}
	o := Outcome{Outcome: fact.Outcome{Facts: []fact.Fact{told(a, p, who)}}}
	was, is := canonical(before.Content), canonical(p.Content)
	if was != is || before.Newsfeed != p.Newsfeed {
		if p.At.After(now) {
			return o, fault.At("body.at", "fault.post_past", "this lies in the future; schedule the post, or leave at out")
		}
		if err := complete(ctx, l, p, now); err != nil {
			return o, err
		}
		change := string(news.Minor)
		if words(before.Content) != words(p.Content) {
			p.EditedAt, change = now, string(news.Update)
		}
		p.RevisedAt = now
		if p.Newsfeed && !before.Newsfeed {
			p.FeedAt = now
		}
		var err error
		if o, err = d.publication(a, p, change, "", fact.Updated, who); err != nil {
			return o, err
		}
		switch {
		case p.Newsfeed && !before.Newsfeed:
			o.Facts = append(o.Facts, inFeed(a, p, fact.Published))
		case before.Newsfeed && !p.Newsfeed:
			o.Facts = append(o.Facts, inFeed(a, p, fact.Moved))
			o.Stale = append(o.Stale, lines(a)...)
		case p.Newsfeed:
			o.Facts = append(o.Facts, inFeed(a, p, fact.Amended))
		}
	}
	switch {
	case p.Pinned && c.Pinned != p.ID:
		c.Pinned = p.ID
		o.Facts = append(o.Facts, ofCoverage(a, fact.Pinned, p.ID))
		o.Stale = append(o.Stale, fact.TagLive(a.ID))
	case !p.Pinned && c.Pinned == p.ID:
		c.Pinned = ""
		o.Facts = append(o.Facts, ofCoverage(a, fact.Unpinned, p.ID))
		o.Stale = append(o.Stale, fact.TagLive(a.ID))
	}
	return o, nil
}

// Correct changes a published post and says at it what was wrong.
func (d *Desk) Correct(ctx context.Context, act Act, article, id, note string, f Patch) (Post, error) {
	note = strings.TrimSpace(note)
	done, err := d.store.AmendPost(ctx, act.Once, id, act.Version, func(l Lookup, a news.Article, _ *Coverage, p *Post) (Outcome, error) {
		if p.Coverage != article {
			return Outcome{}, noPost()
		}
		if err := mayRelease(act.Who, a, *p); err != nil {
			return Outcome{}, err
		}
		switch {
		case p.State == Withdrawn || a.State == news.Withdrawn:
			return Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this was withdrawn")
		case p.State != Published:
			return Outcome{}, fault.New(fault.Conflict, "fault.never_published", "it was never published; simply change it")
		case note == "":
			return Outcome{}, fault.At("body.note", "fault.correction_note", "a correction needs a note that says what was wrong")
		}
		if err := checkNote(note); err != nil {
			return Outcome{}, err
		}
		f.State, f.Pinned, f.Newsfeed = nil, nil, nil
		if err := f.apply(ctx, l, p); err != nil {
			return Outcome{}, err
		}
		now := d.clock.Now()
		if p.At.After(now) {
			return Outcome{}, fault.At("body.at", "fault.post_past", "this lies in the future")
		}
		if err := complete(ctx, l, p, now); err != nil {
			return Outcome{}, err
		}
		d.touch(p, act.Who)
		p.RevisedAt = now
		p.Corrections = append([]Mark{{At: now, Note: note}}, p.Corrections...)
		o, err := d.publication(a, p, string(news.Correction), note, fact.Corrected, act.Who)
		if err == nil && p.Newsfeed {
			o.Facts = append(o.Facts, inFeed(a, p, fact.Corrected))
		}
		return o, err
	})
	return done, d.unseen(ctx, err, act.Who)
}

// Withdraw takes a published post out of every output; within the first seconds it is a retraction.
func (d *Desk) Withdraw(ctx context.Context, act Act, article, id, note string) (Post, error) {
	note = strings.TrimSpace(note)
	done, err := d.store.AmendPost(ctx, act.Once, id, act.Version, func(_ Lookup, a news.Article, c *Coverage, p *Post) (Outcome, error) {
		if p.Coverage != article {
			return Outcome{}, noPost()
		}
		if err := mayRelease(act.Who, a, *p); err != nil {
			return Outcome{}, err
		}
		if err := checkNote(note); err != nil {
			return Outcome{}, err
		}
		return d.withdraw(a, c, p, act.Who, note)
	})
	return done, d.unseen(ctx, err, act.Who)
}

func (d *Desk) withdraw(a news.Article, c *Coverage, p *Post, who account.Actor, note string) (Outcome, error) {
	switch p.State {
	case Published:
	case Withdrawn:
		return Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this post was withdrawn already")
	default:
		return Outcome{}, fault.New(fault.Conflict, "fault.never_published", "it was never published; delete it instead")
	}
	now := d.clock.Now()
	d.touch(p, who)
	p.State, p.WithdrawnAt, p.WithdrawnNote = Withdrawn, now, note
	p.Retracted = p.Revision == 1 && !now.After(p.PublishedAt.Add(Undo))
	p.Revision++
	p.RevisedAt = now
	change := withdrawn
	if p.Retracted {
		change = retracted
	}
	r := &Revision{Post: p.ID, Number: p.Revision, Change: change, Note: note, At: now, By: who.ID, Salt: history.Salt()}
	o := Outcome{Revision: r, Erase: p.Retracted}
	var err error
	if o.Leaf, err = leaf(r); err != nil {
		return o, err
	}
	o.Item = &Item{ID: p.ID, Coverage: p.Coverage, Revision: p.Revision, PublishedAt: p.PublishedAt, RevisedAt: now, WithdrawnAt: now}
	o.Item.At = p.At
	o.Facts = []fact.Fact{ofCoverage(a, fact.Withdrawn, p.ID), told(a, p, who)}
	o.Stale, o.Forget = []fact.Tag{fact.TagLive(a.ID)}, true
	o.Acts = []fact.Act{{Did: fact.DidWithdraw, By: who.ID, About: fact.AboutPost, Subject: p.ID}}
	o.Undone = []fact.Work{{Kind: WorkPost, Subject: p.ID}, {Kind: WorkTally, Subject: p.ID}, {Kind: WorkPoll, Subject: p.ID}}
	if p.Newsfeed {
		o.Facts = append(o.Facts, inFeed(a, p, fact.Withdrawn))
		o.Stale = append(o.Stale, lines(a)...)
	}
	if c.Pinned == p.ID {
		c.Pinned = ""
	}
	p.Pinned = false
	return o, nil
}

// publication is what each publication of a post has in common: its revision, its public side, its fact, the pages it makes stale.
func (d *Desk) publication(a news.Article, p *Post, change, note string, kind fact.Kind, who account.Actor) (Outcome, error) {
	p.Revision++
	c := p.Content
	r := &Revision{Post: p.ID, Number: p.Revision, Change: change, Note: note, At: p.RevisedAt, By: who.ID, Content: &c, Salt: history.Salt()}
	o := Outcome{Revision: r, Item: p.item()}
	var err error
	if o.Leaf, err = leaf(r); err != nil {
		return o, err
	}
	o.Facts = []fact.Fact{ofCoverage(a, kind, p.ID), told(a, p, who)}
	o.Facts[0].Revision = p.Revision
	o.Stale = []fact.Tag{fact.TagLive(a.ID)}
	if p.Newsfeed {
		o.Stale = append(o.Stale, lines(a)...)
	}
	did := fact.DidUpdate
	switch change {
	case string(news.First):
		did = fact.DidPublish
	case string(news.Minor):
		did = fact.DidAmend
	case string(news.Correction):
		did = fact.DidCorrect
	}
	o.Acts = []fact.Act{{Did: did, By: who.ID, About: fact.AboutPost, Subject: p.ID}}
	if end := (fact.Work{Kind: WorkPoll, Subject: p.ID}); p.Question != nil && p.Question.ClosesAt.After(p.RevisedAt) {
		end.Due = p.Question.ClosesAt
		o.Work = append(o.Work, end)
	} else {
		o.Undone = append(o.Undone, end)
	}
	return o, nil
}

// item is the public side of a post.
func (p *Post) item() *Item {
	return &Item{ID: p.ID, Coverage: p.Coverage, Content: p.Content, Newsfeed: p.Newsfeed, FeedAt: p.FeedAt, Revision: p.Revision, PublishedAt: p.PublishedAt, RevisedAt: p.RevisedAt,
		EditedAt: p.EditedAt, Corrections: p.Corrections, Votes: p.Votes, Article: p.Article}
}

// ofCoverage is a fact on the stream of a coverage.
func ofCoverage(a news.Article, kind fact.Kind, id string) fact.Fact {
	return fact.Fact{Topic: fact.Live(a.ID), Kind: kind, ID: id}
}

// inFeed is the same in the newsfeed; Part says of which coverage the post is.
func inFeed(a news.Article, p *Post, kind fact.Kind) fact.Fact {
	return fact.Fact{Topic: fact.Newsfeed(edition(a)), Kind: kind, ID: p.ID, Part: a.ID, Revision: p.Revision}
}

// lines are the pages that show the posts of a coverage in a newsfeed.
func lines(a news.Article) []fact.Tag {
	section := a.Section
	if a.Live != nil {
		section = a.Live.Section
	}
	return []fact.Tag{fact.TagNewsfeed(edition(a)), fact.TagLines(section)}
}

// edition is where readers have the coverage.
func edition(a news.Article) string {
	if a.Live != nil {
		return a.Live.Edition
	}
	return a.Edition
}

func checkNote(note string) error {
	switch {
	case !utf8.ValidString(note) || strings.ContainsFunc(note, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		return fault.At("body.note", "fault.text", "there are characters in it that cannot be shown there")
	case utf8.RuneCountInString(note) > noteLength:
		return fault.At("body.note", "fault.too_long", "a note has at most %d characters", noteLength)
	}
	return nil
}

// canonical is a content as one text, to compare by and to hash.
func canonical(c Content) string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return string(b)
}

// words is canonical of what readers read: a change of it is marked, one of order and place is not.
func words(c Content) string {
	return canonical(Content{Headline: c.Headline, Body: c.Body, Result: c.Result, Question: c.Question, Contributor: c.Contributor})
}

// leaf gives the log entry of a revision.
func leaf(r *Revision) ([]byte, error) {
	var content []byte
	if r.Content != nil {
		var err error
		if content, err = json.Marshal(r.Content); err != nil {
			return nil, fmt.Errorf("coverage: canonical content of %s: %w", r.Post, err)
		}
	}
	l := history.Leaf{ID: r.Post, Revision: r.Number, Kind: r.Change, At: r.At, Digest: history.Digest(r.Salt, content)}
	return l.Bytes(), nil
}
