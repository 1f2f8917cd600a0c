// Package lane answers what is in memory before net/http has parsed the request for it.
//
// A request of an ordinary reader for a cached page is a few hundred bytes that arrive at once, and its answer lies ready. Listener
// wraps the connections of a server: when net/http, at the boundary between two requests, reads into its empty buffer, and exactly
// one complete and simple GET arrives whose answer a Source has, the answer is written there and then, and reading goes on. Anything
// else is returned untouched, and net/http parses bytes that already lie in its buffer. The connection is net/http's all the time:
// there is no second accept loop and no handing over, and after any other request the connection is back in the lane.
//
// It promises:
//
//   - Every answer is byte for byte the one that net/http and the Source's own handler would give, but for the second in its Date.
//   - It refuses nothing. What it does not know (a header, a method, a byte in a path) is left to net/http.
//   - Deadlines are those of the server: a head that does not end, a reader that does not read and a connection that idles are
//     ended as without it.
//   - After Finish nothing more is answered here, and what was being written is written; Shutdown may follow.
//
// When net/http changes how it reads, the lane does not engage any more, and a test says so.
package lane

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"dateline/internal/readership"
)

// Asked is what of a request's head decides about its answer; empty strings are absent headers.
type Asked struct {
	Host, Path                                   string // as asked for; the path has only unreserved characters and slashes
	AcceptEncoding, IfNoneMatch, IfModifiedSince string
	Reads                                        bool // whoever asks is no robot, and asks now and not ahead
}

// Answer is what goes over the connection: Head up to its Date line, which the lane adds with the empty line, then Body. The bytes
// are shared and never changed.
type Answer struct{ Head, Body []byte }

// Source gives the answer to a simple GET when it lies ready, as the server's handler would give it now. It must not wait.
type Source func(Asked) (Answer, bool)

// Limits are those of the server whose connections pass here.
type Limits struct {
	Head  time.Duration // for the rest of a head, http.Server.ReadHeaderTimeout
	Idle  time.Duration // between two requests, http.Server.IdleTimeout
	Write time.Duration // for an answer
}

// Listener is a net.Listener whose connections answer what is simple. Its State must be the server's ConnState.
type Listener struct {
	net.Listener
	source  Source
	limits  Limits
	closed  atomic.Bool
	writing atomic.Int64
	answers atomic.Int64
	date    atomic.Pointer[stamp]
}

// Listen wraps a listener for TCP; of another kind its connections pass as they are.
func Listen(l net.Listener, source Source, limits Limits) *Listener {
	return &Listener{Listener: l, source: source, limits: limits}
}

// Accept gives the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return &conn{TCPConn: tcp, lane: l, back: make(chan struct{}, 1)}, nil
	}
	return c, err
}

// Answers counts what was answered here.
func (l *Listener) Answers() int64 { return l.answers.Load() }

// Writing counts the answers that are being written here now.
func (l *Listener) Writing() int64 { return l.writing.Load() }

// State follows the server's connections; it is for http.Server.ConnState.
func (l *Listener) State(c net.Conn, state http.ConnState) {
	if c, ok := c.(*conn); ok {
		switch state {
		case http.StateNew:
			c.boundary, c.fresh = true, true
		case http.StateIdle:
			c.boundary, c.fresh, c.alone = true, false, false
		case http.StateHijacked:
			c.alone = false
		}
	}
}

// Finish lets no more be answered here and waits until what is being written is written, or ctx is done. It does not close the
// listener: that, and the rest, is the server's.
func (l *Listener) Finish(ctx context.Context) {
	l.closed.Store(true)
	for l.writing.Load() > 0 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
}

// stamp is the end of a head in one second.
type stamp struct {
	second int64
	line   []byte
}

// dated gives the Date line and the empty line after it.
func (l *Listener) dated(now time.Time) []byte {
	second := now.Unix()
	if s := l.date.Load(); s != nil && s.second == second {
		return s.line
	}
	line := append([]byte("Date: "), now.UTC().Format(http.TimeFormat)...)
	s := &stamp{second, append(line, "\r\n\r\n"...)}
	l.date.Store(s)
	return s.line
}

const (
	boundaryRead = 4096            // the size of net/http's buffer: it is empty when so much is asked for
	inARow       = 16              // answers until others have their turn
	armedFor     = 3 * time.Second // deadlines are set anew this often at most
)

