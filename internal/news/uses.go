package news

import (
	"context"
	"slices"

	"dateline/internal/account"
	"dateline/internal/edition"
)

// Use is a story, a front or a page that a picture stands in, as somebody may know of it: the working copy for those who may read it, what is published for
// everybody else.
type Use struct {
	Article string
	Edition string
	Kind    ArticleKind
	State   State
	Head    string
	Copy    bool    // the working copy names it
	Live    bool    // what readers have of the story shows it, or did until it was killed
	Public  Content // with Live: what readers have, without its body

	Front *edition.Front // it is no story but a front with a pin that has the picture for its own
	Entry *Entry         // it is the page of an author or a topic
}

// Uses lists the stories that a picture stands in: those in hand first, latest change first, then those where only readers still see it.
// Of an edition that who does not work in, only what is published is told.
func (d *Desk) Uses(ctx context.Context, who account.Actor, picture string) ([]Use, error) {
	if !who.HasAnywhere(desk...) {
		return nil, who.Refused()
	}
	if _, err := d.store.Picture(ctx, picture); err != nil {
		return nil, err
	}
	copies, items, err := d.store.Using(ctx, picture)
	if err != nil {
		return nil, err
	}
	out := []Use{}
	for _, a := range copies {
		if !MayRead(who, a.Edition) {
			continue
		}
		u := Use{Article: a.ID, Edition: a.Edition, Kind: a.Kind, State: a.State, Head: a.Headline, Copy: true}
		if i := slices.IndexFunc(items, func(i Item) bool { return i.ID == a.ID }); i >= 0 {
			u.Live, u.Public = true, items[i].Content
		}
		out = append(out, u)
	}
	for _, i := range items {
		if !slices.ContainsFunc(out, func(u Use) bool { return u.Article == i.ID }) {
			out = append(out, Use{Article: i.ID, Edition: i.Edition, Kind: i.Kind, State: Published, Head: i.Headline, Live: true, Public: i.Content})
		}
	}
	fronts, entries, err := d.store.Facing(ctx, picture)
	if err != nil {
		return nil, err
	}
	now := d.clock.Now()
	for i, f := range fronts {
		if slices.ContainsFunc(f.At(now), func(p edition.Pin) bool { return p.Picture == picture }) {
			out = append(out, Use{Edition: f.Edition, State: Published, Live: true, Front: &fronts[i]})
		}
	}
	for i, e := range entries {
		out = append(out, Use{Edition: e.Edition, State: Published, Head: e.Name, Live: true, Entry: &entries[i]})
	}
	return out, nil
}
