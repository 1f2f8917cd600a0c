// Package wire turns news formats into what the newsroom keeps, and back.
//
// It is pure: bytes go in, values come out, and the other way round. It opens no file, asks no network and knows no
// database, so an importer can check a whole file before anything is written. Whatever it gives is either right by
// the format's own standard or comes with a Warning that names the property; what it refuses is a *fault.Error whose
// Places name every property that is wrong, as a path such as "associations[0].name".
//
// The package promises: no function panics on any input; work and memory are bounded by the size of one item, which
// Split bounds for a stream; text that comes out has no control characters and no NUL; an item that Ninjs wrote gives
// the same content again through ParseNinjs.
package wire

import (
	"errors"
	"slices"
	"strings"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
)

// Kind is the sort of a news item, in the words of ninjs.
type Kind string

// The kinds. An item that names none is Text when it has a text, else Picture when it has one.
const (
	Text      Kind = "text"
	Picture   Kind = "picture"
	Graphic   Kind = "graphic"
	Audio     Kind = "audio"
	Video     Kind = "video"
	Composite Kind = "composite"
	Component Kind = "component"
	Event     Kind = "event"
	Planning  Kind = "planning"
)

// Status is what its publisher says may be done with an item.
type Status string

// The statuses. Usable means licensed for use, not published; Withheld must not be published until a version that is
// usable again; Canceled must be withdrawn wherever it was used.
const (
	Usable   Status = "usable"
	Withheld Status = "withheld"
	Canceled Status = "canceled"
)

// Item is one news item of a wire, ready to become an article.
type Item struct {
	Family Family
	Kind   Kind
	Status Status

	// Content is the article, without edition and section, which the importer decides. Its Source holds address and
	// version. Its Picture and the pictures in its Body are ids of Pictures, to be rewritten when those are kept.
	// Fields the item says nothing about are zero: Language, Urgency, Discussion, Slug.
	Content news.Content

	Pictures      []Image   // the main one first
	Related       []string  // addresses (URIs) of items it refers to
	TranslationOf string    // address of the item it is a translation of
	DeskNote      string    // for the desk only, never for readers
	EmbargoUntil  time.Time // zero: none
	Expires       time.Time // when the licence to use it ends; zero: never
	FirstCreated  time.Time
	VersionTime   time.Time // when this version was made; zero when the item does not say

	// Set when a Dateline site wrote the item: the article's id there, and the slugs of its edition and section.
	ID, Edition, Section string

	// NotArticle says in English why the item is no article; empty when it is one.
	NotArticle string
}

// Supersedes reports whether the item must change what was stored of the same address: it is newer, or it cancels
// the stored version.
func (i Item) Supersedes(stored news.Source) bool {
	own := news.Source{}
	if i.Content.Source != nil {
		own = *i.Content.Source
	}
	order := Newer(own, stored)
	return order > 0 || i.Status == Canceled && (order == 0 || own.Version == "")
}

// Newer compares the versions of two sources of one address: 1 when a is newer, -1 when b is, 0 when they are the
// same. Whole numbers, and those with dots such as 2.1, compare number by number, times as times, other words by the numbers in them; no version is older
// than a word, a word older than a time, a time older than a number, so that the order is the same from all sides.
func Newer(a, b news.Source) int {
	x, y := rank(a.Version), rank(b.Version)
	if x.class != y.class {
		if x.class > y.class {
			return 1
		}
		return -1
	}
	switch x.class {
	case 3:
		return dotted(x.number, y.number)
	case 2:
		return x.time.Compare(y.time)
	}
	return natural(x.word, y.word)
}

type version struct {
	class  int // 0 none, 1 word, 2 time, 3 number
	number []string
	time   time.Time
	word   string
}

func rank(s string) version {
	s = strings.TrimSpace(s)
	if s == "" {
		return version{}
	}
	if numbers := strings.Split(s, "."); len(s) <= 100 && !slices.ContainsFunc(numbers, func(n string) bool { return n == "" || strings.Trim(n, "0123456789") != "" }) {
		return version{class: 3, number: numbers}
	}
	if t, ok := parseTime(s); ok {
		return version{class: 2, time: t}
	}
	return version{class: 1, word: s}
}

// dotted compares numbers with dots, part by part: 2.1 comes after 2, 2.10 after 2.9, and 2.0 is 2.
func dotted(a, b []string) int {
	for i := range max(len(a), len(b)) {
		x, y := "", ""
		if i < len(a) {
			x = strings.TrimLeft(a[i], "0")
		}
		if i < len(b) {
			y = strings.TrimLeft(b[i], "0")
		}
		if len(x) != len(y) {
			return sign(len(x) - len(y))
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// natural compares words as people do: "1.10" comes after "1.9".
func natural(a, b string) int {
	for a != "" && b != "" {
		x, restA := run(a)
		y, restB := run(b)
		if isDigit(x[0]) && isDigit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if len(x) != len(y) {
				return sign(len(x) - len(y))
			}
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
		a, b = restA, restB
	}
	return sign(len(a) - len(b))
}

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// run cuts the longest start of s that is all digits or has none.
func run(s string) (start, rest string) {
	i := 1
	for i < len(s) && isDigit(s[i]) == isDigit(s[0]) {
		i++
	}
	return s[:i], s[i:]
}

func asFault(err error, e **fault.Error) bool { return errors.As(err, e) }
