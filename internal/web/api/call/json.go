package call

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// JSON is the one format of bodies. It takes no text that would be kept as another than was sent: bytes that are no UTF-8, and
// halves of surrogate pairs, which encoding/json replaces without a word.
func JSON() map[string]huma.Format {
	f := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
		if err := exact(data); err != nil {
			return err
		}
		return json.Unmarshal(data, v)
	}}
	return map[string]huma.Format{"application/json": f, "json": f}
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
