package body

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// reader walks JSON that json.Valid has passed, so that it needs no errors of its own.
type reader struct {
	data []byte
	at   int
}

// peek skips spaces and gives the first byte of the next value or sign.
func (r *reader) peek() byte {
	for r.at < len(r.data) {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// take consumes the next sign when it is c.
func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// raw consumes one value and gives its bytes.
func (r *reader) raw() []byte {
	r.peek()
	start, depth := r.at, 0
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case '"':
			r.string()
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		case ' ', '\t', '\n', '\r', ',', ':':
			r.at++
			continue
		default:
			for r.at < len(r.data) && !ends(r.data[r.at]) {
				r.at++
			}
		}
		if depth == 0 {
			break
		}
	}
	return r.data[start:r.at]
}

func ends(c byte) bool {
	switch c {
	case ',', ']', '}', ':', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

// string consumes a string; what is no UTF-8 in it becomes U+FFFD.
func (r *reader) string() string {
	r.peek()
	start, plain := r.at, true
	r.at++
	for r.at < len(r.data) && r.data[r.at] != '"' {
		if r.data[r.at] == '\\' {
			plain = false
			r.at++
		}
		r.at++
	}
	r.at++
	inner := r.data[start+1 : r.at-1]
	if plain && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	_ = json.Unmarshal(r.data[start:r.at], &s) // valid by promise
	return s
}

// object calls each for every key; each must consume the value. It answers false when the value is no
// object, which is then consumed.
func (r *reader) object(each func(key string)) bool {
	if !r.take('{') {
		r.raw()
		return false
	}
	for !r.take('}') {
		key := r.string()
		r.take(':')
		each(key)
		r.take(',')
	}
	return true
}

// array calls each for every element; each must consume it. It answers false when the value is no array,
// which is then consumed; null counts as an empty array.
func (r *reader) array(each func(i int)) bool {
	if r.peek() == 'n' {
		r.raw()
		return true
	}
	if !r.take('[') {
		r.raw()
		return false
	}
	for i := 0; !r.take(']'); i++ {
		each(i)
		r.take(',')
	}
	return true
}

// value consumes the value of an attribute in the shape that f asks for; null is true for JSON's null.
func (r *reader) value(f form) (a attr, null, ok bool) {
	switch c := r.peek(); {
	case c == 'n':
		r.raw()
		return a, true, true
	case f == numberForm:
		n, err := strconv.ParseFloat(string(r.raw()), 64)
		if err != nil || n != float64(int32(n)) {
			return a, false, false
		}
		a.num = int(n)
		return a, false, true
	case f == idsForm:
		ok = true
		isList := r.array(func(int) {
			if r.peek() != '"' {
				r.raw()
				ok = false
				return
			}
			a.list = append(a.list, r.string())
		})
		return a, false, ok && isList
	case c == '"':
		a.text = r.string()
		return a, false, true
	}
	r.raw()
	return a, false, false
}
