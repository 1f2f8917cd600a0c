// Package feed turns published stories into what programs read: RSS 2.0, Atom, JSON Feed, sitemaps, robots.txt and
// security.txt.
//
// It is pure: values in, bytes out. It promises that a feed holds the full text of at most 50 published stories, that
// every address in it is absolute, that an entry keeps its id for ever, whatever becomes of headline, section and
// host; that no picture is in it that may not be shown in feeds; that nothing people wrote can break the form or
// put a script into a reader. What was withdrawn is left out. The bytes depend on what is given and on nothing else, so that
// they can be kept, compared and served with a strong ETag.
package feed

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/wire"
)

// Max is how many stories a feed holds.
const Max = 50

// Feed is one feed of an edition: of the whole edition, a section, a topic, an author or a live coverage.
type Feed struct {
	Addresses edition.Addresses
	Edition   string                   // slug
	Path      string                   // of the page it belongs to, below the root of the edition: "", "/world", "/tag/ports"
	Name      string                   // of the section, topic, author or coverage; empty for the whole edition
	About     string                   // a description; may be empty
	Items     []news.Item              // newest first, with bodies; more than Max and withdrawn ones are left out
	Pictures  map[string]media.Picture // those of the items and their bodies, by id; which may be shown is decided here
	Related   map[string]news.Item     // published stories that bodies refer to, by id; others leave no trace
	Media     func(key string) string  // absolute address of a rendition by its key
	Posts     map[string]string        // addresses of the items that are posts of a live coverage, by id
	Alerts    map[string]string        // addresses of the items that are alerts, by id
	Next      string                   // cursor of what follows, for the format that can say it; empty at the end
	Hub       string                   // address of the WebSub hub; empty for none
	Now       time.Time                // decides which rights have ended
}

// Addresses below the page that a feed belongs to.
const (
	RSSPath  = "/feed.xml"
	AtomPath = "/atom.xml"
	JSONPath = "/feed.json"
)

// Content types of the three formats.
const (
	RSSType  = "application/rss+xml"
	AtomType = "application/atom+xml"
	JSONType = "application/feed+json"
)

// view is a feed with all that its formats share.
type view struct {
	Feed
	edition edition.Edition
	words   *lang.Catalogue // nil when there are none in the edition's language
	title   string
	about   string
	page    string // absolute address
	updated time.Time
	entries []entry
}

// entry is one story of a feed.
type entry struct {
	item     news.Item
	id       string // for ever, the same as in wire formats
	url      string
	language string // empty when it is the edition's
	html     string
	pictures []shown // the main one first
	tags     []string
}

// shown is a picture that may be shown in feeds.
type shown struct {
	media.Picture
	file    media.Rendition
	url     string
	caption string
	alt     string
	credit  string
	label   string // "File picture", "Illustration": in the language of the edition
}

func (f Feed) view() view {
	e, _ := f.Addresses.Edition(f.Edition)
	v := view{Feed: f, edition: e, title: e.Name, page: f.Addresses.Root(f.Edition) + f.Path, updated: e.CreatedAt}
	v.words, _ = lang.For(e.Language)
	if f.Name != "" {
		v.title = e.Name + ": " + f.Name
	}
	if v.about = f.About; v.about == "" {
		v.about = v.title
	}
	if f.Path == "" {
		v.page += "/"
	}
	seen := map[string]bool{}
	for _, i := range f.Items {
		if i.Gone() || seen[i.ID] || len(v.entries) == Max {
			continue
		}
		seen[i.ID] = true
		x := v.entry(i)
		if x.url == "" {
			continue
		}
		v.entries = append(v.entries, x)
		if i.UpdatedAt.After(v.updated) {
			v.updated = i.UpdatedAt
		}
	}
	return v
}

func (v *view) entry(i news.Item) entry {
	x := entry{item: i, id: wire.ItemURI(v.Addresses.Base, "article", i.ID), url: news.Address(v.Addresses, i.Content)}
	if address, ok := v.Posts[i.ID]; ok {
		x.id, x.url = wire.ItemURI(v.Addresses.Base, "post", i.ID), address
	}
	if address, ok := v.Alerts[i.ID]; ok {
		x.id, x.url = wire.ItemURI(v.Addresses.Base, "alert", i.ID), address
	}
	if !strings.EqualFold(i.Language, v.edition.Language) {
		x.language = i.Language
	}
	x.pictures = v.picturesOf(i)
	x.html = v.markup(i, x.url)
	if s, ok := v.Addresses.SectionByID(i.Section); ok && oneLine(s.Name) != "" {
		x.tags = append(x.tags, oneLine(s.Name))
	}
	for _, t := range i.Tags {
		if t = oneLine(t); t != "" && !slices.Contains(x.tags, t) {
			x.tags = append(x.tags, t)
		}
	}
	return x
}

// self gives the absolute address of the feed itself.
func (v *view) self(path string) string { return v.Addresses.Root(v.Edition) + v.Path + path }

// author gives the address of an author's page, "" for one who has none.
func (v *view) author(b news.Byline) string {
	if b.Author == "" {
		return ""
	}
	return v.Addresses.Root(v.Edition) + "/author/" + url.PathEscape(b.Author)
}

// say gives words of the edition's language, "" when it has none.
func (v *view) say(key string) string {
	if v.words == nil || !v.words.Has(key) {
		return ""
	}
	return v.words.Say(key)
}

// picturesOf gives the pictures of a story that may be shown in feeds, the main one first, each once.
func (v *view) picturesOf(i news.Item) []shown {
	ids := i.Body.Pictures()
	if i.Picture != "" {
		ids = append([]string{i.Picture}, ids...)
	}
	var out []shown
	for n, id := range ids {
		if slices.Contains(ids[:n], id) {
			continue
		}
		if s, ok := v.picture(id, "", "", i.PublishedAt); ok {
			out = append(out, s)
		}
	}
	return out
}

// picture gives the picture with this id for a story of a time, with its own caption and alt text where the story has
// none; ok is false when it may not be shown in feeds.
func (v *view) picture(id, caption, alt string, story time.Time) (shown, bool) {
	p, ok := v.Pictures[id]
	if !ok || p.Usable(v.Now, media.Feed) != nil || v.Media == nil {
		return shown{}, false
	}
	file, ok := p.Find("w", 1280)
	if !ok {
		return shown{}, false
	}
	s := shown{Picture: p, file: file, url: v.Media(file.Key), caption: strings.TrimSpace(caption), alt: strings.TrimSpace(alt), credit: strings.Join(p.CreditLine(), " / ")}
	if s.caption == "" {
		s.caption = strings.TrimSpace(p.Caption)
	}
	if s.alt == "" {
		s.alt = strings.TrimSpace(p.Alt)
	}
	switch {
	case p.Kind == media.Illustration:
		s.label = v.say("picture.illustration")
	case p.Kind == media.Graphic:
		s.label = v.say("picture.graphic")
	case p.IsFilePicture(story):
		s.label = v.say("picture.file")
	}
	return s, true
}
