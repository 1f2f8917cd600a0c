package app

import (
	"bytes"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"

	"github.com/emersion/go-smtp"
)

// newMailed opens a paper that sends its mail to a box.
func newMailed(t *testing.T, change ...func(*Config)) (*paper, *box) {
	b := newBox(t)
	return newPaper(t, append([]func(*Config){func(c *Config) { c.SMTP = b.url }}, change...)...), b
}

// field gives the value of a hidden field of a page.
func (r reply) field(name string) string {
	if m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindSubmatch(r.body); m != nil {
		return html.UnescapeString(string(m[1]))
	}
	return ""
}

// knock asks for a letter as a form does, shown a while ago.
func (p *paper) knock(at, email string, fields ...string) reply {
	p.t.Helper()
	form := p.must(200, "", "GET", at, "")
	p.clock.Forward(3 * time.Second)
	path, _, _ := strings.Cut(at, "?")
	return p.send(path, "", append([]string{"email", email, "at", form.field("at"), "back", form.field("back")}, fields...)...)
}

func TestAReaderComesInByALetterAndIsMadeOnlyThen(t *testing.T) {
	p, b := newMailed(t)
	r := p.knock("/es/account/sign-in?back=%2Fes%2Fmundo", "Nueva@Paper.example")
	if r.status != 200 || !strings.Contains(string(r.body), "nueva@paper.example") || r.header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %v %.500s", r.status, r.header, r.body)
	}
	l := b.next()
	if l.to != "nueva@paper.example" || l.from != "noreply@localhost" || l.subject() != "Entrar en El Papel" || l.head.Get("Auto-Submitted") != "auto-generated" || l.head.Get("Message-Id") == "" || !strings.Contains(l.html, `lang="es"`) || !strings.Contains(l.html, l.code()) {
		t.Fatalf("%+v", l)
	}
	if _, err := p.site.Door.ByEmail(t.Context(), "nueva@paper.example"); err == nil {
		t.Fatal("an account before anybody showed the letter")
	}
	at := l.link()
	for range 2 { // a mail scanner opens links
		if r := p.must(200, "", "GET", at, ""); !strings.Contains(string(r.body), "nueva@paper.example") || r.header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("%.500s", r.body)
		}
	}
	if r := p.send(at, "", "name", "\x07"); r.status != 422 {
		t.Errorf("a name that is none: %d", r.status)
	}
	r = p.send(at, "", "name", "Nueva Lectora")
	if r.status != 303 || r.header.Get("Location") != "/es/mundo" || r.cookie() == "" {
		t.Fatalf("%d %v", r.status, r.header)
	}
	a, err := p.site.Door.ByEmail(t.Context(), "nueva@paper.example")
	if err != nil || a.Name != "Nueva Lectora" || a.Staff() || len(a.Grants) != 1 || a.Grants[0].Role != account.Reader || a.ConfirmedAt.IsZero() {
		t.Errorf("%+v %v", a, err)
	}
	own := p.askNow("", "GET", "/es/account", "", "Cookie", r.cookie())
	if own.status != 200 || !strings.Contains(string(own.body), "Nueva Lectora") || own.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %v", own.status, own.header)
	}
	if r := p.send(at, "", "name", "Other"); r.status != 410 {
		t.Errorf("a link used twice: %d", r.status)
	}
	if _, err := p.site.Store.Letter(t.Context(), strings.Trim(strings.Split(l.head.Get("Message-Id"), "@")[0], "<")); err == nil {
		t.Error("the letter with its secrets is still kept")
	}
}

