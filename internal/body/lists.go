package body

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// list takes ul and ol. Lists that stand directly in a list, as editors of all kinds write them, go into the
// item before them.
func (f *flow) list(n *html.Node, st style) {
	f.flush()
	attrs, inside := f.claim(n, st)
	if !f.room(2) {
		f.children(n, inside)
		f.flush()
		return
	}
	l := &node{kind: bulletListNode, attrs: attrs}
	if n.DataAtom == atom.Ol {
		l.kind = orderedListNode
		if start := count(n, "start", 0, 1_000_000, 1); start != 1 {
			l.setNum("start", start)
		}
	}
	f.listItems(n, inside, l)
	if len(l.content) > 0 {
		f.add(l)
	}
}

func (f *flow) listItems(n *html.Node, st style, l *node) {
	var stray *flow // what stands in the list outside of any item
	end := func() {
		if stray != nil {
			if blocks := stray.finish(); len(blocks) > 0 {
				l.content = append(l.content, item(nil, blocks))
			}
			stray = nil
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && Blank(c.Data) && stray == nil:
		case c.Type != html.TextNode && c.Type != html.ElementNode, c.Namespace != "":
		case c.DataAtom == atom.Li:
			end()
			outer := f.tongue
			f.tongue = nil
			attrs, inside := f.claim(c, f.c.look(c).on(st))
			f.tongue = outer
			in := f.inner(listItemNode, 2)
			in.children(c, inside)
			if blocks := in.finish(); len(blocks) > 0 {
				l.content = append(l.content, item(attrs, blocks))
			}
		case c.DataAtom == atom.Ul || c.DataAtom == atom.Ol:
			end()
			in := f.inner(listItemNode, 2)
			in.list(c, st)
			blocks := in.finish()
			if last := len(l.content) - 1; last >= 0 {
				l.content[last].content = append(l.content[last].content, blocks...)
			} else if len(blocks) > 0 {
				l.content = append(l.content, item(nil, blocks))
			}
		case c.Type == html.ElementNode && c.DataAtom == atom.Br:
		default:
			if stray == nil {
				stray = f.inner(listItemNode, 2)
			}
			if c.Type == html.TextNode {
				stray.text(c.Data, st)
			} else {
				stray.element(c, st)
			}
		}
	}
	end()
}

// item makes a list item of blocks: it begins with a paragraph, as the editor asks.
func item(attrs []attr, blocks []*node) *node {
	if blocks[0].kind == headingNode {
		p := &node{kind: paragraphNode, content: blocks[0].content}
		p.set("lang", blocks[0].str("lang")).set("dir", blocks[0].str("dir"))
		blocks[0] = p
	}
	n := &node{kind: listItemNode, attrs: attrs, content: blocks}
	return settle(n)
}

// tableOf takes tables that hold data; tables that only place things on a page are unwrapped.
func (f *flow) tableOf(n *html.Node, st style) {
	f.flush()
	var rows, captions []*html.Node
	nested := false
	for c := range n.Descendants() {
		if c.Type != html.ElementNode || c.Namespace != "" {
			continue
		}
		switch c.DataAtom {
		case atom.Table:
			nested = true
		case atom.Tr:
			rows = append(rows, c)
		case atom.Caption:
			captions = append(captions, c)
		}
	}
	if nested || layout(n, rows) || !f.room(3) || f.where == cellNode || f.where == headerNode {
		f.wrapped(n, st, looks{})
		return
	}
	for _, c := range captions {
		f.wrapped(c, st, looks{})
	}
	attrs, inside := f.claim(n, st)
	t := &node{kind: tableNode, attrs: attrs}
	for _, r := range rows {
		if row := f.row(r, inside, len(rows)-len(t.content)); len(row.content) > 0 {
			t.content = append(t.content, row)
		}
	}
	if len(t.content) > 0 {
		f.add(t)
	}
}

// layout reports whether a table shows no data: declared so, a single column or a single row, no header.
func layout(n *html.Node, rows []*html.Node) bool {
	if role := get(n, "role"); role == "presentation" || role == "none" {
		return true
	}
	columns := 0
	for _, r := range rows {
		cells := 0
		for c := r.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom == atom.Th {
				return false
			}
			if c.DataAtom == atom.Td {
				cells++
			}
		}
		columns = max(columns, cells)
	}
	return columns < 2 || len(rows) < 2
}

func (f *flow) row(r *html.Node, st style, left int) *node {
	row := &node{kind: rowNode}
	for c := r.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		k := cellNode
		if c.DataAtom == atom.Th {
			k = headerNode
		}
		outer := f.tongue
		f.tongue = nil
		attrs, inside := f.claim(c, f.c.look(c).on(st))
		f.tongue = outer
		in := f.inner(k, 3)
		in.children(c, inside)
		cell := &node{kind: k, attrs: attrs, content: in.finish()}
		if k == headerNode {
			for _, p := range cell.content {
				if p.kind == paragraphNode {
					plainBold(p.content)
					p.content = join(p.content)
				}
			}
		}
		if span := count(c, "colspan", 2, maxSpan, 1); span > 1 {
			cell.setNum("colspan", span)
		}
		if span := min(count(c, "rowspan", 2, maxSpan, 1), max(left, 1)); span > 1 {
			cell.setNum("rowspan", span)
		}
		row.content = append(row.content, settle(cell))
	}
	return row
}
