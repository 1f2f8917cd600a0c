package news

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fault"
)

// Patch is what a save changes; nil fields stay as they are. Edition and Section are slugs.
type Patch struct {
	Edition, Section              *string
	Genre, Kind                   *string
	Headline, ShortHeadline, Lead *string
	Dateline                      *Dateline
	Byline                        *[]Byline
	Body                          *body.Document
	Picture                       *string
	Tags                          *[]string
	Related                       *[]string
	Slug                          *string
	Urgency                       *int
	Language                      *string
	TranslationOf                 *string
	SourceRevision                *int       // the revision of what it translates that it is of
	EmbargoUntil                  *time.Time // the zero time takes an embargo away
	Discussion                    *string
	Assignee                      *string
	Deadline                      *time.Time
	DeskNote                      *string
	Legal                         *string
	State                         *string
	Source                        *Source // by imports only
	// Formerly are addresses that the article had on the site it came from, by imports only: each a path of that site with its
	// query where that names the article ("/2019/05/storm", "/?p=7"). They lead to it where nothing else is.
	Formerly []string
	Inbox    string // id of the item of the inbox that says this
}

// Limits of fields in bytes of UTF-8 and in numbers.
const (
	maxHeadline = 1000
	maxLead     = 5000
	maxName     = 300
	maxNote     = 10000
	maxList     = 50
)

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// apply puts the patch on a and judges every field it sets; all faults are told at once.
func (p Patch) apply(a *Article, dir *edition.Directory) error {
	var g fault.Gather
	text := func(to *string, from *string, name string, max int, shown func(string) bool) {
		if from == nil {
			return
		}
		s := *from
		switch {
		case !shown(s):
			g.At("body."+name, "fault.text", "there are characters in it that cannot be shown there")
		case len(s) > max:
			g.At("body."+name, "fault.too_long", "at most %d bytes", max)
		default:
			*to = s
		}
	}
	line := func(to *string, from *string, name string, max int) { text(to, from, name, max, clean) }
	oneOf := func(to *string, from *string, name string, allowed ...string) {
		if from == nil {
			return
		}
		if !slices.Contains(allowed, *from) {
			g.At("body."+name, "fault.one_of", "one of %s", strings.Join(allowed, ", "))
			return
		}
		*to = *from
	}
	p.place(a, dir, &g)
	genre, kind := string(a.Genre), string(a.Kind)
	oneOf(&genre, p.Genre, "genre", "news", "feature", "analysis", "opinion", "off-beat")
	oneOf(&kind, p.Kind, "kind", "story", "live", "page")
	if ArticleKind(kind) != a.Kind && a.Revision > 0 {
		g.At("body.kind", "fault.kind_fixed", "what was published keeps its kind")
	}
	a.Genre, a.Kind = Genre(genre), ArticleKind(kind)
	if a.Kind == Page {
		a.Section = "" // a standing page lies under /page
	}
	oneOf(&a.Discussion, p.Discussion, "discussion", "open", "premoderated", "closed")
	oneOf(&a.Legal, p.Legal, "legal", "none", "check", "approved")
	line(&a.Headline, p.Headline, "headline", maxHeadline)
	line(&a.ShortHeadline, p.ShortHeadline, "short_headline", maxHeadline)
	text(&a.Lead, p.Lead, "lead", maxLead, cleanLines)
	text(&a.DeskNote, p.DeskNote, "desk_note", maxNote, cleanLines)
	line(&a.Picture, p.Picture, "picture", maxName)
	line(&a.TranslationOf, p.TranslationOf, "translation_of", maxName)
	line(&a.Assignee, p.Assignee, "assignee", maxName)
	if p.Dateline != nil {
		line(&a.Dateline.Place, &p.Dateline.Place, "dateline.place", maxName)
		line(&a.Dateline.Source, &p.Dateline.Source, "dateline.source", maxName)
	}
	if p.Body != nil {
		a.Body = *p.Body
	}
	if p.Urgency != nil {
		if *p.Urgency < 1 || *p.Urgency > 9 {
			g.At("body.urgency", "fault.urgency", "urgency is 1 (highest) to 9")
		} else {
			a.Urgency = *p.Urgency
		}
	}
	if p.SourceRevision != nil && *p.SourceRevision >= 0 {
		a.SourceRevision = *p.SourceRevision
	}
	at := func(to, from *time.Time, name string) {
		if from == nil {
			return
		}
		t := from.UTC().Truncate(time.Microsecond)
		if !likely(t) {
			g.At("body."+name, "fault.year", "the year lies between 1800 and 2200")
			return
		}
		*to = t
	}
	at(&a.EmbargoUntil, p.EmbargoUntil, "embargo_until")
	at(&a.Deadline, p.Deadline, "deadline")
	if p.Source != nil {
		a.Source = p.Source
	}
	p.lists(a, &g)
	p.slug(a, &g)
	return g.Err()
}

