package wire

import (
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A rule says what a value must be. It notes each breach in c and never stops at the first.
type rule func(c *check, at string, v *node)

// shape is what an object may hold.
type shape struct {
	props    map[string]rule
	patterns []pattern
	needs    []string
	open     bool // takes any other property
	also     func(c *check, at string, v *node)
	news     bool // a news item or an association: names of the other families count as mistakes
}

// pattern is a family of names that begin alike and go on with an ASCII letter, a digit or an underscore; what
// follows that is free, as in the published schemas.
type pattern struct {
	prefix string
	rule   rule
}

func (p pattern) takes(name string) bool {
	rest, ok := strings.CutPrefix(name, p.prefix)
	if !ok || rest == "" {
		return false
	}
	c := rest[0]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// breach is one place where a value breaks a rule.
type breach struct {
	at, key, text string
	// extra marks a name that the family does not know but that may be an extension.
	extra bool
}

// check collects the breaches of one item.
type check struct{ breaches []breach }

func (c *check) note(at, key, text string) {
	c.breaches = append(c.breaches, breach{at: at, key: key, text: text})
}

// plain gives a name as it is compared with others: lower-case letters and digits only.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '_' || r == '-' || r == '$' || r == ' ' || r == '@':
			return -1
		}
		return r
	}, name)
}

// text asks for a string.
func text(c *check, at string, v *node) {
	if v.kind != 's' {
		c.note(at, "fault.wire.value", "must be text")
	}
}

// number asks for any number.
func number(c *check, at string, v *node) {
	if v.kind != 'n' {
		c.note(at, "fault.wire.value", "must be a number")
	}
}

// whole asks for a whole number; 3.0 and 3e1 are whole, as in JSON Schema.
func whole(c *check, at string, v *node) {
	if v.kind != 'n' || !isWhole(v.text) {
		c.note(at, "fault.wire.value", "must be a whole number")
	}
}

// between asks for a whole number from low to high.
func between(low, high int64) rule {
	words := "must be a whole number from " + strconv.FormatInt(low, 10) + " to " + strconv.FormatInt(high, 10)
	return func(c *check, at string, v *node) {
		if v.kind != 'n' || !isWhole(v.text) {
			c.note(at, "fault.wire.value", words)
			return
		}
		if f, _ := strconv.ParseFloat(v.text, 64); f < float64(low) || f > float64(high) {
			c.note(at, "fault.wire.value", words)
		}
	}
}

// isWhole reports whether a JSON number has no fraction. Its exponent is looked at before it is used: 1e999999999 must cost nothing.
func isWhole(s string) bool {
	digits, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	e := 0
	if exponent != "" {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > 400 || n < -400 {
			zero := strings.Trim(digits, "-0.") == ""
			return zero || !strings.HasPrefix(exponent, "-")
		}
		e = n
	}
	if e == 0 && !strings.Contains(digits, ".") {
		return true
	}
	r, ok := new(big.Rat).SetString(digits + "e" + strconv.Itoa(e))
	return ok && r.IsInt()
}

// one asks for one of the words.
func one(words ...string) rule {
	list := "must be one of " + strings.Join(words, ", ")
	return func(c *check, at string, v *node) {
		if v.kind == 's' {
			for _, w := range words {
				if v.text == w {
					return
				}
			}
		}
		c.note(at, "fault.wire.value", list)
	}
}

// instant asks for a date with time and zone (RFC 3339, section 5.6).
func instant(c *check, at string, v *node) {
	if v.kind != 's' {
		c.note(at, "fault.wire.value", "must be text")
	} else if _, ok := parseTime(v.text); !ok {
		c.note(at, "fault.wire.value", "must be a date and time with zone such as 2026-03-10T09:05:00Z")
	}
}

