package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// house is a Gate with doors that say their name, over a real server.
func house(t *testing.T, log io.Writer, more ...Door) *Gate {
	t.Helper()
	say := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil {
				f, _ := Fail(r, slog.New(slog.DiscardHandler), err)
				ShowProblem(w, r, f)
				return
			}
			_, _ = io.WriteString(w, name+" "+r.URL.Path)
		})
	}
	doors := append(more, Door{Prefix: "/", Handler: say("site")}, Door{Prefix: "/api/", Handler: say("api")},
		Door{Prefix: "/newsroom/", Handler: say("newsroom")}, Door{Prefix: "/events", Handler: say("events"), Stream: true})
	g, err := NewGate(GateOptions{Log: slog.New(slog.NewTextHandler(log, nil)), Public: "https://news.example", Doors: doors})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// ask sends a request whose target stands as a client wrote it.
func ask(g http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://news.example/", nil)
	u, err := url.ParseRequestURI(target)
	if err != nil {
		u = &url.URL{Path: target}
	}
	if u.Host != "" { // a target such as //host/x is a path for a server
		u = &url.URL{Path: target}
	}
	r.URL, r.RequestURI = u, target
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func TestPathVariantsReachNoOtherDoor(t *testing.T) {
	g := house(t, io.Discard)
	for _, c := range []struct {
		target, want string // body, or where it is sent
		status       int
	}{
		{"/api/v1/x", "api /api/v1/x", 200},
		{"/api", "site /api", 200}, // the site says 404 there
		{"/apix", "site /apix", 200},
		{"/API/v1/x", "site /API/v1/x", 200},
		{"/events", "events /events", 200},
		{"/events/newsfeed:x", "events /events/newsfeed:x", 200},
		{"/eventsx", "site /eventsx", 200},
		{"//api/v1/x", "/api/v1/x", 301},
		{"/world//storm", "/world/storm", 301},
		{"/world/../api/v1/x", "/api/v1/x", 301},
		{"/world/%2e%2e/api/v1/x", "/api/v1/x", 301},
		{"/./api/v1/x", "/api/v1/x", 301},
		{"/../../etc/passwd", "/etc/passwd", 301},
		{"//evil.example/x", "/evil.example/x", 301},
		{"/%2f%2fevil.example", "", 404},
		{"/api%2fv1/x", "", 404},
		{"/world%5c..%5capi", "", 404},
		{"/a%00b", "", 404},
		{"/a%0d%0ab", "", 404},
		{"/%ff", "", 404},
		{"/" + strings.Repeat("a", 3000), "", 404},
		{"/%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", "site /مرحبا", 200},
	} {
		w := ask(g, "GET", c.target)
		got := w.Body.String()
		if w.Code == 301 {
			got = w.Header().Get("Location")
		}
		if w.Code != c.status || (c.want != "" && got != c.want) {
			t.Errorf("%.60s: %d %.60q, want %d %.60q", c.target, w.Code, got, c.status, c.want)
		}
		if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%.60s: security headers are missing", c.target)
		}
	}
	if w := ask(g, "POST", "/world/../api/v1/x"); w.Code != 404 {
		t.Errorf("a crooked POST was answered %d", w.Code)
	}
}

func TestPostsFromOtherSitesAreRefused(t *testing.T) {
	g := house(t, io.Discard)
	for _, c := range []struct {
		header []string
		want   int
	}{
		{nil, 200}, // a program, no browser
		{[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Origin", "https://evil.example"}, 403},
		{[]string{"Origin", "null"}, 403},
		{[]string{"Origin", "https://news.example"}, 200},
		{[]string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer x"}, 200},
	} {
		if w := ask(g, "POST", "/newsroom/sign-in", c.header...); w.Code != c.want {
			t.Errorf("%v: %d, want %d", c.header, w.Code, c.want)
		}
	}
	if w := ask(g, "GET", "/", "Sec-Fetch-Site", "cross-site"); w.Code != 200 {
		t.Errorf("a link from elsewhere: %d", w.Code)
	}
}

func TestBodiesAreLimitedByAddress(t *testing.T) {
	s := httptest.NewServer(house(t, io.Discard))
	defer s.Close()
	post := func(path string, size int, known bool) int {
		var body io.Reader = bytes.NewReader(make([]byte, size))
		if !known {
			body = struct{ io.Reader }{body}
		}
		res, err := http.Post(s.URL+path, "text/plain", body)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	for _, known := range []bool{true, false} {
		if got := post("/account/x", 70<<10, known); got != 413 {
			t.Errorf("a form of 70 KB: %d", got)
		}
		if got := post("/account/x", 60<<10, known); got != 200 {
			t.Errorf("a form of 60 KB: %d", got)
		}
		if got := post("/api/v1/articles", 1<<20, known); got != 200 {
			t.Errorf("an article of 1 MB: %d", got)
		}
	}
}

func TestPanicIsLoggedOnceAndAnswered(t *testing.T) {
	var log bytes.Buffer
	g := house(t, &log, Door{Prefix: "/boom", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret thing") })})
	w := ask(g, "GET", "/boom")
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret thing") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Count(log.String(), "handler panicked") != 1 {
		t.Errorf("log: %s", &log)
	}
	half := house(t, &log, Door{Prefix: "/half", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("late")
	})})
	s := httptest.NewServer(half)
	defer s.Close()
	res, err := http.Get(s.URL + "/half")
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if err == nil {
		t.Error("half an answer was taken for a whole one")
	}
}

func TestQuickAnswersBeforeTheDoors(t *testing.T) {
	g := house(t, io.Discard)
	g.o.Quick = func(w http.ResponseWriter, r *http.Request, host string) bool {
		if r.URL.Path != "/hit" {
			return false
		}
		_, _ = io.WriteString(w, "quick for "+host)
		return true
	}
	if got := ask(g, "GET", "/hit").Body.String(); got != "quick for news.example" {
		t.Error(got)
	}
	if got := ask(g, "POST", "/hit").Body.String(); got != "site /hit" {
		t.Error(got)
	}
}

func TestStreamMayTakeTheConnection(t *testing.T) {
	g := house(t, io.Discard, Door{Prefix: "/take", Stream: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("hijack: %v", err)
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
		_ = c.Close()
	})})
	s := httptest.NewServer(g)
	defer s.Close()
	res, err := http.Get(s.URL + "/take")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); string(b) != "ok" {
		t.Errorf("%q", b)
	}
}

func TestGateNeedsADoorForTheRest(t *testing.T) {
	if _, err := NewGate(GateOptions{Doors: []Door{{Prefix: "/api/"}}}); err == nil {
		t.Error("no error")
	}
	if _, err := NewGate(GateOptions{Public: "not an address", Doors: []Door{{Prefix: "/"}}}); err == nil {
		t.Error("no error for a public address that is none")
	}
}

func FuzzStraightStaysStraight(f *testing.F) {
	for _, s := range []string{"/", "//", "/a/../b", "/a//b/", "/.well-known/x", "/./", "/..", "/a/.", "/é", "/\\x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, p string) {
		got, ok := Straight(&http.Request{URL: &url.URL{Path: p}})
		if !ok {
			return
		}
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.Contains(got, "/../") || strings.Contains(got, "//") || !utf8.ValidString(got) {
			t.Fatalf("%q became %q", p, got)
		}
		if again, ok := Straight(&http.Request{URL: &url.URL{Path: got}}); !ok || again != got {
			t.Fatalf("%q became %q became %q", p, got, again)
		}
	})
}
