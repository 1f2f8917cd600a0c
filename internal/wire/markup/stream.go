// Package markup reads the exports of other systems: XML as a stream of bounded size, and what people wrote in HTML as plain text.
package markup

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"dateline/internal/fault"
)

// maxDepth is how many elements may lie inside each other.
const maxDepth = 100

// Stream reads XML token by token; what it holds does not grow with the file. Faults say the line.
type Stream struct {
	Depth  int   // of elements, the one that was opened last included
	Before int64 // the byte at which the token that was read last begins

	meter *meter
	d     *xml.Decoder
	whose string
}

// NewStream reads XML in UTF-8 from r. A token has at most max bytes; whose names the system that writes such files, for faults.
func NewStream(r io.Reader, max int, whose string) *Stream {
	m := &meter{r: r, max: max}
	s := &Stream{meter: m, d: xml.NewDecoder(m), whose: whose}
	s.d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("it is written in %.40q; exports of %s are UTF-8", label, whose)
	}
	return s
}

// Next reads one token and counts how deep it lies; io.EOF is the end of a whole file.
func (s *Stream) Next() (xml.Token, error) {
	s.meter.spent = 0
	s.Before = s.d.InputOffset()
	t, err := s.d.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, s.wrong(err)
	}
	switch t.(type) {
	case xml.StartElement:
		if s.Depth++; s.Depth > maxDepth {
			return nil, s.Fault("elements lie too deep inside each other")
		}
	case xml.EndElement:
		s.Depth--
	}
	return t, nil
}

// wrong makes a fault of an error of the reader or the parser.
func (s *Stream) wrong(err error) error {
	var e *xml.SyntaxError
	switch {
	case errors.Is(err, errLarge):
		return fault.New(fault.TooLarge, "fault.wire.stream", "line %d: a text is larger than %d MB", s.Line(), s.meter.max>>20)
	case s.meter.failed != nil:
		return fmt.Errorf("line %d: reading on: %w", s.Line(), s.meter.failed)
	case errors.As(err, &e):
		return fault.New(fault.Malformed, "fault.wire.stream", "line %d: %s", e.Line, e.Msg)
	}
	return s.Fault(strings.TrimPrefix(err.Error(), "xml: "))
}

// Line is the line that is read, from 1.
func (s *Stream) Line() int {
	line, _ := s.d.InputPos()
	return line
}

// Fault makes a fault at the line that is read.
func (s *Stream) Fault(text string) error {
	return fault.New(fault.Malformed, "fault.wire.stream", "line %d: %s", s.Line(), text)
}

// Early makes a fault of the end of the file where it is none.
func (s *Stream) Early(err error) error {
	if errors.Is(err, io.EOF) {
		return s.Fault("the file ends too early")
	}
	return err
}

// Skip reads past the element that was opened last.
func (s *Stream) Skip() error {
	for deep := s.Depth; s.Depth >= deep; {
		if _, err := s.Next(); err != nil {
			return s.Early(err)
		}
	}
	return nil
}

// Text reads the text of the element that was opened last, up to max bytes, and whatever is inside it.
func (s *Stream) Text(max int) (string, error) {
	var b strings.Builder
	for deep := s.Depth; s.Depth >= deep; {
		t, err := s.Next()
		if err != nil {
			return "", s.Early(err)
		}
		if c, ok := t.(xml.CharData); ok && b.Len() < max {
			b.Write(c[:min(len(c), max-b.Len())])
		}
	}
	return strings.TrimSpace(strings.ToValidUTF8(b.String(), "")), nil
}

// meter hands bytes to the parser one by one, counts those of one token, and makes spaces of what XML forbids but other systems
// write: control characters, and a byte order mark.
type meter struct {
	r      io.Reader
	max    int
	buf    [64 << 10]byte
	at, n  int
	total  int64
	spent  int
	failed error
}

var errLarge = errors.New("wire: a token is too large")

// ReadByte gives the next byte.
func (m *meter) ReadByte() (byte, error) {
	for m.at == m.n {
		if m.failed != nil {
			return 0, m.failed
		}
		n, err := m.r.Read(m.buf[:])
		if err != nil && !errors.Is(err, io.EOF) {
			m.failed = err
		}
		if m.at, m.n = 0, n; n == 0 && err != nil {
			return 0, err
		}
		if m.total == 0 && n >= 3 && string(m.buf[:3]) == "\xef\xbb\xbf" {
			copy(m.buf[:3], "   ")
		}
		m.total += int64(n)
	}
	if m.spent++; m.spent > m.max {
		return 0, errLarge
	}
	c := m.buf[m.at]
	m.at++
	if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
		c = ' '
	}
	return c, nil
}

// Read is there because a decoder asks for a reader; it reads by bytes.
func (m *meter) Read(p []byte) (int, error) {
	for i := range p {
		c, err := m.ReadByte()
		if err != nil {
			return i, err
		}
		p[i] = c
	}
	return len(p), nil
}
