package site

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/readership"
	"dateline/internal/web"
	"dateline/internal/web/cache"
)

// item renders a story or a standing page, what lies below it, its earlier addresses and its end.
func (s *Site) item(ctx context.Context, rd reading, p place) (cache.Page, error) {
	l, err := s.o.Archive.Locate(ctx, p.edition.Slug, p.section.ID, p.slug)
	if err != nil {
		return cache.Page{}, err
	}
	it := l.Item
	if (it.Kind == news.Page) != (p.kind == standing) && !it.Gone() {
		return cache.Page{}, absent()
	}
	if it.Gone() {
		return s.withdrawn(ctx, p, it)
	}
	if l.Moved || p.moved {
		return moved(rd, it, p.tail)
	}
	if it.Kind == news.Live && p.tail == "" {
		return s.coverage(ctx, p, it)
	}
	if p.post != "" || p.oldest {
		return moved(rd, it, p.tail)
	}
	resume, life := "", time.Duration(0)
	if p.tail == "" && it.Kind != news.Page {
		if resume, life = s.position(ctx, fact.Article(it.ID)); resume != "" { // what was read to find it may be older than its place
			if it, err = s.o.Archive.Item(ctx, it.ID); err != nil {
				return cache.Page{}, err
			}
			if it.Gone() {
				return s.withdrawn(ctx, p, it)
			}
		}
	}
	var out page.Page
	switch p.tail {
	case "history":
		v := page.History{Item: it}
		if v.Revisions, err = s.o.Archive.Revisions(ctx, it.ID); err == nil {
			out, err = s.o.Pages.History(v)
		}
	case "discussion":
		v := page.Discussion{Item: it}
		if v.Talk, life, err = s.talk(ctx, it, p.talk, onDiscussion); err == nil {
			out, err = s.o.Pages.Discussion(v)
		}
	default:
		out, err = s.story(ctx, it, resume)
	}
	if err != nil {
		return cache.Page{}, err
	}
	whole := s.whole(out)
	whole.Life = life
	if p.tail == "" && it.Kind != news.Page {
		whole.Views = s.views(it.ID)
	}
	return whole, nil
}

// views gives what counts the views of a story, nil when nobody counts.
func (s *Site) views(id string) *readership.Tally {
	if s.o.Views == nil {
		return nil
	}
	return s.o.Views.Of(id)
}

// story renders the page of a story or a standing page itself.
func (s *Site) story(ctx context.Context, it news.Item, resume string) (page.Page, error) {
	related, err := s.related(ctx, it)
	if err != nil {
		return page.Page{}, err
	}
	translations, err := s.o.Archive.Translations(ctx, it.ID)
	if err != nil {
		return page.Page{}, err
	}
	with := []news.Item{it}
	for _, r := range related {
		with = append(with, r)
	}
	sponsors, shows := s.sponsors(it.Edition)
	pictures, err := s.pictures(ctx, append(with, shows...)...)
	if err != nil {
		return page.Page{}, err
	}
	if it.Kind == news.Page {
		return s.o.Pages.Standing(page.Standing{Item: it, Pictures: pictures, Related: related, Translations: translations})
	}
	v := page.Article{Item: it, Pictures: pictures, Related: related, Translations: translations, Resume: resume, Sponsors: sponsors}
	if v.Talk, _, err = s.talk(ctx, it, talking{}, underStory); err != nil {
		return page.Page{}, err
	}
	if v.More, err = s.more(ctx, it); err != nil {
		return page.Page{}, err
	}
	return s.o.Pages.Article(v)
}

// more gives the newest stories of the same section but for one itself.
func (s *Site) more(ctx context.Context, it news.Item) ([]news.Item, error) {
	same, err := s.newestOf(ctx, it.Edition, it.Section)
	var out []news.Item
	for _, other := range same {
		if other.ID != it.ID {
			out = append(out, other)
		}
	}
	return out, err
}

// withdrawn answers for a story that was taken back: its note, and what its history may still say.
func (s *Site) withdrawn(ctx context.Context, p place, it news.Item) (cache.Page, error) {
	var out page.Page
	var err error
	if p.tail == "history" {
		v := page.History{Item: it}
		if v.Revisions, err = s.o.Archive.Revisions(ctx, it.ID); err == nil {
			out, err = s.o.Pages.History(v)
		}
	} else {
		out, err = s.o.Pages.Failure(page.Failure{Edition: it.Edition, Status: http.StatusGone, Item: it})
	}
	if err != nil {
		return cache.Page{}, err
	}
	return s.whole(out), nil
}

// moved redirects an earlier address to the one of now.
func moved(rd reading, it news.Item, tail string) (cache.Page, error) {
	to := news.Address(rd.Addresses, it.Content)
	if to == "" {
		return cache.Page{}, absent()
	}
	if e, ok := rd.Edition(it.Edition); ok && e.Host == "" { // under whatever name the site was asked
		to = strings.TrimPrefix(to, rd.Base)
	}
	if tail != "" {
		to += "/" + tail
	}
	if u, err := url.Parse(to); err == nil {
		to = u.String()
	}
	h := http.Header{"Location": {to}}
	web.Secure(h, web.DataPolicy)
	return cache.Page{Status: http.StatusMovedPermanently, Header: h,
		Tags: []fact.Tag{fact.TagArticle(it.ID), fact.TagEdition(it.Edition)}}, nil
}

// orNowhere makes a render that finds nothing one that remembers so.
func (s *Site) orNowhere(key cache.Key, e edition.Edition, render cache.Render) cache.Render {
	return func(ctx context.Context) (cache.Page, error) {
		p, err := render(ctx)
		if !notFound(err) {
			return p, err
		}
		return cache.Page{Life: missed, Tags: []fact.Tag{fact.TagPath(key.Host, key.Path), fact.TagEdition404(e.Slug), fact.TagEdition(e.Slug)},
			Like: s.nowhere(e)}, nil
	}
}
