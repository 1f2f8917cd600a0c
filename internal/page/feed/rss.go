package feed

// RSS gives the feed in RSS 2.0 with the full text in content:encoded, pictures with credit and caption in Media RSS, authors
// as dc:creator, and its own address and hub as Atom links.
func RSS(f Feed) []byte {
	v := f.view()
	var w writer
	w.start("rss", "version", "2.0",
		"xmlns:atom", "http://www.w3.org/2005/Atom", "xmlns:content", "http://purl.org/rss/1.0/modules/content/",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:media", "http://search.yahoo.com/mrss/")
	w.open("channel")
	w.must("title", oneLine(v.title))
	w.must("link", v.page)
	w.must("description", asHTML(oneLine(v.about)))
	w.text("language", v.edition.Language)
	w.text("lastBuildDate", mailStamp(v.updated))
	w.text("generator", "Dateline")
	w.empty("atom:link", "rel", "self", "type", RSSType, "href", v.self(RSSPath))
	if v.Hub != "" {
		w.empty("atom:link", "rel", "hub", "href", v.Hub)
	}
	for _, x := range v.entries {
		v.rssItem(&w, x)
	}
	w.close("channel")
	w.close("rss")
	return w.Bytes()
}

func (v *view) rssItem(w *writer, x entry) {
	i := x.item
	w.open("item")
	w.must("title", oneLine(i.Headline))
	w.must("link", x.url)
	w.must("guid", x.id, "isPermaLink", "false")
	w.text("pubDate", mailStamp(i.PublishedAt))
	if i.UpdatedAt.After(i.PublishedAt) {
		w.text("atom:updated", stamp(i.UpdatedAt))
	}
	w.text("description", asHTML(i.Lead))
	for _, b := range i.Byline {
		w.text("dc:creator", oneLine(b.Name))
	}
	w.text("dc:language", x.language)
	if s := i.Source; s != nil {
		w.text("dc:rights", oneLine(s.Copyright))
	}
	for _, t := range x.tags {
		w.text("category", t)
	}
	w.cdata("content:encoded", x.html)
	for n, p := range x.pictures {
		p.rss(w, n == 0)
	}
	w.close("item")
}

// rss writes a picture as Media RSS has it.
func (s shown) rss(w *writer, first bool) {
	main := ""
	if first {
		main = "true"
	}
	size := ""
	if s.file.Bytes > 0 {
		size = itoa(int(s.file.Bytes))
	}
	w.open("media:content", "url", s.url, "type", s.file.ContentType, "medium", "image", "isDefault", main,
		"fileSize", size, "width", itoa(s.file.Width), "height", itoa(s.file.Height))
	w.text("media:description", s.told(), "type", "plain")
	w.text("media:credit", oneLine(s.credit))
	w.text("media:copyright", oneLine(s.Copyright))
	w.close("media:content")
}
