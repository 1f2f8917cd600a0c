package site

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/web"
	"dateline/internal/web/cache"
	"dateline/internal/web/site/cursor"
)

// How many items stand on a page.
const (
	onFront     = 40
	inSection   = 10 // of each section, on the front
	onList      = 30
	onNewsfeed  = 50
	inNewsfeed  = 20 // in the shared column
	onSearch    = 20
	more        = 8 // of the same section, under a story
	allStanding = 50
)

// missed is how long an address that leads nowhere is remembered, should nobody say that it leads somewhere now.
const missed = time.Minute

// render makes the page of a place.
func (s *Site) render(ctx context.Context, rd reading, p place, from string) (cache.Page, error) {
	if feeds[p.tail] {
		return s.feed(ctx, rd, p, from)
	}
	var out page.Page
	var life time.Duration
	var err error
	plain := page.Plain{Edition: p.edition.Slug}
	switch p.kind {
	case front:
		life = s.countsFor()
		out, err = s.front(ctx, rd, p.edition.Slug, nil)
	case section:
		life = s.countsFor()
		out, err = s.section(ctx, p.edition.Slug, p.section.ID, from, nil)
	case article, standing:
		return s.item(ctx, rd, p)
	case topic, author:
		var e news.Entry
		if e, err = s.o.Archive.Entry(ctx, p.entry()); err == nil && e.Slug != p.slug {
			return renamed(rd, p, e), nil
		} else if err == nil {
			out, err = s.entry(ctx, p, e, from)
		}
	case newsfeed:
		out, life, err = s.newsfeed(ctx, p, from)
	case corrections:
		out, err = s.corrections(ctx, p, from)
	case search:
		out, err = s.o.Pages.Search(page.SearchPage{Edition: p.edition.Slug})
	case subscribe:
		out, err = s.o.Pages.Subscribe(plain)
	case chats:
		out, life, err = s.chats(ctx, p.edition.Slug, from)
	case chat:
		out, life, err = s.chat(ctx, p)
	default:
		return cache.Page{}, absent()
	}
	if err != nil {
		return cache.Page{}, err
	}
	whole := s.whole(out)
	whole.Life = life
	return whole, nil
}

// absent says that there is nothing at an address.
func absent() error { return fault.New(fault.NotFound, "fault.not_found", "there is no such page") }

// placeless is how long a page is kept whose place in the live stream could not be told: its scripts would miss what came
// between its making and their first look.
const placeless = time.Second

// position reads the place of topics in the live stream; it is to be asked before what the page shows is read. Without a
// stream the page names no place, and its scripts begin with what comes. Life is how long such a page may be kept, 0 for as long as any.
func (s *Site) position(ctx context.Context, topics ...fact.Topic) (at string, life time.Duration) {
	if s.o.Stream == nil {
		return "", 0
	}
	at, err := s.o.Stream.Position(ctx, topics...)
	if err != nil {
		return "", placeless // the stream says itself that it is down
	}
	return at, 0
}

// front makes the front of an edition; draft stands in place of what editors decided, nil takes that.
func (s *Site) front(ctx context.Context, rd reading, slug string, draft *edition.Front) (page.Page, error) {
	v := page.Front{Edition: slug, Sections: map[string][]news.Item{}}
	var err error
	if v.Latest, err = s.o.Archive.List(ctx, news.Query{Edition: slug, Limit: onFront}); err != nil {
		return page.Page{}, err
	}
	if v.Pinned, err = s.pinned(ctx, slug, "", draft); err != nil {
		return page.Page{}, err
	}
	all := shown(v.Latest, v.Pinned)
	for _, sec := range rd.SectionsOf(slug) {
		items, err := s.o.Archive.List(ctx, news.Query{Edition: slug, Section: sec.ID, Limit: inSection})
		if err != nil {
			return page.Page{}, err
		}
		if len(items) > 0 {
			v.Sections[sec.ID] = items
			all = append(all, items...)
		}
	}
	var shows []news.Item
	v.Sponsors, shows = s.sponsors(slug)
	if v.Pictures, err = s.pictures(ctx, append(all, shows...)...); err != nil {
		return page.Page{}, err
	}
	if v.Comments, err = s.counts(ctx, all); err != nil {
		return page.Page{}, err
	}
	return s.o.Pages.Front(v)
}

