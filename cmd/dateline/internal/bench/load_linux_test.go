package bench

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestAHeadIsOneThatABrowserSends(t *testing.T) {
	b := head("/world/story", "127.0.0.1:8080", "gzip, deflate, br, zstd")
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
	if err != nil || r.URL.Path != "/world/story" || r.Host != "127.0.0.1:8080" || r.Header.Get("Accept-Encoding") != "gzip, deflate, br, zstd" {
		t.Fatalf("%+v %v", r, err)
	}
	if len(b) < 700 || len(b) > 1200 {
		t.Errorf("%d bytes", len(b))
	}
}

func TestAnAnswerIsReadInAnyPieces(t *testing.T) {
	for _, answer := range []string{"HTTP/1.1 404 Not Found\r\nX: y\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"} {
		inAnyPieces(t, []byte(answer))
	}
	if _, err := (&client{need: -1}).take([]byte("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")); err == nil {
		t.Error("an answer without length was taken")
	}
}

func inAnyPieces(t *testing.T, whole []byte) {
	for a := range len(whole) {
		for b := a; b < len(whole); b++ {
			c := &client{need: -1}
			var done bool
			for _, piece := range [][]byte{whole[:a], whole[a:b], whole[b:]} {
				if len(piece) == 0 {
					continue
				}
				if done {
					t.Fatal("done too early")
				}
				var err error
				if done, err = c.take(piece); err != nil {
					t.Fatal(err)
				}
			}
			if !done || c.code != 404 {
				t.Fatalf("%d %d: done %t, status %d", a, b, done, c.code)
			}
		}
	}
}

func TestLoadCountsEveryAnswer(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1)%10 == 0 {
			http.Error(w, "no", http.StatusTeapot)
			return
		}
		w.Write([]byte(strings.Repeat("text ", 200)))
	}))
	defer s.Close()
	b := head("/", "x", "identity")
	out, err := load{addr: netip.MustParseAddrPort(s.Listener.Addr().String()), conns: 4, next: func() []byte { return b }, span: 200 * time.Millisecond}.run()
	if err != nil {
		t.Fatal(err)
	}
	n := int64(out.requests)
	if n == 0 || n > asked.Load() || n < asked.Load()-16 || out.status[200]+out.status[418] != out.requests || out.failed != out.status[418] || len(out.times) != out.requests {
		t.Errorf("%d asked, %d counted, %d failed, %v", asked.Load(), n, out.failed, out.status)
	}
}

func TestEventsAreReadLineByLine(t *testing.T) {
	text := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 2000\nid: a\n\nid: b\nevent: published\ndata: {\"topic\":\"x\",\"seq\":7,\"kind\":\"published\"}\n\n:\n\nid: c\ndata: {\"seq\":9}\n\n"
	for cut := range len(text) {
		var got []int64
		c := newCrowd(1, "/events", func(_ *stream, seq int64) { got = append(got, seq) })
		s := c.streams[0]
		c.take(s, []byte(text[:cut]))
		c.take(s, []byte(text[cut:]))
		if s.id != "c" || s.events != 2 || s.seq != 9 || s.wrong != 1 || !s.ready || c.refused.Load() != 0 {
			t.Fatalf("cut at %d: %+v", cut, s)
		}
		if len(got) != 2 || got[0] != 7 {
			t.Fatalf("cut at %d: %v", cut, got)
		}
	}
}

func TestMiddlesAndEnds(t *testing.T) {
	v := []float64{5, 1, 4, 2, 3}
	if median(v) != 3 || percentile(v, 99) != 5 || percentile(v, 0) != 1 || median([]float64(nil)) != 0 {
		t.Error(median(v), percentile(v, 99), percentile(v, 0))
	}
	for in, want := range map[float64]string{0: "0", 0.01234: "0.0123", 0.5: "0.500", 1.234: "1.23", 12.34: "12.3", 12345.6: "12346"} {
		if got := digits(in); got != want {
			t.Errorf("%v: %s", in, got)
		}
	}
}

func TestMadeUpTextsAreTheSameEachTime(t *testing.T) {
	first, second := words(3, 100), words(3, 100)
	if first != second || first == words(4, 100) || headline(1) == headline(2) {
		t.Error("texts do not repeat")
	}
	if n := len(strings.Fields(words(9, 600))); n != 600 {
		t.Errorf("%d words", n)
	}
}
