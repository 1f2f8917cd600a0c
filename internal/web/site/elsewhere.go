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
			var t news.Tag
			t, err = s.o.Archive.TagName(ctx, p.edition.Slug, p.slug)
			tags = append(tags, fact.TagTopic(p.edition.Slug, t.Slug))
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
	return cache.Page{}, absent()
}
