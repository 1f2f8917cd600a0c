package site

import (
	"context"
	"fmt"
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
)

// A small site has one sitemap with everything in it, its languages side by side. A larger one has an index of months, since
// a month that is over stays as it is.
const (
	oneFile = 5000 // items in a sitemap without an index, unless Options say otherwise
	inOnce  = 1000 // items read at once
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

func (s *Site) sitemap(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		editions := rd.scope(host)
		items, whole, err := s.everything(ctx, rd)
		if err != nil {
			return cache.Page{}, err
		}
		var body []byte
		if whole {
			body = feed.Sitemaps(sitemapOf(rd, editions, items))[0]
		} else if body, err = s.sitemapIndex(ctx, rd, host, editions); err != nil {
			return cache.Page{}, err
		}
		out := data("application/xml; charset=utf-8", body)
		out.Tags, out.Modified = sitemapTags(editions), s.o.Clock.Now()
		return out, nil
	})
}

// everything reads the published items of all editions, standing pages too, when they fit in one file; else whole is false.
func (s *Site) everything(ctx context.Context, rd reading) (items []news.Item, whole bool, err error) {
	for _, e := range rd.Editions {
		for _, kind := range []news.ArticleKind{"", news.Page} {
			q := news.Query{Edition: e.Slug, Kind: kind, Limit: inOnce}
			for {
				some, err := s.o.Archive.List(ctx, q)
				if err != nil {
					return nil, false, err
				}
				items = append(items, some...)
				if len(items) > s.o.Sitemap {
					return nil, false, nil
				}
				if len(some) < inOnce {
					break
				}
				last := some[len(some)-1]
				q.After = news.Cursor{At: last.FeedAt, ID: last.ID}
			}
		}
	}
	return items, true, nil
}

// families are items by the story they are translations of, or are.
type families map[string][]news.Item

func family(i news.Item) string {
	if i.TranslationOf != "" {
		return i.TranslationOf
	}
	return i.ID
}

// add puts items into their families.
func (f families) add(items ...news.Item) {
	for _, i := range items {
		f[family(i)] = append(f[family(i)], i)
	}
}

// frontsOf gives the lines of the fronts and sections of editions.
func frontsOf(rd reading, editions []edition.Edition) []feed.URL {
	var out []feed.URL
	for _, e := range editions {
		out = append(out, feed.Front(rd.Addresses, e.Slug))
		for _, sec := range rd.SectionsOf(e.Slug) {
			out = append(out, feed.URL{Loc: rd.Root(e.Slug) + "/" + sec.Slug})
		}
	}
	return out
}

// sitemapOf gives the lines of the editions' fronts, sections and items, with the translations among all items beside each.
func sitemapOf(rd reading, editions []edition.Edition, items []news.Item) []feed.URL {
	group := families{}
	group.add(items...)
	out := frontsOf(rd, editions)
	for _, i := range items {
		if slices.ContainsFunc(editions, func(e edition.Edition) bool { return e.Slug == i.Edition }) {
			out = append(out, feed.Story(rd.Addresses, i, group[family(i)]))
		}
	}
	return out
}

// sitemapIndex lists a file for each month in which an edition published, newest first, and one for its standing pages.
func (s *Site) sitemapIndex(ctx context.Context, rd reading, host string, editions []edition.Edition) ([]byte, error) {
	var files []feed.URL
	add := func(name string, changed time.Time) {
		files = append(files, feed.URL{Loc: rd.root(host) + "/sitemaps/" + name + ".xml", Changed: changed})
	}
	for _, e := range editions {
		add(e.Slug+".pages", time.Time{})
		var after news.Cursor
		for {
			next, err := s.o.Archive.List(ctx, news.Query{Edition: e.Slug, After: after, Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(next) == 0 {
				break
			}
			month := monthOf(next[0].FeedAt)
			add(e.Slug+"."+month.Format("2006-01"), next[0].UpdatedAt)
			after = news.Cursor{At: month}
		}
	}
	return feed.SitemapIndex(files), nil
}

// monthOf gives the first moment of a time's month, UTC.
func monthOf(t time.Time) time.Time {
	y, m, _ := t.UTC().Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}

// sitemapPart answers one file of the index: "{edition}.pages.xml" or "{edition}.2026-03.xml". A month holds the 50,000
// newest items of it.
func (s *Site) sitemapPart(w http.ResponseWriter, r *http.Request) error {
	slug, what, _ := strings.Cut(strings.TrimSuffix(r.PathValue("name"), ".xml"), ".")
	e, ok := s.reading().Edition(slug)
	month, err := time.Parse("2006-01", what)
	if !ok || err != nil && what != "pages" || r.URL.Path != fmt.Sprintf("/sitemaps/%s.%s.xml", slug, what) {
		return absent()
	}
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		if !slices.ContainsFunc(rd.scope(host), func(x edition.Edition) bool { return x.Slug == slug }) {
			return cache.Page{}, absent()
		}
		var urls []feed.URL
		if what == "pages" {
			items, err := s.o.Archive.List(ctx, news.Query{Edition: slug, Kind: news.Page, Limit: inOnce})
			if err != nil {
				return cache.Page{}, err
			}
			urls = frontsOf(rd, []edition.Edition{e})
			for _, i := range items {
				translations, err := s.o.Archive.Translations(ctx, i.ID)
				if err != nil {
					return cache.Page{}, err
				}
				urls = append(urls, feed.Story(rd.Addresses, i, translations))
			}
		} else if urls, err = s.month(ctx, rd, slug, month); err != nil {
			return cache.Page{}, err
		} else if len(urls) == 0 {
			return cache.Page{}, absent() // there are as many months as somebody likes to ask for
		}
		out := data("application/xml; charset=utf-8", feed.Sitemaps(urls)[0])
		out.Tags, out.Modified = sitemapTags([]edition.Edition{e}), s.o.Clock.Now()
		return out, nil
	})
}

// month reads the items of an edition whose place in the newsfeed is in a month.
func (s *Site) month(ctx context.Context, rd reading, slug string, month time.Time) ([]feed.URL, error) {
	end := month.AddDate(0, 1, 0)
	group := families{}
	if len(rd.Editions) > 1 {
		translations, err := s.o.Archive.Families(ctx, slug, month, end)
		if err != nil {
			return nil, err
		}
		group.add(translations...)
	}
	var urls []feed.URL
	q := news.Query{Edition: slug, Limit: inOnce, After: news.Cursor{At: end}}
	for len(urls) < feed.MaxURLs {
		items, err := s.o.Archive.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if i.FeedAt.Before(month) {
				return urls, nil
			}
			urls = append(urls, feed.Story(rd.Addresses, i, group[family(i)]))
			q.After = news.Cursor{At: i.FeedAt, ID: i.ID}
		}
		if len(items) < inOnce {
			break
		}
	}
	return urls, nil
}

func (s *Site) sitemapNews(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, func(ctx context.Context, rd reading, host string) (cache.Page, error) {
		editions := rd.scope(host)
		now := s.o.Clock.Now()
		since := now.Add(-feed.NewsAge)
		var items []news.Item
		for _, e := range editions {
			some, err := s.o.Archive.List(ctx, news.Query{Edition: e.Slug, Since: since, Limit: feed.MaxNews})
			if err != nil {
				return cache.Page{}, err
			}
			items = append(items, some...)
		}
		out := data("application/xml; charset=utf-8", feed.NewsSitemap(rd.Addresses, items, now))
		out.Tags, out.Modified = sitemapTags(editions), now
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
