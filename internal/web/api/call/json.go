package call

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// JSON is the one format of bodies. It takes nothing that would be kept as another than was sent: bytes that are no UTF-8 and
// halves of surrogate pairs, which encoding/json replaces without a word, and a name that is given twice, of which it keeps the last.
func JSON() map[string]huma.Format {
	f := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
		if err := exact(data); err != nil {
			return err
		}
		if _, first := v.(*any); first { // as huma reads a body before it fills a struct with it
			if err := once(data); err != nil {
				return err
			}
		}
		err := json.Unmarshal(data, v)
		var number *json.UnmarshalTypeError
		if errors.As(err, &number) && number.Field == "" {
			return fmt.Errorf("%s cannot be kept as it is", number.Value)
		}
		return err
	}}
	return map[string]huma.Format{"application/json": f, "json": f}
}

// once gives an error when an object in data has a name twice. What is no JSON the parser says better.
func once(data []byte) error {
	type object struct {
		names map[string]bool // nil in an array
		value bool            // a value comes next, not a name
	}
	var in []object
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		t, err := d.Token()
		if err != nil {
			return nil
		}
		last := len(in) - 1
		if name, ok := t.(string); ok && last >= 0 && in[last].names != nil && !in[last].value {
			if in[last].names[name] {
				return fmt.Errorf("%.100q is given twice", name)
			}
			in[last].names[name], in[last].value = true, true
			continue
		}
		switch t {
		case json.Delim('{'):
			in = append(in, object{names: map[string]bool{}})
			continue
		case json.Delim('['):
			in = append(in, object{})
			continue
		case json.Delim('}'), json.Delim(']'):
			in = in[:last]
			last--
		}
		if last >= 0 {
			in[last].value = false
		}
	}
}

// exact gives an error when a text in data cannot be kept as it is.
func exact(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("there are bytes in it that are no UTF-8")
	}
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++
		if i >= len(data) || data[i] != 'u' {
			continue
		}
		high := unit(data, i+1)
		i += 4
		switch {
		case high >= 0xdc00 && high < 0xe000:
			return errors.New("there is half of a surrogate pair in it")
		case high < 0xd800 || high >= 0xdc00:
			continue
		}
		if i+2 >= len(data) || data[i+1] != '\\' || data[i+2] != 'u' {
			return errors.New("there is half of a surrogate pair in it")
		}
		if low := unit(data, i+3); low < 0xdc00 || low >= 0xe000 {
			return errors.New("there is half of a surrogate pair in it")
		}
		i += 6
	}
	return nil
}

// unit reads the four digits of an escape, -1 when they are none, which the parser says better.
func unit(data []byte, at int) int {
	if at+4 > len(data) {
		return -1
	}
	n := 0
	for _, c := range data[at : at+4] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | int(c|0x20-'a'+10)
		default:
			return -1
		}
	}
	return n
}

// HoldsNull reports whether a text of a JSON document holds U+0000, which no page can show.
func HoldsNull(data []byte) bool {
	for i := 0; i+1 < len(data); i++ {
		if data[i] == '\\' {
			if i++; data[i] == 'u' && unit(data, i+1) == 0 {
				return true
			}
		}
	}
	return false
}
