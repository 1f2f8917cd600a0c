package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hold opens the socket that outlives the nodes, as systemd does, and gives its address.
func (n *newsroom) hold() string {
	n.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { l.Close() })
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { f.Close() })
	n.held = f
	return l.Addr().String()
}

// asker is a client that keeps its connection for as long as the site lets it, and never asks twice.
type asker struct {
	addr, request string
	conn          net.Conn
	in            *bufio.Reader
}

// ask sends one request and reads its answer.
func (a *asker) ask() (status int, err error) {
	if a.conn == nil {
		if a.conn, err = net.Dial("tcp", a.addr); err != nil {
			return 0, err
		}
		a.in = bufio.NewReader(a.conn)
	}
	a.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err = io.WriteString(a.conn, a.request); err != nil {
		return 0, fmt.Errorf("asking: %w", err)
	}
	res, err := http.ReadResponse(a.in, nil)
	if err != nil {
		return 0, fmt.Errorf("answer: %w", err)
	}
	if _, err = io.Copy(io.Discard, res.Body); err != nil {
		return 0, fmt.Errorf("body: %w", err)
	}
	if res.Close {
		a.close()
	}
	return res.StatusCode, nil
}

func (a *asker) close() {
	if a.conn != nil {
		a.conn.Close()
		a.conn = nil
	}
}

// TestSoakARestartAtAHeldSocketFailsNobody restarts the program under load: readers of pages in memory and of pages that are not, an author, and
// open pages. No request fails, no story is lost or doubled, and every open page is back and has heard everything.
func TestSoakARestartAtAHeldSocketFailsNobody(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		restarts, askers, pages := 2, 8, 50
		switch {
		case testing.Short():
			restarts = 1
		case soaking():
			restarts, askers, pages = 20, 64, 1000
		}
		room := newNewsroom(t, database)
		room.found()
		addr := room.hold()
		s := room.start("127.0.0.1:1") // which the held socket overrules
		if s.addr != addr {
			t.Fatalf("the node serves %s, not the held %s", s.addr, addr)
		}
		stop := make(chan struct{})
		var asked, failed, published atomic.Int64
		var load sync.WaitGroup
		fail := func(what string, err error) {
			if failed.Add(1) <= 5 {
				t.Errorf("%s: %v", what, err)
			}
		}
		for n := range askers {
			load.Go(func() {
				path := "/"
				if n%4 == 3 {
					path = fmt.Sprintf("/search?q=story-%d", n) // never in memory
				}
				a := &asker{addr: addr, request: "GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\n\r\n"}
				defer a.close()
				for {
					select {
					case <-stop:
						return
					default:
					}
					status, err := a.ask()
					if err == nil && status != http.StatusOK && status != http.StatusTooManyRequests {
						err = fmt.Errorf("status %d", status)
					}
					if err != nil {
						fail("GET "+path, err)
						a.close()
					}
					asked.Add(1)
				}
			})
		}
		var readers []*faithful
		for range pages {
			readers = append(readers, openPage(t, addr, "newsfeed:en"))
		}
		for _, r := range readers { // what is published before a page is open it does not hear
			room.wait(30*time.Second, "page open", func() bool { return !r.opened().IsZero() })
		}
		load.Go(func() {
			author := node{room: room, addr: addr, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				var a outcome
				err := author.call("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "headline": fmt.Sprintf("Story %d", n), "body_html": "<p>Text.</p>"}, &a)
				if err == nil {
					err = author.call("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, &a)
				}
				if err != nil {
					fail("publishing", err)
					continue
				}
				published.Add(1)
			}
		})
		var back []time.Duration
		for range restarts {
			begun := published.Load()
			room.wait(20*time.Second, "work going on", func() bool { return published.Load() >= begun+5 })
			for _, r := range readers {
				r.forget()
			}
			s.stop()
			stopped := time.Now()
			s = room.start("127.0.0.1:1")
			latest := stopped
			for _, r := range readers {
				room.wait(30*time.Second, "open page back", func() bool { return !r.opened().IsZero() })
				if at := r.opened(); at.After(latest) {
					latest = at
				}
			}
			back = append(back, latest.Sub(stopped))
		}
		close(stop)
		load.Wait()
		want := published.Load()
		for n, r := range readers {
			for end := time.Now().Add(20 * time.Second); r.count() < want && time.Now().Before(end); {
				time.Sleep(3 * time.Millisecond)
			}
			if r.wrong() != "" || r.count() != want {
				t.Errorf("open page %d heard %d of %d events: %s", n, r.count(), want, r.wrong())
			}
		}
		if events, err := s.events("newsfeed:en", 0); err != nil || int64(len(events)) != want {
			t.Errorf("%d stories were acknowledged, %d told, %v", want, len(events), err)
		}
		t.Logf("%d restarts, %d requests, %d failed, %d stories; all %d open pages were back after %v", restarts, asked.Load(), failed.Load(), want, pages, back)
	})
}

