package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/internal/store/storetest"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this very program as the command dateline.
func TestMain(m *testing.M) {
	testscript.Main(stopping{m}, map[string]func(){"dateline": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}})
}

// stopping stops the PostgreSQL server that tests may have started.
type stopping struct{ m *testing.M }

func (s stopping) Run() int {
	defer storetest.Stop()
	return s.m.Run()
}

// TestScripts tells stories of a whole newsroom: commands, calls, pages and events against the real program, each on SQLite
// and on PostgreSQL.
func TestScripts(t *testing.T) {
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir: filepath.Join("testdata", "script"), RequireExplicitExec: true, RequireUniqueNames: true,
				Setup: func(e *testscript.Env) error {
					e.Setenv("DATELINE_DATA", filepath.Join(e.WorkDir, "data"))
					if shared, err := filepath.Abs("../../../shared/testdata"); err == nil {
						e.Setenv("SHARED", shared)
					}
					if database == "postgres" {
						e.Setenv("DATELINE_DATABASE", storetest.Postgres(e.T().(testing.TB)))
					}
					w := &world{client: &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
					e.Values["world"] = w
					e.Defer(w.stop)
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"serve": serve, "stop": stop, "kill": kill, "token": token, "api": api, "get": get, "field": field, "follow": follow, "event": event, "upload": upload, "await": await, "exits": exits, "login": login, "keep": keep, "refused": refused,
				},
			})
		})
	}
}

// world is what one script has running.
type world struct {
	client *http.Client
	url    string
	server *exec.Cmd
	mu     sync.Mutex
	events []string
	news   chan struct{}
	end    []func()
}

func of(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

func (w *world) stop() {
	for _, f := range w.end {
		f()
	}
	if w.server != nil {
		_ = w.server.Process.Kill()
		_ = w.server.Wait()
	}
}

// serve starts the site on a port of the kernel's and waits until it says where it is; $SITE holds the address.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	path, err := exec.LookPath("dateline")
	ts.Check(err)
	c := exec.Command(path, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	for _, name := range []string{"DATELINE_DATA", "DATELINE_DATABASE", "DATELINE_URL", "PATH", "HOME", "TMPDIR"} {
		c.Env = append(c.Env, name+"="+ts.Getenv(name))
	}
	c.Dir = ts.MkAbs(".")
	out, err := c.StdoutPipe()
	ts.Check(err)
	var log bytes.Buffer
	c.Stderr = &log
	ts.Check(c.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = c.Wait()
		ts.Fatalf("the site did not start: %s", log.String())
	}
	go io.Copy(io.Discard, out)
	w.server, w.url = c, regexp.MustCompile(`https?://\S+`).FindString(line)
	ts.Setenv("SITE", w.url)
}

// stop ends the site as an operator would; kill ends it as a power cut would.
func stop(ts *testscript.TestScript, neg bool, args []string) { end(ts, syscall.SIGTERM) }
func kill(ts *testscript.TestScript, neg bool, args []string) { end(ts, syscall.SIGKILL) }

func end(ts *testscript.TestScript, sig syscall.Signal) {
	w := of(ts)
	ts.Check(w.server.Process.Signal(sig))
	err := w.server.Wait()
	w.server = nil
	if sig == syscall.SIGTERM && err != nil {
		ts.Fatalf("the site ended with %v", err)
	}
}

// exits STATUS COMMAND… runs a command and wants its exit status; standard output and error can be looked at afterwards.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	got := 0
	var ended *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// keep NAME puts what the last command printed into $NAME.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// login LINK opens a one-time link as a browser does, presses its button and follows to where that leads; $LOCATION holds the path,
// the file answer the page, $COOKIE the session.
func login(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	r, err := http.NewRequest("POST", args[0], nil)
	ts.Check(err)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := w.client.Do(r)
	ts.Check(err)
	res.Body.Close()
	to := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther {
		ts.Fatalf("the link answers %d", res.StatusCode)
	}
	cookie, _, _ := strings.Cut(res.Header.Get("Set-Cookie"), ";")
	r, err = http.NewRequest("GET", w.url+to, nil)
	ts.Check(err)
	r.Header.Set("Cookie", cookie)
	answer(ts, r, "200")
	ts.Setenv("LOCATION", to)
	ts.Setenv("COOKIE", cookie)
}

// token NAME ROLE [EDITION] makes an account and a token, which $NAME holds.
func token(ts *testscript.TestScript, neg bool, args []string) {
	email := strings.ToLower(args[0]) + "@example.org"
	add := []string{"account", "add", "--email", email, "--name", args[0], "--role", args[1]}
	if len(args) > 2 {
		add = append(add, "--edition", args[2])
	}
	ts.Check(ts.Exec("dateline", add...))
	ts.Check(ts.Exec("dateline", "token", "add", "--email", email))
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// api STATUS TOKEN METHOD PATH [BODY] [HEADER: VALUE …] calls the API; the file answer holds what it said. TOKEN "-" is nobody.
func api(ts *testscript.TestScript, neg bool, args []string) {
	body := ""
	rest := args[4:]
	if len(rest) > 0 && !strings.Contains(strings.SplitN(rest[0], " ", 2)[0], ":") || len(rest) > 0 && strings.HasPrefix(rest[0], "{") {
		body, rest = rest[0], rest[1:]
	}
	r, err := http.NewRequest(args[2], of(ts).url+args[3], strings.NewReader(body))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	if args[1] != "-" {
		r.Header.Set("Authorization", "Bearer "+ts.Getenv(args[1]))
	}
	for _, h := range rest {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer(ts, r, args[0])
}

// get STATUS PATH [HEADER: VALUE …] reads a page into the file answer; $LOCATION, $ETAG and $TYPE hold its headers.
func get(ts *testscript.TestScript, neg bool, args []string) {
	address := args[1]
	if strings.HasPrefix(address, "/") {
		address = of(ts).url + address
	}
	r, err := http.NewRequest("GET", address, nil)
	ts.Check(err)
	for _, h := range args[2:] {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	answer(ts, r, args[0])
}

func answer(ts *testscript.TestScript, r *http.Request, want string) {
	res, err := of(ts).client.Do(r)
	ts.Check(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), b, 0o600))
	ts.Setenv("LOCATION", strings.TrimPrefix(res.Header.Get("Location"), of(ts).url))
	ts.Setenv("ETAG", res.Header.Get("ETag"))
	ts.Setenv("TYPE", res.Header.Get("Content-Type"))
	if strconv.Itoa(res.StatusCode) != want {
		ts.Fatalf("%s %s: %d, want %s\n%.2000s", r.Method, r.URL.Path, res.StatusCode, want, b)
	}
}

// field NAME PATH puts a value of the JSON in answer into $NAME; PATH is dotted, numbers are places in lists. With a third argument
// the value must equal it.
func field(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("answer")), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(x) {
				ts.Fatalf("no %s in a list of %d", key, len(x))
			}
			v = x[n]
		default:
			v = nil
		}
	}
	text := fmt.Sprint(v)
	if v == nil {
		text = ""
	}
	text = strings.TrimPrefix(text, of(ts).url)
	ts.Setenv(args[0], text)
	if len(args) > 2 && (text == args[2]) == neg {
		ts.Fatalf("%s is %q, not %q", args[1], text, args[2])
	}
}

