// Package coverage is the live coverage of an event: an article of the kind live whose text are posts.
//
// The Desk writes posts: drafts, schedules, contributions, publications, edits, corrections, withdrawals, the pin and the end of a
// coverage. Whoever may publish writes at once with the others, since each post is a thing of its own with its own versions. The Reader
// reads what is published. A publication goes with its leaf of the history, its facts and its due work in one transaction; what was
// withdrawn leaves every output, and a retraction, which is a withdrawal within the first ten seconds, leaves nothing of its
// text in the history either. Rules, permissions and facts are here and nowhere else.
package coverage

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/internal/body"
)

// Kind says what a post is. It follows from what is in it unless somebody said so.
type Kind string

// The kinds of posts.
const (
	Update  Kind = "update"
	Quote   Kind = "quote"
	Picture Kind = "picture"
	Video   Kind = "video"
	Embed   Kind = "embed"
	Score   Kind = "score"
	Poll    Kind = "poll"
)

// Kinds lists them all.
var Kinds = []Kind{Update, Quote, Picture, Video, Embed, Score, Poll}

// State is where a post stands.
type State string

// The states. A contribution was sent by somebody who may not publish here and waits for who may.
const (
	Draft        State = "draft"
	Scheduled    State = "scheduled"
	Contribution State = "contribution"
	Published    State = "published"
	Withdrawn    State = "withdrawn"
)

// States lists them all.
var States = []State{Draft, Scheduled, Contribution, Published, Withdrawn}

// Result is the score of a game.
type Result struct {
	Home       string `json:"home"`
	Away       string `json:"away"`
	HomePoints int    `json:"home_points"`
	AwayPoints int    `json:"away_points"`
	Note       string `json:"note,omitempty"` // "after extra time"
}

// Option is one answer of a poll. Its id is its number, from 1, and stays when the text is mended.
type Option struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

// Question is a poll.
type Question struct {
	Question string    `json:"question"`
	Options  []Option  `json:"options"`
	ClosesAt time.Time `json:"closes_at,omitzero"` // zero: with the coverage
}

// Contributor is a reader or another outsider whose words or picture a post is.
type Contributor struct {
	Name    string `json:"name"`
	Consent bool   `json:"consent"` // said yes to the publication; nothing of it goes out without
}

// Content is what readers get of a post: what a revision holds and the history hashes.
type Content struct {
	Kind        Kind          `json:"kind"`
	Headline    string        `json:"headline,omitempty"`
	Body        body.Document `json:"body"`
	Tags        []string      `json:"tags,omitempty"`
	KeyEvent    bool          `json:"key_event,omitempty"`
	At          time.Time     `json:"at"`               // when it happened; the order of the coverage
	Byline      string        `json:"byline,omitempty"` // who wrote it
	Result      *Result       `json:"score,omitempty"`
	Question    *Question     `json:"poll,omitempty"`
	Contributor string        `json:"contributor,omitempty"` // name, with consent
}

