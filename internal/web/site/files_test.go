package site

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/web/cache"
)

// warehouse is a store of files that can be dead, or wait, and counts who asks.
type warehouse struct {
	files map[string]string
	dead  atomic.Bool
	opens atomic.Int64
	wait  chan struct{} // nil waits for nothing
}

type opened struct{ *strings.Reader }

func (opened) Close() error { return nil }

func (w *warehouse) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	w.opens.Add(1)
	if w.wait != nil {
		<-w.wait
	}
	if w.dead.Load() {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "the files cannot be reached")
	}
	text, ok := w.files[key]
	if !ok {
		return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "file")
	}
	return opened{strings.NewReader(text)}, nil
}

const shownFile = "p/0pic000000001/w1280-aabbccdd.jpg"

func TestPicturesThatWereShownAreShownWhileTheirStoreIsDead(t *testing.T) {
	w := &warehouse{files: map[string]string{shownFile: "a picture"}}
	h := newHouse(t, func(o *Options) { o.Files = w })
	if got := h.get("/media/" + shownFile); got.Code != 200 || got.Body.String() != "a picture" {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	w.dead.Store(true)
	if got := h.get("/media/" + shownFile); got.Code != 200 || got.Body.String() != "a picture" {
		t.Errorf("with a dead store: %d %s", got.Code, got.Body)
	}
	if got := h.get("/media/"+shownFile, "Range", "bytes=2-8"); got.Code != 206 || got.Body.String() != "picture" {
		t.Errorf("a range of it: %d %s", got.Code, got.Body)
	}
	h.archive.pictures["0pic000000001"] = media.Picture{ID: "0pic000000001", KilledAt: noon}
	h.Cache().Drop(cache.Forget, fact.TagPicture("0pic000000001"))
	if got := h.get("/media/" + shownFile); got.Code != 410 {
		t.Errorf("killed: %d", got.Code)
	}
	h.archive.pictures["0pic000000001"] = media.Picture{ID: "0pic000000001"}
	h.Cache().Drop(cache.Forget, fact.TagPicture("0pic000000001"))
	if got := h.get("/media/" + shownFile); got.Code == 200 {
		t.Error("a killed picture still lies in memory")
	}
}

func TestManyWhoAskForOneFileReadItOnce(t *testing.T) {
	w := &warehouse{files: map[string]string{shownFile: "a picture"}, wait: make(chan struct{})}
	h := newHouse(t, func(o *Options) { o.Files = w })
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			if got := h.get("/media/" + shownFile); got.Code != 200 {
				t.Errorf("%d", got.Code)
			}
		})
	}
	close(w.wait) // whoever comes later finds it in memory
	readers.Wait()
	if n := w.opens.Load(); n != 1 {
		t.Errorf("%d readings", n)
	}
}
