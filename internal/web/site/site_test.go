package site

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/web/cache"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func (o Options) logOr() *slog.Logger { return slog.New(slog.DiscardHandler) }

// get asks for a target as a client writes it.
func (h *house) get(target string, header ...string) *httptest.ResponseRecorder {
	return h.do("GET", target, header...)
}

func (h *house) do(method, target string, header ...string) *httptest.ResponseRecorder {
	host, target := "news.example", target
	if rest, ok := strings.CutPrefix(target, "http://"); ok {
		host, target, _ = strings.Cut(rest, "/")
		target = "/" + target
	}
	r := httptest.NewRequest(method, "http://"+host+"/", nil)
	u, err := url.ParseRequestURI(target)
	if err != nil || u.Host != "" {
		path, query, _ := strings.Cut(target, "?")
		u = &url.URL{Path: path, RawQuery: query}
	}
	r.URL, r.RequestURI = u, target
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.gate.ServeHTTP(w, r)
	return w
}

func TestEveryAddressOfTheInterfaceAnswers(t *testing.T) {
	h := newHouse(t)
	for target, want := range map[string]string{
		"/": "html", "/es/": "html", "http://ar.example.test/": "html", "/world": "html", "/es/mundo": "html", "http://ar.example.test/world": "html",
		"/world/ferry-strike": "html", "/es/mundo/tranvia": "html", "http://ar.example.test/world/storm": "html", "/page/about": "html", "/page/about/history": "html",
		"/newsfeed": "html", "/es/newsfeed": "html", "/tag/ports": "html", "/author/m-vey": "html", "/search": "html", "/search?q=tram": "html", "/es/search?q=x": "html",
		"/corrections": "html", "/world/ferry-strike/discussion": "html", "/world/ferry-strike/history": "html", "/chats": "html", "/es/chats": "html",
		"/account/sign-in": "html", "/account/sign-in?back=/world/ferry-strike": "html", "/subscribe": "html",
		"/feed.xml": "rss", "/atom.xml": "atom", "/feed.json": "json", "/es/feed.xml": "rss", "/world/feed.xml": "rss", "/tag/ports/atom.xml": "atom",
		"/author/m-vey/feed.json": "json", "/world/storm-live/feed.xml": "rss", "http://ar.example.test/feed.xml": "rss",
		"/sitemap.xml": "xml", "/sitemap-news.xml": "xml", "/robots.txt": "text/plain", "/.well-known/security.txt": "text/plain",
		"/healthz": "text/plain", "/readyz": "text/plain", "/icon.svg": "svg", "/assets/reader.3f9a.js": "javascript",
		"/media/p/0pic000000001/w1280-aabbccdd.jpg": "image/jpeg",
	} {
		for round := range 2 { // the second time from memory
			w := h.get(target)
			if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), want) || w.Body.Len() == 0 {
				t.Errorf("%s, round %d: %d %s %.200s", target, round, w.Code, w.Header().Get("Content-Type"), w.Body)
			}
			if w.Header().Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie", target)
			}
			head := h.do("HEAD", target)
			if head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Etag") != w.Header().Get("Etag") {
				t.Errorf("HEAD %s: %d", target, head.Code)
			}
			policy := w.Header().Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "nonce") ||
				w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") == "" {
				t.Errorf("%s: %v", target, w.Header())
			}
		}
	}
}