func TestACodeOpensWithItsTicketAndIsNotGuessed(t *testing.T) {
	p, b := newMailed(t)
	asked := p.knock("/account/sign-in", "reader@paper.example")
	code, ticket := b.next().code(), asked.field("ticket")
	if len(code) != 6 || ticket == "" {
		t.Fatalf("%q %q", code, ticket)
	}
	try := func(ticket, code string) reply {
		return p.send("/account/sign-in/code", "", "ticket", ticket, "code", code, "email", "reader@paper.example")
	}
	if r := try("another", code); r.status != 410 {
		t.Errorf("a code without its ticket: %d", r.status)
	}
	if r := try(ticket, "000 000"); r.status != 422 && code != "000000" {
		t.Errorf("a wrong code: %d", r.status)
	}
	if r := try(ticket, code[:3]+" "+code[3:]); r.status != 303 || r.header.Get("Location") != "/account" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := try(ticket, code); r.status != 410 {
		t.Errorf("a code used twice: %d", r.status)
	}
	asked = p.knock("/account/sign-in", "reader@paper.example")
	l := b.next()
	for range 5 {
		if r := try(asked.field("ticket"), "wrong"); r.status != 422 {
			t.Errorf("%d", r.status)
		}
	}
	if r := try(asked.field("ticket"), l.code()); r.status != 422 {
		t.Errorf("the sixth try: %d", r.status)
	}
	if r := p.send(l.link(), ""); r.status != 303 {
		t.Errorf("the link: %d", r.status)
	}
	// Somebody new is asked for his name after the code, and the code is not used up by that.
	asked = p.knock("/account/sign-in", "new@paper.example")
	code = b.next().code()
	named := p.send("/account/sign-in/code", "", "ticket", asked.field("ticket"), "code", code, "email", "new@paper.example")
	if named.status != 200 || named.field("code") != code {
		t.Fatalf("%d %.300s", named.status, named.body)
	}
	if r := p.send("/account/sign-in/code", "", "ticket", asked.field("ticket"), "code", code, "name", "New Reader"); r.status != 303 {
		t.Errorf("%d", r.status)
	}
	p.clock.Forward(time.Hour)
	asked = p.knock("/account/sign-in", "new@paper.example")
	l = b.next()
	p.clock.Forward(account.KnockLife + time.Second)
	if r := p.send(l.link(), ""); r.status != 410 {
		t.Errorf("an old link: %d", r.status)
	}
	if r := try(asked.field("ticket"), l.code()); r.status != 410 {
		t.Errorf("an old code: %d", r.status)
	}
}

