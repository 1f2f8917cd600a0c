package live

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestAWhisperReachesWhoIsThereAndIsNeverReplayed(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	wrapped := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // a stream with a goroutine of its own
		s.hub.Load().Handler(plainly).ServeHTTP(struct {
			http.ResponseWriter
			http.Flusher
		}{w, w.(http.Flusher)}, r)
	}))
	defer wrapped.Close()
	streams := []*stream{s.follow("", feed), connect(t, plainClient, address(wrapped.URL, "", feed)), s.follow("", alert)}
	for _, c := range streams {
		defer c.close()
		c.hello()
	}
	at := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	item := json.RawMessage(`{"id":"a1","by":"x"}`)
	h := s.hub.Load()
	s.room.tell(nil, published(feed, "a0"))
	for _, c := range streams[:2] { // whoever got this has his seat
		c.next()
	}
	if err := h.Whisper(feed, "present", at, item); err != nil {
		t.Fatal(err)
	}
	var last string
	for _, c := range streams[:2] {
		said := c.next()
		if want := `{"topic":"newsfeed:international","kind":"present","at":"2026-03-10T09:00:00Z","item":{"id":"a1","by":"x"}}`; said.data != want || said.name != "present" || said.id != "" {
			t.Errorf("heard %+v\nwant %s", said, want)
		}
	}
	s.room.tell(nil, published(feed, "a1"), published(alert, "b1"))
	for _, c := range streams[:2] {
		next := c.next() // the whisper moved no position
		if next.message.Seq != 2 || next.id == "" {
			t.Errorf("then %+v", next)
		}
		last = next.id
	}
	if e := streams[2].next(); e.message.Topic != alert {
		t.Errorf("who follows something else heard %+v", e)
	}
	again := s.follow(last, feed)
	defer again.close()
	again.hello()
	s.room.tell(nil, published(feed, "a2"))
	if e := again.next(); e.message.Seq != 3 || e.name != "published" {
		t.Errorf("it was replayed: %+v", e)
	}
	if err := h.Whisper(feed, "Not a kind", at, item); err == nil {
		t.Error("a kind that is none was whispered")
	}
	if err := h.Whisper("desk:nobody", "present", at, item); err != nil {
		t.Error(err)
	}
}

func TestWhatIsSaidOnTheBusIsHeardHereAndElsewhere(t *testing.T) {
	_, addr := elsewhere(t, 0)
	one, two := openBus(t, addr), openBus(t, addr)
	heard := make(chan string, 10)
	one.Hear("presence", func(b []byte) { heard <- "one " + string(b) })
	two.Hear("presence", func(b []byte) { heard <- "two " + string(b) })
	for _, b := range []*Bus{one, two} {
		eventually(t, "it is connected", func() bool { return b.Check(t.Context()) == nil })
	}
	one.Say("presence", []byte("here"))
	if got := <-heard; got != "one here" {
		t.Errorf("first %q: who says it hears it before it goes on", got)
	}
	select {
	case got := <-heard:
		if got != "two here" {
			t.Errorf("%q", got)
		}
	case <-time.After(30 * time.Second):
		t.Error("the other node heard nothing")
	}
}