// list reads one page of a list and what follows it.
func (s *Site) list(ctx context.Context, q news.Query, from string, limit int) (items []news.Item, next string, err error) {
	q.After, _ = cursor.Parse(from) // it was read before
	q.Limit = limit + 1
	if items, err = s.o.Archive.List(ctx, q); err != nil {
		return nil, "", err
	}
	if len(items) == 0 && from != "" {
		return nil, "", absent() // a page behind the end has no address
	}
	items, next = cursor.Cut(items, limit)
	return items, next, nil
}

func (s *Site) section(ctx context.Context, slug, id, from string, draft *edition.Front) (page.Page, error) {
	v := page.SectionFront{Edition: slug, Section: id, From: from}
	var err error
	if v.Items, v.Next, err = s.list(ctx, news.Query{Edition: slug, Section: id}, from, onList); err != nil {
		return page.Page{}, err
	}
	if from == "" {
		if v.Pinned, err = s.pinned(ctx, slug, id, draft); err != nil {
			return page.Page{}, err
		}
	}
	all := shown(v.Items, v.Pinned)
	if v.Pictures, err = s.pictures(ctx, all...); err != nil {
		return page.Page{}, err
	}
	if v.Comments, err = s.counts(ctx, all); err != nil {
		return page.Page{}, err
	}
	return s.o.Pages.SectionFront(v)
}

// pinned reads what editors put on a front, or what a draft of it says.
func (s *Site) pinned(ctx context.Context, of, section string, draft *edition.Front) (news.Pinned, error) {
	if draft == nil {
		f, err := s.o.Archive.Front(ctx, of, section)
		if err != nil {
			return news.Pinned{}, err
		}
		draft = &f
	}
	return s.o.Archive.Pinned(ctx, *draft, s.o.Clock.Now())
}

// Preview makes the page of a front as readers would have it with these pins, whole and kept nowhere, and gives the hash of its style.
func (s *Site) Preview(ctx context.Context, f edition.Front) (html []byte, style string, err error) {
	var made page.Page
	if f.Section == "" {
		made, err = s.front(ctx, s.reading(), f.Edition, &f)
	} else {
		made, err = s.section(ctx, f.Edition, f.Section, "", &f)
	}
	if err != nil {
		return nil, "", err
	}
	html, err = s.stitch(ctx, made)
	return html, s.o.Pages.StyleHash(), err
}

// PreviewStory makes the page of a story, a live coverage with the posts that are out, or a standing page as readers would have it, whole and
// kept nowhere, and gives the hash of its style.
func (s *Site) PreviewStory(ctx context.Context, it news.Item) (html []byte, style string, err error) {
	var made page.Page
	if it.Kind == news.Live {
		made, err = s.live(ctx, page.Live{Article: page.Article{Item: it}, Now: s.o.Clock.Now()})
	} else {
		made, err = s.story(ctx, it, "")
	}
	if err != nil {
		return nil, "", err
	}
	html, err = s.stitch(ctx, made)
	return html, s.o.Pages.StyleHash(), err
}

// SharedStory gives what others would show of a story.
func (s *Site) SharedStory(ctx context.Context, it news.Item) (page.Shared, error) {
	pictures, err := s.pictures(ctx, it)
	if err != nil {
		return page.Shared{}, err
	}
	return s.o.Pages.Shared(it, pictures)
}

// stitch gives the bytes of a page with the shared parts of its edition, made anew.
func (s *Site) stitch(ctx context.Context, made page.Page) ([]byte, error) {
	return made.Stitch(func(name page.PartName) ([]byte, error) {
		part, err := s.part(ctx, string(name)+":"+made.Edition)
		if err != nil {
			return nil, err
		}
		var out []byte
		for _, c := range part.Chunks {
			out = append(out, c.Bytes...)
		}
		return out, nil
	})
}

// shown are items and what is pinned over them, also with the pictures that they have there.
func shown(items []news.Item, p news.Pinned) []news.Item {
	all := slices.Clone(items)
	for _, pin := range p.Pins {
		if it, ok := p.Items[pin.Article]; ok {
			all = append(all, it, news.Item{Content: news.Content{Picture: pin.Picture}})
		}
	}
	return all
}

// entry names the author or the topic that a place is of.
func (p place) entry() news.EntryKey {
	if p.kind == author {
		return news.AuthorKey(p.slug)
	}
	return news.TopicKey(p.edition.Slug, p.slug)
}

