package body

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// figure takes a picture with its caption, several as a gallery, a player, an embed. Whatever else stands in
// the figure is walked as it stands, so that no word is lost.
func (f *flow) figure(n *html.Node, st style) {
	f.flush()
	var images, captions []*html.Node
	var main, anchor *html.Node
	figures := 0
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || d.Namespace != "" {
			continue
		}
		switch {
		case imageElement(d):
			images = append(images, d)
			fallthrough
		case d.DataAtom == atom.Video, d.DataAtom == atom.Audio, d.DataAtom == atom.Iframe, d.DataAtom == atom.Table,
			d.DataAtom == atom.Pre, d.DataAtom == atom.Blockquote:
			if main == nil {
				main = d
			}
		case d.DataAtom == atom.A && anchor == nil:
			anchor = d
		case d.DataAtom == atom.Figure:
			figures++
		case captionElement(d):
			captions = append(captions, d)
		}
	}
	switch {
	case has(n, "data-embed") && anchor != nil:
		caption := ""
		if len(captions) > 0 {
			caption = oneLine(textOf(captions[0]))
		}
		f.away(get(anchor, "href"), get(n, "data-embed"), caption, n, st)
		return
	case main == nil:
	case len(images) > 1 && (figures == 0 || strings.Contains(get(n, "class"), "gallery")):
		for _, c := range captions {
			if img := neighbour(c, n); img != nil {
				f.c.caption(img, c)
			}
		}
		f.gallery(images)
		for _, img := range images {
			img.Parent.RemoveChild(img)
		}
	case figures > 0 || len(captions) == 0 || main.DataAtom == atom.Table || main.DataAtom == atom.Pre || main.DataAtom == atom.Blockquote:
	default:
		f.c.caption(main, captions[0])
	}
	f.wrapped(n, st, looks{})
}

func captionElement(n *html.Node) bool {
	return n.DataAtom == atom.Figcaption || n.Data == "media-caption" || hasClass(n, "wp-caption-text")
}

// caption gives an element its caption and takes that out of the tree.
func (c *conversion) caption(n, caption *html.Node) {
	if c.captions == nil {
		c.captions = map[*html.Node]string{}
	}
	c.captions[n] = oneLine(textOf(caption))
	caption.Parent.RemoveChild(caption)
}

// neighbour finds the one picture that shares an inner figure with a caption.
func neighbour(caption, outer *html.Node) *html.Node {
	inner := caption.Parent
	for inner != nil && inner != outer && inner.DataAtom != atom.Figure {
		inner = inner.Parent
	}
	if inner == nil || inner == outer {
		return nil
	}
	for d := range inner.Descendants() {
		if d.Type == html.ElementNode && imageElement(d) {
			return d
		}
	}
	return nil
}

func imageElement(n *html.Node) bool {
	return n.DataAtom == atom.Img || n.Data == "amp-img" || n.Data == "media-reference"
}

func oneLine(s string) string { return strings.Join(strings.Fields(cleanText(s)), " ") }

// away takes an embed, or a file elsewhere, as our own pages write it.
func (f *flow) away(href, id, caption string, n *html.Node, st style) {
	address, ok := cleanLink(href, f.c.base)
	if !ok || !webForm.reaches(address) {
		f.wrapped(n, st, looks{})
		return
	}
	attrs, _ := f.claim(n, st)
	block := embedBlock(Embed{URL: address, Provider: Shorten(cleanText(id), 60), Title: caption})
	if (id == "audio" || id == "video") && sourceForm.reaches(address) {
		block = &node{kind: mediaNode}
		block.set("kind", id).set("src", address).set("title", title(caption))
	}
	for _, a := range attrs {
		block.put(a)
	}
	f.add(block)
}

// gallery takes several pictures of one figure; a single one that is known stays a picture.
func (f *flow) gallery(images []*html.Node) {
	var ids []string
	for _, img := range images {
		if p, ok := f.c.picture(img); ok && len(ids) < MaxPictures {
			ids = append(ids, p.ID)
		}
	}
	switch len(ids) {
	case 0:
	case 1:
		f.add((&node{kind: pictureNode}).set("id", ids[0]))
	default:
		f.add(&node{kind: galleryNode, attrs: []attr{{name: "pictures", list: ids}}})
	}
}

// image takes one picture; the small ones that stand for a letter become that letter.
func (f *flow) image(n *html.Node, st style) {
	alt := get(n, "alt")
	if strings.Contains(get(n, "class"), "emoji") && alt != "" && len(alt) <= 32 {
		f.text(alt, st)
		return
	}
	p, ok := f.c.picture(n)
	if !ok {
		return
	}
	f.flush()
	block := &node{kind: pictureNode}
	block.set("id", p.ID).set("caption", Shorten(cleanText(p.Caption), maxCaption)).set("alt", Shorten(cleanText(p.Alt), maxCaption))
	if lang, ok := cleanLang(p.Lang); ok {
		block.set("lang", lang)
	}
	if p.Dir == "ltr" || p.Dir == "rtl" || p.Dir == "auto" {
		block.set("dir", p.Dir)
	}
	f.add(block)
}