func TestEachPageHasOneAddress(t *testing.T) {
	h := newHouse(t)
	for target, want := range map[string]string{
		"/es": "/es/", "/world/": "/world", "/world/ferry-strike/": "/world/ferry-strike", "/newsfeed/": "/newsfeed",
		"//world//ferry-strike": "/world/ferry-strike", "/world/../es/": "/es/", "/%2e%2e/world": "/world", "/./": "/",
		"/international": "/", "/international/world": "/world", "/international/world/ferry-strike?a=b": "/world/ferry-strike?a=b",
		"/abroad": "/world", "/abroad/feed.xml": "/world/feed.xml", "/abroad/ferry-strike": "/world/ferry-strike", "/world/old-strike": "/world/ferry-strike",
		"/world/old-strike/history": "/world/ferry-strike/history", "/abroad/old-strike/discussion": "/world/ferry-strike/discussion",
		"/ar": "https://ar.example.test/", "/ar/world/storm": "https://ar.example.test/world/storm", "/ar/world?after=x": "https://ar.example.test/world?after=x",
		"http://ar.example.test/ar/world": "/world", "http://ar.example.test:8080/ar/": "/", "http://ar.example.test/world/storm/": "/world/storm",
		"/favicon.ico": "/icon.svg", "//evil.example/": "/evil.example/",
	} {
		w := h.get(target)
		if w.Code != 301 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d %q, want %q", target, w.Code, w.Header().Get("Location"), want)
		}
	}
	for _, host := range []string{"127.0.0.1:8080", "whatever.example", "NEWS.example"} {
		if w := h.get("http://" + host + "/world/ferry-strike"); w.Code != 200 || !strings.Contains(w.Body.String(), "Ferry crews") {
			t.Errorf("host %s: %d", host, w.Code)
		}
	}
}

func TestWhatIsNotThereIs404AndOfItsEdition(t *testing.T) {
	h := newHouse(t)
	for _, target := range []string{
		"/nothing", "/world/nothing", "/es/nothing", "/es/mundo/ferry-strike", "/world/about", "/page/ferry-strike", "/tag/none", "/author/none", "/tag", "/author/x/y/z",
		"/chats/room", "/world/ferry-strike/history.tlog-proof", "/world/ferry-strike/feed.xml", "/newsfeed/feed.xml", "/world/ferry-strike/discussion/x",
		"/api", "/api/v1/articles", "/newsroom", "/log/checkpoint", "/events", "/WORLD", "/World/ferry-strike", "/es/es/", "/es/world", "/discussion", "/page",
		"http://ar.example.test/es/", "http://ar.example.test/mundo", "/world/%2e%2e%2fetc", "/world%2fferry-strike", "/world/ferry-strike%00", "/" + strings.Repeat("a", 300),
		"/assets/none.js", "/media/p/none/x.jpg", "/sitemaps/none.2026-03.xml", "/newsfeed?after=nonsense", "/world?after=1-0abc000000001x", "/world?after=zz",
		"/account/other", "/search/x", "/page/about/discussion", "/page/about/feed.xml", "/.env", "/wp-login.php", "/.well-known/other",
	} {
		w := h.get(target)
		if w.Code != 404 {
			t.Errorf("%.60s: %d %s", target, w.Code, w.Header().Get("Location"))
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%.60s: %v", target, w.Header())
		}
	}
	if w := h.get("/es/nothing"); !strings.Contains(w.Body.String(), `lang="es"`) {
		t.Errorf("the Spanish edition's: %.300s", w.Body)
	}
}

func TestOtherMethodsAre405(t *testing.T) {
	h := newHouse(t)
	for _, target := range []string{"/", "/world/ferry-strike", "/robots.txt", "/media/p/0pic000000001/w1280-aabbccdd.jpg", "/healthz", "/nothing"} {
		for _, m := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
			if w := h.do(m, target); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d", m, target, w.Code)
			}
		}
	}
}

func TestWithdrawnIs410WithItsNoteEverywhere(t *testing.T) {
	h := newHouse(t)
	for _, target := range []string{"/world/wrong-story", "/world/wrong-story/discussion", "/world/wrong-story/history", "/abroad/wrong-story"} {
		w := h.get(target)
		if w.Code != 410 || !strings.Contains(w.Body.String(), "lang=\"en\"") {
			t.Errorf("%s: %d", target, w.Code)
		}
		if target != "/world/wrong-story/history" && !strings.Contains(w.Body.String(), "It was not true.") {
			t.Errorf("%s does not say why", target)
		}
		if strings.Contains(w.Body.String(), "A first paragraph about") {
			t.Errorf("%s still tells it", target)
		}
	}
}

