package news

import (
	"context"
	"errors"
	"maps"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
)

// WorkPublish is due work: publish a scheduled article. WorkAges: its two days in the news sitemap are over.
const (
	WorkPublish = "publish"
	WorkAges    = "ages"
)

// newsAge is how long a story stands in the news sitemap.
const newsAge = 48 * time.Hour

// Outcome is what a change of an article brings with it into its transaction.
type Outcome struct {
	fact.Outcome
	Revision *Revision // appended to history with its leaf
	Leaf     []byte
	Item     *Item    // what the public sees from now on; nil leaves it as it is
	Formerly []string // addresses that the article had elsewhere; see Patch
	Inbox    string   // id of the item of the inbox that it was made of; another that was made of it meanwhile is a Conflict
	Redact   int      // number of the revision whose content, salt and note are erased, with every version but the newest
	Because  string   // with Redact: why, kept in place of the note
}

// Lookup reads inside the transaction of a change.
type Lookup interface {
	// SlugOwner gives the article an address belongs or belonged to, "" when it is free.
	SlugOwner(ctx context.Context, edition, section, slug string) (string, error)
	Revision(ctx context.Context, article string, number int) (Revision, error)
	Item(ctx context.Context, id string) (Item, error)
	Picture(ctx context.Context, id string) (media.Picture, error)
	// BySource gives the latest article that came from a wire item. Until the transaction ends no other makes one of it.
	BySource(ctx context.Context, uri string) (Article, error)
	// Exists reports whether there is an article of this id.
	Exists(ctx context.Context, id string) (bool, error)
	// Root gives the article that a family of translations goes back to, id itself when it translates nothing.
	Root(ctx context.Context, id string) (string, error)
	Account(ctx context.Context, id string) (account.Account, error)
	// Flashes gives the ids of the posts of a live coverage that stand in the newsfeed.
	Flashes(ctx context.Context, coverage string) ([]string, error)
	// Entry gives what a name stands under, by the slug of now, and holds it until the transaction ends. One that is not there is made.
	Entry(ctx context.Context, key EntryKey, name string) (Entry, error)
}

// Store is what the Desk needs kept. Each writing method is one transaction: key, article and version,
// revision, leaf, facts and due work, all or nothing, on disk when it returns. Functions given may run twice.
type Store interface {
	CreateArticle(ctx context.Context, once fact.Once, make func(Lookup) (Article, Outcome, error)) (Article, error)
	// AmendArticle compares version with the stored one; 0 means any. An older one is fault.Stale with the newer Article as Current.
	AmendArticle(ctx context.Context, once fact.Once, id string, version int64, change func(Lookup, *Article) (Outcome, error)) (Article, error)
	DeleteArticle(ctx context.Context, id string, version int64, check func(Article) (fact.Outcome, error)) error
	Article(ctx context.Context, id string) (Article, error)
	ArticleBySource(ctx context.Context, uri string) (Article, error)
	// CanceledSource gives the version in which a wire item was canceled before anything of it came. KeepCanceled keeps that.
	CanceledSource(ctx context.Context, uri string) (Source, error)
	KeepCanceled(ctx context.Context, s Source, at time.Time) error
	Articles(ctx context.Context, q DeskQuery) ([]Article, error)
	// Using gives the working copies that name a picture, latest change first, and the published items that show it.
	Using(ctx context.Context, picture string) ([]Article, []Item, error)
	// Facing gives the fronts with a pin that has a picture for its own, and the authors and topics whose page shows it.
	Facing(ctx context.Context, picture string) ([]edition.Front, []Entry, error)
	// Count counts the articles of a query by state; After and Limit do not restrict, and State neither.
	Count(ctx context.Context, q DeskQuery) (map[State]int, error)
	// Family gives the working copies of a story and of those that translate it, the story first.
	Family(ctx context.Context, root string) ([]Article, error)
	// Told gives the updates and corrections of articles, without contents, by the articles' ids and in order.
	Told(ctx context.Context, articles []string) (map[string][]Revision, error)
	// Locks gives the locks of articles by the articles' ids, those too whose lease ran out.
	Locks(ctx context.Context, articles []string) (map[string]Lock, error)
	Revisions(ctx context.Context, id string) ([]Revision, error)
	SafeStore
	ReportStore
	EntryStore
}