// picture asks the caller for a picture of ours; pixels that only count readers are not asked for.
func (c *conversion) picture(n *html.Node) (Picture, bool) {
	if w, h := get(n, "width"), get(n, "height"); (w == "1" || w == "0") && (h == "1" || h == "0") {
		return Picture{}, false
	}
	raw, src := c.imageSource(n)
	if src != "" && c.from.Picture != nil {
		if p, ok := c.from.Picture(Found{Src: src, Alt: oneLine(get(n, "alt")), Caption: c.captions[n]}); ok && validID(p.ID) {
			return p, true
		}
	}
	c.warn(warnPicture, "the picture %q was left out", "address", cleanText(raw))
	return Picture{}, false
}

// imageSource finds the address behind what lazy loading puts there; raw is what stands in src.
func (c *conversion) imageSource(n *html.Node) (raw, clean string) {
	candidates := []string{get(n, "data-src"), get(n, "data-original"), get(n, "data-lazy-src"), get(n, "src"), get(n, "source")}
	for _, set := range []string{get(n, "data-srcset"), get(n, "srcset")} {
		first, _, _ := strings.Cut(strings.TrimSpace(set), " ")
		candidates = append(candidates, strings.TrimSuffix(first, ","))
	}
	for _, candidate := range candidates {
		if src, ok := cleanLink(candidate, c.base); ok && webForm.reaches(src) {
			return candidate, src
		}
	}
	return get(n, "src"), ""
}

// frame takes an iframe of a known service as an embed, of another as a link.
func (f *flow) frame(n *html.Node) {
	f.flush()
	caption := either(f.c.captions[n], get(n, "title"))
	raw := get(n, "src")
	if _, ok := cleanLink(raw, f.c.base); !ok && get(n, "data-src") != "" {
		raw = get(n, "data-src")
	}
	address, ok := cleanLink(raw, f.c.base)
	if !ok || !webForm.reaches(address) {
		if strings.TrimSpace(raw) != "" {
			f.c.warn(warnFrame, "the frame %q was left out", "address", raw)
		}
		return
	}
	if e, ok := EmbedOf(address); ok {
		e.Title = cleanText(caption)
		f.add(embedBlock(e))
		return
	}
	f.c.warn(warnFrame, "the frame %q became a link", "address", address)
	f.linkLine(address, caption)
}

// linkLine adds a paragraph that is one link.
func (f *flow) linkLine(address, words string) {
	if words = title(cleanText(words)); Blank(words) {
		words = strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")
	}
	f.flush()
	f.text(words, style{href: address})
	f.flush()
}

// player takes audio and video: https and files of the site play, other addresses become a link.
func (f *flow) player(n *html.Node) {
	f.flush()
	raw := get(n, "src")
	for c := n.FirstChild; c != nil && raw == ""; c = c.NextSibling {
		if c.DataAtom == atom.Source {
			raw = get(c, "src")
		}
	}
	address, ok := cleanLink(raw, f.c.base)
	if !ok || !webForm.reaches(address) {
		if strings.TrimSpace(raw) != "" {
			f.c.warn(warnFrame, "the frame %q was left out", "address", raw)
		}
		return
	}
	caption := either(f.c.captions[n], get(n, "title"))
	if !sourceForm.reaches(address) {
		f.linkLine(address, caption)
		return
	}
	block := &node{kind: mediaNode}
	f.add(block.set("kind", n.Data).set("src", address).set("title", title(cleanText(caption))))
}

var postClasses = []string{"twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "bluesky-embed", "text-post-media", "fb-post", "fb-video"}

// post recognises the quotations that services give out for their posts; their text becomes the title.
func (f *flow) post(n *html.Node) (Embed, bool) {
	known := false
	for _, class := range postClasses {
		known = known || hasClass(n, class)
	}
	if !known {
		return Embed{}, false
	}
	candidates := []string{get(n, "data-instgrm-permalink"), get(n, "data-text-post-permalink"), get(n, "cite"), get(n, "data-href")}
	var anchors []string
	for d := range n.Descendants() {
		if d.DataAtom == atom.A && has(d, "href") {
			anchors = append([]string{get(d, "href")}, anchors[:min(len(anchors), 20)]...)
		}
	}
	for _, candidate := range append(candidates, anchors...) {
		if e, ok := EmbedOf(candidate); ok {
			e.Title = Shorten(oneLine(textOf(n)), 200)
			return e, true
		}
	}
	return Embed{}, false
}

func queryValue(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get(name)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
