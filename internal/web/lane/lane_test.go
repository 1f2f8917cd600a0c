package lane_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/readership"
	"dateline/internal/web"
	"dateline/internal/web/cache"
	"dateline/internal/web/lane"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a small site: pages in a cache behind a gate, and doors that read bodies and take connections over.
type house struct {
	views *readership.Counter
	cache *cache.Cache
	gate  *web.Gate
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{views: readership.NewCounter(), cache: cache.New(cache.Options{KeyHeader: "Surrogate-Key"})}
	h.cache.Close() // nothing is compressed better while answers are compared
	key := func(r *http.Request) cache.Key { return cache.Key{Path: r.URL.Path} }
	render := func(path string) cache.Render {
		return func(context.Context) (cache.Page, error) {
			p := cache.Page{Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Content-Security-Policy": {"default-src 'none'"}}, Tags: []fact.Tag{fact.TagArticle("a")},
				Modified: time.Date(2026, 3, 10, 9, 5, 0, 0, time.UTC), Chunks: []cache.Chunk{{Bytes: []byte(strings.Repeat("The ferry to "+path+" sails. ", 60))}}}
			switch path {
			case "/world/ferry":
				p.Views = h.views.Of("ferry")
			case "/short":
				p.Chunks = []cache.Chunk{{Bytes: []byte("Short.")}}
			case "/gone":
				p.Status = http.StatusGone
			case "/large":
				p.Chunks = []cache.Chunk{{Bytes: noise(512 << 10)}}
			case "/missing":
				return cache.Page{}, fault.New(fault.NotFound, "fault.not_found", "there is no such page")
			}
			return p, nil
		}
	}
	site := web.Adapt(func(w http.ResponseWriter, r *http.Request) error {
		return h.cache.Serve(w, r, key(r), render(r.URL.Path))
	}, slog.New(slog.DiscardHandler), web.ShowProblem)
	gate, err := web.NewGate(web.GateOptions{
		Log: slog.New(slog.DiscardHandler), Public: "https://news.example",
		Quick: func(w http.ResponseWriter, r *http.Request, _ string) bool {
			return r.URL.RawQuery == "" && h.cache.Hit(w, r, key(r))
		},
		Doors: []web.Door{{Prefix: "/", Handler: site}, {Prefix: "/api", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %d", r.Method, len(b))
		})}, {Prefix: "/events", Stream: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			c, both, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			b, _ := io.ReadAll(both)
			_, _ = c.Write(append([]byte("taken over: "), b...))
		})}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.gate = gate
	return h
}

// noise is what does not compress.
func noise(n int) []byte {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = "0123456789abcdefghijklmnopqrstuvwxyz .,ABCDEFGHIJKLMNOPQRSTUVWXYZ"[x>>24%64]
	}
	return b
}

func (h *house) source(q lane.Asked) (lane.Answer, bool) {
	head, body, ok := h.cache.Bytes(cache.Key{Path: q.Path}, cache.Asked{AcceptEncoding: q.AcceptEncoding, IfNoneMatch: q.IfNoneMatch, IfModifiedSince: q.IfModifiedSince, Reads: q.Reads}, h.gate.Around())
	return lane.Answer{Head: head, Body: body}, ok
}

// server serves the house, with the lane or without.
type server struct {
	*http.Server
	at   string
	lane *lane.Listener
	done chan struct{}

	heard func(http.ConnState) // may be nil
}

func (h *house) serve(t testing.TB, with bool, change func(*server, *lane.Limits)) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Server: web.NewServer(h.gate, slog.New(slog.DiscardHandler)), at: l.Addr().String(), done: make(chan struct{})}
	limits := lane.Limits{Head: web.HeaderWithin, Idle: web.IdleFor, Write: web.AnswerWithin}
	if change != nil {
		change(s, &limits)
	}
	l = narrow{l}
	if with {
		s.lane = lane.Listen(l, h.source, limits)
		l, s.ConnState = s.lane, func(c net.Conn, state http.ConnState) {
			s.lane.State(c, state)
			if s.heard != nil {
				s.heard(state)
			}
		}
	}
	go func() { _ = s.Serve(l); close(s.done) }()
	t.Cleanup(func() { s.Close(); <-s.done })
	return s
}

// narrow gives connections that take little before their reader has read.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		_ = c.(*net.TCPConn).SetWriteBuffer(16 << 10)
	}
	return c, err
}

func dial(t testing.TB, at string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	return c.(*net.TCPConn)
}

// changing is what differs between two answers to the same bytes: the second, and the id of a request.
var changing = regexp.MustCompile(`Date: [^\r]+|"request":"[0-9a-f]+"|X-Request-Id: [0-9a-f]+`)

