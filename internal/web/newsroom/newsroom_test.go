package newsroom

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/page"
	"dateline/internal/web"
)

// people is who may come in; it stands where accounts and the publication will.
type people struct {
	host     string            // of passkeys
	Accounts                   // second factors, which the whole product is tested with
	links    map[string]string // one-time link → name
	sessions map[string]account.Actor
	editions []edition.EditionPatch
	sections []string
	vacant   bool
	fail     error
	tries    int
	kept     string // the password of whoever is signed in
}

func (p *people) Account(_ context.Context, id string) (account.Account, error) {
	return account.Account{ID: id, Email: strings.ToLower(id) + "@news.example", Name: id, Password: p.kept}, nil
}

func (p *people) ChangePassword(_ context.Context, _ account.Actor, current, password string) error {
	p.tries++
	if p.kept != "" && current != p.kept {
		return fault.At("current", "fault.password_wrong", "this is not your current password")
	}
	if len(password) < 10 {
		return fault.At("password", "fault.password", "a password has 10 to 200 characters")
	}
	p.kept = password
	return nil
}

func (p *people) Vacant(context.Context) (bool, error) { return p.vacant, p.fail }

func (p *people) PasskeyHost() string { return p.host }

func (p *people) Halfway(context.Context, string) (account.Ways, string, error) {
	return account.Ways{}, "", fault.New(fault.Unauthenticated, "fault.session", "not valid")
}

func (p *people) open(name string, grants ...account.Grant) (string, account.Actor, error) {
	who := account.Actor{ID: name, Name: name, Grants: grants, Session: name}
	p.sessions["secret-of-"+name] = who
	return "secret-of-" + name, who, nil
}

func (p *people) SignIn(_ context.Context, email, password string) (string, account.Actor, error) {
	p.tries++
	if email != "ana@news.example" || password != "right password" {
		return "", account.Actor{}, fault.New(fault.Unauthenticated, "fault.sign_in_wrong", "the address or the password is wrong")
	}
	return p.open("Ana", account.Grant{Role: account.Editor}, account.Grant{Role: account.Moderator, Edition: "es"})
}

func (p *people) Redeem(_ context.Context, link string) (string, account.Actor, error) {
	name, ok := p.links[link]
	if !ok {
		return "", account.Actor{}, fault.New(fault.NotFound, "fault.link", "this link was used or is too old")
	}
	delete(p.links, link)
	role := account.Reporter
	if name == "Reader" {
		role = account.Reader
	}
	return p.open(name, account.Grant{Role: role})
}

func (p *people) Who(_ context.Context, secret string, kind account.SecretKind) (account.Actor, error) {
	if who, ok := p.sessions[secret]; ok && kind == account.Session {
		return who, nil
	}
	return account.Actor{}, fault.New(fault.Unauthenticated, "fault.session", "not valid")
}

func (p *people) SignOut(_ context.Context, who account.Actor) error {
	delete(p.sessions, "secret-of-"+who.Name)
	return nil
}

func (p *people) SetUpPending(_ context.Context, link string) error {
	if link != "first" || len(p.sessions) > 0 {
		return fault.New(fault.NotFound, "fault.link", "this link was used or is too old")
	}
	return nil
}

func (p *people) SetUp(ctx context.Context, link, email, name, password string) (string, account.Actor, error) {
	if err := p.SetUpPending(ctx, link); err != nil {
		return "", account.Actor{}, err
	}
	if len(password) < 10 {
		return "", account.Actor{}, fault.At("password", "fault.password", "a password has 10 to 200 characters")
	}
	return p.open(name, account.Grant{Role: account.Admin})
}

func (p *people) AskFirstPasskey(ctx context.Context, link, _, _ string) (account.Challenge, error) {
	return account.Challenge{Ticket: "ticket", Options: map[string]string{}}, p.SetUpPending(ctx, link)
}

func (p *people) SetUpByPasskey(ctx context.Context, link, _, name, _ string, a account.Answer) (string, account.Actor, error) {
	if err := p.SetUpPending(ctx, link); err != nil {
		return "", account.Actor{}, err
	}
	if a.Ticket != "ticket" || string(a.Credential) != "answer" {
		return "", account.Actor{}, fault.At("passkey", "fault.passkey", "this passkey was not accepted; try again")
	}
	return p.open(name, account.Grant{Role: account.Admin})
}

func (p *people) CreateEdition(_ context.Context, who account.Actor, _ fact.Once, e edition.EditionPatch) (edition.Edition, error) {
	if !edition.MayMake(who) {
		return edition.Edition{}, who.Refused()
	}
	if p.fail != nil {
		return edition.Edition{}, p.fail
	}
	p.editions = append(p.editions, e)
	return edition.Edition{}, nil
}

func (p *people) CreateSection(_ context.Context, who account.Actor, _ fact.Once, s edition.SectionPatch) (edition.Section, error) {
	if !who.HasAnywhere(account.Admin, account.Editor) {
		return edition.Section{}, who.Refused()
	}
	p.sections = append(p.sections, *s.Edition+"/"+*s.Slug+" "+*s.Name)
	return edition.Section{}, nil
}

// browser asks a newsroom and keeps its cookies.
type browser struct {
	t      *testing.T
	gate   *web.Gate
	cookie map[string]string
	https  bool
	from   string // its address
}

func newBrowser(t *testing.T) (*browser, *people) {
	t.Helper()
	p := &people{links: map[string]string{}, sessions: map[string]account.Actor{}}
	pages, err := page.New(page.Options{Addresses: func() edition.Addresses {
		return edition.Addresses{Base: "https://news.example", Directory: &edition.Directory{}}
	}})
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Options{Accounts: p, Editions: p, Pages: pages, Clock: moment.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	proxies, err := web.ParseProxies("192.0.2.0/24")
	if err != nil {
		t.Fatal(err)
	}
	gate, err := web.NewGate(web.GateOptions{Log: slog.New(slog.DiscardHandler), Proxies: proxies, Public: "https://news.example",
		Doors: []web.Door{{Prefix: "/", Handler: http.NotFoundHandler()}, {Prefix: "/newsroom", Handler: n, Show: n.Show}}})
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, gate: gate, cookie: map[string]string{}, from: "198.51.100.7"}, p
}

func (b *browser) do(method, target string, form url.Values, header ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	r.Host = "news.example"
	r.RemoteAddr = "192.0.2.1:5"
	r.Header.Set("X-Forwarded-For", b.from)
	if b.https {
		r.Header.Set("X-Forwarded-Proto", "https")
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	for k, v := range b.cookie {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	b.gate.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookie, c.Name)
		} else {
			b.cookie[c.Name] = c.Value
		}
	}
	return w
}

// in reports whether the browser has a session, and what tells scripts so.
func (b *browser) in() bool { return len(b.cookie) == 2 && b.cookie[web.KnownCookie] == "1" }

func TestSignInAndOut(t *testing.T) {
	for _, https := range []bool{false, true} {
		b, _ := newBrowser(t)
		b.https = https
		if w := b.do("GET", "/newsroom/", nil); w.Code != 200 || !strings.Contains(w.Body.String(), `name="password"`) {
			t.Fatalf("a stranger: %d %.300s", w.Code, w.Body)
		}
		w := b.do("POST", "/newsroom/sign-in", url.Values{"email": {"ana@news.example"}, "password": {"mistyped"}})
		if w.Code != 401 || len(b.cookie) > 0 || !strings.Contains(w.Body.String(), `value="ana@news.example"`) || strings.Contains(w.Body.String(), "mistyped") {
			t.Errorf("a wrong password: %d", w.Code)
		}
		w = b.do("POST", "/newsroom/sign-in", url.Values{"email": {" Ana@news.example"}, "password": {"right password"}})
		if w.Code != 303 || w.Header().Get("Location") != "/newsroom/" || !b.in() {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		if c := w.Result().Cookies()[0]; !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("https %v: %v", https, c)
		}
		w = b.do("GET", "/newsroom/", nil)
		if w.Code != 200 || !strings.Contains(w.Body.String(), "Ana") || !strings.Contains(w.Body.String(), "/api/docs") || !strings.Contains(w.Body.String(), "(es)") {
			t.Errorf("signed in: %d %.800s", w.Code, w.Body)
		}
		if w := b.do("POST", "/newsroom/sign-out", url.Values{}); w.Code != 303 || len(b.cookie) > 0 {
			t.Errorf("signing out: %d %v", w.Code, b.cookie)
		}
		b.cookie[web.SessionCookie], b.cookie[web.SecureSessionCookie] = "secret-of-Ana", "secret-of-Ana"
		if w := b.do("GET", "/newsroom/", nil); !strings.Contains(w.Body.String(), `name="password"`) {
			t.Error("the session outlived signing out")
		}
	}
}

