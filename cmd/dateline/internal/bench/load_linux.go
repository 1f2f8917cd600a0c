package bench

import (
	"bytes"
	"fmt"
	"net/netip"
	"runtime"
	"syscall"
	"time"
)

// load is closed-loop load: each connection asks again as soon as it was answered.
type load struct {
	addr   netip.AddrPort
	conns  int
	next   func() []byte // the next request, whole
	warm   time.Duration // not counted
	span   time.Duration
	begins func() // called when counting begins
	ends   func() // called when it ends
}

// outcome is what a load saw.
type outcome struct {
	requests int
	failed   int // other than 2xx, or a connection lost
	bytes    int64
	span     time.Duration
	times    []time.Duration
	status   map[int]int
}

// rate gives answers a second.
func (o outcome) rate() float64 { return float64(o.requests) / o.span.Seconds() }

// client is one connection.
type client struct {
	fd   int
	need int    // bytes of the body that are still to come, -1 while the head is not whole, or inPieces
	head []byte // what came of a head that is not whole, or the end of what came in pieces
	sent time.Time
	code int
}

// run puts the load on with one thread and one epoll, so that little processor time is taken from who is measured.
func (l load) run() (outcome, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ep, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return outcome{}, fmt.Errorf("bench: epoll: %w", err)
	}
	defer syscall.Close(ep)
	clients := map[int32]*client{}
	defer func() {
		for _, c := range clients {
			syscall.Close(c.fd)
		}
	}()
	open := func() error {
		fd, err := dialFD(l.addr, i4(0))
		if err != nil {
			return err
		}
		c := &client{fd: fd, need: -1}
		clients[int32(fd)] = c
		if err := syscall.EpollCtl(ep, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLRDHUP, Fd: int32(fd)}); err != nil {
			return fmt.Errorf("bench: epoll: %w", err)
		}
		return c.ask(l.next())
	}
	for range l.conns {
		if err := open(); err != nil {
			return outcome{}, err
		}
	}
	out := outcome{times: make([]time.Duration, 0, 1<<18), status: map[int]int{}}
	buf := make([]byte, 256<<10)
	events := make([]syscall.EpollEvent, 512)
	start := time.Now()
	counting := false
	for {
		n, err := syscall.EpollWait(ep, events, 100)
		if err != nil && err != syscall.EINTR {
			return out, fmt.Errorf("bench: epoll: %w", err)
		}
		now := time.Now()
		if !counting && now.Sub(start) >= l.warm {
			counting, start = true, now
			if l.begins != nil {
				l.begins()
			}
		} else if counting && now.Sub(start) >= l.span {
			if l.ends != nil {
				l.ends()
			}
			out.span = now.Sub(start)
			return out, nil
		}
		for _, e := range events[:max(n, 0)] {
			c := clients[e.Fd]
			got, done, err := c.read(buf)
			if counting {
				out.bytes += int64(got)
			}
			if err != nil {
				if counting {
					out.failed++
				}
				syscall.Close(c.fd)
				delete(clients, e.Fd)
				if err := open(); err != nil {
					return out, err
				}
				continue
			}
			if !done {
				continue
			}
			if counting {
				out.requests++
				out.times = append(out.times, time.Since(c.sent))
				if out.status[c.code]++; c.code/100 != 2 {
					out.failed++
				}
			}
			if err := c.ask(l.next()); err != nil {
				return out, err
			}
		}
	}
}

// dialFD connects a socket that afterwards never waits, from an address of this machine.
func dialFD(addr netip.AddrPort, from [4]byte) (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("bench: socket: %w", err)
	}
	if from != i4(0) {
		if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: from}); err != nil {
			syscall.Close(fd)
			return -1, fmt.Errorf("bench: socket: %w", err)
		}
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(addr.Port()), Addr: addr.Addr().As4()}); err != nil {
		syscall.Close(fd)
		return -1, fmt.Errorf("bench: connecting to %s: %w", addr, err)
	}
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		syscall.Close(fd)
		return -1, fmt.Errorf("bench: socket: %w", err)
	}
	return fd, syscall.SetNonblock(fd, true)
}

// ask sends a request, which always fits into the socket.
func (c *client) ask(request []byte) error {
	c.need, c.head, c.sent = -1, c.head[:0], time.Now()
	for len(request) > 0 {
		n, err := syscall.Write(c.fd, request)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("bench: sending a request: %w", err)
		}
		request = request[n:]
	}
	return nil
}

var (
	lengthName = []byte("\r\nContent-Length: ")
	piecesName = []byte("\r\nTransfer-Encoding: chunked")
	lastPiece  = []byte("\r\n0\r\n\r\n")
	headEnd    = []byte("\r\n\r\n")
)

// read takes what came; done reports that the answer is whole. It never waits.
func (c *client) read(buf []byte) (got int, done bool, err error) {
	for {
		n, err := syscall.Read(c.fd, buf)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return got, false, nil
		case err != nil:
			return got, false, err
		case n == 0:
			return got, false, syscall.ECONNRESET
		}
		got += n
		if done, err = c.take(buf[:n]); done || err != nil || n < len(buf) {
			return got, done, err
		}
	}
}

// inPieces is what a client needs of an answer whose length nobody said: its last piece.
const inPieces = -2

// ends reports whether an answer in pieces is whole, and keeps its end.
func (c *client) ends(b []byte) bool {
	c.head = append(c.head, b[max(0, len(b)-len(lastPiece)):]...)
	c.head = c.head[max(0, len(c.head)-len(lastPiece)):]
	return bytes.HasSuffix(c.head, lastPiece)
}

// take reads on in an answer.
func (c *client) take(b []byte) (done bool, err error) {
	switch {
	case c.need == inPieces:
		return c.ends(b), nil
	case c.need >= 0:
		c.need -= len(b)
		return c.need == 0, nil
	}
	if len(c.head) > 0 {
		c.head = append(c.head, b...)
		b = c.head
	}
	end := bytes.Index(b, headEnd)
	if end < 0 {
		if len(c.head) == 0 {
			c.head = append(c.head, b...)
		}
		return false, nil
	}
	head := b[:end]
	if len(head) < 12 {
		return false, fmt.Errorf("bench: not an answer: %q", head)
	}
	c.code = int(head[9]-'0')*100 + int(head[10]-'0')*10 + int(head[11]-'0')
	at := bytes.Index(head, lengthName)
	if bytes.Contains(head, piecesName) {
		c.need = inPieces
		rest := b[end+len(headEnd):]
		c.head = c.head[:0]
		return c.ends(rest), nil
	}
	if at < 0 {
		return false, fmt.Errorf("bench: an answer of status %d has no Content-Length", c.code)
	}
	length := 0
	for _, d := range head[at+len(lengthName):] {
		if d < '0' || d > '9' {
			break
		}
		length = length*10 + int(d-'0')
	}
	c.need = length - (len(b) - end - len(headEnd))
	return c.need == 0, nil
}