func TestPublicationAtAnAddressThatWasAskedForBefore(t *testing.T) {
	h := newHouse(t)
	const target = "/world/new-story"
	h.get(target)
	before := h.archive.asked.Load()
	if w := h.get(target); w.Code != 404 || h.archive.asked.Load() != before {
		t.Errorf("%d, and the store was asked %d times more", w.Code, h.archive.asked.Load()-before)
	}
	h.archive.mu.Lock()
	h.archive.items = append(h.archive.items, story(8, "international", "s1", "new-story", "Something new"))
	h.archive.mu.Unlock()
	h.Cache().Drop(cache.Keep, fact.TagPath("", target))
	if w := h.get(target); w.Code != 200 {
		t.Errorf("after it was published: %d", w.Code)
	}
	h.archive.change(id(8), func(i *news.Item) { i.Headline = "Something newer" })
	h.Cache().Drop(cache.Keep, fact.TagArticle(id(8)))
	if w := h.get(target); !strings.Contains(w.Body.String(), "Something newer") {
		t.Error("the old version was served")
	}
	h.archive.change(id(8), func(i *news.Item) { i.WithdrawnAt, i.Note = noon, "No." })
	h.Cache().Drop(cache.Forget, fact.TagArticle(id(8)), fact.TagNewsfeed("international"))
	if w := h.get(target); w.Code != 410 {
		t.Errorf("withdrawn: %d", w.Code)
	}
}

func TestNewsfeedColumnChangesOnEveryPageWithoutRenderingThem(t *testing.T) {
	h := newHouse(t)
	paths := []string{"/", "/world", "/world/ferry-strike", "/world/tram-line", "/search"}
	for _, p := range paths {
		h.get(p)
	}
	renders := h.Cache().Stats().Renders
	h.archive.mu.Lock()
	h.archive.items = append(h.archive.items, story(50, "international", "s1", "flash", "A flash from the harbour"))
	h.archive.mu.Unlock()
	h.Cache().Drop(cache.Keep, fact.TagNewsfeed("international"))
	for _, p := range paths[1:] {
		if w := h.get(p); !strings.Contains(w.Body.String(), "A flash from the harbour") {
			t.Errorf("%s does not show it", p)
		}
	}
	if n := h.Cache().Stats().Renders - renders; n != 1 {
		t.Errorf("%d renders for one new story in the column", n)
	}
}

func TestQueriesThatMeanNothingAreTheSamePage(t *testing.T) {
	h := newHouse(t)
	h.get("/world/ferry-strike")
	before := h.Cache().Stats()
	for _, q := range []string{"?utm_source=x", "?fbclid=1&after=zz", "?", "?after=", "?%zz"} {
		if w := h.get("/world/ferry-strike" + q); w.Code != 200 {
			t.Errorf("%s: %d", q, w.Code)
		}
	}
	if after := h.Cache().Stats(); after.Renders != before.Renders || after.Pages != before.Pages {
		t.Errorf("%+v, before %+v", after, before)
	}
}

