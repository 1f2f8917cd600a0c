package app

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
)

const password = "a long password"

// send posts a form as a browser on this site does.
func (p *paper) send(path, cookie string, fields ...string) reply {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	h := []string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin", "Origin", p.url}
	if cookie != "" {
		h = append(h, "Cookie", cookie)
	}
	return p.askNow("", "POST", path, v.Encode(), h...)
}

// cookie gives the session that an answer sets.
func (r reply) cookie() string {
	c, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	return c
}

func TestSigningInTellsNobodyWhoHasAnAccount(t *testing.T) {
	p := newPaper(t)
	if _, err := p.site.Door.Add(t.Context(), "known@paper.example", "Known", password, account.Grant{Role: account.Editor}); err != nil {
		t.Fatal(err)
	}
	nonce := regexp.MustCompile(`nonce[-=]"?[A-Za-z0-9_-]+"?`)
	plain := func(r reply, address string) string {
		r.header.Del("Date")
		r.header.Del("Content-Length") // of addresses of different length
		all := string(r.body) + " " + r.header.Get("Content-Security-Policy") + r.header.Get("Set-Cookie") + r.header.Get("Cache-Control") + r.header.Get("Retry-After")
		return nonce.ReplaceAllString(strings.ReplaceAll(all, address, "ADDRESS"), "nonce")
	}
	// The same words, headers and status for a wrong password, an unknown address, and one without a password; up to the limit and beyond.
	limited := false
	for n := 0; n < 60 && !limited; n++ {
		var all [3]reply
		for i, address := range []string{"known@paper.example", "other@paper.example", "reporter@paper.example"} {
			all[i] = p.send("/newsroom/sign-in", "", "email", address, "password", "wrong password")
			if all[i].status == 429 { // beyond the limit the right password is refused as well
				if r := p.send("/newsroom/sign-in", "", "email", address, "password", password); r.status != 429 || r.header.Get("Retry-After") == "" {
					t.Errorf("beyond the limit: %d", r.status)
				}
			}
			p.clock.Forward(3 * time.Second) // so that the limit by address of the network is not met: it is another test's
		}
		limited = all[0].status == 429
		if !limited && (all[0].status != 401 || plain(all[0], "known@paper.example") != plain(all[1], "other@paper.example") || plain(all[0], "known@paper.example") != plain(all[2], "reporter@paper.example")) {
			t.Fatalf("try %d: the answers differ:\n%s\n%s", n, plain(all[0], "known@paper.example"), plain(all[1], "other@paper.example"))
		}
		if limited != (all[1].status == 429) || limited != (all[2].status == 429) {
			t.Fatalf("try %d: only some are limited: %d %d %d", n, all[0].status, all[1].status, all[2].status)
		}
	}
	if !limited {
		t.Fatal("passwords of one account are tried without limit")
	}
	p.clock.Forward(10 * time.Minute)
	if r := p.send("/newsroom/sign-in", "", "email", "known@paper.example", "password", password); r.status != 303 || r.cookie() == "" {
		t.Errorf("after the wait: %d", r.status)
	}
}

func TestTriesToComeInAreLimitedByAddress(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.1"} }) // loopback itself is a suite's or an operator's
	for name, try := range map[string]func(n int) reply{
		"passwords": func(n int) reply {
			return p.send("/newsroom/sign-in", "", "email", string(rune('a'+n%26))+"@paper.example", "password", "wrong password")
		},
		"links":        func(int) reply { return p.send("/newsroom/sign-in/"+strings.Repeat("x", 43), "") },
		"set-up links": func(int) reply { return p.send("/newsroom/set-up/"+strings.Repeat("x", 43), "") },
		"bearer tokens": func(int) reply {
			return p.askNow("", "GET", "/api/v1/articles", "", "Authorization", "Bearer dateline_x")
		},
	} {
		p.clock.Forward(time.Hour)
		limited := false
		for n := range 130 {
			r := try(n)
			if limited = r.status == 429 && r.header.Get("Retry-After") != ""; limited {
				break
			}
			if r.status/100 != 4 {
				t.Fatalf("%s: %d", name, r.status)
			}
		}
		if !limited {
			t.Errorf("%s are tried without limit", name)
		}
	}
}

