package news

import (
	"context"
	"strings"
	"time"

	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/history"
)

// Withdraw takes an article out of every output; its address answers 410 with the note.
func (d *Desk) Withdraw(ctx context.Context, act Act, id, note string) (Article, error) {
	note = strings.TrimSpace(note)
	done, err := d.store.AmendArticle(ctx, act.Once, id, act.Version, func(l Lookup, a *Article) (Outcome, error) {
		if err := mayPublish(act.Who, a); err != nil {
			return Outcome{}, err
		}
		if a.State == Withdrawn {
			return Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this article was withdrawn already")
		}
		if a.Revision == 0 {
			return Outcome{}, fault.New(fault.Conflict, "fault.never_published", "it was never published; delete it instead")
		}
		if note == "" {
			return Outcome{}, fault.At("body.note", "fault.withdrawal_note", "a withdrawal needs a note that says why")
		}
		if err := checkNote(note); err != nil {
			return Outcome{}, err
		}
		old, err := l.Item(ctx, a.ID)
		if err != nil {
			return Outcome{}, err
		}
		now := d.clock.Now()
		d.touch(a, act.Who)
		a.State, a.ScheduledAt, a.Schedule = Withdrawn, time.Time{}, nil
		a.WithdrawnAt, a.WithdrawnNote = now, note
		if a.Live != nil {
			a.Live.Digest = "" // it would prove what the text was, to whom it is shown no more
		}
		a.Revision++
		a.RevisedAt = now
		r := &Revision{Article: a.ID, Number: a.Revision, Change: Change(Withdrawn), Note: note, At: now, By: act.Who.ID, Salt: history.Salt()}
		o := Outcome{Revision: r}
		if o.Leaf, err = leaf(r); err != nil {
			return Outcome{}, err
		}
		gone := Item{ID: a.ID, Revision: a.Revision, PublishedAt: old.PublishedAt, UpdatedAt: now, FeedAt: old.FeedAt, WithdrawnAt: now, Note: note}
		gone.Edition, gone.Section, gone.Kind, gone.Slug, gone.Language = old.Edition, old.Section, old.Kind, old.Slug, old.Language
		o.Item = &gone
		told := *a
		told.Edition, told.Kind = old.Edition, old.Kind
		o.Facts = d.publicFacts(&told, fact.Fact{Kind: fact.Withdrawn, ID: a.ID, Revision: a.Revision, At: now}, act.Who)
		o.Stale, o.Forget = stale(old), true
		if told.Kind == Live { // its posts go with it
			o.Facts = append(o.Facts, fact.Fact{Topic: fact.Live(a.ID), Kind: fact.Withdrawn, ID: a.ID, At: now})
			o.Stale = append(o.Stale, fact.TagLive(a.ID))
			gone, err := flashes(ctx, l, old, fact.Withdrawn)
			if err != nil {
				return Outcome{}, err
			}
			o.Facts = append(o.Facts, gone...)
		}
		o.Undone = append(o.Undone, fact.Work{Kind: WorkPublish, Subject: id}, fact.Work{Kind: WorkAges, Subject: id})
		return o, nil
	})
	return done, unseen(err, act.Who, mayPublish)
}

// Redact erases the text of an earlier revision from history; its proof stays valid.
func (d *Desk) Redact(ctx context.Context, act Act, id string, number int, note string) (Article, error) {
	note = strings.TrimSpace(note)
	done, err := d.store.AmendArticle(ctx, act.Once, id, act.Version, func(l Lookup, a *Article) (Outcome, error) {
		if err := mayPublish(act.Who, a); err != nil {
			return Outcome{}, err
		}
		if note == "" {
			return Outcome{}, fault.At("body.note", "fault.redaction_note", "a redaction needs a note that says why")
		}
		if err := checkNote(note); err != nil {
			return Outcome{}, err
		}
		r, err := l.Revision(ctx, id, number)
		if err != nil {
			return Outcome{}, err
		}
		if number == a.Revision && a.State != Withdrawn {
			return Outcome{}, fault.New(fault.Conflict, "fault.redact_live", "this revision is what readers see; publish a newer one or withdraw it first")
		}
		if !r.RedactedAt.IsZero() {
			return Outcome{}, fault.New(fault.Conflict, "fault.redacted", "this revision was redacted already")
		}
		d.touch(a, act.Who)
		if a.State == Withdrawn {
			a.Headline, a.ShortHeadline, a.Lead, a.Body = "", "", "", body.Document{}
			if number == a.Revision { // of the withdrawal itself the note is all there is
				a.WithdrawnNote = note
			}
		}
		o := d.deskFact(a, fact.Redacted, act.Who)
		o.Redact, o.Because = number, note
		o.Facts = append(o.Facts, fact.Fact{Topic: fact.Article(a.ID), Kind: fact.Redacted, ID: a.ID, Revision: number})
		o.Stale, o.Forget = append(o.Stale, fact.TagArticle(a.ID)), true
		item, err := l.Item(ctx, id)
		if err != nil {
			return Outcome{}, err
		}
		if item.unquote(number, note) {
			o.Item = &item
			o.Stale = append(o.Stale, stale(item)...)
		}
		return o, nil
	})
	return done, unseen(err, act.Who, mayPublish)
}

// unquote takes the words of a revision out of the marks of its own correction and of the next, which quotes it, and reports
// whether there were any. What the own mark said, or the note of a withdrawal, goes with them: the reason of the redaction stands there.
func (i *Item) unquote(revision int, because string) bool {
	found := i.Gone() && i.Revision == revision && i.Note != because
	if found {
		i.Note = because
	}
	for n, m := range i.Corrections {
		own := m.Revision == revision
		if own && m.Note != because {
			i.Corrections[n].Note, found = because, true
		}
		if (own || m.Revision == revision+1) && m.Before+m.After != "" {
			i.Corrections[n].Before, i.Corrections[n].After, found = "", "", true
		}
	}
	return found
}
