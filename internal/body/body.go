// Package body holds the document of an article: what a story says, apart from headline and lead.
//
// A document is ProseMirror JSON with a closed list of nodes and marks (schema.go names them all),
// so that one walk can turn it into a page, a feed, a mail, XHTML for the wire, or plain text.
// Two doors lead in and both end in the same closed list: Parse takes the editor's JSON and
// refuses, with the place, whatever is not on the list; FromHTML takes HTML from anywhere (a paste,
// an import, a wire) and keeps what the list can say, so that nothing unknown can be stored.
//
// The package promises: no function panics on any input; a Document that exists is valid; output
// holds no script, no style attribute, no event handler, no address other than http, https, mailto,
// tel or a path of the site; equal documents have equal bytes; work is bounded by the size of the
// input. It knows no storage, no network and no words of any language: words come from the caller.
package body

import (
	"slices"
)

// Limits of one document; Parse refuses more, FromHTML cuts with a warning.
const (
	MaxBytes    = 1 << 20 // bytes of JSON
	MaxNodes    = 20_000  // nodes, text runs included
	MaxDepth    = 32      // levels, the document itself being the first
	MaxAddress  = 2048    // bytes of one link or source
	MaxPictures = 100     // pictures of one gallery
	maxTitle    = 300     // characters of a title
	maxCaption  = 2000    // characters of a caption or alt text
	maxSpan     = 100     // columns or rows of one table cell
)

// Document is the body of an article. It is a value that never changes once made: copies share their
// content safely between goroutines. The zero Document is empty and valid.
type Document struct {
	blocks []*node
}

type node struct {
	kind    kind
	text    string // of text nodes only
	attrs   []attr // in the order of their names, defaults left out
	marks   []mark // in the order of markKind, outermost first
	content []*node
}

// attr is one attribute; which of the three values counts is said by its rule in the schema.
type attr struct {
	name string
	text string
	num  int
	list []string
}

type mark struct {
	kind  markKind
	attrs []attr
}

func find(attrs []attr, name string) *attr {
	for i := range attrs {
		if attrs[i].name == name {
			return &attrs[i]
		}
	}
	return nil
}

func (n *node) str(name string) string { return str(n.attrs, name) }

func str(attrs []attr, name string) string {
	if a := find(attrs, name); a != nil {
		return a.text
	}
	return ""
}

func (n *node) num(name string, otherwise int) int {
	if a := find(n.attrs, name); a != nil {
		return a.num
	}
	return otherwise
}

func (n *node) list(name string) []string {
	if a := find(n.attrs, name); a != nil {
		return a.list
	}
	return nil
}

// set puts a text attribute in its place of the order; an empty text leaves it out.
func (n *node) set(name, text string) *node {
	if text != "" {
		n.put(attr{name: name, text: text})
	}
	return n
}

func (n *node) setNum(name string, num int) *node {
	n.put(attr{name: name, num: num})
	return n
}

func (n *node) put(a attr) {
	i, found := slices.BinarySearchFunc(n.attrs, a.name, func(a attr, name string) int {
		switch {
		case a.name < name:
			return -1
		case a.name > name:
			return 1
		}
		return 0
	})
	if found {
		n.attrs[i] = a
		return
	}
	n.attrs = slices.Insert(n.attrs, i, a)
}

func sameAttrs(a, b []attr) bool {
	return slices.EqualFunc(a, b, func(a, b attr) bool {
		return a.name == b.name && a.text == b.text && a.num == b.num && slices.Equal(a.list, b.list)
	})
}

func sameMarks(a, b []mark) bool {
	return slices.EqualFunc(a, b, sameMark)
}

func sameMark(a, b mark) bool { return a.kind == b.kind && sameAttrs(a.attrs, b.attrs) }

// join drops empty runs of text and makes one run of neighbours with the same marks.
func join(inline []*node) []*node {
	out := inline[:0]
	for _, n := range inline {
		if n.kind == textNode {
			if n.text == "" {
				continue
			}
			if last := len(out) - 1; last >= 0 && out[last].kind == textNode && sameMarks(out[last].marks, n.marks) {
				out[last] = &node{kind: textNode, text: out[last].text + n.text, marks: n.marks}
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

// walk calls visit for every node in reading order.
func walk(nodes []*node, visit func(*node)) {
	for _, n := range nodes {
		visit(n)
		walk(n.content, visit)
	}
}

// Equal reports whether both documents have the same canonical bytes.
func (d Document) Equal(other Document) bool {
	return slices.Equal(d.Canonical(), other.Canonical())
}

// IsEmpty reports whether a reader would see nothing: no text besides spaces, no picture, gallery,
// related card, embed, audio or video. A rule alone counts as nothing.
func (d Document) IsEmpty() bool {
	empty := true
	walk(d.blocks, func(n *node) {
		switch n.kind {
		case textNode:
			empty = empty && Blank(n.text)
		case pictureNode, galleryNode, relatedNode, embedNode, mediaNode:
			empty = false
		}
	})
	return empty
}

// Rewrite gives the document with other ids of pictures and related articles, for imports and copies
// between sites. A function that answers false takes its node out; nil leaves all of its kind as they
// are. An id that is not well-formed counts as false.
func (d Document) Rewrite(picture, related func(id string) (string, bool)) Document {
	return Document{blocks: rewrite(d.blocks, picture, related)}
}

func rewrite(nodes []*node, picture, related func(string) (string, bool)) []*node {
	out := make([]*node, 0, len(nodes))
	for _, n := range nodes {
		switch {
		case n.kind == pictureNode && picture != nil, n.kind == relatedNode && related != nil:
			change := picture
			if n.kind == relatedNode {
				change = related
			}
			if id, ok := change(n.str("id")); ok && validID(id) {
				c := &node{kind: n.kind, attrs: slices.Clone(n.attrs)}
				out = append(out, c.set("id", id))
			}
		case n.kind == galleryNode && picture != nil:
			var ids []string
			for _, id := range n.list("pictures") {
				if id, ok := picture(id); ok && validID(id) {
					ids = append(ids, id)
				}
			}
			if len(ids) > 0 {
				out = append(out, &node{kind: galleryNode, attrs: []attr{{name: "pictures", list: ids}}})
			}
		case len(n.content) > 0 && !n.kind.inlineContent():
			c := *n
			c.content = rewrite(n.content, picture, related)
			out = append(out, settle(&c))
		default:
			out = append(out, n)
		}
	}
	return out
}

// settle gives a container that lost children the paragraph that the schema asks of it.
func settle(n *node) *node {
	rule := &rules[n.kind]
	switch {
	case rule.first != none && (len(n.content) == 0 || n.content[0].kind != rule.first):
		n.content = slices.Insert(slices.Clone(n.content), 0, &node{kind: rule.first})
	case rule.filled && len(n.content) == 0:
		n.content = []*node{{kind: paragraphNode}}
	}
	return n
}
