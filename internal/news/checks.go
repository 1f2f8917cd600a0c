package news

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fault"
	"dateline/internal/media"
)

// Level says what a check does to a publication.
type Level string

// The levels: a Stop cannot be published, an Override can by an editor who says so, a Warning is only shown.
const (
	Stop     Level = "stop"
	Override Level = "override"
	Warning  Level = "warning"
)

// Check is one thing that the desk should see before a publication.
type Check struct {
	Level    Level
	Key      string // catalogue key of its words
	Location string // dotted path in the story: "headline", "picture.alt", "body.content[2]"
	Text     string // its words in English
}

// Code is what names a check in an override and on a chip: its key without the first part.
func (c Check) Code() string {
	_, code, _ := strings.Cut(c.Key, ".")
	return code
}

// longHeadline is how many characters of a headline search engines and shares show.
const longHeadline = 110

// Checks says what stands against publishing the working copy at a time, zero for as soon as it may be, and what an editor should look at first.
func (d *Desk) Checks(ctx context.Context, who account.Actor, id string, at time.Time) ([]Check, error) {
	a, err := d.Article(ctx, who, id)
	if err != nil {
		return nil, err
	}
	now := d.clock.Now()
	early := !at.IsZero() && a.EmbargoUntil.After(now) && at.Before(a.EmbargoUntil)
	at = later(at, later(a.EmbargoUntil, now))
	found, pictures, err := hard(ctx, d.store, &a, at)
	if err != nil {
		return nil, err
	}
	if early {
		found = append([]Check{{Stop, "fault.embargo", "embargo_until", "the embargo ends later"}}, found...)
	}
	dead, err := d.nowhere(ctx, &a, at)
	if err != nil {
		return nil, err
	}
	return append(append(found, warnings(&a, pictures, at)...), dead...), nil
}

// refuse gives nil when a may be published at a time: nothing stops it, and when the checks were asked for, what an editor may override
// was overridden. It notes on the story what was let through.
func (d *Desk) refuse(ctx context.Context, l Lookup, a *Article, p Publication, at time.Time) error {
	found, _, err := hard(ctx, l, a, at)
	if err != nil {
		return err
	}
	var g fault.Gather
	var chips []string
	for _, c := range found {
		if c.Level == Override && (!p.Checked || slices.Contains(p.Override, c.Code())) {
			chips = append(chips, c.Code())
			continue
		}
		g.At(c.Location, c.Key, "%s", c.Text)
	}
	if err := g.Err(); err != nil {
		return err
	}
	slices.Sort(chips)
	a.Chips = slices.Compact(chips)
	return nil
}

// stops gives nil when nothing stops a publication at a time.
func (d *Desk) stops(ctx context.Context, l Lookup, a *Article, at time.Time) error {
	found, _, err := hard(ctx, l, a, at)
	if err != nil {
		return err
	}
	var g fault.Gather
	for _, c := range found {
		if c.Level == Stop {
			g.At(c.Location, c.Key, "%s", c.Text)
		}
	}
	return g.Err()
}

// shownPicture is a picture as a story shows it.
type shownPicture struct {
	media.Picture
	place        string // where in the story
	again        bool   // it stands there a second time
	missing      bool   // there is no such picture
	alt, caption string // as readers get them there
}

