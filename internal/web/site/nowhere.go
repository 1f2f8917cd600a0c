package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/web"
	"dateline/internal/web/cache"
)

func notFound(err error) bool { return fault.Is(err, fault.NotFound) }

// nowhere is the one page of an edition that says that there is nothing at an address.
func (s *Site) nowhere(e edition.Edition) *cache.Like {
	return &cache.Like{Key: cache.Key{Host: "\x00nowhere", Path: e.Slug}, Render: func(context.Context) (cache.Page, error) {
		p, err := s.o.Pages.Failure(page.Failure{Edition: e.Slug, Status: http.StatusNotFound})
		if err != nil {
			return cache.Page{}, err
		}
		out := s.whole(p)
		out.Tags = slices.DeleteFunc(slices.Clone(out.Tags), func(t fact.Tag) bool { // those are on the addresses themselves
			return strings.HasPrefix(string(t), "path/") || t == fact.TagEdition404(e.Slug)
		})
		return out, nil
	}}
}

// lost answers an address of which the directory alone says that nothing is there.
func (s *Site) lost(w http.ResponseWriter, r *http.Request, e edition.Edition) error {
	like := s.nowhere(e)
	if s.cache.Hit(w, r, like.Key) {
		return nil
	}
	return s.cache.Serve(w, r, like.Key, like.Render)
}

// empty answers while there is no edition: the front says that the site is being set up.
func (s *Site) empty(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Path != "/" {
		return absent()
	}
	p, err := s.o.Pages.Setup(page.Setup{Language: language(r)})
	if err != nil {
		return err
	}
	p.Status = http.StatusOK
	return s.compose(w, r, p)
}

// compose answers with a page that is not kept.
func (s *Site) compose(w http.ResponseWriter, r *http.Request, p page.Page) error {
	return s.cache.Compose(w, r, s.whole(p))
}

// language gives the first language a browser asks for, "" without one.
func language(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	first, _, _ = strings.Cut(first, ";")
	if len(first) > 35 {
		return ""
	}
	return strings.TrimSpace(first)
}

// Show writes a failure as a page of the edition that was asked for; it is for web.Door too.
func (s *Site) Show(w http.ResponseWriter, r *http.Request, f web.Failure) {
	p := s.reading().resolve(web.BareHost(asked(r)), r.URL.Path)
	if r.Method == http.MethodPost && scripted(r) && strings.HasPrefix(r.URL.Path, page.RemarkPath("")) && f.Fault != nil && s.tellWhy(w, p.edition.Slug, f) == nil {
		return
	}
	v := page.Failure{Edition: p.edition.Slug, Status: f.Status, Fault: f.Fault}
	if f.Fault != nil {
		v.After = f.Fault.After
	}
	out, err := s.o.Pages.Failure(v)
	if err == nil {
		if err = s.compose(w, r, out); err == nil {
			return
		}
	}
	plain(w, r, f) // what shows failures fails itself
}

// found answers a search. It is not kept: there are more questions than room.
func (s *Site) found(w http.ResponseWriter, r *http.Request, p place, q url.Values) error {
	peer := web.From(r.Context()).Peer.Addr
	if !peer.IsLoopback() {
		if err := s.search.Must(web.AddressKey(peer)); err != nil {
			return err
		}
	}
	v := page.SearchPage{Edition: p.edition.Slug, Text: question(q.Get("q")), Offset: offset(q.Get("offset"))}
	if v.Text != "" {
		var err error
		v.Hits, err = s.o.Archive.Find(r.Context(), news.Search{Edition: p.edition.Slug, Text: v.Text, Offset: v.Offset, Limit: onSearch + 1})
		if err != nil {
			return err
		}
		if len(v.Hits) > onSearch {
			v.Hits = v.Hits[:onSearch]
			if next := v.Offset + onSearch; next <= maxOffset {
				v.Next = next
			}
		}
	}
	items := make([]news.Item, len(v.Hits))
	for i, h := range v.Hits {
		items[i] = h.Item
	}
	var err error
	if v.Pictures, err = s.pictures(r.Context(), items...); err != nil {
		return err
	}
	out, err := s.o.Pages.Search(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}

const (
	maxQuestion = 200 // characters
	maxOffset   = 1000
)

// question makes what was typed one line of at most 200 characters that can be shown.
func question(text string) string {
	if len(text) > 8*maxQuestion {
		text = text[:8*maxQuestion]
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), maxQuestion)]))
}

// offset reads where in what was found a page begins; what is no such number is the beginning.
func offset(text string) int {
	n := 0
	for i := 0; i < len(text) && i < 5; i++ {
		if text[i] < '0' || text[i] > '9' {
			return 0
		}
		n = n*10 + int(text[i]-'0')
	}
	return min(n, maxOffset)
}
