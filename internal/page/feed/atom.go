package feed

import (
	"dateline/internal/news"
	"dateline/internal/wire"
)

// Atom gives the feed in Atom (RFC 4287) with the full text as HTML, and pictures with credit and caption in Media RSS.
func Atom(f Feed) []byte {
	v := f.view()
	var w writer
	w.start("feed", "xmlns", "http://www.w3.org/2005/Atom", "xmlns:media", "http://search.yahoo.com/mrss/", "xml:lang", v.edition.Language)
	w.must("id", wire.ItemURI(v.Addresses.Base, "feed", v.edition.Slug+v.Path))
	w.must("title", oneLine(v.title))
	w.text("subtitle", oneLine(v.about))
	w.must("updated", stamp(v.updated))
	w.empty("link", "rel", "self", "type", AtomType, "href", v.self(AtomPath))
	w.empty("link", "rel", "alternate", "type", "text/html", "href", v.page)
	if v.Hub != "" {
		w.empty("link", "rel", "hub", "href", v.Hub)
	}
	v.atomAuthor(&w, news.Byline{Name: v.edition.Name})
	w.must("generator", "Dateline")
	for _, x := range v.entries {
		v.atomEntry(&w, x)
	}
	w.close("feed")
	return w.Bytes()
}

func (v *view) atomEntry(w *writer, x entry) {
	i := x.item
	w.open("entry", "xml:lang", x.language)
	w.must("id", x.id)
	w.must("title", oneLine(i.Headline))
	w.must("updated", stamp(i.UpdatedAt))
	w.must("published", stamp(i.PublishedAt))
	w.empty("link", "rel", "alternate", "type", "text/html", "href", x.url)
	for _, b := range i.Byline {
		v.atomAuthor(w, b)
	}
	for _, t := range x.tags {
		w.empty("category", "term", t)
	}
	w.text("summary", i.Lead)
	if s := i.Source; s != nil {
		w.text("rights", oneLine(s.Copyright))
	}
	w.must("content", x.html, "type", "html")
	for n, p := range x.pictures {
		p.rss(w, n == 0)
	}
	w.close("entry")
}

func (v *view) atomAuthor(w *writer, b news.Byline) {
	name := oneLine(b.Name)
	if name == "" {
		return
	}
	w.open("author")
	w.must("name", name)
	w.text("uri", v.author(b))
	w.close("author")
}