func TestListsCanBeReadToTheirEnd(t *testing.T) {
	h := newHouse(t)
	for n := range 180 {
		h.archive.items = append(h.archive.items, story(1000+n, "international", "s1", fmt.Sprint("story-", n), fmt.Sprint("Story number ", n)))
	}
	next := regexp.MustCompile(`href="(/(?:newsfeed|world|tag/ports|author/m-vey)\?after=[^"]+)"`)
	for _, list := range []string{"/newsfeed", "/world", "/tag/ports", "/author/m-vey"} {
		seen, pages := map[string]bool{}, 0
		for at := list; at != ""; pages++ {
			w := h.get(at)
			if w.Code != 200 || pages > 20 {
				t.Fatalf("%s: %d after %d pages", at, w.Code, pages)
			}
			main := w.Body.String()
			for _, m := range regexp.MustCompile(`href="/world/(story-\d+)"`).FindAllStringSubmatch(main, -1) {
				seen[m[1]] = true
			}
			at = ""
			for _, m := range next.FindAllStringSubmatch(main, -1) {
				at = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if len(seen) != 180 {
			t.Errorf("%s: %d of 180 stories on %d pages", list, len(seen), pages)
		}
	}
}

func TestHostileQuestionsAreOneHarmlessLine(t *testing.T) {
	h := newHouse(t)
	for _, q := range []string{`<script>alert(1)</script>`, `" OR 1=1 --`, strings.Repeat("ß", 5000), "a\x00b\r\nSet-Cookie: x", "\xff\xfe", "\u202e", `*) AND (`, "((((", "NEAR/1 ^:", "%00"} {
		w := h.get("/search?q=" + url.QueryEscape(q))
		if w.Code != 200 || strings.Contains(w.Body.String(), "<script>alert") || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%.20q: %d", q, w.Code)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%.20q is kept: %s", q, w.Header().Get("Cache-Control"))
		}
	}
	if got := question(strings.Repeat("я", 900)); len([]rune(got)) != 200 {
		t.Errorf("%d characters", len([]rune(got)))
	}
	if pages := h.Cache().Stats().Pages; pages > 0 {
		t.Errorf("%d pages were kept for questions", pages)
	}
	limited := 0
	for range 60 {
		if h.get("/search?q=tram").Code == 429 {
			limited++
		}
	}
	if limited < 20 {
		t.Errorf("only %d of 60 at once were refused", limited)
	}
}

