package body

import "slices"

// Relink gives the document with other addresses behind the links in its text, for a site that moves. to answers the new
// address and true, or false for a link that stays; a new one that may not stand in a document leaves the link as it
// is. Embeds, players and pictures are no links.
func (d Document) Relink(to func(address string) (string, bool)) Document {
	return Document{blocks: relink(d.blocks, to)}
}

func relink(nodes []*node, to func(string) (string, bool)) []*node {
	out := nodes
	for i, n := range nodes {
		c := relinkOne(n, to)
		if c == n {
			continue
		}
		if &out[0] == &nodes[0] {
			out = slices.Clone(nodes)
		}
		out[i] = c
	}
	return out
}

// relinkOne gives n itself when nothing in it changes: documents share what they hold.
func relinkOne(n *node, to func(string) (string, bool)) *node {
	c := *n
	changed := false
	if len(n.marks) > 0 && n.marks[0].kind == linkMark {
		if address, ok := to(str(n.marks[0].attrs, "href")); ok {
			if address, ok = cleanLink(address, nil); ok {
				link := node{attrs: slices.Clone(n.marks[0].attrs)}
				link.set("href", address)
				c.marks = slices.Clone(n.marks)
				c.marks[0].attrs = link.attrs
				changed = true
			}
		}
	}
	if len(n.content) > 0 {
		if content := relink(n.content, to); &content[0] != &n.content[0] {
			if n.kind.inlineContent() {
				content = join(content) // two runs may have become one link
			}
			c.content = content
			changed = true
		}
	}
	if !changed {
		return n
	}
	return &c
}
