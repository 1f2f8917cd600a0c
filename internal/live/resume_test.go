package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"dateline/internal/fact"

	"pgregory.net/rapid"
)

// client is a reader with what it must hold: where it stands in each topic.
type client struct {
	topics []fact.Topic
	last   map[fact.Topic]int64
	id     string // its resume point
	stream *stream
	gone   []string // what was withdrawn when this stream was opened
	got    int
	resets int
}

// world is a site with clients, moved at random.
type world struct {
	t       *rapid.T
	site    *site
	room    *newsroom
	topics  []fact.Topic
	clients []*client
	ids     int
}

const worldReplay = 40

func (w *world) position(t fact.Topic) int64 {
	w.room.mu.Lock()
	defer w.room.mu.Unlock()
	return w.room.swept[t] + int64(len(w.room.topics[t]))
}

// settled waits until the hub has brought all that was told.
func settled(t testing.TB, s *site) {
	t.Helper()
	h := s.hub.Load()
	eventually(t, "the hub is up to date", func() bool {
		s.room.mu.Lock()
		house := s.room.houseOff + int64(len(s.room.house))
		s.room.mu.Unlock()
		h.mu.RLock()
		defer h.mu.RUnlock()
		return h.cursor >= house && len(h.behind) == 0
	})
}

func (w *world) publish(n int, t fact.Topic) {
	for range n {
		w.ids++
		w.room.tell(nil, published(t, fmt.Sprint("a", w.ids)))
	}
}

func (w *world) connect(c *client) {
	c.gone = c.gone[:0]
	w.room.mu.Lock()
	for id := range w.room.withdrawn {
		c.gone = append(c.gone, id)
	}
	w.room.mu.Unlock()
	c.stream = w.site.follow(c.id, c.topics...)
	e, err := c.stream.block()
	if err != nil {
		w.t.Fatal(err)
	}
	if e.name == reset {
		w.take(c, e)
		return
	}
	p, ok := parsePoint(e.id)
	if !ok || len(p.places) != len(c.topics) {
		w.t.Fatalf("the id at connect is %q", e.id)
	}
	for _, t := range c.topics {
		pos, ok := p.position(topicSum(t))
		if last, known := c.last[t]; !ok || known && pos != last {
			w.t.Fatalf("resumes %s at %d, stood at %d", t, pos, last)
		}
		c.last[t] = pos
	}
	c.id = e.id
}

// take checks an event against what the client holds.
func (w *world) take(c *client, e event) {
	if e.id != "" {
		c.id = e.id
	}
	if e.data == "" {
		return
	}
	if e.name != reset {
		m := e.message
		if m.Seq != c.last[m.Topic]+1 {
			w.t.Fatalf("%s: %d after %d", m.Topic, m.Seq, c.last[m.Topic])
		}
		var item struct{ ID, Headline string }
		json.Unmarshal(m.Item, &item)
		if slices.Contains(c.gone, item.ID) && (m.Kind != fact.Withdrawn || item.Headline != "") {
			w.t.Fatalf("%s was withdrawn, and told as %s", item.ID, e.data)
		}
		c.last[m.Topic] = m.Seq
		c.got++
		return
	}
	c.resets++
	allowed := false
	for _, t := range c.topics {
		allowed = allowed || w.position(t)-c.last[t] > worldReplay
	}
	if !allowed {
		w.t.Fatalf("a reset at %v that was not needed", c.last)
	}
	var data struct{ Positions map[fact.Topic]int64 }
	if err := json.Unmarshal([]byte(e.data), &data); err != nil || len(data.Positions) != len(c.topics) {
		w.t.Fatalf("reset with %s", e.data)
	}
	for t, seq := range data.Positions {
		if seq < c.last[t] {
			w.t.Fatalf("reset from %d back to %d", c.last[t], seq)
		}
		c.last[t] = seq
	}
}

// read takes one event if one must come.
func (w *world) read(c *client) bool {
	if c.stream == nil {
		return false
	}
	behind := false
	for _, t := range c.topics {
		behind = behind || c.last[t] < w.position(t)
	}
	if !behind {
		return false
	}
	for {
		e, err := c.stream.block()
		if err != nil { // a restart, or it was too far behind: it comes back
			c.stream.close()
			c.stream = nil
			return true
		}
		w.take(c, e)
		if e.data != "" {
			return true
		}
	}
}

