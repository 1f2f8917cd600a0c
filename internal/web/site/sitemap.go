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
	"dateline/internal/news"
	"dateline/internal/page/feed"
	"dateline/internal/web"
	"dateline/internal/web/cache"
	"dateline/internal/web/site/sitemap"
)

// serve answers with a page that stands under the publication's or an edition's host and under no edition's name.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, render func(ctx context.Context, rd reading, host string) (cache.Page, error)) error {
	key := cache.Key{Host: s.hostKey(asked(r)), Path: r.URL.Path}
	if s.cache.Hit(w, r, key) {
		return nil
	}
	if err := s.mayMiss(r, key); err != nil {
		return err
	}
	return s.cache.Serve(w, r, key, func(ctx context.Context) (cache.Page, error) { return render(ctx, s.reading(), key.Host) })
}

// root gives the public address of a host key.
func (rd reading) root(host string) string {
	if e, own := rd.own(host); own {
		return rd.Root(e.Slug)
	}
	return rd.Base
}

func (s *Site) robots(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, func(_ context.Context, rd reading, host string) (cache.Page, error) {
		root := rd.root(host)
		return data("text/plain; charset=utf-8", feed.Robots(root+"/sitemap.xml", root+"/sitemap-news.xml")), nil
	})
}

// securityAge is how long what security.txt says counts; the standard wants less than a year.
const securityAge = 180 * 24 * time.Hour

// security answers security.txt. Unless Options say otherwise its contact is a page of the publication, and it
// is made anew each day, so that it never ends.
func (s *Site) security(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		say, root := s.o.Security, rd.root(host)
		if len(say.Contacts) == 0 {
			at, err := s.contact(ctx, rd, host)
			if err != nil {
				return cache.Page{}, err
			}
			say.Contacts = []string{at}
		}
		if len(say.Canonical) == 0 {
			say.Canonical = []string{root + "/.well-known/security.txt"}
		}
		if len(say.Languages) == 0 {
			for _, e := range rd.scope(host) {
				if !slices.Contains(say.Languages, e.Language) {
					say.Languages = append(say.Languages, e.Language)
				}
			}
		}
		if say.Expires.IsZero() {
			say.Expires = s.o.Clock.Now().Add(securityAge).Truncate(24 * time.Hour)
		}
		b, err := feed.SecurityTxt(say)
		out := data("text/plain; charset=utf-8", b)
		out.Tags, out.Life = sitemapTags(rd.scope(host)), 24*time.Hour
		return out, err
	})
}

// contact gives the page that says where to write to: the standing page "contact", else "imprint", of the first edition that has
// one, else the front, whose footer leads on.
func (s *Site) contact(ctx context.Context, rd reading, host string) (string, error) {
	found := map[string]news.Item{}
	for _, e := range rd.scope(host) {
		pages, err := s.o.Archive.List(ctx, news.Query{Edition: e.Slug, Kind: news.Page, Limit: allStanding})
		if err != nil {
			return "", err
		}
		for _, p := range pages {
			if _, ok := found[p.Slug]; !ok {
				found[p.Slug] = p
			}
		}
	}
	for _, slug := range []string{"contact", "imprint"} {
		if p, ok := found[slug]; ok {
			return news.Address(rd.Addresses, p.Content), nil
		}
	}
	return rd.root(host) + "/", nil
}

// sitemapTags are on every sitemap.
func sitemapTags(editions []edition.Edition) []fact.Tag {
	tags := []fact.Tag{fact.TagSitemap()}
	for _, e := range editions {
		tags = append(tags, fact.TagEdition(e.Slug))
	}
	return tags
}

// gatherer gathers what the sitemaps list.
func (s *Site) gatherer() sitemap.Gatherer {
	return sitemap.Gatherer{Archive: s.o.Archive, Most: s.o.Sitemap}
}

// xml is a sitemap of editions.
func (s *Site) xml(editions []edition.Edition, body []byte) cache.Page {
	out := data("application/xml; charset=utf-8", body)
	out.Tags, out.Modified = sitemapTags(editions), s.o.Clock.Now()
	return out
}

func (s *Site) sitemap(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		editions := rd.scope(host)
		urls, whole, err := s.gatherer().Whole(ctx, rd.Addresses, editions)
		if err != nil {
			return cache.Page{}, err
		}
		if whole {
			return s.xml(editions, feed.Sitemaps(urls)[0]), nil
		}
		files, err := s.gatherer().Index(ctx, rd.root(host), editions)
		return s.xml(editions, feed.SitemapIndex(files)), err
	})
}

// sitemapPart answers one file of the index.
func (s *Site) sitemapPart(w http.ResponseWriter, r *http.Request) error {
	part, ok := sitemap.ParsePart(r.PathValue("name"))
	if _, known := s.reading().Edition(part.Edition); !ok || !known || r.URL.Path != "/sitemaps/"+r.PathValue("name") {
		return absent()
	}
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		e, known := rd.Edition(part.Edition)
		if !known || !slices.ContainsFunc(rd.scope(host), func(x edition.Edition) bool { return x.Slug == e.Slug }) {
			return cache.Page{}, absent()
		}
		urls, err := s.gatherer().Of(ctx, rd.Addresses, part)
		if err != nil {
			return cache.Page{}, err
		}
		if len(urls) == 0 {
			return cache.Page{}, absent() // there are as many months as somebody likes to ask for
		}
		return s.xml([]edition.Edition{e}, feed.Sitemaps(urls)[0]), nil
	})
}

func (s *Site) sitemapNews(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		editions, now := rd.scope(host), s.o.Clock.Now()
		since := now.Add(-feed.NewsAge)
		items, err := s.gatherer().News(ctx, editions, since)
		if err != nil {
			return cache.Page{}, err
		}
		out := s.xml(editions, feed.NewsSitemap(rd.Addresses, items, now))
		for _, i := range items { // until the first of them is two days old
			if left := i.PublishedAt.Sub(since); left > 0 && (out.Life == 0 || left < out.Life) {
				out.Life = left
			}
		}
		return out, nil
	})
}

func (s *Site) icon(w http.ResponseWriter, r *http.Request) error {
	body := s.o.Pages.Icon()
	if len(body) == 0 {
		return absent()
	}
	return s.serve(w, r, func(context.Context, reading, string) (cache.Page, error) {
		out := data("image/svg+xml", body)
		web.Secure(out.Header, web.FilePolicy)
		out.Header.Set("Cache-Control", "public, max-age=86400")
		return out, nil
	})
}

func (s *Site) favicon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=86400")
	web.Redirect(w, r, "/icon.svg", http.StatusMovedPermanently)
	return nil
}

// forever is the Cache-Control of what has another address when it changes.
const forever = "public, max-age=31536000, immutable"

func (s *Site) asset(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.o.Assets[r.URL.Path]
	if !ok {
		return absent()
	}
	return s.cache.Serve(w, r, cache.Key{Path: r.URL.Path}, func(context.Context) (cache.Page, error) {
		out := data(a.Type, a.Body)
		out.Header.Set("Cache-Control", forever)
		if !strings.HasPrefix(a.Type, "image/") { // other sites show our card
			out.Header["Cross-Origin-Resource-Policy"] = []string{"same-origin"}
		}
		return out, nil
	})
}

// gone says that a file was taken out of every output.
func gone() error {
	return fault.New(fault.Gone, "fault.picture.killed", "this picture is no longer available")
}
