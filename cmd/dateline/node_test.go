package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// newsroom is a folder and a database on which nodes of the real program run.
type newsroom struct {
	t        testing.TB
	program  string
	data     string
	database string
	token    string
	held     *os.File // a socket that outlives the nodes; nil for none
}

// newNewsroom is empty; database is "" for SQLite.
func newNewsroom(t testing.TB, database string) *newsroom {
	t.Helper()
	program, err := exec.LookPath("dateline")
	if err != nil {
		t.Fatal(err)
	}
	return &newsroom{t: t, program: program, data: t.TempDir(), database: database}
}

func (n *newsroom) command(args ...string) *exec.Cmd {
	c := exec.Command(n.program, args...)
	c.Env = append(os.Environ(), "DATELINE_DATA="+n.data, "DATELINE_DATABASE="+n.database)
	return c
}

// run runs a command to its end and gives its standard output.
func (n *newsroom) run(args ...string) string {
	n.t.Helper()
	var out, log bytes.Buffer
	c := n.command(args...)
	c.Stdout, c.Stderr = &out, &log
	if err := c.Run(); err != nil {
		n.t.Fatalf("dateline %s: %v\n%s%s", strings.Join(args, " "), err, &out, &log)
	}
	return strings.TrimSpace(out.String())
}

// found makes an editor with a token, an edition and a section, with a node that is stopped again.
func (n *newsroom) found() {
	n.t.Helper()
	n.run("account", "add", "--email", "ed@example.org", "--name", "Ed", "--role", "editor")
	n.token = n.run("token", "add", "--email", "ed@example.org")
	s := n.start("127.0.0.1:0")
	defer s.kill()
	s.must("POST", "/api/v1/editions", "", map[string]any{"slug": "en", "name": "Daily", "language": "en", "timezone": "UTC"}, nil)
	s.must("POST", "/api/v1/sections", "", map[string]any{"edition": "en", "slug": "world", "name": "World"}, nil)
}

// node is one running process.
type node struct {
	room   *newsroom
	cmd    *exec.Cmd
	log    *lines
	addr   string
	client *http.Client
	ended  chan struct{}
	err    error // after ended
}

// lines keeps what a process says.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var whereItServes = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// launch starts a node and waits for nothing.
func (n *newsroom) launch(listen string) (*node, io.Reader) {
	n.t.Helper()
	c := n.command("serve", "--listen", listen)
	handed(c, n)
	s := &node{room: n, cmd: c, log: &lines{}, ended: make(chan struct{}), client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	c.Stderr = s.log
	out, err := c.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { s.kill() })
	return s, out
}

// start starts a node and waits until it serves.
func (n *newsroom) start(listen string) *node {
	n.t.Helper()
	s, out := n.launch(listen)
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	m := whereItServes.FindStringSubmatch(line)
	if err != nil || m == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		close(s.ended)
		n.t.Fatalf("the node did not start: %q %v\n%s", line, err, s.log)
	}
	s.addr = m[1]
	go func() {
		io.Copy(io.Discard, r)
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	n.wait(10*time.Second, "ready", func() bool { return s.status("/readyz") == http.StatusOK })
	return s
}

// kill ends the node as a power cut would.
func (s *node) kill() {
	s.cmd.Process.Signal(syscall.SIGKILL)
	if s.addr != "" {
		<-s.ended
	} else {
		s.cmd.Wait()
	}
	s.client.CloseIdleConnections()
}

// stop ends the node as an operator would, and gives how long it took.
func (s *node) stop() time.Duration {
	s.room.t.Helper()
	begun := time.Now()
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		s.kill()
		s.room.t.Fatal("the node did not stop in 20 s")
	}
	if s.err != nil {
		s.room.t.Fatalf("the node stopped with %v\n%s", s.err, s.log)
	}
	return time.Since(begun)
}

// wait asks until f says so.
func (n *newsroom) wait(most time.Duration, what string, f func() bool) {
	n.t.Helper()
	for deadline := time.Now().Add(most); !f(); time.Sleep(3 * time.Millisecond) {
		if time.Now().After(deadline) {
			n.t.Fatalf("not %s within %s", what, most)
		}
	}
}

// problem is an answer that is no success.
type problem struct {
	status int
	text   string
}

func (p problem) Error() string { return fmt.Sprintf("%d: %.400s", p.status, p.text) }