// faithful is an open page that comes back whenever its stream ends, when it was told to, from where it was.
type faithful struct {
	mu    sync.Mutex
	n     int64
	fault string
	at    time.Time
}

func (f *faithful) count() int64 { f.mu.Lock(); defer f.mu.Unlock(); return f.n }

func (f *faithful) wrong() string { f.mu.Lock(); defer f.mu.Unlock(); return f.fault }

// opened is when its newest stream stood, zero when none did since forget.
func (f *faithful) opened() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.at }

func (f *faithful) forget() { f.mu.Lock(); defer f.mu.Unlock(); f.at = time.Time{} }

// openPage follows a topic from now on.
func openPage(t *testing.T, addr, topic string) *faithful {
	f := &faithful{}
	ended := make(chan struct{})
	var mu sync.Mutex
	var conn net.Conn
	t.Cleanup(func() {
		close(ended)
		mu.Lock()
		defer mu.Unlock()
		if conn != nil {
			conn.Close()
		}
	})
	go func() {
		id, wait := "", time.Duration(0)
		for {
			select {
			case <-ended:
				return
			case <-time.After(wait): // as the site said
			}
			c, err := net.Dial("tcp", addr)
			if err != nil {
				continue
			}
			mu.Lock()
			conn = c
			mu.Unlock()
			head := "GET /events?topic=" + topic + "&last=" + id + " HTTP/1.1\r\nHost: " + addr + "\r\nAccept: text/event-stream\r\n"
			if id != "" {
				head += "Last-Event-ID: " + id + "\r\n"
			}
			io.WriteString(c, head+"\r\n")
			f.read(c, &id, &wait)
			c.Close()
		}
	}()
	return f
}

// read reads one stream to its end. As in a browser an event counts, and its id is where to go on, when its empty line has come: one that
// the end of the stream cut off was not heard.
func (f *faithful) read(c net.Conn, id *string, wait *time.Duration) {
	in := bufio.NewScanner(c)
	in.Buffer(nil, 1<<20)
	var next string
	var heard int64
	for in.Scan() {
		line := in.Text()
		f.mu.Lock()
		switch {
		case strings.HasPrefix(line, "HTTP/1.1 ") && !strings.HasPrefix(line, "HTTP/1.1 200"):
			f.fault = line
		case strings.HasPrefix(line, "retry: "):
			if ms, err := time.ParseDuration(line[7:] + "ms"); err == nil {
				*wait = ms
			}
		case strings.HasPrefix(line, "id: "):
			next = line[4:]
		case strings.HasPrefix(line, "event: reset"):
			f.fault = "it was told to begin anew"
		case strings.HasPrefix(line, "data: "):
			heard++
		case line == "" && next != "":
			*id, f.at = next, time.Now()
			f.n += heard
			next, heard = "", 0
		}
		f.mu.Unlock()
	}
}

// handed puts the held socket into a command as systemd does.
func handed(c *exec.Cmd, n *newsroom) {
	if n.held == nil {
		return
	}
	c.ExtraFiles = append(c.ExtraFiles, n.held)
	c.Env = append(c.Env, "LISTEN_FDS=1")
	c.Args = append([]string{"sh", "-c", `LISTEN_PID=$$ exec "$0" "$@"`, c.Path}, c.Args[1:]...)
	c.Path = "/bin/sh"
}