// SafeStore is what the Desk needs kept so that no word is lost.
type SafeStore interface {
	// Versions gives the saves of an article before a number (0: all), newest first, at most limit.
	Versions(ctx context.Context, id string, before int64, limit int) ([]Article, error)
	Version(ctx context.Context, id string, number int64) (Article, error)
	// AmendLock runs change on the lock of an article, the zero Lock when there is none, and keeps what it gives by compare-and-set;
	// the zero Lock takes it away. When another changed it meanwhile, change is asked anew.
	AmendLock(ctx context.Context, once fact.Once, article string, change func(Article, Lock) (Lock, fact.Outcome, error)) (Lock, error)
	Lock(ctx context.Context, article string) (Lock, error)
	// KeepBranch writes the open branch of an account's tab on version base. make gets the article, the article as it was in version base (as it is
	// when that is not kept), and whether the account wrote a branch of it before. Its outcome counts when the branch is a new one;
	// else the branch that is there keeps its id.
	KeepBranch(ctx context.Context, article, account, tab string, base int64, make func(a, at Article, mine bool) (Branch, fact.Outcome, error)) (Branch, error)
	// CloseBranch closes a branch, once. may is told who wrote it, "" when there is no such branch.
	CloseBranch(ctx context.Context, once fact.Once, article, id string, may func(a Article, by string) error) (Branch, error)
	// Branches gives the branches of an article without their words, newest id first, those after an id ("" for all), at most limit.
	Branches(ctx context.Context, article, after string, limit int) ([]Branch, error)
	Branch(ctx context.Context, article, id string) (Branch, error)
	// Names gives the names of accounts; who is not there is left out.
	Names(ctx context.Context, accounts []string) (map[string]string, error)
	// Repeat keeps a key without an outcome; another body under it is Invalid.
	Repeat(ctx context.Context, once fact.Once) error
	// SlugOwner and Picture are as in Lookup, outside of a change.
	SlugOwner(ctx context.Context, edition, section, slug string) (string, error)
	Picture(ctx context.Context, id string) (media.Picture, error)
}

// DeskQuery says which articles of the desk to list, latest change first. Empty fields do not restrict.
type DeskQuery struct {
	Editions []string // slugs; nil for all
	Edition  string
	Section  string // id
	State    State
	Kind     ArticleKind
	Mine     string // account id: made by it or assigned to it
	Text     string
	After    Cursor
	Limit    int // 1 to 100
}

// Desk writes articles.
type Desk struct {
	store     Store
	clock     moment.Clock
	ids       *moment.IDs
	directory func() *edition.Directory
}

// NewDesk gives a desk over store. directory gives the editions and sections as they are now.
func NewDesk(store Store, clock moment.Clock, ids *moment.IDs, directory func() *edition.Directory) *Desk {
	return &Desk{store, clock, ids, directory}
}

// Act is who does something, under which idempotency key, on which version (0: whatever there is).
type Act struct {
	Who     account.Actor
	Once    fact.Once
	Version int64
}

// Who may do what: editors everything in their editions, reporters their own stories up to ready.
var (
	editors = []account.Role{account.Admin, account.Editor}
	writers = []account.Role{account.Admin, account.Editor, account.Reporter}
	desk    = []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor}
)

// MayRead reports whether who may see the working copy of an article of edition.
func MayRead(who account.Actor, edition string) bool { return who.Has(edition, desk...) }

