package site

import (
	"net/http/httptest"
	"strings"
	"testing"

	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/web/cache"
)

// long gives the first story 600 words.
func long(h *house) {
	h.archive.change(id(1), func(i *news.Item) {
		i.Body = body.FromText(strings.Repeat("Crews will sail the morning timetable again while both sides study an offer on night pay that neither would describe. ", 30))
	})
}

func BenchmarkArticleNotInCache(b *testing.B) {
	h := newHouse(b)
	long(h)
	r := httptest.NewRequest("GET", "http://news.example/world/ferry-strike", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	b.ReportAllocs()
	for b.Loop() {
		h.Cache().Drop(cache.Keep, fact.TagArticle(id(1)))
		w := httptest.NewRecorder()
		h.gate.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
		b.ReportMetric(float64(w.Body.Len()), "bytes")
	}
}

func BenchmarkArticleWithANewColumn(b *testing.B) {
	h := newHouse(b)
	long(h)
	r := httptest.NewRequest("GET", "http://news.example/world/ferry-strike", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	for b.Loop() {
		h.Cache().Drop(cache.Keep, fact.TagNewsfeed("international"))
		w := httptest.NewRecorder()
		h.gate.ServeHTTP(w, r)
	}
}

func BenchmarkArticleInCacheThroughTheGate(b *testing.B) {
	h := newHouse(b)
	r := httptest.NewRequest("GET", "http://news.example/world/ferry-strike", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	h.gate.ServeHTTP(httptest.NewRecorder(), r)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		w.Body.Reset()
		h.gate.ServeHTTP(w, r)
	}
}
