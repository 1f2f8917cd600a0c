package news

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// checkStops refuses what only an editor may do with a story: end its legal check, bring its embargo forward, hand a
// colleague's story to somebody else.
func checkStops(who account.Actor, before, a *Article, now time.Time) error {
	if who.Has(before.Edition, editors...) {
		return nil
	}
	var g fault.Gather
	if before.Legal == "check" && a.Legal != "check" {
		g.At("body.legal", "fault.editors_only", "only an editor may end the legal check")
	}
	if before.EmbargoUntil.After(now) && a.EmbargoUntil.Before(before.EmbargoUntil) {
		g.At("body.embargo_until", "fault.editors_only", "only an editor may bring the embargo forward")
	}
	if a.Assignee != before.Assignee && before.CreatedBy != who.ID {
		g.At("body.assignee", "fault.editors_only", "only an editor may give a colleague's story to somebody else")
	}
	err := g.Err()
	var f *fault.Error
	if errors.As(err, &f) {
		f.Kind, f.Key = fault.Forbidden, "fault.forbidden"
	}
	return err
}

// checkAdded judges what a save adds that hangs on other things: pictures and stories that do not exist, an assignee who does
// not work here, an address that another story has. What was there before is not judged again: a save must not fail because
// somebody else deleted something.
func (d *Desk) checkAdded(ctx context.Context, l Lookup, who account.Actor, before, a *Article) error {
	var g fault.Gather
	if a.Picture != "" && a.Picture != before.Picture {
		if _, err := l.Picture(ctx, a.Picture); fault.Is(err, fault.NotFound) {
			g.At("body.picture", "fault.no_picture", "there is no picture %s", a.Picture)
		} else if err != nil {
			return err
		}
	}
	for i, id := range a.Related {
		if slices.Contains(before.Related, id) {
			continue
		}
		ok, err := exists(ctx, l, id)
		if err != nil {
			return err
		}
		if !ok || id == a.ID {
			g.At(fmt.Sprintf("body.related[%d]", i), "fault.no_article", "there is no other article %.40q", id)
		}
	}
	if a.TranslationOf != "" && a.TranslationOf != before.TranslationOf {
		ok, err := exists(ctx, l, a.TranslationOf)
		root := a.ID
		if ok && err == nil {
			root, err = l.Root(ctx, a.TranslationOf)
		}
		if err != nil {
			return err
		}
		if root == a.ID {
			g.At("body.translation_of", "fault.no_article", "there is no other article %.40q", a.TranslationOf)
		}
		a.TranslationOf = root // one family, however its members found each other
	}
	if a.Assignee != "" && a.Assignee != before.Assignee {
		p, err := l.Account(ctx, a.Assignee)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || !p.SuspendedAt.IsZero() || !MayRead(account.Actor{ID: p.ID, Grants: p.Grants}, a.Edition) {
			g.At("body.assignee", "fault.assignee", "nobody with this account works in the edition %s", a.Edition)
		}
	}
	moved := a.Edition != before.Edition || a.Section != before.Section || a.Slug != before.Slug || a.Kind != before.Kind
	if a.SlugSet && moved && !who.IsHouse() { // what is imported gets a number behind it
		if taken, err := slugTaken(ctx, l, a); err != nil {
			return err
		} else if taken {
			g.At("body.slug", "fault.taken", "another story has or had the address %s", a.Slug)
		}
	}
	return g.Err()
}

// exists reports whether there is an article of an id that somebody sent.
func exists(ctx context.Context, l Lookup, id string) (bool, error) {
	if _, err := moment.Number(id); err != nil {
		return false, nil
	}
	return l.Exists(ctx, id)
}

// slugTaken reports whether the address of a belongs or belonged to another story.
func slugTaken(ctx context.Context, l looker, a *Article) (bool, error) {
	if a.Section == "" && a.Kind != Page {
		return false, nil // it has no address yet
	}
	owner, err := l.SlugOwner(ctx, a.Edition, addressSection(a), a.Slug)
	return owner != "" && owner != a.ID, err
}

// addressSection is the section that an address has in it: none for a standing page.
func addressSection(a *Article) string {
	if a.Kind == Page {
		return ""
	}
	return a.Section
}
