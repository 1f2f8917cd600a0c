package coverage

import (
	"context"
	"errors"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// Undo is how long after its publication a withdrawal of a post is a retraction.
const Undo = 10 * time.Second

// Outcome is what a change of a post brings with it into its transaction.
type Outcome struct {
	fact.Outcome
	Revision *Revision // appended to history with its leaf
	Leaf     []byte
	Item     *Item // what the public sees from now on; nil leaves it as it is
	Erase    bool  // contents and salts of its revisions; their leaves stay
	Gone     bool  // the post is deleted: it was never published
	Inbox    bool  // the item of the inbox that it is made of is used by it, or no more when it is deleted
	Story    *news.Article
	With     news.Outcome // of Story
}

// Lookup reads inside the transaction of a change.
type Lookup interface {
	news.Lookup
	// Votes gives the votes of a post by option.
	Votes(ctx context.Context, post string) (map[int]int64, error)
}

// Store is what the Desk needs kept. Each writing method is one transaction: key, coverage, post and version, revision, leaf, facts
// and due work, all or nothing, on disk when it returns. Changes of one coverage follow each other. Functions given may run twice. An
// article that is no live coverage is NotFound.
type Store interface {
	CreatePost(ctx context.Context, once fact.Once, article string, make func(Lookup, news.Article, *Coverage) (Post, Outcome, error)) (Post, error)
	// AmendPost compares version with the stored one; 0 means any. An older one is fault.Stale with the newer Post as Current.
	AmendPost(ctx context.Context, once fact.Once, id string, version int64, change func(Lookup, news.Article, *Coverage, *Post) (Outcome, error)) (Post, error)
	AmendCoverage(ctx context.Context, once fact.Once, article string, change func(news.Article, *Coverage) (fact.Outcome, error)) (Coverage, error)
	// Covered reads the article of a coverage, with the coverage.
	Covered(ctx context.Context, article string) (news.Article, Coverage, error)
	Post(ctx context.Context, id string) (Post, error)
	Posts(ctx context.Context, q DeskQuery) ([]Post, error)
	Coverages(ctx context.Context, q ListQuery) ([]Listing, error)
	// CountPosts counts the posts of coverages by article, all of them and those that an account made; one without posts is left out.
	CountPosts(ctx context.Context, articles []string, by string) (all, own map[string]Counts, err error)
	// Vote counts one vote for an option of a published poll, and answers false when this voter has voted in it before. It makes
	// work of this kind due at a time unless some is due already.
	Vote(ctx context.Context, post, voter string, option int, kind string, due time.Time, may func(Item, Coverage) error) (bool, error)
}

// DeskQuery says which posts of a coverage to list, newest first. Empty fields do not restrict.
type DeskQuery struct {
	Coverage string // id of the article; needed
	State    State
	By       string // only published ones and those that this account made
	After    news.Cursor
	Limit    int // 1 to 101
}

// Desk writes posts.
type Desk struct {
	store   Store
	stories *news.Desk
	clock   moment.Clock
	ids     *moment.IDs
}

// NewDesk gives a desk over store; stories makes articles of posts.
func NewDesk(store Store, stories *news.Desk, clock moment.Clock, ids *moment.IDs) *Desk {
	return &Desk{store, stories, clock, ids}
}

// Publishes reports whether who may publish in a live coverage: editors of its edition, and the reporter whose it is or to whom it was given.
func Publishes(who account.Actor, a news.Article) bool {
	if who.Has(a.Edition, account.Admin, account.Editor) {
		return true
	}
	return who.ID != "" && (a.CreatedBy == who.ID || a.Assignee == who.ID) && who.Has(a.Edition, account.Reporter)
}

// knows reports whether who may know that there is this coverage and work in it: the desk of its edition, and once
// readers have it everybody who works for the edition.
func knows(who account.Actor, a news.Article) bool {
	return news.MayRead(who, a.Edition) || a.Revision > 0 && who.Has(a.Edition, account.StaffRoles...)
}

// hidden is the refusal of an act on a coverage: NotFound to those who may not know of it.
func hidden(who account.Actor, a news.Article) error {
	if who.Known() && !knows(who, a) && a.Revision == 0 {
		return notFound()
	}
	return who.Refused()
}

// mayPublish gives nil when who may publish in a.
func mayPublish(who account.Actor, a news.Article) error {
	if Publishes(who, a) {
		return nil
	}
	return hidden(who, a)
}

// mayEdit gives nil when who may change p: who may publish, and who sent a contribution as long as it is one.
func mayEdit(who account.Actor, a news.Article, p Post) error {
	if Publishes(who, a) || own(who, a, p) && p.State == Contribution {
		return nil
	}
	if knows(who, a) && !sees(who, a, p) {
		return noPost()
	}
	return hidden(who, a)
}

// mayRelease gives nil when who may publish in a, of which p is a post: not enough is that the contribution is his.
func mayRelease(who account.Actor, a news.Article, p Post) error {
	if Publishes(who, a) {
		return nil
	}
	if err := mayEdit(who, a, p); err != nil {
		return err
	}
	return who.Refused()
}

func own(who account.Actor, a news.Article, p Post) bool {
	return who.ID != "" && p.CreatedBy == who.ID && knows(who, a)
}

// sees reports whether who may see p as the desk has it.
func sees(who account.Actor, a news.Article, p Post) bool {
	return Publishes(who, a) || own(who, a, p) || p.State == Published && knows(who, a)
}

func notFound() error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "live coverage")
}

