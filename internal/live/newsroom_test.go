package live

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/fact"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newsroom is a house in memory: it writes facts and changes as the store does, and fills words.
type newsroom struct {
	mu        sync.Mutex
	epoch     string
	topics    map[fact.Topic][]fact.Fact
	swept     map[fact.Topic]int64
	house     []fact.Change
	houseOff  int64 // changes swept
	withdrawn map[string]bool
	broken    error
	asked     int                // readings of facts
	onAsked   func([]fact.Topic) // after positions were read
	onFilled  func()             // after words were read
	notices   chan struct{}
}

func newNewsroom() *newsroom {
	return &newsroom{epoch: "one", topics: map[fact.Topic][]fact.Fact{}, swept: map[fact.Topic]int64{}, withdrawn: map[string]bool{}, notices: make(chan struct{}, 1)}
}

// tell writes facts and their change, and gives the notice.
func (n *newsroom) tell(stale []fact.Tag, facts ...fact.Fact) {
	n.mu.Lock()
	n.write(stale, facts...)
	n.mu.Unlock()
	select {
	case n.notices <- struct{}{}:
	default:
	}
}

func (n *newsroom) write(stale []fact.Tag, facts ...fact.Fact) {
	c := fact.Change{Seq: n.houseOff + int64(len(n.house)) + 1, Topics: map[fact.Topic]int64{}, Stale: stale}
	for _, f := range facts {
		f.Seq = n.swept[f.Topic] + int64(len(n.topics[f.Topic])) + 1
		if f.At.IsZero() {
			f.At = time.Date(2026, 3, 10, 9, 5, 0, 0, time.UTC)
		}
		n.topics[f.Topic] = append(n.topics[f.Topic], f)
		c.Topics[f.Topic] = f.Seq
		if f.Kind == fact.Withdrawn {
			n.withdrawn[f.ID] = true
		}
	}
	n.house = append(n.house, c)
}

// sweep removes the facts of a topic up to seq.
func (n *newsroom) sweep(t fact.Topic, seq int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.topics[t] = n.topics[t][seq-n.swept[t]:]
	n.swept[t] = seq
}

func (n *newsroom) setAsked(f func([]fact.Topic)) { n.mu.Lock(); n.onAsked = f; n.mu.Unlock() }
func (n *newsroom) setFilled(f func())            { n.mu.Lock(); n.onFilled = f; n.mu.Unlock() }

func (n *newsroom) setBroken(err error) { n.mu.Lock(); n.broken = err; n.mu.Unlock() }

func (n *newsroom) Epoch(context.Context) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.epoch, n.broken
}

func (n *newsroom) Position(_ context.Context, topics []fact.Topic) (map[fact.Topic]int64, error) {
	n.mu.Lock()
	defer func() {
		f := n.onAsked
		n.mu.Unlock()
		if f != nil {
			f(topics)
		}
	}()
	out := map[fact.Topic]int64{}
	for _, t := range topics {
		out[t] = n.swept[t] + int64(len(n.topics[t]))
		if t == fact.House {
			out[t] = n.houseOff + int64(len(n.house))
		}
	}
	return out, n.broken
}

func (n *newsroom) Changes(_ context.Context, after int64, limit int) ([]fact.Change, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []fact.Change
	for _, c := range n.house {
		if c.Seq > after && len(out) < limit {
			out = append(out, c)
		}
	}
	return out, n.broken
}

func (n *newsroom) Facts(_ context.Context, t fact.Topic, after int64, limit int) ([]fact.Fact, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked++
	var out []fact.Fact
	for _, f := range n.topics[t] {
		if f.Seq > after && len(out) < limit {
			out = append(out, f)
		}
	}
	return out, n.broken
}

func (n *newsroom) Fill(_ context.Context, facts []fact.Fact) ([]Message, error) {
	n.mu.Lock()
	defer func() {
		f := n.onFilled
		n.mu.Unlock()
		if f != nil {
			f()
		}
	}()
	if n.broken != nil {
		return nil, n.broken
	}
	out := make([]Message, len(facts))
	for i, f := range facts {
		out[i] = Message{Topic: f.Topic, Seq: f.Seq, Kind: f.Kind, At: f.At}
		if n.withdrawn[f.ID] {
			out[i].Kind = fact.Withdrawn
			out[i].Item = fmt.Appendf(nil, `{"id":%q}`, f.ID)
		} else {
			out[i].Item = fmt.Appendf(nil, "{\"id\":%q,\n\"url\":\"/a/%s\",\"headline\":\"Words of %s\"}", f.ID, f.ID, f.ID)
		}
	}
	return out, nil
}