// follow TOPIC… opens a stream; event waits for what it brings.
func follow(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	ctx, cancel := context.WithCancel(context.Background())
	w.end = append(w.end, cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", w.url+"/events?topic="+strings.Join(args, "&topic="), nil)
	ts.Check(err)
	res, err := (&http.Client{}).Do(r)
	ts.Check(err)
	if res.StatusCode != http.StatusOK {
		ts.Fatalf("events: %d", res.StatusCode)
	}
	w.mu.Lock()
	w.events, w.news = nil, make(chan struct{}, 1000)
	news := w.news
	w.mu.Unlock()
	opened := make(chan struct{})
	go func() {
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		first := true
		for lines.Scan() {
			if first && strings.HasPrefix(lines.Text(), "id:") {
				first = false
				close(opened)
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				w.mu.Lock()
				w.events = append(w.events, data)
				w.mu.Unlock()
				news <- struct{}{}
			}
		}
	}()
	select {
	case <-opened:
	case <-time.After(10 * time.Second):
		ts.Fatalf("the stream said no id")
	}
}

// event PATTERN waits for the next event and wants it to match; with ! there must be none so far.
func event(ts *testscript.TestScript, neg bool, args []string) {
	w := of(ts)
	if neg {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.events) > 0 {
			ts.Fatalf("an event came: %s", w.events[0])
		}
		return
	}
	select {
	case <-w.news:
	case <-time.After(20 * time.Second):
		ts.Fatalf("no event came")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	data := w.events[0]
	w.events = w.events[1:]
	for _, pattern := range args {
		if !regexp.MustCompile(pattern).MatchString(data) {
			ts.Fatalf("the event is not like %s: %s", pattern, data)
		}
	}
}

// await STATUS PATH [TEXT] is get that asks again until the status is right and the page holds the text, for what another process wrote.
func await(ts *testscript.TestScript, neg bool, args []string) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		res, err := of(ts).client.Get(of(ts).url + args[1])
		ts.Check(err)
		page, err := io.ReadAll(res.Body)
		res.Body.Close()
		ts.Check(err)
		if strconv.Itoa(res.StatusCode) == args[0] && (len(args) < 3 || strings.Contains(string(page), args[2])) {
			break
		}
	}
	get(ts, neg, args[:2])
}

// refused TOKEN PATH asks until the running site has noticed that a token ended.
func refused(ts *testscript.TestScript, neg bool, args []string) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequest("GET", of(ts).url+args[1], nil)
		ts.Check(err)
		r.Header.Set("Authorization", "Bearer "+ts.Getenv(args[0]))
		res, err := of(ts).client.Do(r)
		ts.Check(err)
		res.Body.Close()
		if res.StatusCode == http.StatusUnauthorized {
			return
		}
	}
	ts.Fatalf("the token still works")
}

// upload STATUS TOKEN FILE [FIELD=VALUE …] uploads a picture.
func upload(ts *testscript.TestScript, neg bool, args []string) {
	body, kind := form(ts, args[2], args[3:])
	r, err := http.NewRequest("POST", of(ts).url+"/api/v1/pictures", body)
	ts.Check(err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+ts.Getenv(args[1]))
	answer(ts, r, args[0])
}