// send sends a request of the API with a body that was made before, as whose token that is, else as the editor, and gives the answer's body;
// an answer other than 2xx is a problem.
func (s *node) send(as, method, path, key, kind string, body []byte) ([]byte, error) {
	for {
		r, err := http.NewRequest(method, "http://"+s.addr+path, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+cmp.Or(as, s.room.token))
		r.Header.Set("If-Match", "*")
		if body != nil {
			r.Header.Set("Content-Type", kind)
		}
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		res, err := s.client.Do(r)
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		switch {
		case err != nil:
			return nil, err
		case res.StatusCode == http.StatusTooManyRequests:
			time.Sleep(50 * time.Millisecond) // as a polite client does
			continue
		case res.StatusCode/100 != 2:
			return nil, problem{res.StatusCode, string(b)}
		}
		return b, nil
	}
}

// call sends JSON and reads JSON.
func (s *node) call(method, path, key string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	b, err := s.send("", method, path, key, "application/json", body)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(b, out)
}

func (s *node) must(method, path, key string, in, out any) {
	s.room.t.Helper()
	if err := s.call(method, path, key, in, out); err != nil {
		s.room.t.Fatalf("%s %s: %v\n%s", method, path, err, s.log)
	}
}

// get reads a page; status is 0 when there was no answer.
func (s *node) get(path string) (status int, body string) {
	res, err := s.client.Get("http://" + s.addr + path)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(b)
}

func (s *node) status(path string) int {
	status, _ := s.get(path)
	return status
}

// told is one event of a topic.
type told struct {
	Seq  int64     `json:"seq"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	Item struct {
		ID       string `json:"id"`
		Headline string `json:"headline"`
	} `json:"item"`
	heard time.Time
}

// events reads what a topic told after a seq.
func (s *node) events(topic string, after int64) ([]told, error) {
	var all []told
	for {
		status, body := s.get(fmt.Sprintf("/events/%s?after=%d", topic, after))
		for patience := time.Now().Add(5 * time.Second); status == http.StatusServiceUnavailable && time.Now().Before(patience); time.Sleep(5 * time.Millisecond) {
			status, body = s.get(fmt.Sprintf("/events/%s?after=%d", topic, after)) // a node that just started follows the house in a moment
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("events after %d: %d %s", after, status, body)
		}
		var page struct {
			Items []told `json:"items"`
			Next  int64  `json:"next"`
			More  bool   `json:"more"`
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			if after++; e.Seq != after {
				return nil, fmt.Errorf("after event %d comes %d", after-1, e.Seq)
			}
		}
		all = append(all, page.Items...)
		if after = page.Next; !page.More {
			return all, nil
		}
	}
}

// listener is an open page: it keeps every event and the lines around them.
type listener struct {
	mu     sync.Mutex
	events []told
	retry  bool // a retry line came after the first one
	ended  chan struct{}
	cancel context.CancelFunc
}

// listen opens a stream and waits until it stands.
func (s *node) listen(topic string) *listener {
	s.room.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s.room.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+s.addr+"/events?topic="+topic, nil)
	if err != nil {
		s.room.t.Fatal(err)
	}
	res, err := (&http.Client{}).Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		s.room.t.Fatalf("stream: %v %v", res, err)
	}
	l := &listener{ended: make(chan struct{}), cancel: cancel}
	stands := make(chan struct{})
	go func() {
		defer close(l.ended)
		defer res.Body.Close()
		in := bufio.NewScanner(res.Body)
		in.Buffer(nil, 1<<20)
		standing := false
		for in.Scan() {
			line := in.Text()
			l.mu.Lock()
			switch {
			case strings.HasPrefix(line, "id:") && !standing:
				standing = true
				close(stands)
			case strings.HasPrefix(line, "retry:") && standing:
				l.retry = true
			case strings.HasPrefix(line, "data: "):
				e := told{heard: time.Now()}
				if json.Unmarshal([]byte(line[6:]), &e) == nil {
					l.events = append(l.events, e)
				}
			}
			l.mu.Unlock()
		}
	}()
	select {
	case <-stands:
	case <-time.After(10 * time.Second):
		s.room.t.Fatal("the stream does not stand")
	}
	return l
}

// heard gives the events so far.
func (l *listener) heard() []told {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]told(nil), l.events...)
}

// cut reports whether an error says that the other side has gone, rather than that it refused.
func cut(err error) bool {
	var p problem
	return err != nil && !errors.As(err, &p)
}
