package body

import (
	"slices"
	"strings"
)

// style is what the elements around a run of text say about it.
type style struct {
	bold, italic, strike, sub, sup, code bool
	href, rel, title                     string
	lang, dir                            string // of an inline element: becomes a mark
	effLang, effDir                      string // what holds here already
	spaces                               bool   // no-break spaces are only Word's way to keep spaces
}

// flow collects the blocks of one container; text that stands between blocks becomes paragraphs.
type flow struct {
	c      *conversion
	where  kind
	depth  int // of its blocks; the document's are at 2
	blocks []*node

	inline  []*node
	words   strings.Builder // the run being collected, in the marks below
	style   style
	marks   []mark
	spaced  bool // the last sign was a space that may yet be dropped, or nothing stands before
	started bool
	heading int    // level, when the block being collected is a heading
	tongue  []attr // language and direction of the block being collected
	bullets []bullet
}

// text adds a run; spaces collapse as browsers do it.
func (f *flow) text(s string, st style) {
	if s == "" {
		return
	}
	if !f.started {
		f.spaced, f.started = true, true
	}
	if st != f.style || f.marks == nil {
		f.endRun()
		f.style = st
		f.marks = st.marks()
	}
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' {
			if st.spaces && c == 0xc2 && i+1 < len(s) && s[i+1] == 0xa0 {
				f.words.WriteString(s[start:i])
				start = i + 2
				i++
				if !f.spaced {
					f.words.WriteByte(' ')
				}
				f.spaced = true
				continue
			}
			f.spaced = false
			continue
		}
		f.words.WriteString(s[start:i])
		start = i + 1
		if !f.spaced {
			f.words.WriteByte(' ')
			f.spaced = true
		}
	}
	f.words.WriteString(s[start:])
}

// marks gives the style's marks in canonical order; never nil, so that nil can mean "not yet known".
func (st style) marks() []mark {
	list := make([]mark, 0, 4)
	if st.href != "" {
		n := node{}
		n.set("href", st.href).set("rel", st.rel).set("title", st.title)
		list = append(list, mark{kind: linkMark, attrs: n.attrs})
	}
	if st.lang != "" || st.dir != "" {
		n := node{}
		n.set("lang", st.lang).set("dir", st.dir)
		list = append(list, mark{kind: languageMark, attrs: n.attrs})
	}
	for _, m := range []struct {
		on   bool
		kind markKind
	}{{st.bold, boldMark}, {st.italic, italicMark}, {st.strike, strikeMark}, {st.sub, subscriptMark}, {st.sup, superscriptMark}, {st.code, codeMark}} {
		if m.on {
			list = append(list, mark{kind: m.kind})
		}
	}
	return list
}

func (f *flow) endRun() {
	if f.words.Len() == 0 {
		return
	}
	f.inline = append(f.inline, &node{kind: textNode, text: f.words.String(), marks: f.marks})
	f.words = strings.Builder{}
}

// lineBreak ends a line; the space before it and after it goes.
func (f *flow) lineBreak(st style) {
	f.endRun()
	f.trimEnd()
	f.inline = append(f.inline, &node{kind: breakNode, marks: st.marks()})
	f.spaced, f.started = true, true
}

// trimEnd takes the last collapsible space off the line.
func (f *flow) trimEnd() {
	for i := len(f.inline) - 1; i >= 0; i-- {
		n := f.inline[i]
		if n.kind != textNode {
			return
		}
		if n.text = strings.TrimRight(n.text, " "); n.text != "" {
			return
		}
		f.inline = f.inline[:i]
	}
}