func TestOpeningALinkRedeemsNothing(t *testing.T) {
	b, p := newBrowser(t)
	p.links["tok/en"] = "Bea"
	target := "/newsroom/sign-in/" + "tok-en"
	p.links["tok-en"] = "Bea"
	for range 3 {
		w := b.do("GET", target, nil)
		if w.Code != 200 || !strings.Contains(w.Body.String(), `action="`+target+`"`) || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
	}
	if b.do("HEAD", target, nil); p.links["tok-en"] == "" {
		t.Fatal("it was redeemed by being opened")
	}
	if w := b.do("POST", target, url.Values{"token": {"tok-en"}}); w.Code != 303 || !b.in() {
		t.Errorf("%d", w.Code)
	}
	if w := b.do("POST", target, url.Values{}); w.Code != 410 {
		t.Errorf("used twice: %d", w.Code)
	}
}

func TestReadersHaveNothingToDoHere(t *testing.T) {
	b, p := newBrowser(t)
	p.links["r"] = "Reader"
	if w := b.do("POST", "/newsroom/sign-in/r", url.Values{}); w.Code != 303 || w.Header().Get("Location") != "/account" {
		t.Errorf("the link leads to %d %s", w.Code, w.Header().Get("Location"))
	}
	for _, at := range []string{"/newsroom/", "/newsroom/desk"} {
		if w := b.do("GET", at, nil); w.Code != 403 {
			t.Errorf("%s: %d", at, w.Code)
		}
	}
	if w := b.do("POST", "/newsroom/sign-out", url.Values{}); w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Errorf("signing out leads to %d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestEnterIsEnoughOnTheLinksPage(t *testing.T) {
	b, _ := newBrowser(t)
	if w := b.do("GET", "/newsroom/sign-in/x", nil); !strings.Contains(w.Body.String(), "<button autofocus>") {
		t.Errorf("%s", w.Body)
	}
}

func TestTheCookieIsSecureWhereTheSiteIsOnHTTPSWhateverTheProxySays(t *testing.T) {
	for host, secure := range map[string]bool{"news.example": true, "NEWS.example:443": true, "en.news.example": true, "203.0.113.5": true,
		"127.0.0.1:8080": false, "[::1]:8080": false, "localhost:8080": false} {
		b, p := newBrowser(t)
		p.links["l"] = "Bea"
		w := b.do("POST", "/newsroom/sign-in/l", url.Values{}, "Host", host)
		if c := w.Result().Cookies(); w.Code != 303 || len(c) != 2 || c[0].Secure != secure || strings.HasPrefix(c[0].Name, "__Host-") != secure {
			t.Errorf("%s: %d %v", host, w.Code, c)
		}
		if w := b.do("GET", "/newsroom/", nil, "Host", host); !strings.Contains(w.Body.String(), "Bea") {
			t.Errorf("%s: the session is not taken back", host)
		}
	}
}

func TestAPasswordIsSetAndChanged(t *testing.T) {
	b, p := newBrowser(t)
	if w := b.do("GET", "/newsroom/password", nil); w.Code != 303 || w.Header().Get("Location") != "/newsroom/sign-in?next=%2Fnewsroom%2Fpassword" {
		t.Errorf("a stranger: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := b.do("POST", "/newsroom/password", url.Values{"password": {"a long password"}}); w.Code != 401 || p.kept != "" {
		t.Errorf("a stranger's form: %d", w.Code)
	}
	p.links["l"] = "Bea"
	b.do("POST", "/newsroom/sign-in/l", url.Values{})
	if w := b.do("GET", "/newsroom/password", nil); w.Code != 200 || strings.Contains(w.Body.String(), `name="current"`) || !strings.Contains(w.Body.String(), `value="bea@news.example"`) {
		t.Errorf("the first form: %d %s", w.Code, w.Body)
	}
	if w := b.do("POST", "/newsroom/password", url.Values{"password": {"short"}}); w.Code != 422 || strings.Contains(w.Body.String(), "short\"") || p.kept != "" {
		t.Errorf("a short one: %d", w.Code)
	}
	w := b.do("POST", "/newsroom/password", url.Values{"password": {"a long password"}})
	if w.Code != 303 || p.kept != "a long password" {
		t.Fatalf("%d %q", w.Code, p.kept)
	}
	if w := b.do("GET", w.Header().Get("Location"), nil); w.Code != 200 || strings.Contains(w.Body.String(), `name="password"`) {
		t.Errorf("saved: %d", w.Code)
	}
	if w := b.do("GET", "/newsroom/password", nil); !strings.Contains(w.Body.String(), `name="current"`) {
		t.Error("the password of before is not asked for")
	}
	if w := b.do("POST", "/newsroom/password", url.Values{"current": {"guessed"}, "password": {"another password"}}); w.Code != 422 || p.kept != "a long password" || strings.Contains(w.Body.String(), "guessed") {
		t.Errorf("a wrong one of before: %d", w.Code)
	}
	codes := map[int]int{}
	for range 20 {
		codes[b.do("POST", "/newsroom/password", url.Values{"current": {"guessed"}, "password": {"another password"}}).Code]++
	}
	if codes[429] == 0 {
		t.Errorf("passwords of before are guessed without limit: %v", codes)
	}
}

func TestNobodyLocksTheOwnerOut(t *testing.T) {
	b, p := newBrowser(t)
	try := func(from, password string) int {
		b.from = from
		return b.do("POST", "/newsroom/sign-in", url.Values{"email": {"ana@news.example"}, "password": {password}}).Code
	}
	const home = "198.51.100.7"
	if got := try(home, "right password"); got != 303 {
		t.Fatalf("%d", got)
	}
	// One attacker, with as many addresses of his network as he likes, is held after ten tries; the owner elsewhere is not.
	codes := map[int]int{}
	for n := range 60 {
		codes[try(fmt.Sprintf("203.0.113.%d", n), "x")]++
	}
	if codes[401] != 10 || codes[429] != 50 {
		t.Errorf("one network: %v", codes)
	}
	if got := try("192.0.3.9", "right password"); got != 303 {
		t.Errorf("the owner in a new place, while one network tries: %d", got)
	}
	// Many networks at once are held together, slowly; the owner still comes in from where he was before.
	before := p.tries
	for n := range 250 {
		for range 3 {
			try(fmt.Sprintf("10.1.%d.5", n), "x")
		}
	}
	if all := p.tries - before; all > 120 {
		t.Errorf("%d tries of many networks reached the account", all)
	}
	if got := try("10.9.9.9", "right password"); got != 429 {
		t.Errorf("a new place while many networks try: %d", got)
	}
	if got := try(home, "right password"); got != 303 {
		t.Errorf("the owner at home, while many networks try: %d", got)
	}
}

func TestComingInIsNoTry(t *testing.T) {
	b, _ := newBrowser(t)
	for n := range 15 {
		if w := b.do("POST", "/newsroom/sign-in", url.Values{"email": {"ana@news.example"}, "password": {"right password"}}); w.Code != 303 {
			t.Fatalf("the %dth time: %d", n+1, w.Code)
		}
	}
}

func TestTooManyTriesAreRefused(t *testing.T) {
	b, p := newBrowser(t)
	codes := map[int]int{}
	for range 40 {
		codes[b.do("POST", "/newsroom/sign-in", url.Values{"email": {"ana@news.example"}, "password": {"x"}}).Code]++
	}
	if codes[401] != 10 || codes[429] != 30 || p.tries != 10 {
		t.Errorf("%v, %d reached accounts", codes, p.tries)
	}
}

func TestNothingHereIsKeptAndStyleHasAFreshNonce(t *testing.T) {
	b, _ := newBrowser(t)
	nonces := map[string]bool{}
	for _, target := range []string{"/newsroom/", "/newsroom/sign-in", "/newsroom/sign-in/x", "/newsroom/set-up/x", "/newsroom/none", "/newsroom/sign-out"} {
		w := b.do("GET", target, nil)
		h := w.Header()
		m := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(h.Get("Content-Security-Policy"))
		if m == nil || nonces[m[1]] || h.Get("Cache-Control") != "no-store" || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("Etag") != "" {
			t.Errorf("%s: %v", target, h)
			continue
		}
		nonces[m[1]] = true
	}
}

func TestWhereToGoOnStaysInTheNewsroom(t *testing.T) {
	for to, want := range map[string]string{
		"/newsroom/desk?x=1": "/newsroom/desk?x=1", "https://evil.example/newsroom/": "", "//evil.example/newsroom/": "", "/\\evil.example": "",
		"/world": "", "javascript:alert(1)": "", "": "", "/newsroom/\r\nX: y": "",
	} {
		if got := next(to); got != want {
			t.Errorf("%q: %q", to, got)
		}
	}
}

func TestFormsFromOtherSitesAndOtherMethodsAreRefused(t *testing.T) {
	b, _ := newBrowser(t)
	if w := b.do("POST", "/newsroom/sign-in", url.Values{"email": {"ana@news.example"}, "password": {"right password"}}, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("%d", w.Code)
	}
	for target, allow := range map[string]string{"/newsroom/": "GET, HEAD", "/newsroom/sign-in": "GET, HEAD, POST", "/newsroom/sign-out": "POST"} {
		if w := b.do("PUT", target, nil); w.Code != 405 || w.Header().Get("Allow") != allow {
			t.Errorf("%s: %d %s", target, w.Code, w.Header().Get("Allow"))
		}
	}
	if w := b.do("GET", "/newsroom", nil); w.Code != 301 || w.Header().Get("Location") != "/newsroom/" {
		t.Errorf("%d", w.Code)
	}
	for _, target := range []string{"/newsroom//sign-in", "/newsroom/x/../sign-in", "/newsroom/%2e/sign-in"} {
		if w := b.do("GET", target, nil); w.Code != 301 || w.Header().Get("Location") != "/newsroom/sign-in" {
			t.Errorf("%s: %d %s", target, w.Code, w.Header().Get("Location"))
		}
	}
	if w := b.do("GET", "/newsroom/sign-in%2fx", nil); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
	for _, target := range []string{"/newsroom/SIGN-IN", "/newsroom/sign-in/a/b", "/newsroom/sign-in/x/"} { // what may be the application's
		if w := b.do("GET", target, nil); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/newsroom/sign-in?next=") {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestTableSaysWhoMayWhat(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Routes() {
		if r.Who == "" || r.Methods == "" || seen[r.Methods+r.Pattern] {
			t.Errorf("%+v", r)
		}
		seen[r.Methods+r.Pattern] = true
		if strings.Contains(r.Pattern, "{token}") != (r.Who == web.Bearer) {
			t.Errorf("%+v", r)
		}
	}
}

func TestEveryOfferedTimeZoneIsOne(t *testing.T) {
	all := slices.Clone(zones)
	for _, z := range countries {
		all = append(all, z)
	}
	for _, z := range all {
		if _, err := time.LoadLocation(z); err != nil || !slices.Contains(zones, z) {
			t.Errorf("%s: %v", z, err)
		}
	}
}
