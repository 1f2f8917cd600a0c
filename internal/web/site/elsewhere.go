package site

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/web"
	"dateline/internal/web/cache"
)

// others gives what an address without an edition's name means in the editions that are not the default: when another edition
// becomes the default, the addresses that its predecessor's stories had till then lead on to where they are now.
func (rd reading) others(host, path string) []place {
	if _, own := rd.own(host); own {
		return nil
	}
	segments := strings.Split(strings.Trim(path, "/"), "/")
	if _, named := rd.Edition(segments[0]); named || segments[0] == "" {
		return nil
	}
	var out []place
	for _, e := range rd.Editions {
		if e.Default {
			continue
		}
		switch p := rd.below(e, segments); p.kind {
		case section, article, standing, topic:
			p.edition = e
			out = append(out, p)
		}
	}
	return out
}

// elsewhere redirects to the first of places that is there; NotFound when none is. e is the edition whose address it would be.
func (s *Site) elsewhere(ctx context.Context, rd reading, places []place, key cache.Key, e edition.Edition) (cache.Page, error) {
	for _, p := range places {
		tags := []fact.Tag{fact.TagEdition(p.edition.Slug), fact.TagEdition404(e.Slug), fact.TagPath(key.Host, key.Path)}
		var err error
		switch p.kind {
		case topic:
			_, err = s.o.Archive.Entry(ctx, news.TopicKey(p.edition.Slug, p.slug))
			tags = append(tags, fact.TagTopic(p.edition.Slug, p.slug))
		case article, standing:
			var l news.Location
			l, err = s.o.Archive.Locate(ctx, p.edition.Slug, p.section.ID, p.slug)
			tags = append(tags, fact.TagArticle(l.Item.ID))
		}
		if notFound(err) {
			continue
		}
		if err != nil {
			return cache.Page{}, err
		}
		to := rd.Root(p.edition.Slug) + key.Path
		if p.edition.Host == "" { // under whatever name the site was asked
			to = strings.TrimPrefix(to, rd.Base)
		}
		if u, err := url.Parse(to); err == nil {
			to = u.String()
		}
		h := http.Header{"Location": {to}}
		web.Secure(h, web.DataPolicy)
		return cache.Page{Status: http.StatusMovedPermanently, Header: h, Tags: tags, Life: missed}, nil
	}
	path := key.Path
	if at := rd.Path(e.Slug); at != "" {
		path = strings.TrimPrefix(path, at)
	}
	page, err := s.formerly(ctx, rd, former(key.Path), former(path), key, e)
	if notFound(err) {
		return s.listed(ctx, rd, path, key, e)
	}
	return page, err
}

// listed redirects an address that WordPress gives to a list of stories, or to the feed of one, to that list here; NotFound when there is none of its name.
func (s *Site) listed(ctx context.Context, rd reading, path string, key cache.Key, e edition.Edition) (cache.Page, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	feed := ""
	if last := len(parts) - 1; parts[last] == "feed" {
		parts, feed = parts[:last], "/feed.xml"
	}
	tags := []fact.Tag{fact.TagEdition(e.Slug), fact.TagEdition404(e.Slug), fact.TagPath(key.Host, key.Path)}
	to := rd.Path(e.Slug)
	var err error
	switch {
	case len(parts) == 0 && feed != "":
	case len(parts) >= 2 && parts[0] == "category": // one below another has its own name last
		sec, _, ok := rd.Section(e.Slug, parts[len(parts)-1])
		if !ok {
			return cache.Page{}, absent()
		}
		to += "/" + sec.Slug
	case len(parts) == 2 && parts[0] == "author" && feed != "":
		_, err = s.o.Archive.Entry(ctx, news.AuthorKey(parts[1]))
		to, tags = to+"/author/"+parts[1], append(tags, fact.TagAuthor(parts[1]))
	case len(parts) == 2 && parts[0] == "tag" && feed != "":
		_, err = s.o.Archive.Entry(ctx, news.TopicKey(e.Slug, parts[1]))
		to, tags = to+"/tag/"+parts[1], append(tags, fact.TagTopic(e.Slug, parts[1]))
	default:
		return cache.Page{}, absent()
	}
	if err != nil {
		return cache.Page{}, err
	}
	h := http.Header{"Location": {(&url.URL{Path: to + feed}).String()}}
	web.Secure(h, web.DataPolicy)
	return cache.Page{Status: http.StatusMovedPermanently, Header: h, Tags: tags, Life: missed}, nil
}

// former is a path as news.FormerPath keeps it.
func former(path string) string { return news.FormerPath(&url.URL{Path: path}) }

// numbered redirects an address whose query names an article by its number on the site it came from; done is false for all others.
func (s *Site) numbered(w http.ResponseWriter, r *http.Request, rd reading, p place, key cache.Key) (done bool, err error) {
	path := news.FormerPath(r.URL)
	if !strings.Contains(path, "?") {
		return false, nil
	}
	if err := s.miss(r); err != nil {
		return false, err
	}
	page, err := s.formerly(r.Context(), rd, path, path, key, p.edition)
	if notFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	w.Header().Set("Cache-Control", "public, max-age=0")
	w.Header().Set("Location", page.Header.Get("Location"))
	w.WriteHeader(page.Status)
	return true, nil
}

// formerly redirects to the article that had one of two addresses on the site it came from; NotFound when none had. What came into the edition
// that is asked goes before what came into another.
func (s *Site) formerly(ctx context.Context, rd reading, path, other string, key cache.Key, e edition.Edition) (cache.Page, error) {
	if path == "" {
		return cache.Page{}, absent()
	}
	items, err := s.o.Archive.Formerly(ctx, path, other)
	if err != nil {
		return cache.Page{}, err
	}
	if len(items) == 0 {
		return cache.Page{}, absent()
	}
	item := items[0]
	for _, i := range items {
		if i.Edition == e.Slug {
			item = i
			break
		}
	}
	to := news.Address(rd.Addresses, item.Content)
	if to == "" {
		return cache.Page{}, absent()
	}
	if o, _ := rd.Edition(item.Edition); o.Host == "" { // under whatever name the site was asked
		to = strings.TrimPrefix(to, rd.Base)
	}
	if to == key.Path {
		return cache.Page{}, absent() // what is there is gone for other reasons
	}
	if u, err := url.Parse(to); err == nil {
		to = u.String()
	}
	h := http.Header{"Location": {to}}
	web.Secure(h, web.DataPolicy)
	tags := []fact.Tag{fact.TagArticle(item.ID), fact.TagEdition(item.Edition), fact.TagEdition404(e.Slug), fact.TagPath(key.Host, key.Path)}
	return cache.Page{Status: http.StatusMovedPermanently, Header: h, Tags: tags, Life: missed}, nil
}
