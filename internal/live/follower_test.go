package live

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/fact"
)

func TestStalePagesAreDroppedBeforeAnythingIsTold(t *testing.T) {
	room := newNewsroom()
	var hub *Hub
	var mu sync.Mutex
	var seen []string
	s := open(t, room, Options{})
	hub = s.hub.Load()
	c := s.follow("", feed)
	defer c.close()
	c.hello()
	head := func() int64 {
		hub.mu.RLock()
		defer hub.mu.RUnlock()
		_, head, _ := hub.topics[feed].span()
		return head
	}
	s.stop() // so that onDrop can be set
	s.onDrop = func(c fact.Change) {
		tags := c.Stale
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprint(tags, head()))
		if tags[0] == "one" { // a second change is committed before the facts of the first are read
			room.tell([]fact.Tag{"two"}, published(feed, "a2"))
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		hub.Follow(ctx, Following{Notices: room.notices, Drop: s.onDrop})
		close(done)
	}()
	s.stop = func() { cancel(); <-done }
	room.tell([]fact.Tag{"one"}, published(feed, "a1"))
	for seq := int64(1); seq <= 2; seq++ {
		if e := c.next(); e.message.Seq != seq {
			t.Fatalf("%d for %d", e.message.Seq, seq)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"[one] 0", "[two] 1"}; !slices.Equal(seen, want) {
		t.Errorf("dropped, each with what was told: %q, not %q", seen, want)
	}
}

func TestATopicIsNotOpenedBeforeItsStalePagesAreDropped(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	s.stop()
	room.tell([]fact.Tag{"x"}, published(feed, "a1"))
	opened := make(chan *stream)
	go func() { opened <- s.follow("", feed) }()
	h := s.hub.Load()
	s.eventually("it waits for the follower", func() bool { return len(h.poke) > 0 && refs(h) == 1 })
	select {
	case <-opened:
		t.Fatal("a stream was opened while pages may be stale")
	default:
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { h.Follow(ctx, Following{}); close(done) }()
	s.stop = func() { cancel(); <-done }
	c := <-opened
	defer c.close()
	c.hello()
}

func TestADatabaseThatIsAwayLosesNothingAndIsLoggedOnce(t *testing.T) {
	var log lockedBuffer
	room := newNewsroom()
	s := open(t, room, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	c := s.follow("", feed)
	defer c.close()
	id := c.hello().id
	room.tell(nil, published(feed, "a1"))
	c.next()
	room.setBroken(errBroken)
	room.tell(nil, published(feed, "a2"))
	s.eventually("the trouble is logged", func() bool { return strings.Contains(log.String(), "cannot follow") })
	// Who is proven by the ring alone is served; who is not is asked to wait.
	d := s.follow(id, feed)
	if e := d.next(); e.message.Seq != 1 {
		t.Errorf("resumed with %+v", e)
	}
	d.close()
	res, err := plainClient.Get(address(s.url, "", story))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("another topic gets %s", res.Status)
	}
	room.tell(nil, published(feed, "a3"))
	room.setBroken(nil)
	for seq := int64(2); seq <= 3; seq++ {
		if e := c.next(); e.message.Seq != seq {
			t.Fatalf("%d for %d", e.message.Seq, seq)
		}
	}
	if n := strings.Count(log.String(), "cannot follow"); n != 1 {
		t.Errorf("logged %d times", n)
	}
}

func TestASiteStartsWhileTheDatabaseIsAway(t *testing.T) {
	room := newNewsroom()
	room.setBroken(errBroken)
	s := open(t, room, Options{})
	res, err := plainClient.Get(address(s.url, "", feed))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream gets %s", res.Status)
	}
	room.setBroken(nil)
	h := s.hub.Load()
	s.eventually("the hub has begun", func() bool { return h.current() != nil })
	c := s.follow("", feed)
	defer c.close()
	c.hello()
}

func TestAChangeThatNobodyAnnouncedIsFoundByLooking(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	c := s.follow("", feed)
	defer c.close()
	c.hello()
	room.mu.Lock()
	room.write(nil, published(feed, "a1"))
	room.mu.Unlock()
	if e := c.next(); e.message.Seq != 1 {
		t.Errorf("got %+v", e)
	}
}

func TestSweptChangesDropEveryPageAndLoseNoFact(t *testing.T) {
	for name, left := range map[string]int{"some are left": 1, "none is left": 0} {
		t.Run(name, func(t *testing.T) {
			room := newNewsroom()
			dropped := make(chan []fact.Tag, 10)
			s := open(t, room, Options{})
			c := s.follow("", feed)
			defer c.close()
			c.hello()
			s.stop()
			h := s.hub.Load()
			room.mu.Lock()
			for i := range 5 {
				room.write([]fact.Tag{"x"}, published(feed, fmt.Sprint("a", i)))
			}
			room.houseOff = int64(5 - left)
			room.house = room.house[5-left:]
			room.mu.Unlock()
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() {
				h.Follow(ctx, Following{Drop: func(c fact.Change) { dropped <- c.Stale }})
				close(done)
			}()
			s.stop = func() { cancel(); <-done }
			for seq := int64(1); seq <= 5; seq++ {
				if e := c.next(); e.message.Seq != seq {
					t.Fatalf("%d for %d", e.message.Seq, seq)
				}
			}
			if tags := <-dropped; !slices.Equal(tags, []fact.Tag{fact.TagAll}) {
				t.Errorf("dropped %v", tags)
			}
		})
	}
}

func TestFactsThatWereSweptBeforeTheyWereReadEndInAReset(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	c := s.follow("", feed)
	defer c.close()
	c.hello()
	room.setBroken(errBroken)
	for i := range 5 {
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
	}
	room.sweep(feed, 4)
	room.setBroken(nil)
	for {
		e, err := c.block()
		if err != nil {
			break
		}
		if e.id != "" || e.data != "" {
			t.Fatalf("told %+v", e)
		}
	}
	d := s.follow(c.lastID, feed)
	defer d.close()
	if e := d.next(); e.name != reset {
		t.Errorf("resumed with %+v", e)
	}
}

func TestARestoredDatabaseSendsEveryPageToReadAgain(t *testing.T) {
	room := newNewsroom()
	room.tell(nil, published(feed, "a1"), published(feed, "a2"))
	s := open(t, room, Options{})
	c := s.follow("", feed)
	defer c.close()
	id := c.hello().id
	room.mu.Lock()
	room.epoch = "two"
	room.topics[feed] = room.topics[feed][:1]
	room.mu.Unlock()
	for {
		e, err := c.block()
		if err != nil {
			break
		}
		if e.data != "" {
			t.Fatalf("told %+v", e)
		}
	}
	d := s.follow(id, feed)
	defer d.close()
	if e := d.next(); e.name != reset || !strings.Contains(e.data, `:1}`) {
		t.Errorf("resumed with %+v", e)
	}
	room.tell(nil, published(feed, "a3"))
	if e := d.next(); e.message.Seq != 2 {
		t.Errorf("then %+v", e)
	}
}

// choosy fails to fill one topic.
type choosy struct {
	*newsroom
	bad fact.Topic
	mu  sync.Mutex
}

func (c *choosy) Fill(ctx context.Context, facts []fact.Fact) ([]Message, error) {
	c.mu.Lock()
	bad := c.bad
	c.mu.Unlock()
	if facts[0].Topic == bad {
		return []Message{}, nil
	}
	return c.newsroom.Fill(ctx, facts)
}

func TestATopicThatCannotBeFilledHoldsUpNoOther(t *testing.T) {
	room := newNewsroom()
	filler := &choosy{newsroom: room, bad: alert}
	h := NewHub(Options{Source: room, Filler: filler, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { h.Follow(ctx, Following{Poll: 10 * time.Millisecond}); close(done) }()
	defer func() { cancel(); <-done; h.Close(context.Background()) }()
	eventually(t, "the hub has begun", func() bool { return h.current() != nil })
	channels, err := h.open(ctx, []fact.Topic{feed, alert})
	if err != nil {
		t.Fatal(err)
	}
	at := func(i int) int64 { head, _ := channels[i].lag(); return head }
	room.tell(nil, published(feed, "a1"), published(alert, "b1"))
	eventually(t, "the good topic is told", func() bool { return at(0) == 1 })
	room.tell(nil, published(feed, "a2"), published(alert, "b2"))
	eventually(t, "the good topic is told", func() bool { return at(0) == 2 })
	if at(1) != 0 || h.Counters.Behind.Load() == 0 {
		t.Error("the bad topic was skipped")
	}
	filler.mu.Lock()
	filler.bad = ""
	filler.mu.Unlock()
	eventually(t, "the other is told too", func() bool { return at(1) == 2 && h.Counters.Behind.Load() == 0 })
}

func TestAMessageThatIsNoneIsNotDelivered(t *testing.T) {
	for _, m := range []Message{
		{Topic: feed, Seq: 1, Kind: "reset", Item: []byte(`{}`)},
		{Topic: feed, Seq: 1, Kind: "", Item: []byte(`{}`)},
		{Topic: feed, Seq: 1, Kind: "two\nlines", Item: []byte(`{}`)},
		{Topic: feed, Seq: 1, Kind: "fine", Item: []byte(`{`)},
	} {
		if e, err := encode(m, "a"); err == nil {
			t.Errorf("%q: %q", m.Kind, e.body)
		}
	}
	e, err := encode(Message{Topic: feed, Seq: 1, Kind: "fine", Item: []byte("{\"a\":\r\n \"</script>\u2028\"}")}, "a")
	if err != nil || bytes.Count(e.body, []byte("\n")) != 3 || bytes.ContainsAny(e.body, "\r<\u2028") {
		t.Errorf("%q, %v", e.body, err)
	}
}

func TestTopicsThatNobodyFollowsAreForgottenInTime(t *testing.T) {
	s := open(t, newNewsroom(), Options{Topics: 2})
	h := s.hub.Load()
	for _, topic := range []fact.Topic{feed, alert, story} {
		c := s.follow("", topic)
		c.hello()
		c.close()
		s.eventually("it is gone", func() bool {
			s.room.tell(nil, published(topic, "a"))
			return refs(h) == 0
		})
	}
	kept := func() int { h.mu.RLock(); defer h.mu.RUnlock(); return len(h.topics) }
	h.sweep(time.Now())
	if n := kept(); n != 2 {
		t.Errorf("%d topics kept of 3", n)
	}
	h.sweep(time.Now().Add(ringAge + time.Second))
	if n := kept(); n != 0 {
		t.Errorf("%d topics kept after a while", n)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}
func (l *lockedBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }
