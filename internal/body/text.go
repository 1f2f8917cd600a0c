package body

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Block is one piece of a document as a reader meets it: a paragraph, a heading, a row of a table, a
// picture. Kind is the node's name in the JSON ("paragraph", "tableRow", "picture"), In the nearest of
// blockquote, listItem and factBox around it or "", Text its words without marks, IDs the pictures or the
// article it refers to, Address what an embed or a media file points at, Alt the alt text that a picture
// has in this document, Top which of the document's own children holds it, from 0.
type Block struct {
	Kind    string
	In      string
	Text    string
	IDs     []string
	Address string
	Alt     string
	Top     int

	key   string // equal keys: nothing about the block changed
	links []string
}

// Blocks gives the document's pieces in reading order.
func (d Document) Blocks() []Block {
	out := make([]Block, 0, len(d.blocks))
	for i := range d.blocks {
		from := len(out)
		gather(d.blocks[i:i+1], "", &out)
		for j := from; j < len(out); j++ {
			out[j].Top = i
		}
	}
	return out
}

// Node gives the block as the JSON of the document has it; of a fact box, of which only the title is a block, without its content.
func (b Block) Node() []byte {
	if b.Kind == rules[factBoxNode].name {
		return appendNode(nil, (&node{kind: factBoxNode}).set("title", b.Text))
	}
	return []byte(strings.TrimPrefix(b.key, b.In))
}

func gather(nodes []*node, in string, out *[]Block) {
	for _, n := range nodes {
		b := Block{Kind: rules[n.kind].name, In: in}
		switch n.kind {
		case paragraphNode, headingNode, codeBlockNode:
			b.Text = inlineText(n.content)
		case pictureNode, relatedNode:
			b.IDs = []string{n.str("id")}
			b.Text, b.Alt = n.str("caption"), n.str("alt")
		case galleryNode:
			b.IDs = n.list("pictures")
		case embedNode:
			b.Address, b.Text = n.str("url"), n.str("title")
		case mediaNode:
			b.Address, b.Text = n.str("src"), n.str("title")
		case rowNode:
			var cells []string
			for _, c := range n.content {
				cells = append(cells, plain(c.content))
			}
			b.Text = strings.Join(cells, "\t")
		case factBoxNode:
			if b.Text = n.str("title"); b.Text != "" {
				b.key = b.Kind + in + b.Text
				*out = append(*out, b)
			}
			gather(n.content, b.Kind, out)
			continue
		case blockquoteNode, listItemNode:
			gather(n.content, b.Kind, out)
			continue
		case ruleNode:
		default:
			gather(n.content, in, out)
			continue
		}
		b.key = in + string(appendNode(nil, n))
		b.links = links(n.content)
		*out = append(*out, b)
	}
}

func inlineText(nodes []*node) string {
	if len(nodes) == 1 {
		return nodes[0].text
	}
	var b strings.Builder
	for _, n := range nodes {
		if n.kind == breakNode {
			b.WriteByte('\n')
		} else {
			b.WriteString(n.text)
		}
	}
	return b.String()
}

