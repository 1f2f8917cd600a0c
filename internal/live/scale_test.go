//go:build linux

package live

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/internal/fact"
)

// crowd is many readers as bare descriptors, so that what the process grows by is the hub's.
type crowd struct {
	t    testing.TB
	ep   int
	fds  []int
	got  []int // messages a descriptor got
	buf  []byte
	mark []byte
}

func newCrowd(t testing.TB, s *site, n int, topic fact.Topic) *crowd {
	t.Helper()
	ep, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{t: t, ep: ep, buf: make([]byte, 64<<10), mark: []byte("\ndata: ")}
	addr := s.listening.Addr().(*net.TCPAddr)
	to := &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte{127, 0, 0, 1}}
	request := []byte("GET /events?topic=" + string(topic) + " HTTP/1.1\r\nHost: x\r\n\r\n")
	for i := range n {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		c.fds = append(c.fds, fd)
		if err := syscall.Connect(fd, to); err != nil {
			t.Fatal(err)
		}
		if _, err := syscall.Write(fd, request); err != nil {
			t.Fatal(err)
		}
		syscall.SetNonblock(fd, true)
		if err := syscall.EpollCtl(ep, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}); err != nil {
			t.Fatal(err)
		}
		if i%200 == 199 { // no more than a backlog waits
			h := s.hub.Load()
			eventually(t, "the readers are in", func() bool { return h.Count(topic) == i+1 })
		}
	}
	h := s.hub.Load()
	eventually(t, "all readers are in", func() bool { return h.Count(topic) == n })
	c.got = make([]int, n)
	return c
}

func (c *crowd) close() {
	for _, fd := range c.fds {
		syscall.Close(fd)
	}
	syscall.Close(c.ep)
}

// take reads until everybody has want messages, and gives when each got there.
func (c *crowd) take(want int) []time.Time {
	c.t.Helper()
	events := make([]syscall.EpollEvent, 256)
	var at []time.Time
	for end := time.Now().Add(time.Minute); len(at) < len(c.fds); {
		n, err := syscall.EpollWait(c.ep, events, 1000)
		if err != nil && err != syscall.EINTR || time.Now().After(end) {
			c.t.Fatalf("%d of %d readers have it: %v", len(at), len(c.fds), err)
		}
		for _, e := range events[:max(n, 0)] {
			m, err := syscall.Read(c.fds[e.Fd], c.buf)
			if m <= 0 {
				c.t.Fatalf("reader %d: %d, %v", e.Fd, m, err)
			}
			news := bytes.Count(c.buf[:m], c.mark)
			if news > 0 && c.got[e.Fd]+news == want {
				at = append(at, time.Now())
			}
			c.got[e.Fd] += news
		}
	}
	return at
}

// memory gives what the process holds for the hub: heap and stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func TestTwoThousandReadersCostNoGoroutineEach(t *testing.T) { readers(t, 2000, 10) }

// TestManyReaders measures; DATELINE_READERS says how many, and each takes two descriptors.
func TestManyReaders(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("DATELINE_READERS"))
	if n == 0 {
		t.Skip("DATELINE_READERS is not set")
	}
	readers(t, n, 30)
}

func readers(t *testing.T, n, messages int) {
	room := newNewsroom()
	s := open(t, room, Options{})
	h := s.hub.Load()
	warm := newCrowd(t, s, 50, feed)
	room.tell(nil, published(feed, "warm"))
	warm.take(1)
	warm.close()
	room.tell(nil, published(feed, "warm"), published(feed, "warm"))
	eventually(t, "the first ones are gone", func() bool {
		room.tell(nil, published(feed, "warm"))
		return h.Count(feed) == 0
	})
	goroutines, before := runtime.NumGoroutine(), memory()
	begun := time.Now()
	c := newCrowd(t, s, n, feed)
	defer c.close()
	opened := time.Since(begun)
	eventually(t, "the server's goroutines have ended", func() bool { return runtime.NumGoroutine() <= goroutines+5 })
	after := memory()
	delivered := h.Counters.Delivered.Load()
	var first, last, all []time.Duration
	for i := range messages {
		told := time.Now()
		room.tell(nil, published(feed, fmt.Sprint("a", i)))
		at := c.take(i + 1)
		first = append(first, at[0].Sub(told))
		last = append(last, at[len(at)-1].Sub(told))
		for _, one := range at {
			all = append(all, one.Sub(told))
		}
	}
	slices.Sort(all)
	slices.Sort(first)
	slices.Sort(last)
	t.Logf("%d readers open in %v; %d bytes a reader; first %v, median %v, p99 %v, last one (median) %v", n, opened.Round(time.Millisecond),
		(int64(after)-int64(before))/int64(n), first[len(first)/2], all[len(all)/2], all[len(all)*99/100], last[len(last)/2])
	eventually(t, "all deliveries are counted", func() bool { return h.Counters.Delivered.Load()-delivered == int64(n*messages) })
	for i, got := range c.got {
		if got != messages {
			t.Fatalf("reader %d got %d of %d", i, got, messages)
		}
	}
	if h.Counters.Held.Load() != 0 || h.Counters.Dropped.Load() != 0 {
		t.Errorf("%d bytes held, %d dropped", h.Counters.Held.Load(), h.Counters.Dropped.Load())
	}
}

// BenchmarkFrame is what a shard does for a reader besides the system call.
func BenchmarkFrame(b *testing.B) {
	room := newNewsroom()
	h := NewHub(Options{Source: room, Filler: room, Log: slog.New(slog.DiscardHandler), Shards: 1})
	defer h.Close(b.Context())
	c := &channel{topic: feed, sum: topicSum(feed), era: &era{sum: 1}}
	r := newReader([]*channel{c}, []int64{100_000})
	body := bytes.Repeat([]byte("x"), 400)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = r.appendFrame(buf[:0], 0, body)
	}
	io.Discard.Write(buf)
}

func TestReadersComingAndGoingAtOnceLeaveNothingBehind(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{Heartbeat: 90 * time.Millisecond})
	h := s.hub.Load()
	goroutines := runtime.NumGoroutine()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				c := s.follow("", feed, fact.Chat(fmt.Sprint("room", i)))
				c.hello()
				room.tell(nil, published(feed, "a"), published(fact.Chat(fmt.Sprint("room", i)), "b"))
				c.next()
				c.close()
			}
		})
	}
	wg.Wait()
	eventually(t, "all are gone", func() bool { return h.Counters.Readers.Load() == 0 && refs(h) == 0 })
	plainClient.CloseIdleConnections()
	eventually(t, "their goroutines have ended", func() bool { return runtime.NumGoroutine() <= goroutines })
	s.end() // a shard may still be at its last round
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, c := range h.topics {
		if c.count.Load() != 0 {
			t.Errorf("%s: %d readers", c.topic, c.count.Load())
		}
		for _, m := range c.members {
			if len(m.list) != 0 {
				t.Errorf("%s: %d members", c.topic, len(m.list))
			}
		}
	}
	if h.Counters.Opened.Load() != 400 || h.Counters.Held.Load() != 0 {
		t.Errorf("%d opened, %d bytes held", h.Counters.Opened.Load(), h.Counters.Held.Load())
	}
}