func TestFeedsAreDroppedAndAskedForConditionally(t *testing.T) {
	h := newHouse(t)
	w := h.get("/feed.xml")
	etag, modified := w.Header().Get("Etag"), w.Header().Get("Last-Modified")
	if etag == "" || modified == "" || w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Fatalf("%v", w.Header())
	}
	if w := h.get("/feed.xml", "If-None-Match", etag); w.Code != 304 {
		t.Errorf("%d", w.Code)
	}
	var rss struct {
		Items []struct {
			Link string `xml:"link"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &rss); err != nil || len(rss.Items) != 3 || !strings.HasPrefix(rss.Items[0].Link, "https://news.example/world/") {
		t.Errorf("%v %+v", err, rss)
	}
	h.clock.Forward(time.Minute)
	h.archive.change(id(2), func(i *news.Item) { i.WithdrawnAt, i.Note = noon, "No." })
	h.Cache().Drop(cache.Forget, fact.TagArticle(id(2)), fact.TagNewsfeed("international"))
	if w := h.get("/feed.xml", "If-None-Match", etag); w.Code != 200 || strings.Contains(w.Body.String(), "Tram line") {
		t.Errorf("%d: a withdrawn story is in the feed", w.Code)
	}
	if w := h.get("/feed.xml", "If-Modified-Since", modified); w.Code != 200 {
		t.Errorf("who asks by time keeps what was withdrawn: %d", w.Code)
	}
	var j struct{ Items []any }
	if err := json.Unmarshal(h.get("/feed.json").Body.Bytes(), &j); err != nil || len(j.Items) != 2 {
		t.Errorf("%v %d", err, len(j.Items))
	}
}

func TestSitemapsHoldEachPageOnItsHost(t *testing.T) {
	h := newHouse(t)
	main, arabic := h.get("/sitemap.xml").Body.String(), h.get("http://ar.example.test/sitemap.xml").Body.String()
	for _, loc := range []string{"https://news.example/", "https://news.example/es/", "https://news.example/world", "https://news.example/world/ferry-strike", "https://news.example/es/mundo/tranvia", "https://news.example/page/about"} {
		if !strings.Contains(main, "<loc>"+loc+"</loc>") {
			t.Errorf("%s is not in the sitemap", loc)
		}
	}
	if strings.Contains(main, "<loc>https://ar.example.test") || strings.Contains(main, "wrong-story") {
		t.Error("what does not belong there is in the sitemap")
	}
	if !strings.Contains(arabic, "<loc>https://ar.example.test/world/storm</loc>") || strings.Contains(arabic, "<loc>https://news.example") {
		t.Errorf("on the edition's own host: %s", arabic)
	}
	if n := h.get("/sitemap-news.xml").Body.String(); strings.Count(n, "<url>") != 4 {
		t.Errorf("news sitemap: %s", n)
	}
	h.clock.Forward(49 * time.Hour)
	if n := h.get("/sitemap-news.xml").Body.String(); strings.Count(n, "<url>") != 0 {
		t.Error("stories of three days ago are news")
	}
	if r := h.get("http://ar.example.test/robots.txt").Body.String(); !strings.Contains(r, "Sitemap: https://ar.example.test/sitemap.xml") {
		t.Error(r)
	}
}

func TestLargeSiteHasAnIndexOfMonths(t *testing.T) {
	h := newHouse(t)
	for n := range 5200 {
		i := story(10, "international", "s1", fmt.Sprint("old-", n), "Old")
		i.ID, i.FeedAt = id(2000+n), noon.Add(-time.Duration(n)*time.Hour)
		i.PublishedAt, i.UpdatedAt = i.FeedAt, i.FeedAt
		h.archive.items = append(h.archive.items, i)
	}
	index := h.get("/sitemap.xml").Body.String()
	found := map[string]bool{}
	files := regexp.MustCompile(`<loc>https://news\.example(/sitemaps/[^<]+)</loc>`).FindAllStringSubmatch(index, -1)
	if len(files) < 8 {
		t.Fatalf("%s", index)
	}
	for _, f := range files {
		w := h.get(f[1])
		if w.Code != 200 {
			t.Errorf("%s: %d", f[1], w.Code)
		}
		for _, m := range regexp.MustCompile(`<loc>([^<]+)</loc>`).FindAllStringSubmatch(w.Body.String(), -1) {
			if found[m[1]] && strings.Contains(m[1], "/old-") {
				t.Errorf("%s is in two files", m[1])
			}
			found[m[1]] = true
		}
	}
	for n := range 5200 {
		if !found[fmt.Sprint("https://news.example/world/old-", n)] {
			t.Fatalf("story %d is in no file", n)
		}
	}
	if !found["https://news.example/page/about"] {
		t.Error("standing pages are in no file")
	}
}

func TestPublicFilesOfPictures(t *testing.T) {
	h := newHouse(t)
	const target = "/media/p/0pic000000001/w1280-aabbccdd.jpg"
	w := h.get(target)
	hd := w.Header()
	if hd.Get("Cache-Control") != "public, max-age=3600" || !strings.Contains(hd.Get("Content-Security-Policy"), "sandbox") ||
		hd.Get("Cross-Origin-Resource-Policy") != "cross-origin" || w.Body.String() != "a picture" {
		t.Errorf("%v", hd)
	}
	if w := h.get(target, "If-None-Match", hd.Get("Etag")); w.Code != 304 {
		t.Errorf("asked again: %d", w.Code)
	}
	if w := h.get(target, "Range", "bytes=2-8"); w.Code != 206 || w.Body.String() != "picture" {
		t.Errorf("a range: %d %s", w.Code, w.Body)
	}
	for _, bad := range []string{"/media/o/0pic000000001/original.jpg", "/media/p/0pic000000001/../../o/0pic000000001/original.jpg", "/media/p/0pic000000001/%2e%2e/x", "/media/p/0pic000000001",
		"/media/", "/media/p/0pic000000001/a/b.jpg", "/media/p/0pic000000001/W1280.jpg", "/media/p/0pic000000001/none.jpg", "/media/p//x.jpg"} {
		if w := h.get(bad); w.Code == 200 || strings.Contains(w.Body.String(), "lives") {
			t.Errorf("%s: %d %s", bad, w.Code, w.Body)
		}
	}
	h.archive.pictures["0pic000000001"] = media.Picture{ID: "0pic000000001", KilledAt: noon}
	h.Cache().Drop(cache.Forget, fact.TagPicture("0pic000000001"))
	if w := h.get(target); w.Code != 410 || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Etag") != "" {
		t.Errorf("killed: %d %v", w.Code, w.Header())
	}
}

