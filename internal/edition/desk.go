package edition

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// Reserved are the first segments of addresses that mean something else, so that no edition and no section may be called so.
var Reserved = []string{
	"account", "api", "assets", "atom", "author", "chats", "comment", "corrections", "discussion", "events", "feed", "healthz", "history", "log", "media",
	"newsfeed", "newsroom", "page", "readyz", "report", "robots", "search", "sitemap", "sitemap-news", "sitemaps", "static", "subscribe", "tag", "vote", "websub",
}

// Desk makes and changes editions and sections.
type Desk struct {
	store     Store
	clock     moment.Clock
	ids       *moment.IDs
	languages []string // complete ones
}

// NewDesk gives a desk over store; languages are those whose words are complete.
func NewDesk(store Store, clock moment.Clock, ids *moment.IDs, languages []string) *Desk {
	return &Desk{store, clock, ids, languages}
}

// EditionPatch is what a change of an edition sets; nil fields stay.
type EditionPatch struct {
	Slug, Name, Language, Timezone, Host *string
	Digits                               *Digits
	Default                              *bool
	Channels, Navigation, Footer         *[]Link
	Donations                            *[]Link
	Sponsors                             *[]Sponsor
}

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
var hostShape = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

const (
	maxName = 200
	maxText = 2000
	maxLink = 50
)

// editors may change editions and sections.
var editors = []account.Role{account.Admin, account.Editor}

// MayMake reports whether who may make a new edition: only somebody whose right is not limited to one.
func MayMake(who account.Actor) bool {
	_, all := who.Editions(editors...)
	return all
}

// CreateEdition makes an edition.
func (d *Desk) CreateEdition(ctx context.Context, who account.Actor, once fact.Once, p EditionPatch) (Edition, error) {
	if !MayMake(who) {
		return Edition{}, who.Refused()
	}
	return d.store.CreateEdition(ctx, once, func(dir *Directory) (Edition, fact.Outcome, error) {
		var g fault.Gather
		e := Edition{CreatedAt: d.clock.Now(), Timezone: "UTC", Channels: []Link{}, Navigation: []Link{}, Footer: []Link{}}
		if p.Slug == nil {
			g.At("body.slug", "fault.required", "an edition needs a slug")
		} else {
			checkSlug(&g, *p.Slug)
			e.Slug = *p.Slug
			if dir.names(e.Slug) {
				g.At("body.slug", "fault.slug_reserved", "%q has another meaning in addresses; choose another slug", e.Slug)
			}
		}
		if p.Name == nil {
			g.At("body.name", "fault.required", "an edition needs a name")
		}
		if p.Language == nil {
			g.At("body.language", "fault.required", "an edition needs a language")
		}
		d.apply(&e, p, dir, &g)
		o := fact.Outcome{Stale: []fact.Tag{fact.TagAll}, Acts: did(who, fact.EditionMade, fact.AboutEdition, e.Slug)}
		d.supported(e, &o)
		return e, o, g.Err()
	})
}

func checkSlug(g *fault.Gather, slug string) {
	if len(slug) > 60 || !slugShape.MatchString(slug) {
		g.At("body.slug", "fault.slug", "a slug has small letters, digits and single dashes, at most 60")
	} else if slices.Contains(Reserved, slug) {
		g.At("body.slug", "fault.slug_reserved", "%q has another meaning in addresses; choose another slug", slug)
	}
}

// ChangeEdition changes an edition; its slug is for ever.
func (d *Desk) ChangeEdition(ctx context.Context, who account.Actor, slug string, version int64, p EditionPatch) (Edition, error) {
	return d.store.AmendEdition(ctx, slug, version, func(dir *Directory, e *Edition) (fact.Outcome, error) {
		if err := who.Must(slug, editors...); err != nil {
			return fact.Outcome{}, err
		}
		if p.Default != nil && !MayMake(who) {
			return fact.Outcome{}, who.Refused()
		}
		var g fault.Gather
		if p.Slug != nil && *p.Slug != slug {
			g.At("body.slug", "fault.slug_fixed", "the slug of an edition cannot change: every address hangs on it")
		}
		if p.Default != nil && !*p.Default && e.Default {
			g.At("body.default", "fault.default", "make another edition the default instead")
		}
		d.apply(e, p, dir, &g)
		o := fact.Outcome{Stale: []fact.Tag{fact.TagAll}, Acts: did(who, fact.EditionChanged, fact.AboutEdition, slug)}
		d.supported(*e, &o)
		return o, g.Err()
	})
}

func (d *Desk) apply(e *Edition, p EditionPatch, dir *Directory, g *fault.Gather) {
	if p.Name != nil {
		name := strings.TrimSpace(*p.Name)
		if !line(name, maxName) || name == "" {
			g.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
		}
		e.Name = name
	}
	if p.Language != nil {
		if !slices.Contains(d.languages, *p.Language) {
			g.At("body.language", "fault.language_incomplete", "the words of this language are not complete; complete are %s", strings.Join(d.languages, ", "))
		}
		e.Language = *p.Language
	}
	if p.Timezone != nil {
		if _, err := time.LoadLocation(*p.Timezone); err != nil || *p.Timezone == "" || *p.Timezone == "Local" {
			g.At("body.timezone", "fault.timezone", "a time zone is an IANA name such as Europe/Madrid")
		}
		e.Timezone = *p.Timezone
	}
	if p.Digits != nil {
		if *p.Digits != Western && *p.Digits != Native {
			g.At("body.digits", "fault.digits", "digits are western or native")
		}
		e.Digits = *p.Digits
	}
	if p.Host != nil {
		host := strings.ToLower(*p.Host)
		if host != "" && (len(host) > 253 || !hostShape.MatchString(host)) {
			g.At("body.host", "fault.host", "a host is a name such as news.example.org, without https:// and port")
		}
		if other, taken := dir.Host(host); taken && other.Slug != e.Slug {
			g.At("body.host", "fault.host_taken", "%s is the host of the edition %s", host, other.Slug)
		}
		e.Host = host
	}
	if p.Default != nil {
		e.Default = *p.Default
	}
	e.Channels = links(p.Channels, e.Channels, "channels", g)
	e.Navigation = links(p.Navigation, e.Navigation, "navigation", g)
	e.Footer = links(p.Footer, e.Footer, "footer", g)
	if p.Donations != nil && len(*p.Donations) > maxDonations {
		g.At("body.donations", "fault.too_many", "at most %d link", maxDonations)
	} else {
		e.Donations = links(p.Donations, e.Donations, "donations", g)
	}
	e.Sponsors = sponsors(p.Sponsors, e.Sponsors, g)
}

