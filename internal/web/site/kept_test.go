package site

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/page/feed"
	"dateline/internal/web/cache"
	"dateline/internal/web/site/cursor"
)

// surrogate names tags as the program does.
func surrogate(o *Options) { o.Cache.KeyHeader = "Surrogate-Key" }

// bodily are the headers that describe the bytes of an answer and not the page.
var bodily = []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Last-Modified", "Accept-Ranges"}

func TestA304CarriesThePagesOwnHeaders(t *testing.T) {
	for _, target := range []string{"/", "/world", "/world/ferry-strike", "/es/mundo/tranvia", "/world/ferry-strike/history", "/page/about", "/newsfeed", "/feed.xml", "/world/feed.json", "/sitemap.xml",
		"/robots.txt", "/icon.svg", "/assets/reader.3f9a.js", "/media/p/0pic000000001/w1280-aabbccdd.jpg"} {
		first := newHouse(t, surrogate).get(target)
		etag := first.Header().Get("Etag")
		if first.Code != 200 || etag == "" {
			t.Fatalf("%s: %d %v", target, first.Code, first.Header())
		}
		check := func(how string, w *httptest.ResponseRecorder) {
			t.Helper()
			if w.Code != 304 || w.Body.Len() > 0 {
				t.Errorf("%s, %s: %d", target, how, w.Code)
			}
			for name, want := range first.Header() {
				if got := w.Header()[name]; !slices.Equal(got, want) && !slices.Contains(bodily, name) {
					t.Errorf("%s, %s: %s is %q in the 304, %q on the page", target, how, name, got, want)
				}
			}
			for name := range w.Header() {
				if first.Header()[name] == nil {
					t.Errorf("%s, %s: a 304 with %s: %q", target, how, name, w.Header()[name])
				}
			}
		}
		h := newHouse(t, surrogate) // the same page, not in memory
		check("cold", h.get(target, "If-None-Match", etag))
		check("warm", h.get(target, "If-None-Match", etag))
		check("with a query", h.get(target+"?utm_source=x", "If-None-Match", etag))
		h.Cache().Drop(cache.Keep, fact.TagAll)
		check("rendered again", h.get(target+"?utm_source=x", "If-None-Match", etag))
	}
}

func TestAPathWrittenInAnUnusualWayIsTheSameColdAndWarm(t *testing.T) {
	for target, want := range map[string]int{"/world%2Fferry-strike": 404, "/world%2fferry-strike": 404, "/world%5Cferry-strike": 404, "/worl%64/ferry-strike": 200} {
		h := newHouse(t)
		cold := h.get(target).Code
		h.get("/world/ferry-strike")
		if warm := h.get(target).Code; cold != want || warm != want {
			t.Errorf("%s: %d cold, %d warm, want %d", target, cold, warm, want)
		}
	}
}

func TestARedirectKeepsTheQuery(t *testing.T) {
	h := newHouse(t)
	for range 2 { // the second time from memory
		for target, want := range map[string]string{
			"/world/old-strike?utm_source=mail&x=%20": "/world/ferry-strike?utm_source=mail&x=%20", "/world/old-strike": "/world/ferry-strike", "/world/old-strike?": "/world/ferry-strike",
			"/mundo/tranvia?a=b": "/es/mundo/tranvia?a=b", "/mundo/tranvia": "/es/mundo/tranvia",
		} {
			if w := h.get(target); w.Code != 301 || w.Header().Get("Location") != want {
				t.Errorf("%s: %d %q, want %q", target, w.Code, w.Header().Get("Location"), want)
			}
		}
	}
}

func TestAnAuthorWithoutStoriesInAnEditionHasNoPageThere(t *testing.T) {
	h := newHouse(t)
	if w := h.get("/es/author/m-vey"); w.Code != 200 {
		t.Fatalf("%d", w.Code)
	}
	h.archive.change(id(3), func(i *news.Item) { i.Byline = nil })
	h.Cache().Drop(cache.Keep, fact.TagAuthor("m-vey"))
	for _, target := range []string{"/es/author/m-vey", "/es/author/m-vey/feed.xml"} {
		if w := h.get(target); w.Code != 404 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := h.get("/author/m-vey"); w.Code != 200 {
		t.Errorf("where he writes: %d", w.Code)
	}
	h.archive.change(id(3), func(i *news.Item) { i.Byline = []news.Byline{{Name: "M. Vey", Author: "m-vey"}} })
	h.Cache().Drop(cache.Keep, fact.TagEdition404("es"))
	if w := h.get("/es/author/m-vey"); w.Code != 200 {
		t.Errorf("after his first story: %d", w.Code)
	}
}

func TestSecurityTxtNamesThePublicationAndNeverEnds(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Security = feed.Security{} })
	text := h.get("/.well-known/security.txt").Body.String()
	for _, line := range []string{"Contact: https://news.example/\n", "Canonical: https://news.example/.well-known/security.txt\n", "Preferred-Languages: en, es\n", "Expires: 2026-09-06T00:00:00Z\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
	if arabic := h.get("http://ar.example.test/.well-known/security.txt").Body.String(); !strings.Contains(arabic, "Contact: https://ar.example.test/\n") || !strings.Contains(arabic, "Preferred-Languages: ar\n") {
		t.Errorf("on an edition's own host:\n%s", arabic)
	}
	h.archive.change(id(5), func(i *news.Item) { i.Slug = "imprint" })
	h.Cache().Drop(cache.Keep, fact.TagSitemap())
	if text := h.get("/.well-known/security.txt").Body.String(); !strings.Contains(text, "Contact: https://news.example/page/imprint\n") {
		t.Errorf("with an imprint:\n%s", text)
	}
	h.clock.Forward(300 * 24 * time.Hour)
	if later := h.get("/.well-known/security.txt").Body.String(); !strings.Contains(later, "Expires: 2027-07-03T00:00:00Z\n") {
		t.Errorf("after 300 days:\n%s", later)
	}
}

