// Package fault holds the errors people may see.
//
// Whatever a reader, a reporter or an integration is told about a failure is a
// *Error: a Kind that the doors turn into a status, a catalogue key that the
// page turns into words of the reader's language, the places of the fault, and
// a cause that goes into the log and to nobody else. An error that is no *Error
// is Internal: it is logged once and shown to nobody.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure it is; web holds the one table from Kind to HTTP status.
type Kind uint8

// The kinds of failure, each with the status the doors give it.
const (
	Internal        Kind = iota // 500: our fault, the cause is logged
	Invalid                     // 422: the input breaks a rule; Places says where
	Malformed                   // 400: the input cannot be read at all
	NotFound                    // 404: no such thing, or none that this person may know of
	Gone                        // 410: withdrawn; the note says why
	Conflict                    // 409: it exists already, or its state forbids the act
	Stale                       // 412: changed since the version it was read at; Current holds the newer one
	NoVersion                   // 428: a change without the version it was made on
	Unauthenticated             // 401: nobody is signed in
	Forbidden                   // 403: somebody is, but may not
	TooLarge                    // 413: more bytes than the limit of this door
	TooMany                     // 429: too often; After says when again
	Unsupported                 // 415: a kind of content that is not taken
	Unavailable                 // 503: a part is down; the rest works
	Full                        // 507: no room left on the disk
)

// Place is one spot of bad input: Location is a dotted path such as "body.headline",
// Key the catalogue key of the words, Args what the words need, Text the words in English.
type Place struct {
	Location string
	Key      string
	Args     map[string]any
	Text     string
}

// Error is a failure that may be shown. Key is a catalogue key ("fault.embargo"), Text
// its English words for logs, the command line and the API.
type Error struct {
	Kind    Kind
	Key     string
	Text    string
	Args    map[string]any
	Places  []Place
	Current any           // with Stale, and with a lock's Conflict: the newer state, as the API shows it
	After   time.Duration // with TooMany and Unavailable: when to try again
	Cause   error         // never shown
}

// New makes an Error of kind k whose English words are text formatted with args; key is its catalogue key.
func New(k Kind, key, text string, args ...any) *Error {
	return &Error{Kind: k, Key: key, Text: fmt.Sprintf(text, args...)}
}

// At makes an Invalid error with one place of fault.
func At(location, key, text string, args ...any) *Error {
	words := fmt.Sprintf(text, args...)
	return &Error{Kind: Invalid, Key: "fault.invalid", Text: words, Places: []Place{{Location: location, Key: key, Text: words}}}
}

// Because returns a copy of e that carries cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// Error gives the English words with their places, and the cause, for logs and the command line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Text)
	for _, p := range e.Places {
		if p.Text != e.Text || len(e.Places) > 1 {
			fmt.Fprintf(&b, "; %s: %s", p.Location, p.Text)
		} else {
			fmt.Fprintf(&b, " (%s)", p.Location)
		}
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf gives the kind of the first *Error in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a failure of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// Gather collects places of fault while input is checked, so that a person sees all of them at once.
type Gather struct{ places []Place }

// At notes one place of fault.
func (g *Gather) At(location, key, text string, args ...any) {
	g.places = append(g.places, Place{Location: location, Key: key, Text: fmt.Sprintf(text, args...)})
}

// Err gives nil when nothing was noted, else one Invalid error with all places.
func (g *Gather) Err() error {
	if len(g.places) == 0 {
		return nil
	}
	text := g.places[0].Text
	if len(g.places) > 1 {
		text = fmt.Sprintf("%d things are not right", len(g.places))
	}
	return &Error{Kind: Invalid, Key: "fault.invalid", Text: text, Places: g.places}
}
