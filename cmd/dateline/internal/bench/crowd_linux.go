package bench

import (
	"bytes"
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// crowd is many open streams, read by one thread.
type crowd struct {
	addr    netip.AddrPort
	path    string // with its query
	streams []*stream
	heard   func(s *stream, seq int64) // of one event, on the crowd's thread

	opened  atomic.Int64 // streams that said their first id
	lost    atomic.Int64 // streams that ended
	refused atomic.Int64
	resets  atomic.Int64
	ep      int
	stop    atomic.Bool
	silent  bool // streams stay open when it stops
	events  [1024]syscall.EpollEvent
	inbox   [256 << 10]byte
	done    chan struct{}
}

// stream is one open page.
type stream struct {
	fd     int
	at     int
	rest   []byte // of a line that is not whole
	ready  bool
	id     string // the last one
	seq    int64  // the last one
	events int
	wrong  int // events out of order: lost or doubled before them
}

// newCrowd makes n streams that are not open yet.
func newCrowd(n int, path string, heard func(*stream, int64)) *crowd {
	c := &crowd{path: path, heard: heard, streams: make([]*stream, n)}
	for i := range c.streams {
		c.streams[i] = &stream{fd: -1, at: i}
	}
	return c
}

// gather opens all streams, each from where it was, and reads them until leave.
func (c *crowd) gather(addr netip.AddrPort) error {
	var err error
	if c.ep, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return fmt.Errorf("bench: epoll: %w", err)
	}
	c.addr, c.done = addr, make(chan struct{})
	c.stop.Store(false)
	c.opened.Store(0)
	c.lost.Store(0)
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(c.done)
		failed <- c.come()
		c.listen(100)
	}()
	return <-failed
}

// come connects everybody, and listens between so that nobody's buffer fills up.
func (c *crowd) come() error {
	for i, s := range c.streams {
		if err := c.open(s); err != nil {
			return err
		}
		if i%64 == 63 {
			c.once(0)
		}
	}
	return nil
}

func (c *crowd) open(s *stream) error {
	fd, err := dialFD(c.addr, i4(s.at/20_000))
	if err != nil {
		return err
	}
	s.fd, s.ready, s.rest, s.events = fd, false, nil, 0
	last := ""
	if s.id != "" {
		last = "Last-Event-ID: " + s.id + "\r\n"
	}
	request := "GET " + c.path + " HTTP/1.1\r\nHost: " + c.addr.String() + "\r\nConnection: keep-alive\r\n" +
		"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n" +
		"Accept: text/event-stream\r\nCache-Control: no-cache\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n" +
		"Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n" + last + "\r\n"
	if _, err := syscall.Write(fd, []byte(request)); err != nil {
		return fmt.Errorf("bench: asking for a stream: %w", err)
	}
	return syscall.EpollCtl(c.ep, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(s.at)})
}

// i4 gives an address of this machine to come from, so that one does not run out of ports.
func i4(n int) [4]byte { return [4]byte{127, 0, 0, byte(1 + n)} }

func (c *crowd) listen(wait int) {
	for !c.stop.Load() {
		c.once(wait)
	}
	if !c.silent {
		c.hangUp()
	}
	syscall.Close(c.ep)
}

// hangUp closes whatever is open.
func (c *crowd) hangUp() {
	for _, s := range c.streams {
		if s.fd >= 0 {
			syscall.Close(s.fd)
			s.fd = -1
		}
	}
}

// once takes what came, waiting at most so many milliseconds.
func (c *crowd) once(wait int) {
	n, err := syscall.EpollWait(c.ep, c.events[:], wait)
	if err != nil {
		return
	}
	for _, e := range c.events[:n] {
		s := c.streams[e.Fd]
		if s.fd < 0 {
			continue
		}
		n, err := syscall.Read(s.fd, c.inbox[:])
		switch {
		case err == syscall.EAGAIN || err == syscall.EINTR:
		case n <= 0 || err != nil:
			syscall.Close(s.fd)
			s.fd = -1
			c.lost.Add(1)
		default:
			c.take(s, c.inbox[:n])
		}
	}
}

// take reads lines.
func (c *crowd) take(s *stream, b []byte) {
	if len(s.rest) > 0 {
		b = append(s.rest, b...)
	}
	for {
		line, after, whole := bytes.Cut(b, []byte("\n"))
		if !whole {
			break
		}
		b = after
		c.line(s, bytes.TrimSuffix(line, []byte("\r")))
	}
	s.rest = append(s.rest[:0], b...)
	if len(s.rest) == 0 {
		s.rest = nil
	}
}

func (c *crowd) line(s *stream, line []byte) {
	switch {
	case bytes.HasPrefix(line, []byte("HTTP/1.1 ")) && !bytes.HasPrefix(line, []byte("HTTP/1.1 200")):
		c.refused.Add(1)
	case bytes.HasPrefix(line, []byte("id: ")):
		s.id = string(line[4:])
		if !s.ready {
			s.ready = true
			c.opened.Add(1)
		}
	case bytes.Equal(line, []byte("event: reset")):
		c.resets.Add(1)
	case bytes.HasPrefix(line, []byte("data: ")):
		_, rest, ok := bytes.Cut(line, []byte(`"seq":`))
		end := bytes.IndexAny(rest, ",}")
		if !ok || end < 0 {
			return
		}
		seq, err := strconv.ParseInt(string(rest[:end]), 10, 64)
		if err != nil {
			return // a reset has a list
		}
		if s.seq != 0 && seq != s.seq+1 {
			s.wrong++
		}
		s.seq = seq
		s.events++
		c.heard(s, seq)
	}
}

// leave closes every stream.
func (c *crowd) leave() {
	c.stop.Store(true)
	<-c.done
}

// await waits until f says so, for at most d.
func await(d time.Duration, f func() bool) bool {
	for deadline := time.Now().Add(d); ; time.Sleep(time.Millisecond) {
		if f() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}