func noPost() error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "post")
}

// unseen keeps the newer post that goes with a stale version from who may not change it at all: rights come before versions.
func (d *Desk) unseen(ctx context.Context, err error, who account.Actor) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	p, ok := f.Current.(Post)
	if !ok {
		return err
	}
	a, _, rerr := d.store.Covered(ctx, p.Coverage)
	if rerr != nil {
		return rerr
	}
	if refused := mayEdit(who, a, p); refused != nil {
		return refused
	}
	return err
}

// Act is who does something, under which idempotency key, on which version (0: whatever there is).
type Act = news.Act

// open refuses what only a coverage that goes on takes.
func open(a news.Article, c *Coverage) error {
	switch {
	case a.State == news.Withdrawn:
		return fault.New(fault.Conflict, "fault.withdrawn", "this live coverage was withdrawn")
	case c.Closed():
		return fault.New(fault.Conflict, "fault.coverage_closed", "this live coverage is closed; reopen it first")
	}
	return nil
}

// live refuses what only a coverage takes that readers have and that goes on.
func live(a news.Article, c *Coverage) error {
	if err := open(a, c); err != nil {
		return err
	}
	if a.Revision == 0 {
		return fault.New(fault.Conflict, "fault.coverage_unpublished", "publish the live coverage first; its posts go out after it")
	}
	return nil
}

// Create writes a post. When no state is said it is out at once where whoever sends it may publish and readers have the coverage, and
// a draft elsewhere. What somebody sends who may not publish here is a contribution.
func (d *Desk) Create(ctx context.Context, act Act, article string, p Patch) (Post, error) {
	if !act.Who.HasAnywhere(account.StaffRoles...) {
		return Post{}, act.Who.Refused()
	}
	id := d.ids.New()
	return d.store.CreatePost(ctx, act.Once, article, func(l Lookup, a news.Article, c *Coverage) (Post, Outcome, error) {
		now := d.clock.Now()
		made := Post{ID: id, Coverage: a.ID, State: Draft, CreatedBy: act.Who.ID, CreatedAt: now, UpdatedBy: act.Who.ID, UpdatedAt: now, Version: 1}
		made.At, made.Byline = now, act.Who.Name
		if act.Who.IsHouse() {
			made.Byline = ""
		}
		to := Draft
		switch {
		case p.State != nil:
			to = State(*p.State)
		case live(a, c) == nil && (p.At == nil || !p.At.After(now)):
			to = Published
		}
		if !Publishes(act.Who, a) {
			if !knows(act.Who, a) {
				return made, Outcome{}, hidden(act.Who, a)
			}
			if err := open(a, c); err != nil {
				return made, Outcome{}, err
			}
			p.Pinned, to = nil, Contribution
		}
		if err := p.apply(ctx, l, &made); err != nil {
			return made, Outcome{}, err
		}
		if to == Contribution && made.At.After(now) {
			made.At = now // the clock of a phone may be ahead; who publishes it is not to mend that
		}
		o, err := d.move(ctx, l, a, c, &made, to, act.Who)
		if made.State != Contribution && err == nil {
			made.Item, o.Inbox = p.Item, p.Item != ""
		}
		return made, o, err
	})
}