func published(t fact.Topic, id string) fact.Fact {
	return fact.Fact{Topic: t, Kind: fact.Published, ID: id}
}

var errBroken = errors.New("the database is away")

// site is a newsroom behind a real server. The hub can be exchanged, as by a restart.
type site struct {
	t      testing.TB
	room   *newsroom
	hub    atomic.Pointer[Hub]
	url    string
	server *http.Server

	listening net.Listener

	onDrop func(fact.Change) // told what Follow drops
	stop   func()
	close  func()
	opt    Options
}

// open starts a site; every hub of it is made with opt.
func open(t testing.TB, room *newsroom, opt Options) *site {
	t.Helper()
	s := &site{t: t, room: room, opt: opt}
	s.opt.Source, s.opt.Filler = room, room
	if s.opt.Log == nil {
		s.opt.Log = slog.New(slog.DiscardHandler)
	}
	s.begin()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listening = l
	s.url = "http://" + l.Addr().String()
	s.server = &http.Server{ReadTimeout: 2 * time.Second, WriteTimeout: 2 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		s.hub.Load().Handler(plainly).ServeHTTP(w, r)
	})}
	done := make(chan struct{})
	go func() { s.server.Serve(l); close(done) }()
	s.close = func() {
		s.end()
		s.server.Close()
		<-done
	}
	t.Cleanup(s.close)
	return s
}

func (s *site) begin() {
	h := NewHub(s.opt)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		h.Follow(ctx, Following{Notices: s.room.notices, Poll: 20 * time.Millisecond, Drop: func(change fact.Change) {
			if s.onDrop != nil {
				s.onDrop(change)
			}
		}})
		close(done)
	}()
	s.stop = func() { cancel(); <-done }
	s.hub.Store(h)
	s.eventually("the hub has an era", func() bool { return h.current() != nil || s.brokenNow() })
}

func (s *site) brokenNow() bool {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	return s.room.broken != nil
}

func (s *site) end() {
	s.stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.hub.Load().Close(ctx); err != nil {
		s.t.Error(err)
	}
}

func (s *site) restart() { s.end(); s.begin() }

// eventually waits for a condition, a minute at most.
func (s *site) eventually(what string, ok func() bool) { eventually(s.t, what, ok) }

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// event is what an EventSource would see; data is empty for a block that dispatches nothing.
type event struct {
	id, name, data string
	retry          string
	message        Message
}

// stream is a client.
type stream struct {
	t      testing.TB
	body   io.ReadCloser
	r      *bufio.Reader
	header http.Header
	lastID string
}

func address(base string, after string, topics ...fact.Topic) string {
	q := url.Values{}
	for _, t := range topics {
		q.Add("topic", string(t))
	}
	if after != "" {
		q.Set("after", after)
	}
	return base + "/events?" + q.Encode()
}

var plainClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}

func (s *site) follow(after string, topics ...fact.Topic) *stream {
	s.t.Helper()
	return connect(s.t, plainClient, address(s.url, after, topics...))
}

func connect(t testing.TB, client *http.Client, at string) *stream {
	t.Helper()
	res, err := client.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		t.Fatalf("%s: %s: %s", at, res.Status, text)
	}
	return &stream{t: t, body: res.Body, r: bufio.NewReaderSize(res.Body, 512), header: res.Header}
}

func (c *stream) close() { c.body.Close() }

// block reads up to the next blank line; io.EOF when the server has ended the stream.
func (c *stream) block() (event, error) {
	var e event
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return e, err
		}
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			if e.id != "" {
				c.lastID = e.id
			}
			return e, nil
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
			if err := json.Unmarshal([]byte(value), &e.message); err != nil {
				return e, fmt.Errorf("data %q: %w", value, err)
			}
		case "retry":
			e.retry = value
		case "":
		default:
			return e, fmt.Errorf("line %q", line)
		}
	}
}

// next gives the next event that a page would be told of.
func (c *stream) next() event {
	c.t.Helper()
	for {
		e, err := c.block()
		if err != nil {
			c.t.Fatalf("stream ended: %v", err)
		}
		if e.data != "" {
			return e
		}
	}
}

// hello reads the first block and checks its form.
func (c *stream) hello() event {
	c.t.Helper()
	e, err := c.block()
	if err != nil {
		c.t.Fatal(err)
	}
	if e.retry == "" || e.id == "" {
		c.t.Fatalf("a stream begins with %+v", e)
	}
	return e
}
