package body

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// children walks the content of an element.
func (f *flow) children(n *html.Node, st style) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			f.text(c.Data, st)
		case html.ElementNode:
			if c.Namespace == "" { // SVG and MathML fall away whole
				f.element(c, st)
			}
		case html.DocumentNode:
			f.children(c, st)
		}
	}
}

// element takes one element: dropped, made into a block, turned into marks, or unwrapped.
func (f *flow) element(n *html.Node, st style) {
	look := f.c.look(n)
	if look.hidden || has(n, "hidden") {
		return
	}
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Title, atom.Textarea, atom.Select, atom.Button,
		atom.Input, atom.Noembed, atom.Noframes, atom.Datalist, atom.Canvas, atom.Meta, atom.Link, atom.Base, atom.Param,
		atom.Progress, atom.Meter, atom.Dialog, atom.Frameset:
		return
	case atom.Br:
		f.lineBreak(st)
	case atom.Wbr:
		f.text("\u200b", st)
	case atom.Hr:
		f.flush()
		f.add(&node{kind: ruleNode})
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		f.headed(n, st, look, max(2, min(4, int(n.Data[1]-'0'))))
	case atom.Blockquote:
		f.quote(n, st)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		f.list(n, st)
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		f.code(n, st)
	case atom.Table:
		f.tableOf(n, st)
	case atom.Figure:
		f.figure(n, st)
	case atom.Img:
		f.image(n, st)
	case atom.Iframe, atom.Embed, atom.Frame:
		f.frame(n)
	case atom.Audio, atom.Video:
		f.player(n)
	case atom.Aside:
		f.aside(n, st)
	case atom.P:
		f.par(n, st, look)
	case atom.Dt:
		st.bold = true
		f.wrapped(n, st, look)
	case atom.Q:
		f.text("“", st)
		f.inlineElement(n, st, look)
		f.text("”", st)
	default:
		f.other(n, st, look)
	}
}

// other takes the elements without a meaning of their own here.
func (f *flow) other(n *html.Node, st style, look looks) {
	switch n.Data {
	case "xml", "v:shape", "v:shapetype", "v:imagedata", "o:lock", "w:binData":
		return
	case "hl1", "hl2": // headlines inside an NITF body
		f.headed(n, st, look, 2)
		return
	case "div":
		if hasClass(n, "wp-caption") {
			f.figure(n, st)
			return
		}
	case "media", "media-reference", "amp-img", "amp-anim": // pictures of NITF and AMP
		if n.Data == "media" && n.FirstChild != nil {
			f.figure(n, st)
		} else {
			f.image(n, st)
		}
		return
	case "o:p": // Word's mark of the end of a paragraph
		st.spaces = true
	}
	if blockElement(n.Data) {
		f.wrapped(n, st, look)
		return
	}
	f.inlineElement(n, st, look)
}

// blockElement reports whether an element begins and ends a line.
func blockElement(name string) bool {
	switch name {
	case "address", "article", "aside", "blockquote", "block", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
		"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hl1", "hl2", "hr",
		"html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search", "section", "summary",
		"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "body.content", "hedline", "byline", "dateline":
		return true
	}
	return false
}

// wrapped walks an element that begins and ends a line.
func (f *flow) wrapped(n *html.Node, st style, look looks) {
	f.flush()
	if look.comment { // Word's list of comments at the end
		return
	}
	outer := f.tongue
	st = f.speak(n, st)
	f.children(n, look.on(st))
	f.flush()
	f.tongue = outer
}

// headed is wrapped for a heading of this level.
func (f *flow) headed(n *html.Node, st style, look looks, level int) {
	f.flush()
	outer := f.heading
	f.heading = level
	f.wrapped(n, st, look)
	f.heading = outer
}