func line(s string, max int) bool {
	return len(s) <= max && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

func links(from *[]Link, old []Link, name string, g *fault.Gather) []Link {
	if from == nil {
		return old
	}
	if len(*from) > maxLink {
		g.At("body."+name, "fault.too_many", "at most %d links", maxLink)
		return old
	}
	out := []Link{}
	for i, l := range *from {
		place := fmt.Sprintf("body.%s[%d]", name, i)
		if l.Name = strings.TrimSpace(l.Name); l.Name == "" || !line(l.Name, maxName) {
			g.At(place+".name", "fault.name", "a name of at most %d bytes", maxName)
		}
		if !linkable(l.URL) {
			g.At(place+".url", "fault.address", "an address is an https:// one or a path of this site")
		}
		out = append(out, l)
	}
	return out
}

// SectionPatch is what a change of a section sets; nil fields stay. Edition counts at the making only.
type SectionPatch struct {
	Edition, Slug, Name, Description *string
	Position                         *int
}

// CreateSection makes a section of an edition.
func (d *Desk) CreateSection(ctx context.Context, who account.Actor, once fact.Once, p SectionPatch) (Section, error) {
	if !who.HasAnywhere(editors...) {
		return Section{}, who.Refused()
	}
	id := d.ids.New()
	return d.store.CreateSection(ctx, once, func(dir *Directory) (Section, fact.Outcome, error) {
		var g fault.Gather
		s := Section{ID: id}
		if p.Edition == nil {
			g.At("body.edition", "fault.required", "a section needs an edition")
		} else if _, ok := dir.Edition(*p.Edition); !ok {
			g.At("body.edition", "fault.no_edition", "there is no edition %q", *p.Edition)
		} else {
			s.Edition = *p.Edition
		}
		if p.Slug == nil {
			g.At("body.slug", "fault.required", "a section needs a slug")
		}
		if p.Name == nil {
			g.At("body.name", "fault.required", "a section needs a name")
		}
		applySection(&s, p, dir, &g)
		if err := g.Err(); err != nil {
			return s, fact.Outcome{}, err
		}
		if err := who.Must(s.Edition, editors...); err != nil {
			return s, fact.Outcome{}, err
		}
		return s, fact.Outcome{Stale: []fact.Tag{fact.TagEdition(s.Edition), fact.TagEdition404(s.Edition), fact.TagSitemap()},
			Acts: did(who, fact.SectionMade, fact.AboutSection, s.ID)}, nil
	})
}

// ChangeSection changes a section; an earlier slug keeps redirecting.
func (d *Desk) ChangeSection(ctx context.Context, who account.Actor, id string, version int64, p SectionPatch) (Section, error) {
	return d.store.AmendSection(ctx, id, version, func(dir *Directory, s *Section) (fact.Outcome, error) {
		if err := who.Must(s.Edition, editors...); err != nil {
			return fact.Outcome{}, err
		}
		var g fault.Gather
		if p.Edition != nil && *p.Edition != s.Edition {
			g.At("body.edition", "fault.section_edition", "a section stays in its edition")
		}
		applySection(s, p, dir, &g)
		// A new slug changes the address of every story in the section, on whatever page it is named.
		return fact.Outcome{Stale: []fact.Tag{fact.TagAll}, Acts: did(who, fact.SectionChanged, fact.AboutSection, id)}, g.Err()
	})
}

// did is what the audit log keeps of a change.
func did(who account.Actor, deed fact.Deed, about, subject string) []fact.Act {
	return []fact.Act{{Did: deed, By: who.ID, About: about, Subject: subject}}
}

func applySection(s *Section, p SectionPatch, dir *Directory, g *fault.Gather) {
	if p.Slug != nil {
		checkSlug(g, *p.Slug)
		if _, clash := dir.Edition(*p.Slug); clash {
			g.At("body.slug", "fault.slug_reserved", "%q has another meaning in addresses; choose another slug", *p.Slug)
		}
		s.Slug = *p.Slug
	}
	if p.Name != nil {
		s.Name = strings.TrimSpace(*p.Name)
		if s.Name == "" || !line(s.Name, maxName) {
			g.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
		}
	}
	if p.Description != nil {
		s.Description = strings.TrimSpace(*p.Description)
		if !line(s.Description, maxText) {
			g.At("body.description", "fault.too_long", "at most %d bytes on one line", maxText)
		}
	}
	if p.Position != nil {
		if *p.Position < 0 || *p.Position > 1000 {
			g.At("body.position", "fault.position", "a position is 0 to 1,000")
		}
		s.Position = *p.Position
	}
}
