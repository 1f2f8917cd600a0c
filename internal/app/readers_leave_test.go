package app

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/talk"
)

func TestAnAddressChangesWhenTheNewOneAnswersAndTheOldOneHearsOfIt(t *testing.T) {
	p, b := newMailed(t)
	in := p.session("reader")
	for _, email := range []string{"moved@paper.example", "editor@paper.example"} { // the answer is the same for one that somebody has
		if r := p.send("/account/email", in, "email", email); r.status != 303 || r.header.Get("Location") != "/account?saved=email" {
			t.Fatalf("%d %v", r.status, r.header)
		}
	}
	b.next()
	b.next()
	moved, taken := b.to("moved@paper.example"), b.to("editor@paper.example")
	at := moved.path("/account/email/")
	if got := p.get(200, at); !strings.Contains(got, "moved@paper.example") {
		t.Errorf("%s", got)
	}
	if r := p.send(strings.Replace(at, "/email/", "/sign-in/", 1), "", "name", "x"); r.status != 410 {
		t.Errorf("the link of an address lets somebody in: %d", r.status)
	}
	if a, err := p.site.Door.ByEmail(t.Context(), "reader@paper.example"); err != nil || a.ID != p.people["reader"].ID {
		t.Errorf("it changed by being opened: %v", err)
	}
	if r := p.send(at, ""); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if a, err := p.site.Door.ByEmail(t.Context(), "moved@paper.example"); err != nil || a.ID != p.people["reader"].ID {
		t.Errorf("%+v %v", a, err)
	}
	b.next()
	if note := b.to("reader@paper.example"); !strings.Contains(note.text, "another address") || strings.Contains(note.text, "moved@") {
		t.Errorf("%+v", note)
	}
	if r := p.send(at, ""); r.status != 410 {
		t.Errorf("twice: %d", r.status)
	}
	if r := p.send(taken.path("/account/email/"), ""); r.status != 422 || !strings.Contains(string(r.body), "editor@paper.example") {
		t.Errorf("an address that somebody has: %d", r.status)
	}
	if r := p.send("/account/email", in, "email", "none"); r.status != 422 {
		t.Errorf("%d", r.status)
	}
	p.clock.Forward(11 * time.Minute)
	for _, form := range []string{"/account/email", "/account/delete"} {
		if r := p.send(form, in, "email", "other@paper.example"); r.status != 303 || r.header.Get("Location") != "/account/sign-in?again&back=%2Faccount" {
			t.Errorf("%s without a proof: %d %v", form, r.status, r.header)
		}
	}
	if got := string(p.askNow("", "GET", "/account/sign-in?again&back=%2Faccount", "", "Cookie", in).body); !strings.Contains(got, "Sign in once more") {
		t.Errorf("%s", got)
	}
}

// path gives the address in a letter that begins with a path.
func (l letter) path(begin string) string {
	_, rest, ok := strings.Cut(l.text, begin)
	if !ok {
		return ""
	}
	return begin + strings.Fields(rest)[0]
}

// to gives the newest letter to an address.
func (b *box) to(email string) letter {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.got) - 1; i >= 0; i-- {
		if b.got[i].to == email {
			return b.got[i]
		}
	}
	b.t.Fatalf("no letter to %s", email)
	return letter{}
}

func TestAReaderLeavesAfterADayUnlessSheComesBack(t *testing.T) {
	p, b := newMailed(t)
	id := p.people["reader"].ID
	story, path := p.story("Tram opens", "")
	said, err := p.site.Talk.Say(t.Context(), news.Act{Who: account.Actor{ID: id, Name: "Rita Unmistakable", Grants: p.people["reader"].Grants}}, story, "At last.", "")
	if err != nil {
		t.Fatal(err)
	}
	if said.State != talk.Public {
		if _, err := p.site.Talk.Approve(t.Context(), news.Act{Who: account.House()}, said.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.get(200, path+"/discussion"); !strings.Contains(got, "Rita Unmistakable") {
		t.Fatalf("%s", got)
	}
	leave := func() {
		t.Helper()
		in := p.session("reader")
		if r := p.send("/account/delete", in); r.status != 303 || r.header.Get("Location") != "/" || !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
			t.Fatalf("%d %v", r.status, r.header)
		}
		if r := p.askNow("", "GET", "/account", "", "Cookie", in); r.status != 303 {
			t.Error("the session goes on")
		}
		if l := b.next(); l.to != "reader@paper.example" || !strings.Contains(l.text, "/account/sign-in") {
			t.Errorf("%+v", l)
		}
	}
	leave()
	p.session("reader") // she came back
	if a, err := p.site.Door.Account(t.Context(), id); err != nil || !a.LeavingAt.IsZero() {
		t.Errorf("%+v %v", a, err)
	}
	p.clock.Forward(account.LeaveAfter + time.Second)
	if mine, err := p.site.Door.Do(t.Context(), fact.Work{Kind: "leave", Subject: id}); !mine || err != nil {
		t.Error(err)
	}
	if a, err := p.site.Door.Account(t.Context(), id); err != nil || a.Name != "Reader" {
		t.Errorf("%+v %v", a, err)
	}
	leave()
	p.clock.Forward(account.LeaveAfter + time.Second)
	for a, err := p.site.Door.Account(t.Context(), id); a.LeftAt.IsZero(); a, err = p.site.Door.Account(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	a, err := p.site.Door.Account(t.Context(), id)
	if err != nil || a.Name != "" || a.Email != id+"@left.invalid" || len(a.Grants) != 0 || a.SuspendedAt.IsZero() {
		t.Errorf("%+v %v", a, err)
	}
	p.eventually("her name goes off what she said", func() bool { return !strings.Contains(p.get(200, path+"/discussion"), "Rita Unmistakable") })
	if got := p.get(200, path+"/discussion"); !strings.Contains(got, "At last.") || !strings.Contains(got, "A reader") {
		t.Errorf("%s", got)
	}
	for name, form := range map[string]string{"editor": "/account/delete", "admin": "/account/delete"} {
		if r := p.send(form, p.session(name)); r.status != 409 {
			t.Errorf("%s leaves: %d", name, r.status)
		}
	}
	p.knock("/account/sign-in", "reader@paper.example") // the address is free again
	if r := p.send(b.next().link(), "", "name", "Another"); r.status != 303 {
		t.Errorf("%d", r.status)
	}
	if again, err := p.site.Door.ByEmail(t.Context(), "reader@paper.example"); err != nil || again.ID == id {
		t.Errorf("%+v %v", again, err)
	}
}

func TestAReaderTakesHerDataAway(t *testing.T) {
	p := newPaper(t)
	in := p.session("reader")
	r := p.askNow("", "GET", "/account/data", "", "Cookie", in, "User-Agent", "Firefox")
	var data struct {
		Account  account.Account
		Sessions []struct{ Browser string }
	}
	if err := json.Unmarshal(r.body, &data); err != nil || data.Account.Email != "reader@paper.example" || len(data.Sessions) != 1 {
		t.Errorf("%v %s", err, r.body)
	}
	if r.header.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v", r.header)
	}
	for _, secret := range []string{"password", "hash", strings.TrimPrefix(in, "dateline_session=")} {
		if strings.Contains(string(r.body), secret) {
			t.Errorf("%q is in it", secret)
		}
	}
}
