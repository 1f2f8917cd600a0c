package body

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"dateline/internal/fault"
)

// Catalogue keys of what may be wrong with a document. Args: name (of the node, mark or attribute) and limit.
const (
	keyJSON      = "fault.body.json"
	keyShape     = "fault.body.shape"
	keyNode      = "fault.body.node"
	keyMark      = "fault.body.mark"
	keyAttribute = "fault.body.attribute"
	keyNesting   = "fault.body.nesting"
	keyEmpty     = "fault.body.empty"
	keyMissing   = "fault.body.missing"
	keyRange     = "fault.body.range"
	keyLong      = "fault.body.long"
	keyWord      = "fault.body.word"
	keyID        = "fault.body.id"
	keyAddress   = "fault.body.address"
	keyLang      = "fault.body.language"
	keyTwice     = "fault.body.twice"
	keyDepth     = "fault.body.depth"
	keyNodes     = "fault.body.nodes"
	keyBytes     = "fault.body.bytes"
)

// FaultKeys lists every catalogue key that Parse may name, for the test that all have words.
func FaultKeys() []string {
	return []string{keyJSON, keyShape, keyNode, keyMark, keyAttribute, keyNesting, keyEmpty, keyMissing, keyRange,
		keyLong, keyWord, keyID, keyAddress, keyLang, keyTwice, keyDepth, keyNodes, keyBytes}
}

var problems = map[string]string{
	keyMissing: "%s is missing",
	keyRange:   "%s is out of range",
	keyLong:    "%s is too long",
	keyWord:    "%s is not one of the words that are known",
	keyID:      "%s is not an id",
	keyAddress: "%s is not an address that may stand here",
	keyLang:    "%s is not a language tag",
}

const maxPlaces = 20 // more faults than a person reads at once

// Parse reads a document in ProseMirror JSON, strictly: whatever the closed list does not know is an
// Invalid *fault.Error whose places are JSON paths such as "body.content[3].attrs.level" (at most 20);
// bytes that are no JSON are Malformed, more than MaxBytes TooLarge. An attribute that is null counts as
// absent. What has more than one spelling (marks out of order, empty runs of text, defaults) is accepted
// and stored in the canonical one.
func Parse(data []byte) (Document, error) { return ParseAt("body", data) }

// ParseAt is Parse with another name for the document's own place, such as "body.body" or "posts[2].body".
func ParseAt(location string, data []byte) (Document, error) {
	if len(data) > MaxBytes {
		return Document{}, refuse(fault.TooLarge, location, keyBytes, "the text has more than %d bytes", MaxBytes)
	}
	if !json.Valid(data) {
		return Document{}, refuse(fault.Malformed, location, keyJSON, "the text is not JSON")
	}
	p := parser{reader: reader{data: data}, path: []byte(location)}
	root := p.node(1)
	if root != nil && root.kind != docNode {
		p.fault(keyNesting, "a document begins with doc, not with "+rules[root.kind].name, "name", rules[root.kind].name)
	}
	if len(p.places) > 0 {
		text := p.places[0].Text
		if len(p.places) > 1 {
			text = fmt.Sprintf("%d things in the text are not right", len(p.places))
		}
		return Document{}, &fault.Error{Kind: fault.Invalid, Key: "fault.invalid", Text: text, Places: p.places}
	}
	d := Document{blocks: root.content}
	if len(d.blocks) == 1 && d.blocks[0].kind == paragraphNode && len(d.blocks[0].content) == 0 && len(d.blocks[0].attrs) == 0 {
		d.blocks = nil
	}
	// Cleaning an address may lengthen it (percent-encoding), so the limit holds for what is stored too.
	if len(data) > MaxBytes/4 && len(d.Canonical()) > MaxBytes {
		return Document{}, refuse(fault.TooLarge, location, keyBytes, "the text has more than %d bytes", MaxBytes)
	}
	return d, nil
}

func refuse(k fault.Kind, location, key, text string, args ...any) error {
	e := fault.New(k, key, text, args...)
	e.Args = map[string]any{"limit": MaxBytes}
	e.Places = []fault.Place{{Location: location, Key: key, Text: e.Text, Args: e.Args}}
	return e
}

type parser struct {
	reader
	path   []byte
	places []fault.Place
	nodes  int
	full   bool // too many nodes: the rest is skipped
}

