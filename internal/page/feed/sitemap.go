package feed

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"dateline/internal/edition"
	"dateline/internal/news"
)

// Limits of one sitemap file (sitemaps.org 0.9) and of a news sitemap (Google).
const (
	MaxURLs  = 50_000
	MaxBytes = 50 << 20
	MaxNews  = 1_000
	NewsAge  = 48 * time.Hour
)

const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	xhtmlSpace   = "http://www.w3.org/1999/xhtml"
	newsSpace    = "http://www.google.com/schemas/sitemap-news/0.9"
)

// URL is one page of a sitemap.
type URL struct {
	Loc        string // absolute
	Changed    time.Time
	Alternates []Alternate // the same page in other languages, itself included; none when it has one language
}

// Alternate is a page in a language; Lang is "x-default" for the one shown to everybody else.
type Alternate struct{ Lang, URL string }

// Alternates gives the addresses of a story in all its languages: itself first, then the others in the order of the editions, and
// the default edition's again as x-default. A language stands once, its own always. It is empty when there is no other. Pages and
// sitemaps both ask here, since search engines want the two to agree.
func Alternates(a edition.Addresses, i news.Item, translations []news.Item) []Alternate {
	at := map[string]string{i.Edition: news.Address(a, i.Content)}
	byID := slices.SortedFunc(slices.Values(translations), func(x, y news.Item) int { return cmp.Compare(x.ID, y.ID) })
	for _, t := range byID {
		if t.ID != i.ID && !t.Gone() && at[t.Edition] == "" {
			at[t.Edition] = news.Address(a, t.Content)
		}
	}
	return alternates(a, i.Edition, at)
}

// Fronts gives the addresses of the fronts of all editions as alternates of that of one, in the same order and by the same rules.
func Fronts(a edition.Addresses, slug string) []Alternate {
	at := map[string]string{}
	for _, e := range a.Editions {
		at[e.Slug] = a.Root(e.Slug) + "/"
	}
	return alternates(a, slug, at)
}

// alternates orders the addresses of a page in its editions for the one of own.
func alternates(a edition.Addresses, own string, at map[string]string) []Alternate {
	first, ok := a.Edition(own)
	if !ok || at[own] == "" {
		return nil
	}
	out := []Alternate{{first.Language, at[own]}}
	for _, e := range a.Editions {
		if at[e.Slug] != "" && !slices.ContainsFunc(out, func(x Alternate) bool { return strings.EqualFold(x.Lang, e.Language) }) {
			out = append(out, Alternate{e.Language, at[e.Slug]})
		}
	}
	if len(out) == 1 {
		return nil
	}
	if d, ok := a.Default(); ok && at[d.Slug] != "" {
		out = append(out, Alternate{"x-default", at[d.Slug]})
	}
	return out
}

// Front gives the sitemap's line of the front of an edition.
func Front(a edition.Addresses, slug string) URL {
	return URL{Loc: a.Root(slug) + "/", Alternates: Fronts(a, slug)}
}

// Story gives the sitemap's line of a published story or standing page.
func Story(a edition.Addresses, i news.Item, translations []news.Item) URL {
	return URL{Loc: news.Address(a, i.Content), Changed: i.UpdatedAt, Alternates: Alternates(a, i, translations)}
}

// Sitemaps gives the pages of a site as files, each within the limits. One file is the sitemap itself; several want an index in
// front of them, which SitemapIndex makes. A page without an address is left out.
func Sitemaps(urls []URL) [][]byte { return sitemaps(urls, MaxURLs, MaxBytes) }

func sitemaps(urls []URL, most, size int) [][]byte {
	const end = "</urlset>\n"
	var files [][]byte
	var w *writer
	count := 0
	finish := func() {
		if w != nil {
			w.WriteString(end)
			files = append(files, w.Bytes())
		}
	}
	for _, u := range urls {
		if u.Loc == "" {
			continue
		}
		var line writer
		u.write(&line)
		if w == nil || count == most || w.Len()+line.Len()+len(end) > size {
			finish()
			w, count = &writer{}, 0
			w.start("urlset", "xmlns", sitemapSpace, "xmlns:xhtml", xhtmlSpace)
		}
		w.Write(line.Bytes())
		count++
	}
	if w == nil {
		w = &writer{}
		w.start("urlset", "xmlns", sitemapSpace, "xmlns:xhtml", xhtmlSpace)
	}
	finish()
	return files
}

func (u URL) write(w *writer) {
	w.open("url")
	w.must("loc", u.Loc)
	if !u.Changed.IsZero() {
		w.text("lastmod", stamp(u.Changed))
	}
	for _, a := range u.Alternates {
		w.empty("xhtml:link", "rel", "alternate", "hreflang", a.Lang, "href", a.URL)
	}
	w.close("url")
}

// SitemapIndex gives the index of sitemaps; Loc and Changed of each are used.
func SitemapIndex(sitemaps []URL) []byte {
	var w writer
	w.start("sitemapindex", "xmlns", sitemapSpace)
	for _, s := range sitemaps {
		w.open("sitemap")
		w.must("loc", s.Loc)
		if !s.Changed.IsZero() {
			w.text("lastmod", stamp(s.Changed))
		}
		w.close("sitemap")
	}
	w.close("sitemapindex")
	return w.Bytes()
}

// NewsSitemap gives the stories first published in the two days before now, newest first, at most 1,000, as Google
// News wants them: each with the name and language of its edition, its first publication and its headline.
func NewsSitemap(a edition.Addresses, items []news.Item, now time.Time) []byte {
	items = slices.DeleteFunc(slices.Clone(items), func(i news.Item) bool {
		return i.Gone() || i.Kind == news.Page || oneLine(i.Headline) == "" || news.Address(a, i.Content) == "" ||
			now.Sub(i.PublishedAt) >= NewsAge || i.PublishedAt.After(now)
	})
	slices.SortStableFunc(items, func(x, y news.Item) int { return y.PublishedAt.Compare(x.PublishedAt) })
	var w writer
	w.start("urlset", "xmlns", sitemapSpace, "xmlns:news", newsSpace)
	for _, i := range items[:min(len(items), MaxNews)] {
		e, _ := a.Edition(i.Edition)
		w.open("url")
		w.must("loc", news.Address(a, i.Content))
		w.open("news:news")
		w.open("news:publication")
		w.must("news:name", oneLine(e.Name))
		w.must("news:language", newsLanguage(i.Language, e.Language))
		w.close("news:publication")
		w.must("news:publication_date", stamp(i.PublishedAt))
		w.must("news:title", oneLine(i.Headline))
		w.close("news:news")
		w.close("url")
	}
	w.close("urlset")
	return w.Bytes()
}

// newsLanguage gives the first of the tags that is a language as an ISO 639 code of two or three letters; Chinese is zh-cn or
// zh-tw by its script.
func newsLanguage(tags ...string) string {
	for _, tag := range tags {
		t, err := language.Parse(tag)
		if err != nil {
			continue
		}
		base, _ := t.Base()
		script, _ := t.Script()
		switch {
		case base.String() == "und":
			continue
		case base.String() == "zh" && script.String() == "Hant":
			return "zh-tw"
		case base.String() == "zh":
			return "zh-cn"
		}
		return base.String()
	}
	return "en"
}