// place sets edition, section and language, which hang together.
func (p Patch) place(a *Article, dir *edition.Directory, g *fault.Gather) {
	moved := false
	if p.Edition != nil && *p.Edition != a.Edition {
		if _, ok := dir.Edition(*p.Edition); !ok {
			g.At("body.edition", "fault.no_edition", "there is no edition %q", *p.Edition)
			return
		}
		a.Edition, moved = *p.Edition, true
	}
	e, _ := dir.Edition(a.Edition)
	if a.Language == "" {
		a.Language = e.Language
	}
	if p.Language != nil && *p.Language != "" {
		if len(*p.Language) > maxLanguage || !languageShape.MatchString(*p.Language) {
			g.At("body.language", "fault.language", "a language is a BCP 47 tag such as en or sr-Latn")
		} else {
			a.Language = *p.Language
		}
	}
	switch {
	case p.Section != nil && *p.Section == "":
		a.Section = ""
	case p.Section != nil:
		s, _, ok := dir.Section(a.Edition, *p.Section)
		if !ok {
			g.At("body.section", "fault.no_section_named", "the edition %s has no section %q", a.Edition, *p.Section)
			return
		}
		a.Section = s.ID
	case moved && a.Section != "":
		if s, ok := dir.SectionByID(a.Section); !ok || s.Edition != a.Edition {
			g.At("body.section", "fault.section_moved", "another edition needs one of its own sections")
		}
	}
}

// likely reports whether a time is one that somebody in a newsroom means; the zero time is none at all. RFC 3339 cannot write
// what lies outside the years 0 to 9999.
func likely(t time.Time) bool {
	return t.IsZero() || t.UTC().Year() >= 1800 && t.UTC().Year() <= 2200
}

// maxLanguage is how long a language tag may be, in bytes: what RFC 5646 section 4.4.1 asks buffers to hold.
const maxLanguage = 35

var languageShape = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

func (p Patch) lists(a *Article, g *fault.Gather) {
	if p.Byline != nil {
		if len(*p.Byline) > maxList {
			g.At("body.byline", "fault.too_many", "at most %d names", maxList)
		} else {
			a.Byline = nil
			for i, b := range *p.Byline {
				b.Name = strings.TrimSpace(b.Name)
				if b.Name == "" || len(b.Name) > maxName || !clean(b.Name) {
					g.At(fmt.Sprintf("body.byline[%d]", i), "fault.name", "a name of at most %d bytes", maxName)
					continue
				}
				if b.Author != "" && !slugShape.MatchString(b.Author) {
					g.At(fmt.Sprintf("body.byline[%d].author", i), "fault.slug", "an author's slug has small letters, digits and single dashes")
					continue
				}
				if b.Author == "" {
					b.Author = Slug(a.Language, b.Name)
				}
				a.Byline = append(a.Byline, b)
			}
		}
	}
	if p.Tags != nil {
		if len(*p.Tags) > maxList {
			g.At("body.tags", "fault.too_many", "at most %d tags", maxList)
		} else {
			a.Tags = nil
			seen := map[string]bool{}
			for i, t := range *p.Tags {
				t = strings.TrimSpace(t)
				if t == "" || len(t) > maxName || !clean(t) {
					g.At(fmt.Sprintf("body.tags[%d]", i), "fault.name", "a word of at most %d bytes", maxName)
					continue
				}
				if slug := Slug(a.Language, t); !seen[slug] {
					seen[slug] = true
					a.Tags = append(a.Tags, t)
				}
			}
		}
	}
	if p.Related != nil {
		if len(*p.Related) > maxList {
			g.At("body.related", "fault.too_many", "at most %d stories", maxList)
		} else {
			a.Related = slices.Compact(slices.Clone(*p.Related))
		}
	}
}

// clean reports text on one line without control characters.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// shown drops what clean refuses in text of several lines, for words that came from elsewhere.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// cleanLines is clean for text of several lines.
func cleanLines(s string) bool {
	return clean(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(s))
}

func (p Patch) slug(a *Article, g *fault.Gather) {
	switch {
	case p.Slug != nil && *p.Slug != "":
		if len(*p.Slug) > 200 || !slugShape.MatchString(*p.Slug) {
			g.At("body.slug", "fault.slug", "a slug has small letters, digits and single dashes, at most 200")
			return
		}
		a.Slug, a.SlugSet = *p.Slug, true
	case p.Slug != nil:
		a.SlugSet = false
	}
	if !a.SlugSet && (p.Headline != nil || a.Slug == "") && a.Revision == 0 {
		a.Slug = Slug(a.Language, a.Headline)
	}
}
