package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A content file is one or more records, divided by a line "====". A record
// is "name: value" lines, an empty line, and a body in the markup of body.go.
type record struct {
	file   string
	line   int
	fields []field
	body   string
}

type field struct {
	name, value string
	line        int
	used        bool
}

const divider = "===="

// records splits a file; it refuses what a writer would not see: tabs,
// trailing or doubled spaces, carriage returns, a missing last newline.
func records(file, text string) ([]*record, error) {
	if !strings.HasSuffix(text, "\n") {
		return nil, fmt.Errorf("demo: %s: the last line has no end", file)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	var out []*record
	start := 0
	for i := 0; i <= len(lines); i++ {
		if i < len(lines) {
			if err := cleanLine(lines[i]); err != nil {
				return nil, fmt.Errorf("demo: %s:%d: %w", file, i+1, err)
			}
			if lines[i] != divider {
				continue
			}
		}
		rec, err := oneRecord(file, start, lines[start:i])
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
		start = i + 1
	}
	return out, nil
}

func cleanLine(line string) error {
	switch {
	case strings.ContainsAny(line, "\t\r"):
		return fmt.Errorf("a tab or carriage return in the line")
	case strings.TrimSpace(line) != line:
		return fmt.Errorf("a space at the start or end of the line")
	case strings.Contains(line, "  "):
		return fmt.Errorf("two spaces in a row")
	}
	return nil
}

func oneRecord(file string, offset int, lines []string) (*record, error) {
	rec := &record{file: file, line: offset + 1}
	i := 0
	for ; i < len(lines) && lines[i] != ""; i++ {
		name, value, ok := strings.Cut(lines[i], ": ")
		if !ok || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return nil, fmt.Errorf("demo: %s:%d: not a field: %q", file, offset+i+1, lines[i])
		}
		rec.fields = append(rec.fields, field{name: name, value: value, line: offset + i + 1})
	}
	if len(rec.fields) == 0 {
		return nil, fmt.Errorf("demo: %s:%d: a record without fields", file, offset+1)
	}
	rec.body = strings.Trim(strings.Join(lines[i:], "\n"), "\n")
	return rec, nil
}

// form reads the fields of one record and remembers the first mistake.
type form struct {
	*record
	err error
}

func (f *form) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("demo: %s:%d: %s", f.file, f.line, fmt.Sprintf(format, args...))
	}
}

// may returns the value of an optional field, or "".
func (f *form) may(name string) string {
	value, seen := "", false
	for i := range f.fields {
		if f.fields[i].name != name {
			continue
		}
		if seen {
			f.fail("field %s stands twice", name)
		}
		f.fields[i].used, seen, value = true, true, f.fields[i].value
	}
	return value
}

// need returns the value of a field that must be there.
func (f *form) need(name string) string {
	value := f.may(name)
	if value == "" {
		f.fail("field %s is missing", name)
	}
	return value
}

// all returns the values of a field that may be repeated.
func (f *form) all(name string) []string {
	var out []string
	for i := range f.fields {
		if f.fields[i].name == name {
			f.fields[i].used = true
			out = append(out, f.fields[i].value)
		}
	}
	return out
}

// list returns the parts of an optional field, divided by " | ".
func (f *form) list(name string) []string {
	value := f.may(name)
	if value == "" {
		return nil
	}
	return strings.Split(value, " | ")
}

func (f *form) yes(name string) bool {
	switch value := f.may(name); value {
	case "", "no":
		return false
	case "yes":
		return true
	default:
		f.fail("field %s is %q, not yes or no", name, value)
		return false
	}
}

// oneOf returns a field's value, or fallback when it is absent.
func (f *form) oneOf(name, fallback string, allowed ...string) string {
	value := f.may(name)
	if value == "" {
		value = fallback
	}
	for _, a := range allowed {
		if a == value {
			return value
		}
	}
	f.fail("field %s is %q, not one of %s", name, value, strings.Join(allowed, ", "))
	return value
}

func (f *form) number(name string, low, high int) int {
	n, err := strconv.Atoi(f.need(name))
	if err != nil || n < low || n > high {
		f.fail("field %s is not a number from %d to %d", name, low, high)
	}
	return n
}

// share reads a number from 0 to 1, or fallback when the field is absent.
func (f *form) share(name string, fallback float64) float64 {
	value := f.may(name)
	if value == "" {
		return fallback
	}
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || x < 0 || x > 1 {
		f.fail("field %s is not a number from 0 to 1", name)
	}
	return x
}

// when reads "1d2h30m ago" or "in 6h"; what lies ahead is negative.
func (f *form) when(name string) time.Duration {
	d, err := parseAgo(f.need(name))
	if err != nil {
		f.fail("field %s: %v", name, err)
	}
	return d
}

func parseAgo(s string) (time.Duration, error) {
	sign := time.Duration(1)
	span, past := strings.CutSuffix(s, " ago")
	if !past {
		var ahead bool
		if span, ahead = strings.CutPrefix(s, "in "); !ahead {
			return 0, fmt.Errorf("%q is neither \"… ago\" nor \"in …\"", s)
		}
		sign = -1
	}
	var d time.Duration
	if days, rest, ok := strings.Cut(span, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 || n > 60 {
			return 0, fmt.Errorf("%q: days are 1 to 60", s)
		}
		d, span = time.Duration(n)*24*time.Hour, rest
	}
	if span != "" {
		rest, err := time.ParseDuration(span)
		if err != nil || rest < 0 || rest >= 24*time.Hour {
			return 0, fmt.Errorf("%q is not a time span such as 2d3h10m", s)
		}
		d += rest
	}
	if d == 0 {
		return 0, fmt.Errorf("%q is no time at all", s)
	}
	return sign * d, nil
}

func (f *form) blocks() Body {
	b, err := parseBody(f.body)
	if err != nil {
		f.fail("%v", err)
	}
	return b
}

// plain returns the body as paragraphs of plain text, one empty line between.
func (f *form) plain() string {
	if f.body == "" {
		f.fail("the text is missing")
	}
	var paragraphs []string
	for _, p := range strings.Split(f.body, "\n\n") {
		paragraphs = append(paragraphs, strings.ReplaceAll(p, "\n", " "))
	}
	return strings.Join(paragraphs, "\n\n")
}

func (f *form) noBody() {
	if f.body != "" {
		f.fail("a text where none belongs")
	}
}

// done reports the first mistake, a field nobody asked for included.
func (f *form) done() error {
	for _, fl := range f.fields {
		if !fl.used {
			f.fail("field %s is not known here", fl.name)
		}
	}
	return f.err
}
