package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/page/feed"
	"dateline/internal/page/lang"
)

// frame is what stands around every page: the head of the document and its shared parts.
type frame struct {
	Lang, Dir   string
	Title       string
	Description string
	Canonical   string // empty: the page has no address of its own
	NoIndex     bool
	Alternates  []feed.Alternate // the same page in other languages, itself included
	Feeds       []feedLink
	Share       *share
	Data        []any  // JSON-LD, an element each
	Script      string // address of the reader's module; empty for none
	Whole       bool   // with the shared parts
	Settled     string // id of the element up to which the page is drawn at once, not in pieces that move each other
	Column      bool   // with the newsfeed column
	Icon        string
	Style       string // kind of page: front, story, search, form
}

// feedLink is a feed of this page.
type feedLink struct{ Type, Title, URL string }

// share is what other sites show of a page.
type share struct {
	Type, Title, Description, URL, Site string
	Locale                              string // "en_GB"
	Image                               *shareImage
	Published, Modified                 string
	Section                             string
	Tags, Authors                       []string // authors by the address of their page, else by name
}

type shareImage struct {
	URL, Alt      string
	Width, Height int
	Own           bool // the page's own picture, not the card of all
}

// scripts are the modules of pages in styles that have one of their own.
var scripts = map[string]string{"live": "live.js", "lively": "live.js", "chat": "rooms.js"}

// frame begins the frame of a page of this edition in one of the styles. below is its address under the edition's root, or "-" for none.
func (s *sheet) frame(style, title, below string) frame {
	f := frame{
		Style: style,
		Lang:  s.ed.Language, Dir: lang.Direction(s.ed.Language),
		Title: join(" | ", title, s.ed.Name), Whole: true, Column: true, Settled: "alert",
		Script: s.r.o.Assets[cmp.Or(scripts[style], "reader.js")], Icon: s.r.icon(),
	}
	f.Description = s.about(title)
	if below != "-" {
		f.Canonical = s.address(below)
		f.Share = &share{Type: "website", Title: title, URL: f.Canonical, Site: s.ed.Name, Locale: lang.Locale(s.ed.Language)}
		card := s.r.press.card
		f.Share.Image = &shareImage{URL: s.absolute(card.Path), Alt: s.ed.Name, Width: card.Width, Height: card.Height}
		if title == "" {
			f.Share.Title = s.ed.Name
		}
	} else {
		f.NoIndex = true
	}
	return f
}

// about describes a page that has no words of its own for it: its title, the edition and its sections.
func (s *sheet) about(title string) string {
	var names []string
	for _, sec := range s.a.SectionsOf(s.ed.Slug) {
		names = append(names, sec.Name)
	}
	return join(". ", title, join(": ", s.ed.Name, s.words.List(names)))
}

// feeds names the feeds below a path of the edition ("" is the edition's own).
func (s *sheet) feeds(title, below string) []feedLink {
	title = join(" | ", title, s.ed.Name)
	base := s.a.Path(s.ed.Slug) + below
	return []feedLink{
		{"application/rss+xml", title, base + "/feed.xml"},
		{"application/atom+xml", title, base + "/atom.xml"},
		{"application/feed+json", title, base + "/feed.json"},
	}
}

// editionLink is an edition in the masthead and the footer.
type editionLink struct {
	Name, URL, Lang, Dir string
	Current              bool
}

// editions names all editions by their language, by their own name where two share one.
func (s *sheet) editions() []editionLink {
	var out []editionLink
	for _, e := range s.a.Editions {
		l := editionLink{Name: lang.Autonym(e.Language), URL: s.front(e.Slug), Lang: e.Language, Dir: lang.Direction(e.Language), Current: e.Slug == s.ed.Slug}
		same := func(o edition.Edition) bool { return o.Slug != e.Slug && lang.Autonym(o.Language) == l.Name }
		if slices.ContainsFunc(s.a.Editions, same) {
			l.Name = e.Name
		}
		out = append(out, l)
	}
	return out
}

// shareImage is the picture that other sites show, at an absolute address.
func (s *sheet) shareImage(p media.Picture, alt string) *shareImage {
	r, ok := p.Find("social", 1200)
	if !ok {
		if r, ok = p.Find("w", 1200); !ok {
			return nil
		}
	}
	return &shareImage{URL: s.absolute(s.r.media(r.Key)), Alt: alt, Width: r.Width, Height: r.Height, Own: true}
}

// absolute puts the address of the edition's host before a path.
func (s *sheet) absolute(address string) string {
	if !strings.HasPrefix(address, "/") {
		return address
	}
	if s.ed.Host != "" {
		return s.a.Root(s.ed.Slug) + address
	}
	return s.a.Base + address
}

// newsroom gives the address of the newsroom, which is the publication's and not an edition's.
func (s *sheet) newsroom() string {
	if s.ed.Host != "" {
		return s.a.Base + "/newsroom/"
	}
	return "/newsroom/"
}

// iso writes a time for machines.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }
