package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"
)

//go:embed content
var content embed.FS

// editionOrder lists the folders of content that hold an edition.
var editionOrder = []string{"international", "es", "ru", "ar"}

// Read parses the demo newsroom and checks that every reference in it resolves;
// an error names the file and line, and means that a text was broken by an edit.
func Read() (*Newsroom, error) {
	r := &reader{fsys: content, room: &Newsroom{Publication: "The Orlan Dispatch", City: "Port Orlan"}}
	for _, step := range []func() error{
		r.authors, r.pictures, r.editions, r.coverage, r.comments, r.chat, r.newsfeed,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := r.room.check(); err != nil {
		return nil, err
	}
	return r.room, nil
}

type reader struct {
	fsys fs.FS
	room *Newsroom
}

func (r *reader) file(name string) ([]*record, error) {
	raw, err := fs.ReadFile(r.fsys, path.Join("content", name))
	if err != nil {
		return nil, fmt.Errorf("demo: reading %s: %w", name, err)
	}
	return records(name, string(raw))
}

// each calls fn with a form for every record of a file.
func (r *reader) each(name string, fn func(*form)) error {
	recs, err := r.file(name)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		f := &form{record: rec}
		fn(f)
		if err := f.done(); err != nil {
			return err
		}
	}
	return nil
}

// folder lists the .txt files of a folder by name.
func (r *reader) folder(name string) ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, path.Join("content", name))
	if err != nil {
		return nil, fmt.Errorf("demo: reading folder %s: %w", name, err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".txt") {
			return nil, fmt.Errorf("demo: %s/%s is not a text file", name, e.Name())
		}
		out = append(out, path.Join(name, e.Name()))
	}
	return out, nil
}

func (r *reader) authors() error {
	return r.each("authors.txt", func(f *form) {
		r.room.Authors = append(r.room.Authors, Author{
			Key: f.need("key"), Name: f.need("name"), Edition: f.need("edition"),
			Role: f.need("role"), Bio: f.plain(),
		})
	})
}

func (r *reader) pictures() error {
	return r.each("pictures.txt", func(f *form) {
		p := Picture{
			Name: f.need("picture"), Kind: f.oneOf("kind", "illustration", "illustration", "graphic"),
			Credit: "Dispatch Graphics", Creator: "M. Vey", SourceType: DigitalCreation, City: r.room.City,
			Drawn: f.when("drawn"), FocalX: f.share("focal_x", 0.5), FocalY: f.share("focal_y", 0.5),
			Words: map[string]Words{},
		}
		f.noBody()
		for _, lang := range []string{"en", "es", "ru", "ar"} {
			w := Words{Caption: f.may("caption_" + lang), Alt: f.may("alt_" + lang)}
			if (w.Caption == "") != (w.Alt == "") {
				f.fail("caption and alt in %s go together", lang)
			}
			if w.Caption != "" {
				p.Words[lang] = w
			}
		}
		r.room.Pictures = append(r.room.Pictures, p)
	})
}

// DigitalCreation is the IPTC digital source type of every picture of the demo:
// "media created by a human using digital tools". The scenes were composed by
// hand, as code; the program only sets them down. It is not "algorithmic media"
// (made by rules alone) and nothing in it is synthetic, captured or trained.
const DigitalCreation = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"

func (r *reader) editions() error {
	for _, slug := range editionOrder {
		if err := r.edition(slug); err != nil {
			return err
		}
		names, err := r.folder(slug + "/stories")
		if err != nil {
			return err
		}
		first := len(r.room.Stories)
		for _, name := range names {
			if err := r.story(slug, name); err != nil {
				return err
			}
		}
		mine := r.room.Stories[first:]
		sort.SliceStable(mine, func(i, j int) bool { return mine[i].First().Ago < mine[j].First().Ago })
	}
	return nil
}