func TestNothingIsLostNorDoubledHoweverReadersComeAndGo(t *testing.T) {
	var got, resets int
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{t: rt, room: newNewsroom(), topics: []fact.Topic{feed, alert, story}}
		w.site = open(quiet{t}, w.room, Options{Ring: 6, Replay: worldReplay})
		defer w.site.close()
		for i := range 4 {
			n := 1 + i%3
			w.clients = append(w.clients, &client{topics: w.topics[:n], last: map[fact.Topic]int64{}})
		}
		defer func() {
			for _, c := range w.clients {
				if c.stream != nil {
					c.stream.close()
				}
			}
		}()
		one := func() *client { return rapid.SampledFrom(w.clients).Draw(rt, "client") }
		topic := func() fact.Topic { return rapid.SampledFrom(w.topics).Draw(rt, "topic") }
		rt.Repeat(map[string]func(*rapid.T){
			"publish": func(rt *rapid.T) { w.publish(rapid.IntRange(1, 5).Draw(rt, "n"), topic()) },
			"burst":   func(rt *rapid.T) { w.publish(rapid.IntRange(5, 25).Draw(rt, "n"), topic()) },
			"withdraw": func(rt *rapid.T) {
				id := fmt.Sprint("a", rapid.IntRange(1, w.ids+1).Draw(rt, "id"))
				w.room.tell([]fact.Tag{fact.TagArticle(id)}, fact.Fact{Topic: topic(), Kind: fact.Withdrawn, ID: id})
				settled(t, w.site)
			},
			"come": func(rt *rapid.T) {
				if c := one(); c.stream == nil {
					w.connect(c)
				}
			},
			"go": func(rt *rapid.T) {
				if c := one(); c.stream != nil {
					c.stream.close()
					c.stream = nil
				}
			},
			"read": func(rt *rapid.T) {
				c := one()
				for range rapid.IntRange(1, 10).Draw(rt, "n") {
					w.read(c)
				}
			},
			"restart": func(rt *rapid.T) { w.site.restart() },
			"":        func(rt *rapid.T) {},
		})
		for _, c := range w.clients {
			for {
				if c.stream == nil {
					w.connect(c)
				}
				if !w.read(c) {
					break
				}
			}
			got, resets = got+c.got, resets+c.resets
		}
	})
	t.Logf("%d messages, %d resets", got, resets)
}

// quiet keeps a site's end from waiting for the end of the whole test.
type quiet struct{ testing.TB }

func (quiet) Cleanup(func()) {}

func TestACrowdThatComesBackAfterARestartCostsOneReading(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	h := s.hub.Load()
	for i := range 300 {
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
	}
	settled(t, s)
	c := s.follow("", feed)
	c.hello()
	c.close()
	room.mu.Lock()
	room.asked = 0
	room.mu.Unlock()
	done := make(chan *stream)
	const crowd = 100
	for i := range crowd {
		go func() {
			after := string(appendPoint(nil, epochSum("one"), 1, func(int) place { return place{topicSum(feed), 280 - int64(i%20)} }))
			c := s.follow(after, feed)
			for seq := 280 - int64(i%20) + 1; seq <= 300; seq++ {
				if e := c.next(); e.message.Seq != seq {
					t.Errorf("%d for %d", e.message.Seq, seq)
				}
			}
			done <- c
		}()
	}
	for range crowd {
		(<-done).close()
	}
	if room.asked != 1 {
		t.Errorf("%d readings of facts", room.asked)
	}
	if n := h.Counters.Delivered.Load(); n == 0 {
		t.Error("nothing counted as delivered")
	}
}

func TestAReaderBeyondTheRingIsServedFromTheDatabase(t *testing.T) {
	room := newNewsroom()
	for i := range 900 {
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
	}
	s := open(t, room, Options{Ring: 16})
	c := s.follow(string(appendPoint(nil, epochSum("one"), 1, func(int) place { return place{topicSum(feed), 5} })), feed)
	defer c.close()
	for seq := int64(6); seq <= 900; seq++ {
		if e := c.next(); e.name == reset || e.message.Seq != seq {
			t.Fatalf("%s %d for %d", e.name, e.message.Seq, seq)
		}
	}
	room.tell(nil, published(feed, "last"))
	if e := c.next(); e.message.Seq != 901 {
		t.Fatalf("then %d", e.message.Seq)
	}
}

