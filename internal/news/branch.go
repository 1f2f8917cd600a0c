package news

import (
	"context"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
)

// Branch is the working copy of one tab that did not go into the story: because somebody took the story over, because another
// saved first, because a right was lost meanwhile. It never changes the story; it is written by its tab until it is closed, and kept.
type Branch struct {
	ID       string
	Article  string
	By       string // account id
	ByName   string
	Tab      string
	Base     int64     // version of the story that it was begun on
	At       time.Time // when it was written last
	ClosedAt time.Time // when its words were dealt with
	Headline string
	Words    int
	Copy     *Article // the story with the words of the branch; nil in lists
}

// Keep writes the working copy of a tab as a branch of the story. The same tab of the same person writes the same branch until
// that is closed, or until it comes with another base: then it read the story again, what it holds does not come from the
// branch, and the branch stays as it is. Who may read the desk may keep one, and whoever began one may go on with it, so that no word is lost with a right.
func (d *Desk) Keep(ctx context.Context, who account.Actor, id, tab string, base int64, p Patch) (Branch, error) {
	fresh := d.ids.New()
	b, err := d.store.KeepBranch(ctx, id, who.ID, tab, base, func(a, at Article, mine bool) (Branch, fact.Outcome, error) {
		if !mine && !MayRead(who, a.Edition) {
			return Branch{}, fact.Outcome{}, hidden(who, &a)
		}
		if err := checkTab("path.branch", tab); err != nil {
			return Branch{}, fact.Outcome{}, err
		}
		written := at
		if err := p.apply(&written, d.directory()); err != nil {
			// Where the words stand may have gone meanwhile, a section or an edition; the words are kept all the same.
			p.Edition, p.Section = nil, nil
			written = at
			if err := p.apply(&written, d.directory()); err != nil {
				return Branch{}, fact.Outcome{}, err
			}
		}
		now := d.clock.Now()
		written.UpdatedAt, written.UpdatedBy = now, who.ID
		b := Branch{ID: fresh, Article: id, By: who.ID, Tab: tab, Base: base, At: now, Headline: written.Headline, Words: written.Body.Words(), Copy: &written}
		o := fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(a.Edition), Kind: fact.Branched, ID: id, Version: a.Version, By: who.ID, Part: fresh, Tab: tab}}}
		return b, o, nil
	})
	b.ByName = who.Name
	return b, err
}

// Branches lists the branches of a story, those begun last first, after the one of an id; closed ones too.
func (d *Desk) Branches(ctx context.Context, who account.Actor, id, after string, limit int) ([]Branch, error) {
	if _, err := d.Article(ctx, who, id); err != nil {
		return nil, err
	}
	list, err := d.store.Branches(ctx, id, after, limit)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.By
	}
	names, err := d.store.Names(ctx, ids)
	for i := range list {
		list[i].ByName = names[list[i].By]
	}
	return list, err
}

// Branch reads a branch with its words, for the desk and for who wrote it.
func (d *Desk) Branch(ctx context.Context, who account.Actor, id, branch string) (Branch, error) {
	a, err := d.store.Article(ctx, id)
	if err != nil {
		return Branch{}, err
	}
	b, err := d.store.Branch(ctx, id, branch)
	if !(err == nil && who.ID != "" && b.By == who.ID) && !MayRead(who, a.Edition) {
		return Branch{}, hidden(who, &a)
	}
	if err != nil {
		return Branch{}, err
	}
	names, err := d.store.Names(ctx, []string{b.By})
	b.ByName = names[b.By]
	return b, err
}

// CloseBranch says that the words of a branch were dealt with; they are kept. Who wrote it may, and who may edit the story.
func (d *Desk) CloseBranch(ctx context.Context, act Act, id, branch string) (Branch, error) {
	b, err := d.store.CloseBranch(ctx, act.Once, id, branch, func(a Article, by string) error {
		if by != "" && by == act.Who.ID {
			return nil
		}
		return mayEdit(act.Who, &a)
	})
	if err != nil {
		return Branch{}, err
	}
	names, err := d.store.Names(ctx, []string{b.By})
	b.ByName = names[b.By]
	return b, err
}

// Repeat notes an act that changes nothing under its idempotency key, so that the key is refused to another one.
func (d *Desk) Repeat(ctx context.Context, act Act) error {
	if act.Once.Key == "" {
		return nil
	}
	return d.store.Repeat(ctx, act.Once)
}