// parseTime reads RFC 3339, leap seconds and a small t or z included, and no year above 9999.
func parseTime(s string) (time.Time, bool) {
	s = strings.ToUpper(s)
	if i := strings.Index(s, ":60"); i == 16 {
		// A leap second is the last of a day in UTC; it becomes the one before it.
		if t, ok := parseTime(s[:17] + "59" + s[19:]); ok && t.UTC().Hour() == 23 && t.UTC().Minute() == 59 {
			return t, true
		}
		return time.Time{}, false
	}
	if strings.ContainsRune(s, ',') { // Go takes a comma before the fraction, the standard does not
		return time.Time{}, false
	}
	if n := len(s); n >= 6 && (s[n-6] == '+' || s[n-6] == '-') && (s[n-5:n-3] > "23" || s[n-2:] > "59") {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || len(s) < 20 || s[13] != ':' {
		return time.Time{}, false
	}
	return t.UTC().Truncate(time.Microsecond), true
}

// address asks for a URI or a relative reference: the published test cases hold "002-schema" to be one.
func address(c *check, at string, v *node) {
	if v.kind != 's' {
		c.note(at, "fault.wire.value", "must be text")
	} else if _, err := url.Parse(v.text); err != nil {
		c.note(at, "fault.wire.value", "must be an address (URI)")
	}
}

// truncated asks for a date that may end after the year, the month, the day or the time, as events have it.
func truncated(c *check, at string, v *node) {
	if v.kind != 's' || !isTruncated(v.text) {
		c.note(at, "fault.wire.value", "must be a date such as 2026, 2026-03, 2026-03-10 or 2026-03-10T09:05:00Z")
	}
}

func isTruncated(s string) bool {
	s = strings.TrimPrefix(s, "-")
	year := 0
	for year < len(s) && s[year] >= '0' && s[year] <= '9' {
		year++
	}
	if year < 4 || year > 4 && s[0] == '0' {
		return false
	}
	if s = s[year:]; s == "" {
		return true
	}
	two := func(lead byte, low, high string) bool {
		if len(s) < 3 || s[0] != lead || s[1:3] < low || s[1:3] > high || s[1] < '0' || s[1] > '9' || s[2] < '0' || s[2] > '9' {
			return false
		}
		s = s[3:]
		return true
	}
	if !two('-', "01", "12") {
		return false
	}
	if s == "" {
		return true
	}
	if !two('-', "01", "31") {
		return false
	}
	if s == "" {
		return true
	}
	if !two('T', "00", "23") || !two(':', "00", "59") || !two(':', "00", "59") {
		return false
	}
	if rest, ok := strings.CutPrefix(s, "."); ok {
		cut := strings.TrimLeft(rest, "0123456789")
		if len(cut) == len(rest) {
			return false
		}
		s = cut
	}
	if s == "" || s == "Z" {
		return true
	}
	sign := s[0]
	return (sign == '+' || sign == '-') && two(sign, "00", "23") && two(':', "00", "59") && s == ""
}

// list asks for an array of values that keep r.
func list(r rule) rule {
	return func(c *check, at string, v *node) {
		if v.kind != 'a' {
			c.note(at, "fault.wire.value", "must be a list")
			return
		}
		for i, x := range v.values {
			r(c, item(at, i), x)
		}
	}
}

// anyObject asks for an object and leaves its content free.
func anyObject(c *check, at string, v *node) {
	if v.kind != 'o' {
		c.note(at, "fault.wire.value", "must be an object")
	}
}

// check is the rule of a shape.
func (s *shape) check(c *check, at string, v *node) {
	if v.kind != 'o' {
		c.note(at, "fault.wire.value", "must be an object")
		return
	}
	for i, name := range v.names {
		if r := s.find(name); r != nil {
			r(c, under(at, name), v.values[i])
		} else if !s.open {
			c.breaches = append(c.breaches, breach{
				at: under(at, name), key: keyUnknown, text: "is no property of ninjs", extra: !s.mistaken(name),
			})
		}
	}
	for _, name := range s.needs {
		if v.of(name) == nil {
			c.note(under(at, name), "fault.wire.missing", "is missing")
		}
	}
	if s.also != nil {
		s.also(c, at, v)
	}
}

func (s *shape) find(name string) rule {
	if r, ok := s.props[name]; ok {
		return r
	}
	for _, p := range s.patterns {
		if p.takes(name) {
			return p.rule
		}
	}
	return nil
}

// mistaken reports whether an unknown name is a misspelling of a known one, or has the form of another family's. To
// ignore it would lose a text, an embargo or a right without anybody noticing.
func (s *shape) mistaken(name string) bool {
	p := plain(name)
	for known := range s.props {
		if plain(known) == p {
			return true
		}
	}
	if !s.news {
		return false
	}
	for _, f := range families {
		for known := range f.props {
			if plain(known) == p {
				return true
			}
		}
	}
	for _, start := range []string{"headline", "description", "body"} {
		rest, ok := strings.CutPrefix(strings.ToLower(name), start)
		if ok && rest != "" && (rest[0] < 'a' || rest[0] > 'z') && (rest[0] < '0' || rest[0] > '9') {
			return true
		}
	}
	return false
}

// exactly asks for one and only one of the names.
func exactly(names ...string) func(c *check, at string, v *node) {
	return func(c *check, at string, v *node) {
		if n := count(v, names); n != 1 {
			text := "needs " + strings.Join(names, " or ")
			if n > 1 {
				text = "must have " + strings.Join(names, " or ") + ", not both"
			}
			c.note(at, "fault.wire.value", text)
		}
	}
}

func count(v *node, names []string) int {
	n := 0
	for _, name := range names {
		if v.of(name) != nil {
			n++
		}
	}
	return n
}
