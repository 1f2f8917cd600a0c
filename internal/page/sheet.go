package page

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
)

// sheet is one page in the making.
type sheet struct {
	r        *Renderer
	a        edition.Addresses
	ed       edition.Edition
	words    *lang.Catalogue
	zone     *time.Location
	pictures Pictures
	tags     map[fact.Tag]struct{}
	err      error            // of pieces made inside a body
	flashes  map[string]bool  // which items of a newsfeed are posts of live coverages
	comments map[string]int64 // by story, on pages that count them
	day      string           // of the newest item; items of other days show their date where a time would stand
}

// sheet begins a page of an edition.
func (r *Renderer) sheet(slug string, pictures Pictures) (*sheet, error) {
	a := r.o.Addresses()
	ed, ok := a.Edition(slug)
	if !ok {
		return nil, fault.New(fault.NotFound, "fault.not_found", "there is no edition %q", slug)
	}
	words, err := lang.For(ed.Language)
	if err != nil {
		return nil, fmt.Errorf("page: edition %s: %w", slug, err)
	}
	if ed.Digits == edition.Native {
		words, _ = words.Native()
	}
	s := &sheet{r: r, a: a, ed: ed, words: words, zone: r.zone(ed.Timezone), pictures: pictures, tags: map[fact.Tag]struct{}{}}
	s.tag(fact.TagAll, fact.TagEdition(slug))
	return s, nil
}

func (s *sheet) tag(tags ...fact.Tag) {
	for _, t := range tags {
		s.tags[t] = struct{}{}
	}
}

func (s *sheet) tagList() []fact.Tag {
	out := make([]fact.Tag, 0, len(s.tags))
	for t := range s.tags {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// path gives the address of a page of this edition, without the host.
func (s *sheet) path(below string) string {
	if p := s.a.Path(s.ed.Slug) + below; p != "" {
		return p
	}
	return "/"
}

// address gives the absolute address of a page of this edition.
func (s *sheet) address(below string) string {
	if below == "" {
		return s.home(s.ed.Slug)
	}
	return s.a.Root(s.ed.Slug) + below
}

// home gives the absolute address of an edition's front.
func (s *sheet) home(slug string) string { return s.a.Root(slug) + "/" }

// front gives the shortest address of an edition's front.
func (s *sheet) front(slug string) string { return s.near(slug, s.home(slug)) }

// link gives the shortest address of an item.
func (s *sheet) link(c news.Content) string { return s.near(c.Edition, news.Address(s.a, c)) }

// near makes a path of an absolute address of an edition when it is on the host of this page, whatever name a reader has for that:
// within the edition, and between those that have no host of their own.
func (s *sheet) near(slug, address string) string {
	e, _ := s.a.Edition(slug)
	if slug != s.ed.Slug && (e.Host != "" || s.ed.Host != "") {
		return address
	}
	root := s.a.Root(slug)
	below, ok := strings.CutPrefix(address, root)
	if !ok {
		return address
	}
	return s.a.Path(slug) + below
}

// below gives where an item stands under the root of its edition: "/section/slug".
func (s *sheet) below(c news.Content) string {
	return strings.TrimPrefix(news.Address(s.a, c), s.a.Root(c.Edition))
}

// foreign gives lang and dir of words in another language than the page's, "" and "" in its own.
func (s *sheet) foreign(language string) (tag, dir string) {
	if language == "" || language == s.ed.Language {
		return "", ""
	}
	return language, lang.Direction(language)
}

// render runs a template and cuts what it wrote where the shared parts stand.
func (s *sheet) render(name string, status int, data any, noIndex bool) (Page, error) {
	b, err := s.r.run(s.words.Variant(), name, data)
	if err = errors.Join(s.err, err); err != nil {
		return Page{}, err
	}
	return Page{Status: status, Edition: s.ed.Slug, Language: s.ed.Language, Chunks: cut(b), Tags: s.tagList(), NoIndex: noIndex}, nil
}

// part runs the template of a shared part.
func (s *sheet) part(name PartName, data any) (Part, error) {
	b, err := s.r.run(s.words.Variant(), "part-"+string(name), data)
	if err != nil {
		return Part{}, err
	}
	return Part{Name: name, Edition: s.ed.Slug, HTML: b, Tags: s.tagList()}, nil
}

// cut divides what a template wrote into literal stretches and shared parts.
func cut(b []byte) []Chunk {
	var out []Chunk
	for i, piece := range bytes.Split(b, []byte(seam)) {
		switch {
		case i%2 == 1:
			out = append(out, Chunk{Part: PartName(piece)})
		case len(piece) > 0:
			out = append(out, Chunk{HTML: piece})
		}
	}
	return out
}

// run executes a template of a language.
func (r *Renderer) run(language, name string, data any) ([]byte, error) {
	set := r.press.sets[language]
	if set == nil {
		return nil, fmt.Errorf("page: no templates in %q", language)
	}
	b := desks.Get().(*bytes.Buffer)
	defer desks.Put(b)
	b.Reset()
	if err := set.ExecuteTemplate(b, name, data); err != nil {
		return nil, fmt.Errorf("page: %w", clean(err))
	}
	return bytes.Clone(b.Bytes()), nil // no longer than it needs to be: pages stay
}

// desks are the buffers that templates write to.
var desks = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// vetted marks HTML that this room made itself from escaped parts.
func vetted(b []byte) template.HTML { return template.HTML(b) }

// join puts the parts that hold something together, so that no separator dangles.
func join(separator string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}