// mayEdit gives nil when who may save a.
func mayEdit(who account.Actor, a *Article) error {
	if who.Has(a.Edition, editors...) {
		return nil
	}
	own := who.ID != "" && (a.CreatedBy == who.ID || a.Assignee == who.ID)
	if own && who.Has(a.Edition, account.Reporter) && a.State != Scheduled {
		return nil
	}
	return hidden(who, a)
}

// mayDelete gives nil when who may delete a: whose it is, not to whom it was given to work on.
func mayDelete(who account.Actor, a *Article) error {
	if err := mayEdit(who, a); err != nil || who.Has(a.Edition, editors...) || a.CreatedBy == who.ID {
		return err
	}
	return hidden(who, a)
}

// hidden is the refusal of an act on an article: NotFound to those who may not know of it.
func hidden(who account.Actor, a *Article) error {
	if who.Known() && !MayRead(who, a.Edition) && a.Revision == 0 {
		return notFound()
	}
	return who.Refused()
}

// mayPublish gives nil when who may publish, withdraw and redact a.
func mayPublish(who account.Actor, a *Article) error {
	if who.Has(a.Edition, editors...) {
		return nil
	}
	return hidden(who, a)
}

// unseen keeps the newer article that goes with a stale version from who may not do this at all: rights come before versions.
func unseen(err error, who account.Actor, may func(account.Actor, *Article) error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if a, ok := f.Current.(Article); ok {
			if refused := may(who, &a); refused != nil {
				return refused
			}
		}
	}
	return err
}

func notFound() error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such article")
}

// Create makes a draft.
func (d *Desk) Create(ctx context.Context, act Act, p Patch) (Article, error) {
	if !act.Who.HasAnywhere(writers...) {
		return Article{}, act.Who.Refused()
	}
	if p.Edition == nil || *p.Edition == "" {
		return Article{}, fault.At("body.edition", "fault.required", "an article needs an edition")
	}
	id := d.ids.New()
	return d.store.CreateArticle(ctx, act.Once, func(l Lookup) (Article, Outcome, error) { return d.draft(ctx, l, act, id, p) })
}

// Draft makes a draft inside the change of another thing, of which it is made; Create says who may.
func (d *Desk) Draft(ctx context.Context, l Lookup, act Act, p Patch) (Article, Outcome, error) {
	return d.draft(ctx, l, act, d.ids.New(), p)
}

// blank is a draft that nothing was said of.
func blank() Article {
	a := Article{State: Draft, Legal: "none", Version: 1}
	a.Genre, a.Kind, a.Urgency, a.Discussion = News, Story, 5, "open"
	return a
}

func (d *Desk) draft(ctx context.Context, l Lookup, act Act, id string, p Patch) (Article, Outcome, error) {
	now := d.clock.Now()
	a := blank()
	a.ID, a.CreatedBy, a.CreatedAt, a.UpdatedBy, a.UpdatedAt, a.Hand = id, act.Who.ID, now, act.Who.ID, now, act.Who.ID
	if err := p.apply(&a, d.directory()); err != nil {
		return a, Outcome{}, err
	}
	if err := act.Who.Must(a.Edition, writers...); err != nil {
		return a, Outcome{}, err
	}
	if p.State != nil {
		if err := moveState(&a, State(*p.State)); err != nil {
			return a, Outcome{}, err
		}
	}
	if err := d.checkAdded(ctx, l, act.Who, &Article{}, &a); err != nil {
		return a, Outcome{}, err
	}
	if err := translates(ctx, l, &Article{}, &a); err != nil {
		return a, Outcome{}, err
	}
	o := d.deskFact(&a, fact.Created, act.Who)
	p.remember(&a, &o)
	return a, o, nil
}

// Save changes the working copy. Readers keep the published revision.
func (d *Desk) Save(ctx context.Context, act Act, id string, p Patch) (Article, error) {
	a, err := d.store.AmendArticle(ctx, act.Once, id, act.Version, func(l Lookup, a *Article) (Outcome, error) {
		return d.save(ctx, l, a, act, p)
	})
	return a, unseen(err, act.Who, mayEdit)
}