func (s *Site) entry(ctx context.Context, p place, e news.Entry, from string) (page.Page, error) {
	v := page.EntryPage{Edition: p.edition.Slug, Entry: e, From: from}
	q := news.Query{Edition: p.edition.Slug, Author: e.Slug}
	if p.kind == topic {
		q = news.Query{Edition: p.edition.Slug, Tag: e.Slug}
	}
	var err error
	if v.Items, v.Next, err = s.list(ctx, q, from, onList); err != nil {
		return page.Page{}, err
	}
	if p.kind == author && len(v.Items) == 0 {
		return page.Page{}, absent() // an author of other editions; the first story here makes the page
	}
	if v.Pictures, err = s.pictures(ctx, append(slices.Clone(v.Items), news.Item{Content: news.Content{Picture: e.Picture}})...); err != nil {
		return page.Page{}, err
	}
	return s.o.Pages.Entry(v)
}

// renamed redirects from the slug that an author or a topic had to the one of now.
func renamed(rd reading, p place, e news.Entry) cache.Page {
	tags := []fact.Tag{fact.TagEdition(p.edition.Slug), fact.TagAuthor(p.slug), fact.TagAuthor(e.Slug)}
	if p.kind == topic {
		tags = []fact.Tag{fact.TagEdition(p.edition.Slug), fact.TagTopic(p.edition.Slug, p.slug), fact.TagTopic(p.edition.Slug, e.Slug)}
	}
	h := http.Header{"Location": {rd.Path(p.edition.Slug) + e.Path()}}
	web.Secure(h, web.DataPolicy)
	return cache.Page{Status: http.StatusMovedPermanently, Header: h, Tags: tags}
}

func (s *Site) newsfeed(ctx context.Context, p place, from string) (out page.Page, life time.Duration, err error) {
	v := page.NewsfeedPage{Edition: p.edition.Slug, Section: p.section.ID, From: from}
	if from == "" {
		v.Resume, life = s.position(ctx, fact.Newsfeed(p.edition.Slug))
	}
	if v.Items, v.Posts, v.Alerts, v.Next, err = s.stretch(ctx, p.edition.Slug, p.section.ID, from, onNewsfeed); err != nil {
		return page.Page{}, 0, err
	}
	if len(v.Items)+len(v.Alerts) == 0 && from != "" {
		return page.Page{}, 0, absent() // a page behind the end has no address
	}
	out, err = s.o.Pages.Newsfeed(v)
	return out, life, err
}

// stretch reads as much of a newsfeed as a page has, stories and alerts, and what follows it. Alerts are to the whole edition and in no section's.
func (s *Site) stretch(ctx context.Context, slug, section, from string, limit int) (items []news.Item, posts map[string]bool, alerts []edition.Alert, next string, err error) {
	after, _ := cursor.Parse(from) // it was read before
	if items, posts, err = s.feedItems(ctx, news.Query{Edition: slug, Section: section, After: after, Limit: limit + 1}); err != nil {
		return nil, nil, nil, "", err
	}
	if section == "" {
		if alerts, err = s.o.Archive.AlertLines(ctx, slug, after, limit+1); err != nil {
			return nil, nil, nil, "", err
		}
	}
	items, alerts, next = cursor.Thread(items, alerts, limit)
	return items, posts, alerts, next, nil
}

func (s *Site) corrections(ctx context.Context, p place, from string) (page.Page, error) {
	after, _ := cursor.Parse(from)
	items, err := s.o.Archive.Corrections(ctx, p.edition.Slug, after, onList+1)
	if err != nil {
		return page.Page{}, err
	}
	v := page.Corrections{Edition: p.edition.Slug, Items: items, From: from}
	if len(items) > onList {
		last := items[onList-1]
		v.Items, v.Next = items[:onList], cursor.Of(last.Mark.At, last.Item.ID)
	}
	if len(items) == 0 && from != "" {
		return page.Page{}, absent()
	}
	return s.o.Pages.Corrections(v)
}

// banners gives the alerts that stand on the pages of an edition now: one whose time is over is gone before its end was written down.
func (s *Site) banners(ctx context.Context, slug string) ([]edition.Alert, error) {
	all, err := s.o.Archive.Banners(ctx, slug)
	now := s.o.Clock.Now()
	return slices.DeleteFunc(all, func(a edition.Alert) bool { return !a.Showing(now) }), err
}

// mostRead gives the stories of an edition that are read most.
func (s *Site) mostRead(ctx context.Context, slug string) ([]news.Item, error) {
	if s.o.MostRead == nil {
		return nil, nil
	}
	ids, err := s.o.MostRead(ctx, slug)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	items, err := s.o.Archive.Items(ctx, ids)
	return slices.DeleteFunc(items, func(i news.Item) bool { return i.Edition != slug }), err
}

