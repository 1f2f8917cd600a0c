package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// varnish starts a real Varnish with the configuration of docs before a site, and gives how it is reached.
func varnish(t *testing.T, at, site string) *http.Client {
	t.Helper()
	program, err := exec.LookPath("varnishd")
	if err != nil {
		program = "/usr/sbin/varnishd" // where Debian puts it, which is not on everybody's path
	}
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("Varnish must run in CI: %v", err)
		}
		t.Skipf("no Varnish here (Debian: varnish, varnish-modules): %v", err)
	}
	text, err := os.ReadFile("../../docs/varnish.vcl")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(site)
	own := strings.NewReplacer(`.host = "127.0.0.1"`, fmt.Sprintf(`.host = %q`, host), `.port = "8080"`, fmt.Sprintf(`.port = %q`, port)).Replace(string(text))
	dir := t.TempDir()
	vcl := filepath.Join(dir, "site.vcl")
	if err := os.WriteFile(vcl, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-F", "-j", "none", "-n", filepath.Join(dir, "work"), "-a", at, "-f", vcl, "-s", "malloc,32m", "-p", "http_gzip_support=off")
	log := &lines{}
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		c.Process.Signal(os.Interrupt)
		<-ended
	})
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := client.Get("http://" + at + "/healthz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return client
			}
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("varnishd ended: %v\n%s", err, log)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("varnishd does not answer: %v\n%s", err, log)
		}
	}
}

// TestACacheInFrontHasNoOldPage puts a real Varnish before the program: it answers from memory, and whoever publishes, corrects, withdraws or hears
// of it sees the new page there at once. When the program is gone it shows what it has.
func TestACacheInFrontHasNoOldPage(t *testing.T) {
	room := newNewsroom(t, "")
	room.found()
	reserved, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := reserved.Addr().String()
	reserved.Close()
	t.Setenv("DATELINE_PURGE", "http://"+at)
	s := room.start("127.0.0.1:0")
	client := varnish(t, at, s.addr)
	get := func(path string) (status int, body string, stored bool) {
		t.Helper()
		res, err := client.Get("http://" + at + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if k := res.Header.Get("Surrogate-Key"); k != "" {
			t.Errorf("%s: a reader sees the keys", path)
		}
		return res.StatusCode, string(b), strings.Contains(res.Header.Get("X-Varnish"), " ") // of two requests: this one, and the one it was stored by
	}
	const path = "/world/at-the-harbour"
	if status, _, _ := get(path); status != http.StatusNotFound {
		t.Fatalf("before its time: %d", status)
	}
	var a outcome
	s.must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "slug": "at-the-harbour", "headline": "At the harbour", "body_html": "<p>Text 0.</p>"}, &a)
	s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, &a)
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	hits := 0
	for n := range rounds {
		want := fmt.Sprintf("<p>Text %d.</p>", n)
		for range 3 {
			status, body, stored := get(path)
			if status != http.StatusOK || !strings.Contains(body, want) {
				t.Fatalf("after version %d was acknowledged: %d, and it is not there\n%s", n, status, s.log)
			}
			if stored {
				hits++
			}
		}
		if _, body, _ := get("/"); !strings.Contains(body, fmt.Sprintf("Harbour %d", n)) && n > 0 {
			t.Fatalf("the front has an old headline after version %d", n)
		}
		s.must("PATCH", "/api/v1/articles/"+a.ID, "", map[string]any{"headline": fmt.Sprintf("Harbour %d", n+1), "body_html": fmt.Sprintf("<p>Text %d.</p>", n+1)}, &a)
		s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "update"}, &a)
	}
	if hits < rounds {
		t.Errorf("Varnish answered %d of %d from memory", hits, 3*rounds)
	}

	// An open page, through Varnish, that reads the story as soon as it hears of it.
	through := &node{room: room, addr: at, client: client}
	page := through.listen("newsfeed:en")
	heard := len(page.heard())
	s.must("PATCH", "/api/v1/articles/"+a.ID, "", map[string]any{"body_html": "<p>Text at last.</p>"}, &a)
	s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "update"}, &a)
	room.wait(20*time.Second, "heard", func() bool { return len(page.heard()) > heard })
	if _, body, _ := get(path); !strings.Contains(body, "Text at last") {
		t.Error("an old story after the event")
	}

	// A crowd reads while the story changes: in the end everybody has the last version.
	stop := make(chan struct{})
	var crowd sync.WaitGroup
	for range 4 {
		crowd.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if res, err := client.Get("http://" + at + path); err != nil || res.StatusCode != http.StatusOK {
					t.Errorf("the crowd: %v %v", res, err)
					return
				} else {
					io.Copy(io.Discard, res.Body)
					res.Body.Close()
				}
			}
		})
	}
	for n := range 10 {
		s.must("PATCH", "/api/v1/articles/"+a.ID, "", map[string]any{"body_html": fmt.Sprintf("<p>Crowd %d.</p>", n)}, &a)
		s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "update"}, &a)
	}
	room.wait(20*time.Second, "everybody at the last version", func() bool { _, body, _ := get(path); return strings.Contains(body, "Crowd 9.") })
	close(stop)
	crowd.Wait()

	get("/")
	s.must("POST", "/api/v1/articles/"+a.ID+"/withdraw", "", map[string]any{"note": "It was not so."}, &a)
	if status, body, _ := get(path); status != http.StatusGone || strings.Contains(body, "Crowd") {
		t.Errorf("withdrawn: %d", status)
	}
	if _, body, _ := get("/"); strings.Contains(body, "at-the-harbour") {
		t.Error("the front still shows what was withdrawn")
	}
	s.must("POST", "/api/v1/articles", "", map[string]any{"edition": "en", "section": "world", "headline": "What stays", "body_html": "<p>It stays.</p>"}, &a)
	s.must("POST", "/api/v1/articles/"+a.ID+"/publish", "", map[string]any{"change": "first"}, &a)
	get("/world/what-stays")
	s.kill()
	if status, body, _ := get("/world/what-stays"); status != http.StatusOK || !strings.Contains(body, "It stays") {
		t.Errorf("the program is gone: %d", status)
	}
}
