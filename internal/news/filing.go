package news

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// EntryPatch is what a change of an entry sets; nil fields stay.
type EntryPatch struct {
	Slug, Name, Role, Bio, Picture *string
	Links                          *[]edition.Link
}

const (
	maxBio        = 4000 // characters
	maxEntryLine  = 200
	maxEntryLinks = 10
)

func (p EntryPatch) apply(ctx context.Context, l EntryLookup, e *Entry) error {
	var g fault.Gather
	entryLine(&g, "name", p.Name, &e.Name, true)
	entryLine(&g, "role", p.Role, &e.Role, false)
	if p.Bio != nil {
		e.Bio = strings.TrimSpace(strings.ReplaceAll(*p.Bio, "\r\n", "\n"))
		if !cleanLines(e.Bio) || utf8.RuneCountInString(e.Bio) > maxBio {
			g.At(map[EntryKind]string{AuthorEntry: "body.bio", TopicEntry: "body.description"}[e.Kind], "fault.entry_bio", "at most 4,000 characters that can be shown")
		}
	}
	if p.Picture != nil && *p.Picture != e.Picture {
		if e.Picture = *p.Picture; e.Picture != "" {
			if there, err := l.HasPicture(ctx, e.Picture); err != nil {
				return err
			} else if !there {
				g.At("body.picture", "fault.no_picture", "there is no such picture")
			}
		}
	}
	if p.Links != nil {
		e.Links = *p.Links
		checkContacts(&g, e.Links)
	}
	if p.Slug != nil && *p.Slug != e.Slug {
		if len(*p.Slug) > slugLength || !slugShape.MatchString(*p.Slug) {
			g.At("body.slug", "fault.entry_slug", "a slug has small letters, digits and single dashes, at most %d", slugLength)
		} else if owner, err := l.Entry(ctx, EntryKey{e.Kind, e.Edition, *p.Slug}); err == nil && owner.Slug != e.Slug {
			g.At("body.slug", "fault.entry_taken", "another has or had this address; merge the two instead")
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		e.Slug = *p.Slug
	}
	return g.Err()
}

func entryLine(g *fault.Gather, field string, from, to *string, needed bool) {
	if from == nil {
		return
	}
	*to = strings.Join(strings.Fields(*from), " ")
	if !clean(*to) || utf8.RuneCountInString(*to) > maxEntryLine || len(*to) > maxName || needed && *to == "" {
		g.At("body."+field, "fault.entry_line", "one line of at most %d characters", maxEntryLine)
	}
}

// checkContacts judges the links of an author's page: to sites, and to write to him.
func checkContacts(g *fault.Gather, links []edition.Link) {
	if len(links) > maxEntryLinks {
		g.At("body.links", "fault.entry_links", "at most %d links", maxEntryLinks)
	}
	for i, k := range links {
		place := func(field string) string { return fmt.Sprintf("body.links[%d].%s", i, field) }
		if strings.TrimSpace(k.Name) == "" || !clean(k.Name) || utf8.RuneCountInString(k.Name) > maxEntryLine {
			g.At(place("name"), "fault.entry_line", "one line of at most %d characters", maxEntryLine)
		}
		u, err := url.Parse(k.URL)
		web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
		mail := err == nil && u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") && u.RawQuery == ""
		if !web && !mail || len(k.URL) > 2000 || !clean(k.URL) {
			g.At(place("url"), "fault.entry_link", "an address begins with https:// or mailto:")
		}
	}
}

// Topics are the item's tags with the slugs of their pages.
func (i Item) Topics() []Tag {
	out := make([]Tag, len(i.Tags))
	for n, name := range i.Tags {
		out[n] = Tag{Slug: Slug(i.Language, name), Name: name}
		if n < len(i.TagSlugs) {
			out[n].Slug = i.TagSlugs[n]
		}
	}
	return out
}

// setTopics puts tags in, each page once.
func (i *Item) setTopics(tags []Tag) {
	i.Tags, i.TagSlugs = nil, nil
	var slugs []string
	own := false
	for _, t := range tags {
		if slices.Contains(slugs, t.Slug) {
			continue
		}
		i.Tags, slugs = append(i.Tags, t.Name), append(slugs, t.Slug)
		own = own || t.Slug != Slug(i.Language, t.Name)
	}
	if own {
		i.TagSlugs = slugs
	}
}

// signed is a byline with every author once.
func signed(by []Byline) []Byline {
	out := make([]Byline, 0, len(by))
	for _, b := range by {
		if b.Author == "" || !slices.ContainsFunc(out, func(o Byline) bool { return o.Author == b.Author }) {
			out = append(out, b)
		}
	}
	return out
}

// Refile puts an entry into a story that bears it or one of its slugs from before, and gives the pages that show the story.
func (e Entry) Refile(before []string, i *Item) []fact.Tag {
	shown := stale(*i)
	mine := func(slug string) bool { return slug == e.Slug || slices.Contains(before, slug) }
	switch e.Kind {
	case AuthorEntry:
		by := slices.Clone(i.Byline)
		for n, b := range by {
			if mine(b.Author) {
				by[n] = Byline{Name: e.Name, Author: e.Slug}
			}
		}
		i.Byline = signed(by)
	case TopicEntry:
		tags := i.Topics()
		for n, t := range tags {
			if mine(t.Slug) {
				tags[n] = Tag{Slug: e.Slug, Name: e.Name}
			}
		}
		i.setTopics(tags)
	}
	return append(shown, stale(*i)...)
}

// file puts the authors and topics of a working copy in as they are called now, so that the revision says what readers see, and gives the
// slugs of its topics where they are not made of the words. A standing page stands in no list and is left alone.
func file(ctx context.Context, l Lookup, a *Article) (slugs []string, err error) {
	if a.Kind == Page {
		return nil, nil
	}
	i := Item{Content: a.Content}
	tags := i.Topics()
	names := map[EntryKey]string{}
	for _, b := range a.Byline {
		if b.Author != "" {
			names[AuthorKey(b.Author)] = b.Name
		}
	}
	for _, t := range tags {
		names[TopicKey(a.Edition, t.Slug)] = t.Name
	}
	found := make(map[EntryKey]Entry, len(names))
	for _, k := range slices.SortedFunc(maps.Keys(names), EntryKey.compare) {
		if found[k], err = l.Entry(ctx, k, names[k]); err != nil {
			return nil, err
		}
	}
	by := slices.Clone(a.Byline)
	for n, b := range by {
		if e, ok := found[AuthorKey(b.Author)]; ok && (e.Named || e.Slug != b.Author) {
			by[n] = Byline{Name: e.Name, Author: e.Slug}
		}
	}
	if !slices.Equal(by, a.Byline) {
		a.Byline = signed(by)
	}
	filed := slices.Clone(tags)
	for n, t := range filed {
		if e := found[TopicKey(a.Edition, t.Slug)]; e.Named || e.Slug != t.Slug {
			filed[n] = Tag{Slug: e.Slug, Name: e.Name}
		}
	}
	if !slices.Equal(filed, tags) {
		i.setTopics(filed)
		a.Tags = i.Tags
	}
	return i.TagSlugs, nil
}