// conn is a connection of net/http. Its boundary and fresh are touched by the connection's own goroutine only: State is called by it,
// or before it begins, and a Read of another size, which may be another's, looks at nothing.
type conn struct {
	*net.TCPConn
	lane     *Listener
	boundary bool // net/http waits for a request and has none of it
	fresh    bool // and has had none on this connection
	alone    bool // net/http has one simple request, whole and without a body, and its handler works on it
	back     chan struct{}
	armed    time.Time
	host     string // of the last request: most have the same
	accept   string
	agent    []byte // of the last request
	robot    bool   // what it is
	broken   bool   // an answer could not be written
	vec      [3][]byte
	buffers  net.Buffers // of vec, used up by writing
}

// Read reads what net/http asks for, and answers requests before it hears of them.
func (c *conn) Read(p []byte) (int, error) {
	if len(p) == 1 && c.alone {
		return c.listen(p)
	}
	if len(p) != boundaryRead || !c.boundary {
		return c.TCPConn.Read(p)
	}
	for row := 1; ; row++ {
		n, err := c.TCPConn.Read(p)
		var simple, answered bool
		if err == nil {
			simple, answered = c.answer(p[:n])
		}
		if !answered {
			c.boundary, c.alone = n == 0 && err == nil, simple
			select {
			case <-c.back: // of an earlier request
			default:
			}
			if c.fresh && !c.armed.IsZero() { // net/http believes that the deadline for a first head still runs
				_ = c.TCPConn.SetReadDeadline(time.Now().Add(c.lane.limits.Head))
			}
			c.armed = time.Time{}
			return n, err
		}
		if c.broken { // there is nobody to read the answer
			return 0, io.EOF
		}
		if row%inARow == 0 {
			runtime.Gosched()
		}
	}
}

// listen is how net/http listens for its reader's leaving while a handler works: it reads one byte. That byte would be the first of the
// next request, which then does not lie whole before the lane; so it stays where it is, and the read ends when net/http calls it back.
func (c *conn) listen(p []byte) (int, error) {
	more, err := peek(c.TCPConn)
	if err != nil {
		return 0, err
	}
	if !more {
		return c.TCPConn.Read(p)
	}
	<-c.back
	return 0, os.ErrDeadlineExceeded
}

// SetReadDeadline with a time that has passed is how net/http calls a read back.
func (c *conn) SetReadDeadline(t time.Time) error {
	err := c.TCPConn.SetReadDeadline(t)
	if !t.IsZero() && t.Before(time.Now()) {
		c.call()
	}
	return err
}

// Close closes the connection.
func (c *conn) Close() error {
	err := c.TCPConn.Close()
	c.call()
	return err
}

// NetConn gives the connection itself to who has taken this one from the server and does not need the lane any more.
func (c *conn) NetConn() net.Conn { return c.TCPConn }

func (c *conn) call() {
	select {
	case c.back <- struct{}{}:
	default:
	}
}

// answer writes the answer to the one request that b is, and reports whether b is one simple request, and whether it was answered.
func (c *conn) answer(b []byte) (simple, answered bool) {
	var q request
	if !q.parse(b) {
		return false, false
	}
	l := c.lane
	l.writing.Add(1)
	defer l.writing.Add(-1)
	if l.closed.Load() {
		return true, false
	}
	if c.host != string(q.host) {
		c.host = string(q.host)
	}
	if c.accept != string(q.acceptEncoding) {
		c.accept = string(q.acceptEncoding)
	}
	if !bytes.Equal(c.agent, q.agent) || c.agent == nil {
		c.agent, c.robot = append(c.agent[:0], q.agent...), readership.RobotBytes(q.agent)
	}
	a, ok := l.source(Asked{Reads: !c.robot && !q.ahead, Host: c.host, Path: string(q.path), AcceptEncoding: c.accept, IfNoneMatch: string(q.ifNoneMatch), IfModifiedSince: string(q.ifModifiedSince)})
	if !ok {
		return true, false
	}
	now := time.Now()
	if now.Sub(c.armed) > armedFor {
		c.armed = now
		_ = c.TCPConn.SetReadDeadline(now.Add(l.limits.Idle + armedFor))
		_ = c.TCPConn.SetWriteDeadline(now.Add(l.limits.Write + armedFor))
	}
	c.vec = [3][]byte{a.Head, l.dated(now), a.Body}
	c.buffers = c.vec[:]
	if len(a.Body) == 0 {
		c.buffers = c.vec[:2]
	}
	if _, err := c.buffers.WriteTo(c.TCPConn); err != nil {
		c.broken = true
		return true, true
	}
	l.answers.Add(1)
	return true, true
}