// par takes a paragraph, which in Word may be an item of a list, a title or a quotation.
func (f *flow) par(n *html.Node, st style, look looks) {
	class := get(n, "class")
	switch {
	case f.heading > 0 || !strings.HasPrefix(class, "Mso"):
	case strings.HasPrefix(class, "MsoTitle"):
		f.headed(n, st, look, 2)
		return
	case strings.HasPrefix(class, "MsoQuote"), strings.HasPrefix(class, "MsoIntenseQuote"):
		f.quote(n, st)
		return
	case strings.HasPrefix(class, "MsoCommentText") && look.comment:
		return
	}
	if f.bullet(n, st, look) {
		return
	}
	f.wrapped(n, st, look)
}

// speak takes over an element's language and direction for the block that is collected next.
func (f *flow) speak(n *html.Node, st style) style {
	lang, dir := f.c.tongueOf(n, &st)
	if lang == "" && dir == "" {
		return st
	}
	t := node{}
	t.set("lang", str(f.tongue, "lang")).set("dir", str(f.tongue, "dir"))
	t.set("lang", lang).set("dir", dir)
	f.tongue = t.attrs
	return st
}

// claim gives the language of a container: what waited for the next block, and its own.
func (f *flow) claim(n *html.Node, st style) (attrs []attr, inside style) {
	outer := f.tongue
	inside = f.speak(n, st)
	attrs = append([]attr(nil), f.tongue...)
	f.tongue = outer
	inside.href, inside.rel, inside.title = "", "", ""
	return attrs, inside
}

// tongueOf gives the language and direction that an element changes, "" for what holds already.
func (c *conversion) tongueOf(n *html.Node, st *style) (lang, dir string) {
	if l, ok := cleanLang(get(n, "lang")); ok && !c.word && !sameTongue(l, st.effLang) && n.DataAtom != atom.Html && n.DataAtom != atom.Body {
		lang, st.effLang = l, l
	}
	d := strings.ToLower(get(n, "dir"))
	if n.DataAtom == atom.Bdi && d == "" {
		d = "auto"
	}
	if (d == "ltr" || d == "rtl" || d == "auto") && d != st.effDir {
		dir, st.effDir = d, d
	}
	return lang, dir
}

// sameTongue compares language and script: en is en-US, zh-Hans is not zh-Hant.
func sameTongue(a, b string) bool {
	cut := func(tag string) string {
		parts := strings.Split(tag, "-")
		if len(parts) > 1 && len(parts[1]) == 4 {
			return parts[0] + parts[1]
		}
		return parts[0]
	}
	return a == b || cut(a) == cut(b)
}

// inlineElement turns an element inside a line into marks.
func (f *flow) inlineElement(n *html.Node, st style, look looks) {
	if look.ignore { // the sign before an item of a Word list
		return
	}
	switch n.DataAtom {
	case atom.B, atom.Strong:
		st.bold = true
	case atom.I, atom.Em, atom.Cite, atom.Dfn, atom.Var:
		st.italic = true
	case atom.S, atom.Strike, atom.Del:
		st.strike = true
	case atom.Sub:
		st.sub, st.sup = true, false
	case atom.Sup:
		st.sup, st.sub = true, false
	case atom.Code, atom.Kbd, atom.Samp, atom.Tt:
		st.code = true
	case atom.A:
		st = f.link(n, st)
	}
	if !inert(n.DataAtom) {
		lang, dir := f.c.tongueOf(n, &st)
		if lang != "" {
			st.lang = lang
		}
		if dir != "" {
			st.dir = dir
		}
	}
	f.children(n, look.on(st))
}

// inert lists what the parser makes by itself and what carries no language of a run.
func inert(a atom.Atom) bool { return a == atom.Html || a == atom.Body || a == atom.Head }

