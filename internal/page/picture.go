package page

import (
	"errors"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"

	"dateline/internal/fact"
	"dateline/internal/media"
	"dateline/internal/news"
)

// figure is a picture as a page shows it. Width and Height are those of Src, so that nothing moves when it arrives.
type figure struct {
	Src, Srcset, Sizes string
	Width, Height      int
	Alt                string
	Label              string // "File picture", "Illustration", "Graphic"; empty for a fresh photo
	Caption            string
	Credit             string
	Lang, Dir          string // of caption and alt text, when not the page's
	First              bool   // the page's main picture: fetched at once
	Own                bool   // the first of the page's own: it carries the hooks
}

// The widths at which pictures stand, for the browser's choice among the renditions. A phone with a dense screen is told two
// thirds of its width: more pixels than it then takes nobody sees, and they cost it twice the bytes. Who asks for little gets the smallest there is.
const (
	sizesLess  = "(prefers-reduced-data:reduce) 320px, "
	sizesWide  = "(min-width:48rem) 100vw, (max-resolution:1.4dppx) 100vw, 67vw"
	sizesLead  = sizesLess + "(min-width:78rem) 900px, " + sizesWide
	sizesFront = sizesLess + "(min-width:78rem) 590px, " + sizesWide
	sizesText  = sizesLess + "(min-width:48rem) 640px, (max-resolution:1.4dppx) 100vw, 67vw"
	sizesCard  = "(prefers-reduced-data:reduce) 1px, (min-width:48rem) 290px, 40vw"
)

// figure gives the picture with this id for a story of a time; nil when it may not be shown. crop asks for 3:2.
func (s *sheet) figure(id, caption, alt string, story time.Time, crop bool, sizes string) *figure {
	if id == "" {
		return nil
	}
	s.tag(fact.TagPicture(id))
	p, ok := s.pictures[id]
	if !ok {
		return nil
	}
	prefix, whole := "w", p.Kind != media.Photo && !p.Cropped("3:2") // what was drawn is shown whole unless somebody said otherwise
	if crop && !whole {
		prefix = "c"
	}
	src, ok := p.Find(prefix, 960)
	if !ok {
		prefix = "w"
		if src, ok = p.Find(prefix, 960); !ok {
			return nil
		}
	}
	f := &figure{Src: s.r.media(src.Key), Width: src.Width, Height: src.Height, Sizes: sizes, Alt: alt, Caption: strings.TrimSpace(caption)}
	f.Srcset = s.srcset(p, prefix)
	if f.Srcset == "" {
		f.Sizes = ""
	}
	if f.Caption == "" {
		f.Caption = strings.TrimSpace(p.Caption)
	}
	if f.Alt == "" {
		f.Alt = p.Alt
	}
	if s.saysNothing(f.Alt, f.Caption) {
		f.Alt = "" // what stands under the picture is not read twice
	}
	f.Credit = join(" / ", p.CreditLine()...)
	switch {
	case p.Kind == media.Illustration:
		f.Label = s.words.Say("picture.illustration")
	case p.Kind == media.Graphic:
		f.Label = s.words.Say("picture.graphic")
	case p.IsFilePicture(story):
		f.Label = s.words.Say("picture.file")
	}
	return f
}

// thumbnail is the picture of an item's card: without words, since the headline stands beside it.
func (s *sheet) thumbnail(it news.Item) *figure {
	f := s.figure(it.Picture, "", "", it.PublishedAt, true, sizesCard)
	if f != nil {
		f.Caption, f.Label = "", ""
	}
	return f
}

func (s *sheet) srcset(p media.Picture, prefix string) string {
	var list []string
	for _, r := range p.Renditions {
		if strings.HasPrefix(r.Name, prefix) && r.Width > 0 {
			list = append(list, s.r.media(r.Key)+" "+strconv.Itoa(r.Width)+"w")
		}
	}
	if len(list) < 2 {
		return ""
	}
	return strings.Join(list, ", ")
}

// saysNothing reports whether an alternative text is the caption again, the brand, or both.
func (s *sheet) saysNothing(alt, caption string) bool {
	plain := func(text string) string {
		text = strings.ToLower(text)
		for _, e := range s.a.Editions {
			text = strings.ReplaceAll(text, strings.ToLower(e.Name), " ")
		}
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) }), " ")
	}
	alt = plain(alt)
	return alt == "" || alt == plain(caption)
}

// piece runs a small template for HTML that stands inside the body.
func (s *sheet) piece(name string, data any) template.HTML {
	b, err := s.r.run(s.words.Variant(), name, data)
	if err != nil {
		s.err = errors.Join(s.err, err)
		return ""
	}
	return vetted(b)
}
