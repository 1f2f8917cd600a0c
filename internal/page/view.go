package page

import (
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/news"
)

// The views: what a door gathers for one page. They hold domain values; addresses,
// words, dates, order and choice of pictures are made here from them.
//
// Edition is always the slug of the edition whose page it is. Pictures holds, by id,
// those pictures that may be shown (credited, not killed, rights not expired); an id
// that is not in it leaves no trace. A cursor is the opaque value of "after" in an
// address; Next is empty at the end of a list, From on its first page. Resume is the
// resume point of a topic, as the live stream gives it.

// Pictures are the pictures that may be shown, by id.
type Pictures map[string]media.Picture

// Masthead is the shared head of an edition's pages.
type Masthead struct {
	Edition string
	Alerts  []edition.Alert // what breaks now, newest first; none leaves an empty slot for scripts
	Resume  string          // of alerts:{edition}
}

// Newsfeed is the shared column: what was just published in the edition.
type Newsfeed struct {
	Edition string
	Items   []news.Item     // newest first by FeedAt, about 20, without bodies; posts of live coverages as Flash makes them
	Posts   map[string]bool // which of Items are posts, by id
	Alerts  []edition.Alert // newest first; they stand among the items by their time
	Resume  string          // of newsfeed:{edition}
}

// MostRead is the shared list of the stories that are read most.
type MostRead struct {
	Edition string
	Items   []news.Item // most first; none makes an empty part
}

// Footer is the shared foot of an edition's pages.
type Footer struct {
	Edition  string
	Standing []news.Item // the standing pages, shown by title when the edition names no links of its own
}

// Front is the front of an edition. Stories may be in several lists: the page shows each once.
type Front struct {
	Edition  string
	Latest   []news.Item            // newest first, about 40: the lead is chosen among them by urgency and age
	Sections map[string][]news.Item // by section id, newest first, about 10 each
	Pinned   news.Pinned            // what editors put in slots
	Pictures Pictures
	Sponsors []edition.Sponsor // those whose time is not over
	Comments map[string]int64  // public ones, by story
}

// SectionFront is a section with its description and its stories.
type SectionFront struct {
	Edition  string
	Section  string      // id
	Items    []news.Item // newest first, about 30
	Pinned   news.Pinned // what editors put in slots; counts on the first page
	Pictures Pictures
	Comments map[string]int64 // public ones, by story
	From     string
	Next     string
}

// Article is the page of a published story or live coverage; for a withdrawn one give a Failure.
type Article struct {
	Item         news.Item            // with its body
	Pictures     Pictures             // of the item, its body and its related stories
	Related      map[string]news.Item // by id: the published ones among Item.Related and the body's cards
	Translations []news.Item          // the same story in other editions; the item itself may be among them
	More         []news.Item          // newest of the same section, about 6; those related are left out
	Resume       string               // of article:{id}
	Sponsors     []edition.Sponsor    // of its edition, those whose time is not over
	Talk         Talk                 // the first of what readers say
}

// Standing is a standing page (about, imprint, privacy).
type Standing struct {
	Item         news.Item // with its body
	Pictures     Pictures
	Related      map[string]news.Item
	Translations []news.Item
}

// EntryPage lists the stories of an author or a topic.
type EntryPage struct {
	Edition  string
	Entry    news.Entry
	Items    []news.Item
	Pictures Pictures
	From     string
	Next     string
}

// SearchPage is the form and what was found. With an empty Text it is the form alone.
type SearchPage struct {
	Edition  string
	Text     string // as typed
	Hits     []news.Hit
	Pictures Pictures
	Offset   int // of the first hit
	Next     int // offset of the next page, 0 at the end
}

// NewsfeedPage is the newsfeed with a page of its own.
type NewsfeedPage struct {
	Edition string
	Section string          // id; "" for the whole edition
	Items   []news.Item     // newest first by FeedAt, about 50; posts of live coverages as Flash makes them
	Posts   map[string]bool // which of Items are posts, by id
	Alerts  []edition.Alert // newest first; they stand among the items by their time
	From    string
	Next    string
	Resume  string // of newsfeed:{edition}; used on the first page only
}

// History lists every publication of an article and what changed in words. Of a withdrawn
// article it lists kinds, times and notes.
type History struct {
	Item      news.Item
	Revisions []news.Revision // newest first
}

// Corrections is the public list of corrections.
type Corrections struct {
	Edition string
	Items   []news.CorrectedItem // newest first
	From    string
	Next    string
}

// Plain is a page that needs nothing but its edition: subscribe.
type Plain struct {
	Edition string
}

// Failure is an answer that is no page: 404, 410, 429, 500, 503 and the like.
type Failure struct {
	Edition string       // slug; empty while there is no edition, then Language counts
	Status  int          // HTTP status
	Path    string       // of the request, for the tag of a 404: fact.TagPath(Host, Path); empty for one that all paths share
	Host    string       // as asked
	Fault   *fault.Error // what may be told; nil is the plain sentence of the status
	Item    news.Item    // with 410: what was withdrawn, with note and time
	After   time.Duration
}

// Setup is what a site without an edition shows to anybody.
type Setup struct {
	Language string // of the page; an incomplete language gets English
}

// NewsroomSetUp asks publication, language, time zone and the first person's name.
type NewsroomSetUp struct {
	Language  string   // of the page
	Action    string   // address the form posts to, the one-time secret in it
	Languages []string // complete languages; empty takes lang.Complete
	Zones     []string // time zones to offer; any other can be typed
	Values    map[string]string
	Fault     *fault.Error // what was wrong with Values
	Spent     bool         // the link was used or is too old: no form, only how to get another
	Passkey   *Passkey     // nil where there can be none
}

// NewsroomSignIn asks staff for address and password, or offers a one-time link.
type NewsroomSignIn struct {
	Language string
	Action   string // address the form posts to
	Link     string // address of the form that asks for a one-time link; empty without mail
	Sent     bool   // the link is on its way, if the address is known
	Token    string // a one-time link was opened: one button, which posts this token
	Email    string
	Next     string // path to go on to
	Fault    *fault.Error
	Passkey  *Passkey // nil where there can be none
}

// Passkey is what a page needs to offer a passkey. Its script shows the button where a browser has passkeys and is at Host.
type Passkey struct {
	Script string // address of the module
	Ask    string // address that gives the challenge; to a page that makes one it gets the form
	Host   string
	Action string // address that the answer is posted to; pages of the newsroom use that of their form
	Next   string // path to go on to
	Prove  string // where somebody who adds one shows anew who he is; only who is asked for a new one has it
}

// NewsroomCode asks somebody who gave his password for the second factor.
type NewsroomCode struct {
	Language string
	Action   string // address the form posts to
	Next     string // path to go on to
	Code     bool   // codes of an app, or recovery codes
	Passkey  *Passkey
	Fault    *fault.Error
}

// NewsroomHome is where staff arrive until the staff application is there.
type NewsroomHome struct {
	Language string
	Name     string   // who is signed in
	Roles    []string // role, and its edition in brackets, as they are to be shown
	SignOut  string   // address the form posts to
}

// NewsroomPassword asks whoever is signed in for a new password.
type NewsroomPassword struct {
	Language string
	Action   string // address the form posts to
	Email    string // of the account, for the browser's keeper of passwords
	Has      bool   // there is a password, which is asked first
	Done     bool   // it was saved: no form
	Home     string // where to go on
	Staff    bool   // Home is the newsroom
	Fault    *fault.Error
}
