package talk

import (
	"dateline/internal/edition"
	"dateline/internal/news"
)

// Ground is where people talk: under a story, or in a room when Chat has an id.
type Ground struct {
	Story news.Item
	Chat  Chat
}

// ID is that of the place; empty when there is none.
func (g Ground) ID() string {
	if g.Chat.ID != "" {
		return g.Chat.ID
	}
	return g.Story.ID
}

// Edition is the slug of its edition.
func (g Ground) Edition() string {
	if g.Chat.ID != "" {
		return g.Chat.Edition
	}
	return g.Story.Edition
}

// Place is what the rules of talk know of it.
func (g Ground) Place() Place {
	if g.Chat.ID != "" {
		return g.Chat.Place()
	}
	return PlaceOf(g.Story)
}

// URL is the absolute address of the page on which what is said stands.
func (g Ground) URL(at edition.Addresses) string {
	if g.Chat.ID != "" {
		return at.Root(g.Chat.Edition) + ChatPath(g.Chat.Slug)
	}
	return news.Address(at, g.Story.Content) + "/discussion"
}
