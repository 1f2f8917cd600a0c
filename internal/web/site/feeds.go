package site

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/feed"
	"dateline/internal/web"
	"dateline/internal/web/cache"
	"dateline/internal/web/site/cursor"
)

// feed renders a feed of a front, a section, a topic, an author or a live coverage. Those of a front and of a section are their newsfeeds:
// stories, the posts that are in it, and alerts.
func (s *Site) feed(ctx context.Context, rd reading, p place, from string) (cache.Page, error) {
	slug := p.edition.Slug
	f := feed.Feed{Addresses: rd.Addresses, Edition: slug, Now: s.o.Clock.Now(), Media: s.mediaAddress}
	q := news.Query{Edition: slug, Limit: feed.Max + 1, Bodies: true}
	q.After, _ = cursor.Parse(from) // it was read before
	tags := []fact.Tag{fact.TagEdition(slug)}
	switch p.kind {
	case front:
		q.Newsfeed = true
		tags = append(tags, fact.TagNewsfeed(slug))
	case section:
		q.Newsfeed = true
		q.Section = p.section.ID
		tags = append(tags, fact.TagLines(p.section.ID))
		f.Path, f.Name, f.About = "/"+p.section.Slug, p.section.Name, p.section.Description
		tags = append(tags, fact.TagSection(p.section.ID))
	case topic:
		t, err := s.o.Archive.Entry(ctx, news.TopicKey(slug, p.slug))
		if err != nil {
			return cache.Page{}, err
		}
		q.Tag, f.Path, f.Name, f.About = t.Slug, "/tag/"+t.Slug, t.Name, oneParagraph(t.Bio)
		tags = append(tags, fact.TagTopic(slug, p.slug), fact.TagTopic(slug, t.Slug))
	case author:
		a, err := s.o.Archive.Entry(ctx, news.AuthorKey(p.slug))
		if err != nil {
			return cache.Page{}, err
		}
		q.Author, f.Path, f.Name, f.About = a.Slug, "/author/"+a.Slug, a.Name, oneParagraph(a.Bio)
		tags = append(tags, fact.TagAuthor(p.slug), fact.TagAuthor(a.Slug))
	case article:
		l, err := s.o.Archive.Locate(ctx, slug, p.section.ID, p.slug)
		switch {
		case err != nil:
			return cache.Page{}, err
		case l.Item.Gone():
			return s.withdrawn(ctx, p, l.Item)
		case l.Item.Kind != news.Live:
			return cache.Page{}, absent()
		case l.Moved || p.moved:
			return moved(rd, l.Item, p.tail)
		}
		f.Path, f.Name, f.About = "/"+p.section.Slug+"/"+p.slug, l.Item.Headline, l.Item.Lead
		tags = append(tags, fact.TagLive(l.Item.ID))
		posts, err := s.o.Coverage.Listed(ctx, coverage.Query{Coverage: l.Item.ID, Limit: feed.Max - 1})
		if err != nil {
			return cache.Page{}, err
		}
		f.Items, f.Posts = feed.OfPosts(rd.Addresses, l.Item, posts)
		f.Items = append(f.Items, l.Item)
	default:
		return cache.Page{}, absent()
	}
	var err error
	if f.Items == nil {
		if f.Items, err = s.o.Archive.List(ctx, q); err != nil {
			return cache.Page{}, err
		}
		if p.kind == front || p.kind == section {
			more, err := s.lines(ctx, rd, q, &f)
			if err != nil {
				return cache.Page{}, err
			}
			tags = append(tags, more...)
		}
		if len(f.Items) == 0 && (p.kind == author || from != "") {
			return cache.Page{}, absent() // he writes for other editions, or it is behind the end
		}
		f.Items, f.Next = cursor.Cut(f.Items, feed.Max)
	}
	if f.Pictures, err = s.allPictures(ctx, f.Items...); err != nil {
		return cache.Page{}, err
	}
	if f.Related, err = s.related(ctx, f.Items...); err != nil {
		return cache.Page{}, err
	}
	return s.feedPage(f, p.tail, tags)
}

// lines adds to the stories of a feed what else stands in the newsfeed, and gives the tags of it.
func (s *Site) lines(ctx context.Context, rd reading, q news.Query, f *feed.Feed) (tags []fact.Tag, err error) {
	posts, of, err := s.flashes(ctx, q)
	if err != nil {
		return nil, err
	}
	f.Posts, f.Alerts = map[string]string{}, map[string]string{}
	for _, i := range posts {
		items, at := feed.OfPosts(rd.Addresses, of[i.Coverage], []coverage.Item{i})
		items[0].PublishedAt, items[0].FeedAt = i.PublishedAt, i.LineAt()
		f.Items, f.Posts[i.ID] = append(f.Items, items[0]), at[i.ID]
		tags = append(tags, fact.TagLive(i.Coverage), fact.TagArticle(i.Coverage))
	}
	if q.Section == "" {
		alerts, err := s.o.Archive.AlertLines(ctx, q.Edition, q.After, q.Limit)
		if err != nil {
			return nil, err
		}
		for _, a := range alerts {
			i, at := page.FeedOfAlert(rd.Addresses, a)
			f.Items, f.Alerts[a.ID] = append(f.Items, i), at
		}
	}
	inOrder(f.Items)
	return tags, nil
}

// feedPage writes a feed in the format of its name.
func (s *Site) feedPage(f feed.Feed, name string, tags []fact.Tag) (cache.Page, error) {
	var body []byte
	var kind string
	var err error
	switch name {
	case "feed.xml":
		body, kind = feed.RSS(f), feed.RSSType
	case "atom.xml":
		body, kind = feed.Atom(f), feed.AtomType
	default:
		kind = feed.JSONType
		if body, err = feed.JSON(f); err != nil {
			return cache.Page{}, err
		}
	}
	out := data(kind+"; charset=utf-8", body)
	// Not the time of the newest story: when an older one is withdrawn, that stays, and who asks by time would keep the text.
	out.Modified = f.Now
	for _, i := range f.Items {
		tags = append(tags, fact.TagArticle(i.ID))
	}
	for id := range f.Pictures {
		tags = append(tags, fact.TagPicture(id))
	}
	for id := range f.Related {
		tags = append(tags, fact.TagArticle(id))
	}
	slices.Sort(tags)
	out.Tags = slices.Compact(tags)
	return out, nil
}

// data makes an answer that is no page: it loads nothing, and other sites may read it.
func data(kind string, body []byte) cache.Page {
	h := http.Header{"Content-Type": {kind}}
	web.Secure(h, web.DataPolicy)
	web.Elsewhere(h)
	return cache.Page{Header: h, Chunks: []cache.Chunk{{Bytes: body}}}
}

// mediaAddress gives the absolute address of a public file.
func (s *Site) mediaAddress(key string) string { return s.o.Base + "/media/" + key }

// scope gives the editions whose pages a host lists: an edition's own host its own, the publication's all that have none.
func (rd reading) scope(host string) []edition.Edition {
	if e, own := rd.own(host); own {
		return []edition.Edition{e}
	}
	var out []edition.Edition
	for _, e := range rd.Editions {
		if _, own := rd.own(e.Host); e.Host == "" || !own {
			out = append(out, e)
		}
	}
	return out
}

// oneParagraph is what a feed says of an author or a topic.
func oneParagraph(bio string) string {
	first, _, _ := strings.Cut(bio, "\n")
	return first
}
