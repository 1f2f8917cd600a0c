package cache

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"go.uber.org/goleak"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newCache starts a cache that ends with the test.
func newCache(t testing.TB, o Options) *Cache {
	t.Helper()
	if o.Clock == nil {
		o.Clock = moment.At(noon)
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

// text is a page of these words, long enough to be worth compressing.
func text(words string, tags ...fact.Tag) Page {
	return Page{Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Tags: tags,
		Chunks: []Chunk{{Bytes: []byte(words + strings.Repeat(" and so on", 100))}}}
}

// always renders p.
func always(p Page) Render { return func(context.Context) (Page, error) { return p, nil } }

// ask gives the answer to a request with these headers.
func ask(t testing.TB, c *Cache, key Key, render Render, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", "http://x"+key.Path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	if c.Hit(w, r, key) {
		return w
	}
	if err := c.Serve(w, r, key, render); err != nil {
		w.Code = 500 + int(fault.KindOf(err))
		w.Body.WriteString(err.Error())
	}
	return w
}

// read gives the body decoded.
func read(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if n := w.Header().Get("Content-Length"); n != "" && n != strconv.Itoa(w.Body.Len()) {
		t.Errorf("Content-Length %s for %d bytes", n, w.Body.Len())
	}
	var r io.Reader = w.Body
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	case "br":
		r = brotli.NewReader(r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageIsRenderedOnceAndServedInEachEncoding(t *testing.T) {
	c := newCache(t, Options{})
	var renders atomic.Int64
	render := func(context.Context) (Page, error) { renders.Add(1); return text("storm"), nil }
	tags := map[string]bool{}
	for range 3 {
		for ae, want := range map[string]string{"": "", "gzip": "gzip", "br, gzip": "br", "gzip;q=1, br;q=0.5": "gzip", "identity": "", "zstd": ""} {
			w := ask(t, c, Key{Path: "/a"}, render, "Accept-Encoding", ae)
			if got := w.Header().Get("Content-Encoding"); got != want {
				t.Errorf("%q: encoding %q, want %q", ae, got, want)
			}
			if !strings.HasPrefix(read(t, w), "storm and so on") || w.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("%q: %v", ae, w.Header())
			}
			tags[w.Header().Get("Etag")] = true
		}
	}
	if renders.Load() != 1 || len(tags) != 3 {
		t.Errorf("%d renders, ETags %v", renders.Load(), tags)
	}
}

func TestConditionalRequests(t *testing.T) {
	c := newCache(t, Options{})
	p := text("storm")
	p.Modified = noon
	key := Key{Path: "/a"}
	tagOf := func(ae string) string {
		return ask(t, c, key, always(p), "Accept-Encoding", ae).Header().Get("Etag")
	}
	plain, gz, br := tagOf(""), tagOf("gzip"), tagOf("br")
	for _, c2 := range []struct {
		name, ae string
		header   []string
		status   int
		tag      string
	}{
		{"same tag", "br", []string{"If-None-Match", br}, 304, br},
		{"weak form", "br", []string{"If-None-Match", "W/" + br}, 304, br},
		{"in a list", "gzip", []string{"If-None-Match", `"x", W/"y,z" ,` + gz}, 304, gz},
		{"in a second line", "gzip", []string{"If-None-Match", `"x"`, "If-None-Match", gz}, 304, gz},
		{"anything", "gzip", []string{"If-None-Match", "*"}, 304, gz},
		{"another encoding of the same version", "br", []string{"If-None-Match", plain}, 304, plain},
		{"another version", "br", []string{"If-None-Match", `"x"`}, 200, br},
		{"a tag that begins alike", "br", []string{"If-None-Match", strings.TrimSuffix(plain, `"`) + `x"`}, 200, br},
		{"unquoted", "br", []string{"If-None-Match", strings.Trim(br, `"`)}, 200, br},
		{"since then", "br", []string{"If-Modified-Since", noon.Format(http.TimeFormat)}, 304, br},
		{"since before", "br", []string{"If-Modified-Since", noon.Add(-time.Second).Format(http.TimeFormat)}, 200, br},
		{"the tag counts before the time", "br", []string{"If-None-Match", `"x"`, "If-Modified-Since", noon.Format(http.TimeFormat)}, 200, br},
		{"ranges are not answered", "br", []string{"Range", "bytes=0-9", "If-Range", br}, 200, br},
	} {
		w := ask(t, c, key, always(p), append(c2.header, "Accept-Encoding", c2.ae)...)
		if w.Code != c2.status || w.Header().Get("Etag") != c2.tag {
			t.Errorf("%s: %d %s", c2.name, w.Code, w.Header().Get("Etag"))
		}
		if w.Code == 304 && (w.Body.Len() > 0 || w.Header().Get("Content-Length") != "" || w.Header().Get("Cache-Control") == "") {
			t.Errorf("%s: 304 with %v", c2.name, w.Header())
		}
	}
	if w := ask(t, c, Key{Path: "/none"}, always(Page{Status: 404}), "If-None-Match", "*"); w.Code != 404 {
		t.Errorf("a condition hid a 404: %d", w.Code)
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	c := newCache(t, Options{})
	get := ask(t, c, Key{Path: "/a"}, always(text("x")), "Accept-Encoding", "gzip")
	r := httptest.NewRequest("HEAD", "http://x/a", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	if !c.Hit(w, r, Key{Path: "/a"}) || w.Body.Len() != 0 {
		t.Fatalf("%d bytes", w.Body.Len())
	}
	if fmt.Sprint(w.Header()) != fmt.Sprint(get.Header()) {
		t.Errorf("%v\n%v", w.Header(), get.Header())
	}
}

func TestDropMeansOnlyWhatHasTheTag(t *testing.T) {
	c := newCache(t, Options{})
	version := "one"
	render := func(tag fact.Tag) Render {
		return func(context.Context) (Page, error) { return text(version, tag), nil }
	}
	a, b := Key{Path: "/a"}, Key{Path: "/b"}
	ask(t, c, a, render("article/a"))
	ask(t, c, b, render("article/b"))
	version = "two"
	c.Drop(Keep, "article/a", "article/none")
	if got := read(t, ask(t, c, a, render("article/a"))); !strings.HasPrefix(got, "two") {
		t.Errorf("a: %.9s", got)
	}
	if got := read(t, ask(t, c, b, render("article/b"))); !strings.HasPrefix(got, "one") {
		t.Errorf("b: %.9s", got)
	}
	version = "three"
	c.Drop(Keep, fact.TagAll)
	if got := read(t, ask(t, c, b, render("article/b"))); !strings.HasPrefix(got, "three") {
		t.Errorf("b after all: %.9s", got)
	}
}

func TestRenderUnderWayWhenDroppedIsNeitherKeptNorGivenToLaterOnes(t *testing.T) {
	c := newCache(t, Options{})
	key := Key{Path: "/a"}
	var version atomic.Int64
	version.Store(1)
	begun, go1 := make(chan struct{}), make(chan struct{})
	var renders atomic.Int64
	render := func(context.Context) (Page, error) {
		v := version.Load()
		if renders.Add(1) == 1 {
			close(begun)
			<-go1
		}
		return text(fmt.Sprint("v", v), "t"), nil
	}
	first := make(chan *httptest.ResponseRecorder)
	go func() { first <- ask(t, c, key, render) }()
	<-begun
	version.Store(2)
	c.Drop(Keep, "t")
	later := make(chan string)
	for range 5 {
		go func() { later <- read(t, ask(t, c, key, render)) }()
	}
	close(go1)
	w := <-first
	if got := read(t, w); !strings.HasPrefix(got, "v1") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("who asked before: %.4s, %s", got, w.Header().Get("Cache-Control"))
	}
	for range 5 {
		if got := <-later; !strings.HasPrefix(got, "v2") {
			t.Errorf("who asked after the drop got %.4s", got)
		}
	}
	if n := renders.Load(); n != 2 {
		t.Errorf("%d renders of 2 versions", n)
	}
}

func TestSharedPartChangesWithoutRenderingThePage(t *testing.T) {
	var pageRenders, partRenders, feed atomic.Int64
	c := newCache(t, Options{Part: func(_ context.Context, name string) (Page, error) {
		partRenders.Add(1)
		return Page{Chunks: []Chunk{{Bytes: []byte(fmt.Sprint("[", name, " ", feed.Load(), "]"))}}, Tags: []fact.Tag{"newsfeed/x"}}, nil
	}})
	render := func(context.Context) (Page, error) {
		pageRenders.Add(1)
		p := text("begin", "article/a")
		p.Chunks = append(p.Chunks, Chunk{Part: "newsfeed:x"}, Chunk{Bytes: []byte("end")}, Chunk{Part: "newsfeed:x"})
		return p, nil
	}
	var before, last string
	for i := range 3 {
		before = last
		for _, path := range []string{"/a", "/b"} {
			for _, ae := range []string{"", "gzip", "br", "br"} {
				w := ask(t, c, Key{Path: path}, render, "Accept-Encoding", ae)
				got := read(t, w)
				if want := fmt.Sprintf("[newsfeed:x %d]", i); !strings.HasSuffix(got, want+"end"+want) {
					t.Fatalf("%s: %s", path, got)
				}
				if i > 0 && w.Header().Get("Etag") == before {
					t.Error("another version with the same ETag")
				}
				if path == "/b" && ae == "br" {
					last = w.Header().Get("Etag")
				}
			}
		}
		feed.Add(1)
		c.Drop(Keep, "newsfeed/x")
	}
	if pageRenders.Load() != 2 || partRenders.Load() != 3 {
		t.Errorf("%d renders of 2 pages, %d of a part in 3 versions", pageRenders.Load(), partRenders.Load())
	}
}

func TestOldBytesAreServedWhileTheStoreIsDownButNeverForgottenOnes(t *testing.T) {
	down := fault.New(fault.Unavailable, "fault.unavailable", "the database is away")
	var broken atomic.Bool
	part := atomic.Pointer[string]{}
	s := "feed one"
	part.Store(&s)
	c := newCache(t, Options{Part: func(context.Context, string) (Page, error) {
		if broken.Load() {
			return Page{}, down
		}
		return Page{Chunks: []Chunk{{Bytes: []byte(*part.Load())}}, Tags: []fact.Tag{"newsfeed/x"}}, nil
	}})
	render := func(words string, tags ...fact.Tag) Render {
		return func(context.Context) (Page, error) {
			if broken.Load() {
				return Page{}, fmt.Errorf("store: %w", down)
			}
			p := text(words, tags...)
			p.Chunks = append(p.Chunks, Chunk{Part: "newsfeed:x"})
			return p, nil
		}
	}
	a, b := Key{Path: "/a"}, Key{Path: "/b"}
	ra, rb := render("story a", "article/a"), render("story b", "article/b")
	ask(t, c, a, ra)
	ask(t, c, b, rb)
	broken.Store(true)
	if w := ask(t, c, a, ra); w.Code != 200 {
		t.Errorf("what is current needs no store: %d", w.Code)
	}
	c.Drop(Keep, "article/a")
	w := ask(t, c, a, ra, "Accept-Encoding", "gzip")
	if got := read(t, w); w.Code != 200 || !strings.HasPrefix(got, "story a") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("updated: %d %.9s %v", w.Code, got, w.Header())
	}
	if w := ask(t, c, Key{Path: "/never"}, ra); w.Code != 500+int(fault.Unavailable) {
		t.Errorf("never served before: %d", w.Code)
	}
	c.Drop(Keep, "newsfeed/x")
	if w := ask(t, c, b, rb); w.Code != 200 || !strings.HasSuffix(read(t, w), "feed one") {
		t.Errorf("with an old part: %d", w.Code)
	}
	c.Drop(Forget, "article/a")
	if w := ask(t, c, a, ra); w.Code == 200 {
		t.Error("a withdrawn story was served again")
	}
	c.Drop(Forget, "newsfeed/x")
	if w := ask(t, c, b, rb); w.Code == 200 {
		t.Error("a page with a withdrawn story in its newsfeed was served again")
	}
	broken.Store(false)
	s2 := "feed two"
	part.Store(&s2)
	if got := read(t, ask(t, c, b, rb)); !strings.HasSuffix(got, "feed two") {
		t.Errorf("after the store came back: %s", got)
	}
}

func TestClientThatGoesDoesNotSpoilTheRenderForOthers(t *testing.T) {
	c := newCache(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest("GET", "/a", nil).WithContext(ctx)
	err := c.Serve(httptest.NewRecorder(), r, Key{Path: "/a"}, func(ctx context.Context) (Page, error) { return text("x"), ctx.Err() })
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if w := ask(t, c, Key{Path: "/a"}, func(context.Context) (Page, error) { return Page{}, errors.New("rendered again") }); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPanicInARenderIsAnErrorForAllWhoWait(t *testing.T) {
	c := newCache(t, Options{})
	if w := ask(t, c, Key{Path: "/a"}, func(context.Context) (Page, error) { panic("no") }); w.Code == 200 {
		t.Error("answered")
	}
	if w := ask(t, c, Key{Path: "/a"}, always(text("x"))); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
}

// missing renders an address that leads nowhere.
func missing(path string, renders *atomic.Int64) Render {
	return func(context.Context) (Page, error) {
		renders.Add(1)
		return Page{Life: time.Minute, Tags: []fact.Tag{fact.TagPath("", path)},
			Like: &Like{Key: Key{Host: "\x00nowhere"}, Render: func(context.Context) (Page, error) {
				p := text("nothing here")
				p.Status = 404
				return p, nil
			}}}, nil
	}
}

func TestAddressesThatLeadNowhereCostLittleAndPushNothingOut(t *testing.T) {
	clock := moment.At(noon)
	c := newCache(t, Options{Bytes: 4 << 20, Clock: clock})
	var pages, misses atomic.Int64
	page := func(context.Context) (Page, error) { pages.Add(1); return text("page"), nil }
	for i := range 100 {
		ask(t, c, Key{Path: fmt.Sprint("/page", i)}, page)
	}
	for i := range 20_000 {
		path := fmt.Sprint("/no/", i)
		if w := ask(t, c, Key{Path: path}, missing(path, &misses)); w.Code != 404 || w.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
	}
	for i := range 100 {
		ask(t, c, Key{Path: fmt.Sprint("/page", i)}, page)
	}
	if pages.Load() != 100 {
		t.Errorf("%d renders of 100 pages: nonsense pushed some out", pages.Load())
	}
	if s := c.Stats(); s.Bytes > 4<<20 || s.Missing > 1000 || s.Missing < 100 {
		t.Errorf("%+v", s)
	}
	before := misses.Load()
	ask(t, c, Key{Path: "/no/19999"}, missing("/no/19999", &misses))
	if misses.Load() != before {
		t.Error("asked again though it was known to lead nowhere")
	}
	c.Drop(Keep, fact.TagPath("", "/no/19999"))
	if w := ask(t, c, Key{Path: "/no/19999"}, always(text("published"))); w.Code != 200 {
		t.Errorf("a new address: %d", w.Code)
	}
	clock.Forward(2 * time.Minute)
	if w := ask(t, c, Key{Path: "/no/19998"}, always(text("published"))); w.Code != 200 {
		t.Errorf("after a while: %d", w.Code)
	}
}

func TestMemoryIsBoundedAndWhatIsAskedForStays(t *testing.T) {
	const bound = 2 << 20
	c := newCache(t, Options{Bytes: bound})
	var renders sync.Map
	page := func(path string) Render {
		return func(context.Context) (Page, error) {
			n, _ := renders.LoadOrStore(path, new(atomic.Int64))
			n.(*atomic.Int64).Add(1)
			return text(path + strings.Repeat("x", 8000)), nil
		}
	}
	for i := range 3000 {
		ask(t, c, Key{Path: "/hot"}, page("/hot"), "Accept-Encoding", "gzip")
		path := fmt.Sprint("/p", i)
		ask(t, c, Key{Path: path}, page(path), "Accept-Encoding", "br")
		ask(t, c, Key{Path: "/list", Query: fmt.Sprint("after=", i)}, page("/list?"))
		if i%500 == 0 {
			if s := c.Stats(); s.Bytes > bound {
				t.Fatalf("%d bytes are held", s.Bytes)
			}
		}
	}
	n, _ := renders.Load("/hot")
	if got := n.(*atomic.Int64).Load(); got != 1 {
		t.Errorf("the page that is always asked for was rendered %d times", got)
	}
	if s := c.Stats(); s.Pages < 100 {
		t.Errorf("%+v", s)
	}
	c.Drop(Forget, fact.TagAll)
	if s := c.Stats(); s.Bytes > 0 || s.Pages > 0 || len(c.index[fact.TagAll]) > 0 || len(c.index) > 1 {
		t.Errorf("after everything was forgotten: %+v, index %d", s, len(c.index))
	}
}

func TestHotPageIsCompressedBetterAndStaysTheSame(t *testing.T) {
	c := newCache(t, Options{Clock: moment.System{}})
	var b bytes.Buffer
	for i := range 1000 {
		fmt.Fprintf(&b, "<p>%d paragraph %d of %d</p>", i*7919%1000, i, i*i)
	}
	key, p := Key{Path: "/a"}, Page{Chunks: []Chunk{{Bytes: b.Bytes()}}}
	first := ask(t, c, key, always(p), "Accept-Encoding", "br")
	deadline := time.Now().Add(time.Minute)
	for {
		w := ask(t, c, key, always(p), "Accept-Encoding", "br")
		if w.Header().Get("Etag") != first.Header().Get("Etag") {
			t.Fatal("the ETag changed")
		}
		if c.pages[key].answer.Load().coded[brotlied].Load().level == best {
			if w = ask(t, c, key, always(p), "Accept-Encoding", "br"); w.Body.Len() >= first.Body.Len() || read(t, w) != b.String() {
				t.Errorf("%d bytes, first %d", w.Body.Len(), first.Body.Len())
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("never compressed better")
		}
	}
}

func TestSurrogateKeysNameThePartsToo(t *testing.T) {
	c := newCache(t, Options{KeyHeader: "Surrogate-Key", SharedAge: time.Hour, Part: func(context.Context, string) (Page, error) {
		return Page{Chunks: []Chunk{{Bytes: []byte("x")}}, Tags: []fact.Tag{"newsfeed/x"}}, nil
	}})
	p := text("x", "article/a", fact.TagPath("", "/what?strangers typed"))
	p.Chunks = append(p.Chunks, Chunk{Part: "newsfeed:x"})
	h := ask(t, c, Key{Path: "/a"}, always(p)).Header()
	if h.Get("Surrogate-Key") != "all newsfeed/x article/a" || !strings.Contains(h.Get("Cache-Control"), "s-maxage=3600") {
		t.Errorf("%v", h)
	}
}

func TestComposeKeepsNothing(t *testing.T) {
	c := newCache(t, Options{})
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/search?q=x", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if err := c.Compose(w, r, text("found")); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(read(t, w), "found") || w.Header().Get("Cache-Control") != "no-store" || c.Stats().Bytes != 0 {
		t.Errorf("%v %+v", w.Header(), c.Stats())
	}
}