// plain gives the words of some blocks, a line each.
func plain(nodes []*node) string {
	var blocks []Block
	gather(nodes, "", &blocks)
	var lines []string
	for _, b := range blocks {
		if b.Text != "" {
			lines = append(lines, b.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// Text gives the words alone: blocks parted by an empty line, items of a list by a line end, cells of a
// table by a tab. Captions and titles that the document itself holds are in it; names of pictures and
// articles that it refers to are not.
func (d Document) Text() string {
	var b strings.Builder
	var before Block
	for _, block := range d.Blocks() {
		if block.Text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if block.In != "listItem" && block.Kind != "tableRow" || block.In != before.In || block.Kind != before.Kind {
				b.WriteByte('\n')
			}
		}
		b.WriteString(block.Text)
		before = block
	}
	return b.String()
}

// Words counts the words of Text, for length and reading time. In scripts written without spaces each
// ideograph and kana counts as one, and four letters of Thai, Lao, Khmer or Burmese.
func (d Document) Words() int {
	count := 0
	for _, b := range d.Blocks() {
		count += CountWords(b.Text)
	}
	return count
}

var (
	ideographs = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}
	unspaced   = []*unicode.RangeTable{unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}
)

// CountWords counts the words of any text the way Document.Words does.
func CountWords(text string) int {
	count, letters := 0, 0
	inside := false
	for i, r := range text {
		switch {
		case r < utf8.RuneSelf && letterOrDigit(byte(r)):
			if !inside {
				count++
			}
			inside = true
		case r >= 0x0e00 && unicode.In(r, ideographs...):
			count++
			inside = false
		case r >= 0x0e00 && unicode.In(r, unspaced...):
			if unicode.IsLetter(r) {
				if letters%4 == 0 {
					count++
				}
				letters++
			}
			inside = false
			continue
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if !inside {
				count++
			}
			inside = true
		case inside && (unicode.IsMark(r) || joins(r) && letterFollows(text[i+utf8.RuneLen(r):])):
		default:
			inside = false
		}
		letters = 0
	}
	return count
}

// joins reports whether a sign between letters or digits keeps them one word.
func joins(r rune) bool {
	switch r {
	case '\'', '’', '-', '.', ',', ':', '_', '\u00ad', '\u200c', '\u200d', '·', '‑':
		return true
	}
	return false
}

func letterFollows(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// Excerpt gives the beginning of the running text on one line, at most n characters, cut after a whole
// word and then ended by "…". Headings, tables, code and titles are left out.
func (d Document) Excerpt(n int) string {
	var b strings.Builder
	for _, block := range d.Blocks() {
		if block.Kind != "paragraph" {
			continue
		}
		for word := range strings.FieldsSeq(block.Text) {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
		if b.Len() > n*utf8.UTFMax {
			break
		}
	}
	return Shorten(b.String(), n)
}

// Shorten cuts text to at most n characters, after a whole word where one ends in its last third, and
// ends it with "…"; shorter text comes back as it is. It never parts a letter from its accents.
func Shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	if n < 1 {
		return ""
	}
	cut, word, count := 0, 0, 0
	var before rune
	for i, r := range text {
		if !unicode.IsMark(r) && r != '\u200d' && before != '\u200d' && r != '\ufe0f' {
			cut = i
			if unicode.IsSpace(r) {
				word = i
			}
		}
		if count == n-1 {
			break
		}
		count++
		before = r
	}
	if word > cut*2/3 {
		cut = word
	}
	return strings.TrimRightFunc(text[:cut], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—(", r)
	}) + "…"
}

// Pictures lists the ids of all pictures in reading order, galleries included, each once.
func (d Document) Pictures() []string {
	return d.collect(func(n *node) []string {
		switch n.kind {
		case pictureNode:
			return []string{n.str("id")}
		case galleryNode:
			return n.list("pictures")
		}
		return nil
	})
}

// Related lists the ids of the articles that related cards point at, in reading order, each once.
func (d Document) Related() []string {
	return d.collect(func(n *node) []string {
		if n.kind == relatedNode {
			return []string{n.str("id")}
		}
		return nil
	})
}

// Links lists the addresses that the text points at, embeds and media files included, in reading order,
// each once.
func (d Document) Links() []string {
	return d.collect(func(n *node) []string {
		switch n.kind {
		case embedNode:
			return []string{n.str("url")}
		case mediaNode:
			return []string{n.str("src")}
		case textNode, breakNode:
			return links([]*node{n})
		}
		return nil
	})
}

func links(nodes []*node) []string {
	var out []string
	walk(nodes, func(n *node) {
		if len(n.marks) > 0 && n.marks[0].kind == linkMark {
			if href := str(n.marks[0].attrs, "href"); len(out) == 0 || out[len(out)-1] != href {
				out = append(out, href)
			}
		}
	})
	return out
}

func (d Document) collect(of func(*node) []string) []string {
	var out []string
	seen := map[string]bool{}
	walk(d.blocks, func(n *node) {
		for _, id := range of(n) {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	})
	return out
}

// FromText makes a document of plain text: an empty line parts paragraphs, a single line end is a break.
// What goes beyond the limits of a document is cut.
func FromText(text string) Document {
	d, _ := fit(paragraphs(cleanText(text)))
	return d
}

func paragraphs(text string) []*node {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var out []*node
	var lines []*node
	flush := func() {
		if len(lines) > 0 {
			out = append(out, &node{kind: paragraphNode, content: lines[1:]})
		}
		lines = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if Blank(line) {
			flush()
			continue
		}
		lines = append(lines, &node{kind: breakNode}, &node{kind: textNode, text: line})
	}
	flush()
	return out
}
