package coverage

import (
	"context"

	"dateline/internal/news"
)

// Query says which published posts of a coverage to list. Withdrawn ones are not listed.
type Query struct {
	Coverage string // id of the article
	Oldest   bool   // oldest first, else newest
	KeyEvent bool   // key events only
	From     Item   // begin with this one, or what follows its place when it was withdrawn; the zero Item begins at the beginning
	Limit    int    // 1 to 1000
}

// Reader is what readers get of live coverages: published rows of published articles only, through the public read handle. Missing
// things are fault.NotFound.
type Reader interface {
	// Live reads whether a coverage goes on and what stands on top; a coverage that nothing was done to is open.
	Live(ctx context.Context, article string) (Coverage, error)
	// Place reads where a post stands or stood: a withdrawn one is given as such.
	Place(ctx context.Context, article, id string) (Item, error)
	// Published gives the published ones among ids by id; others are left out.
	Published(ctx context.Context, ids []string) (map[string]Item, error)
	Listed(ctx context.Context, q Query) ([]Item, error)
	// Flashes lists the posts of an edition that are in its newsfeed, latest line first, those after a place; section is an id, "" for all.
	Flashes(ctx context.Context, edition, section string, after news.Cursor, limit int) ([]Item, error)
}

// Permalink gives the address of a post for good: the page of its coverage that begins with it. base is the address of the coverage.
func Permalink(base, id string) string { return base + "?post=" + id + "#post-" + id }
