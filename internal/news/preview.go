package news

import (
	"context"

	"dateline/internal/account"
)

// Preview gives the working copy as the item it would be if it were published now as a minor change, for who works on it. old is what
// readers have, the zero Item when they have nothing. Nothing is published.
func (d *Desk) Preview(ctx context.Context, who account.Actor, id string, old Item) (Item, error) {
	a, err := d.Article(ctx, who, id)
	if err != nil {
		return Item{}, err
	}
	now := d.clock.Now()
	if a.PublishedAt.IsZero() {
		a.PublishedAt = later(now, later(a.ScheduledAt, a.EmbargoUntil))
	}
	a.Revision++
	if a.Revision == 1 || old.Gone() || old.ID == "" {
		return *d.item(&a, Item{UpdatedAt: a.PublishedAt, FeedAt: a.PublishedAt}, Publication{Change: Minor}, a.PublishedAt, a.PublishedAt), nil
	}
	return *d.item(&a, old, Publication{Change: Minor}, now, now), nil
}