// flush makes a block of what was collected: a heading, or a paragraph for each stretch between two or
// more breaks. What shows nothing is dropped.
func (f *flow) flush() {
	f.endRun()
	f.trimEnd()
	line := f.inline
	f.inline, f.marks, f.spaced, f.started = nil, nil, false, false
	var part []*node
	end := func() {
		part = trimBreaks(join(part))
		if len(part) > 0 && !emptyLines(part) {
			f.paragraph(part)
		}
		part = nil
	}
	for i := 0; i < len(line); i++ {
		if line[i].kind == breakNode {
			breaks := i
			for breaks < len(line) && (line[breaks].kind == breakNode || Blank(line[breaks].text)) {
				breaks++
			}
			count := 0
			for _, n := range line[i:breaks] {
				if n.kind == breakNode {
					count++
				}
			}
			switch {
			case count == 1:
			case f.heading > 0:
				part = append(part, line[i])
				i = breaks - 1
				continue
			default:
				end()
				i = breaks - 1
				continue
			}
		}
		part = append(part, line[i])
	}
	end()
}

// trimBreaks takes breaks off both ends.
func trimBreaks(line []*node) []*node {
	for len(line) > 0 && line[0].kind == breakNode {
		line = line[1:]
	}
	for len(line) > 0 && line[len(line)-1].kind == breakNode {
		line = line[:len(line)-1]
	}
	return line
}

func (f *flow) paragraph(line []*node) {
	n := &node{kind: paragraphNode, content: line, attrs: slices.Clone(f.tongue)}
	if f.heading > 0 {
		n.kind = headingNode
		n.setNum("level", f.heading)
		plainBold(line)
		n.content = join(line)
	} else if f.c.from.Cards {
		if e, ok := card(line); ok {
			f.add(embedBlock(e))
			return
		}
	}
	f.add(n)
}

// plainBold takes bold off a line that is bold from end to end: a heading is bold by itself.
func plainBold(line []*node) {
	for _, n := range line {
		if n.kind == textNode && !marked(n, boldMark) {
			return
		}
	}
	for _, n := range line {
		var kept []mark
		for _, m := range n.marks {
			if m.kind != boldMark {
				kept = append(kept, m)
			}
		}
		n.marks = kept
	}
}

func marked(n *node, k markKind) bool {
	for _, m := range n.marks {
		if m.kind == k {
			return true
		}
	}
	return false
}

// card recognises a line that holds nothing but the address of something on a known service.
func card(line []*node) (Embed, bool) {
	if len(line) != 1 || line[0].kind != textNode {
		return Embed{}, false
	}
	text := strings.TrimSpace(line[0].text)
	if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") || strings.ContainsAny(text, " \u00a0") {
		return Embed{}, false
	}
	return EmbedOf(text)
}

func embedBlock(e Embed) *node {
	n := &node{kind: embedNode}
	return n.set("url", e.URL).set("provider", e.Provider).set("title", title(e.Title))
}

// title makes one short line of a text.
func title(s string) string { return Shorten(strings.Join(strings.Fields(s), " "), maxTitle) }

// add puts a block into the container, or what can be kept of it where it may not stand.
func (f *flow) add(n *node) {
	if len(f.bullets) > 0 {
		f.endBullets()
	}
	if rules[f.where].holds.has(n.kind) {
		f.blocks = append(f.blocks, n)
		return
	}
	switch n.kind {
	case tableNode, rowNode, headerNode, cellNode:
		for _, c := range n.content {
			f.add(c)
		}
	case factBoxNode:
		if t := n.str("title"); t != "" {
			f.add(&node{kind: paragraphNode, content: []*node{{kind: textNode, text: t, marks: []mark{{kind: boldMark}}}}})
		}
		for _, c := range n.content {
			f.add(c)
		}
	}
}

// room reports whether a container that is so many levels high may be opened here.
func (f *flow) room(levels int) bool { return f.depth+levels+1 <= MaxDepth }

// inner gives the flow for the content of a container so many levels below.
func (f *flow) inner(where kind, levels int) *flow {
	return &flow{c: f.c, where: where, depth: f.depth + levels}
}

// finish gives the container's blocks.
func (f *flow) finish() []*node {
	f.flush()
	f.endBullets()
	return f.blocks
}
