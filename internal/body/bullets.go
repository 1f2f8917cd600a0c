package body

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// bullet is a paragraph that Word calls an item of a list.
type bullet struct {
	level   int
	ordered bool
	start   int
	item    *node
}

// marker is what Word writes before an item as text: a bullet or a number, then no-break spaces.
var marker = regexp.MustCompile(`^(?:[·•§▪■◦oØü–-]|\(?([0-9]{1,4}|[A-Za-z]|[ivxlcIVXLC]{1,6})[.)])(?:[ \x{a0}]*\x{a0}[ \x{a0}]*)`)

// bullet takes a paragraph of Word that is a list item, by mso-list or, in filtered HTML, by its class and
// the sign at its beginning. It answers false for every other paragraph.
func (f *flow) bullet(n *html.Node, st style, look looks) bool {
	byClass := strings.HasPrefix(get(n, "class"), "MsoListParagraph")
	if look.list == "" && !byClass || !f.room(2) {
		return false
	}
	b := bullet{level: 1, start: 1}
	number := ""
	if _, after, ok := strings.Cut(look.list, "level"); ok {
		if after != "" {
			b.level = max(1, min(9, int(after[0])-'0')) // Word has nine levels
		}
		number = f.c.sign(n)
	} else if look.margin > 36 {
		b.level = min(9, 1+(look.margin-36)/36)
	}
	f.flush()
	in := f.inner(listItemNode, 2)
	st = in.speak(n, st)
	in.children(n, look.on(st))
	blocks := in.finish()
	if len(blocks) == 0 {
		return true
	}
	if first := blocks[0]; first.kind == paragraphNode {
		if m := marker.FindString(inlineText(first.content)); m != "" {
			number = strings.TrimRight(m, " \u00a0")
			first.content = cutFront(first.content, len(m))
		} else if look.list == "" && number == "" { // a class alone: text that continues an item
			for _, block := range blocks {
				f.add(block)
			}
			return true
		}
	}
	number = strings.Trim(number, "(). \u00a0")
	b.ordered = number != "" && number != "o" && (letterOrDigit(number[0]))
	if v, err := strconv.Atoi(number); err == nil && v >= 0 && v < 1000 {
		b.start = v
	}
	b.item = item(nil, blocks)
	f.bullets = append(f.bullets, b)
	return true
}

// sign gives the text that Word shows before an item and marks as to be ignored.
func (c *conversion) sign(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && c.look(d).ignore {
			return strings.TrimSpace(textOf(d))
		}
	}
	return ""
}

// cutFront takes n bytes off the beginning of a line.
func cutFront(line []*node, n int) []*node {
	for len(line) > 0 && n > 0 {
		if len(line[0].text) > n {
			line[0].text = line[0].text[n:]
			return line
		}
		n -= len(line[0].text)
		line = line[1:]
	}
	return line
}

// endBullets makes nested lists of the items collected so far.
func (f *flow) endBullets() {
	bullets := f.bullets
	f.bullets = nil
	if len(bullets) == 0 {
		return
	}
	f.blocks = append(f.blocks, nest(bullets, f.depth)...)
}

// nest makes lists at this depth: one for each stretch of the same sort, deeper items inside the item before.
func nest(bullets []bullet, depth int) []*node {
	var lists []*node
	level := bullets[0].level
	for i := 0; i < len(bullets); i++ {
		b := bullets[i]
		if b.level > level && depth+5 <= MaxDepth {
			end := i
			for end < len(bullets) && bullets[end].level > level {
				end++
			}
			items := lists[len(lists)-1].content
			last := items[len(items)-1]
			last.content = append(last.content, nest(bullets[i:end], depth+2)...)
			i = end - 1
			continue
		}
		kind := bulletListNode
		if b.ordered {
			kind = orderedListNode
		}
		if len(lists) == 0 || lists[len(lists)-1].kind != kind {
			l := &node{kind: kind}
			if b.ordered && b.start != 1 {
				l.setNum("start", b.start)
			}
			lists = append(lists, l)
		}
		l := lists[len(lists)-1]
		l.content = append(l.content, b.item)
	}
	return lists
}
