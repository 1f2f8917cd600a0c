package page

import "dateline/internal/news"

// Shared is what others show of a story: the card of a social site and the line of a search engine.
type Shared struct {
	Title       string // of the document, with the edition behind it
	Headline    string // of the card
	Description string
	URL         string // absolute
	Site        string
	Image       *SharedImage
}

// SharedImage is the picture of a card, at an absolute address.
type SharedImage struct {
	URL, Alt      string
	Width, Height int
	Own           bool // the story's own picture, not the card of the whole site
}

// Shared gives what the page of a story says of itself to others, from the same head that readers' pages have.
func (r *Renderer) Shared(it news.Item, pictures Pictures) (Shared, error) {
	s, err := r.sheet(it.Edition, pictures)
	if err != nil {
		return Shared{}, err
	}
	f := s.article(it, nil, nil).Frame
	out := Shared{Title: f.Title, Headline: f.Share.Title, Description: f.Description, URL: f.Canonical, Site: f.Share.Site}
	if i := f.Share.Image; i != nil {
		out.Image = &SharedImage{URL: i.URL, Alt: i.Alt, Width: i.Width, Height: i.Height, Own: i.Own}
	}
	return out, s.err
}