// talk sends a stream in pieces, and gives what came back until the server ended the connection; cut says that it did so
// with bytes of ours unread, which may take bytes of its own away. After a piece that ends a head it waits for an answer, so that
// the next piece does not come with it. When the server waits for more, it gets the end.
func talk(t testing.TB, at string, pieces [][]byte) (answers []byte, cut bool) {
	t.Helper()
	c := dial(t, at)
	defer c.Close()
	var b []byte
	buffer := make([]byte, 64<<10)
	read := func(within time.Duration) error {
		_ = c.SetReadDeadline(time.Now().Add(within))
		n, err := c.Read(buffer)
		b = append(b, buffer[:n]...)
		return err
	}
	var err error
	for _, p := range pieces {
		if _, err = c.Write(p); err != nil {
			break
		}
		if bytes.HasSuffix(p, []byte("\r\n\r\n")) {
			if err = read(patience); err != nil && !timeout(err) {
				break
			}
		}
	}
	for err == nil || timeout(err) {
		if err = read(patience); timeout(err) {
			_ = c.CloseWrite()
			if err = read(20 * time.Second); timeout(err) {
				t.Fatalf("no end after %.500q", b)
			}
		}
	}
	return changing.ReplaceAll(b, []byte("-")), err != io.EOF
}

// patience is how long an answer is waited for before more is sent.
const patience = 200 * time.Millisecond

func timeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

const canary = "GET /canary HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n"

func (h *house) compare(t testing.TB, with, without *server, pieces ...[]byte) {
	t.Helper()
	pieces = append(pieces, []byte(canary))
	a, cutA := talk(t, with.at, pieces)
	b, cutB := talk(t, without.at, pieces)
	if bytes.Equal(a, b) || (cutA || cutB) && (bytes.HasPrefix(a, b) || bytes.HasPrefix(b, a)) {
		return
	}
	t.Errorf("%q\nwith the lane    %.1500q\nwithout the lane %.1500q", pieces, a, b)
}

func head(path string, lines ...string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: news.example\r\n" + strings.Join(append(lines, ""), "\r\n") + "\r\n"
}

const (
	gzip = "Accept-Encoding: gzip"
	br   = "Accept-Encoding: gzip, deflate, br"
)

// warm has the pages in memory in both encodings.
func (h *house) warm(t testing.TB, s *server) {
	t.Helper()
	for _, p := range []string{"/", "/world/ferry", "/short", "/gone", "/large", "/canary"} {
		for _, e := range []string{gzip, br, "Accept-Language: en"} {
			if p == "/large" && e != gzip {
				continue
			}
			talk(t, s.at, [][]byte{[]byte(head(p, e, "Connection: close"))})
		}
	}
}

// streams are conversations of readers, proxies, and of those who look for a difference.
func streams(tag string) []string {
	page, old := head("/", gzip), head("/world/ferry", br)
	return []string{
		page, old, page + old + page, strings.Repeat(page, 40), page + head("/missing", gzip) + page, head("/short", gzip), head("/gone", br), head("/"),
		head("/", br, `If-None-Match: "`+tag+`"`), head("/", gzip, `If-None-Match: W/"x", "`+tag+`"`), head("/", gzip, "If-None-Match: *"), head("/", gzip, `If-None-Match: "x"`),
		head("/", gzip, `If-None-Match:  "`+tag+`" `), head("/", br, "If-Modified-Since: Tue, 10 Mar 2026 09:05:00 GMT"), head("/", br, "If-Modified-Since: yesterday"),
		head("/", "Accept-Encoding: br;q=0, gzip;q=0.5"), head("/", "Accept-Encoding: identity"), head("/", "Accept-Encoding: *"), head("/", gzip, br),
		"POST /api/x HTTP/1.1\r\nHost: news.example\r\nContent-Length: " + fmt.Sprint(len(page)) + "\r\n\r\n" + page + page,
		"POST /api/x HTTP/1.1\r\nHost: news.example\r\nTransfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x", len(page)) + "\r\n" + page + "\r\n0\r\n\r\n" + page,
		"POST /api/x HTTP/1.1\r\nHost: news.example\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + page,
		"POST /api/x HTTP/1.1\r\nHost: news.example\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello" + page,
		strings.Replace(page, "GET", "HEAD", 1) + page, strings.Replace(page, "HTTP/1.1", "HTTP/1.0", 1), strings.Replace(page, "GET", "get", 1), "\r\n" + page, page + "\r\n\r\n",
		page + "GET", page + "\x16\x03\x01\x02\x00\x01\x00", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", strings.ReplaceAll(page, "\r\n", "\n"), "GET / HTTP/1.1\r\n\r\n",
		page + "GET /events HTTP/1.1\r\nHost: news.example\r\n\r\n" + page, head("/?a=b", gzip), head("//", gzip), head("/../", gzip), head("/%2e/", gzip), head("*", gzip),
		head("/", gzip, "Range: bytes=0-1"), head("/", gzip, "Cookie: dateline_session=x"), head("/", gzip, "Upgrade: websocket", "Connection: Upgrade"), head("/", gzip, "Host: b"),
		head("/", gzip, "Connection: close"), head("/", gzip, "Accept: \x00"), head("/", gzip, "X: "+strings.Repeat("x", 5000)), head("/", gzip, "X: "+strings.Repeat("x", 40000)), head("/large", gzip) + page,
	}
}