func (r *reader) edition(slug string) error {
	var e Edition
	err := r.each(slug+"/edition.txt", func(f *form) {
		if e.Slug == "" {
			f.noBody()
			e = Edition{
				Slug: f.need("slug"), Name: f.need("name"), Label: f.need("label"), Language: f.need("language"),
				Timezone: f.need("timezone"), Default: f.yes("default"), Lead: f.need("lead"),
				Navigation: f.list("navigation"), Footer: f.list("footer"),
			}
			if e.Slug != slug {
				f.fail("the slug is not the folder's name %s", slug)
			}
			return
		}
		e.Sections = append(e.Sections, Section{Slug: f.need("section"), Name: f.need("name"), Description: f.plain()})
	})
	if err != nil {
		return err
	}
	err = r.each(slug+"/pages.txt", func(f *form) {
		e.Pages = append(e.Pages, Page{Slug: f.need("page"), Headline: f.need("headline"), Lead: f.need("lead"), Body: f.blocks()})
	})
	r.room.Editions = append(r.room.Editions, e)
	return err
}

// story reads a story file: the first record is its first publication, each
// further one a later revision that gives what changed.
func (r *reader) story(edition, name string) error {
	recs, err := r.file(name)
	if err != nil {
		return err
	}
	s := Story{Key: strings.TrimSuffix(path.Base(name), ".txt"), Edition: edition, State: Published}
	f := &form{record: recs[0]}
	s.Language = r.room.Editions[len(r.room.Editions)-1].Language
	s.Section, s.Place, s.Source = f.need("section"), f.need("place"), f.need("source")
	s.Genre = f.oneOf("genre", "", "news", "feature", "analysis", "opinion", "off-beat")
	s.Byline, s.Tags, s.Urgency = r.byline(f), f.list("tags"), f.number("urgency", 1, 9)
	s.Picture, s.Related = f.may("picture"), f.list("related")
	s.TranslationOf, s.Stale = f.may("translation_of"), f.yes("stale")
	s.Discussion = f.oneOf("discussion", "open", "open", "premoderated", "closed")
	rev := &Revision{
		Change: "first", Ago: f.when("published"), Headline: f.need("headline"),
		ShortHeadline: f.need("short_headline"), Lead: f.need("lead"), Body: f.blocks(),
	}
	if rev.Ago < 0 {
		s.State = Scheduled
	}
	if f.may("embargo") != "" {
		s.Embargo = -f.when("embargo")
	}
	if err := f.done(); err != nil {
		return err
	}
	s.Revisions = append(s.Revisions, *rev)
	raw := recs[0].body
	for _, rec := range recs[1:] {
		f := &form{record: rec}
		if f.may("withdrawn") != "" {
			s.State = Withdrawn
			s.Withdrawal = Withdrawal{Ago: f.when("withdrawn"), Note: f.plain()}
		} else {
			raw = s.revise(f, raw)
		}
		if err := f.done(); err != nil {
			return err
		}
	}
	r.room.Stories = append(r.room.Stories, s)
	return nil
}

// revise appends the revision that a later record describes. A record with a
// body replaces the whole text; "replace: old => new" changes every place where
// the old words stand, headline and lead included.
func (s *Story) revise(f *form, raw string) string {
	rev := s.Latest()
	rev.Change = f.oneOf("change", "", "minor", "update", "correction")
	rev.Ago = f.when("published")
	rev.Note = f.may("note")
	if (rev.Note == "") != (rev.Change == "minor") {
		f.fail("an update or correction has a note, a minor change has none")
	}
	if rev.Ago >= s.Latest().Ago {
		f.fail("a revision is not later than the one before")
	}
	if f.body != "" {
		raw = f.body
	}
	for _, pair := range f.all("replace") {
		before, after, ok := strings.Cut(pair, " => ")
		hit := false
		for _, text := range []*string{&rev.Headline, &rev.ShortHeadline, &rev.Lead, &raw} {
			hit = hit || strings.Contains(*text, before)
			*text = strings.ReplaceAll(*text, before, after)
		}
		if !ok || !hit {
			f.fail("nothing to replace: %q", pair)
		}
	}
	for name, text := range map[string]*string{"headline": &rev.Headline, "short_headline": &rev.ShortHeadline, "lead": &rev.Lead} {
		if value := f.may(name); value != "" {
			*text = value
		}
	}
	body, err := parseBody(raw)
	if err != nil {
		f.fail("%v", err)
	}
	rev.Body = body
	s.Revisions = append(s.Revisions, rev)
	return raw
}