func TestNobodyKeepsAnythingOfAnAccount(t *testing.T) {
	h := newHouse(t, func(*Options) {})
	if w := h.get("/es/account"); w.Code != 303 || w.Header().Get("Location") != "/es/account/sign-in" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("/account: %d %v", w.Code, w.Header())
	}
	for range 2 {
		if w := h.get("/account/sign-in"); w.Header().Get("Cache-Control") != "private, no-store" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("/account/sign-in: %v", w.Header())
		}
	}
}

// lost is a stream that cannot tell its place.
type lost struct{}

func (lost) Position(context.Context, ...fact.Topic) (string, error) {
	return "", errors.New("the stream is away")
}

func TestAPageWithoutAPlaceInTheStreamIsKeptForAMoment(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Stream = lost{} })
	targets := []string{"/", "/world", "/newsfeed", "/world/ferry-strike"}
	for _, target := range targets {
		if w := h.get(target); w.Code != 200 || strings.Contains(w.Body.String(), `data-after="p0"`) {
			t.Fatalf("%s: %d", target, w.Code)
		}
	}
	h.o.Stream = stream{}
	h.clock.Forward(2 * time.Second)
	for _, target := range targets {
		if w := h.get(target); w.Code != 200 || !strings.Contains(w.Body.String(), `data-after="p0"`) {
			t.Errorf("%s names no place in the stream that is back", target)
		}
	}
}

func TestAskingForWhatIsNotInMemoryIsLimitedByAddress(t *testing.T) {
	h := newHouse(t)
	for n := range 200 {
		h.archive.items = append(h.archive.items, story(1000+n, "international", "s1", fmt.Sprint("story-", n), "Story"))
	}
	after := func(n int) string {
		return "/world?after=" + cursor.Of(noon.Add(time.Duration(n)*time.Microsecond), id(1))
	}
	codes := map[int]int{}
	for n := range missBurst + 50 {
		codes[h.get(after(n)).Code]++
	}
	if codes[200] != missBurst || codes[429] != 50 {
		t.Fatalf("%v", codes)
	}
	for _, target := range []string{"/media/p/0pic999999999/w1280-aabbccdd.jpg", "/media/p/0pic000000001/w9999-ffffffff.jpg", "/world/none", "/sitemaps/international.1999-01.xml"} {
		if w := h.get(target); w.Code != 429 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	h.Cache().Drop(cache.Keep, fact.TagSection("s1"))
	if w := h.get(after(missBurst - 1)); w.Code != 200 {
		t.Errorf("what was asked for before: %d", w.Code)
	}
	if pictures := h.archive.pictures; len(pictures) != 1 {
		t.Fatal("the test expects one picture")
	}
	h.clock.Forward(missEvery)
	if w := h.get("/media/p/0pic000000001/w1280-aabbccdd.jpg"); w.Code != 200 {
		t.Errorf("after a while: %d", w.Code)
	}
}

func TestMadeUpPicturesTakeNoRoom(t *testing.T) {
	h := newHouse(t)
	before := h.Cache().Stats()
	for n := range 300 {
		if w := h.get(fmt.Sprintf("/media/p/0pic%09d/w1280-aabbccdd.jpg", 500+n)); w.Code != 404 {
			t.Fatalf("%d", w.Code)
		}
	}
	if after := h.Cache().Stats(); after.Pages != before.Pages || after.Bytes != before.Bytes {
		t.Errorf("%+v, before %+v", after, before)
	}
}

func TestHeadAndSitemapNameTheSameLanguages(t *testing.T) {
	for _, most := range []int{0, 2} { // one file, or an index of months
		h := newHouse(t, func(o *Options) { o.Sitemap = most })
		h.archive.change(id(3), func(i *news.Item) { i.TranslationOf = id(1) })
		h.archive.change(id(4), func(i *news.Item) { i.TranslationOf = id(1) })
		about := story(9, "es", "", "acerca", "Acerca")
		about.Kind, about.TranslationOf = news.Page, id(5)
		h.archive.items = append(h.archive.items, about)
		in := map[string][]string{}
		for _, host := range []string{"https://news.example", "https://ar.example.test"} {
			files := []string{"/sitemap.xml"}
			for len(files) > 0 {
				text := h.get("http" + strings.TrimPrefix(host, "https") + files[0]).Body.String()
				files = files[1:]
				files = append(files, found(`<loc>`+host+`(/sitemaps/[^<]+)</loc>`, text)...)
				for _, line := range strings.Split(text, "<url>")[1:] {
					in[found(`<loc>([^<]+)</loc>`, line)[0]] = found(`hreflang="([^"]+" href="[^"]+)"`, line)
				}
			}
		}
		for address, want := range map[string]int{"https://news.example/": 4, "https://news.example/es/": 4, "https://ar.example.test/": 4, "https://news.example/world/ferry-strike": 4,
			"https://news.example/es/mundo/tranvia": 4, "https://ar.example.test/world/storm": 4, "https://news.example/world/tram-line": 0, "https://news.example/page/about": 3, "https://news.example/es/page/acerca": 3} {
			head := found(`<link rel="alternate" hreflang="([^"]+" href="[^"]+)"`, h.get("http"+strings.TrimPrefix(address, "https")).Body.String())
			if !slices.Equal(head, in[address]) || len(head) != want {
				t.Errorf("sitemap of %d items, %s\n  head    %q\n  sitemap %q", most, address, head, in[address])
			}
		}
	}
}

// found gives the first group of every match.
func found(expression, text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(expression).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}
