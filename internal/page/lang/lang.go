// Package lang holds every word of the interface, one file a language.
//
// A catalogue is a JSON file beside this one; adding a language is adding a file. It
// promises: each file has exactly the keys of English, with the same placeholders, the
// plural forms its language needs and names of months and days (New refuses others, and
// a test reads them all); nothing falls back to another language in silence. A
// placeholder is a name in braces.
package lang

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Catalogue is the words of one language. It never changes and is safe for concurrent use.
type Catalogue struct {
	Language string // BCP 47, as in the name of its file
	Name     string // of the language, in the language
	locale   string
	tag      language.Tag
	words    map[string]string
	counts   map[string]map[string]string
	figures  []rune     // that numbers are written with; nil is 0 to 9
	native   *Catalogue // the same with the language's own digits; nil when these are 0 to 9
}

type file struct {
	Name   string                       `json:"name"`
	Locale string                       `json:"locale"` // language and territory, for other sites: "en_GB"
	Digits string                       `json:"digits"` // its own, from zero to nine, where it has them
	Words  map[string]string            `json:"words"`
	Counts map[string]map[string]string `json:"counts"`
}

var all = sync.OnceValues(func() (map[string]*Catalogue, error) { return read(files) })

func read(fsys fs.FS) (map[string]*Catalogue, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("lang: list: %w", err)
	}
	out := map[string]*Catalogue{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("lang: %w", err)
		}
		var f file
		if err := json.Unmarshal(data, &f); err != nil {
			return nil, fmt.Errorf("lang: %s: %w", name, err)
		}
		tag, err := language.Parse(strings.TrimSuffix(name, ".json"))
		if err != nil {
			return nil, fmt.Errorf("lang: %s is not named by a language: %w", name, err)
		}
		c := &Catalogue{Language: tag.String(), Name: f.Name, locale: f.Locale, tag: tag, words: f.Words, counts: f.Counts}
		if f.Digits != "" {
			native := *c
			if native.figures = []rune(f.Digits); len(native.figures) != 10 {
				return nil, fmt.Errorf("lang: %s: %q are not ten digits", name, f.Digits)
			}
			c.native = &native
		}
		out[c.Language] = c
	}
	return out, nil
}

// Native gives the same words with numbers in the language's own digits; ok is false, and the words are as they were, when
// these are 0 to 9.
func (c *Catalogue) Native() (words *Catalogue, ok bool) {
	if c.native == nil {
		return c, false
	}
	return c.native, true
}

// Digits are the ten that numbers are written with, from zero; empty for 0 to 9.
func (c *Catalogue) Digits() string { return string(c.figures) }

// Variant tells catalogues of one language apart: by the language and its digits.
func (c *Catalogue) Variant() string {
	if c.figures != nil {
		return c.Language + "-native"
	}
	return c.Language
}

// Number writes a whole number.
func (c *Catalogue) Number(n int) string { return c.write(strconv.Itoa(n)) }

// write puts the catalogue's digits in the place of 0 to 9.
func (c *Catalogue) write(s string) string {
	if c.figures == nil {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return c.figures[r-'0']
		}
		return r
	}, s)
}

// Locale names a language as other sites want it (Open Graph, ll_TT): "en_GB". A territory in the tag is kept, without one
// the catalogue names one; empty when the language has no words.
func Locale(tag string) string {
	c, err := For(tag)
	if err != nil {
		return ""
	}
	t, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	if territory, sure := t.Region(); sure == language.Exact {
		base, _ := t.Base()
		return base.String() + "_" + territory.String()
	}
	return c.locale
}

// catalogues gives what is embedded; a file that cannot be read is found by every test, so it may panic.
func catalogues() map[string]*Catalogue {
	m, err := all()
	if err != nil {
		panic(err)
	}
	return m
}

// Complete lists the languages that an edition may have, as BCP 47 tags, sorted.
func Complete() []string {
	var out []string
	for tag := range catalogues() {
		out = append(out, tag)
	}
	slices.Sort(out)
	return out
}

// For gives the catalogue of a language. A regional form takes that of its language and script
// ("es-MX" that of "es"); anything else that has no file is an error, never another language.
func For(tag string) (*Catalogue, error) {
	t, err := language.Parse(tag)
	if err != nil {
		return nil, fmt.Errorf("lang: %q is no language: %w", tag, err)
	}
	m := catalogues()
	script, _ := t.Script()
	for p := t; p != language.Und; p = p.Parent() {
		c, ok := m[p.String()]
		if !ok {
			continue
		}
		if own, _ := c.tag.Script(); own == script {
			return c, nil
		}
	}
	return nil, fmt.Errorf("lang: there are no words in %q, only in %s", tag, strings.Join(Complete(), ", "))
}

// Direction is "rtl" when the language is written from right to left, by its script, else "ltr".
func Direction(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return "ltr"
	}
	script, _ := t.Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Samr", "Mand", "Rohg", "Yezi":
		return "rtl"
	}
	return "ltr"
}

// Autonym is the name of a language in itself when there is a catalogue of it, else its tag.
func Autonym(tag string) string {
	if c, err := For(tag); err == nil {
		return c.Name
	}
	return tag
}

// Has reports whether there are words under key.
func (c *Catalogue) Has(key string) bool { _, ok := c.words[key]; return ok }

// Keys lists the keys of words that begin with prefix, sorted.
func (c *Catalogue) Keys(prefix string) []string {
	var out []string
	for key := range c.words {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// HasCount reports whether there are plural forms under key.
func (c *Catalogue) HasCount(key string) bool { _, ok := c.counts[key]; return ok }

// Say gives the words under key with its placeholders filled from pairs of name and value. An
// unknown key panics: keys are literals, and tests and the theme's check find each of them.
func (c *Catalogue) Say(key string, pairs ...string) string {
	text, ok := c.words[key]
	if !ok {
		panic("lang: no words in " + c.Language + " under " + key)
	}
	return fill(text, pairs)
}

// Count gives the words under key for n things, in the plural form n asks for; {n} is the number.
func (c *Catalogue) Count(key string, n int, pairs ...string) string {
	forms, ok := c.counts[key]
	if !ok {
		panic("lang: no plural words in " + c.Language + " under " + key)
	}
	text, ok := forms[c.form(n)]
	if !ok {
		text = forms["other"]
	}
	return fill(text, append(pairs, "n", c.Number(n)))
}

// Forms gives the plural forms under key by CLDR category, for scripts that count in the page.
func (c *Catalogue) Forms(key string) map[string]string {
	forms, ok := c.counts[key]
	if !ok {
		panic("lang: no plural words in " + c.Language + " under " + key)
	}
	return forms
}

var forms = [...]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

func (c *Catalogue) form(n int) string {
	if n < 0 {
		n = -n
	}
	return forms[plural.Cardinal.MatchPlural(c.tag, n, 0, 0, 0, 0)]
}

func fill(text string, pairs []string) string {
	if len(pairs) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 32)
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := "{"+name+"}", false
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				value, known = pairs[i+1], true
			}
		}
		if !closed && !known {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(value)
		text = after
	}
}