func TestRightsThatEndTakeTheFileAway(t *testing.T) {
	h := newHouse(t)
	const target = "/media/p/0pic000000001/w1280-aabbccdd.jpg"
	p := h.archive.pictures["0pic000000001"]
	p.ExpiresAt = noon.Add(10 * time.Minute)
	h.archive.pictures["0pic000000001"] = p
	if w := h.get(target); w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=600" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	h.archive.down.Store(true) // the end of rights needs no database
	h.clock.Forward(10 * time.Minute)
	if w := h.get(target); w.Code != 410 {
		t.Errorf("%d", w.Code)
	}
}

func TestSiteWithoutAnEditionSaysSo(t *testing.T) {
	h := newHouse(t)
	h.dir.Store(&edition.Directory{})
	w := h.get("/", "Accept-Language", "es-MX,es;q=0.9")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), "html") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := h.get("/world"); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
	for _, target := range []string{"/healthz", "/readyz", "/robots.txt", "/sitemap.xml"} {
		if w := h.get(target); w.Code != 200 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestEverythingServedBeforeAnswersWhileTheStoreIsDown(t *testing.T) {
	h := newHouse(t)
	targets := []string{"/", "/world", "/world/ferry-strike", "/feed.xml", "/sitemap.xml", "/es/", "/media/p/0pic000000001/w1280-aabbccdd.jpg", "/world/nothing"}
	codes := map[string]int{}
	for _, p := range targets {
		codes[p] = h.get(p).Code
	}
	h.archive.down.Store(true)
	h.Cache().Drop(cache.Keep, fact.TagNewsfeed("international"), fact.TagArticle(id(1)), fact.TagSitemap())
	for _, p := range targets {
		if w := h.get(p); w.Code != codes[p] {
			t.Errorf("%s: %d, before %d", p, w.Code, codes[p])
		}
	}
	if w := h.get("/world/tram-line"); w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "<html") {
		t.Errorf("what was not served before: %d %v %.80s", w.Code, w.Header(), w.Body)
	}
	if w := h.get("/healthz"); w.Code != 200 {
		t.Errorf("healthz: %d", w.Code)
	}
	if w := h.get("/readyz"); w.Code != 503 {
		t.Errorf("readyz: %d", w.Code)
	}
}

func TestMadeUpHostsDoNotMultiplyPages(t *testing.T) {
	h := newHouse(t)
	for n := range 50 {
		h.get(fmt.Sprintf("http://h%d.example/world", n))
	}
	if s := h.Cache().Stats(); s.Pages != 1 {
		t.Errorf("%+v", s)
	}
}

func TestTableNamesEveryRouteOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Routes() {
		if first, rest, _ := strings.Cut(strings.TrimPrefix(r.Pattern, "/"), "/"); rest != "" && !strings.ContainsAny(first, ".{") && !slices.Contains(edition.Reserved, first) {
			t.Errorf("%q could be the slug of a section, whose stories %s hides", first, r.Pattern)
		}
		methods := "GET, HEAD"
		if r.Pattern == "/report/{id}" || r.Pattern == "/vote/{id}" || r.Pattern == "/{path...}" || r.Pattern == "/comment/{id}" || r.Pattern == "/comment/{id}/report" || r.Pattern == "/comment/{id}/appeal" { // the forms of the site that are sent
			methods += ", POST"
		}
		if strings.HasPrefix(r.Pattern, "/comment/{id}/") && r.Pattern != "/comment/{id}/report" && r.Pattern != "/comment/{id}/appeal" && r.Pattern != "/comment/{id}/unread" {
			methods = "POST"
		}
		if r.Methods != methods || r.Who != "anybody" || seen[r.Pattern] {
			t.Errorf("%+v", r)
		}
		seen[r.Pattern] = true
	}
	for _, a := range Addresses {
		first, _, _ := strings.Cut(strings.TrimPrefix(a, "/"), "/")
		if first != "" && !strings.Contains(first, "{") && !strings.Contains(first, ".") && !slices.Contains(edition.Reserved, first) {
			t.Errorf("%q could be the slug of a section, which %s hides", first, a)
		}
	}
}