func TestTheLaneAnswersAsNetHTTPDoes(t *testing.T) {
	h := newHouse(t)
	with, without := h.serve(t, true, nil), h.serve(t, false, nil)
	h.warm(t, without)
	before := with.lane.Answers()
	for i, s := range streams(h.tag(t, without)) {
		h.compare(t, with, without, []byte(s))
		if i > 8 {
			continue
		}
		for _, at := range []int{1, 3, 4, 20, len(s) / 2, len(s) - 1} {
			if at < len(s) {
				h.compare(t, with, without, []byte(s[:at]), []byte(s[at:]))
			}
		}
	}
	if with.lane.Answers() == before {
		t.Error("nothing went through the lane")
	}
}

// tag gives the ETag of the front in gzip, without its quotes.
func (h *house) tag(t testing.TB, s *server) string {
	t.Helper()
	b, _ := talk(t, s.at, [][]byte{[]byte(head("/", gzip, "Connection: close"))})
	m := regexp.MustCompile(`(?i)\r\nEtag: "([^"]+)"`).FindSubmatch(b)
	if m == nil {
		t.Fatalf("no tag in %.300q", b)
	}
	return string(m[1])
}

// FuzzTheLaneAnswersAsNetHTTPDoes sends what nobody would send, in two pieces, and compares.
func FuzzTheLaneAnswersAsNetHTTPDoes(f *testing.F) {
	h := newHouse(f)
	with, without := h.serve(f, true, nil), h.serve(f, false, nil)
	h.warm(f, without)
	for _, s := range streams(h.tag(f, without)) {
		if len(s) < 2000 {
			f.Add([]byte(s), uint16(len(s)/2))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, at uint16) {
		i := min(int(at), len(b))
		h.compare(t, with, without, b[:i], b[i:])
	})
}

func TestEveryRequestOfAReaderOnOneConnectionGoesThroughTheLane(t *testing.T) {
	h := newHouse(t)
	s := h.serve(t, true, nil)
	h.warm(t, s)
	c, before := dial(t, s.at), s.lane.Answers()
	in := newReader(c)
	for i := range 100 {
		request := head("/world/ferry", br)
		if i%10 == 9 {
			request = head("/missing", br) // back in the lane after it
		}
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(i, err)
		}
		if status := in.answer(t); status != 200 && status != 404 {
			t.Fatalf("%d", status)
		}
	}
	s.answered(t, before+90)
}

// answered waits until the lane has counted so many answers: it counts one after it is written.
func (s *server) answered(t testing.TB, want int64) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); s.lane.Answers() != want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the lane answered %d times instead of %d; does net/http read otherwise now?", s.lane.Answers(), want)
		}
	}
}

// A reader may send his next request while a handler works on the last one, and may leave.
func TestWhatComesWhileAHandlerWorksIsAnsweredAfterIt(t *testing.T) {
	h := newHouse(t)
	begun, let, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s := h.serve(t, true, func(s *server, _ *lane.Limits) {
		inner := s.Handler
		s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/slow":
				begun <- struct{}{}
				<-let
				fmt.Fprint(w, "slow")
			case "/left":
				begun <- struct{}{}
				<-r.Context().Done()
				close(left)
			default:
				inner.ServeHTTP(w, r)
			}
		})
	})
	h.warm(t, s)
	c, before := dial(t, s.at), s.lane.Answers()
	in := newReader(c)
	for range 20 {
		for i, path := range []string{"/slow", "/world/ferry", "/world/ferry"} {
			if _, err := io.WriteString(c, head(path, br)); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				<-begun
				continue
			}
			if i == 1 {
				let <- struct{}{}
				in.answer(t)
			}
			if status := in.answer(t); status != 200 {
				t.Fatalf("%s: %d", path, status)
			}
		}
	}
	s.answered(t, before+40)
	if _, err := io.WriteString(c, head("/left", br)); err != nil {
		t.Fatal(err)
	}
	<-begun
	c.Close()
	select {
	case <-left:
	case <-time.After(20 * time.Second):
		t.Error("a handler does not hear that its reader has gone")
	}
}

func TestWhatWasDroppedIsNotInTheLane(t *testing.T) {
	h := newHouse(t)
	s := h.serve(t, true, nil)
	h.warm(t, s)
	h.cache.Drop(cache.Forget, fact.TagArticle("a"))
	if _, ok := h.source(lane.Asked{Host: "news.example", Path: "/", AcceptEncoding: "gzip"}); ok {
		t.Error("the old page is still answered")
	}
}

// reader reads answers one after the other.
type reader struct{ *bufio.Reader }

func newReader(c net.Conn) reader { return reader{bufio.NewReader(c)} }

func (r reader) answer(t testing.TB) int {
	t.Helper()
	res, err := http.ReadResponse(r.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if n, err := io.Copy(io.Discard, res.Body); err != nil || res.ContentLength >= 0 && n != res.ContentLength {
		t.Fatalf("%d of %d bytes: %v", n, res.ContentLength, err)
	}
	return res.StatusCode
}
