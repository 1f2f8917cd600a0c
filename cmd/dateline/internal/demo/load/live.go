package load

import (
	"context"
	"fmt"
	"time"

	"dateline/cmd/dateline/internal/demo"
	"dateline/internal/app"
	"dateline/internal/coverage"
	"dateline/internal/news"
)

// live makes the live coverage with its posts, as they went out one after the other.
func (l *loader) live(ctx context.Context) error {
	c := &l.n.Live
	kind := string(news.Live)
	related := []string{}
	for _, key := range c.Related {
		if id := l.stories[key]; id != "" {
			related = append(related, id)
		}
	}
	p := news.Patch{Edition: &c.Edition, Section: &c.Section, Genre: &c.Genre, Kind: &kind, Headline: &c.Headline, ShortHeadline: &c.ShortHeadline, Lead: &c.Lead,
		Dateline: &news.Dateline{Place: c.Place, Source: c.Source}, Byline: byline(c.Byline), Tags: &c.Tags, Urgency: &c.Urgency, Slug: &c.Key, Related: &related}
	if id := l.pictures[c.Picture+"/"+l.language(c.Edition)]; id != "" {
		p.Picture = &id
	}
	a, err := l.h.Desk.Create(ctx, news.Act{Who: house}, p)
	if err == nil {
		_, err = l.h.Desk.PublishAs(ctx, a.ID, news.Publication{}, l.start.Add(-c.Ago))
	}
	if err != nil {
		return fmt.Errorf("demo: live coverage: %w", err)
	}
	l.stories[c.Key] = a.ID
	for _, post := range c.Posts {
		if err := l.post(ctx, a.ID, post); err != nil {
			return fmt.Errorf("demo: post %s: %w", post.ID, err)
		}
	}
	return nil
}

func (l *loader) language(slug string) string {
	for _, e := range l.n.Editions {
		if e.Slug == slug {
			return e.Language
		}
	}
	return ""
}

// post puts one post at its time, and its correction at the time of that.
func (l *loader) post(ctx context.Context, live string, p demo.Post) error {
	r := l.refs(l.language(l.n.Live.Edition))
	patch, err := patchOf(p, r)
	if err != nil {
		return err
	}
	right := patch.Body
	if p.Before != nil {
		before, err := document(p.Before, r)
		if err != nil {
			return err
		}
		patch.Body = &before
	}
	made, err := l.h.Posts.Arrive(ctx, live, coverage.Past{Patch: patch, At: l.start.Add(-p.Ago), Byline: l.author(p.Author)})
	if err == nil && p.Correction != "" {
		_, err = l.h.Posts.CorrectAs(ctx, made.ID, p.Correction, l.start.Add(-p.Corrected), coverage.Patch{Body: right})
	}
	return err
}

func (l *loader) author(key string) string { return authorOf(l.n, key) }

func authorOf(n *demo.Newsroom, key string) string {
	for _, a := range n.Authors {
		if a.Key == key {
			return a.Name
		}
	}
	return ""
}

// patchOf is a post as a change of the domain; its picture stands behind its words.
func patchOf(p demo.Post, r refs) (coverage.Patch, error) {
	text := p.Body
	if p.Picture != "" {
		text = append(append(demo.Body{}, text...), demo.Block{Kind: demo.Figure, Ref: p.Picture})
	}
	doc, err := document(text, r)
	if err != nil {
		return coverage.Patch{}, err
	}
	f := coverage.Patch{Headline: &p.Headline, Body: &doc, KeyEvent: &p.KeyEvent, Pinned: &p.Pinned, Newsfeed: &p.KeyEvent}
	if p.Reader != "" {
		by := &coverage.Contributor{Name: p.Reader, Consent: true}
		f.Contributor = &by
	}
	return f, nil
}

// moveLive adds the next of the posts that come while the demo runs; false says that there are no more.
func moveLive(ctx context.Context, h *app.House, n *demo.Newsroom, turn int) (bool, error) {
	if turn >= len(n.Live.Later) {
		return false, nil
	}
	e, ok := h.Directory().Edition(n.Live.Edition)
	if !ok {
		return false, nil
	}
	s, _, _ := h.Directory().Section(e.Slug, n.Live.Section)
	at, err := h.Archive.Locate(ctx, e.Slug, s.ID, n.Live.Key)
	if err != nil {
		return false, fmt.Errorf("demo: live coverage: %w", err)
	}
	p := n.Live.Later[turn]
	none := func(string) string { return "" }
	patch, err := patchOf(p, refs{none, none, none})
	if err == nil {
		_, err = h.Posts.Arrive(ctx, at.Item.ID, coverage.Past{Patch: patch, At: h.Config.Clock.Now().Truncate(time.Second), Byline: authorOf(n, p.Author)})
	}
	if err != nil {
		return true, fmt.Errorf("demo: post %s: %w", p.ID, err)
	}
	return true, nil
}
