package live

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

// raw opens a stream over a plain connection with a window of some bytes, which reads only when asked to.
func raw(t testing.TB, s *site, window int, topics ...fact.Topic) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	tcp := conn.(*net.TCPConn)
	tcp.SetReadBuffer(window)
	fmt.Fprintf(tcp, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", strings.TrimPrefix(address(s.url, "", topics...), s.url))
	b := make([]byte, 12)
	if _, err := io.ReadFull(tcp, b); err != nil || string(b) != "HTTP/1.1 200" {
		t.Fatalf("%q, %v", b, err)
	}
	return tcp
}

func TestAReaderThatDoesNotReadIsDroppedAndTheOthersAreUnharmed(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{Patience: 300 * time.Millisecond, Ring: 4096, RingBytes: 64 << 20})
	h := s.hub.Load()
	var slow []*net.TCPConn
	for range 10 {
		c := raw(t, s, 16<<10, feed)
		defer c.Close()
		slow = append(slow, c)
	}
	good := s.follow("", feed)
	defer good.close()
	good.hello()
	long := strings.Repeat("x", 8000)
	n := int64(0)
	for h.Counters.Dropped.Load() < int64(len(slow)) {
		room.tell(nil, published(feed, fmt.Sprint(n, long)))
		n++
		if e := good.next(); e.message.Seq != n {
			t.Fatalf("the good reader got %d for %d", e.message.Seq, n)
		}
		if held := h.Counters.Held.Load(); held > int64(len(slow))*(batch+20_000) {
			t.Fatalf("%d bytes are held", held)
		}
		if n > 50_000 {
			t.Fatal("the slow readers are never dropped")
		}
	}
	t.Logf("dropped after %d messages of %d bytes", n, len(long))
	s.eventually("they are out of the counts", func() bool { return h.Count(feed) == 1 && h.Counters.Held.Load() == 0 })
	// A dropped reader may read on what it was given, up to a point from which it resumes.
	c := &stream{t: t, body: slow[0], r: bufio.NewReader(slow[0])}
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == "\r\n" {
			break
		}
	}
	last := int64(0)
	for {
		e, err := c.block()
		if err != nil {
			break
		}
		if e.data != "" {
			if e.message.Seq != last+1 {
				t.Fatalf("%d after %d", e.message.Seq, last)
			}
			last = e.message.Seq
		}
	}
	d := s.follow(c.lastID, feed)
	defer d.close()
	for last < n {
		if e := d.next(); e.name == reset || e.message.Seq != last+1 {
			t.Fatalf("resumed at %d with %s %d", last, e.name, e.message.Seq)
		}
		last++
	}
}

func TestASlowReaderThatReadsGetsEverything(t *testing.T) {
	room := newNewsroom()
	s := open(t, room, Options{Ring: 4096, RingBytes: 64 << 20})
	c := raw(t, s, 64<<10, feed)
	defer c.Close()
	long := strings.Repeat("x", 7_000) // an id: it stands in its item three times
	const n = 200
	for i := range n {
		room.tell(nil, published(feed, fmt.Sprint(i, long)))
	}
	h := s.hub.Load()
	s.eventually("something is held for it", func() bool { return h.Counters.Held.Load() > 0 })
	r := &stream{t: t, body: c, r: bufio.NewReader(c)}
	for {
		line, err := r.r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == "\r\n" {
			break
		}
	}
	for i := range n {
		if e := r.next(); e.message.Seq != int64(i+1) {
			t.Fatalf("%d came as number %d", e.message.Seq, i+1)
		}
	}
	s.eventually("nothing is held", func() bool { return h.Counters.Held.Load() == 0 })
}

func TestTheLastWordsNeverFallIntoTheMiddleOfAMessage(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, partly := range []bool{false, true} {
		near, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		far, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := near.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		r := &reader{conn: near, raw: raw, rest: []byte("id: x\n\n"), slowAt: -1}
		if partly {
			r.slowAt = 0
		}
		r.dismiss(new(attempt), farewell(1))
		got, err := io.ReadAll(far)
		if err != nil || partly != (len(got) == 0) || !partly && !strings.HasPrefix(string(got), "id: x\n\nretry: ") {
			t.Errorf("partly written %v: %q, %v", partly, got, err)
		}
		far.Close()
	}
}
