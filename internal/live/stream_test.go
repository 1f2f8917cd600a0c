package live

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

const (
	feed  = fact.Topic("newsfeed:international")
	alert = fact.Topic("alerts:international")
	story = fact.Topic("article:0000000000abc")
)

func TestAnOpenPageHearsOfAPublication(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	c := s.follow("", feed)
	defer c.close()
	hello := c.hello()
	for k, want := range map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store",
		"X-Accel-Buffering": "no", "Content-Security-Policy": "default-src 'none'",
	} {
		if got := c.header.Get(k); got != want {
			t.Errorf("%s is %q, not %q", k, got, want)
		}
	}
	s.room.tell(nil, published(feed, "a1"))
	e := c.next()
	if want := `{"topic":"newsfeed:international","seq":1,"kind":"published","at":"2026-03-10T09:05:00Z","item":{"id":"a1","url":"/a/a1","headline":"Words of a1"}}`; e.data != want || e.name != "published" {
		t.Errorf("event %s\n got %s\nwant %s", e.name, e.data, want)
	}
	if e.id == hello.id || e.id == "" {
		t.Errorf("the id is %q, at connect it was %q", e.id, hello.id)
	}
	if n := s.hub.Load().Count(feed); n != 1 {
		t.Errorf("%d readers", n)
	}
}

func TestAReaderThatGotNothingResumesByTheIDOfConnect(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	c := s.follow("", feed, alert)
	id := c.hello().id
	c.close()
	s.room.tell(nil, published(feed, "a1"), published(alert, "b1"))
	req, _ := http.NewRequest("GET", address(s.url, "forged", feed, alert), nil)
	req.Header.Set("Last-Event-ID", id) // wins over after
	res, err := plainClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	d := &stream{t: t, body: res.Body, r: bufio.NewReader(res.Body)}
	defer d.close()
	got := map[fact.Topic]int64{}
	for range 2 {
		e := d.next()
		got[e.message.Topic] += e.message.Seq
	}
	if got[feed] != 1 || got[alert] != 1 {
		t.Errorf("resumed with %v", got)
	}
}

func TestAPageResumesFromWhereItWasRendered(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	h := s.hub.Load()
	s.room.tell(nil, published(feed, "a1"))
	at, err := h.Position(context.Background(), feed, story)
	if err != nil {
		t.Fatal(err)
	}
	s.room.tell(nil, published(feed, "a2"), published(story, "a2"))
	c := s.follow(at, story, feed) // in another order
	defer c.close()
	got := map[fact.Topic]int64{}
	for range 2 {
		e := c.next()
		got[e.message.Topic] = e.message.Seq
	}
	if got[feed] != 2 || got[story] != 1 {
		t.Errorf("resumed with %v", got)
	}
}

func TestWhatCannotBeProvenIsAnsweredWithAReset(t *testing.T) {
	room := newNewsroom()
	for i := range 40 {
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
	}
	s := open(t, room, Options{Ring: 8, Replay: 20})
	now := epochSum("one")
	at := func(epoch uint64, pos int64, topic fact.Topic) string {
		return string(appendPoint(nil, epoch, 1, func(int) place { return place{topicSum(topic), pos} }))
	}
	room.sweep(feed, 25)
	for name, after := range map[string]string{
		"forged":             "no-such-point",
		"of another epoch":   at(epochSum("two"), 39, feed),
		"in the future":      at(now, 41, feed),
		"far in the future":  at(now, 1<<62, feed),
		"of another topic":   at(now, 39, alert),
		"too long ago":       at(now, 3, feed),
		"swept":              at(now, 22, feed),
		"of a part of topic": at(now, 39, feed) + "A",
	} {
		t.Run(name, func(t *testing.T) {
			c := s.follow(after, feed)
			defer c.close()
			e := c.next()
			m := e.message
			if e.name != reset || e.id == "" || m.Topic != feed || m.Seq != 40 || m.Kind != reset || m.At.IsZero() || string(m.Item) != "{}" || !strings.HasSuffix(e.data, `"positions":{"newsfeed:international":40}}`) {
				t.Fatalf("began with %+v", e)
			}
			d := s.follow(e.id, feed)
			defer d.close()
			if hello := d.hello(); hello.id != e.id || hello.name != "" {
				t.Errorf("after the reset: %+v", hello)
			}
		})
	}
	if n := s.hub.Load().Counters.Resets.Load(); n != 8 {
		t.Errorf("%d resets counted", n)
	}
}