// link puts an anchor's address into the style; an anchor without a usable one is only its text.
func (f *flow) link(n *html.Node, st style) style {
	if !has(n, "href") {
		return st
	}
	raw := get(n, "href")
	if strings.HasPrefix(raw, "#_") || strings.HasPrefix(raw, "#ftnt") { // Word's own bookmarks, footnotes of Google Docs
		return st
	}
	href, ok := cleanLink(unwrapLink(raw), f.c.base)
	if !ok {
		st.href, st.rel, st.title = "", "", ""
		if strings.TrimSpace(raw) != "" {
			f.c.warn(warnLink, "the link to %q leads nowhere from here and became plain text", "address", raw)
		}
		return st
	}
	st.href = href
	var rel []string
	for word := range strings.FieldsSeq(strings.ToLower(get(n, "rel"))) {
		if word == "sponsored" || word == "nofollow" {
			rel = append(rel, word)
		}
	}
	st.rel = cleanRel(strings.Join(rel, " "))
	st.title = title(cleanText(get(n, "title")))
	return st
}

// unwrapLink takes the redirects off that Google Docs and Outlook put before every link.
func unwrapLink(raw string) string {
	clean, ok := cleanLink(raw, nil)
	if !ok {
		return raw
	}
	host := hostOf(clean)
	name := ""
	switch {
	case host == "www.google.com" && strings.HasPrefix(clean, "https://www.google.com/url?"):
		name = "q"
	case strings.HasSuffix(host, ".safelinks.protection.outlook.com"):
		name = "url"
	default:
		return raw
	}
	if to := queryValue(clean, name); strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://") {
		return to
	}
	return raw
}

// quote takes a blockquote; the ones that services give for their posts become embeds.
func (f *flow) quote(n *html.Node, st style) {
	f.flush()
	if e, ok := f.post(n); ok {
		f.add(embedBlock(e))
		return
	}
	attrs, inside := f.claim(n, st)
	if !f.room(1) {
		f.children(n, inside)
		f.flush()
		return
	}
	in := f.inner(blockquoteNode, 1)
	in.children(n, inside)
	q := &node{kind: blockquoteNode, attrs: attrs, content: in.finish()}
	if len(q.content) == 0 {
		return
	}
	if cite, ok := cleanLink(get(n, "cite"), f.c.base); ok && webForm.reaches(cite) {
		q.set("cite", cite)
	}
	f.add(q)
}

// aside takes a fact box as our own pages write it; other asides are text.
func (f *flow) aside(n *html.Node, st style) {
	if !hasClass(n, "fact-box") || !f.room(1) || f.where != docNode {
		f.wrapped(n, st, looks{})
		return
	}
	f.flush()
	attrs, inside := f.claim(n, st)
	box := &node{kind: factBoxNode, attrs: attrs}
	in := f.inner(factBoxNode, 1)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && hasClass(c, "fact-box-title") && box.str("title") == "" {
			box.set("title", title(cleanText(textOf(c))))
			n.RemoveChild(c)
			break
		}
	}
	in.children(n, inside)
	if box.content = in.finish(); len(box.content) > 0 {
		f.add(box)
	}
}

// code takes preformatted text as it is.
func (f *flow) code(n *html.Node, st style) {
	f.flush()
	attrs, _ := f.claim(n, st)
	if text := textOf(n); !Blank(text) {
		f.add(&node{kind: codeBlockNode, attrs: attrs, content: []*node{{kind: textNode, text: text}}})
	}
}

// textOf gives all text inside an element, a line end for each br.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		switch {
		case c.Type == html.TextNode && !rawText(c.Parent.DataAtom):
			b.WriteString(c.Data)
		case c.Type == html.ElementNode && c.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func hasClass(n *html.Node, name string) bool {
	for class := range strings.FieldsSeq(get(n, "class")) {
		if class == name {
			return true
		}
	}
	return false
}

// count reads a whole number from an attribute, between low and high, else otherwise.
func count(n *html.Node, name string, low, high, otherwise int) int {
	v, err := strconv.Atoi(strings.TrimSpace(get(n, name)))
	if err != nil || v < low {
		return otherwise
	}
	return min(v, high)
}