func (d *Desk) save(ctx context.Context, l Lookup, a *Article, act Act, p Patch) (Outcome, error) {
	if err := mayEdit(act.Who, a); err != nil {
		return Outcome{}, err
	}
	if a.State == Withdrawn {
		return Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this article was withdrawn and cannot be changed")
	}
	before := *a
	if err := p.apply(a, d.directory()); err != nil {
		return Outcome{}, err
	}
	if err := checkStops(act.Who, &before, a, d.clock.Now()); err != nil {
		return Outcome{}, err
	}
	if a.Edition != before.Edition {
		if err := act.Who.Must(a.Edition, writers...); err != nil {
			return Outcome{}, err
		}
	}
	if p.State != nil {
		if err := moveState(a, State(*p.State)); err != nil {
			return Outcome{}, err
		}
	}
	if err := d.checkAdded(ctx, l, act.Who, &before, a); err != nil {
		return Outcome{}, err
	}
	if err := translates(ctx, l, &before, a); err != nil {
		return Outcome{}, err
	}
	d.touch(a, act.Who)
	o := d.deskFact(a, fact.Saved, act.Who)
	p.remember(a, &o)
	if a.State == Scheduled && a.EmbargoUntil.After(a.ScheduledAt) {
		a.ScheduledAt = a.EmbargoUntil // a longer embargo moves what waits
		o.Work = append(o.Work, fact.Work{Kind: WorkPublish, Subject: a.ID, Due: a.ScheduledAt})
	} else if a.State != Scheduled {
		o.Undone = append(o.Undone, fact.Work{Kind: WorkPublish, Subject: a.ID})
	}
	return o, nil
}

// moveState moves among draft, in_review and ready; out of scheduled it takes the story back.
func moveState(a *Article, to State) error {
	if to == a.State {
		return nil
	}
	switch a.State {
	case Published, Withdrawn:
		return fault.At("body.state", "fault.state", "a story that is %s keeps this state", a.State)
	}
	switch to {
	case Draft, InReview, Ready:
		a.State, a.ScheduledAt, a.Schedule = to, time.Time{}, nil
		if a.Revision > 0 {
			a.State = Published
		}
		return nil
	}
	return fault.At("body.state", "fault.state", "a save moves a story to draft, in_review or ready")
}

func (d *Desk) touch(a *Article, who account.Actor) {
	a.UpdatedAt = d.clock.Now()
	if who.ID == "" && a.Hand == "" {
		a.Hand = a.UpdatedBy // of an article that was saved before there was a hand
	}
	if a.UpdatedBy = who.ID; who.ID != "" {
		a.Hand = who.ID
	}
	a.Version++
	a.Edited = a.Live != nil && a.Live.Digest != digest(a.Content)
}

func (d *Desk) deskFact(a *Article, k fact.Kind, who account.Actor) Outcome {
	return Outcome{Outcome: fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(a.Edition), Kind: k, ID: a.ID, Version: a.Version, By: who.ID}}}}
}

// Delete throws away what was never published.
func (d *Desk) Delete(ctx context.Context, act Act, id string) error {
	err := d.store.DeleteArticle(ctx, id, act.Version, func(a Article) (fact.Outcome, error) {
		if err := mayDelete(act.Who, &a); err != nil {
			return fact.Outcome{}, err
		}
		if a.Revision > 0 {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.was_published", "what was published cannot be deleted; withdraw it")
		}
		o := d.deskFact(&a, fact.Deleted, act.Who).Outcome
		o.Undone = append(o.Undone, fact.Work{Kind: WorkPublish, Subject: a.ID}, fact.Work{Kind: WorkLease, Subject: a.ID})
		return o, nil
	})
	return unseen(err, act.Who, mayDelete)
}