func TestOneTopicThatCannotBeProvenResetsTheWholeStreamOnce(t *testing.T) {
	room := newNewsroom()
	room.tell(nil, published(feed, "a1"), published(alert, "b1"))
	s := open(t, room, Options{})
	c := s.follow(string(appendPoint(nil, epochSum("one"), 1, func(int) place { return place{topicSum(feed), 0} })), feed, alert)
	defer c.close()
	if e := c.hello(); e.name != reset {
		t.Fatalf("began with %+v", e)
	}
	room.tell(nil, published(alert, "b2"))
	if e := c.next(); e.message.Topic != alert || e.message.Seq != 2 {
		t.Errorf("then %+v", e)
	}
}

func TestRequestsThatCannotBeAnsweredAreRefusedInWords(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	eleven := make([]fact.Topic, 11)
	for i := range eleven {
		eleven[i] = fact.Chat(fmt.Sprint("room", i))
	}
	for name, c := range map[string]struct {
		at     string
		status int
	}{
		"no topic":          {s.url + "/events", 400},
		"eleven":            {address(s.url, "", eleven...), 400},
		"twice":             {address(s.url, "", feed, feed), 400},
		"unknown kind":      {address(s.url, "", "weather:moscow"), 400},
		"the house":         {address(s.url, "", fact.House), 400},
		"malformed":         {address(s.url, "", "chat:a b\r\nX: y"), 400},
		"query":             {s.url + "/events?topic=%zz", 400},
		"staff only":        {address(s.url, "", feed, "desk:international"), 404},
		"stretch of nobody": {s.url + "/events/weather:moscow", 400},
		"stretch of staff":  {s.url + "/events/desk:international", 404},
		"stretch from -1":   {s.url + "/events/chat:a?after=-1", 400},
		"stretch from 01":   {s.url + "/events/chat:a?after=01", 400},
		"other path":        {s.url + "/events/chat:a/b", 404},
	} {
		res, err := plainClient.Get(c.at)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status || len(text) == 0 || bytes.Contains(text, []byte("\nX")) {
			t.Errorf("%s: %d %q", name, res.StatusCode, text)
		}
	}
	res, err := plainClient.Post(address(s.url, "", feed), "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 405 {
		t.Errorf("POST: %s", res.Status)
	}
	res, err = plainClient.Head(address(s.url, "", feed))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") == "" {
		t.Errorf("HEAD: %s", res.Status)
	}
	h := s.hub.Load()
	s.eventually("nothing is left of them", func() bool { return h.Counters.Readers.Load() == 0 && refs(h) == 0 })
}

// refs counts what readers hold.
func refs(h *Hub) int {
	n := 0
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, c := range h.topics {
		n += c.refs
	}
	return n
}

func TestStaffTopicsAreForThoseWhoMayAndAreAskedForAgain(t *testing.T) {
	desk := fact.Desk("international")
	s := open(t, newNewsroom(), Options{PrivateAge: 50 * time.Millisecond, Heartbeat: 90 * time.Millisecond,
		Allow: func(r *http.Request, topic fact.Topic) bool { return topic == desk && r.Header.Get("X-Staff") == "yes" }})
	req, _ := http.NewRequest("GET", address(s.url, "", desk, feed), nil)
	req.Header.Set("X-Staff", "yes")
	res, err := plainClient.Do(req)
	if err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body) // ends by itself
	if err != nil || !strings.HasSuffix(string(text), "\n\n") || strings.Count(string(text), "retry: ") != 2 {
		t.Errorf("%q, %v", text, err)
	}
}

func TestTheStreamsOfAnAddressAreLimited(t *testing.T) {
	s := open(t, newNewsroom(), Options{StreamsPerAddress: 2, Address: func(r *http.Request) netip.Addr {
		a, _ := netip.ParseAddr(r.URL.Query().Get("from"))
		return a
	}})
	get := func(from string) *http.Response {
		res, err := plainClient.Get(address(s.url, "", feed) + "&from=" + from)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	first := get("192.0.2.1")
	get("192.0.2.1")
	if res := get("192.0.2.1"); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
		t.Errorf("the third: %s", res.Status)
	}
	if res := get("192.0.2.2"); res.StatusCode != 200 {
		t.Errorf("another address: %s", res.Status)
	}
	get("2001:db8::1")
	get("2001:db8::2")
	if res := get("2001:db8::3"); res.StatusCode != 429 {
		t.Errorf("the third of one /64: %s", res.Status)
	}
	for range 5 {
		if res := get("127.0.0.1"); res.StatusCode != 200 {
			t.Errorf("loopback: %s", res.Status)
		}
	}
	first.Body.Close()
	h := s.hub.Load()
	s.eventually("a place is free again", func() bool {
		s.room.tell(nil, published(feed, "a")) // a write finds the closed connection
		h.doors.mu.Lock()
		defer h.doors.mu.Unlock()
		return h.doors.open[netip.MustParseAddr("192.0.2.1")] == 1
	})
	if res := get("192.0.2.1"); res.StatusCode != 200 {
		t.Errorf("after one left: %s", res.Status)
	}
}

