// Package talk is what readers say under stories and in rooms, and how moderators decide on it. A message in a room is a comment in another place.
//
// It promises: nobody is heard who may not speak there, and what is refused changes nothing; a hold says which rule and which words,
// in full to moderators and in kind words to its author; advisers are asked while no
// transaction is open, and make wait and nothing else; readers see what is public and nothing else of a comment's record; a
// decision is made on the version that was looked at, so that two moderators never decide one; who is decided against is told what was
// decided, on which ground, and how to object; what loses its text keeps its place, so that a thread stays one. Comments stay plain text: what is made of it (links, emphasis) is the page's affair.
package talk

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fact"
	"dateline/internal/news"
)

// State is where a comment stands.
type State string

// The states of a comment.
const (
	Public   State = "public"   // readers see it
	Held     State = "held"     // waits for a moderator
	Rejected State = "rejected" // by a moderator
	Removed  State = "removed"  // by its author
)

// Badge says what somebody is, as readers see it beside the name.
type Badge string

// The badges.
const (
	OfStaff  Badge = "staff"  // works in the newsroom of the edition
	OfAuthor Badge = "author" // wrote the story
)

// Place is where people talk: the discussion of a published story, or a room.
type Place struct {
	ID      string `json:"id"` // of the story or the room
	Edition string `json:"edition"`
	Section string `json:"section,omitempty"`
	Chat    string `json:"chat,omitempty"` // slug of the room; empty under a story
	// Rule is what the story says: open, premoderated or closed; or how the room stands. Language is its own.
	Rule     string    `json:"-"`
	Language string    `json:"-"`
	Since    time.Time `json:"-"` // first publication
	// Of a room: its hours, and the time between two messages of one reader.
	Opens   time.Time     `json:"-"`
	Closes  time.Time     `json:"-"`
	Slow    time.Duration `json:"-"`
	Authors []string      `json:"-"` // accounts that wrote it
}

// PlaceOf gives the discussion of a story; authors are the accounts that wrote it.
func PlaceOf(i news.Item, authors ...string) Place {
	return Place{ID: i.ID, Edition: i.Edition, Section: i.Section, Rule: i.Discussion, Language: i.Language, Since: i.PublishedAt, Authors: authors}
}

// Topic is the stream of the place.
func (p Place) Topic() fact.Topic {
	if p.Chat != "" {
		return fact.Chat(p.Chat)
	}
	return fact.Discussion(p.ID)
}

// Permalink is where a comment or a message stands for good, by the address of its discussion or room.
func Permalink(at, id string) string {
	return at + "?comment=" + id + "#comment-" + id
}

// Hold is one reason why a comment waits.
type Hold struct {
	Rule   Rule     `json:"rule"`
	Words  []string `json:"words,omitempty"`  // of the comment, that the rule is about
	Reason string   `json:"reason,omitempty"` // of a service outside, in its words
}

// Comment is what somebody said, as moderators see it. Text is plain, in lines.
type Comment struct {
	ID        string    `json:"id"`
	Place     Place     `json:"place"`
	Parent    string    `json:"parent,omitempty"` // id of what it answers
	Root      string    `json:"root"`             // id of the first of its thread; its own when it is that
	Author    string    `json:"author,omitempty"` // account id; empty when it came from elsewhere or its author is forgotten
	Name      string    `json:"name"`             // of the author, as it was then
	Badge     Badge     `json:"badge,omitempty"`
	Text      string    `json:"text"`
	State     State     `json:"state"`
	Holds     []Hold    `json:"holds,omitempty"` // why it waits, or waited
	At        time.Time `json:"at"`
	EditedAt  time.Time `json:"edited_at,omitzero"`
	Featured  bool      `json:"featured,omitempty"`
	Reports   int       `json:"reports,omitempty"`    // by readers, that nobody has dealt with
	DecidedBy string    `json:"decided_by,omitempty"` // account id of the moderator who decided last
	DecidedAt time.Time `json:"decided_at,omitzero"`
	Was       State     `json:"was,omitempty"`    // before that decision
	Over      *Ruling   `json:"over,omitempty"`   // the decision that stood before that one
	Breach    Breach    `json:"breach,omitempty"` // what the rejection rests on
	Reason    string    `json:"reason,omitempty"` // why it was rejected, as its author is told
	Appeal    *Appeal   `json:"appeal,omitempty"` // the latest
	Version   int64     `json:"version"`
}

// Queue is a list of moderators.
type Queue string

// The queues, as INTERFACE names them. A comment is in one, and in Reported besides while there are reports that nobody has dealt with.
const (
	Reported    Queue = "reported"
	Pending     Queue = "pending"     // held
	Unmoderated Queue = "unmoderated" // public, and no moderator has seen it
	Approved    Queue = "approved"    // public by a moderator's decision
	Refused     Queue = "rejected"
)

// Queues lists the queues.
var Queues = []Queue{Reported, Pending, Unmoderated, Approved, Refused}

// Queue gives the list a comment stands in; empty when it is in none.
func (c Comment) Queue() Queue {
	switch {
	case c.State == Held:
		return Pending
	case c.State == Rejected:
		return Refused
	case c.State == Public && c.DecidedBy == "":
		return Unmoderated
	case c.State == Public:
		return Approved
	}
	return ""
}

// Shown is what readers see of a comment. Of one that is gone only its place in the thread is left.
type Shown struct {
	ID       string    `json:"id"`
	Place    string    `json:"place"`
	Parent   string    `json:"parent,omitempty"`
	Root     string    `json:"root"`
	Author   string    `json:"author,omitempty"` // opaque id, for those who ignore somebody
	Name     string    `json:"name,omitempty"`
	Badge    Badge     `json:"badge,omitempty"`
	Text     string    `json:"text,omitempty"`
	At       time.Time `json:"at"`
	EditedAt time.Time `json:"edited_at,omitzero"`
	Featured bool      `json:"featured,omitempty"`
	Gone     State     `json:"gone,omitempty"` // Rejected or Removed

	Replies   int64 `json:"-"` // of a thread's first: all that follow it
	Reactions int64 `json:"-"`
}

// Shown gives what readers see of a comment that is or was public.
func (c Comment) Shown() Shown {
	s := Shown{ID: c.ID, Place: c.Place.ID, Parent: c.Parent, Root: c.Root, At: c.At}
	if c.State != Public {
		s.Gone = c.State
		return s
	}
	s.Author, s.Name, s.Badge, s.Text, s.EditedAt, s.Featured = c.Author, c.Name, c.Badge, c.Text, c.EditedAt, c.Featured
	return s
}

// Longest is how many characters a comment has at most.
const Longest = 4000

// EditFor is how long its author may change a comment.
const EditFor = 5 * time.Minute

// tidy gives a comment's text as it is kept: lines end alike, nothing around it.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimFunc(s, unicode.IsSpace)
}

// speakable reports whether text can be kept and shown: valid UTF-8 without control characters but lines and tabs.
func speakable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return false
		}
	}
	return true
}

// empty reports whether a text has nothing that can be seen.
func empty(s string) bool {
	for _, r := range s {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r) && !unicode.Is(unicode.Cf, r) && r != 0x3164 && r != 0x2800 {
			return false
		}
	}
	return true
}
