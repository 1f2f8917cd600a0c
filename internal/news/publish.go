package news

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/history"
)

// Publish publishes the working copy, or schedules it when p.At or the embargo lies ahead.
func (d *Desk) Publish(ctx context.Context, act Act, id string, p Publication) (Article, error) {
	done, err := d.store.AmendArticle(ctx, act.Once, id, act.Version, func(l Lookup, a *Article) (Outcome, error) {
		if err := mayPublish(act.Who, a); err != nil {
			return Outcome{}, err
		}
		return d.publish(ctx, l, a, act.Who, p, false)
	})
	return done, unseen(err, act.Who, mayPublish)
}

func (d *Desk) publish(ctx context.Context, l Lookup, a *Article, who account.Actor, p Publication, unchecked bool) (Outcome, error) {
	now := d.clock.Now()
	if unchecked {
		p.Note = shown(p.Note)
	}
	if err := p.check(a); err != nil {
		return Outcome{}, err
	}
	if !unchecked && !likely(p.At) {
		return Outcome{}, fault.At("body.at", "fault.year", "the year lies between 1800 and 2200")
	}
	due := p.At
	if a.EmbargoUntil.After(now) {
		if !due.IsZero() && due.Before(a.EmbargoUntil) {
			return Outcome{}, fault.At("body.at", "fault.embargo", "the embargo ends later, at %s", a.EmbargoUntil.Format(time.RFC3339))
		}
		if due.IsZero() {
			due = a.EmbargoUntil
		}
	}
	if !unchecked {
		if err := d.refuse(ctx, l, a, p, later(due, now)); err != nil {
			return Outcome{}, err
		}
	}
	if due.After(now) {
		p.At, p.By = due, who.ID
		a.State, a.ScheduledAt, a.Schedule = Scheduled, due, &p
		d.touch(a, who)
		o := d.deskFact(a, fact.Scheduled, who)
		o.Work = append(o.Work, fact.Work{Kind: WorkPublish, Subject: a.ID, Due: due})
		return o, nil
	}
	at := now
	if unchecked && !p.At.IsZero() {
		at = p.At
	}
	return d.release(ctx, l, a, who, p, at)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// check fills in and judges what kind of publication this is.
func (p *Publication) check(a *Article) error {
	if a.State == Withdrawn {
		return fault.New(fault.Conflict, "fault.withdrawn", "this article was withdrawn and cannot be published again")
	}
	if p.Change == "" {
		p.Change = Update
		if a.Revision == 0 {
			p.Change = First
		}
	}
	p.Note = strings.TrimSpace(p.Note)
	switch p.Change {
	case First:
		if a.Revision > 0 {
			return fault.At("body.change", "fault.change_first", "it is published already; say minor, update or correction")
		}
	case Minor, Update, Correction:
		if a.Revision == 0 {
			return fault.At("body.change", "fault.change_not_first", "it was never published; say first")
		}
		if p.Change == Correction && p.Note == "" {
			return fault.At("body.note", "fault.correction_note", "a correction needs a note that says what was wrong")
		}
	default:
		return fault.At("body.change", "fault.change", "a publication is first, minor, update or correction")
	}
	return checkNote(p.Note)
}

// noteLength is how many characters a note has at most that readers may see.
const noteLength = 2000

// checkNote judges the words that go with a publication, a withdrawal or a redaction.
func checkNote(note string) error {
	switch {
	case !cleanLines(note):
		return fault.At("body.note", "fault.text", "there are characters in it that cannot be shown there")
	case utf8.RuneCountInString(note) > noteLength:
		return fault.At("body.note", "fault.too_long", "a note has at most 2,000 characters")
	}
	return nil
}

// release makes the working copy what readers see.
func (d *Desk) release(ctx context.Context, l Lookup, a *Article, who account.Actor, p Publication, at time.Time) (Outcome, error) {
	if a.Slug == "" || !a.SlugSet {
		a.Slug = Slug(a.Language, a.Headline)
	}
	a.Section = addressSection(a)
	slug, err := freeSlug(ctx, l, a)
	if err != nil {
		return Outcome{}, err
	}
	a.Slug = slug
	topics, err := file(ctx, l, a)
	if err != nil {
		return Outcome{}, err
	}
	var old Item
	if a.Revision > 0 {
		if old, err = l.Item(ctx, a.ID); err != nil {
			return Outcome{}, err
		}
	}
	d.touch(a, who)
	a.State, a.ScheduledAt, a.Schedule = Published, time.Time{}, nil
	a.Revision++
	a.LiveVersion, a.RevisedAt = a.Version, at
	if a.PublishedAt.IsZero() {
		a.PublishedAt = at
	}
	content := a.Content
	a.Live = &LiveCopy{Edition: a.Edition, Section: a.Section, Kind: a.Kind, Slug: a.Slug, Digest: digest(content)}
	a.Edited = false
	feed := at
	if p.Fresh {
		feed = d.clock.Now()
	}
	r := &Revision{Article: a.ID, Number: a.Revision, Change: p.Change, Note: p.Note, At: at, By: who.ID, Content: &content, Salt: history.Salt()}
	o := Outcome{Revision: r}
	if o.Leaf, err = leaf(r); err != nil {
		return Outcome{}, err
	}
	o.Item = d.item(a, old, p, at, feed)
	o.Item.TagSlugs = topics
	kind := map[Change]fact.Kind{First: fact.Published, Minor: fact.Amended, Update: fact.Updated, Correction: fact.Corrected}[p.Change]
	told := fact.Fact{Kind: kind, ID: a.ID, Revision: a.Revision, At: at}
	if p.At.IsZero() || p.Change != First || p.Fresh {
		told.At = d.clock.Now()
	}
	o.Facts = d.publicFacts(a, told, who)
	if old.ID != "" && old.Kind != Page && (old.Edition != a.Edition || a.Kind == Page) {
		left := told // the list it stood in hears that it left; its own page goes on
		left.Topic, left.Kind = fact.Newsfeed(old.Edition), fact.Moved
		o.Facts = append(o.Facts, left)
		gone, err := flashes(ctx, l, old, fact.Moved)
		if err != nil {
			return Outcome{}, err
		}
		o.Facts = append(o.Facts, gone...)
	}
	o.Stale = append(stale(*o.Item), stale(old)...)
	o.Undone = append(o.Undone, fact.Work{Kind: WorkPublish, Subject: a.ID})
	if a.Revision == 1 && a.Kind != Page && a.PublishedAt.Add(newsAge).After(d.clock.Now()) {
		o.Work = append(o.Work, fact.Work{Kind: WorkAges, Subject: a.ID, Due: a.PublishedAt.Add(newsAge)})
	}
	return o, nil
}

// flashes says of the posts of a live coverage that stood in the newsfeed of its edition that they left with it.
func flashes(ctx context.Context, l Lookup, old Item, kind fact.Kind) ([]fact.Fact, error) {
	if old.Kind != Live {
		return nil, nil
	}
	ids, err := l.Flashes(ctx, old.ID)
	out := make([]fact.Fact, len(ids))
	for i, id := range ids {
		out[i] = fact.Fact{Topic: fact.Newsfeed(old.Edition), Kind: kind, ID: id, Part: old.ID}
	}
	return out, err
}

func (d *Desk) publicFacts(a *Article, f fact.Fact, who account.Actor) []fact.Fact {
	one := func(t fact.Topic) fact.Fact { f.Topic = t; return f }
	out := []fact.Fact{one(fact.Article(a.ID))}
	if a.Kind != Page {
		out = append(out, one(fact.Newsfeed(a.Edition)))
	}
	f.Version, f.By = a.Version, who.ID
	return append(out, one(fact.Desk(a.Edition)))
}

// item is the public side of a's working copy. feed is its place in the newsfeed when it moves there.
func (d *Desk) item(a *Article, old Item, p Publication, at, feed time.Time) *Item {
	i := &Item{ID: a.ID, Content: a.Content, Revision: a.Revision, PublishedAt: a.PublishedAt, UpdatedAt: at, FeedAt: a.PublishedAt, Words: a.Body.Words()}
	if p.Fresh {
		i.FeedAt = feed
	}
	if a.Revision > 1 {
		i.Corrections, i.UpdatedAt, i.FeedAt = old.Corrections, old.UpdatedAt, old.FeedAt
	}
	switch p.Change {
	case Update:
		i.UpdatedAt, i.FeedAt = at, feed
	case Correction:
		i.UpdatedAt = at
		m := Mark{Revision: a.Revision, At: at, Note: p.Note}
		m.Before, m.After = difference(old.Content, a.Content)
		i.Corrections = append([]Mark{m}, i.Corrections...)
	}
	return i
}

// difference gives the words that a correction took away and those it put there, when they are at most three short runs; else
// nothing, and the history page shows all. The same run in headline, lead and body counts once.
func difference(old, now Content) (before, after string) {
	const few, short = 3, 80
	var gone, come []string
	for _, t := range [][2]string{{old.Headline, now.Headline}, {old.Lead, now.Lead}, {old.Body.Text(), now.Body.Text()}} {
		runs := body.CompareText(t[0], t[1])
		for i := 0; i < len(runs); i++ {
			if runs[i].Op == body.Same {
				continue
			}
			if runs[i].Op != body.Deleted || i+1 == len(runs) || runs[i+1].Op != body.Inserted {
				return "", "" // words that only came or only went do not read as before and after
			}
			b, a := bare(runs[i].Text), bare(runs[i+1].Text)
			i++
			if known := slices.Index(gone, b); known >= 0 && come[known] == a {
				continue
			}
			if gone, come = append(gone, b), append(come, a); len(gone) > few || b == "" || a == "" || len(b) > short || len(a) > short {
				return "", ""
			}
		}
	}
	return strings.Join(gone, " · "), strings.Join(come, " · ")
}

// bare is a run of words without the signs around it.
func bare(words string) string {
	return strings.Trim(strings.Join(strings.Fields(words), " "), ".,;:!?…\"«»“”()،؛؟")
}

// stale lists the pages that show an item: its own, the lists it stands in, and what names it.
func stale(i Item) []fact.Tag {
	if i.ID == "" {
		return nil
	}
	tags := []fact.Tag{fact.TagArticle(i.ID), fact.TagEdition404(i.Edition), fact.TagSitemap()}
	if i.TranslationOf != "" {
		tags = append(tags, fact.TagArticle(i.TranslationOf)) // its pages, and those of its other translations, name this one
	}
	if i.Kind == Page {
		return append(tags, fact.TagEdition(i.Edition)) // the footer of every page names standing pages
	}
	tags = append(tags, fact.TagFront(i.Edition), fact.TagNewsfeed(i.Edition), fact.TagSection(i.Section), fact.TagSearch(i.Edition))
	for _, t := range i.Topics() {
		tags = append(tags, fact.TagTopic(i.Edition, t.Slug))
	}
	for _, b := range i.Byline {
		tags = append(tags, fact.TagAuthor(b.Author))
	}
	if len(i.Corrections) > 0 {
		tags = append(tags, fact.TagCorrections(i.Edition))
	}
	return tags
}

// leaf gives the log entry of a revision.
func leaf(r *Revision) ([]byte, error) {
	var content []byte
	if r.Content != nil {
		var err error
		if content, err = json.Marshal(r.Content); err != nil {
			return nil, fmt.Errorf("news: canonical content of %s: %w", r.Article, err)
		}
	}
	l := history.Leaf{ID: r.Article, Revision: r.Number, Kind: string(r.Change), At: r.At, Digest: history.Digest(r.Salt, content)}
	return l.Bytes(), nil
}

// digest tells contents apart: SHA-256 of their canonical form in hex, "" when there is none.
func digest(c Content) string {
	doc, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:])
}

// freeSlug gives a's slug, with a number behind it when the address belongs to another article.
func freeSlug(ctx context.Context, l Lookup, a *Article) (string, error) {
	for n := 1; n < 1000; n++ {
		slug := a.Slug
		if n > 1 {
			slug += "-" + strconv.Itoa(n)
		}
		owner, err := l.SlugOwner(ctx, a.Edition, a.Section, slug)
		if err != nil {
			return "", err
		}
		if owner == "" || owner == a.ID {
			return slug, nil
		}
	}
	return a.Slug + "-" + a.ID, nil
}

// publishDue publishes a scheduled article whose time has come; anything else is left alone, so that it may be asked twice.
func (d *Desk) publishDue(ctx context.Context, id string) error {
	_, err := d.store.AmendArticle(ctx, fact.Once{}, id, 0, func(l Lookup, a *Article) (Outcome, error) {
		now := d.clock.Now()
		if a.State != Scheduled || a.Schedule == nil {
			return Outcome{Outcome: fact.Outcome{Undone: []fact.Work{{Kind: WorkPublish, Subject: id}}}}, nil
		}
		if a.ScheduledAt.After(now) || a.EmbargoUntil.After(now) {
			due := later(a.ScheduledAt, a.EmbargoUntil)
			return Outcome{Outcome: fact.Outcome{Work: []fact.Work{{Kind: WorkPublish, Subject: id, Due: due}}}}, nil
		}
		p := *a.Schedule
		who := account.Actor{ID: p.By}
		imported := p.By == "" && !a.Handled() // nobody at the desk had it in hand, so the desk's checks do not apply
		if err := d.stops(ctx, l, a, now); err != nil && !imported {
			// It was complete when it was scheduled and is not any more: back to the desk, which is told.
			a.State, a.ScheduledAt, a.Schedule = Ready, time.Time{}, nil
			if a.Revision > 0 {
				a.State = Published
			}
			d.touch(a, who)
			o := d.deskFact(a, fact.Held, who)
			o.Undone = append(o.Undone, fact.Work{Kind: WorkPublish, Subject: id})
			return o, nil
		}
		p.At = time.Time{}
		return d.release(ctx, l, a, who, p, now)
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