// picturesOf gives the pictures of a story, the main one first, with the words they have there.
func picturesOf(ctx context.Context, l looker, a *Article) ([]shownPicture, error) {
	var out []shownPicture
	places := map[string]string{}
	add := func(id, place, alt, caption string) error {
		s := shownPicture{place: place, alt: alt, caption: caption}
		if earlier, ok := places[id]; ok {
			s.place, s.again = earlier, true
		}
		p, err := l.Picture(ctx, id)
		switch {
		case fault.Is(err, fault.NotFound):
			s.missing, p.ID = true, id
		case err != nil:
			return err
		}
		s.Picture = p
		if s.alt == "" {
			s.alt = p.Alt
		}
		if s.caption == "" {
			s.caption = p.Caption
		}
		places[id] = s.place
		out = append(out, s)
		return nil
	}
	if a.Picture != "" {
		if err := add(a.Picture, "picture", "", ""); err != nil {
			return nil, err
		}
		delete(places, a.Picture) // in the text it has a place of its own
	}
	ids := a.Body.Pictures()
	at := func(id string) string { return fmt.Sprintf("body.pictures[%d]", slices.Index(ids, id)) }
	for _, b := range a.Body.Blocks() {
		if b.Kind != "picture" && b.Kind != "gallery" {
			continue
		}
		for _, id := range b.IDs {
			if err := add(id, at(id), b.Alt, b.Text); err != nil {
				return nil, err
			}
		}
	}
	for _, id := range ids { // those in the cells of a table
		if _, seen := places[id]; !seen {
			if err := add(id, at(id), "", ""); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// looker is what checks look up, inside a change or outside.
type looker interface {
	SlugOwner(ctx context.Context, edition, section, slug string) (string, error)
	Picture(ctx context.Context, id string) (media.Picture, error)
}

// hard gives the checks that stop a publication at a time unless an editor may and does override them, and the pictures of the story.
func hard(ctx context.Context, l looker, a *Article, at time.Time) ([]Check, []shownPicture, error) {
	var out []Check
	stop := func(location, key, text string) { out = append(out, Check{Stop, key, location, text}) }
	if body.Blank(a.Headline) {
		stop("headline", "fault.no_headline", "a story needs a headline")
	}
	if a.Section == "" && a.Kind != Page {
		stop("section", "fault.no_section", "a story needs a section")
	}
	if a.Legal == "check" {
		stop("legal", "fault.legal", "the legal check is not done")
	}
	if a.SlugSet { // an address that somebody chose is not changed behind his back
		if taken, err := slugTaken(ctx, l, a); err != nil {
			return nil, nil, err
		} else if taken {
			stop("slug", "fault.taken", "another story has or had the address "+a.Slug)
		}
	}
	pictures, err := picturesOf(ctx, l, a)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range pictures {
		if p.missing {
			if !p.again {
				stop(p.place, "fault.no_picture", "there is no picture "+p.ID)
			}
			continue
		}
		var f *fault.Error
		if err := p.Usable(at, media.Site); !p.again && errors.As(err, &f) {
			stop(p.place+"."+pictureField(f), f.Key, f.Text)
		}
		if strings.TrimSpace(p.alt) == "" {
			out = append(out, Check{Override, "fault.no_alt", p.place + ".alt", "the picture has no alternative text for who cannot see it"})
		}
	}
	return out, pictures, nil
}

// pictureField names the field of a picture that a fault is about, "credit" when it does not say.
func pictureField(f *fault.Error) string {
	if len(f.Places) > 0 {
		return f.Places[0].Location
	}
	return "credit"
}

// warnings are what an editor should look at and may leave.
func warnings(a *Article, pictures []shownPicture, at time.Time) []Check {
	var out []Check
	warn := func(location, key, text string) { out = append(out, Check{Warning, key, location, text}) }
	if a.Kind != Page && strings.TrimSpace(a.Lead) == "" {
		warn("lead", "warning.no_lead", "the story has no lead")
	}
	if utf8.RuneCountInString(a.Headline) > longHeadline {
		warn("headline", "warning.long_headline", "the headline is longer than 110 characters and will be cut in searches and shares")
	}
	if !a.PublishedAt.IsZero() {
		at = a.PublishedAt
	}
	for _, p := range pictures {
		if p.missing {
			continue
		}
		if sameWords(p.alt, p.caption) {
			warn(p.place+".alt", "warning.alt_caption", "the alternative text is the caption again")
		}
		if p.IsFilePicture(at) && !p.again {
			warn(p.place+".taken_at", "warning.file_picture", "the photo is 30 days or more older than the story; readers will see that it is a file picture")
		}
	}
	blocks := a.Body.Blocks()
	end := len(blocks)
	for end > 0 && blocks[end-1].Kind == "paragraph" && blocks[end-1].In == "" && strings.TrimSpace(blocks[end-1].Text) == "" {
		end--
	}
	if end > 0 && end < len(blocks) {
		warn(content(blocks[end]), "warning.empty_end", "there are empty paragraphs at the end")
	}
	for _, q := range []struct{ place, text string }{{"headline", a.Headline}, {"short_headline", a.ShortHeadline}, {"lead", a.Lead}} {
		if unbalanced(q.text, "") {
			warn(q.place, "warning.quotes", openQuote)
		}
		if toCome.MatchString(q.text) {
			warn(q.place, "warning.to_come", stillToCome)
		}
	}
	for i, b := range blocks[:end] {
		next := ""
		if i+1 < end {
			next = blocks[i+1].Text
		}
		if b.Kind != "codeBlock" && unbalanced(b.Text, next) {
			warn(content(b), "warning.quotes", openQuote)
		}
		switch {
		case toCome.MatchString(b.Text):
			warn(content(b), "warning.to_come", stillToCome)
		case unfinished(b):
			warn(content(b), "warning.unfinished", "a paragraph breaks off without a sign at its end")
		}
	}
	return out
}

const stillToCome = "there is a TK or XXX where something is still to come"

const openQuote = "a quotation is opened and not closed, or closed and not opened"

// content is the place of a block: the child of the document that holds it.
func content(b body.Block) string { return fmt.Sprintf("body.content[%d]", b.Top) }

// sameWords reports the same words in whatever case, and that there are any.
func sameWords(a, b string) bool {
	a, b = strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " ")
	return a != "" && strings.EqualFold(a, b)
}

// unbalanced reports an odd number of quotation marks of one sort. Which of a sort opens and which closes differs by language, so
// they count together. A quotation that goes on in the next paragraph is opened there again and closed only at its end.
func unbalanced(text, next string) bool {
	for _, sort := range []string{`"`, "“”„", "«»"} {
		n := 0
		for i, r := range text {
			if !strings.ContainsRune(sort, r) {
				continue
			}
			if r == '"' && i > 0 && '0' <= text[i-1] && text[i-1] <= '9' {
				return false // inches, or a number at the end of a quotation: nobody can tell
			}
			n++
		}
		first, _ := utf8.DecodeRuneInString(next)
		if n%2 == 1 && !strings.ContainsRune(sort, first) {
			return true
		}
	}
	return false
}
