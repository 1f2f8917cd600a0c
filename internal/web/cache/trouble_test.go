package cache

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// slow is a store that can be made to hang: whoever asks it waits until the render's time is over.
type slow struct {
	hangs atomic.Bool
	asked atomic.Int64
	words atomic.Pointer[string]
}

func (s *slow) say(words string) { s.words.Store(&words) }

func (s *slow) render(tags ...fact.Tag) Render {
	return func(ctx context.Context) (Page, error) {
		s.asked.Add(1)
		if s.hangs.Load() {
			<-ctx.Done()
			return Page{}, fmt.Errorf("store: interrupted") // as some drivers say
		}
		return text(*s.words.Load(), tags...), nil
	}
}

func TestOneAskerFindsOutWhetherAHangingStoreIsBackAndTheOthersDoNotWait(t *testing.T) {
	clock := moment.At(noon)
	c := newCache(t, Options{Clock: clock, Within: 5 * time.Millisecond})
	var s slow
	s.say("old")
	keys := []Key{{Path: "/a"}, {Path: "/b"}, {Path: "/c"}}
	renders := map[Key]Render{keys[0]: s.render("a"), keys[1]: s.render("b"), keys[2]: s.render("c", "wrong")}
	for _, k := range keys {
		ask(t, c, k, renders[k])
	}
	c.Drop(Keep, "a", "b", "c")
	s.hangs.Store(true)
	old := func(k Key) {
		t.Helper()
		if w := ask(t, c, k, renders[k]); w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(read(t, w), "old") {
			t.Errorf("%s: %d %v", k.Path, w.Code, w.Header())
		}
	}
	before := s.asked.Load()
	for range 20 {
		for _, k := range keys {
			old(k)
		}
	}
	if n := s.asked.Load() - before; n != 1 {
		t.Errorf("%d of 60 askers waited for a store that hangs", n)
	}
	clock.Forward(backOff)
	for range 20 {
		old(keys[1])
	}
	if n := s.asked.Load() - before; n != 2 {
		t.Errorf("%d asked, want one more after a while", n)
	}
	c.Drop(Forget, "wrong")
	if w := ask(t, c, keys[2], renders[keys[2]]); w.Code == 200 {
		t.Error("what was withdrawn is served while the store hangs")
	}
	s.hangs.Store(false)
	s.say("new")
	clock.Forward(backOff)
	for _, k := range keys {
		if w := ask(t, c, k, renders[k]); w.Code != 200 || !strings.HasPrefix(read(t, w), "new") {
			t.Errorf("%s when the store is back: %d", k.Path, w.Code)
		}
	}
}

func TestWhatIsDroppedAfterAFailureIsAskedForAtOnce(t *testing.T) {
	c := newCache(t, Options{Within: 5 * time.Millisecond})
	var s slow
	s.say("one")
	key, render := Key{Path: "/a"}, s.render("a")
	ask(t, c, key, render)
	c.Drop(Keep, "a")
	s.hangs.Store(true)
	ask(t, c, key, render) // the old copy, after a failed render
	s.hangs.Store(false)
	s.say("two")
	c.Drop(Keep, "a") // a publication: the store works again
	if w := ask(t, c, key, render); !strings.HasPrefix(read(t, w), "two") {
		t.Error("after a publication an older copy was served")
	}
}

func TestADecisionIsRecalledWithoutWaitingWhileTheStoreHangs(t *testing.T) {
	c := newCache(t, Options{Within: 5 * time.Millisecond})
	var s slow
	s.say("yes")
	key := Key{Path: "/decision"}
	for range 2 {
		if _, err := c.Recall(t.Context(), key, s.render("d")); err != nil {
			t.Fatal(err)
		}
	}
	c.Drop(Keep, "d")
	s.hangs.Store(true)
	before := s.asked.Load()
	for range 20 {
		if p, err := c.Recall(t.Context(), key, s.render("d")); err != nil || len(p.Chunks) != 1 {
			t.Fatal(err)
		}
	}
	if n := s.asked.Load() - before; n != 1 {
		t.Errorf("%d of 20 waited", n)
	}
	c.Drop(Forget, "d")
	if _, err := c.Recall(t.Context(), key, s.render("d")); err == nil {
		t.Error("a forgotten decision was recalled")
	}
}

func TestAPageThatIsNotThereDoesNotMakeTheStoreSeemAway(t *testing.T) {
	c := newCache(t, Options{})
	none := func(context.Context) (Page, error) {
		return Page{}, fault.New(fault.NotFound, "fault.not_found", "none")
	}
	ask(t, c, Key{Path: "/none"}, none)
	if c.trouble.Load() != 0 {
		t.Error("a 404 counts as trouble")
	}
}

func TestAPartWhoseLifeEndedIsMadeAnew(t *testing.T) {
	clock := moment.At(noon)
	var made atomic.Int64
	c := newCache(t, Options{Clock: clock, Part: func(context.Context, string) (Page, error) {
		return Page{Chunks: []Chunk{{Bytes: fmt.Appendf(nil, "part %d", made.Add(1))}}, Life: time.Second}, nil
	}})
	p := text("x", "a")
	p.Chunks = append(p.Chunks, Chunk{Part: "newsfeed:x"})
	for _, want := range []string{"part 1", "part 1", "part 2"} {
		if w := ask(t, c, Key{Path: "/a"}, always(p)); !strings.HasSuffix(read(t, w), want) {
			t.Errorf("not %s", want)
		}
		if want == "part 1" {
			clock.Forward(600 * time.Millisecond)
		}
	}
}

func TestSurrogateKeysFitIntoTheHeadThatProxiesRead(t *testing.T) {
	c := newCache(t, Options{KeyHeader: "Surrogate-Key"})
	tags := []fact.Tag{"front/en", "edition/en"}
	for n := range 300 {
		tags = append(tags, fact.TagArticle(fmt.Sprintf("0abc%09d", n)), fact.TagPicture(fmt.Sprintf("0pic%09d", n)))
	}
	slices.Sort(tags)
	names := ask(t, c, Key{Path: "/"}, always(text("x", tags...))).Header().Get("Surrogate-Key")
	if len(names) > maxSurrogates || len(names) < maxSurrogates-40 {
		t.Errorf("%d bytes of names", len(names))
	}
	for _, want := range []string{"front/en", "edition/en", "all"} {
		if !slices.Contains(strings.Fields(names), want) {
			t.Errorf("%s is not among them: %s", want, names)
		}
	}
}

func TestA304HasTheHeadersOfThePageButNotOfItsBytes(t *testing.T) {
	c := newCache(t, Options{KeyHeader: "Surrogate-Key"})
	p := text("x", "article/a")
	p.Header = http.Header{"Content-Type": {"text/html"}, "Content-Language": {"es"}, "Content-Security-Policy": {"default-src 'self'"}, "Link": {"</x>; rel=hub"}, "Cache-Control": {"public, max-age=9"}}
	key := Key{Path: "/a"}
	etag := ask(t, c, key, always(p)).Header().Get("Etag")
	h := ask(t, c, key, always(p), "If-None-Match", etag).Header()
	for name, want := range map[string]string{"Content-Security-Policy": "default-src 'self'", "Link": "</x>; rel=hub", "Cache-Control": "public, max-age=9", "Surrogate-Key": "all article/a", "Vary": "Accept-Encoding",
		"Content-Type": "", "Content-Language": "", "Content-Length": ""} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