func TestAReaderThatLeftIsNoticedWithoutAnEvent(t *testing.T) {
	s := open(t, newNewsroom(), Options{Heartbeat: 90 * time.Millisecond})
	h := s.hub.Load()
	c := s.follow("", feed)
	c.hello()
	if e, err := c.block(); err != nil || e.data != "" || e.id != "" {
		t.Fatalf("no heartbeat: %+v, %v", e, err)
	}
	c.close()
	s.eventually("it is gone", func() bool { return h.Count(feed) == 0 && h.Counters.Gone.Load() == 1 && refs(h) == 0 })
}

func TestHTTP2AndUnhijackableWritersAreServedToo(t *testing.T) {
	s := open(t, newNewsroom(), Options{Heartbeat: 50 * time.Millisecond})
	two := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.hub.Load().Handler(plainly).ServeHTTP(w, r) }))
	two.EnableHTTP2 = true
	two.Config.WriteTimeout = time.Second
	two.StartTLS()
	wrapped := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hub.Load().Handler(plainly).ServeHTTP(struct {
			http.ResponseWriter
			http.Flusher
		}{w, w.(http.Flusher)}, r)
	}))
	defer wrapped.Close()
	defer two.Close()
	one := two.Client().Transport.(*http.Transport).Clone()
	one.ForceAttemptHTTP2 = false
	one.TLSClientConfig.NextProtos = nil
	one.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	defer one.CloseIdleConnections()
	for name, c := range map[string]struct {
		base   string
		client *http.Client
	}{
		"HTTP/2":            {two.URL, two.Client()},
		"HTTP/1.1 over TLS": {two.URL, &http.Client{Transport: one}},
		"wrapped":           {wrapped.URL, plainClient},
	} {
		t.Run(name, func(t *testing.T) {
			h := s.hub.Load()
			before := len(s.room.topics[feed])
			st := connect(t, c.client, address(c.base, "", feed, alert))
			id := st.hello().id
			s.room.tell(nil, published(feed, "a"))
			if e := st.next(); e.message.Seq != int64(before+1) {
				t.Errorf("got %+v", e)
			}
			for {
				e, err := st.block()
				if err != nil {
					t.Fatal(err)
				}
				if e.data == "" && e.id == "" {
					break // a heartbeat
				}
			}
			st.close()
			s.eventually("it is gone", func() bool { return h.Count(feed) == 0 })
			s.room.tell(nil, published(feed, "b"))
			st = connect(t, c.client, address(c.base, id, feed, alert))
			for i := range 2 {
				if e := st.next(); e.message.Seq != int64(before+1+i) {
					t.Errorf("resumed with %+v", e)
				}
			}
			st.close()
			s.eventually("it is gone again", func() bool { return h.Count(feed) == 0 && refs(h) == 0 })
		})
	}
}

func TestCloseTellsEveryStreamWhenToComeBack(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	two := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.hub.Load().Handler(plainly).ServeHTTP(w, r) }))
	two.EnableHTTP2 = true
	two.StartTLS()
	defer two.Close()
	h := s.hub.Load()
	var streams []*stream
	for range 50 {
		streams = append(streams, s.follow("", feed))
	}
	for range 5 {
		streams = append(streams, connect(t, two.Client(), address(two.URL, "", feed)))
	}
	for _, c := range streams {
		c.hello()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := h.Close(ctx); err != nil {
		t.Fatal(err)
	}
	waits := map[string]bool{}
	for _, c := range streams {
		e, err := c.block()
		if err != nil || e.retry == "" {
			t.Fatalf("the last words are %+v, %v", e, err)
		}
		waits[e.retry] = true
		if _, err := c.block(); err != io.EOF {
			t.Errorf("it ends with %v", err)
		}
		c.close()
	}
	if len(waits) < 20 {
		t.Errorf("only %d different times to come back", len(waits))
	}
	if h.Counters.Readers.Load() != 0 {
		t.Errorf("%d readers left", h.Counters.Readers.Load())
	}
	res, err := plainClient.Get(address(s.url, "", feed))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("a new stream gets %s", res.Status)
	}
}

func TestACloseThatMayNotWaitStillEndsEverything(t *testing.T) {
	s := open(t, newNewsroom(), Options{})
	c := s.follow("", feed)
	defer c.close()
	c.hello()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.hub.Load().Close(ctx)
	for {
		if _, err := c.block(); err != nil {
			break
		}
	}
}
