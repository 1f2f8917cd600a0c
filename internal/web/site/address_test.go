package site

import (
	"dateline/internal/web/site/cursor"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func FuzzResolve(f *testing.F) {
	h := newHouse(f)
	for _, p := range []string{"/", "/es", "/es/", "/world/x/history", "/tag/a/feed.xml", "/international/world", "/ar/x", "/page/x", "/a/b/c/d", "/feed.xml/feed.xml"} {
		f.Add("news.example", p)
		f.Add("ar.example.test", p)
	}
	rd := h.reading()
	f.Fuzz(func(t *testing.T, host, path string) {
		r := &http.Request{URL: &url.URL{Path: path}}
		if r.URL.Path = path; !straight(r) {
			return
		}
		p := rd.resolve(host, path)
		if p.kind != nowhere && p.edition.Slug == "" {
			t.Fatalf("%q is a page of no edition", path)
		}
		if p.to == "" {
			return
		}
		if !strings.HasPrefix(p.to, "/") && !strings.HasPrefix(p.to, "https://ar.example.test/") || strings.HasPrefix(p.to, "//") {
			t.Fatalf("%q leads to %q", path, p.to)
		}
		if strings.HasPrefix(p.to, "/") {
			for n := 0; p.to != ""; n++ {
				if n > 4 || p.to == path {
					t.Fatalf("%q is sent round in circles by %q", path, p.to)
				}
				path = p.to
				p = rd.resolve(host, path)
				if strings.HasPrefix(p.to, "https://") {
					break
				}
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor.Of(noon, id(1)))
	f.Add("zz-0abc000000001")
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := cursor.Parse(s); ok && s != "" && cursor.Of(c.At, c.ID) != s {
			t.Fatalf("%q has another form", s)
		}
	})
}