// Save changes a post, and publishes, schedules or takes back when that is what its state is to be. What readers have of a
// published post changes at once, with a mark when its words did.
func (d *Desk) Save(ctx context.Context, act Act, article, id string, p Patch) (Post, error) {
	done, err := d.store.AmendPost(ctx, act.Once, id, act.Version, func(l Lookup, a news.Article, c *Coverage, post *Post) (Outcome, error) {
		if post.Coverage != article {
			return Outcome{}, noPost()
		}
		if err := mayEdit(act.Who, a, *post); err != nil {
			return Outcome{}, err
		}
		to := post.State
		if p.State != nil {
			to = State(*p.State)
		}
		if !Publishes(act.Who, a) {
			p.Pinned, to = nil, Contribution
		}
		if post.State == Withdrawn && to != Published {
			return Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this post was withdrawn; publish it again, or write another")
		}
		before := *post
		if err := p.apply(ctx, l, post); err != nil {
			return Outcome{}, err
		}
		d.touch(post, act.Who)
		if before.State == Published {
			if to != Published {
				return Outcome{}, fault.At("body.state", "fault.state", "a published post keeps this state until it is withdrawn")
			}
			return d.revise(ctx, l, a, c, before, post, act.Who)
		}
		return d.move(ctx, l, a, c, post, to, act.Who)
	})
	return done, d.unseen(ctx, err, act.Who)
}

func (d *Desk) touch(p *Post, who account.Actor) {
	p.UpdatedAt, p.UpdatedBy = d.clock.Now(), who.ID
	p.Version++
}

// told is what the desk hears of a post: that there is another state of it.
func told(a news.Article, p *Post, who account.Actor) fact.Fact {
	return fact.Fact{Topic: fact.Desk(a.Edition), Kind: fact.Posted, ID: a.ID, Version: p.Version, By: who.ID, Part: p.ID}
}

// Delete throws away what was never published; what was published is withdrawn by it, and keeps its row.
func (d *Desk) Delete(ctx context.Context, act Act, article, id string) error {
	_, err := d.store.AmendPost(ctx, act.Once, id, act.Version, func(_ Lookup, a news.Article, c *Coverage, p *Post) (Outcome, error) {
		if p.Coverage != article {
			return Outcome{}, noPost()
		}
		if err := mayEdit(act.Who, a, *p); err != nil {
			return Outcome{}, err
		}
		switch {
		case p.State == Published:
			return d.withdraw(a, c, p, act.Who, "")
		case p.Revision > 0:
			return Outcome{}, fault.New(fault.Conflict, "fault.was_published", "what was published stays at the desk")
		}
		o := Outcome{Gone: true, Inbox: p.Item != ""}
		o.Facts = []fact.Fact{told(a, p, act.Who)}
		o.Undone = []fact.Work{{Kind: WorkPost, Subject: p.ID}}
		return o, nil
	})
	return d.unseen(ctx, err, act.Who)
}

// Post reads a post for who works with it.
func (d *Desk) Post(ctx context.Context, who account.Actor, article, id string) (Post, error) {
	p, err := d.store.Post(ctx, id)
	if err != nil {
		return p, err
	}
	if p.Coverage != article {
		return Post{}, noPost()
	}
	a, c, err := d.store.Covered(ctx, article)
	if err != nil {
		return Post{}, err
	}
	if !sees(who, a, p) {
		if knows(who, a) {
			return Post{}, noPost()
		}
		return Post{}, hidden(who, a)
	}
	p.pin(c)
	return p, nil
}

// pin says whether a published post is the one on top.
func (p *Post) pin(c Coverage) {
	if p.State == Published || p.State == Withdrawn {
		p.Pinned = c.Pinned == p.ID
	}
}

// Posts lists the posts of a coverage for who works there: everything for those who may publish, for the others what is published and
// what they sent themselves.
func (d *Desk) Posts(ctx context.Context, who account.Actor, q DeskQuery) ([]Post, error) {
	a, c, err := d.store.Covered(ctx, q.Coverage)
	if err != nil {
		return nil, err
	}
	if !knows(who, a) {
		return nil, hidden(who, a)
	}
	if !Publishes(who, a) {
		q.By = who.ID
	}
	found, err := d.store.Posts(ctx, q)
	for i := range found {
		found[i].pin(c)
	}
	return found, err
}

// Coverage reads whether a coverage goes on, for who works there.
func (d *Desk) Coverage(ctx context.Context, who account.Actor, article string) (Coverage, error) {
	a, c, err := d.store.Covered(ctx, article)
	if err == nil && !knows(who, a) {
		err = hidden(who, a)
	}
	return c, err
}