func TestAPageWritesNothingInTheNameOfWhoSignedInAfterIt(t *testing.T) {
	p := newPaper(t)
	id := p.draft("editor", "Of one", "")
	cookie := p.session("editor")
	for _, c := range []struct {
		as   string
		want int
	}{{p.people["editor"].ID, 200}, {p.people["admin"].ID, 401}, {"", 200}} {
		r := p.ask("", "PATCH", "/api/v1/articles/"+id, `{"lead":"As `+c.as+`."}`, "Cookie", cookie, "Content-Type", "application/json", "If-Match", "*", "Dateline-Account", c.as)
		if r.status != c.want {
			t.Errorf("as %q: %d %s", c.as, r.status, r.body)
		}
	}
}

func TestSigningInMakesANewSessionAndEndsTheOneBefore(t *testing.T) {
	p := newPaper(t)
	for _, name := range []string{"ana", "bea"} {
		if _, err := p.site.Door.Add(t.Context(), name+"@paper.example", name, password, account.Grant{Role: account.Editor}); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name, cookie string) string {
		t.Helper()
		p.clock.Forward(time.Minute)
		r := p.send("/newsroom/sign-in", cookie, "email", name+"@paper.example", "password", password)
		if r.status != 303 || r.cookie() == "" {
			t.Fatalf("%d", r.status)
		}
		set := r.header.Get("Set-Cookie")
		for _, word := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(set, word) {
				t.Errorf("the cookie %s has no %s", set, word)
			}
		}
		return r.cookie()
	}
	valid := func(cookie string) bool {
		t.Helper()
		p.clock.Forward(5 * time.Second)
		return p.askNow("", "GET", "/api/v1/articles?state=draft", "", "Cookie", cookie).status == 200
	}
	fixed := "dateline_session=" + strings.Repeat("A", 43) // what somebody else put into the browser
	one := in("ana", fixed)
	if one == fixed || !valid(one) || valid(fixed) {
		t.Error("a session that somebody else chose is taken over")
	}
	two := in("ana", one)
	if two == one || !valid(two) || valid(one) {
		t.Error("signing in again left the session of before")
	}
	three := in("bea", two)
	if valid(two) || !valid(three) {
		t.Error("signing in as somebody else left the session of before")
	}
	link, err := p.site.Door.Link(t.Context(), p.people["editor"])
	if err != nil {
		t.Fatal(err)
	}
	at := "/newsroom/sign-in/" + link
	for range 3 { // opening it, as mail scanners do, uses nothing up
		if r := p.ask("", "GET", at, ""); r.status != 200 || r.cookie() != "" {
			t.Errorf("%d", r.status)
		}
		p.ask("", "HEAD", at, "")
	}
	r := p.send(at, three)
	if r.status != 303 || !valid(r.cookie()) || valid(three) {
		t.Errorf("the link: %d", r.status)
	}
	if again := p.send(at, ""); again.status != 410 || again.cookie() != "" {
		t.Errorf("the link a second time: %d", again.status)
	}
	four := r.cookie()
	out := p.send("/newsroom/sign-out", four)
	if out.status != 303 || valid(four) || !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d %s", out.status, out.header.Get("Set-Cookie"))
	}
	if again := p.send("/newsroom/sign-out", four); again.status != 303 {
		t.Errorf("signing out twice: %d", again.status)
	}
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/newsroom/\r\nX: y"} {
		p.clock.Forward(time.Minute)
		if r := p.send("/newsroom/sign-in", "", "email", "ana@paper.example", "password", password, "next", next); r.header.Get("Location") != "/newsroom/" {
			t.Errorf("next %q leads to %s", next, r.header.Get("Location"))
		}
	}
	if log := p.logged.String(); strings.Contains(log, link) || strings.Contains(log, password) || strings.Contains(log, "paper.example") {
		t.Errorf("the log tells: %s", log)
	}
}