// Mark is a correction as readers see it at the post.
type Mark struct {
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

// Post is a post with all that only the desk sees.
type Post struct {
	ID       string `json:"id"`
	Coverage string `json:"coverage"` // id of the article
	Content
	KindSet       bool         `json:"kind_set,omitempty"` // somebody said what kind it is
	Contributed   *Contributor `json:"contributed,omitempty"`
	State         State        `json:"state"`
	Pinned        bool         `json:"pinned,omitempty"`   // stands on top, or will when it is published
	Newsfeed      bool         `json:"newsfeed,omitempty"` // goes into the newsfeed of the edition too
	FeedAt        time.Time    `json:"feed_at,omitzero"`   // when its line began there
	CreatedBy     string       `json:"created_by,omitempty"`
	CreatedAt     time.Time    `json:"created_at"`
	UpdatedBy     string       `json:"updated_by,omitempty"`
	UpdatedAt     time.Time    `json:"updated_at"`
	PublishedBy   string       `json:"published_by,omitempty"`
	Version       int64        `json:"version"`            // from 1
	Revision      int          `json:"revision,omitempty"` // publications, withdrawals counted; 0 before the first
	PublishedAt   time.Time    `json:"published_at,omitzero"`
	RevisedAt     time.Time    `json:"revised_at,omitzero"` // latest publication
	EditedAt      time.Time    `json:"edited_at,omitzero"`  // its words changed after it was published
	Corrections   []Mark       `json:"corrections,omitempty"`
	WithdrawnAt   time.Time    `json:"withdrawn_at,omitzero"`
	WithdrawnNote string       `json:"withdrawn_note,omitempty"`
	Retracted     bool         `json:"retracted,omitempty"` // withdrawn within the time of the undo
	Votes         []int64      `json:"votes,omitempty"`     // of the poll, in the order of its options, as counted last
	Article       string       `json:"article,omitempty"`   // id of the story that was made of it
	Item          string       `json:"item,omitempty"`      // id of the item of the inbox that it was made of
}

// Revision is one publication of a post, or its withdrawal, as history keeps it.
type Revision struct {
	Post    string
	Number  int    // from 1
	Change  string // first, minor, update, correction, withdrawn, retracted
	Note    string
	At      time.Time
	By      string   // account id
	Content *Content // nil for a withdrawal
	Salt    []byte
}

// Item is a post as the public may see it. A withdrawn one keeps its place and nothing else.
type Item struct {
	ID       string `json:"id"`
	Coverage string `json:"coverage"` // id of the article
	Content
	Newsfeed    bool      `json:"newsfeed,omitempty"`
	FeedAt      time.Time `json:"feed_at,omitzero"` // when its line in the newsfeed began, if not with its publication
	Revision    int       `json:"revision"`
	PublishedAt time.Time `json:"published_at"`
	RevisedAt   time.Time `json:"revised_at"`
	EditedAt    time.Time `json:"edited_at,omitzero"`
	Corrections []Mark    `json:"corrections,omitempty"` // newest first
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	Votes       []int64   `json:"votes,omitempty"`
	Article     string    `json:"article,omitempty"` // id of the story that was made of it
}

// Gone reports whether the post was withdrawn.
func (i Item) Gone() bool { return !i.WithdrawnAt.IsZero() }

// LineAt is when its line came into the newsfeed, when it has one: with its publication or when it was put there later, and once more with
// each correction.
func (i Item) LineAt() time.Time {
	at := i.PublishedAt
	if i.FeedAt.After(at) {
		at = i.FeedAt
	}
	if len(i.Corrections) > 0 && i.Corrections[0].At.After(at) {
		at = i.Corrections[0].At
	}
	return at
}

// Open reports whether the poll of the post takes votes at a time; whether the coverage is closed its own row says.
func (i Item) Open(at time.Time) bool {
	return !i.Gone() && i.Question != nil && (i.Question.ClosesAt.IsZero() || at.Before(i.Question.ClosesAt))
}

// Coverage is what a live coverage is besides its article: which post stands on top and whether it goes on.
type Coverage struct {
	Article  string    // id
	Pinned   string    // id of the published post on top, "" for none
	ClosedAt time.Time // zero while it goes on
	// UpdatedAt is when a post of it was published, changed or withdrawn last; zero before the first.
	UpdatedAt time.Time
}

// Closed reports whether the coverage is over.
func (c Coverage) Closed() bool { return !c.ClosedAt.IsZero() }

// Line gives a score as words: "Home 2 : 1 Away (after extra time)".
func (r Result) Line() string {
	line := r.Home + " " + strconv.Itoa(r.HomePoints) + " : " + strconv.Itoa(r.AwayPoints) + " " + r.Away
	if r.Note != "" {
		line += " (" + r.Note + ")"
	}
	return line
}

// Words gives what a post says in words besides its headline: its text, else its score or its question.
func (c Content) Words() string {
	text := c.Body.Text()
	switch {
	case text != "":
	case c.Result != nil:
		text = c.Result.Line()
	case c.Question != nil:
		text = c.Question.Question
	}
	return text
}

// Short gives the headline of a post, else its first words, else what its first picture or embed is by name.
func (c Content) Short() string {
	if c.Headline != "" {
		return c.Headline
	}
	if text := c.Words(); text != "" {
		return body.Shorten(text, 110)
	}
	for _, b := range c.Body.Blocks() {
		if b.Alt != "" {
			return body.Shorten(b.Alt, 110)
		}
		if u, err := url.Parse(b.Address); err == nil && u.Host != "" {
			return strings.TrimPrefix(u.Host, "www.")
		}
	}
	return ""
}
