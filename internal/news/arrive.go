package news

import (
	"context"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Arrival is how a story from outside is shown to readers, without the desk's checks: an import, an archive, a demo. At is
// when this version was made, zero for now.
type Arrival struct {
	Publication
	First time.Time // its first publication, where it was published before; zero for At
	// Archive puts it into the newsfeed by its own times. Otherwise it stands there from when it came out here: readers find
	// what an open page showed them at the top in the same place when they come back.
	Archive bool
}

// PublishAs publishes with times of its own, as an archive does: p.At is when this version was made, first its first
// publication; zero is now.
func (d *Desk) PublishAs(ctx context.Context, id string, p Publication, first time.Time) (Article, error) {
	return d.Show(ctx, id, Arrival{Publication: p, First: first, Archive: true})
}

// Show publishes what came from outside.
func (d *Desk) Show(ctx context.Context, id string, show Arrival) (Article, error) {
	return d.store.AmendArticle(ctx, fact.Once{}, id, 0, func(l Lookup, a *Article) (Outcome, error) {
		return d.show(ctx, l, a, show)
	})
}

func (d *Desk) show(ctx context.Context, l Lookup, a *Article, show Arrival) (Outcome, error) {
	p := show.Publication
	p.Fresh = !show.Archive
	if !show.First.IsZero() && show.First.Before(d.clock.Now()) {
		if a.Revision == 0 {
			a.PublishedAt = show.First
		}
		if p.At.IsZero() {
			p.At = show.First
		}
	}
	return d.publish(ctx, l, a, account.House(), p, true)
}

// Receive makes an article of what came from outside and, when show says how, publishes it, in one transaction. It is Stale, with
// the article as Current, when there is one of its source already that was not withdrawn.
func (d *Desk) Receive(ctx context.Context, p Patch, show *Arrival) (Article, error) {
	act := Act{Who: account.House()}
	if p.Edition == nil || *p.Edition == "" {
		return Article{}, fault.At("body.edition", "fault.required", "an article needs an edition")
	}
	id := d.ids.New()
	return d.store.CreateArticle(ctx, act.Once, func(l Lookup) (Article, Outcome, error) {
		if p.Source != nil && p.Source.URI != "" {
			known, err := l.BySource(ctx, p.Source.URI)
			if err == nil && known.State != Withdrawn {
				stale := fault.New(fault.Stale, "fault.stale", "another import brought it meanwhile")
				stale.Current = known
				return Article{}, Outcome{}, stale
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return Article{}, Outcome{}, err
			}
		}
		a, o, err := d.draft(ctx, l, act, id, p)
		if err != nil || show == nil {
			return a, o, err
		}
		a.Version-- // both are one version
		shown, err := d.show(ctx, l, &a, *show)
		return a, o.and(shown), err
	})
}

// Canceled gives the version in which the publisher of a wire item canceled it before anything of it came here.
func (d *Desk) Canceled(ctx context.Context, uri string) (Source, bool, error) {
	s, err := d.store.CanceledSource(ctx, uri)
	if fault.Is(err, fault.NotFound) {
		return Source{}, false, nil
	}
	return s, err == nil, err
}

// KeepCanceled keeps that nothing of a wire item up to a version is to come, because its publisher canceled it.
func (d *Desk) KeepCanceled(ctx context.Context, s Source) error {
	return d.store.KeepCanceled(ctx, s, d.clock.Now())
}

// Replace changes an article by what came from outside and, when show says how, publishes it, in one transaction.
func (d *Desk) Replace(ctx context.Context, version int64, id string, p Patch, show *Arrival) (Article, error) {
	act := Act{Who: account.House(), Version: version}
	return d.store.AmendArticle(ctx, act.Once, id, version, func(l Lookup, a *Article) (Outcome, error) {
		o, err := d.save(ctx, l, a, act, p)
		if err != nil || show == nil {
			return o, err
		}
		a.Version-- // both are one version
		shown, err := d.show(ctx, l, a, *show)
		return o.and(shown), err
	})
}

// Meet notes that an article says what an item of the inbox says, which came to it by another way, such as an import. The article stays
// as it is.
func (d *Desk) Meet(ctx context.Context, act Act, id, item string) (Article, error) {
	return d.store.AmendArticle(ctx, act.Once, id, 0, func(_ Lookup, a *Article) (Outcome, error) {
		a.UpdatedBy = act.Who.ID // who used the item; without a new version nothing of the article is written
		return Outcome{Inbox: item}, nil
	})
}

// and joins the outcome of a save with that of the publication after it, whose due work counts.
func (o Outcome) and(shown Outcome) Outcome {
	shown.Facts = append(o.Facts, shown.Facts...)
	shown.Stale = append(o.Stale, shown.Stale...)
	shown.Undone = append(o.Undone, shown.Undone...)
	shown.Formerly, shown.Inbox = o.Formerly, o.Inbox
	return shown
}

// Judge says what Receive, or Replace for an article that is known, would say of p by itself. It looks nothing up and changes
// nothing.
func (d *Desk) Judge(a Article, p Patch) error {
	if a.ID == "" {
		a = blank()
	}
	return p.apply(&a, d.directory())
}
