package body

import "strings"

var markTags = [markKinds]string{
	linkMark: "a", languageMark: "span", boldMark: "strong", italicMark: "em", strikeMark: "s",
	subscriptMark: "sub", superscriptMark: "sup", codeMark: "code",
}

// inline writes runs of text, keeping a mark open over neighbours that share it.
func (w *writer) inline(nodes []*node) {
	var open []mark
	for _, n := range nodes {
		keep := 0
		for keep < len(open) && keep < len(n.marks) && sameMark(open[keep], n.marks[keep]) {
			keep++
		}
		w.leave(open, keep)
		open = open[:keep]
		for _, m := range n.marks[keep:] {
			w.enter(m)
			open = append(open, m)
		}
		if n.kind == breakNode {
			w.void("br")
		} else {
			w.text(n.text)
		}
	}
	w.leave(open, 0)
}

func (w *writer) leave(open []mark, keep int) {
	for i := len(open) - 1; i >= keep; i-- {
		w.close(markTags[open[i].kind])
	}
}

func (w *writer) enter(m mark) {
	w.raw("<")
	w.raw(markTags[m.kind])
	switch m.kind {
	case linkMark:
		href := str(m.attrs, "href")
		w.attr("href", w.address(href))
		rel := str(m.attrs, "rel")
		if w.foreign(href) && !strings.Contains(rel, "noreferrer") {
			rel = strings.TrimSpace("noopener " + rel)
		}
		if rel != "" {
			w.attr("rel", rel)
		}
		if title := str(m.attrs, "title"); title != "" {
			w.attr("title", title)
		}
	case languageMark:
		w.tongue(m.attrs)
	}
	w.raw(">")
}

// embed writes a link that loads nothing: in a page inside a figure that an island may turn into a player
// after a click.
func (w *writer) embed(n *node) {
	address, id, title := n.str("url"), n.str("provider"), n.str("title")
	act, name := actOf(id, address)
	w.away(n, address, id, title, w.phrase(act, name))
}

// away writes the link of an embed, or of a file on another host.
func (w *writer) away(n *node, address, id, title, words string) {
	page := w.Mode == Page
	if page {
		w.raw(`<figure class="embed"`)
		w.attr("data-embed", id)
	} else {
		w.raw("<p")
	}
	w.tongue(n.attrs)
	w.raw("><a")
	w.attr("href", w.address(address))
	w.raw(` rel="noopener nofollow">`)
	w.text(words)
	w.raw("</a>")
	switch {
	case title == "":
	case page:
		w.raw("<figcaption>")
		w.text(title)
		w.raw("</figcaption>")
	default:
		w.void("br")
		w.text(title)
	}
	if page {
		w.raw("</figure>")
	} else {
		w.raw("</p>")
	}
}

func (w *writer) phrase(act act, name string) string {
	words := [...]string{watch: w.Words.Watch, listen: w.Words.Listen, view: w.Words.View}[act]
	if words == "" {
		return name
	}
	return strings.ReplaceAll(words, "{provider}", name)
}

// media writes a player for a file of the site; a file elsewhere is a link in a page, which loads nothing
// foreign, and so is every file where players do not work.
func (w *writer) media(n *node) {
	kind, src, title := n.str("kind"), n.str("src"), n.str("title")
	act, label := watch, w.Words.Video
	if kind == "audio" {
		act, label = listen, w.Words.Audio
	}
	if w.Mode == Page && w.foreign(src) || w.Mode == Mail || w.Mode == XHTML {
		host := hostOf(src)
		if host == "" {
			host = w.host
		}
		w.away(n, src, kind, title, w.phrase(act, host))
		return
	}
	w.raw("<figure")
	if w.Mode == Page {
		w.raw(` class="media"`)
	}
	w.tongue(n.attrs)
	w.raw("><" + kind + ` controls preload="none"`)
	w.attr("src", w.address(src))
	if title == "" {
		title = label
		if title != "" {
			w.attr("aria-label", title)
		}
		title = ""
	} else {
		w.attr("aria-label", title)
	}
	w.raw("></" + kind + ">")
	if title != "" {
		w.raw("<figcaption>")
		w.text(title)
		w.raw("</figcaption>")
	}
	w.raw("</figure>")
}
