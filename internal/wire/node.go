package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fault"
)

// depth is how deep values may lie in each other; no news item comes near it, and a hostile one would use up the stack.
const depth = 100

// node is a JSON value that remembers the order of an object's names, which families 1.x use for the order of pictures.
type node struct {
	kind   byte // 'o' object, 'a' array, 's' string, 'n' number, 'b' boolean, '0' null
	text   string
	truth  bool
	names  []string
	values []*node // of an object (beside names) or an array
}

// of gives the value of a name in an object, nil when there is none.
func (n *node) of(name string) *node {
	if n == nil || n.kind != 'o' {
		return nil
	}
	for i, s := range n.names {
		if s == name {
			return n.values[i]
		}
	}
	return nil
}

// word gives the text of a string without the spaces around it and the characters that no text needs; other values give "".
func (n *node) word() string {
	if n == nil || n.kind != 's' {
		return ""
	}
	return strings.TrimSpace(clean(n.text))
}

// list gives the values of an array or an object in their order.
func (n *node) list() []*node {
	if n == nil || n.kind != 'a' && n.kind != 'o' {
		return nil
	}
	return n.values
}

// clean takes out control characters but line breaks and tabs: PostgreSQL refuses NUL, XML most of the others, the desk all.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufeff' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// read parses one JSON value that fills data. A fault is Malformed and names the property at which reading stopped.
func read(data []byte) (*node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, malformed("", "fault.wire.form", "is not UTF-8 text")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	r := reader{d: d}
	n, err := r.value("", 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, malformed("", "fault.wire.form", "has something after its end, at byte %d", d.InputOffset())
	}
	return n, nil
}

func malformed(location, key, text string, args ...any) error {
	e := fault.At(location, key, text, args...)
	e.Kind = fault.Malformed
	return e
}

type reader struct{ d *json.Decoder }

func (r reader) token(at string) (json.Token, error) {
	t, err := r.d.Token()
	if err == nil {
		return t, nil
	}
	text := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		text = "it ends too early"
	}
	return nil, malformed(at, "fault.wire.form", "cannot be read as JSON, near byte %d: %s", r.d.InputOffset(), text)
}

func (r reader) value(at string, deep int) (*node, error) {
	t, err := r.token(at)
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case string:
		return &node{kind: 's', text: t}, nil
	case json.Number:
		return &node{kind: 'n', text: t.String()}, nil
	case bool:
		return &node{kind: 'b', truth: t}, nil
	case nil:
		return &node{kind: '0'}, nil
	case json.Delim:
		if deep >= depth {
			return nil, malformed(at, "fault.wire.form", "lies more than %d values deep", depth)
		}
		if t == '{' {
			return r.object(at, deep)
		}
		return r.array(at, deep)
	}
	return nil, fmt.Errorf("wire: unknown token %T", t)
}

func (r reader) object(at string, deep int) (*node, error) {
	n := &node{kind: 'o'}
	seen := map[string]bool{}
	for r.d.More() {
		t, err := r.token(at)
		if err != nil {
			return nil, err
		}
		name, _ := t.(string)
		place := under(at, name)
		if seen[name] {
			return nil, malformed(place, "fault.wire.form", "is given twice")
		}
		seen[name] = true
		v, err := r.value(place, deep+1)
		if err != nil {
			return nil, err
		}
		n.names, n.values = append(n.names, name), append(n.values, v)
	}
	last := at
	if len(n.names) > 0 {
		last = under(at, n.names[len(n.names)-1])
	}
	_, err := r.token(last)
	return n, err
}

func (r reader) array(at string, deep int) (*node, error) {
	n := &node{kind: 'a'}
	for r.d.More() {
		v, err := r.value(item(at, len(n.values)), deep+1)
		if err != nil {
			return nil, err
		}
		n.values = append(n.values, v)
	}
	_, err := r.token(at)
	return n, err
}

// under gives the path of a property in an object: "associations[0].name".
func under(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// item gives the path of the i-th value of an array, from 0.
func item(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }
