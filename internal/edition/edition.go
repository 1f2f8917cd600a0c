// Package edition holds the publication: its language editions, their sections, and what editors decided of their fronts.
//
// Editions and sections are few, so a Directory of all of them is read as a whole and
// kept in memory by those who need addresses; it is thrown away by the tag of any
// edition. An edition's slug is for ever; a section's may change, and earlier ones
// redirect.
package edition

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
)

// Edition is one language edition of the publication, with its own sections, newsfeed, words and direction.
type Edition struct {
	Slug       string    `json:"slug"`
	Name       string    `json:"name"` // the brand as this edition shows it
	Language   string    `json:"language"`
	Timezone   string    `json:"timezone"`         // IANA name
	Digits     Digits    `json:"digits,omitempty"` // empty: Western
	Host       string    `json:"host,omitempty"`   // its own host instead of a path
	Default    bool      `json:"default"`
	Channels   []Link    `json:"channels"`            // the brand's own channels elsewhere
	Navigation []Link    `json:"navigation"`          // empty: the sections in their order
	Footer     []Link    `json:"footer"`              // empty: the standing pages by title
	Sponsors   []Sponsor `json:"sponsors,omitempty"`  // at most one, with a word that says what it is
	Donations  []Link    `json:"donations,omitempty"` // where readers may give; at most one
	CreatedAt  time.Time `json:"created_at"`
	Version    int64     `json:"-"`
}

// Digits are those that an edition writes its numbers with.
type Digits string

// The digits an edition may have.
const (
	Western Digits = "western" // 0 to 9
	Native  Digits = "native"  // the language's own, where it has some
)

// Link is a label with an address: an absolute https URL or a path of this site.
type Link struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Section is a part of an edition with its own front and feeds.
type Section struct {
	ID          string   `json:"id"`
	Edition     string   `json:"edition"` // slug
	Slug        string   `json:"slug"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Position    int      `json:"position"`
	Version     int64    `json:"-"`
	Earlier     []string `json:"-"` // slugs it had before, which redirect
}

// Store is what the publication needs kept. Each writing method is one transaction with its outcome and its idempotency key, and
// the only one that changes editions and sections while it runs. The functions get everything as it is then and may run twice.
type Store interface {
	// Publication reads everything; it is small.
	Publication(ctx context.Context) (*Directory, error)
	CreateEdition(ctx context.Context, once fact.Once, make func(*Directory) (Edition, fact.Outcome, error)) (Edition, error)
	// AmendEdition runs change on the stored edition; version 0 means any.
	AmendEdition(ctx context.Context, slug string, version int64, change func(*Directory, *Edition) (fact.Outcome, error)) (Edition, error)
	CreateSection(ctx context.Context, once fact.Once, make func(*Directory) (Section, fact.Outcome, error)) (Section, error)
	AmendSection(ctx context.Context, id string, version int64, change func(*Directory, *Section) (fact.Outcome, error)) (Section, error)
	FrontStore
	AlertStore
}

// Directory is every edition and section at one time, with the public address they are served at.
type Directory struct {
	Editions []Edition // the default one first, then by slug
	Sections []Section // by edition, position, name
}

// Default gives the default edition; ok is false while there is none.
func (d *Directory) Default() (e Edition, ok bool) {
	if len(d.Editions) == 0 {
		return Edition{}, false
	}
	return d.Editions[0], true
}

// Edition finds an edition by slug.
func (d *Directory) Edition(slug string) (Edition, bool) {
	for _, e := range d.Editions {
		if e.Slug == slug {
			return e, true
		}
	}
	return Edition{}, false
}

// Host finds the edition that has its own host (no port, any case).
func (d *Directory) Host(host string) (Edition, bool) {
	for _, e := range d.Editions {
		if e.Host != "" && strings.EqualFold(e.Host, host) {
			return e, true
		}
	}
	return Edition{}, false
}

// SectionByID finds a section by its id.
func (d *Directory) SectionByID(id string) (Section, bool) {
	for _, s := range d.Sections {
		if s.ID == id {
			return s, true
		}
	}
	return Section{}, false
}

// Section finds a section of an edition by its slug; moved reports that the slug is an earlier one.
func (d *Directory) Section(edition, slug string) (s Section, moved, ok bool) {
	for _, s := range d.Sections {
		if s.Edition == edition && s.Slug == slug {
			return s, false, true
		}
	}
	for _, s := range d.Sections {
		if s.Edition != edition {
			continue
		}
		for _, e := range s.Earlier {
			if e == slug {
				return s, true, true
			}
		}
	}
	return Section{}, false, false
}

// names reports whether a section has or had this slug: an edition of the same name would hide its pages.
func (d *Directory) names(slug string) bool {
	return slices.ContainsFunc(d.Sections, func(s Section) bool { return s.Slug == slug || slices.Contains(s.Earlier, slug) })
}

// SectionsOf lists the sections of an edition in their order.
func (d *Directory) SectionsOf(edition string) []Section {
	var out []Section
	for _, s := range d.Sections {
		if s.Edition == edition {
			out = append(out, s)
		}
	}
	return out
}

// Addresses makes the addresses of pages. Base is the public address of the site without a slash at the end.
type Addresses struct {
	Base string
	*Directory
}

// Root gives the absolute address of an edition without a slash at the end.
func (a Addresses) Root(edition string) string {
	e, ok := a.Edition(edition)
	if !ok {
		return a.Base
	}
	return a.RootOf(e)
}

// RootOf is Root of an edition as e has it, which the publication may not know yet: one made in this moment.
func (a Addresses) RootOf(e Edition) string {
	switch {
	case e.Host != "":
		scheme, _, _ := strings.Cut(a.Base, "://")
		host := e.Host
		if u, err := url.Parse(a.Base); err == nil && u.Port() != "" && !strings.Contains(host, ":") {
			host += ":" + u.Port()
		}
		return scheme + "://" + host
	case e.Default:
		return a.Base
	default:
		return a.Base + "/" + e.Slug
	}
}

// Absolute gives the absolute address of what a page of an edition links to: a path of this site, or an absolute address as it is.
func (a Addresses) Absolute(edition, link string) string {
	if !strings.HasPrefix(link, "/") {
		return link
	}
	if e, ok := a.Edition(edition); ok && e.Host != "" {
		return a.RootOf(e) + link
	}
	return a.Base + link
}

// Path gives the path under which an edition lies: "" or "/slug".
func (a Addresses) Path(edition string) string {
	if e, ok := a.Edition(edition); ok && !e.Default && e.Host == "" {
		return "/" + e.Slug
	}
	return ""
}
