package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"dateline/internal/fault"
)

// MaxItem is how many bytes one item of a stream may have.
const MaxItem = 8 << 20

// Split gives the items of a stream one after the other: one JSON object, an array of objects, or objects with nothing
// or spaces between them, as in JSON lines. It keeps one item in memory at a time; the bytes it gives are the caller's.
// An item that ends too early, is larger than MaxItem or is no object gives a fault with its number (from 1) and the
// byte at which it stands, and ends the stream, because what follows cannot be trusted; so does an error of r. An
// empty stream is an error, an empty array is none.
func Split(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		s := splitter{r: bufio.NewReaderSize(r, 64<<10)}
		if bom, err := s.r.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
			s.skip(3)
		}
		array := false
		for {
			c, err := s.space()
			switch {
			case err == io.EOF && array:
				yield(nil, s.fault("the list ends too early"))
				return
			case err == io.EOF && s.items == 0 && !s.ended:
				yield(nil, s.fault("there is nothing in it"))
				return
			case err == io.EOF:
				return
			case err != nil:
				yield(nil, fmt.Errorf("wire: reading item %d: %w", s.items+1, err))
				return
			case c == '[' && !array && s.items == 0 && !s.ended:
				array = true
				s.skip(1)
				continue
			case c == ']' && array && !s.comma:
				array, s.ended = false, true
				s.skip(1)
				continue
			case c == ',' && array && s.items > 0 && !s.comma:
				s.comma = true
				s.skip(1)
				continue
			case c != '{' || s.ended || array && s.items > 0 && !s.comma:
				yield(nil, s.fault(fmt.Sprintf("%q stands where an item should begin", c)))
				return
			}
			raw, err := s.object()
			if err != nil {
				yield(nil, err)
				return
			}
			s.items++
			s.comma = false
			if !yield(raw, nil) {
				return
			}
		}
	}
}

type splitter struct {
	r     *bufio.Reader
	at    int64 // bytes read
	items int
	comma bool // a comma came after the last item
	ended bool // the array is closed
}

func (s *splitter) skip(n int) {
	n, _ = s.r.Discard(n)
	s.at += int64(n)
}

func (s *splitter) fault(text string) error {
	return fault.New(fault.Malformed, "fault.wire.stream", "item %d, at byte %d: %s", s.items+1, s.at, text)
}

// space skips spaces and gives the next byte without taking it.
func (s *splitter) space() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case ' ', '\t', '\r', '\n':
			s.at++
			continue
		}
		return c, s.r.UnreadByte()
	}
}

// object reads up to the bracket that closes the object that begins here. What stands inside is checked by who reads it.
func (s *splitter) object() ([]byte, error) {
	start := s.at
	var raw bytes.Buffer
	deep, quoted, escaped := 0, false, false
	for {
		// Whole stretches of what is buffered are looked at, because a call for each byte is slow.
		chunk, err := s.r.Peek(max(1, s.r.Buffered()))
		if err != nil {
			s.at = start
			if errors.Is(err, io.EOF) {
				return nil, s.fault("the item ends too early")
			}
			return nil, fmt.Errorf("wire: reading item %d: %w", s.items+1, err)
		}
		for i, c := range chunk {
			switch {
			case escaped:
				escaped = false
			case quoted && c == '\\':
				escaped = true
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '{' || c == '[':
				deep++
			case c == '}' || c == ']':
				if deep--; deep == 0 {
					raw.Write(chunk[:i+1])
					s.skip(i + 1)
					if raw.Len() > MaxItem {
						return nil, s.large(start)
					}
					return raw.Bytes(), nil
				}
			}
		}
		raw.Write(chunk)
		s.skip(len(chunk))
		if raw.Len() > MaxItem {
			return nil, s.large(start)
		}
	}
}

func (s *splitter) large(start int64) error {
	s.at = start
	e := s.fault(fmt.Sprintf("the item is larger than %d MB", MaxItem>>20))
	var f *fault.Error
	if asFault(e, &f) {
		f.Kind = fault.TooLarge
	}
	return e
}