func TestTheSiteIsSetUpOnce(t *testing.T) {
	p := newEmpty(t)
	address, err := p.site.SetUpLink(t.Context())
	if err != nil || !strings.HasPrefix(address, p.url+"/newsroom/set-up/") {
		t.Fatalf("%s %v", address, err)
	}
	path := strings.TrimPrefix(address, p.url)
	if r := p.ask("", "GET", path, ""); r.status != 200 || !strings.Contains(r.header.Get("Referrer-Policy"), "no-referrer") {
		t.Errorf("%d %v", r.status, r.header)
	}
	for _, at := range []string{"/", "/newsroom/", "/api/v1/editions", "/readyz", "/sitemap.xml", "/feed.xml", "/world"} {
		if r := p.ask("", "GET", at, ""); r.status/100 == 5 || strings.Contains(string(r.body), "set-up/") {
			t.Errorf("%s of an empty site: %d", at, r.status)
		}
	}
	fields := []string{"publication", "The Paper", "language", "en", "timezone", "UTC", "name", "Ana", "email", "ana@paper.example", "password", password}
	r := p.send(path, "", fields...)
	if r.status != 303 || r.cookie() == "" {
		t.Fatalf("%d %.300s", r.status, r.body)
	}
	if again := p.send(path, "", fields...); again.status != 410 || again.cookie() != "" {
		t.Errorf("a second time: %d", again.status)
	}
	if link, err := p.site.SetUpLink(t.Context()); link != "" || err != nil {
		t.Errorf("another link: %q %v", link, err)
	}
	if got := p.askNow("", "POST", "/api/v1/sections", `{"edition":"en","slug":"world","name":"World"}`, "Cookie", r.cookie(), "Sec-Fetch-Site", "same-origin"); got.status != 201 {
		t.Errorf("the first account may not: %d %s", got.status, got.body)
	}
}

func TestASuiteOnThisMachineIsNotHeldUp(t *testing.T) {
	p := newPaper(t)
	if _, err := p.site.Door.Add(t.Context(), "ana@paper.example", "Ana", password, account.Grant{Role: account.Editor}); err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		if r := p.send("/newsroom/sign-in", "", "email", "ana@paper.example", "password", password); r.status != 303 {
			t.Fatalf("sign-in %d: %d", n, r.status)
		}
	}
	for n := range 300 {
		if r := p.askNow("", "GET", "/api/v1/articles", ""); r.status != 200 {
			t.Fatalf("call %d of a stranger: %d", n, r.status)
		}
	}
}

func TestEverySetUpLinkThatWasPrintedWorksUntilOneIsUsed(t *testing.T) {
	p := newEmpty(t)
	first, err := p.site.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.site.SetUpLink(t.Context()) // as another start prints it
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{first, second} {
		if r := p.ask("", "GET", strings.TrimPrefix(link, p.url), ""); r.status != 200 {
			t.Errorf("%d", r.status)
		}
	}
	fields := []string{"publication", "The Paper", "language", "en", "timezone", "UTC", "name", "Ana", "email", "ana@paper.example", "password", password}
	if r := p.send(strings.TrimPrefix(first, p.url), "", fields...); r.status != 303 {
		t.Fatalf("%d %.300s", r.status, r.body)
	}
	if r := p.ask("", "GET", strings.TrimPrefix(second, p.url), ""); r.status != 410 {
		t.Errorf("the other link of a site that is set up: %d", r.status)
	}
}

func TestSomebodyWhoCameByALinkSetsAPassword(t *testing.T) {
	p := newPaper(t)
	mine, other := p.session("editor"), p.session("editor")
	form := p.ask("", "GET", "/newsroom/password", "", "Cookie", mine)
	if form.status != 200 || strings.Contains(string(form.body), `name="current"`) {
		t.Fatalf("%d %s", form.status, form.body)
	}
	if r := p.send("/newsroom/password", mine, "password", password); r.status != 303 {
		t.Fatalf("%d %.300s", r.status, r.body)
	}
	p.clock.Forward(5 * time.Second)
	if r := p.ask("", "GET", "/newsroom/", "", "Cookie", mine); r.status != 200 || strings.Contains(string(r.body), `name="password"`) {
		t.Errorf("the session that set it: %d", r.status)
	}
	if r := p.ask("", "GET", "/newsroom/password", "", "Cookie", other); r.status != 303 {
		t.Errorf("another session goes on: %d", r.status)
	}
	if r := p.ask("editor", "GET", "/api/v1/me", ""); r.status != 200 {
		t.Errorf("a token ended with it: %d", r.status)
	}
	if r := p.send("/newsroom/sign-in", "", "email", "editor@paper.example", "password", password); r.status != 303 {
		t.Errorf("signing in with it: %d", r.status)
	}
	if r := p.send("/newsroom/password", mine, "current", "a wrong password", "password", "another long password"); r.status != 422 {
		t.Errorf("a wrong one of before: %d", r.status)
	}
	if r := p.send("/newsroom/password", mine, "current", password, "password", "another long password"); r.status != 303 {
		t.Errorf("the right one of before: %d", r.status)
	}
}