// byline turns author keys into names; "guest: Name" is a guest without a page.
func (r *reader) byline(f *form) []Name {
	var out []Name
	for _, part := range f.list("byline") {
		if guest, ok := strings.CutPrefix(part, "guest: "); ok {
			out = append(out, Name{Name: guest})
			continue
		}
		out = append(out, Name{Name: r.authorName(f, part), Author: part})
	}
	if len(out) == 0 {
		f.fail("field byline is missing")
	}
	return out
}

func (r *reader) authorName(f *form, key string) string {
	for _, a := range r.room.Authors {
		if a.Key == key {
			return a.Name
		}
	}
	f.fail("no author %q", key)
	return ""
}

func (r *reader) coverage() error {
	c := &r.room.Live
	err := r.each("live/storm-halla.txt", func(f *form) {
		if c.Key != "" {
			c.Posts = append(c.Posts, r.post(f, false))
			return
		}
		f.noBody()
		*c = Coverage{
			Key: f.need("key"), Edition: f.need("edition"), Section: f.need("section"), Genre: f.need("genre"),
			Headline: f.need("headline"), ShortHeadline: f.need("short_headline"), Lead: f.need("lead"),
			Place: f.need("place"), Source: f.need("source"), Byline: r.byline(f), Tags: f.list("tags"),
			Urgency: f.number("urgency", 1, 9), Picture: f.need("picture"), Related: f.list("related"), Ago: f.when("opened"),
		}
	})
	if err != nil {
		return err
	}
	return r.each("live/later.txt", func(f *form) { c.Later = append(c.Later, r.post(f, true)) })
}

func (r *reader) post(f *form, later bool) Post {
	p := Post{
		ID: f.need("post"), Headline: f.may("headline"), KeyEvent: f.yes("key_event"), Pinned: f.yes("pinned"),
		Reader: f.may("reader"), Author: f.need("author"), Picture: f.may("picture"), Body: f.blocks(),
	}
	r.authorName(f, p.Author)
	if !later {
		p.Ago = f.when("at")
	}
	if before := f.may("before"); before != "" {
		p.Correction, p.Corrected = f.need("correction"), f.when("corrected")
		var err error
		if p.Before, err = parseBody(before); err != nil {
			f.fail("field before: %v", err)
		}
	}
	return p
}

func (r *reader) comments() error {
	return r.each("comments.txt", func(f *form) {
		c := Comment{
			ID: f.need("comment"), Story: f.need("on"), Author: f.may("author"), Staff: f.may("staff"),
			ReplyTo: f.may("reply_to"), Ago: f.when("at"), State: f.oneOf("state", "public", "public", "held"),
			Why: f.may("why"), Featured: f.yes("featured"), Text: f.plain(),
		}
		if c.Staff != "" {
			c.Author = r.authorName(f, c.Staff)
		}
		if c.Author == "" || (c.Why == "") != (c.State == "public") {
			f.fail("a comment has an author, and a reason exactly when it is held")
		}
		r.room.Comments = append(r.room.Comments, c)
	})
}

func (r *reader) chat() error {
	c := &r.room.Chat
	return r.each("chat.txt", func(f *form) {
		if c.Slug != "" {
			m := Message{Author: f.may("author"), Staff: f.may("staff"), Ago: f.when("at"), Text: f.plain()}
			if m.Staff != "" {
				m.Author = r.authorName(f, m.Staff)
			}
			if m.Author == "" {
				f.fail("a message without an author")
			}
			c.Messages = append(c.Messages, m)
			return
		}
		*c = Chat{
			Slug: f.need("room"), Name: f.need("name"), Edition: f.need("edition"),
			Slow: time.Duration(f.number("slow_seconds", 1, 600)) * time.Second, Opened: f.when("opened"), Pinned: f.blocks(),
		}
	})
}

func (r *reader) newsfeed() error {
	return r.each("newsfeed.txt", func(f *form) {
		r.room.Newsfeed = append(r.room.Newsfeed, NewsItem{
			Key: f.need("key"), Edition: f.oneOf("edition", "international", editionOrder...), Section: f.need("section"),
			Headline: f.need("headline"), Lead: f.need("lead"), Place: f.need("place"), Source: f.need("source"),
			Byline: r.byline(f), Tags: f.list("tags"), Urgency: f.number("urgency", 1, 9), Body: f.blocks(),
		})
	})
}
