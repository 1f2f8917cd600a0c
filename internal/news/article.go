// Package news holds articles from the first word to the withdrawal.
//
// The Desk writes: drafts, saves, publications, corrections, withdrawals, schedules.
// The Archive reads what is published and searches it. A save makes a version of the
// working copy, a publication makes a revision; readers see the latest revision only.
// Each publication goes with its leaf of the history, its facts and its due work in
// one transaction. Rules, permissions and facts are here and nowhere else.
package news

import (
	"time"

	"dateline/internal/body"
)

// Genre says what kind of journalism a story is.
type Genre string

// The genres.
const (
	News     Genre = "news"
	Feature  Genre = "feature"
	Analysis Genre = "analysis"
	Opinion  Genre = "opinion"
	OffBeat  Genre = "off-beat"
)

// Genres lists them all.
var Genres = []Genre{News, Feature, Analysis, Opinion, OffBeat}

// ArticleKind says what shape an article has.
type ArticleKind string

// The kinds: a story, a live coverage, a standing page (about, imprint).
const (
	Story ArticleKind = "story"
	Live  ArticleKind = "live"
	Page  ArticleKind = "page"
)

// State is where an article stands.
type State string

// The states; a PATCH moves among the first three.
const (
	Draft     State = "draft"
	InReview  State = "in_review"
	Ready     State = "ready"
	Scheduled State = "scheduled"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// Change says what a publication is to its readers.
type Change string

// The changes of a publication. Minor is shown without a mark.
const (
	First      Change = "first"
	Minor      Change = "minor"
	Update     Change = "update"
	Correction Change = "correction"
)

// Byline is one author of a story; Author is the slug of his page, empty when he has none.
type Byline struct {
	Name   string `json:"name"`
	Author string `json:"author,omitempty"`
}

// Dateline is where and through whom a story comes: "MOSCOW (Agency)".
type Dateline struct {
	Place  string `json:"place,omitempty"`
	Source string `json:"source,omitempty"`
}

// Content is what readers get of an article: what a revision holds and the history hashes.
type Content struct {
	Edition       string        `json:"edition"` // slug
	Section       string        `json:"section"` // id; empty for a standing page
	Genre         Genre         `json:"genre"`
	Kind          ArticleKind   `json:"kind"`
	Headline      string        `json:"headline"`
	ShortHeadline string        `json:"short_headline,omitempty"`
	Lead          string        `json:"lead,omitempty"`
	Dateline      Dateline      `json:"dateline"`
	Byline        []Byline      `json:"byline"`
	Body          body.Document `json:"body"`
	Picture       string        `json:"picture,omitempty"` // id
	Tags          []string      `json:"tags"`
	Related       []string      `json:"related"` // article ids
	Slug          string        `json:"slug"`
	Urgency       int           `json:"urgency"` // 1 (highest) to 9
	Language      string        `json:"language"`
	TranslationOf string        `json:"translation_of,omitempty"` // article id
	Discussion    string        `json:"discussion"`               // open, premoderated, closed
	Source        *Source       `json:"source,omitempty"`
}

// Source is where a story came from by wire or import; URI and Version decide what is newer.
type Source struct {
	URI       string `json:"uri" doc:"Name of the item at its supplier."`
	Version   string `json:"version,omitempty" doc:"What decides which of two is newer."`
	Name      string `json:"name,omitempty" doc:"The supplier."`
	Copyright string `json:"copyright,omitempty" doc:"Notice of the supplier."`
	Usage     string `json:"usage_terms,omitempty" doc:"Terms of the supplier."`
}

// Article is a story with its working copy and all that only the desk sees.
type Article struct {
	ID string `json:"id"`
	Content
	State          State        `json:"state"`
	SlugSet        bool         `json:"slug_set,omitempty"` // the slug was given, not made from the headline
	EmbargoUntil   time.Time    `json:"embargo_until,omitzero"`
	ScheduledAt    time.Time    `json:"scheduled_at,omitzero"`
	Schedule       *Publication `json:"schedule,omitempty"` // what is to be published at ScheduledAt
	Assignee       string       `json:"assignee,omitempty"` // account id
	Deadline       time.Time    `json:"deadline,omitzero"`
	DeskNote       string       `json:"desk_note,omitempty"`
	Legal          string       `json:"legal"`           // none, check, approved
	Chips          []string     `json:"chips,omitempty"` // codes of the checks that the last publication let through
	CreatedBy      string       `json:"created_by,omitempty"`
	CreatedAt      time.Time    `json:"created_at"`
	UpdatedBy      string       `json:"updated_by,omitempty"`
	UpdatedAt      time.Time    `json:"updated_at"`
	SourceRevision int          `json:"source_revision,omitempty"` // of what it translates: the revision it was made from or brought up to
	Hand           string       `json:"hand,omitempty"`            // account id of who had it in hand last; what the house saves leaves it
	Version        int64        `json:"version"`                   // of the working copy, from 1
	Revision       int          `json:"revision,omitempty"`        // latest published, 0 before the first
	LiveVersion    int64        `json:"live_version,omitempty"`    // the version that was published last
	PublishedAt    time.Time    `json:"published_at,omitzero"`     // first publication
	RevisedAt      time.Time    `json:"revised_at,omitzero"`       // latest publication
	Live           *LiveCopy    `json:"live,omitempty"`            // what readers have, or had before the withdrawal
	Edited         bool         `json:"edited,omitempty"`          // the working copy says something else than Live
	WithdrawnAt    time.Time    `json:"withdrawn_at,omitzero"`
	WithdrawnNote  string       `json:"withdrawn_note,omitempty"`
}

// LiveCopy is where readers find what was published last, and what it said.
type LiveCopy struct {
	Edition string      `json:"edition"`
	Section string      `json:"section,omitempty"` // id
	Kind    ArticleKind `json:"kind"`
	Slug    string      `json:"slug"`
	Digest  string      `json:"digest,omitempty"` // SHA-256 of the content in hex; gone when it was withdrawn
}

// Changed reports whether a publication of the working copy would show readers something else than they have.
func (a *Article) Changed() bool {
	switch {
	case a.Revision == 0 || a.State == Withdrawn:
		return false
	case a.Live == nil: // published before this was kept
		return a.Version != a.LiveVersion
	}
	return a.Edited
}

// Handled reports whether somebody at the desk had the article in hand, whatever an import did to it since.
func (a *Article) Handled() bool { return a.Hand != "" || a.UpdatedBy != "" }

// Publication is an act of publishing.
type Publication struct {
	Change Change    `json:"change"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at,omitzero"`
	By     string    `json:"by,omitempty"` // account id

	Fresh bool `json:"-"` // it came from outside and is new here, whatever its times say; see Arrival

	// Checked asks for the checks that an editor may override: what is not named in Override refuses the publication.
	Checked  bool     `json:"-"`
	Override []string `json:"-"` // codes of checks
}

// Revision is one publication of an article as history keeps it. Content and Salt are gone when it was redacted.
type Revision struct {
	Article    string    `json:"article"`
	Number     int       `json:"number"` // from 1
	Change     Change    `json:"change"` // or "withdrawn"
	Note       string    `json:"note,omitempty"`
	At         time.Time `json:"at"`
	By         string    `json:"-"`
	Content    *Content  `json:"content,omitempty"`
	Salt       []byte    `json:"-"`
	Leaf       int64     `json:"leaf"` // its index in the log
	RedactedAt time.Time `json:"redacted_at,omitzero"`
	Redaction  string    `json:"redaction,omitempty"` // why its text was erased; its own note went with the text
}

// Mark is a correction as readers see it under the lead.
type Mark struct {
	Revision int       `json:"revision"`
	At       time.Time `json:"at"`
	Note     string    `json:"note"`
	Before   string    `json:"before,omitempty"` // the words that were wrong, when they are few
	After    string    `json:"after,omitempty"`
}

// Item is an article as the public may see it: its latest revision and its dates. A
// withdrawn item has no Content but edition, section and slug, and a Note.
type Item struct {
	ID string `json:"id"`
	Content
	Revision    int       `json:"revision"`
	PublishedAt time.Time `json:"published_at"`          // first
	UpdatedAt   time.Time `json:"updated_at"`            // latest that is shown: update or correction
	FeedAt      time.Time `json:"feed_at"`               // its place in lists: when it first, or its last update, came out here
	Corrections []Mark    `json:"corrections,omitempty"` // newest first
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	Note        string    `json:"note,omitempty"` // why it was withdrawn
	Words       int       `json:"words"`
	TagSlugs    []string  `json:"tag_slugs,omitempty"` // of the pages of Tags, when they are not made of the words; see Topics
}

// Gone reports whether the item was withdrawn.
func (i Item) Gone() bool { return !i.WithdrawnAt.IsZero() }

// LineAt is when its line came into the newsfeed: a correction brings it there once more, and other lists leave it where it stands.
func (i Item) LineAt() time.Time {
	if len(i.Corrections) > 0 && i.Corrections[0].At.After(i.FeedAt) {
		return i.Corrections[0].At
	}
	return i.FeedAt
}

// LineNote is what its line says of the correction that brought it to its place in the newsfeed; "" when that was no correction.
func (i Item) LineNote() string {
	if len(i.Corrections) == 0 || i.Corrections[0].At.Before(i.FeedAt) {
		return ""
	}
	return body.Shorten(i.Corrections[0].Note, 160)
}
