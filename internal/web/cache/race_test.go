package cache

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/fact"
)

// newsroom is a store of numbered versions: articles, and a feed that shows the newest of them.
type newsroom struct {
	versions [8]atomic.Int64
	feed     atomic.Int64
	renders  [8]atomic.Int64
	parts    atomic.Int64
}

func (n *newsroom) article(i int) Render {
	return func(context.Context) (Page, error) {
		n.renders[i].Add(1)
		v := n.versions[i].Load()
		if v%3 == 0 {
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond) // widens the windows; nothing waits for it
		}
		return Page{Tags: []fact.Tag{fact.TagArticle(strconv.Itoa(i))},
			Chunks: []Chunk{{Bytes: fmt.Appendf(nil, "%d|%s|", v, strings.Repeat("text ", 100))}, {Part: "feed"}}}, nil
	}
}

func (n *newsroom) part(context.Context, string) (Page, error) {
	n.parts.Add(1)
	return Page{Tags: []fact.Tag{"newsfeed/x"}, Chunks: []Chunk{{Bytes: strconv.AppendInt(nil, n.feed.Load(), 10)}}}, nil
}

// parse gives the versions of the article and of the feed in an answer.
func parse(t *testing.T, s string) (article, feed int64) {
	t.Helper()
	f := strings.Split(s, "|")
	if len(f) != 3 {
		t.Errorf("half a page: %q", s)
		return 0, 0
	}
	a, err1 := strconv.ParseInt(f[0], 10, 64)
	p, err2 := strconv.ParseInt(f[2], 10, 64)
	if err1 != nil || err2 != nil {
		t.Errorf("%v %v", err1, err2)
	}
	return a, p
}

func TestNobodyEverGetsAnOlderVersionAfterDropReturned(t *testing.T) {
	n := &newsroom{}
	c := newCache(t, Options{Part: n.part, Bytes: 1 << 20})
	var dropped [8]atomic.Int64 // the version whose drop has returned
	var feedDropped, drops [9]atomic.Int64
	stop := make(chan struct{})
	var readers sync.WaitGroup
	var answers atomic.Int64
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				i := rand.IntN(len(n.versions))
				atLeast, feedAtLeast := dropped[i].Load(), feedDropped[0].Load()
				w := ask(t, c, Key{Path: fmt.Sprint("/", i)}, n.article(i), "Accept-Encoding", []string{"", "gzip", "br"}[rand.IntN(3)])
				if w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
					return
				}
				a, f := parse(t, read(t, w))
				if a < atLeast || f < feedAtLeast {
					t.Errorf("article %d at least %d, feed %d at least %d", a, atLeast, f, feedAtLeast)
					return
				}
				answers.Add(1)
			}
		})
	}
	var writers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() {
			for k := range 300 {
				i := w*4 + rand.IntN(4)
				v := n.versions[i].Add(1)
				tags := []fact.Tag{fact.TagArticle(strconv.Itoa(i))}
				if w == 0 && k%2 == 0 {
					f := n.feed.Add(1)
					c.Drop(Keep, append(tags, "newsfeed/x")...)
					feedDropped[0].Store(f)
				} else {
					c.Drop(After(k%5 == 0), tags...)
				}
				drops[i].Add(1)
				dropped[i].Store(v)
				for seen := answers.Load(); answers.Load() < seen+5 && !t.Failed(); {
					time.Sleep(50 * time.Microsecond)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	for i := range n.renders {
		if r, d := n.renders[i].Load(), drops[i].Load(); r > d+1 {
			t.Errorf("article %d: %d renders of %d versions", i, r, d+1)
		}
	}
	t.Logf("%d answers, %d renders of the part in %d versions", answers.Load(), n.parts.Load(), n.feed.Load()+1)
	if n.parts.Load() > n.feed.Load()+1 {
		t.Errorf("%d renders of the part in %d versions", n.parts.Load(), n.feed.Load()+1)
	}
}

func TestHitAllocatesNothing(t *testing.T) {
	c := newCache(t, Options{})
	key := Key{Path: "/a"}
	for _, ae := range []string{"gzip, deflate, br", "gzip;q=0.5, br;q=0.4", ""} {
		ask(t, c, key, always(text("x")), "Accept-Encoding", ae)
		r := httptest.NewRequest("GET", "/a", nil)
		r.Header.Set("Accept-Encoding", ae)
		w := &nowhere{h: http.Header{}}
		if n := testing.AllocsPerRun(100, func() {
			clear(w.h)
			if !c.Hit(w, r, key) {
				t.Fatal("no hit")
			}
		}); n > 0 {
			t.Errorf("%q: %v allocations", ae, n)
		}
	}
}

// nowhere is a ResponseWriter that keeps nothing.
type nowhere struct{ h http.Header }

func (w *nowhere) Header() http.Header         { return w.h }
func (w *nowhere) WriteHeader(int)             {}
func (w *nowhere) Write(b []byte) (int, error) { return len(b), nil }

func BenchmarkHit(b *testing.B) {
	c := newCache(b, Options{})
	key := Key{Path: "/a"}
	r := httptest.NewRequest("GET", "/a", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	ask(b, c, key, always(text("x")), "Accept-Encoding", "br")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		w := &nowhere{h: http.Header{}}
		for pb.Next() {
			clear(w.h)
			c.Hit(w, r, key)
		}
	})
}

// over measures h behind net/http on a real connection.
func over(b *testing.B, h http.Handler) {
	s := httptest.NewServer(h)
	defer s.Close()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
		defer client.CloseIdleConnections()
		for pb.Next() {
			req, _ := http.NewRequest("GET", s.URL+"/a", nil)
			req.Header.Set("Accept-Encoding", "gzip")
			res, err := client.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
	})
}

// body is 12 KB that no compressor makes smaller.
func body() []byte {
	out := make([]byte, 12<<10)
	for i := range out {
		out[i] = byte(rand.Uint32())
	}
	return out
}

func BenchmarkOverNetHTTPFromCache(b *testing.B) {
	c := newCache(b, Options{})
	p := Page{Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Chunks: []Chunk{{Bytes: body()}}}
	over(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key := (Key{Path: r.URL.Path}); !c.Hit(w, r, key) {
			_ = c.Serve(w, r, key, always(p))
		}
	}))
}

func BenchmarkOverNetHTTPBare(b *testing.B) {
	data := body()
	over(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Content-Type"] = []string{"text/html; charset=utf-8"}
		h["Content-Length"] = []string{strconv.Itoa(len(data))}
		_, _ = w.Write(data)
	}))
}

func BenchmarkMissWithCompression(b *testing.B) {
	c := newCache(b, Options{})
	p := Page{Tags: []fact.Tag{"t"}, Chunks: []Chunk{{Bytes: []byte(strings.Repeat("<p>Ferry crews suspend strike after a night of talks.</p>\n", 600))}}}
	r := httptest.NewRequest("GET", "/a", nil)
	r.Header.Set("Accept-Encoding", "br")
	w := &nowhere{h: http.Header{}}
	for b.Loop() {
		clear(w.h)
		c.Drop(Keep, "t")
		if err := c.Serve(w, r, Key{Path: "/a"}, always(p)); err != nil {
			b.Fatal(err)
		}
	}
}
