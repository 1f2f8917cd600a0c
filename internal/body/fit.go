package body

import (
	"slices"
	"strings"
)

// fit makes a document of blocks that are right in everything but their number and size, and reports
// whether something had to be cut: the blocks that fit stay, the one that crosses the limit goes on as
// plain text while there is room, the rest is left out.
func fit(blocks []*node) (Document, bool) {
	nodes, bytes := 1, len(`{"content":[],"type":"doc"}`)
	for i, b := range blocks {
		n, size := measure(b)
		if tall(b) >= MaxDepth {
			flat := paragraphs(words(b, MaxBytes))
			return fit(slices.Concat(blocks[:i], flat, blocks[i+1:]))
		}
		if nodes+n <= MaxNodes && bytes+size <= MaxBytes {
			nodes += n
			bytes += size
			continue
		}
		kept := append([]*node(nil), blocks[:i]...)
		for _, p := range paragraphs(words(b, MaxBytes-bytes)) {
			n, size := measure(p)
			if nodes+n > MaxNodes {
				break
			}
			for bytes+size > MaxBytes { // escapes make JSON longer than the text
				half := cutText(plain([]*node{p}), len(plain([]*node{p}))/2)
				if p = nil; half == "" {
					break
				}
				p = &node{kind: paragraphNode, content: []*node{{kind: textNode, text: half}}}
				n, size = measure(p)
			}
			if p == nil || nodes+n > MaxNodes {
				break
			}
			kept = append(kept, p)
			nodes += n
			bytes += size
		}
		return Document{blocks: kept}, true
	}
	return Document{blocks: blocks}, false
}

// tall gives the number of levels of a block.
func tall(n *node) int {
	most := 0
	for _, c := range n.content {
		most = max(most, tall(c))
	}
	return most + 1
}

// words gives at most limit bytes of the text of a block, an empty line between the pieces.
func words(n *node, limit int) string {
	var pieces []Block
	gather([]*node{n}, "", &pieces)
	var b strings.Builder
	for _, p := range pieces {
		if b.Len() > limit {
			break
		}
		b.WriteString(p.Text)
		b.WriteString("\n\n")
	}
	return cutText(b.String(), limit)
}
