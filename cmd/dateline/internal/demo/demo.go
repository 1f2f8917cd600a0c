// Package demo holds the made-up newsroom that "dateline demo" serves: The
// Orlan Dispatch of the invented port city of Port Orlan, in four editions,
// with its stories, standing pages, live coverage, comments, chat and pictures.
//
// The texts are files under content, written for a writer to read and change;
// Read parses them strictly and checks every reference, so a value it returns
// is whole. The package knows no other room: it hands out plain values, and
// whoever serves the demo feeds them through the domain like a newsroom would.
// Everything here is invented: no person, state, party or company in it is real.
package demo

import "time"

// Newsroom is the whole demo as values; Read returns it with every reference resolved.
type Newsroom struct {
	Publication string     // name of the publication, the same in every edition
	City        string     // the invented city, in Latin script
	Editions    []Edition  // the default edition first
	Authors     []Author   // in the order of content/authors.txt
	Pictures    []Picture  // in the order of content/pictures.txt
	Stories     []Story    // by edition, then newest first publication first
	Live        Coverage   // "Storm Halla reaches the coast"
	Comments    []Comment  // by story, oldest first within a story
	Chat        Chat       // "Storm night"
	Newsfeed    []NewsItem // published one a minute while the demo runs, in order
}

// Edition is one language edition with its sections, pages and front.
type Edition struct {
	Slug       string    // address part, Latin script
	Name       string    // as the masthead shows it
	Label      string    // short word beside the masthead, in the edition's language
	Language   string    // BCP 47 tag
	Timezone   string    // IANA name
	Default    bool      // true for exactly one edition
	Lead       string    // key of the story that opens the front
	Sections   []Section // in the order of the navigation
	Navigation []string  // section slugs, as shown under the masthead
	Footer     []string  // page slugs, as shown in the footer
	Pages      []Page    // standing pages: about, imprint, privacy, contact
}

// Section is a section of one edition.
type Section struct {
	Slug        string // address part, Latin script
	Name        string
	Description string
}

// Page is a standing page of one edition.
type Page struct {
	Slug     string // about, imprint, privacy or contact
	Headline string
	Lead     string
	Body     Body
}

// Author is one of the Dispatch's writers.
type Author struct {
	Key     string // slug of the author page, Latin script
	Name    string
	Edition string // slug of the edition the author writes for
	Role    string
	Bio     string
}

// Words are a caption and an alternative text in one language.
type Words struct {
	Caption string // says what the picture is about
	Alt     string // says what is seen; never the caption again
}

// Picture is a drawn picture; the art package draws it under the same name.
type Picture struct {
	Name       string
	Kind       string // "illustration" or "graphic"
	Credit     string
	Creator    string
	SourceType string // IPTC digital source type URI
	City       string
	Drawn      time.Duration    // how long before the start it was made
	FocalX     float64          // 0 left to 1 right
	FocalY     float64          // 0 top to 1 bottom
	Words      map[string]Words // by language tag: every language in which a story uses the picture
}

// State is what has become of a story when the demo starts.
type State string

// The states a story of the demo can be in.
const (
	Published State = "published"
	Scheduled State = "scheduled"
	Withdrawn State = "withdrawn"
)

// Story is an article of one edition with all its revisions.
type Story struct {
	Key           string // unique over all editions, Latin script; also the slug
	Edition       string // edition slug
	Language      string // the edition's language
	Section       string // section slug within the edition
	Genre         string // news, feature, analysis, opinion or off-beat
	Place         string // dateline place
	Source        string // dateline source
	Byline        []Name
	Tags          []string
	Urgency       int      // 1 (highest) to 9
	Picture       string   // picture name, or empty for a story without one
	Related       []string // story keys of the same edition
	TranslationOf string   // key of the story this is a translation of, or empty
	Stale         bool     // the source was corrected after this translation was made
	Discussion    string   // open, premoderated or closed
	State         State
	Embargo       time.Duration // after the start, when the story may appear; 0 for none
	Withdrawal    Withdrawal    // zero unless State is Withdrawn
	Revisions     []Revision    // oldest first, never empty
}

// First returns the revision a story was first published with.
func (s *Story) First() Revision { return s.Revisions[0] }

// Latest returns the revision that readers see.
func (s *Story) Latest() Revision { return s.Revisions[len(s.Revisions)-1] }

// Name is a name in a byline; Author is empty for a guest without an author page.
type Name struct {
	Name   string
	Author string // author key
}

// Revision is one publication of a story.
type Revision struct {
	Change        string        // first, minor, update or correction
	Note          string        // said to readers; empty for first and minor
	Ago           time.Duration // before the start; negative when it lies after it
	Headline      string
	ShortHeadline string
	Lead          string
	Body          Body
}

// Withdrawal says when and why a story was taken back.
type Withdrawal struct {
	Ago  time.Duration
	Note string
}

// Coverage is a live coverage.
type Coverage struct {
	Key           string
	Edition       string
	Section       string
	Genre         string
	Headline      string
	ShortHeadline string
	Lead          string
	Place         string
	Source        string
	Byline        []Name
	Tags          []string
	Urgency       int
	Picture       string
	Related       []string
	Ago           time.Duration // when it opened
	Posts         []Post        // oldest first
	Later         []Post        // added one a minute while the demo runs, in order
}

// Post is one post of a live coverage.
type Post struct {
	ID         string
	Ago        time.Duration // before the start; 0 for a post of Coverage.Later
	Headline   string        // empty for most
	KeyEvent   bool
	Pinned     bool
	Reader     string // name of the reader who sent it, or empty
	Author     string // author key
	Picture    string
	Correction string        // note of a correction, or empty
	Corrected  time.Duration // when it was corrected, before the start
	Before     Body          // text before the correction, or nil
	Body       Body
}

// Comment is a reader's comment, or a reporter's answer, under a story.
type Comment struct {
	ID       string
	Story    string // story key
	Author   string // reader's display name, or the staff author's name
	Staff    string // author key when a reporter answers
	ReplyTo  string // comment id, or empty
	Ago      time.Duration
	State    string // public or held
	Why      string // why it is held, in words for its author and the moderators
	Featured bool
	Text     string // paragraphs separated by an empty line
}

// Chat is a room that moderators opened for an event.
type Chat struct {
	Slug     string
	Name     string
	Edition  string
	Slow     time.Duration // at most one message per reader in this time
	Opened   time.Duration // before the start
	Pinned   Body
	Messages []Message // oldest first
}

// Message is one message in a chat.
type Message struct {
	Author string
	Staff  string // author key when a member of staff writes
	Ago    time.Duration
	Text   string
}

// NewsItem is a short item that the demo publishes while it runs.
type NewsItem struct {
	Key      string
	Edition  string
	Section  string
	Headline string
	Lead     string
	Place    string
	Source   string
	Byline   []Name
	Tags     []string
	Urgency  int
	Body     Body
}
