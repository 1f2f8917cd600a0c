package body

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"
)

// Mode says where the HTML goes.
type Mode uint8

// The places that HTML goes to. All are well-formed XML too in XHTML.
const (
	Page  Mode = iota // our own page: classes for the theme, embeds as figures that wait for a click
	Feed              // RSS, Atom, JSON Feed: no classes, absolute addresses, players for own files
	Mail              // newsletters: as Feed, players are links
	XHTML             // the wire (body_xhtml): as Mail, every element closed, no sign that XML forbids
)

// Picture is a picture in the text: the id of a picture of ours, and caption and alt text where this
// article has its own instead of the picture's. Lang and Dir say in which language those two are.
type Picture struct {
	ID, Caption, Alt, Lang, Dir string
}

// Words are what readers see besides the text itself, in the language of the page. "{provider}" in Watch,
// Listen and View stands for the provider's name or host. A word that is empty is left out.
type Words struct {
	Watch  string // "Watch on {provider}": the link of a video embed or a video file elsewhere
	Listen string // "Listen on {provider}"
	View   string // "View on {provider}": of posts and everything else
	Video  string // the name of a player without a title
	Audio  string
	Table  string // the name of a table's frame, which may scroll
}

// Rendering says how a document becomes HTML. Picture, Gallery and Related give HTML that is safe already
// (well-formed XML for XHTML), since credit, rights and markup are the page's; nil or "" leaves the node out
// without a gap. Base is the absolute address of the article: links are made absolute by it (not in Page),
// and links to its host are no foreign ones.
type Rendering struct {
	Mode    Mode
	Base    string
	Words   Words
	Picture func(Picture) template.HTML
	Gallery func(ids []string) template.HTML
	Related func(id string) template.HTML
}

// HTML gives the whole document. Text and attributes are escaped, attributes quoted, scripts, styles and
// event handlers cannot occur outside of what the functions of r give.
func (d Document) HTML(r Rendering) template.HTML {
	return template.HTML(d.AppendHTML(nil, r))
}

// AppendHTML is HTML at the end of dst, for callers that keep a buffer.
func (d Document) AppendHTML(dst []byte, r Rendering) []byte {
	w := writer{b: dst, Rendering: r, xml: r.Mode == XHTML}
	if u, err := url.Parse(r.Base); err == nil && u.Host != "" {
		w.host = strings.ToLower(u.Host)
		w.origin = u.Scheme + "://" + u.Host
		u.Fragment, u.RawFragment = "", ""
		w.self = u.String()
	}
	w.blocks(d.blocks)
	return w.b
}

