// Package sitemap gathers what the sitemaps of a publication list. Who asks says which editions stand on a host and writes the answer.
//
// A small site has one sitemap with everything in it, its languages side by side. A larger one has an index of months, since a month that
// is over stays as it is.
package sitemap

import (
	"context"
	"slices"
	"strings"
	"time"

	"dateline/internal/edition"
	"dateline/internal/news"
	"dateline/internal/page/feed"
)

const (
	oneFile = 5000 // items in a sitemap without an index, unless Most says otherwise
	inOnce  = 1000 // items read at once
)

// Archive is what of a publication's archive is read; news.Archive is one. Errors of it are given on.
type Archive interface {
	List(ctx context.Context, q news.Query) ([]news.Item, error)
	Translations(ctx context.Context, id string) ([]news.Item, error)
	Families(ctx context.Context, edition string, from, to time.Time) ([]news.Item, error)
}

// Gatherer gathers from an archive.
type Gatherer struct {
	Archive Archive
	Most    int // items in a sitemap without an index, 5,000 when 0
}

// Whole gives the lines of editions, standing pages too, when all editions of the publication fit in one file; else whole is false.
func (g Gatherer) Whole(ctx context.Context, at edition.Addresses, editions []edition.Edition) (urls []feed.URL, whole bool, err error) {
	items, whole, err := g.everything(ctx, at)
	if err != nil || !whole {
		return nil, false, err
	}
	group := families{}
	group.add(items...)
	urls = fronts(at, editions)
	for _, i := range items {
		if slices.ContainsFunc(editions, func(e edition.Edition) bool { return e.Slug == i.Edition }) {
			urls = append(urls, feed.Story(at, i, group[Family(i)]))
		}
	}
	return urls, true, nil
}

func (g Gatherer) everything(ctx context.Context, at edition.Addresses) (items []news.Item, whole bool, err error) {
	most := g.Most
	if most == 0 {
		most = oneFile
	}
	for _, e := range at.Editions {
		for _, kind := range []news.ArticleKind{"", news.Page} {
			q := news.Query{Edition: e.Slug, Kind: kind, Limit: inOnce}
			for {
				some, err := g.Archive.List(ctx, q)
				if err != nil {
					return nil, false, err
				}
				items = append(items, some...)
				if len(items) > most {
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

// Family gives the id of the story that an item is a translation of, or is.
func Family(i news.Item) string {
	if i.TranslationOf != "" {
		return i.TranslationOf
	}
	return i.ID
}

// add puts items into their families.
func (f families) add(items ...news.Item) {
	for _, i := range items {
		f[Family(i)] = append(f[Family(i)], i)
	}
}

// fronts gives the lines of the fronts and sections of editions.
func fronts(at edition.Addresses, editions []edition.Edition) []feed.URL {
	var out []feed.URL
	for _, e := range editions {
		out = append(out, feed.Front(at, e.Slug))
		for _, sec := range at.SectionsOf(e.Slug) {
			out = append(out, feed.URL{Loc: at.Root(e.Slug) + "/" + sec.Slug})
		}
	}
	return out
}

// Index lists a file below root for each month in which an edition published, newest first, and one for its standing pages; Part says
// what such a file is of.
func (g Gatherer) Index(ctx context.Context, root string, editions []edition.Edition) ([]feed.URL, error) {
	var files []feed.URL
	add := func(name string, changed time.Time) {
		files = append(files, feed.URL{Loc: root + "/sitemaps/" + name + ".xml", Changed: changed})
	}
	for _, e := range editions {
		add(e.Slug+".pages", time.Time{})
		var after news.Cursor
		for {
			next, err := g.Archive.List(ctx, news.Query{Edition: e.Slug, After: after, Limit: 1})
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
	return files, nil
}

// monthOf gives the first moment of a time's month, UTC.
func monthOf(t time.Time) time.Time {
	y, m, _ := t.UTC().Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}

// Part is a file of the index: a month of an edition, or with the zero time its standing pages.
type Part struct {
	Edition string
	Month   time.Time
}

// ParsePart reads the name of a file of the index, "{edition}.pages.xml" or "{edition}.2026-03.xml"; it takes nothing else.
func ParsePart(name string) (p Part, ok bool) {
	slug, what, _ := strings.Cut(strings.TrimSuffix(name, ".xml"), ".")
	month, err := time.Parse("2006-01", what)
	return Part{slug, month}, (err == nil && !month.IsZero() || what == "pages") && name == slug+"."+what+".xml"
}

// Of gives the lines of a file of the index; a month holds the 50,000 newest items of it, and none when nothing was published in it.
func (g Gatherer) Of(ctx context.Context, at edition.Addresses, p Part) ([]feed.URL, error) {
	if !p.Month.IsZero() {
		return g.month(ctx, at, p)
	}
	items, err := g.Archive.List(ctx, news.Query{Edition: p.Edition, Kind: news.Page, Limit: inOnce})
	if err != nil {
		return nil, err
	}
	e, _ := at.Edition(p.Edition)
	urls := fronts(at, []edition.Edition{e})
	for _, i := range items {
		translations, err := g.Archive.Translations(ctx, i.ID)
		if err != nil {
			return nil, err
		}
		urls = append(urls, feed.Story(at, i, translations))
	}
	return urls, nil
}

// month reads the items of an edition whose place in the newsfeed is in a month.
func (g Gatherer) month(ctx context.Context, at edition.Addresses, p Part) ([]feed.URL, error) {
	end := p.Month.AddDate(0, 1, 0)
	group := families{}
	if len(at.Editions) > 1 {
		translations, err := g.Archive.Families(ctx, p.Edition, p.Month, end)
		if err != nil {
			return nil, err
		}
		group.add(translations...)
	}
	var urls []feed.URL
	q := news.Query{Edition: p.Edition, Limit: inOnce, After: news.Cursor{At: end}}
	for len(urls) < feed.MaxURLs {
		items, err := g.Archive.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if i.FeedAt.Before(p.Month) {
				return urls, nil
			}
			urls = append(urls, feed.Story(at, i, group[Family(i)]))
			q.After = news.Cursor{At: i.FeedAt, ID: i.ID}
		}
		if len(items) < inOnce {
			break
		}
	}
	return urls, nil
}

// News gives what editions published since a time, for the sitemap of news, edition by edition.
func (g Gatherer) News(ctx context.Context, editions []edition.Edition, since time.Time) ([]news.Item, error) {
	var items []news.Item
	for _, e := range editions {
		some, err := g.Archive.List(ctx, news.Query{Edition: e.Slug, Since: since, Limit: feed.MaxNews})
		if err != nil {
			return nil, err
		}
		items = append(items, some...)
	}
	return items, nil
}