func TestWhatWasWithdrawnIsReplayedWithoutItsWords(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	c := s.follow("", feed)
	id := c.hello().id
	room.tell(nil, published(feed, "a1"), published(feed, "a2"))
	c.next()
	c.next()
	room.tell([]fact.Tag{fact.TagArticle("a1")}, fact.Fact{Topic: feed, Kind: fact.Withdrawn, ID: "a1"})
	if e := c.next(); e.name != "withdrawn" || string(e.message.Item) != `{"id":"a1"}` {
		t.Errorf("open pages get %s", e.data)
	}
	c.close()
	for name, restart := range map[string]bool{"from the ring": false, "from the database": true} {
		if restart {
			s.restart()
		}
		c := s.follow(id, feed)
		var kinds []fact.Kind
		for range 3 {
			m := c.next().message
			kinds = append(kinds, m.Kind)
			if m.Kind == fact.Withdrawn && string(m.Item) != `{"id":"a1"}` {
				t.Errorf("%s: %s", name, m.Item)
			}
		}
		if !slices.Equal(kinds, []fact.Kind{fact.Withdrawn, fact.Published, fact.Withdrawn}) {
			t.Errorf("%s: %v", name, kinds)
		}
		c.close()
	}
}

func TestAWithdrawalToldOnATopicNobodyFollowsLeavesTheRingsToo(t *testing.T) {
	for name, change := range map[string]struct {
		stale []fact.Tag
		fact  fact.Fact
	}{
		"withdrawn in another edition": {[]fact.Tag{fact.TagArticle("a1")}, fact.Fact{Topic: fact.Article("a1"), Kind: fact.Withdrawn, ID: "a1"}},
		"a picture killed":             {[]fact.Tag{fact.TagPicture("p")}, fact.Fact{Topic: fact.Desk("x"), Kind: fact.Killed, ID: "p"}},
	} {
		t.Run(name, func(t *testing.T) {
			room := newNewsroom()
			s := open(t, room, Options{})
			c := s.follow("", feed)
			id := c.hello().id
			room.tell(nil, published(feed, "a1"))
			c.next()
			c.close()
			room.tell(change.stale, change.fact)
			settled(t, s)
			before := room.asked
			c = s.follow(id, feed)
			defer c.close()
			e := c.next()
			if change.fact.Kind == fact.Withdrawn && e.name != "withdrawn" {
				t.Errorf("replayed as %s", e.data)
			}
			if room.asked == before {
				t.Error("the ring still had it")
			}
		})
	}
}

func TestAWithdrawalWhileTheRingIsFilledIsNotOverwritten(t *testing.T) {
	room := newNewsroom()
	room.tell(nil, published(feed, "a1"))
	s := open(t, room, Options{})
	fresh := s.follow("", feed)
	defer fresh.close()
	fresh.hello()
	room.setFilled(func() { // the words of a1 are read, and not in the ring yet
		room.setFilled(nil)
		room.tell([]fact.Tag{fact.TagArticle("a1")}, fact.Fact{Topic: feed, Kind: fact.Withdrawn, ID: "a1"})
		if e := fresh.next(); e.name != "withdrawn" {
			t.Errorf("told %+v", e)
		}
	})
	for range 2 {
		c := s.follow(string(appendPoint(nil, epochSum("one"), 1, func(int) place { return place{topicSum(feed), 0} })), feed)
		for seq := int64(1); seq <= 2; seq++ {
			if e := c.next(); e.message.Seq != seq || e.name != "withdrawn" {
				t.Errorf("replayed %+v", e)
			}
		}
		c.close()
	}
}

func TestAPositionThatThisNodeHasNotReachedYetIsProvenByTheDatabase(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	first := s.follow("", feed)
	defer first.close()
	first.hello()
	s.stop()
	room.mu.Lock()
	room.write(nil, published(feed, "a1")) // rendered by another node
	room.mu.Unlock()
	c := s.follow(string(appendPoint(nil, epochSum("one"), 1, func(int) place { return place{topicSum(feed), 1} })), feed)
	defer c.close()
	if e := c.hello(); e.name == reset {
		t.Fatal("it was told to read again")
	}
	h := s.hub.Load()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { h.Follow(ctx, Following{Notices: room.notices}); close(done) }()
	s.stop = func() { cancel(); <-done }
	if e := first.next(); e.message.Seq != 1 {
		t.Errorf("the first got %+v", e)
	}
	room.tell(nil, published(feed, "a2"))
	if e := c.next(); e.message.Seq != 2 {
		t.Errorf("it got %+v", e)
	}
}

func TestWhatIsWrittenWhileATopicIsOpenedIsTold(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{})
	h := s.hub.Load()
	page, err := h.Position(context.Background(), feed) // the stream begins where the page ended, however far the topic has come when it is open
	if err != nil {
		t.Fatal(err)
	}
	room.setAsked(func(topics []fact.Topic) { // the position of the topic is read, and not known to the hub yet
		if topics[0] == feed {
			room.setAsked(nil)
			room.tell(nil, published(feed, "a1"))
			settled(t, s)
		}
	})
	c := s.follow(page, feed)
	defer c.close()
	c.hello()
	s.eventually("it is told", func() bool { return h.Counters.Delivered.Load() == 1 })
}