func (p *parser) fault(key, text string, args ...any) {
	if len(p.places) >= maxPlaces {
		return
	}
	named := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		named[args[i].(string)] = args[i+1]
	}
	p.places = append(p.places, fault.Place{Location: string(p.path), Key: key, Args: named, Text: text})
}

// in runs f with one more step in the path.
func (p *parser) in(step string, f func()) {
	length := len(p.path)
	p.path = append(p.path, step...)
	f()
	p.path = p.path[:length]
}

// item runs f with one element of a list as the next step in the path.
func (p *parser) item(list string, i int, f func()) {
	length := len(p.path)
	p.path = append(p.path, '.')
	p.path = append(p.path, list...)
	p.path = append(p.path, '[')
	p.path = strconv.AppendInt(p.path, int64(i), 10)
	p.path = append(p.path, ']')
	f()
	p.path = p.path[:length]
}

// node reads one node at this depth, nil after a fault. Keys come in any order and "type" often last, so
// children are read before it is known whose they are, and judged afterwards.
func (p *parser) node(depth int) *node {
	p.nodes++
	if p.nodes > MaxNodes || depth > MaxDepth {
		p.raw()
		switch {
		case p.full:
		case p.nodes > MaxNodes:
			p.full = true
			p.fault(keyNodes, fmt.Sprintf("the text has more than %d parts", MaxNodes), "limit", MaxNodes)
		default:
			p.fault(keyDepth, fmt.Sprintf("nested deeper than %d levels", MaxDepth), "limit", MaxDepth)
		}
		return nil
	}
	n := &node{}
	var typed string
	var attrsAt, marksAt int
	var hasText bool
	var seen once
	isObject := p.object(func(key string) {
		if i := slices.Index(nodeKeys, key); i >= 0 && seen.again(i) {
			p.fault(keyTwice, key+" is given twice", "name", key)
		}
		switch key {
		case "type":
			if p.peek() != '"' {
				p.raw()
				p.in(".type", func() { p.fault(keyShape, "type is a string", "name", "type") })
				return
			}
			typed = p.string()
		case "attrs":
			p.peek()
			attrsAt = p.at
			p.raw()
		case "marks":
			p.peek()
			marksAt = p.at
			p.raw()
		case "text":
			if p.peek() != '"' {
				p.raw()
				p.in(".text", func() { p.fault(keyShape, "text is a string", "name", "text") })
				return
			}
			n.text, hasText = cleanText(p.string()), true
		case "content":
			ok := p.array(func(i int) {
				p.item("content", i, func() { n.content = append(n.content, p.node(depth+1)) })
			})
			if !ok {
				p.in(".content", func() { p.fault(keyShape, "content is a list", "name", "content") })
			}
		default:
			p.unknownKey(key)
		}
	})
	if !isObject {
		p.fault(keyShape, "a node is an object", "name", "node")
		return nil
	}
	if n.kind = kindNamed(typed); n.kind == none {
		p.in(".type", func() { p.fault(keyNode, fmt.Sprintf("%q is not a known node", short(typed)), "name", short(typed)) })
		return nil
	}
	if attrsAt > 0 {
		n.attrs = p.attrs(attrsAt, &rules[n.kind])
	} else {
		p.needs(&rules[n.kind])
	}
	if marksAt > 0 {
		n.marks = p.markList(marksAt, n.kind)
	}
	if hasText != (n.kind == textNode) {
		p.in(".text", func() {
			if hasText {
				p.fault(keyAttribute, rules[n.kind].name+" has no text of its own", "name", "text")
			} else {
				p.fault(keyMissing, "text is missing", "name", "text")
			}
		})
	}
	p.judge(n)
	return n
}

func (p *parser) unknownKey(key string) {
	if p.peek() == 'n' {
		p.raw()
		return
	}
	p.raw()
	p.in("."+short(key), func() { p.fault(keyAttribute, fmt.Sprintf("%q is not known here", short(key)), "name", short(key)) })
}

// judge checks a node's children against its rule and puts inline content in canonical form.
func (p *parser) judge(n *node) {
	rule := &rules[n.kind]
	whole := true
	for i, c := range n.content {
		switch {
		case c == nil:
			whole = false
		case !rule.holds.has(c.kind), i == 0 && rule.first != none && c.kind != rule.first:
			p.item("content", i, func() {
				p.fault(keyNesting, rules[c.kind].name+" may not stand here in "+rule.name, "name", rules[c.kind].name, "in", rule.name)
			})
		case rule.plain && len(c.marks) > 0:
			p.item("content", i, func() { p.fault(keyMark, rule.name+" has no marks", "name", rule.name) })
		}
	}
	if !whole {
		return
	}
	if rule.filled && len(n.content) == 0 {
		p.fault(keyEmpty, rule.name+" is empty", "name", rule.name)
	}
	if n.kind.inlineContent() {
		n.content = join(n.content)
	}
}

// attrs reads the attributes that stand at this position by the rules of their owner.
func (p *parser) attrs(position int, r *rule) []attr {
	back := p.at
	p.at = position
	defer func() { p.at = back }()
	n := &node{}
	if p.peek() == 'n' {
		p.needs(r)
		return nil
	}
	var seen once
	ok := p.object(func(name string) {
		rule := r.attr(name)
		if rule == nil {
			p.in(".attrs", func() { p.unknownKey(name) })
			return
		}
		v, null, ok := p.value(rule.form)
		p.in(".attrs."+name, func() {
			switch {
			case null:
			case seen.again(r.index(name)):
				p.fault(keyTwice, name+" is given twice", "name", name)
			case !ok:
				p.fault(keyShape, name+" has the wrong shape", "name", name)
			default:
				a, keep, problem := rule.accept(v)
				if problem != "" {
					p.fault(problem, fmt.Sprintf(problems[problem], name), "name", name, "limit", rule.max)
				} else if keep {
					n.put(a)
				}
			}
		})
	})
	if !ok {
		p.in(".attrs", func() { p.fault(keyShape, "attrs is an object", "name", "attrs") })
		return nil
	}
	for i := range r.attrs {
		if need := &r.attrs[i]; need.need && seen&(1<<i) == 0 {
			p.missing(need.name)
		}
	}
	return n.attrs
}

// needs notes the attributes that a node without any should have had.
func (p *parser) needs(r *rule) {
	for i := range r.attrs {
		if r.attrs[i].need {
			p.missing(r.attrs[i].name)
		}
	}
}

func (p *parser) missing(name string) {
	p.in(".attrs."+name, func() { p.fault(keyMissing, name+" is missing", "name", name) })
}

// markList reads the marks that stand at this position, in canonical order.
func (p *parser) markList(position int, owner kind) []mark {
	back := p.at
	p.at = position
	defer func() { p.at = back }()
	var found [markKinds]*mark
	count := 0
	ok := p.array(func(i int) {
		p.item("marks", i, func() {
			if m := p.mark(); m != nil {
				if found[m.kind] != nil && !sameMark(*found[m.kind], *m) {
					p.fault(keyTwice, markRules[m.kind].name+" is given twice", "name", markRules[m.kind].name)
				}
				found[m.kind] = m
			}
		})
		count++
	})
	if !ok {
		p.in(".marks", func() { p.fault(keyShape, "marks is a list", "name", "marks") })
	}
	if count > 0 && !owner.inline() {
		p.in(".marks", func() { p.fault(keyMark, rules[owner].name+" has no marks", "name", rules[owner].name) })
	}
	var list []mark
	for _, m := range found {
		if m != nil {
			list = append(list, *m)
		}
	}
	return list
}

func (p *parser) mark() *mark {
	var typed string
	attrsAt := 0
	ok := p.object(func(key string) {
		switch {
		case key == "type" && p.peek() == '"':
			typed = p.string()
		case key == "attrs":
			p.peek()
			attrsAt = p.at
			p.raw()
		default:
			p.unknownKey(key)
		}
	})
	if !ok {
		p.fault(keyShape, "a mark is an object", "name", "mark")
		return nil
	}
	k, known := markNamed(typed)
	if !known {
		p.in(".type", func() { p.fault(keyMark, fmt.Sprintf("%q is not a known mark", short(typed)), "name", short(typed)) })
		return nil
	}
	m := &mark{kind: k}
	if attrsAt > 0 {
		m.attrs = p.attrs(attrsAt, &markRules[k])
	} else {
		p.needs(&markRules[k])
	}
	if k == languageMark && len(m.attrs) == 0 {
		p.missing("lang")
		return nil
	}
	return m
}

var nodeKeys = []string{"type", "attrs", "content", "marks", "text"}

// once remembers which of a few names were there.
type once uint32

// again reports whether the i-th name was there before, and remembers it.
func (o *once) again(i int) bool {
	was := *o&(1<<i) != 0
	*o |= 1 << i
	return was
}

// short cuts foreign names for messages.
func short(s string) string {
	if len(s) > 40 {
		return cutText(s, 40) + "…"
	}
	return s
}
