package body

import "unicode/utf8"

// Canonical gives the document as JSON with one spelling only: keys in order, no spaces, no escapes that
// are not needed, defaults left out, equal neighbours joined (the form of RFC 8785). Equal documents have
// equal bytes in every release, so hashes are taken over them. The empty document is one empty paragraph,
// which is what an editor starts from.
func (d Document) Canonical() []byte {
	blocks := d.blocks
	if len(blocks) == 0 {
		blocks = []*node{{kind: paragraphNode}}
	}
	return appendNode(nil, &node{kind: docNode, content: blocks})
}

// MarshalJSON gives the canonical bytes; encoding/json may escape them further for HTML.
func (d Document) MarshalJSON() ([]byte, error) { return d.Canonical(), nil }

// UnmarshalJSON does what Parse does; null gives the empty document.
func (d *Document) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*d = Document{}
		return nil
	}
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func appendNode(b []byte, n *node) []byte {
	b = append(b, '{')
	b = appendAttrs(b, n.attrs, &rules[n.kind])
	if len(n.content) > 0 {
		b = append(b, `"content":[`...)
		for i, c := range n.content {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNode(b, c)
		}
		b = append(b, `],`...)
	}
	if len(n.marks) > 0 {
		b = append(b, `"marks":[`...)
		for i, m := range n.marks {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, '{')
			b = appendAttrs(b, m.attrs, &markRules[m.kind])
			b = append(b, `"type":"`...)
			b = append(b, markRules[m.kind].name...)
			b = append(b, `"}`...)
		}
		b = append(b, `],`...)
	}
	if n.kind == textNode {
		b = append(b, `"text":`...)
		b = appendString(b, n.text)
		b = append(b, ',')
	}
	b = append(b, `"type":"`...)
	b = append(b, rules[n.kind].name...)
	return append(b, `"}`...)
}

func appendAttrs(b []byte, attrs []attr, r *rule) []byte {
	if len(attrs) == 0 {
		return b
	}
	b = append(b, `"attrs":{`...)
	for i, a := range attrs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, a.name...)
		b = append(b, `":`...)
		switch r.attr(a.name).form {
		case numberForm:
			b = appendNumber(b, a.num)
		case idsForm:
			b = append(b, '[')
			for j, id := range a.list {
				if j > 0 {
					b = append(b, ',')
				}
				b = appendString(b, id)
			}
			b = append(b, ']')
		default:
			b = appendString(b, a.text)
		}
	}
	return append(b, `},`...)
}

func appendNumber(b []byte, n int) []byte {
	if n >= 10 {
		b = appendNumber(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// appendString escapes what JSON must have escaped, and nothing else. The text is valid UTF-8.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\f':
			b = append(b, `\f`...)
		case '\r':
			b = append(b, `\r`...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// measure gives the number of nodes and the bytes of canonical JSON of one block.
func measure(n *node) (nodes, bytes int) {
	walk([]*node{n}, func(*node) { nodes++ })
	return nodes, len(appendNode(nil, n)) + 1
}

// cutText gives at most limit bytes of s, whole characters only.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
