package cache

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/internal/fact"
)

// told is a cache in front that notes what it is told.
type told struct {
	mu   sync.Mutex
	keys []string
}

func (c *told) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Method == "PURGE" {
		c.keys = append(c.keys, strings.Fields(r.Header.Get("xkey"))...)
	}
}

func (c *told) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.keys)
}

func TestCachesInFrontKnowAllThatIsStaleWhenDropReturns(t *testing.T) {
	one, two := &told{}, &told{}
	a, b := httptest.NewServer(one), httptest.NewServer(two)
	defer a.Close()
	defer b.Close()
	f := NewInFront("xkey", slog.New(slog.DiscardHandler), a.URL, "http://127.0.0.1:1", b.URL)
	defer f.Close()
	var tags []fact.Tag
	var want []string
	for n := range 300 {
		tag := fact.TagArticle(strings.Repeat("a", n%40+1))
		tags, want = append(tags, tag), append(want, string(tag))
	}
	tags = append(tags, fact.TagPath("host", "/typed"), "two words")
	f.Drop(tags...)
	if !slices.Equal(one.all(), want) || !slices.Equal(two.all(), want) {
		t.Errorf("they know %d and %d of %d keys", len(one.all()), len(two.all()), len(want))
	}
	for _, k := range keysOf(tags) {
		if len(k) > maxSurrogates {
			t.Errorf("a head of %d bytes", len(k))
		}
	}
}

func TestACacheInFrontThatRefusesIsAskedAgainAtTheNextChange(t *testing.T) {
	c := &told{}
	var refuses atomic.Bool
	refuses.Store(true)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuses.Load() {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		c.ServeHTTP(w, r)
	}))
	defer s.Close()
	f := NewInFront("xkey", slog.New(slog.DiscardHandler), s.URL)
	defer f.Close()
	f.Drop(fact.TagAll)
	refuses.Store(false)
	f.Drop(fact.TagSitemap())
	if got := c.all(); !slices.Equal(got, []string{"sitemap"}) {
		t.Errorf("%q", got)
	}
}