func TestNothingTellsWhetherAnAddressHasAnAccount(t *testing.T) {
	p, b := newMailed(t)
	gone := p.people["audience"]
	if _, err := p.site.Store.AmendAccount(t.Context(), gone.ID, func(a *account.Account) (fact.Outcome, error) {
		a.SuspendedAt = noon
		return fact.Outcome{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	var first string
	for _, email := range []string{"reader@paper.example", "nobody@paper.example", "audience@paper.example", "admin@paper.example"} {
		r := p.knock("/account/sign-in", email)
		same := string(bytes.ReplaceAll(bytes.ReplaceAll(r.body, []byte(email), []byte("ADDRESS")), []byte(r.field("ticket")), []byte("TICKET")))
		if first == "" {
			first = same
		}
		if r.status != 200 || same != first {
			t.Errorf("%s: %d, other words than for others", email, r.status)
		}
		l := b.next()
		if l.to != email || !strings.Contains(l.text, "If it has no account there yet") {
			t.Errorf("%s: %+v", email, l)
		}
		switch r := p.send(l.link(), "", "name", "Name"); email {
		case "audience@paper.example":
			if r.status != 403 || r.header.Get("Set-Cookie") != "" {
				t.Errorf("suspended: %d %v", r.status, r.header)
			}
		default:
			if r.status != 303 || r.cookie() == "" {
				t.Errorf("%s: %d", email, r.status)
			}
		}
	}
	for _, email := range []string{"", "no address", "a@b", "a@paper.example, b@paper.example", strings.Repeat("a", 300) + "@paper.example"} {
		if r := p.knock("/account/sign-in", email); r.status != 422 {
			t.Errorf("%q: %d", email, r.status)
		}
	}
}

func TestProgramsAndFloodsGetNoLetters(t *testing.T) {
	p, b := newMailed(t)
	form := p.must(200, "", "GET", "/account/sign-in", "")
	quick := p.send("/account/sign-in", "", "email", "a@paper.example", "at", form.field("at"))
	if quick.status != 422 || quick.field("at") != form.field("at") {
		t.Errorf("too quick: %d", quick.status)
	}
	for _, at := range []string{"", "x", "kg1.abc", form.field("at") + "x"} {
		if r := p.send("/account/sign-in", "", "email", "a@paper.example", "at", at); r.status != 422 {
			t.Errorf("a made-up stamp: %d", r.status)
		}
	}
	if r := p.knock("/account/sign-in", "a@paper.example", "website", "http://x.example"); r.status != 200 || r.field("ticket") == "" {
		t.Errorf("a program is told something: %d", r.status)
	}
	limited := 0
	for range 12 {
		if r := p.knock("/account/sign-in", "victim@paper.example"); r.status == 429 {
			limited++
		} else {
			b.next()
		}
	}
	if limited < 5 {
		t.Errorf("%d of 12 were limited", limited)
	}
	if n, err := p.site.Store.Accounts(t.Context()); err != nil || n != len(staff) {
		t.Errorf("%d accounts", n)
	}
	if len(b.hit) > 0 {
		t.Error("more letters than were asked for")
	}
}

func TestNobodyIsLockedOutOfHisUsualPlaceByLettersThatOthersAskFor(t *testing.T) {
	p, b := newMailed(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.0/8"} })
	asked := p.knock("/account/sign-in", "reader@paper.example")
	if r := p.send("/account/sign-in/code", "", "ticket", asked.field("ticket"), "code", b.next().code()); r.status != 303 {
		t.Fatalf("%d", r.status)
	}
	p.clock.Forward(time.Hour)
	form := p.must(200, "", "GET", "/account/sign-in", "")
	p.clock.Forward(3 * time.Second)
	ask := func(from string) int {
		return p.askNow("", "POST", "/account/sign-in", url.Values{"email": {"reader@paper.example"}, "at": {form.field("at")}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", from).status
	}
	last := 0
	for n := range 20 {
		last = ask(fmt.Sprintf("203.0.%d.9", n/4))
	}
	if last != 429 {
		t.Errorf("the twentieth letter of others: %d", last)
	}
	if got := ask("127.0.0.1"); got != 200 {
		t.Errorf("from where its owner came in by a code: %d", got)
	}
}

func TestStaffWhoOweASecondFactorAreLedToIt(t *testing.T) {
	p, b := newMailed(t)
	p.must(200, "admin", "PATCH", "/api/v1/security", `{"factor":["editor"]}`)
	p.knock("/account/sign-in", "editor@paper.example")
	if r := p.send(b.next().link(), ""); r.status != 303 || r.header.Get("Location") != "/newsroom/" {
		t.Errorf("%d %v", r.status, r.header)
	}
}

func TestAReaderKeepsHerAccount(t *testing.T) {
	p, _ := newMailed(t)
	in, other := p.session("reader"), p.session("reader")
	own := func() string { return string(p.askNow("", "GET", "/account", "", "Cookie", in).body) }
	if r := p.send("/account/name", in, "name", "  Rita Vey "); r.status != 303 || !strings.Contains(own(), "Rita Vey, reader@paper.example") || !strings.Contains(own(), "keeps the name under which you wrote it") {
		t.Errorf("%d %s", r.status, own())
	}
	if r := p.send("/account/password", in, "password", "short"); r.status != 422 {
		t.Errorf("%d", r.status)
	}
	if r := p.send("/account/password", in, "password", password); r.status != 303 {
		t.Errorf("%d", r.status)
	}
	if r := p.askNow("", "GET", "/account", "", "Cookie", other); r.status != 303 {
		t.Errorf("the other session goes on: %d", r.status)
	}
	if r := p.send("/account/password", in, "current", "wrong", "password", password+"2"); r.status != 422 {
		t.Errorf("%d", r.status)
	}
	if r := p.send("/account/sign-in/password", "", "email", "reader@paper.example", "password", "wrong", "back", "/world"); r.status != 401 || r.field("back") != "/world" {
		t.Errorf("%d", r.status)
	}
	r := p.send("/account/sign-in/password", "", "email", "Reader@paper.example", "password", password, "back", "/world")
	if r.status != 303 || r.header.Get("Location") != "/world" {
		t.Fatalf("%d %v", r.status, r.header)
	}
	second := r.cookie()
	id := regexp.MustCompile(`name="id" value="(\w+)"`).FindStringSubmatch(own())
	if id == nil {
		t.Fatalf("no other session is shown: %s", own())
	}
	if r := p.send("/account/sessions", p.session("editor"), "id", id[1]); r.status != 303 { // somebody else's is none
		t.Errorf("%d", r.status)
	}
	if r := p.askNow("", "GET", "/account", "", "Cookie", second); r.status != 200 {
		t.Error("somebody else ended it")
	}
	p.send("/account/sessions", in, "id", id[1])
	if r := p.askNow("", "GET", "/account", "", "Cookie", second); r.status != 303 {
		t.Error("it goes on")
	}
	third := p.session("reader")
	if r := p.send("/account/sessions", in); r.status != 303 || !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%d %v", r.status, r.header)
	}
	for _, cookie := range []string{in, third} {
		if r := p.askNow("", "GET", "/account", "", "Cookie", cookie); r.status != 303 {
			t.Error("a session goes on")
		}
	}
	for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example"} {
		if r := p.send("/account/sign-in/password", "", "email", "reader@paper.example", "password", password, "back", to); r.header.Get("Location") != "/account" {
			t.Errorf("%q leads to %s", to, r.header.Get("Location"))
		}
	}
}

func TestAReaderWhoForgotHerPasswordSetsAnotherAfterALetter(t *testing.T) {
	p, _ := newMailed(t)
	asked := func(cookie string) bool {
		t.Helper()
		return strings.Contains(string(p.askNow("", "GET", "/account", "", "Cookie", cookie).body), `name="current"`)
	}
	set := func(cookie, password string) int {
		return p.send("/account/password", cookie, "password", password).status
	}
	for _, name := range []string{"reader", "reporter"} {
		if err := p.site.Door.SetPassword(t.Context(), p.people[name].ID, password); err != nil {
			t.Fatal(err)
		}
	}
	old := p.session("reader")
	p.clock.Forward(11 * time.Minute)
	if r := p.send("/account/password", old, "password", password+"1"); r.status != 303 || r.header.Get("Location") == "/account?saved=password" || !asked(old) {
		t.Errorf("long after a letter: %d to %s, asked %v", r.status, r.header.Get("Location"), asked(old))
	}
	if r := p.send("/account/sign-in/password", "", "email", "reader@paper.example", "password", password+"1"); r.status == 303 {
		t.Error("it was set")
	}
	fresh := p.session("reader")
	if asked(fresh) {
		t.Error("after a letter the password of before is asked")
	}
	if got := set(fresh, password+"2"); got != 303 {
		t.Errorf("after a letter: %d", got)
	}
	known := p.send("/account/sign-in/password", "", "email", "reader@paper.example", "password", password+"2").cookie()
	if got := set(known, password+"3"); got != 422 || !asked(known) {
		t.Errorf("after a password: %d, asked %v", got, asked(known))
	}
	if staff := p.session("reporter"); !asked(staff) || set(staff, password+"4") != 422 {
		t.Error("of the newsroom the password of before is not asked")
	}
}

func TestWithoutMailTheSignInSaysSo(t *testing.T) {
	p := newPaper(t)
	form := p.must(200, "", "GET", "/account/sign-in", "")
	if !strings.Contains(string(form.body), "sends no mail") || strings.Contains(string(form.body), `name="website"`) {
		t.Errorf("%s", form.body)
	}
	if r := p.send("/account/sign-in", "", "email", "a@paper.example", "at", "x"); r.status != 409 {
		t.Errorf("%d", r.status)
	}
}

func TestALetterIsTriedAgainAndARefusedOneIsNot(t *testing.T) {
	told := &lines{}
	p, b := newMailed(t, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(told, nil)) })
	tries := 0
	again := make(chan struct{})
	b.say = func(to string) error {
		switch tries++; {
		case strings.HasPrefix(to, "no-such"):
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + ">: no such user"}
		case tries == 1:
			close(again)
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "<" + to + ">: greylisted"}
		}
		return nil
	}
	p.knock("/account/sign-in", "ana@paper.example")
	<-again
	for b.tried(1) { // the work lies until its pause is over
		p.clock.Forward(time.Second)
		time.Sleep(time.Millisecond)
	}
	if l := b.next(); l.to != "ana@paper.example" {
		t.Errorf("%+v", l)
	}
	p.knock("/account/sign-in", "no-such@paper.example")
	for !strings.Contains(told.String(), `"why":"refused","status":550`) {
		time.Sleep(time.Millisecond)
	}
	if log := told.String(); strings.Contains(log, "paper.example") || strings.Contains(log, "greylisted") {
		t.Errorf("the log names people: %s", log)
	}
}

// tried reports whether no more than n letters and refusals were answered.
func (b *box) tried(n int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.got) < n
}
