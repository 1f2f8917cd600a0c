package site

import (
	"strings"
	"testing"

	"dateline/internal/fact"
	"dateline/internal/web/cache"
)

func TestTheNewestOfASectionAreReadOnceBetweenTwoDrops(t *testing.T) {
	h := newHouse(t)
	more := func(path, headline string) bool {
		t.Helper()
		_, after, found := strings.Cut(h.get(path).Body.String(), `id="more-title"`)
		return found && strings.Contains(after[:strings.Index(after, "</section>")], headline)
	}
	if !more("/world/ferry-strike", "Tram line opens") {
		t.Fatal("no other story stands under a story")
	}
	before := h.archive.asked.Load()
	h.get("/world/tram-line")
	second := h.archive.asked.Load() - before

	h.archive.mu.Lock()
	h.archive.items = append(h.archive.items, story(50, "international", "s1", "flash", "A flash from the harbour"))
	h.archive.mu.Unlock()
	h.Cache().Drop(cache.Keep, fact.TagArticle(id(50)), fact.TagNewsfeed("international"))
	h.Cache().Drop(cache.Forget, fact.TagArticle(id(1)), fact.TagArticle(id(2)))
	if !more("/world/ferry-strike", "A flash from the harbour") {
		t.Error("what was published before a page was rendered is not under it")
	}
	h.Cache().Drop(cache.Keep, "something/else")
	h.get("/mundo/tranvia")
	before = h.archive.asked.Load()
	h.get("/world/tram-line")
	if again := h.archive.asked.Load() - before; again != second+1 {
		t.Errorf("after a drop a story costs %d questions, before it cost %d", again, second)
	}
}