// sponsors gives the sponsors that an edition shows now, and what pictures are read by for theirs.
func (s *Site) sponsors(slug string) (now []edition.Sponsor, shows []news.Item) {
	e, _ := s.o.Directory().Edition(slug)
	now = e.SponsorsAt(s.o.Clock.Now())
	for _, sp := range now {
		shows = append(shows, news.Item{Content: news.Content{Picture: sp.Picture}})
	}
	return now, shows
}

// pictures reads the pictures of items and their bodies that may be shown to readers.
func (s *Site) pictures(ctx context.Context, items ...news.Item) (page.Pictures, error) {
	all, err := s.allPictures(ctx, items...)
	if err != nil {
		return nil, err
	}
	now := s.o.Clock.Now()
	shown := make(page.Pictures, len(all))
	for id, p := range all {
		if p.Usable(now, media.Site) == nil {
			shown[id] = p
		}
	}
	return shown, nil
}

// allPictures reads the pictures of items and their bodies, whatever their state.
func (s *Site) allPictures(ctx context.Context, items ...news.Item) (map[string]media.Picture, error) {
	var ids []string
	for _, i := range items {
		if i.Picture != "" {
			ids = append(ids, i.Picture)
		}
		ids = append(ids, i.Body.Pictures()...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	return s.o.Pictures.Pictures(ctx, ids)
}

// related reads the published stories that items name as related, in their bodies too.
func (s *Site) related(ctx context.Context, items ...news.Item) (map[string]news.Item, error) {
	var ids []string
	for _, i := range items {
		ids = append(append(ids, i.Related...), i.Body.Related()...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.o.Archive.Items(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]news.Item, len(found))
	for _, i := range found {
		out[i.ID] = i
	}
	return out, nil
}

// whole makes a rendered page one of the cache's.
func (s *Site) whole(p page.Page) cache.Page {
	out := cache.Page{Status: p.Status, Header: s.header(p.Language), Tags: p.Tags, Chunks: make([]cache.Chunk, len(p.Chunks))}
	for i, c := range p.Chunks {
		if c.Part != "" {
			out.Chunks[i].Part = string(c.Part) + ":" + p.Edition
		} else {
			out.Chunks[i].Bytes = c.HTML
		}
	}
	return out
}

// header gives the headers of pages in a language; they are shared and never changed.
func (s *Site) header(language string) http.Header {
	if h, ok := s.headers.Load(language); ok {
		return h.(http.Header)
	}
	h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	if language != "" {
		h.Set("Content-Language", language)
	}
	web.Secure(h, web.ReaderPolicy(s.o.Pages.StyleHash()))
	s.headers.Store(language, h)
	return h
}

// part renders a part that all pages of an edition share; it is for the cache.
func (s *Site) part(ctx context.Context, name string) (cache.Page, error) {
	what, slug, _ := strings.Cut(name, ":")
	var part page.Part
	var life time.Duration
	var err error
	switch page.PartName(what) {
	case page.MastheadPart:
		v := page.Masthead{Edition: slug}
		v.Resume, life = s.position(ctx, fact.Alerts(slug))
		if v.Alerts, err = s.banners(ctx, slug); err == nil {
			part, err = s.o.Pages.MastheadPart(v)
		}
	case page.NewsfeedPart:
		v := page.Newsfeed{Edition: slug}
		v.Resume, life = s.position(ctx, fact.Newsfeed(slug))
		if v.Items, v.Posts, v.Alerts, _, err = s.stretch(ctx, slug, "", "", inNewsfeed); err == nil {
			part, err = s.o.Pages.NewsfeedPart(v)
		}
	case page.MostReadPart:
		v := page.MostRead{Edition: slug}
		if v.Items, err = s.mostRead(ctx, slug); err == nil {
			part, err = s.o.Pages.MostReadPart(v)
		}
	case page.FooterPart:
		v := page.Footer{Edition: slug}
		if v.Standing, err = s.o.Archive.List(ctx, news.Query{Edition: slug, Kind: news.Page, Limit: allStanding}); err == nil {
			part, err = s.o.Pages.FooterPart(v)
		}
	default:
		return cache.Page{}, absent()
	}
	if err != nil {
		return cache.Page{}, err
	}
	return cache.Page{Chunks: []cache.Chunk{{Bytes: part.HTML}}, Tags: part.Tags, Life: life}, nil
}
