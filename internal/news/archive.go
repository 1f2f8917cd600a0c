package news

import (
	"context"
	"time"

	"dateline/internal/edition"
)

// Cursor is a place in a list that is ordered by time and id, newest first. The zero Cursor is before the newest; one without an
// id is before everything of its moment, so that what follows it is older.
type Cursor struct {
	At time.Time
	ID string
}

// Query says which published items to list, newest first by FeedAt. Empty fields do not restrict; withdrawn items are never listed.
type Query struct {
	Edition string      // slug
	Section string      // id
	Tag     string      // slug of a tag
	Author  string      // slug of an author
	Kind    ArticleKind // Story and Live together when empty; standing pages only when asked for
	Since   time.Time   // first published at or after
	After   Cursor      // items that come after this place
	Limit   int         // 1 to 1000, 20 when 0
	Bodies  bool        // with the bodies, which lists otherwise leave empty
	// Newsfeed lists an edition or a section in the order of its newsfeed: FeedAt of what it gives is LineAt.
	Newsfeed bool
}

// Search is a full-text query over published items of an edition, and posts of live coverages, in the edition's language, inflected words included.
type Search struct {
	Edition string
	Section string // id, "" for all
	Text    string // as typed, at most 200 characters are used
	Offset  int    // at most 1000; more is Invalid at query.after
	Limit   int    // 1 to 101, 20 when 0; one more than a page says whether it goes on
}

// Hit is an item that was found, without its body: a story, or the live coverage of a post that was.
type Hit struct {
	Item
	Excerpt string    // plain words around the first match
	Post    string    // id of the post
	At      time.Time // of the post: when it happened
}

// Location is where an address leads.
type Location struct {
	Item  Item // with its body; withdrawn ones have a note only
	Moved bool // the address is an earlier one: redirect to the current
}

// Tag is a topic as a story names it.
type Tag struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// CorrectedItem is one line of the public list of corrections.
type CorrectedItem struct {
	Item Item // without its body
	Mark Mark
}

// Reader is what the Archive needs of the store: published rows only, through the public read handle.
// Missing things are fault.NotFound; a withdrawn item is given as such and the doors answer 410.
type Reader interface {
	Item(ctx context.Context, id string) (Item, error)
	// Items gives the published ones among ids in the order of ids, without bodies; others are left out.
	Items(ctx context.Context, ids []string) ([]Item, error)
	// Locate finds an item by section (an id; empty for a standing page), edition and slug, earlier ones included.
	Locate(ctx context.Context, edition, section, slug string) (Location, error)
	// Formerly gives the published items that had one of these addresses on the site they came from, withdrawn ones
	// included, without bodies: at most one an edition and address.
	Formerly(ctx context.Context, path, other string) ([]Item, error)
	List(ctx context.Context, q Query) ([]Item, error)
	// Front gives what editors decided of a front; section is an id, "" for the edition's own.
	Front(ctx context.Context, of, section string) (edition.Front, error)
	// Banners gives the alerts whose banners stand on the pages of an edition, newest first.
	Banners(ctx context.Context, of string) ([]edition.Alert, error)
	// AlertLines lists the alerts in an edition's newsfeed, newest first.
	AlertLines(ctx context.Context, of string, after Cursor, limit int) ([]edition.Alert, error)
	Find(ctx context.Context, q Search) ([]Hit, error)
	// Translations gives the published items of the same translation group, the item itself included, without bodies.
	Translations(ctx context.Context, id string) ([]Item, error)
	// Families gives the published items of other editions that belong to one translation group with a published story of an edition
	// whose FeedAt lies from one time to before another, each once, without bodies.
	Families(ctx context.Context, edition string, from, to time.Time) ([]Item, error)
	// Revisions gives what was published of an article, newest first, with contents unless redacted or withdrawn.
	Revisions(ctx context.Context, id string) ([]Revision, error)
	Corrections(ctx context.Context, edition string, after Cursor, limit int) ([]CorrectedItem, error)
	// Entry gives an author or a topic of whom something published is there; under a slug from before, Slug is the one of now.
	Entry(ctx context.Context, key EntryKey) (Entry, error)
}

// Archive reads what is published. It holds no rights: whatever it gives may be shown to anybody.
type Archive struct{ Reader }
