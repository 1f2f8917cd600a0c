package coverage

import (
	"context"

	"dateline/internal/account"
	"dateline/internal/news"
)

// Counts says how many posts of a coverage stand in each state.
type Counts struct {
	Draft, Scheduled, Contribution, Published, Withdrawn int
}

// Listing is a live coverage in the list of the desk.
type Listing struct {
	Article   news.Article
	Coverage  Coverage
	Posts     Counts // of those that the caller may see
	Publishes bool   // the caller may publish in it
}

// ListQuery says which live coverages to list, latest made first. Withdrawn ones are not listed; empty fields do not restrict.
type ListQuery struct {
	Edition   string // slug; needed
	Closed    *bool
	Published bool   // only those that readers have
	After     string // id of an article
	Limit     int    // 1 to 101
}

// Coverages lists the live coverages of an edition, each with how many posts who may see in it: the desk gets all of them, everybody else who
// works for the edition those that readers have.
func (d *Desk) Coverages(ctx context.Context, who account.Actor, q ListQuery) ([]Listing, error) {
	if !news.MayRead(who, q.Edition) {
		if !who.Has(q.Edition, account.StaffRoles...) {
			return nil, who.Refused()
		}
		q.Published = true
	}
	found, err := d.store.Coverages(ctx, q)
	if err != nil {
		return nil, err
	}
	return found, d.count(ctx, who, found)
}

// Overview reads one live coverage as Coverages lists it.
func (d *Desk) Overview(ctx context.Context, who account.Actor, article string) (Listing, error) {
	a, c, err := d.store.Covered(ctx, article)
	if err != nil {
		return Listing{}, err
	}
	if !knows(who, a) {
		return Listing{}, hidden(who, a)
	}
	one := []Listing{{Article: a, Coverage: c}}
	err = d.count(ctx, who, one)
	return one[0], err
}

// count says what who may do in coverages, and how many posts he sees there.
func (d *Desk) count(ctx context.Context, who account.Actor, found []Listing) error {
	ids := make([]string, len(found))
	for i, l := range found {
		ids[i] = l.Article.ID
	}
	all, own, err := d.store.CountPosts(ctx, ids, who.ID)
	if err != nil {
		return err
	}
	for i := range found {
		l := &found[i]
		if l.Publishes = Publishes(who, l.Article); l.Publishes {
			l.Posts = all[l.Article.ID]
			continue
		}
		l.Posts = own[l.Article.ID]
		l.Posts.Published = all[l.Article.ID].Published
	}
	return nil
}