// Article reads the working copy for who works on it.
func (d *Desk) Article(ctx context.Context, who account.Actor, id string) (Article, error) {
	a, err := d.store.Article(ctx, id)
	if err != nil {
		return Article{}, err
	}
	if !MayRead(who, a.Edition) {
		return Article{}, hidden(who, &a)
	}
	return a, nil
}

// Articles lists the desk of the editions that who works in.
func (d *Desk) Articles(ctx context.Context, who account.Actor, q DeskQuery) ([]Article, error) {
	slugs, all := who.Editions(desk...)
	if !all && len(slugs) == 0 {
		return nil, who.Refused()
	}
	if !all {
		q.Editions = slugs
	}
	return d.store.Articles(ctx, q)
}

// Counts says how many stories of a query there are in each state, and how many of all of them are whose who is.
type Counts struct {
	States map[State]int
	Mine   int
}

// Count counts the desk of the editions that who works in. State and Mine of the query do not restrict.
func (d *Desk) Count(ctx context.Context, who account.Actor, q DeskQuery) (Counts, error) {
	slugs, all := who.Editions(desk...)
	if !all && len(slugs) == 0 {
		return Counts{}, who.Refused()
	}
	if q.Edition != "" {
		if err := who.Must(q.Edition, desk...); err != nil {
			return Counts{}, err
		}
	}
	if !all {
		q.Editions = slugs
	}
	q.State, q.Mine = "", ""
	var c Counts
	var err error
	if c.States, err = d.store.Count(ctx, q); err != nil {
		return c, err
	}
	q.Mine = who.ID
	mine, err := d.store.Count(ctx, q)
	for _, n := range mine {
		c.Mine += n
	}
	return c, err
}

// Surroundings are what the desk shows of articles besides themselves.
type Surroundings struct {
	Names map[string]string // of accounts that saved one, made one or have one to do
	Hands map[string]Lock   // by article: who has it in hand now
}

// Around gives the surroundings of articles that were read for who works on them.
func (d *Desk) Around(ctx context.Context, list ...Article) (Surroundings, error) {
	var people, ids []string
	for _, a := range list {
		people = append(people, a.UpdatedBy, a.Assignee, a.CreatedBy)
		ids = append(ids, a.ID)
	}
	var s Surroundings
	var err error
	if s.Names, err = d.store.Names(ctx, people); err != nil {
		return s, err
	}
	if s.Hands, err = d.store.Locks(ctx, ids); err != nil {
		return s, err
	}
	now := d.clock.Now()
	maps.DeleteFunc(s.Hands, func(_ string, l Lock) bool { return !l.held(now) })
	return s, nil
}

// Revisions lists what was published of an article, newest first.
func (d *Desk) Revisions(ctx context.Context, who account.Actor, id string) ([]Revision, error) {
	if _, err := d.Article(ctx, who, id); err != nil {
		return nil, err
	}
	return d.store.Revisions(ctx, id)
}

// BySource finds the article that came from a wire item, for imports.
func (d *Desk) BySource(ctx context.Context, uri string) (Article, bool, error) {
	a, err := d.store.ArticleBySource(ctx, uri)
	if fault.Is(err, fault.NotFound) {
		return Article{}, false, nil
	}
	return a, err == nil, err
}

// Do does one piece of due work of this room and reports whether it was its own.
func (d *Desk) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	switch w.Kind {
	case WorkPublish:
		return true, d.publishDue(ctx, w.Subject)
	case WorkRefile:
		return true, d.refileDue(ctx, w.Subject)
	case WorkLease:
		return true, d.leaseEnds(ctx, w.Subject)
	case WorkAges:
		_, err := d.store.AmendArticle(ctx, fact.Once{}, w.Subject, 0, func(_ Lookup, a *Article) (Outcome, error) {
			o := Outcome{Outcome: fact.Outcome{Undone: []fact.Work{w}}}
			o.Stale = append(o.Stale, fact.TagSitemap())
			return o, nil
		})
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return true, err
	}
	return false, nil
}