type writer struct {
	b []byte
	Rendering
	xml                bool
	host, origin, self string
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

// text escapes for element content.
func (w *writer) text(s string) { w.escape(s, false) }

// attr writes name="value".
func (w *writer) attr(name, value string) {
	w.raw(" ")
	w.raw(name)
	w.raw(`="`)
	w.escape(value, true)
	w.raw(`"`)
}

func (w *writer) escape(s string, quoted bool) {
	start := 0
	for i := 0; i < len(s); i++ {
		var as string
		switch c := s[i]; {
		case c == '&':
			as = "&amp;"
		case c == '<':
			as = "&lt;"
		case c == '>':
			as = "&gt;"
		case c == '"' && quoted:
			as = "&#34;"
		case c == '\r':
			as = "&#13;"
		case (c == '\n' || c == '\t') && quoted:
			as = "&#" + strconv.Itoa(int(c)) + ";"
		case c < ' ' && c != '\n' && c != '\t' && w.Mode != Page: // no sign of XML, which feeds are
		case c == 0xef && i+2 < len(s) && s[i+1] == 0xbf && s[i+2] >= 0xbe && w.Mode != Page: // U+FFFE, U+FFFF
			w.raw(s[start:i])
			start = i + 3
			i += 2
			continue
		default:
			continue
		}
		w.raw(s[start:i])
		w.raw(as)
		start = i + 1
	}
	w.raw(s[start:])
}

// tongue writes lang and dir when they are set.
func (w *writer) tongue(attrs []attr) {
	if len(attrs) == 0 {
		return
	}
	if lang := str(attrs, "lang"); lang != "" {
		w.attr("lang", lang)
		if w.xml {
			w.attr("xml:lang", lang)
		}
	}
	if dir := str(attrs, "dir"); dir != "" {
		w.attr("dir", dir)
	}
}

func (w *writer) open(tag string, n *node) {
	w.raw("<")
	w.raw(tag)
	w.tongue(n.attrs)
	w.raw(">")
}

func (w *writer) close(tag string) {
	w.raw("</")
	w.raw(tag)
	w.raw(">")
}

// void writes an element without content.
func (w *writer) void(tag string) {
	w.raw("<")
	w.raw(tag)
	if w.xml {
		w.raw("/")
	}
	w.raw(">")
}

// around writes open, inside and close, or nothing when inside wrote nothing: no frame without a picture.
func (w *writer) around(open func(), inside func(), tag string) {
	before := len(w.b)
	open()
	start := len(w.b)
	inside()
	if len(w.b) == start {
		w.b = w.b[:before]
		return
	}
	w.close(tag)
}

func (w *writer) blocks(nodes []*node) {
	for _, n := range nodes {
		w.block(n)
	}
}

func (w *writer) block(n *node) {
	switch n.kind {
	case paragraphNode:
		w.lines(n, "p")
	case headingNode:
		w.lines(n, [...]string{"h2", "h3", "h4"}[n.num("level", 2)-2])
	case blockquoteNode:
		w.around(func() {
			w.raw("<blockquote")
			if cite := n.str("cite"); cite != "" {
				w.attr("cite", w.address(cite))
			}
			w.tongue(n.attrs)
			w.raw(">")
		}, func() { w.blocks(n.content) }, "blockquote")
	case bulletListNode:
		w.around(func() { w.open("ul", n) }, func() { w.items(n) }, "ul")
	case orderedListNode:
		w.around(func() {
			w.raw("<ol")
			if start := n.num("start", 1); start != 1 {
				w.attr("start", strconv.Itoa(start))
			}
			w.tongue(n.attrs)
			w.raw(">")
		}, func() { w.items(n) }, "ol")
	case codeBlockNode:
		if len(n.content) > 0 {
			w.open("pre", n)
			w.raw("<code>")
			w.text(n.content[0].text)
			w.raw("</code></pre>")
		}
	case ruleNode:
		w.void("hr")
	case tableNode:
		w.table(n)
	case factBoxNode:
		w.factBox(n)
	case pictureNode:
		if w.Picture != nil {
			w.raw(string(w.Picture(Picture{ID: n.str("id"), Caption: n.str("caption"), Alt: n.str("alt"), Lang: n.str("lang"), Dir: n.str("dir")})))
		}
	case galleryNode:
		if w.Gallery != nil {
			w.raw(string(w.Gallery(append([]string(nil), n.list("pictures")...))))
		}
	case relatedNode:
		if w.Related != nil {
			w.raw(string(w.Related(n.str("id"))))
		}
	case mediaNode:
		w.media(n)
	case embedNode:
		w.embed(n)
	}
}

// lines writes a block of inline content, nothing when there is nothing to see.
func (w *writer) lines(n *node, tag string) {
	if emptyLines(n.content) {
		return
	}
	w.open(tag, n)
	w.inline(n.content)
	w.close(tag)
}

func emptyLines(nodes []*node) bool {
	for _, n := range nodes {
		if !Blank(n.text) {
			return false
		}
	}
	return true
}

func (w *writer) items(list *node) {
	for _, item := range list.content {
		w.around(func() { w.open("li", item) }, func() { w.tight(item.content) }, "li")
	}
}

// tight writes the content of a list item or a table cell: a first paragraph that only lists follow stands
// without its own element.
func (w *writer) tight(nodes []*node) {
	bare := len(nodes) > 0 && nodes[0].kind == paragraphNode && len(nodes[0].attrs) == 0
	for _, n := range nodes[min(1, len(nodes)):] {
		bare = bare && (n.kind == bulletListNode || n.kind == orderedListNode)
	}
	if !bare {
		w.blocks(nodes)
		return
	}
	if !emptyLines(nodes[0].content) {
		w.inline(nodes[0].content)
	}
	w.blocks(nodes[1:])
}

func (w *writer) table(n *node) {
	page := w.Mode == Page
	if page {
		w.raw(`<div class="table"`)
		if w.Words.Table != "" {
			w.raw(` role="group"`)
			w.attr("aria-label", w.Words.Table)
		}
		w.raw(` tabindex="0">`)
	}
	w.open("table", n)
	w.raw("<tbody>")
	for _, row := range n.content {
		w.raw("<tr>")
		for _, cell := range row.content {
			tag := "td"
			if cell.kind == headerNode {
				tag = "th"
			}
			w.raw("<" + tag)
			for _, span := range [...]string{"colspan", "rowspan"} {
				if count := cell.num(span, 1); count != 1 {
					w.attr(span, strconv.Itoa(count))
				}
			}
			w.tongue(cell.attrs)
			w.raw(">")
			w.tight(cell.content)
			w.close(tag)
		}
		w.raw("</tr>")
	}
	w.raw("</tbody></table>")
	if page {
		w.raw("</div>")
	}
}

func (w *writer) factBox(n *node) {
	tag := "aside"
	if w.Mode != Page {
		tag = "blockquote" // the one frame that feed readers, mail programs and the wire keep
	}
	title := func() {
		w.raw("<" + tag)
		if w.Mode == Page {
			w.raw(` class="fact-box"`)
		}
		w.tongue(n.attrs)
		w.raw(">")
		if t := n.str("title"); t != "" {
			if w.Mode == Page {
				w.raw(`<p class="fact-box-title">`)
				w.text(t)
			} else {
				w.raw("<p><strong>")
				w.text(t)
				w.raw("</strong>")
			}
			w.raw("</p>")
		}
	}
	w.around(title, func() { w.blocks(n.content) }, tag)
}

// address makes a stored address ready for this mode.
func (w *writer) address(stored string) string {
	if w.Mode == Page || stored == "" || w.origin == "" {
		return stored
	}
	switch stored[0] {
	case '/':
		return w.origin + stored
	case '#':
		return w.self + stored
	}
	return stored
}

// foreign reports whether an address leaves the site.
func (w *writer) foreign(address string) bool {
	host := hostOf(address)
	return host != "" && host != w.host
}
